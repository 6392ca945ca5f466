import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.claims import (
    CERTIFICATES,
    CLAIM_KEY,
    VERDICTS,
    Claim,
    box,
    check,
    full_rows,
    printed_table,
    read_ledger,
    record,
    verdict_of,
)

BOOK = Path(__file__).parents[1] / "book"
LEDGER = """
[papers.AB]
title = "A paper"
chapter = "a-chapter"

[claims.AB-01]
where = "(1)"
statement = "words & <signs>"
printed = "x < y & z"
verdict = "reproduced"

[claims.AB-02]
where = "(2)"
statement = "one number"
printed = 0.5
tolerance = 0.25
reason = "printed to <two> bits"
verdict = "reproduced"

[claims.AB-03]
where = "(3)"
statement = "two numbers"
printed = { first = 1, second = 2.0 }
tolerance = 0.5
reason = "read off"
verdict = "corrected"
holds = "something <else>"

[claims.AB-04]
where = "(4)"
statement = "not yet"
"""


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """A checkout with a small ledger, entered at a folder inside it."""
    monkeypatch.delenv("NONLOCALITY_BOOK", raising=False)
    (tmp_path / "book" / "printed").mkdir(parents=True)
    (tmp_path / "book" / "claims.toml").write_text(LEDGER, encoding="utf-8")
    (tmp_path / "book" / "printed" / "ab-table.csv").write_text("n,v\n1,0.5\n2,-1\n", "utf-8")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    return read_ledger(tmp_path / "book" / "claims.toml")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def good_rows():
    return [
        record("AB-01", "yes", agrees=True, certificate="exact").row,
        record("AB-02", 0.5, certificate="numeric").row,
        record("AB-03", {"first": 0, "second": 0}, holds=True, certificate="two-sided").row,
    ]


def test_the_books_ledger_is_complete():
    claims = read_ledger(BOOK / "claims.toml")
    papers = Counter(key.split("-")[0] for key in claims)
    assert papers == {"ML": 10, "MN": 12, "LR": 11, "PS": 11, "CR": 14}
    for paper, count in papers.items():
        numbers = {key for key in claims if key.startswith(paper)}
        assert numbers == {f"{paper}-{k + 1:02d}" for k in range(count)}
    for key, claim in claims.items():
        assert claim.id == key
        assert claim.paper
        assert claim.chapter
        assert claim.where.strip()
        assert claim.statement.strip()
        assert claim.verdict in VERDICTS


def test_ledger_is_read_in_its_order(ledger):
    assert list(ledger) == ["AB-01", "AB-02", "AB-03", "AB-04"]
    assert ledger["AB-04"].verdict == "to do"
    third = ledger["AB-03"]
    assert (third.paper, third.chapter) == ("A paper", "a-chapter")
    assert third.printed == {"first": 1, "second": 2}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[claims.AB-04]", "[claims.CD-04]", r"CD-04: its letters must name one of \['AB'\]"),
        ('"reproduced"', '"true"', r"AB-01: verdict must be one of .*, not 'true'"),
        ("tolerance = 0.25", "", "AB-02: printed numbers need a tolerance and its reason"),
        ('reason = "read off"', "", "AB-03: printed numbers need a tolerance and its reason"),
        ('holds = "something <else>"', "", "AB-03: a corrected claim must say what holds"),
        ('"reproduced"', '"extended"', "AB-01: a extended claim must say what holds"),
    ],
)
def test_ledger_refuses_an_entry_that_says_too_little(ledger, old, new, message):
    path = Path("../book/claims.toml")
    edit(path, old, new)
    with pytest.raises(ValueError, match=message):
        read_ledger(path)


@pytest.mark.parametrize(
    ("agrees", "holds", "verdict"),
    [
        (True, None, "reproduced"),
        (True, True, "extended"),
        (True, False, "failed"),
        (False, None, "failed"),
        (False, True, "corrected"),
        (False, False, "failed"),
    ],
)
def test_verdict_of_two_findings(agrees, holds, verdict):
    assert verdict_of(agrees=agrees, holds=holds) == verdict


def test_record_compares_numbers_within_the_closed_tolerance(ledger):
    def verdict(value):
        return record("AB-02", value, certificate="numeric").verdict

    for value in (0.5, 0.25, 0.75, Fraction(3, 4), np.float64(0.25), 0.5 + 2**-10):
        assert verdict(value) == "reproduced"
    for value in (0.75 + 2**-50, 0.25 - 2**-50, -0.5, Fraction(4, 5)):
        assert verdict(value) == "failed"


@pytest.mark.parametrize(
    ("first", "second", "agrees"),
    [(1, 2, True), (1.5, 1.5, True), (1.75, 2, False), (1, 2.75, False), (0, 0, False)],
)
def test_record_compares_every_named_number(ledger, first, second, agrees):
    found = {"first": first, "second": second, "more": 7}
    verdict = record("AB-03", found, certificate="numeric", holds=True).verdict
    assert verdict == ("extended" if agrees else "corrected")


def test_record_takes_the_findings_for_words(ledger):
    assert record("AB-01", "", agrees=True, certificate="exact").verdict == "reproduced"
    assert record("AB-01", "", agrees=np.False_, certificate="exact").verdict == "failed"


@pytest.mark.parametrize(
    ("claim_id", "computed", "findings", "message"),
    [
        (
            "AB-99",
            1,
            {},
            "must be in book/claims.toml, but is 'AB-99'; known are AB-01, AB",
        ),
        ("AB-02", 1, {"certificate": "sure"}, "`certificate` must be one of .*, but is 'sure'"),
        ("AB-01", "", {}, "`agrees` must be given, as words are printed for AB-01"),
        ("AB-02", 1, {"agrees": True}, "`agrees` must be left out: numbers are printed for AB-02"),
        (
            "AB-03",
            {"first": 1, "second": 2},
            {},
            "`holds` must be given: the ledger says what",
        ),
        ("AB-02", 1, {"holds": True}, "`holds` must be left out for AB-02"),
        ("AB-03", {"first": 1}, {"holds": True}, r"numbers \['first', 'second'\] .* \['second'\]"),
        ("AB-03", 1, {"holds": True}, r"of AB-03, but lacks \['first', 'second'\]"),
    ],
)
def test_record_refuses_a_missing_finding(ledger, claim_id, computed, findings, message):
    with pytest.raises(ValueError, match=message):
        record(claim_id, computed, **{"certificate": "exact", **findings})


def test_record_needs_a_checkout(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"book/claims\.toml must lie in .* or above"):
        record("AB-01", 1, certificate="exact")


def test_record_makes_plain_values(ledger):
    computed = {
        "first": Fraction(1, 3), "second": np.float64(2), "list": (np.int64(1), [np.bool_(True)]),
        "array": np.array([[1.5]]), 5: {"inner": Fraction(2)},
    }  # fmt: skip
    row = record("AB-03", computed, holds=True, certificate="exact").row
    assert row["computed"] == {
        "first": "1/3", "second": 2.0, "list": [1, [True]], "array": [[1.5]], "5": {"inner": "2"},
    }  # fmt: skip
    assert json.loads(json.dumps(row)) == row


def test_record_travels_with_the_output(ledger):
    shown = record("AB-02", 0.5, certificate="numeric")
    bundle, metadata = shown._repr_mimebundle_()
    assert bundle["text/html"] == box(shown.row)
    assert json.loads(bundle["text/plain"]) == shown.row
    assert metadata == {CLAIM_KEY: shown.row}


def test_record_glues_its_numbers_in_the_book(ledger, monkeypatch):
    glued = {}
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")
    monkeypatch.setattr("myst_nb.glue", lambda key, value, display: glued.update({key: value}))
    record("AB-02", 0.25, certificate="numeric")
    record("AB-03", {"first": Fraction(1, 2), "second": 2}, holds=True, certificate="numeric")
    assert glued == {"AB-02": 0.25, "AB-03.first": "1/2", "AB-03.second": 2}


def test_check_has_nothing_to_say_when_all_is_well(ledger):
    assert check(ledger, good_rows()) == []
    assert check({"AB-04": ledger["AB-04"]}, iter([])) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda rows: rows + rows[:1], "AB-01 must be recorded once, but is recorded 2 times."),
        (lambda rows: rows[1:], "AB-01 must be recorded once, but is recorded 0 times."),
        (
            lambda rows: [*rows[:2], {**rows[2], "verdict": "failed"}],
            "AB-03: the ledger says corrected, the computation says failed.",
        ),
        (
            lambda rows: [*rows, {"id": "AB-77", "verdict": "reproduced"}],
            "AB-77 is recorded but not in the ledger.",
        ),
        (
            lambda rows: [*rows, {"id": "AB-04", "verdict": "reproduced"}],
            "AB-04 is recorded, but the ledger still says to do.",
        ),
    ],
)
def test_check_finds_the_one_problem(ledger, change, problem):
    assert check(ledger, change(good_rows())) == [problem]


def test_full_rows_hold_every_claim_with_the_same_keys(ledger):
    recorded = good_rows()
    rows = full_rows(ledger, recorded[:2])
    assert [row["id"] for row in rows] == list(ledger)
    assert rows[:2] == recorded[:2]
    assert [row["verdict"] for row in rows[2:]] == ["to do", "to do"]
    assert json.loads(json.dumps(rows)) == rows
    keys = ["id", "paper", "where", "statement", "printed", "computed", "tolerance", "verdict",
            "certificate", "chapter", "reason", "holds"]  # fmt: skip
    assert all(list(row) == keys for row in rows)


def test_full_rows_of_the_books_ledger_are_json():
    rows = full_rows(read_ledger(BOOK / "claims.toml"), [])
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert {row["verdict"] for row in rows} == {"to do"}


def test_box_escapes_what_it_quotes(ledger):
    shown = box(record("AB-01", "a < b", agrees=True, certificate="exact").row)
    assert "<dd>words &amp; &lt;signs&gt;</dd>" in shown
    assert "<dd>x &lt; y &amp; z</dd>" in shown
    assert "<dd>a &lt; b (exact)</dd>" in shown
    assert "What holds" not in shown


def test_box_shows_numbers_tolerance_and_what_holds(ledger):
    shown = box(record("AB-02", 0.25, certificate="numeric").row)
    assert "<dd>0.5 ± 0.25 (printed to &lt;two&gt; bits)</dd>" in shown
    assert "<dd>0.25 (numeric)</dd>" in shown
    computed = {"first": 0.0, "second": 0.5}
    shown = box(record("AB-03", computed, certificate="two-sided", holds=True).row)
    assert 'class="nl-claim nl-corrected" id="claim-AB-03"' in shown
    assert "<dd>first = 0, second = 0.5 (two-sided)</dd>" in shown
    assert "<dt>What holds</dt><dd>something &lt;else&gt;</dd>" in shown


@pytest.mark.parametrize("verdict", ["corrected", "extended"])
def test_claims_that_go_on_must_say_how(verdict):
    with pytest.raises(ValueError, match=f"{verdict} claim must say what holds"):
        Claim(id="AB-01", paper="", chapter="", where="", statement="", verdict=verdict)


def test_certificates_have_three_strengths():
    assert CERTIFICATES == ("exact", "two-sided", "numeric")


def test_printed_tables_are_read_from_the_book(ledger):
    assert printed_table("ab-table") == (["n", "v"], [[1, Fraction(1, 2)], [2, -1]])
    with pytest.raises(FileNotFoundError):
        printed_table("nothing")


@pytest.mark.parametrize(
    ("old", "new"),
    [('where = "(1)"\n', ""), ('statement = "words', 'another = "words')],
)
def test_an_entry_that_lacks_a_field_or_has_another_is_refused(ledger, tmp_path, old, new):
    path = tmp_path / "book" / "claims.toml"
    edit(path, old, new)
    with pytest.raises(ValueError, match="AB-01: the entry "):
        read_ledger(path)


def test_nan_is_not_recorded(ledger):
    with pytest.raises(ValueError, match="`computed` must be finite, but holds nan"):
        record("AB-01", {"x": float("nan")}, agrees=True, certificate="exact")


@pytest.mark.parametrize("finding", ["no", 1, float("nan")])
def test_a_finding_must_be_true_or_false(ledger, finding):
    with pytest.raises(ValueError, match="`agrees` must be true or false"):
        record("AB-01", "words", agrees=finding, certificate="exact")


def test_objects_are_not_recorded(ledger):
    with pytest.raises(ValueError, match="must be numbers and words, but holds"):
        record("AB-01", {"x": {1, 2}}, agrees=True, certificate="exact")
