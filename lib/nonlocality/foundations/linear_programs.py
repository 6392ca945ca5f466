"""The door to linear programs: straight to HiGHS, both sides of the value proved or measured.

A program of a few rows takes HiGHS longer to set up than to solve. Clarabel, which is asked the
semidefinite programs, is sooner there, with ten digits instead of all of them.
"""

from types import SimpleNamespace

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations import semidefinite
from nonlocality.foundations.checks import finite_array, shown
from nonlocality.foundations.clarabel_door import ask_clarabel, conic
from nonlocality.foundations.numbers import Evidence, TwoSided
from nonlocality.foundations.solvers import (
    SOLVER_TOLERANCE,
    InfeasibleError,
    Rows,
    SolverError,
    check_positive,
    check_rows,
    power_of_two,
    pulled,
    scaled_rows,
)

SOLVERS = {"clarabel": "Clarabel", "highs": "HiGHS"}
"""The solvers there are, and what they are called."""

MAX_STEPS = 200_000
"""Steps of the simplex method after which it is stopped; the programs of the book need hundreds,
the largest some ten thousand."""

FEASIBILITY = 1e-8
"""Largest residual of a point that is still called a solution, for rows scaled to size 1."""


def minimise_linear(
    cost: np.ndarray,
    *,
    equal: tuple[sp.sparray, np.ndarray],
    below: tuple[sp.sparray, np.ndarray] | None = None,
    mass: float,
    presolve: bool = True,
    solver: str = "highs",
) -> TwoSided:
    """Minimise ⟨c, ξ⟩ over ξ ≥ 0 with A ξ = b and G ξ ≤ h (eqs. (13)–(16) of arXiv:1411.4648).

    cost: shape (n,). equal: the pair (A, b). below: the pair (G, h), if any.
    mass: a number that Σξ does not exceed at an optimum; it turns dual variables that
    violate feasibility by δ into a valid bound that is lower by mass·δ.
    presolve: whether HiGHS looks for a smaller program first; a few rows are sooner solved as they
    are. solver: "highs", or "clarabel".
    Raises ValueError for data that is not finite or does not fit, InfeasibleError where there is
    no such ξ, SolverError if the solver stops early; it says what is known all the same.

    >>> best = minimise_linear([1, 2], equal=(sp.csr_array([[1.0, 1.0]]), [1.0]), mass=1)
    >>> best.reached, best.lower, best.evidence.point.tolist()
    (1.0, 1.0, [1.0, 0.0])
    """
    c = finite_array("cost", cost)
    if c.ndim != 1 or not c.size:
        raise ValueError(f"Argument `cost` must have shape (n,) with n > 0, but has {c.shape}.")
    a, b, row_a = scaled_rows(*check_rows("equal", equal, c.size))
    g, h, row_g = scaled_rows(*check_rows("below", below, c.size))
    check_positive("mass", mass)
    if not isinstance(solver, str) or solver not in SOLVERS:
        raise ValueError(
            f"Argument `solver` must be one of {sorted(SOLVERS)}, but is {shown(solver)}."
        )
    unit = float(power_of_two(np.abs(c).max()))
    c = c / unit

    name = SOLVERS[solver]
    if solver == "highs":
        status, point, y, w = _solve(c, a, b, g, h, presolve)
    else:
        status, point, y, w = _by_clarabel(c, a, b, g, h)
    w = np.maximum(w, 0)
    violation = (pulled(a, y) - pulled(g, w) - c).max(initial=0)
    lower = float(b @ y - h @ w - violation * mass) if np.isfinite(y).all() else -np.inf
    residual = max(
        np.abs(a @ point - b).max(initial=0), (g @ point - h).max(initial=0), -point.min(initial=0)
    )
    point = np.maximum(point, 0)
    evidence = Evidence(point, float(residual), unit * y / row_a, unit * w / row_g, solver=name)
    found = TwoSided(lower=lower, reached=float(c @ point), side="upper", evidence=evidence) * unit
    if status != "Optimal":
        raise _stopped(status, found)
    if not residual <= FEASIBILITY:
        raise SolverError(
            f"{name}: the point misses its constraints by {residual:.2g}.",
            known=TwoSided(lower=found.lower),
        )
    return found


def _stopped(status: str, found: TwoSided) -> SolverError:
    """The error for a run without an optimum."""
    if status in ("Infeasible", "Primal infeasible or unbounded"):
        return InfeasibleError("HiGHS: no point satisfies the constraints of the linear program.")
    if status == "Unbounded":
        return SolverError("HiGHS: the linear program has no lower bound.")
    if status == "Iteration limit reached":
        known = TwoSided(lower=found.lower)
        if found.evidence.residual <= FEASIBILITY:
            known = found
        return SolverError(
            f"HiGHS stopped after {MAX_STEPS} steps; what is known is {known!r}. To allow more, "
            "set `nonlocality.foundations.linear_programs.MAX_STEPS`.",
            known=known,
        )
    return SolverError(f"HiGHS stopped with status {status!r} before the optimum.")


def _solve(
    c: np.ndarray,
    a: sp.csr_array,
    b: np.ndarray,
    g: sp.csr_array,
    h: np.ndarray,
    presolve: bool,
) -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    """HiGHS's status, its point, and the dual variables y and w with cᵀξ ≥ bᵀy − hᵀw."""
    import highspy

    solver = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("presolve", "choose" if presolve else "off"),
        ("threads", 1),
        ("primal_feasibility_tolerance", SOLVER_TOLERANCE),
        ("dual_feasibility_tolerance", SOLVER_TOLERANCE),
        ("simplex_iteration_limit", MAX_STEPS),
    ):
        solver.setOptionValue(name, value)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(c), len(b) + len(h)
    program.col_cost_ = c
    program.col_lower_, program.col_upper_ = np.zeros(len(c)), np.full(len(c), highspy.kHighsInf)
    program.row_lower_ = np.concatenate([b, np.full(len(h), -highspy.kHighsInf)])
    program.row_upper_ = np.concatenate([b, h])
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = np.concatenate([a.indptr, a.indptr[-1] + g.indptr[1:]])
    matrix.index_ = np.concatenate([a.indices, g.indices])
    matrix.value_ = np.concatenate([a.data, g.data])
    passed = solver.passModel(program)
    if passed == highspy.HighsStatus.kError:
        raise SolverError("HiGHS failed: it does not take the linear program.")
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:  # presolve does not say which
        solver.setOptionValue("presolve", "off")
        solver.run()
        status = solver.getModelStatus()
    solution = solver.getSolution()
    point, dual = np.array(solution.col_value), np.array(solution.row_dual)
    if len(point) != len(c) or len(dual) != len(b) + len(h):
        point, dual = np.zeros(len(c)), np.full(len(b) + len(h), np.nan)
    return solver.modelStatusToString(status), point, dual[: len(b)], -dual[len(b) :]


def _by_clarabel(
    c: np.ndarray, a: sp.csr_array | Rows, b: np.ndarray, g: sp.csr_array | Rows, h: np.ndarray
) -> tuple[str, np.ndarray, np.ndarray, np.ndarray]:
    """The same by Clarabel, as a semidefinite program without matrices, ξ ≥ 0 among its rows."""
    n = len(c)
    data, indices = np.append(-np.ones(n), g.data), np.append(np.arange(n), g.indices)
    rows = Rows(data, indices, np.append(np.arange(n), n + g.indptr), (n + len(h), n))
    program = SimpleNamespace(conic=conic((), (a, b), (rows, np.append(np.zeros(n), h))))
    point, y, w, _, words = ask_clarabel(c, program, semidefinite.MAX_STEPS)
    if words:
        raise SolverError(f"Clarabel: no optimum of the linear program{words}.")
    return "Optimal", point, y, w[n:]
