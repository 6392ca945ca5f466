"""Checks of arguments, so that every error reads the same way."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from math import log10
from numbers import Integral, Real
from operator import index
from reprlib import Repr

import numpy as np

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


def _check_range(name: str, value: object) -> None:
    """Refuse a range of more numbers than an array may hold, before it becomes one."""
    if isinstance(value, range) and not MAX_ENTRIES > value.stop - value.start > -MAX_ENTRIES:
        raise ValueError(f"Argument `{name}` must hold at most {MAX_ENTRIES} numbers.")


def _plain(name: str, value: object) -> np.ndarray:
    """An array of real numbers, not yet checked for NaN; ValueError, naming the argument, else.

    What numpy would take silently is refused: complex numbers, words and bytes, dates, masks.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"Argument `{name}` must be an array of numbers, but has a mask.")
    _check_range(name, value)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Argument `{name}` must be an array of numbers, but {error}.") from None
    if array.ndim > MAX_AXES:
        raise ValueError(
            f"Argument `{name}` must have at most {MAX_AXES} axes, but has {array.ndim}."
        )
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
    if not isinstance(value, np.ma.MaskedArray):
        _check_range(name, value)
        try:
            array = np.asarray(value)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"Argument `{name}` must be an array of numbers, but {error}."
            ) from None
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
            finite_array(name, np.abs(array))
            return array
    return finite_array(name, value)


@contextmanager
def renamed(**names: str) -> Iterator[None]:
    """Say the caller's name of an argument where an inner check says its own.

    names: the caller's, by the inner ones.

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
        raise ValueError(words) from None


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


def generator_of(name: str, seed: int) -> np.random.Generator:
    """The generator of random numbers of a seed.

    Raises ValueError, naming the argument, unless the seed is an integer of at least 0.

    >>> generator_of("seed", -1)
    Traceback (most recent call last):
    ...
    ValueError: Argument `seed` must be an integer of at least 0, but is -1.
    """
    if not isinstance(seed, Integral) or seed < 0:
        raise ValueError(
            f"Argument `{name}` must be an integer of at least 0, but is {shown(seed)}."
        )
    return np.random.default_rng(int(seed))


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
        if isinstance(values, str | bytes | bytearray):
            raise TypeError
        _check_range(name, values)
        numbers = tuple(index(value) for value in values)
    except TypeError:
        numbers = (0,)
    if min(numbers, default=1) < 1:
        raise ValueError(f"Argument `{name}` must hold positive integers, but is {shown(values)}.")
    if length is not None and len(numbers) != length:
        raise ValueError(f"Argument `{name}` must hold {length} numbers, but is {shown(values)}.")
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
    if isinstance(values, np.ma.MaskedArray):
        raise ValueError(f"Argument `{name}` must be an array of integers, but has a mask.")
    _check_range(name, values)
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"Argument `{name}` must be an array of integers, but {error}.") from None
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


MAX_ENTRIES = 2**26
"""Largest number of entries of an array that is built here; 1 GiB of complex numbers."""


MAX_EXPONENT = 1000
"""Beyond this exponent a power is too large whatever its base, and is not formed."""


def power_text(base: int, exponent: int) -> str:
    """base ** exponent for messages; a power too long to be formed is given by its digits.

    >>> power_text(2, 12), power_text(4, 10**9)
    ('4096', '10^6.02e8')
    """
    if base > 1 and exponent > MAX_EXPONENT:
        digits = exponent * round(log10(base) * 2**50) >> 50  # whole numbers do not overflow
        return f"10^{size_text(digits)}"
    return size_text(base**exponent)


def check_memory(name: str, entries: int, *, base: int = 1, exponent: int = 0) -> None:
    """Raise ValueError if an array of entries · base ** exponent numbers would be too large.

    Complex numbers of 16 bytes. A power with a large exponent is refused without being formed.

    >>> check_memory("sizes", 4**20)
    Traceback (most recent call last):
    ...
    ValueError: Argument `sizes` must be smaller: an array of 1.09e12 entries would need 16384 GiB.
    """
    if base > 1 and exponent > MAX_EXPONENT:
        raise ValueError(
            f"Argument `{name}` must be smaller: an array of {power_text(base, exponent)} entries "
            "would need as many times 16 bytes."
        )
    entries *= base**exponent
    if entries > MAX_ENTRIES:
        raise ValueError(
            f"Argument `{name}` must be smaller: an array of {size_text(entries)} entries would "
            f"need {size_text(entries // 2**26)} GiB."
        )


MEMORY_LIMIT = 2 * 10**9
"""Bytes that the arrays of one call may take; what would need more is refused."""


def require_memory(name: str, needed: int) -> None:
    """Refuse what would not fit: ValueError, naming the argument and the estimate.

    >>> require_memory("particles", 10**12)
    Traceback (most recent call last):
    ...
    ValueError: Argument `particles` must need at most 2 GB of memory, but needs about 1000 GB.
    """
    if needed > MEMORY_LIMIT:
        raise ValueError(
            f"Argument `{name}` must need at most {MEMORY_LIMIT / 1e9:.3g} GB of memory, but "
            f"needs about {size_text(max(needed // 10**9, 1))} GB."
        )
