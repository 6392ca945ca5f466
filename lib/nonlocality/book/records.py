"""Records: what a chapter's cell computed for a claim, beside what the ledger says.

A cell brings quantities, numbers and words with names; ``book/claims.toml`` has the lines that
compare them. Verdict and strength follow, and nothing is typed twice.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite, isinf
from pathlib import Path

import numpy as np

from nonlocality import certificates
from nonlocality.book.boxes import box, claims_rows
from nonlocality.book.claims import Claim
from nonlocality.book.closed_forms import closed_form
from nonlocality.book.figures import Page, in_book
from nonlocality.book.ledger import _book_folder, read_ledger, verdict_of
from nonlocality.book.statements import SURE, Finding, Line, judge
from nonlocality.book.values import STRENGTHS, sides, two_sided

CLAIM_KEY = "nonlocality-claim"
"""Where, in the metadata of a cell's output, a record travels with the notebook."""


def _plain(value: object) -> object:
    """Numbers, strings and lists that JSON knows; a Fraction becomes 'p/q'."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Fraction):
        return str(value)
    value = value.item() if isinstance(value, np.generic) else value
    if two_sided(value):
        return {name: None if isinf(side) else _plain(side)
                for name, side in zip(("lower", "upper"), sides(value), strict=True)}  # fmt: skip
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"Argument `computed` must be finite, but holds {value}.")
    if value is not None and not isinstance(value, bool | int | float | str):
        raise ValueError(f"Argument `computed` must be numbers and words, but holds {value!r}.")
    return value


def _printed(claim: Claim) -> object:
    """What is printed, as JSON knows it: closed forms and decimals as numbers."""
    if isinstance(claim.printed, str):
        return claim.printed
    values = {
        k: closed_form(v, {}) if isinstance(v, str) else v for k, v in claim.printed.items()
    }  # fmt: skip
    return {k: v if isinstance(v, int) else float(v) for k, v in values.items()}


@dataclass(frozen=True)
class Record:
    """A claim as computed; shows itself as a box in the page."""

    claim: Claim
    computed: object
    verdict: str
    certificate: str
    findings: tuple[tuple[str, Finding], ...] = ()
    used_by: tuple[str, ...] = ()
    chapters: Mapping[str, str] = field(default_factory=dict)

    @property
    def sure(self) -> str | None:
        """How sure the least sure sentence is, proofs of the text counted; None if not yet."""
        telling = [found.sure for _, found in self.findings if not found.line.cross_check]
        return max(telling, key=SURE.index) if telling else self.certificate

    @property
    def row(self) -> dict:
        """The claim's row of claims.json."""
        claim = self.claim
        return {
            "id": claim.id,
            "paper": claim.paper,
            "where": claim.where,
            "statement": claim.statement,
            "printed": _printed(claim),
            "computed": self.computed,
            "tolerance": None if claim.tolerance is None else float(claim.tolerance),
            "verdict": self.verdict,
            "certificate": self.certificate,
            "chapter": claim.chapter,
            "reason": claim.reason,
            "holds": claim.what_holds,
            "short": claim.short,
            "printed_as": claim.printed_as,
            "argument": claim.argument,
            "link": claim.link,
            "certificate_files": list(claim.certificate),
            "second_route": claim.second_route,
            "tried": claim.tried,
            "rests_on": list(claim.rests_on),
            "used_by": list(self.used_by),
            "generalises": list(claim.generalises),
            "same_as": list(claim.same_as),
            "labels": dict(claim.labels),
            "lines": [_line_row(about, found) for about, found in self.findings],
            "sure": self.sure,
        }

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        bundle = {"text/html": box(self.row, self.chapters), "text/plain": json.dumps(self.row)}
        return bundle, {CLAIM_KEY: self.row}


def _line_row(about: str, found: Finding) -> dict:
    line = found.line
    return {
        "about": about,
        "says": line.says,
        "met": found.met,
        "strength": found.strength,
        "found": found.words,
        "cross_check": line.cross_check,
        "tolerance": None if line.tolerance is None else float(line.tolerance),
        "reason": line.reason,
        "proof": line.proof,
    }


def _checked(line: Line, folder: Path) -> Finding:
    """The finding of a line that a certificate decides: its sentence is what the file proves."""
    try:
        proves = certificates.check(folder.parent / "certificates" / line.certificate)
    except certificates.CertificateError as error:
        says = line.says or f"certificates/{line.certificate} is a proof"
        return Finding(Line(says=says, certificate=line.certificate), False, "exact", str(error))
    says = line.says or proves
    line = Line(says=says, certificate=line.certificate, cross_check=line.cross_check)
    return Finding(line, True, "exact", f"certificates/{line.certificate} proves: {proves}")


def decide(
    claim: Claim, quantities: Mapping[str, object], *, folder: Path
) -> tuple[str, str, tuple[tuple[str, Finding], ...]]:
    """The verdict on a claim, how sure it is, and what became of each line.

    quantities: what the cell computed. folder: the book's, for certificates beside it.
    Raises ValueError with the claim and the line for a quantity that is missing and for a
    rounded number without tolerance.
    """
    findings = []
    for number, (about, line) in enumerate(claim.lines, 1):
        try:
            found = _checked(line, folder) if line.certificate else judge(line, quantities)
        except ValueError as error:
            name = f"{claim.id}, line {number} ({line.says})"
            raise ValueError(f"{name}: the line {error}.") from None
        findings.append((about, found))
    met = {
        which: [found.met for about, found in findings if about == which]
        for which in ("printed", "holds")
    }
    verdict = verdict_of(
        agrees=all(met["printed"]),
        holds=all(met["holds"]) if met["holds"] else None,
        tried=bool(claim.tried),
    )
    telling = [found.strength for _, found in findings if not found.line.cross_check]
    if not telling:
        raise ValueError(f"{claim.id}: not every line can be a cross check.")
    return verdict, max(telling, key=STRENGTHS.index), tuple(findings)


def _quoted(folder: Path, claim_id: str) -> set[str]:
    """Keys of a claim that the chapters quote in their prose, as CR-11.nu_min."""
    found = set()
    for path in folder.parent.glob("notebooks/*.md"):
        found |= set(re.findall(rf"{claim_id}\.(\w+)", path.read_text(encoding="utf-8")))
    return found


def record(claim_id: str, computed: Mapping[str, object]) -> Record:
    """Enter what was computed for a claim, and show it beside what is printed.

    computed: quantities by name: numbers, fractions, words, objects with a lower and an upper
    side, or lists of these. All that the ledger's lines need must be there, and nothing else
    but what the prose quotes. Raises ValueError naming the claim and the line otherwise.
    """
    folder = _book_folder(Path.cwd())
    ledger = read_ledger(folder / "claims.toml")
    if claim_id not in ledger:
        raise ValueError(
            f"Argument `claim_id` must be in book/claims.toml, but is {claim_id!r}; "
            f"known are {', '.join(ledger)}."
        )
    claim = ledger[claim_id]
    if not claim.lines:
        raise ValueError(f"{claim_id}: the ledger has no lines yet that could decide it.")
    if not isinstance(computed, Mapping):
        raise ValueError(f"Argument `computed` must be quantities by name for {claim_id}.")
    plain = _plain(computed)
    verdict, sure, findings = decide(claim, computed, folder=folder)
    needed = set().union(*(line.needs for _, line in claim.lines))
    if spare := sorted(set(plain) - needed - _quoted(folder, claim_id)):
        raise ValueError(f"{claim_id}: no line needs {', '.join(spare)}, and no chapter quotes it.")
    if in_book():
        _glue(claim_id, plain)
    used_by = tuple(key for key, other in ledger.items() if claim_id in other.rests_on)
    chapters = {key: other.chapter for key, other in ledger.items()}
    return Record(claim, plain, verdict, sure, findings, used_by, chapters)


def _glue(claim_id: str, computed: object) -> None:
    """Let the prose quote what was computed: ``{glue:text}`` with CR-11 or CR-11.nu_min.

    Of a number with two sides the middle is quoted under its name, and the sides under
    name.lower and name.upper.
    """
    from myst_nb import glue

    values = computed if isinstance(computed, dict) else {"": computed}
    for key, value in values.items():
        name = f"{claim_id}.{key}".rstrip(".")
        if isinstance(value, dict) and set(value) == {"lower", "upper"}:
            for side, number in value.items():
                glue(f"{name}.{side}", number, display=False)
            known = [number for number in value.values() if number is not None]
            if not any(isinstance(number, str) for number in known):
                glue(name, sum(known) / len(known), display=False)
        else:
            glue(name, value, display=False)


def full_rows(ledger: Mapping[str, Claim], rows: Iterable[Mapping]) -> list[dict]:
    """All claims as rows of claims.json: those recorded, and the others as to do."""
    found = {row["id"]: row for row in rows}
    blank = {key: Record(claim, None, "to do", None).row for key, claim in ledger.items()}
    return [{field: found.get(key, row)[field] for field in row} for key, row in blank.items()]


def claims_table(prefix: str) -> Page:
    """The claims of a chapter, by the letters of their ids, as the ledger states them.

    Each id leads to its box on the same page. Raises ValueError if no id has these letters.
    """
    ledger = read_ledger(_book_folder(Path.cwd()) / "claims.toml")
    rows = [
        {**Record(claim, None, claim.verdict, "").row}
        for key, claim in ledger.items()
        if key.startswith(f"{prefix}-")
    ]
    if not rows:
        raise ValueError(f"Argument `prefix` must be letters of a claim, but is {prefix!r}.")
    return Page(claims_rows(rows, lambda row: f"#claim-{row['id']}"))
