"""The short form of the fuzz, and that the fuzz finds what it looks for."""

import inspect
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from fuzz import BAD, Call, Target, outcome, plan, right_kind, targets

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import finite_number
from nonlocality.foundations.solvers import Program


def good(x: float) -> float:
    """Twice a number. Raises ValueError for anything else."""
    return 2 * finite_number("x", x)


def hands_on(x: float) -> float:
    """Twice a number. Raises ValueError for anything else."""
    return 2 * np.float64(x)


def unnamed(x: float) -> float:
    """Twice a number. Raises ValueError for anything else."""
    return 2 * finite_number("y", x)


def other_error(x: float) -> float:
    """Twice a number. Raises ValueError for anything else."""
    raise IndexError(x)


def changes(x: np.ndarray) -> float:
    """The sum. Raises ValueError for anything else."""
    x *= 2
    return float(x.sum())


def hangs(x: float) -> float:
    """Twice a number. Raises ValueError for anything else."""
    while x > 10:
        x += 1
    return 2 * x


def huge(x: float) -> float:
    """A number over 10^-300. Raises ValueError for anything else."""
    return np.float64(finite_number("x", x)) / 5e-324


def made(function: Callable, valid: object, change: str) -> str:
    target = Target(
        function.__name__,
        function,
        function.__code__,
        inspect.signature(function),
        inspect.getdoc(function),
        inspect.get_annotations(function),
    )
    return outcome(target, {"x": pickle.dumps(valid)}, Call(function.__name__, 0, "x", change))[0]


@pytest.mark.parametrize(
    ("function", "valid", "change", "expected"),
    [
        (good, 1.0, "plus 1", "returned"),
        (good, 1.0, "nan", "refused by name"),
        (good, 1.0, "None", "refused by name"),
        (good, 1.0, "10**400", "refused by name"),
        (hands_on, 1.0, "nan", "NaN out"),
        (hands_on, 1.0, "inf", "infinity out"),
        (hands_on, 1.0, "10**400", "OverflowError"),
        (hands_on, 1.0, "object", "wrong kind"),
        (unnamed, 1.0, "nan", "ValueError without a name"),
        (unnamed, 1.0, "word", "wrong kind"),
        (other_error, 1.0, "plus 1", "IndexError"),
        (other_error, 1.0, "word", "IndexError"),
        (changes, np.ones(2), "times 3", "argument changed"),
        (changes, np.ones(2), "locked", "ValueError without a name"),
        (hangs, 1.0, "1e308", "too long"),
        (huge, 1.0, "times 50", "infinity out"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_each_kind_of_fault_is_found(function, valid, change, expected, monkeypatch):
    monkeypatch.setattr("fuzz.SECONDS", 0.5)
    assert made(function, valid, change) == expected


def test_what_kind_a_value_is_of():
    assert right_kind(float, np.nan)
    assert not right_kind(float, "1")
    assert right_kind(Sequence[int], [1, -1])
    assert not right_kind(Sequence[int], ["a"])
    assert right_kind(np.ndarray, [["a"]])
    assert not right_kind(np.ndarray, 5)
    assert right_kind(Behaviour, np.zeros(3))
    assert right_kind(float | None, None)
    assert not right_kind(Behaviour, None)
    assert not right_kind(Callable, 1)
    assert right_kind(Program, SimpleNamespace(conic=()))
    assert not right_kind(Program, 10**400)


def test_the_same_seed_makes_the_same_calls():
    found = {"f": [{"x": pickle.dumps(1.0)}], "g": [{"x": pickle.dumps(np.ones((2, 2)))}]}
    once = plan(found, calls=50, seed=1)
    assert plan(found, calls=50, seed=1) == once
    assert plan(found, calls=50, seed=2) != once
    assert len(set(once)) == 50
    assert len(plan(found, calls=10**6, seed=1)) > 2 * len(BAD)


def test_every_public_name_is_a_target():
    names = {target.name for target in targets()}
    assert {"foundations.chsh_value", "foundations.Behaviour.with_noise", "book.show"} <= names
    assert len(names) > 600


def test_four_hundred_calls_end_as_they_should(root):
    line = [sys.executable, "-m", "tests.fuzz", "--calls", "400", "--every", "8", "--seed", "8"]
    run = subprocess.run(line, cwd=root, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert re.match(r"400 calls of \d{3} of \d{3} public names", run.stdout)
