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
