"""CHSH from the signs of two noisy quadratures, and the noise at which it is lost.

Alice and Bob share Σ c_k |kk⟩ and measure quadratures; each keeps the sign of what is seen. Seen
is x + s g + r, with g a Gaussian of unit variance that belongs to the efficiency
u = 1/(1 + s²), and r a shift or a bounded noise. What counts is the matrix
i_kl = ⟨k| E sgn(x + s g + r) |l⟩, eq. (B5) in the ideal case; a phase φ turns it into
e^(−ikφ) i_kl e^(ilφ).
"""

from collections.abc import Callable, Sequence
from math import erf, exp, pi, sqrt

import numpy as np
from scipy.optimize import brentq

from nonlocality.foundations.checks import complex_array, counts, finite_array, in_interval, renamed
from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.finite_sizes import (
    correlation_harmonics,
    limit_chsh,
    sign_response,
)
from nonlocality.macroscopic_nonlocality.noise import attenuated
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement
from nonlocality.macroscopic_nonlocality.quadrature_chsh import SIGNS
from nonlocality.macroscopic_nonlocality.quadratures import response_operator

EXAMPLE = np.array([2.0, sqrt(5.0), 1.0]) / sqrt(10)
"""The coefficients of the state (B6)."""

SMALLEST_EXCESS = 1e-9
"""What CHSH must exceed 2 by to count as a violation here: well above rounding."""

PHASES = (0.0, pi / 2, -pi / 4, pi / 4)
"""φ_A, φ_A′, φ_B, φ_B′ of the example: the sums are ∓π/4, π/4 and 3π/4."""


def sign_elements(dimension: int, *, efficiency: float = 1.0, shift: float = 0.0) -> np.ndarray:
    """i_kl = ⟨k| E sgn(x + s g + r) |l⟩ for a fixed shift r, shape (d, d), real symmetric.

    Computed as a beam splitter of transmissivity u in front of an ideal measurement of
    sgn(x + r√u), which is accurate in every dimension.
    Raises ValueError for an efficiency outside [0, 1], a shift that is not finite, or a
    dimension that is no positive integer.

    >>> (sign_elements(3) ** 2 * pi).round(12)
    array([[0., 2., 0.],
           [2., 0., 1.],
           [0., 1., 0.]])
    """
    u = in_interval("efficiency", efficiency, 0, 1)
    r = float(finite_array("shift", shift)) * sqrt(u)
    with renamed(**{"points, dimension": "dimension"}):
        return attenuated(response_operator([-r], dimension=dimension), efficiency=u)


def finite_sign_elements(
    particles: int, measurement: ParticleMeasurement, *, dimension: int, tie: float = 0.0
) -> np.ndarray:
    """⟨N, k| sgn X |N, l⟩ for N particles, exact up to rounding: shape (d, d), Hermitian.

    X = (I − Nμ)/(τ√N) is the macroscopic variable of the measurement, which may hold noise.
    tie: the number in [−1, 1] that X = 0 counts as; 0 is a fair coin.
    Raises ValueError for another `tie`, and as
    :func:`~nonlocality.macroscopic_nonlocality.collective.collective_statistics`.

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> seen = finite_sign_elements(10001, spin_measurement(), dimension=3)
    >>> bool(np.abs(seen - sign_elements(3)).max() < 1e-4)
    True
    """
    statistics = collective_statistics(particles, measurement, dimension=dimension)
    return statistics.operator(sign_response(statistics, tie=tie))


def uniform_noise_elements(dimension: int, *, bound: float, efficiency: float = 1.0) -> np.ndarray:
    """i_kl for a noise r that is uniform on [−ε, ε], independent of all else: shape (d, d).

    The mean of :func:`sign_elements` over r by Gauss's rule; what is odd in r drops out. `bound`
    is ε ≥ 0 of eq. (14). Raises ValueError for a negative or infinite bound, and as there.

    >>> round(float(uniform_noise_elements(2, bound=0.5)[0, 1]) / erf(0.5 / sqrt(2)), 12)
    2.0
    """
    width = _bound(bound)
    points, weights = np.polynomial.legendre.leggauss(64)
    shifts = (points + 1) / 2 * width
    mean = sum(
        w / 2 * sign_elements(dimension, efficiency=efficiency, shift=r)
        for r, w in zip(shifts, weights, strict=True)
    )
    odd = np.add.outer(np.arange(dimension), np.arange(dimension)) % 2 == 1
    return np.where(odd, mean, 0.0)


def _bound(value: float) -> float:
    number = float(finite_array("bound", value))
    if number < 0:
        raise ValueError(f"Argument `bound` must not be negative, but is {number}.")
    return number


def schmidt_chsh(
    coefficients: Sequence[complex],
    alice: np.ndarray,
    bob: np.ndarray,
    *,
    phases: Sequence[float] = PHASES,
) -> float:
    """CHSH of Σ c_k |kk⟩ when both parties bin to two values, at four phases.

    alice, bob: the elements ⟨k|f|l⟩ of what each keeps at phase 0, Hermitian (d, d), of a limit
    or of a finite N; phases: φ_A, φ_A′, φ_B, φ_B′. The correlators are
    Σ_kl c̄_k c_l e^(−i(k−l)(φ_A + φ_B)) a_kl b_kl, eq. (B4), and the last of the four counts with
    a minus. Raises ValueError for coefficients of another norm than 1 or shapes that do not fit.

    >>> ideal = sign_elements(3)
    >>> round(schmidt_chsh(EXAMPLE, ideal, ideal) / (2 * sqrt(10) / pi), 12)
    1.0
    """
    size = np.shape(alice)[:1] * 2
    for name, matrix in (("alice", alice), ("bob", bob)):
        if complex_array(name, matrix).shape != size or len(size) < 2:
            raise ValueError(
                f"Argument `{name}` must have shape {size}, but has shape {np.shape(matrix)}."
            )
    angles = finite_array("phases", phases)
    if angles.shape != (4,):
        raise ValueError(f"Argument `phases` must hold 4 angles, but has shape {angles.shape}.")
    harmonics = correlation_harmonics(coefficients, alice, bob)
    sums = np.add.outer(angles[:2], angles[2:])
    turns = np.exp(1j * np.multiply.outer(sums, np.arange(len(harmonics))))
    return float((SIGNS * (turns @ harmonics).real).sum())


def best_schmidt_chsh(dimension: int, *, efficiency: float = 1.0) -> tuple[float, np.ndarray]:
    """The largest CHSH of any Σ c_k |kk⟩ with k < d at the phases of the example, and c.

    Both sides have the efficiency u and keep signs. It is an eigenvalue; that other phases do
    not do better is not claimed. Raises ValueError as :func:`sign_elements`.

    >>> value, coefficients = best_schmidt_chsh(3)
    >>> bool(np.allclose(np.abs(coefficients), EXAMPLE))
    True
    """
    elements = sign_elements(dimension, efficiency=efficiency)
    sums = np.add.outer(PHASES[:2], PHASES[2:])
    k = np.arange(dimension)
    turns = np.tensordot(SIGNS, np.cos(np.multiply.outer(sums, k[:, None] - k)), 2)
    values, vectors = np.linalg.eigh(turns * elements**2)
    return float(values[-1]), vectors[:, -1]


def example_chsh(efficiency: float | np.ndarray) -> np.ndarray:
    """CHSH of the state (B6) when both sides have efficiency u: 2√2 u (4 + (2 − u)²)/(√5 π).

    Follows from i_01² = 2u/π and i_12² = u (2 − u)²/π. Raises ValueError for u outside [0, 1].

    >>> round(float(example_chsh(1.0)) / (2 * sqrt(10) / pi), 12)
    1.0
    """
    u = finite_array("efficiency", efficiency)
    if u.size and not 0 <= u.min() <= u.max() <= 1:
        raise ValueError(f"Argument `efficiency` must lie in [0, 1], but is {efficiency}.")
    return 2 * sqrt(2) * u * (4 + (2 - u) ** 2) / (sqrt(5) * pi)


def example_chsh_uniform(bound: float) -> float:
    """CHSH of the state (B6) with noise uniform on [−ε, ε] on both sides.

    (4√2/√5) (g² + (g − f)²) with g = erf(ε/√2)/ε and f = e^(−ε²/2)/√(2π).
    Raises ValueError for a negative bound.

    >>> round(example_chsh_uniform(0.0) / (2 * sqrt(10) / pi), 12)
    1.0
    """
    width = _bound(bound)
    f = exp(-width * width / 2) / sqrt(2 * pi)
    g = erf(width / sqrt(2)) / width if width else 2 * f
    return 4 * sqrt(2 / 5) * (g * g + (g - f) ** 2)


def example_chsh_shifted(shifts: Sequence[float]) -> float:
    """CHSH of the state (B6) when each setting reads x + r with a fixed shift r of its own.

    shifts: r for A, A′, B, B′; phases as in the example. As CHSH is linear in the law of each r,
    independent noise of any law gives a mean of these values.
    Raises ValueError unless four finite numbers are given.

    >>> round(example_chsh_shifted([0, 0, 0, 0]) / (2 * sqrt(10) / pi), 12)
    1.0
    """
    fixed = finite_array("shifts", shifts)
    if fixed.shape != (4,):
        raise ValueError(f"Argument `shifts` must hold 4 numbers, but has shape {fixed.shape}.")
    seen = [sign_elements(3, shift=r) for r in fixed]
    total = 0.0
    for x, y in np.ndindex(2, 2):
        harmonics = correlation_harmonics(EXAMPLE, seen[x], seen[2 + y])
        turn = np.exp(1j * (PHASES[x] + PHASES[2 + y]) * np.arange(3))
        total += float(SIGNS[x, y] * (turn @ harmonics).real)
    return total


def example_chsh_worst(bound: float) -> float:
    """The least CHSH that any independent noise bounded by ε ≤ 1 can leave of the state (B6).

    Two constant shifts, +ε for Alice and −ε for Bob, do most harm; settings as in the example.
    Raises ValueError for a bound outside [0, 1].

    >>> example_chsh_worst(0.08) > 2 > example_chsh_worst(0.1)
    True
    """
    shift = in_interval("bound", bound, 0, 1)
    return example_chsh_shifted([shift, shift, -shift, -shift])


def critical_efficiency(coefficients: Sequence[complex] = EXAMPLE, *, both: bool = True) -> float:
    """The efficiency u at which CHSH falls to 2, signs kept, with the best settings at each u.

    coefficients: c of Σ c_k |k⟩|k⟩, real or complex. both: both sides lossy alike, else only
    Alice's. For (B6), both: the root 0.98914 of u³ − 4u² + 8u = π√(5/2).
    Raises ValueError if the state does not exceed CHSH = 2 by 1e-9 even at u = 1.

    >>> u = critical_efficiency()
    >>> round((u**3 - 4 * u**2 + 8 * u) / (pi * sqrt(5 / 2)), 12)
    1.0
    """

    def value(u: float) -> float:
        return limit_chsh(coefficients, alice=u, bob=u if both else 1.0).value

    return _crossing(value, 2.0, "coefficients")


def critical_efficiency_of_levels(dimension: int, *, excess: float) -> float:
    """The efficiency u at which the best Σ c_k |kk⟩ with k < d, best for that u, has 2 + excess.

    excess: by how much CHSH shall still exceed 2, from 1e-9 (below that rounding decides, not
    the state) to 2√2 − 2. Near the threshold it is small: a violation of 1e-9 is one on paper.
    Phases as in the example. Raises ValueError for an excess outside this interval, or one that
    d levels do not reach, as none is for d = 2.

    >>> round(critical_efficiency_of_levels(3, excess=1e-9), 5)
    0.98907
    >>> round(critical_efficiency_of_levels(20, excess=0.01), 5)
    0.85917
    """
    extra = in_interval("excess", excess, SMALLEST_EXCESS, 2 * sqrt(2) - 2)
    (dimension,) = counts("dimension", (dimension,))

    def value(u: float) -> float:
        return best_schmidt_chsh(dimension, efficiency=u)[0]

    return _crossing(value, 2 + extra, "dimension")


def _crossing(value: Callable[[float], float], goal: float, name: str) -> float:
    """Where a CHSH value falls to the goal between u = 0 and 1."""
    ideal = value(1.0)
    if ideal <= max(goal, 2 + SMALLEST_EXCESS):
        raise ValueError(
            f"Argument `{name}` must allow CHSH above {goal:.10g} without noise, with signs and "
            f"the best settings tried, but reaches {ideal:.6g}."
        )
    return float(brentq(lambda u: value(u) - goal, 0, 1, xtol=1e-14))


def critical_values() -> dict[str, float]:
    """The noise at which the state (B6) stops violating CHSH, both sides alike.

    Keys: the arrival probability p, λ of depolarisation and of dephasing, ε of uniform noise and
    of the worst bounded noise.

    >>> {name: round(value, 5) for name, value in critical_values().items()}["loss p"]
    0.98914
    """
    u = critical_efficiency()
    return {
        "loss p": u,
        "depolarising lambda": 1 - sqrt(u),
        "dephasing lambda": (1 - sqrt(u)) / 2,
        "uniform noise epsilon": float(brentq(lambda e: example_chsh_uniform(e) - 2, 0, 1)),
        "worst bounded noise epsilon": float(brentq(lambda e: example_chsh_worst(e) - 2, 0, 1)),
    }
