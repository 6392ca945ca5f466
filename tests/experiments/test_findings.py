import json
from dataclasses import replace

import numpy as np
import pytest

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.findings import KINDS
from nonlocality.experiments.reporting import report


def test_the_numbers_survive_json(published):
    for counts in published.values():
        found = report(counts, settings="uniform")
        numbers = json.loads(found.to_json())
        assert numbers["c"] == found.c
        assert np.array_equal(numbers["counts"], counts.table)
        assert numbers["kind"] in KINDS
        bits = next(cost for cost in numbers["costs"] if cost["key"] == "information")
        assert bits["run"] == pytest.approx(bits["value"] * counts.trials)


def test_what_json_cannot_say_is_null():
    found = report(Counts(np.full((2, 2, 2, 2), 9)))
    numbers = json.loads(replace(found, llr_bits=np.inf, c_error=np.float64("nan")).to_json())
    assert (numbers["llr_bits"], numbers["c_error"]) == (None, None)
    assert numbers["c"] == found.c
