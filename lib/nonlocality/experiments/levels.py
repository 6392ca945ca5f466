"""Maximum likelihood over the moment matrices that bound the quantum set from outside.

The log-likelihood is concave and the set convex. Each step maximises the second-order model of
the likelihood over the set, a semidefinite program with the quadratic part as a second matrix; at
the end a linear program over the set says how much more there can be.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.likelihood import deviance
from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import shown
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_locality.moments import margin
from nonlocality.macroscopic_locality.radii import visibility
from nonlocality.macroscopic_locality.structure import MomentStructure, moment_structure

MAX_STEPS = 40
"""Semidefinite programs; 5 to 15 are needed."""

GAP = 1e-5
"""Largest distance of the deviance to its proved lower bound, a trial."""


def likeliest_of_level(counts: Counts, free: Behaviour, over: str) -> tuple[np.ndarray, float]:
    """The most likely table of "level 1" or "level 1+AB", and a proved lower bound of its deviance.

    free: the most likely behaviour without signalling; where the level holds it there is nothing
    to do, and the bound is −∞.

    Raises ValueError for other than two parties or another set, SolverError if the gap stays.

    >>> from nonlocality.experiments.estimation import maximum_likelihood
    >>> box = Counts([[[[50, 50], [50, 1]], [[1, 1], [1, 50]]],
    ...               [[[1, 1], [1, 50]], [[50, 50], [50, 1]]]])
    >>> table, _ = likeliest_of_level(box, maximum_likelihood(box).behaviour, "level 1")
    >>> value = sum(abs(e) for e in Behaviour(table).correlators().ravel())
    >>> bool(abs(value - 2 * 2**0.5) < 1e-4)
    True
    """
    if counts.parties != 2 or over not in ("level 1", "level 1+AB"):
        raise ValueError(
            "Argument `counts` must have two parties and `over` be 'level 1' or 'level 1+AB', but "
            f"they have {counts.parties} and are {shown(over)}."
        )
    level = over.removeprefix("level ")
    free = as_behaviour(free, name="free")
    if margin(free, level=level).eigenvalue.lower >= 0:
        return free.table, -np.inf
    structure = moment_structure(level, counts.outcomes, counts.settings)
    constant, slopes = structure.table_map
    slopes = slopes.toarray()
    inside = 0.99 * min(1.0, visibility(free, level=level).largest.lower)
    noise = constant + slopes @ structure.noise
    p = inside * free.table.ravel() + (1 - inside) * noise
    n = counts.table.ravel().astype(float)
    for _ in range(MAX_STEPS):
        towards = _second_order(structure, constant, slopes, n, p)
        size = _line(n, p, towards)
        moved = np.abs(size * (towards - p)).max()
        p = p + size * (towards - p)
        if moved < 1e-7:
            break
    best = _linear(structure, constant, slopes, n / np.maximum(p, 1e-300) / n.sum(), p)
    table = np.maximum(p, 0).reshape(counts.table.shape)
    g2 = float(deviance(counts.table, table, parties=2))
    if best > GAP:
        raise SolverError(f"Likelihood over {over}: the gap is {best:.1e} a trial.")
    return table, g2 - 2 * n.sum() * max(0.0, best)


def _matrices(structure: MomentStructure, extra: int) -> list[MatrixInequality]:
    """γ ⪰ 0 in the moments and some more variables."""
    slopes = structure.inequality.slopes
    wide = sp.hstack([slopes, sp.csr_array((slopes.shape[0], extra))], format="csr")
    return [MatrixInequality(structure.inequality.constant, wide)]


def _positive(
    constant: np.ndarray, slopes: np.ndarray, extra: int
) -> tuple[sp.csr_array, np.ndarray]:
    return sp.csr_array(np.hstack([-slopes, np.zeros((len(slopes), extra))])), constant


def _second_order(
    structure: MomentStructure,
    constant: np.ndarray,
    slopes: np.ndarray,
    n: np.ndarray,
    p: np.ndarray,
) -> np.ndarray:
    """Maximiser of Σ (n/N) (δ/p − δ²/(2p²)), δ the change of p, over the set.

    Minimise t − Σ g δ with t ≥ ½ |D δ|², which is the matrix [[1, D δ], [·, 2t]] ⪰ 0.
    """
    on = n > 0
    share = n[on] / n.sum()
    d = np.sqrt(share) / p[on]
    m, count = slopes.shape[1], int(on.sum())
    rows = d[:, None] * slopes[on]
    offset = d * (constant[on] - p[on])
    fixed = np.eye(count + 1)
    fixed[-1, -1] = 0
    fixed[:-1, -1] = fixed[-1, :-1] = offset
    parts = np.zeros((count + 1, count + 1, m + 1))
    parts[:-1, -1, :m] = parts[-1, :-1, :m] = rows
    parts[-1, -1, m] = 2
    quadratic = MatrixInequality(fixed, sp.csr_array(parts.reshape(-1, m + 1)))
    cost = np.append(-(share / p[on]) @ slopes[on], 1.0)
    largest = np.zeros(len(n))  # of the slopes: at the optimum t is at most Σ g δ
    largest[on] = share / p[on]
    inputs = structure.settings[0] * structure.settings[1]
    box = 1 + largest.reshape(-1, inputs).max(axis=0).sum()
    found = minimise_semidefinite(
        cost, matrices=[*_matrices(structure, 1), quadratic],
        below=_positive(constant, slopes, 1), box=box,
    )  # fmt: skip
    return constant + slopes @ found.evidence.point[:-1]


def _line(n: np.ndarray, p: np.ndarray, towards: np.ndarray) -> float:
    """A step along which the likelihood rises; 1 near the end."""
    on, step, size = n > 0, towards - p, 1.0
    for _ in range(40):
        reached = p[on] + size * step[on]
        slope = (n[on] / np.maximum(reached, 1e-300)) @ step[on]
        if reached.min() > 0 and slope > -0.5 * abs((n[on] / p[on]) @ step[on]):
            break
        size /= 2
    return size


def _linear(
    structure: MomentStructure,
    constant: np.ndarray,
    slopes: np.ndarray,
    gradient: np.ndarray,
    p: np.ndarray,
) -> float:
    """What the tangent of the log-likelihood (a trial) can still gain over the set, proved."""
    found = minimise_semidefinite(
        -gradient @ slopes, matrices=_matrices(structure, 0),
        below=_positive(constant, slopes, 0), box=1.0,
    )  # fmt: skip
    return float(gradient @ (constant - p) - found.lower)
