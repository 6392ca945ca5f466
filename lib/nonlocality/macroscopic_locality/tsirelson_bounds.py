"""The largest quantum value of a Bell expression in correlators alone, for hundreds of settings.

By Tsirelson's theorem the largest Σ_xy c_xy E_xy over quantum behaviours is the largest over unit
vectors, E_xy = u_x·v_y; level 1, and so every level above it, has the same value: no moment matrix
is needed. Two sides, m + n vectors: with all v_y fixed the best u_x is along Σ_y c_xy v_y, and so
in turn. Where that comes to rest, its lengths are a dual point. For positive weights a_x, b_y

    Σ c_xy u_x·v_y ≤ ‖s‖ √(Σ a_x Σ b_y),  s_xy = c_xy/√(a_x b_y),

as the vectors √a_x u_x together have the length √Σ a_x, and so for Bob. That holds for any
weights: the bound is proved however far the turns went. In more than √(2(m + n)) dimensions no
local maximum lies below the largest, but for exceptional tables (arXiv:1606.04970).
"""

import numpy as np

from nonlocality.foundations.checks import finite_array
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import GAP
from nonlocality.foundations.solvers import SolverError

TURNS, CLOSE = 20_000, 1e-9
"""How many turns at most, and the gap, in units of the value, at which they end before."""


@result
class CorrelatorMaximum:
    """The largest Σ c_xy E_xy over quantum behaviours, and the unit vectors that reach it.

    largest: reached by the vectors, and proved from above. alice, bob: u_x and v_y, shapes (m, r)
    and (n, r).
    """

    largest: TwoSided
    alice: np.ndarray
    bob: np.ndarray

    def correlators(self) -> np.ndarray:
        """E_xy = u_x·v_y, shape (m, n); ``quantum_model`` makes states and observables of them."""
        return np.clip(self.alice @ self.bob.T, -1, 1)


def tsirelson_bound(coefficients: np.ndarray) -> CorrelatorMaximum:
    """The largest Σ c_xy E_xy over quantum behaviours, the bound named after Tsirelson.

    coefficients: c_xy, shape (m, n), any real numbers. The first vectors are drawn with a fixed
    seed. Raises ValueError for another shape, SolverError, with what is known, if the two sides
    do not meet.

    >>> tsirelson_bound([[1, 1], [1, -1]]).largest.surely_below(2.8284272)
    True
    >>> many = np.cos(np.subtract.outer(np.arange(100), np.arange(100) + 0.5) * np.pi / 100)
    >>> round(tsirelson_bound(many).largest.reached / 100**2, 9)  # c_xy = E_xy: half of all
    0.5
    """
    c = finite_array("coefficients", coefficients)
    if c.ndim != 2 or not c.size:
        raise ValueError(
            f"Argument `coefficients` must have shape (m, n), but has shape {c.shape}."
        )
    rank = min(*c.shape, 1 + int(np.ceil(np.sqrt(2 * sum(c.shape)))))
    alice, bob = (np.eye(rank)[np.zeros(count, int)] for count in c.shape)
    rows, columns = np.abs(c).max(axis=1) > 0, np.abs(c).max(axis=0) > 0
    if not rows.any():
        return CorrelatorMaximum(TwoSided(0.0, 0.0, 0.0, "lower"), alice, bob)
    unit = np.abs(c).max()
    part = c[np.ix_(rows, columns)] / unit
    v = _directions(np.random.default_rng(0).normal(size=(part.shape[1], rank)))[0]
    turns, more, upper = 0, 50, np.inf
    while turns < TURNS:
        for _ in range(more):
            u, a = _directions(part @ v)
            v, b = _directions(part.T @ u)
        turns, more = turns + more, max(more, turns // 2)
        reached = float(np.einsum("xy,xr,yr->", part, u, v, optimize=True))
        upper = min(upper, _bound(part, a, b))
        if upper - reached <= (CLOSE if turns < TURNS else GAP) * upper:
            alice[rows], bob[columns] = u, v
            largest = TwoSided(upper=unit * upper, reached=unit * reached, side="lower")
            return CorrelatorMaximum(largest, alice, bob)
    raise SolverError(
        f"After {turns} turns the vectors reach {unit * reached:.9g}, and the bound is "
        f"{unit * upper:.9g}.",
        known=TwoSided(upper=unit * upper, reached=unit * reached, side="lower"),
    )


def _directions(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of length 1 along some, and the lengths; what vanishes stays."""
    lengths = np.linalg.norm(vectors, axis=1)
    return vectors / np.where(lengths > 0, lengths, 1)[:, None], lengths


def _bound(c: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """‖c/√(a b)‖ √(Σa Σb), infinite if a weight vanishes."""
    if min(a.min(), b.min()) <= 0:
        return np.inf
    return float(np.linalg.norm(c / np.sqrt(np.outer(a, b)), 2) * np.sqrt(a.sum() * b.sum()))
