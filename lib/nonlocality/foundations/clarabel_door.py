"""The everyday door to semidefinite programs: the data handed to Clarabel as they are.

Posed by the dual, in which Clarabel is two or three digits more accurate: minimise
Σ_k tr Z_k F_k0 + ⟨h, μ⟩ − ⟨b, ν⟩ over Z_k ⪰ 0 and μ ≥ 0, with one equality a variable y_i,

    Σ_k tr Z_k F_ki + (Aᵀν)_i − (Gᵀμ)_i = c_i,

whose dual variable is y_i. Symmetric matrices are vectors, see
:mod:`~nonlocality.foundations.triangles`.
"""

from collections.abc import Sequence
from functools import cache
from math import isfinite
from typing import NamedTuple

import numpy as np

from nonlocality.foundations.solvers import (
    SOLVER_TOLERANCE,
    InfeasibleError,
    Program,
    SolverError,
)
from nonlocality.foundations.triangles import ROOT, _square, triangle

ASKED = SOLVER_TOLERANCE / 10
"""Accuracy that is asked of Clarabel, which mostly has it to give."""

NEAR = 5 * ASKED
"""Accuracy with which it is not asked again, otherwise regularised, if it stops before."""


class _Columns(NamedTuple):
    """What Clarabel reads of a sparse matrix, column by column; of lists sooner than of arrays."""

    data: list[float]
    indices: list[int]
    indptr: list[int]
    shape: tuple[int, int]
    has_canonical_format: bool = True  # the rows of each column are in order, none twice


class Conic(NamedTuple):
    """All that Clarabel reads but the right side: costs h, −b and the F_k0, equalities, cones.

    orders: the rows of each matrix. folded: which of them were Hermitian ones. variables: m.
    rows: how many numbers μ ≥ 0 there are. places: where the matrices are blocks of one, the rows,
    columns and weights of its entries.
    """

    cost: list[float]
    matrix: _Columns
    quadratic: _Columns
    cones: list
    orders: tuple[int, ...]
    folded: tuple[bool, ...]
    variables: int
    rows: int
    places: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None


def _joined(
    cost: np.ndarray,
    columns: tuple,
    orders: Sequence[int],
    folded: Sequence[bool],
    m: int,
    rows: int,
) -> Conic:
    """The parts of :class:`Conic`, with the cones of matrices of some sizes.

    columns: data, indices and starts of the equalities' columns. A matrix of one row is a number.
    """
    import clarabel

    kinds = [clarabel.ZeroConeT(m)]
    kinds += [
        clarabel.PSDTriangleConeT(n) if n > 1 else clarabel.NonnegativeConeT(1) for n in orders
    ]
    kinds += [clarabel.NonnegativeConeT(rows)] if rows else []
    size, cones = len(cost), sum(n * (n + 1) // 2 for n in orders) + rows
    matrix = _Columns(*(part.tolist() for part in columns), (m + cones, size))
    quadratic = _Columns([], [], [0] * (size + 1), (size, size))
    return Conic(cost.tolist(), matrix, quadratic, kinds, tuple(orders), tuple(folded), m, rows)


def conic(matrices: Sequence, equal: tuple, below: tuple) -> Conic:
    """The constraints of a semidefinite program, posed by the dual.

    matrices, equal, below: of a
    :class:`~nonlocality.foundations.semidefinite.SemidefiniteProgram`.
    """
    (a, b), (g, h) = equal, below
    blocks = [triangle(f.constant, f.slim) for f in matrices]
    sizes = [len(block.constant) for block in blocks]
    m, cones = a.shape[1], sum(sizes) + len(h)
    # a column of Clarabel's matrix is a variable: its equalities, and −1 in the row of its cone
    data = np.concatenate([*(block.data for block in blocks), -g.data, a.data])
    indices = np.concatenate([*(block.indices for block in blocks), g.indices, a.indices])
    counts = np.concatenate(
        [*(block.counts for block in blocks), np.diff(g.indptr), np.diff(a.indptr)]
    )
    before = np.minimum(np.arange(len(counts) + 1), cones)  # places of −1 in earlier columns
    starts = np.zeros(len(counts) + 1, dtype=int)
    np.cumsum(counts, out=starts[1:])
    starts += before
    places = np.arange(len(data)) + np.repeat(before[:-1], counts)
    every, rows = np.full(starts[-1], -1.0), np.empty(starts[-1], dtype=int)
    rows[starts[1 : cones + 1] - 1] = m + before[:cones]
    every[places], rows[places] = data, indices
    cost = np.concatenate([*(block.constant for block in blocks), h, -b])
    folded = [block.complex for block in blocks]
    orders = [f.constant.shape[0] << fold for f, fold in zip(matrices, folded, strict=True)]
    return _joined(cost, (every, rows, starts), orders, folded, m, len(h))


def conic_of_blocks(
    matrices: np.ndarray, orders: Sequence[int], below: tuple[np.ndarray, np.ndarray]
) -> Conic:
    """The same for real matrices 1 + Σ_i y_i F_i ⪰ 0 that are given densely, and G y ≤ h.

    matrices: the F_i, shape (m, n, n). orders: the rows of each block; what is outside is taken
    for 0. below: the pair (G, h), shapes (l, m) and (l,). Nothing is checked here.

    >>> conic_of_blocks(np.ones((3, 2, 2)), [2], (np.zeros((0, 3)), np.zeros(0))).matrix.shape
    (6, 3)
    """
    g, h = below
    block, place = np.repeat(np.arange(len(orders)), orders), np.arange(sum(orders))
    inside = (block[:, None] == block) & (place[:, None] >= place)
    columns, rows = inside.nonzero()  # of the upper triangles, column by column
    size, cones, m = len(rows), len(rows) + len(h), g.shape[1]
    diagonal = rows == columns
    weights = np.where(diagonal, 1.0, ROOT)
    whole = np.full((cones, m + 1), -1.0, np.result_type(matrices, float))  # columns as rows
    whole[:size, :m] = (matrices[:, rows, columns] * weights).T
    whole[size:, :m] = -g
    column, row = whole.nonzero()
    starts = np.searchsorted(column, np.arange(cones + 1))
    parts = whole[column, row], np.where(row == m, m + column, row), starts
    constant = np.concatenate([diagonal, h])
    found = _joined(constant, parts, orders, [False] * len(orders), m, len(h))
    return found._replace(places=(rows, columns, weights))


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


def _duals(data: Conic, x: np.ndarray) -> list[np.ndarray]:
    """The matrices Z_k of a solution."""
    if data.places is not None:
        rows, columns, weights = data.places
        whole = np.zeros((sum(data.orders),) * 2)
        whole[rows, columns] = whole[columns, rows] = x[: len(rows)] / weights
        return [whole]
    duals, at = [], 0
    for n, folded in zip(data.orders, data.folded, strict=True):
        dual = _square(x[at : at + n * (n + 1) // 2], n)
        at += n * (n + 1) // 2
        if folded:
            half = n // 2
            dual = (
                dual[:half, :half] + dual[half:, half:]
                + 1j * (dual[half:, :half] - dual[:half, half:])
            )  # fmt: skip
        duals.append(dual)
    return duals


def ask_clarabel(
    c: np.ndarray, program: Program, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray], str]:
    """Point, ν, μ, the Z_k, and what Clarabel says of them, empty if it is content.

    c: the cost, shape (m,). program: a
    :class:`~nonlocality.foundations.semidefinite.SemidefiniteProgram`, or whatever else has its
    :class:`Conic`. steps: at most.
    Raises InfeasibleError, and SolverError for a program without a lower bound.
    """
    import clarabel

    data = program.conic
    m = data.variables
    right = c.tolist() + [0.0] * (data.matrix.shape[0] - m)
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
        sure = str(answers[-1].status) in ("Solved", "PrimalInfeasible", "DualInfeasible")
        if sure or _miss(answers[-1]) <= NEAR:
            answers = answers[-1:]
            break
    found = min(answers, key=_miss) if len(answers) > 1 else answers[0]
    status = str(found.status)
    if status in ("DualInfeasible", "AlmostDualInfeasible"):
        raise InfeasibleError("Clarabel: no point satisfies the semidefinite program.")
    if status in ("PrimalInfeasible", "AlmostPrimalInfeasible"):
        raise SolverError("Clarabel: the semidefinite program has no lower bound.")
    x, z = found.x, found.z
    if not isfinite(sum(x) + sum(z)):
        raise SolverError(f"Clarabel stopped with status {status!r}, without a point.")
    x, z = np.array(x), np.array(z)
    at = data.matrix.shape[0] - m - data.rows
    content = status == "Solved" or _miss(found) <= SOLVER_TOLERANCE
    words = "" if content else f" (it stopped with status {status!r})"
    if status == "MaxIterations":
        words = (
            f" (it stopped after {steps} steps; to allow more, set "
            "`nonlocality.foundations.semidefinite.MAX_STEPS`)"
        )
    return z[:m], x[at + data.rows :], x[at : at + data.rows], _duals(data, x), words
