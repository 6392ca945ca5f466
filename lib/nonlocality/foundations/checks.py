"""Checks of arguments, so that every error reads the same way."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from numbers import Integral, Real
from operator import index
from reprlib import Repr

import numpy as np

from nonlocality.foundations.sizes import MAX_ENTRIES

TOLERANCE = 1e-9
"""How far a table, a state or a measurement may be from what it must be: rounding, no more.

One rule everywhere: within it a thing is taken as it is, beyond it it is refused; nothing is
repaired behind the caller's back.
"""

_SHORT = Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxlong, _SHORT.maxother = 5, 80, 60, 160
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = _SHORT.maxdict = 12


def shown(value: object) -> str:
    """A value as messages show it: its ``repr``, shortened if it is long, large or deep.

    >>> shown("b"), shown((1, 2.5)), shown([[[[[[[]]]]]]])
    ("'b'", '(1, 2.5)', '[[[[[[...]]]]]]')
    """
    try:
        return _SHORT.repr(value)
    except ValueError:  # of more digits than Python prints
        return f"a {type(value).__name__} of very many digits"


def check_range(name: str, value: object) -> None:
    """Refuse a range of more numbers than an array may hold, before it becomes one.

    Also a list with such a range in it. Raises ValueError, naming the argument.

    >>> check_range("points", range(10**12))
    Traceback (most recent call last):
    ...
    ValueError: Argument `points` must hold at most 67108864 numbers.
    """
    if isinstance(value, list | tuple) and len(value) <= 100:
        for part in value:
            check_range(name, part) if isinstance(part, range) else None
    if isinstance(value, range) and not MAX_ENTRIES > value.stop - value.start > -MAX_ENTRIES:
        raise ValueError(f"Argument `{name}` must hold at most {MAX_ENTRIES} numbers.")


def _as_array(name: str, value: object, *, of: str = "numbers") -> np.ndarray:
    """An array of what was given, its entries not yet checked: the first half of every check.

    of: what a message says it should hold. Raises ValueError, naming the argument, for masks,
    ranges too long, rows of unequal length, and more than :data:`MAX_AXES` axes.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"Argument `{name}` must be an array of {of}, but has a mask.")
    check_range(name, value)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Argument `{name}` must be an array of {of}, but {error}.") from None
    if array.ndim > MAX_AXES:
        raise ValueError(
            f"Argument `{name}` must have at most {MAX_AXES} axes, but has {array.ndim}."
        )
    return array


def _plain(name: str, value: object) -> np.ndarray:
    """An array of real numbers, not yet checked for NaN; ValueError, naming the argument, else.

    What numpy would take silently is refused: complex numbers, words and bytes, dates, masks.
    """
    array = _as_array(name, value)
    if array.dtype.kind in "biuf":
        return array
    if array.dtype.kind == "c":
        way = "" if array.imag.any() else "; none has an imaginary part, so give its `.real`"
        raise ValueError(
            f"Argument `{name}` must be an array of numbers, but it has complex ones{way}."
        )
    if array.dtype.kind == "O":
        for entry in array.flat:
            if not isinstance(entry, Real | Decimal | np.number) or isinstance(
                entry, np.complexfloating
            ):
                kind = type(entry).__name__
                raise ValueError(
                    f"Argument `{name}` must be an array of numbers, but holds a {kind}."
                )
        try:
            return array.astype(float)
        except (OverflowError, TypeError, ValueError):
            raise ValueError(
                f"Argument `{name}` must hold numbers of a size that floats have, but does not."
            ) from None
    raise ValueError(
        f"Argument `{name}` must be an array of numbers, but holds {KINDS[array.dtype.kind]}."
    )


MAX_AXES = 32
"""Of an array: sixteen parties; numpy's own functions take no more of some."""


KINDS = {"U": "words", "S": "bytes", "M": "dates", "m": "times", "V": "records", "T": "words"}
"""What arrays hold that are none of numbers, by numpy's letters."""


def finite_array(name: str, value: object) -> np.ndarray:
    """Return `value` as a float array without NaN or infinity.

    Raises ValueError, naming the argument and the first bad entry, also for complex numbers.

    >>> finite_array("table", [[0.5, float("nan")]])
    Traceback (most recent call last):
    ...
    ValueError: Argument `table` must hold finite numbers, but its entry (0, 1) is nan.
    """
    array = np.array(_plain(name, value), dtype=float)
    if not np.isfinite(array).all():
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
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
    ValueError: Argument `state` must be an array of numbers, but holds words.
    """
    array = _as_array(name, value)
    if array.dtype.kind == "O" and any(isinstance(v, complex) for v in array.flat):
        try:  # such as fractions beside complex numbers
            array = array.astype(complex)
        except (OverflowError, TypeError, ValueError):
            raise ValueError(
                f"Argument `{name}` must be an array of numbers, but holds others."
            ) from None
    if array.dtype.kind == "b" or array.dtype == np.float16:  # not for linear algebra
        array = array.astype(float)
    if array.dtype.kind in "iufc":
        if array.dtype.kind == "c" or not np.isfinite(array).all():
            finite_array(name, np.abs(array))
        return array
    return finite_array(name, value)


@contextmanager
def renamed(**names: str) -> Iterator[None]:
    """Say the caller's name of an argument where an inner check says its own.

    names: the caller's, by the inner ones. Two that the caller gives by one argument are named
    once.

    >>> with renamed(weight="visibility"):
    ...     in_interval("weight", 2, 0, 1)
    Traceback (most recent call last):
    ...
    ValueError: Argument `visibility` must lie in [0, 1], but is 2.
    """
    try:
        yield
    except ValueError as error:
        if type(error) is not ValueError:  # an error of the project's own, such as of a solver
            raise
        words = str(error)
        for inner, outer in names.items():
            words = words.replace(f"`{inner}`", f"`{outer}`")
        words = re.sub(r"Arguments (`[^`]+`) and \1", r"Argument \1", words)
        raise ValueError(words) from None


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
        if isinstance(value, complex | np.complexfloating):  # numpy would compare their real parts
            raise TypeError
        inside = low <= value <= high  # NaN fails this
        number = float(value) if inside else value
    except (TypeError, ValueError, ArithmeticError):
        raise ValueError(
            f"Argument `{name}` must be a number in {ends}, but is {shown(value)}."
        ) from None
    if not inside:
        words = shown(value) if isinstance(value, int) else f"{value}"[:200]
        raise ValueError(f"Argument `{name}` must lie in {ends}, but is {words}.")
    return number


def in_intervals(name: str, values: float | np.ndarray, low: float, high: float) -> np.ndarray:
    """A number or an array of numbers, each of which must lie in [low, high].

    >>> in_intervals("i_d", [2, 3], -4, 4).tolist()
    [2.0, 3.0]
    """
    array = finite_array(name, values)
    for extreme in (array.min(initial=high), array.max(initial=low)):
        in_interval(name, extreme, low, high)
    return np.clip(array, low, high)


LARGEST_COUNT = 10**300
"""Counts may be so large: beyond, they are no floats any more, and no formula takes them."""


def counts(name: str, values: object, *, length: int | None = None) -> tuple[int, ...]:
    """Return `values` as a tuple of positive integers, such as numbers of outcomes.

    Raises ValueError, naming the argument, for another length (if one is given), and for
    entries that are zero, negative, above :data:`LARGEST_COUNT` or no integers.

    >>> counts("settings", (2, 0))
    Traceback (most recent call last):
    ...
    ValueError: Argument `settings` must hold positive integers, but is (2, 0).
    """
    try:
        if isinstance(values, str | bytes | bytearray):
            raise TypeError
        check_range(name, values)
        numbers = tuple(int(index(value)) for value in values)
    except TypeError:
        numbers = (0,)
    if min(numbers, default=1) < 1:
        raise ValueError(f"Argument `{name}` must hold positive integers, but is {shown(values)}.")
    if max(numbers, default=1) > LARGEST_COUNT:
        raise ValueError(f"Argument `{name}` must hold at most 10^300, but is {shown(values)}.")
    if length is not None and len(numbers) != length:
        raise ValueError(f"Argument `{name}` must hold {length} numbers, but is {shown(values)}.")
    return numbers


def whole_numbers(name: str, values: object) -> np.ndarray:
    """Return `values` as an array of integers, so that what follows is exact.

    Raises ValueError, naming the argument, for entries that are not integers.

    >>> whole_numbers("functional", [0.5])
    Traceback (most recent call last):
    ...
    ValueError: Argument `functional` must hold integers, but holds 0.5.
    """
    array = _as_array(name, values, of="integers")
    if array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(
            f"Argument `{name}` must hold integers below 2^63, but holds {array.max()}."
        )
    if array.dtype.kind not in "iub":
        wrong = [v for v in array.ravel() if not isinstance(v, Integral)]
        if wrong:
            raise ValueError(f"Argument `{name}` must hold integers, but holds {wrong[0]}.")
    try:
        return array.astype(np.int64)
    except OverflowError as error:
        raise ValueError(f"Argument `{name}` must hold integers, but {error}.") from None
