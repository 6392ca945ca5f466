"""Trees of anticommuting strings, and their qubits."""

import numpy as np
import pytest

from nonlocality.local_realism import string_trees
from nonlocality.local_realism.pauli_strings import StringSet
from nonlocality.local_realism.string_trees import (
    binary_tree,
    binary_tree_qubits,
    fewest_qubits,
    folded_tree,
    regions_of_trees,
    tree_formula,
)

EVERY_K = pytest.mark.parametrize("k", range(1, 11))


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
        assert string_trees._plan(sizes) is not None


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
        with pytest.raises(ValueError, match="`k` must be smaller: the call would need 60 GB"):
            tree(25)
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
    many = StringSet(np.zeros((50_000, 1), dtype=int), np.zeros((50_000, 1), dtype=int))
    with pytest.raises(ValueError, match="`letters` must be smaller: the call would need 7 GB"):
        many.anticommute()


@pytest.mark.parametrize("huge", [10**5, 10**9, 10**400])
@pytest.mark.parametrize("tree", [binary_tree, folded_tree, tree_formula])
def test_huge_trees_are_refused_at_once(tree, huge):
    """Without forming 2 ** huge, which would not end."""
    with pytest.raises(
        ValueError, match=r"Argument `k` must (be smaller|be at most 10000|hold at most).* 10\^"
    ):
        tree(huge)


def test_the_formula_reaches_its_limit():
    limit = string_trees.MAX_REGIONS
    assert len(str(tree_formula(limit))) == 3007
    with pytest.raises(ValueError, match="`k` must be at most 10000"):
        tree_formula(limit + 1)


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
