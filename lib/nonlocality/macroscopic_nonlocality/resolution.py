"""How coarse a reading must be for locality: Gaussian noise on one party's intensity.

Alice reads I + Δ g, with g a standard normal variable. Measured one after the other with such an
instrument, her settings disturb each other little when their commutators are small: so all of
them can be measured whatever her setting is, and the results are a hidden variable. With
[X_p, X_r] of norm ≤ ε and reading noise s the statistics are those of a local model up to
(p − 1) ε/(√(2π) s²), for every state and every second party; in counts ε/s² = N L²/(2 Δ²).
That closes the transition at α = 1/2 from above.
"""

from math import erf, pi, sqrt

import numpy as np

from nonlocality.foundations.checks import complex_array, counts, finite_number, in_interval
from nonlocality.foundations.sizes import require_memory
from nonlocality.macroscopic_nonlocality.dicke import dicke_amplitudes

MAX_SPIN = 400
"""Largest number of particles whose sectors are searched: matrices of twice that size."""


def distance_from_local(
    particles: int, deviation: float, *, settings: int = 2, span: float = 2.0
) -> float:
    """How far noisy collective statistics may be from a local model: (m − 1) N L²/(2√(2π) Δ²).

    A bound on |E h(x, y) − E_local h(x, y)| for every |h| ≤ 1, every state, any second party and
    any binning after the noise, at the last of m settings. particles: N. deviation: Δ > 0, the
    standard deviation of the reading of Σ a_i. settings: m of Alice. span: L, the length of an
    interval that holds the outcomes of one particle; 2 for ±1.
    Raises ValueError for a deviation or a span that is not positive.

    >>> round(distance_from_local(100, 10.0) * sqrt(pi / 2), 12)
    1.0
    """
    n, m = counts("particles, settings", (particles, settings))
    delta, length = (
        in_interval(name, finite_number(name, value), 1e-100, 1e100)
        for name, value in (("deviation", deviation), ("span", span))
    )
    return (m - 1) * n * length**2 / (2 * sqrt(2 * pi) * delta**2)


def resolution_bound(noise: float) -> float:
    """Upper bound on CHSH when Alice's sum of N outcomes ±1 is read with deviation noise·√N.

    2 + 2√(2/π)/noise², and 2√2 if that is less: for every N, every state, every second party,
    any two measurements of one particle and any bits kept after the noise.
    Raises ValueError for a noise that is not positive.

    >>> round(resolution_bound(4.0) - 2, 4), resolution_bound(0.5) == 8**0.5
    (0.0997, True)
    """
    ratio = in_interval("noise", finite_number("noise", noise), 1e-100, 1e100)
    return min(2 + 2 * distance_from_local(1, ratio), 2 * sqrt(2))


def _noisy_signs(spin: int, deviation: float) -> list[np.ndarray]:
    """E sgn(I + Δg) for I = 2J_z and 2J_x of a spin with spin = 2j: real symmetric."""
    sums = np.arange(-spin, spin + 1, 2)
    mean = np.array([erf(i / (sqrt(2) * deviation)) for i in sums])
    if spin == 0:
        return [np.zeros((1, 1))] * 2
    rows = dicke_amplitudes(spin, range(spin + 1), polar=pi / 2)  # levels k, counts m
    return [np.diag(-mean), (rows * mean) @ rows.T]


def _largest(pair: list[np.ndarray]) -> float:
    """2 max_θ ‖cos θ A₀ ⊗ Z + sin θ A₁ ⊗ X‖: by Jordan's lemma a second party is a qubit."""
    first, second = pair
    zero = np.zeros_like(first)
    z, x = (np.block([[first, zero], [zero, -first]]),
            np.block([[zero, second], [second, zero]]))  # fmt: skip
    grid = np.linspace(0, pi / 2, 13)

    def value(t: float) -> float:
        return 2 * float(np.linalg.eigvalsh(np.cos(t) * z + np.sin(t) * x)[-1])

    step, best = grid[1], max(grid, key=value)
    for _ in range(12):  # the norm is convex in (cos θ, sin θ): refine about the best of the grid
        step /= 2
        best = max((best - step, best, best + step), key=value)
    return value(best)


def largest_chsh_at_resolution(particles: int, noise: float) -> float:
    """The largest CHSH found over all states of N qubits and all second parties without noise.

    Alice measures two orthogonal spins on all particles, reads the sum with Gaussian noise of
    standard deviation noise·√N, and keeps the sign. Her space falls into sectors of total spin
    j = N/2, N/2 − 1, …, in each of which the operators are functions of J_z and J_x; the best
    state and second party of a sector are an eigenvector and an angle, which is searched.
    Raises ValueError for more than 400 particles or a noise that is not positive.

    >>> 2.11 < largest_chsh_at_resolution(5, 0.5) < resolution_bound(0.5)
    True
    """
    (n,) = counts("particles", [particles])
    in_interval("particles", n, 1, MAX_SPIN)
    ratio = in_interval("noise", finite_number("noise", noise), 1e-100, 1e100)
    return max(_largest(_noisy_signs(j, ratio * sqrt(n))) for j in range(n, -1, -2))


def padded_with_singlets(state: np.ndarray, pairs: int) -> np.ndarray:
    """A state of N' qubits beside singlets inside the party: the sums of all outcomes agree.

    state: shape (2^N', …), the qubits of one party first. pairs: singlets, two particles each,
    put behind: shape (2^(N' + 2 pairs), …). Whatever spin is measured on every particle, the two
    of a singlet add up to 0. Raises ValueError for a vector that would not fit.

    >>> padded_with_singlets(np.array([1.0, 0.0]), 1).nonzero()[0].tolist()
    [1, 2]
    """
    vector = complex_array("state", state)
    (number,) = counts("pairs", [pairs])
    if not vector.ndim:
        raise ValueError("Argument `state` must be a vector, but is one number.")
    require_memory("pairs", 16 * vector.size, base=4, exponent=number)
    singlet = np.array([0, 1, -1, 0]) / sqrt(2)
    for _ in range(number):
        vector = np.einsum("i...,j->ij...", vector, singlet)
        vector = vector.reshape(-1, *vector.shape[2:])
    return vector
