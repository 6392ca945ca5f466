"""Another measure of lost freedom: how far two pairs of settings see different sources.

arXiv:1411.4648 ("Measurement dependence models") mentions the measure of Hall (its ref. [12]),

    M_Hall = max over two pairs of settings of Σ_λ |p(λ|x, y) − p(λ|x', y')|,

for which Theorem 6 takes a maximum over ℓ₁ norms. (Printed with a sum over y.) It asks for no
distribution of the settings. Its least value given I_d is (I_d − 2)/3 for every d.
"""

from itertools import combinations
from math import prod

import numpy as np
import scipy.sparse as sp

from nonlocality.causal_relaxations.measurement_dependence import DependentModel, seen_of_inputs
from nonlocality.foundations.behaviours import INPUTS, Behaviour, as_behaviour
from nonlocality.foundations.checks import finite_array, in_intervals, renamed
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import size_text
from nonlocality.foundations.strategies import CausalModel

MAX_UNKNOWNS = 20_000
"""Largest number of unknowns of a program, q and the distances together, that is tried."""


@result
class HallDependence:
    """Least M_Hall of a behaviour.

    least: the two-sided value. model: an optimal model, for uniform settings.
    functional: an optimal dual vector ``[a, b, …, x, y, …]``; its scalar product with any
    behaviour is a lower bound on that behaviour's M_Hall.
    """

    least: TwoSided
    model: DependentModel
    functional: np.ndarray


def hall_dependence(joint: np.ndarray) -> float:
    """M_Hall of a distribution ``[x, y, …, λ]`` in which every pair of settings occurs.

    Raises ValueError for an array that is not one.

    >>> hall_dependence([[0.5, 0.0], [0.0, 0.5]])
    2.0
    """
    q = finite_array("joint", joint)
    rows = q.reshape(-1, q.shape[-1]) if q.ndim > 1 and q.size else np.zeros((1, 1))
    if rows.min() < -1e-9 or abs(rows.sum() - 1) > 1e-9 or rows.sum(axis=1).min() <= 0:
        raise ValueError(
            "Argument `joint` must be a distribution over settings and λ in which all settings "
            f"occur, but has shape {q.shape}, smallest entry {q.min(initial=0):.3g} and sum "
            f"{q.sum():.12g}."
        )
    given = rows / rows.sum(axis=1, keepdims=True)
    return max((float(np.abs(u - v).sum()) for u, v in combinations(given, 2)), default=0.0)


def minimal_hall_dependence(behaviour: Behaviour) -> HallDependence:
    """Least M_Hall of the models that give a behaviour: Theorem 6 with L > 1.

    Any number of parties. Raises ValueError for a program of more than :data:`MAX_UNKNOWNS`
    unknowns.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> round(minimal_hall_dependence(behaviour_pr_box()).least.reached * 3, 9)
    2.0
    """
    behaviour = as_behaviour(behaviour)
    settings, outcomes = behaviour.settings, behaviour.outcomes
    with renamed(outcomes="behaviour", settings="behaviour"):
        local = CausalModel(tuple(INPUTS[: behaviour.parties]), outcomes, settings)
    inputs, n = prod(settings), local.size
    pairs = list(combinations(range(inputs), 2))
    unknowns = inputs * n + len(pairs) * n + 1
    if unknowns > MAX_UNKNOWNS:
        raise ValueError(
            f"Argument `behaviour` must be smaller: the program has {size_text(unknowns)} "
            f"unknowns, but at most {MAX_UNKNOWNS} are allowed."
        )
    seen = seen_of_inputs(local, np.full(settings, 1 / inputs)) / inputs
    # variables (p(λ|input), t_pair, v): minimise v with p(λ|i) − p(λ|k) ≤ t, 2 Σ_λ t_pair ≤ v;
    # the differences add up to zero, so the sum of the positive ones is half of the distance
    difference = np.zeros((len(pairs), inputs))
    for row, (i, k) in enumerate(pairs):
        difference[row, [i, k]] = 1, -1
    each = kron(difference, sp.eye_array(n))
    sums = kron(sp.eye_array(len(pairs)), np.full((1, n), 2.0))
    rows, count = each.shape[0], len(pairs)
    table = behaviour.table.ravel()
    least = minimise_linear(
        np.append(np.zeros(unknowns - 1), 1.0),
        equal=(sp.hstack([seen, sp.csr_array((len(table), rows + 1))]), table),
        below=(
            sp.block_array([[each, -sp.eye_array(rows), sp.csr_array((rows, 1))],
                            [None, sums, -np.ones((count, 1))]]),
            np.zeros(rows + count),
        ),
        mass=inputs + count + 2.0,
    )  # fmt: skip
    given = least.evidence.point[: inputs * n].reshape(inputs, n)
    used = given.sum(axis=0) > 0
    model = DependentModel(
        given[:, used].reshape(*settings, -1) / inputs,
        [response[used] for response in local.responses],
        outcomes,
    )
    return HallDependence(least, model, least.evidence.dual_equal.reshape(behaviour.table.shape))


def hall_dependence_from_value(i_d: float | np.ndarray) -> float | np.ndarray:
    """Least M_Hall given I_d: max[0, (I_d − 2)/3], for every d, proved.

    Take the source as one link j sees it. Its strategies have Σ_i c(r_i) ≤ 2 and each of the
    other three links differs from it by at most M_Hall in a mean of c, whose range is 2. The
    model of :func:`~nonlocality.causal_relaxations.dependence_of_links.optimal_model` attains
    it. i_d: a number or an array in [−2, 4] (below, more than locality may fail); raises
    ValueError otherwise.

    >>> hall_dependence_from_value(3.5)
    0.5
    """
    least = np.maximum(0.0, (in_intervals("i_d", i_d, -2, 4) - 2) / 3)
    return least if least.ndim else float(least)
