"""Anticommuting strings from decision trees, and how many qubits they ask for (App. A, Fig. 2).

A *decision tree* makes a string for each pattern of X and Y. Each inner node owns a qubit of its
own, of a region that no node above it uses; one branch measures X there, the other Y. A leaf is
the product of what lies on the way to it. Two leaves part at one node, where they anticommute,
share what is above, and have no qubit in common below: they anticommute.
"""

from collections.abc import Iterable
from functools import cache
from itertools import product
from numbers import Integral

import numpy as np

from nonlocality.foundations.checks import counts, shown
from nonlocality.foundations.sizes import power_text, require_memory, size_text
from nonlocality.local_realism.pauli_strings import StringSet

MAX_REGIONS = 10_000
"""Largest number of regions of which :func:`tree_formula` gives the qubits, 3007 digits."""


def _check_regions(k: int) -> int:
    """Return k ≥ 1 if a tree of 2^k leaves fits in memory and can be checked there."""
    (k,) = counts("k", (k,))
    require_memory("k", 72 * k, base=2, exponent=k)  # tables, a dictionary of all inner nodes
    return k


def _grow(k: int, region_at: dict[tuple[int, ...], int]) -> StringSet:
    """The strings of a tree, given the region of each inner node (a node is its path of 0, 1)."""
    used, number = [0] * k, {}
    for depth in range(k):
        for node in product((0, 1), repeat=depth):
            region = region_at[node]
            number[node] = used[region]
            used[region] += 1
    letters, qubits = np.zeros((2, 2**k, k), dtype=np.int64)
    rows = np.arange(2**k)
    for depth in range(k):
        nodes = list(product((0, 1), repeat=depth))
        mine = rows >> (k - depth)  # the node of this depth on the way to each leaf
        region = np.array([region_at[node] for node in nodes])[mine]
        letters[rows, region] = rows >> (k - depth - 1) & 1
        qubits[rows, region] = np.array([number[node] for node in nodes])[mine]
    return StringSet(letters, qubits)


def binary_tree(k: int) -> StringSet:
    """The tree on the left of Fig. 2: region j at depth j, so 2^(k−1) qubits in the last.

    Raises ValueError for k < 1 or beyond memory.

    >>> binary_tree(2).words(), binary_tree(2).sizes
    (['X1 X1', 'X1 Y1', 'Y1 X2', 'Y1 Y2'], (1, 2))
    """
    k = _check_regions(k)
    nodes = (node for depth in range(k) for node in product((0, 1), repeat=depth))
    return _grow(k, {node: len(node) for node in nodes})


def folded_tree(k: int) -> StringSet:
    """A tree whose regions, but for the root's, are as equal as can be (right of Fig. 2).

    The root takes the one qubit of region 0; the other 2^k − 2 nodes are shared by k − 1 regions,
    ⌈(2^k − 2)/(k − 1)⌉ at most. Raises ValueError for k < 1 or beyond memory.

    >>> folded_tree(4).sizes, folded_tree(4).mutually_anticommuting()
    ((1, 5, 5, 4), True)
    """
    k = _check_regions(k)
    share, more = divmod(2**k - 2, max(k - 1, 1))
    sizes = (1, *(share + (j < more) for j in range(k - 1)))
    plan = _plan(tuple(sorted(sizes)))
    if plan is None:  # not met for any k that fits in memory; the tests look at each
        raise RuntimeError(f"No tree was found for k = {k}.")
    region_at: dict[tuple[int, ...], int] = {}
    _assign(region_at, (), dict(enumerate(sizes)))
    return _grow(k, region_at)


def tree_formula(k: int) -> int:
    """⌈(2^k − 2)/(k − 1)⌉, the qubits a region of App. A; 1 for k = 1.

    A whole number of any size. Raises ValueError for k < 1 or beyond :data:`MAX_REGIONS`.

    >>> [tree_formula(k) for k in range(2, 11)]
    [2, 3, 5, 8, 13, 21, 37, 64, 114]
    """
    (k,) = counts("k", (k,))
    if k > MAX_REGIONS:
        raise ValueError(
            f"Argument `k` must be at most {MAX_REGIONS}, but is {size_text(k)}: the number would "
            f"be about {power_text(2, k)}/k."
        )
    return -(-(2**k - 2) // (k - 1)) if k > 1 else 1


def binary_tree_qubits(k: int) -> int:
    """N = k·2^(k−1): qubits of k equal regions that hold the plain binary tree (App. A).

    Its last region needs 2^(k−1) qubits, and all are as large. Raises ValueError for k < 1 or
    beyond :data:`MAX_REGIONS`.

    >>> [binary_tree_qubits(k) for k in range(1, 6)]
    [1, 4, 12, 32, 80]
    """
    (k,) = counts("k", (k,))
    if k > MAX_REGIONS:
        raise ValueError(f"Argument `k` must be at most {MAX_REGIONS}, but is {size_text(k)}.")
    return k * 2 ** (k - 1)


def regions_of_trees(particles: int, *, folded: bool) -> int:
    """The most equal regions of N qubits in all for which a tree proves ℒ ≤ 1, exact.

    k regions of ⌊N/k⌋ qubits must hold 2^(k−1) for the plain binary tree, and
    ⌈(2^k − 2)/(k − 1)⌉ for the folded one. Raises ValueError for N < 1.

    >>> regions_of_trees(10**23, folded=False), regions_of_trees(10**23, folded=True)
    (71, 76)
    """
    if not isinstance(particles, Integral) or particles < 1:
        raise ValueError(
            "Argument `particles` must be a positive integer, such as 10**23, but is "
            f"{shown(particles)}."
        )
    k = 1
    while particles // (k + 1) >= (tree_formula(k + 1) if folded else 2**k):
        k += 1
    return k


def fewest_qubits(strings: int) -> int:
    """Fewest qubits on which so many Pauli strings can anticommute: 2n + 1 ≥ strings.

    So 2^k strings need 2^(k−1) qubits, whatever the construction.

    >>> fewest_qubits(3), fewest_qubits(2**10)
    (1, 512)
    """
    (strings,) = counts("strings", (strings,))
    return strings // 2


def _enough(two: Iterable[int]) -> bool:
    """Whether r regions together have at least the nodes of two trees on them, for each r."""
    total = 0
    for r, size in enumerate(sorted(two), start=1):
        total += size
        if total < 2 * (2**r - 1):
            return False
    return True


@cache
def _plan(sizes: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """How a tree with these sorted sizes shares them below its root: left and right sizes.

    Both are listed for sizes[1:], the root being sizes[0] = 1. None if no way was found.
    """
    if len(sizes) == 1:
        return ((), ()) if sizes == (1,) else None
    rest = sizes[1:]
    half = 2 ** len(rest) - 1
    if sizes[0] != 1 or sum(rest) != 2 * half or not _enough(rest):
        return None
    for left in _halves(rest, half):
        right = tuple(a - b for a, b in zip(rest, left, strict=True))
        if all(_plan(tuple(sorted(side))) for side in (left, right)):
            return left, right
    return None


def _halves(rest: tuple[int, ...], half: int) -> Iterable[tuple[int, ...]]:
    """Ways to give the left subtree its sizes: a root of size 1 on each side, the others halved."""
    m = len(rest)
    for i, j in [(0, 0), *((0, j) for j in range(1, m)), *((j, 0) for j in range(1, m))]:
        left = [size // 2 for size in rest]
        left[i] = 1
        if j != i:
            left[j] = rest[j] - 1
        elif rest[i] != 2:
            continue
        others = [n for n in range(m) if n not in (i, j)]
        while sum(left) != half and others:
            step = 1 if sum(left) < half else -1
            # move the region that is farthest on the other side of its half
            n = min(others, key=lambda n: (step * (2 * left[n] - rest[n]), rest[n]))
            left[n] += step
            if not 1 <= left[n] <= rest[n] - 1:
                break
        else:
            if sum(left) == half:
                yield tuple(left)


def _assign(
    region_at: dict[tuple[int, ...], int], node: tuple[int, ...], sizes: dict[int, int]
) -> None:
    """Write the regions of a subtree, given how many nodes each region has in it."""
    order = sorted(sizes, key=lambda region: (sizes[region], region))
    region_at[node] = order[0]
    if len(order) == 1:
        return
    plan = _plan(tuple(sizes[region] for region in order))
    for bit, side in enumerate(plan):
        _assign(region_at, (*node, bit), dict(zip(order[1:], side, strict=True)))
