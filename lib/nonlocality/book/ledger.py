"""The ledger: what the papers print, within what tolerance, and the verdicts there are.

``book/claims.toml`` says where a claim is printed, what is printed and within what tolerance
it counts as met.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

VERDICTS = ("reproduced", "corrected", "extended", "to do")


CERTIFICATES = ("exact", "two-sided", "numeric")


Printed = str | float | dict[str, float]


@dataclass(frozen=True)
class Claim:
    """One entry of the ledger.

    printed: a number, several named numbers, or words. tolerance: how far a computed number
    may be from a printed one, and reason why. verdict: what the book says. holds: what
    survives (for a corrected claim) or goes beyond (for an extended one).
    """

    id: str
    paper: str
    chapter: str
    where: str
    statement: str
    verdict: str = "to do"
    printed: Printed = ""
    tolerance: float | None = None
    reason: str = ""
    holds: str = ""

    def __post_init__(self) -> None:
        """Check that the entry says all it must."""
        if self.verdict not in VERDICTS:
            raise ValueError(f"{self.id}: verdict must be one of {VERDICTS}, not {self.verdict!r}.")
        numeric = not isinstance(self.printed, str)
        if numeric and (self.tolerance is None or not self.reason):
            raise ValueError(f"{self.id}: printed numbers need a tolerance and its reason.")
        if self.verdict in ("corrected", "extended") and not self.holds:
            raise ValueError(f"{self.id}: a {self.verdict} claim must say what holds.")


def read_ledger(path: Path) -> dict[str, Claim]:
    """The claims of a ledger file, by id, in the file's order.

    Raises ValueError for an entry that is incomplete or of an unknown paper.
    """
    source = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    claims = {}
    for key, entry in source["claims"].items():
        paper = source["papers"].get(key.split("-")[0])
        if paper is None:
            raise ValueError(f"{key}: its letters must name one of {list(source['papers'])}.")
        try:
            claims[key] = Claim(id=key, paper=paper["title"], chapter=paper["chapter"], **entry)
        except TypeError as error:
            words = str(error).removeprefix("Claim.__init__() ")
            raise ValueError(f"{key}: the entry {words}.") from None
    return claims


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
    not there.
    """
    path = _book_folder(Path.cwd()) / "printed" / f"{name}.csv"
    head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    return head, [[Fraction(cell) for cell in row] for row in rows]


def verdict_of(*, agrees: bool, holds: bool | None) -> str:
    """The verdict that two findings give; "failed" where neither statement stands.

    agrees: the printed statement was met. holds: what the ledger says beyond or instead of
    it was met (None if the ledger says nothing more).

    >>> verdict_of(agrees=True, holds=None), verdict_of(agrees=False, holds=True)
    ('reproduced', 'corrected')
    """
    if agrees:
        return {None: "reproduced", True: "extended", False: "failed"}[holds]
    return "corrected" if holds else "failed"


def check(ledger: Mapping[str, Claim], rows: Iterable[Mapping]) -> list[str]:
    """What is wrong with the recorded rows: one sentence a problem, none if all is well."""
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
        problems += [
            f"{key}: the ledger says {stated}, the computation says {row['verdict']}."
            for row in found
            if stated not in ("to do", row["verdict"])
        ]
    return problems
