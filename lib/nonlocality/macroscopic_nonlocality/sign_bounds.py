"""Upper bounds on CHSH with signs of quadratures, by branch and bound over the two angles.

Phases of a party can be shifted together by a change of basis, so only a = φ_A' − φ_A and
b = φ_B' − φ_B matter. For fixed angles the largest CHSH is an eigenvalue; over a square of
angles it is bounded by a linear matrix function, whose largest eigenvalue is convex and sits at a
corner, and a bound on second derivatives. Squares that might beat what is known are split.
"""

import numpy as np

from nonlocality.foundations.checks import counts, in_interval
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_nonlocality.quadratures import sign_operator

MAX_SQUARES = 200_000
"""More squares of angles than this are not looked at."""


def sign_test_bound(dimension: int, *, diagonal: bool, tolerance: float = 1e-4) -> TwoSided:
    """The largest CHSH with signs of quadratures, from two sides at most `tolerance` apart.

    dimension: d, levels 0..d − 1 for each party, who measure signs of quadratures at any four
    phases. diagonal: whether states are Σ c_k |k⟩|k⟩, or any in ℂ^d ⊗ ℂ^d. The lower bound is
    the largest value at a centre of a square; the upper one is proved up to rounding.
    Raises ValueError for a dimension below 1 or a tolerance outside [1e-9, 1];
    :class:`~nonlocality.foundations.solvers.SolverError` if it would take too many squares.

    >>> found = sign_test_bound(3, diagonal=True)
    >>> found.lower <= 40**0.5 / np.pi <= found.upper < found.lower + 2e-4
    True
    """
    (d,) = counts("dimension", [dimension])
    gap = in_interval("tolerance", tolerance, 1e-9, 1)
    sign, level = sign_operator(d), np.arange(d)
    apart = level[None] - level[:, None]
    if diagonal:
        products, turn_a, turn_b = sign * sign, apart, apart
    else:
        unit = np.ones((d, d), dtype=int)
        products = np.kron(sign, sign)
        turn_a, turn_b = np.kron(apart, unit), np.kron(unit, apart)
    low, high = _branch_and_bound(products, turn_a, turn_b, gap)
    return TwoSided(lower=low, upper=high, reached=low, side="lower")


def _branch_and_bound(
    products: np.ndarray, turn_a: np.ndarray, turn_b: np.ndarray, gap: float
) -> tuple[float, float]:
    """Over B(a, b) = P ∘ (1 + e^{iαa} + e^{iβb} − e^{i(αa + βb)}), entry by entry."""
    square = turn_a**2 + turn_b**2 + (np.abs(turn_a) + np.abs(turn_b)) ** 2
    curvature = np.linalg.eigvalsh(np.abs(products) * square)[-1]
    half = np.pi / 8
    ticks = (2 * np.arange(8) + 1) * half
    centres = np.array([(a, b) for a in ticks for b in ticks if a <= np.pi])  # B(−a, −b) = B(a, b)*
    low, looked_at = 0.0, 0
    while True:
        looked_at += len(centres)
        if looked_at > MAX_SQUARES:
            raise SolverError(f"branch and bound needs more than {MAX_SQUARES} squares.")
        highs = np.empty(len(centres))
        for i, (a, b) in enumerate(centres):
            in_a, in_b = np.exp(1j * turn_a * a), np.exp(1j * turn_b * b)
            middle = products * (1 + in_a + in_b - in_a * in_b)
            low = max(low, float(np.linalg.eigvalsh(middle)[-1]))
            slope_a = 1j * half * products * (turn_a * in_a - turn_a * in_a * in_b)
            slope_b = 1j * half * products * (turn_b * in_b - turn_b * in_a * in_b)
            corners = [middle + s * slope_a + t * slope_b for s in (1, -1) for t in (1, -1)]
            highs[i] = np.linalg.eigvalsh(corners)[:, -1].max() + half**2 * curvature / 2
        keep = centres[highs > low + gap]
        if not len(keep):
            return low, low + gap
        half /= 2
        shifts = half * np.array([(s, t) for s in (1, -1) for t in (1, -1)])
        centres = (keep[:, None] + shifts).reshape(-1, 2)
