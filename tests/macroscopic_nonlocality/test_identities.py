"""Steps of the chapter's proofs as exact identities, in polynomials."""

from fractions import Fraction
from math import comb

from exact_algebra import letters


def test_the_ratio_of_neighbouring_odd_sizes_is_below_one():
    """CHSH(N+2)/CHSH(N) = (1 − 1/(N+1)²)(1 + 2/(5N²+9N−2)), "Where the closed forms come from"."""
    (n,) = letters("n")
    assert 5 * n * n + 9 * n - 2 == (5 * n - 1) * (n + 2)
    # (5 − 1/N) N c_N², with c_(N+2) = c_N N/(N+1)
    left = (5 * n + 9) * n * n * n  # times 1/[(5n−1)(n+1)² n]: the ratio
    right = n * (n + 2) * ((5 * n - 1) * (n + 2) + 2) * n  # over [(n+1)² (5n−1)(n+2) n]
    assert left * (n + 2) == right
    for k in range(1, 200, 2):
        middle = [Fraction(comb(m - 1, (m - 1) // 2), 2 ** (m - 1)) for m in (k, k + 2)]
        assert middle[1] == middle[0] * Fraction(k, k + 1)
        value = [(5 - Fraction(1, m)) * m * c**2 for m, c in zip((k, k + 2), middle, strict=True)]
        ratio = (1 - Fraction(1, (k + 1) ** 2)) * (1 + Fraction(2, 5 * k * k + 9 * k - 2))
        assert value[1] / value[0] == ratio < 1


def test_the_critical_efficiency_is_the_root_of_the_printed_cubic():
    (u,) = letters("u")
    assert u * (4 + (2 - u) ** 2) == u**3 - 4 * u**2 + 8 * u


def test_the_kick_of_a_gaussian_meter():
    """(x−z)² + (x'−z)² = 2(z − (x+x')/2)² + (x−x')²/2: the factor e^(−(x−x')²/8s²)."""
    x, y, z = letters("x y z")
    assert (x - z) ** 2 + (y - z) ** 2 == 2 * (z - (x + y) / 2) ** 2 + (x - y) ** 2 / 2


def test_where_the_worst_noise_lies():
    """∂_r log F < 0 for r > 0 exactly if (1 − r²)(1 + q) < 4, with q = r'²."""
    r, q = letters("r q")
    below = 4 + (1 + r * r) * (1 + q)
    assert below - 2 * (1 + q) == 4 - (1 - r * r) * (1 + q)


def test_the_trine_is_every_quadrature_with_one_unit_of_noise():
    """σ² = ⅓ Σ a_j² = ½ and τ² = ¼ at any azimuth, in ℚ(√3)[c, s] with c² + s² = 1."""
    c, s, t, i = letters("c s t i")  # t = √3

    def reduced(p):
        return p.where("t", 2, 3).where("i", 2, -1).where("c", 2, 1 - s * s)

    thirds = [(1, 0 * t), (Fraction(-1, 2), t / 2), (Fraction(-1, 2), -t / 2)]  # cos, sin
    weights = [c * x + s * y for x, y in thirds]
    assert reduced(sum(w * w for w in weights) / 3) == Fraction(1, 2)
    assert reduced(sum(weights)) == 0
    # A₀₁ = Σ a_j ⅓ (cos − i sin) of the direction j
    amplitude = sum(w * (x - i * y) for w, (x, y) in zip(weights, thirds, strict=True)) / 3
    mirror = sum(w * (x + i * y) for w, (x, y) in zip(weights, thirds, strict=True)) / 3
    assert reduced(amplitude * mirror) == Fraction(1, 4)


def test_loss_that_nobody_counts():
    """[σ² + μ²(1−p)]/(pτ²) − 1 = 1/p − 1 + (1−p)μ²/(pτ²) for σ² = τ², and the second moment."""
    p, m, sigma, tau = letters("p m v t")  # v = σ², t = τ²
    variance = p * (sigma + m * m) - (p * m) ** 2  # of o·a
    assert variance == p * (sigma + m * m * (1 - p))
    width = variance * (p * p * tau) ** -1 - 1
    sharp = p**-1 - 1 + (1 - p) * m * m * (p * tau) ** -1
    assert width.where("v", 1, tau) == sharp


def test_an_unsharp_spin_off_the_equator():
    """σ²/τ² − 1 = (1 − η²)/(η² sin²θ) with μ = η cos θ, τ = η sin θ, σ² = 1 − μ²."""
    eta, c, s = letters("e c s")
    left = 1 - (eta * c) ** 2 - (eta * s) ** 2
    assert left.where("c", 2, 1 - s * s) == 1 - eta * eta
