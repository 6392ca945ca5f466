"""Behaviours inside and outside of macroscopic locality: certificates on arXiv:0907.0372.

A behaviour of two settings and outcomes with correlators E_xy and means is in Q1 if some numbers
in the two free places make the matrix of moments of 1, A_0, A_1, B_0, B_1 positive. Bounds from
above are sums of squares, see :mod:`nonlocality.certificates.sums_of_squares`.
"""

from fractions import Fraction
from itertools import product

from nonlocality.certificates.rational import number, numbers, require, whole_row
from nonlocality.certificates.sums_of_squares import (
    checked_digest,
    decimal,
    digest_of,
    squares_bound,
)


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
        f"{decimal(reached, up=False)} to {decimal(x + 2 / x, up=True)}."
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
        parts.append(f"{reached} and {decimal(upper, up=True)} for beta = {beta}")
    return (
        f"The largest S + beta <A0> over Q1 lies between {'; '.join(parts)} "
        f"(squares {digest_of(proofs)})."
    )


def beyond_quantum(data: dict) -> str:
    """A behaviour of Q1 that wins more in a game than any quantum behaviour, and how much more.

    Questions are drawn uniformly and payoffs lie between 0 and 1.
    """
    point = Point(data)
    point.require_macroscopic(data["free"])
    digest, payoff = checked_digest(data), data["payoff"]
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
        f"{', '.join(payoff.values())} wins at least {decimal(won - upper, up=False)} more than "
        f"any quantum behaviour (squares {digest})."
    )


def four_angles(data: dict) -> str:
    """Two behaviours that lie close together, one in Q1, the other outside.

    The second is excluded by rows r of integers with Σ_r (Σ_v r_v v)² < 0 whatever the two free
    products are, which are at most 1 in size; the words are 1, A_0, A_1, B_0, B_1.
    """
    inside, outside = Point(data["inside"]), Point(data["outside"])
    inside.require_macroscopic(data["inside"]["free"])
    digest = checked_digest(data)
    rows = [whole_row(text, length=5) for text in data["squares"]]
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
        f"differ by at most {decimal(apart, up=True)} in each number (squares {digest})."
    )


CHECKERS = {
    "chsh-macroscopic": ("ML-05", chsh),
    "four-angles": ("ML-06", four_angles),
    "tilted-macroscopic": ("ML-07", tilted),
    "beyond-quantum": ("ML-07", beyond_quantum),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
