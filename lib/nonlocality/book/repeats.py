"""What formulas have in common: runs of letters that come again, drawn once a page.

A formula is a row of letters with places. Where the same letters stand at the same distances in
several formulas, they become one entry of the page's table, and each formula refers to it.
"""

import re
from collections import Counter

_LETTER = re.compile(r'<use href="#([^"]+)"(?: x="(-?\d+)")?(?: y="(-?\d+)")?/>')
_ROW = re.compile(r'(?:<use href="#[^"]+"(?: x="-?\d+")?(?: y="-?\d+")?/>){2,}')
LONGEST = 12
"""Letters of a run at most."""

Run = tuple[tuple[str, int, int], ...]
"""Names of letters and their distances from the first of them, across and up."""


def letters(row: str) -> Run:
    """The letters of a row, with their places.

    >>> letters('<use href="#a"/><use href="#b" x="5" y="-2"/>')
    (('a', 0, 0), ('b', 5, -2))
    """
    return tuple((name, int(x or 0), int(y or 0)) for name, x, y in _LETTER.findall(row))


def use(name: str, x: int, y: int) -> str:
    """One letter, or one run, at a place.

    >>> use("a", 0, -2)
    '<use href="#a" y="-2"/>'
    """
    across, up = (f' x="{x}"' if x else ""), (f' y="{y}"' if y else "")
    return f'<use href="#{name}"{across}{up}/>'


def _run(row: Run) -> Run:
    """A piece of a row as it is wherever it stands."""
    _, x, y = row[0]
    return tuple((name, a - x, b - y) for name, a, b in row)


def _write(row: Run) -> str:
    return "".join(use(*letter) for letter in row)


def share(texts: list[str], *, prefix: str) -> tuple[list[str], str]:
    """Formulas with their common runs as references, and the entries that these refer to.

    prefix: of the names of entries, which are numbered.

    >>> text = '<use href="#a"/><use href="#b" x="5"/><use href="#c" x="9"/>'
    >>> made, table = share([text] * 3, prefix="W")
    >>> made[0], table.count("<use")
    ('<use href="#W0"/>', 3)
    """
    counted: Counter[Run] = Counter()
    for text in texts:
        for found in _ROW.finditer(text):
            row = letters(found[0])
            for size in range(2, min(LONGEST, len(row)) + 1):
                counted.update(_run(row[k : k + size]) for k in range(len(row) - size + 1))
    gains = {
        run: (times - 1) * (len(_write(run)) - 28) - 45
        for run, times in counted.items()
        if times > 2
    }
    order = sorted((run for run in gains if gains[run] > 0), key=lambda run: (-gains[run], run))
    used: Counter[int] = Counter()
    rank = {run: k for k, run in enumerate(order)}

    def pieces(row: Run) -> list[tuple[str, int, int]]:
        """The row in pieces: the best run in it, and what is left and right of it."""
        best = min(
            (
                (rank[run], k, size)
                for size in range(2, min(LONGEST, len(row)) + 1)
                for k in range(len(row) - size + 1)
                if (run := _run(row[k : k + size])) in rank
            ),
            default=None,
        )
        if best is None:
            return list(row)
        number, k, size = best
        used[number] += 1
        here = (f"{prefix}{number}", *row[k][1:])
        return [*pieces(row[:k]), here, *pieces(row[k + size :])]

    def parted(text: str) -> str:
        return _ROW.sub(lambda m: _write(pieces(letters(m[0]))), text)

    for text in texts:
        parted(text)
    # runs that others crowded out are not worth an entry: once more without them
    rank = {run: k for k, run in enumerate(r for r in order if used[rank[r]] > 2)}
    used.clear()
    made = [parted(text) for text in texts]
    table = [f'<g id="{prefix}{k}">{_write(run)}</g>' for run, k in rank.items() if used[k]]
    return made, "".join(table)
