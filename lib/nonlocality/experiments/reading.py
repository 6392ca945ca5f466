"""Reading a table of counts from a file, with all its faults at once.

The format is a CSV file, a row a cell: columns x, y (settings), a, b (outcomes) and count, with
z, w, c, d for further parties; also run (blocks in the order of time) and experiment. Without a
column count each row is a trial. Two columns of settings and one for each pair of outcomes
(++, +-, -+, -- or 00, 01, 10, 11) are read too. Comma, semicolon, tab or bar; nothing is guessed
from the order of columns.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import product
from math import prod
from pathlib import Path

import numpy as np

from nonlocality.experiments.counting import MAX_COUNT, MAX_TABLE, Counts, ordered
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS
from nonlocality.foundations.checks import renamed, shown

WIDE = (("++", "+-", "-+", "--"), ("00", "01", "10", "11"))
"""Headers of a table with a column for each pair of outcomes."""

MAX_FAULTS = 20
"""How many faults of a file are spelt out."""

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
    name = place.name or str(place)
    if place.is_dir():
        raise ValueError(f"File `{name}` must be a table of counts, but is a directory.")
    try:
        with place.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"File `{name}` cannot be read: {error.strerror}.") from None
    if len(data) > MAX_BYTES:
        raise ValueError(f"File `{name}` must have at most {MAX_BYTES:.0e} bytes: give counts.")
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
    return _Table(name, keys, rows).counts(experiment, duplicates, missing, blocks)


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
            f"but has {len(rows)} line{'s' * (len(rows) != 1)} of text and begins {_short(first)}."
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
            f"{', '.join(map(_short, wrong))}; the columns found are "
            f"{', '.join(map(_short, head))}. Say what they are, as in "
            f"`columns={{'count': {wrong[0][:40]!r}}}` (--columns count={wrong[0][:40]}), or leave "
            f"them out with `ignore`."
        )
    present = [key for key in keys if key is not None]
    if twice := [key for key in present if present.count(key) > 1]:
        raise ValueError(f"File `{name}`: the column `{twice[0]}` stands there twice.")
    return keys


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
                    f"Bob's, but is {_short(cells.get('setting', ''))}."
                )
        found += [(line, [*setting, *word, cells.get(word, "")]) for word in pairs]
    return ["x", "y", "a", "b", "count"], found


def _short(word: str) -> str:
    return repr(word if len(word) <= 40 else word[:37] + "…")


_WHOLE = re.compile(r"\+?\d+", re.ASCII)
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _count(word: str) -> tuple[int, str]:
    """A count and, if it is none, what is wrong."""
    if len(word) > 40 or not (_FLOAT.fullmatch(word)):
        hint = "" if word.isascii() else " Write it in the digits 0 to 9."
        return 0, f"`count` must be a whole number, but is {_short(word)}.{hint}"
    exact = _WHOLE.fullmatch(word)
    value = int(word) if exact else float(word)
    if value < 0:
        return 0, f"`count` must not be negative, but is {_short(word)}."
    if value > MAX_COUNT:
        return 0, (
            f"`count` must not exceed 2**53, but is {_short(word)}: a float no longer knows its "
            "last unit there."
        )
    if value != int(value):
        return 0, (
            f"`count` must be a whole number, but is {_short(word)}. Rates and subtracted data "
            "have no likelihood: give the raw counts."
        )
    return int(value), ""


class _Table:
    """Rows of a long table on their way to counts, and the faults met so far."""

    def __init__(self, name: str, keys: Sequence[str | None], rows: list) -> None:
        self.name, self.keys, self.rows, self.faults = name, list(keys), rows, []
        self.parties = sum(k in keys for k in INPUTS)
        n = self.parties
        self.letters = OUTPUTS[:n] + INPUTS[:n]
        needed = [*INPUTS[: max(n, 1)], *OUTPUTS[: max(n, 1)]]
        extra = [k for k in (*INPUTS, *OUTPUTS) if k in keys and k not in needed]
        if lost := [k for k in needed if k not in keys] + extra:
            raise ValueError(
                f"File `{name}` must have a column of settings and one of outcomes for each party, "
                f"such as x,y,a,b,count, but {'has no' if lost != extra else 'has only'} "
                f"{', '.join(lost)} beside {', '.join(k for k in keys if k)}."
            )

    def fault(self, line: int | None, words: str) -> None:
        place = f"File `{self.name}`" + (f", line {line}" if line else "")
        self.faults.append(f"{place}: {words}")

    def stop(self) -> None:
        if self.faults:
            more = len(self.faults) - MAX_FAULTS
            shown = self.faults[:MAX_FAULTS] + ([f"… and {more} more faults."] if more > 0 else [])
            raise ValueError("\n".join(shown))

    def counts(
        self, experiment: str | None, duplicates: str, missing: str, blocks: int | None
    ) -> Counts:
        """The table, or all that is wrong with it."""
        self.check_widths()
        columns = {key: i for i, key in enumerate(self.keys) if key}
        self.select(columns, experiment)
        sequence = None if "count" in columns else self.compress()
        labels = {}
        for k in self.letters:
            words = [row[columns[k]] for _, row in self.rows]
            for (line, _), word in zip(self.rows, words, strict=True):
                if not word:
                    self.fault(line, f"`{k}` must not be empty.")
            labels[k] = ordered(words)
        if prod(len(v) for v in labels.values()) > MAX_TABLE:
            found = ", ".join(f"{len(v)} of {k}" for k, v in labels.items())
            self.fault(
                None, f"the columns must hold a few different values each, but hold {found}."
            )
            self.stop()
        runs = self.runs(columns)
        if "count" not in columns:
            return self.trials(columns, labels, runs, blocks, sequence)
        if blocks is not None:
            self.fault(None, "`blocks` needs a list of trials, without a column `count`.")
        return self.cells(columns, labels, runs, duplicates, missing)

    def check_widths(self) -> None:
        for line, row in self.rows:
            if len(row) != len(self.keys):
                self.fault(line, f"must have {len(self.keys)} fields, but has {len(row)}.")
        self.stop()

    def select(self, columns: dict, experiment: str | None) -> None:
        place = columns.get("experiment")
        if place is None:
            if experiment is not None:
                self.fault(None, f"has no column `experiment` to choose {_short(experiment)} from.")
        else:
            there = list(dict.fromkeys(row[place] for _, row in self.rows))
            if experiment is None and len(there) > 1:
                self.fault(None, f"holds {len(there)} experiments, {', '.join(there[:9])}: choose "
                           "one with `experiment` (--experiment).")  # fmt: skip
            elif experiment is not None and experiment not in there:
                self.fault(
                    None, f"has no experiment {_short(experiment)}, but {', '.join(there[:9])}."
                )
            elif experiment is not None:
                self.rows = [item for item in self.rows if item[1][place] == experiment]
        self.stop()

    def compress(self) -> np.ndarray:
        """Keep each different row once; return which one stands where."""
        kept, different = {}, []
        for item in self.rows:
            if id(item[1]) not in kept:
                kept[id(item[1])] = len(different)
                different.append(item)
        sequence = np.fromiter((kept[id(row)] for _, row in self.rows), int, len(self.rows))
        self.rows = different
        return sequence

    def runs(self, columns: dict) -> list[str]:
        """The runs in order of appearance, or none."""
        if "run" not in columns:
            return []
        return list(dict.fromkeys(row[columns["run"]] for _, row in self.rows))

    def place(self, row: list[str], columns: dict, places: dict) -> tuple[int, ...]:
        return tuple(places[k][row[columns[k]]] for k in self.letters)

    def trials(
        self, columns: dict, labels: dict, runs: list, blocks: int | None, sequence: np.ndarray
    ) -> Counts:
        """A row a trial; `sequence` says which of the different rows each trial is."""
        self.stop()
        places = {k: {word: i for i, word in enumerate(v)} for k, v in labels.items()}
        shape = tuple(len(labels[k]) for k in self.letters)
        index = np.array([self.place(row, columns, places) for _, row in self.rows])[sequence]
        block = np.zeros(len(index), dtype=int)
        if runs:
            order = {word: i for i, word in enumerate(runs)}
            block = np.array([order[row[columns["run"]]] for _, row in self.rows])[sequence]
        elif blocks is not None:
            if not isinstance(blocks, int) or not 2 <= blocks <= len(index):
                raise ValueError(
                    f"Argument `blocks` must be a number from 2 to {len(index)}, "
                    f"but is {shown(blocks)}."
                )
            block = np.arange(len(index)) * blocks // len(index)
        table = np.zeros((block.max() + 1, *shape), dtype=np.int64)
        np.add.at(table, (block, *index.T), 1)
        return self.finish(table, labels, bool(runs) or blocks is not None)

    def cells(
        self, columns: dict, labels: dict, runs: list, duplicates: str, missing: str
    ) -> Counts:
        """A row a cell."""
        places = {k: {word: i for i, word in enumerate(v)} for k, v in labels.items()}
        order = {word: i for i, word in enumerate(runs)} or {None: 0}
        shape = (len(order), *(len(labels[k]) for k in self.letters))
        table, seen = np.zeros(shape, dtype=object), {}
        words = [row[columns["count"]] for _, row in self.rows]
        self.look_for_frequencies(words)
        for (line, row), word in zip(self.rows, words, strict=True):
            number, wrong = _count(word)
            if wrong:
                self.fault(line, wrong)
            run = order[row[columns["run"]]] if runs else 0
            cell = (run, *self.place(row, columns, places))
            if cell in seen and duplicates == "refuse":
                again = f"is the cell of line {seen[cell]} again ({self.words(cell, labels)})."
                self.fault(line, f'{again} If both were counted, `duplicates="sum"` (--duplicates '
                           "sum) adds them.")  # fmt: skip
            seen.setdefault(cell, line)
            table[cell] += number
        lost = [cell for cell in product(*map(range, shape)) if cell not in seen]
        if lost and missing == "refuse":
            named = "; ".join(self.words(cell, labels) for cell in lost[:4])
            self.fault(None, f"the cell{'s' * (len(lost) > 1)} {named}{' …' * (len(lost) > 4)} "
                       f"must be there, but {len(lost)} of {table.size} cells are not. What was "
                       'never seen is written as 0, or said aloud: `missing="zero"`.')  # fmt: skip
        self.stop()
        return self.finish(table, labels, len(order) > 1)

    def look_for_frequencies(self, words: list[str]) -> None:
        numbers = [float(word) for word in words if len(word) < 40 and _FLOAT.fullmatch(word)]
        total, parts = sum(numbers), any(value % 1 for value in numbers if abs(value) < MAX_COUNT)
        if parts and len(numbers) == len(words) and max(numbers) <= 1:
            raise ValueError(
                f"File `{self.name}`: these look like frequencies (they add up to {total:.6g}): "
                "without the number of trials of each pair of settings there is no error bar. Give "
                "the counts; an exact table of probabilities is a `Behaviour`."
            )

    def words(self, cell: tuple[int, ...], labels: dict) -> str:
        return ", ".join(f"{k}={labels[k][i]}" for k, i in zip(self.letters, cell[1:], strict=True))

    def finish(self, table: np.ndarray, labels: dict, keep: bool) -> Counts:
        total = table.sum(axis=0)
        if sum(map(int, total.ravel())) > MAX_COUNT:
            self.fault(None, "the counts must add up to at most 2**53.")
        elif not total.any():
            self.fault(None, "must hold trials, but every count is 0.")
        self.stop()
        try:
            return Counts(total, labels, table if keep else None)
        except ValueError as error:
            words = str(error).removeprefix("Argument `table` ")
            raise ValueError(f"File `{self.name}` {words}") from None
