import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CHECKERS, CertificateError, check, macroscopic_locality
from nonlocality.certificates.rational import SCALE, cosines, number
from nonlocality.foundations.cglmp import cglmp_bell_operator, cglmp_quantum_maximum
from nonlocality.macroscopic_locality.cglmp_moments import (
    macroscopic_links,
    macroscopic_maximum,
    macroscopic_multipliers,
)

FOLDER = Path(__file__).parents[2] / "certificates" / "macroscopic_locality"
CGLMP = FOLDER / "cglmp-macroscopic.json"


@pytest.fixture
def data():
    return json.loads(CGLMP.read_text(encoding="utf-8"))


def test_certificate_holds(data):
    assert check(CGLMP) == data["proves"]
    assert CHECKERS[data["kind"]] == (data["claim"], macroscopic_locality.cglmp_macroscopic)
    assert data["claim"] == "ML-08"
    assert [int(d) for d in data["maxima"]] == [*range(2, 31), 45, 100]


@pytest.mark.parametrize("d", [2, 3, 4, 7, 8, 30, 45, 100])
def test_two_sides_enclose_the_closed_form(d):
    lower, upper = macroscopic_locality._two_sides(d)
    assert 0 < upper - lower < Fraction(1, 10**23)
    assert float(lower) == pytest.approx(macroscopic_maximum(d), abs=1e-13)


@pytest.mark.parametrize("d", [2, 3, 4, 9, 10, 99, 100])
def test_the_data_of_the_proof_is_that_of_the_library(d):
    mu = macroscopic_locality._multipliers(d, cosines(d))
    assert np.array(mu) / SCALE == pytest.approx(macroscopic_multipliers(d), rel=1e-13)
    p = np.array([float(w) for w in macroscopic_locality._links(d)])
    assert p / p.sum() == pytest.approx(macroscopic_links(d)[: len(p)], rel=1e-12)


@pytest.mark.parametrize("d", [3, 8, 16])
def test_states_reach_what_is_said(data, d):
    a = np.array([int(x) for x in data["schmidt"][str(d)]])
    reached = a @ cglmp_bell_operator(d) @ a / (a @ a)
    assert float(data["quantum"][str(d)]) == pytest.approx(reached, abs=1.1e-9)
    assert reached <= cglmp_quantum_maximum(d)[0] < reached + 1e-4


@pytest.mark.parametrize("side", ["_multipliers", "_links"])
def test_worse_data_gives_a_worse_bound_on_the_safe_side(monkeypatch, side):
    """Wrong multipliers or probabilities never give a wrong bound, only a looser one."""
    lower, upper = macroscopic_locality._two_sides(9)
    original = getattr(macroscopic_locality, side)

    def worse(*args):
        return [value * (110 + i) // 113 for i, value in enumerate(original(*args))]

    monkeypatch.setattr(macroscopic_locality, side, worse)
    low, high = macroscopic_locality._two_sides.__wrapped__(9)  # not from the cache
    assert (high > upper + Fraction(1, 1000)) == (side == "_multipliers")
    assert (low < lower - Fraction(1, 1000)) == (side == "_links")
    assert low <= lower < upper <= high


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"maxima": {"2": "2.828427124"}}, "maxima must be a table"),
        ({"maxima": {"3": "3.154700538", "2": "2.828427124"}}, "d must increase"),
        ({"maxima": {"02": "2.828427124", "3": "3.154700538"}}, "d must increase"),
        ({"maxima": {"1": "4.000000000", "3": "3.154700538"}}, "integer from 2 to 200"),
        ({"maxima": {"3": "3.154700539", "4": "3.212551181"}}, "at d = 3 is 3.154700538"),
        ({"schmidt": {}}, "states must be a table"),
        ({"schmidt": {"3": ["5", "4", "5"]}}, "Each state has a value"),
        ({"schmidt": {"3": ["5", "-4", "5"]}, "quantum": {"3": "1"}}, "must be positive"),
        ({"schmidt": {"3": ["1/2", "1", "1"]}, "quantum": {"3": "1"}}, "must be integers"),
        ({"schmidt": {"31": ["1"]}, "quantum": {"31": "1"}}, "one of the maxima, but is '31'"),
        ({"schmidt": {"3": ["5", "4", "5"]}, "quantum": {"3": "2.9147"}}, "reaches 2.914788531"),
    ],
)
def test_the_failing_condition_is_named(data, changes, words):
    with pytest.raises(CertificateError, match=words):
        macroscopic_locality.cglmp_macroscopic(data | changes)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 100, 1000])
def test_cosines(n):
    """Against the library, and exactly against what cosines satisfy."""
    c = cosines(n)
    assert len(c) == 4 * n
    m = range(4 * n)
    rounding = 2e-15  # of the float angle, which goes up to 2π
    assert max(abs(c[k] / SCALE - math.cos(math.pi * k / (2 * n))) for k in m) < rounding
    error = 10**4  # units, the bound that is promised
    assert max(abs(c[k] ** 2 + c[k - n] ** 2 - SCALE**2) for k in m) < 4 * error * SCALE
    for k in m:  # 2 cos a cos b = cos(a + b) + cos(a − b), b one step
        sides = 2 * c[k] * c[1] - SCALE * (c[(k + 1) % (4 * n)] + c[k - 1])
        assert abs(sides) < 7 * error * SCALE


def test_decimals_are_cut():
    assert macroscopic_locality._digits(number("2.8284271249")) == "2.828427124"
    assert macroscopic_locality._digits(Fraction(3)) == "3.000000000"
