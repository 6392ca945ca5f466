import dataclasses
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import nonlocality
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import LINES, WIDTH, brief, result
from nonlocality.macroscopic_locality.moments import margin, maximise
from nonlocality.macroscopic_locality.radii import visibility


@result
class Everything:
    table: np.ndarray
    number: TwoSided
    many: tuple
    few: tuple
    name: str
    words: dict
    long: str


def records():
    box = behaviour_pr_box()
    yield box
    yield visibility(box, level="1+AB")
    yield margin(box, level="1")
    yield maximise(correlator_functional([[1, 1], [1, -1]]), level="1")
    yield maximise(correlator_functional([[1, 1], [1, -1]]), level="1").largest.evidence
    yield Everything(
        np.zeros((40, 40)), TwoSided(0.1, 0.2), tuple(range(999)), (1, np.ones(3)), "x" * 500,
        dict.fromkeys(range(99)), "word " * 99,
    )  # fmt: skip


@pytest.mark.parametrize("record", list(records()), ids=lambda record: type(record).__name__)
def test_a_result_prints_in_three_lines(record):
    lines = repr(record).splitlines()
    assert 1 <= len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith(type(record).__name__ + "(")


def arrays_within(cls):
    """Names of the fields of a dataclass that are arrays by their annotation."""
    return [
        field.name
        for field in dataclasses.fields(cls)
        if any(word in str(field.type) for word in ("ndarray", "sparray", "csr_array", "Evidence"))
    ]


def test_every_record_that_holds_arrays_prints_briefly():
    """A dataclass of the library with arrays in it is a `result`: no table floods a page."""
    floods = []
    for info in pkgutil.walk_packages(nonlocality.__path__, "nonlocality."):
        if info.name.endswith("__main__") or ".book" in info.name:
            continue
        module = importlib.import_module(info.name)
        for name, cls in inspect.getmembers(module, dataclasses.is_dataclass):
            ours = inspect.isclass(cls) and cls.__module__ == info.name
            if ours and arrays_within(cls) and cls.__repr__ not in (brief, TwoSided.__repr__):
                floods.append(f"{info.name}.{name}")
    assert not floods


def test_a_result_is_frozen_and_compared_by_identity():
    record = next(records())
    assert record == record
    assert record != behaviour_pr_box()
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.table = None
