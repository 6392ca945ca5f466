"""Counts from the forms in which others keep them."""

import numpy as np
import pytest

from nonlocality.experiments.adapters import (
    counts_from_dictionaries,
    counts_from_tables,
    counts_from_trials,
)


def test_the_adapters_agree():
    rng = np.random.default_rng(4)
    x, y, a, b = rng.integers(0, 2, (4, 200))
    table = np.zeros((2, 2, 2, 2), dtype=int)
    np.add.at(table, (a, b, x, y), 1)
    trials = counts_from_trials([1 - 2 * a, 1 - 2 * b], [x, y])
    assert (trials.table == table).all()
    assert trials.labels["a"] == ("1", "-1")
    cells = {}
    for k in np.ndindex(2, 2):
        cells[k] = {f"{i}{j}": int(table[i, j, *k]) for i, j in np.ndindex(2, 2)}
    assert (counts_from_dictionaries(cells).table == table).all()
    assert (counts_from_tables(table.transpose(2, 3, 0, 1)).table == table).all()
    blocks = counts_from_trials([a, b], [x, y], blocks=5)
    assert (blocks.runs.sum(axis=(1, 2, 3, 4)) == 40).all()


def test_time_tags_in_the_place_of_outcomes_are_refused():
    with pytest.raises(ValueError, match="a few values each"):
        counts_from_trials([range(2000)], [[0] * 2000])
