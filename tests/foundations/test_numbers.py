import operator
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonlocality.foundations.numbers import TwoSided, shared_digits

NUMBERS = st.floats(-1e6, 1e6)


@st.composite
def intervals(draw):
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    reached = draw(st.sampled_from([None, low, high]))
    side = None if reached is None else draw(st.sampled_from(["lower", "upper"]))
    return TwoSided(draw(st.sampled_from([low, -inf])), draw(st.sampled_from([high, inf])),
                    reached, side)  # fmt: skip


@given(intervals(), NUMBERS)
def test_negation_scaling_and_shifting_move_both_sides_and_the_point_together(number, shift):
    for factor in (-3, 0.5, Fraction(2, 7)):
        moved = factor * number + shift
        ends = sorted(factor * end for end in (number.lower, number.upper))
        assert (moved.lower, moved.upper) == pytest.approx([end + shift for end in ends])
        assert moved.gap == pytest.approx(abs(factor) * number.gap, abs=1e-3)
        assert (moved.side == number.side) == (factor > 0 or number.side is None)
        assert moved.strength == number.strength
        assert moved.evidence is number.evidence
        if number.reached is not None:
            assert float(moved) == pytest.approx(factor * number.reached + shift)
    assert (-1 * -number).sides == number.sides
    assert (1 - number).lower == pytest.approx(1 - number.upper)


def test_a_point_that_misses_its_constraints_proves_nothing():
    """What a solver reaches is no proved side, however near."""
    least = TwoSided(lower=0.2, reached=0.2 + 1e-9, side="upper")
    assert least.strength == "two-sided"
    assert not least.surely_below(1)
    assert least.surely_above(0.1)
    assert (-least).surely_below(-0.1)
    assert not least.surely_above(0.2)


def test_the_strength_follows_from_what_is_known():
    third = Fraction(1, 3)
    assert TwoSided.exact(third).strength == TwoSided.exact(5).strength == "exact"
    assert TwoSided(1.0, 1.0, 1.0).strength == "two-sided"  # equal floats prove no equality
    assert TwoSided(third, 0.3333333333333333, third).strength != "exact"
    assert TwoSided(reached=third).strength == "numeric"
    assert TwoSided(upper=3).strength == "one-sided"
    assert (2 * TwoSided.exact(third) - 1).lower == Fraction(-1, 3)
    assert (TwoSided.exact(2) / 6).strength == "exact"
    assert TwoSided(lower=1.0, reached=2.0, side="lower").strength == "numeric"  # both below


def test_numbers_compare_on_the_proved_side_only():
    low, high = TwoSided(0.1, 0.2), TwoSided(0.3, 0.4)
    assert high.surely_above(low)
    assert low.surely_below(high)
    assert not low.surely_above(low)
    with pytest.raises(TypeError):
        operator.lt(low, high)  # which side would be meant?


@given(NUMBERS, st.floats(0, 1))
def test_the_printed_digits_are_those_that_both_sides_round_to(low, gap):
    text = shared_digits(low, low + gap)
    if text.startswith("["):
        return
    digits = len(text.partition(".")[2]) if "e" not in text else None
    if digits is not None and "." in text:
        assert abs(float(text) - low) <= 0.5 * 10.0**-digits + 1e-9
        assert abs(float(text) - low - gap) <= 0.5 * 10.0**-digits + 1e-9


def test_a_number_prints_on_one_line_with_the_digits_it_deserves():
    assert repr(TwoSided(0.1, 0.5)) == "[0.1, 0.5] (two-sided, 0.4 apart)"
    assert repr(TwoSided.exact(Fraction(5, 7))) == "5/7 (exact)"
    assert repr(TwoSided(reached=0.25)) == "0.25 (numeric)"
    assert repr(TwoSided(lower=0.25)) == "at least 0.25 (one-sided)"
    assert f"{TwoSided(reached=0.123456):.3f}" == "0.123"
    assert "\n" not in repr(TwoSided(-1e-300, 1e300, 0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lower": nan}, "`lower` must be a number"),
        ({"reached": "0.5"}, "`reached` must be a number"),
        ({"lower": 1, "upper": 0}, "`lower` must not exceed `upper` = 0, but is 1"),
        ({"reached": 1, "side": "above"}, "`side` must be 'lower', 'upper' or None"),
        ({"side": "lower"}, "`side` must be None where nothing is reached"),
    ],
)
def test_bad_sides_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        TwoSided(**arguments)


def test_only_whole_numbers_and_fractions_are_exact():
    with pytest.raises(ValueError, match="must be an integer or a fraction"):
        TwoSided.exact(0.5)
    assert TwoSided.exact(np.int64(3)).lower == 3
    with pytest.raises(ValueError, match=r"`factor` and `shift` .* must be finite"):
        TwoSided(1, 2) * inf
    with pytest.raises(ValueError, match="no point reaches"):
        float(TwoSided(lower=1))
    assert (0 * TwoSided(lower=1)).sides == (0, 0)
