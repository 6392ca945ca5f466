"""The everyday door to semidefinite programs: the data handed to Clarabel as they are.

Posed by the dual, in which Clarabel is two or three digits more accurate: minimise
Σ_k tr Z_k F_k0 + ⟨h, μ⟩ − ⟨b, ν⟩ over Z_k ⪰ 0 and μ ≥ 0, with one equality a variable y_i,

    Σ_k tr Z_k F_ki + (Aᵀν)_i − (Gᵀμ)_i = c_i,

whose dual variable is y_i. Symmetric matrices are vectors of their upper triangles, column by
column, off-diagonal entries times √2.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.solvers import SOLVER_TOLERANCE, InfeasibleError, SolverError

ROOT = np.sqrt(2)

ASKED = SOLVER_TOLERANCE / 10
"""Accuracy that is asked of Clarabel, which mostly has it to give."""


@lru_cache(maxsize=64)
def _upper(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns of the upper triangle, column by column, and the weights 1 or √2."""
    columns, rows = np.tril_indices(n)
    return rows, columns, np.where(rows == columns, 1.0, ROOT)


def triangle(constant: np.ndarray, slopes: sp.csr_array) -> tuple[np.ndarray, sp.csr_array]:
    """A matrix F₀ and a map to matrices F_i, read row by row, as upper triangles.

    constant: shape (n, n). slopes: shape (n·n, m). Returns shapes (t,) and (t, m) with
    t = n(n + 1)/2; Hermitian matrices become [[Re F, −Im F], [Im F, Re F]] first, twice as large.

    >>> triangle(np.eye(2), sp.csr_array([[0.0], [1], [1], [0]]))[1].toarray().round(3).tolist()
    [[0.0], [1.414], [0.0]]
    """
    n = len(constant)
    if np.iscomplexobj(constant) or np.iscomplexobj(slopes.data):
        row, column = np.divmod(np.arange(n * n), n)
        places = [(row + p) * 2 * n + column + q for p, q in ((0, 0), (0, n), (n, 0), (n, n))]
        coo = sp.coo_array(slopes)
        parts = coo.data.real, -coo.data.imag, coo.data.imag, coo.data.real
        real, imaginary = constant.real, constant.imag
        constant = np.block([[real, -imaginary], [imaginary, real]])
        slopes = sp.csr_array(
            (
                np.concatenate(parts),
                (np.concatenate([place[coo.row] for place in places]), np.tile(coo.col, 4)),
            ),
            shape=(4 * n * n, slopes.shape[1]),
        )
        n *= 2
    rows, columns, weights = _upper(n)
    kept = sp.csr_array(slopes[rows * n + columns])
    kept.sum_duplicates()
    kept.data = kept.data * np.repeat(weights, np.diff(kept.indptr))
    return constant[rows, columns] * weights, kept


def _square(vector: np.ndarray, n: int) -> np.ndarray:
    """The symmetric matrix of an upper triangle."""
    rows, columns, weights = _upper(n)
    matrix = np.empty((n, n))
    matrix[rows, columns] = matrix[columns, rows] = vector / weights
    return matrix


class _Columns(NamedTuple):
    """What Clarabel reads of a sparse matrix, column by column."""

    data: np.ndarray
    indices: np.ndarray
    indptr: np.ndarray
    shape: tuple[int, int]
    has_canonical_format: bool = True  # the rows of each column are in order, none twice


class Conic(NamedTuple):
    """All that Clarabel reads but the right side: costs h, −b and the F_k0, equalities, cones."""

    cost: np.ndarray
    matrix: _Columns
    quadratic: _Columns
    cones: list
    orders: tuple[int, ...]
    variables: int
    rows: int


def conic(matrices: Sequence, equal: tuple, below: tuple) -> Conic:
    """The constraints of a semidefinite program, posed by the dual.

    matrices, equal, below: of a
    :class:`~nonlocality.foundations.semidefinite.SemidefiniteProgram`.
    """
    import clarabel

    (a, b), (g, h) = equal, below
    blocks = [f.triangle for f in matrices]
    sizes = [len(constant) for constant, _ in blocks]
    m, cones = a.shape[1], sum(sizes) + len(h)
    # a column of Clarabel's matrix is a variable: its equalities, and −1 in the row of its cone
    parts = [slopes for _, slopes in blocks] + [g, a]
    data = np.concatenate([*(slopes.data for _, slopes in blocks), -g.data, a.data])
    indices = np.concatenate([part.indices for part in parts])
    starts = np.cumsum(np.concatenate([[0], *(np.diff(part.indptr) for part in parts)]))
    ends = starts[1 : cones + 1]
    matrix = _Columns(
        np.insert(data, ends, -1.0),
        np.insert(indices, ends, m + np.arange(cones)),
        starts + np.minimum(np.arange(len(starts)), cones),
        (m + cones, cones + len(b)),
    )
    cost = np.concatenate([*(constant for constant, _ in blocks), h, -b])
    orders = tuple(round((2 * size + 0.25) ** 0.5 - 0.5) for size in sizes)
    kinds = [clarabel.ZeroConeT(m), *map(clarabel.PSDTriangleConeT, orders)]
    kinds += [clarabel.NonnegativeConeT(len(h))] if len(h) else []
    size, nothing = len(cost), np.zeros(0)
    quadratic = _Columns(nothing, nothing.astype(int), np.zeros(size + 1, int), (size, size))
    return Conic(cost, matrix, quadratic, kinds, orders, m, len(h))


@cache
def _settings(regularised: bool) -> object:
    """What Clarabel is asked for."""
    import clarabel

    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = ASKED
    settings.static_regularization_enable = regularised
    settings.max_threads = 1
    return settings


def _miss(found: object) -> float:
    """The largest of gap and residuals of a solution, by Clarabel's own account."""
    gap = abs(found.obj_val - found.obj_val_dual) / max(1, abs(found.obj_val))
    miss = max(gap, found.r_prim, found.r_dual)
    return miss if np.isfinite(miss) else np.inf


def ask_clarabel(
    c: np.ndarray, program: object, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray], str]:
    """Point, ν, μ, the Z_k, and what Clarabel says of them, empty if it is content.

    c: the cost, shape (m,). program: a
    :class:`~nonlocality.foundations.semidefinite.SemidefiniteProgram`. steps: at most.
    Raises InfeasibleError, and SolverError for a program without a lower bound.
    """
    import clarabel

    data = program.conic
    m = data.variables
    right = np.zeros(data.matrix.shape[0])
    right[:m] = c
    answers = []
    for regularised in (False, True):  # a few need it, and in others it costs digits
        settings = _settings(regularised)
        settings.max_iter = steps
        try:
            solver = clarabel.DefaultSolver(
                data.quadratic, data.cost, data.matrix, right, data.cones, settings
            )
            answers.append(solver.solve())
        except BaseException as error:  # a panic in Rust is no Exception
            if type(error).__name__ != "PanicException":
                raise
            raise SolverError(f"Clarabel gave up: {str(error)[:200]}") from None
        if str(answers[-1].status) in ("Solved", "PrimalInfeasible", "DualInfeasible"):
            answers = answers[-1:]
            break
    found = min(answers, key=_miss)
    status = str(found.status)
    if status in ("DualInfeasible", "AlmostDualInfeasible"):
        raise InfeasibleError("Clarabel: no point satisfies the semidefinite program.")
    if status in ("PrimalInfeasible", "AlmostPrimalInfeasible"):
        raise SolverError("Clarabel: the semidefinite program has no lower bound.")
    x, z = np.array(found.x), np.array(found.z)
    if not (np.isfinite(x).all() and np.isfinite(z).all()):
        raise SolverError(f"Clarabel stopped with status {status!r}, without a point.")
    duals = []
    at = 0
    for f, n in zip(program.matrices, data.orders, strict=True):
        dual = _square(x[at : at + n * (n + 1) // 2], n)
        at += n * (n + 1) // 2
        if f.complex:
            half = n // 2
            dual = (
                dual[:half, :half] + dual[half:, half:]
                + 1j * (dual[half:, :half] - dual[:half, half:])
            )  # fmt: skip
        duals.append(dual)
    content = status == "Solved" or _miss(found) <= SOLVER_TOLERANCE
    words = "" if content else f" (it stopped with status {status!r})"
    if status == "MaxIterations":
        words = (
            f" (it stopped after {steps} steps; to allow more, set "
            "`nonlocality.foundations.semidefinite.MAX_STEPS`)"
        )
    return z[:m], x[at + data.rows :], x[at : at + data.rows], duals, words
