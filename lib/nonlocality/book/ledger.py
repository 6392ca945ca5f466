"""The ledger: what the papers print, what holds, and by which comparisons that is decided.

``book/claims.toml`` has one entry a claim. It says where the claim is printed and what is
printed; ``prints`` are the statements that decide whether the printed is met, ``holds`` those
that go beyond it or stand in its place. The verdict follows from which of them are met.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

from nonlocality.book.claims import CLAIM_ID, Claim
from nonlocality.book.statements import Line


def _tuple(value: object) -> tuple:
    return tuple(value) if isinstance(value, list) else (value,)


def _claim(key: str, paper: Mapping, entry: dict) -> Claim:
    for name in ("prints", "holds"):
        if isinstance(entry.get(name), list):
            lines = []
            for number, line in enumerate(entry[name], 1):
                try:
                    lines.append(Line(**line))
                except TypeError as error:
                    words = str(error).removeprefix("Line.__init__() ")
                    raise ValueError(f"{key}, {name} {number}: the line {words}.") from None
                except ValueError as error:
                    raise ValueError(f"{key}, {name} {number}: the line {error}.") from None
            entry[name] = tuple(lines)
    for name in ("certificate", "rests_on", "generalises", "same_as"):
        if name in entry:
            entry[name] = _tuple(entry[name])
    try:
        return Claim(id=key, paper=paper["title"], chapter=paper["chapter"], **entry)
    except TypeError as error:
        words = str(error).removeprefix("Claim.__init__() ")
        raise ValueError(f"{key}: the entry {words}.") from None


def _exact(text: str) -> Fraction | float:
    """A decimal of TOML, exactly; inf and nan stay what they are, and are refused later."""
    return float(text) if text.lstrip("+-") in ("inf", "nan") else Fraction(text)


def read_ledger(path: Path) -> dict[str, Claim]:
    """The claims of a ledger file, by id, in the file's order. Decimals are read exactly.

    Raises ValueError for an entry that is incomplete or of an unknown paper, for a claim that
    rests on one that is not there, and for claims that rest on each other in a circle;
    naming the file, for what is no TOML (an id that comes twice is none), and where papers or
    claims are missing.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        source = tomllib.loads(text, parse_float=_exact)
    except ValueError as error:  # of TOML and of UTF-8
        raise ValueError(f"{path}: {error}.") from None
    for table in ("papers", "claims"):
        if not isinstance(source.get(table), dict):
            raise ValueError(f"{path}: there must be a table [{table}].")
    for key, paper in source["papers"].items():
        if not isinstance(paper, dict) or not {"title", "chapter"} <= paper.keys():
            raise ValueError(f"{path}: the paper {key} must have a title and a chapter.")
    claims = {}
    for key, entry in source["claims"].items():
        paper = source["papers"].get(key.split("-")[0])
        if paper is None:
            raise ValueError(f"{key}: its letters must name one of {list(source['papers'])}.")
        if not isinstance(entry, dict):
            raise ValueError(f"{key}: a claim must be a table, not {entry!r}.")
        claims[key] = _claim(key, paper, entry)
    for name in ("rests_on", "generalises", "same_as"):
        for key, claim in claims.items():
            for other in getattr(claim, name):
                if CLAIM_ID.fullmatch(other) and other not in claims:
                    raise ValueError(f"{key}: `{name}` names {other}, which is no claim.")
    for name in ("rests_on", "generalises"):
        if circle := find_circle({k: getattr(c, name) for k, c in claims.items()}):
            raise ValueError(f"{circle[0]}: `{name}` goes round, {' → '.join(circle)}.")
    return claims


def find_circle(arrows: Mapping[str, Iterable[str]]) -> list[str]:
    """A way along arrows that ends where it began; empty if there is none.

    >>> find_circle({"a": ["b"], "b": ["c", "a"]})
    ['a', 'b', 'a']
    """
    done: set[str] = set()

    def walk(here: str, way: list[str]) -> list[str]:
        if here in way:
            return [*way[way.index(here) :], here]
        if here in done:
            return []
        for there in arrows.get(here, ()):
            if found := walk(there, [*way, here]):
                return found
        done.add(here)
        return []

    return next((found for start in arrows if (found := walk(start, []))), [])


@cache
def _book_folder(start: Path) -> Path:
    for place in (start, *start.parents):
        if (place / "book" / "claims.toml").is_file():
            return place / "book"
    raise FileNotFoundError(
        f"The ledger book/claims.toml must lie in {start} or above, but does not; "
        "run the chapter inside the book's checkout."
    )


def printed_table(name: str) -> tuple[list[str], list[list[Fraction]]]:
    """A paper's table as printed, from ``book/printed/<name>.csv``: heads and rows.

    Numbers are read as they stand, 0.5 as 1/2. Raises FileNotFoundError for a table that is
    not there, ValueError, naming file and line, for a cell that is missing or no number.
    """
    path = _book_folder(Path.cwd()) / "printed" / f"{name}.csv"
    head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    numbers = []
    for line, row in enumerate(rows, 2):
        if len(row) != len(head):
            raise ValueError(f"{path}, line {line}: {len(head)} cells are needed, not {len(row)}.")
        try:
            numbers.append([Fraction(cell) for cell in row])
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"{path}, line {line}: a cell is no number, in {row}.") from None
    return head, numbers


def verdict_of(*, agrees: bool, holds: bool | None, tried: bool = False) -> str:
    """The verdict that two findings give; "failed" where neither statement stands.

    agrees: the printed statement was met. holds: what the ledger says beyond or instead of
    it was met (None if the ledger says nothing more). tried: the ledger says what was tried
    in vain, so that a printed statement that is not met is not called wrong.

    >>> verdict_of(agrees=True, holds=None), verdict_of(agrees=False, holds=True)
    ('reproduced', 'corrected')
    """
    if agrees:
        return {None: "reproduced", True: "extended", False: "failed"}[holds]
    if tried and holds is not False:
        return "not reproduced"
    return "corrected" if holds else "failed"


def check(ledger: Mapping[str, Claim], rows: Iterable[Mapping]) -> list[str]:
    """What is wrong with the recorded rows: one sentence a problem, none if all is well.

    A verdict that differs from the ledger's comes with the lines that failed.
    """
    rows = list(rows)
    times = {key: [row for row in rows if row["id"] == key] for key in ledger}
    problems = [f"{row['id']} is recorded but not in the ledger." for row in rows
                if row["id"] not in ledger]  # fmt: skip
    for key, found in times.items():
        stated = ledger[key].verdict
        if stated == "to do" and found:
            problems.append(f"{key} is recorded, but the ledger still says to do.")
        elif stated != "to do" and len(found) != 1:
            problems.append(f"{key} must be recorded once, but is recorded {len(found)} times.")
        for row in found:
            if stated not in ("to do", row["verdict"]):
                problems.append(
                    f"{key}: the ledger says {stated}, the computation says {row['verdict']}."
                )
                problems += [
                    f"{key}, line {k} ({line['says']}): {line['found']}."
                    for k, line in enumerate(row.get("lines", ()), 1)
                    if not line["met"]
                ]
    return problems
