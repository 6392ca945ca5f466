"""Statements of the ledger: a sentence, and the comparison that decides whether it is met.

A line says which quantity a chapter's cell must bring and what it is compared with: a number,
a closed form such as ``2*sqrt(2)``, or other quantities. Of a number known from two sides the
proved side is compared; where a point only reaches that side, the line is "numeric". How sure a
line is follows from what was compared: "exact" (integers, fractions, words, checked certificates),
"two-sided", or "numeric"; and whether the text proves the sentence for all that it speaks of, so
that the numbers are but cases of it.
"""

import ast
import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from nonlocality.book.formulas import by_hand

STRENGTHS = ("exact", "two-sided", "numeric")
"""From the surest to the least sure, by the numbers that were compared."""
SURE = ("exact", "proved", "two-sided", "numeric")
"""The same with proofs of the text: a sentence that has one is "proved" if numbers are rounded."""
RELATIONS = {
    "equals": "=",
    "at_least": "≥",
    "at_most": "≤",
    "above": ">",
    "below": "<",
}
_TWO = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: lambda a, b: (Fraction(a) if _whole(a) else a) ** b,
    ast.Div: lambda a, b: Fraction(a, b) if _whole(a) and _whole(b) else a / b,
}
_CALLS = {name: getattr(math, name) for name in ("sqrt", "log", "log2", "cos", "sin", "pi")}


def _whole(value: object) -> bool:
    return isinstance(value, int | Fraction)


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
            raise ValueError(f"must compare {self.quantity} by one of {', '.join(RELATIONS)}")
        if self.certificate and self.bounds:
            raise ValueError("has a certificate, which is compared with nothing")
        if (self.tolerance is None) != (not self.reason):
            raise ValueError("must have a tolerance and its reason, or neither")
        if self.tolerance is not None and not is_tolerance(self.tolerance):
            raise ValueError(f"must have a finite tolerance of at least 0, not {self.tolerance!r}")

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
                found |= set(_names(part)) if isinstance(part, str) else set()
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


def _names(text: str) -> list[str]:
    """The quantities in a closed form; none in words."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return []
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return [name for name in names if name not in _CALLS]


def closed_form(text: str, quantities: Mapping[str, object]) -> object:
    """The value of a closed form in numbers, quantities and pi.

    With ``+ - * / **``, sqrt, log, log2, cos and sin.

    Whole numbers and decimals stay exact as long as no function is taken. Raises ValueError
    for anything else, and KeyError for a quantity that is not there.

    >>> closed_form("(9 - 0.5)/3", {}), closed_form("2*x", {"x": Fraction(1, 3)})
    (Fraction(17, 6), Fraction(2, 3))
    """

    def walk(node: ast.AST) -> object:
        match node:
            case ast.Constant(value=bool() | int() as value):
                return value
            case ast.Constant(value=float()):
                return Fraction(ast.get_source_segment(text, node))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -walk(inner)
            case ast.BinOp(left=left, op=kind, right=right) if type(kind) in _TWO:
                return _TWO[type(kind)](walk(left), walk(right))
            case ast.Call(func=ast.Name(id=name), args=[inner]) if callable(_CALLS.get(name)):
                return _CALLS[name](walk(inner))
            case ast.Name(id="pi"):
                return math.pi
            case ast.Name(id=name) if name not in _CALLS:
                return plain_number(quantities[name])
        raise ValueError(f"cannot read {text!r} as a closed form")

    try:
        return walk(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, UnicodeError):
        raise ValueError(f"cannot read {text!r} as a closed form") from None
    except (RecursionError, MemoryError):
        raise ValueError("cannot read a text so long or deep as a closed form") from None
    except TypeError:  # a number with two sides, which only some operations take
        raise ValueError(f"cannot compute {text!r} of these quantities") from None


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
        raise ValueError(f"needs {', '.join(missing)}, which the cell does not bring")
    values = [plain_number(v) for v in _entries(quantities[line.quantity])]
    if not values:
        raise ValueError(f"needs {line.quantity}, of which the cell brings an empty list")
    met, sure, told = True, "exact", []
    for kind, bound in line.bounds.items():
        limits = _limits(bound, values[0], quantities)
        wide = limits * len(values) if len(limits) == 1 else limits
        if len(wide) != len(values):
            raise ValueError(f"compares {len(values)} numbers with {len(wide)}")
        derived = isinstance(bound, str) and _names(bound)  # from other quantities
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
