"""A claim: where it is printed, what is printed, what holds, and how it is argued.

``prints`` are the statements that decide whether the printed is met, ``holds`` those that go
beyond it or stand in its place. The verdict follows from which of them are met.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

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
            raise ValueError(
                f"{self.id}: `verdict` must be one of {VERDICTS}, not {self.verdict!r}."
            )
        if not CLAIM_ID.fullmatch(self.id):
            raise ValueError(f"{self.id}: the `id` must be two letters and two digits, as AB-01.")
        if not CHAPTER.fullmatch(self.chapter):
            raise ValueError(
                f"{self.id}: the `chapter` must be a page's name, not {self.chapter!r}."
            )
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
            raise ValueError(f"{self.id}: `printed` numbers need a `tolerance` and its `reason`.")
        if self.verdict in ("corrected", "extended") and not self.holds:
            raise ValueError(f"{self.id}: a {self.verdict} claim must say in `holds` what does.")
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
