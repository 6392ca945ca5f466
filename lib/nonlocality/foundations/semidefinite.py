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
from nonlocality.foundations.checks import finite_array, shown
from nonlocality.foundations.invariant_programs import Reduction
from nonlocality.foundations.linear_algebra import _eigh, positive_part
from nonlocality.foundations.matrix_inequalities import MatrixInequality
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

ENOUGH = clarabel_door.ASKED
"""What a bound may lose by a repair, relative to the value, before it is repaired once more."""

DENSE = 400
"""Up to so many variables the Gram matrix of a repair is solved densely."""


@result
class SemidefiniteProgram:
    """What does not change with the cost: all real y with F_k(y) ⪰ 0, A y = b and G y ≤ h.

    matrices: the F_k. equal: the pair (A, b). below: the pair (G, h). box: a number that no |y_i|
    exceeds at an optimum (1 for probabilities and moments of projectors); it turns dual variables
    that miss dual feasibility by δ into a valid bound that is lower by box·‖δ‖₁.
    Raises ValueError for data that is not finite or does not fit.

    >>> entry = MatrixInequality(np.eye(2), [[0], [1], [1], [0]])  # [[1, y], [y, 1]] ⪰ 0
    >>> program = SemidefiniteProgram([entry], box=1)
    >>> [round(program.minimise([slope]).lower, 6) for slope in (1.0, 2.0)]
    [-1.0, -2.0]
    """

    matrices: Sequence[MatrixInequality]
    box: float
    equal: tuple[sp.sparray, np.ndarray] | None = None
    below: tuple[sp.sparray, np.ndarray] | None = None

    def __post_init__(self) -> None:
        """Check the constraints; keep the rows, each divided by a power of two."""
        sizes = sorted({f.slim.shape[1] for f in self.matrices})
        if len(sizes) != 1:
            raise ValueError(
                "Argument `matrices` must hold inequalities in the same variables, but holds "
                f"{f'some in {sizes}' if sizes else 'none'}."
            )
        check_positive("box", self.box)
        rows = [
            scaled_rows(*check_rows(name, getattr(self, name), sizes[0]))
            for name in ("equal", "below")
        ]
        object.__setattr__(self, "rows", tuple(rows))

    @property
    def variables(self) -> int:
        """The number m of variables."""
        return self.matrices[0].slim.shape[1]

    @cached_property
    def conic(self) -> clarabel_door.Conic:
        """The constraints as Clarabel reads them."""
        (a, b, _), (g, h, _) = self.rows
        return clarabel_door.conic(self.matrices, (a, b), (g, h))

    def minimise(
        self, cost: np.ndarray, *, solver: str = "clarabel", reduction: Reduction | None = None
    ) -> TwoSided:
        """The least ⟨c, y⟩; as :func:`minimise_semidefinite`, which says what is raised.

        cost: shape (m,). reduction: of this program for a cost with symmetries; Clarabel is asked
        the smaller program, and the full one if what that proves of the full one is too little.
        """
        c = finite_array("cost", cost)
        if c.shape != (self.variables,) or not c.size:
            raise ValueError(
                f"Argument `cost` must have shape (m,) with m > 0, here m = {self.variables}, "
                f"but has {c.shape}."
            )
        if not isinstance(solver, str) or solver not in SOLVERS:
            raise ValueError(
                f"Argument `solver` must be one of {sorted(SOLVERS)}, but is {shown(solver)}."
            )
        unit = float(power_of_two(np.abs(c).max()))
        name, ask = SOLVERS[solver]
        if reduction is not None and solver == "clarabel":
            try:
                answer = ask(reduction.cost(c / unit), reduction.program, MAX_STEPS)
                return self._judged(c / unit, unit, name, reduction.back(answer, self.rows))
            except SolverError:
                pass
        return self._judged(c / unit, unit, name, ask(c / unit, self, MAX_STEPS))

    def _judged(self, c: np.ndarray, unit: float, name: str, answer: tuple) -> TwoSided:
        """What a solver's point and dual variables prove; SolverError if that is too little."""
        point, nu, mu, duals, status = answer
        (a, b, row_a), (g, h, row_g) = self.rows
        mu = np.maximum(mu, 0)
        matrices = (f.constant + f.combination(point) for f in self.matrices)
        misses = [-_eigh(matrix, vectors=False)[0][0] for matrix in matrices]
        value, slope, least = float(c @ point), c, 0.0
        if len(b):
            misses.append(np.abs(a @ point - b).max())
            slope, least = slope - pulled(a, nu), least + float(b @ nu)
        if len(h):
            misses.append((g @ point - h).max())
            slope, least = slope + pulled(g, mu), least - float(h @ mu)
        residual = float(max(0.0, *misses))
        lower, duals = _repair(slope, self.matrices, duals, self.box, value - least)
        lower += least
        if not residual <= FEASIBILITY:
            raise SolverError(
                f"{name}: the point misses its constraints by {residual:.2g}{status}.",
                known=TwoSided(lower=unit * lower),
            )
        evidence = Evidence(
            point, residual, unit * nu / row_a, unit * mu / row_g,
            tuple(unit * z for z in duals), name,
        )  # fmt: skip
        found = TwoSided(lower=unit * lower, reached=unit * value, side="upper", evidence=evidence)
        if not abs(value - lower) <= GAP * max(1, abs(value)):
            raise SolverError(
                f"{name}: the point reaches {found.reached:.9g}, but the dual proves "
                f"{found.lower:.9g}{status}.",
                known=found,
            )
        return found


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

    cost: shape (m,). matrices, box, equal, below: as in :class:`SemidefiniteProgram`, which saves
    work where only the cost changes.
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
    program = SemidefiniteProgram(matrices, box, equal, below)
    return program.minimise(c, solver=solver)


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
        products = [f._against(z) for f, z in zip(matrices, duals, strict=True)]
        missing = slope - sum(part for _, part in products)
        penalty = box * float(np.abs(missing).sum())
        lower = -sum(constant for constant, _ in products) - penalty
        if lower > best[0]:
            best = lower, duals
        if penalty <= ENOUGH * max(1, abs(value)):
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
    return [f.combination(y) for f in matrices]


SOLVERS = {
    "clarabel": ("Clarabel", clarabel_door.ask_clarabel),
    "cvxopt": ("CVXOPT", cvxopt_door.ask_cvxopt),
}
"""The doors: the solver's name, and the function that asks it."""
