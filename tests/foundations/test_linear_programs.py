from functools import cache

import numpy as np
import pytest
import scipy.sparse as sp
from helpers import program
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.foundations import linear_programs, semidefinite
from nonlocality.foundations.linear_programs import FEASIBILITY, minimise_linear
from nonlocality.foundations.solvers import InfeasibleError, SolverError

SIMPLEX = (sp.csr_array([[1.0, 1.0]]), [1.0])


@cache
def random_program(seed):
    """Feasible, as the point is drawn first; bounded, as the last equality fixes Σξ."""
    rng = np.random.default_rng(seed)
    point = rng.uniform(size=8) * (rng.uniform(size=8) < 0.6)
    equal = np.vstack([rng.integers(-2, 3, size=(2, 8)), np.ones(8)])
    below = rng.integers(-2, 3, size=(4, 8)).astype(float)
    slack = rng.uniform(size=4) * (rng.uniform(size=4) < 0.5)
    return program(
        rng.integers(-5, 6, size=8),
        equal=(sp.csr_array(equal), equal @ point),
        below=(sp.csr_array(below), below @ point + slack),
        mass=point.sum(),
    )


RANDOM = pytest.mark.parametrize("seed", range(12))


@RANDOM
def test_objective_agrees_with_another_solver(seed):
    problem = random_program(seed)
    assert problem.found.reached == pytest.approx(problem.value_by_cvxopt(), abs=1e-6)
    assert problem.found.reached == pytest.approx(
        problem.c @ problem.found.evidence.point, abs=1e-12
    )


@RANDOM
def test_point_is_primal_feasible(seed):
    problem = random_program(seed)
    violation = problem.primal_violation(problem.found.evidence.point)
    assert violation <= problem.found.evidence.residual + 1e-12 <= FEASIBILITY


@RANDOM
def test_multipliers_are_dual_feasible(seed):
    problem = random_program(seed)
    seen = problem.found.evidence
    assert problem.dual_violation(seen.dual_equal, seen.dual_below) <= 1e-8


@RANDOM
def test_point_and_multipliers_are_complementary(seed):
    problem = random_program(seed)
    seen = problem.found.evidence
    assert problem.complementarity(seen.point, seen.dual_equal, seen.dual_below) <= 1e-8


@RANDOM
def test_the_two_sides_of_a_bound_meet(seed):
    found = random_program(seed).found
    assert found.gap == found.reached - found.lower
    assert abs(found.gap) <= 1e-8
    assert found.evidence.solver == "HiGHS"


@settings(max_examples=20)
@given(st.lists(st.integers(-100, 100), min_size=1, max_size=6))
def test_minimum_over_the_simplex_is_the_least_cost(cost):
    found = minimise_linear(cost, equal=(sp.csr_array(np.ones((1, len(cost)))), [1]), mass=1)
    assert found.reached == pytest.approx(min(cost), abs=1e-9)
    assert found.lower == pytest.approx(min(cost), abs=1e-9)
    assert found.evidence.dual_equal == pytest.approx([min(cost)], abs=1e-9)
    assert found.evidence.dual_below.shape == (0,)


def test_slopes_are_the_price_of_an_inequality():
    """Minimise −x − 2y on x + y = 1, y ≤ h: −1 − h, which falls at rate 1 with h."""
    for h in (0.25, 0.5):
        below = (sp.csr_array([[0.0, 1.0]]), [h])
        found = minimise_linear([-1, -2], equal=SIMPLEX, below=below, mass=1)
        assert found.reached == pytest.approx(-1 - h)
        assert found.evidence.dual_below == pytest.approx([1])
        assert found.evidence.dual_equal == pytest.approx([-1])


def test_a_program_without_a_point_is_infeasible():
    with pytest.raises(InfeasibleError, match="no point satisfies the constraints"):
        minimise_linear([1, 1], equal=(SIMPLEX[0], [-1]), mass=1)
    with pytest.raises(SolverError):  # what catches one catches the other
        minimise_linear([1, 1], equal=SIMPLEX, below=(SIMPLEX[0], [0.5]), mass=1)


def test_an_unbounded_program_has_no_optimum():
    difference = (sp.csr_array([[1.0, -1.0]]), [0.0])
    with pytest.raises(SolverError, match="the linear program has no lower bound"):
        minimise_linear([-1, -1], equal=difference, mass=1)


def disturb(monkeypatch, change):
    """Let the door read something else than the solver found: change(status, point, y, w)."""
    solve = linear_programs._solve
    monkeypatch.setattr(linear_programs, "_solve", lambda *data: change(*solve(*data)))


@pytest.mark.parametrize("status", ["Time limit reached", "Unknown", "Not Set"])
def test_any_status_but_optimal_is_an_error(monkeypatch, status):
    disturb(monkeypatch, lambda _, *rest: (status, *rest))
    with pytest.raises(SolverError, match=f"HiGHS stopped with status {status!r} before"):
        minimise_linear([1, 2], equal=SIMPLEX, mass=1)


def test_a_limit_that_is_met_says_so_how_to_raise_it_and_what_is_known(monkeypatch):
    monkeypatch.setattr(linear_programs, "MAX_STEPS", 1)
    data = random_program(3)
    with pytest.raises(SolverError, match=r"after 1 steps; what is known .*MAX_STEPS") as stopped:
        minimise_linear(
            data.c, equal=(data.a, data.b), below=(data.g, data.h), mass=data.found.gap + 10
        )
    assert stopped.value.known.lower <= data.found.reached + 1e-9


@pytest.mark.parametrize("shift", [(-1e-6, 0.0), (1e-6, 0.0), (0.0, 1e-6)])
def test_a_point_that_misses_its_constraints_is_an_error(monkeypatch, shift):
    disturb(monkeypatch, lambda status, point, *duals: (status, point + np.array(shift), *duals))
    with pytest.raises(SolverError, match="misses its constraints by 1e-06"):
        minimise_linear([1, 2], equal=SIMPLEX, mass=1)


@pytest.mark.parametrize("mass", [1, 2, 5])
def test_a_multiplier_that_is_too_large_by_delta_costs_mass_delta(monkeypatch, mass):
    """On the simplex y = min c + δ violates by δ, so the bound is min c + δ − mass δ."""
    unit = 2  # the cost (1, 2) is divided by a power of two on the way in
    disturb(monkeypatch, lambda status, point, y, w: (status, point, y + 0.25 / unit, w))
    found = minimise_linear([1, 2], equal=SIMPLEX, mass=mass)
    assert found.reached == 1
    assert found.lower == pytest.approx(1 + 0.25 - 0.25 * mass)


def test_a_multiplier_that_is_too_small_needs_no_repair(monkeypatch):
    disturb(monkeypatch, lambda status, point, y, w: (status, point, y - 0.125, w))
    assert minimise_linear([1, 2], equal=SIMPLEX, mass=3).lower == pytest.approx(0.75)


@RANDOM
def test_wrong_multipliers_never_give_a_wrong_bound(monkeypatch, seed):
    true = random_program(seed)
    rng = np.random.default_rng(seed)
    size = 10.0 ** rng.integers(-8, 1)
    disturb(monkeypatch, lambda status, point, *duals: (
        status, point, *(dual + size * rng.normal(size=dual.shape) for dual in duals)
    ))  # fmt: skip
    found = minimise_linear(
        true.c, equal=(sp.csr_array(true.a), true.b), below=(sp.csr_array(true.g), true.h),
        mass=true.found.evidence.point.sum() + 1e-9,
    )  # fmt: skip
    assert (found.evidence.dual_below >= 0).all()
    assert found.lower <= true.found.lower + 1e-8


@pytest.mark.parametrize("factor", [2.0**-40, 1e-12, 1e-9, 7.0, 1e6, 1e12])
@pytest.mark.parametrize("seed", range(4))
def test_the_minimum_of_a_multiple_is_the_multiple_of_the_minimum(seed, factor):
    """Cost times a factor, and each row of the constraints times it; so the dual variables stay."""
    data = random_program(seed)
    found = minimise_linear(
        factor * data.c, equal=(factor * data.a, factor * data.b),
        below=(factor * data.g, factor * data.h), mass=10,
    )  # fmt: skip
    for one, other in zip(data.found.sides, found.sides, strict=True):
        assert other / factor == pytest.approx(one, rel=1e-7, abs=1e-7)
    y, w = found.evidence.dual_equal, found.evidence.dual_below
    assert data.dual_violation(y, w) <= 1e-7
    if factor == 2.0**-40:  # nothing is rounded
        assert found.reached == factor * data.found.reached


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("place", ["cost", "equal[0]", "equal[1]", "below[0]", "below[1]"])
def test_data_must_be_finite(place, bad):
    data = {
        "cost": np.ones(2), "equal[0]": np.ones((1, 2)), "equal[1]": np.ones(1),
        "below[0]": np.ones((1, 2)), "below[1]": np.ones(1),
    }  # fmt: skip
    data[place].flat[0] = bad
    name = place.replace("[", r"\[").replace("]", r"\]")
    with pytest.raises(ValueError, match=f"Argument `{name}` must hold finite numbers, but"):
        minimise_linear(
            data["cost"],
            equal=(sp.csr_array(data["equal[0]"]), data["equal[1]"]),
            below=(sp.csr_array(data["below[0]"]), data["below[1]"]),
            mass=1,
        )


@pytest.mark.parametrize("cost", [1.0, [[1.0, 2.0]], []])
def test_cost_is_a_vector(cost):
    with pytest.raises(ValueError, match=r"Argument `cost` must have shape \(n,\) with n > 0, but"):
        minimise_linear(cost, equal=SIMPLEX, mass=1)


@pytest.mark.parametrize("mass", [None, 0, -1, np.inf, np.nan, "1", [1.0, 2.0]])
def test_mass_is_a_positive_number(mass):
    with pytest.raises(ValueError, match="Argument `mass` must be positive and finite, but is"):
        minimise_linear([1, 2], equal=SIMPLEX, mass=mass)


@RANDOM
def test_clarabel_finds_the_same_from_both_sides(seed):
    data = random_program(seed)
    found = minimise_linear(
        data.c, equal=(sp.csr_array(data.a), data.b), below=(sp.csr_array(data.g), data.h),
        mass=data.found.evidence.point.sum() + 1e-6, solver="clarabel",
    )  # fmt: skip
    assert found.reached == pytest.approx(data.found.reached, abs=1e-7)
    assert data.found.reached - 1e-7 <= found.lower <= data.found.reached + 1e-9
    assert data.dual_violation(found.evidence.dual_equal, found.evidence.dual_below) <= 1e-7
    assert found.evidence.solver == "Clarabel"


def test_clarabel_says_what_has_no_optimum():
    with pytest.raises(InfeasibleError, match="no point satisfies"):
        minimise_linear([1, 1], equal=(SIMPLEX[0], [-1]), mass=1, solver="clarabel")
    difference = (sp.csr_array([[1.0, -1.0]]), [0.0])
    with pytest.raises(SolverError, match="has no lower bound"):
        minimise_linear([-1, -1], equal=difference, mass=1, solver="clarabel")


def test_clarabel_that_stops_early_is_an_error(monkeypatch):
    monkeypatch.setattr(semidefinite, "MAX_STEPS", 1)
    with pytest.raises(SolverError, match=r"Clarabel: no optimum of the linear program .*1 steps"):
        minimise_linear([1, 2], equal=SIMPLEX, mass=1, solver="clarabel")


@pytest.mark.parametrize("solver", ["simplex", None, 1, ["highs"]])
def test_other_solvers_are_not_known(solver):
    with pytest.raises(ValueError, match="Argument `solver` must be one of"):
        minimise_linear([1, 2], equal=SIMPLEX, mass=1, solver=solver)
