"""Steps of the chapter's proofs as exact identities, in polynomials and number fields."""

from fractions import Fraction
from itertools import product

import pytest
from exact_algebra import Poly, Words, cyclotomic, divided, letters, matrix_product


def test_eliminating_the_means_takes_one_matrix_to_the_other():
    """γ = L diag(1, Γ) Lᵀ, "The same matrix, with the means put back"."""
    p = letters("p1 p2 p3")
    gram = [[letters(f"g{min(i, j)}{max(i, j)}")[0] for j in range(3)] for i in range(3)]
    zero, one = Poly(), Poly.of(1)
    low = [[one, zero, zero, zero]] + [
        [p[i]] + [one if j == i else zero for j in range(3)] for i in range(3)
    ]
    middle = [[one, zero, zero, zero]] + [[zero, *row] for row in gram]
    turned = [list(column) for column in zip(*low, strict=True)]
    found = matrix_product(matrix_product(low, middle), turned)
    wanted = [[one, *p]]
    wanted += [[p[i]] + [gram[i][j] + p[i] * p[j] for j in range(3)] for i in range(3)]
    assert all(found[i][j] == wanted[i][j] for i in range(4) for j in range(4))


def test_the_sum_of_squares_of_tsirelsons_bound():
    """2√2 − S = (1/√2)[(A₀ − (B₀+B₁)/√2)² + (A₁ − (B₀−B₁)/√2)²], for observables of square 1."""
    (r,) = letters("r")  # √2, so that 1/√2 = r/2
    a0, a1 = (Words({((k,), ()): 1}) for k in "01")
    b0, b1 = (Words({((), (k,)): 1}) for k in "01")
    first, second = a0 - (b0 + b1) * (r / 2), a1 - (b0 - b1) * (r / 2)
    squares = (first * first + second * second) * (r / 2)
    s = a0 * b0 + a0 * b1 + a1 * b0 - a1 * b1
    assert (squares - 2 * r + s).where("r", 2, 2).terms == {}
    assert (squares - 2 * r - s).where("r", 2, 2).terms  # the other sign would show


def test_the_squares_with_a_rational_number():
    """|xu₀ − v₀ − v₁|² + |xu₁ − v₀ + v₁|² = 2x² + 4 − 2xS for unit vectors, exercise 3."""
    (x,) = letters("x")
    dot = {(i, j): letters(f"d{min(i, j)}{max(i, j)}")[0] for i in range(4) for j in range(4)}
    dot |= {(k, k): Poly.of(1) for k in range(4)}  # u₀, u₁, v₀, v₁

    def square(*terms):
        return sum((u * v * dot[i, j] for u, i in terms for v, j in terms), Poly())

    one = Poly.of(1)
    found = square((x, 0), (-one, 2), (-one, 3)) + square((x, 1), (-one, 2), (one, 3))
    s = dot[0, 2] + dot[0, 3] + dot[1, 2] - dot[1, 3]
    assert found == 2 * x * x + 4 - 2 * x * s


def test_the_protocol_takes_correlated_boxes_to_the_printed_one():
    """ε' = ½ ε (3 − ε) and no odd parity elsewhere: both sides have degree 2, so 3 values do."""
    for e in (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)):

        def box(a, b, x, y, e=e):
            odd = e if x == y == 1 else Fraction(0)
            return (odd if a != b else 1 - odd) / 2

        for x, y in product((0, 1), repeat=2):
            odd = Fraction(0)
            for a, b, c, d in product((0, 1), repeat=4):
                weight = box(a, b, x, y) * box(c, d, x * a, y * b)
                odd += weight if (a + c + b + d) % 2 else 0
            assert odd == (e * (3 - e) / 2 if x == y == 1 else 0)


def test_the_octagon_touches_the_boundary_of_the_probabilities_at_its_corners():
    """In ℚ(√2): at the corner (√2 − 1, 0) no probability is negative and one vanishes."""

    def positive(u, v):  # sign of u + v√2
        value = u * u - 2 * v * v
        return (u > 0 or v > 0) if u >= 0 and v >= 0 else (
            value > 0 if u > 0 else value < 0 if v > 0 else False)  # fmt: skip

    (r,) = letters("r")
    found = []
    corner = r - 1
    alice, bob = (corner, Poly()), (corner * r / 2, corner * r / 2)
    for x, y, a, b in product((0, 1), (0, 1), (1, -1), (1, -1)):
        e = r / 2 * (-1) ** (x * y)
        four = (1 + a * alice[x] + b * bob[y] + a * b * e).where("r", 2, 2)
        u, v = four.terms.get((), Fraction(0)), four.terms.get((("r", 1),), Fraction(0))
        found.append(0 if u == v == 0 else 1 if positive(u, v) else -1)
    assert min(found) == 0 < found.count(0)
    assert (corner * corner + 2 * corner - 1).where("r", 2, 2) == 0  # tan(π/8)


def test_the_point_of_the_tilted_maximum():
    """R² = b² + 1: the value 2R − β, the length of ½(v₀ + v₁), and the least probability."""
    b, root = letters("b R")
    t = 2 * b * root**-1 - 1
    m = (b + 1 - root) / 2
    f = 1 - m
    c = root - b * (b - 1) * root**-1 - 1 + m

    def reduced(p):
        return (p * root**4).where("R", 2, b * b + 1)

    assert reduced(2 * c + 2 * f + (b - 1) * t) == reduced(2 * root - (b - 1))
    assert reduced((c - t * m) ** 2) == reduced((1 - t * t) * (1 - f * f - m * m))
    assert reduced(1 - t + m - c) == reduced((3 * root - 1 - 3 * b) * root**-1)
    assert 9 * (b * b + 1) - (1 + 3 * b) ** 2 == 2 * (4 - 3 * b)  # so b ≤ 4/3, β ≤ 1/3


def _field(d):
    """Arithmetic in ℚ(e^(iπ/2d)): integers' lists modulo the minimal polynomial; h = π/d."""
    minimal = cyclotomic(4 * d)

    def reduced(p):
        return tuple(divided(list(p), minimal)[1] if len(p) >= len(minimal) else p)

    def times(p, q):
        out = [0] * (len(p) + len(q) - 1)
        for i, u in enumerate(p):
            for j, v in enumerate(q):
                out[i + j] += u * v
        return padded(reduced(out))

    def padded(p):
        return tuple(p) + (0,) * (len(minimal) - 1 - len(p))

    def root(k):  # e^(iπk/2d)
        return padded(reduced([0] * (k % (4 * d)) + [1]))

    def plus(p, q, sign=1):
        return tuple(u + sign * v for u, v in zip(p, q, strict=True))

    return times, root, plus


def _profile(d):
    """Coefficients of the product of Step 1, in the field."""
    times, root, plus = _field(d)
    one = root(0)
    if d % 2:
        factors = [(2, -2 * (4 * m - 1)) for m in range(1, d // 2 + 1)]
        coefficients = [one, one]  # 1 + z
        for power, angle in factors:
            longer = [*coefficients, *([tuple(0 for _ in one)] * power)]
            for k, c in enumerate(coefficients):
                longer[k + power] = plus(longer[k + power], times(c, root(angle)), -1)
            coefficients = longer
        return coefficients
    coefficients = [one]
    for m in range(1, d + 1):
        longer = [*coefficients, tuple(0 for _ in one)]
        for k, c in enumerate(coefficients):  # 1 − (−1)^m z e^(−ih(m − ½))
            longer[k + 1] = plus(longer[k + 1], times(c, root(-(2 * m - 1))), -((-1) ** m))
        coefficients = longer
    return coefficients


@pytest.mark.parametrize("d", range(2, 14))
def test_the_products_of_sines_are_the_coefficients_of_the_polynomial(d):
    """Step 1: the ratios of a_k, the palindrome, and the zeros of D_r, without rounding."""
    times, root, plus = _field(d)
    a = _profile(d)
    zero = tuple(0 for _ in root(0))

    def sine(k):  # 2i sin(kh/2)
        return plus(root(k), root(-k), -1)

    def cosine(k):  # 2 cos(kh/2)
        return plus(root(k), root(-k))

    assert len(a) == d + 1
    assert a[0] == root(0)
    assert a == a[::-1]
    for k in range(1, d // 2 + 1):
        if d % 2:
            j = k // 2
            if k % 2:
                assert a[k] == a[k - 1]
            else:
                assert times(a[k], sine(4 * j)) == times(a[k - 1], sine(2 * (2 * j - 1)))
        else:
            q = cosine if k % 2 else sine
            assert times(a[k], q(k)) == times(a[k - 1], q(k - 1))
    for r in range(d):  # A(e^(iv_r)) with v_r = h(2r + 3/2) = (π/2d)(4r + 3)
        value = zero
        for k, c in enumerate(a):
            value = plus(value, times(c, root(k * (4 * r + 3))))
        assert (value == zero) == (r < d // 2)


def test_the_step_between_links_of_the_dual():
    """Step 2: a Laurent identity in e^(iku_r), e^(ikh), and sin kh = (c+s−1)(c+s+1)."""
    x, y, i = letters("x y i")

    def cos(z):
        return (z + z**-1) / 2

    def sin(z):
        return (z - z**-1) * i / -2  # 1/2i = −i/2

    left = cos(x) + sin(x) - cos(x * y * y) - sin(x * y * y)
    right = 2 * sin(y) * (sin(x * y) - cos(x * y))
    assert (left - right).where("i", 2, -1) == 0
    c, s = letters("c s")
    assert ((c + s - 1) * (c + s + 1) - 2 * c * s).where("c", 2, 1 - s * s) == 0
