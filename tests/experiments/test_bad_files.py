"""Files that are no good table: exit code 2 and one sentence, never a traceback; and those that
look odd but are good.
"""

import gzip
import random
from itertools import product
from pathlib import Path

import pytest

from nonlocality.report import main

HEAD = "x,y,a,b,count"
LINES = [f"{x},{y},{a},{b},{100 + 37 * (a == b)}" for x, y, a, b in product((0, 1), repeat=4)]
TABLE = "\n".join([HEAD, *LINES]) + "\n"


def with_count(word):
    """The table with another count in line 4."""
    changed = [*LINES[:2], LINES[2].rpartition(",")[0] + f",{word}", *LINES[3:]]
    return "\n".join([HEAD, *changed]) + "\n"


def of_size(settings, outcomes):
    rows = product(range(settings), range(settings), range(outcomes), range(outcomes))
    return "\n".join([HEAD, *(f"{x},{y},{a},{b},5" for x, y, a, b in rows)])


WHOLE = "`count` must be a whole number"
BAD = {
    "half a line": (TABLE[: len(TABLE) // 2], "must have 5 fields"),
    "a line without its count": (TABLE[: TABLE.rindex(",") + 1], WHOLE),
    "two marks of UTF-8": (b"\xef\xbb\xbf\xef\xbb\xbf" + TABLE.encode(), "unknown column"),
    "UTF-16 without a mark": (TABLE.encode("utf-16-le"), "is no text"),
    "Latin letters": (with_count("fünf").encode("latin-1"), "is no text"),
    "a comma of thousands": (with_count("1,234"), "must have 5 fields, but has 6"),
    "a quoted comma of thousands": (with_count('"1,234"'), WHOLE),
    "a point of thousands": (with_count("1.234"), "give the raw counts"),
    "a blank of thousands": (with_count("1 234"), WHOLE),
    "an apostrophe of thousands": (with_count("1'234"), WHOLE),
    "an underscore": (with_count("1_234"), WHOLE),
    "negative": (with_count("-5"), "must not be negative"),
    "a typographic minus": (with_count("−5"), "in the digits 0 to 9"),
    "NaN": (with_count("NaN"), WHOLE),
    "infinity": (with_count("inf"), WHOLE),
    "1e400": (with_count("1e400"), "must not exceed 2**53"),
    "a tiny number": (with_count("1e-400"), "give the raw counts"),
    "an endless exponent": (with_count("1e9999999999999999999999"), "`count` must"),
    "5000 digits": (with_count("1" + "0" * 5000), WHOLE),
    "digits of another script": (with_count("٣٤"), "in the digits 0 to 9"),
    "a word": (with_count("many"), WHOLE),
    "no count": (with_count(""), WHOLE),
    "a quote that is not closed": (with_count('"5'), WHOLE),
    "a row again": (TABLE + LINES[4], "again"),
    "all rows again": (TABLE + "\n".join(LINES), "again"),
    "the names again": (HEAD + "\n" + TABLE, WHOLE),
    "another name": (TABLE.replace("count", "n"), "unknown column 'n'"),
    "no names": ("\n".join(LINES), "unknown columns"),
    "names alone": (HEAD, "and rows below"),
    "a name too few": (TABLE.replace(",count", ""), "must have 4 fields, but has 5"),
    "a name twice": (TABLE.replace("x,y", "x,x"), "stands there twice"),
    "5000 columns": (",".join(f"c{i}" for i in range(5000)) + "\n1,1", "unknown columns"),
    "empty": ("", "0 lines of text"),
    "blank": ("\n\n \n", "0 lines of text"),
    "nulls": ("\0" * 100, "is no text"),
    "random bytes": (random.Random(1).randbytes(4000), "is no text"),
    "compressed": (gzip.compress(TABLE.encode(), mtime=0), "is compressed"),
    "a page": ("<!DOCTYPE html><html><body>404</body></html>", "must be a table"),
    "a long cell": (with_count("9" * 200_000), "field limit"),
    "every count 0": ("\n".join([HEAD, *(line[:7] + ",0" for line in LINES)]), "every count is 0"),
    "many outcomes": (of_size(2, 30), "a few different values"),
    "many settings": (of_size(12, 2), "`counts` must be smaller"),
}

ODD = {
    "a mark of UTF-8": b"\xef\xbb\xbf" + TABLE.encode(),
    "UTF-16": TABLE.encode("utf-16"),
    "lines of Windows": TABLE.replace("\n", "\r\n").encode(),
    "lines of old": TABLE.replace("\n", "\r").encode(),
    "mixed lines": TABLE.replace("\n", "\r\n", 5).encode(),
    "capitals and blanks": TABLE.replace(HEAD, " X , Y , A , B , Count ").encode(),
    "no last newline": TABLE.rstrip().encode(),
    "1e3": with_count("1e3").encode(),
    "137.0": with_count("137.0").encode(),
    "+137": with_count("+137").encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_ends_with_two_and_a_sentence(name, tmp_path, capsys):
    content, words = BAD[name]
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    code = main([str(path)])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert len(err) < 3000
    assert err.startswith(("File `table.csv`", "Argument `counts`"))


@pytest.mark.parametrize("name", ODD)
def test_a_good_file_in_another_dress_is_read(name, tmp_path, capsys):
    path = tmp_path / "table.csv"
    path.write_bytes(ODD[name])
    assert main([str(path)]) == 0
    assert capsys.readouterr().err == ""


def test_what_is_no_file_ends_with_two_and_a_sentence(tmp_path, capsys):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    (tmp_path / "file").write_text("x")
    places = {
        tmp_path: "is a directory",
        tmp_path / "nothing.csv": "No such file",
        loop: "symbolic links",
        tmp_path / "file" / "below": "Not a directory",
        Path(""): "is a directory",
        "a\0b": "no name has a null",
        "a" * 5000: "cannot be read",
        "a\udc80": "cannot be read",
    }
    for place, words in places.items():
        assert main([str(place)]) == 2
        err = capsys.readouterr().err
        assert err.startswith("File `")
        assert words in err
        assert len(err) < 300
