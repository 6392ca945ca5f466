"""Measurement dependence of CGLMP: functions of the four link values, for any number of outcomes.

Only the multiset of link values of a strategy matters, which makes the program small and its
solution a formula: M = (I_d − 2)/4 for every d, and more for the whole behaviour from d = 16 on.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.causal_relaxations.measurement_dependence import (
    Dependence,
    DependentModel,
    least_dependence,
)
from nonlocality.foundations.cglmp import (
    LARGEST_LIST,
    LINKS,
    check_links,
    check_outcomes,
    link_values,
)
from nonlocality.foundations.checks import in_interval, in_intervals
from nonlocality.foundations.link_strategies import (
    check_listed,
    link_multisets,
    strategies_of_links,
)
from nonlocality.foundations.sizes import require_memory


def symmetric_dependence(links: np.ndarray) -> Dependence:
    """The least M of ``behaviour_from_links(links)``, by a small program.

    Neither the common shift of all outcomes nor the order of the links matters, so the
    unknowns are q(link i, multiset): 172 in place of 16384 at d = 8. The model is given
    back with the shifts and the cyclic order restored.
    Raises ValueError for an array that is not a link distribution.

    >>> round(symmetric_dependence([1.0, 0.0, 0.0]).least.reached, 9)
    0.5
    """
    p = check_links(links)
    return _symmetric_program(len(p), np.eye(len(p)), p)


def symmetric_dependence_given_value(d: int, i_d: float) -> Dependence:
    """The least M given the value I_d, by a small program.

    Raises ValueError for an I_d outside [−4, 4].

    >>> round(symmetric_dependence_given_value(5, 3.0).least.reached, 9)
    0.25
    """
    d = check_listed(d)
    r = np.arange(d)
    i_d = in_interval("i_d", i_d, -4, 4)
    return _symmetric_program(d, np.vstack([np.ones(d), 4 - 8 * r / (d - 1)]), np.array([1, i_d]))


def _symmetric_program(d: int, rows: np.ndarray, right: np.ndarray) -> Dependence:
    """Least M of the link distributions P with rows · P = right."""
    multisets = link_multisets(d)
    least, weights = least_dependence(
        sp.csr_array(rows[:, multisets.T.ravel()]), right, np.full(4, 0.25)
    )
    turns = (np.arange(4)[:, None] + np.arange(4)) % 4
    joint = np.hstack([weights[turn] for turn in turns]) / 4
    values = np.vstack([multisets[:, turn] for turn in turns])
    used = joint.sum(axis=0) > 0
    functional = (least.evidence.dual_equal[: len(right)] @ rows)[link_values(d)] / 4
    return Dependence(least, _model_of_links(d, joint[:, used], values[used]), functional)


def _model_of_links(d: int, joint: np.ndarray, values: np.ndarray) -> DependentModel:
    """The model that draws link values, then shifts all outcomes at random.

    joint: ``[link, n]``, probabilities; values: link values, shape (n, 4).
    """
    shifts = np.arange(d)[:, None, None]
    strategies = ((strategies_of_links(values, d) + shifts) % d).reshape(-1, 4)
    q = np.tile(joint, d)[[LINKS.index(xy) for xy in np.ndindex(2, 2)]] / d
    return DependentModel(
        q.reshape(2, 2, -1), [strategies[:, :2], strategies[:, 2:]], outcomes=(d, d)
    )


def optimal_model(d: int, i_d: float) -> DependentModel:
    """A model with I_d between 2 and 4 that is optimal both for M and for I(X, Y : Λ).

    λ = (j, s): link j has the value d − 1, the others 0, all outcomes are shifted by s.
    With t = (I_d − 2)/2 link j is met with probability (1 − t)/4, each other one with
    (1 − t)/4 + t/3. It has M = (I_d − 2)/4, eq. (11) of arXiv:1411.4648.
    Raises ValueError for an I_d outside [2, 4].

    >>> from nonlocality.causal_relaxations.measurement_dependence import dependence
    >>> round(dependence(optimal_model(8, 3.0).joint), 12)
    0.25
    """
    t = (in_interval("i_d", i_d, 2, 4) - 2) / 2
    joint = ((1 - t) / 4 + t * (1 - np.eye(4)) / 3) / 4
    d = check_outcomes(d)
    require_memory("d", 640 * d)
    return _model_of_links(d, joint, (d - 1) * np.eye(4, dtype=int))


def dependence_from_value(i_d: float | np.ndarray, *, d: int) -> float | np.ndarray:
    """Least M given I_d: max[0, (I_d − 2)/4], eq. (11) of arXiv:1411.4648, for every d.

    Below the least local value, −2 (d = 2) or −2(d + 1)/(d − 1), which the paper leaves
    out, it is (I_min − I_d)/(2(I_min + 4)). i_d: a number, or an array for one entry each.
    Raises ValueError for an I_d outside [−4, 4].

    >>> dependence_from_value(3.0, d=8), dependence_from_value(-4, d=8)
    (0.25, 0.5)
    """
    values = in_intervals("i_d", i_d, -4, 4)
    d = check_outcomes(d)
    lowest = -2.0 if d == 2 else -2 * (d + 1) / (d - 1)
    below = (lowest - values) / (2 * (lowest + 4) or 1.0)  # nothing lies below −4
    least = np.where(values < lowest, below, np.maximum(0.0, (values - 2) / 4))
    return least if least.ndim else float(least)


def dependence_functional(d: int, *, k: int = 0) -> np.ndarray:
    """A function y(r) of the link values with M ≥ E y (mean over the links), shape (d,).

    y_k(r) = 1/2 − 2 clip((r − k)/(d − 1 − 4k), 0, 1) has range 2 and a mean of at most 0 in
    every deterministic strategy. k = 0 gives (I_d − 2)/4; k ≥ 1 gives more for the
    CGLMP-optimal states with d ≥ 16. Raises ValueError unless 0 ≤ k < (d − 1)/4.

    >>> dependence_functional(5).tolist()
    [0.5, 0.0, -0.5, -1.0, -1.5]
    """
    d = check_outcomes(d, most=LARGEST_LIST)
    k = in_interval("k", k, 0, (d - 1) / 4)
    if k >= (d - 1) / 4:
        raise ValueError(f"Argument `k` must lie in [0, {(d - 1) / 4:g}), but is {k:g}.")
    return 0.5 - 2 * np.clip((np.arange(d) - k) / (d - 1 - 4 * k), 0, 1)
