import numpy as np
import pytest
import scipy.sparse as sp

from nonlocality.foundations.matrix_inequalities import MatrixInequality


def hermitian(rng, n, kind):
    matrix = rng.normal(size=(n, n)) + (1j * rng.normal(size=(n, n)) if kind == "complex" else 0)
    return matrix + matrix.conj().T


@pytest.mark.parametrize(
    ("constant", "slopes", "message"),
    [
        (np.eye(2)[:1], np.zeros((2, 1)), r"`constant` must have shape \(n, n\)"),
        (np.zeros((0, 0)), np.zeros((0, 1)), r"`constant` must have shape \(n, n\)"),
        (np.eye(2), np.zeros((3, 1)), "`slopes` must have 4 rows"),
        (np.eye(2) * np.nan, np.zeros((4, 1)), "`constant` must hold finite numbers"),
        (np.eye(2), np.full((4, 1), np.inf), "`slopes` must hold finite numbers"),
        ([[0, 1], [0, 0]], np.zeros((4, 1)), "must hold Hermitian matrices, but miss that by 1"),
        (np.eye(2), [[0], [1j], [1j], [0]], "must hold Hermitian matrices, but miss that by 2"),
    ],
)
def test_matrix_inequalities_are_hermitian_and_finite(constant, slopes, message):
    with pytest.raises(ValueError, match=message):
        MatrixInequality(constant, slopes)


@pytest.mark.parametrize("kind", ["real", "complex"])
def test_matrix_inequalities_pair_with_matrices(kind):
    rng = np.random.default_rng(7)
    slopes = np.array([hermitian(rng, 3, kind).ravel() for _ in range(2)]).T
    inequality = MatrixInequality(hermitian(rng, 3, kind), slopes)
    z, y = hermitian(rng, 3, "complex"), rng.normal(size=2)
    constant, slope = inequality.against(z)
    assert constant + slope @ y == pytest.approx(np.trace(z @ inequality.at(y)).real, abs=1e-12)


@pytest.mark.parametrize("kind", ["real", "complex"])
def test_a_matrix_with_lone_entries_is_summed_as_any_other(kind):
    """One variable a place, as in moment matrices, takes a shorter way to the same numbers."""
    rng = np.random.default_rng(3)
    n, values = 4, rng.normal(size=3) + (1j * rng.normal(size=3) if kind == "complex" else 0)
    slopes = np.zeros((n, n, 3), dtype=values.dtype)
    for k, (i, j) in enumerate(((0, 1), (1, 3), (2, 3))):
        slopes[i, j, k], slopes[j, i, k] = values[k], values[k].conjugate()
    alone = MatrixInequality(hermitian(rng, n, kind), sp.csr_array(slopes.reshape(n * n, 3)))
    both = MatrixInequality(alone.constant, sp.csr_array(np.hstack([alone.slopes.toarray()] * 2)))
    z, y = hermitian(rng, n, kind), rng.normal(size=3)
    assert alone._lone is not None
    assert both._lone is None
    assert np.allclose(alone.combination(y), slopes @ y)
    assert np.allclose(both.combination(np.append(y, y)), 2 * alone.combination(y))
    assert np.allclose(both.against(z)[1], np.tile(alone.against(z)[1], 2))


def test_a_matrix_of_variables_is_the_inequality_of_its_slopes():
    entries = np.array([[-2, 0, 1], [0, -1, 0], [1, 0, 2]])
    slopes = [(entries == k).ravel() for k in range(4)]  # the last variable stands nowhere
    checked = MatrixInequality((entries == -2).astype(float), np.transpose(slopes).astype(float))
    found = MatrixInequality.of_entries(entries, 4)
    y, z = np.array([0.3, -0.7, 2.0, 5.0]), np.arange(9.0).reshape(3, 3)
    assert np.array_equal(found.at(y), checked.at(y))
    assert found.against(z + z.T)[0] == checked.against(z + z.T)[0]
    assert np.array_equal(found.against(z + z.T)[1], checked.against(z + z.T)[1])
    assert np.array_equal(found.squares, checked.squares)
    assert np.array_equal(found.slopes.toarray(), checked.slopes.toarray())
    assert found.slopes.has_canonical_format


@pytest.mark.parametrize(("lowest", "variables"), [(-3, 1), (-2, 0), (-2, 1.5), (-2, 2**40)])
def test_variables_are_numbered_from_0_to_one_below_their_number(lowest, variables):
    entries = np.array([[lowest, 0], [0, -2]])
    with pytest.raises(ValueError, match="Arguments `entries` and `variables` must be whole"):
        MatrixInequality.of_entries(entries, variables)


@pytest.mark.parametrize("entries", [[[-2, 0], [1, -2]], [[-2, 0, 1], [0, -2, 1]], [0, 0]])
def test_a_matrix_of_variables_is_symmetric(entries):
    with pytest.raises(ValueError, match="Argument `entries` must be a symmetric matrix"):
        MatrixInequality.of_entries(np.array(entries), 2)
