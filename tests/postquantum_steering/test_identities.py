"""Steps of the chapter's proofs as exact identities, in polynomials."""

from itertools import product

from exact_algebra import Poly, letters, matrix_product


def test_a_noisy_measurement_is_a_mixture_of_two_corners():
    """Eq. 38 between the corners at 0 and π/4, with (c, s) of the angle δ and r = cos(π/4)."""
    c, s, r, mu = letters("c s r m")

    def reduced(p):
        return p.where("r", 2, Poly.of(1) / 2)

    first, second = mu * (r * c - r * s), mu * s  # times sin(π/4), which is r
    along = first + second * r, second * r
    assert reduced(along[0] - mu * c * r) == 0
    assert reduced(along[1] - mu * s * r) == 0
    # the weights add up to cos(π/8 − δ): sin(π/4 − δ) + sin δ = 2 sin(π/8) cos(π/8 − δ)
    (h,) = letters("h")  # sin(π/8), with 2μh = r and 2h² = 1 − r
    total = r * c - r * s + s
    wanted = (2 * h * (mu * c + h * s)).where("h", 2, (1 - r) / 2)
    assert (total - wanted + (2 * mu * h - r) * c) == 0


def test_the_printed_order_has_a_negative_eigenvalue():
    """(XZ)² = −1, and ½ of the matrix of signs has the eigenvalues −½, 1, 1."""
    x, z = ([[Poly.of(v) for v in row] for row in m] for m in ([[0, 1], [1, 0]], [[1, 0], [0, -1]]))
    xz = matrix_product(x, z)
    square = matrix_product(xz, xz)
    assert [[entry.at() for entry in row] for row in square] == [[-1, 0], [0, -1]]
    (t,) = letters("t")
    signs = [[1, 1, 1], [1, 1, -1], [1, -1, 1]]
    m = [[Poly.of(v) / 2 - (t if i == j else 0) for j, v in enumerate(row)]
         for i, row in enumerate(signs)]  # fmt: skip
    determinant = sum(
        m[0][k] * (m[1][(k + 1) % 3] * m[2][(k + 2) % 3] - m[1][(k + 2) % 3] * m[2][(k + 1) % 3])
        for k in range(3)
    )
    assert determinant == -((t - 1) ** 2) * (t + Poly.of(1) / 2)


def test_noise_on_the_lift_is_noise_on_the_qubit_block():
    """(1−t) σ/3 + t 𝟙/12 is (1+t)/3 times σ with noise u = 2t/(1+t), and t = u/(2−u)."""
    t, u, v = letters("t u v")
    assert 4 * 2 * t / 12 + (1 - t) / 3 == (1 + t) / 3  # traces, of four outcomes
    weight = 2 * t * v**-1  # u, with v = 1 + t

    def same(p, q):
        return ((p - q) * v).where("v", 1, 1 + t) == 0

    assert same(weight * v / 3 / 8, t / 12)
    assert same((1 - weight) * v / 3, (1 - t) / 3)
    back = u * v**-1  # t, with v = 2 − u
    assert ((u * (1 + back) - 2 * back) * v).where("v", 1, 2 - u) == 0


def test_the_inequality_of_the_printed_octagon_holds_in_every_local_model():
    largest = max(
        b1 + c0 + b0 * c0 + b0 * c1 - b1 * c1
        + a2 * (1 + b1 + c1 - b0 * c0 - b0 * c1 - b1 * c0)
        + a3 * (c0 - c1 - b1 * c0 + b1 * c1)
        for a2, a3, b0, b1, c0, c1 in product((1, -1), repeat=6)
    )  # fmt: skip
    assert largest == 3


def test_a_filter_that_divides_by_the_printed_trace_gives_four_thirds():
    """F σ' F† = σ/3; divided by tr FσF† = p each has the trace 1/3, and there are four."""
    p = letters("p q r s")
    assert sum((weight / 3) * weight**-1 for weight in p) == Poly.of(4) / 3
    assert (sum(weight / 3 for weight in p) * 3).where("p", 1, 1 - p[1] - p[2] - p[3]) == 1
