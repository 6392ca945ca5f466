from itertools import permutations, product

import numpy as np
import pytest

from nonlocality.foundations import symmetries
from nonlocality.foundations.polytopes import facets
from nonlocality.foundations.symmetries import (
    _pair_orbits,
    _value_colours,
    automorphisms,
    facet_classes,
)


def group_of(generators, n):
    """All products of permutations."""
    group, new = {tuple(range(n))}, [tuple(range(n))]
    while new:
        one = new.pop()
        products = {tuple(one[k] for k in g) for g in generators} - group
        group |= products
        new += products
    return group


@pytest.mark.parametrize("seed", range(5))
def test_pairs_are_of_one_orbit_exactly_if_the_group_takes_them_into_each_other(seed):
    rng, n = np.random.default_rng(seed), 7
    moves = [[*rng.permutation(4), *(4 + rng.permutation(3))] for _ in range(2)]
    group = group_of([tuple(map(int, move)) for move in moves], n)
    numbers = _pair_orbits(np.array(moves)).reshape(n, n)
    for i, j in product(range(n), repeat=2):
        orbit = {pair for g in group for pair in ((g[i], g[j]), (g[j], g[i]))}
        alike = {(int(k), int(m)) for k, m in np.argwhere(numbers == numbers[i, j])}
        assert alike == orbit


def keeps(p, table):
    return np.array_equal(table[np.ix_(p, p)], table)


@pytest.mark.parametrize("seed", range(12))
def test_the_generators_give_all_symmetries_of_a_table(seed):
    """Against all permutations, for tables with few colours, and some that are made symmetric."""
    rng = np.random.default_rng(seed)
    n = 6
    table = rng.integers(0, 2, size=(n, n))
    if seed % 2:
        turn = rng.permutation(n)
        for _ in range(n):
            table = np.minimum(table, table[np.ix_(turn, turn)])
    table = np.maximum(table, table.T)
    true = {p for p in permutations(range(n)) if keeps(p, table)}
    assert group_of(automorphisms(table), n) == true


def test_the_pentagon_has_ten_symmetries_and_the_petersen_graph_120():
    ring = np.array([[(i - j) % 5 in (1, 4) for j in range(5)] for i in range(5)], dtype=int)
    assert len(group_of(automorphisms(ring), 5)) == 10
    pairs = [(i, j) for i in range(5) for j in range(i)]
    petersen = np.array([[not set(p) & set(q) for q in pairs] for p in pairs], dtype=int)
    assert len(group_of(automorphisms(petersen), 10)) == 120


def test_few_images_are_tried_where_parts_are_alike_until_the_end(monkeypatch):
    """Two rings of 12 whose vertices are tied one to one: taken ring by ring, the first would go
    through all its own symmetries; taken as they are tied, hardly any image is tried in vain."""
    ring = np.array([[(i - j) % 12 in (1, 11) for j in range(12)] for i in range(12)], dtype=int)
    free, tied = np.zeros((12, 12), dtype=int), 2 * np.eye(12, dtype=int)
    table = np.block([[free, tied + 3 * ring], [tied + 3 * ring.T, free]])
    monkeypatch.setattr(symmetries, "MAX_TRIALS", 2_000)
    assert len(group_of(automorphisms(table), 24)) == 48


@pytest.mark.parametrize("n", [10, 14])
def test_hardly_an_image_is_tried_that_sees_other_numbers_of_each_colour(n, monkeypatch):
    """Random signs between two parties of n coins each: to turn all coins changes nothing."""
    signs = np.random.default_rng(n).choice([-1, 1], (n, n))
    across = np.kron(signs, [[1, -1], [-1, 1]])
    coins = np.kron(np.eye(n, dtype=int), 7 * np.ones((2, 2), dtype=int))
    table = np.block([[coins, across], [across.T, coins]])
    monkeypatch.setattr(symmetries, "MAX_TRIALS", 2_000)
    turned = tuple(k ^ 1 for k in range(4 * n))
    assert turned in group_of(automorphisms(table), 4 * n)


def test_a_search_that_is_stopped_returns_symmetries_all_the_same(monkeypatch):
    table = np.zeros((8, 8), dtype=int)
    monkeypatch.setattr(symmetries, "MAX_TRIALS", 15)
    found = automorphisms(table)
    assert 0 < len(found) < 7
    assert all(sorted(p) == list(range(8)) and keeps(p, table) for p in found)


def test_values_that_differ_by_rounding_have_one_colour():
    values = np.array([0.1 + 0.2, 0.3, -1.0, 7.0, 7.0])
    assert _value_colours(values, 1e-12).tolist() == [1, 1, 0, 2, 2]
    assert _value_colours(values, 0).tolist() == [2, 1, 0, 3, 3]
    assert _value_colours(np.zeros((2, 2)), 0).tolist() == [[0, 0], [0, 0]]


def test_facets_of_the_cube_fall_into_classes():
    cube = facets(list(product((-1, 1), repeat=3)))
    cycle, flip = ([1, 2, 0], [1, 1, 1]), ([0, 1, 2], [-1, 1, 1])
    assert [len(c) for c in facet_classes(cube, [cycle, flip])] == [6]
    assert [len(c) for c in facet_classes(cube, [cycle])] == [3, 3]
    assert sorted(len(c) for c in facet_classes(cube, [flip])) == [1, 1, 1, 1, 2]
    with pytest.raises(ValueError, match="`symmetries` must carry facets into facets, but one"):
        facet_classes(cube[:-1], [cycle, flip])
