"""The HTML of a claim: one line where all is as printed, two sides where it is not."""

import re
from fractions import Fraction

from nonlocality.book.boxes import box, claims_rows, pill
from nonlocality.book.claims import VERDICTS
from nonlocality.book.records import record


class Sides:
    def __init__(self, lower, upper):
        self.lower, self.upper = lower, upper


def shown(claim_id, computed):
    found = record(claim_id, computed)
    return box(found.row, found.chapters)


def test_every_verdict_has_a_pill_with_a_sign_and_the_word():
    pills = [pill(verdict) for verdict in (*VERDICTS, "failed")]
    assert len({re.sub(r"<[^>]*>", "", p)[0] for p in pills}) == len(pills)
    assert 'class="nl-verdict nl-not-reproduced"' in pill("not reproduced")


def test_a_reproduced_claim_takes_one_line(ledger):
    text = shown("AB-02", {"half": 0.25})
    line = re.sub(r"<[^>]*>", "", text.partition("</p>")[0])
    assert line == (
        "AB-02 ✓ reproduced one number · printed the half \\(h\\) = 0.5 · computed 0.25 "
        "(numeric) (2)"
    )
    assert "printed to &lt;two&gt; bits" in text


def test_a_box_escapes_what_it_quotes_and_ticks_its_lines(ledger):
    text = shown("AB-01", {"cases": 2})
    assert "words &amp; &lt;signs&gt;" in text
    assert "Printed: x &lt; y &amp; z" in text
    assert "1 statement met (exact)" in text
    assert 'aria-label="met">✓</span> all <span class="math' in text
    assert "rests on a theorem of &lt;others&gt;" in text
    assert 'used by <a href="#claim-AB-03">AB-03</a>' in text


def test_a_corrected_claim_sets_printed_and_what_holds_side_by_side(ledger):
    text = shown("AB-03", {"first": 0, "second": 0, "sum": 0})
    assert 'class="nl-claim nl-corrected" id="claim-AB-03" aria-label="Claim AB-03"' in text
    printed, holds = text.split("<p class='nl-side'>What holds</p>")
    assert "first = 1, second = 2" in printed
    assert printed.count("✗") == 2
    assert "first is 0, wanted = 1 within 0.5" in printed
    assert "✓</span> something &lt;else&gt;" in holds
    assert "second route: a sum by hand" in text
    assert '<a href="another.html#section">counterexample</a>' in text


def test_numbers_with_two_sides_show_the_digits_that_both_share(ledger):
    text = shown("AB-02", {"half": [Sides(0.41, 0.42), Sides(0.5, 0.5)]})
    assert "computed 0.4, 0.5 (two-sided)" in text
    assert "<td>0.4, 0.5</td>" in text


def test_a_failing_box_shows_the_numbers_of_the_line_that_failed(ledger):
    text = shown("AB-01", {"cases": 3})
    assert "nl-failed" in text
    assert "cases is 3, wanted = 2" in text


def test_a_claim_that_is_not_reproduced_says_what_was_tried(ledger):
    text = shown("AB-05", {"arrivals": 0})
    assert "<p class='nl-side'>What was tried</p><p>ten starts</p>" in text


def test_a_table_links_each_claim_to_its_address(ledger):
    rows = [record("AB-01", {"cases": 2}).row, record("AB-02", {"half": 0.5}).row]
    text = claims_rows(rows, lambda row: "x.html#claim" if row["id"] == "AB-01" else "")
    assert '<a href="x.html#claim">AB-01</a>' in text
    assert "<td>AB-02</td>" in text


def test_two_sides_that_are_fractions_are_shown_as_numbers(ledger):
    text = shown("AB-02", {"half": Sides(Fraction(2, 5), Fraction(3, 5))})
    assert "computed 0.4 to 0.6 (two-sided)" in text


def test_a_statement_full_of_numbers_stands_in_the_fold_alone(ledger):
    found = record("AB-03", {"first": 0, "second": 0, "sum": 0})
    long = "In the matrices " + ", ".join(["(-1/4, 0)"] * 40)
    row = found.row
    for line in row["lines"]:
        if line["about"] == "holds":
            line["says"], line["found"] = long, f"certificates/a.json proves: {long}"
    text, _, fold = box(row, found.chapters).partition("<details>")
    assert "(−1/4, 0)" not in text
    assert "the fold has its sentence" in text
    assert "(−1/4, 0), (−1/4, 0)" in fold
    assert "-1/4" not in fold
