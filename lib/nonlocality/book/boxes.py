"""The HTML of a claim, written in one place: its pill, its box, its row in a table.

Formulas stand between dollar signs in the ledger and become what the page typesets.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import inf

from nonlocality.book.claims import CLAIM_ID
from nonlocality.book.formulas import with_formulas
from nonlocality.book.values import shown_value

ICONS = {
    "reproduced": "✓",
    "extended": "↗",
    "corrected": "✎",
    "not reproduced": "∅",
    "to do": "…",
    "failed": "✗",
}
"""One sign a verdict, beside its word and its colour."""

LONGEST = 300
"""Characters of a statement that stands open in a box; a certificate's may be full of numbers."""


def verdict_class(verdict: str) -> str:
    """The class that colours a verdict: ``nl-not-reproduced`` for "not reproduced"."""
    return f"nl-{verdict.replace(' ', '-')}"


def pill(verdict: str) -> str:
    """A verdict as a coloured pill, with a sign and the word."""
    return (
        f'<span class="nl-verdict {verdict_class(verdict)}">'
        f'<span aria-hidden="true">{ICONS[verdict]}</span> {verdict}</span>'
    )


def claim_link(claim_id: str, chapters: Mapping[str, str], *, here: str) -> str:
    """A link to the box of a claim, from a page of the chapter ``here``."""
    chapter = chapters[claim_id]
    page = "" if chapter == here else f"{chapter}.html"
    return f'<a href="{page}#claim-{claim_id}">{claim_id}</a>'


def printed_words(row: Mapping) -> str:
    """What is printed, as HTML: the words, or each number with its label."""
    printed = row["printed"]
    if row.get("printed_as") or isinstance(printed, str):
        return with_formulas(row.get("printed_as") or printed)
    labels = row.get("labels", {})
    return ", ".join(
        f"{with_formulas(labels.get(k, k.replace('_', ' ')))} = {shown_value(v)}"
        for k, v in printed.items()
    )


def _restored(value: object) -> object:
    """Recorded numbers with two sides as objects that have them, fractions as fractions."""
    if isinstance(value, list):
        return [_restored(v) for v in value]
    if isinstance(value, str) and re.fullmatch(r"-?\d+/\d+", value):
        return Fraction(value)
    if isinstance(value, Mapping) and set(value) == {"lower", "upper"}:
        low, high = _restored(value["lower"]), _restored(value["upper"])
        ends = {"lower": -inf if low is None else low, "upper": inf if high is None else high}
        return type("Sides", (), ends)
    return value


def _computed_words(row: Mapping) -> str:
    """The computed numbers that stand against printed ones, or how many lines are met."""
    computed, printed = row["computed"], row["printed"]
    if isinstance(printed, Mapping):
        values = [_restored(computed[key]) for key in printed]
        values = [float(v) if isinstance(v, Fraction) else v for v in values]  # as printed
        shown = "computed " + ", ".join(map(shown_value, values))
    else:
        lines, met = row["lines"], sum(line["met"] for line in row["lines"])
        some = "1 statement" if len(lines) == 1 else f"{len(lines)} statements"
        shown = f"{some} met" if met == len(lines) else f"{met} of {some} met"
    return f"{shown} ({row['sure']})"


def _found(line: Mapping, row: Mapping) -> str:
    """The numbers of a line, with the names that a reader sees."""
    text = line["found"]
    for key in sorted(row["computed"] or (), key=len, reverse=True):
        name = row["labels"].get(key, key.replace("_", " "))
        text = re.sub(rf"\b{re.escape(key)}\b", lambda _, name=name: name, text)
    return with_formulas(text) if text.count("$") % 2 == 0 else html.escape(text)


def _address(link: str) -> str:
    """Where a link of the ledger leads from a page of its chapter."""
    target = link.replace(".md#", ".html#")
    return html.escape(target if "#" in target else f"#{target}")


def _proof(line: Mapping) -> str:
    """A link to the text's proof of a statement, if there is one."""
    return f' (<a href="{_address(line["proof"])}">proof</a>)' if line["proof"] else ""


def _says(words: str) -> str:
    """A statement, or in its place what kind it is: the fold of the numbers has every word."""
    if len(words) > LONGEST:
        return "a case in exact numbers, checked with fractions: the fold has its sentence"
    return with_formulas(words)


def _ticks(lines: Iterable[Mapping], row: Mapping) -> str:
    """Statements as a list, each with a tick or a cross and, if it failed, its numbers."""
    items = []
    for line in lines:
        sign, word = ("✓", "met") if line["met"] else ("✗", "not met")
        more = "" if line["met"] else f' <span class="nl-found">{_found(line, row)}</span>'
        items.append(
            f'<li class="nl-{word.replace(" ", "-")}"><span role="img" aria-label="{word}">'
            f"{sign}</span> {_says(line['says'])}{_proof(line)}{more}</li>"
        )
    return f'<ul class="nl-lines">{"".join(items)}</ul>'


def _numbers(row: Mapping) -> str:
    """Every quantity, and what each line compared."""
    labels = row.get("labels", {})
    numbers = "".join(
        f"<tr><th scope='row'>{with_formulas(labels.get(k, k.replace('_', ' ')))}</th>"
        f"<td>{html.escape(shown_value(_restored(v)))}</td></tr>"
        for k, v in (row["computed"] or {}).items()
    )
    lines = "".join(
        f"<li>{_found(line, row)} ({line['strength']}{', proved' * bool(line['proof'])})"
        f"{': ' + with_formulas(line['reason']) if line['reason'] else ''}</li>"
        for line in row["lines"]
    )
    return f"<table>{numbers}</table><ul>{lines}</ul>"


def _argued(row: Mapping, chapters: Mapping[str, str]) -> str:
    """How the claim is argued, what it rests on, what uses it."""

    def names(entries: Iterable[str]) -> str:
        return ", ".join(
            claim_link(e, chapters, here=row["chapter"])
            if CLAIM_ID.fullmatch(e)
            else with_formulas(e)
            for e in entries
        )

    parts = [f'Argument: <a href="{_address(row["link"])}">{html.escape(row["argument"])}</a>']
    if row["certificate_files"]:
        files = ", ".join(
            f"<code>certificates/{html.escape(f)}</code>" for f in row["certificate_files"]
        )
        parts.append(f"checked file: {files}")
    if row["second_route"]:
        parts.append(f"second route: {with_formulas(row['second_route'])}")
    for key, words in {
        "rests_on": "rests on",
        "used_by": "used by",
        "generalises": "generalises",
        "same_as": "the same as",
    }.items():
        if row[key]:
            parts.append(f"{words} {names(row[key])}")
    return f'<p class="nl-argued">{" · ".join(parts)}</p>'


def box(row: Mapping, chapters: Mapping[str, str]) -> str:
    """What stands under a computation: one line if all is as printed, else the two side by side.

    row: a claim as in claims.json. chapters: for each claim the chapter with its box.
    """
    verdict = row["verdict"]
    head = f"<strong>{row['id']}</strong> {pill(verdict)} "
    start = (
        f'<aside class="nl-claim {verdict_class(verdict)}" id="claim-{row["id"]}" '
        f'aria-label="Claim {row["id"]}">'
    )
    where = f'<span class="nl-where">{html.escape(row["where"])}</span>'
    short = with_formulas(row["short"])
    if verdict == "reproduced":
        printed = "" if isinstance(row["printed"], str) else f" · printed {printed_words(row)}"
        return (
            f"{start}<p>{head}{short}{printed} · {_computed_words(row)} {where}</p>"
            f"<details><summary>How {row['id']} was decided</summary>"
            f"<p>Printed: {printed_words(row)}</p>{_ticks(row['lines'], row)}"
            f"{_argued(row, chapters)}{_numbers(row)}</details></aside>"
        )
    about = {
        which: [line for line in row["lines"] if line["about"] == which]
        for which in ("printed", "holds")
    }
    right = {"extended": "Beyond", "not reproduced": "What was tried"}.get(verdict, "What holds")
    tried = f"<p>{with_formulas(row['tried'])}</p>" if row["tried"] else ""
    return (
        f"{start}<p>{head}{short} {where}</p><div class='nl-sides'>"
        f"<div><p class='nl-side'>Printed</p><p>{printed_words(row)}</p>"
        f"{_ticks(about['printed'], row)}</div><div><p class='nl-side'>{right}</p>{tried}"
        f"{_ticks(about['holds'], row)}</div></div>{_argued(row, chapters)}"
        f"<details><summary>The numbers of {row['id']}</summary>{_numbers(row)}</details></aside>"
    )


def claims_rows(rows: Iterable[Mapping], address: Callable[[Mapping], str]) -> str:
    """Claims as an HTML table; each id links to the address of its box ("" for no link)."""
    body = []
    for row in rows:
        name, target = row["id"], address(row)
        if target:
            name = f'<a href="{target}">{name}</a>'
        words = row.get("short") or row["statement"]
        cells = [name, pill(row["verdict"]), html.escape(row["where"]), with_formulas(words)]
        cells.append(row.get("sure") or "")
        body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(
        f'<th scope="col">{k}</th>' for k in ("claim", "verdict", "where", "what", "how sure")
    )
    return (f'<table class="nl-ledger"><thead><tr>{head}</tr></thead>'
            f"<tbody>{''.join(body)}</tbody></table>")  # fmt: skip
