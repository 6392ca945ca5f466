"""The page on benchmarks: its numbers are those of the files, and the values in them are right."""

import json
import re

import pytest
from benchmarks.peers import all_problems
from benchmarks.side_by_side import verdict

from nonlocality.book.scaling import scaling_html
from nonlocality.book.timings import growth_html, peers_html, reach


@pytest.fixture(scope="module")
def measured(root):
    return json.loads((root / "book" / "computed" / "benchmarks.json").read_text())


@pytest.fixture(scope="module")
def growth(root):
    return json.loads((root / "book" / "computed" / "growth.json").read_text())


@pytest.fixture(scope="module")
def peers(root):
    return peers_html(root)


@pytest.fixture(scope="module")
def pictures(root):
    return growth_html(root)


def test_every_problem_was_measured_and_its_truth_is_what_is_computed_now(measured):
    truths = {p.name: p.truth for p in all_problems()}
    assert [entry["problem"] for entry in measured["problems"]] == list(truths)
    for entry in measured["problems"]:
        assert entry["truth"] == pytest.approx(truths[entry["problem"]], rel=1e-12)


def test_every_value_of_ours_is_right_and_every_verdict_follows_from_its_value(measured):
    bounds = {p.name: p.bound for p in all_problems()}
    for entry in measured["problems"]:
        assert any(way["tool"] == "nonlocality" for way in entry["ways"])
        for way in entry["ways"]:
            if "failed" in way:
                assert way["tool"] != "nonlocality"
                continue
            assert way["error"] == way["value"] - entry["truth"]
            word = verdict(way["value"], entry["truth"], bounds[entry["problem"]])
            assert way["verdict"] == word
            assert word == "right" or way["tool"] != "nonlocality"
            assert way["seconds"] > 0
            assert way["repeats"] >= 1
            assert way["peak_mb"] >= 0


@pytest.mark.parametrize(
    "name",
    ["CHSH, level 1", "CGLMP, d = 3, level 1+AB", "S₆ over Q₁", "Local bound, 12 × 12 settings"],
)
def test_our_ways_give_today_the_values_of_the_file(measured, name):
    problem = next(p for p in all_problems() if p.name == name)
    kept = next(entry for entry in measured["problems"] if entry["problem"] == name)
    for way in problem.ways:
        if way.ours:
            value = next(e["value"] for e in kept["ways"] if e["how"] == way.how)
            assert way.call() == pytest.approx(value, rel=1e-7)


def test_the_ratio_is_that_of_the_medians_of_the_right_ones(measured):
    for entry in measured["problems"]:
        right = [w for w in entry["ways"] if w.get("verdict") == "right"]
        ours = [w["seconds"] for w in right
                if w["tool"] == "nonlocality" and "again" not in w["how"]]  # fmt: skip
        others = [w["seconds"] for w in right if w["tool"] != "nonlocality"]
        assert entry["ratio"] == pytest.approx(min(others) / min(ours))


def test_growth_has_every_family_with_sizes_that_grow(growth):
    from benchmarks.growth import families

    assert [f["family"] for f in growth["families"]] == [f.name for f in families()]
    for family in growth["families"]:
        assert any(name.startswith("nonlocality") for name in family["ways"])
        for way in family["ways"].values():
            sizes = [p["size"] for p in way["points"]]
            assert sizes == sorted(set(sizes))
            assert all(p["seconds"] > 0 for p in way["points"])
            assert way["points"] or way["failed"]


def test_the_page_has_every_problem_every_family_and_every_stray_value(
    measured, growth, peers, pictures
):
    for entry in measured["problems"]:
        assert peers.count(f">{entry['problem']}<") == 1
    words = [w.get("verdict", "did not run") for e in measured["problems"] for w in e["ways"]]
    for word in ("loose", "wrong", "rough", "did not run"):
        assert peers.count(f": {word}, ") == words.count(word)
    assert pictures.count("<svg") == len(growth["families"])


def test_every_table_of_the_pages_has_a_name_of_its_own(root, peers, pictures):
    page = peers + pictures + scaling_html(root)
    names = re.findall(r'role="region" aria-label="([^"]*)"', page)
    assert len(names) == len(set(names)) > 20
    assert "Table" not in names


def test_what_is_reached_in_the_same_time_is_read_off_the_points():
    def way(*points):
        return {"points": [dict(zip(("size", "seconds"), p, strict=True)) for p in points]}

    family = {"ways": {"nonlocality, reduced": way((10, 0.1), (100, 1.0), (1000, 9.0)),
                       "CVXPY": way((2, 0.1), (4, 1.5)), "toqito": way((2, 1.9))}}  # fmt: skip
    best, mine, name = reach(family)
    assert (best["size"], mine["size"], name) == (4, 100, "nonlocality, reduced")
