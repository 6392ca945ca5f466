"""Reading rational data: strings become fractions, anything else is refused."""

import re
from fractions import Fraction


class CertificateError(ValueError):
    """A certificate does not prove what it says; names the condition that fails."""


def require(condition: bool, words: str) -> None:
    """Raise CertificateError(words) unless the condition holds.

    >>> require(1 + 1 == 3, "The sum must be 3.")
    Traceback (most recent call last):
    ...
    nonlocality.certificates.rational.CertificateError: The sum must be 3.
    """
    if not condition:
        raise CertificateError(words)


def number(text: object) -> Fraction:
    """Return the Fraction that a string such as "4/3" or "0.0663" stands for.

    Raises CertificateError for anything else, also for exponents, signs + and blanks.

    >>> number("0.25")
    Fraction(1, 4)
    """
    if isinstance(text, str) and re.fullmatch(r"-?[0-9]+(/[0-9]+|\.[0-9]+)?", text):
        try:
            return Fraction(text)
        except (ValueError, ZeroDivisionError):  # too long, or over zero
            pass
    raise CertificateError(f"A number must be a string like '4/3', but one is {text!r}.")


def numbers(texts: object, *, length: int) -> list[Fraction]:
    """Return a list of strings as Fractions.

    Raises CertificateError for another length or an entry that is not a number.

    >>> numbers(["1", "1/2"], length=2)
    [Fraction(1, 1), Fraction(1, 2)]
    """
    require(
        isinstance(texts, list) and len(texts) == length,
        f"A list must hold {length} numbers, but is {texts!r}.",
    )
    return [number(text) for text in texts]


def table(entries: object, keys: object) -> dict[str, Fraction]:
    """Return an object whose values are strings as a dictionary of Fractions.

    Raises CertificateError for a key that is not allowed or a value that is not a number.

    >>> table({"right": "4/3"}, ["right", "wrong"])
    {'right': Fraction(4, 3)}
    """
    require(
        isinstance(entries, dict) and set(entries) <= set(keys),
        f"A table must have keys among {', '.join(keys)}.",
    )
    return {key: number(value) for key, value in entries.items()}


SCALE = 10**30
"""Unit of the fixed-point numbers of :func:`cosines`."""


def _arctangent_of_inverse(n: int) -> int:
    """SCALE · arctan(1/n), wrong by less than 100: each term is cut by less than 2."""
    total, power, k = 0, SCALE // n, 0
    while power:
        total += (-1) ** k * (power // (2 * k + 1))
        power, k = power // n**2, k + 1
    return total


def cosines(n: int) -> list[int]:
    """Integers within 10^4 of 10^30 cos(πm/2n) for m = 0, …, 4n − 1, n ≤ 1000.

    π is 16 arctan(1/5) − 4 arctan(1/239), wrong by less than 2000 units of 10^-30; the Taylor
    series of the cosine at an angle of at most π/2, cut where its terms vanish, adds less than
    100, as each of its at most 40 terms is cut by less than 2.

    >>> [round(c / SCALE, 6) for c in cosines(2)]
    [1.0, 0.707107, 0.0, -0.707107, -1.0, -0.707107, 0.0, 0.707107]
    """
    pi = 16 * _arctangent_of_inverse(5) - 4 * _arctangent_of_inverse(239)
    quarter = []
    for m in range(n + 1):
        square = (pi * m // (2 * n)) ** 2 // SCALE
        total, term, k = 0, SCALE, 0
        while term:
            total += (-1) ** k * term
            term, k = term * square // (SCALE * (2 * k + 1) * (2 * k + 2)), k + 1
        quarter.append(total)
    half = quarter + [-c for c in quarter[-2::-1]]
    return half + half[-2:0:-1]
