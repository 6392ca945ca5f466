import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CHECKERS, CertificateError, check
from nonlocality.certificates import almost_quantum as certified
from nonlocality.certificates.sums_of_squares import digest_of
from nonlocality.foundations.cglmp import cglmp_quantum_maximum
from nonlocality.foundations.inequalities import i3322_functional
from nonlocality.foundations.strategies import CausalModel

FOLDER = Path(__file__).parents[2] / "certificates"


def read(name):
    (path,) = FOLDER.rglob(f"{name}.json")
    assert check(path)
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("d", [3, 4, 5])
def test_the_bounds_of_cglmp_are_those_of_the_closed_forms(d):
    upper = float(read(f"cglmp-almost-quantum-{d}")["proves"].split("at most ")[1].split()[0])
    assert cglmp_quantum_maximum(d)[0] <= upper < cglmp_quantum_maximum(d)[0] + 1e-5


def test_the_inequality_is_the_one_of_the_library(monkeypatch):
    seen = {}

    def caught(data, *, expression, outcomes, settings):
        seen.update(expression)
        return Fraction(0)

    monkeypatch.setattr(certified, "squares_bound", caught)
    certified.i3322_upper({"level": "2", "squares": [], "digest": digest_of([])})
    table = np.zeros((2, 2, 3, 3), dtype=int)
    for place, value in seen.items():
        table[place] = int(value)
    assert len(seen) == 36
    # the marginals may be read elsewhere: equal wherever nothing signals
    difference = table - i3322_functional()
    deterministic = [
        sum(difference[a[x], b[y], x, y] for x in range(3) for y in range(3))
        for a in product((0, 1), repeat=3)
        for b in product((0, 1), repeat=3)
    ]
    assert not any(deterministic)
    assert CausalModel(("x", "y"), (2, 2), (3, 3)).bound(table) == 0


def test_a_higher_level_proves_more_and_neither_less_than_is_known():
    bounds = [
        Fraction(read(name)["proves"].split("at most ")[1].split()[0])
        for name in ("i3322-second-level", "i3322-almost-quantum")
    ]
    known = Fraction("0.25087")  # Pál and Vértesi, arXiv:1006.3032: reached by quantum behaviours
    assert known < bounds[0] < Fraction("0.25095") < bounds[1] < Fraction("0.2515")


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("cglmp-almost-quantum-3", {"d": "7"}, "d must be from 2 to 5"),
        ("cglmp-almost-quantum-3", {"level": "1"}, "level must be 1"),
        ("cglmp-almost-quantum-3", {"squares": [" ".join(["1/2"] * 25)]}, "must be whole numbers"),
        ("cglmp-almost-quantum-3", {"scale": "0"}, "scale must be positive"),
        ("cglmp-almost-quantum-3", {"squares": ["1 2"]}, "must hold 25 numbers"),
        ("cglmp-almost-quantum-3", {"positive": {"0000": "1"}}, "belong to level 1"),
        ("i3322-second-level", {"level": "1"}, "level must be 1"),
        ("i3322-second-level", {"level": "3"}, "level must be 1"),
        ("i3322-second-level", {"level": "1+AB"}, "must hold 16 numbers"),
        ("i3322-second-level", {"positive": {"0000": "1"}}, "belong to level 1"),
    ],
)
def test_the_failing_condition_is_named(name, changes, words):
    data = read(name) | changes
    if "squares" in changes:
        data["digest"] = digest_of(changes["squares"])
    with pytest.raises(CertificateError, match=words):
        CHECKERS[data["kind"]][1](data)
