"""Checks of arguments, so that every error reads the same way."""

from numbers import Integral

import numpy as np


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


def whole_numbers(name: str, values: object) -> np.ndarray:
    """Return `values` as an array of integers, so that what follows is exact.

    Raises ValueError, naming the argument, for entries that are not integers.

    >>> whole_numbers("functional", [0.5])
    Traceback (most recent call last):
    ...
    ValueError: Argument `functional` must hold integers, but holds 0.5.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "iub":
        wrong = [v for v in array.ravel() if not isinstance(v, Integral)]
        if wrong:
            raise ValueError(f"Argument `{name}` must hold integers, but holds {wrong[0]}.")
    return array.astype(np.int64)
