from fractions import Fraction
from math import pi

import numpy as np
import pytest
from scipy.integrate import quad

from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.causal_relaxations.singlet import (
    chained_bits,
    enclosed_singlet_bits,
    isotropic_singlet_bits,
    largest_singlet_bits,
    singlet_bits,
    singlet_bounds,
)
from nonlocality.foundations.behaviours import Behaviour


def test_both_printed_numbers_lie_on_one_curve():
    """0.0663 is its maximum, 0.0463 its value at 45°, cut and rounded to three digits."""
    assert largest_singlet_bits()[1] == pytest.approx(0.0663, abs=5e-5)
    assert singlet_bits(pi / 4) == pytest.approx(0.0463, abs=5e-5)


def test_the_maximum_is_one():
    angle, bits = largest_singlet_bits()
    grid = np.linspace(0, pi, 20001)
    assert singlet_bits(grid).max() <= bits
    assert singlet_bits(angle + 1e-3) < bits > singlet_bits(angle - 1e-3)


def test_the_curve_is_symmetric_and_vanishes_where_bells_model_is_right():
    grid = np.linspace(0, pi, 101)
    assert singlet_bits(grid) == pytest.approx(singlet_bits(pi - grid), abs=1e-14)
    assert singlet_bits([0, pi / 2, pi]) == pytest.approx(0, abs=1e-15)


def test_bells_model_of_1964_differs_with_the_probability_of_the_formula():
    """A million random directions: three standard deviations."""
    rng = np.random.default_rng(1964)
    directions = rng.normal(size=(10**6, 3))
    for phi in (0.3, pi / 4, 2.0):
        other = np.array([np.cos(phi), np.sin(phi), 0])
        differ = np.sign(directions[:, 0]) != -np.sign(directions @ other)
        share = 1 - phi / pi
        assert differ.mean() == pytest.approx(share, abs=3e-3 * np.sqrt(share * (1 - share)))


def test_the_mean_over_directions():
    found = quad(lambda t: np.sin(t) * singlet_bits(t), 0, pi / 2, epsabs=1e-12)[0]
    assert isotropic_singlet_bits() == pytest.approx(found, abs=1e-8)
    assert isotropic_singlet_bits() < chained_bits(2)


@pytest.mark.parametrize("n", [2, 3])
def test_on_a_ring_of_settings_no_model_is_cheaper_than_bells(n):
    """The whole singlet behaviour, its 2n pairs of neighbours equally likely, others nearly never.

    A pair of settings that hardly ever occurs can only raise the information by its weight.
    """
    step = pi / (2 * n)
    alice, bob = 2 * step * np.arange(n), 2 * step * np.arange(n) + step
    angle = alice[:, None] - bob[None, :]
    table = np.empty((2, 2, n, n))
    for a, b in np.ndindex(2, 2):
        table[a, b] = (1 - (-1) ** (a + b) * np.cos(angle)) / 4
    near = np.isclose(np.abs((angle + pi / 2) % pi - pi / 2), step)
    assert near.sum() == 2 * n
    rare = 1e-6
    weights = np.where(near, (1 - rare * (n * n - 2 * n)) / (2 * n), rare)
    found = strength(Behaviour(table), input_weights=weights)
    assert found.least.lower == pytest.approx(chained_bits(n), abs=1e-5)


def test_four_settings_on_the_ring_come_closest_to_the_maximum():
    bits = [chained_bits(n) for n in range(2, 40)]
    assert np.argmax(bits) == 2
    assert 0.06616 < bits[2] < largest_singlet_bits()[1] < 0.06629


@pytest.mark.parametrize("wrong", [-0.1, 3.2, np.nan, "x"])
def test_angles_outside_are_refused(wrong):
    with pytest.raises(ValueError, match="Argument `angle` must"):
        singlet_bits(wrong)


@pytest.mark.parametrize("wrong", [1, 0, 2.5])
def test_a_ring_needs_two_settings(wrong):
    with pytest.raises(ValueError, match="Argument `settings` must"):
        chained_bits(wrong)


@pytest.mark.parametrize("pieces", [100, 10**4])
def test_finitely_many_pieces_bound_the_curve_and_its_mean_from_both_sides(pieces):
    largest, mean = singlet_bounds(pieces)
    assert largest.reached == largest_singlet_bits()[1] < largest.upper
    assert mean.lower < isotropic_singlet_bits() < mean.upper
    assert max(largest.gap, mean.gap) < 4 / pieces


@pytest.mark.parametrize("share", [Fraction(1, 50), Fraction(1, 8), Fraction(1, 4), Fraction(1, 2)])
def test_enclosed_bits_are_those_of_floats(share):
    found = enclosed_singlet_bits(share)
    assert found.lower <= singlet_bits(float(share) * pi) + 1e-15
    assert found.upper >= singlet_bits(float(share) * pi) - 1e-15
    assert found.gap <= Fraction(2, 10**15)


@pytest.mark.parametrize("share", [0.25, Fraction(1, 100), Fraction(2, 3), "1/4"])
def test_shares_that_are_no_fractions_of_the_range_are_refused(share):
    with pytest.raises(ValueError, match="Argument `share` must be a Fraction"):
        enclosed_singlet_bits(share)
