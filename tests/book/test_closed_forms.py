from fractions import Fraction
from math import pi, sqrt

import numpy as np
import pytest

from nonlocality.book.closed_forms import closed_form


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2*sqrt(2)", 2 * sqrt(2)),
        ("-(1 + 2)/4", Fraction(-3, 4)),
        ("0.1", Fraction(1, 10)),
        ("2**-1", Fraction(1, 2)),
        ("pi/2", pi / 2),
        ("log2(4/3)/2", np.log2(4 / 3) / 2),
        ("cos(pi)", -1.0),
        ("x - y", 1),
        ("  0.55", Fraction(11, 20)),
    ],
)
def test_closed_forms(text, value):
    found = closed_form(text, {"x": 3, "y": 2})
    assert found == value
    assert isinstance(found, Fraction | int) == isinstance(value, Fraction | int)


@pytest.mark.parametrize("text", ["__import__('os')", "x.real", "[1, 2]", "1 < 2", "'word'", ""])
def test_nothing_but_arithmetic_is_a_closed_form(text):
    with pytest.raises((ValueError, KeyError)):
        closed_form(text, {"x": 1})


@pytest.mark.parametrize("text", ["1/0", "1/(x - 1)", "9**9**9", "0**-1", "2.0**99999", "log(0)"])
def test_what_has_no_value_or_too_long_a_one_is_refused(text):
    with pytest.raises(ValueError, match="cannot compute the `text`"):
        closed_form(text, {"x": 1})


@pytest.mark.parametrize("quantities", [None, ["x"], np.array([1])])
def test_quantities_come_by_name(quantities):
    with pytest.raises(ValueError, match="`quantities`"):
        closed_form("x", quantities)
