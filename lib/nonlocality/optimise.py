"""One door to the solvers.

A solver's number is a claim. What leaves here has been looked at: the status is checked,
the residual of the primal point is measured, and the lower bound is recomputed from the
dual multipliers, repaired where they miss feasibility, so that it holds whatever the
solver's tolerances were (up to the rounding of one matrix–vector product).
"""

from dataclasses import dataclass
from numbers import Real

import numpy as np
import scipy.sparse as sp

from nonlocality.checks import finite_array

SOLVER_TOLERANCE = 1e-9
"""Feasibility that is asked of the solver."""

TIME_LIMIT = 120.0
"""Seconds after which a solver is stopped; no program of the book needs a tenth of it."""

FEASIBILITY = 1e-8
"""Largest residual of a primal point that is still called a solution."""


class SolverError(RuntimeError):
    """A solver stopped without an optimal point; says the status and the residuals."""


class InfeasibleError(SolverError):
    """No point satisfies the constraints."""


@dataclass(frozen=True)
class Bound:
    """An optimal value with the evidence for it.

    value: objective at the solver's point, which misses the constraints by `residual`.
    lower: objective of a repaired dual point, a lower bound of the minimum.
    point: the primal point. multipliers: the dual variables of the equalities.
    slopes: the dual variables (≥ 0) of the inequalities. solver: its name.
    """

    value: float
    lower: float
    residual: float
    point: np.ndarray
    multipliers: np.ndarray
    slopes: np.ndarray
    solver: str

    @property
    def gap(self) -> float:
        """Distance between the two sides."""
        return self.value - self.lower


def kron(*factors: np.ndarray | sp.sparray) -> sp.csr_array:
    """Kronecker product of any number of matrices, dense or sparse, as a sparse array.

    >>> kron(np.eye(2), [[1, 1]]).shape
    (2, 4)
    """
    product = sp.coo_array([[1.0]])
    for factor in factors:
        product = sp.kron(product, sp.coo_array(factor))
    return sp.csr_array(product)


def minimise_linear(
    cost: np.ndarray,
    *,
    equal: tuple[sp.sparray, np.ndarray],
    below: tuple[sp.sparray, np.ndarray] | None = None,
    mass: float,
) -> Bound:
    """Minimise ⟨c, ξ⟩ over ξ ≥ 0 with A ξ = b and G ξ ≤ h (eqs. (13)–(16) of arXiv:1411.4648).

    cost: shape (n,). equal: the pair (A, b). below: the pair (G, h), if any.
    mass: a number that Σξ does not exceed at an optimum; it turns dual multipliers that
    violate feasibility by δ into a valid bound that is lower by mass·δ.
    Solved by HiGHS through CVXPY. Raises ValueError for data that is not finite or does not fit,
    InfeasibleError where there is no such ξ, SolverError if the solver stops early.

    >>> best = minimise_linear([1, 2], equal=(sp.csr_array([[1.0, 1.0]]), [1.0]), mass=1)
    >>> best.value, best.lower, best.point.tolist()
    (1.0, 1.0, [1.0, 0.0])
    """
    import cvxpy as cp

    c = finite_array("cost", cost)
    if c.ndim != 1 or not c.size:
        raise ValueError(f"Argument `cost` must have shape (n,) with n > 0, but has {c.shape}.")
    a, b = sp.csr_array(equal[0]), finite_array("equal[1]", equal[1])
    if below is None:
        below = (sp.csr_array((0, len(c))), np.zeros(0))
    g, h = sp.csr_array(below[0]), finite_array("below[1]", below[1])
    for name, (matrix, right) in {"equal": (a, b), "below": (g, h)}.items():
        if matrix.shape != (right.size, c.size) or right.ndim != 1:
            raise ValueError(
                f"Argument `{name}` must be a matrix of {c.size} columns and a right side with "
                f"one number a row, but has shapes {matrix.shape} and {right.shape}."
            )
    if not isinstance(mass, Real) or not 0 < mass < np.inf:
        raise ValueError(f"Argument `mass` must be positive and finite, but is {mass}.")
    finite_array("equal[0]", a.data)
    finite_array("below[0]", g.data)

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
    return Bound(
        value=float(c @ point),
        lower=float(b @ y - h @ w - violation * mass),
        residual=float(residual),
        point=point,
        multipliers=y,
        slopes=w,
        solver="HiGHS",
    )
