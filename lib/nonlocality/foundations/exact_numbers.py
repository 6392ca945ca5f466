"""Exact arithmetic on arrays: integers of any size, fractions, floats as the fractions they are.

A sum of products of integers is exact in 64 bits only as long as it fits; beyond, numpy wraps it
around without a word. Here Python's integers take over where 64 bits might not do.
"""

from fractions import Fraction
from math import isfinite, lcm
from numbers import Integral, Rational, Real

import numpy as np

from nonlocality.foundations.checks import _as_array, shown, whole_numbers

SAFE = 2**62
"""Sums whose terms could add up to more are done with Python's integers."""


def whole_digits(name: str, value: int) -> int:
    """Return a number of decimal places; ValueError, naming the argument, unless in 0, …, 300.

    >>> whole_digits("digits", 10**9)
    Traceback (most recent call last):
    ...
    ValueError: Argument `digits` must be a whole number from 0 to 300, but is 1000000000.
    """
    if not isinstance(value, Integral) or not 0 <= value <= 300:
        raise ValueError(
            f"Argument `{name}` must be a whole number from 0 to 300, but is {shown(value)}."
        )
    return int(value)


def exact_array(name: str, values: object) -> tuple[np.ndarray, int, type]:
    """Integers and a common denominator: values = integers / denominator, exactly.

    Returns an array of 64-bit integers, or of Python's where those would not do, the denominator,
    and the kind of number that was given: int, Fraction, or float if any of them was one. A float
    is taken for the binary fraction that it is.
    Raises ValueError, naming the argument, for what is no array of finite real numbers.

    >>> integers, denominator, kind = exact_array("functional", [0.5, 3])
    >>> integers.tolist(), denominator, kind.__name__
    ([1, 6], 2, 'float')
    """
    array = _as_array(name, values)
    if array.dtype.kind in "bi":
        return array.astype(np.int64), 1, int
    if array.dtype.kind not in "ufO":
        raise ValueError(f"Argument `{name}` must be an array of real numbers, but holds others.")
    entries = array.ravel().tolist()
    for entry in entries:
        real = isinstance(entry, Real | np.integer | np.floating)
        if not real or not (isinstance(entry, Rational | np.integer) or isfinite(entry)):
            raise ValueError(
                f"Argument `{name}` must hold finite real numbers, but holds {shown(entry)}."
            )
    kind = int
    if any(not isinstance(entry, Rational | np.integer) for entry in entries):
        kind = float
    elif any(not isinstance(entry, Integral | np.integer) for entry in entries):
        kind = Fraction
    fractions = [Fraction(entry) for entry in entries]
    denominator = lcm(*(f.denominator for f in fractions))
    integers = np.array([int(f * denominator) for f in fractions], dtype=object)
    if max(map(abs, integers.tolist()), default=0) < SAFE:
        integers = integers.astype(np.int64)
    return integers.reshape(array.shape), denominator, kind


def roomy(integers: np.ndarray, terms: int) -> np.ndarray:
    """The same integers in a type in which sums of so many of them are exact.

    Raises ValueError for numbers that are no integers.

    >>> roomy(np.array([2**61, 1]), 2).dtype, roomy(np.array([5, 1]), 2).dtype
    (dtype('O'), dtype('int64'))
    """
    if not isinstance(integers, np.ndarray) or integers.dtype != object:
        integers = whole_numbers("integers", integers)
    if integers.dtype == object:
        return integers
    largest = max(-int(integers.min()), int(integers.max())) if integers.size else 0
    return integers if largest * max(terms, 1) < SAFE else integers.astype(object)


def exact_product(rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """rows @ vector for integers, exact whatever their size.

    >>> exact_product(np.array([[3, 3]]), np.array([2**62, 2**62])).tolist()
    [27670116110564327424]
    """
    largest = max(-int(rows.min()), int(rows.max())) if rows.size else 0
    wide = roomy(vector, max(rows.shape[-1], 1) * max(largest, 1))
    return rows @ wide if wide.dtype != object else rows.astype(object) @ wide


def as_given(integer: int, denominator: int, kind: type) -> int | Fraction | float:
    """integer / denominator in the kind of number that was given; a float is rounded once.

    >>> as_given(6, 4, Fraction), as_given(6, 4, float)
    (Fraction(3, 2), 1.5)
    """
    exact = Fraction(int(integer), denominator)
    return int(exact) if kind is int else exact if kind is Fraction else float(exact)
