"""The doors to semidefinite programs: straight to Clarabel, or through PICOS to CVXOPT.

The everyday door hands the matrices to Clarabel as they are. The second shares no code with it,
solver and modelling layer included, and is there to be asked the same question. What comes out of
either is judged here, by the same measures.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import lsqr

from nonlocality.foundations import clarabel_door, cvxopt_door
from nonlocality.foundations.checks import complex_array, finite_array
from nonlocality.foundations.linear_algebra import positive_part
from nonlocality.foundations.numbers import Evidence, TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import (
    SolverError,
    check_positive,
    check_rows,
    power_of_two,
    pulled,
    scaled_rows,
)

MAX_STEPS = 200
"""Steps after which a solver is stopped; they need 10 to 30."""

FEASIBILITY = 1e-7
"""Largest residual of a point that is still called a solution: rows (scaled to size 1), and the
largest negative eigenvalue."""

GAP = 1e-6
"""Largest gap between the two sides, relative to the larger of the value and the cost: with it,
and a point that is feasible, nothing depends on what the solver says of itself."""

ROUNDS = 2
"""How often the dual matrices are repaired at most."""

DENSE = 400
"""Up to so many variables the Gram matrix of a repair is solved densely."""


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
        return float((z @ self.constant.ravel()).real), pulled(self.slopes, z)

    @cached_property
    def triangle(self) -> tuple[np.ndarray, sp.csr_array]:
        """F₀ and the F_i as vectors of their upper triangles, column by column, for Clarabel.

        Off-diagonal entries are multiplied by √2, so that scalar products of vectors are traces of
        products. A Hermitian matrix is given by the real one [[Re F, −Im F], [Im F, Re F]].
        """
        return clarabel_door.triangle(self.constant, self.slopes)

    @cached_property
    def gram(self) -> sp.csr_array:
        """The matrix of Re tr(F_i F_j), shape (m, m)."""
        return sp.csr_array((self.slopes.conj().T @ self.slopes).real)

    @cached_property
    def squares(self) -> np.ndarray | None:
        """The diagonal of :attr:`gram`, shape (m,), if there is nothing besides: no two variables
        share an entry, as in moment matrices. None otherwise."""
        diagonal = self.gram.diagonal()
        return diagonal if self.gram.nnz == np.count_nonzero(diagonal) else None


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
    projectors); it turns dual variables that miss dual feasibility by δ into a valid bound that is
    lower by box·‖δ‖₁.
    solver: "clarabel", or "cvxopt" through PICOS, which shares no code with the first.
    Raises ValueError for data that is not finite or does not fit, InfeasibleError where there is
    no such y, SolverError if the solver stops early or its point misses the constraints; it says
    what is known all the same.

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
    if not isinstance(solver, str) or solver not in SOLVERS:
        raise ValueError(f"Argument `solver` must be one of {sorted(SOLVERS)}, but is {solver!r}.")
    a, b, row_a = scaled_rows(*check_rows("equal", equal, c.size))
    g, h, row_g = scaled_rows(*check_rows("below", below, c.size))
    check_positive("box", box)
    unit = float(power_of_two(np.abs(c).max()))
    c = c / unit

    name, solve = SOLVERS[solver]
    point, nu, mu, duals, status = solve(c, matrices, (a, b), (g, h), MAX_STEPS)
    misses = [-np.linalg.eigvalsh(f.at(point))[0] for f in matrices]
    misses += [np.abs(a @ point - b).max()] if len(b) else []
    misses += [(g @ point - h).max()] if len(h) else []
    residual = max(0.0, *misses)
    mu = np.maximum(mu, 0)
    value, least = float(c @ point), float(b @ nu - h @ mu)
    lower, duals = _repair(c - pulled(a, nu) + pulled(g, mu), matrices, duals, box, value - least)
    lower += least
    evidence = Evidence(
        point, float(residual), unit * nu / row_a, unit * mu / row_g,
        tuple(unit * z for z in duals), name,
    )  # fmt: skip
    if not residual <= FEASIBILITY:
        raise SolverError(
            f"{name}: the point misses its constraints by {residual:.2g}{status}.",
            known=unit * TwoSided(lower=lower),
        )
    found = unit * TwoSided(lower=lower, reached=value, side="upper", evidence=evidence)
    if not abs(value - lower) <= GAP * max(1, abs(value)):
        raise SolverError(
            f"{name}: the point reaches {found.reached:.9g}, but the dual proves "
            f"{found.lower:.9g}{status}.",
            known=found,
        )
    return found


def _repair(
    slope: np.ndarray,
    matrices: Sequence[MatrixInequality],
    duals: Sequence[np.ndarray],
    box: float,
    value: float,
) -> tuple[float, tuple[np.ndarray, ...]]:
    """A lower bound of ⟨slope, y⟩ where all F_k(y) ⪰ 0, and matrices Z_k ⪰ 0 that prove it.

    For any Z_k ⪰ 0 with slope_i = Σ_k tr Z_k F_ki + δ_i the value is at least
    −Σ_k tr Z_k F_k0 − box·‖δ‖₁. The solver's Z_k are tried as they are, and with the least change
    that makes δ vanish; each time negative eigenvalues are set to zero first. The better wins.
    value: what a point reaches, the size that rounding is measured by.
    """
    best = -np.inf, ()
    for _ in range(ROUNDS):
        duals = tuple(positive_part(z) for z in duals)
        products = [f.against(z) for f, z in zip(matrices, duals, strict=True)]
        missing = slope - sum(part for _, part in products)
        lower = -sum(constant for constant, _ in products) - box * np.abs(missing).sum()
        if lower > best[0]:
            best = float(lower), duals
        if box * np.abs(missing).sum() <= 1e-13 * max(1, abs(value)):
            break
        changes = _straighten(matrices, missing)
        duals = [z + part for z, part in zip(duals, changes, strict=True)]
    return best


def _straighten(matrices: Sequence[MatrixInequality], missing: np.ndarray) -> list[np.ndarray]:
    """The least Hermitian changes ΔZ_k with Σ_k tr ΔZ_k F_ki = δ_i.

    They are ΔZ_k = Σ_i y_i F_ki with G y = δ for the Gram matrix G of the F_ki.
    """
    squares = [f.squares for f in matrices]
    if all(square is not None for square in squares):
        total = sum(squares)
        y = np.divide(missing, total, out=np.zeros_like(missing), where=total > 0)
    else:
        gram = sum(f.gram for f in matrices)
        if len(missing) <= DENSE:
            y = np.linalg.lstsq(gram.toarray(), missing, rcond=1e-12)[0]
        else:
            y = lsqr(gram, missing, atol=1e-15, btol=1e-15)[0]
    return [(f.slopes @ y).reshape(f.constant.shape) for f in matrices]


SOLVERS = {
    "clarabel": ("Clarabel", clarabel_door.ask_clarabel),
    "cvxopt": ("CVXOPT", cvxopt_door.ask_cvxopt),
}
"""The doors: the solver's name, and the function that asks it."""
