"""The test of the verdicts is tested: it notices a quantity that decides nothing."""

from dataclasses import replace

import pytest
from ledgers import edit, good_rows
from mutations import idle_quantities, lax_lines

from nonlocality.book.ledger import read_ledger


def test_every_quantity_of_the_small_ledger_decides(ledger):
    for row in good_rows():
        assert idle_quantities(ledger[row["id"]], row["computed"]) == []


def test_a_line_that_cannot_fail_is_noticed(ledger, tmp_path):
    path = tmp_path / "book" / "claims.toml"
    edit(path, "equals = 2", 'at_least = "cases"')
    claim = read_ledger(path)["AB-01"]
    assert idle_quantities(claim, {"cases": 2}) == ["cases"]


@pytest.mark.parametrize(
    "computed", [{"cases": [2, 2]}, {"cases": "2"}, {"cases": {"lower": "2", "upper": "2"}}]
)
def test_quantities_are_read_back_as_they_were_recorded(ledger, computed):
    assert idle_quantities(ledger["AB-01"], computed) == []


def test_numbers_with_two_sides_are_moved_at_either_side(ledger):
    computed = {"half": {"lower": 0.4, "upper": 0.6}}
    assert idle_quantities(ledger["AB-02"], computed) == []


def test_in_a_corrected_claim_a_printed_line_that_is_met_decides_nothing(ledger, tmp_path):
    path = tmp_path / "book" / "claims.toml"
    line = '\n[[claims.AB-03.prints]]\nsays = "idle"\nquantity = "more"\nequals = 1\n'
    edit(path, "[claims.AB-04]", f"{line}\n[claims.AB-04]")
    claim = read_ledger(path)["AB-03"]
    computed = {"first": 0, "second": 0, "sum": 0, "more": 1}
    assert idle_quantities(claim, computed) == ["more"]


def test_every_line_of_the_small_ledger_refuses_what_is_just_beyond_its_tolerance(ledger):
    for row in good_rows():
        assert lax_lines(ledger[row["id"]], row["computed"]) == []


def test_a_comparison_that_takes_a_value_beyond_its_tolerance_is_noticed(ledger, monkeypatch):
    import mutations

    claim = ledger["AB-02"]
    computed = {"half": 0.5}
    assert lax_lines(claim, computed) == []
    honest = mutations.judge

    def lax(line, quantities):
        return honest(replace(line, tolerance=line.tolerance * 2), quantities)

    monkeypatch.setattr(mutations, "judge", lax)
    assert len(lax_lines(claim, computed)) == 2  # above and below
