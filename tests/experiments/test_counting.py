import numpy as np
import pytest

from nonlocality.experiments.counting import Counts, ordered

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


def test_labels_are_ordered_as_a_reader_expects():
    assert ordered(["1", "0", "10", "2"]) == ("0", "1", "2", "10")
    assert ordered(["-", "+"]) == ("+", "-")
    assert ordered(["down", "up"]) == ("down", "up")
