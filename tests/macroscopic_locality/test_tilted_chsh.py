from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nonlocality.foundations.born import behaviour_quantum, behaviour_tsirelson
from nonlocality.foundations.forms import one_point_correlators
from nonlocality.foundations.random import random_povm
from nonlocality.macroscopic_locality import moments, radii
from nonlocality.macroscopic_locality.correlators import margin_of
from nonlocality.macroscopic_locality.tilted_chsh import (
    OCTAGON_RADIUS,
    behaviour_biased_tsirelson,
    behaviour_tilted_macroscopic,
    octagon_violation,
    tilted_functional,
    tilted_macroscopic_maximum,
    tilted_quantum_maximum,
)

TILTS = [0, 0.1, 0.25, 1 / 3, 0.6, 6 / 7, np.sqrt(36 / 41), 1.5, 1.9, 2, 3]


@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
@pytest.mark.parametrize("tilt", TILTS)
def test_both_closed_forms_are_the_semidefinite_programs(tilt, solver):
    for level, exact in (("1", tilted_macroscopic_maximum), ("1+AB", tilted_quantum_maximum)):
        if (level, solver) == ("1+AB", "cvxopt") and tilt >= 2:
            continue  # a deterministic optimum, of rank 1, where CVXOPT's scaling breaks down
        found = moments.maximise(tilted_functional(tilt), level=level, solver=solver)
        assert found.largest.lower <= exact(tilt) + 1e-9
        assert found.largest.upper >= exact(tilt) - 1e-9
        assert found.largest.upper - found.largest.lower < 1e-6


@pytest.mark.parametrize("tilt", [t for t in TILTS if t <= 2])
def test_the_maximiser_is_macroscopically_local_and_reaches_the_maximum(tilt):
    best = behaviour_tilted_macroscopic(tilt)
    value = (tilted_functional(tilt) * best.table).sum()
    assert value == pytest.approx(float(tilted_macroscopic_maximum(tilt)), abs=1e-12)
    assert margin_of(best) == pytest.approx(0, abs=1e-12)
    assert max(best.signalling()) < 1e-12


def test_one_inequality_proves_the_upper_bound_up_to_one_third():
    """With m ≤ 1 − f and the level-1 matrix alone: a grid over (f, m, t) stays below the curve."""
    f, m, t = np.meshgrid(*[np.linspace(0, 1, 81)] * 2, np.linspace(-1, 1, 81), indexing="ij")
    allowed = (m <= 1 - f) & (m**2 <= 1 - f**2)
    root = np.sqrt(np.maximum((1 - t**2) * (1 - f**2 - m**2), 0))
    for tilt in (0.0, 0.1, 0.3, 1 / 3):
        value = 2 * f + 2 * (t * m + root) + tilt * t
        assert value[allowed].max() <= tilted_macroscopic_maximum(tilt) + 1e-12


def test_the_pieces_meet_and_the_curve_is_convex():
    beta = np.linspace(0, 3, 3001)
    curve = tilted_macroscopic_maximum(beta)
    assert (np.diff(curve, 2) >= -1e-12).all()
    assert tilted_macroscopic_maximum(1 / 3) == pytest.approx(3, abs=1e-14)
    slope = 2 * (4 / 3) / (5 / 3) - 1
    assert slope == pytest.approx(3 / 5)
    assert (curve >= tilted_quantum_maximum(beta) - 1e-12).all()


def test_where_the_gap_is_largest():
    """Relative √29/5 at β = 6/7, absolute at β = 6/√41, from the closed forms."""
    beta = np.linspace(0, 2, 200_001)
    ratio = tilted_macroscopic_maximum(beta) / tilted_quantum_maximum(beta)
    gap = tilted_macroscopic_maximum(beta) - tilted_quantum_maximum(beta)
    assert ratio.max() == pytest.approx(np.sqrt(29) / 5, abs=1e-10)
    assert beta[ratio.argmax()] == pytest.approx(6 / 7, abs=2e-5)
    assert beta[gap.argmax()] == pytest.approx(6 / np.sqrt(41), abs=2e-5)
    assert gap.max() == pytest.approx((14 - 2 * np.sqrt(41)) / 5, abs=1e-10)


def test_the_corner_is_rational():
    corner = behaviour_tilted_macroscopic(1.0)
    thirtieths = np.round(30 * corner.table)
    assert_allclose(corner.table, thirtieths / 30, atol=1e-15)
    s = sum(
        Fraction(int(n), 30) * (-1) ** int(a + b + x * y)
        for (a, b, x, y), n in np.ndenumerate(thirtieths)
    )
    assert s == Fraction(14, 5)


def test_the_corner_is_macroscopically_local_and_not_quantum_in_rational_numbers():
    """A moment matrix in fifteenths and ninths, factored exactly; and 116² > 29 · 400."""
    t, m, c, f, g = (Fraction(*pair) for pair in ((3, 5), (1, 3), (11, 15), (2, 3), (1, 9)))
    gamma = [
        [1, t, 0, m, m],
        [t, 1, 0, c, c],
        [0, 0, 1, f, -f],
        [m, c, f, 1, g],
        [m, c, -f, g, 1],
    ]
    corner = behaviour_tilted_macroscopic(1.0)
    alice, bob = one_point_correlators(corner)
    found = np.array(gamma, dtype=float)
    assert_allclose(found[0, 1:], [*alice, *bob], atol=1e-15)
    assert_allclose(found[1:3, 3:], corner.correlators(), atol=1e-15)
    work = [[Fraction(entry) for entry in row] for row in gamma]
    for k in range(5):  # Gaussian elimination; a pivot 0 needs a row of zeros
        assert work[k][k] >= 0
        if work[k][k] == 0:
            assert not any(work[k][k:])
            continue
        for i in range(k + 1, 5):
            factor = work[i][k] / work[k][k]
            work[i] = [a - factor * b for a, b in zip(work[i], work[k], strict=True)]
    beta = Fraction(6, 7)
    value = 2 * c + 2 * f + beta * t
    assert value**2 / (8 + 2 * beta**2) == Fraction(29, 25)


def test_the_corner_needs_nine_percent_of_noise():
    found = radii.visibility(behaviour_tilted_macroscopic(1.0), level="1+AB")
    assert found.largest.upper < 0.9135 < 5 / np.sqrt(29)
    assert found.largest.lower > 0.9134


@pytest.mark.parametrize("seed", range(6))
def test_quantum_behaviours_obey_the_quantum_maximum(seed):
    rng = np.random.default_rng(seed)
    sides = [random_povm(rng, settings=2, outcomes=2, size=2) for _ in range(2)]
    state = rng.normal(size=4) + 1j * rng.normal(size=4)
    behaviour = behaviour_quantum(state / np.linalg.norm(state), sides)
    for tilt in TILTS:
        value = (tilted_functional(tilt) * behaviour.table).sum()
        assert value <= tilted_quantum_maximum(tilt) + 1e-12


def test_the_octagon_is_all_there_is_at_tsirelsons_bound():
    """In each direction, at its edge a probability is 0, S = 2√2 and the margin is 0."""
    for angle in np.linspace(0, np.pi / 2, 9):
        direction = np.array([np.cos(angle), np.sin(angle)])
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            inside = octagon_violation(middle * direction) <= 0
            low, high = (middle, high) if inside else (low, middle)
        edge = behaviour_biased_tsirelson(low * direction)
        assert margin_of(edge) == pytest.approx(0, abs=1e-9)
        assert edge.table.min() == pytest.approx(0, abs=1e-12)
        s = (edge.correlators() * [[1, 1], [1, -1]]).sum()
        assert s == pytest.approx(2 * np.sqrt(2))
    assert octagon_violation([OCTAGON_RADIUS, 0]) == pytest.approx(0, abs=1e-15)
    assert octagon_violation([0, 0]) == pytest.approx(-np.sin(np.pi / 8))


def test_the_corner_of_the_octagon_by_the_semidefinite_program():
    """The slope of the maximum at β = 0 is the largest bias; a small β gives it from two sides."""
    tilt = 1e-2
    found = moments.maximise(tilted_functional(tilt), level="1")
    slopes = [(side - 2 * np.sqrt(2)) / tilt for side in (found.largest.lower, found.largest.upper)]
    assert slopes[0] == pytest.approx(OCTAGON_RADIUS, abs=0.01)
    assert slopes[1] == pytest.approx(OCTAGON_RADIUS, abs=0.01)
    corner = behaviour_biased_tsirelson([OCTAGON_RADIUS, 0])
    alice, bob = one_point_correlators(corner)
    assert_allclose(alice, [OCTAGON_RADIUS, 0], atol=1e-15)
    assert_allclose(bob, 1 - 1 / np.sqrt(2), atol=1e-15)


def test_biased_points_at_tsirelsons_bound_are_not_quantum():
    """Level 1+AB leaves the unbiased point alone."""
    assert moments.margin(behaviour_tsirelson(), level="1+AB").eigenvalue.upper > -1e-8
    for bias in ([OCTAGON_RADIUS, 0], [0, 0.3], [0.05, 0.02]):
        point = behaviour_biased_tsirelson(bias)
        assert moments.margin(point, level="1").eigenvalue.upper > -1e-9
        assert moments.margin(point, level="1+AB").eigenvalue.upper < -1e-6


def test_the_squares_that_vanish_at_tsirelsons_bound():
    """A_0 and A_1 act on the optimal state as (B_0 ± B_1)/√2: where self-testing starts."""
    z, x = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
    state = np.array([1, 0, 0, 1]) / np.sqrt(2)
    bob = (z + x) / np.sqrt(2), (z - x) / np.sqrt(2)
    for alice, combination in ((z, bob[0] + bob[1]), (x, bob[0] - bob[1])):
        left = np.kron(alice, np.eye(2)) @ state
        assert_allclose(left, np.kron(np.eye(2), combination / np.sqrt(2)) @ state, atol=1e-15)


def test_bad_input():
    for call in (tilted_quantum_maximum, tilted_macroscopic_maximum):
        with pytest.raises(ValueError, match="`tilt` must not be negative, but holds -1"):
            call(-1)
        with pytest.raises(ValueError, match="`tilt` must hold finite numbers"):
            call(np.nan)
    with pytest.raises(ValueError, match=r"Argument `tilt` must lie in \[0, 2\], but is 2\.5"):
        behaviour_tilted_macroscopic(2.5)
    with pytest.raises(ValueError, match="must lie in the octagon of radius √2 − 1, but is"):
        behaviour_biased_tsirelson([0.42, 0])
    with pytest.raises(ValueError, match=r"`bias` must have shape \(2,\), but has shape \(3,\)"):
        octagon_violation([0, 0, 0])


@pytest.mark.parametrize("bad", [np.nan, "b", None, [0.5, 1.0]])
def test_the_functional_needs_one_finite_tilt(bad):
    with pytest.raises(ValueError, match="Argument `tilt` must"):
        tilted_functional(bad)


def test_a_huge_tilt_gives_a_finite_maximum():
    assert tilted_macroscopic_maximum(1e308) == tilted_quantum_maximum(1e308) == 1e308
