"""Rows of a file on their way to counts."""

import pytest

from nonlocality.experiments.reading import counts_from_text, read_counts


def test_a_column_of_runs_is_kept_and_summed(path_of):
    lines = path_of(14).read_text().splitlines()
    rows = [f"{lines[0]},run", *(f"{line},{k % 2}" for k, line in enumerate(lines[1:]))]
    counts = counts_from_text("\n".join(rows))
    assert counts.runs.shape == (2, 2, 2, 2, 2)
    assert (counts.runs.sum(axis=0) == counts.table).all()


def test_a_list_of_trials_may_be_cut_into_runs(path_of):
    assert read_counts(path_of(19), blocks=5).runs.sum(axis=(1, 2, 3, 4)).tolist() == [30] * 5
    with pytest.raises(ValueError, match="`blocks` needs a list of trials"):
        read_counts(path_of(8), blocks=5)


def test_all_faults_are_told_at_once_and_not_too_many():
    text = "x,y,a,b,count\n" + "".join(
        f"{k >> 3},{k >> 2 & 1},{k >> 1 & 1},{k & 1},five\n" for k in range(16)
    )
    with pytest.raises(ValueError, match="File `") as error:
        counts_from_text(text)
    assert str(error.value).count("line ") == 16
    rows = "".join(f"0,{k % 2},bad\n" for k in range(1000))
    with pytest.raises(ValueError, match="File `") as error:
        counts_from_text("x,a,count\n" + rows)
    assert len(str(error.value).splitlines()) == 21
