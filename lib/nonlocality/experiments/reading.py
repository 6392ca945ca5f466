"""Reading a table of counts from a file, with all its faults at once.

The format is a CSV file, a row a cell: columns x, y (settings), a, b (outcomes) and count, with
z, w, c, d for further parties; also run (blocks in the order of time) and experiment. Without a
column count each row is a trial. Two columns of settings and one for each pair of outcomes
(++, +-, -+, -- or 00, 01, 10, 11) are read too. Comma, semicolon, tab or bar; nothing is guessed
from the order of columns.
"""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.long_tables import LongTable, in_short
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS
from nonlocality.foundations.checks import renamed, shown

WIDE = (("++", "+-", "-+", "--"), ("00", "01", "10", "11"))
"""Headers of a table with a column for each pair of outcomes."""


COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
"""How files of gzip, zip, bzip2, xz and zstd begin."""


MAX_BYTES = 500_000_000
"""Largest file that is read."""


def read_counts(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    ignore: Sequence[str] = (),
    experiment: str | None = None,
    duplicates: str = "refuse",
    missing: str = "refuse",
    blocks: int | None = None,
    merge: Mapping[str, Mapping[str, str]] | None = None,
    discard: str | None = None,
) -> Counts:
    """Counts from a file, or a ValueError that names every fault with its line.

    path: of the file; a pipe is read to its end. columns: what the file calls a column,
    ``{"count": "Anzahl"}``. ignore: columns to leave out. experiment: which one, if the file has
    a column of that name. duplicates: "sum" adds rows of the same cell. missing: "zero" takes
    cells that are not listed as never seen. blocks: for a list of trials in the order of time,
    the number of runs to cut it into. merge, discard: as
    :meth:`~nonlocality.experiments.counting.Counts.merged` (for each letter) and
    :meth:`~nonlocality.experiments.counting.Counts.without`.

    >>> from tempfile import NamedTemporaryFile
    >>> with NamedTemporaryFile("w", suffix=".csv") as file:
    ...     _ = file.write("x,a,count\\n0,0,5\\n0,1,16.5\\n")
    ...     file.flush()
    ...     read_counts(file.name)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: File `...`, line 3: `count` must be a whole number, but is '16.5'. ...
    """
    for name, value, words in (
        ("duplicates", duplicates, ("refuse", "sum")),
        ("missing", missing, ("refuse", "zero")),
    ):
        if value not in words:
            raise ValueError(f"Argument `{name}` must be one of {words}, but is {shown(value)}.")
    name, text = _text(path)
    found = counts_from_text(
        text, name=name, columns=columns, ignore=ignore, experiment=experiment,
        duplicates=duplicates, missing=missing, blocks=blocks,
    )  # fmt: skip
    for letter, pairs in (merge or {}).items():
        with renamed(pairs="merge", letter="merge"):
            found = found.merged(letter, pairs)
    for label in [discard] if isinstance(discard, str) else discard or []:
        with renamed(label="discard"):
            found = found.without(str(label))
    return found


def counts_from_records(records: Sequence[Mapping], **options: object) -> Counts:
    """Counts of rows given as dictionaries, as ``frame.to_dict("records")`` makes them.

    options: as in :func:`read_counts`, without `path`, `merge` and `discard`. Raises ValueError
    as that does; lines count from 2, as if the names stood in line 1.

    >>> rows = [{"x": 0, "a": "up", "count": 3}, {"x": 0, "a": "down", "count": 4}]
    >>> counts_from_records(rows).table.tolist()
    [[3], [4]]
    """
    rows = list(records)
    names = list(dict.fromkeys(str(key) for row in rows for key in row))
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[row.get(key, "") for key in names] for row in rows])
    return counts_from_text(out.getvalue(), name="records", **options)


def _text(path: str | Path) -> tuple[str, str]:
    """Name and text of a file; UTF-8 or UTF-16 with a mark, as spreadsheets write them."""
    place = Path(path)
    name = in_short(place.name or str(place))[1:-1]
    if "\0" in str(place):
        raise ValueError(f"File `{name}` cannot be read: no name has a null in it.")
    try:
        if place.is_dir():
            raise ValueError(f"File `{name}` must be a table of counts, but is a directory.")
        with place.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"File `{name}` cannot be read: {error.strerror}.") from None
    if len(data) > MAX_BYTES:
        raise ValueError(f"File `{name}` must have at most {MAX_BYTES:.0e} bytes: give counts.")
    if data.startswith(COMPRESSED):
        raise ValueError(f"File `{name}` must be a table in UTF-8, but is compressed: unpack it.")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError(f"File `{name}` must be a table in UTF-8, but is no text.")
    return name, text


def counts_from_text(
    text: str,
    *,
    name: str = "text",
    columns: Mapping[str, str] | None = None,
    ignore: Sequence[str] = (),
    experiment: str | None = None,
    duplicates: str = "refuse",
    missing: str = "refuse",
    blocks: int | None = None,
) -> Counts:
    """Counts of the text of a CSV file; `name` is what the faults call it.

    The other arguments and the errors are those of :func:`read_counts`.

    >>> counts_from_text("x;a;count\\n0;+;5\\n0;-;7\\n").labels["a"]
    ('+', '-')
    """
    rows, head = _rows(text, name)
    keys = _columns(name, head, columns or {}, ignore)
    if any(key in WIDE[0] + WIDE[1] for key in keys):
        keys, rows = _long(name, keys, rows)
    return LongTable(name, keys, rows).counts(experiment, duplicates, missing, blocks)


def _rows(text: str, name: str) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Rows with their line numbers, blank lines and lines from # on left out; the header."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    rows, met = [], {}  # of a list of trials a few lines come again and again
    try:
        for row in reader:
            key = tuple(row)
            cells = met.get(key)
            if cells is None:
                cells = met[key] = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise ValueError(f"File `{name}`, line {reader.line_num}: {error}.") from None
    if len(rows) < 2 or len(rows[0][1]) < 2:
        raise ValueError(
            f"File `{name}` must be a table with a line of names, x,y,a,b,count, and rows below, "
            f"but has {len(rows)} line{'s' * (len(rows) != 1)} of text and "
            f"begins {in_short(first)}."
        )
    return rows[1:], rows[0][1]


def _columns(
    name: str, head: Sequence[str], given: Mapping[str, str], ignore: Sequence[str]
) -> list[str | None]:
    """What each column is, None for those to be left out."""
    known = [*INPUTS, *OUTPUTS, "count", "run", "experiment", "setting", *WIDE[0], *WIDE[1]]
    for key, column in given.items():
        if key not in known or column not in head:
            raise ValueError(
                f"File `{name}`: `columns` must name columns of the file, which are "
                f"{', '.join(head)}, for some of {', '.join(known[:11])}, but has {key}={column}."
            )
    names = {column: key for key, column in given.items()}
    keys = [
        None if word in ignore else names.get(word, word.lower().replace("−", "-")) for word in head
    ]
    if wrong := [word for word, key in zip(head, keys, strict=True) if key not in [*known, None]]:
        raise ValueError(
            f"File `{name}`: unknown column{'s' * (len(wrong) > 1)} "
            f"{_list(wrong)}; the columns found are {_list(head)}. Say what they are, as in "
            f"`columns={{'count': {wrong[0][:40]!r}}}` (--columns count={wrong[0][:40]}), or leave "
            f"them out with `ignore`."
        )
    present = [key for key in keys if key is not None]
    if twice := [key for key in present if present.count(key) > 1]:
        raise ValueError(f"File `{name}`: the column `{twice[0]}` stands there twice.")
    return keys


def _list(words: Sequence[str]) -> str:
    """At most twelve words."""
    return ", ".join(map(in_short, words[:12])) + " …" * (len(words) > 12)


def _long(name: str, keys: list[str | None], rows: list) -> tuple[list[str], list]:
    """A table with a column for each pair of outcomes, as a row a cell."""
    pairs = next(words for words in WIDE if set(words) & set(keys))
    lost = [word for word in pairs if word not in keys]
    if lost or ("setting" not in keys and not {"x", "y"} <= set(keys)):
        raise ValueError(
            f"File `{name}`: a wide table needs the columns x, y (or setting, two characters) and "
            f"{', '.join(pairs)}. The long form is always read: x,y,a,b,count, a row a cell."
        )
    found = []
    for line, row in rows:
        cells = dict(zip(keys, row, strict=False))
        setting = [cells.get("x", ""), cells.get("y", "")]
        if "setting" in keys:
            setting = list(cells.get("setting", ""))
            if len(setting) != 2:
                raise ValueError(
                    f"File `{name}`, line {line}: `setting` must have two characters, Alice's and "
                    f"Bob's, but is {in_short(cells.get('setting', ''))}."
                )
        found += [(line, [*setting, *word, cells.get(word, "")]) for word in pairs]
    return ["x", "y", "a", "b", "count"], found
