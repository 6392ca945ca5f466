"""The algebra that the proofs are checked with, checked itself."""

from fractions import Fraction

import numpy as np
import pytest
from exact_algebra import Poly, Words, cyclotomic, divided, letters, matrix_product, tensor


def test_polynomials_are_equal_where_their_values_are():
    x, y = letters("x y")
    assert (x + y) ** 2 == x * x + 2 * x * y + y * y
    assert (x + y) ** 2 != x * x + y * y
    assert ((x + 1) * x**-1 - x**-1).at(x=Fraction(3, 7)) == 1
    assert (x / 3 - x * Fraction(1, 3)).terms == {}


def test_a_relation_makes_a_number_field():
    (r,) = letters("r")
    assert ((r + 1) ** 3).where("r", 2, 2) == 5 * r + 7
    assert ((r - 1) * (r + 1)).where("r", 2, 2) == 1


def test_letters_of_one_party_do_not_commute_and_squares_are_one():
    a, c = (Words({((k,), ()): 1}) for k in "ac")
    b = Words({((), ("b",)): 1})
    assert (a * a - 1).terms == {}
    assert (a * b - b * a).terms == {}
    assert (a * c - c * a).terms
    assert ((a + b) * (a + b) - 2 - 2 * (a * b)).terms == {}


def test_products_of_matrices_are_those_of_numbers():
    rng = np.random.default_rng(0)
    left, right = rng.integers(-3, 4, size=(2, 3, 3))
    polys = [[[Poly.of(int(v)) for v in row] for row in m] for m in (left, right)]
    for found, wanted in ((matrix_product(*polys), left @ right),
                          (tensor(*polys), np.kron(left, right))):  # fmt: skip
        assert [[int(v.at()) for v in row] for row in found] == wanted.tolist()


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 12, 15, 20])
def test_cyclotomic_polynomials_vanish_at_the_root_and_have_the_right_degree(n):
    c = cyclotomic(n)
    assert abs(np.polyval(c[::-1], np.exp(2j * np.pi / n))) < 1e-12
    assert len(c) - 1 == sum(np.gcd(k, n) == 1 for k in range(1, n + 1))
    assert divided([-1] + [0] * (n - 1) + [1], c)[1] == [0] * (len(c) - 1)
