"""Where does a behaviour live? Local, macroscopically local, almost quantum, or none of these.

For each set one question: how much of the behaviour can be mixed with noise before the mixture
leaves the set. A visibility of 1 or more says that the behaviour is inside; below 1 a Bell
expression proves that it is not.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import (
    Behaviour,
    as_behaviour,
    behaviour_white_noise,
    check_two_parties,
)
from nonlocality.foundations.checks import TOLERANCE, renamed
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import size_text
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.radii import visibility
from nonlocality.macroscopic_locality.structure import moment_structure

MAX_STRATEGIES = 50_000
"""Largest number of deterministic strategies of a local model; then it takes some seconds."""


@result
class Place:
    """How a behaviour stands to a set.

    visibility: the largest v for which v P + (1 − v) noise is in the set; for the local set no
    more than 1 is looked for. functional, bound: Σ functional·P ≤ bound holds for the whole
    set, to the gap of the visibility; a behaviour outside violates it. Shape of the table.
    """

    visibility: TwoSided
    functional: np.ndarray
    bound: float

    @property
    def outside(self) -> bool:
        """Whether it is proved that the behaviour is outside, by more than rounding."""
        return bool(self.visibility.upper < 1 - TOLERANCE)


def local_visibility(behaviour: Behaviour, *, noise: Behaviour | None = None) -> Place:
    """Largest v ≤ 1 for which v P + (1 − v) noise has a local model: a linear program.

    noise: a local behaviour of the same scenario, white noise if not given. The dual variables
    are the inequality that separates.
    Raises ValueError for other than two parties, a signalling behaviour, noise of another
    scenario, or more than :data:`MAX_STRATEGIES` strategies; SolverError if the solver stops
    early, also for noise that is not local.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> found = local_visibility(behaviour_pr_box())
    >>> round(found.visibility.upper, 9), found.outside
    (0.5, True)
    """
    behaviour = check_two_parties("behaviour", behaviour)
    shape = behaviour.table.shape
    base = behaviour_white_noise(shape[:2], shape[2:]) if noise is None else noise
    base = check_two_parties("noise", base)
    if base.table.shape != shape:
        raise ValueError(
            f"Argument `noise` must have shape {shape}, but has shape {base.table.shape}."
        )
    with renamed(outcomes="behaviour", settings="behaviour"):
        model = CausalModel(("x", "y"), shape[:2], shape[2:])
    if model.size > MAX_STRATEGIES:
        raise ValueError(
            f"Argument `behaviour` must have at most {MAX_STRATEGIES} local strategies, but its "
            f"scenario has {size_text(model.size)}."
        )
    take = moment_structure("1", shape[:2], shape[2:]).coordinate_map
    points = model.matrix.T.toarray().astype(float)
    step = behaviour.table - base.table
    # unknowns: weights of the strategies, then v ≤ 1: Σ w D − v (P − noise) = noise
    columns = np.column_stack([take @ points.T, -(take @ step.ravel())])
    total = np.concatenate([np.ones(len(points)), [0]])[None]
    rows = sp.vstack([sp.csr_array(columns), sp.csr_array(total)], format="csr")
    cost = np.eye(1, len(points) + 1, len(points))[0] * -1
    found = minimise_linear(
        cost,
        equal=(rows, np.append(take @ base.table.ravel(), 1.0)),
        below=(sp.csr_array(-cost[None]), [1.0]),
        mass=2,
    )
    weights = found.evidence.dual_equal
    functional = (take.T @ weights[:-1]).reshape(shape)
    bound = float((points @ functional.ravel()).max())
    return Place(-found, functional, bound)


def places_of(behaviour: Behaviour) -> dict[str, Place]:
    """How a behaviour stands to the local set, Q1 (level 1) and the almost-quantum set (1+AB).

    Raises ValueError as :func:`local_visibility` and
    :func:`~nonlocality.macroscopic_locality.radii.visibility` do, so also for white noise.

    >>> from nonlocality.foundations.born import behaviour_tsirelson
    >>> places = places_of(behaviour_tsirelson())
    >>> [name for name, place in places.items() if place.outside]
    ['local']
    """
    behaviour = as_behaviour(behaviour)
    places = {"local": local_visibility(behaviour)}
    for name, level in (("macroscopically local", "1"), ("almost quantum", "1+AB")):
        found = visibility(behaviour, level=level)
        places[name] = Place(found.largest, found.functional, found.bound)
    return places
