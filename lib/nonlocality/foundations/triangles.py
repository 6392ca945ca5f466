"""Symmetric matrices as vectors of their upper triangles, column by column, as Clarabel has them.

Off-diagonal entries are multiplied by √2, so that scalar products of vectors are traces of
products.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.solvers import Rows

ROOT = np.sqrt(2)


@lru_cache(maxsize=64)
def _upper(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns of the upper triangle, column by column, and the weights 1 or √2."""
    columns = np.arange(n).repeat(np.arange(1, n + 1))
    rows = np.arange(len(columns)) - columns * (columns + 1) // 2
    return rows, columns, np.where(rows == columns, 1.0, ROOT)


@lru_cache(maxsize=64)
def _whole(n: int) -> np.ndarray:
    """Where the entries of a symmetric matrix stand in its upper triangle, shape (n, n)."""
    rows, columns, _ = _upper(n)
    places = np.empty((n, n), dtype=int)
    places[rows, columns] = places[columns, rows] = np.arange(len(rows))
    return places


class Triangle(NamedTuple):
    """A matrix F₀ and matrices F_i as vectors of their upper triangles, column by column.

    constant: of F₀, shape (t,). data, indices, counts: of the F_i, entry by entry: for each of the
    t entries how many F_i have one, which, and how large. complex: whether they were Hermitian.
    """

    constant: np.ndarray
    data: np.ndarray
    indices: np.ndarray
    counts: np.ndarray
    complex: bool


def triangle(constant: np.ndarray, slopes: sp.csr_array | Rows) -> Triangle:
    """A matrix F₀ and a map to matrices F_i, read row by row, as upper triangles for Clarabel.

    constant: shape (n, n). slopes: shape (n·n, m). Off-diagonal entries are multiplied by √2, so
    that scalar products of vectors are traces of products. Hermitian matrices become
    [[Re F, −Im F], [Im F, Re F]] first, twice as large; t = n(n + 1)/2 after that.

    >>> triangle(np.eye(2), sp.csr_array([[0.0], [1], [1], [0]])).data.round(3).tolist()
    [1.414]
    """
    n = len(constant)
    folded = np.iscomplexobj(constant) or np.iscomplexobj(slopes.data)
    if folded:
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
    wanted = rows * n + columns
    starts = slopes.indptr[wanted]
    counts = slopes.indptr[wanted + 1] - starts
    places = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    data = slopes.data[places] * np.repeat(weights, counts)
    return Triangle(constant[rows, columns] * weights, data, slopes.indices[places], counts, folded)


def _square(vector: np.ndarray, n: int) -> np.ndarray:
    """The symmetric matrix of an upper triangle."""
    if n == 1:
        return vector.reshape(1, 1)
    return (vector / _upper(n)[2])[_whole(n)]
