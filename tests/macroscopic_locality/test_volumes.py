from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from helpers import no_signalling_vertices
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.forms import one_point_correlators
from nonlocality.macroscopic_locality import radii
from nonlocality.macroscopic_locality.correlators import (
    macroscopic_margin,
    margin_of,
    uniform_no_signalling,
)
from nonlocality.macroscopic_locality.volumes import (
    NONLOCAL_SHARE,
    facet_vertices,
    macroscopic_reach,
    nonlocal_fraction,
    quantum_reach,
    uniform_facet_points,
)


def test_the_nonlocal_share_is_exactly_one_seventeenth():
    """Eight simplices over the polytope, whose volume is an integral of products of minima.

    Given the one-point correlators, E_xy has room 2 (1 − max(|E_x|, |E_y|)); with u = 1 − |E| the
    volume is 2⁴ · 2⁴ ∫ Π min(u_x, w_y), a monomial on each of the 24 orders of four numbers.
    """
    integral = Fraction(0)
    for order in permutations(range(4)):
        rank = {variable: place for place, variable in enumerate(order)}
        powers = [0] * 4
        for x in (0, 1):
            for y in (2, 3):
                powers[min(rank[x], rank[y])] += 1
        term, degree = Fraction(1), 0
        for power in powers:
            degree += power + 1
            term /= degree
        integral += term
    corners = []
    for table in [*facet_vertices(), behaviour_pr_box().table]:
        box = Behaviour(table)
        corners.append(np.concatenate([box.correlators().ravel(), *one_point_correlators(box)]))
    edges = np.array(corners[1:]) - corners[0]
    simplex = Fraction(round(abs(np.linalg.det(edges))), 40320)
    assert integral == Fraction(17, 630)
    assert 8 * simplex / (256 * integral) == Fraction(1, 17)
    assert NONLOCAL_SHARE == 1 / 17


def test_the_facet_is_that_of_the_local_polytope():
    _, local = no_signalling_vertices()
    a, b, x, y = np.indices((2, 2, 2, 2))
    s = ((-1.0) ** (a + b + x * y) * local).sum(axis=(1, 2, 3, 4))
    expected = {table.tobytes() for table in local[s == 2]}
    assert {table.tobytes() for table in facet_vertices()} == expected
    points = uniform_facet_points(50, rng=np.random.default_rng(1))
    assert_allclose(((-1.0) ** (a + b + x * y) * points).sum(axis=(1, 2, 3, 4)), 2)


def test_reach_at_level_1_by_formula_and_by_program():
    points = uniform_facet_points(15, rng=np.random.default_rng(2))
    pr = behaviour_pr_box().table
    for point, reach in zip(points, macroscopic_reach(points), strict=True):
        found = radii.radius(point, pr - point, level="1")
        assert found.largest.lower <= reach + 1e-9
        assert found.largest.upper >= reach - 1e-9
        assert found.largest.upper - found.largest.lower < 1e-6
        assert margin_of(Behaviour(reach * pr + (1 - reach) * point)) == pytest.approx(0, abs=1e-6)
        assert quantum_reach(point) <= reach + 1e-7


def test_both_ways_of_sampling_agree_on_macroscopic_locality():
    """Rays over the facets, and uniform points of the whole polytope."""
    reach = macroscopic_reach(uniform_facet_points(5000, rng=np.random.default_rng(3)))
    fraction, error = nonlocal_fraction(reach)
    sample = uniform_no_signalling(200_000, rng=np.random.default_rng(4))
    margins = macroscopic_margin(sample.correlators, alice=sample.alice, bob=sample.bob)
    outside = (margins < 0).mean()
    spread = np.sqrt(outside / 200_000)
    assert abs(outside - (1 - fraction) / 17) < 4 * np.hypot(spread, error / 17)


def test_the_centre_of_the_facet_reaches_tsirelson():
    centre = facet_vertices().mean(axis=0)
    assert macroscopic_reach(centre[None])[0] == pytest.approx(np.sqrt(2) - 1, abs=1e-10)
    assert quantum_reach(centre) == pytest.approx(np.sqrt(2) - 1, abs=1e-7)


def test_quantum_theory_leaves_more_of_the_nonlocal_region_empty():
    points = uniform_facet_points(40, rng=np.random.default_rng(5))
    gaps = macroscopic_reach(points) - [quantum_reach(point) for point in points]
    assert gaps.min() > -1e-7
    assert gaps.mean() > 0.05


def test_bad_input():
    for bad in (0, 1.5, None):
        with pytest.raises(ValueError, match="Argument `size` must hold positive integers"):
            uniform_facet_points(bad, rng=np.random.default_rng(0))
    for bad in (np.nan, [], np.ones((2, 2, 2, 2)), "q"):
        with pytest.raises(ValueError, match="Argument `points` must"):
            macroscopic_reach(bad)
    for bad in (0.5, [0.5], [0.5, np.nan], []):
        with pytest.raises(ValueError, match="Argument `reach` must"):
            nonlocal_fraction(bad)


def test_the_quantum_reach_is_of_two_settings_and_outcomes():
    with pytest.raises(ValueError, match=r"`point` must have shape \(2, 2, 2, 2\), but has shape"):
        quantum_reach(np.full((3, 3, 2, 2), 1 / 9))
