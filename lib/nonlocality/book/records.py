"""The ledger: what the papers print, what the book computes, and the verdict.

``book/claims.toml`` says where a claim is printed, what is printed and within what tolerance
it counts as met. A chapter's cell computes and calls :func:`record`; nothing is typed twice.
"""

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from pathlib import Path

import numpy as np

from nonlocality.book.figures import in_book
from nonlocality.book.ledger import CERTIFICATES, Claim, _book_folder, read_ledger, verdict_of

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
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"Argument `computed` must be finite, but holds {value}.")
    if value is not None and not isinstance(value, bool | int | float | str):
        raise ValueError(f"Argument `computed` must be numbers and words, but holds {value!r}.")
    return value


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k.replace('_', ' ')} = {_words(v)}" for k, v in value.items())
    if isinstance(value, float):
        return f"{value:.1e}" if 0 < abs(value) < 1e-6 else f"{value:.6g}"
    return str(value)


def _agrees(claim: Claim, computed: object) -> bool:
    printed = claim.printed if isinstance(claim.printed, dict) else {"": claim.printed}
    values = computed if isinstance(computed, Mapping) else {"": computed}
    if missing := set(printed) - set(values):
        raise ValueError(
            f"Argument `computed` must have the printed numbers {sorted(printed)} of "
            f"{claim.id}, but lacks {sorted(missing)}."
        )
    return all(abs(float(values[k]) - printed[k]) <= claim.tolerance for k in printed)


@dataclass(frozen=True)
class Record:
    """A claim as computed; shows itself as a box in the page."""

    claim: Claim
    computed: object
    verdict: str
    certificate: str

    @property
    def row(self) -> dict:
        """The claim's row of claims.json."""
        claim = self.claim
        return {
            "id": claim.id,
            "paper": claim.paper,
            "where": claim.where,
            "statement": claim.statement,
            "printed": claim.printed,
            "computed": self.computed,
            "tolerance": claim.tolerance,
            "verdict": self.verdict,
            "certificate": self.certificate,
            "chapter": claim.chapter,
            "reason": claim.reason,
            "holds": claim.holds,
        }

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        bundle = {"text/html": box(self.row), "text/plain": json.dumps(self.row)}
        return bundle, {CLAIM_KEY: self.row}


def record(
    claim_id: str,
    computed: object,
    *,
    certificate: str,
    agrees: bool | None = None,
    holds: bool | None = None,
) -> Record:
    """Enter what was computed for a claim, and show it beside what is printed.

    computed: a number, a mapping with at least the printed keys, or words.
    certificate: "exact" (rational or symbolic proof, checked by machine), "two-sided" (a
    lower and an upper bound in floating point) or "numeric".
    agrees: whether the printed statement is met; left out where numbers are printed, which
    are compared within the ledger's tolerance. holds: whether the ledger's further statement
    is met. Raises ValueError for an unknown id or a missing finding.
    """
    ledger = read_ledger(_book_folder(Path.cwd()) / "claims.toml")
    if claim_id not in ledger:
        raise ValueError(
            f"Argument `claim_id` must be in book/claims.toml, but is {claim_id!r}; "
            f"known are {', '.join(ledger)}."
        )
    claim = ledger[claim_id]
    if certificate not in CERTIFICATES:
        raise ValueError(
            f"Argument `certificate` must be one of {CERTIFICATES}, but is {certificate!r}."
        )
    if isinstance(claim.printed, str) == (agrees is None):
        need = "given, as words are printed" if agrees is None else "left out: numbers are printed"
        raise ValueError(f"Argument `agrees` must be {need} for {claim_id}.")
    if bool(claim.holds) == (holds is None):
        need = "given: the ledger says what holds" if holds is None else "left out"
        raise ValueError(f"Argument `holds` must be {need} for {claim_id}.")
    for name, finding in {"agrees": agrees, "holds": holds}.items():
        if not isinstance(finding, bool | np.bool_ | None):
            raise ValueError(f"Argument `{name}` must be true or false, but is {finding!r}.")
    if agrees is None:
        agrees = _agrees(claim, computed)
    verdict = verdict_of(agrees=bool(agrees), holds=None if holds is None else bool(holds))
    computed = _plain(computed)
    if in_book():
        _glue(claim_id, computed)
    return Record(claim, computed, verdict, certificate)


def _glue(claim_id: str, computed: object) -> None:
    """Let the prose quote what was computed: ``{glue:text}`` with CR-11 or CR-11.nu_min."""
    from myst_nb import glue

    values = computed if isinstance(computed, dict) else {"": computed}
    for key, value in values.items():
        glue(f"{claim_id}.{key}".rstrip("."), value, display=False)


def full_rows(ledger: Mapping[str, Claim], rows: Iterable[Mapping]) -> list[dict]:
    """All claims as rows of claims.json: those recorded, and the others as to do."""
    found = {row["id"]: row for row in rows}
    blank = {key: Record(claim, None, "to do", None).row for key, claim in ledger.items()}
    return [{field: found.get(key, row)[field] for field in row} for key, row in blank.items()]


def box(row: Mapping) -> str:
    """The box that stands under a computation: printed, computed, verdict, certificate."""
    tolerance = f" ± {row['tolerance']:g} ({row['reason']})" if row["tolerance"] is not None else ""
    lines = {
        "Claim": row["statement"],
        "Printed": _words(row["printed"]) + tolerance,
        "Computed": f"{_words(row['computed'])} ({row['certificate']})",
        {"corrected": "What holds", "extended": "Beyond"}.get(row["verdict"], ""): row["holds"],
    }
    body = "".join(
        f"<dt>{name}</dt><dd>{html.escape(text)}</dd>" for name, text in lines.items() if name
    )
    return (
        f'<aside class="nl-claim nl-{row["verdict"]}" id="claim-{row["id"]}" '
        f'aria-label="Claim {row["id"]}"><p><strong>{row["id"]}</strong> '
        f'<span class="nl-verdict">{row["verdict"]}</span> {html.escape(row["where"])}</p>'
        f"<dl>{body}</dl></aside>"
    )
