"""Sizes: what is too large to be built is refused before it is, with an estimate."""

from math import log10
from numbers import Integral


def size_text(number: int) -> str:
    """A whole number of any size in three digits, for messages.

    >>> size_text(4096), size_text(2**400)
    ('4096', '2.58e120')
    """
    exponent = int(log10(max(number, 1)))
    return f"{number}" if exponent < 6 else f"{number // 10 ** (exponent - 2) / 100}e{exponent}"


MAX_ENTRIES = 2**26
"""Largest number of entries of an array that is built here; 1 GiB of complex numbers."""


MAX_EXPONENT = 1000
"""Beyond this exponent a power is too large whatever its base, and is not formed."""


def power_text(base: int, exponent: int) -> str:
    """base ** exponent for messages; a power too long to be formed is given by its digits.

    Raises ValueError for numbers that are negative or no integers.

    >>> power_text(2, 12), power_text(4, 10**9)
    ('4096', '10^6.02e8')
    """
    for name, number in (("base", base), ("exponent", exponent)):
        if not isinstance(number, Integral) or number < 0:
            raise ValueError(f"Argument `{name}` must be an integer from 0 on.")
    base, exponent = int(base), int(exponent)
    if base > 1 and exponent > MAX_EXPONENT:
        digits = exponent * round(log10(base) * 2**50) >> 50  # whole numbers do not overflow
        return f"10^{size_text(digits)}"
    return size_text(base**exponent)


MAX_DENSE = 2000
"""Rows of a dense matrix that is diagonalised, or multiplied by another, within a few seconds."""


def check_dense(name: str, size: int) -> None:
    """Refuse a dense matrix that would take minutes: ValueError, naming the argument.

    The work grows as the third power of the size.

    >>> check_dense("dimension", 10**6)
    Traceback (most recent call last):
    ...
    ValueError: Argument `dimension` must be at most 2000, the rows of a dense matrix, but is 1.0e6.
    """
    if not isinstance(size, Integral):
        raise ValueError(f"Argument `{name}` must be an integer, but is a {type(size).__name__}.")
    if size > MAX_DENSE:
        raise ValueError(
            f"Argument `{name}` must be at most {MAX_DENSE}, the rows of a dense matrix, but is "
            f"{size_text(size)}."
        )


MEMORY_LIMIT = 2 * 10**9
"""Bytes that the arrays of one call may take; what would need more is refused."""


def require_memory(name: str, needed: int, *, base: int = 1, exponent: int = 0) -> None:
    """Refuse what would not fit: ValueError if needed · base ** exponent bytes are too many.

    The bytes are those of all arrays of the call when they are most, not of the result alone.
    A power with a large exponent is refused without being formed.

    >>> require_memory("sizes", 16, base=4, exponent=20)
    Traceback (most recent call last):
    ...
    ValueError: Argument `sizes` must be smaller: the call would need 17592 GB of memory, not 2 GB.
    """
    limit = f"{MEMORY_LIMIT / 1e9:.3g} GB"
    if base > 1 and exponent > MAX_EXPONENT:
        raise ValueError(
            f"Argument `{name}` must be smaller: the call would need {power_text(base, exponent)} "
            f"numbers in memory, not {limit}."
        )
    needed *= base**exponent
    if needed > MEMORY_LIMIT:
        raise ValueError(
            f"Argument `{name}` must be smaller: the call would need "
            f"{size_text(max(1, int(needed) // 10**9))} GB of memory, not {limit}."
        )
