"""Upper bounds over the almost-quantum level 1+AB and level 2, and so on all that is quantum.

The bounds are sums of squares, see :mod:`nonlocality.certificates.sums_of_squares`.
"""

from fractions import Fraction
from itertools import product

from nonlocality.certificates.rational import require
from nonlocality.certificates.sums_of_squares import checked_digest, decimal, squares_bound


def cglmp_almost_quantum(data: dict) -> str:
    """An upper bound on S_d over level 1+AB, and so over quantum behaviours.

    S_d is the sum over the four links of 1 − 2r/(d − 1), r = A_1 − B_1, B_1 − A_2 − 1, A_2 − B_2,
    B_2 − A_1 mod d, with settings 1 and 2.
    """
    text = data["d"]
    require(text in ("2", "3", "4", "5"), "The d must be from 2 to 5.")
    d = int(text)
    expression = {}
    for a, b, x, y in product(range(d), range(d), range(2), range(2)):
        r = (a - b if x == y else b - a - (x == 1)) % d
        expression[a, b, x, y] = 1 - Fraction(2 * r, d - 1)
    require(data["level"] == "1+AB", "The level must be 1+AB.")
    digest = checked_digest(data)
    upper = squares_bound(data, expression=expression, outcomes=d)
    return (
        f"S_{d} of a behaviour of level 1+AB, and so of a quantum behaviour, is at most "
        f"{decimal(upper, up=True)} (squares {digest})."
    )


SIGNS = ((1, 1, 1), (1, 1, -1), (1, -1, 0))
"""I3322 = Σ σ_xy P(00|xy) − P_A(0|0) − 2 P_B(0|0) − P_B(0|1), at most 0 for local behaviours."""


def i3322_upper(data: dict) -> str:
    """An upper bound on I3322 over level 1+AB or level 2, and so over quantum behaviours."""
    expression = {}
    for a, b, x, y in product(range(2), range(2), range(3), range(3)):
        joint = SIGNS[x][y] if a == b == 0 else 0
        alice = 1 if a == 0 and (x, y) == (0, 0) else 0
        bob = (2, 1, 0)[y] if b == 0 and x == 0 else 0
        expression[a, b, x, y] = Fraction(joint - alice - bob)
    level = data["level"]
    require(level in ("1+AB", "2"), "The level must be 1+AB or 2.")
    digest = checked_digest(data)
    upper = squares_bound(data, expression=expression, outcomes=2, settings=3)
    return (
        f"I3322 of a behaviour of level {level}, and so of a quantum behaviour, is at most "
        f"{decimal(upper, up=True)} (squares {digest})."
    )


CHECKERS = {
    "cglmp-almost-quantum": ("ML-08", cglmp_almost_quantum),
    "i3322-almost-quantum": ("CR-20", i3322_upper),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
