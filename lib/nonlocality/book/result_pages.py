"""The pages on results: what was wrong, what is new, what is covered, what is open, as HTML.

Every list links each claim to its box. Lists of claims can be filtered by a small script of
the page; without it they are whole.
"""

import html
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from nonlocality.book.boxes import pill, printed_words, verdict_class
from nonlocality.book.formulas import with_formulas
from nonlocality.book.lists import Covered, Question, Slip

ORDER = ("corrected", "extended", "reproduced", "not reproduced", "to do")
Address = Callable[[str], str]
"""For the id of a claim the address of its box, seen from the page."""


def _side(title: str) -> str:
    """What stands over one of two columns."""
    return f'<p class="nl-side">{title}</p>'


def _linked(claim_id: str, address: Address) -> str:
    return f'<a href="{html.escape(address(claim_id))}">{claim_id}</a>'


def _words_list(sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{with_formulas(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>"


def _beyond(row: Mapping) -> list[str]:
    """The sentences of what holds."""
    return [line["says"] for line in row["lines"] if line["about"] == "holds"]


def score(rows: Sequence[Mapping]) -> str:
    """How many claims have which verdict, and how sure they are."""
    verdicts = Counter(row["verdict"] for row in rows)
    sure = Counter(row["sure"] for row in rows if row["sure"])
    items = "".join(
        f'<li><strong>{verdicts[name]}</strong> <a href="#{name.replace(" ", "-")}">{pill(name)}'
        "</a></li>"
        for name in ORDER
        if verdicts[name]
    )
    words = ", ".join(f"{count} {name}" for name, count in sorted(sure.items()))
    return (
        f'<ul class="nl-score"><li><strong>{len(rows)}</strong> claims</li>{items}</ul>'
        f"<p>How sure they are: {words}.</p>"
    )


def claims_filter(rows: Sequence[Mapping]) -> str:
    """Controls that the page's script shows, and the script."""
    papers = dict.fromkeys(row["id"].partition("-")[0] for row in rows)
    sure = sorted({row["sure"] for row in rows if row["sure"]})

    def select(name: str, label: str, values: Iterable[str]) -> str:
        options = "".join(f"<option>{value}</option>" for value in values)
        return (
            f'<label>{label} <select name="{name}"><option value="">all</option>{options}'
            "</select></label>"
        )

    return (
        '<form class="nl-filter" hidden><label>Find <input type="search" name="words"></label>'
        f"{select('paper', 'Paper', papers)}{select('sure', 'How sure', sure)}"
        '<output aria-live="polite"></output></form>'
        '<script defer src="../_static/results.js"></script>'
    )


def claims_of(rows: Sequence[Mapping], verdict: str, address: Address) -> str:
    """The claims of one verdict: of a correction the printed beside what holds."""
    items = []
    for row in rows:
        if row["verdict"] != verdict:
            continue
        sure = f'<span class="nl-where">{row["sure"]}</span>' if row["sure"] else ""
        head = (
            f"<p><strong>{_linked(row['id'], address)}</strong> "
            f"{with_formulas(row['short'] or row['statement'])} "
            f'<span class="nl-where">{html.escape(row["where"])}</span> {sure}</p>'
        )
        if verdict == "corrected":
            body = (
                f'<div class="nl-sides"><div>{_side("Printed")}<p>{printed_words(row)}</p></div>'
                f"<div>{_side('What holds')}{_words_list(_beyond(row))}</div></div>"
            )
        elif verdict == "not reproduced":
            body = f"<p>Tried: {with_formulas(row['tried'])}</p>"
        elif _beyond(row):
            body = (
                f"<details><summary>Beyond the paper</summary>{_words_list(_beyond(row))}</details>"
            )
        else:
            body = ""
        items.append(
            f'<li class="{verdict_class(verdict)}" data-paper="{row["id"].partition("-")[0]}" '
            f'data-sure="{row["sure"] or ""}">{head}{body}</li>'
        )
    if not items:
        return "<p>None.</p>"
    return f'<ul class="nl-results">{"".join(items)}</ul>'


def slips_list(slips: Sequence[Slip], address: Address, page: Callable[[str], str]) -> str:
    """The slips of the papers: where, printed beside what holds, how found, whether told.

    page: for a link such as ``notebooks/x.md#place`` its address, seen from this page.
    """
    items = []
    for slip in slips:
        place = _linked(slip.claim, address) if slip.claim else (
            f'<a href="{html.escape(page(slip.link))}">in the chapter</a>'
        )  # fmt: skip
        matters = f"<p>{with_formulas(slip.matters)}</p>" if slip.matters else ""
        items.append(
            f'<li class="nl-corrected" data-paper="{slip.paper}"><p><strong>{slip.paper}, '
            f"{html.escape(slip.where)}</strong> {place}</p>"
            f'<div class="nl-sides"><div>{_side("Printed")}<p>{with_formulas(slip.printed)}</p>'
            f"</div><div>{_side('What holds')}<p>{with_formulas(slip.holds)}</p></div></div>"
            f'{matters}<p class="nl-where">Found: {with_formulas(slip.found)}. The copy: '
            f"{with_formulas(slip.copy)}. Authors: {html.escape(slip.authors_told)}.</p></li>"
        )
    return f'<ul class="nl-results">{"".join(items)}</ul>'


def coverage_table(entries: Sequence[Covered], address: Address) -> str:
    """Every numbered statement of a paper with its claims, or the phrase why there is none."""
    body = "".join(
        f"<tr><td>{html.escape(entry.part)}</td><td>{with_formulas(entry.what)}</td><td>"
        + (
            ", ".join(_linked(key, address) for key in entry.claims)
            or f"<em>{with_formulas(entry.gap)}</em>"
        )
        + "</td></tr>"
        for entry in entries
    )
    covered = sum(bool(entry.claims) for entry in entries)
    head = "".join(f'<th scope="col">{k}</th>' for k in ("part", "what", "claims"))
    return (
        f"<p>{covered} of {len(entries)} parts are covered by claims.</p>"
        f'<table class="nl-ledger nl-coverage"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def questions_list(questions: Sequence[Question], address: Address) -> str:
    """Open questions, each with what is known of it now."""
    items = []
    for each in questions:
        claims = ", ".join(_linked(key, address) for key in each.claims)
        claims = f' <span class="nl-where">{claims}</span>' if claims else ""
        items.append(
            f"<li><p><strong>{with_formulas(each.question)}</strong> "
            f'<span class="nl-where">{html.escape(each.where)}</span></p>'
            f'<p><span class="nl-state">{html.escape(each.state)}</span> '
            f"{with_formulas(each.known)}{claims}</p></li>"
        )
    return f'<ul class="nl-results">{"".join(items)}</ul>'
