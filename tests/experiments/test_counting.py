import numpy as np
import pytest

from nonlocality.experiments.counting import (
    Counts,
    counts_from_dictionaries,
    counts_from_tables,
    counts_from_trials,
    ordered,
)

ONES = np.ones((2, 2, 2, 2), dtype=int)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (ONES * 0.5, "must hold integers"),
        (-ONES, "must not be negative"),
        (0 * ONES, "every count is 0"),
        (np.ones((2, 2, 2)), "must hold integers"),
        (np.ones((2, 2, 2), dtype=int), "one axis of outcomes and one of settings"),
        (np.ones((40, 40, 1, 1), dtype=int), "at most 1000 cells"),
        (ONES * 2**53, "at most 2\\*\\*53"),
        ([[[[float("nan")]]]], "must hold integers"),
    ],
)
def test_what_is_no_table_of_counts_is_refused_by_name(table, words):
    with pytest.raises(ValueError, match=f"Argument `table`.*{words}"):
        Counts(table)


def test_a_pair_of_settings_without_trials_is_named_by_its_labels():
    table = ONES.copy()
    table[:, :, 1, 0] = 0
    with pytest.raises(ValueError, match="none at x=X, y=W"):
        Counts(table, labels={"x": "ZX", "y": "WV"})


def test_runs_must_add_up():
    assert Counts(2 * ONES, runs=np.array([ONES, ONES])).trials == 32
    with pytest.raises(ValueError, match="add up"):
        Counts(ONES, runs=np.array([ONES, ONES]))


def test_merging_keeps_all_trials_and_discarding_says_what_was_lost():
    rng = np.random.default_rng(3)
    three = Counts(rng.integers(1, 9, (3, 3, 2, 2)), labels={"b": ("+", "-", "none")})
    merged = three.merged("b", {"none": "-"})
    assert merged.trials == three.trials
    assert merged.labels["b"] == ("+", "-")
    assert (merged.table[:, 1] == three.table[:, 1] + three.table[:, 2]).all()
    assert "none was counted as -" in merged.notes[0]
    kept = three.without("none")
    assert (kept.table == three.table[:, :2]).all()
    assert str(three.trials - kept.trials) in kept.notes[0]
    assert "fair sampling" in kept.notes[0]
    with pytest.raises(ValueError, match="`pairs`"):
        three.merged("b", {"none": "zero"})
    with pytest.raises(ValueError, match="`label`"):
        three.without("nothing")


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


def test_labels_are_ordered_as_a_reader_expects():
    assert ordered(["1", "0", "10", "2"]) == ("0", "1", "2", "10")
    assert ordered(["-", "+"]) == ("+", "-")
    assert ordered(["down", "up"]) == ("down", "up")


def test_time_tags_in_the_place_of_outcomes_are_refused():
    with pytest.raises(ValueError, match="a few values each"):
        counts_from_trials([range(2000)], [[0] * 2000])
