"""Rows of a long table, a row a cell or a row a trial, on their way to counts."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from math import prod

import numpy as np

from nonlocality.experiments.counting import MAX_COUNT, MAX_TABLE, Counts, ordered
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS
from nonlocality.foundations.checks import shown

MAX_FAULTS = 20
"""How many faults of a file are spelt out."""


def in_short(word: str) -> str:
    """A word of a file as faults show it: at most 40 characters.

    >>> in_short("a")
    "'a'"
    """
    return repr(word if len(word) <= 40 else word[:37] + "…")


_WHOLE = re.compile(r"\+?\d+", re.ASCII)


_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _count(word: str) -> tuple[int, str]:
    """A count and, if it is none, what is wrong."""
    if len(word) > 40 or not (_FLOAT.fullmatch(word)):
        hint = "" if word.isascii() else " Write it in the digits 0 to 9."
        return 0, f"`count` must be a whole number, but is {in_short(word)}.{hint}"
    try:
        value = int(word) if _WHOLE.fullmatch(word) else Decimal(word)
    except ArithmeticError:  # an exponent that no computer holds
        return 0, f"`count` must be a whole number, but is {in_short(word)}."
    if value < 0:
        return 0, f"`count` must not be negative, but is {in_short(word)}."
    if value > MAX_COUNT:
        return 0, (
            f"`count` must not exceed 2**53, but is {in_short(word)}: a float no longer knows its "
            "last unit there."
        )
    if value != int(value):  # which a float would take for 0 at 1e-400
        return 0, (
            f"`count` must be a whole number, but is {in_short(word)}. Rates and subtracted data "
            "have no likelihood: give the raw counts."
        )
    return int(value), ""


class LongTable:
    """Rows of a long table on their way to counts, and the faults met so far.

    name: of the file. keys: what each column is, None for those left out. rows: line number and
    cells. Raises ValueError for columns that do not belong together.

    >>> rows = [(2, ["0", "up", "5"]), (3, ["0", "down", "6"])]
    >>> LongTable("t.csv", ["x", "a", "count"], rows).counts(None, "refuse", "refuse", None).table
    array([[5],
           [6]])
    """

    def __init__(self, name: str, keys: Sequence[str | None], rows: list) -> None:
        """Rows as they were read; see the class."""
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

    def _fault(self, line: int | None, words: str) -> None:
        place = f"File `{self.name}`" + (f", line {line}" if line else "")
        self.faults.append(f"{place}: {words}")

    def _stop(self) -> None:
        if self.faults:
            more = len(self.faults) - MAX_FAULTS
            shown = self.faults[:MAX_FAULTS] + ([f"… and {more} more faults."] if more > 0 else [])
            raise ValueError("\n".join(shown))

    def counts(
        self, experiment: str | None, duplicates: str, missing: str, blocks: int | None
    ) -> Counts:
        """The table, or all that is wrong with it."""
        self._check_widths()
        columns = {key: i for i, key in enumerate(self.keys) if key}
        self._select(columns, experiment)
        sequence = None if "count" in columns else self._compress()
        labels = {}
        for k in self.letters:
            words = [row[columns[k]] for _, row in self.rows]
            for (line, _), word in zip(self.rows, words, strict=True):
                if not word:
                    self._fault(line, f"`{k}` must not be empty.")
            labels[k] = ordered(words)
        if prod(len(v) for v in labels.values()) > MAX_TABLE:
            found = ", ".join(f"{len(v)} of {k}" for k, v in labels.items())
            self._fault(
                None, f"the columns must hold a few different values each, but hold {found}."
            )
            self._stop()
        runs = self._runs(columns)
        if "count" not in columns:
            return self._trials(columns, labels, runs, blocks, sequence)
        if blocks is not None:
            self._fault(None, "`blocks` needs a list of trials, without a column `count`.")
        return self._cells(columns, labels, runs, duplicates, missing)

    def _check_widths(self) -> None:
        for line, row in self.rows:
            if len(row) != len(self.keys):
                self._fault(line, f"must have {len(self.keys)} fields, but has {len(row)}.")
        self._stop()

    def _select(self, columns: dict, experiment: str | None) -> None:
        place = columns.get("experiment")
        if place is None:
            if experiment is not None:
                self._fault(
                    None, f"has no column `experiment` to choose {in_short(experiment)} from."
                )
        else:
            there = list(dict.fromkeys(row[place] for _, row in self.rows))
            if experiment is None and len(there) > 1:
                self._fault(None, f"holds {len(there)} experiments, {', '.join(there[:9])}: choose "
                           "one with `experiment` (--experiment).")  # fmt: skip
            elif experiment is not None and experiment not in there:
                self._fault(
                    None, f"has no experiment {in_short(experiment)}, but {', '.join(there[:9])}."
                )
            elif experiment is not None:
                self.rows = [item for item in self.rows if item[1][place] == experiment]
        self._stop()

    def _compress(self) -> np.ndarray:
        """Keep each different row once; return which one stands where."""
        kept, different = {}, []
        for item in self.rows:
            if id(item[1]) not in kept:
                kept[id(item[1])] = len(different)
                different.append(item)
        sequence = np.fromiter((kept[id(row)] for _, row in self.rows), int, len(self.rows))
        self.rows = different
        return sequence

    def _runs(self, columns: dict) -> list[str]:
        """The runs in order of appearance, or none."""
        if "run" not in columns:
            return []
        return list(dict.fromkeys(row[columns["run"]] for _, row in self.rows))

    def _place(self, row: list[str], columns: dict, places: dict) -> tuple[int, ...]:
        return tuple(places[k][row[columns[k]]] for k in self.letters)

    def _trials(
        self, columns: dict, labels: dict, runs: list, blocks: int | None, sequence: np.ndarray
    ) -> Counts:
        """A row a trial; `sequence` says which of the different rows each trial is."""
        self._stop()
        places = {k: {word: i for i, word in enumerate(v)} for k, v in labels.items()}
        shape = tuple(len(labels[k]) for k in self.letters)
        index = np.array([self._place(row, columns, places) for _, row in self.rows])[sequence]
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
        return self._finish(table, labels, bool(runs) or blocks is not None)

    def _cells(
        self, columns: dict, labels: dict, runs: list, duplicates: str, missing: str
    ) -> Counts:
        """A row a cell."""
        places = {k: {word: i for i, word in enumerate(v)} for k, v in labels.items()}
        order = {word: i for i, word in enumerate(runs)} or {None: 0}
        shape = (len(order), *(len(labels[k]) for k in self.letters))
        table, seen = np.zeros(shape, dtype=object), {}
        words = [row[columns["count"]] for _, row in self.rows]
        self._look_for_frequencies(words)
        for (line, row), word in zip(self.rows, words, strict=True):
            number, wrong = _count(word)
            if wrong:
                self._fault(line, wrong)
            run = order[row[columns["run"]]] if runs else 0
            cell = (run, *self._place(row, columns, places))
            if cell in seen and duplicates == "refuse":
                again = f"is the cell of line {seen[cell]} again ({self._words(cell, labels)})."
                self._fault(line, f'{again} If both were counted, `duplicates="sum"` (--duplicates '
                           "sum) adds them.")  # fmt: skip
            seen.setdefault(cell, line)
            table[cell] += number
        lost = [cell for cell in product(*map(range, shape)) if cell not in seen]
        if lost and missing == "refuse":
            named = "; ".join(self._words(cell, labels) for cell in lost[:4])
            self._fault(None, f"the cell{'s' * (len(lost) > 1)} {named}{' …' * (len(lost) > 4)} "
                       f"must be there, but {len(lost)} of {table.size} cells are not. What was "
                       'never seen is written as 0, or said aloud: `missing="zero"`.')  # fmt: skip
        self._stop()
        return self._finish(table, labels, len(order) > 1)

    def _look_for_frequencies(self, words: list[str]) -> None:
        numbers = [float(word) for word in words if len(word) < 40 and _FLOAT.fullmatch(word)]
        total, parts = sum(numbers), any(value % 1 for value in numbers if abs(value) < MAX_COUNT)
        if parts and len(numbers) == len(words) and max(numbers) <= 1:
            raise ValueError(
                f"File `{self.name}`: these look like frequencies (they add up to {total:.6g}): "
                "without the number of trials of each pair of settings there is no error bar. Give "
                "the counts; an exact table of probabilities is a `Behaviour`."
            )

    def _words(self, cell: tuple[int, ...], labels: dict) -> str:
        return ", ".join(f"{k}={labels[k][i]}" for k, i in zip(self.letters, cell[1:], strict=True))

    def _finish(self, table: np.ndarray, labels: dict, keep: bool) -> Counts:
        total = table.sum(axis=0)
        if sum(map(int, total.ravel())) > MAX_COUNT:
            self._fault(None, "the counts must add up to at most 2**53.")
        elif not total.any():
            self._fault(None, "must hold trials, but every count is 0.")
        self._stop()
        try:
            return Counts(total, labels, table if keep else None)
        except ValueError as error:
            words = str(error).removeprefix("Argument `table` ")
            raise ValueError(f"File `{self.name}` {words}") from None
