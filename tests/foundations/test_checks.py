from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.foundations.checks import (
    complex_array,
    counts,
    finite_array,
    finite_number,
    in_interval,
    renamed,
    shown,
    whole_numbers,
)


def test_finite_array_is_a_float_copy():
    given_array = np.array([[1, 2], [3, 4]])
    array = finite_array("table", given_array)
    array[0, 0] = 7
    assert array.dtype == float
    assert given_array[0, 0] == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_finite_array_names_the_first_bad_entry(bad):
    array = np.zeros((2, 3))
    array[1, 1:] = bad
    with pytest.raises(ValueError, match=rf"`table` .* its entry \(1, 1\) is {bad}\."):
        finite_array("table", array)


@pytest.mark.parametrize("bad", ["words", [[1, 2], [3]], [None, object()], [1j], np.array([1j])])
def test_finite_array_refuses_what_is_not_an_array_of_numbers(bad):
    with pytest.raises(ValueError, match="Argument `table` must be an array of numbers, but "):
        finite_array("table", bad)


@settings(max_examples=50)
@given(st.floats(-2, 3))
def test_in_interval_returns_the_number_or_says_why_not(number):
    if -1 <= number <= 2:
        assert in_interval("nu", number, -1, 2) == number
    else:
        with pytest.raises(ValueError, match=r"Argument `nu` must lie in \[-1, 2\], but is "):
            in_interval("nu", number, -1, 2)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, np.nextafter(1, 2), -5e-324])
def test_in_interval_is_closed_and_exact(bad):
    assert in_interval("v", 0, 0, 1) == 0
    assert in_interval("v", 1, 0, 1) == 1
    with pytest.raises(ValueError, match=r"Argument `v` must lie in \[0, 1\], but is "):
        in_interval("v", bad, 0, 1)


@pytest.mark.parametrize("bad", [None, "half", [0.1, 0.2], 1j])
def test_in_interval_refuses_what_is_not_a_number(bad):
    with pytest.raises(ValueError, match=r"Argument `v` must be a number in \[0, 1\], but is "):
        in_interval("v", bad, 0, 1)


def test_in_interval_compares_fractions_exactly():
    end = Fraction(3, 10)
    assert in_interval("v", end, end, 1) == 0.3
    with pytest.raises(ValueError, match=r"Argument `v` must lie in \[0.3, 1\], but is 1/4\."):
        in_interval("v", Fraction(1, 4), end, 1)


@pytest.mark.parametrize("bad", [["up"], [[1], [1, 2]], [None]])
def test_complex_array_refuses_what_is_not_an_array_of_numbers(bad):
    with pytest.raises(ValueError, match="Argument `state` must be an array of numbers, but"):
        complex_array("state", bad)


def test_complex_array_is_the_array_itself():
    array = np.array([1, 1j])
    assert complex_array("state", array) is array
    with pytest.raises(ValueError, match=r"`state` must hold finite numbers, but its entry \(1,\)"):
        complex_array("state", [1, complex(0, np.nan)])


def test_counts_are_positive_integers():
    assert counts("settings", [np.int64(2), 3]) == (2, 3)
    assert counts("settings", ()) == ()
    for bad in ((2, 0), (-1,), (2.0,), "22", None, 3):
        with pytest.raises(ValueError, match="`settings` must hold positive integers, but is"):
            counts("settings", bad)
    with pytest.raises(ValueError, match=r"`settings` must hold 2 numbers, but is \(1,\)"):
        counts("settings", (1,), length=2)


@pytest.mark.parametrize("bad", [[[1, 2], [3]], ["1"], [np.nan], [10**30]])
def test_whole_numbers_names_the_argument(bad):
    with pytest.raises(ValueError, match="Argument `points` must"):
        whole_numbers("points", bad)


@pytest.mark.parametrize("bad", [np.nan, np.inf, "one", None, [1.0], 1j, {}])
def test_one_finite_number(bad):
    with pytest.raises(ValueError, match="Argument `tilt` must"):
        finite_number("tilt", bad)
    assert finite_number("tilt", np.float32(0.5)) == 0.5


@pytest.mark.parametrize(
    "bad",
    [
        np.complex128(1 + 5j), [np.complex128(1 + 1j)], [1j], np.ma.masked_array([1.0], mask=True),
        np.ma.masked_array([1.0, 2.0]), "0.5", ["0.5"], np.array([0.5]).astype(str), b"ab", [b"1"],
        np.array(["2020-01-01"], dtype="datetime64[D]"), [None], [[1], [1, 2]], 10**400, [10**400],
        [slice(None)], {},
    ],
    ids=str,
)  # fmt: skip
def test_what_numpy_would_take_silently_is_refused_by_name(bad):
    with pytest.raises(ValueError, match="Argument `table` must "):
        finite_array("table", bad)


@pytest.mark.parametrize(
    "bad",
    [np.ma.masked_array([1.0], mask=True), "0.5", ["a"], [None], [10**400], [np.nan], [object()]],
)
def test_complex_arrays_refuse_the_same(bad):
    with pytest.raises(ValueError, match="Argument `state` must "):
        complex_array("state", bad)


def test_exact_numbers_of_every_kind_pass():
    numbers = [Fraction(1, 4), Decimal("0.25"), 0.25, np.float32(0.25), True]
    assert finite_array("table", numbers).tolist() == [0.25, 0.25, 0.25, 0.25, 1.0]
    assert complex_array("state", [Fraction(1, 2), 1j]).tolist() == [0.5, 1j]
    assert complex_array("state", [Fraction(1, 2)]).tolist() == [0.5]


@pytest.mark.parametrize("bad", [10**400, Decimal("NaN"), "0.5", None, 1j, np.nan])
def test_intervals_refuse_by_name_whatever_comes(bad):
    with pytest.raises(ValueError, match="Argument `visibility` must "):
        in_interval("visibility", bad, 0, 1)


def test_integers_are_never_wrapped():
    for bad in (np.uint64(2**63), [2**63], np.ma.masked_array([1], mask=True)):
        with pytest.raises(ValueError, match="Argument `functional` must "):
            whole_numbers("functional", bad)
    for word in (b"ab", "12", bytearray(b"a")):
        with pytest.raises(ValueError, match="must hold positive integers"):
            counts("sizes", word)


def test_a_message_shows_a_value_of_any_depth_and_length_in_few_characters():
    deep = []
    for _ in range(5000):
        deep = [deep]
    for value in (deep, list(range(10**6)), 10**6000, "x" * 10**6, np.zeros(10**5), object()):
        assert len(shown(value)) <= 200
        with pytest.raises(ValueError, match="`visibility`"):
            in_interval("visibility", value, 0, 1)
    assert shown("a") == "'a'"


def test_a_range_too_long_to_be_an_array_is_refused_before_it_is_one():
    with pytest.raises(ValueError, match="`table` must hold at most"):
        finite_array("table", range(10**12))


def test_so_is_one_in_a_list():
    with pytest.raises(ValueError, match="`k, l` must hold at most"):
        whole_numbers("k, l", (range(10**12), 1))


def test_counts_are_integers_that_floats_know():
    found = counts("settings", (True, np.uint64(2**63), 10**300))
    assert found == (1, 2**63, 10**300)
    assert [type(number) for number in found] == [int] * 3
    with pytest.raises(ValueError, match=r"`settings` must hold at most 10\^300"):
        counts("settings", (2, 10**400))


def test_two_arguments_that_the_caller_gives_by_one_are_named_once():
    with (
        pytest.raises(ValueError, match=r"^Argument `behaviour` must be smaller\.$"),
        renamed(outcomes="behaviour", settings="behaviour"),
    ):
        raise ValueError("Arguments `outcomes` and `settings` must be smaller.")
