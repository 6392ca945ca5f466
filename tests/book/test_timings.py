"""The page on benchmarks: its numbers are those of the files, and the values in them are right."""

import json
import re

import pytest
from benchmarks import sizes
from benchmarks.peers import all_problems
from benchmarks.side_by_side import verdict

from nonlocality.book.scaling import scaling_html
from nonlocality.book.timings import growth_html, peers_html


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

    assert [(f["family"], f["why"]) for f in growth["families"]] == [
        (f.name, f.why) for f in families()
    ]
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


def test_every_size_in_the_same_time_follows_from_the_points(growth):
    for family in growth["families"]:
        found, ways = family["reach"], family["ways"]
        right = {name: way["points"][-1] for name, way in ways.items()
                 if not name.startswith("nonlocality") and way["verdict"] == "right"}  # fmt: skip
        assert found["size"] == max(point["size"] for point in right.values())
        assert right[found["other"]]["seconds"] == found["seconds"] >= found["our_seconds"]
        assert found["times"] == found["our_size"] / found["size"]
        ours = [
            p["size"] for p in ways[found["ours"]]["points"] if p["seconds"] <= found["seconds"]
        ]
        assert found["our_size"] >= max(ours)


def test_ten_times_larger_or_a_reason_why_not(growth, pictures):
    assert sum(family["reach"]["times"] >= 10 for family in growth["families"]) >= 5
    for family in growth["families"]:
        assert family["reach"]["times"] >= 10 or len(family["why"]) > 80
        shown = f"<li>{family['family']}: " in pictures
        assert shown == (family["reach"]["times"] < 10)


def test_our_values_are_right_at_every_size(growth):
    for family in growth["families"]:
        for name, way in family["ways"].items():
            assert way["verdict"] == "right" or not name.startswith("nonlocality")


def spent(seconds):
    """A way that takes so long at each size, by a clock of its own, and refuses beyond 1000."""

    def make(n):
        if n > 1000:
            raise ValueError("too large")
        return lambda: seconds(n)

    return make


@pytest.mark.parametrize(
    ("seconds", "known", "step", "by_steps", "size"),
    [
        (lambda n: n / 100, [8, 128], 1, False, 98),  # halved until a twentieth is unknown
        (lambda n: n / 100, [8, 16], 1, False, 98),
        (lambda n: 2.0**n / 1000, [2, 3], 1, True, 9),
        (lambda n: 2.0**n / 1000, [2, 4], 2, True, 8),
        (lambda n: n / 100, [8, 16], 0, False, 64),
        (lambda n: 0.0, [8], 1, False, 960),  # until it is refused
    ],
)
def test_the_largest_size_in_a_time_is_sought_by_calls(
    monkeypatch, seconds, known, step, by_steps, size
):
    monkeypatch.setattr(sizes, "timed", lambda call, ours: (call(), None))
    points = [{"size": n, "seconds": seconds(n)} for n in known]
    best = {"size": 50, "seconds": 1.0}
    found = sizes.furthest(points, spent(seconds), best, step=step, by_steps=by_steps)
    assert seconds(found["size"]) == found["seconds"] <= 1.0
    assert size * 0.95 <= found["size"] <= (size if seconds(2) else 1000) * 1.03


def test_a_way_whose_values_are_loose_is_no_measure():
    def way(*points):
        return {"points": [dict(zip(("size", "seconds", "value"), p, strict=True)) for p in points]}

    ways = {"nonlocality": way((2, 0.1, 1.0), (4, 0.4, 2.0), (200, 0.6, 3.0)),
            "CVXPY": way((2, 0.1, 1.0), (4, 0.5, 2.0), (6, 0.9, 7.0)),
            "MoMPy": way((2, 0.3, 1.0)),
            "toqito": way((2, 0.5, 1.0), (4, 1.9, 2.1))}  # fmt: skip
    sizes.judge(ways, "upper")
    assert [w["verdict"] for w in ways.values()] == ["right", "right", "right", "loose"]
    calls = dict.fromkeys(ways, lambda n: lambda: None)
    found = sizes.in_the_same_time(ways, calls, step=1, by_steps=False)
    assert (found["other"], found["size"], found["ours"]) == ("CVXPY", 6, "nonlocality")
    assert found["our_size"] >= 600
    del ways["CVXPY"], ways["MoMPy"]
    assert sizes.in_the_same_time(ways, calls, step=1, by_steps=False) is None
