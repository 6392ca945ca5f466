"""What Bell's model of 1964 costs on a singlet: a certificate for the chapter on arXiv:1411.4648.

Two settings at the angle φ = πt, 0 ≤ t ≤ 1, get different answers with the probability 1 − t in
Bell's model and cos²(φ/2) in the singlet, so the model can be corrected for D(t) =
D₂(cos²(πt/2) ‖ 1 − t) bits, D₂(a‖b) = a log₂(a/b) + (1 − a) log₂((1 − a)/(1 − b)). D(1 − t) = D(t).

For t ≤ 1/2 one has a ≥ b, both fall with t, and there D₂ grows with a and falls with b. So D ≤
D₂(a(t) ‖ b(t')) everywhere between t and t': finitely many steps bound the curve from above.
"""

from fractions import Fraction
from functools import cache
from itertools import product

from nonlocality.certificates.rational import SCALE, cosine, number, require

ERROR = 10**8
"""Units of 10^-30 by which :func:`divergence` may be wrong."""

MOST_STEPS = 3000
"""Steps along the curve after which a bound is refused as too close; so are shorter ones than
:data:`SHORTEST_STEP`."""
SHORTEST_STEP = Fraction(1, 10**6)
"""Share of a half turn; a bound that asks for shorter steps is refused."""


def logarithm(x: Fraction) -> int:
    """An integer within 300 of 10^30 log₂(x), for x from 1/1024 to 1.

    x = m 2^-e with 1 ≤ m < 2, and log₂ m = ln m / ln 2 with ln m = 2 Σ y^(2k+1)/(2k + 1) at
    y = (m − 1)/(m + 1) < 1/3: at most 35 terms, each cut by less than 2 units, as is y.

    >>> round(logarithm(Fraction(3, 4)) / SCALE, 9)
    -0.415037499
    """
    halvings = 0
    while x < 1:
        x, halvings = 2 * x, halvings + 1
    return _natural(x) * SCALE // _natural(Fraction(2)) - halvings * SCALE


def _natural(m: Fraction) -> int:
    """An integer within 80 of 10^30 ln(m), for m from 1 to 2."""
    y = (m.numerator - m.denominator) * SCALE // (m.numerator + m.denominator)
    total, power, k = 0, y, 1
    while power:
        total += power // k
        power, k = power * y // SCALE * y // SCALE, k + 2
    return 2 * total


def divergence(t: Fraction, other: Fraction) -> int:
    """10^30 D₂(cos²(πt/2) ‖ 1 − t') within :data:`ERROR`, for 1/50 ≤ t ≤ 1/2, 1/100 ≤ t' ≤ 1/2.

    The cosine is within 10^4 units, log₂ a − log₂ b within 600, and log₂(1 − a) within
    2·10^4/(1 − a) ≤ 10^8 times the weight 1 − a of its term.

    >>> round(divergence(Fraction(1, 4), Fraction(1, 4)) / SCALE, 7)
    0.0462738
    """
    a = Fraction(SCALE + cosine(t), 2 * SCALE)
    return int(
        a * (logarithm(a) - logarithm(1 - other)) + (1 - a) * (logarithm(1 - a) - logarithm(other))
    )


def _decimal(units: int, *, up: bool) -> str:
    """Seven decimals, rounded to the safe side with the error."""
    unit = SCALE // 10**7
    cut = -(-(units + ERROR) // unit) if up else (units - ERROR) // unit
    return f"0.{cut:07d}"


def _ring(n: int) -> None:
    """Raise CertificateError unless each plan answers wrongly on a link of a ring of 2n settings.

    All links ask for equal answers but the last one, which asks for different ones.
    """
    for plan in product((0, 1), repeat=2 * n):
        wrong = sum(plan[k] != plan[k + 1] for k in range(2 * n - 1)) + (plan[0] == plan[-1])
        require(wrong >= 1, "Each plan must answer wrongly on a link.")


@cache
def _refusal(most: Fraction) -> str:
    """Why so many bits are not shown to be a bound on D(t) for all t; empty if they are."""
    limit = most.numerator * SCALE // most.denominator - ERROR
    t, end = Fraction(1, 25), Fraction(1, 2)
    if -logarithm(1 - t) > limit:  # before, a ≤ 1 and b ≥ 1 − t
        return "The bound must hold at small angles."
    for _ in range(MOST_STEPS):
        room = limit - divergence(t, t)
        step = Fraction(room * 10**12 // SCALE // 3, 10**12)
        after = min(t + step, end)
        if step < SHORTEST_STEP or divergence(t, after) > limit:
            break
        if after == end:
            return ""
        t = after
    return f"The bound must exceed the bits at φ = {float(t):.6f} π, and not by too little."


def singlet_information(data: dict) -> str:
    """What the model costs at most, where it costs nearly so much, and what a ring needs.

    most: bits that D(t) does not exceed. share: t of a place where it is nearly reached.
    For a ring of 2n settings, φ = π/2n apart, neighbours at random: each plan answers wrongly on at
    least one of 2n links. The bet a/b on right and (1 − a)/(1 − b) on wrong answers,
    a = cos²(φ/2), b = 1 − 1/2n, so gains with no plan, and I ≥ D₂(a‖b) = D(1/2n) in every model.
    """
    most, share = number(data["most"]), number(data["share"])
    require(Fraction(1, 20) <= share <= Fraction(1, 2), "The share must lie from 1/20 to 1/2.")
    require(0 < most < 1 and most.denominator <= 10**9, "The bits must have nine decimals or less.")
    refused = _refusal(most)
    require(not refused, refused)
    reached = _decimal(divergence(share, share), up=False)
    quarter = divergence(Fraction(1, 4), Fraction(1, 4))
    _ring(4)
    ring = _decimal(divergence(Fraction(1, 8), Fraction(1, 8)), up=False)
    return (
        f"For two settings of a singlet at the angle φ Bell's model of 1964 can be corrected for "
        f"D₂(cos²(φ/2) ‖ 1 − φ/π) bits: never more than {data['most']}, at φ = {data['share']} π "
        f"more than {reached}, at 45° between {_decimal(quarter, up=False)} and "
        f"{_decimal(quarter, up=True)}. On a ring of four settings a side every model needs more "
        f"than {ring} bits."
    )


CHECKERS = {"singlet-information": ("CR-17", singlet_information)}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
