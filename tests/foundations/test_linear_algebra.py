import itertools

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.linalg import LinAlgError

from nonlocality.foundations.linear_algebra import (
    _eigh,
    _whitening,
    hermitian_basis,
    independent_rows,
    kron,
    numbered,
    positive_part,
)


def hermitian(rng, size):
    """A random Hermitian matrix."""
    matrix = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    return matrix + matrix.conj().T


def test_kron_of_one_and_of_three_factors():
    assert kron(np.eye(2)).toarray().tolist() == np.eye(2).tolist()
    product = kron([[1, 2]], sp.csr_array([[0.0], [3.0]]), np.eye(2))
    assert np.array_equal(product.toarray(), np.kron(np.kron([[1, 2]], [[0.0], [3.0]]), np.eye(2)))


@pytest.mark.parametrize("seed", range(5))
def test_positive_part_is_the_nearest_positive_matrix(seed):
    """What is taken away is negative and orthogonal to what is left."""
    matrix = hermitian(np.random.default_rng(seed), 5)
    part = positive_part(matrix)
    assert np.linalg.eigvalsh(part)[0] >= -1e-12
    assert np.linalg.eigvalsh(part - matrix)[0] >= -1e-12
    assert np.trace(part @ (part - matrix)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_independent_rows_span_all_rows(seed):
    """Against the rank from singular values, for rows that repeat and combine."""
    rng = np.random.default_rng(seed)
    basis = rng.integers(-2, 3, size=(4, 7)).astype(float)
    rows = np.vstack([basis, basis[:2], rng.integers(-2, 3, size=(5, 4)) @ basis, np.zeros((1, 7))])
    kept = independent_rows(rows)
    rank = np.linalg.matrix_rank(rows)
    assert len(kept) == len(set(kept.tolist())) == rank == np.linalg.matrix_rank(rows[kept])


def test_independent_rows_of_matrices_without_any():
    for shape in ((0, 3), (3, 0), (2, 2)):
        assert len(independent_rows(np.zeros(shape))) == 0
    with pytest.raises(ValueError, match=r"`matrix` must have shape \(n, m\), but has shape"):
        independent_rows([1.0])
    with pytest.raises(ValueError, match="`matrix` must hold finite numbers"):
        independent_rows([[np.nan]])


@pytest.mark.parametrize(("size", "real"), list(itertools.product((1, 2, 3), (True, False))))
def test_hermitian_basis_is_orthogonal(size, real):
    basis = hermitian_basis(size, real=real)
    assert len(basis) == (size * (size + 1) // 2 if real else size**2)
    assert np.array_equal(basis, basis.conj().swapaxes(1, 2))
    gram = np.einsum("aij,bji->ab", basis, basis)
    assert np.allclose(gram, np.diag(np.diag(gram)))


@pytest.mark.parametrize("size", [0, 1, 7, 60])
def test_values_are_numbered_as_they_come(size):
    values = np.random.default_rng(size).integers(-4, 5, size=size)
    seen = list(dict.fromkeys(values.tolist()))
    first, number = numbered(values)
    assert values[first].tolist() == seen
    assert number.tolist() == [seen.index(v) for v in values.tolist()]


@pytest.mark.parametrize("kind", [float, complex])
def test_eigenvalues_by_lapack_are_those_of_the_matrix(kind):
    matrix = hermitian(np.random.default_rng(0), 6)
    matrix = matrix if kind is complex else matrix.real
    values, vectors = _eigh(matrix)
    assert np.allclose((vectors * values) @ vectors.conj().T, matrix)
    assert (np.diff(values) >= 0).all()
    assert np.allclose(_eigh(matrix, vectors=False)[0], values)


def test_a_whitening_makes_the_identity_and_needs_a_positive_definite_matrix():
    root = np.random.default_rng(0).normal(size=(5, 5))
    white = _whitening(root @ root.T)
    assert np.allclose(white @ root @ root.T @ white.T, np.eye(5))
    assert np.array_equal(white, np.tril(white))
    with pytest.raises(LinAlgError, match="not positive definite"):
        _whitening(np.diag([1.0, -1.0]))
