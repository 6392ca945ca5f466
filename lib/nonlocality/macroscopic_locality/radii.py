"""How far one can go from a behaviour in some direction inside a level of moment matrices.

Toward white noise that is the visibility of a behaviour. The dual point of the program is an
inequality which holds for the whole set and is violated beyond (see
:mod:`nonlocality.macroscopic_locality.moments` for the levels).
"""

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import TOLERANCE, finite_array, renamed
from nonlocality.foundations.matrix_inequalities import MatrixInequality
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import minimise_semidefinite
from nonlocality.macroscopic_locality.moments import (
    margin,
    relaxation_name,
    structure_of,
)
from nonlocality.macroscopic_locality.structure import MomentStructure


@result
class Radius:
    """How far one can go from a behaviour inside a level in a given direction.

    largest: from below a length that stays inside, with its moment matrix `matrix`; from above one
    beyond which nothing is inside, proved by the inequality Σ functional·P ≤ `bound`, which holds
    for all behaviours of the set up to the gap of the two.
    relaxation: the set by name.
    """

    largest: TwoSided
    matrix: np.ndarray
    functional: np.ndarray
    bound: float
    relaxation: str


def visibility(behaviour: Behaviour, *, level: str, solver: str = "clarabel") -> Radius:
    """Largest v for which v P + (1 − v) white noise is in the set; above 1 for P inside.

    Raises ValueError for other than two parties, a signalling behaviour, an unknown level or
    white noise itself, SolverError if the solver stops early. The program grows fast: with three
    outcomes and two settings 1+AB takes a tenth of a second, with five half a minute.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> found = visibility(behaviour_pr_box(), level="1")
    >>> [round(side * 2**0.5, 6) for side in found.largest.sides]
    [1.0, 1.0]
    """
    behaviour = as_behaviour(behaviour)
    structure = structure_of(behaviour, level)
    centre = structure.table(structure.noise)
    if np.abs(behaviour.table - centre).max() <= TOLERANCE:
        raise ValueError(
            "Argument `behaviour` must differ from white noise, which is in the set at every "
            "visibility."
        )
    return radius(centre, behaviour.table - centre, level=level, solver=solver)


def radius(
    centre: np.ndarray, direction: np.ndarray, *, level: str, solver: str = "clarabel"
) -> Radius:
    """Largest t for which the table `centre` + t·`direction` is a behaviour of the set.

    centre: a no-signalling table ``[a, b, x, y]`` inside the set, where γ can be positive
    definite, such as white noise. direction: the same shape, with sums 0.
    Raises ValueError for a centre that is not inside, a direction that is zero or signals, an
    unknown level; SolverError if the solver stops early.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box, behaviour_white_noise
    >>> noise = behaviour_white_noise((2, 2), (2, 2)).table
    >>> round(radius(noise, noise - behaviour_pr_box().table, level="1+AB").largest.upper, 6)
    0.707107
    """
    with renamed(table="centre"):
        base = Behaviour(centre)
    structure = structure_of(base, level)
    step = finite_array("direction", direction)
    if step.shape != base.table.shape:
        raise ValueError(
            f"Argument `direction` must have shape {base.table.shape}, but has shape {step.shape}."
        )
    if not np.abs(step).max() > 0:
        raise ValueError("Argument `direction` must not vanish, but all its entries are 0.")
    with np.errstate(divide="ignore", invalid="ignore"):
        end = float(np.where(step < 0, base.table / -step, np.inf).min())  # where P ≥ 0 ends
    if end > 0:
        with renamed(table="direction"):
            structure_of(Behaviour(np.maximum(base.table + end * step, 0)), level)

    start = structure.coordinates(base.table)
    inside = structure.noise
    if not np.allclose(inside[: structure.known], start, rtol=0, atol=1e-12):
        inside = margin(base, level=level, solver=solver).moments
    if end <= 0 or np.linalg.eigvalsh(structure.inequality.at(inside))[0] <= 0:
        raise ValueError(f"Argument `centre` must lie inside the set of level {level!r}.")

    toward = structure.coordinates(step)
    slopes, known = structure.inequality.slopes, structure.known
    ray = sp.csr_array((slopes[:, :known] @ toward).reshape(-1, 1) * end)  # the unknown is t/end
    found = minimise_semidefinite(
        np.eye(1 + len(inside) - known)[0] * -1,
        matrices=[
            MatrixInequality(
                structure.fixed_matrix(start), sp.hstack([ray, slopes[:, known:]], format="csr")
            )
        ],
        below=(sp.csr_array(np.eye(1, 1 + len(inside) - known)), [1.0]),
        box=1,
        solver=solver,
    )
    point = found.evidence.point
    reached = np.concatenate([start + point[0] * end * toward, point[1:]])
    weight = _into(structure, reached, inside, positive=True)
    functional, bound = _witness(structure, found, base.table, step, end)
    length = weight * float(point[0]) * end
    return Radius(
        largest=TwoSided(length, -found.lower * end, length, "lower", found.evidence),
        matrix=structure.inequality.at(weight * reached + (1 - weight) * inside),
        functional=functional,
        bound=bound,
        relaxation=relaxation_name(level, True),
    )


def _witness(
    structure: MomentStructure, found: TwoSided, centre: np.ndarray, step: np.ndarray, end: float
) -> tuple[np.ndarray, float]:
    """The inequality Σ f·P ≤ bound in the dual point of :func:`radius`.

    With the dual matrix Z, tr Z γ ≥ 0 does not depend on the free moments but for what the
    solver left; that is bounded by the moments' being at most 1. Where the ray ends at a
    probability that vanishes, μ times that probability is added.
    """
    constant, weights = structure.inequality.against(found.evidence.dual_matrices[0])
    facet = np.flatnonzero(np.isclose(centre + end * step, 0, rtol=0, atol=1e-12))[:1]
    table = structure.coordinate_map.T @ weights[: structure.known]
    table[facet] += found.evidence.dual_below[0] / centre.ravel()[facet]
    slack = np.abs(weights[structure.known :]).sum()
    return -end * table.reshape(centre.shape), end * float(constant + slack)


def _into(
    structure: MomentStructure, moments: np.ndarray, inside: np.ndarray, *, positive: bool
) -> float:
    """Largest weight of `moments` in a mixture with moments inside that is in the set."""
    outer, inner = (structure.inequality.at(m) for m in (moments, inside))
    least = scipy.linalg.eigh(outer, inner, eigvals_only=True, subset_by_index=[0, 0])[0]
    return structure.weight_inside(least, moments, inside, positive=positive)
