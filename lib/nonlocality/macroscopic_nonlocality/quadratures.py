"""The limit N → ∞ at √N resolution: Dicke states become oscillator levels, spins quadratures.

|N, k⟩ → |k⟩, and the macroscopic variable X of a single-particle observable A becomes the
quadrature U_φ† x U_φ = x cos φ − p sin φ with φ = arg A_01, smeared by a Gaussian of width s;
eqs. (8)–(11) of Gallego and Dakić, with the sign of φ that finite N gives. Units: the vacuum
has unit variance, p = −2i d/dx, [x, p] = 2i, x = a + a†.

Wave functions are real, so a response f(x) is a real symmetric matrix ∫ f(x) ⟨k|x⟩⟨x|l⟩ dx in
the levels k, l < d, turned by φ with :func:`turned`.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import comb

import numpy as np
from scipy.special import ndtr

from nonlocality.foundations.checks import (
    complex_array,
    counts,
    finite_array,
    finite_number,
    in_interval,
    shown,
    whole_numbers,
)
from nonlocality.foundations.sizes import require_memory
from nonlocality.macroscopic_nonlocality.collective import CollectiveStatistics, check_coefficients
from nonlocality.macroscopic_nonlocality.noise import attenuated
from nonlocality.macroscopic_nonlocality.oscillator import FAR, laguerre_functions, wave_functions

LARGEST_OVERLAP = 10**5
"""Up to this level :func:`sign_overlap` writes out its integers, of as many bits."""

MARGIN = 20.0
"""So far beyond its turning point, in units of the vacuum, no level has anything left."""


def _points(points: np.ndarray, dimension: int, width: float) -> tuple[np.ndarray, int, float]:
    """The points x, d, and the scale α = √(1 + s²) of the smeared quadrature."""
    (d,) = counts("dimension", [dimension])
    x = finite_array("points", points)
    s = in_interval("width", finite_number("width", width), 0, 1e100)
    require_memory("points, dimension", (24 if s else 16) * x.size * d**2)  # before and after
    return x, d, float(np.hypot(1, s))


def density_elements(points: np.ndarray, *, dimension: int, width: float = 0.0) -> np.ndarray:
    """⟨k|e_s(x)|l⟩, the limit POVM (10), shape (d, d, …).

    points: x. width: s ≥ 0. A smeared quadrature is a sharp one behind a beam splitter of
    transmissivity u = 1/(1 + s²), read in units of √u; so the elements are sums of products of
    numbers below 1 (:func:`~nonlocality.macroscopic_nonlocality.noise.attenuated`), where the
    series of Hermite polynomials (A8) loses all digits from 25 levels on.
    Raises ValueError for a negative width.

    >>> float((density_elements(0.0, dimension=1, width=1.0)[0, 0] * np.pi**0.5).round(12))
    0.5
    """
    x, d, alpha = _points(points, dimension, width)
    waves = wave_functions(x / alpha, dimension=d)
    sharp = waves[:, None] * waves[None]
    return attenuated(sharp, efficiency=alpha**-2) / alpha if alpha > 1 else sharp


def half_line_elements(points: np.ndarray, *, dimension: int, width: float = 0.0) -> np.ndarray:
    """∫_x^∞ ⟨k|e_s(y)|l⟩ dy in closed form, shape (d, d, …): the chance to land beyond x.

    points: x. width: s ≥ 0. At s = 0: (ψ_k' ψ_l − ψ_k ψ_l')/(k − l) off the diagonal, which is
    the Wronskian of the oscillator's equation, and ψ_k ψ_{k−1}/√k more than the entry before on
    the diagonal. For s > 0 the same behind a beam splitter, as in :func:`density_elements`.
    Raises ValueError for a negative width.

    >>> half_line_elements(0.0, dimension=2)[0].round(12) * (2 * np.pi)**0.5
    array([1.25331414, 1.        ])
    """
    x, d, alpha = _points(points, dimension, width)
    x = x / alpha
    waves = wave_functions(x, dimension=d + 1)
    level = np.arange(d).reshape(-1, *(1,) * x.ndim)
    slopes = (np.sqrt(level) * np.roll(waves, 1, axis=0)[:d]
              - np.sqrt(level + 1) * waves[1:]) / 2  # fmt: skip
    waves = waves[:d]
    found = slopes[:, None] * waves[None] - waves[:, None] * slopes[None]
    gaps = level[:, None] - level[None]
    found /= np.where(gaps == 0, 1, gaps)
    below = ndtr(-x)
    for k in range(d):
        below = below + (waves[k] * waves[k - 1] / np.sqrt(k) if k else 0)
        found[k, k] = below
    return attenuated(found, efficiency=alpha**-2) if alpha > 1 else found


def response_operator(
    edges: Sequence[float], *, dimension: int, first: int = -1, width: float = 0.0
) -> np.ndarray:
    """∫ f(x) e_s(x) dx for f = ±1 that changes sign at the edges, shape (d, d).

    edges: increasing, perhaps none. first: f left of all of them, −1 or +1.
    Raises ValueError for edges that do not increase or another `first`.

    >>> response_operator([0.0], dimension=2).round(6)
    array([[0.      , 0.797885],
           [0.797885, 0.      ]])
    """
    cuts = finite_array("edges", edges)
    if cuts.ndim != 1 or (np.diff(cuts) < 0).any():
        raise ValueError(f"Argument `edges` must be a list of increasing numbers, but is {cuts}.")
    if first not in (-1, 1):
        raise ValueError(f"Argument `first` must be −1 or +1, but is {shown(first)}.")
    tails = half_line_elements(cuts, dimension=dimension, width=width)
    signs = first * (-1.0) ** np.arange(len(cuts))
    return first * np.eye(dimension) - 2 * tails @ signs


def sign_overlap(k: int, l_: int) -> Fraction:
    """i_kl |i_kl| · π/2 as a Fraction, for i_kl = ∫ sgn(x) ⟨k|x⟩⟨x|l⟩ dx of eq. (B5).

    i_kl = 2 √k ψ_{k−1}(0) ψ_l(0)/(k − l) for odd k and even l, symmetric, else 0; with
    ψ_{2j}(0)² √(2π) = C(2j, j)/4^j its square is a rational number times 2/π.
    Raises ValueError for levels that are negative or above 10⁵.

    >>> sign_overlap(0, 1), sign_overlap(1, 2), sign_overlap(0, 3)
    (Fraction(1, 1), Fraction(1, 2), Fraction(-1, 6))
    """
    levels = whole_numbers("k, l_", (k, l_))
    if levels.min() < 0 or levels.max() > LARGEST_OVERLAP:
        raise ValueError(
            f"Argument `k`, `l_` must lie in [0, {LARGEST_OVERLAP}], but are {k}, {l_}: the "
            "integers would be too long."
        )
    k, l_ = levels.tolist()
    if (k - l_) % 2 == 0:
        return Fraction(0)
    odd, even = (k, l_) if k % 2 else (l_, k)
    i, j = (odd - 1) // 2, even // 2
    square = Fraction(odd * comb(2 * i, i) * comb(2 * j, j), 4 ** (i + j) * (odd - even) ** 2)
    return square * (-1) ** (i + j) * (1 if odd > even else -1)


def sign_operator(dimension: int) -> np.ndarray:
    """The sign of a quadrature in the levels k < d: the matrix i_kl of eq. (B5).

    i_kl = 2 √k ψ_{k−1}(0) ψ_l(0)/(k − l), in floating point; :func:`sign_overlap` is exact.
    Raises ValueError for a dimension that is no positive integer or too large.

    >>> np.allclose(sign_operator(3) ** 2 * np.pi, [[0, 2, 0], [2, 0, 1], [0, 1, 0]])
    True
    """
    (d,) = counts("dimension", [dimension])
    require_memory("dimension", 32 * d**2)
    there, k = wave_functions(0.0, dimension=d), np.arange(d)
    gaps = np.where(k[:, None] == k, 1, k[:, None] - k)
    before = np.sqrt(k) * np.concatenate([[0.0], there[:-1]])  # √k ψ_{k−1}(0): for odd k
    half = 2 * np.outer(before, np.where(k % 2, 0.0, there)) / gaps
    return half + half.T


def sign_product(frequency: object, *, parity: int = 1) -> np.ndarray:
    """The product sgn x · sgn p at a dilation frequency y, on functions of one parity.

    It commutes with dilations and keeps parity, so it multiplies |x|^(−1/2 + iy), or this times
    sgn x, by a number of modulus 1: −i tan(π/4 − iπy/2) on even functions (parity 1), the complex
    conjugate on odd ones (−1). Two half circles: ±i in the middle at y = 0, ±1 at both ends. Any
    shape of y. By the Hilbert transform of |x|^(−1/2 + iy).
    Raises ValueError for frequencies that are not finite or another parity.

    >>> float(sign_product(0.0).imag), round(float(sign_product(10.0).real), 9)
    (-1.0, -1.0)
    """
    y = finite_array("frequency", frequency)
    if parity not in (1, -1):
        raise ValueError(f"Argument `parity` must be 1 or -1, but is {parity!r}.")
    return -1j * parity * np.exp(-2j * parity * np.arctan(np.tanh(np.pi * y / 2)))


def turned(operator: np.ndarray, phase: float) -> np.ndarray:
    """U_φ† M U_φ with U_φ = Σ e^{ikφ} |k⟩⟨k|: the entry (k, l) gains e^{i(l − k)φ}.

    operator: shape (d, d). phase: φ, finite. Raises ValueError for anything else.

    >>> turned(np.ones((2, 2)), np.pi / 2).round(12)
    array([[1.+0.j, 0.+1.j],
           [0.-1.j, 1.+0.j]])
    """
    matrix = complex_array("operator", operator)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"Argument `operator` must be square, but has shape {matrix.shape}.")
    k = np.arange(len(matrix))
    return matrix * np.exp(1j * finite_number("phase", phase) * (k[None] - k[:, None]))


def limit_density(
    points: np.ndarray, coefficients: Sequence[complex], *, phase: float = 0.0, width: float = 0.0
) -> np.ndarray:
    """The limit (8) of the density of X on Σ c_k |N, k⟩, at the points.

    phase: φ = arg A_01, as
    :attr:`~nonlocality.macroscopic_nonlocality.particles.ParticleMeasurement.phase`. width: s.
    coefficients: of unit norm. Raises ValueError otherwise.

    >>> x = np.linspace(-9, 9, 1801)
    >>> round(float(limit_density(x, [0.6, 0.8], phase=1.0, width=0.5).sum() * 0.01), 9)
    1.0
    """
    c = check_coefficients(coefficients, np.size(coefficients))
    wave = c * np.exp(1j * finite_number("phase", phase) * np.arange(len(c)))
    elements = density_elements(points, dimension=len(c), width=width)
    return np.einsum("k,l,kl...->...", wave.conj(), wave, elements).real


def distance_to_limit(statistics: CollectiveStatistics, coefficients: Sequence[complex]) -> float:
    """Total-variation distance of X at finite N from its limit, in [0, 1].

    The limit density is collected in the cells between the midpoints of neighbouring values of
    X, where the finite distribution sits; the distance is ½ Σ |P_N(cell) − P(cell)|, with what
    the limit has outside all cells. Raises ValueError for unnormalised coefficients.

    >>> from nonlocality.macroscopic_nonlocality.collective import collective_statistics
    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> statistics = collective_statistics(100, spin_measurement(), dimension=2)
    >>> distance_to_limit(statistics, [0, 1]) < 0.01
    True
    """
    c = check_coefficients(coefficients, statistics.dimension)
    probabilities, x = statistics.distribution(c), statistics.outcomes
    width = statistics.measurement.width
    reach = 2 * np.sqrt(len(c)) + MARGIN  # the turning point of the highest level, and more
    near = np.abs(x) <= reach * np.hypot(1, width)
    far = float(probabilities[~near].sum())
    edges = np.append(x[near] - statistics.spacing / 2, x[near][-1] + statistics.spacing / 2)
    wave = c * np.exp(1j * statistics.measurement.phase * np.arange(len(c)))
    tails = half_line_elements(edges, dimension=len(c), width=width)
    beyond = np.einsum("k,l,kle->e", wave.conj(), wave, tails).real
    cells = -np.diff(beyond)
    outside = 1 - beyond[0] + beyond[-1]
    return float(np.abs(probabilities[near] - cells).sum() + outside + far) / 2


def wigner_function(
    positions: np.ndarray, momenta: np.ndarray, coefficients: Sequence[complex]
) -> np.ndarray:
    """Wigner function of Σ c_k |k⟩ on a grid, shape (positions, momenta); it adds up to 1.

    Its marginal along the direction x cos φ − p sin φ is :func:`limit_density` at phase φ.
    The vacuum's is e^{−(x² + p²)/2}/2π. Raises ValueError for unnormalised coefficients.

    >>> float((wigner_function([0.0], [0.0], [0, 1])[0, 0] * 2 * np.pi).round(12))
    -1.0
    """
    c = check_coefficients(coefficients, np.size(coefficients))
    x, p = np.meshgrid(
        finite_array("positions", positions), finite_array("momenta", momenta), indexing="ij"
    )
    (used,) = np.nonzero(c)
    found, angle = np.zeros(x.shape), np.angle(x + 1j * p)
    square = np.minimum(np.hypot(x, p), FAR) ** 2
    for order in sorted({int(b - a) for a in used for b in used if b >= a}):
        rows = laguerre_functions(square, order=order, dimension=int(used[-1]) - order + 1)
        turn = np.exp(1j * order * angle) * (2 if order else 1) / (2 * np.pi)
        for k in used[used + order < len(c)]:
            weight = (-1) ** int(k) * c[k] * c[k + order].conj()
            found += (weight * turn).real * rows[k]
    return found
