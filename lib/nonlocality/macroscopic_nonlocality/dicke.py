"""Dicke states |N, k⟩ and the amplitudes of their collective projective measurements.

|N, k⟩ is the even superposition of all strings of N qubits with k ones. All N qubits are
measured along one direction of the Bloch sphere; what is seen is how many gave +1. In the
symmetric subspace that count has one eigenvector a value, so an amplitude is a number: the
Wigner function of a spin N/2. It depends on the polar angle θ alone, up to the phase that
:mod:`nonlocality.macroscopic_nonlocality.collective` puts back.
"""

from collections.abc import Sequence
from math import comb, pi

import numpy as np
from scipy.linalg import solve_banded

from nonlocality.foundations.checks import counts, in_interval, renamed, whole_numbers
from nonlocality.foundations.sizes import require_memory

RECURSION_LEVELS = 64
"""Up to this level amplitudes come from the recursion in k, where it is stable."""


def check_levels(particles: int, levels: Sequence[int]) -> tuple[int, np.ndarray]:
    """Return N and the levels k as whole numbers with 0 ≤ k ≤ N, at least one level.

    Raises ValueError, naming the argument.

    >>> check_levels(3, [0, 5])
    Traceback (most recent call last):
    ...
    ValueError: Argument `levels` must lie between 0 and particles = 3, but holds 5.
    """
    (n,) = counts("particles", [particles])
    k = whole_numbers("levels", levels)
    if k.ndim != 1 or not k.size:
        raise ValueError(f"Argument `levels` must be a list of levels, but has shape {k.shape}.")
    bad = k[(k < 0) | (k > n)]
    if bad.size:
        raise ValueError(
            f"Argument `levels` must lie between 0 and particles = {n}, but holds {bad[0]}."
        )
    return n, k


def dicke_state(particles: int, level: int) -> np.ndarray:
    """The Dicke state |N, k⟩ as a vector of length 2^N; k = 1 is the W state.

    particles: N. level: k, the number of ones. Particle 1 is the highest bit of the index.
    For small N, as a yardstick. Raises ValueError for k outside 0..N, or a vector that would
    not fit.

    >>> dicke_state(2, 1)
    array([0.        , 0.70710678, 0.70710678, 0.        ])
    """
    with renamed(levels="level"):
        n, (k,) = check_levels(particles, [level])
    require_memory("particles", 10, base=2, exponent=n)
    ones = np.bitwise_count(np.arange(2**n)) == k
    return np.where(ones, 1 / np.sqrt(comb(n, int(k))), 0.0)


def dicke_amplitudes(particles: int, levels: Sequence[int], *, polar: float) -> np.ndarray:
    """Amplitudes h_k(m) of |N, k⟩ for m outcomes +1 along a direction, shape (levels, N + 1).

    particles: N. levels: the k wanted. polar: the angle θ in [0, π] between the direction and
    the axis on which |0⟩ is +1. Every particle is measured along it, m = 0..N of them give +1.

    The amplitudes are real: phases of the outcome vectors make h_0 positive, and the factor
    e^{ikφ} with φ = arg A_01 of the observable is left out. The rows are orthonormal, and
    Σ_k h_k(m) h_k(m') = δ if all N + 1 levels are asked for. Low levels follow from
    A_tot |N, k⟩ being a combination of |N, k − 1⟩, |N, k⟩, |N, k + 1⟩, which is a recursion in
    k for all outcomes at once; the rest are eigenvectors of the tridiagonal matrix of the
    number of ones, found by inverse iteration. Their errors are below 1e-9.
    Raises ValueError for a level outside 0..N, an angle outside [0, π], or too large an N.

    >>> (dicke_amplitudes(2, [0, 1], polar=np.pi / 2) ** 2).round(12)
    array([[0.25, 0.5 , 0.25],
           [0.5 , 0.  , 0.5 ]])
    """
    n, k = check_levels(particles, levels)
    theta = in_interval("polar", polar, 0, pi)
    require_memory("particles", 8 * (len(k) + 6) * (n + 1))
    if np.sin(theta) < 1e-15:  # along the axis the outcome is the level itself
        found = np.zeros((len(k), n + 1))
        found[np.arange(len(k)), n - k if theta < 1 else k] = 1
        return found
    # upwards in k is stable up to the least k beyond which some outcome is out of reach of a
    # classical spin: N sin²(θ/2) for m = N, N cos²(θ/2) for m = 0
    reach = n * min(np.sin(theta / 2) ** 2, np.cos(theta / 2) ** 2)
    if k.max() <= min(RECURSION_LEVELS, reach / 2):
        return _by_recursion(n, k, theta)
    return _by_inverse_iteration(n, k, theta)


def _by_recursion(n: int, levels: np.ndarray, theta: float) -> np.ndarray:
    """Upwards in k from the binomial amplitudes of k = 0, vectorised over outcomes."""
    found = np.empty((len(levels), n + 1))
    m = np.arange(n + 1)
    x = (2 * m - n * (1 + np.cos(theta))) / (np.sqrt(n) * np.sin(theta))
    skew = 2 / (np.tan(theta) * np.sqrt(n))
    below, here = np.zeros(n + 1), _binomial_amplitudes(n, theta)
    for k in range(levels.max() + 1):
        found[levels == k] = here
        if k < levels.max():
            above = (x + k * skew) * here - np.sqrt(k * (1 - (k - 1) / n)) * below
            below, here = here, above / np.sqrt((k + 1) * (1 - k / n))
    return found


def _binomial_amplitudes(n: int, theta: float) -> np.ndarray:
    """Square roots of the binomial weights with P(+1) = cos²(θ/2), summed from the mode.

    Ratios of neighbours keep full precision where logarithms of factorials lose N digits.
    """
    m = np.arange(n)
    steps = np.log((n - m) / (m + 1)) - 2 * np.log(np.tan(theta / 2))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    mode = int(logs.argmax())
    logs[mode:] = np.concatenate([[0.0], np.cumsum(steps[mode:])])
    logs[:mode] = -np.cumsum(steps[:mode][::-1])[::-1]
    weights = np.exp(logs)
    return np.sqrt(weights / weights.sum())


def _by_inverse_iteration(n: int, levels: np.ndarray, theta: float) -> np.ndarray:
    """Eigenvectors of the number of ones, tridiagonal in m with eigenvalues 0, 1, …, N."""
    m = np.arange(n + 1)
    plus, minus = np.sin(theta / 2) ** 2, np.cos(theta / 2) ** 2  # P(1|±)
    banded = np.zeros((3, n + 1))
    banded[0, 1:] = banded[2, :-1] = -np.sqrt(m[1:] * (n - m[:-1]) * plus * minus)
    start = np.random.default_rng(0).normal(size=n + 1)
    diagonal, beside = m * plus + (n - m) * minus, banded[0]
    found = np.empty((len(levels), n + 1))
    for row, k in zip(found, levels, strict=True):
        # off the eigenvalue by what the solver can tell: the next ones are 1 away
        banded[1] = diagonal - k + 8 * np.finfo(float).eps * n
        vector = start
        for _ in range(4):
            vector = solve_banded((1, 1), banded, vector)
            vector /= np.linalg.norm(vector)
        outer = int(np.flatnonzero(np.abs(vector) > 1e-6)[-1])
        wanted = _sign_there(diagonal[outer:] - k, beside[outer:])
        row[:] = vector * wanted * np.sign(vector[outer])
    return found


def _sign_there(diagonal: np.ndarray, beside: np.ndarray) -> int:
    """The sign that an eigenvector for eigenvalue 0 has at its first entry if its last is > 0.

    Ratios of neighbours, from the last entry inwards; they do not underflow, as entries do.
    """
    sign, ratio, outer = 1, np.inf, 0.0
    for d, o in zip(diagonal[:0:-1].tolist(), beside[:0:-1].tolist(), strict=True):
        ratio = -(d + outer / ratio) / o or 1e-300
        outer = o
        sign = -sign if ratio < 0 else sign
    return sign
