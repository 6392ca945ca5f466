"""One door to the solvers.

A solver's number is a claim. What leaves here has been looked at: the status is checked,
the residual of the primal point is measured, and the lower bound is recomputed from the
dual multipliers, repaired where they miss feasibility, so that it holds whatever the
solver's tolerances were (up to the rounding of one matrix–vector product).

Linear programs go through CVXPY to HiGHS. Semidefinite programs go through CVXPY to Clarabel
or through PICOS to CVXOPT: two doors that share no code.
"""

import warnings
from collections.abc import Sequence
from numbers import Real

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import lsqr

from nonlocality.foundations.checks import complex_array, finite_array
from nonlocality.foundations.linear_algebra import positive_part
from nonlocality.foundations.numbers import Evidence, TwoSided
from nonlocality.foundations.results import result

SOLVER_TOLERANCE = 1e-9
"""Feasibility that is asked of the solver."""

TIME_LIMIT = 120.0
"""Seconds after which a solver is stopped; no program of the book needs a tenth of it."""

MAX_ITERATIONS = 200
"""Steps after which a solver of semidefinite programs is stopped; they need 10 to 30."""

FEASIBILITY = 1e-8
"""Largest residual of a primal point that is still called a solution."""


SEMIDEFINITE_FEASIBILITY = 1e-7
"""The same for semidefinite programs, whose solvers reach less: the largest negative eigenvalue."""

SEMIDEFINITE_GAP = 1e-6
"""Largest relative gap between the two sides of a semidefinite program: with it, and a point
that is feasible, nothing depends on what the solver says of itself."""


class SolverError(RuntimeError):
    """A solver stopped without an optimal point; says the status and the residuals."""


class InfeasibleError(SolverError):
    """No point satisfies the constraints."""


def minimise_linear(
    cost: np.ndarray,
    *,
    equal: tuple[sp.sparray, np.ndarray],
    below: tuple[sp.sparray, np.ndarray] | None = None,
    mass: float,
) -> TwoSided:
    """Minimise ⟨c, ξ⟩ over ξ ≥ 0 with A ξ = b and G ξ ≤ h (eqs. (13)–(16) of arXiv:1411.4648).

    cost: shape (n,). equal: the pair (A, b). below: the pair (G, h), if any.
    mass: a number that Σξ does not exceed at an optimum; it turns dual multipliers that
    violate feasibility by δ into a valid bound that is lower by mass·δ.
    Solved by HiGHS through CVXPY. Raises ValueError for data that is not finite or does not fit,
    InfeasibleError where there is no such ξ, SolverError if the solver stops early.

    >>> best = minimise_linear([1, 2], equal=(sp.csr_array([[1.0, 1.0]]), [1.0]), mass=1)
    >>> best.reached, best.lower, best.evidence.point.tolist()
    (1.0, 1.0, [1.0, 0.0])
    """
    import cvxpy as cp

    c = finite_array("cost", cost)
    if c.ndim != 1 or not c.size:
        raise ValueError(f"Argument `cost` must have shape (n,) with n > 0, but has {c.shape}.")
    a, b = _rows("equal", equal, c.size)
    g, h = _rows("below", below, c.size)
    _check_positive("mass", mass)

    xi = cp.Variable(len(c), nonneg=True)
    constraints = [a @ xi == b] + ([g @ xi <= h] if len(h) else [])
    problem = cp.Problem(cp.Minimize(c @ xi), constraints)
    try:
        problem.solve(
            solver=cp.HIGHS,
            primal_feasibility_tolerance=SOLVER_TOLERANCE,
            dual_feasibility_tolerance=SOLVER_TOLERANCE,
            time_limit=TIME_LIMIT,
        )
    except (cp.SolverError, ValueError) as error:  # CVXPY has both for a run without a point
        raise SolverError(f"HiGHS failed: {error}") from None
    if problem.status == cp.INFEASIBLE:
        raise InfeasibleError("HiGHS: no point satisfies the constraints of the linear program.")
    if problem.status != cp.OPTIMAL:
        raise SolverError(f"HiGHS stopped with status {problem.status!r} before the optimum.")

    point = np.maximum(xi.value, 0)
    residual = max(
        np.abs(a @ point - b).max(initial=0), (g @ point - h).max(initial=0), -xi.value.min()
    )
    if residual > FEASIBILITY:
        raise SolverError(f"HiGHS: the point misses its constraints by {residual:.2g}.")
    y = -constraints[0].dual_value
    w = np.maximum(constraints[1].dual_value, 0) if len(h) else np.zeros(0)
    violation = (a.T @ y - g.T @ w - c).max(initial=0)
    return TwoSided(
        lower=float(b @ y - h @ w - violation * mass),
        reached=float(c @ point),
        side="upper",
        evidence=Evidence(point, float(residual), y, w, solver="HiGHS"),
    )


@result
class MatrixInequality:
    """A linear matrix inequality F(y) = F₀ + Σ_i y_i F_i ⪰ 0, real symmetric or Hermitian.

    constant: F₀, shape (n, n). slopes: shape (n·n, m), column i is F_i read row by row.
    Raises ValueError if the shapes do not fit or if a matrix is not Hermitian.

    >>> inequality = MatrixInequality([[1, 0], [0, 1]], [[0], [1], [1], [0]])
    >>> inequality.at([0.5])
    array([[1. , 0.5],
           [0.5, 1. ]])
    """

    constant: np.ndarray
    slopes: sp.csr_array

    def __post_init__(self) -> None:
        """Check the matrices; keep arrays."""
        constant = complex_array("constant", self.constant)
        slopes = sp.csr_array(self.slopes)
        if constant.ndim != 2 or constant.shape[0] != constant.shape[1] or not constant.size:
            raise ValueError(
                f"Argument `constant` must have shape (n, n), but has shape {constant.shape}."
            )
        if slopes.shape[0] != constant.size:
            raise ValueError(
                f"Argument `slopes` must have {constant.size} rows, one an entry of the matrix, "
                f"but has shape {slopes.shape}."
            )
        complex_array("slopes", slopes.data)
        mirror = np.arange(constant.size).reshape(constant.shape).T.ravel()
        skew = max(
            np.abs(constant - constant.conj().T).max(),
            np.abs((slopes - slopes[mirror].conj()).data).max(initial=0),
        )
        if skew > 0:
            raise ValueError(
                "Arguments `constant` and `slopes` must hold Hermitian matrices, but miss that "
                f"by {skew:.2g}."
            )
        object.__setattr__(self, "constant", constant)
        object.__setattr__(self, "slopes", slopes)

    @property
    def complex(self) -> bool:
        """Whether the matrices have complex entries."""
        return np.iscomplexobj(self.constant) or np.iscomplexobj(self.slopes.data)

    def at(self, y: np.ndarray) -> np.ndarray:
        """F(y), shape (n, n)."""
        return self.constant + (self.slopes @ np.asarray(y, dtype=float)).reshape(
            self.constant.shape
        )

    def against(self, matrix: np.ndarray) -> tuple[float, np.ndarray]:
        """tr(Z F₀) and the m numbers tr(Z F_i), for a Hermitian matrix Z."""
        z = np.asarray(matrix).T.ravel()
        return float((z @ self.constant.ravel()).real), np.real(self.slopes.T @ z)


def minimise_semidefinite(
    cost: np.ndarray,
    *,
    matrices: Sequence[MatrixInequality],
    box: float,
    equal: tuple[sp.sparray, np.ndarray] | None = None,
    below: tuple[sp.sparray, np.ndarray] | None = None,
    solver: str = "clarabel",
) -> TwoSided:
    """Minimise ⟨c, y⟩ over real y with F_k(y) ⪰ 0, A y = b and G y ≤ h.

    cost: shape (m,). matrices: the F_k. equal: the pair (A, b). below: the pair (G, h).
    box: a number that no |y_i| exceeds at an optimum (1 for probabilities and moments of
    projectors); it turns multipliers that miss dual feasibility by δ into a valid bound that is
    lower by box·‖δ‖₁.
    solver: "clarabel", or "cvxopt" through PICOS, which shares no code with the first.
    Raises ValueError for data that is not finite or does not fit, InfeasibleError where there is
    no such y, SolverError if the solver stops early or its point misses the constraints.

    >>> entry = MatrixInequality(np.eye(2), [[0], [1], [1], [0]])  # [[1, y], [y, 1]] ⪰ 0
    >>> best = minimise_semidefinite([1.0], matrices=[entry], box=1)
    >>> round(best.reached, 6), round(best.lower, 6), best.evidence.solver
    (-1.0, -1.0, 'Clarabel')
    """
    c = finite_array("cost", cost)
    if c.ndim != 1 or not c.size:
        raise ValueError(f"Argument `cost` must have shape (m,) with m > 0, but has {c.shape}.")
    wrong = [f.slopes.shape[1] for f in matrices if f.slopes.shape[1] != c.size]
    if not matrices or wrong:
        raise ValueError(
            f"Argument `matrices` must hold inequalities in {c.size} variables, but holds "
            f"{f'one in {wrong[0]}' if wrong else 'none'}."
        )
    if not isinstance(solver, str) or solver not in _SEMIDEFINITE:
        raise ValueError(
            f"Argument `solver` must be one of {sorted(_SEMIDEFINITE)}, but is {solver!r}."
        )
    a, b = _rows("equal", equal, c.size)
    g, h = _rows("below", below, c.size)
    _check_positive("box", box)

    name, solve = _SEMIDEFINITE[solver]
    point, nu, mu, duals = solve(c, matrices, (a, b), (g, h))
    residual = max(
        np.abs(a @ point - b).max(initial=0),
        (g @ point - h).max(initial=0),
        *(-np.linalg.eigvalsh(f.at(point))[0] for f in matrices),
    )
    if not residual <= SEMIDEFINITE_FEASIBILITY:
        raise SolverError(f"{name}: the point misses its constraints by {residual:.2g}.")
    mu = np.maximum(mu, 0)
    lower, duals = _repair(c - a.T @ nu + g.T @ mu, matrices, duals, box)
    value, lower = float(c @ point), float(b @ nu - h @ mu + lower)
    if not abs(value - lower) <= SEMIDEFINITE_GAP * max(1, abs(value)):
        raise SolverError(
            f"{name}: the point reaches {value:.9g}, but the dual proves {lower:.9g}."
        )
    return TwoSided(
        lower=lower,
        reached=value,
        side="upper",
        evidence=Evidence(point, float(residual), nu, mu, duals, name),
    )


def _repair(
    slope: np.ndarray, matrices: Sequence[MatrixInequality], duals: Sequence[np.ndarray], box: float
) -> tuple[float, tuple[np.ndarray, ...]]:
    """A lower bound of ⟨slope, y⟩ where all F_k(y) ⪰ 0, and matrices Z_k ⪰ 0 that prove it.

    For any Z_k ⪰ 0 with slope_i = Σ_k tr Z_k F_ki + δ_i the value is at least
    −Σ_k tr Z_k F_k0 − box·‖δ‖₁. The solver's Z_k are tried as they are, and with the least change
    that makes δ vanish; each time negative eigenvalues are set to zero first. The better wins.
    """
    best = -np.inf, ()
    split = np.cumsum([f.constant.size for f in matrices])[:-1]
    columns = sp.vstack([f.slopes for f in matrices], format="csr")
    columns = sp.vstack([columns.real, columns.imag], format="csr")  # Re tr Z F, Z Hermitian
    for _ in range(3):
        duals = tuple(positive_part(z) for z in duals)
        products = [f.against(z) for f, z in zip(matrices, duals, strict=True)]
        missing = slope - sum(part for _, part in products)
        lower = -sum(constant for constant, _ in products) - box * np.abs(missing).sum()
        if lower > best[0]:
            best = float(lower), duals
        change = lsqr(columns.T, missing, atol=1e-15, btol=1e-15)[0]
        real, imaginary = np.split(change, 2)
        change = real + 1j * imaginary if imaginary.any() else real
        duals = [
            z + part.reshape(z.shape)
            for z, part in zip(duals, np.split(change, split), strict=True)
        ]
    return best


def _rows(
    name: str, pair: tuple[sp.sparray, np.ndarray] | None, columns: int
) -> tuple[sp.csr_array, np.ndarray]:
    """The checked pair of a matrix and a right side; without rows for None."""
    if pair is None:
        return sp.csr_array((0, columns)), np.zeros(0)
    matrix, right = sp.csr_array(pair[0]), finite_array(f"{name}[1]", pair[1])
    finite_array(f"{name}[0]", matrix.data)
    if right.ndim != 1 or matrix.shape != (right.size, columns):
        raise ValueError(
            f"Argument `{name}` must be a matrix of {columns} columns and a right side with "
            f"one number a row, but has shapes {matrix.shape} and {right.shape}."
        )
    return matrix, right


def _check_positive(name: str, value: float) -> None:
    """Raise ValueError for anything but a positive finite number."""
    if not isinstance(value, Real) or not 0 < value < np.inf:
        raise ValueError(f"Argument `{name}` must be positive and finite, but is {value}.")


def _real(f: MatrixInequality) -> tuple[np.ndarray, sp.csr_array]:
    """Constant and slopes of the real inequality [[Re F, −Im F], [Im F, Re F]] ⪰ 0."""
    n = len(f.constant)
    row, column = np.divmod(np.arange(n * n), n)
    places = [(row + p) * 2 * n + column + q for p, q in ((0, 0), (0, n), (n, 0), (n, n))]
    slopes = sp.coo_array(f.slopes)
    parts = slopes.data.real, -slopes.data.imag, slopes.data.imag, slopes.data.real
    slopes = sp.csr_array(
        (
            np.concatenate(parts),
            (np.concatenate([place[slopes.row] for place in places]), np.tile(slopes.col, 4)),
        ),
        shape=(4 * n * n, slopes.shape[1]),
    )
    real, imaginary = f.constant.real, f.constant.imag
    return np.block([[real, -imaginary], [imaginary, real]]), slopes


def _solve_with_clarabel(c: np.ndarray, matrices: Sequence, equal: tuple, below: tuple) -> tuple:
    """Point and dual variables of a semidefinite program: CVXPY, then Clarabel.

    Posed by its dual, in which Clarabel is two or three digits more accurate: minimise
    Σ_k tr Z_k F_k0 + ⟨h, μ⟩ − ⟨b, ν⟩ over Z_k ⪰ 0 and μ ≥ 0, with one equality a variable y_i,
    whose multiplier y_i is.
    """
    import cvxpy as cp

    (a, b), (g, h) = equal, below
    blocks = [_real(f) if f.complex else (f.constant, f.slopes) for f in matrices]
    psd = [cp.Variable(constant.shape, PSD=True) for constant, _ in blocks]
    nu, mu = cp.Variable(b.shape), cp.Variable(h.shape, nonneg=True)
    cost, total = h @ mu - b @ nu, a.T @ nu - g.T @ mu
    for (constant, slopes), z in zip(blocks, psd, strict=True):
        cost += cp.sum(cp.multiply(constant, z))
        total += slopes.T @ cp.vec(z, order="C")
    problem = cp.Problem(cp.Minimize(cost), [total == c])
    failure = None
    for regularised in (True, False):  # what helps most programs stalls a few
        try:
            with warnings.catch_warnings():
                # needed: the pages and tests take a warning for an error, and here the gap tells
                warnings.filterwarnings("ignore", message="Solution may be inaccurate")
                problem.solve(
                    solver=cp.CLARABEL,
                    tol_gap_abs=SOLVER_TOLERANCE,
                    tol_gap_rel=SOLVER_TOLERANCE,
                    tol_feas=SOLVER_TOLERANCE,
                    static_regularization_enable=regularised,
                    max_threads=1,
                    max_iter=MAX_ITERATIONS,
                    time_limit=TIME_LIMIT,
                )
        except (cp.SolverError, ValueError) as error:
            failure = SolverError(f"Clarabel failed: {error}")
        if problem.status in (cp.OPTIMAL, cp.UNBOUNDED, cp.INFEASIBLE):
            break
    if problem.status is None and failure is not None:
        raise failure
    if problem.status in (cp.UNBOUNDED, cp.UNBOUNDED_INACCURATE):
        raise InfeasibleError("Clarabel: no point satisfies the semidefinite program.")
    if problem.status in (cp.INFEASIBLE, cp.INFEASIBLE_INACCURATE):
        raise SolverError("Clarabel: the semidefinite program has no lower bound.")
    if problem.status not in (cp.OPTIMAL, cp.OPTIMAL_INACCURATE):
        raise SolverError(f"Clarabel stopped with status {problem.status!r} before the optimum.")
    duals = []
    for f, variable in zip(matrices, psd, strict=True):
        z, n = variable.value, len(f.constant)
        if f.complex:
            z = z[:n, :n] + z[n:, n:] + 1j * (z[n:, :n] - z[:n, n:])
        duals.append(z)
    return np.atleast_1d(problem.constraints[0].dual_value), nu.value, mu.value, duals


def _solve_with_cvxopt(c: np.ndarray, matrices: Sequence, equal: tuple, below: tuple) -> tuple:
    """Point and dual variables of a semidefinite program: PICOS, then CVXOPT."""
    import cvxopt
    import picos

    def sparse(matrix: sp.sparray) -> cvxopt.spmatrix:
        coo = sp.coo_array(matrix)
        kind = "z" if np.iscomplexobj(coo.data) else "d"
        return cvxopt.spmatrix(
            coo.data.tolist(), coo.row.tolist(), coo.col.tolist(), coo.shape, kind
        )

    problem = picos.Problem()
    y = picos.RealVariable("y", len(c))
    problem.minimize = cvxopt.matrix(c).T * y
    linear = [sparse(m) * y == cvxopt.matrix(r) for m, r in [equal] if len(r)]
    linear += [sparse(m) * y <= cvxopt.matrix(r) for m, r in [below] if len(r)]
    psd = []
    for f in matrices:
        n = len(f.constant)
        by_column = np.arange(n * n).reshape(n, n).T.ravel()  # PICOS reads column by column
        terms = picos.Constant(sparse(f.slopes[by_column])) * y
        psd.append(terms.reshaped((n, n)) + picos.Constant(f.constant) >> 0)
    for constraint in linear + psd:
        problem.add_constraint(constraint)
    try:
        solution = problem.solve(
            solver="cvxopt",
            primals=None,  # whatever it has: it is judged below
            duals=None,
            abs_prim_fsb_tol=SOLVER_TOLERANCE,
            rel_prim_fsb_tol=SOLVER_TOLERANCE,
            abs_dual_fsb_tol=SOLVER_TOLERANCE,
            rel_dual_fsb_tol=SOLVER_TOLERANCE,
            abs_ipm_opt_tol=SOLVER_TOLERANCE,
            rel_ipm_opt_tol=SOLVER_TOLERANCE,
            max_iterations=MAX_ITERATIONS,
            timelimit=None,
        )
    except (picos.SolutionFailure, ArithmeticError, ValueError) as error:
        raise SolverError(f"CVXOPT failed: {error}") from None
    if solution.problemStatus == "infeasible":
        raise InfeasibleError("CVXOPT: no point satisfies the semidefinite program.")
    if solution.problemStatus == "unbounded":
        raise SolverError("CVXOPT: the semidefinite program has no lower bound.")
    duals = [constraint.dual for constraint in linear + psd]
    if not problem.variables["y"].valued or any(dual is None for dual in duals):
        raise SolverError(
            f"CVXOPT stopped with status {solution.claimedStatus!r}, without a point."
        )
    vectors = [np.array(cvxopt.matrix(dual)).ravel() for dual in duals[: len(linear)]]
    nu = vectors[0] if len(equal[1]) else np.zeros(0)
    mu = vectors[-1] if len(below[1]) else np.zeros(0)
    point = np.array(cvxopt.matrix(y.value)).ravel()
    return point, nu, mu, [np.array(cvxopt.matrix(dual)).conj() for dual in duals[len(linear) :]]


_SEMIDEFINITE = {
    "clarabel": ("Clarabel", _solve_with_clarabel),
    "cvxopt": ("CVXOPT", _solve_with_cvxopt),
}
