"""Linear algebra that several chapters need: Kronecker products, ranks, bases of matrices."""

import numpy as np
import scipy.sparse as sp
from scipy.linalg import LinAlgError, qr
from scipy.linalg.lapack import dpotrf, dsyevd, dtrtri

from nonlocality.foundations.checks import TOLERANCE, complex_array, finite_array
from nonlocality.foundations.sizes import size_text

MOST_FILLED = 10**8
"""Entries of a Kronecker product that are not zero; 1.6 GB as a sparse array."""


def kron(*factors: np.ndarray | sp.sparray) -> sp.csr_array:
    """Kronecker product of any number of matrices, dense or sparse, as a sparse array.

    Raises ValueError for what is no matrix, and for more than :data:`MOST_FILLED` entries.

    >>> kron(np.eye(2), [[1, 1]]).shape
    (2, 4)
    """
    product = sp.coo_array([[1.0]])
    for factor in factors:
        if not sp.issparse(factor):
            factor = complex_array("factors", factor)
            if factor.ndim != 2:
                raise ValueError(
                    f"Argument `factors` must be matrices, but one has shape {factor.shape}."
                )
        factor = sp.coo_array(factor)
        entries = product.nnz * factor.nnz
        rows, columns = (a * b for a, b in zip(product.shape, factor.shape, strict=True))
        if entries > MOST_FILLED or max(rows, columns) >= 2**31:
            raise ValueError(
                f"Argument `factors` must be smaller: the product would have {size_text(entries)} "
                f"entries in {size_text(rows)} rows and {size_text(columns)} columns."
            )
        product = sp.kron(product, factor)
    return sp.csr_array(product)


def independent_rows(matrix: np.ndarray) -> np.ndarray:
    """The numbers of as many independent rows as there are, by a pivoted QR decomposition.

    matrix: real, shape (n, m). CVXOPT wants the rows of equalities independent; the others follow
    from them. A row is left out if what it adds to those before it is shorter than
    :data:`~nonlocality.foundations.checks.TOLERANCE`. Raises ValueError for another shape or NaN.

    >>> len(independent_rows([[1, 1], [2, 2], [0, 1]]))
    2
    """
    rows = finite_array("matrix", matrix)
    if rows.ndim != 2:
        raise ValueError(f"Argument `matrix` must have shape (n, m), but has shape {rows.shape}.")
    if not rows.size:
        return np.zeros(0, dtype=int)
    _, triangle, order = qr(rows.T, mode="economic", pivoting=True)
    return order[: (np.abs(np.diag(triangle)) > TOLERANCE).sum()]


def numbered(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each value stands first, and each value's number in the order of first appearance.

    values: of any order, shape (n,). As :func:`numpy.unique`, in half the time for short arrays.

    >>> first, number = numbered(np.array([7, 3, 7, 5]))
    >>> first.tolist(), number.tolist()
    ([0, 1, 3], [0, 1, 0, 2])
    """
    order = values.argsort(kind="stable")
    ranked = values[order]
    new = np.ones(len(values), dtype=bool)
    new[1:] = ranked[1:] != ranked[:-1]
    heads = order[new]  # of each group of equal values, in the order of the values
    lead = heads[new.cumsum() - 1]
    first = np.zeros(len(values), dtype=int)
    first[heads] = 1
    number = first.cumsum() - 1
    places = np.empty(len(values), dtype=int)
    places[order] = number[lead]
    return first.nonzero()[0], places


def _eigh(matrix: np.ndarray, *, vectors: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues in order, and eigenvectors, of a Hermitian matrix; sooner if it is small.

    Real ones go straight to LAPACK, that of scipy, which Clarabel uses too. Nothing is checked.
    Raises LinAlgError where the iteration does not converge.
    """
    if np.iscomplexobj(matrix):
        return np.linalg.eigh(matrix)
    values, columns, failed = dsyevd(matrix, compute_v=vectors, lower=1)
    if failed:
        raise LinAlgError("Eigenvalues did not converge.")
    return values, columns


def _whitening(matrix: np.ndarray) -> np.ndarray:
    """A lower triangular W with W M Wᵀ = 1 for a real positive definite M, by LAPACK as above.

    Raises LinAlgError where M is not positive definite.
    """
    root, failed = dpotrf(matrix, lower=1)
    if failed:
        raise LinAlgError("The matrix is not positive definite.")
    return dtrtri(root, lower=1)[0]


def positive_part(matrix: np.ndarray) -> np.ndarray:
    """The nearest positive semidefinite matrix: negative eigenvalues set to zero.

    >>> positive_part(np.array([[1.0, 0.0], [0.0, -1.0]]))
    array([[1., 0.],
           [0., 0.]])
    """
    values, vectors = _eigh((matrix + matrix.conj().T) / 2)
    return (vectors * np.maximum(values, 0)) @ vectors.conj().T


def hermitian_basis(size: int, *, real: bool) -> np.ndarray:
    """The identity, then an orthogonal basis of the traceless Hermitian (or real) matrices.

    >>> len(hermitian_basis(2, real=True)), len(hermitian_basis(3, real=False))
    (3, 9)
    """
    basis = [np.eye(size)]
    for k in range(1, size):
        basis.append(np.diag([1.0] * k + [-float(k)] + [0.0] * (size - k - 1)))
    for i, j in zip(*np.triu_indices(size, 1), strict=True):
        matrix = np.zeros((size, size), complex)
        matrix[i, j] = 1
        basis.append(matrix + matrix.T)
        basis.append(1j * (matrix - matrix.T))
    kept = [m for m in basis if not (real and np.abs(np.imag(m)).max() > 0)]
    return np.array([np.real(m) for m in kept]) if real else np.array(kept)
