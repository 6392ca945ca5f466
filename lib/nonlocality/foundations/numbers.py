"""A number known from two sides: what this book computes, almost everywhere.

A solver gives a point, and the point a value: it is *reached*. A dual point, an enumeration or
an identity gives a bound: that is *proved*. The two differ, and which is which depends on whether
one minimises or maximises. :class:`TwoSided` keeps them apart, with what they rest on.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf
from numbers import Rational, Real

import numpy as np

from nonlocality.foundations.checks import shown
from nonlocality.foundations.results import result

CROSSING = 1e-9
"""How far two proved sides may cross by rounding, relative to the larger of 1 and their size."""


def _finite(value: Real) -> bool:
    """Whether a number is finite, also one that is larger than any float."""
    return abs(value) < inf


@result
class Evidence:
    """What a two-sided number rests on, as the solver gave it and as it was repaired.

    point: where the value is reached. residual: by how much the point misses its constraints.
    dual_equal, dual_below, dual_matrices: the dual variables of the equalities, of the
    inequalities (≥ 0), and of the matrix inequalities (⪰ 0). solver: its name.
    The dual variables are those of the program that was solved, a minimum, whatever the sign and
    scale of the number that they stand by.
    """

    point: np.ndarray
    residual: float
    dual_equal: np.ndarray
    dual_below: np.ndarray
    dual_matrices: tuple[np.ndarray, ...] = ()
    solver: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class TwoSided:
    """A number with what is proved of it, and what a point reaches.

    lower, upper: proved; −∞ and ∞ where nothing is. reached: the value of an explicit point, or
    None. side: "upper" if the reached value lies above the number (a minimum), "lower" if below
    (a maximum), None where it is a mere estimate. evidence: what it rests on, if kept.
    A point that misses its constraints by the solver's tolerance reaches, but proves nothing: then
    only the other side is given as proved.
    Minus, plus and times act on all of it; ``float`` gives what is reached. There is no ``<``, as
    it would not say which side is meant: :meth:`surely_above` and :meth:`surely_below` do.
    Raises ValueError for NaN, an unknown side, or a lower side above the upper one.

    >>> least = TwoSided(lower=0.2857142, reached=0.2857145, side="upper")
    >>> least
    0.285714 (two-sided, 3e-07 apart, reached from above)
    >>> -2 * least
    -0.57143 (two-sided, 6e-07 apart, reached from below)
    >>> least.surely_above(0.28), least.surely_below(0.3)  # no upper side is proved
    (True, False)
    >>> TwoSided.exact(Fraction(2, 7))
    2/7 (exact)
    """

    lower: Real = -inf
    upper: Real = inf
    reached: Real | None = None
    side: str | None = None
    evidence: Evidence | None = None

    def __post_init__(self) -> None:
        """Check the numbers and the order of the sides; numpy's numbers become Python's."""
        for name in ("lower", "upper", "reached"):
            value = getattr(self, name)
            if type(value) is float and value == value:
                continue
            if isinstance(value, np.generic):
                value = value.item()
                object.__setattr__(self, name, value)
            if value is None and name == "reached":
                continue
            if not isinstance(value, Real) or value != value:
                raise ValueError(f"Argument `{name}` must be a number, but is {shown(value)}.")
        if self.side not in (None, "lower", "upper"):
            raise ValueError(
                f"Argument `side` must be 'lower', 'upper' or None, but is {shown(self.side)}."
            )
        if self.reached is None and self.side is not None:
            raise ValueError("Argument `side` must be None where nothing is reached, but is not.")
        scale = max(1, *(abs(side) for side in (self.lower, self.upper) if abs(side) < inf), 1)
        if self.lower > self.upper and self.lower - self.upper > CROSSING * scale:
            raise ValueError(
                f"Argument `lower` must not exceed `upper` = {self.upper}, but is {self.lower}."
            )

    @classmethod
    def exact(cls, value: Rational) -> "TwoSided":
        """An integer or fraction that is proved to be the number, and reached.

        Raises ValueError for a float, which is no proof.
        """
        if not isinstance(value, Rational | np.integer):
            raise ValueError(
                f"Argument `value` must be an integer or a fraction, but is {shown(value)}."
            )
        return cls(value, value, value)

    @property
    def sides(self) -> tuple[Real, Real]:
        """The lowest and the highest that the number can be; what is reached stands in.

        A side that is not proved is the value that a point reaches, if it reaches from there.

        >>> TwoSided(lower=1.0, reached=1.5, side="upper").sides
        (1.0, 1.5)
        """
        low, high = self.lower, self.upper
        if self.side == "lower" and not _finite(low):
            low = self.reached
        if self.side == "upper" and not _finite(high):
            high = self.reached
        return low, high

    @property
    def gap(self) -> Real:
        """Distance between the :attr:`sides`, ∞ if one is not known."""
        low, high = self.sides
        return high - low

    @property
    def strength(self) -> str:
        """How sure: "exact", "two-sided", "one-sided" (nothing reached) or "numeric".

        >>> TwoSided(reached=0.5).strength, TwoSided(lower=0.5).strength
        ('numeric', 'one-sided')
        """
        if self.lower == self.upper and isinstance(self.lower, Rational):
            return "exact" if isinstance(self.upper, Rational) else "two-sided"
        if _finite(self.gap):
            return "two-sided"
        return "numeric" if self.reached is not None else "one-sided"

    def surely_above(self, other: "Real | TwoSided") -> bool:
        """Whether it is proved that the number is larger than another.

        >>> TwoSided(lower=0.3, upper=0.4).surely_above(TwoSided(lower=0.1, upper=0.2))
        True
        """
        return bool(self.lower > (other.upper if isinstance(other, TwoSided) else other))

    def surely_below(self, other: "Real | TwoSided") -> bool:
        """Whether it is proved that the number is smaller than another."""
        return bool(self.upper < (other.lower if isinstance(other, TwoSided) else other))

    def __float__(self) -> float:
        """What is reached; ValueError where nothing is."""
        if self.reached is None:
            raise ValueError(f"A number with `reached` is needed, but no point reaches {self!r}.")
        return float(self.reached)

    def __neg__(self) -> "TwoSided":
        """Minus the number, its sides exchanged."""
        return self._moved(-1, 0)

    def __add__(self, shift: Real) -> "TwoSided":
        """The number plus a constant."""
        return self._moved(1, shift) if isinstance(shift, Real | np.number) else NotImplemented

    __radd__ = __add__

    def __sub__(self, shift: Real) -> "TwoSided":
        """The number minus a constant."""
        return self._moved(1, -shift) if isinstance(shift, Real | np.number) else NotImplemented

    def __rsub__(self, start: Real) -> "TwoSided":
        """A constant minus the number."""
        return self._moved(-1, start) if isinstance(start, Real | np.number) else NotImplemented

    def __mul__(self, factor: Real) -> "TwoSided":
        """The number times a constant."""
        return self._moved(factor, 0) if isinstance(factor, Real | np.number) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, divisor: Real) -> "TwoSided":
        """The number divided by a constant; exact where both are."""
        if not isinstance(divisor, Real | np.number):
            return NotImplemented
        whole = isinstance(divisor, Rational)
        return self._moved(Fraction(1) / divisor if whole else 1 / divisor, 0)

    def _moved(self, factor: Real, shift: Real) -> "TwoSided":
        """factor · number + shift."""
        if not _finite(factor) or not _finite(shift):
            raise ValueError(
                "Arguments `factor` and `shift` of a two-sided number must be finite, but are "
                f"{factor} and {shift}."
            )
        if factor == 0:
            return TwoSided(shift, shift, shift)
        ends = [
            factor * side + shift if _finite(side) else side * (1 if factor > 0 else -1)
            for side in (self.lower, self.upper)
        ]
        turned = {"lower": "upper", "upper": "lower", None: None}
        return replace(
            self,
            lower=ends[0] if factor > 0 else ends[1],
            upper=ends[1] if factor > 0 else ends[0],
            reached=None if self.reached is None else factor * self.reached + shift,
            side=self.side if factor > 0 else turned[self.side],
        )

    def __repr__(self) -> str:
        """One line: the digits that both sides share, and how sure."""
        if self.strength == "exact":
            return f"{self.lower} (exact)"
        where = {"lower": ", reached from below", "upper": ", reached from above", None: ""}
        if self.strength == "numeric":
            sure = f", {self._proved()}" if self._proved() else ""
            return f"{float(self.reached):.9g} (numeric{sure}{where[self.side]})"
        low, high = map(float, self.sides)
        if self.strength == "one-sided":
            return f"{self._proved() or 'unknown'} (one-sided)"
        return f"{shared_digits(low, high)} (two-sided, {abs(high - low):.1g} apart" + (
            f"{where[self.side]})"
        )

    def _proved(self) -> str:
        """The one side that is proved, in words."""
        if _finite(self.lower):
            return f"at least {float(self.lower):.9g}"
        return f"at most {float(self.upper):.9g}" if _finite(self.upper) else ""

    def __format__(self, spec: str) -> str:
        """What is reached in the given format; without one, as :func:`repr`."""
        return format(float(self), spec) if spec else repr(self)


def shared_digits(low: float, high: float) -> str:
    """The digits that two numbers share when both are rounded alike, at most twelve.

    Where they share none, both: "[0.2, 3.1]".

    >>> shared_digits(2.82842712, 2.82842713), shared_digits(-1e-9, 2e-9), shared_digits(0.2, 3.1)
    ('2.8284271', '0.00000000', '[0.2, 3.1]')
    >>> shared_digits(2.8284e-12, 2.8285e-12), shared_digits(5.0, 5.0)
    ('2.828e-12', '5')
    """
    if low == high:
        return f"{low:.12g}"
    size = max(abs(low), abs(high))
    fixed = range(12, -1, -1) if 1e-4 < size < 1e9 or low * high <= 0 else ()
    ways = [f".{k}f" for k in fixed] + [f".{k}g" for k in range(12, 0, -1)]
    for way in ways:
        first, second = (
            text[1:] if text.startswith("-") and not text.strip("-0.") else text
            for text in (format(low, way), format(high, way))
        )
        if first == second and (float(first) or size < 1e-3):
            return first
    return f"[{low:.3g}, {high:.3g}]"
