"""Numbers that the chapter's prose quotes are the library's, and the study of coverage stands."""

import csv
import re

import numpy as np
import pytest
from benchmarks import coverage

from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.experiments.estimation import excess_form, maximum_likelihood
from nonlocality.experiments.forms import chsh_forms, eberhard_readings
from nonlocality.experiments.judging import evidence, log_likelihood_ratio
from nonlocality.experiments.pricing import costs_of_excess, information
from nonlocality.experiments.tails import log2_half_chi_square


@pytest.fixture(scope="module")
def text(root):
    words = (root / "notebooks" / "experiments.md").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", words)


@pytest.fixture(scope="module")
def rows(root):
    with (root / "book" / "computed" / "ex-coverage.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_numbers_in_the_prose_are_the_librarys(text, published):
    delft, boulder, vienna = (published[k] for k in ("delft2015", "nist2015", "vienna2015"))
    bits = log_likelihood_ratio(delft)
    fit = maximum_likelihood(delft).behaviour
    weights = delft.setting_counts / delft.trials
    own = delft.trials * strength(fit, input_weights=weights).least.lower
    assert f"In Delft they are {bits:.2f} and {own:.2f}." in text
    scores = np.divide(*[
        getattr(chsh_forms(delft)[3], name) for name in ("readings", "reading_errors")
    ])  # fmt: skip
    assert f"From {scores.min():.2f} to {scores.max():.2f} standard errors in Delft" in text
    p = 2 ** log2_half_chi_square(2 * np.log(2) * bits)
    drawn = 2 ** evidence(delft, bootstrap=1000)[0].log2
    assert f"In Delft it gives {p:.3f};" in text
    assert f"local behaviour {100 * drawn:.1f} % do as well" in text
    ratio = excess_form(fit)[1] / excess_form(maximum_likelihood(vienna).behaviour)[1]
    assert round(ratio, -3) == 15000
    assert f"{log_likelihood_ratio(vienna):.0f} bits against {bits:.0f}" in text
    events = boulder.table.sum() - boulder.table[1, 1].sum()
    assert f"{events:,}".replace(",", " ") in text
    cells = boulder.table[eberhard_readings("+11")[0] != 0].sum()
    assert f"{cells:,}".replace(",", " ") in text
    kilobytes = costs_of_excess(excess_form(maximum_likelihood(vienna).behaviour)[1])["message"]
    assert f"{kilobytes * vienna.trials / 8000:.0f} kilobytes in Vienna" in text
    for counts, words, share in (
        (delft, "five per cent in Delft", 0.05),
        (vienna, "two in ten thousand in Vienna", 2e-4),
    ):
        best = information(maximum_likelihood(counts).behaviour, trials=counts.trials)
        far = counts.trials * best.least.lower / log_likelihood_ratio(counts) - 1
        assert words in text
        assert share / 2 < far < share


def test_the_study_of_coverage_is_what_its_script_computes(rows):
    """Two of the rows of 150 trials again, from their own seeds."""
    assert len(rows) == 5 * len(coverage.TRIALS) + 4
    points = coverage.study_points(("local boundary", "stops when ahead"), trials=(150,))
    again = [coverage.study_row(**point) for point in points]
    assert len(again) == 2
    some = {(row["behaviour"], row["memory"]): row for row in rows if row["trials"] == "150"}
    for row in again:
        kept = some[row["behaviour"], row["memory"]]
        assert {key: str(value) for key, value in row.items()} == kept


def test_tables_without_any_event_are_counted_and_reject_nothing():
    found = coverage.study_row("local corner", trials=150, tables=30)
    assert found["tables"] > 0
    assert found["event_rejects"] == 0


def test_the_promises_are_kept_within_three_standard_errors(rows):
    for row in rows:
        tables = int(row["tables"])
        wrong = np.sqrt(0.05 * 0.95 * tables)
        if row["covered"]:
            assert int(row["covered"]) >= 0.95 * tables - 3 * wrong
        if "quantum" not in row["behaviour"]:
            for key in ("game_rejects", "bet_rejects"):
                assert int(row[key]) <= 0.05 * tables + 3 * wrong


def test_a_machine_with_memory_beats_the_count_of_events_and_nothing_else(rows):
    row = next(k for k in rows if k["memory"] == "stops when ahead" and k["trials"] == "1000")
    assert int(row["event_rejects"]) > 0.2 * int(row["tables"])
    assert int(row["game_rejects"]) < 0.06 * int(row["tables"])
