from fractions import Fraction
from math import comb, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import dblquad
from scipy.optimize import minimize_scalar

from nonlocality.macroscopic_nonlocality.independent_pairs import (
    chsh_gaussian,
    chsh_majority,
    chsh_majority_best,
    gaussian_sign_correlator,
    majority_correlator,
    majority_excess,
    majority_weights,
)

ODD = [1, 3, 5, 7, 21]


def by_counting(n, c):
    """E_N(c) from the table of (Σa, Σb): i pairs (++), j (+−), k (−+), the rest (−−)."""
    same, other = Fraction(1 + c) / 4, Fraction(1 - c) / 4
    total = Fraction(0)
    for i in range(n + 1):
        for j in range(n + 1 - i):
            for k in range(n + 1 - i - j):
                rest = n - i - j - k
                ways = comb(n, i) * comb(n - i, j) * comb(n - i - j, k)
                sign = (1 if 2 * (i + j) > n else -1) * (1 if 2 * (i + k) > n else -1)
                total += sign * ways * same ** (i + rest) * other ** (j + k)
    return total


@pytest.mark.parametrize("n", ODD)
def test_weights_are_a_distribution_over_odd_orders(n):
    weights = majority_weights(n)
    assert len(weights) == (n + 1) // 2
    assert min(weights) > 0
    assert sum(weights) == 1


@pytest.mark.parametrize("n", [1, 3, 5, 7])
@pytest.mark.parametrize("c", [Fraction(1, 3), Fraction(-5, 7), Fraction(1)])
def test_weights_give_the_correlator_counted_from_all_outcomes(n, c):
    series = sum(w * c ** (2 * j + 1) for j, w in enumerate(majority_weights(n)))
    assert series == by_counting(n, c)
    assert float(majority_correlator(float(c), pairs=n)) == pytest.approx(float(series), abs=1e-14)


@pytest.mark.parametrize("n", ODD)
def test_every_weight_falls_by_the_factor_of_the_proof(n):
    m = (n - 1) // 2
    for j, (w, v) in enumerate(zip(majority_weights(n), majority_weights(n + 2), strict=False)):
        assert v / w == 1 - Fraction(2 * j + 1, 4 * (m + 1) * (m + 1 - j))


def test_correlator_falls_to_the_arcsine():
    c = np.linspace(0.05, 0.99, 12)
    values = [majority_correlator(c, pairs=n) for n in (1, 3, 5, 11, 101, 1001)]
    assert (np.diff(values, axis=0) < 0).all()
    assert (values[-1] > gaussian_sign_correlator(c)).all()
    assert_allclose(values[0], c, rtol=1e-14)


@pytest.mark.parametrize("n", [1001, 100001])
@pytest.mark.parametrize("c", [0.3, 1 / sqrt(2)])
def test_distance_from_the_arcsine_is_of_order_one_over_n(n, c):
    gap = float(majority_correlator(c, pairs=n) - gaussian_sign_correlator(c))
    assert n * gap == pytest.approx(c / (pi * sqrt(1 - c * c)), rel=20 / n)


@given(st.floats(-1, 1))
def test_correlator_is_odd(c):
    assert majority_correlator(-c, pairs=9) == -majority_correlator(c, pairs=9)


def test_one_pair_reaches_tsirelson_and_three_pairs_a_known_value():
    assert chsh_majority(pi / 4, pairs=1) == pytest.approx(2 * sqrt(2), abs=1e-14)
    # E_3 = (3c + c³)/4 at c = 1/√2
    assert chsh_majority(pi / 4, pairs=3) == pytest.approx(7 * sqrt(2) / 4, abs=1e-14)


@pytest.mark.parametrize("n", [3, 11, 101, 10001])
def test_violation_at_every_size_and_settings_that_close_up_do_better(n):
    fixed = chsh_majority(pi / 4, pairs=n)
    angle, best = chsh_majority_best(pairs=n)
    assert 2 < fixed <= best + 1e-9
    assert best <= 2 * sqrt(2) + 1e-12
    assert best == pytest.approx(chsh_majority(angle, pairs=n), abs=1e-12)


def test_best_violation_dies_like_one_over_the_square_root():
    top = -minimize_scalar(lambda v: -majority_excess(v), bounds=(0.05, 3), method="bounded").fun
    assert min(majority_excess(v) for v in np.geomspace(1e-3, 1e3, 60)) > 0
    for n, tolerance in [(101, 2e-3), (10001, 2e-4)]:
        angle, best = chsh_majority_best(pairs=n)
        assert sqrt(n) * (best - 2) == pytest.approx(top, abs=tolerance)
        flips = n * angle**2 / 4
        assert sqrt(n) * (chsh_majority(sqrt(4 * flips / n), pairs=n) - 2) == pytest.approx(
            majority_excess(flips), abs=tolerance
        )


@pytest.mark.parametrize("c", [-0.6, 0.2, 0.8])
def test_arcsine_law_is_the_gaussian_integral(c):
    def density(y, x):
        return np.exp(-(x * x - 2 * c * x * y + y * y) / (2 * (1 - c * c)))

    quadrant = dblquad(density, 0, 9, 0, 9, epsabs=1e-10)[0] / (2 * pi * sqrt(1 - c * c))
    assert 4 * quadrant - 1 == pytest.approx(float(gaussian_sign_correlator(c)), abs=1e-7)


@given(st.integers(0, 10**6), st.integers(2, 6))
def test_gaussian_signs_of_quantum_correlators_obey_chsh(seed, size):
    vectors = np.random.default_rng(seed).normal(size=(4, size))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert chsh_gaussian(vectors[:2] @ vectors[2:].T) <= 2 + 1e-7


@given(st.floats(0, pi / 3))
def test_equality_for_vectors_in_order_in_a_plane(theta):
    near, far = np.cos(theta), np.cos(3 * theta)
    assert chsh_gaussian([[near, near], [near, far]]) == pytest.approx(2, abs=1e-6)


@pytest.mark.parametrize("bad", [0, 2, -3, 2.5, 10**7 + 1])
def test_majority_refuses_even_or_impossible_numbers_of_pairs(bad):
    with pytest.raises(ValueError, match="Argument `pairs` must"):
        majority_correlator(0.5, pairs=bad)
    with pytest.raises(ValueError, match="Argument `pairs` must"):
        majority_weights(bad)


@pytest.mark.parametrize("bad", [1.1, -2, np.nan, np.inf])
def test_correlators_outside_the_interval_are_refused(bad):
    with pytest.raises(ValueError, match="Argument `correlator` must"):
        majority_correlator(bad, pairs=3)
    with pytest.raises(ValueError, match="Argument `correlator` must"):
        gaussian_sign_correlator(bad)
    with pytest.raises(ValueError, match="Argument `correlators` must"):
        chsh_gaussian([[bad, 0], [0, 0]])


def test_other_bad_arguments():
    with pytest.raises(ValueError, match="Argument `angle` must hold finite"):
        chsh_majority(np.nan, pairs=3)
    with pytest.raises(ValueError, match=r"must have shape \(2, 2\)"):
        chsh_gaussian([0.5, 0.5])
    with pytest.raises(ValueError, match="Argument `flips` must be positive"):
        majority_excess(0)
    with pytest.raises(ValueError, match="Argument `flips` must hold finite"):
        majority_excess(np.inf)


@pytest.mark.parametrize("flips", [1e6, 1.1e6, 1e9, 1e100])
def test_large_spreads_leave_nothing_and_no_nan(flips):
    """Two walks that cancel: 2√(2/π) (m(9Λ) − 3 m(Λ)) falls as 4/(3π√Λ)."""
    assert majority_excess(flips) == pytest.approx(4 / (3 * pi * sqrt(flips)), rel=1e-4)
