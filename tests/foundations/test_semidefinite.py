from functools import cache

import numpy as np
import pytest
import scipy.sparse as sp

from nonlocality.foundations import semidefinite
from nonlocality.foundations.matrix_inequalities import MatrixInequality
from nonlocality.foundations.semidefinite import SemidefiniteProgram, minimise_semidefinite
from nonlocality.foundations.solvers import InfeasibleError, SolverError

PAIR = MatrixInequality(np.eye(2), [[0], [1], [1], [0]])  # [[1, y], [y, 1]] ⪰ 0, so |y| ≤ 1
BOTH = pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])


def hermitian(rng, n, kind):
    matrix = rng.normal(size=(n, n)) + (1j * rng.normal(size=(n, n)) if kind == "complex" else 0)
    return matrix + matrix.conj().T


@cache
def random_semidefinite(seed, kind="real", rows=True):
    """Strictly feasible on both sides: the point and the dual matrices are drawn first."""
    rng = np.random.default_rng(seed)
    m = 6
    point = rng.uniform(-1, 1, size=m)
    matrices, cost = [], np.zeros(m)
    for n in (3, 4, 1):
        slopes = np.array([hermitian(rng, n, kind).ravel() for _ in range(m)]).T
        root = hermitian(rng, n, kind)
        constant = root @ root + 0.1 * np.eye(n) - (slopes @ point).reshape(n, n)
        constant = (constant + constant.conj().T) / 2
        matrices.append(MatrixInequality(constant, slopes))
        dual = hermitian(rng, n, kind)
        cost += matrices[-1].against(dual @ dual + 0.1 * np.eye(n))[1]
    a, g = rng.normal(size=(2, m)), rng.normal(size=(3, m))
    cost += (a.T @ rng.normal(size=2) - g.T @ rng.uniform(0.1, 1, size=3)) * rows
    data = {"cost": cost, "matrices": matrices, "box": 50.0}
    if rows:
        data["equal"] = (sp.csr_array(a), a @ point)
        data["below"] = (sp.csr_array(g), g @ point + rng.uniform(0.1, 1, size=3))
    return data


EVERY_KIND = pytest.mark.parametrize(
    ("kind", "rows"), [("real", True), ("real", False), ("complex", True), ("complex", False)]
)


@EVERY_KIND
@pytest.mark.parametrize("seed", range(6))
def test_semidefinite_two_doors_agree(seed, kind, rows):
    data = random_semidefinite(seed, kind, rows)
    found = [minimise_semidefinite(**data, solver=solver) for solver in ("clarabel", "cvxopt")]
    assert [bound.evidence.solver for bound in found] == ["Clarabel", "CVXOPT"]
    assert found[0].reached == pytest.approx(found[1].reached, rel=1e-6, abs=1e-6)
    assert np.allclose(found[0].evidence.point, found[1].evidence.point, rtol=0, atol=1e-3)


@BOTH
@EVERY_KIND
@pytest.mark.parametrize("seed", range(3))
def test_semidefinite_point_and_duals_are_feasible_and_complementary(seed, kind, rows, solver):
    """The conditions of Karush, Kuhn and Tucker, term by term: signs and shapes of every dual."""
    data = random_semidefinite(seed, kind, rows)
    found = minimise_semidefinite(**data, solver=solver)
    scale = max(1, abs(found.reached))
    total = np.zeros(6)
    for inequality, z in zip(data["matrices"], found.evidence.dual_matrices, strict=True):
        value = inequality.at(found.evidence.point)
        assert np.linalg.eigvalsh(value)[0] >= -found.evidence.residual - 1e-12
        assert np.linalg.eigvalsh(z)[0] >= -1e-12 * scale
        assert np.array_equal(np.iscomplexobj(z), kind == "complex")
        assert np.trace(value @ z).real == pytest.approx(0, abs=1e-5 * scale)
        total += inequality.against(z)[1]
    if rows:
        (a, b), (g, h) = data["equal"], data["below"]
        assert np.allclose(a @ found.evidence.point, b, rtol=0, atol=1e-7)
        assert (g @ found.evidence.point <= h + 1e-7).all()
        assert (found.evidence.dual_below >= 0).all()
        assert found.evidence.dual_below @ (h - g @ found.evidence.point) == pytest.approx(
            0, abs=1e-5 * scale
        )
        total += a.T @ found.evidence.dual_equal - g.T @ found.evidence.dual_below
    assert np.allclose(total, data["cost"], rtol=0, atol=1e-6 * scale)
    assert found.reached == pytest.approx(data["cost"] @ found.evidence.point, rel=1e-12)
    assert -1e-6 * scale <= found.gap <= 1e-6 * scale


@EVERY_KIND
@pytest.mark.parametrize("seed", range(6))
def test_semidefinite_lower_bound_holds_for_any_multipliers(monkeypatch, seed, kind, rows):
    """Whatever the solver says of the dual, the repaired bound is below the true minimum."""
    data = random_semidefinite(seed, kind, rows)
    true = minimise_semidefinite(**data)
    rng = np.random.default_rng(seed)
    size = 10.0 ** rng.integers(-9, 1)
    name, solve = semidefinite.SOLVERS["clarabel"]

    def disturbed(*arguments):
        point, nu, mu, duals, words = solve(*arguments)
        duals = [z + size * hermitian(rng, len(z), kind) for z in duals]
        return (point, *(v + size * rng.normal(size=v.shape) for v in (nu, mu)), duals, words)

    monkeypatch.setitem(semidefinite.SOLVERS, "clarabel", (name, disturbed))
    monkeypatch.setattr(semidefinite, "GAP", np.inf)
    found = minimise_semidefinite(**data)
    assert found.lower <= true.reached + 1e-7 * max(1, abs(true.reached))
    assert (found.evidence.dual_below >= 0).all()
    assert all(np.linalg.eigvalsh(z)[0] >= -1e-9 for z in found.evidence.dual_matrices)


def test_semidefinite_repair_is_exact_where_only_the_scale_is_wrong():
    """Minimise y with [[1, y], [y, 1]] ⪰ 0: Z = ½[[1, 1], [1, 1]]. A Z too small by δ on the
    corners is repaired to one that proves −1, not −1 − δ box."""
    z = np.array([[0.5, 0.4], [0.4, 0.5]])
    lower, (repaired,) = semidefinite._repair(np.ones(1), [PAIR], [z], 1000.0, -1.0)
    assert lower == pytest.approx(-1, abs=1e-9)
    assert np.allclose(repaired, 0.5, rtol=0, atol=1e-9)


@BOTH
def test_semidefinite_closed_forms(solver):
    """The least eigenvalue, and the price of inequalities and equalities."""
    rng = np.random.default_rng(1)
    matrix = hermitian(rng, 4, "complex")
    least = MatrixInequality(matrix, -np.eye(4).reshape(-1, 1))
    found = minimise_semidefinite([-1.0], matrices=[least], box=20, solver=solver)
    assert -found.reached == pytest.approx(np.linalg.eigvalsh(matrix)[0], abs=1e-7)
    assert np.trace(found.evidence.dual_matrices[0]).real == pytest.approx(1, abs=1e-7)
    for h in (0.25, 0.5):  # y ≥ −h stops the descent; the minimum −h falls at rate 1 with h
        below = (sp.csr_array([[-1.0]]), [h])
        found = minimise_semidefinite([1.0], matrices=[PAIR], below=below, box=1, solver=solver)
        assert found.reached == pytest.approx(-h, abs=1e-7)
        assert found.evidence.dual_below == pytest.approx([1], abs=1e-6)
        equal = (sp.csr_array([[2.0]]), [h])  # y = h/2, and the minimum 3y rises at rate 3/2
        found = minimise_semidefinite([3.0], matrices=[PAIR], equal=equal, box=1, solver=solver)
        assert found.reached == pytest.approx(1.5 * h, abs=1e-7)
        assert found.evidence.dual_equal == pytest.approx([1.5], abs=1e-4)


@BOTH
@EVERY_KIND
def test_a_program_answers_one_cost_after_another(kind, rows, solver):
    """What is kept between costs is not touched by them: each answer is a fresh one's."""
    data = dict(random_semidefinite(1, kind, rows))
    cost = data.pop("cost")
    program = SemidefiniteProgram(**data)
    for c in (cost, 3 * cost, cost):
        kept = program.minimise(c, solver=solver)
        fresh = minimise_semidefinite(c, **data, solver=solver)
        assert (kept.reached, kept.lower) == (fresh.reached, fresh.lower)


@BOTH
def test_semidefinite_is_deterministic(solver):
    data = random_semidefinite(0)
    first, second = (minimise_semidefinite(**data, solver=solver) for _ in range(2))
    assert np.array_equal(first.evidence.point, second.evidence.point)
    assert (first.reached, first.lower) == (second.reached, second.lower)


@BOTH
@pytest.mark.parametrize(
    "extra",
    [
        {"matrices": [MatrixInequality(-np.eye(2), [[0], [1], [1], [0]])]},
        {"equal": (sp.csr_array([[1.0]]), [2.0])},
        {"equal": (sp.csr_array([[1.0], [1.0]]), [0.5, 0.6])},
        {"below": (sp.csr_array([[1.0], [-1.0]]), [-0.5, 0.0])},
    ],
    ids=["matrix", "equality", "contradiction", "inequalities"],
)
def test_semidefinite_without_a_point_is_infeasible(solver, extra):
    with pytest.raises(InfeasibleError, match="no point satisfies the semidefinite program"):
        minimise_semidefinite([1.0], **{"matrices": [PAIR], **extra}, box=1, solver=solver)


@BOTH
def test_semidefinite_without_a_lower_bound_is_an_error(solver):
    positive = MatrixInequality([[1.0]], [[-1.0]])  # y ≤ 1
    with pytest.raises(SolverError, match="the semidefinite program has no lower bound"):
        minimise_semidefinite([1.0], matrices=[positive], box=1, solver=solver)


@BOTH
def test_semidefinite_dependent_equalities_and_idle_variables(solver):
    idle = MatrixInequality(np.eye(2), [[0, 0], [1, 0], [1, 0], [0, 0]])
    equal = (sp.csr_array([[1.0, 0.0], [2.0, 0.0]]), [0.5, 1.0])
    found = minimise_semidefinite([1.0, 0.0], matrices=[idle], equal=equal, box=1, solver=solver)
    assert found.reached == pytest.approx(0.5, abs=1e-9)
    assert found.lower == pytest.approx(0.5, abs=1e-7)


@BOTH
def test_semidefinite_solver_that_stops_early_is_an_error(monkeypatch, solver):
    monkeypatch.setattr(semidefinite, "MAX_STEPS", 2)
    with pytest.raises(SolverError, match=r"^(Clarabel|CVXOPT)"):
        minimise_semidefinite(**random_semidefinite(0), solver=solver)


@BOTH
def test_a_limit_that_is_met_says_so_and_what_is_known(monkeypatch, solver):
    monkeypatch.setattr(semidefinite, "MAX_STEPS", 3)
    data = random_semidefinite(0)
    with pytest.raises(SolverError, match="3 steps") as stopped:
        minimise_semidefinite(**data, solver=solver)
    monkeypatch.undo()
    assert stopped.value.known.lower <= minimise_semidefinite(**data).reached + 1e-7


def test_picos_errors_are_solver_errors(monkeypatch):
    import picos

    def fail(*_, **__):
        raise picos.SolutionFailure(1, "out of luck")

    monkeypatch.setattr(picos.Problem, "solve", fail)
    with pytest.raises(SolverError, match=r"CVXOPT failed: .*out of luck"):
        minimise_semidefinite([1.0], matrices=[PAIR], box=1, solver="cvxopt")


@BOTH
@pytest.mark.parametrize("factor", [2.0**-40, 1e-12, 1e-8, 1e-3, 7.0, 1e6, 1e12])
@pytest.mark.parametrize("seed", range(2))
def test_the_minimum_of_a_multiple_is_the_multiple_of_the_minimum(seed, factor, solver):
    """Cost times a factor, and each row of the constraints times it."""
    data = random_semidefinite(seed)
    once = minimise_semidefinite(**data, solver=solver)
    scaled = {**data, "cost": factor * np.array(data["cost"])}
    for name in ("equal", "below"):
        matrix, right = data[name]
        scaled[name] = factor * matrix, factor * right
    found = minimise_semidefinite(**scaled, solver=solver)
    for one, other in zip(once.sides, found.sides, strict=True):
        assert other / factor == pytest.approx(one, rel=1e-6, abs=1e-6)
    assert np.allclose(found.evidence.point, once.evidence.point, rtol=0, atol=1e-4)


@BOTH
@pytest.mark.parametrize(("shift", "problem"), [(-1e-5, "misses its con"), (1e-5, "dual proves")])
def test_semidefinite_points_that_are_not_optimal_are_errors(monkeypatch, solver, shift, problem):
    """The minimum of y is −1: below it a point is not feasible, above it not optimal."""
    name, solve = semidefinite.SOLVERS[solver]

    def shifted(*arguments):
        point, *duals = solve(*arguments)
        return point + shift, *duals

    monkeypatch.setitem(semidefinite.SOLVERS, solver, (name, shifted))
    with pytest.raises(SolverError, match=problem):
        minimise_semidefinite([1.0], matrices=[PAIR], box=1, solver=solver)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cost": [[1.0]]}, r"`cost` must have shape \(m,\) with m > 0"),
        ({"cost": []}, r"`cost` must have shape \(m,\) with m > 0"),
        ({"cost": [np.nan]}, "`cost` must hold finite numbers"),
        ({"cost": [1j]}, "`cost` must be an array of numbers"),
        ({"cost": [1.0, 2.0]}, "`matrices` must hold inequalities in 2 variables, but holds one"),
        ({"matrices": []}, "`matrices` must hold inequalities in 1 variables, but holds none"),
        ({"box": 0}, "`box` must be positive and finite"),
        ({"box": np.inf}, "`box` must be positive and finite"),
        (
            {"solver": "yalmip"},
            r"`solver` must be one of \['clarabel', 'cvxopt'\], but is 'yalmip'",
        ),
        ({"equal": (sp.csr_array([[1.0, 1.0]]), [1.0])}, "`equal` must be a matrix of 1 columns"),
        ({"below": (sp.csr_array([[1.0]]), [1.0, 2.0])}, "`below` must be a matrix of 1 columns"),
        ({"below": (sp.csr_array([[np.inf]]), [1.0])}, r"`below\[0\]` must hold finite numbers"),
    ],
)
def test_semidefinite_bad_data_is_refused(change, message):
    data = {"cost": [1.0], "matrices": [PAIR], "box": 1, **change}
    with pytest.raises(ValueError, match=f"Argument {message}"):
        minimise_semidefinite(**data)


@pytest.mark.parametrize("solver", [["clarabel"], {}, None, "scs"])
def test_unknown_solvers_are_refused(solver):
    entry = MatrixInequality(np.eye(2), [[0], [1], [1], [0]])
    with pytest.raises(ValueError, match="Argument `solver` must be one of"):
        minimise_semidefinite([1.0], matrices=[entry], box=1, solver=solver)
