"""Lists beside the ledger: slips, what is covered, what is open."""

import re
from pathlib import Path

import pytest

from nonlocality.book.claims import CLAIM_ID
from nonlocality.book.formulas import with_formulas
from nonlocality.book.ledger import read_ledger
from nonlocality.book.lists import (
    NOT_CONTACTED,
    read_coverage,
    read_errata,
    read_questions,
)

BOOK = Path(__file__).parents[2] / "book"
CLAIMS = read_ledger(BOOK / "claims.toml")
SLIP = """
[[errata]]
paper = "AB"
where = "(1)"
printed = "a"
holds = "b"
found = "by hand"
copy = "no"
claim = "AB-01"
"""
COVERED = """
[[coverage.AB]]
part = "(1)"
what = "a"
claims = ["AB-01"]

[[coverage.AB]]
part = "(2)"
what = "b"
gap = "a definition"

[[coverage.AB]]
part = "(3)"
what = "c"
planned = ["AB-02"]
"""
ASKED = """
[[questions]]
asked_by = "AB"
where = "end"
question = "why?"
known = "nothing"
state = "open"
claims = ["AB-01"]
"""


def test_every_corrected_claim_is_among_the_slips_and_every_slip_box_too():
    slips = read_errata(BOOK / "errata.toml", CLAIMS)
    told = {slip.claim for slip in slips}
    assert {key for key, claim in CLAIMS.items() if claim.verdict == "corrected"} <= told
    boxes = sum(
        len(re.findall(r"^:::\{admonition\} The paper slips", path.read_text("utf-8"), re.M))
        for path in BOOK.parent.glob("notebooks/*.md")
    )
    assert len(slips) >= boxes > 0
    for slip in slips:
        for words in (slip.printed, slip.holds, slip.found, slip.copy, slip.matters):
            with_formulas(words)


def test_every_claim_of_a_paper_covers_something_of_it():
    covered = read_coverage(BOOK / "coverage.toml", CLAIMS)
    named = {key for entries in covered.values() for entry in entries for key in entry.claims}
    assert {key for key in CLAIMS if key.split("-")[0] in covered} <= named
    for paper, entries in covered.items():
        for entry in entries:
            assert all(key.startswith(paper) for key in entry.claims)
            with_formulas(entry.what)


def test_the_books_questions_can_be_read():
    questions = read_questions(BOOK / "open-questions.toml", CLAIMS)
    assert {"CR", "ML", "PS", "MN", "LR", "book"} <= {each.asked_by for each in questions}
    for each in questions:
        with_formulas(each.question + each.known)


def test_claims_that_are_planned_count_as_soon_as_the_ledger_has_them(tmp_path):
    path = tmp_path / "coverage.toml"
    path.write_text(COVERED)
    assert [e.gap for e in read_coverage(path, ["AB-01"])["AB"]] == [
        "",
        "a definition",
        "not yet recomputed here",
    ]
    third = read_coverage(path, ["AB-01", "AB-02"])["AB"][2]
    assert (third.claims, third.gap) == (("AB-02",), "")


def test_authors_count_as_not_told_where_nothing_is_said(tmp_path):
    path = tmp_path / "errata.toml"
    path.write_text(SLIP)
    assert read_errata(path, ["AB-01"])[0].authors_told == NOT_CONTACTED


@pytest.mark.parametrize(
    ("read", "text", "old", "new", "message"),
    [
        (read_errata, SLIP, 'claim = "AB-01"', "", r"entry 1 \(AB, \(1\)\): must have a claim or"),
        (read_errata, SLIP, "AB-01", "AB-09", "AB-09 must be in the ledger, but is not"),
        (read_errata, SLIP, '"by hand"', '""', "entry 1 .*: `found` must say something"),
        (read_errata, SLIP, 'holds = "b"', "", "errata, entry 1: the entry missing 1 required"),
        (read_errata, SLIP, "copy =", "other =", "the entry got an unexpected keyword"),
        (read_coverage, COVERED, "AB-01", "AB-09", r"coverage, AB, \(1\): AB-09 must be in the"),
        (read_coverage, COVERED, 'gap = "a definition"', "", "must have claims, or a gap, or pl"),
        (read_coverage, COVERED, 'gap = "a', 'claims = ["AB-01"]\ngap = "a', "must have claims"),
        (read_questions, ASKED, '"open"', '"maybe"', "`state` must be one of .*, not 'maybe'"),
        (read_questions, ASKED, "AB-01", "AB-09", "open questions, entry 1: AB-09 must be in"),
    ],
)
def test_an_entry_that_says_too_little_is_named(tmp_path, read, text, old, new, message):
    path = tmp_path / "list.toml"
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ValueError, match=message):
        read(path, ["AB-01", "AB-02"])


def test_ids_have_two_letters_and_two_digits():
    assert all(CLAIM_ID.fullmatch(key) for key in CLAIMS)
