"""Closed forms such as ``2*sqrt(2)*s``: read without being run as Python."""

import ast
import math
import operator
from collections.abc import Mapping
from fractions import Fraction

from nonlocality.book.values import plain_number
from nonlocality.foundations.checks import shown

_TWO = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: lambda a, b: _power(a, b),
    ast.Div: lambda a, b: Fraction(a, b) if _whole(a) and _whole(b) else a / b,
}


MAX_BITS = 100_000
"""Of an exact power; more are refused."""


_CALLS = {name: getattr(math, name) for name in ("sqrt", "log", "log2", "cos", "sin", "pi")}


def _whole(value: object) -> bool:
    return isinstance(value, int | Fraction)


def _power(base: object, exponent: object) -> object:
    """A power; OverflowError where an exact one would have very many digits."""
    if _whole(base) and _whole(exponent):
        fraction = Fraction(base)
        bits = max(fraction.numerator.bit_length(), fraction.denominator.bit_length())
        if bits * abs(exponent) > MAX_BITS:
            raise OverflowError
        return fraction**exponent
    return base**exponent


def names_in(text: str) -> list[str]:
    """The quantities that a closed form names; none in words that are no closed form.

    >>> names_in("2*sqrt(s) + pi"), names_in("no closed form")
    (['s'], [])
    """
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
                argument = walk(inner)
                try:
                    return _CALLS[name](argument)
                except ValueError:  # a logarithm of 0
                    raise ArithmeticError from None
            case ast.Name(id="pi"):
                return math.pi
            case ast.Name(id=name) if name not in _CALLS:
                return plain_number(quantities[name])
        raise ValueError(f"cannot read the `text` {shown(text)} as a closed form")

    if not isinstance(text, str) or not isinstance(quantities, Mapping):
        raise ValueError("cannot read a `text` of other `quantities` than numbers by name")
    text = text.strip()  # so that places in the tree are places in the text
    try:
        return walk(ast.parse(text, mode="eval").body)
    except (SyntaxError, UnicodeError):
        raise ValueError(f"cannot read the `text` {shown(text)} as a closed form") from None
    except (RecursionError, MemoryError):
        raise ValueError("cannot read a `text` so long or deep as a closed form") from None
    except (TypeError, ArithmeticError):  # a number with two sides, a division by 0
        raise ValueError(f"cannot compute the `text` {shown(text)} of these `quantities`") from None
