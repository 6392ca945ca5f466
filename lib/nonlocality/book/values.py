"""Values of quantities: their sides, how sure they are by their type, and how they are written.

Numbers are written as a person does: digits that both sides share, a true minus sign, powers of 10.
"""

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from nonlocality.book.formulas import by_hand

STRENGTHS = ("exact", "two-sided", "numeric")
"""From the surest to the least sure, by the numbers that were compared."""


def as_text(name: str, value: object) -> str:
    """Return a text; ValueError, naming the argument, for anything else.

    >>> as_text("page", range(10**12))
    Traceback (most recent call last):
    ...
    ValueError: Argument `page` must be a text, but is a range.
    """
    if not isinstance(value, str):
        raise ValueError(f"Argument `{name}` must be a text, but is a {type(value).__name__}.")
    return value


def plain_number(value: object) -> object:
    """A number without numpy's wrapping; everything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def two_sided(value: object) -> bool:
    """Whether a value is a number with a lower and an upper side."""
    return hasattr(value, "lower") and hasattr(value, "upper") and not isinstance(value, str)


def sides(value: object) -> tuple:
    """The lower and the upper side of a number; twice the number if there is one side only.

    A side that is not proved is what a point reaches from there, else infinite.
    """
    if not two_sided(value):
        return value, value
    low, high = map(plain_number, getattr(value, "sides", (value.lower, value.upper)))
    if math.isinf(low) and math.isinf(high):  # nothing is proved, and no side is reached
        return value.reached, value.reached
    return low, high


def strength(value: object) -> str:
    """How sure a value is, by its type.

    >>> strength(Fraction(1, 3)), strength(0.5)
    ('exact', 'numeric')
    """
    if isinstance(value, str | bool | int | Fraction):
        return "exact"
    if two_sided(value):
        own = getattr(value, "strength", "two-sided")
        return "two-sided" if own == "one-sided" else own
    return "numeric"


def shown_value(value: object) -> str:
    """A value as a person writes it: the digits both sides share, a true minus sign, powers.

    >>> shown_value(-0.00028), shown_value(Fraction(1, 3)), shown_value([1, 2])
    ('−2.8·10⁻⁴', '1/3', '1, 2')
    """
    value = plain_number(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple | np.ndarray):
        parts = [shown_value(v) for v in value]
        return ", ".join(parts if len(parts) < 9 else [*parts[:4], "…", parts[-1]])
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {shown_value(v)}" for k, v in value.items())
    if two_sided(value):
        return _shown_sides(*sides(value))
    if isinstance(value, Fraction) and value.denominator > 10**6:
        value = float(value)
    if isinstance(value, float):
        size = abs(value)
        if size and not 1e-3 <= size < 1e7:
            return by_hand(f"{value:.1e}".replace(".0e", "e"))
        return f"{value:.7g}".replace("-", "−")
    return str(value).replace("-", "−") if not isinstance(value, str) else value


def _shown_sides(low: object, high: object) -> str:
    """The digits that both sides share, or the side that there is, or both."""
    if math.isinf(low) or math.isinf(high):
        return f"≥ {shown_value(low)}" if math.isinf(high) else f"≤ {shown_value(high)}"
    if low == high:
        return shown_value(low)
    low, high = float(low), float(high)
    same = [d for d in range(13) if f"{low:.{d}f}" == f"{high:.{d}f}"]
    if same and float(f"{low:.{same[-1]}f}"):
        return f"{low:.{min(same[-1], 9)}f}".replace("-", "−")
    return f"{shown_value(low)} to {shown_value(high)}"
