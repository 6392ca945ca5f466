"""The behaviour that is most likely, and how sure the data are of a number.

Sets: "no-signalling", "local", and the moment matrices of "level 1" and "level 1+AB" that bound
the quantum set from outside.
"""

from functools import lru_cache

import numpy as np
from scipy.special import chdtri

from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.forms import NAMES, eberhard_readings, form_excess, require_chsh
from nonlocality.experiments.levels import likeliest_of_level
from nonlocality.experiments.likelihood import (
    PER_TRIAL,
    coordinates,
    deviance,
    maximise_likelihood,
)
from nonlocality.foundations.behaviours import INPUTS, Behaviour, as_behaviour
from nonlocality.foundations.checks import finite_array, in_interval, renamed, shown
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.results import result
from nonlocality.foundations.strategies import CausalModel

SETS = ("no-signalling", "local", "level 1", "level 1+AB")
"""What a behaviour can be looked for in."""

END = 0.999
"""Share of the way to the end of the set after which a profile that has not ended ends there."""


@result
class Fit:
    """The behaviour of a set under which the counts are most likely.

    over: the set. behaviour: the behaviour. deviance: G² = 2 Σ n log(f/p) against the
    frequencies, in nats. below: a proved lower bound of it, or the deviance itself where Newton
    steps have converged. boundary: whether cells without counts got probability 0, so that
    errors from second derivatives mean nothing.
    """

    over: str
    behaviour: Behaviour
    deviance: float
    below: float
    boundary: bool


def maximum_likelihood(counts: Counts, *, over: str = "no-signalling") -> Fit:
    """The most likely behaviour of a set, one of :data:`SETS`.

    Two settings and outcomes are solved by Newton steps, to some 1e-13: if the best no-signalling
    behaviour violates a form of CHSH, the best local one lies on the plane of that form (else a
    step towards the other would gain). The general local problem is the interior point of
    :func:`~nonlocality.causal_relaxations.mutual_information.strength`, from the frequencies; the
    levels are sequences of semidefinite programs.
    Raises ValueError for an unknown set, or levels for other than two parties; SolverError.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> free, local = (maximum_likelihood(delft, over=k) for k in SETS[:2])
    >>> float(round((local.deviance - free.deviance) / (2 * np.log(2)), 3))  # bits
    2.844
    """
    if over not in SETS:
        raise ValueError(f"Argument `over` must be one of {SETS}, but is {shown(over)}.")
    free = _no_signalling(counts)
    if over == "no-signalling":
        return free
    if over == "local":
        return _local(counts, free)
    table, below = likeliest_of_level(counts, free.behaviour, over)
    return _fit(counts, over, table, max(free.deviance, below))


def _fit(counts: Counts, over: str, table: np.ndarray, below: float | None = None) -> Fit:
    table = np.maximum(table, 0).reshape(counts.table.shape)
    g2 = float(deviance(counts.table, table, parties=counts.parties))
    boundary = bool(((counts.table == 0) & (table < 1e-9)).any())
    return Fit(over, Behaviour(table), g2, g2 if below is None else below, boundary)


@lru_cache(maxsize=32)
def _no_signalling(counts: Counts) -> Fit:
    table = maximise_likelihood(
        counts.table.reshape(1, -1), outcomes=counts.outcomes, settings=counts.settings
    )
    return _fit(counts, "no-signalling", table)


@lru_cache(maxsize=1)
def _readings() -> np.ndarray:
    """All readings of all forms, shape (8, 8, 16)."""
    return np.array([[t.ravel() for t in eberhard_readings(name)] for name in NAMES])


def excess_form(behaviour: Behaviour) -> tuple[str, float]:
    """The form of CHSH that a behaviour violates most, and its c = (S − 2)/4.

    Raises ValueError for other than two settings and outcomes.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> excess_form(behaviour_pr_box())
    ('+11', 0.5)
    """
    behaviour = as_behaviour(behaviour)
    if behaviour.table.shape != (2, 2, 2, 2):
        raise ValueError(
            "Argument `behaviour` must have two settings and outcomes a side, but its table has "
            f"shape {behaviour.table.shape}."
        )
    cells = _readings() * behaviour.table.ravel()  # [form, reading, cell]
    smallest = np.abs(cells).sum(axis=2).argmin(axis=1)  # of equal sums the one with most digits
    values = [float(cells[k, smallest[k]].sum()) for k in range(8)]
    best = max(range(8), key=lambda k: (round(values[k], 12), NAMES[k] == "+11"))
    return NAMES[best], values[best]


@lru_cache(maxsize=32)
def _local(counts: Counts, free: Fit) -> Fit:
    if counts.table.shape == (2, 2, 2, 2):
        name, c = excess_form(free.behaviour)
        if c <= 0:
            return Fit("local", free.behaviour, free.deviance, free.below, free.boundary)
        table = maximise_likelihood(
            counts.table.reshape(1, -1), outcomes=(2, 2), settings=(2, 2),
            functional=form_excess(name).ravel(), value=0.0,
        )  # fmt: skip
        return _fit(counts, "local", table)
    # the least relative entropy from the frequencies, which may signal
    weights = counts.setting_counts / counts.trials
    tolerance = min(1e-10, max(1e-14, 1e-4 / counts.trials))
    with renamed(behaviour="counts"):
        best = strength(Behaviour(counts.frequencies()), input_weights=weights, tolerance=tolerance)
    parents = tuple(INPUTS[: counts.parties])
    mixture = CausalModel(parents, counts.outcomes, counts.settings).matrix @ best.weights
    return _fit(
        counts, "local", mixture, 2 * np.log(2) * counts.trials * max(0.0, best.least.lower)
    )


def fisher_error(counts: Counts, behaviour: Behaviour, functional: np.ndarray) -> float:
    """Standard error of Σ functional · p at the most likely no-signalling behaviour.

    From the expected second derivatives of the log-likelihood, N_xy/p. Raises ValueError where a
    cell without counts has probability 0: there they mean nothing.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> p = maximum_likelihood(delft).behaviour
    >>> round(fisher_error(delft, p, form_excess("+11")), 4)
    0.0508
    """
    behaviour = as_behaviour(behaviour)
    p, n = behaviour.table.ravel(), counts.table.ravel()
    if ((n == 0) & (p < 1e-9)).any():
        raise ValueError(
            "Argument `counts` must leave the most likely behaviour off the boundary, but a cell "
            "without counts has probability 0: use the profile likelihood."
        )
    s = coordinates(counts.outcomes, counts.settings).slopes
    totals = np.broadcast_to(counts.setting_counts, counts.table.shape).ravel()
    information = (s.T * (totals / p)) @ s
    scale = 1 / np.sqrt(np.diag(information))
    f = finite_array("functional", functional)
    if f.size != len(s):
        raise ValueError(
            f"Argument `functional` must have shape {counts.table.shape}, but has {f.shape}."
        )
    row = f.ravel() @ s * scale
    inverse = np.linalg.solve(information * scale * scale[:, None], row)
    return float(np.sqrt(row @ inverse))


def interval(
    counts: Counts,
    functional: np.ndarray | None = None,
    *,
    level: float = 0.95,
    method: str = "profile",
) -> tuple[float, float]:
    """Interval for Σ functional · p of a no-signalling behaviour.

    functional: a table ``[a, b, …, x, y, …]``; c of the violated form of CHSH if not given.
    level: the share of experiments in which it holds the true value, for many trials. method:
    "profile", where twice the log-likelihood is lower by a quantile of χ² on one degree of
    freedom than at its maximum (it ends at the ends of the set of behaviours if the likelihood
    does not fall enough before), or "fisher", symmetric.
    Raises ValueError for an unknown method or level; for "fisher" as :func:`fisher_error` does.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> [round(end, 5) for end in interval(delft)]
    [0.00148, 0.20206]
    """
    level = in_interval("level", level, 0, 0.999999)
    if method not in ("profile", "fisher"):
        raise ValueError(
            f"Argument `method` must be 'profile' or 'fisher', but is {shown(method)}."
        )
    free = _no_signalling(counts)
    if functional is None:
        require_chsh(counts)
        functional = form_excess(excess_form(free.behaviour)[0])
    table = finite_array("functional", functional)
    if table.shape != counts.table.shape:
        raise ValueError(
            f"Argument `functional` must have shape {counts.table.shape}, but has {table.shape}."
        )
    best = float((table * free.behaviour.table).sum())
    quantile = float(chdtri(1, 1 - level))
    if method == "fisher":
        half = float(np.sqrt(quantile)) * fisher_error(counts, free.behaviour, table)
        return best - half, best + half
    return tuple(_profile_end(counts, table, free, best, quantile, side) for side in (-1, 1))


@lru_cache(maxsize=32)
def excess_interval(counts: Counts, level: float) -> tuple[float, float]:
    """:func:`interval` of c of the violated form of CHSH, computed once a table.

    >>> excess_interval(Counts(np.full((2, 2, 2, 2), 9)), 0.95)[0] < 0
    True
    """
    return interval(counts, level=level)


def _profile_end(
    counts: Counts, table: np.ndarray, free: Fit, best: float, quantile: float, side: int
) -> float:
    """Where the profile deviance has risen by the quantile, on one side of the best value."""
    from scipy.optimize import brentq

    limit = _extreme(counts, table, side)
    basis = coordinates(counts.outcomes, counts.settings)

    def rise(share: float) -> float:
        if share == 0:
            return -quantile
        value = best + share * (limit - best)
        p = maximise_likelihood(
            counts.table.reshape(1, -1), outcomes=counts.outcomes, settings=counts.settings,
            functional=table.ravel(), value=value,
        ).reshape(table.shape)  # fmt: skip
        return float(deviance(counts.table, p, parties=counts.parties)) - free.deviance - quantile

    blurred = 1e-6 + PER_TRIAL * counts.trials * counts.table.size  # in trials, by the barrier
    if abs(limit - best) * counts.trials < blurred:
        return limit
    s, p = basis.slopes, free.behaviour.table.ravel()
    information = (s.T * (counts.table.ravel() / np.maximum(p, 1e-12) ** 2 + 1e-6)) @ s
    row = table.ravel() @ s
    guess = np.sqrt(quantile * abs(row @ np.linalg.lstsq(information, row, rcond=None)[0]))
    low, high = 0.0, min(END, 1.3 * guess / abs(limit - best))
    while rise(high) < 0:
        if high >= END:
            return limit
        low, high = high, min(END, 2 * high)
    share = brentq(rise, low, high, xtol=1e-12 * high, rtol=1e-12)
    return best + share * (limit - best)


def _extreme(counts: Counts, table: np.ndarray, side: int) -> float:
    """Largest (side 1) or smallest (−1) value of a functional without signalling."""
    if table.shape == (2, 2, 2, 2):
        corners = _corners()
        return float(side * (side * corners @ table.ravel()).max())
    import scipy.sparse as sp

    basis = coordinates(counts.outcomes, counts.settings)
    # p ≥ 0 with p = constant + slopes · z: p is orthogonal to what the slopes leave out
    u, size, _ = np.linalg.svd(basis.slopes, full_matrices=True)
    rest = u[:, int((size > 1e-9).sum()) :].T
    found = minimise_linear(
        -side * table.ravel().astype(float),
        equal=(sp.csr_array(rest), rest @ basis.constant),
        mass=float(np.prod(counts.settings)),
    )
    return -side * found.reached


def _corners() -> np.ndarray:
    """The 24 vertices of the no-signalling polytope of two settings and outcomes, rows."""
    a, b, x, y = np.indices((2, 2, 2, 2))
    boxes = [
        (((a + b + x * y + i * x + j * y + k) % 2 == 0) / 2).ravel()
        for i, j, k in np.ndindex(2, 2, 2)
    ]
    return np.vstack([boxes, CausalModel(("x", "y"), (2, 2), (2, 2)).corners])
