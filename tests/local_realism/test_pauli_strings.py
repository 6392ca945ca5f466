from itertools import product

import numpy as np
import pytest

from nonlocality.foundations.quantum import PAULI_X, PAULI_Y
from nonlocality.local_realism import pauli_strings
from nonlocality.local_realism.effective_states import correlation_tensor, magnetisation
from nonlocality.local_realism.monogamy import correlation_sum
from nonlocality.local_realism.pauli_strings import (
    StringSet,
    binary_tree,
    binary_tree_qubits,
    fewest_qubits,
    folded_tree,
    regions_of_trees,
    tree_formula,
)

EVERY_K = pytest.mark.parametrize("k", range(1, 11))


def matrix_of(word, sizes):
    """A string such as "X1 Y2" as a matrix."""
    factors = []
    for letter, size in zip(word.split(), sizes, strict=True):
        region = [np.eye(2)] * size
        region[int(letter[1:]) - 1] = {"X": PAULI_X, "Y": PAULI_Y}[letter[0]]
        factors += region
    full = np.eye(1)
    for factor in factors:
        full = np.kron(full, factor)
    return full


@EVERY_K
@pytest.mark.parametrize("tree", [binary_tree, folded_tree])
def test_trees_anticommute_and_have_every_pattern(tree, k):
    found = tree(k)
    assert found.mutually_anticommuting()
    assert found.has_every_pattern()
    assert sum(found.sizes) == 2**k - 1


@EVERY_K
def test_sizes_of_the_trees(k):
    assert binary_tree(k).sizes == tuple(2**j for j in range(k))
    sizes = folded_tree(k).sizes
    assert sizes[0] == 1
    assert max(sizes) == tree_formula(k)
    assert max(sizes[1:], default=1) - min(sizes[1:], default=1) <= 1


def test_a_balanced_plan_is_found_far_beyond_what_is_built():
    for k in range(2, 40):
        share, more = divmod(2**k - 2, k - 1)
        sizes = (1, *sorted(share + (j < more) for j in range(k - 1)))
        assert pauli_strings._plan(sizes) is not None


@pytest.mark.parametrize("tree", [binary_tree(2), binary_tree(3), folded_tree(3)])
def test_bits_and_matrices_agree(tree):
    """Commutators of the matrices, for a set with some strings changed too."""
    rng = np.random.default_rng(0)
    for strings in (tree, StringSet(tree.letters, rng.permutation(tree.qubits))):
        matrices = [matrix_of(word, strings.sizes) for word in strings.words()]
        table = strings.anticommute()
        for (i, a), (j, b) in product(enumerate(matrices), repeat=2):
            assert table[i, j] == (not (a @ b + b @ a).any())
            assert table[i, j] != (not (a @ b - b @ a).any())


@pytest.mark.parametrize("tree", [binary_tree(2), folded_tree(3)])
def test_means_are_born_rule(tree):
    rng = np.random.default_rng(3)
    sizes = tuple(n + 1 for n in tree.sizes) if len(tree.sizes) == 2 else tree.sizes
    state = rng.normal(size=2 ** sum(sizes)) + 1j * rng.normal(size=2 ** sum(sizes))
    state /= np.linalg.norm(state)
    expected = [np.vdot(state, matrix_of(w, sizes) @ state).real for w in tree.words()]
    assert tree.means(state, sizes) == pytest.approx(expected)
    assert tree.means(np.outer(state, state.conj()), sizes) == pytest.approx(expected)


@pytest.mark.parametrize(("tree", "sizes"), [(binary_tree(2), (2, 2)), (folded_tree(3), (1, 3, 3))])
def test_shifts_alone_give_all_vectors_and_their_mean_is_the_correlation_tensor(tree, sizes):
    """Each correlation T^(l) occurs in just one of the Π n_j vectors, so ℒ = |mean|² ≤ 1."""
    sets = [tree.shifted(shifts, sizes) for shifts in np.ndindex(*sizes)]
    terms = [word for each in sets for word in each.words()]
    assert len(terms) == len(set(terms)) == 2 ** len(sizes) * np.prod(sizes)
    assert all(each.mutually_anticommuting() for each in sets)
    rng = np.random.default_rng(5)
    state = rng.normal(size=2 ** sum(sizes))
    state /= np.linalg.norm(state)
    vectors = np.array([each.means(state, sizes) for each in sets])
    assert (vectors**2).sum(axis=1).max() <= 1 + 1e-12
    tensor = correlation_tensor(state, operators=[magnetisation(n)[:2] for n in sizes])
    order = [tuple(row) for row in tree.letters]
    assert vectors.mean(axis=0) == pytest.approx([tensor[row] for row in order])
    assert correlation_sum(tensor) <= 1


def test_flips_keep_the_strings_anticommuting():
    tree = folded_tree(4)
    for flips in product((0, 1), repeat=4):
        flipped = tree.flipped(flips)
        assert flipped.mutually_anticommuting()
        assert flipped.has_every_pattern()


def test_sets_that_do_not_anticommute_are_told_apart():
    tree = folded_tree(3)
    qubits = tree.qubits.copy()
    qubits[0, 1] += 1
    assert not StringSet(tree.letters, qubits).mutually_anticommuting()
    assert not StringSet(tree.letters[[0, 0]], tree.qubits[[0, 0]]).mutually_anticommuting()
    assert not StringSet(tree.letters[:4], tree.qubits[:4]).has_every_pattern()


@pytest.mark.parametrize("strings", range(2, 12))
def test_more_strings_than_2n_plus_1_cannot_anticommute(strings):
    """The commutators of m strings have rank m or m − 1 over two elements, and at most 2n."""
    table = (1 - np.eye(strings, dtype=int)) % 2
    rank = 0
    rows = table.copy()
    for column in range(strings):
        lead = np.flatnonzero(rows[rank:, column]) + rank
        if len(lead):
            rows[[rank, lead[0]]] = rows[[lead[0], rank]]
            others = [r for r in np.flatnonzero(rows[:, column]) if r != rank]
            rows[others] ^= rows[rank]
            rank += 1
    assert rank == strings - strings % 2
    assert fewest_qubits(strings) == rank // 2


def test_bad_input():
    with pytest.raises(ValueError, match="`k` must hold positive integers"):
        binary_tree(0)
    with pytest.raises(ValueError, match="`k` must hold positive integers"):
        folded_tree(2.5)
    for tree in (binary_tree, folded_tree):
        with pytest.raises(ValueError, match=r"`k` must be smaller, but is 20: .* need 8192 GiB"):
            tree(20)
    with pytest.raises(ValueError, match=r"must have one shape \(n, k\), but have shapes \(1, 2\)"):
        StringSet([[0, 1]], [[0, 1, 2]])
    with pytest.raises(ValueError, match="must hold 0 and 1"):
        StringSet([[0, 2]], [[0, 0]])
    with pytest.raises(ValueError, match="`letters` must hold integers"):
        StringSet([[0.5, 0]], [[0, 0]])
    with pytest.raises(ValueError, match=r"but is \(2, 1\); with the regions in another order"):
        binary_tree(2).bits((2, 1))
    with pytest.raises(ValueError, match=r"`sizes` must be at least \(1, 2\), but is \(1, 1\)\."):
        binary_tree(2).means(np.ones(4) / 2, (1, 1))
    with pytest.raises(ValueError, match=r"`state` must have shape \(8,\)"):
        binary_tree(2).means(np.ones(4) / 2, (1, 2))
    many = StringSet(np.zeros((20_000, 1), dtype=int), np.zeros((20_000, 1), dtype=int))
    with pytest.raises(ValueError, match=r"fewer strings: .* would need 2 GiB"):
        many.anticommute()


@pytest.mark.parametrize("huge", [10**5, 10**9, 10**400])
@pytest.mark.parametrize("tree", [binary_tree, folded_tree, tree_formula])
def test_huge_trees_are_refused_at_once(tree, huge):
    """Without forming 2 ** huge, which would not end."""
    with pytest.raises(
        ValueError, match=r"Argument `k` must .*, but is (100000|1\.0e\d+): .* 10\^"
    ):
        tree(huge)


def test_the_formula_reaches_its_limit():
    limit = pauli_strings.MAX_REGIONS
    assert len(str(tree_formula(limit))) == 3007
    with pytest.raises(ValueError, match="`k` must be at most 10000"):
        tree_formula(limit + 1)


def test_operations_take_one_number_a_region():
    tree = binary_tree(2)
    for bad, message in (
        ((0,), r"must have shape \(2,\), but has shape \(1,\)"),
        (1, r"must have shape \(2,\), but has shape \(\)"),
        ((0.5, 0), "must hold integers"),
    ):
        with pytest.raises(ValueError, match=f"`shifts` {message}"):
            tree.shifted(bad, (1, 2))
        with pytest.raises(ValueError, match=f"`flips` {message}"):
            tree.flipped(bad)
    with pytest.raises(ValueError, match=r"`flips` must hold 0 and 1, but is \(0, 2\)"):
        tree.flipped((0, 2))
    for sizes in ((1, 1), (1, 2, 3), (1,)):
        for call in (lambda s: tree.shifted((0, 0), s), tree.bits):
            with pytest.raises(ValueError, match=r"`sizes` must be at least \(1, 2\), but is"):
                call(sizes)
    for call in (tree.bits, lambda s: tree.means([1.0], s)):
        with pytest.raises(ValueError, match="`sizes` must be smaller: an array of"):
            call((1, 10**9))
    back = tree.shifted((0, 2**62), (1, 3)).shifted((0, -(2**62)), (1, 3))
    assert (back.qubits == tree.qubits).all()


@pytest.mark.parametrize("k", range(1, 9))
def test_plain_trees_of_equal_regions(k):
    """N = k·2^(k−1), the size of the tree's largest region k times."""
    assert binary_tree_qubits(k) == k * max(binary_tree(k).sizes)
    assert regions_of_trees(binary_tree_qubits(k), folded=False) == k
    assert regions_of_trees(k * tree_formula(k), folded=True) == k
    if k > 1:
        assert regions_of_trees(binary_tree_qubits(k) - 1, folded=False) == k - 1
        assert regions_of_trees(k * tree_formula(k) - 1, folded=True) == k - 1


def test_trees_of_equal_regions_stay_behind_the_logarithm():
    for n in [2**k for k in range(4, 60)]:
        assert regions_of_trees(n, folded=False) <= regions_of_trees(n, folded=True)
        assert regions_of_trees(n, folded=True) < n.bit_length() - 1


def test_numbers_of_particles_are_whole():
    with pytest.raises(ValueError, match="`particles` must be a positive integer, such as"):
        regions_of_trees(1e23, folded=True)
    with pytest.raises(ValueError, match="`k` must be at most 10000"):
        binary_tree_qubits(10**5)
