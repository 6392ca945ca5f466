"""What the certificates of the chapter on local realism of macroscopic correlations prove."""

import re
from fractions import Fraction
from itertools import combinations, product

from nonlocality.certificates.rational import number, numbers, require

Matrix = list[list[Fraction]]

WORD = "[XY][1-9][0-9]{0,5}"
"""A letter and the number of a qubit."""

MOST_STRINGS = 512
"""Most strings whose pairs are looked at."""


def anticommuting_strings(data: dict) -> str:
    """Pauli strings with one qubit a region, one for each pattern of X and Y, all anticommuting.

    strings: such as "X1 Y2 X1": in each region, in order, a letter and the number of the qubit,
    from 1. Two strings anticommute if an odd number of places have one qubit and two letters. Then
    the squares of their means add up to 1 at most, and so does the mean over shifts of the
    qubits: the correlation sum.
    """
    strings = data["strings"]
    require(
        isinstance(strings, list)
        and len(strings) <= MOST_STRINGS
        and all(isinstance(s, str) and re.fullmatch(rf"{WORD}( {WORD})*", s) for s in strings),
        f"The strings must be a list of at most {MOST_STRINGS} words like 'X1 Y2'.",
    )
    places = [[(word[0], int(word[1:])) for word in s.split()] for s in strings]
    require(len({len(p) for p in places}) == 1, "The strings must have one length.")
    regions = len(places[0])
    patterns = {"".join(letter for letter, _ in p) for p in places}
    require(
        len(places) == len(patterns) == 2**regions,
        "Each pattern of X and Y must occur once.",
    )
    for (s, left), (t, right) in combinations(zip(strings, places, strict=True), 2):
        odd = sum(
            a != b and i == j for (a, i), (b, j) in zip(left, right, strict=True)
        )  # fmt: skip
        require(odd % 2 == 1, f"The strings {s!r} and {t!r} must anticommute.")
    sizes = [max(p[k][1] for p in places) for k in range(regions)]
    return (
        f"{len(strings)} strings on regions of {', '.join(map(str, sizes))} qubits anticommute, so "
        "the correlation sum of regions of at least these sizes is at most 1."
    )


def _product(left: Matrix, right: Matrix) -> Matrix:
    columns = list(zip(*right, strict=True))
    return [[sum(map(Fraction.__mul__, row, column), Fraction(0)) for column in columns]
            for row in left]  # fmt: skip


def two_qubit_region(data: dict) -> str:
    """A region of two qubits does not raise the largest correlation sum.

    x and y: the real matrices S_x = (X⊗1 + 1⊗X)/2 and S_y/i, where S_y = (Y⊗1 + 1⊗Y)/2.
    projector: P. With Q = 1 − P the equations P S_a P = Q S_a Q = 0, P S_a S_b P = δ_ab P say that
    A = O_x⊗S_x + O_y⊗S_y takes P to Q and back, and that P A² P = (O_x² + O_y²)⊗P. So
    ‖A‖² = ‖O_x² + O_y²‖ ≤ ‖O_x‖² + ‖O_y‖².
    """
    x, y, p = (
        [numbers(row, length=4) for row in _rows(data[key])] for key in ("x", "y", "projector")
    )
    half = Fraction(1, 2)
    for i in range(4):
        for j in range(4):
            flipped = i ^ j
            one = flipped in (1, 2)  # one qubit changes: X has 1, Y/i has −1 from 1 to 0, else 1
            require(x[i][j] == (half if one else 0), "The matrix x must be S_x.")
            require(y[i][j] == (half * (1 if i > j else -1) if one else 0), "y must be S_y/i.")
    q = [[(i == j) - p[i][j] for j in range(4)] for i in range(4)]
    zero = [[Fraction(0)] * 4 for _ in range(4)]
    require(_product(p, p) == p != zero, "P must be a projector.")
    require(p == [list(column) for column in zip(*p, strict=True)], "P must be symmetric.")
    for s in (x, y):
        for side in (p, q):
            require(_product(_product(side, s), side) == zero, "P and Q must be exchanged.")
    minus_y = [[-entry for entry in row] for row in y]  # S_y S_y = (iy)(iy) = y(−y)
    for left, right, expected in ((x, x, p), (y, minus_y, p), (x, y, zero), (y, x, zero)):
        found = _product(_product(p, _product(left, right)), p)
        require(found == expected, "P S_a S_b P must be P or 0.")
    return (
        "For all Hermitian O_x, O_y and a region of 2 qubits the squared norm of O_x⊗S_x + O_y⊗S_y "
        "is the norm of O_x² + O_y²."
    )


def _rows(matrix: object) -> list:
    require(isinstance(matrix, list) and len(matrix) == 4, "A matrix must have 4 rows.")
    return matrix


def _projector(tangent: Fraction) -> Matrix:
    """(1 + cos φ Z + sin φ X)/2 with tan(φ/2) given: rational for a rational tangent."""
    norm = 1 + tangent**2
    return [[1 / norm, tangent / norm], [tangent / norm, tangent**2 / norm]]


SIGNS = ((1, 1, 1), (1, 1, -1), (1, -1, 0))
"""I3322 = Σ s_xy p(00|xy) − p_A(0|0) − 2 p_B(0|0) − p_B(0|1), at most 0 for local behaviours."""


ALICE, BOB = (-1, 0, 0), (-2, -1, 0)
"""The weights of the marginals p_A(0|x) and p_B(0|y) in it."""


def _combined(weights: tuple, projectors: list[Matrix]) -> Matrix:
    """weights[0] · 1 + Σ_y weights[1 + y] · projectors[y]."""
    return [
        [
            weights[0] * (i == j)
            + sum(w * f[i][j] for w, f in zip(weights[1:], projectors, strict=True))
            for j in (0, 1)
        ]
        for i in (0, 1)
    ]


def i3322_one_two(data: dict) -> str:
    """A three-qubit state whose effective state, one qubit against two, violates I3322.

    state: eight whole numbers, amplitudes of |A b c⟩ up to the norm. alice, bob: for each setting
    tan(φ/2), with outcome 0 the spin along cos φ z + sin φ x. value: the mean of I3322
    between A and b and between A and c. No deterministic strategy may exceed 0.
    """
    state = numbers(data["state"], length=8)
    a = [_projector(t) for t in numbers(data["alice"], length=3)]
    b = [_projector(t) for t in numbers(data["bob"], length=3)]
    value, bound = number(data["value"]), number(data["bound"])
    require(all(s.denominator == 1 for s in state), "The amplitudes must be whole numbers.")
    for k in range(64):
        p, r = ([k >> (shift + i) & 1 for i in range(3)] for shift in (0, 3))
        local = sum(SIGNS[x][y] * p[x] * r[y] for x in range(3) for y in range(3))
        local += sum(map(int.__mul__, ALICE, p)) + sum(map(int.__mul__, BOB, r))
        require(local <= 0, "I3322 must be at most 0 for local strategies.")
    # Σ_y s_xy F_y and the marginals, so that I3322 = Σ_x E_x ⊗ G_x + 1 ⊗ G
    with_a = [_combined((ALICE[x], *SIGNS[x]), b) for x in range(3)]
    alone = _combined((0, *BOB), b)
    norm = sum(s * s for s in state)
    require(norm > 0, "The state must not vanish.")
    total = Fraction(0)
    for ai, bi, aj, bj in product((0, 1), repeat=4):
        entry = sum(a[x][ai][aj] * with_a[x][bi][bj] for x in range(3)) + (ai == aj) * alone[bi][bj]
        pairs = sum(
            state[4 * ai + 2 * bi + c] * state[4 * aj + 2 * bj + c]
            + state[4 * ai + 2 * c + bi] * state[4 * aj + 2 * c + bj]
            for c in (0, 1)
        )
        total += entry * pairs
    total /= 2 * norm
    require(total == value, "The value must be that of the state, exactly.")
    require(value > bound > 0, f"I3322 must exceed {bound} > 0.")
    return (
        "One qubit against a region of two, three settings a side: a three-qubit state has "
        f"I3322 > {data['bound']}, where local behaviours have at most 0."
    )


CHECKERS = {
    "i3322-one-two": ("LR-04", i3322_one_two),
    "anticommuting-strings": ("LR-08", anticommuting_strings),
    "two-qubit-region": ("LR-10", two_qubit_region),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
