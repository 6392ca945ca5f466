import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from ledgers import edit, good_rows

from nonlocality.book.boxes import box
from nonlocality.book.ledger import read_ledger
from nonlocality.book.records import CLAIM_KEY, claims_table, full_rows, record

BOOK = Path(__file__).parents[2] / "book"
LEDGER = Path("../book/claims.toml")


class Sides:
    def __init__(self, lower, upper):
        self.lower, self.upper = lower, upper


def test_record_compares_numbers_within_the_closed_tolerance(ledger):
    def verdict(value):
        return record("AB-02", {"half": value}).verdict

    for value in (0.5, 0.25, 0.75, Fraction(3, 4), np.float64(0.25), Sides(0.25, 0.75)):
        assert verdict(value) == "reproduced"
    for value in (0.75 + 2**-50, 0.25 - 2**-50, -0.5, Fraction(4, 5), Sides(0.25, 0.8)):
        assert verdict(value) == "failed"


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (1, 2, "extended"),
        (Fraction(3, 2), Fraction(3, 2), "extended"),
        (Fraction(7, 4), 2, "corrected"),
        (1, Fraction(11, 4), "corrected"),
        (0, Fraction(-1, 4), "failed"),
    ],
)
def test_the_verdict_follows_from_the_lines_that_are_met(ledger, first, second, verdict):
    found = {"first": first, "second": second, "sum": 0}
    assert record("AB-03", found).verdict == verdict


def test_a_claim_that_was_tried_in_vain_is_not_reproduced(ledger):
    assert record("AB-05", {"arrivals": 0}).verdict == "not reproduced"
    assert record("AB-05", {"arrivals": 1}).verdict == "reproduced"


@pytest.mark.parametrize(
    ("computed", "sure"),
    [
        ({"half": Fraction(1, 2)}, "exact"),
        ({"half": Sides(0.5, 0.5)}, "two-sided"),
        ({"half": 0.5}, "numeric"),
    ],
)
def test_how_sure_a_claim_is_follows_from_the_types_of_its_quantities(ledger, computed, sure):
    assert record("AB-02", computed).certificate == sure


def test_a_claim_is_as_sure_as_its_least_sure_line_but_for_cross_checks(ledger):
    edit(LEDGER, 'at_most = "first + second"', 'at_most = "first"')
    found = {"first": Sides(0, 0), "second": 0, "sum": 0}
    assert record("AB-03", found).certificate == "two-sided"
    rounded = {**found, "sum": 0.0}
    edit(LEDGER, "above = -1", 'above = -1\ntolerance = 0.1\nreason = "rounding"')
    assert record("AB-03", rounded).certificate == "numeric"
    edit(LEDGER, "above = -1", "above = -1\ncross_check = true")
    assert record("AB-03", rounded).certificate == "two-sided"
    assert record("AB-03", {**rounded, "sum": 9.0}).verdict == "failed"


def test_a_line_that_the_text_proves_is_proved_where_its_numbers_are_rounded(ledger):
    rounded = {"first": Fraction(1), "second": Fraction(2), "sum": 0.0}
    edit(LEDGER, "above = -1", 'above = -1\ntolerance = 0.1\nreason = "rounding"')
    assert record("AB-03", rounded).row["sure"] == "numeric"
    edit(LEDGER, "above = -1", 'above = -1\nproof = "a-section"')
    found = record("AB-03", rounded)
    assert (found.row["sure"], found.row["certificate"]) == ("proved", "numeric")
    assert '(<a href="#a-section">proof</a>)' in box(found.row, found.chapters)
    # a proof of one line says nothing of another, and does not make a number that fails met
    assert record("AB-03", {**rounded, "second": 2.0}).row["sure"] == "numeric"
    assert record("AB-03", {**rounded, "sum": 9.0}).verdict == "failed"
    # nor does it weaken what is exact
    assert record("AB-03", {**rounded, "sum": 0}).row["sure"] == "exact"


def test_not_every_line_is_a_cross_check(ledger):
    edit(LEDGER, "equals = 2", "equals = 2\ncross_check = true")
    with pytest.raises(ValueError, match="AB-01: not every line can be a cross check"):
        record("AB-01", {"cases": 2})


@pytest.mark.parametrize(
    ("claim_id", "computed", "message"),
    [
        ("AB-99", {}, "must be in book/claims.toml, but is 'AB-99'; known are AB-01, AB"),
        ("AB-04", {"x": 1}, "AB-04: the ledger has no lines yet that could decide it"),
        ("AB-02", 0.5, "`computed` must be quantities by name for AB-02"),
        (
            "AB-01",
            {},
            r"AB-01, line 1 \(all .*\): the line needs cases in `quantities`",
        ),
        ("AB-01", {"cases": 2, "more": 1}, "AB-01: no line needs more, and no chapter quotes it"),
        ("AB-01", {"cases": 2.0}, "AB-01, line 1 .* needs a tolerance and its reason, as cases"),
        ("AB-03", {"first": 1, "sum": 0}, "AB-03, line 2 .* needs second in `quantities`, which"),
        ("AB-01", {"cases": float("nan")}, "`computed` must be finite, but holds nan"),
        ("AB-01", {"cases": {1, 2}}, "must be numbers and words, but holds"),
        ("AB-02", {"half": Sides(float("nan"), 1)}, "must be finite, but holds nan"),
    ],
)
def test_record_refuses_what_cannot_be_decided(ledger, claim_id, computed, message):
    with pytest.raises(ValueError, match=message):
        record(claim_id, computed)


def test_a_quantity_that_the_prose_quotes_needs_no_line(ledger):
    Path("a-chapter.md").write_text("so many: {glue:text}`AB-01.more:.2f`", "utf-8")
    assert record("AB-01", {"cases": 2, "more": 1}).verdict == "reproduced"


def test_a_certificate_is_a_line_that_the_checker_decides(ledger, monkeypatch):
    edit(LEDGER, 'short = "words', 'certificate = "a/b.json"\nshort = "words')
    seen = []

    def checked(path):
        seen.append(path)
        return "two is two"

    monkeypatch.setattr("nonlocality.certificates.check", checked)
    row = record("AB-01", {"cases": 2}).row
    assert seen == [LEDGER.resolve().parents[1] / "certificates" / "a" / "b.json"]
    assert row["certificate_files"] == ["a/b.json"]
    assert [line["says"] for line in row["lines"]] == ["all $n<3$ cases & more", "two is two"]
    assert row["verdict"] == "reproduced"


def test_a_certificate_that_is_a_line_of_its_own_is_told_once(ledger):
    line = '\n[[claims.AB-01.prints]]\nsays = "a proof"\ncertificate = "a/b.json"\n'
    edit(LEDGER, 'short = "words', 'certificate = "a/b.json"\nshort = "words')
    edit(LEDGER, "\n[claims.AB-02]", f"{line}\n[claims.AB-02]")
    lines = record("AB-01", {"cases": 2}).row["lines"]
    assert [each["says"] for each in lines] == ["all $n<3$ cases & more", "a proof"]


def test_a_certificate_that_proves_nothing_fails_the_claim(ledger):
    edit(LEDGER, 'short = "words', 'certificate = "a/b.json"\nshort = "words')
    row = record("AB-01", {"cases": 2}).row
    assert row["verdict"] == "failed"
    assert "must be readable JSON" in row["lines"][1]["found"]


def test_record_needs_a_checkout(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"book/claims\.toml must lie in .* or above"):
        record("AB-01", {})


def test_record_makes_plain_values(ledger):
    Path("a-chapter.md").write_text(
        " ".join(f"AB-01.{key}" for key in ("third", "two", "list", "array", "sides")), "utf-8"
    )
    computed = {
        "cases": np.int64(2), "third": Fraction(1, 3), "two": np.float64(2),
        "list": (np.int64(1), [np.bool_(True)]), "array": np.array([[1.5]]),
        "sides": Sides(np.float64(1), 2),
    }  # fmt: skip
    row = record("AB-01", computed).row
    assert row["computed"] == {
        "cases": 2, "third": "1/3", "two": 2.0, "list": [1, [True]], "array": [[1.5]],
        "sides": {"lower": 1.0, "upper": 2},
    }  # fmt: skip
    assert json.loads(json.dumps(row)) == row


def test_record_travels_with_the_output(ledger):
    shown = record("AB-02", {"half": 0.5})
    bundle, metadata = shown._repr_mimebundle_()
    assert bundle["text/html"] == box(shown.row, shown.chapters)
    assert json.loads(bundle["text/plain"]) == shown.row
    assert metadata == {CLAIM_KEY: shown.row}


def test_record_says_what_uses_the_claim(ledger):
    assert record("AB-01", {"cases": 2}).row["used_by"] == ["AB-03"]
    assert record("AB-03", {"first": 0, "second": 0, "sum": 0}).row["rests_on"] == [
        "AB-01",
        "AB-02",
    ]


def test_record_glues_its_numbers_in_the_book(ledger, monkeypatch):
    glued = {}
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")
    monkeypatch.setattr("myst_nb.glue", lambda key, value, display: glued.update({key: value}))
    record("AB-02", {"half": Sides(0.25, 0.5)})
    record("AB-03", {"first": Fraction(1, 2), "second": 2, "sum": 0})
    assert glued == {
        "AB-02.half.lower": 0.25, "AB-02.half.upper": 0.5, "AB-02.half": 0.375,
        "AB-03.first": "1/2", "AB-03.second": 2, "AB-03.sum": 0,
    }  # fmt: skip


def test_full_rows_hold_every_claim_with_the_same_keys(ledger):
    recorded = good_rows()
    rows = full_rows(ledger, recorded[:2])
    assert [row["id"] for row in rows] == list(ledger)
    assert rows[:2] == recorded[:2]
    assert {row["verdict"] for row in rows[2:]} == {"to do"}
    assert json.loads(json.dumps(rows)) == rows
    first = ["id", "paper", "where", "statement", "printed", "computed", "tolerance", "verdict",
             "certificate", "chapter", "reason", "holds"]  # fmt: skip
    assert all(list(row)[:12] == first for row in rows)
    assert len({tuple(row) for row in rows}) == 1


def test_full_rows_of_the_books_ledger_are_json():
    rows = full_rows(read_ledger(BOOK / "claims.toml"), [])
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert {row["verdict"] for row in rows} == {"to do"}


def test_the_table_of_a_chapter_lists_its_claims_as_the_ledger_states_them(ledger):
    shown = claims_table("AB").html
    for key, claim in ledger.items():
        assert f'<a href="#claim-{key}">{key}</a>' in shown
        assert claim.verdict in shown
    with pytest.raises(ValueError, match="`prefix` must be letters of a claim, but is 'A'"):
        claims_table("A")
