import numpy as np
import pytest

from nonlocality.foundations.cglmp import (
    link_values,
)
from nonlocality.foundations.link_strategies import (
    link_multisets,
    strategies_of_links,
    strategy_links,
)

SMALL = pytest.mark.parametrize("d", range(2, 9))


def deterministic(d):
    return np.indices((d,) * 4).reshape(4, -1).T


@SMALL
def test_links_of_strategies(d):
    strategies = deterministic(d)
    links = strategy_links(strategies, d)
    assert ((links.sum(axis=1) + 1) % d == 0).all()
    assert links.sum(axis=1).min() == d - 1
    table = link_values(d)
    for i, (x, y) in enumerate([(0, 0), (1, 0), (1, 1), (0, 1)]):
        assert (links[:, i] == table[strategies[:, x], strategies[:, 2 + y], x, y]).all()
    shift = strategies[:, 2:3]
    assert ((strategies_of_links(links, d) + shift) % d == strategies).all()


@SMALL
def test_multisets_are_those_of_strategies(d):
    links = np.sort(strategy_links(deterministic(d), d), axis=1)
    assert np.array_equal(np.unique(links, axis=0), np.unique(link_multisets(d), axis=0))
    best = links[links.sum(axis=1) == d - 1]
    assert np.array_equal(
        np.unique(best, axis=0), np.unique(link_multisets(d, total=d - 1), axis=0)
    )
    assert len(link_multisets(d)) == len(np.unique(links, axis=0))


def test_multisets_of_large_d_are_refused():
    with pytest.raises(ValueError, match=r"`d` must be at most 200 .* but is 201: 8\.12e6 triples"):
        link_multisets(201)


def test_values_of_no_strategy_are_refused():
    with pytest.raises(ValueError, match="`values` must add up to -1 mod 3"):
        strategies_of_links([0, 0, 0, 0], 3)
