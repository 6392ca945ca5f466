"""Identical pairs read to the last particle: parity, square waves, and every other bit.

N pairs with correlator c, unbiased, each party sums its outcomes ±1. With settings that are fixed
the full statistics become Gaussian, bit by bit, and local. With settings that close up as
1/√N the parity of the sum violates CHSH at every N.
"""

from math import cos, fmod, log, pi, sqrt

import numpy as np
from scipy.fft import fft2
from scipy.optimize import minimize_scalar

from nonlocality.foundations.checks import counts, finite_number, in_interval
from nonlocality.foundations.random import generator_of
from nonlocality.macroscopic_nonlocality.quadrature_chsh import SIGNS

LARGEST_TABLE = 1000
"""Most pairs whose joint distribution is written out: a million numbers a setting."""

PARITY_LIMIT = 8 / 3 ** (9 / 8)
"""CHSH of parities for N → ∞: 3 g − g⁹ with g = e^{−u²/2} is largest at g⁸ = 1/3."""


def chsh_parity(angle: float, *, pairs: int) -> float:
    """3 cos^N θ − cos^N 3θ: CHSH of parities on N singlets, four settings θ apart in a plane.

    The parity of N outcomes is their product, and products of independent pairs multiply. pairs:
    N. angle: θ, as in :func:`~nonlocality.macroscopic_nonlocality.independent_pairs.chsh_majority`.
    Raises ValueError for an angle that is not finite.

    >>> round(chsh_parity(pi / 4, pairs=1) / sqrt(2), 12)
    2.0
    """
    (n,) = counts("pairs", [pairs])
    theta = fmod(finite_number("angle", angle), 2 * pi)  # 3 θ stays finite
    return 3 * cos(theta) ** n - cos(3 * theta) ** n


def chsh_parity_best(*, pairs: int) -> tuple[float, float]:
    """The angle that makes :func:`chsh_parity` largest, and the value; both from a search.

    For N → ∞ the angle is √(ln 3/4N) and the value :data:`PARITY_LIMIT`.

    >>> angle, chsh = chsh_parity_best(pairs=10**6)
    >>> round(angle * 2000 / sqrt(log(3)), 5), round(chsh - PARITY_LIMIT, 5)
    (1.0, 0.0)
    """
    (n,) = counts("pairs", [pairs])
    guess = sqrt(log(3) / (4 * n))
    found = minimize_scalar(
        lambda t: -chsh_parity(t, pairs=n),
        bounds=(guess / 2, min(2 * guess, pi / 2)),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(found.x), float(-found.fun)


def pair_table(correlator: float, *, pairs: int) -> np.ndarray:
    """Joint distribution of how many of N pairs gave +1 at Alice and at Bob, (N + 1, N + 1).

    One pair has ++ and −− with probability (1 + c)/4 each, +− and −+ with (1 − c)/4.
    Raises ValueError for a correlator outside [−1, 1] or more than 1000 pairs.

    >>> pair_table(0.5, pairs=1)
    array([[0.375, 0.125],
           [0.125, 0.375]])
    """
    (n,) = counts("pairs", [pairs])
    in_interval("pairs", n, 1, LARGEST_TABLE)
    c = in_interval("correlator", correlator, -1, 1)
    turn = np.exp(-2j * pi * np.arange(n + 1) / (n + 1))
    one = (1 + c) / 4 * (1 + np.outer(turn, turn)) + (1 - c) / 4 * np.add.outer(turn, turn)
    table = fft2(one**n).real / (n + 1) ** 2  # the inverse transform, read backwards
    return np.roll(table[::-1, ::-1], 1, axis=(0, 1)).clip(0).round(17)


MOST_STARTS = 10_000
"""Random starts of a search, which are drawn at once."""


def best_bits(angle: float, *, pairs: int, starts: int = 8, seed: int = 0) -> float:
    """The largest CHSH found over all bits of the sums, settings θ apart in a plane as above.

    A see-saw: for given bits of one party the best of the other are signs. From the majority, the
    parity and random bits; a lower bound. Raises ValueError as :func:`pair_table`, and for more
    starts than :data:`MOST_STARTS`.

    >>> round(best_bits(pi / 4, pairs=3) / sqrt(2), 9)
    1.75
    """
    theta, (starts,) = fmod(finite_number("angle", angle), 2 * pi), counts("starts", [starts])
    if starts > MOST_STARTS:
        raise ValueError(f"Argument `starts` must be at most {MOST_STARTS}, but is {starts}.")
    near, far = (pair_table(cos(k * theta), pairs=pairs) for k in (1, 3))
    tables = np.array([[near, near], [near, far]])
    generator = generator_of("seed", seed)
    n, best = pairs, 0.0
    k = np.arange(n + 1)
    known = np.where(2 * k > n, 1.0, -1.0), (-1.0) ** k  # majority and parity
    randoms = generator.choice([-1.0, 1.0], size=(starts, 2, n + 1))
    for bob in (*(np.array([bits, bits]) for bits in known), *randoms):
        value = 0.0
        for _ in range(1000):
            alice = np.where(np.einsum("xy,xyij,yj->xi", SIGNS, tables, bob) < 0, -1.0, 1.0)
            left = np.einsum("xy,xyij,xi->yj", SIGNS, tables, alice)
            bob, before, value = np.where(left < 0, -1.0, 1.0), value, float(np.abs(left).sum())
            if value <= before + 1e-13:
                break
        best = max(best, value)
    return best


def chsh_square_wave(width: int, *, spread: float) -> float:
    """CHSH for N → ∞ of bits that change every `width` counts, settings u/√N apart.

    width: w ≥ 1; 1 is the parity. spread: u. Settings v/√N apart disagree on v²/4 pairs, half of
    them either way, so the two counts differ by the difference of two Poisson variables of mean
    v²/8. With the Fourier coefficients f_κ of the square wave at κ = π(2n + 1)/w the correlator
    is Σ |f_κ|² exp(−(v²/4)(1 − cos κ)).
    Raises ValueError for a width below 1 or a spread that is not finite.

    >>> round(chsh_square_wave(1, spread=sqrt(log(3) / 4)) / PARITY_LIMIT, 12)
    1.0
    """
    (w,) = counts("width", [width])
    u = in_interval("spread", finite_number("spread", spread), -1e150, 1e150)
    wave = np.repeat([1.0, -1.0], w)
    weights = np.abs(np.fft.fft(wave) / (2 * w)) ** 2
    kappa = np.pi * np.arange(2 * w) / w

    def correlator(v: float) -> float:
        return float(weights @ np.exp(-(v**2) / 4 * (1 - np.cos(kappa))))

    return 3 * correlator(u) - correlator(3 * u)
