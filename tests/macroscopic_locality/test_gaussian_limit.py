"""The distance of intensities from their Gaussian."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from samples import three_outcomes
from scipy.integrate import quad
from scipy.stats import norm

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.macroscopic_locality.gaussian_limit import (
    _bivariate_normal,
    gaussian_distance,
    joint_gaussian_distance,
)
from nonlocality.macroscopic_locality.intensities import sample_intensities


@pytest.mark.parametrize("probability", [0.5, 0.3, 0.05])
def test_the_gaussian_is_approached_as_the_inverse_root_of_n(probability):
    """Exact distances fall by 10 for 100 times the pairs, and obey Berry and Esseen."""
    pairs = [10**3, 10**5, 10**7]
    distance = np.array([gaussian_distance(probability, pairs=n) for n in pairs])
    assert_allclose(distance[:-1] / distance[1:], 10, rtol=0.02)
    q = 1 - probability
    third = (probability**2 + q**2) / np.sqrt(probability * q)
    assert (distance <= 0.4748 * third / np.sqrt(pairs)).all()


def test_the_distance_of_a_coin_by_hand():
    """One pair: F jumps from 0 to ½ at −1, where Φ(−1) = 0.1587."""
    assert gaussian_distance(0.5, pairs=1) == pytest.approx(0.5 - 0.15865525393145707)
    assert gaussian_distance(0.5, pairs=10**8) == pytest.approx(
        1 / np.sqrt(2 * np.pi * 10**8), rel=1e-6
    )


def test_the_joint_distance_of_one_pair_by_hand():
    """N = 1, independent coins: the worst corner is where both counts are 0 or both are 1."""
    noise = behaviour_white_noise((2, 2), (1, 1))
    low, high = norm.cdf([-1, 1])
    # F is 0, ¼, ½ or 1 on its steps; both limits of Φ₂ at the corners of each step
    steps = [(0.25, low * low, high * high), (0.5, low, high), (0, 0, low), (1, high * high, 1)]
    by_hand = max(abs(f - g) for f, *ends in steps for g in ends)
    assert joint_gaussian_distance(noise, x=0, y=0, pairs=1) == pytest.approx(by_hand, abs=1e-9)


def test_the_joint_distribution_tends_to_the_gaussian():
    """Exact counts of a box without symmetry, for its covariance and for a wrong one."""
    box = three_outcomes(2)
    box = Behaviour(np.concatenate([box.table[:1], box.table[1:].sum(axis=0, keepdims=True)]))
    distance = [joint_gaussian_distance(box, x=0, y=1, pairs=n) for n in (50, 200, 800)]
    assert_allclose(np.array(distance[:-1]) / distance[1:], 2, rtol=0.1)
    assert distance[-1] < 0.03


@pytest.mark.parametrize("correlation", [-0.9, -0.3, 0, 0.7, 0.95])
def test_plackett_s_integral(correlation):
    grid = np.array([-2.5, -0.4, 0.0, 1.1])
    width = np.sqrt(1 - correlation**2)

    def by_conditioning(h, k):
        return quad(lambda t: norm.pdf(t) * norm.cdf((k - correlation * t) / width), -10, h)[0]

    exact = [[by_conditioning(h, k) for k in grid] for h in grid]
    assert_allclose(_bivariate_normal(grid, grid, correlation), exact, atol=1e-8)


def test_huge_experiments_are_refused_at_once():
    box, rng = behaviour_pr_box().with_noise(visibility=0.5), np.random.default_rng(0)
    for huge in (10**30, 10**300, 2**53 + 1):
        with pytest.raises(
            ValueError, match=r"`pairs` must be at most 9.*, up to which counts are"
        ):
            sample_intensities(box, x=0, y=0, pairs=huge, runs=1, rng=rng)
        with pytest.raises(ValueError, match="`pairs` must be at most"):
            gaussian_distance(0.5, pairs=huge)
    with pytest.raises(ValueError, match=r"`pairs` must be smaller: the call would need"):
        gaussian_distance(0.5, pairs=2**53)
    for huge in (10**9, 10**30, 10**300):
        with pytest.raises(ValueError, match=r"`runs` must be smaller: the call would need"):
            sample_intensities(box, x=0, y=0, pairs=1, runs=huge, rng=rng)
