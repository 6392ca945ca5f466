"""Sets of Pauli strings: bits, means, shifts."""

from itertools import product

import numpy as np
import pytest

from nonlocality.foundations.quantum import PAULI_X, PAULI_Y
from nonlocality.local_realism import pauli_strings
from nonlocality.local_realism.effective_states import correlation_tensor, magnetisation
from nonlocality.local_realism.monogamy import correlation_sum
from nonlocality.local_realism.pauli_strings import StringSet
from nonlocality.local_realism.string_trees import (
    binary_tree,
    folded_tree,
)


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
        with pytest.raises(ValueError, match="`sizes` must be smaller: the call would need"):
            call((1, 10**9))
    back = tree.shifted((0, 2**62), (1, 3)).shifted((0, -(2**62)), (1, 3))
    assert (back.qubits == tree.qubits).all()


@pytest.mark.parametrize("grow", [binary_tree, folded_tree])
def test_strings_are_compared_part_by_part_with_the_same_answer_as_the_table(grow):
    """Of trees, and with one letter or qubit changed, so that one pair at least commutes."""
    rng = np.random.default_rng(7)
    tree = grow(8)
    assert tree.mutually_anticommuting()
    for _ in range(20):
        letters, qubits = tree.letters.copy(), tree.qubits.copy()
        row, region = rng.integers(len(letters)), rng.integers(letters.shape[1])
        if rng.integers(2):
            letters[row, region] ^= 1
        else:
            qubits[row, region] = rng.integers(tree.sizes[region] + 1)
        changed = StringSet(letters, qubits)
        apart = ~np.eye(len(letters), dtype=bool)
        assert changed.mutually_anticommuting() == changed.anticommute()[apart].all()


def test_two_parts_that_share_a_qubit_with_other_letters_are_not_taken_apart():
    """A hundred strings X… and a hundred Y…, but all with X or Y on one more qubit: both differ."""
    letters = np.repeat([[0, 0], [1, 1]], 100, axis=0)
    qubits = np.zeros_like(letters)
    assert not StringSet(letters, qubits).mutually_anticommuting()
    places = np.array([0, 1]) + qubits
    assert pauli_strings._parted(places, letters, np.zeros((2, 2), dtype=bool)) is None


def test_letters_and_bits_say_the_same():
    """Strings anticommute if x·z' + z·x' is odd."""
    rng = np.random.default_rng(3)
    strings = StringSet(rng.integers(0, 2, (40, 6)), rng.integers(0, 2, (40, 6)))
    x, z = strings.bits()
    assert (strings.anticommute() == ((x @ z.T + z @ x.T) % 2 == 1)).all()


def test_many_strings_are_compared_without_a_table():
    """Sixteen thousand: a table of all pairs would have 268 million entries."""
    assert binary_tree(14).mutually_anticommuting()
