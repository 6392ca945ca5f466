"""Fig. 4, the quantum end: level 1+AB of CGLMP in blocks, and the formula for large d.

Of arXiv:0907.0372. The end over Q1 is in :mod:`nonlocality.macroscopic_locality.cglmp_moments`;
the explicit measurements in :mod:`nonlocality.foundations.cglmp`."""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.cglmp import check_outcomes
from nonlocality.foundations.checks import in_interval
from nonlocality.foundations.linear_algebra import independent_rows
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.macroscopic_locality.cglmp_moments import LinkMaximum, link_scores

MAX_D_QUANTUM = 20
"""Up to this d level 1+AB is set up; d = 12 takes a second, d = 20 half a minute."""


def _orbits(words: np.ndarray, d: int) -> np.ndarray:
    """A number for the orbit of each word A_p A_p' B_q B_q', from positions (…, 4).

    Orbits under the dihedral group of the circle, and under the adjoint A_p' A_p B_q' B_q.
    """
    p, p_, q, q_ = np.moveaxis(words, -1, 0)
    first = None
    for w in ((p, p_, q, q_), (p_, p, q_, q), (q, q_, p, p_), (q_, q, p_, p)):
        for sign in (1, -1):
            rest = [sign * (position - w[0]) % (4 * d) for position in w[1:]]
            code = (rest[0] * 4 * d + rest[1]) * 4 * d + rest[2]
            first = code if first is None else np.minimum(first, code)
    return first


def _completeness(d: int, names: np.ndarray) -> np.ndarray:
    """Rows Σ_m = Σ_m' for the sums over a setting's outcomes, shape (n, number of orbits)."""
    outcomes = 4 * np.arange(d)

    def column(*word: int | np.ndarray) -> np.ndarray:
        positions = np.stack(np.broadcast_arrays(*word), axis=-1) % (4 * d)
        found = np.searchsorted(names, _orbits(positions, d).ravel())
        return np.bincount(found, minlength=len(names))

    rows = [  # Σ_p' A_0 A_p' B_q B_q' = A_0 B_q B_q'
        column(0, 2 + outcomes, q, q_) - column(0, 0, q, q_)
        for q in range(1, 4 * d, 2)
        for q_ in [q, *(q + 2 + outcomes)]
    ]
    rows += [  # Σ_p A_p B_1 B_q over A1 and over A2
        column(outcomes, outcomes, 1, q) - column(2 + outcomes, 2 + outcomes, 1, q)
        for q in 3 + outcomes
    ]
    return np.unique(rows, axis=0)


def _level_1ab(d: int) -> tuple[list[MatrixInequality], np.ndarray, np.ndarray]:
    """Level 1+AB after averaging: its blocks, its equalities = 0, and where the p_r stand.

    The variables are d times the moments, one an orbit of words.
    """
    r, r_, t = np.indices((d, d, 4 * d)).reshape(3, -1)
    q, start, end = 4 * r + 1, t, (t + 4 * r_ + 1) % (4 * d)  # the pairs (0, q) and (start, end)
    p_, q_ = np.where(t % 2, end, start), np.where(t % 2, start, end)
    # A_p A_p' = 0 for two outcomes of one setting, and so for Bob
    keep = ((p_ % 4 != 0) | (p_ == 0)) & (((q_ - q) % 4 != 0) | (q_ == q))
    words = np.stack([0 * q, p_, q, q_], axis=-1)[keep]
    names, orbit = np.unique(_orbits(words, d), return_inverse=True)
    r, r_, t = r[keep], r_[keep], t[keep]
    blocks = []
    for k in range(2 * d + 1):
        waves = np.cos(np.pi * k * (t - 2 * (r - r_)) / (2 * d)) / d
        full = sp.csr_array((waves, (r * d + r_, orbit)), shape=(d * d, len(names)))
        kernel = np.sin(np.pi * k * (4 * np.arange(d) + 1) / (4 * d))
        # M ⪰ 0 with M kernel = 0 says the same without a row where the kernel is not 0
        rows = np.delete(np.arange(d), [np.abs(kernel).argmax()] if k else [])
        n = len(rows)
        block = full[(rows[:, None] * d + rows).ravel()]
        block = (block + block[np.arange(n * n).reshape(n, n).T.ravel()]) / 2  # rounding
        blocks.append(MatrixInequality(np.zeros((n, n)), block))
    pairs = np.multiply.outer(4 * np.arange(d) + 1, [0, 0, 1, 1])
    return blocks, _completeness(d, names), np.searchsorted(names, _orbits(pairs, d))


def maximise_quantum(d: int, *, solver: str = "clarabel") -> LinkMaximum:
    """The largest S_d over level 1+AB, an upper bound on quantum behaviours; 2 ≤ d ≤ 20.

    The words are the pairs of events on a link, 4d of each value r. A moment matrix that the
    rotations leave alone is, for each frequency k = 0, …, 2d, a matrix over r, real because of
    the reflections, whose kernel sin(πk(4r + 1)/4d) is the completeness of the measurements.
    solver: as in :func:`nonlocality.foundations.semidefinite.minimise_semidefinite`.
    Raises ValueError for d beyond :data:`MAX_D_QUANTUM`, SolverError if the solver stops early.

    >>> round(maximise_quantum(3).largest.upper, 6)
    2.914854
    """
    d = check_outcomes(d)
    if d > MAX_D_QUANTUM:
        raise ValueError(
            f"Argument `d` must be at most {MAX_D_QUANTUM} for level 1+AB, but is {d}."
        )
    blocks, rows, links = _level_1ab(d)
    cost, total = np.zeros((2, rows.shape[1]))
    cost[links], total[links] = -link_scores(d), 1
    rows, right = np.vstack([rows, total]), np.append(np.zeros(len(rows)), 1)
    keep = independent_rows(rows)
    best = minimise_semidefinite(
        cost,
        matrices=blocks,
        equal=(sp.csr_array(rows[keep]), right[keep]),
        box=1,
        solver=solver,
    )
    return LinkMaximum(-best, best.evidence.point[links])


def quantum_asymptote(d: float) -> float:
    """(d q − 2)/(d − 1) with q = 4/cosh(πξ): what the largest eigenvalue λ of the Bell matrix
    tends to, with an error that is found to fall as 1/(d log d)².

    ξ is the least positive root of arg Γ(−2iξ) − 3 arg Γ(1/2 − iξ) = ξ log(2d/π); for large d it
    is π/2 over log(128 d/π) + γ with Euler's γ. The Bell matrix is 2/(d − 1) times M − 1, where
    M has the entries 1/cos(π(j − l)/2d), its diagonal included, and q is the limit of
    (2/d) M: so λ = (d q − 2)/(d − 1) up to the error of q. The matching that gives ξ is not
    rigorous. The error is 8e-4 at d = 8, 2e-5 at d = 45 and 1e-8 at d = 1000.
    Raises ValueError for d < 2.

    >>> from nonlocality.foundations.cglmp import cglmp_quantum_maximum
    >>> bool(abs(cglmp_quantum_maximum(1000)[0] - quantum_asymptote(1000)) < 2e-8)
    True
    """
    d = in_interval("d", d, 2, 1e300)
    from scipy.optimize import brentq
    from scipy.special import loggamma

    def mismatch(xi: float) -> float:
        phase = loggamma(-2j * xi).imag - 3 * loggamma(0.5 - 1j * xi).imag
        return phase - xi * np.log(2 * d / np.pi)

    q = 4 / np.cosh(np.pi * brentq(mismatch, 1e-9, 2, xtol=1e-15, rtol=1e-14))
    return float((d * q - 2) / (d - 1))
