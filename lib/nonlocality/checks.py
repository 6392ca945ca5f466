"""Checks of arguments, so that every error reads the same way."""

from math import log10
from numbers import Integral
from operator import index

import numpy as np

TOLERANCE = 1e-9
"""How far a table, a state or a measurement may be from what it must be: rounding, no more.

One rule everywhere: within it a thing is taken as it is, beyond it it is refused; nothing is
repaired behind the caller's back.
"""


def finite_array(name: str, value: object) -> np.ndarray:
    """Return `value` as a float array without NaN or infinity.

    Raises ValueError, naming the argument and the first bad entry, also for complex numbers.

    >>> finite_array("table", [[0.5, float("nan")]])
    Traceback (most recent call last):
    ...
    ValueError: Argument `table` must hold finite numbers, but its entry (0, 1) is nan.
    """
    try:
        if isinstance(value, np.ndarray) and np.iscomplexobj(value):
            raise TypeError("it has complex ones")  # numpy would only warn
        array = np.array(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Argument `{name}` must be an array of numbers, but {error}.") from None
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        index = tuple(int(i) for i in bad[0])
        raise ValueError(
            f"Argument `{name}` must hold finite numbers, but its entry {index} is {array[index]}."
        )
    return array


def finite_number(name: str, value: float) -> float:
    """Return `value` as a float; ValueError, naming the argument, unless it is one finite number.

    >>> finite_number("azimuth", [0, 1])
    Traceback (most recent call last):
    ...
    ValueError: Argument `azimuth` must be one number, but has shape (2,).
    """
    number = finite_array(name, value)
    if number.ndim:
        raise ValueError(f"Argument `{name}` must be one number, but has shape {number.shape}.")
    return float(number)


def complex_array(name: str, value: object) -> np.ndarray:
    """Return `value` as an array of real or complex numbers, none NaN or infinite, as it is.

    Raises ValueError, naming the argument, for anything else.

    >>> complex_array("state", [1, 1j]).dtype
    dtype('complex128')
    >>> complex_array("state", ["up", "down"])
    Traceback (most recent call last):
    ...
    ValueError: Argument `state` must be an array of numbers, but holds others.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"Argument `{name}` must be an array of numbers, but {error}.") from None
    if array.dtype.kind not in "biufc":
        raise ValueError(f"Argument `{name}` must be an array of numbers, but holds others.")
    finite_array(name, np.abs(array))
    return array


def in_interval(name: str, value: float, low: float, high: float) -> float:
    """Return `value` as a float that lies in [low, high].

    Fractions are compared exactly. Raises ValueError, naming the argument, the interval and
    what was given.

    >>> in_interval("visibility", 1.2, 0, 1)
    Traceback (most recent call last):
    ...
    ValueError: Argument `visibility` must lie in [0, 1], but is 1.2.
    """
    ends = f"[{float(low):.12g}, {float(high):.12g}]"
    try:
        inside = low <= value <= high  # NaN fails this
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"Argument `{name}` must be a number in {ends}, but is {value!r}."
        ) from None
    if not inside:
        raise ValueError(f"Argument `{name}` must lie in {ends}, but is {value}.")
    return number


def counts(name: str, values: object, *, length: int | None = None) -> tuple[int, ...]:
    """Return `values` as a tuple of positive integers, such as numbers of outcomes.

    Raises ValueError, naming the argument, for another length (if one is given), and for
    entries that are zero, negative or no integers.

    >>> counts("settings", (2, 0))
    Traceback (most recent call last):
    ...
    ValueError: Argument `settings` must hold positive integers, but is (2, 0).
    """
    try:
        numbers = tuple(index(value) for value in values)
    except TypeError:
        numbers = (0,)
    if min(numbers, default=1) < 1:
        raise ValueError(f"Argument `{name}` must hold positive integers, but is {values!r}.")
    if length is not None and len(numbers) != length:
        raise ValueError(f"Argument `{name}` must hold {length} numbers, but is {values!r}.")
    return numbers


def size_text(number: int) -> str:
    """A whole number of any size in three digits, for messages.

    >>> size_text(4096), size_text(2**400)
    ('4096', '2.58e120')
    """
    exponent = int(log10(max(number, 1)))
    return f"{number}" if exponent < 6 else f"{number // 10 ** (exponent - 2) / 100}e{exponent}"


def whole_numbers(name: str, values: object) -> np.ndarray:
    """Return `values` as an array of integers, so that what follows is exact.

    Raises ValueError, naming the argument, for entries that are not integers.

    >>> whole_numbers("functional", [0.5])
    Traceback (most recent call last):
    ...
    ValueError: Argument `functional` must hold integers, but holds 0.5.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"Argument `{name}` must be an array of integers, but {error}.") from None
    if array.dtype.kind not in "iub":
        wrong = [v for v in array.ravel() if not isinstance(v, Integral)]
        if wrong:
            raise ValueError(f"Argument `{name}` must hold integers, but holds {wrong[0]}.")
    try:
        return array.astype(np.int64)
    except OverflowError as error:
        raise ValueError(f"Argument `{name}` must hold integers, but {error}.") from None
