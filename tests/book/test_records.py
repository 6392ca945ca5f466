import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from ledgers import good_rows

from nonlocality.book.ledger import (
    read_ledger,
)
from nonlocality.book.records import CLAIM_KEY, box, full_rows, record

BOOK = Path(__file__).parents[2] / "book"


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
