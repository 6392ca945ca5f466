from fractions import Fraction

import pytest
from ledgers import Sides

from nonlocality.book.values import shown_value, strength
from nonlocality.foundations.numbers import TwoSided


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2, "2"),
        (-0.5, "−0.5"),
        (2.8e-4, "2.8·10⁻⁴"),
        (1e23, "1·10²³"),
        (10**9, "1000000000"),
        (Fraction(-1, 3), "−1/3"),
        (0.0, "0"),
        (True, "yes"),
        ("a-b", "a-b"),
        (Sides(2.8284271, 2.8284272), "2.828427"),
        (Sides(1.0, 2.0), "1 to 2"),
        ({"a": 1, "b": [2, 3]}, "a: 1, b: 2, 3"),
        (list(range(20)), "0, 1, 2, 3, …, 19"),
    ],
)
def test_values_are_shown_as_a_person_writes_them(value, shown):
    assert shown_value(value) == shown


def test_strength_of_values():
    values = [1, Fraction(1), "a", True, Sides(1, 2), 1.0]
    assert [strength(v) for v in values] == ["exact"] * 4 + ["two-sided", "numeric"]


def test_fractions_on_both_sides_are_shown_by_the_digits_that_they_share():
    third = TwoSided(Fraction(333333, 10**6), Fraction(333334, 10**6))
    assert shown_value(third) == "0.33333"
    assert shown_value(TwoSided(Fraction(1, 3), Fraction(2, 3))) == "0.3333333 to 0.6666667"
