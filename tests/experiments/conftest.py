"""The four published tables, and relabellings of a table."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from nonlocality.experiments.counting import Counts


@pytest.fixture(scope="session")
def published(root):
    """Counts of the four experiments of 2015 and 2016, by name."""
    tables = {}
    with (root / "book" / "data" / "bell-tests.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            table = tables.setdefault(row["experiment"], np.zeros((2, 2, 2, 2), dtype=int))
            table[tuple(int(row[k]) for k in "abxy")] = int(row["count"])
    return {name: Counts(table) for name, table in tables.items()}


@pytest.fixture(scope="session")
def relabelled():
    """Some relabellings of parties, settings and outcomes of tables [a, b, x, y]."""

    def flip_at(table, x):
        table = table.copy()
        table[:, :, x] = table[::-1, :, x]
        return table

    return [
        lambda t: t.transpose(1, 0, 3, 2),
        lambda t: t[::-1],
        lambda t: t[:, ::-1, ::-1],
        lambda t: flip_at(t, 1)[:, :, :, ::-1],
        lambda t: flip_at(t.transpose(1, 0, 3, 2), 0)[:, ::-1],
    ]


@pytest.fixture(scope="session")
def path_of():
    """Where the bad table of a number lies."""
    data = Path(__file__).parent / "data"
    files = {
        case["no"]: case["file"] for case in json.loads((data / "cases.json").read_text("utf-8"))
    }
    return lambda number: data / files[number]
