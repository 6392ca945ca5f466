"""Reading rational data: strings become fractions, anything else is refused."""

import json
import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NoReturn


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


class Entries(dict):
    """A JSON object that knows which of its keys were read: what nobody reads proves nothing.

    Reading one key, going through all of them, and comparing the whole count. Raises
    CertificateError if a key occurs twice: which of the two is meant, nobody can tell.

    >>> entries = Entries([("claim", "CR-08"), ("also", "P = NP")])
    >>> entries["claim"], entries.unread
    ('CR-08', {'also'})
    """

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        """Keep the pairs, none of them read."""
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.unread = set(keys)
        if len(self.unread) < len(keys):
            again = next(key for key in self.unread if keys.count(key) > 1)
            raise CertificateError(f"The key {again!r} must occur once.")

    def __getitem__(self, key: str) -> object:
        """The value of a key, which then is read."""
        self.unread.discard(key)
        return super().__getitem__(key)

    def get(self, key: str, default: object = None) -> object:
        """The same, or the default."""
        self.unread.discard(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        """All keys, which then are read."""
        self.unread = set()
        return super().__iter__()

    def __eq__(self, other: object) -> bool:
        """Whether all keys and values are the same."""
        self.unread = set()
        return super().__eq__(other)

    __hash__ = None

    def keys(self) -> object:
        """All keys."""
        self.unread = set()
        return super().keys()

    def values(self) -> object:
        """All values."""
        self.unread = set()
        return super().values()

    def items(self) -> object:
        """All pairs."""
        self.unread = set()
        return super().items()


def _refuse(text: str) -> NoReturn:
    raise CertificateError(f"A number must be a string like '4/3', but one is {text[:40]}.")


def read_object(text: str) -> Entries:
    """Return the object that a JSON text stands for, with objects of :class:`Entries` in it.

    Raises ValueError if it is no JSON, or nested too deeply to be read; CertificateError for
    another value than an object, for a key that occurs twice and for a bare number.

    >>> read_object('{"bits": 0.0663}')
    Traceback (most recent call last):
    ...
    nonlocality.certificates.rational.CertificateError: A number must be a string like '4/3', but \
one is 0.0663.
    """
    try:
        data = json.loads(
            text,
            object_pairs_hook=Entries,
            parse_int=_refuse,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except RecursionError:
        raise ValueError("The `text` is nested too deeply.") from None
    require(isinstance(data, dict), "A certificate must be a JSON object.")
    return data


def unread_key(data: Entries) -> str | None:
    """Return a key, at any depth, that nobody has read, or None.

    >>> unread_key(read_object('{"bits": "1"}'))
    'bits'
    """
    waiting: list = [data]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Entries):
            if here.unread:
                return min(here.unread)
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return None


LONGEST_NUMBER = 400
"""Most characters of a number."""


def number(text: object) -> Fraction:
    """Return the Fraction that a string such as "4/3" or "0.0663" stands for.

    Raises CertificateError for anything else, also for exponents, signs + and blanks, and for more
    than :data:`LONGEST_NUMBER` characters.

    >>> number("0.25")
    Fraction(1, 4)
    """
    if isinstance(text, str):
        require(
            len(text) <= LONGEST_NUMBER,
            f"A number must have at most {LONGEST_NUMBER} characters, but one has {len(text)}.",
        )
        found = _fraction(text)
        if found is not None:
            return found
    raise CertificateError(f"A number must be a string like '4/3', but one is {text!r}.")


@lru_cache(maxsize=10_000)
def _fraction(text: str) -> Fraction | None:
    """The Fraction that a text stands for, or None: most numbers occur more than once."""
    if re.fullmatch(r"-?[0-9]+(/0*[1-9][0-9]*|\.[0-9]+)?", text):
        return Fraction(text)
    return None


def over_common(values: Iterable[Fraction]) -> tuple[int, list[int]]:
    """The least common denominator of some Fractions, and what they are times it.

    >>> over_common([Fraction(1, 2), Fraction(-2, 3)])
    (6, [3, -4])
    """
    fractions = list(values)
    common = lcm(*(f.denominator for f in fractions))
    return common, [f.numerator * (common // f.denominator) for f in fractions]


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


def whole_row(text: object, *, length: int, digits: int = LONGEST_NUMBER) -> list[int]:
    """Return the integers of a row, which stand in one string with blanks between them.

    digits: most of a number. Raises CertificateError for another length or anything else.

    >>> whole_row("1 -2 0", length=3)
    [1, -2, 0]
    """
    one = rf"-?[0-9]{{1,{digits}}}"
    require(
        isinstance(text, str) and re.fullmatch(f"{one}( {one})*", text),
        "A row must be whole numbers with blanks between them.",
    )
    found = [int(each) for each in text.split(" ")]
    require(len(found) == length, f"A row must hold {length} numbers.")
    return found


def symmetric(rows: object, *, size: int, name: str) -> list[list[Fraction]]:
    """Return a symmetric matrix of which the rows are given up to the diagonal.

    Raises CertificateError, naming the matrix, for another number of rows, and for rows of
    another length or entries that are not numbers.

    >>> symmetric([["1"], ["1/2", "3"]], size=2, name="matrix")[0]
    [Fraction(1, 1), Fraction(1, 2)]
    """
    require(isinstance(rows, list) and len(rows) == size, f"The {name} must have {size} rows.")
    lower = [numbers(row, length=k + 1) for k, row in enumerate(rows)]
    return [[lower[max(p, q)][min(p, q)] for q in range(size)] for p in range(size)]


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
"""Unit of the fixed-point numbers of :func:`cosine`."""


def _arctangent_of_inverse(n: int) -> int:
    """SCALE · arctan(1/n), wrong by less than 100: each term is cut by less than 2."""
    total, power, k = 0, SCALE // n, 0
    while power:
        total += (-1) ** k * (power // (2 * k + 1))
        power, k = power // n**2, k + 1
    return total


PI = 16 * _arctangent_of_inverse(5) - 4 * _arctangent_of_inverse(239)
"""SCALE · π, wrong by less than 2000."""


def cosine(share: Fraction) -> int:
    """An integer within 10^4 of 10^30 cos(π · share), for a share from 0 to 1/2.

    The Taylor series of the cosine at an angle of at most π/2, cut where its terms vanish, adds
    less than 100 units to the error of π, as each of its at most 40 terms is cut by less than 2.

    >>> round(cosine(Fraction(1, 3)) / SCALE, 9)
    0.5
    """
    square = (PI * share.numerator // share.denominator) ** 2 // SCALE
    total, term, k = 0, SCALE, 0
    while term:
        total += (-1) ** k * term
        term, k = term * square // (SCALE * (2 * k + 1) * (2 * k + 2)), k + 1
    return total


def cosines(n: int) -> list[int]:
    """Integers within 10^4 of 10^30 cos(πm/2n) for m = 0, …, 4n − 1, n ≤ 1000.

    >>> [round(c / SCALE, 6) for c in cosines(2)]
    [1.0, 0.707107, 0.0, -0.707107, -1.0, -0.707107, 0.0, 0.707107]
    """
    quarter = [cosine(Fraction(m, 2 * n)) for m in range(n + 1)]
    half = quarter + [-c for c in quarter[-2::-1]]
    return half + half[-2:0:-1]
