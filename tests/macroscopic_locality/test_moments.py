import cvxpy as cp
import numpy as np
import pytest
from helpers import ACCURACY, assert_encloses, random_no_signalling
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_quantum, behaviour_tsirelson
from nonlocality.foundations.cglmp import cglmp_coefficients, cglmp_quantum_maximum, cglmp_value
from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.foundations.random import random_density, random_projective
from nonlocality.foundations.solvers import SolverError
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.intensities import fluctuation_margin
from nonlocality.macroscopic_locality.moments import (
    largest_smallest_eigenvalue,
    margin,
    margins,
    maximise,
)
from nonlocality.macroscopic_locality.radii import visibility
from nonlocality.macroscopic_locality.structure import LEVELS, moment_structure

CHSH = correlator_functional([[1, 1], [1, -1]])
EVERY_LEVEL = pytest.mark.parametrize("level", LEVELS[:2])
BOTH = pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])


@EVERY_LEVEL
@BOTH
def test_chsh_is_at_most_tsirelsons_bound(level, solver):
    """ML-05."""
    found = maximise(CHSH, level=level, solver=solver)
    assert_encloses(found, 2 * np.sqrt(2))
    correlators = found.behaviour.correlators()  # the marginals are free at level 1
    assert np.allclose(correlators, behaviour_tsirelson().correlators(), rtol=0, atol=1e-3)
    assert found.largest.evidence.solver == {"clarabel": "Clarabel", "cvxopt": "CVXOPT"}[solver]


@settings(max_examples=20)
@given(st.fractions(min_value="1/10", max_value=10), st.integers(0, 2**32 - 1))
def test_the_certificate_of_tsirelsons_bound_by_hand(x, seed):
    """⟨(x A_0 − B_0 − B_1)²⟩ + ⟨(x A_1 − B_0 + B_1)²⟩ = 2x² + 4 − 2x S, whatever the moments.

    So S ≤ x + 2/x at level 1, for every rational x; x = 99/70 proves S ≤ 19601/6930.
    """
    structure = moment_structure("1", (2, 2), (2, 2))
    observables = 2 * np.eye(5)[1:] - np.eye(5)[0]  # A_0, A_1, B_0, B_1 from 1 and projectors
    squares = np.array([[float(x), 0, -1, -1], [0, float(x), -1, 1]]) @ observables
    moments = np.random.default_rng(seed).normal(size=len(structure.moments))
    total = np.einsum("ki,ij,kj->", squares, structure.inequality.at(moments), squares)
    value = (CHSH * structure.table(moments)).sum()
    assert total == pytest.approx(float(2 * x**2 + 4) - 2 * float(x) * value, abs=1e-9)


@BOTH
def test_a_rational_vertex_of_level_one_beyond_the_tilted_quantum_bound(solver):
    """ML-07: S = 14/5 with ⟨A_0⟩ = 3/5, while quantum behaviours have S + ⟨A_0⟩ ≤ √10.

    Its correlators less the products of marginals are those of Tsirelson after normalisation.
    """
    a, b, x, y = np.indices((2, 2, 2, 2))
    alice, bob = np.array([3 / 5, 0]), np.array([1 / 3, 1 / 3])
    e = np.array([[11 / 15, 11 / 15], [2 / 3, -2 / 3]])
    spread = np.sqrt(np.outer(1 - alice**2, 1 - bob**2))
    assert np.allclose((e - np.outer(alice, bob)) / spread, behaviour_tsirelson().correlators())
    sign_a, sign_b = (-1) ** a, (-1) ** b
    table = (1 + sign_a * alice[x] + sign_b * bob[y] + sign_a * sign_b * e[x, y]) / 4
    assert table.min() == pytest.approx(0, abs=1e-15)
    behaviour = Behaviour(np.maximum(table, 0))
    assert abs(margin(behaviour, level="1", solver=solver).eigenvalue.lower) <= 1e-8
    tilted = CHSH + np.array([1.0, -1.0])[:, None, None, None] * np.array([0.5, 0])[:, None]
    assert (tilted * table).sum() == pytest.approx(17 / 5, abs=1e-12)
    assert_encloses(maximise(tilted, level="1", solver=solver), 17 / 5)
    assert_encloses(maximise(tilted, level="1+AB", solver=solver), np.sqrt(10))
    loose = maximise(tilted, level="1", positivity=False, solver=solver)
    assert_encloses(loose, 2 * np.sqrt(2) + 1)


@EVERY_LEVEL
def test_a_party_with_one_outcome_or_one_setting(level):
    f = np.arange(6.0).reshape(1, 3, 1, 2)
    assert_encloses(maximise(f, level=level), 9)  # largest entry of each of Bob's settings


@BOTH
def test_level_one_at_three_outcomes_with_and_without_positivity(solver):
    f = cglmp_coefficients(3) / 2
    found = maximise(f, level="1", solver=solver)
    assert_encloses(found, 2 + 2 / np.sqrt(3))
    assert found.relaxation == "level 1"
    assert found.largest.lower == pytest.approx(cglmp_value(found.behaviour), abs=1e-12)
    loose = maximise(f, level="1", positivity=False, solver=solver)
    assert_encloses(loose, 4)
    assert loose.relaxation == "level 1 without positivity"
    assert loose.table.min() < -0.01
    with pytest.raises(ValueError, match="Argument `table` must not be negative"):
        _ = loose.behaviour


@BOTH
def test_level_one_ab_at_three_outcomes_is_the_quantum_maximum(solver):
    """1 + √(11/3); adjoint words that are not linked give 2.9376."""
    found = maximise(cglmp_coefficients(3) / 2, level="1+AB", solver=solver)
    assert_encloses(found, 1 + np.sqrt(11 / 3))
    assert found.largest.lower == pytest.approx(cglmp_value(found.behaviour), abs=1e-12)


def test_level_one_ab_at_four_outcomes_is_the_quantum_maximum():
    found = maximise(cglmp_coefficients(4) / 3, level="1+AB", solver="cvxopt")
    assert_encloses(found, cglmp_quantum_maximum(4)[0])


@pytest.mark.parametrize("d", [2, 4, 5])
def test_levels_are_ordered(d):
    f = cglmp_coefficients(d) / (d - 1)
    q1 = maximise(f, level="1")
    assert q1.largest.upper >= cglmp_quantum_maximum(d)[0] - 1e-9
    assert q1.largest.upper <= maximise(f, level="1", positivity=False).largest.upper + ACCURACY
    again = maximise(f, level="1", solver="cvxopt")
    assert (
        max(q1.largest.lower, again.largest.lower)
        <= min(q1.largest.upper, again.largest.upper) + 1e-12
    )
    assert again.largest.upper - again.largest.lower <= ACCURACY


@EVERY_LEVEL
def test_parties_may_have_unequal_outcomes(level):
    """CHSH with a third outcome that counts as Alice's second."""
    f = np.concatenate([CHSH, CHSH[1:]])
    found = maximise(f, level=level)
    assert_encloses(found, 2 * np.sqrt(2))
    assert found.table.shape == (3, 2, 2, 2)


@EVERY_LEVEL
@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_a_maximum_is_reached_by_a_point_of_the_set(level, seed):
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(2, 3, 2, 2))
    found = maximise(f, level=level)
    structure = moment_structure(level, (2, 3), (2, 2))
    moments = structure.read(found.matrix)
    assert np.linalg.eigvalsh(found.matrix)[0] >= -1e-14
    assert np.allclose(structure.table(moments), found.table, rtol=0, atol=1e-12)
    assert found.behaviour.table.min() >= -1e-14
    assert found.largest.lower <= found.largest.upper <= found.largest.lower + ACCURACY
    local = CausalModel(("x", "y"), (2, 3), (2, 2)).matrix.T @ f.ravel()
    assert found.largest.upper >= local.max()


def test_functionals_are_tables():
    for bad in (np.ones(3), np.zeros((2, 0, 2, 2)), np.ones((2, 2, 2))):
        with pytest.raises(ValueError, match="Argument `functional` must have shape"):
            maximise(bad, level="1")
    with pytest.raises(ValueError, match="Argument `functional` must hold finite numbers"):
        maximise(CHSH * np.nan, level="1")
    with pytest.raises(ValueError, match="Argument `solver` must be one of"):
        maximise(CHSH, level="1", solver="sedumi")


def test_positivity_is_part_of_level_one_ab():
    with pytest.raises(ValueError, match=r"Argument `positivity` must be True at level '1\+AB'"):
        maximise(CHSH, level="1+AB", positivity=False)


@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
def test_a_solver_that_stops_early_is_an_error(monkeypatch, solver):
    monkeypatch.setattr("nonlocality.foundations.semidefinite.MAX_STEPS", 2)
    with pytest.raises(SolverError, match=r"Clarabel|CVXOPT"):
        maximise(cglmp_coefficients(3), level="1", solver=solver)


# --- margins, visibilities, radii


def test_isotropic_boxes_have_a_margin_that_falls_through_zero_at_one_over_root_two():
    inside, outside = (
        margin(behaviour_pr_box().with_noise(visibility=v), level="1")
        for v in (1 / np.sqrt(2) - 0.01, 1 / np.sqrt(2) + 0.01)
    )
    assert inside.eigenvalue.lower > 0 > outside.eigenvalue.upper


def test_behaviours_must_have_two_parties_and_not_signal():
    with pytest.raises(ValueError, match="Argument `behaviour` must be a behaviour of two parties"):
        margin(behaviour_white_noise((2, 2, 2), (2, 2, 2)), level="1")
    with pytest.raises(ValueError, match="Argument `behaviour` must sum to 1 over the outcomes"):
        margin(behaviour_pr_box().table / 2, level="1")
    a, b, _, y = np.indices((2, 2, 2, 2))
    signalling = Behaviour((a == y) * (b == 0) * 1.0)
    for question in (margin, visibility):
        with pytest.raises(ValueError, match="must be no-signalling"):
            question(signalling, level="1")


def test_largest_smallest_eigenvalue_of_a_fixed_matrix():
    import scipy.sparse as sp

    for seed in range(3):
        matrix = np.random.default_rng(seed).normal(size=(4, 4))
        found = largest_smallest_eigenvalue(matrix + matrix.T, sp.csr_array((16, 0)))
        assert found.reached == pytest.approx(np.linalg.eigvalsh(matrix + matrix.T)[0], abs=1e-7)


@EVERY_LEVEL
def test_many_margins_at_once_are_those_of_one_at_a_time(level):
    boxes = [random_no_signalling(seed) for seed in range(8)]
    each = [margin(box, level=level).eigenvalue.lower for box in boxes]
    assert margins(boxes, level=level) == pytest.approx(each, abs=1e-6)


def test_many_margins_need_one_scenario():
    with pytest.raises(ValueError, match="one scenario, but holds 0"):
        margins([], level="1")
    with pytest.raises(ValueError, match="one scenario, but holds 2"):
        margins([behaviour_pr_box(), behaviour_white_noise((3, 2), (2, 2))], level="1")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(3))
def test_no_level_excludes_a_quantum_behaviour(level, seed):
    rng = np.random.default_rng(seed)
    sides = [random_projective(rng, settings=2, size=2) for _ in range(2)]
    behaviour = behaviour_quantum(random_density(rng, 4), sides)
    assert margin(behaviour, level=level).eigenvalue.upper >= 0
    f = rng.normal(size=(2, 2, 2, 2))
    assert maximise(f, level=level).largest.upper >= (f * behaviour.table).sum()


@EVERY_LEVEL
def test_a_scenario_without_questions_has_margin_one(level):
    assert margin(behaviour_white_noise((1, 1), (1, 1)), level=level).eigenvalue.lower == 1
    assert fluctuation_margin(behaviour_white_noise((1, 1), (1, 1))).eigenvalue.upper >= 0
    assert_encloses(maximise(np.full((1, 1, 1, 1), 3.0), level=level), 3)


def written_out(functional):
    """Level 1 as the chapter writes it in CVXPY: rows 1, A0, A1, B0, B1 of outcomes ±1."""
    gamma = cp.Variable((5, 5), PSD=True)
    p = {
        (a, b, x, y): (
            1
            + (-1) ** a * gamma[0, 1 + x]
            + (-1) ** b * gamma[0, 3 + y]
            + (-1) ** (a + b) * gamma[1 + x, 3 + y]
        )
        / 4
        for a, b, x, y in np.ndindex(2, 2, 2, 2)
    }
    value = sum(functional[place] * chance for place, chance in p.items())
    program = cp.Problem(
        cp.Maximize(value), [cp.diag(gamma) == 1, *(chance >= 0 for chance in p.values())]
    )
    program.solve(solver=cp.CLARABEL)
    return program.value


@pytest.mark.parametrize("seed", range(6))
def test_the_program_as_a_reader_writes_it_agrees_with_the_library(seed):
    f = np.random.default_rng(seed).normal(size=(2, 2, 2, 2))
    assert maximise(f, level="1").largest.upper == pytest.approx(written_out(f), abs=1e-6)


@EVERY_LEVEL
@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1e-6, 3.0, 1e6, 1e12, 1e300])
def test_the_maximum_of_a_multiple_is_the_multiple_of_the_maximum(level, scale):
    found = maximise(scale * CHSH, level=level).largest
    for side in found.sides:
        assert side / scale == pytest.approx(2 * np.sqrt(2), abs=1e-7)


@pytest.mark.parametrize("weight", [10.0, 1e3, 1e5])
def test_hardys_expression_with_large_penalties(weight):
    """The limit of infinite weight is (5√5 − 11)/2; a finite one allows a little more."""
    f = np.zeros((2, 2, 2, 2))
    f[0, 0, 0, 0] = 1
    f[0, 0, 1, 1] = f[0, 1, 0, 1] = f[1, 0, 1, 0] = -weight
    found = maximise(f, level="1+AB").largest
    limit = (5 * np.sqrt(5) - 11) / 2
    assert found.upper <= limit + 0.06 / weight + 2e-6 * weight
    assert found.upper >= limit - 1e-9
