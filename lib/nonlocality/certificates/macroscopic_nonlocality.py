"""What the certificates of the chapter on macroscopic nonlocality prove."""

from fractions import Fraction
from math import comb, isqrt

from nonlocality.certificates.rational import number, numbers, require

MOST_PARTICLES = 1001
"""Larger N would take seconds."""

PI = (Fraction(314159265358979, 10**14), Fraction(31415926535898, 10**13))
"""π lies between these two; the tests show it by Machin's formula."""


def _particles(text: object, *, least: int) -> int:
    n = number(text)
    require(
        n.denominator == 1 and least <= n <= MOST_PARTICLES,
        f"The number of particles must be whole, from {least} to {MOST_PARTICLES}.",
    )
    return int(n)


def _root(square: Fraction) -> Fraction:
    """The root of a square of a rational number."""
    top, bottom = isqrt(square.numerator), isqrt(square.denominator)
    require(Fraction(top, bottom) ** 2 == square, "The ratio of the products must be a square.")
    return Fraction(top, bottom)


def _weights(texts: object) -> tuple[list[Fraction], Fraction, Fraction]:
    """c_k², (c_0 c_1)² and c_1 c_2/(c_0 c_1) of a state Σ c_k |kk⟩ with three levels."""
    w = numbers(texts, length=3)
    require(min(w) > 0 and sum(w) == 1, "The weights must be positive and add up to 1.")
    require(
        max(v.denominator for v in w) <= 10**4, "The weights must be ten thousandths or coarser."
    )
    return w, w[0] * w[1], _root(w[1] * w[2] / (w[0] * w[1]))


def _named(w: list[Fraction]) -> str:
    return f"the state with weights {', '.join(map(str, w))} of |00⟩, |11⟩, |22⟩"


def _trinomial(outer: int, inner: int, power: int) -> list[int]:
    """Coefficients of (outer + inner z + outer z²)^power, lowest first."""
    # with f the base and h = f^n: f h' = n f' h, a recursion of three terms
    found = [outer**power]
    for k in range(2 * power):
        before = found[k - 1] if k else 0
        top = (power - k) * inner * found[k] + (2 * power - k + 1) * outer * before
        found.append(top // ((k + 1) * outer))
    return found


def _signed_sum(powers: list[int], bend: int) -> int:
    """Σ sgn(j) times the coefficient of z^j in (z − 1/z)^bend times a symmetric series."""
    for _ in range(bend):
        longer = [0, 0, *powers]
        for j, value in enumerate(powers):
            longer[j] -= value
        powers = longer
    middle = len(powers) // 2
    return sum(powers[middle + 1 :]) - sum(powers[:middle])


def _sign_squares(n: int, p: Fraction) -> tuple[Fraction, Fraction]:
    """i_01² and i_12² for signs of N equatorial spins that arrive with probability p, by (A3).

    With M_00 = 1 − p + p(z + 1/z)/2 and M_01 = p(z − 1/z)/2 the generating functions are
    √N M_01 M_00^(N−1) and √(2(N − 1)) [M_01 M_00^(N−1) + (N − 2)/2 · M_01³ M_00^(N−3)].
    """
    a, b = p.numerator, p.denominator  # M_00 = (a z² + 2(b − a) z + a)/(2 b z)
    long, short = (_trinomial(a, 2 * (b - a), n - k) for k in (1, 3))
    near = Fraction(a * _signed_sum(long, 1), (2 * b) ** n)
    far = Fraction(a**3 * _signed_sum(short, 3), (2 * b) ** n)
    return n * near**2, 2 * (n - 1) * (near + Fraction(n - 2, 2) * far) ** 2


def _chsh_squared(weights: object, n: int, p: Fraction) -> tuple[list[Fraction], Fraction]:
    """CHSH² at settings 45° apart: all correlators are 2 (c_0 c_1 i_01² + c_1 c_2 i_12²) cos."""
    w, product, ratio = _weights(weights)
    first, second = _sign_squares(n, p)
    return w, 32 * product * (first + ratio * second) ** 2


def finite_signs(data: dict) -> str:
    """N particles a party, collective spins, signs of the sums: CHSH² is rational and above 4.

    particles: N, odd. weights: c_k² of Σ c_k |N, k⟩|N, k⟩, k = 0, 1, 2. bound: a number
    above 4 that CHSH² exceeds.
    """
    n = _particles(data["particles"], least=3)
    require(n % 2 == 1, "The number of particles must be odd.")
    w, square = _chsh_squared(data["weights"], n, Fraction(1))
    bound = number(data["bound"])
    require(
        square > bound >= 4, f"CHSH² is about {float(square):.9f}; the bound must be 4 or more."
    )
    return (
        f"With {n} particles a side, collective spins 45° apart and signs of the sums, "
        f"{_named(w)} of these Dicke states has CHSH² > {bound}."
    )


def lossy_signs(data: dict) -> str:
    """The exponent of the arrival probability: one.

    particles: N, odd. arrival: p. weights: as for `finite-signs`. The variance of
    X = Σ o_i a_i/(p√N) on |N, 0⟩, from the law of Σ o_i a_i, is 1/p and not 1/p³. CHSH²
    exceeds 4, where the limit with 1 + s² = 1/p³ would stay below.
    """
    n = _particles(data["particles"], least=3)
    require(n % 2 == 1, "The number of particles must be odd.")
    p = number(data["arrival"])
    require(
        0 < p < 1 and p.denominator <= 10**4,
        "The arrival probability must lie between 0 and 1, in ten thousandths or coarser.",
    )
    w, square = _chsh_squared(data["weights"], n, p)
    a, b = p.numerator, p.denominator
    law = _trinomial(a, 2 * (b - a), n)  # of (a z² + 2(b − a) z + a)^n over (2b)^n, from −N
    variance = Fraction(sum(v * (j - n) ** 2 for j, v in enumerate(law)), (2 * b) ** n)
    require(sum(law) == (2 * b) ** n, "The law must add up to 1.")
    require(variance / (p * p * n) == 1 / p, "The variance of X must be 1/p.")
    require(square > 4, f"CHSH² must exceed 4, but is about {float(square):.9f}.")
    _, product, ratio = _weights(data["weights"])
    u = p**3  # i_01² = 2u/π and i_12² = u(2 − u)²/π at efficiency u
    printed = 32 * product * (2 * u + ratio * u * (2 - u) ** 2) ** 2 / PI[0] ** 2
    require(printed < 4, "The printed exponent must not violate CHSH.")
    return (
        f"If each of {n} particles arrives with probability {p}, X has variance 1/p on |N, 0⟩, and "
        f"{_named(w)} has CHSH² > 4 with signs of the sums; with the cube of p the limit "
        "would have CHSH² < 4."
    )


def three_levels(data: dict) -> str:
    """In the limit, signs of quadratures on three levels: the best of all Σ c_k |kk⟩.

    weights: c_k². With i_01² = 2/π, i_12² = 1/π and i_02 = 0 every correlator is
    2 (c_0 c_1 i_01² + c_1 c_2 i_12²) cos(φ_A + φ_B) up to a phase, four cosines reach 2√2 and no
    more, and π CHSH/(2√2) is at most the largest eigenvalue of M, rows (0, 2, 0), (2, 0, 1),
    (0, 1, 0): M³ = 5M.
    """
    w, product, ratio = _weights(data["weights"])
    square = 32 * product * (2 + ratio) ** 2  # CHSH² π²
    m = [[0, 2, 0], [2, 0, 1], [0, 1, 0]]
    twice, thrice = (_matrix_power(m, k) for k in (2, 3))
    top = Fraction(sum(thrice[0]), sum(m[0]))  # M³ = top · M: eigenvalues 0, ±√top
    require(all(thrice[i][j] == top * m[i][j] for i in range(3) for j in range(3)), "M³ = 5M.")
    require(sum(twice[i][i] for i in range(3)) == 2 * top, "The trace of M² must be 2 · 5.")
    require(square == 8 * top, f"CHSH² π² must be {8 * top}, but is {square}.")
    require(square > 4 * PI[1] ** 2, "CHSH must exceed 2.")
    return (
        f"With signs of quadratures {_named(w)} reaches CHSH² = {square}/π² > 4, and no state "
        "Σ c_k |kk⟩ with three levels and no phases have more."
    )


def _matrix_power(m: list[list[int]], k: int) -> list[list[int]]:
    found = m
    for _ in range(k - 1):
        found = [[sum(a * b for a, b in zip(row, column, strict=True))
                  for column in zip(*m, strict=True)] for row in found]  # fmt: skip
    return found


def heterodyne(data: dict) -> str:
    """Moments of one measurement that serves all quadratures at s² = 1.

    order: n; levels: d. In the basis a†^k|0⟩ the operators a and a† have whole entries. The
    outcome 2 Re(βe^{iφ}) of |β⟩⟨β|/π has the moments of a e^{iφ} + a† e^{−iφ} in antinormal order,
    Σ_m C(n, m) a^m a†^(n−m) e^{i(2m−n)φ}; a quadrature with unit Gaussian noise has
    Σ_j C(n, 2j) (2j − 1)!! x_φ^(n−2j). Compared power by power of e^{iφ}.
    """
    order, levels = (number(data[key]) for key in ("order", "levels"))
    require(
        all(v.denominator == 1 and 1 <= v <= 16 for v in (order, levels)),
        "The order and the levels must be whole numbers from 1 to 16.",
    )
    order, levels = int(order), int(levels)
    for k in range(levels):
        powers = [{(0, k): 1}]  # x^n |k), as {(power of e^{iφ}, level): entry}
        for _ in range(order):
            powers.append(_times_quadrature(powers[-1]))
        for n in range(order + 1):
            joint: dict = {}
            for m in range(n + 1):  # raise n − m times, then lower m times
                top, factor = k + n - m, 1
                for j in range(m):
                    factor *= top - j
                if factor:
                    joint[2 * m - n, top - m] = comb(n, m) * factor
            noisy: dict = {}
            double = 1
            for j in range(n // 2 + 1):
                for key, value in powers[n - 2 * j].items():
                    noisy[key] = noisy.get(key, 0) + comb(n, 2 * j) * double * value
                double *= 2 * j + 1
            require(
                {key: v for key, v in joint.items() if v}
                == {key: v for key, v in noisy.items() if v},
                f"The moments of order {n} must agree.",
            )
    return (
        f"Up to order {order} and on the levels below {levels}, the moments of one heterodyne "
        "outcome are those of every quadrature with noise s² = 1, at all phases at once."
    )


def _times_quadrature(state: dict) -> dict:
    """(a e^{iφ} + a† e^{−iφ}) on a combination of a†^k|0⟩."""
    found: dict = {}
    for (turn, k), value in state.items():
        for key, factor in (((turn + 1, k - 1), k), ((turn - 1, k + 1), 1)):
            if factor:
                found[key] = found.get(key, 0) + factor * value
    return found


def singlets(data: dict) -> str:
    """Padding inside a party: a violation at N' particles is one at every N' + 2m.

    particles: N', odd. weights, bound: as for `finite-signs`. The real matrices of X, Z and
    iY on each of two qubits add up to operators that take |01⟩ − |10⟩ to 0, so in
    every direction the two outcomes of a singlet add up to 0 with certainty.
    """
    n = _particles(data["particles"], least=3)
    sentence = finite_signs({key: data[key] for key in ("particles", "weights", "bound")})
    singlet = (0, 1, -1, 0)
    for matrix in (((0, 1), (1, 0)), ((1, 0), (0, -1)), ((0, 1), (-1, 0))):
        total = [0] * 4
        for i in range(4):
            for j in range(4):
                left = matrix[i >> 1][j >> 1] * ((i & 1) == (j & 1))
                right = matrix[i & 1][j & 1] * ((i >> 1) == (j >> 1))
                total[i] += (left + right) * singlet[j]
        require(total == [0] * 4, "A singlet must have total spin 0.")
    return (
        f"{sentence[:-1]}, and so it has with any number of singlets added inside each party, at "
        f"{n} + 2m particles."
    )


CHECKERS = {
    "finite-signs": ("MN-06", finite_signs),
    "three-levels": ("MN-05", three_levels),
    "lossy-signs": ("MN-07", lossy_signs),
    "heterodyne-moments": ("MN-08", heterodyne),
    "singlet-padding": ("MN-14", singlets),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
