import json
from itertools import pairwise

import numpy as np
import pytest

from nonlocality.macroscopic_locality.front_map import CORNERS, map_of_sets
from nonlocality.macroscopic_locality.slice_planes import slice_biased
from nonlocality.macroscopic_locality.slices import SETS, boundary


@pytest.fixture(scope="module")
def drawn(root):
    return json.loads((root / "book" / "data" / "map.json").read_text(encoding="utf-8"))


def test_the_map_that_is_drawn_is_the_computed_one(drawn):
    """Four angles anew, of each set."""
    assert tuple(drawn) == SETS
    plane = slice_biased()
    for name in SETS:
        points = np.array(drawn[name])
        some = points[[0, 13, 40, 77]]
        turns = np.arctan2(some[:, 1], some[:, 0])
        again = boundary(plane, name, angles=turns).points
        assert np.abs(again - some).max() < 2e-4  # four decimals, and the search for models


def test_sets_lie_inside_one_another(drawn):
    radii = [np.hypot(*np.array(drawn[name]).T) for name in SETS]
    for smaller, larger in pairwise(radii):
        assert (smaller <= larger + 2e-4).all()


def test_corners_are_drawn(drawn):
    def on(name, corner):
        return np.abs(np.array(drawn[name]) - corner).max(axis=1).min() < 1e-4

    assert on("no-signalling", CORNERS[0])
    assert on("local", CORNERS[1])
    assert on("level 1", CORNERS[2])
    assert on("no-signalling", (0, 1))


def test_few_angles_are_a_coarser_map_of_the_same():
    few = map_of_sets(1)
    assert len(few["local"]) == 9
