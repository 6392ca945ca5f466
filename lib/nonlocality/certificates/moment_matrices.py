"""Bounds by sums of squares, and matrices that are positive: certificates on arXiv:0907.0372.

Words are products of projectors A(a|x), B(b|y), the last outcome of each setting left out; the
parties' commute. Their moments ⟨v†w⟩, real, form a positive matrix over a list of words: level 1
has 1, A, B (macroscopic locality, Q1), 1+AB also the products AB (the almost-quantum set), level 3
all words of three letters. Each list has with a word what remains when its first letter is taken
off, so that by positivity no moment is larger than 1.

Above: for rows r of integers Σ_r |Σ_v r_v v|² ≥ 0 in moments, and at level 1 λ·P(ab|xy) ≥ 0 for
λ ≥ 0. Added to a Bell expression they leave a constant and a few small multiples of moments, so
the expression is at most the constant plus the sum of their sizes. Nothing else is believed.
Below: the behaviours of two settings and outcomes with correlators E_xy and means are in Q1 if
some numbers in the two free places make the matrix of 1, A_0, A_1, B_0, B_1 positive.
"""

import hashlib
from fractions import Fraction
from itertools import product

from nonlocality.certificates.rational import number, numbers, require

Word = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]
"""Alice's letters (x, a) and Bob's letters (y, b)."""

PLACES = 9
"""Decimals that are printed, rounded to the safe side."""


def _decimal(value: Fraction, *, up: bool) -> str:
    """A number in :data:`PLACES` decimals, rounded up or down."""
    scaled = value * 10**PLACES
    whole = -(-scaled // 1) if up else scaled // 1
    digits = str(abs(whole)).rjust(PLACES + 1, "0")
    return f"{'-' if whole < 0 else ''}{digits[:-PLACES]}.{digits[-PLACES:]}"


def _digest(rows: object) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of rows of words; they tell proofs apart."""
    require(isinstance(rows, list), "The squares must be a list of rows.")
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def _row(text: object, *, length: int) -> list[int]:
    """The integers of a row, which stand in one string with blanks between them."""
    require(isinstance(text, str), "A row must be a string of integers.")
    row = numbers(text.split(" "), length=length)
    require(all(r.denominator == 1 for r in row), "The rows must hold integers.")
    return [int(r) for r in row]


def _check_digest(data: dict) -> str:
    """The digest of the squares, refused at once if the file says another."""
    digest = _digest(data["squares"])
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
    require(level in ("1", "1+AB", "3"), "The level must be 1, 1+AB or 3.")
    letters = [((x, a),) for x in range(settings) for a in range(outcomes - 1)]
    found: list[Word] = [((), ()), *((a, ()) for a in letters), *(((), b) for b in letters)]
    if level != "1":
        found += product(letters, letters)
    by_length: list[list[tuple]] = [[()]]
    for _ in range(3):
        longer = [w + a for w in by_length[-1] for a in letters if not w or w[-1][0] != a[0][0]]
        by_length.append(longer)
    for length in (2, 3) if level == "3" else ():
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
    data: dict, *, expression: dict[tuple[int, int, int, int], Fraction], outcomes: int
) -> Fraction:
    """A number that Σ f(a,b,x,y) P(ab|xy) does not exceed at a level, for two settings a side.

    data: "level", "scale", "squares" (rows of integers, one a word, in units of 1/scale, each row
    one string) and, at level 1, "positive": {"abxy": λ ≥ 0}.
    """
    level, scale = data["level"], number(data["scale"])
    rows = words(level, outcomes, 2)
    require(scale > 0, "The scale must be positive.")
    require(isinstance(data["squares"], list), "The squares must be a list of rows.")
    squares = [_row(text, length=len(rows)) for text in data["squares"]]
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


def is_positive(matrix: list[list[Fraction]]) -> bool:
    """Whether a symmetric matrix of fractions is positive semidefinite, by elimination.

    >>> is_positive([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]])
    True
    """
    rows = [list(row) for row in matrix]
    while rows:
        pivot, rest = rows[0][0], rows[0][1:]
        if pivot < 0 or (pivot == 0 and any(rest)):
            return False
        rows = [
            [entry - row[0] * right / pivot if pivot else entry
             for entry, right in zip(row[1:], rest, strict=True)]
            for row in rows[1:]
        ]  # fmt: skip
    return True


class Point:
    """A behaviour of two settings and outcomes: E_00, E_01, E_10, E_11, then four means.

    data: "correlators", "means" (⟨A_0⟩, ⟨A_1⟩, ⟨B_0⟩, ⟨B_1⟩). Refused if a probability is
    negative.
    """

    def __init__(self, data: dict) -> None:
        """Read the eight numbers."""
        self.correlators = numbers(data["correlators"], length=4)
        self.means = numbers(data["means"], length=4)
        require(
            min(self.probability(*place) for place in product((0, 1), repeat=4)) >= 0,
            "No probability of a behaviour may be negative.",
        )

    def probability(self, a: int, b: int, x: int, y: int) -> Fraction:
        """P(ab|xy); outcome 0 counts +1."""
        s, t = (-1) ** a, (-1) ** b
        e = self.correlators[2 * x + y]
        return (1 + s * self.means[x] + t * self.means[2 + y] + s * t * e) / 4

    def require_macroscopic(self, free: object) -> None:
        """Refuse unless the numbers ⟨A_0 A_1⟩, ⟨B_0 B_1⟩ make the matrix positive."""
        alpha, beta = numbers(free, length=2)
        e, one = self.correlators, Fraction(1)
        matrix = [
            [one, *self.means],
            [self.means[0], one, alpha, e[0], e[1]],
            [self.means[1], alpha, one, e[2], e[3]],
            [self.means[2], e[0], e[2], one, beta],
            [self.means[3], e[1], e[3], beta, one],
        ]
        require(is_positive(matrix), "The moment matrix of a behaviour must be positive.")

    def __str__(self) -> str:
        """The eight numbers."""
        e, m = (", ".join(map(str, part)) for part in (self.correlators, self.means))
        return f"with correlators E00, E01, E10, E11 = {e} and means A0, A1, B0, B1 = {m}"


def chsh(data: dict) -> str:
    """Both sides of the largest S = E00 + E01 + E10 − E11 over Q1 and over quantum behaviours.

    Above: |x u_0 − v_0 − v_1|² + |x u_1 − v_0 + v_1|² = 2x² + 4 − 2xS ≥ 0 for the unit vectors of
    Q1, so S ≤ x + 2/x for any x > 0. Below: unit vectors u_x, v_y in a plane are correlators
    E_xy = u_x·v_y of the singlet, u and −v being directions of spin. Quantum behaviours are in Q1.
    """
    x = number(data["x"])
    require(x > 0, "The number x must be positive.")
    vectors = data["vectors"]
    require(isinstance(vectors, list) and len(vectors) == 4, "There must be four vectors.")
    u0, u1, v0, v1 = (numbers(vector, length=2) for vector in vectors)
    require(all(p * p + q * q == 1 for p, q in (u0, u1, v0, v1)), "Vectors must have length 1.")

    def dot(u: list[Fraction], v: list[Fraction]) -> Fraction:
        return u[0] * v[0] + u[1] * v[1]

    reached = dot(u0, v0) + dot(u0, v1) + dot(u1, v0) - dot(u1, v1)
    return (
        f"Over Q1, and so over quantum behaviours, S is at most {x + 2 / x}; quantum behaviours "
        f"reach {reached}: the largest S of both begins "
        f"{_decimal(reached, up=False)} to {_decimal(x + 2 / x, up=True)}."
    )


def tilted(data: dict) -> str:
    """Both sides of the largest S + β⟨A_0⟩ over Q1, for each β of a list."""
    cases = data["cases"]
    require(isinstance(cases, list) and cases, "There must be a list of cases.")
    parts, proofs, last = [], [], None
    for case in cases:
        beta = number(case["beta"])
        require(last is None or beta > last, "The tilts must increase.")
        last = beta
        expression = {}
        for a, b, x, y in product((0, 1), repeat=4):
            sign = Fraction((-1) ** (a + b + x * y))
            expression[a, b, x, y] = sign + (beta * (-1) ** a if x == y == 0 else 0)
        require(case["level"] == "1", "The level must be 1.")
        positive = case["positive"]
        require(isinstance(positive, dict), "The multipliers must be a table.")
        proofs += [*case["squares"], case["scale"], *positive.keys(), *positive.values()]
        upper = squares_bound(case, expression=expression, outcomes=2)
        point = Point(case)
        point.require_macroscopic(case["free"])
        e = point.correlators
        reached = e[0] + e[1] + e[2] - e[3] + beta * point.means[0]
        require(reached <= upper, "The two sides must be in order.")
        parts.append(f"{reached} and {_decimal(upper, up=True)} for beta = {beta}")
    return (
        f"The largest S + beta <A0> over Q1 lies between {'; '.join(parts)} "
        f"(squares {_digest(proofs)})."
    )


def cglmp_almost_quantum(data: dict) -> str:
    """An upper bound on S_d over level 1+AB, and so over quantum behaviours.

    S_d is the sum over the four links of 1 − 2r/(d − 1), r = A_1 − B_1, B_1 − A_2 − 1, A_2 − B_2,
    B_2 − A_1 mod d, with settings 1 and 2.
    """
    text = data["d"]
    require(text in ("2", "3", "4", "5"), "The d must be from 2 to 5.")
    d = int(text)
    expression = {}
    for a, b, x, y in product(range(d), range(d), range(2), range(2)):
        r = (a - b if x == y else b - a - (x == 1)) % d
        expression[a, b, x, y] = 1 - Fraction(2 * r, d - 1)
    require(data["level"] == "1+AB", "The level must be 1+AB.")
    digest = _check_digest(data)
    upper = squares_bound(data, expression=expression, outcomes=d)
    return (
        f"S_{d} of a behaviour of level 1+AB, and so of a quantum behaviour, is at most "
        f"{_decimal(upper, up=True)} (squares {digest})."
    )


def beyond_quantum(data: dict) -> str:
    """A behaviour of Q1 that wins more in a game than any quantum behaviour, and how much more.

    Questions are drawn uniformly and payoffs lie between 0 and 1.
    """
    point = Point(data)
    point.require_macroscopic(data["free"])
    digest, payoff = _check_digest(data), data["payoff"]
    keys = ["".join(map(str, place)) for place in product((0, 1), repeat=4)]
    require(isinstance(payoff, dict) and list(payoff) == keys, "There must be sixteen payoffs.")
    expression = {tuple(map(int, key)): number(text) / 4 for key, text in payoff.items()}
    require(all(0 <= 4 * f <= 1 for f in expression.values()), "Payoffs must be from 0 to 1.")
    require(data["level"] in ("1+AB", "3"), "The level must be 1+AB or 3.")
    upper = squares_bound(data, expression=expression, outcomes=2)
    won = sum(f * point.probability(*place) for place, f in expression.items())
    require(won > upper, "The behaviour must win more than the bound.")
    return (
        f"The behaviour {point} is macroscopically local, and in a game with payoffs "
        f"{', '.join(payoff.values())} wins at least {_decimal(won - upper, up=False)} more than "
        f"any quantum behaviour (squares {digest})."
    )


def four_angles(data: dict) -> str:
    """Two behaviours that lie close together, one in Q1, the other outside.

    The second is excluded by rows r of integers with Σ_r (Σ_v r_v v)² < 0 whatever the two free
    products are, which are at most 1 in size; the words are 1, A_0, A_1, B_0, B_1.
    """
    inside, outside = Point(data["inside"]), Point(data["outside"])
    inside.require_macroscopic(data["inside"]["free"])
    digest = _check_digest(data)
    rows = [_row(text, length=5) for text in data["squares"]]
    gram = [[sum(r[i] * r[j] for r in rows) for j in range(5)] for i in range(5)]
    e, m = outside.correlators, outside.means
    value = sum(gram[i][i] for i in range(5)) + 2 * sum(gram[0][i + 1] * m[i] for i in range(4))
    value += 2 * sum(gram[1 + x][3 + y] * e[2 * x + y] for x in (0, 1) for y in (0, 1))
    value += 2 * abs(gram[1][2]) + 2 * abs(gram[3][4])
    require(value < 0, "The squares must exclude the second behaviour.")
    apart = max(
        abs(p - q)
        for p, q in zip(
            inside.correlators + inside.means, outside.correlators + outside.means, strict=True
        )
    )
    return (
        f"The behaviour {inside} is macroscopically local, the behaviour {outside} is not; they "
        f"differ by at most {_decimal(apart, up=True)} in each number (squares {digest})."
    )


CHECKERS = {
    "chsh-macroscopic": ("ML-05", chsh),
    "four-angles": ("ML-06", four_angles),
    "tilted-macroscopic": ("ML-07", tilted),
    "beyond-quantum": ("ML-07", beyond_quantum),
    "cglmp-almost-quantum": ("ML-08", cglmp_almost_quantum),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
