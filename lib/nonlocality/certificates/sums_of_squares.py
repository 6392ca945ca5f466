"""Bounds by sums of squares on Bell expressions over levels of moment matrices (arXiv:0907.0372).

Words are products of projectors A(a|x), B(b|y), the last outcome of each setting left out; the
parties' commute. Their moments ⟨v†w⟩, real, form a positive matrix over a list of words: level 1
has 1, A, B (macroscopic locality, Q1), 1+AB also AB (the almost-quantum set), levels 2 and 3 all
words of so many letters. Each list has with a word what remains when its first letter is taken
off, so that by positivity no moment is larger than 1.

For rows r of integers Σ_r |Σ_v r_v v|² ≥ 0 in moments, and at level 1 λ·P(ab|xy) ≥ 0 for λ ≥ 0.
Added to a Bell expression they leave a constant and a few small multiples of moments, so the
expression is at most the constant plus the sum of their sizes. Nothing else is believed.
"""

import hashlib
from fractions import Fraction
from itertools import product

from nonlocality.certificates.rational import number, require, whole_row

Word = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]
"""Alice's letters (x, a) and Bob's letters (y, b)."""

PLACES = 9
"""Decimals that are printed, rounded to the safe side."""


def decimal(value: Fraction, *, up: bool) -> str:
    """A number in :data:`PLACES` decimals, rounded up or down."""
    scaled = value * 10**PLACES
    whole = -(-scaled // 1) if up else scaled // 1
    digits = str(abs(whole)).rjust(PLACES + 1, "0")
    return f"{'-' if whole < 0 else ''}{digits[:-PLACES]}.{digits[-PLACES:]}"


def digest_of(rows: object) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of rows of words; they tell proofs apart."""
    require(isinstance(rows, list), "The squares must be a list of rows.")
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def checked_digest(data: dict) -> str:
    """The digest of the squares, refused at once if the file says another."""
    digest = digest_of(data["squares"])
    require(data["digest"] == digest, f"The digest of the squares is {digest}.")
    return digest


def _joined(left: tuple, right: tuple) -> tuple | None:
    """The letters of left† right; None where two outcomes of one setting meet: the product is 0."""
    word: list[tuple[int, int]] = []
    for letter in (*reversed(left), *right):
        if not word or word[-1][0] != letter[0]:
            word.append(letter)
        elif word[-1] != letter:
            return None
    return tuple(word)


def words(level: str, outcomes: int, settings: int) -> list[Word]:
    """The words of a level, the same number of outcomes and settings for both parties."""
    require(level in ("1", "1+AB", "2", "3"), "The level must be 1, 1+AB, 2 or 3.")
    letters = [((x, a),) for x in range(settings) for a in range(outcomes - 1)]
    found: list[Word] = [((), ()), *((a, ()) for a in letters), *(((), b) for b in letters)]
    if level != "1":
        found += product(letters, letters)
    by_length: list[list[tuple]] = [[()]]
    for _ in range(3):
        longer = [w + a for w in by_length[-1] for a in letters if not w or w[-1][0] != a[0][0]]
        by_length.append(longer)
    for length in range(2, int(level) + 1) if level in ("2", "3") else ():
        for k in range(length + 1):
            longer = product(by_length[length - k], by_length[k])
            found += [word for word in longer if word not in found]
    return found


def _probability(outcomes: int, a: int, b: int, x: int, y: int) -> list[tuple[Word, int]]:
    """P(ab|xy) as a sum of words: the last outcome is 1 minus the others."""
    sides = []
    for outcome, setting in ((a, x), (b, y)):
        if outcome < outcomes - 1:
            sides.append([(((setting, outcome),), 1)])
        else:
            sides.append([((), 1), *((((setting, k),), -1) for k in range(outcomes - 1))])
    return [((v, w), i * j) for (v, i), (w, j) in product(*sides)]


def squares_bound(
    data: dict,
    *,
    expression: dict[tuple[int, int, int, int], Fraction],
    outcomes: int,
    settings: int = 2,
) -> Fraction:
    """A number that Σ f(a,b,x,y) P(ab|xy) does not exceed at a level.

    expression: f for every a, b, x, y. outcomes, settings: the same number for both parties.
    data: "level", "scale", "squares" (rows of integers, one a word, in units of 1/scale, each row
    one string) and, at level 1, "positive": {"abxy": λ ≥ 0}.
    """
    level, scale = data["level"], number(data["scale"])
    rows = words(level, outcomes, settings)
    require(scale > 0, "The scale must be positive.")
    require(isinstance(data["squares"], list), "The squares must be a list of rows.")
    squares = [whole_row(text, length=len(rows)) for text in data["squares"]]
    total: dict[Word, Fraction] = {}

    def add(word: Word, weight: Fraction) -> None:
        word = min(word, (word[0][::-1], word[1][::-1]))  # a moment is that of the adjoint
        total[word] = total.get(word, Fraction(0)) + weight

    columns = list(zip(*squares, strict=True)) if squares else [()] * len(rows)
    for i, v in enumerate(rows):
        for j in range(i, len(rows)):
            alice, bob = _joined(v[0], rows[j][0]), _joined(v[1], rows[j][1])
            if alice is None or bob is None:
                continue
            weight = sum(p * q for p, q in zip(columns[i], columns[j], strict=True))
            if weight:
                add((alice, bob), Fraction((1 if i == j else 2) * weight) / scale**2)
    places = dict(expression)
    positive = data.get("positive", {})
    require(isinstance(positive, dict), "The multipliers must be a table.")
    require(
        level == "1" or "positive" not in data, "Multipliers of probabilities belong to level 1."
    )
    for key, text in positive.items():
        place = tuple(int(k) for k in key) if key.isdecimal() and len(key) == 4 else ()
        require(place in expression, f"A multiplier must belong to outcomes and settings: {key!r}.")
        multiplier = number(text)
        require(multiplier >= 0, "A multiplier must not be negative.")
        places[place] += multiplier
    for place, weight in places.items():
        for word, sign in _probability(outcomes, *place):
            add(word, sign * weight)
    constant = total.pop(((), ()), Fraction(0))
    return constant + sum(abs(weight) for weight in total.values())
