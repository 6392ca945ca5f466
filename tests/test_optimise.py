import subprocess
import sys
from functools import cache
from pathlib import Path

import cvxpy as cp
import numpy as np
import pytest
import scipy.sparse as sp
from helpers import program
from hypothesis import given, settings
from hypothesis import strategies as st

import nonlocality
from nonlocality.optimise import FEASIBILITY, InfeasibleError, SolverError, minimise_linear

MODULES = sorted(
    path.stem for path in Path(nonlocality.__file__).parent.glob("*.py") if path.stem != "__init__"
)
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
    assert problem.found.value == pytest.approx(problem.value_by_cvxopt(), abs=1e-6)
    assert problem.found.value == pytest.approx(problem.c @ problem.found.point, abs=1e-12)


@RANDOM
def test_point_is_primal_feasible(seed):
    problem = random_program(seed)
    violation = problem.primal_violation(problem.found.point)
    assert violation <= problem.found.residual + 1e-12 <= FEASIBILITY


@RANDOM
def test_multipliers_are_dual_feasible(seed):
    problem = random_program(seed)
    assert problem.dual_violation(problem.found.multipliers, problem.found.slopes) <= 1e-8


@RANDOM
def test_point_and_multipliers_are_complementary(seed):
    problem = random_program(seed)
    found = problem.found
    assert problem.complementarity(found.point, found.multipliers, found.slopes) <= 1e-8


@RANDOM
def test_the_two_sides_of_a_bound_meet(seed):
    found = random_program(seed).found
    assert found.gap == found.value - found.lower
    assert abs(found.gap) <= 1e-8
    assert found.solver == "HiGHS"


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.lists(st.integers(-100, 100), min_size=1, max_size=6))
def test_minimum_over_the_simplex_is_the_least_cost(cost):
    found = minimise_linear(cost, equal=(sp.csr_array(np.ones((1, len(cost)))), [1]), mass=1)
    assert found.value == pytest.approx(min(cost), abs=1e-9)
    assert found.lower == pytest.approx(min(cost), abs=1e-9)
    assert found.multipliers == pytest.approx([min(cost)], abs=1e-9)
    assert found.slopes.shape == (0,)


def test_slopes_are_the_price_of_an_inequality():
    """Minimise −x − 2y on x + y = 1, y ≤ h: −1 − h, which falls at rate 1 with h."""
    for h in (0.25, 0.5):
        below = (sp.csr_array([[0.0, 1.0]]), [h])
        found = minimise_linear([-1, -2], equal=SIMPLEX, below=below, mass=1)
        assert found.value == pytest.approx(-1 - h)
        assert found.slopes == pytest.approx([1])
        assert found.multipliers == pytest.approx([-1])


def test_a_program_without_a_point_is_infeasible():
    with pytest.raises(InfeasibleError, match="no point satisfies the constraints"):
        minimise_linear([1, 1], equal=(SIMPLEX[0], [-1]), mass=1)
    with pytest.raises(SolverError):  # what catches one catches the other
        minimise_linear([1, 1], equal=SIMPLEX, below=(SIMPLEX[0], [0.5]), mass=1)


def test_an_unbounded_program_has_no_optimum():
    difference = (sp.csr_array([[1.0, -1.0]]), [0.0])
    with pytest.raises(SolverError, match=r"stopped with status '.*unbounded.*' before"):
        minimise_linear([-1, -1], equal=difference, mass=1)


@pytest.mark.parametrize("status", [cp.OPTIMAL_INACCURATE, cp.USER_LIMIT, cp.UNBOUNDED, None])
def test_any_status_but_optimal_is_an_error(monkeypatch, status):
    monkeypatch.setattr(cp.Problem, "status", property(lambda _: status))
    with pytest.raises(SolverError, match=f"HiGHS stopped with status {status!r} before"):
        minimise_linear([1, 2], equal=SIMPLEX, mass=1)


def test_a_solver_that_fails_is_an_error(monkeypatch):
    def fail(*_, **__):
        raise cp.SolverError("out of luck")

    monkeypatch.setattr(cp.Problem, "solve", fail)
    with pytest.raises(SolverError, match="HiGHS failed: out of luck"):
        minimise_linear([1, 2], equal=SIMPLEX, mass=1)


@pytest.mark.parametrize("shift", [(-1e-6, 0.0), (1e-6, 0.0), (0.0, 1e-6)])
def test_a_point_that_misses_its_constraints_is_an_error(monkeypatch, shift):
    solve = cp.Problem.solve

    def solve_badly(problem, **options):
        solve(problem, **options)
        (xi,) = problem.variables()
        xi.save_value(xi.value + np.array(shift))

    monkeypatch.setattr(cp.Problem, "solve", solve_badly)
    with pytest.raises(SolverError, match="misses its constraints by 1e-06"):
        minimise_linear([1, 2], equal=SIMPLEX, mass=1)


def disturb_duals(monkeypatch, change):
    """Let the library read other multipliers than the solver found."""
    solve = cp.Problem.solve

    def solve_badly(problem, **options):
        solve(problem, **options)
        for constraint in problem.constraints:
            for dual in constraint.dual_variables:
                dual.save_value(change(dual.value))

    monkeypatch.setattr(cp.Problem, "solve", solve_badly)


@pytest.mark.parametrize("mass", [1, 2, 5])
def test_a_multiplier_that_is_too_large_by_delta_costs_mass_delta(monkeypatch, mass):
    """On the simplex y = min c + δ violates by δ, so the bound is min c + δ − mass δ."""
    disturb_duals(monkeypatch, lambda dual: dual - 0.25)  # the library flips the sign
    found = minimise_linear([1, 2], equal=SIMPLEX, mass=mass)
    assert found.value == 1
    assert found.lower == pytest.approx(1 + 0.25 - 0.25 * mass)


def test_a_multiplier_that_is_too_small_needs_no_repair(monkeypatch):
    disturb_duals(monkeypatch, lambda dual: dual + 0.25)
    assert minimise_linear([1, 2], equal=SIMPLEX, mass=3).lower == pytest.approx(0.75)


@RANDOM
def test_wrong_multipliers_never_give_a_wrong_bound(monkeypatch, seed):
    true = random_program(seed)
    rng = np.random.default_rng(seed)
    size = 10.0 ** rng.integers(-8, 1)
    disturb_duals(monkeypatch, lambda dual: dual + size * rng.normal(size=dual.shape))
    found = minimise_linear(
        true.c, equal=(sp.csr_array(true.a), true.b), below=(sp.csr_array(true.g), true.h),
        mass=true.found.point.sum() + 1e-9,
    )  # fmt: skip
    assert (found.slopes >= 0).all()
    assert found.lower <= true.found.lower + 1e-8


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


def test_the_list_of_modules_is_that_of_the_folder():
    assert {"checks", "swapping", "cglmp", "figures"} < set(MODULES)


@pytest.mark.parametrize("names", [[], MODULES], ids=["package", "every module"])
def test_imports_load_no_solver(names):
    imports = "; ".join(["import nonlocality", *(f"import nonlocality.{k}" for k in names)])
    heavy = ("cvxpy", "picos", "matplotlib.pyplot", "ppl", "highspy", "ipywidgets")
    code = f"import sys; {imports}; print([k for k in {heavy} if k in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
