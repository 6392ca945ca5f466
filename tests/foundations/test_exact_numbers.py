from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonlocality.foundations.exact_numbers import as_given, exact_array, exact_product, roomy
from nonlocality.foundations.polytopes import face

WHOLE = st.integers(-(2**90), 2**90)


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=6))
def test_products_are_exact_whatever_the_size(pairs):
    rows = np.array([[left for left, _ in pairs]], dtype=object)
    vector, denominator, _ = exact_array("vector", [right for _, right in pairs])
    assert denominator == 1
    assert exact_product(rows, vector).tolist() == [sum(a * b for a, b in pairs)]


@given(st.lists(st.fractions() | st.floats(-1e9, 1e9) | WHOLE, min_size=1, max_size=5))
def test_arrays_are_what_was_given_exactly(values):
    integers, denominator, kind = exact_array("values", values)
    assert [Fraction(int(n), denominator) for n in integers] == [Fraction(v) for v in values]
    kinds = {float: any(isinstance(v, float) for v in values)}
    assert (kind is float) == kinds[float]
    back = [as_given(n, denominator, kind) for n in integers]
    assert all(b == (float(v) if kind is float else v) for b, v in zip(back, values, strict=True))


def test_sums_never_wrap_around():
    assert roomy(np.array([2**61]), 2).dtype == object
    assert roomy(np.array([-(2**63)]), 1).dtype == object  # abs would wrap
    assert roomy(np.array([2**60]), 2).dtype == np.int64
    value, points = face(np.array([[0, 0], [1, 0], [0, 1], [3, 3]]), [2**62, 2**62])
    assert value == 6 * 2**62
    assert points.tolist() == [[3, 3]]


@pytest.mark.parametrize(
    "bad",
    [[np.nan], [np.inf], ["1"], [1j], [None], np.ma.masked_array([1], mask=True), [[1], [1, 2]]],
)
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match="Argument `functional` must "):
        exact_array("functional", bad)
