"""Counts: how often each pair of outcomes was seen at each pair of settings.

Axes as in a behaviour: outcomes first, then settings, in party order, ``table[a, b, x, y]``.
By convention outcome 0 is "+" or a detection, 1 is "−" or none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import numpy as np

from nonlocality.foundations.behaviours import INPUTS, OUTPUTS, PARTIES, PartyTable
from nonlocality.foundations.checks import shown, whole_numbers
from nonlocality.foundations.results import result

MAX_COUNT = 2**53
"""Largest total: beyond it a float no longer knows its last unit."""

MAX_TABLE = 1000
"""Largest number of cells of a table; all that is computed from it takes seconds at most."""


@result
class Counts(PartyTable):
    """A table of counts with its labels and, if they are known, its runs.

    table: whole numbers ``[a, b, …, x, y, …]``, for one to four parties.
    labels: for each of the letters a, b, …, x, y, … the words behind 0, 1, …; "0", "1", … if not
    given. runs: ``[r, a, b, …, x, y, …]``, the same trials in blocks that follow each other in
    time. notes: sentences on what was done to the trials before, shown in every report. Parties,
    outcomes and settings are those of :class:`~nonlocality.foundations.behaviours.PartyTable`.
    Raises ValueError for numbers that are not whole or negative, a pair of settings without
    trials, runs that do not add up to the table, or labels that do not fit.

    >>> counts = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                  [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> counts.trials, counts.setting_counts.tolist()
    (245, [[53, 79], [62, 51]])
    """

    table: np.ndarray
    labels: Mapping[str, Sequence[str]] | None = None
    runs: np.ndarray | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the numbers and keep read-only copies."""
        table = _cells("table", self.table)
        if table.ndim % 2 or not 2 <= table.ndim <= 2 * len(PARTIES) or not table.size:
            raise ValueError(
                "Argument `table` must have one axis of outcomes and one of settings for each of 1 "
                f"to {len(PARTIES)} parties, none empty, but has shape {table.shape}."
            )
        if table.size > MAX_TABLE:
            raise ValueError(
                f"Argument `table` must have at most {MAX_TABLE} cells, but has {table.size}."
            )
        if sum(table.ravel().tolist()) > MAX_COUNT:  # Python's integers do not overflow
            raise ValueError("Argument `table` must add up to at most 2**53 trials.")
        if not table.any():
            raise ValueError("Argument `table` must hold trials, but every count is 0.")
        labels = _labels(table.shape, self.labels)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "labels", labels)
        empty = np.argwhere(self.setting_counts == 0)
        if len(empty):
            letters = INPUTS[: self.parties]
            words = "; ".join(
                ", ".join(f"{k}={labels[k][i]}" for k, i in zip(letters, row, strict=True))
                for row in empty[:8]
            )
            raise ValueError(
                "Argument `table` must have trials at every pair of settings, but has none at "
                f"{words}: no frequency is defined there."
            )
        if self.runs is not None:
            runs = _cells("runs", self.runs)
            if runs.shape[1:] != table.shape or not np.array_equal(runs.sum(axis=0), table):
                raise ValueError(
                    "Argument `runs` must have shape (number of runs, *table.shape) and add up to "
                    f"the table, but has shape {runs.shape} or another sum."
                )
            object.__setattr__(self, "runs", runs)
        if not isinstance(self.notes, tuple | list):
            raise ValueError(f"Argument `notes` must be sentences, but is {shown(self.notes)}.")
        object.__setattr__(self, "notes", tuple(map(str, self.notes)))

    @property
    def trials(self) -> int:
        """Number of all trials."""
        return int(self.table.sum())

    @property
    def setting_counts(self) -> np.ndarray:
        """Number of trials at each input, shape (m_x, m_y, …)."""
        return self.table.sum(axis=tuple(range(self.parties)))

    def frequencies(self) -> np.ndarray:
        """f(ab…|xy…) = n(ab…xy…) / N(xy…), an array: frequencies may signal, by chance or not.

        >>> float(Counts([[[[3]], [[1]]], [[[0]], [[4]]]]).frequencies()[0, 0, 0, 0])
        0.375
        """
        return self.table / self.setting_counts

    def merged(self, letter: str, pairs: Mapping[str, str]) -> "Counts":
        """Outcomes of one party renamed: label → label, counts added.

        letter: "a", "b", …. To merge "no detection" into an outcome keeps all trials, so the
        detection loophole stays shut. Raises ValueError for letters or labels that do not exist.

        >>> three = Counts(np.ones((3, 3, 2, 2), dtype=int))
        >>> three.merged("b", {"2": "1"}).table[0, :, 0, 0].tolist()
        [1, 2]
        """
        axis, labels = self._outcome_axis("pairs", letter, [*pairs, *pairs.values()])
        kept = [k for k in labels if k not in pairs]
        if wrong := [k for k in pairs.values() if k not in kept]:
            raise ValueError(
                f"Argument `pairs` must not merge into {shown(wrong[0])}, which it removes."
            )
        note = ", ".join(f"{letter} = {k} was counted as {v}" for k, v in pairs.items())

        def add(table: np.ndarray, axis: int) -> np.ndarray:
            table = np.moveaxis(table, axis, 0)
            rows = [sum((table[i] for i, k in enumerate(labels) if pairs.get(k, k) == word))
                    for word in kept]  # fmt: skip
            return np.moveaxis(np.array(rows), 0, axis)

        return self._with(add, axis, letter, kept, f"{note}.")

    def without(self, label: str) -> "Counts":
        """Trials with an outcome of this label, at any party, left out.

        What remains was selected by what was seen: the conclusions hold under fair sampling
        only, and the note says so. Raises ValueError for a label that no party has.

        >>> Counts(np.ones((3, 2, 2, 2), dtype=int)).without("2").outcomes
        (2, 2)
        """
        found, kept_trials = self, self.trials
        letters = [k for k in OUTPUTS[: self.parties] if label in self.labels[k]]
        if not letters:
            raise ValueError(
                f"Argument `label` must be a label of an outcome, but is {shown(label)}."
            )
        for letter in letters:
            axis, labels = found._outcome_axis("label", letter, [label])
            place = labels.index(label)
            kept = [k for k in labels if k != label]

            def drop(table: np.ndarray, axis: int, place: int = place) -> np.ndarray:
                return np.delete(table, place, axis=axis)

            found = found._with(drop, axis, letter, kept, None)
        lost = kept_trials - found.trials
        note = (
            f"{lost} of {kept_trials} trials, those with the outcome {label}, were discarded: what "
            "follows assumes fair sampling of the others."
        )
        return Counts(found.table, found.labels, found.runs, (*self.notes, note))

    def _outcome_axis(
        self, name: str, letter: str, words: Iterable[str]
    ) -> tuple[int, tuple[str, ...]]:
        letters = OUTPUTS[: self.parties]
        if letter not in list(letters):
            raise ValueError(
                f"Argument `letter` must name an outcome of {', '.join(letters)}, but names "
                f"{shown(letter)}."
            )
        labels = self.labels[letter]
        if wrong := [k for k in words if k not in labels]:
            raise ValueError(
                f"Argument `{name}` must use labels of {letter}, which are {', '.join(labels)}, "
                f"but has {shown(wrong[0])}."
            )
        return letters.index(letter), labels

    def _with(
        self, change: Callable, axis: int, letter: str, kept: Sequence[str], note: str | None
    ) -> "Counts":
        return Counts(
            change(self.table, axis),
            {**self.labels, letter: tuple(kept)},
            None if self.runs is None else change(self.runs, axis + 1),
            self.notes if note is None else (*self.notes, note),
        )


def _cells(name: str, value: object) -> np.ndarray:
    array = whole_numbers(name, value).copy()
    if array.size and array.min() < 0:
        place = tuple(int(i) for i in np.unravel_index(array.argmin(), array.shape))
        raise ValueError(
            f"Argument `{name}` must not be negative, but its entry {place} is {array[place]}."
        )
    array.flags.writeable = False
    return array


def _labels(shape: tuple[int, ...], given: Mapping | None) -> dict[str, tuple[str, ...]]:
    n = len(shape) // 2
    letters = OUTPUTS[:n] + INPUTS[:n]
    labels = {k: tuple(map(str, range(size))) for k, size in zip(letters, shape, strict=True)}
    for letter, words in (given or {}).items():
        if not isinstance(words, Iterable):
            raise ValueError(
                f"Argument `labels` must have a list of words for {shown(letter)}, but has "
                f"{shown(words)}."
            )
        words = tuple(str(word) for word in islice(words, MAX_TABLE))
        if (
            letter not in labels
            or len(set(words)) != len(labels[letter])
            or len(words) != len(labels[letter])
        ):
            raise ValueError(
                f"Argument `labels` must have a different word for each value of {letters}, "
                f"but has {words} for {shown(letter)}."
            )
        labels[letter] = words
    return labels


def ordered(words: Iterable[str]) -> tuple[str, ...]:
    """Labels in the order of 0, 1, …: numbers from small to large, + before −, words as met.

    >>> ordered(["1", "0"]), ordered(["-1", "+1"]), ordered(["Z", "X", "Z"])
    (('0', '1'), ('+1', '-1'), ('Z', 'X'))
    """
    different = list(dict.fromkeys(words))
    if set(different) <= {"+", "-", "−"} or set(different) <= {"1", "+1", "-1", "−1"}:
        return tuple(sorted(different, key=lambda word: word[0] in "-−"))
    if all(word.isascii() and word.isdigit() for word in different):
        return tuple(sorted(different, key=int))
    return tuple(different)
