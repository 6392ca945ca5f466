"""Words of one party's projectors, their products, and the words of two parties in pairs.

A word of two parties is one word of each, as their projectors commute. So products are looked up
in two small tables, one a party, and all entries of a moment matrix are found at once.
"""

from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from itertools import product
from operator import index

import numpy as np

from nonlocality.foundations.checks import check_range, counts, shown, whole_numbers
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import size_text
from nonlocality.foundations.words import Letters, Word, reduced

MAX_WORDS = 20_000
"""Most words of a level; the table of their products has the square of it."""


@cache
def _free_moment(letters: Letters, outcomes: int) -> float:
    """The moment of a word when different settings are free of one another, like coins.

    Each projector has trace 1/o, and a product of projectors p − 1/o of settings that change at
    every place has trace 0; expanded, that is a recursion over shorter words. The trace of a
    free product is faithful: a matrix of such moments is positive definite.
    """
    if len({setting for setting, _ in letters}) == len(letters):  # independent, like coins
        return outcomes ** -len(letters)
    total = 0.0
    for kept in product((True, False), repeat=len(letters)):
        if all(kept):
            continue
        word = reduced(tuple(x for x, k in zip(letters, kept, strict=True) if k))
        if word is not None:
            total -= (-1 / outcomes) ** (len(letters) - sum(kept)) * _free_moment(word, outcomes)
    return total


@result
class PartyWords:
    """One party's words of up to so many letters, by length, and their products.

    outcomes: how many outcomes of each setting have letters. settings: how many there are.
    longest: the number of letters.

    >>> side = party_words(1, 2, 1)
    >>> side.words
    [(), ((0, 0),), ((1, 0),)]
    >>> side.products.tolist(), side.letters[3]
    ([[0, 1, 2], [1, 1, 3], [2, 4, 2]], ((0, 0), (1, 0)))
    """

    outcomes: int
    settings: int
    longest: int

    @cached_property
    def by_length(self) -> list[list[Letters]]:
        """The words of no letter, of one, and so on; neighbours belong to different settings."""
        alphabet = [((x, a),) for x in range(self.settings) for a in range(self.outcomes)]
        found: list[list[Letters]] = [[()]]
        for _ in range(self.longest):
            found.append(
                [w + a for w in found[-1] for a in alphabet if not w or w[-1][0] != a[0][0]]
            )
        return found

    @cached_property
    def words(self) -> list[Letters]:
        """All words, by length."""
        return [word for words in self.by_length for word in words]

    @cached_property
    def ranges(self) -> list[range]:
        """The numbers of the words of each length."""
        letters, end, count = self.settings * self.outcomes, 1, 1
        found = [range(1)]
        for n in range(self.longest):
            count *= letters - self.outcomes * (n > 0)
            found.append(range(end, end + count))
            end += count
        return found

    @property
    def count(self) -> int:
        """How many words there are."""
        return self.ranges[-1].stop

    @cached_property
    def place(self) -> dict[Letters, int]:
        """The number of each word."""
        return {word: k for k, word in enumerate(self.words)}

    @cached_property
    def _table(self) -> tuple[np.ndarray, list[Letters]]:
        """Numbers of the products u† w, −1 for 0, and the products by number."""
        numbers: dict[Letters, int] = {}
        rows = []
        for u in self.words:
            back = u[::-1]
            row = []
            for w in self.words:
                word = reduced(back + w)
                row.append(-1 if word is None else numbers.setdefault(word, len(numbers)))
            rows.append(row)
        return np.array(rows), list(numbers)

    @property
    def products(self) -> np.ndarray:
        """The number of u† w for each two words, −1 where that is 0; shape (words, words)."""
        return self._table[0]

    @property
    def letters(self) -> list[Letters]:
        """The products by number; the first is 1."""
        return self._table[1]

    @cached_property
    def free_moments(self) -> np.ndarray:
        """Moments of the products where settings are free of one another; shape (products,)."""
        return np.array([_free_moment(word, self.outcomes + 1) for word in self.letters])


def party_words(outcomes: int, settings: int, longest: int) -> PartyWords:
    """The :class:`PartyWords` of a party, built once.

    Raises ValueError for what are no integers.

    >>> len(party_words(2, 2, 2).words)
    13
    """
    numbers = whole_numbers("outcomes, settings, longest", [outcomes, settings, longest])
    return _party_words(*numbers.tolist())


@lru_cache(maxsize=64)
def _party_words(outcomes: int, settings: int, longest: int) -> PartyWords:
    """The same of Python's integers: to a cache True is 1, and what True made would stay there."""
    return PartyWords(outcomes, settings, longest)


def word_pairs(
    level: str, outcomes: Sequence[int], settings: Sequence[int]
) -> tuple[tuple[PartyWords, PartyWords], np.ndarray]:
    """The words of a level as pairs: both parties' words, and their numbers, shape (2, words).

    level: of :data:`~nonlocality.macroscopic_locality.structure.LEVELS`. outcomes: as in
    :func:`word_products`, which says the order.

    >>> word_pairs("1", (1, 1), (2, 1))[1].tolist()
    [[0, 1, 2, 0], [0, 0, 0, 1]]
    """
    rows = number_of_words(level, outcomes, settings)
    if rows > MAX_WORDS:
        raise ValueError(
            f"Arguments `outcomes` and `settings` must be smaller: level {level!r} has "
            f"{size_text(rows)} words, and the most are {MAX_WORDS}."
        )
    return _word_pairs(level, [int(o) for o in outcomes], [int(m) for m in settings])


def _word_pairs(
    level: str, outcomes: Sequence[int], settings: Sequence[int]
) -> tuple[tuple[PartyWords, PartyWords], np.ndarray]:
    """The same of a level and of Python's integers that have been checked."""
    longest = _longest(level)
    first, second = (_party_words(o, m, longest) for o, m in zip(outcomes, settings, strict=True))
    alice, bob = first.ranges, second.ranges
    kinds = [(0, 0), (1, 0), (0, 1)] + ([(1, 1)] if level != "1" else [])
    kinds += [(n - k, k) for n in range(2, longest + 1) for k in range(n + 1) if (n, k) != (2, 1)]
    left, right = [], []
    for i, j in kinds:
        left += [k for k in alice[i] for _ in bob[j]]
        right += [*bob[j]] * len(alice[i])
    return (first, second), np.array([left, right])


def _longest(level: str) -> int:
    """How many letters of one party a level's words have at most."""
    return int(level) if level.isdecimal() else 1


def number_of_words(level: str, outcomes: Sequence[int], settings: Sequence[int]) -> int:
    """How many words :func:`word_products` gives, without making them.

    Raises ValueError for another level and for numbers that are none of two parties.

    A party has m·k words of one letter, and (m − 1)·k times as many of one more.

    >>> number_of_words("3", (1, 1), (2, 2)), len(word_products("3", (1, 1), (2, 2)))
    (25, 25)
    """
    if not isinstance(level, str) or (level not in tuple("123456789") and level != "1+AB"):
        raise ValueError(f"Argument `level` must be 1+AB or a number, but is {shown(level)}.")
    check_range("outcomes", outcomes)
    try:
        few = [index(number) for number in outcomes]
    except TypeError:
        few = whole_numbers("outcomes", outcomes).tolist()
    if np.shape(few) != (2,) or min(few) < 0 or max(few) > MAX_WORDS:
        raise ValueError(
            f"Argument `outcomes` must hold two numbers from 0 to {MAX_WORDS}, but is {shown(few)}."
        )
    settings = counts("settings", settings, length=2)
    return _number_of_words(level, few, settings)


def _number_of_words(level: str, outcomes: Sequence[int], settings: Sequence[int]) -> int:
    """The same of a level and of Python's integers that have been checked."""
    longest = _longest(level)
    alice, bob = (
        [1, *(m * k * ((m - 1) * k) ** n for n in range(longest))]
        for k, m in zip(outcomes, settings, strict=True)
    )
    rows = sum(alice[n - k] * bob[k] for n in range(longest + 1) for k in range(n + 1))
    return rows + (alice[1] * bob[1] if level == "1+AB" else 0)


def word_products(level: str, outcomes: Sequence[int], settings: Sequence[int]) -> list[Word]:
    """The words of a level: 1, Alice's letters, Bob's, at 1+AB the products, then longer words.

    outcomes: how many outcomes of each setting have letters, for Alice and Bob.
    Raises ValueError as :func:`number_of_words`, and for more than :data:`MAX_WORDS` words.

    >>> len(word_products("1+AB", (1, 1), (2, 2))), len(word_products("1+AB", (2, 2), (2, 2)))
    (9, 25)
    """
    (alice, bob), pairs = word_pairs(level, outcomes, settings)
    return [(alice.words[i], bob.words[j]) for i, j in pairs.T.tolist()]


@lru_cache(maxsize=64)
def _in_letters(outcomes: int, settings: int) -> np.ndarray:
    """One party's outcomes as sums of letters: rows outcome, setting, number and sign.

    Number 0 is 1, and 1, 2, … are the letters. An outcome is a letter, and the last one is 1 minus
    all letters of its setting. outcomes: with the last one.

    >>> _in_letters(2, 1).tolist()  # A0 = A0 and A1 = 1 − A0
    [[0, 1, 1], [0, 0, 0], [1, 1, 0], [1, -1, 1]]
    """
    last, every = outcomes - 1, range(settings)
    letters = [(x, a, 1 + x * last + a) for x in every for a in range(last)]
    rows = [(a, x, number, 1) for x, a, number in letters]
    rows += [(last, x, number, -1) for x, _, number in letters]
    return np.array(rows + [(last, x, 0, 1) for x in every]).T


def _table_terms(
    outcomes: tuple[int, int], settings: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities in terms of products of letters: place in the table, product, sign.

    The place is that of ``[a, b, x, y]``. Products of letters are −1 for 1, then Alice's letters,
    Bob's, and those of both.
    """
    (o, p), (m, n) = outcomes, settings
    a, x, i, signs = _in_letters(o, m)
    b, y, j, others = _in_letters(p, n)
    alice, bob = m * (o - 1), n * (p - 1)
    place = ((a * p * m + x) * n)[:, None] + b * m * n + y
    moment = np.empty((1 + alice, 1 + bob), dtype=int)
    moment[:, 0] = np.arange(1 + alice) - 1
    moment[0, 1:] = alice + np.arange(bob)
    moment[1:, 1:] = (alice + bob + np.arange(alice * bob)).reshape(alice, bob)
    return place.ravel(), moment[i[:, None], j].ravel(), (signs[:, None] * others).ravel()
