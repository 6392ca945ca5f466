"""What both doors to the solvers share: errors, tolerances, limits, and scales.

A solver's number is a claim. What leaves a door has been looked at: the residual of the primal
point is measured, and the lower bound is recomputed from the dual variables, repaired where they
miss feasibility, so that it holds whatever the solver's tolerances were (up to the rounding of one
matrix–vector product). Limits are numbers of steps, never seconds: the same data give the same
answer on a busy machine.

Costs and rows are scaled by powers of two on the way in and back on the way out, which rounds
nothing. So the minimum of c·f is c times that of f, for factors c from 1e-12 to 1e12 and beyond.
"""

from math import frexp, ldexp
from numbers import Integral, Real
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import finite_array, shown
from nonlocality.foundations.numbers import TwoSided

SOLVER_TOLERANCE = 1e-9
"""Feasibility that is asked of the solver."""


class SolverError(RuntimeError):
    """A solver stopped without an optimal point; says the status and the residuals.

    known: what is proved and reached all the same, if anything.
    """

    def __init__(self, message: str, *, known: TwoSided | None = None) -> None:
        """Keep what is known beside the message."""
        super().__init__(message)
        self.known = known


class InfeasibleError(SolverError):
    """No point satisfies the constraints."""


@runtime_checkable
class Program(Protocol):
    """What a door to Clarabel is asked.

    conic: the constraints, a :class:`~nonlocality.foundations.clarabel_door.Conic`.
    """

    @property
    def conic(self) -> tuple:
        """The constraints."""


class Rows(NamedTuple):
    """What is read of a sparse matrix row by row, whose columns are in order, none twice.

    As :class:`scipy.sparse.csr_array`, which takes longer to make: nothing is checked here.

    >>> rows = Rows(np.array([1.0, 2, 3]), np.array([0, 0, 1]), np.array([0, 1, 3]), (2, 2))
    >>> rows @ np.array([1.0, 10]), rows.csr.toarray().tolist()
    (array([ 1., 32.]), [[1.0, 0.0], [2.0, 3.0]])
    """

    data: np.ndarray
    indices: np.ndarray
    indptr: np.ndarray
    shape: tuple[int, int]

    has_canonical_format = True

    def __matmul__(self, vector: np.ndarray) -> np.ndarray:
        """The product with a vector of real numbers."""
        row = np.repeat(np.arange(self.shape[0]), self.indptr[1:] - self.indptr[:-1])
        return np.bincount(row, self.data * vector[self.indices], self.shape[0])

    @property
    def csr(self) -> sp.csr_array:
        """The same as scipy has it."""
        matrix = sp.csr_array((self.data, self.indices, self.indptr), shape=self.shape)
        matrix.has_canonical_format = True
        return matrix


def check_rows(
    name: str, pair: tuple[sp.sparray | Rows, np.ndarray] | None, columns: int
) -> tuple[sp.csr_array | Rows, np.ndarray]:
    """The checked pair of a matrix and a right side; without rows for None.

    Raises ValueError, naming the argument, for data that is not finite or does not fit.

    >>> check_rows("equal", None, 3)[0].shape
    (0, 3)
    """
    if not isinstance(columns, Integral) or not 0 <= columns < 2**31:
        raise ValueError(f"Argument `columns` must lie in [0, 2^31), but is {shown(columns)}.")
    if pair is None:
        nothing = np.zeros(0)
        return Rows(nothing, nothing.astype(int), np.zeros(1, int), (0, columns)), nothing
    try:
        given, _ = pair
        matrix = given if isinstance(given, sp.csr_array | Rows) else sp.csr_array(given)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Argument `{name}` must be a pair of a matrix and a right side, but {error}."
        ) from None
    right = finite_array(f"{name}[1]", pair[1])
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    finite_array(f"{name}[0]", matrix.data)
    if right.ndim != 1 or matrix.shape != (right.size, columns):
        raise ValueError(
            f"Argument `{name}` must be a matrix of {columns} columns and a right side with "
            f"one number a row, but has shapes {matrix.shape} and {right.shape}."
        )
    return matrix, right


def check_positive(name: str, value: float) -> None:
    """Raise ValueError, naming the argument, for anything but a positive finite number.

    >>> check_positive("mass", 1)
    """
    try:
        good = isinstance(value, Real) and 0 < float(value) < np.inf
    except OverflowError:
        good = False
    if not good:
        raise ValueError(f"Argument `{name}` must be positive and finite, but is {shown(value)}.")


def pulled(matrix: sp.csr_array | Rows, vector: np.ndarray) -> np.ndarray:
    """The real part of the transpose of a sparse matrix times a vector, without the transpose.

    >>> pulled(sp.csr_array([[1.0, 0.0], [2.0, 3.0]]), np.array([1.0, 10.0]))
    array([21., 30.])
    """
    weights = matrix.data * np.repeat(vector, np.diff(matrix.indptr))
    return np.bincount(matrix.indices, weights.real, minlength=matrix.shape[1])


def power_of_two(sizes: np.ndarray | float) -> np.ndarray | float:
    """The largest powers of two that do not exceed some sizes; 1 where a size is 0.

    >>> power_of_two(np.array([0.0, 1.0, 3e-10, 5.0])).tolist()
    [1.0, 1.0, 2.3283064365386963e-10, 4.0]
    """
    if isinstance(sizes, float):
        return ldexp(1.0, frexp(sizes)[1] - 1) if sizes > 0 else 1.0
    if np.iscomplexobj(sizes):
        raise ValueError("Argument `sizes` must hold real numbers, but holds complex ones.")
    sizes = np.asarray(sizes, dtype=float)
    return np.ldexp(1.0, np.frexp(np.where(sizes > 0, sizes, 1.0))[1] - 1)


def scaled_rows(
    matrix: sp.csr_array | Rows, right: np.ndarray
) -> tuple[sp.csr_array | Rows, np.ndarray, np.ndarray]:
    """Rows divided by powers of two, so that the largest entry of each lies in [1, 2).

    Returns the matrix, the right side and the divisors, by which dual variables are divided too.

    >>> scaled_rows(sp.csr_array([[4.0, 1.0]]), np.array([8.0]))[1:]
    (array([2.]), array([4.]))
    """
    if not len(right):
        return matrix, right, right
    if (np.abs(matrix.data) == 1).all():
        return matrix, right, np.ones(len(right))
    counts = np.diff(matrix.indptr)
    largest = np.zeros(len(right))
    if len(matrix.data):
        filled = counts > 0
        largest[filled] = np.maximum.reduceat(np.abs(matrix.data), matrix.indptr[:-1][filled])
    scale = power_of_two(largest)
    if (scale == 1).all():
        return matrix, right, scale
    data = matrix.data / np.repeat(scale, counts)
    scaled = Rows(data, matrix.indices, matrix.indptr, matrix.shape)
    return scaled if isinstance(matrix, Rows) else scaled.csr, right / scale, scale
