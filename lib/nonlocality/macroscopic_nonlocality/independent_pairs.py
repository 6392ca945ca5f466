"""Independent pairs: majority votes and Gaussian limits, where coarse-graining restores locality.

A source makes N pairs, all alike and independent; each party measures every particle in the same
way and keeps only the sign of the sum of the N outcomes ±1. If every outcome is unbiased and the
correlator of one pair is c, the correlator of the two signs depends on c and N alone.
"""

from fractions import Fraction
from math import comb, fmod, log, pi, sqrt

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, ive

from nonlocality.foundations.checks import counts, finite_array, finite_number

_LARGEST = 10**7
"""Most pairs: five arrays of N/2 numbers each, 0.2 GB."""


WIDE = 1e6
"""Beyond it the two walks cancel, and 4/(3π√Λ), their difference, is right to 1/Λ of itself."""


def _odd(pairs: int, *, largest: int = _LARGEST) -> int:
    (number,) = counts("pairs", (pairs,))
    if number % 2 == 0:
        raise ValueError(f"Argument `pairs` must be odd, so that no vote is tied, but is {number}.")
    if number > largest:
        raise ValueError(f"Argument `pairs` must be at most {largest}, but is {number}.")
    return number


def _correlator(name: str, value: float | np.ndarray) -> np.ndarray:
    array = finite_array(name, value)
    if array.size and np.abs(array).max() > 1 + 1e-12:
        worst = array.flat[np.abs(array).argmax()]
        raise ValueError(f"Argument `{name}` must lie in [-1, 1], but is {worst}.")
    return np.clip(array, -1, 1)


def majority_weights(pairs: int) -> list[Fraction]:
    """Fourier weights of the majority vote at the orders 1, 3, …, N, as exact fractions.

    The weight of order k = 2j + 1 is W_k = (N/k) 4^(−2m) C(2m, m)² C(m, j)²/C(2m, 2j) with
    N = 2m + 1; the weights are positive and add up to 1. Each W_k falls as N grows.
    Raises ValueError unless `pairs` is odd, positive and at most 2001.

    >>> majority_weights(5)
    [Fraction(45, 64), Fraction(5, 32), Fraction(9, 64)]
    """
    n = _odd(pairs, largest=2001)
    m = (n - 1) // 2
    tie = Fraction(comb(2 * m, m), 4**m)
    return [
        Fraction(n * comb(m, j) ** 2, (2 * j + 1) * comb(2 * m, 2 * j)) * tie**2
        for j in range(m + 1)
    ]


def _log_weights(n: int) -> tuple[np.ndarray, np.ndarray]:
    """The orders k and log W_k."""
    m = (n - 1) // 2
    j = np.arange(m + 1.0)

    def choose(a: float, b: np.ndarray | float) -> np.ndarray:
        return gammaln(a + 1.0) - gammaln(b + 1.0) - gammaln(a - b + 1.0)

    tie = choose(2 * m, m) - 2 * m * log(2)
    return 2 * j + 1, np.log(n / (2 * j + 1)) + 2 * choose(m, j) - choose(2 * m, 2 * j) + 2 * tie


def majority_correlator(correlator: float | np.ndarray, *, pairs: int) -> np.ndarray:
    """⟨sgn ΣA_i · sgn ΣB_i⟩ for N independent pairs of unbiased bits with one correlator.

    E_N(c) = Σ_k W_k c^k over odd k, the noise stability of the majority vote; E_1(c) = c, and
    E_N(c) falls with N to (2/π) arcsin c for 0 < c < 1. `correlator` may be an array; the answer
    has its shape, with a relative accuracy of about 1e-16 N log N.
    Raises ValueError for a correlator outside [−1, 1] and an even or too large number of pairs.

    >>> float(majority_correlator(0.5, pairs=3).round(12))
    0.40625
    """
    c = _correlator("correlator", correlator)
    orders, logs = _log_weights(_odd(pairs))
    flat = np.zeros(c.size)
    for i, value in enumerate(c.ravel()):
        if value:
            flat[i] = np.sign(value) * np.exp(logs + orders * log(abs(value))).sum()
    return flat.reshape(c.shape)


def gaussian_sign_correlator(correlator: float | np.ndarray) -> np.ndarray:
    """⟨sgn x sgn y⟩ = (2/π) arcsin c of two centred Gaussians with correlation coefficient c.

    The limit of :func:`majority_correlator`. Raises ValueError for c outside [−1, 1].

    >>> float(gaussian_sign_correlator(0.5).round(12))
    0.333333333333
    """
    return 2 / pi * np.arcsin(_correlator("correlator", correlator))


def chsh_majority(angle: float, *, pairs: int) -> float:
    """CHSH of majority votes on N singlets, the settings in a plane, equally spaced.

    S = 3 E_N(cos θ) − E_N(cos 3θ), θ the angle between neighbours in the order A′, B, A, B′ of
    the measurement directions (Bob's outcomes flipped, so that a singlet has c = cos θ).
    Raises ValueError for an angle that is not finite, and as :func:`majority_correlator`.

    >>> round(chsh_majority(pi / 4, pairs=1) / sqrt(2), 12)
    2.0
    """
    theta = fmod(finite_number("angle", angle), 2 * pi)  # 3 θ stays finite
    near, far = majority_correlator([np.cos(theta), np.cos(3 * theta)], pairs=pairs)
    return float(3 * near - far)


def chsh_majority_best(*, pairs: int) -> tuple[float, float]:
    """The angle in (0, π/3) that makes :func:`chsh_majority` largest, and that CHSH value.

    Found by a bounded one-dimensional search, so the value is a lower bound over all settings.
    Raises ValueError as :func:`majority_correlator`.

    >>> angle, chsh = chsh_majority_best(pairs=101)
    >>> bool(angle < pi / 20 and chsh > chsh_majority(pi / 4, pairs=101) + 0.06)
    True
    """
    n = _odd(pairs)
    scale = sqrt(n)  # the best angle is close to √(4Λ/N), see `majority_excess`
    found = minimize_scalar(
        lambda t: -chsh_majority(t / scale, pairs=n),
        bounds=(0.1, min(pi / 3 * scale, 4.0)),
        method="bounded",
        options={"xatol": 1e-7},
    )
    return float(found.x) / scale, float(-found.fun)


def _mean_walk(steps: float) -> float:
    """E|D| of a symmetric walk of ±1 with a Poisson number of steps of this mean."""
    return steps * float(ive(0, steps) + ive(1, steps))


def majority_excess(flips: float) -> float:
    """lim √N (S_N − 2) for settings at the angle θ = √(4Λ/N), Λ = `flips` > 0.

    About Λ pairs then disagree between neighbouring settings, each shifting the sum by ±2, and
    the limit is 2√(2/π) (m(9Λ) − 3 m(Λ)) with m(Λ) = Λ e^(−Λ) (I₀(Λ) + I₁(Λ)) the mean distance
    of a symmetric walk with a Poisson number Λ of steps. It is positive, because m(Λ)/√Λ grows
    (m′ = e^(−Λ) I₀ and I₀ > I₁), and largest near Λ = 0.322: the violation of these settings dies
    like N^(−1/2) only, while that of fixed settings dies like 1/N.
    Raises ValueError for `flips` that is not positive and finite.

    >>> round(majority_excess(0.32194), 5)
    0.73717
    """
    mean = float(finite_array("flips", flips))
    if mean <= 0:
        raise ValueError(f"Argument `flips` must be positive, but is {mean}.")
    if mean > WIDE:
        return 4 / (3 * pi * sqrt(mean))
    return 2 * sqrt(2 / pi) * (_mean_walk(9 * mean) - 3 * _mean_walk(mean))


def chsh_gaussian(correlators: np.ndarray) -> float:
    """Largest CHSH value of the signs of Gaussian intensities, ≤ 2 for quantum pairs.

    correlators: c[x, y] of the intensities, shape (2, 2). The value is the largest of
    |Σ ±(2/π) arcsin c_xy| with an odd number of minus signs. That it is at most 2 is exactly the
    condition of Tsirelson, Landau and Masanes for the c_xy to have a quantum model.
    Raises ValueError for another shape or entries outside [−1, 1].

    >>> round(chsh_gaussian([[0.5**0.5, 0.5**0.5], [0.5**0.5, -(0.5**0.5)]]), 12)
    2.0
    >>> chsh_gaussian([[1, 1], [1, -1]])
    4.0
    """
    c = _correlator("correlators", correlators)
    if c.shape != (2, 2):
        raise ValueError(f"Argument `correlators` must have shape (2, 2), but has {c.shape}.")
    signs = gaussian_sign_correlator(c)
    return float(np.abs(signs.sum() - 2 * signs).max())
