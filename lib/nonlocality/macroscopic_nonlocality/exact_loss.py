"""CHSH of the example with particle loss, as an exact fraction for tens of thousands of particles.

State (B6), N particles a party of which each arrives with the rational probability p, equatorial
spins, signs of the intensities, 0 counted as a fair coin. With i_kl = ⟨N, k|sgn I|N, l⟩ the value
is 4√(2/5) (i_01² + i_12²/2), so its square is rational; it shares nothing with the Fourier
transforms of :mod:`nonlocality.macroscopic_nonlocality.collective` but eq. (A3).
"""

from fractions import Fraction

from nonlocality.foundations.checks import counts, shown

_LARGEST = 40000
"""Where a call takes a quarter of a minute."""


def _central_coefficients(arrival: Fraction, power: int) -> list[Fraction]:
    """Coefficients of z^0, …, z^3 in (1 − p + p (z + 1/z)/2)^power, exactly.

    With f = c₀ + c₁ z + c₀ z², h = fⁿ obeys f h′ = n f′ h: a recursion of three terms.
    """
    p, n = arrival, power
    unit = 2 * p.denominator
    outer, inner = p.numerator, unit - 2 * p.numerator
    below, here = 0, outer**n
    found = [here] if n <= 3 else []
    for k in range(n):
        above = (n - k) * inner * here + (2 * n - k + 1) * outer * below
        below, here = here, above // ((k + 1) * outer)
        if k + 1 >= n - 3:
            found.append(here)
    central = [*found[::-1], 0, 0, 0]  # of z^n, z^(n−1), …: symmetric about the middle
    return [Fraction(c, unit**n) for c in central[:4]]


def example_chsh_squared(particles: int, arrival: Fraction) -> Fraction:
    """The square of CHSH for the state (B6) with loss on both sides: above 4 is a violation.

    particles: N ≥ 3 a party. arrival: p, a Fraction in (0, 1].
    i_01 = √N p (g₀ + g₁) and i_12 = √(2(N − 1)) (p (g₀ + g₁) + (N − 2) p³ (G₀ + G₁)/8), where
    g_m are the coefficients of z^m in a^(N−1), a = 1 − p + p(z + 1/z)/2, and G_m those of
    (z − 1/z)² a^(N−3).
    Raises ValueError for a `particles` that is no integer from 3 to 40000 and an `arrival` that is
    no Fraction in (0, 1].

    >>> example_chsh_squared(3, Fraction(1))
    Fraction(49, 10)
    >>> bool(example_chsh_squared(501, Fraction(993, 1000)) > 4)
    True
    """
    (n,) = counts("particles", (particles,))
    if not 3 <= n <= _LARGEST:
        raise ValueError(f"Argument `particles` must lie in [3, {_LARGEST}], but is {n}.")
    if not isinstance(arrival, Fraction | int) or not 0 < arrival <= 1:
        raise ValueError(
            f"Argument `arrival` must be a Fraction in (0, 1], but is {shown(arrival)}."
        )
    p = Fraction(arrival)
    q = 1 - p
    h = _central_coefficients(p, n - 3)
    middle, near, far = q * q + p * p / 2, q * p, p * p / 4
    g0 = middle * h[0] + 2 * near * h[1] + 2 * far * h[2]
    g1 = middle * h[1] + near * (h[0] + h[2]) + far * (h[1] + h[3])
    bend = 2 * h[2] - 2 * h[0] + h[3] - h[1]
    first = n * (p * (g0 + g1)) ** 2
    second = 2 * (n - 1) * (p * (g0 + g1) + (n - 2) * p**3 * bend / 8) ** 2
    return Fraction(32, 5) * (first + second / 2) ** 2
