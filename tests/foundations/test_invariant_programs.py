import numpy as np
import pytest

from nonlocality.foundations.invariant_programs import BlockProgram, Reduction, invariant_blocks
from nonlocality.foundations.matrix_inequalities import MatrixInequality
from nonlocality.foundations.semidefinite import SemidefiniteProgram


def symmetric(rng, n):
    matrix = rng.normal(size=(n, n))
    return matrix + matrix.T


def sizes(matrices):
    return sorted(u.shape[1] for u in invariant_blocks(matrices))


def hidden_blocks(rng, parts):
    """Matrices ⊕ A_k ⊗ 1 with blocks of given sizes and multiplicities, in a random basis."""
    n = sum(size * times for size, times in parts)
    basis = np.linalg.qr(rng.normal(size=(n, n)))[0]
    matrices = np.zeros((12, n, n))
    for matrix in matrices:
        start = 0
        for size, times in parts:
            end = start + size * times
            matrix[start:end, start:end] = np.kron(symmetric(rng, size), np.eye(times))
            start = end
    return basis @ matrices @ basis.T


@pytest.mark.parametrize("seed", range(4))
def test_blocks_are_found_whatever_the_basis_and_equal_ones_once(seed):
    parts = [(3, 2), (2, 1), (1, 4), (2, 3)]
    matrices = hidden_blocks(np.random.default_rng(seed), parts)
    assert sizes(matrices) == [1, 2, 2, 3]


@pytest.mark.parametrize("seed", range(4))
def test_the_blocks_have_the_eigenvalues_of_the_matrices(seed):
    rng = np.random.default_rng(seed)
    matrices = hidden_blocks(rng, [(3, 2), (2, 1), (1, 4)])
    bases = invariant_blocks(matrices)
    one = np.tensordot(rng.normal(size=len(matrices)), matrices, 1)
    inner = np.concatenate([np.linalg.eigvalsh(u.T @ one @ u) for u in bases])
    outer = np.linalg.eigvalsh(one)
    assert all(np.abs(outer - value).min() < 1e-10 for value in inner)
    assert all(np.abs(inner - value).min() < 1e-10 for value in outer)


def test_blocks_of_complex_type_are_kept_whole():
    """Matrices that commute with the turns of a plane, a + bJ: symmetric ones of two planes are
    Hermitian matrices of two rows, and no real matrices of two rows. All four rows are kept."""
    turn = np.kron(np.eye(2), [[0, -1.0], [1, 0]])
    rng = np.random.default_rng(0)
    matrices = np.array([(m - turn @ m @ turn) / 2 for m in (symmetric(rng, 4) for _ in range(9))])
    assert np.allclose(matrices @ turn, turn @ matrices)
    assert sizes(matrices) == [4]


def swapped_program():
    """Minimise x + y with [[1, x], [x, 1]] and [[1, y], [y, 1]] ⪰ 0 and x, y ≥ −1/2: x = y."""
    one, two = np.zeros((4, 4, 2)), np.eye(4)
    one[0, 1, 0] = one[1, 0, 0] = one[2, 3, 1] = one[3, 2, 1] = 1
    full = SemidefiniteProgram(
        [MatrixInequality(two, one.reshape(16, 2))], box=1, below=(-2 * np.eye(2), [1.0, 1.0])
    )
    swap = np.array([[[0.0, 1.0], [1.0, 0.0]]])
    small = BlockProgram(swap, [2], (np.array([[-8.0]]), np.array([4.0])))
    return full, small


def test_a_reduced_answer_is_judged_as_the_full_programs_own():
    full, small = swapped_program()

    def duals(nu, mu, matrices):
        return nu, np.full(2, 4 * mu[0] / 2), [np.kron(np.eye(2), matrices[0]) / 2]

    reduction = Reduction(small, np.zeros(2), np.ones((2, 1)), duals)
    found = full.minimise([1.0, 1.0], reduction=reduction)
    assert found.lower == pytest.approx(-1, abs=1e-8)
    assert found.evidence.point == pytest.approx([-0.5, -0.5], abs=1e-8)
    assert found.evidence.dual_below == pytest.approx([0.5, 0.5], abs=1e-6)
    assert found.evidence.dual_matrices[0].shape == (4, 4)


def test_a_wrong_reduction_changes_nothing_but_the_time():
    """One that misses the optimum, and one whose dual variables prove nothing: both are noticed."""
    full, small = swapped_program()
    kept = full.minimise([1.0, 3.0])
    nothing = Reduction(
        small, np.zeros(2), np.array([[1.0], [-1.0]]),
        lambda nu, mu, z: (nu, np.zeros(2), [np.zeros((4, 4))]),
    )  # fmt: skip
    found = full.minimise([1.0, 3.0], reduction=nothing)
    assert (found.lower, found.reached) == (kept.lower, kept.reached)
