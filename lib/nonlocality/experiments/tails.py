"""Probabilities and stakes as logarithms to base 2, where floats end: real data reach 2**-10000."""

from numbers import Integral

import numpy as np
from scipy.special import betaincc, betaln, chdtrc, erfcx

from nonlocality.foundations.checks import counts, in_interval, shown


def log2_binomial_tail(wins: int, trials: int, chance: float) -> float:
    """log2 P(W ≥ wins) for W binomial, at any depth; minus infinity if it cannot happen.

    Deep in the tail P = P(W = wins) (1 + r₁ + r₁ r₂ + …) with the ratios of successive terms, and
    the first term by its distance from the mean.
    Raises ValueError for numbers that do not fit.

    >>> round(log2_binomial_tail(3, 3, 0.5), 12)
    -3.0
    >>> round(log2_binomial_tail(2_000_000, 2_000_000, 0.75) / 2_000_000, 9)
    -0.415037499
    """
    chance = in_interval("chance", chance, 0, 1)
    (trials,) = counts("trials", (trials,))
    if not isinstance(wins, Integral) or not 0 <= wins <= trials:
        raise ValueError(f"Argument `wins` must lie in [0, {trials}], but is {shown(wins)}.")
    if wins == 0 or chance == 1:
        return 0.0
    if chance == 0:
        return -np.inf
    from scipy.stats import binom

    tail = float(binom.sf(wins - 1, trials, chance))
    if tail > 1e-250:
        return float(np.log2(tail))
    first = _log_binomial(wins, trials, chance)
    k = wins + np.arange(min(trials - wins, 200_000))
    ratios = (trials - k) / (k + 1) * (chance / (1 - chance))
    return float((first + np.log1p(np.cumprod(ratios).sum())) / np.log(2))


def _log_binomial(k: int, n: int, q: float) -> float:
    """log P(W = k), by Stirling's series of the factorials (Loader's way)."""
    if k in (0, n):
        return k * np.log(q) if k else n * np.log1p(-q)
    rest = _stirling(n) - _stirling(k) - _stirling(n - k)
    distance = _distance(k, n * q) + _distance(n - k, n * (1 - q))
    return rest - distance + 0.5 * np.log(n / (2 * np.pi * k * (n - k)))


def _stirling(n: float) -> float:
    """log n! − log(√(2πn) (n/e)^n)."""
    if n < 16:
        return float(np.log(np.arange(1, n + 1)).sum() - 0.5 * np.log(2 * np.pi * n)
                     - n * np.log(n) + n)  # fmt: skip
    return 1 / (12 * n) - 1 / (360 * n**3) + 1 / (1260 * n**5)


def _distance(x: float, mean: float) -> float:
    """x log(x/mean) + mean − x, without cancellation."""
    u = (mean - x) / x
    return float(x * (u - np.log1p(u)))


def log2_bernoulli_bet(wins: int, losses: int, chance: float) -> float:
    """log2 of the stake after bets on a win that has at most a given chance.

    The stake is spread evenly over the bets q/chance on a win, (1 − q)/(1 − chance) on a loss with
    q from `chance` to 1: the average is ∫ qʷ (1 − q)ˡ dq / ((1 − chance) chanceʷ (1 − chance)ˡ).
    It depends on the totals alone, and needs no order of the trials.

    >>> round(2 ** log2_bernoulli_bet(1, 0, 0.5), 12)  # the mean of 2q from 1/2 to 1
    1.5
    """
    chance = in_interval("chance", chance, 1e-12, 1 - 1e-12)
    log = betaln(wins + 1, losses + 1) - wins * np.log(chance) - (losses + 1) * np.log1p(-chance)
    upper = float(betaincc(wins + 1, losses + 1, chance))
    if upper > 1e-250:
        return float((log + np.log(upper)) / np.log(2))
    # far on the losing side: the part of a binomial that is below, by symmetry
    return float(log / np.log(2) + log2_binomial_tail(losses + 1, wins + losses + 1, 1 - chance))


def log2_half_chi_square(g2: float) -> float:
    """log2 of half the probability that χ² on one degree of freedom exceeds g2.

    >>> round(2 ** log2_half_chi_square(2.705543454095404), 9)
    0.05
    """
    p = float(chdtrc(1, g2)) / 2
    if p > 1e-250:
        return float(np.log2(p))
    # erfc(s) = exp(−s²) erfcx(s) with s² = g2/2
    return float(np.log2(erfcx(np.sqrt(g2 / 2)) / 2) - g2 / 2 / np.log(2))
