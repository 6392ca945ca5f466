"""What the certificate on one qubit against two partners proves: I3322 from above."""

import re
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from itertools import product

from nonlocality.certificates.local_realism import ALICE, BOB, SIGNS
from nonlocality.certificates.rational import number, require, whole_row

Words = tuple[str, str, str]
"""A product of observables: settings 0, 1, 2 of A, of b and of c, each party's in order."""

DIGITS = 8
"""The whole numbers of a file are in units of 10^−8."""

LONGEST = 20
"""Most digits of one of them."""

MOST_RELATIONS = 500
"""Most relations of a file."""


def _reduced(word: str) -> str:
    """Without neighbours that cancel: observables of outcomes ±1 square to 1."""
    out = ""
    for letter in word:
        out = out[:-1] if out[-1:] == letter else out + letter
    return out


def _key(words: Words) -> Words:
    """One name for what has one mean: a product, its adjoint, and both with b and c exchanged."""
    a, b, c = map(_reduced, words)
    mirror = (a[::-1], b[::-1], c[::-1])
    return min((a, b, c), mirror, (a, c, b), (mirror[0], mirror[2], mirror[1]))


def products() -> list[Words]:
    """The products of the moment matrix: three observables, two of A's or fewer, one of b, of c.

    >>> len(products())
    106
    """
    short = ["", *"012"]
    long = [*short, *(x + y for x, y in product("012", repeat=2) if x != y)]
    return [w for w in product(long, short, short) if sum(map(len, w)) <= 3]


def symmetric_bases() -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """For +1 and −1 the pairs (product, product with b and c exchanged), by their numbers."""
    place = {w: k for k, w in enumerate(products())}
    for sign in (1, -1):
        rows = [
            (k, place[a, c, b])
            for (a, b, c), k in place.items()
            if b <= c and (sign == 1 or b != c)
        ]
        yield sign, rows


def objective() -> dict[Words, Fraction]:
    """The mean of I3322 over b and c, as coefficients of moments.

    With p(0|x) = (1 + ⟨α_x⟩)/2 and p(00|xy) = (1 + ⟨α_x⟩ + ⟨β_y⟩ + ⟨α_x β_y⟩)/4.
    """
    found: dict[Words, Fraction] = {}

    def add(words: Words, value: Fraction) -> None:
        key = _key(words)
        found[key] = found.get(key, Fraction(0)) + value

    for x, y in product(range(3), repeat=2):
        for left, right in product((0, 1), repeat=2):
            add((str(x) * left, str(y) * right, ""), Fraction(SIGNS[x][y], 4))
    for k in range(3):
        for power in (0, 1):
            add((str(k) * power, "", ""), Fraction(ALICE[k], 2))
            add(("", str(k) * power, ""), Fraction(BOB[k], 2))
    return found


def relation(text: str) -> dict[Words, int]:
    """u{x, y}v t = u v{x, y}t for a qubit's spins: a moment relation that is written u|xy|v|t|b|c.

    {x, y} = 2 n_x·n_y is a number and so commutes with v; b and c stand beside.

    >>> {"".join(key): n for key, n in relation("|01|2|0||").items()}
    {'0120': 1, '0201': 1, '0102': -1, '12': -1}
    """
    require(
        re.fullmatch(r"[012]{0,2}\|[012]{2}\|[012]{1,3}\|[012]{0,2}\|[012]{0,2}\|[012]{0,2}", text),
        "A relation must be written u|xy|v|t|b|c.",
    )
    u, (x, y), v, t, b, c = text.split("|")
    found: dict[Words, int] = {}
    for word, sign in (
        (u + x + y + v + t, 1), (u + y + x + v + t, 1), (u + v + x + y + t, -1),
        (u + v + y + x + t, -1),
    ):  # fmt: skip
        key = _key((word, b, c))
        found[key] = found.get(key, 0) + sign
    return found


def digest(data: dict) -> str:
    """SHA-256 of the numbers of a file, so that a changed digit is noticed at once."""
    text = "\n".join(
        [row for block in data["factors"] for row in block]
        + [f"{key} {value}" for key, value in data["relations"].items()]
    )
    return sha256(text.encode()).hexdigest()


def coefficients(data: dict) -> dict[Words, int]:
    """What is left of −I after ⟨Z, Γ⟩ and the relations, in units of 10^−16.

    Γ is the matrix of the moments ⟨W_r†W_s⟩ (real parts, b and c symmetrised), Z = L Lᵀ from the
    factors L, R are the relations with weights w: −I = Σ c_k m_k + ⟨Z, Γ⟩ + Σ w R with the m_k the
    moments, the first of them 1.
    """
    unit = 10**DIGITS
    left: dict[Words, int] = {}  # coefficients times unit²
    for key, value in objective().items():
        left[key] = int(-value * unit**2)
    words = products()
    keys = [[_key((u[::-1] + x, v[::-1] + y, w[::-1] + z)) for x, y, z in words]
            for u, v, w in words]  # fmt: skip
    factors = data["factors"]
    require(isinstance(factors, list) and len(factors) == 2, "There must be two factors.")
    for (sign, rows), block in zip(symmetric_bases(), factors, strict=True):
        require(
            isinstance(block, list) and len(block) == len(rows),
            f"A factor must have {len(rows)} rows.",
        )
        lower = [whole_row(row, length=k + 1, digits=LONGEST) for k, row in enumerate(block)]
        for i, (p, q) in enumerate(rows):
            for j, (r, s) in enumerate(rows[: i + 1]):
                entry = sum(map(int.__mul__, lower[i], lower[j])) * (1 if i == j else 2)
                if entry:
                    # (e_p + sign e_q) against (e_r + sign e_s)
                    for one, other, weight in (
                        (p, r, 1), (p, s, sign), (q, r, sign), (q, s, 1),
                    ):  # fmt: skip
                        key = keys[one][other]
                        left[key] = left.get(key, 0) - weight * entry
    relations = data["relations"]
    require(
        isinstance(relations, dict) and len(relations) <= MOST_RELATIONS,
        f"The relations must be an object of at most {MOST_RELATIONS}.",
    )
    for text, weight in relations.items():
        (value,) = whole_row(weight, length=1, digits=LONGEST)
        for key, sign in relation(text).items():
            left[key] = left.get(key, 0) - value * unit * sign
    return left


def upper_bound(data: dict) -> Fraction:
    """The bound that the numbers prove: ⟨Z, Γ⟩ ≥ 0, R = 0, |m_k| ≤ 1, so I ≤ −c_0 + Σ|c_k|.

    Whatever the file holds; bad numbers only make it larger.
    """
    left = coefficients(data)
    constant = left.pop(("", "", ""), 0)
    return Fraction(-constant + sum(map(abs, left.values())), 100**DIGITS)


def i3322_upper(data: dict) -> str:
    """One qubit against two partners that are measured alike: I3322 from above.

    factors: rows of two lower triangular matrices, whole numbers in units of 10^−8, for the
    products that are symmetric under b ↔ c and those that change sign. relations: weights of
    the relations of a qubit's observables. digest: of all these numbers.
    Fixed outcomes of A leave two settings, where nothing is violated; other measurements with two
    outcomes are mixtures of these.
    """
    for key, kind in (("factors", list), ("relations", dict)):
        require(isinstance(data[key], kind), f"The {key} must be a {kind.__name__}.")
    require(
        all(isinstance(b, list) and all(isinstance(r, str) for r in b) for b in data["factors"]),
        "A factor must be a list of rows.",
    )
    require(all(isinstance(w, str) for w in data["relations"].values()), "Weights are strings.")
    require(data["digest"] == digest(data), "The digest must be that of the numbers.")
    bound = number(data["bound"])
    found = upper_bound(data)
    require(found <= bound, f"What is proved is {float(found):.9f}, more than the bound.")
    return (
        "A qubit with three spin observables against two partners that are measured alike: the "
        f"mean of I3322 is at most {data['bound']} in every state, whatever the partners are."
    )


CHECKERS = {"i3322-upper": ("LR-04", i3322_upper)}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
