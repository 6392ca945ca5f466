"""What the certificate on reading noise proves, for the chapter on macroscopic nonlocality."""

from fractions import Fraction

from nonlocality.certificates.rational import number, require

Matrix = list[list[int]]

UNIT = 10**12
"""Operators are held as integers over this."""

DIRECTIONS = 48
"""Corners of a polygon about the quarter circle of Bob's angles."""


def _error_function(x: Fraction) -> tuple[Fraction, Fraction]:
    """Two rational numbers about erf(x) for 0 ≤ x ≤ 3, from the Taylor series.

    erf(x) = (2/√π) Σ (−1)^k x^{2k+1}/(k!(2k + 1)); after 60 terms, which fall from the tenth
    on, the rest is below the next one. 2/√π lies between the two decimals.
    """
    require(0 <= x <= 3, "The argument of the error function must lie between 0 and 3.")
    total, power = Fraction(0), x
    for k in range(60):
        total += power / (2 * k + 1)
        power *= -x * x / (k + 1)
        power = Fraction(round(power * 10**40), 10**40)
    rest = Fraction(1, 10**15)
    low, high = Fraction(11283791670, 10**10), Fraction(11283791671, 10**10)
    return low * (total - rest), high * (total + rest)


def _positive(matrix: Matrix) -> bool:
    """Whether a symmetric matrix of integers is positive definite: by Bareiss's elimination."""
    m, before = [row[:] for row in matrix], 1
    for k in range(len(m)):
        if m[k][k] <= 0:
            return False
        for i in range(k + 1, len(m)):
            for j in range(k + 1, len(m)):
                m[i][j] = (m[i][j] * m[k][k] - m[i][k] * m[k][j]) // before
        before = m[k][k]
    return True


def _tensor(matrix: Matrix, pauli: tuple[tuple[int, int], tuple[int, int]]) -> Matrix:
    size = 2 * len(matrix)
    return [
        [matrix[i >> 1][j >> 1] * pauli[i & 1][j & 1] for j in range(size)] for i in range(size)
    ]


def _noisy_signs(deviation: Fraction) -> tuple[Matrix, Matrix, int]:
    """Mean signs of Z₁ + Z₂ and of X₁ + X₂ after noise, and how far an entry may be off.

    The sums are 2, 0, 0, −2 on |00⟩, |01⟩, |10⟩, |11⟩ and on their transforms by the matrix with
    entries ±½; the mean sign of 2 is erf(√2/Δ), that of 0 is 0.
    """
    square = 2 / deviation**2  # the square of the argument
    low, high = Fraction(0), Fraction(4)
    for _ in range(60):  # a root, by halving
        middle = (low + high) / 2
        low, high = (middle, high) if middle**2 <= square else (low, middle)
    mean = (_error_function(low)[0] + _error_function(high)[1]) / 2
    value, spread = round(mean * UNIT), _error_function(high)[1] - _error_function(low)[0]
    diagonal = (value, 0, 0, -value)
    turn = [[(-1) ** bin(i & j).count("1") for j in range(4)] for i in range(4)]  # over 2
    first = [[diagonal[i] * (i == j) for j in range(4)] for i in range(4)]
    second = [
        [round(Fraction(sum(turn[i][k] * diagonal[k] * turn[j][k] for k in range(4)), 4))
         for j in range(4)]
        for i in range(4)
    ]  # fmt: skip
    return first, second, int(spread * UNIT) + 2


def two_particles(data: dict) -> str:
    """Two qubits at Alice, read with noise: an upper bound on CHSH for all states and parties.

    deviation: Δ, that of the reading of Σ a_i. bound: a number that CHSH stays below, itself below
    2 + 2√(2/π) N/Δ² at N = 2, where √(2/π) > 0.79788. By Jordan's lemma the second party is a
    qubit, and CHSH is at most 2 max_θ ‖cos θ A⊗Z + sin θ A'⊗X‖; this norm is convex in (cos θ,
    sin θ), so corners of a polygon about the quarter circle are enough (its mirror images are
    equivalent). At each the matrix bound − 2(c A⊗Z + s A'⊗X) is shown to be positive.
    """
    delta, bound = number(data["deviation"]), number(data["bound"])
    require(
        Fraction(1, 2) <= delta <= 10 and delta.denominator <= 1000,
        "The deviation must lie between 1/2 and 10, in thousandths or coarser.",
    )
    require(0 < bound < 4 and bound.denominator <= 10**6, "The bound must lie between 0 and 4.")
    theorem = 2 + 2 * Fraction(79788, 100000) * 2 / delta**2
    require(bound < theorem, f"The bound must be below {float(theorem):.6f}, the theorem's.")
    first, second, error = _noisy_signs(delta)
    z, x = _tensor(first, ((1, 0), (0, -1))), _tensor(second, ((0, 1), (1, 0)))
    slack = 4 * 8 * error  # norms are below 8 times the largest entry; two terms, twice
    level = int(bound * UNIT) - slack
    for k in range(DIRECTIONS):
        # tangents of half angles a, b: the tangents of the circle there meet in ((1 − ab), (a + b))
        # over 1 + ab
        a, b = Fraction(k, DIRECTIONS), Fraction(k + 1, DIRECTIONS)
        c, s = (1 - a * b) / (1 + a * b), (a + b) / (1 + a * b)
        scale = (c.denominator * s.denominator) or 1
        left, right = int(2 * c * scale), int(2 * s * scale)
        matrix = [
            [level * scale * (i == j) - left * z[i][j] - right * x[i][j] for j in range(8)]
            for i in range(8)
        ]
        require(_positive(matrix), f"CHSH must stay below {bound}.")
    return (
        f"Two particles at Alice, orthogonal spins, their sum read with deviation {delta}: signs "
        f"of the reading have CHSH < {bound} for every state and every second party, below "
        "2 + 2√(2/π)·2/Δ²."
    )


CHECKERS = {"noisy-reading": ("MN-14", two_particles)}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
