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
from math import comb, factorial

import numpy as np
from scipy.special import eval_genlaguerre, gammaln, ndtr

from nonlocality.foundations.checks import (
    counts,
    finite_array,
    finite_number,
    in_interval,
    require_memory,
)
from nonlocality.macroscopic_nonlocality.collective import CollectiveStatistics, check_coefficients

REACH = 40.0
"""Beyond this many standard deviations of the vacuum, levels up to about 100 have nothing."""


def _points(points: np.ndarray, dimension: int) -> tuple[np.ndarray, int]:
    (d,) = counts("dimension", [dimension])
    x = finite_array("points", points)
    require_memory("points", 8 * x.size * d)
    return x, d


def wave_functions(points: np.ndarray, *, dimension: int) -> np.ndarray:
    """⟨x|k⟩ = e^{−x²/4} H_k(x) / √(√(2π) k!) for k < d, shape (d, …) (eq. A17).

    points: x, any shape. H_k are the Hermite polynomials with leading coefficient 1.
    Raises ValueError for points that are not finite or a dimension below 1.

    >>> (wave_functions(0.0, dimension=3)**2 * (2 * np.pi)**0.5).round(12)
    array([1. , 0. , 0.5])
    """
    x, d = _points(points, dimension)
    found = np.zeros((d, *x.shape))
    found[0] = np.exp(-(x**2) / 4) / (2 * np.pi) ** 0.25
    for k in range(1, d):
        found[k] = (x * found[k - 1] - np.sqrt(k - 1) * found[k - 2]) / np.sqrt(k)
    return found


def hermite_products(dimension: int) -> np.ndarray:
    """⟨k|x⟩⟨x|l⟩ √(2π) e^{x²/2} as a series Σ_n t_kln H_n(x), shape (d, d, 2d − 1).

    t_kln = √(k! l!) / (q! (k − q)! (l − q)!) with n = k + l − 2q, eq. (A14) at a = 1/2.

    >>> hermite_products(2)[1, 1]
    array([1., 0., 1.])
    """
    (d,) = counts("dimension", [dimension])
    found = np.zeros((d, d, 2 * d - 1))
    for k, l_ in np.ndindex(d, d):
        for q in range(min(k, l_) + 1):
            logs = (gammaln([k + 1, l_ + 1]).sum() / 2
                    - gammaln([q + 1, k - q + 1, l_ - q + 1]).sum())  # fmt: skip
            found[k, l_, k + l_ - 2 * q] = np.exp(logs)
    return found


def density_elements(points: np.ndarray, *, dimension: int, width: float = 0.0) -> np.ndarray:
    """⟨k|e_s(x)|l⟩, the limit POVM (10), shape (d, d, …).

    points: x. width: s ≥ 0. For s > 0 this is (A8): with α² = 1 + s² each H_n(x) of
    :func:`hermite_products` becomes H_n(x/α)/αⁿ, and the Gaussian has width α.
    Raises ValueError for a negative width.

    >>> float((density_elements(0.0, dimension=1, width=1.0)[0, 0] * np.pi**0.5).round(12))
    0.5
    """
    x, d = _points(points, dimension)
    s = in_interval("width", finite_number("width", width), 0, np.inf)
    if s == 0:
        waves = wave_functions(x, dimension=d)
        return waves[:, None] * waves[None, :]
    return np.tensordot(hermite_products(d), _hermite_gauss(x, 2 * d - 1, np.hypot(1, s)), 1)


def _hermite_gauss(x: np.ndarray, terms: int, alpha: float) -> np.ndarray:
    """H_n(x/α) e^{−x²/2α²} / (αⁿ √(2π) α), n < terms."""
    u = x / alpha
    found = np.zeros((terms, *x.shape))
    found[0] = np.exp(-(u**2) / 2) / (np.sqrt(2 * np.pi) * alpha)
    for n in range(1, terms):
        found[n] = (u * found[n - 1] - (n - 1) / alpha * found[n - 2]) / alpha
    return found


def half_line_elements(points: np.ndarray, *, dimension: int, width: float = 0.0) -> np.ndarray:
    """∫_x^∞ ⟨k|e_s(y)|l⟩ dy in closed form, shape (d, d, …): the chance to land beyond x.

    points: x. width: s ≥ 0. At s = 0: (ψ_k' ψ_l − ψ_k ψ_l')/(k − l) off the diagonal, which is
    the Wronskian of the oscillator's equation, and ψ_k ψ_{k−1}/√k more than the entry before on
    the diagonal. Raises ValueError for a negative width.

    >>> half_line_elements(0.0, dimension=2)[0].round(12) * (2 * np.pi)**0.5
    array([1.25331414, 1.        ])
    """
    x, d = _points(points, dimension)
    s = in_interval("width", finite_number("width", width), 0, np.inf)
    require_memory("points", 8 * x.size * d**2)
    if s > 0:
        alpha = np.hypot(1, s)
        terms = _hermite_gauss(x, 2 * d - 1, alpha)
        tails = np.concatenate([ndtr(-x / alpha)[None], terms[:-1]])
        return np.tensordot(hermite_products(d), tails, 1)
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
    return found


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
        raise ValueError(f"Argument `first` must be −1 or +1, but is {first!r}.")
    tails = half_line_elements(cuts, dimension=dimension, width=width)
    signs = first * (-1.0) ** np.arange(len(cuts))
    return first * np.eye(dimension) - 2 * tails @ signs


def sign_overlap(k: int, l_: int) -> Fraction:
    """i_kl |i_kl| · π/2 as a Fraction, for i_kl = ∫ sgn(x) ⟨k|x⟩⟨x|l⟩ dx of eq. (B5).

    i_kl = 2 √k ψ_{k−1}(0) ψ_l(0)/(k − l) for odd k and even l, symmetric, else 0; with
    ψ_{2j}(0)² √(2π) = C(2j, j)/4^j its square is a rational number times 2/π.
    Raises ValueError for negative levels.

    >>> sign_overlap(0, 1), sign_overlap(1, 2), sign_overlap(0, 3)
    (Fraction(1, 1), Fraction(1, 2), Fraction(-1, 6))
    """
    if min(k, l_) < 0:
        raise ValueError(f"Argument `k`, `l_` must not be negative, but are {k}, {l_}.")
    if (k - l_) % 2 == 0:
        return Fraction(0)
    odd, even = (k, l_) if k % 2 else (l_, k)
    i, j = (odd - 1) // 2, even // 2
    square = Fraction(odd * comb(2 * i, i) * comb(2 * j, j), 4 ** (i + j) * (odd - even) ** 2)
    return square * (-1) ** (i + j) * (1 if odd > even else -1)


def sign_operator(dimension: int) -> np.ndarray:
    """The sign of a quadrature in the levels k < d: the matrix i_kl of eq. (B5).

    >>> np.allclose(sign_operator(3) ** 2 * np.pi, [[0, 2, 0], [2, 0, 1], [0, 1, 0]])
    True
    """
    (d,) = counts("dimension", [dimension])
    exact = [[float(sign_overlap(k, l_)) for l_ in range(d)] for k in range(d)]
    return np.sign(exact) * np.sqrt(2 / np.pi * np.abs(exact))


def turned(operator: np.ndarray, phase: float) -> np.ndarray:
    """U_φ† M U_φ with U_φ = Σ e^{ikφ} |k⟩⟨k|: the entry (k, l) gains e^{i(l − k)φ}.

    operator: shape (d, d). phase: φ, finite.

    >>> turned(np.ones((2, 2)), np.pi / 2).round(12)
    array([[1.+0.j, 0.+1.j],
           [0.-1.j, 1.+0.j]])
    """
    k = np.arange(len(operator))
    return operator * np.exp(1j * finite_number("phase", phase) * (k[None] - k[:, None]))


def limit_density(
    points: np.ndarray, coefficients: Sequence[complex], *, phase: float = 0.0, width: float = 0.0
) -> np.ndarray:
    """The limit (8) of the density of X on Σ c_k |N, k⟩, at the points.

    phase: φ = arg A_01, as
    :attr:`~nonlocality.macroscopic_nonlocality.collective.ParticleMeasurement.phase`. width: s.
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
    >>> from nonlocality.macroscopic_nonlocality.collective import spin_measurement
    >>> statistics = collective_statistics(100, spin_measurement(), dimension=2)
    >>> distance_to_limit(statistics, [0, 1]) < 0.01
    True
    """
    c = check_coefficients(coefficients, statistics.dimension)
    probabilities, x = statistics.distribution(c), statistics.outcomes
    width = statistics.measurement.width
    near = np.abs(x) <= REACH * np.hypot(1, width)
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
    square = x**2 + p**2
    found = np.zeros(x.shape)
    for l_ in range(len(c)):
        for k in range(l_ + 1):
            root = (-1) ** k * np.sqrt(factorial(k) / factorial(l_))
            element = root * (x - 1j * p) ** (l_ - k) * eval_genlaguerre(k, l_ - k, square)
            found += (1 if k == l_ else 2) * (c[k] * c[l_].conj() * element.conj()).real
    return found * np.exp(-square / 2) / (2 * np.pi)
