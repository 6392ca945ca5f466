"""Counts from the forms in which others keep them: trials, dictionaries, nested tables."""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np

from nonlocality.experiments.counting import MAX_TABLE, Counts, ordered
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS
from nonlocality.foundations.checks import renamed, shown, whole_numbers


def counts_from_trials(
    outcomes: Sequence[Sequence], settings: Sequence[Sequence], *, blocks: int | None = None
) -> Counts:
    """Counts of a list of trials: for each party a sequence of outcomes and one of settings.

    Outcomes such as +1 and −1, or any words. blocks: cut the trials, which must then be in the
    order of time, into so many runs. Raises ValueError for sequences of unequal length.

    >>> counts_from_trials([[1, 1, -1], [1, 1, 1]], [[0, 1, 1], [0, 0, 0]]).table[:, 0, 1, 0]
    array([1, 1])
    """
    columns = [list(map(_word, column)) for column in (*outcomes, *settings)]
    if len(outcomes) != len(settings) or len({len(column) for column in columns}) != 1:
        raise ValueError(
            "Arguments `outcomes` and `settings` must have one sequence a party, all of one "
            f"length, but have lengths {[len(column) for column in columns]}."
        )
    n, length = len(outcomes), len(columns[0])
    letters = OUTPUTS[:n] + INPUTS[:n]
    labels = {k: ordered(column) for k, column in zip(letters, columns, strict=True)}
    shape = tuple(len(labels[k]) for k in letters)
    if prod(shape) > MAX_TABLE:
        raise ValueError(
            "Arguments `outcomes` and `settings` must hold a few values each, but hold "
            f"{', '.join(f'{len(v)} of {k}' for k, v in labels.items())}."
        )
    places = [
        np.array([{word: i for i, word in enumerate(labels[k])}[word] for word in column])
        for k, column in zip(letters, columns, strict=True)
    ]
    if blocks is None:
        table = np.zeros(shape, dtype=np.int64)
        np.add.at(table, tuple(places), 1)
        with renamed(table="settings"):
            return Counts(table, labels)
    if not isinstance(blocks, int) or not 2 <= blocks <= length:
        raise ValueError(
            f"Argument `blocks` must be a number from 2 to {length}, but is {shown(blocks)}."
        )
    runs = np.zeros((blocks, *shape), dtype=np.int64)
    np.add.at(runs, (np.arange(length) * blocks // length, *places), 1)
    with renamed(table="settings"):
        return Counts(runs.sum(axis=0), labels, runs)


def counts_from_dictionaries(found: Mapping[tuple, Mapping[str, int]]) -> Counts:
    """Counts of a dictionary for each input, as Qiskit gives them: ``{"00": 512, "01": 3}``.

    found: for each tuple of settings (x, y, …) a dictionary from a string of outcomes, a
    character a party in party order, to its count; what is absent was not seen. (Qiskit writes
    the last qubit first: turn the strings round if Alice has qubit 0.)
    Raises ValueError for strings or settings of the wrong length.

    >>> counts = counts_from_dictionaries({(0, 0): {"00": 5, "11": 4}, (0, 1): {"01": 9}})
    >>> counts.table[:, :, 0, 0].tolist()
    [[5, 0], [0, 4]]
    """
    if not all(isinstance(cells, Mapping) for cells in found.values()):
        raise ValueError("Argument `found` must hold a dictionary of counts for each input.")
    sizes = {len(key) for key in found} | {len(word) for cells in found.values() for word in cells}
    if len(sizes) != 1:
        raise ValueError(
            "Argument `found` must have one setting and one character of outcome a party, but has "
            f"lengths {sorted(sizes)}."
        )
    n = sizes.pop()
    rows = [(*word, *map(_word, key), number) for key, cells in found.items()
            for word, number in cells.items()]  # fmt: skip
    letters = OUTPUTS[:n] + INPUTS[:n]
    labels = {k: ordered([row[i] for row in rows]) for i, k in enumerate(letters)}
    table = np.zeros([len(labels[k]) for k in letters], dtype=object)
    for *words, number in rows:
        place = tuple(labels[k].index(word) for k, word in zip(letters, words, strict=True))
        table[place] += number
    return Counts(table, labels)


def counts_from_tables(tables: Sequence) -> Counts:
    """Counts of one table [a, b] for each pair of settings, nested as ``tables[x][y]``.

    As R prints them. Raises ValueError for tables of unequal shapes.

    >>> counts_from_tables([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]).table[1, 0, 0, 1]
    np.int64(7)
    """
    cells = whole_numbers("tables", tables)
    if cells.ndim != 4:
        raise ValueError(
            f"Argument `tables` must be nested as [x][y][a][b], but has shape {cells.shape}."
        )
    with renamed(table="tables"):
        return Counts(cells.transpose(2, 3, 0, 1))


def _word(value: object) -> str:
    return str(value.item() if isinstance(value, np.generic) else value)
