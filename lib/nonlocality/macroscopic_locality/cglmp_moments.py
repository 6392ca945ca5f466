"""The largest CGLMP value of macroscopically local behaviours in closed form, and moment matrices.

Place the events (X = m), X = A1, B1, A2, B2, on a circle of 4d points, at i − 4m with i = 0, 1,
−2, −1. Alice's points are even, Bob's are odd, events of one setting lie multiples of 4 apart,
and on a link of value r (:mod:`nonlocality.foundations.cglmp`) the second event lies 4r + 1 after
the first. So the dihedral group of the circle permutes parties, settings and outcomes without
changing S_d, and a moment matrix may be averaged over it.

Level 1 becomes circulant. It can be made positive exactly if the link distribution p obeys
|x_k| + |x_(d−k)| ≤ 1 for 1 ≤ k ≤ d/2, with x_k = Σ_r p_r cos(πk(4r + 1)/2d): a linear program.
Its optimal point and multipliers are known for every d. Level 1+AB, an upper bound for quantum
behaviours, becomes 2d + 1 real blocks of size at most d.

S_d is I_d of :mod:`nonlocality.foundations.cglmp`; ϖ = 2.622… is the lemniscate constant.
Source of the problem: Fig. 4 of arXiv:0907.0372.
"""

from math import cos, lgamma, pi, sin

import numpy as np

from nonlocality.foundations.cglmp import (
    LARGEST_LIST,
    cglmp_quantum_maximum,
    check_links,
    check_outcomes,
)
from nonlocality.foundations.checks import check_range, finite_array, in_interval, renamed
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory
from nonlocality.foundations.solvers import Rows

LEMNISCATE = 4 * np.sqrt(2 / np.pi) * np.exp(2 * lgamma(5 / 4))
"""ϖ = 2 ∫ dt/√(1 − t⁴) over [0, 1], half the length of a lemniscate of half-width 1."""

FEW = 40
"""Outcomes up to which the largest value is summed term by term, and its linear program solved as
it is."""


FEWEST = 8
"""Outcomes up to which Clarabel is sooner done than HiGHS, with ten digits."""


@result
class LinkMaximum:
    """The largest S_d over a level of moment matrices, by a solver.

    largest: reached at the solver's point, and from above a repaired dual point.
    links: the link distribution of the point, shape (d,).
    """

    largest: TwoSided
    links: np.ndarray


def link_scores(d: int) -> np.ndarray:
    """4 − 8r/(d − 1), shape (d,): S_d of a behaviour whose links all have the value r.

    >>> link_scores(3).tolist()
    [4.0, 0.0, -4.0]
    """
    return 4 - 8 * np.arange(d) / (d - 1)


def link_moments(links: np.ndarray) -> np.ndarray:
    """The moments x_0, …, x_d of a link distribution, shape (d + 1,).

    x_k = Σ_r p_r cos(πk(4r + 1)/2d). Raises ValueError for what is no distribution.

    >>> link_moments([1, 0]).round(6).tolist()
    [1.0, 0.707107, 0.0]
    """
    p = check_links(links)
    d = len(p)
    k = np.arange(d + 1)
    waves = d * np.fft.ifft(p)[k % d]  # Σ_r p_r exp(2πi k r/d)
    return (waves * np.exp(0.5j * np.pi * k / d)).real


def link_margin(links: np.ndarray) -> float:
    """1 − max_k (|x_k| + |x_(d−k)|), the margin of equal links and uniform marginals in Q1.

    The behaviour ``behaviour_from_links(links)`` is macroscopically local exactly if this is not
    negative. Raises ValueError for what is no distribution.

    >>> from nonlocality.foundations.cglmp import optimal_links
    >>> link_margin([1, 0, 0]) < 0 < link_margin(optimal_links(3))
    True
    """
    x = np.abs(link_moments(links))
    return float(1 - (x + x[::-1])[1:-1].max())


def macroscopic_links(d: int) -> np.ndarray:
    """The link distribution of largest S_d in Q1, shape (d,), zero beyond r = ⌊d/2⌋.

    With h = π/d and s(t) = sin(ht), c(t) = cos(ht), p_(r+1)/p_r is
    s(r + 1/4) s(2r + 1)/(s(r + 5/4) s(2r + 2)) for odd d, and for even d
    s(r + 1/4) c(r + 5/4) s(r + 1/2) c(r)/(s(r + 5/4) c(r + 1/4) s(r + 1) c(r + 3/2)).
    As d grows, p_r tends to (2/ϖ) C(2r, r)/(4^r (4r + 1)).

    >>> macroscopic_links(3).round(6).tolist()  # (1 + 1/√3)/2 and the rest
    [0.788675, 0.211325, 0.0]
    """
    d = check_outcomes(d, most=LARGEST_LIST)
    h, r = np.pi / d, np.arange(d // 2)
    ratio = np.sin(h * (r + 1 / 4)) / np.sin(h * (r + 5 / 4))
    if d % 2:
        ratio *= np.sin(h * (2 * r + 1)) / np.sin(h * (2 * r + 2))
    else:
        ratio *= np.cos(h * (r + 5 / 4)) / np.cos(h * (r + 1 / 4))
        ratio *= np.sin(h * (r + 1 / 2)) / np.sin(h * (r + 1))
        ratio *= np.cos(h * r) / np.cos(h * (r + 3 / 2))
    p = np.zeros(d)
    p[: d // 2 + 1] = np.cumprod(np.append(1, ratio))
    return p / p.sum()


def _profile(d: int) -> np.ndarray:
    """β_1, …, β_⌊d/2⌋, all positive: 1 + Σ_k β_k (cos kv − sin kv) = 0 at v = (2r + 3/2) π/d.

    Here 0 ≤ r < ⌊d/2⌋. They are the coefficients of the polynomial of degree d with the roots
    exp(iv), halved at k = d/2.
    """
    h, k = np.pi / d, np.arange(1, d // 2 + 1)
    if d % 2:
        ratio = np.where(k % 2, 1, np.sin(h * (k - 1)) / np.sin(h * k))
    else:
        cosines = np.cos(h * (k - 1) / 2) / np.cos(h * k / 2)
        ratio = np.where(k % 2, cosines, np.sin(h * (k - 1) / 2) / np.sin(h * k / 2))
    profile = np.cumprod(ratio)
    if d % 2 == 0:
        profile[-1] /= 2
    return profile


def macroscopic_multipliers(d: int) -> np.ndarray:
    """Optimal multipliers μ_k of x_k + x_(d−k) ≤ 1, k = 1, …, ⌊d/2⌋; all positive.

    μ_k = 4 β_k/((d − 1) sin(πk/d)). For odd d β_k is the product of sin((2j − 1)h)/sin(2jh) over
    1 ≤ j ≤ k/2, h = π/d. For even d it is the product of q(j − 1)/q(j) over 1 ≤ j ≤ k, with
    q(j) = cos(jh/2) in the odd factors and sin(jh/2) in the even ones, halved at k = d/2.

    >>> macroscopic_multipliers(3).round(6).tolist()  # 4/√3
    [2.309401]
    """
    d = check_outcomes(d, most=LARGEST_LIST)
    k = np.arange(1, d // 2 + 1)
    return 4 * _profile(d) / ((d - 1) * np.sin(np.pi * k / d))


def macroscopic_maximum(d: int) -> float:
    """The largest S_d of macroscopically local behaviours, any d ≥ 2, exact up to rounding.

    4 − Σ_k 4 β_k/((d − 1)(1 + cos(πk/2d) + sin(πk/2d))) over 1 ≤ k ≤ d/2, with the β_k of
    :func:`macroscopic_multipliers`; d = 10^6 takes a fraction of a second.

    >>> round(macroscopic_maximum(2), 6), round(macroscopic_maximum(3), 6)  # 2√2, 2 + 2/√3
    (2.828427, 3.154701)
    """
    d = check_outcomes(d, most=LARGEST_LIST)
    if d <= FEW:
        return _maximum_of_few(d)
    angle = np.pi * np.arange(1, d // 2 + 1) / (2 * d)
    return float(4 - 4 / (d - 1) * (_profile(d) / (1 + np.cos(angle) + np.sin(angle))).sum())


def _maximum_of_few(d: int) -> float:
    """The same sum term by term: for few outcomes arrays take longer than the numbers in them."""
    h, beta, total = pi / d, 1.0, 0.0
    for k in range(1, d // 2 + 1):
        if d % 2 == 0:
            wave = cos if k % 2 else sin
            beta *= wave(h * (k - 1) / 2) / wave(h * k / 2)
        elif k % 2 == 0:
            beta *= sin(h * (k - 1)) / sin(h * k)
        total += beta / (1 + cos(h * k / 2) + sin(h * k / 2)) / (2 if 2 * k == d else 1)
    return 4 - 4 / (d - 1) * total


def macroscopic_bound(d: int, multipliers: np.ndarray) -> float:
    """The upper bound on S_d over Q1 that any multipliers μ_k ≥ 0 of x_k + x_(d−k) ≤ 1 prove.

    Σ_k μ_k + max_r [4 − 8r/(d − 1) − Σ_k μ_k (cos ku_r + sin ku_r)], u_r = π(4r + 1)/2d.
    multipliers: shape (⌊d/2⌋,). Raises ValueError for another shape or a negative one.

    >>> macroscopic_bound(2, [0.0]), round(macroscopic_bound(2, [8**0.5]), 6)
    (4.0, 2.828427)
    """
    d = check_outcomes(d)
    mu = finite_array("multipliers", multipliers)
    if mu.shape != (d // 2,) or mu.min() < 0:
        raise ValueError(
            f"Argument `multipliers` must hold {d // 2} numbers, none negative, but has shape "
            f"{mu.shape} and the least {mu.min(initial=0):.12g}."
        )
    weights = np.zeros(d, dtype=complex)
    k = np.arange(1, d // 2 + 1)
    weights[k] = mu * (1 - 1j) * np.exp(0.5j * np.pi * k / d)
    waves = d * np.fft.ifft(weights).real  # Σ_k μ_k (cos ku_r + sin ku_r)
    return float(mu.sum() + (link_scores(d) - waves).max())


def maximise_macroscopic(d: int) -> LinkMaximum:
    """The largest S_d over Q1 from the linear program in the p_r, by Clarabel or HiGHS.

    Raises SolverError if the solver stops early. See :func:`macroscopic_maximum` for its solution.

    >>> best = maximise_macroscopic(3)
    >>> round(best.largest.reached, 6), round(best.largest.upper, 6)
    (3.154701, 3.154701)
    """
    d = check_outcomes(d)
    require_memory("d", 320 * d**2)  # most of it HiGHS's, which holds each entry several times
    half, r = d // 2, np.arange(d)
    x = np.cos(np.pi / (2 * d) * r[:, None] * (4 * r + 1))
    low, high = x[1 : half + 1], x[: d - half - 1 : -1]  # of k and of d − k
    plus, minus = low + high, low - high
    rows = np.concatenate([plus, minus, -minus, -plus])
    n = len(rows)
    starts, columns = d * np.arange(n + 1), np.arange(n * d) % d
    best = minimise_linear(
        -link_scores(d),
        equal=(Rows(np.ones(d), r, starts[:2], (1, d)), [1.0]),
        below=(Rows(rows.ravel(), columns, starts, (n, d)), np.ones(n)),
        mass=1,
        presolve=d > FEW,
        solver="clarabel" if d <= FEWEST else "highs",
    )
    return LinkMaximum(-best, best.evidence.point)


def macroscopic_asymptote(d: float) -> float:
    """4 − 4√2/(ϖ √d) + 2/d, what the largest S_d over Q1 tends to; the error is of order d^(−3/2).

    >>> bool(abs(macroscopic_maximum(10_000) - macroscopic_asymptote(10_000)) < 3e-6)
    True
    """
    d = in_interval("d", d, 2, np.inf)
    return 4 - 4 * float(np.sqrt(2 / d)) / LEMNISCATE + 2 / d


def departure(ds: np.ndarray) -> np.ndarray:
    """Fig. 4: rows (d, largest S_d over Q1, over quantum behaviours, their difference).

    Shape (n, 4). The first is exact up to rounding. The second is the largest eigenvalue for the
    CGLMP measurements, which quantum behaviours reach; that they reach no more is proved by
    ``maximise_quantum`` for small d and believed for large ones. So the difference is an upper
    bound for every d. ds: shape (n,). Raises ValueError for another shape, or a d that is no
    integer of at least 2.

    >>> departure([2, 3]).round(4).tolist()
    [[2.0, 2.8284, 2.8284, 0.0], [3.0, 3.1547, 2.9149, 0.2398]]
    """
    check_range("ds", ds)
    try:
        shape = np.shape(ds)
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"Argument `ds` must have shape (n,), but {error}.") from None
    if len(shape) != 1:
        raise ValueError(f"Argument `ds` must have shape (n,), but has shape {shape}.")
    with renamed(d="ds"):
        rows = [(d, macroscopic_maximum(d), cglmp_quantum_maximum(d)[0]) for d in ds]
    return np.array([(*row, row[1] - row[2]) for row in rows], dtype=float).reshape(-1, 4)
