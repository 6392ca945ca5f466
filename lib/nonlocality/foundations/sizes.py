"""Sizes: what is too large to be built is refused before it is, with an estimate."""

from math import log10


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
