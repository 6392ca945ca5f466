from fractions import Fraction

import numpy as np
import pytest

from nonlocality.certificates import CertificateError
from nonlocality.certificates import sums_of_squares as certified
from nonlocality.foundations.cglmp import cglmp_coefficients
from nonlocality.foundations.inequalities import i3322_functional
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.proofs import squares
from nonlocality.macroscopic_locality.structure import moment_structure


@pytest.mark.parametrize(("level", "d"), [("1", 2), ("1", 3), ("1+AB", 2), ("1+AB", 4), ("3", 2)])
def test_words_are_those_of_the_library(level, d):
    assert certified.words(level, d, 2) == moment_structure(level, (d, d), (2, 2)).words


@pytest.mark.parametrize("seed", range(3))
def test_worse_squares_give_a_worse_bound_never_a_wrong_one(seed):
    rng = np.random.default_rng(seed)
    data = squares(cglmp_coefficients(2), level="1")
    expression = {place: Fraction(int(v)) for place, v in np.ndenumerate(cglmp_coefficients(2))}
    best = certified.squares_bound(data, expression=expression, outcomes=2)
    assert float(best) == pytest.approx(2 * np.sqrt(2), abs=1e-6)
    for number, text in enumerate(data["squares"]):
        row = text.split()
        k = rng.integers(len(row))
        row[k] = str(int(row[k]) + int(rng.integers(-(10**8), 10**8)))
        data["squares"][number] = " ".join(row)
    assert certified.squares_bound(data, expression=expression, outcomes=2) > best
    assert certified.squares_bound(data | {"squares": []}, expression=expression, outcomes=2) >= 4


@pytest.mark.parametrize("level", ["1+AB", "2"])
def test_words_of_three_settings_are_those_of_the_library(level):
    assert certified.words(level, 2, 3) == moment_structure(level, (2, 2), (3, 3)).words


def test_a_bound_with_three_settings_is_that_of_the_program():
    f = i3322_functional()
    expression = {place: Fraction(int(v)) for place, v in np.ndenumerate(f)}
    data = squares(f, level="1+AB")
    bound = certified.squares_bound(data, expression=expression, outcomes=2, settings=3)
    assert maximise(f, level="1+AB").largest.lower <= bound < Fraction(2515, 10000)


def test_decimals_are_rounded_to_the_safe_side():
    third = Fraction(1, 3)
    assert certified.decimal(third, up=False) == "0.333333333"
    assert certified.decimal(third, up=True) == "0.333333334"
    assert certified.decimal(-third, up=True) == "-0.333333333"
    assert certified.decimal(Fraction(2), up=True) == "2.000000000"


def test_a_digest_that_belongs_to_other_squares_is_refused():
    assert certified.checked_digest({"squares": ["1 2"], "digest": certified.digest_of(["1 2"])})
    with pytest.raises(CertificateError, match="digest of the squares is"):
        certified.checked_digest({"squares": ["1 3"], "digest": certified.digest_of(["1 2"])})
