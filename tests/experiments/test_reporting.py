import json
from pathlib import Path

import numpy as np
import pytest

from nonlocality.experiments.bootstraps import draw_tables
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.findings import KINDS
from nonlocality.experiments.reading import read_counts
from nonlocality.experiments.reporting import report
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.born import behaviour_tsirelson

DATA = Path(__file__).parent / "data"
CASES = {case["no"]: case for case in json.loads((DATA / "cases.json").read_text("utf-8"))}


def read(number, **options):
    return read_counts(DATA / CASES[number]["file"], **options)


def drawn(behaviour, trials, seed=1):
    tables = draw_tables(behaviour.table, np.full((2, 2), trials // 4), tables=1, seed=seed)
    return Counts(tables.reshape(2, 2, 2, 2))


@pytest.mark.parametrize("number", [8, 11, 19, 20])
def test_the_expected_values_of_the_munich_run_in_every_clothing(number):
    found = report(read(number))
    expect = CASES[8]["expect"]
    seen = next(form for form in found.forms if form.name == expect["facet"])
    assert found.form == expect["facet"]
    assert seen.s == pytest.approx(float(expect["S_raw_+11"]), rel=1e-12)
    assert seen.s_error == pytest.approx(float(expect["S_se"]), rel=1e-9)
    assert found.c == pytest.approx(float(expect["c_ml"]), rel=1e-10)


def test_an_outcome_that_never_varies_costs_nothing_and_is_pointed_at():
    found = report(read(6))
    seen = next(form for form in found.forms if form.name == "+11")
    assert seen.s == pytest.approx(float(CASES[6]["expect"]["S_raw_+11"]), rel=1e-12)
    assert found.kind == "no violation"
    assert found.c_error is None
    assert max(cost.value for cost in found.costs) < 1e-9
    assert found.evidence[0].log2 == 0
    assert any("Bob's outcome never varies" in words for words in found.left_out)


def test_a_table_that_signals_gets_marginals_and_nothing_else():
    found = report(read(7))
    assert found.kind == "signalling"
    assert found.signalling.marginals[0].shift == pytest.approx(
        float(CASES[7]["expect"]["pA(0|0,y=0)-pA(0|0,y=1)"])
    )
    assert (found.evidence, found.costs, found.c, found.llr_bits) == ((), (), None, None)
    for text in (found.to_text(), found.to_html()):
        assert "no p against local realism is quoted" in " ".join(text.split())
        assert "Eberhard" not in text


def test_three_outcomes_are_offered_a_merge_and_a_discard():
    three = read(12)
    found = report(three)
    assert any("--merge a:2=1" in words and "fair sampling" in words for words in found.left_out)
    assert found.c is None
    merged = report(read(12, merge={"a": {"2": "1"}, "b": {"2": "1"}}))
    assert merged.c is not None
    assert "fair sampling" not in merged.verdict
    discarded = report(read(12, discard="2"))
    assert "fair sampling" in discarded.verdict


def test_one_setting_cannot_test_local_realism():
    found = report(read(13))
    assert found.kind == "cannot test"
    assert "Bob has one setting" in found.verdict
    assert found.evidence == ()
    assert [cost.value for cost in found.costs] == [0.0]


def test_unequal_settings_refuse_the_uniform_game():
    found = report(read(15), settings="uniform")
    for line in found.evidence[1:]:
        assert line.log2 is None
        assert "refused" in line.note
        assert "(p < 1e-" in line.note


def test_a_cell_that_was_seen_to_be_empty_is_on_the_boundary():
    found = report(read(16))
    assert found.free.boundary
    assert found.c_error is None
    assert found.c_interval[0] < found.c < found.c_interval[1]


def test_three_parties_get_the_lines_that_exist():
    found = report(read(21))
    assert {cost.key for cost in found.costs} == {"dependence", "information"}
    assert any("two parties" in words for words in found.left_out)


def test_ten_million_times_the_counts_make_chance_a_signal():
    """What was G² = 3 on 4 degrees of freedom is 3e7 where the counts are whole floats."""
    found = report(read(9))
    assert found.signalling.g2 == pytest.approx(1e7 * report(read(8)).signalling.g2, rel=1e-9)
    assert found.kind == "signalling"


def test_runs_are_compared():
    table = read(19).table
    runs = np.array([table // 2, table - table // 2])
    found = report(Counts(table, runs=runs))
    assert found.signalling.drift_p is not None
    assert "Between runs" in found.to_text()


def test_all_six_verdicts_are_given():
    box = behaviour_pr_box()
    kinds = {
        "refuted": report(drawn(behaviour_tsirelson(), 4000)),
        "within error": report(drawn(behaviour_pr_box().with_noise(visibility=0.52), 400, seed=3)),
        "no violation": report(drawn(box.with_noise(visibility=0.2), 400)),
        "postquantum": report(drawn(box.with_noise(visibility=0.95), 4000)),
        "signalling": report(read(7)),
        "cannot test": report(read(13)),
    }
    assert set(kinds) == set(KINDS)
    for kind, found in kinds.items():
        assert found.kind == kind
        assert found.verdict.startswith(KINDS[kind])


def test_what_was_announced_decides_and_what_was_not_is_paid_for(published):
    delft = published["delft2015"]
    announced = report(delft, settings="uniform", form="+11", decide="CHSH game")
    assert announced.kind == "refuted"
    assert "p = 0.039" in announced.verdict
    several = report(delft, settings="uniform", form="+11")
    assert several.kind == "within error"
    assert "times 3" in several.verdict
    with pytest.raises(ValueError, match="`decide` must be one of"):
        report(delft, decide="luck")
    with pytest.raises(ValueError, match="`decide` names the CHSH game, which is not there"):
        report(delft, decide="CHSH game")


def test_relabelling_leaves_verdict_costs_and_ratio(published, relabelled):
    delft = published["delft2015"]
    first = report(delft, bootstrap=0)
    for change in relabelled:
        other = report(Counts(change(delft.table)), bootstrap=0)
        assert other.kind == first.kind
        assert other.llr_bits == pytest.approx(first.llr_bits, rel=1e-9)
        values = [[cost.value for cost in found.costs] for found in (first, other)]
        assert values[0] == pytest.approx(values[1], rel=1e-6)


@pytest.mark.parametrize(
    "shape", [(2, 2, 2, 2), (3, 2, 2, 2), (2, 2, 2, 3), (1, 2, 2, 2), (2, 3), (2,) * 6], ids=str
)
def test_random_tables_of_any_shape_get_a_report_in_all_its_forms(shape):
    """Few counts, many zeros, whole outcomes missing: a verdict, never an error or a warning."""
    rng = np.random.default_rng(13)
    n = len(shape) // 2
    for high in (2, 5, 60):
        table = rng.integers(0, high, shape) * rng.integers(0, 2, shape)
        table[(0,) * n] += 1
        found = report(Counts(table), settings="uniform", bias=0.05)
        assert found.kind in KINDS
        assert found.verdict.startswith(KINDS[found.kind])
        json.loads(found.to_json())
        assert found.to_text()
        assert found.to_html()
