"""Deep tails and stakes against sums and integrals in fractions."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.special import chdtrc

from nonlocality.experiments.tails import (
    log2_bernoulli_bet,
    log2_binomial_tail,
    log2_half_chi_square,
)


@pytest.mark.parametrize(("wins", "trials"), [(196, 245), (124, 150), (1, 3), (0, 5), (900, 1000)])
def test_a_binomial_tail_is_the_exact_sum(wins, trials):
    exact = sum(comb(trials, k) * Fraction(3) ** k for k in range(wins, trials + 1))
    bits = float(log2_binomial_tail(wins, trials, 0.75))
    assert 2**bits == pytest.approx(float(exact / Fraction(4) ** trials), rel=1e-11)


def test_a_tail_far_below_the_smallest_float_keeps_its_digits():
    """A binomial tail of 4000 trials in whole numbers, near 2**-4000."""
    trials, wins = 4000, 3900
    exact = sum(comb(trials, k) for k in range(wins, trials + 1))
    digits = len(bin(exact)) - 2
    expected = np.log2(float(Fraction(exact, 2**digits))) + digits - trials
    assert log2_binomial_tail(wins, trials, 0.5) == pytest.approx(expected, rel=1e-12)
    assert expected < -3000


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (3, 1), (1, 3), (20, 0), (0, 20), (60, 3)])
def test_a_bet_is_the_integral_in_fractions(wins, losses):
    """∫ q^w (1 − q)^l dq from 3/4 to 1, term by term."""
    chance = Fraction(3, 4)
    integral = sum(
        Fraction((-1) ** k * comb(losses, k), wins + k + 1) * (1 - chance ** (wins + k + 1))
        for k in range(losses + 1)
    )
    exact = integral / ((1 - chance) * chance**wins * (1 - chance) ** losses)
    assert 2 ** log2_bernoulli_bet(wins, losses, 0.75) == pytest.approx(float(exact), rel=1e-9)


def test_a_lost_bet_keeps_the_share_that_was_hardly_staked():
    """For many losses the integral is that of (1 − q)ˡ near `chance`: 1/(l + 1) remains."""
    assert log2_bernoulli_bet(1, 10_000, 0.75) == pytest.approx(-np.log2(10_001), abs=1e-3)


def test_the_tail_of_chi_square_goes_on_where_floats_end():
    for g2 in (1.0, 900.0):
        assert log2_half_chi_square(g2) == pytest.approx(np.log2(chdtrc(1, g2) / 2), rel=1e-12)
    # for large s the tail is exp(−s²)/(2 s √π) (1 − 1/(2 s²) + …), s² = g2/2
    s2 = 5000.0
    tail = -s2 / np.log(2) - np.log2(2 * np.sqrt(np.pi * s2)) + np.log2(1 - 1 / (2 * s2))
    assert log2_half_chi_square(2 * s2) == pytest.approx(tail, abs=1e-6)
