"""Every bad table meets the reaction that is written beside it."""

import json
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.reading import counts_from_records, counts_from_text, read_counts

DATA = Path(__file__).parent / "data"
CASES = {case["no"]: case for case in json.loads((DATA / "cases.json").read_text("utf-8"))}
REFUSED = {
    1: ["a=1, b=0, x=1, y=1", 'missing="zero"'],
    2: ["line 3", "`count`", "'-4'"],
    3: ["line 2", "'16.5'", "no likelihood"],
    4: ["x=1, y=0"],
    5: ["line 18", "line 4", 'duplicates="sum"'],
    10: ["unknown column 'Anzahl'", "'b', 'a', 'y', 'x'", "--columns count=Anzahl"],
    14: ["line 3", "line 2", "line 33", "line 32"],
    17: ["every count is 0"],
    18: ["line 2", "''", "line 15", "'NaN'"],
    22: ["look like frequencies", "1.0002", "`Behaviour`"],
}


def test_every_bad_table_is_here_and_its_reaction_tested():
    assert sorted(path.name for path in DATA.glob("*.csv")) == [c["file"] for c in CASES.values()]
    for number, case in CASES.items():
        assert case["reaction"].startswith("ValueError") == (
            number in REFUSED - {14: 0}.keys()
        ) or (number in (14, 20))


@pytest.mark.parametrize("number", REFUSED)
def test_a_table_that_cannot_be_used_is_refused_with_lines_and_a_way_out(number, path_of):
    with pytest.raises(ValueError, match="File `") as error:
        read_counts(path_of(number))
    for words in [CASES[number]["file"], *REFUSED[number]]:
        assert words in str(error.value)


@pytest.mark.parametrize("number", sorted(set(CASES) - set(REFUSED)))
def test_a_table_that_can_be_used_is_read(number, path_of):
    assert read_counts(path_of(number)).trials > 0


@pytest.mark.parametrize(
    ("number", "options"),
    [(5, {"duplicates": "sum"}), (8, {}), (10, {"columns": {"count": "Anzahl"}}), (11, {}),
     (14, {"duplicates": "sum"}), (19, {}), (20, {}), (1, {"missing": "zero"})],
)  # fmt: skip
def test_one_experiment_in_many_clothes_is_one_table(number, options, published, path_of):
    table = published["munich2016"].table.copy()
    if number == 5:
        table[1, 0, 0, 0] += 3
    if number == 1:
        table[1, 0, 1, 1] = 0
    assert (read_counts(path_of(number), **options).table == table).all()


def test_the_carried_tables_are_read_by_name(root, published):
    path = root / "book" / "data" / "bell-tests.csv"
    for name, counts in published.items():
        assert (read_counts(path, experiment=name).table == counts.table).all()
    with pytest.raises(ValueError, match="4 experiments, delft2015"):
        read_counts(path)
    with pytest.raises(ValueError, match="no experiment 'delft'"):
        read_counts(path, experiment="delft")


def test_labels_are_kept_for_the_report(path_of):
    assert read_counts(path_of(8)).labels == {
        "a": ("+", "-"), "b": ("+1", "-1"), "x": ("Z", "X"), "y": ("W", "V"),
    }  # fmt: skip


def test_rows_of_any_frame_are_read():
    rows = [{"x": x, "a": a, "count": np.int64(3 + a)} for x in (0, 1) for a in (0, 1)]
    assert counts_from_records(rows).table.tolist() == [[3, 3], [4, 4]]


TEXT = "x,y,a,b,count\n" + "".join(
    f"{k >> 3},{k >> 2 & 1},{k >> 1 & 1},{k & 1},5\n" for k in range(16)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must be a table"),
        ("hello world", "must be a table"),
        (TEXT.replace("count", "n"), "unknown column 'n'"),
        (TEXT.replace("b,", "a,", 1), "the column `a` stands there twice"),
        (TEXT.replace("x,", "z,", 1), "has no x"),
        (TEXT.replace("5", "٥", 1), "digits 0 to 9"),
        (TEXT.replace("5", "５", 1), "digits 0 to 9"),
        (TEXT.replace(",5", ",=SUM(A1:A4)", 1), "'=SUM\\(A1:A4\\)'"),
        (TEXT.replace(",5", ",1e400", 1), "must not exceed"),
        (TEXT.replace(",5", ",9007199254740993", 1), "must not exceed 2\\*\\*53"),
        (TEXT.replace(",5", ',"1,000"', 1), "'1,000'"),
        (TEXT.replace(",5", ",inf", 1), "'inf'"),
        (TEXT.replace(",5", ",5,6", 1), "line 2: must have 5 fields, but has 6"),
        (TEXT.replace("0,0,0,0", "0,0,,0"), "line 2: `a` must not be empty"),
        ("x,y,++,+-,-+\n0,0,1,2,3\n", "a wide table needs"),
        ("setting,++,+-,-+,--\nzero,1,2,3,4\n", "two characters"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        counts_from_text(text)


def test_line_ends_marks_comments_and_tabs_do_not_matter():
    table = counts_from_text(TEXT).table
    for other in (
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        "# a comment, with commas\n\n" + TEXT,
        TEXT.replace(",", "\t"),
        TEXT.replace(",5", ", 5.0 "),
        TEXT.upper(),
    ):
        assert (counts_from_text(other).table == table).all()


def test_files_that_are_none(tmp_path):
    with pytest.raises(ValueError, match="is a directory"):
        read_counts(tmp_path)
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        read_counts(tmp_path / "nowhere.csv")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff")
    with pytest.raises(ValueError, match="is no text"):
        read_counts(tmp_path / "picture.png")
    (tmp_path / "wide.txt").write_bytes(TEXT.encode("utf-16"))
    assert read_counts(tmp_path / "wide.txt").trials == 80


def test_a_pipe_is_read_to_its_end(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(TEXT,))
    writer.start()
    assert read_counts(pipe).trials == 80
    writer.join()


def test_a_million_trials_are_read():
    head, row = "x,y,a,b\n", "0,1,1,0\n1,1,0,0\n0,0,1,1\n1,0,0,1\n"
    counts = counts_from_text(head + 250_000 * row)
    assert counts.trials == 1_000_000
    assert isinstance(counts, Counts)


def test_a_column_of_times_is_not_taken_for_settings():
    rows = "".join(f"{k},0,0,1\n" for k in range(2000))
    with pytest.raises(ValueError, match="2000 of x"):
        counts_from_text("x,y,a,count\n".replace("y,", "y,b,") + rows.replace(",1\n", ",0,1\n"))
