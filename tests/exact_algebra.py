"""Exact algebra for the identities that proofs in the text rest on: polynomials and words.

A polynomial has rational coefficients in named letters, with negative powers allowed; a relation
such as r² = 2 or c² = 1 − s² makes a number field, or a circle, of them.
"""

from collections.abc import Iterable
from fractions import Fraction


class Poly:
    """Σ coefficient · letters to powers: terms maps (("x", 2), ("y", -1)) to a Fraction."""

    def __init__(self, terms=()):
        found = {}
        for powers, weight in dict(terms).items():
            if weight:
                found[powers] = Fraction(weight)
        self.terms = found

    @classmethod
    def of(cls, value):
        """A polynomial, or the constant."""
        return value if isinstance(value, Poly) else cls({(): Fraction(value)})

    def __add__(self, other):
        total = dict(self.terms)
        for powers, weight in Poly.of(other).terms.items():
            total[powers] = total.get(powers, 0) + weight
        return Poly(total)

    def __mul__(self, other):
        total = {}
        for p, u in self.terms.items():
            for q, v in Poly.of(other).terms.items():
                powers = dict(p)
                for name, k in q:
                    powers[name] = powers.get(name, 0) + k
                key = tuple(sorted((n, k) for n, k in powers.items() if k))
                total[key] = total.get(key, 0) + u * v
        return Poly(total)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Poly.of(other)

    def __rsub__(self, other):
        return Poly.of(other) - self

    def __truediv__(self, number):
        return self * (1 / Fraction(number))

    def __pow__(self, k):
        if k < 0:
            ((powers, weight),) = self.terms.items()  # of one term only
            return Poly({tuple((n, -e) for n, e in powers): 1 / weight}) ** -k
        product = Poly.of(1)
        for _ in range(k):
            product = product * self
        return product

    def __eq__(self, other):
        return (self - other).terms == {}

    __hash__ = None

    def where(self, name, power, value):
        """The same with name^power replaced by a value, until no such power is left."""
        now = self
        while any(dict(p).get(name, 0) >= power for p in now.terms):
            total = Poly()
            for p, weight in now.terms.items():
                powers = dict(p)
                if powers.get(name, 0) < power:
                    total = total + Poly({p: weight})
                    continue
                powers[name] -= power
                rest = tuple(sorted((n, k) for n, k in powers.items() if k))
                total = total + Poly({rest: weight}) * Poly.of(value)
            now = total
        return now

    def at(self, **values):
        """The value at rational numbers for all letters."""
        total = Fraction(0)
        for p, weight in self.terms.items():
            for name, k in p:
                weight *= Fraction(values[name]) ** k
            total += weight
        return total


def letters(names: str) -> Iterable[Poly]:
    """One polynomial for each name in a string with blanks."""
    return [Poly({((name, 1),): 1}) for name in names.split()]


class Words:
    """Sums of products of observables of square 1: Alice's letters commute with Bob's."""

    def __init__(self, terms):
        self.terms = {word: Poly.of(c) for word, c in terms.items() if Poly.of(c).terms}

    def __add__(self, other):
        other = other if isinstance(other, Words) else Words({((), ()): other})
        total = dict(self.terms)
        for word, c in other.terms.items():
            total[word] = total.get(word, Poly()) + c
        return Words(total)

    def __mul__(self, other):
        if not isinstance(other, Words):
            return Words({word: c * other for word, c in self.terms.items()})
        total = {}
        for (a, b), u in self.terms.items():
            for (p, q), v in other.terms.items():
                word = _joined(a, p), _joined(b, q)
                total[word] = total.get(word, Poly()) + u * v
        return Words(total)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def where(self, name, power, value):
        """A relation between numbers, put in."""
        return Words({word: c.where(name, power, value) for word, c in self.terms.items()})


def _joined(left, right):
    word = list(left)
    for letter in right:
        if word and word[-1] == letter:
            word.pop()
        else:
            word.append(letter)
    return tuple(word)


def matrix_product(left, right):
    """The product of matrices of polynomials, lists of rows."""
    return [
        [sum((left[i][k] * right[k][j] for k in range(len(right))), Poly())
         for j in range(len(right[0]))]
        for i in range(len(left))
    ]  # fmt: skip


def tensor(left, right):
    """The Kronecker product of matrices of polynomials."""
    rows = []
    for i in range(len(left)):
        for k in range(len(right)):
            rows.append([Poly.of(left[i][j]) * right[k][m]
                         for j in range(len(left)) for m in range(len(right))])  # fmt: skip
    return rows


def divided(polynomial, divisor):
    """Quotient and rest of integer polynomials, lists of coefficients from the lowest, monic."""
    rest, quotient = list(polynomial), [0] * max(len(polynomial) - len(divisor) + 1, 0)
    for k in reversed(range(len(quotient))):
        quotient[k] = factor = rest[k + len(divisor) - 1]
        for j, c in enumerate(divisor):
            rest[k + j] -= factor * c
    return quotient, rest[: len(divisor) - 1]


def cyclotomic(n):
    """The n-th cyclotomic polynomial, the minimal one of e^(2πi/n)."""
    found = [-1] + [0] * (n - 1) + [1]
    for k in range(1, n):
        if n % k == 0:
            found, rest = divided(found, cyclotomic(k))
            assert not any(rest)
    return found
