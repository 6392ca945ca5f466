"""The second door to semidefinite programs: PICOS, then CVXOPT, which share no code with the first.

Nothing of the everyday door is used: neither its vectors of triangles nor its dual form.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.solvers import SOLVER_TOLERANCE, InfeasibleError, Rows, SolverError


def ask_cvxopt(
    c: np.ndarray, program: object, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray], str]:
    """Point, ν, μ, the Z_k, and what CVXOPT says of them, empty if it is content.

    c: the cost, shape (m,). program: a
    :class:`~nonlocality.foundations.semidefinite.SemidefiniteProgram`. steps: at most.
    Raises InfeasibleError, and SolverError for a program without a lower bound.
    """
    import cvxopt
    import picos

    def sparse(matrix: sp.sparray | Rows) -> cvxopt.spmatrix:
        coo = sp.coo_array(matrix.csr if isinstance(matrix, Rows) else matrix)
        kind = "z" if np.iscomplexobj(coo.data) else "d"
        return cvxopt.spmatrix(
            coo.data.tolist(), coo.row.tolist(), coo.col.tolist(), coo.shape, kind
        )

    matrices, ((a, b, _), (g, h, _)) = program.matrices, program.rows
    problem = picos.Problem()
    y = picos.RealVariable("y", len(c))
    problem.minimize = cvxopt.matrix(c).T * y
    linear = [sparse(a) * y == cvxopt.matrix(b)] if len(b) else []
    linear += [sparse(g) * y <= cvxopt.matrix(h)] if len(h) else []
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
            primals=None,  # whatever it has: it is judged by the caller
            duals=None,
            abs_prim_fsb_tol=SOLVER_TOLERANCE,
            rel_prim_fsb_tol=SOLVER_TOLERANCE,
            abs_dual_fsb_tol=SOLVER_TOLERANCE,
            rel_dual_fsb_tol=SOLVER_TOLERANCE,
            abs_ipm_opt_tol=SOLVER_TOLERANCE,
            rel_ipm_opt_tol=SOLVER_TOLERANCE,
            max_iterations=steps,
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
    nu = vectors[0] if len(b) else np.zeros(0)
    mu = vectors[-1] if len(h) else np.zeros(0)
    point = np.array(cvxopt.matrix(y.value)).ravel()
    content = solution.claimedStatus == "optimal"
    words = "" if content else f" (it stopped with status {solution.claimedStatus!r}"
    words += "" if content else f", after at most {steps} steps)"
    matrices = [np.array(cvxopt.matrix(dual)).conj() for dual in duals[len(linear) :]]
    return point, nu, mu, matrices, words
