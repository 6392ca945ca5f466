import json
from fractions import Fraction
from math import log2
from pathlib import Path

import numpy as np
import pytest

from nonlocality.causal_relaxations.singlet import (
    chained_bits,
    largest_singlet_bits,
    singlet_bits,
)
from nonlocality.certificates import CertificateError, check
from nonlocality.certificates import singlet_cost as certified
from nonlocality.certificates.rational import SCALE, cosine

PATH = Path(__file__).parents[2] / "certificates" / "causal_relaxations"
DATA = json.loads((PATH / "singlet-information.json").read_text(encoding="utf-8"))


def test_the_certificate_holds_and_says_the_numbers_of_the_library():
    sentence = check(PATH / "singlet-information.json")
    assert f"never more than {DATA['most']}" in sentence
    assert largest_singlet_bits()[1] < float(DATA["most"])
    assert f"{largest_singlet_bits()[1]:.6f}"[:8] in sentence
    assert f"{singlet_bits(np.pi / 4):.7f}"[:9] in sentence
    assert f"{chained_bits(4):.6f}" in sentence


@pytest.mark.parametrize("x", ["1", "1/2", "3/4", "999/1000", "1/1000", "2/3", "7/512"])
def test_logarithms_are_those_of_floats_and_add_up(x):
    x = Fraction(x)
    assert certified.logarithm(x) / SCALE == pytest.approx(log2(x), abs=1e-14)
    twice = certified.logarithm(x) + certified.logarithm(Fraction(3, 4))
    if x * 3 / 4 >= Fraction(1, 1024):
        assert abs(certified.logarithm(x * Fraction(3, 4)) - twice) < 900


def test_cosines_of_shares_obey_the_theorem_of_the_double_angle():
    for share in (Fraction(k, 97) for k in range(24)):
        once, twice = cosine(share), cosine(2 * share)
        assert abs(2 * once * once // SCALE - SCALE - twice) < 6 * 10**4


@pytest.mark.parametrize("t", [Fraction(1, 50), Fraction(1, 10), Fraction(1, 4), Fraction(49, 100)])
def test_the_divergence_is_that_of_the_library_and_monotone_in_both_places(t):
    here = certified.divergence(t, t)
    assert here / SCALE == pytest.approx(singlet_bits(float(t) * np.pi), abs=1e-13)
    later = t + Fraction(1, 200)
    assert certified.divergence(t, later) > max(here, certified.divergence(later, later))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"most": "0.06628"}, "must exceed the bits at φ = 0.13"),
        ({"most": "0.05"}, "must hold at small angles"),
        ({"most": "0.0662874770"}, "must have nine decimals|must exceed the bits"),
        ({"most": "0"}, "must have nine decimals or less"),
        ({"share": "0.01"}, "must lie from 1/20"),
        ({"share": "0.6"}, "must lie from 1/20"),
    ],
)
def test_the_failing_condition_is_named(changes, words):
    with pytest.raises(CertificateError, match=words):
        certified.singlet_information(DATA | changes)


def test_every_plan_loses_a_link_of_a_ring_and_some_lose_only_one():
    for n in (2, 3, 4):
        certified._ring(n)
