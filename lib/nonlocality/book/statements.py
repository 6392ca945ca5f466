"""Statements of the ledger: a sentence, and the comparison that decides whether it is met.

A line says which quantity a chapter's cell must bring and what it is compared with: a number,
a closed form such as ``2*sqrt(2)``, or other quantities. Of a number known from two sides the
proved side is compared; where a point only reaches that side, the line is "numeric". How sure a
line is follows from what was compared: "exact" (integers, fractions, words, checked certificates),
"two-sided", or "numeric"; and whether the text proves the sentence for all that it speaks of, so
that the numbers are but cases of it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from nonlocality.book.closed_forms import closed_form, names_in
from nonlocality.book.values import STRENGTHS, plain_number, shown_value, sides, strength, two_sided

SURE = ("exact", "proved", "two-sided", "numeric")
"""The same with proofs of the text: a sentence that has one is "proved" if numbers are rounded."""
RELATIONS = {
    "equals": "=",
    "at_least": "≥",
    "at_most": "≤",
    "above": ">",
    "below": "<",
}


def is_tolerance(value: object) -> bool:
    """Whether a value is a finite number of at least 0.

    >>> is_tolerance(Fraction(1, 100)), is_tolerance(math.inf), is_tolerance("0.1")
    (True, False, False)
    """
    number = isinstance(value, int | float | Fraction) and not isinstance(value, bool)
    return number and 0 <= value < math.inf


@dataclass(frozen=True)
class Line:
    """One statement: a sentence and what decides it.

    says: the sentence, with TeX between dollar signs (a certificate says its own).
    quantity: the key that the cell brings.
    equals, at_least, at_most, above, below: numbers, or strings with a closed form of other
    quantities; several may be given.
    tolerance, with its reason: how far a rounded number may miss; what must be above or below
    must be so by more than this.
    certificate: a file below certificates/ in place of a quantity.
    cross_check: the line must be met, but only checks what another line shows, so that it does
    not say how sure the claim is.
    proof: the anchor of the section where the text proves the sentence, for every case of which
    it speaks, or its contrary if it is not met; what was computed then checks some of them.
    """

    says: str
    quantity: str = ""
    equals: object = None
    at_least: object = None
    at_most: object = None
    above: object = None
    below: object = None
    tolerance: float | Fraction | None = None
    reason: str = ""
    certificate: str = ""
    cross_check: bool = False
    proof: str = ""

    def __post_init__(self) -> None:
        """Check that the line can be decided."""
        if not self.says.strip() and not self.certificate:
            raise ValueError("must say something in `says`")
        if bool(self.quantity) == bool(self.certificate):
            raise ValueError("must have either a `quantity` or a `certificate`")
        if self.quantity and not self.bounds:
            raise ValueError(f"must compare `{self.quantity}` by one of {', '.join(RELATIONS)}")
        if self.certificate and self.bounds:
            raise ValueError("has a `certificate`, which is compared with nothing")
        if (self.tolerance is None) != (not self.reason):
            raise ValueError("must have a `tolerance` and its `reason`, or neither")
        if self.tolerance is not None and not is_tolerance(self.tolerance):
            raise ValueError(
                f"must have a finite `tolerance` of at least 0, not {self.tolerance!r}"
            )

    @property
    def bounds(self) -> dict[str, object]:
        """What the quantity is compared with, by the kind of comparison."""
        given = {name: getattr(self, name) for name in RELATIONS}
        return {name: bound for name, bound in given.items() if bound is not None}

    @property
    def needs(self) -> set[str]:
        """The quantities that decide the line."""
        found = {self.quantity} if self.quantity else set()
        for bound in self.bounds.values():
            for part in bound if isinstance(bound, list) else [bound]:
                found |= set(names_in(part)) if isinstance(part, str) else set()
        return found


@dataclass(frozen=True)
class Finding:
    """What became of a line: whether it is met, by which numbers, and how sure that is."""

    line: Line
    met: bool
    strength: str
    words: str

    @property
    def sure(self) -> str:
        """How sure the sentence is, one of :data:`SURE`."""
        return "proved" if self.line.proof and self.strength != "exact" else self.strength


_SIDE = {"at_least": 0, "above": 0, "at_most": 1, "below": 1}
"""Which side of a number a one-sided comparison is about; of its bound it is the other."""


def _strength_of(kind: str, value: object, *, bound: bool = False) -> str:
    """How sure a value is in a comparison: one of a side that is only reached is numeric.

    "equals" takes a number as known from two sides if one of them is proved and the other reached;
    that the number is above another is sure only if its lower side is proved.
    """
    if not two_sided(value) or kind == "equals":
        return strength(value)
    side = (value.lower, value.upper)[_SIDE[kind] ^ bound]
    return "numeric" if math.isinf(side) else strength(value)


def _compare(kind: str, value: object, bound: object, margin: object) -> bool:
    (low, high), (bound_low, bound_high) = sides(value), sides(bound)
    if isinstance(value, str | bool) or isinstance(bound, str | bool):
        return kind == "equals" and type(value) is type(bound) and value == bound
    return {
        "equals": max(high - bound_low, bound_high - low) <= margin,
        "at_least": low >= bound_high - margin,
        "at_most": high <= bound_low + margin,
        "above": low > bound_high + margin,
        "below": high < bound_low - margin,
    }[kind]


def _entries(value: object) -> list:
    return list(value) if isinstance(value, list | tuple | np.ndarray) else [value]


def judge(line: Line, quantities: Mapping[str, object]) -> Finding:
    """Decide a line about a quantity. A list must meet it in every entry.

    Raises ValueError, as the end of a sentence that begins with the line, if a quantity is
    missing, a closed form cannot be read, or a number in floating point has no tolerance.

    >>> judge(Line(says="S exceeds 2", quantity="s", above=2), {"s": Fraction(9, 4)}).met
    True
    """
    if missing := sorted(line.needs - set(quantities) - _words_of(line, quantities)):
        names = ", ".join(missing)
        raise ValueError(f"needs {names} in `quantities`, which the cell does not bring")
    values = [plain_number(v) for v in _entries(quantities[line.quantity])]
    if not values:
        raise ValueError(f"needs {line.quantity}, of which the cell brings an empty list")
    met, sure, told = True, "exact", []
    for kind, bound in line.bounds.items():
        limits = _limits(bound, values[0], quantities)
        wide = limits * len(values) if len(limits) == 1 else limits
        if len(wide) != len(values):
            raise ValueError(f"compares {len(values)} numbers with {len(wide)}")
        derived = isinstance(bound, str) and names_in(bound)  # from other quantities
        for value, limit in zip(values, wide, strict=True):
            if line.tolerance is None and _needs_tolerance(kind, value, limit):
                raise ValueError(f"needs a tolerance and its reason, as {line.quantity} is rounded")
            try:
                met &= bool(_compare(kind, value, limit, line.tolerance or 0))
            except (TypeError, OverflowError):
                raise ValueError(
                    f"cannot compare {line.quantity}, a {type(value).__name__}, with {bound!r}"
                ) from None
            rounded = kind == "equals" and strength(limit) == "numeric" and not derived
            parts = [
                _strength_of(kind, value),
                _strength_of(kind, limit, bound=True) if derived else "exact",
            ]
            if rounded and parts[0] == "exact":
                parts.append("numeric")
            sure = max(sure, *parts, key=STRENGTHS.index)
        told.append(f"{RELATIONS[kind]} {_short(bound, limits)}")
    within = "" if line.tolerance is None else f" within {float(line.tolerance):g}"
    shown = shown_value(values if len(values) > 1 else values[0])
    return Finding(line, met, sure, f"{line.quantity} is {shown}, wanted {', '.join(told)}{within}")


def _limits(bound: object, value: object, quantities: Mapping[str, object]) -> list:
    """What a bound comes to: words as they are, closed forms as numbers, lists entry by entry."""
    if isinstance(value, str):
        return _entries(bound)
    found = [closed_form(b, quantities) if isinstance(b, str) else b for b in _entries(bound)]
    if len(found) == 1:
        found = _entries(found[0])
    return [plain_number(v) for v in found]


def _needs_tolerance(kind: str, value: object, limit: object) -> bool:
    sure = strength(value)
    return (
        sure == "numeric"
        or (sure == "two-sided" and kind == "equals")
        or (sure == "exact" and strength(limit) == "numeric")
    )


def _words_of(line: Line, quantities: Mapping[str, object]) -> set[str]:
    """Names in bounds that are words, since the quantity is words."""
    first = _entries(quantities.get(line.quantity, 0))[:1]
    return (line.needs - {line.quantity}) if first and isinstance(first[0], str) else set()


def _short(bound: object, limits: list) -> str:
    shown = shown_value(limits if len(limits) > 1 else limits[0])
    return f"{bound} = {shown}" if isinstance(bound, str) and str(bound) != shown else shown
