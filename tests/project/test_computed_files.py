"""The files of book/computed can be computed anew: their scripts run, and agree where asked."""

import csv

import pytest
from benchmarks import growth, postquantum_descent

OURS = ("nonlocality", "NumPy", "Python")


@pytest.mark.parametrize("family", growth.families(), ids=lambda family: family.name)
def test_the_smallest_size_of_each_way_runs(family):
    for name, (sizes, make) in family.ways.items():
        if name.startswith(OURS):
            make(sizes[0])()


@pytest.mark.parametrize("kind", ["real", "symmetric"])
def test_the_first_descents_are_those_of_the_file(root, kind):
    with (root / "book" / "computed" / "ps-descent.csv").open(encoding="utf-8") as file:
        kept = [row for row in csv.DictReader(file) if row["class"] == kind and not row["first"]]
    for row in kept[:5]:
        found = postquantum_descent.descent_row(kind, int(row["number"]))
        assert [str(value) for value in found] == list(row.values())
