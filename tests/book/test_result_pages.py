"""The pages on results, as HTML."""

import re

import pytest
from ledgers import good_rows

from nonlocality.book.lists import Covered, Question, Slip
from nonlocality.book.result_pages import (
    ORDER,
    claims_filter,
    claims_of,
    coverage_table,
    questions_list,
    score,
    slips_list,
)


def address(claim_id):
    return f"../notebooks/x.html#claim-{claim_id}"


@pytest.fixture
def rows(ledger):
    return good_rows()


def words(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def test_the_score_counts_every_verdict_and_every_strength(rows):
    text = words(score(rows))
    assert "4 claims" in text
    assert "2 ✓ reproduced" in text
    assert "1 ✎ corrected" in text
    assert "1 ∅ not reproduced" in text
    assert "3 exact, 1 numeric" in text


def test_every_claim_stands_in_one_list_with_a_link_to_its_box(rows):
    lists = "".join(claims_of(rows, verdict, address) for verdict in ORDER)
    for row in rows:
        assert lists.count(f'<a href="{address(row["id"])}">{row["id"]}</a>') == 1
    assert claims_of(rows, "to do", address) == "<p>None.</p>"


def test_a_correction_shows_the_printed_beside_what_holds(rows):
    text = words(claims_of(rows, "corrected", address))
    assert "Printed first = 1, second = 2 What holds something &lt;else&gt;" in text


def test_what_was_tried_in_vain_is_told(rows):
    assert "Tried: ten starts" in claims_of(rows, "not reproduced", address)


def test_the_filter_knows_the_papers_and_strengths_and_is_hidden_without_scripts(rows):
    text = claims_filter(rows)
    assert "<option>AB</option>" in text
    assert "<option>exact</option><option>numeric</option>" in text
    assert '<form class="nl-filter" hidden>' in text
    for row in rows:
        item = claims_of(rows, row["verdict"], address)
        assert f'data-paper="AB" data-sure="{row["sure"]}"' in item


def test_slips_show_both_sides_how_they_were_found_and_whether_authors_were_told():
    slip = Slip("AB", "(1)", "$x<1$", "$x>1$", "by hand", "no fault", claim="AB-01")
    prose = Slip("AB", "(2)", "a", "b", "c", "d", link="notebooks/x.md#here")
    text = slips_list([slip, prose], address, lambda link: f"../{link}".replace(".md", ".html"))
    assert f'<a href="{address("AB-01")}">AB-01</a>' in text
    assert '<a href="../notebooks/x.html#here">in the chapter</a>' in text
    assert r"\(x&lt;1\)" in text
    assert "Found: by hand. The copy: no fault. Authors: not contacted." in text


def test_coverage_counts_and_gives_the_phrase_where_there_is_no_claim():
    entries = [Covered("(1)", "a $b$", ("AB-01", "AB-02")), Covered("(2)", "c", gap="a definition")]
    text = coverage_table(entries, address)
    assert "1 of 2 parts are covered by claims" in text
    assert "<em>a definition</em>" in text
    assert text.count("href=") == 2


def test_questions_say_what_is_known_and_how_sure_that_is():
    text = questions_list([Question("AB", "end", "why?", "$x$", "open", ("AB-01",))], address)
    assert '<span class="nl-state">open</span>' in text
    assert address("AB-01") in text
