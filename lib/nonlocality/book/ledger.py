"""The ledger: what the papers print, what holds, and by which comparisons that is decided.

``book/claims.toml`` has one entry a claim. It says where the claim is printed and what is
printed; ``prints`` are the statements that decide whether the printed is met, ``holds`` those
that go beyond it or stand in its place. The verdict follows from which of them are met.
"""

import csv
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

from nonlocality.book.statements import Line, is_tolerance

VERDICTS = ("reproduced", "corrected", "extended", "not reproduced", "to do")


ARGUMENTS = (
    "proof",
    "enumeration",
    "certificate",
    "dual bound",
    "symbolic",
    "numerics",
    "simulation",
    "counterexample",
)
"""How a claim is argued: what persuades, besides the comparison of numbers."""

Printed = str | dict[str, object]
CLAIM_ID = re.compile(r"[A-Z]{2}-[0-9]{2}")
CHAPTER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 90


@dataclass(frozen=True)
class Claim:
    """One entry of the ledger.

    short: the claim in at most 90 characters. printed: named numbers (or closed forms), or
    words; printed_as: how the box writes them. tolerance: how far a computed number may be
    from a printed one, and reason why. verdict: what the book says. prints, holds: the lines
    that decide it. tried: what was tried, for a claim that was not reproduced. argument, link:
    what persuades, and the anchor where it stands. certificate: files below certificates/.
    second_route: how a correction was decided again, by a route that shares no code.
    rests_on, generalises, same_as: ids of claims, or theorems of others in words. labels:
    how the box names quantities.
    """

    id: str
    paper: str
    chapter: str
    where: str
    statement: str
    short: str = ""
    verdict: str = "to do"
    printed: Printed = ""
    printed_as: str = ""
    tolerance: float | Fraction | None = None
    reason: str = ""
    prints: tuple[Line, ...] = ()
    holds: tuple[Line, ...] = ()
    tried: str = ""
    argument: str = ""
    link: str = ""
    certificate: tuple[str, ...] = ()
    second_route: str = ""
    rests_on: tuple[str, ...] = ()
    generalises: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the entry says all it must."""
        if self.verdict not in VERDICTS:
            raise ValueError(f"{self.id}: verdict must be one of {VERDICTS}, not {self.verdict!r}.")
        if not CLAIM_ID.fullmatch(self.id):
            raise ValueError(f"{self.id}: an id must be two letters and two digits, as AB-01.")
        if not CHAPTER.fullmatch(self.chapter):
            raise ValueError(f"{self.id}: a chapter must be a page's name, not {self.chapter!r}.")
        for name in ("where", "statement"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name).strip():
                raise ValueError(f"{self.id}: `{name}` must say something.")
        if self.tolerance is not None and not is_tolerance(self.tolerance):
            raise ValueError(
                f"{self.id}: `tolerance` must be a finite number of at least 0, not "
                f"{self.tolerance!r}."
            )
        self._check_printed()
        if not isinstance(self.printed, str) and (self.tolerance is None or not self.reason):
            raise ValueError(f"{self.id}: printed numbers need a tolerance and its reason.")
        if self.verdict in ("corrected", "extended") and not self.holds:
            raise ValueError(f"{self.id}: a {self.verdict} claim must say what holds.")
        if self.verdict != "to do":
            self._check_lines()

    def _check_printed(self) -> None:
        if isinstance(self.printed, str):
            return
        if not isinstance(self.printed, dict) or not self.printed:
            raise ValueError(f"{self.id}: `printed` must be words, or numbers by name.")
        for key, value in self.printed.items():
            number = isinstance(value, int | float | Fraction) and not isinstance(value, bool)
            if not (isinstance(value, str) or (number and abs(value) < math.inf)):
                raise ValueError(
                    f"{self.id}: `printed` must hold finite numbers or closed forms, but {key} "
                    f"is {value!r}."
                )

    def _check_lines(self) -> None:
        def need(condition: object, words: str) -> None:
            if not condition:
                raise ValueError(f"{self.id}: {words}.")

        size = len(self.short)
        need(0 < size <= _LONGEST, f"`short` must have 1 to {_LONGEST} characters, but has {size}")
        known = ", ".join(ARGUMENTS)
        need(
            self.argument in ARGUMENTS,
            f"`argument` must be one of {known}, but is {self.argument!r}",
        )
        need(self.link, "`link` must name the section where the argument stands")
        need(isinstance(self.holds, tuple), "what holds must be lines, [[claims.….holds]]")
        words = isinstance(self.printed, str)
        need(self.prints or not words, "words are printed, so that `prints` must have lines")
        need(
            self.verdict != "corrected" or self.second_route,
            "a corrected claim must say in `second_route` how it was decided again",
        )
        need(
            (self.verdict == "not reproduced") == bool(self.tried),
            "`tried` must be given exactly for a claim that is not reproduced",
        )

    @property
    def lines(self) -> list[tuple[str, Line]]:
        """All that must be decided, each with what it is about: "printed" or "holds"."""
        numbers = self.printed if isinstance(self.printed, dict) else {}
        lines = [
            Line(says=f"{self.label(key)} as printed", quantity=key, equals=value,
                 tolerance=self.tolerance, reason=self.reason)
            for key, value in numbers.items()
        ]  # fmt: skip
        about = "holds" if self.holds else "printed"
        told = {line.certificate for line in (*self.prints, *self.holds)}
        proofs = [
            (about, Line(says="", certificate=name))
            for name in self.certificate
            if name not in told
        ]
        return [("printed", line) for line in (*lines, *self.prints)] + [
            ("holds", line) for line in self.holds
        ] + proofs  # fmt: skip

    def label(self, key: str) -> str:
        """How the box names a quantity."""
        return self.labels.get(key, key.replace("_", " "))

    @property
    def what_holds(self) -> str:
        """The sentences of what holds, in one string."""
        return "; ".join(line.says for line in self.holds)


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
