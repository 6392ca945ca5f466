"""How far a behaviour is from a set, in terms of games.

A referee draws both settings uniformly and pays 1 or 0 (or less than 1) by the outcomes. The
largest advantage that a behaviour has over a whole set in any such game is its distance from the
set in total variation, averaged over the settings.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour, check_two_parties
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.foundations.solvers import SolverError
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.quantum_models import best_two_qubit_behaviour
from nonlocality.macroscopic_locality.structure import moment_structure


@result
class GameDistance:
    """Largest advantage over a level in a game with uniform settings, from both sides.

    distance: proved from below by the game `payoff`, reached from above by a behaviour of the
    level. payoff: shape (o_A, o_B, m_A, m_B), in [0, 1]; the score of a behaviour is the mean
    over settings of Σ_ab payoff·P(ab|xy).
    """

    distance: TwoSided
    payoff: np.ndarray


def game_distance(behaviour: Behaviour, *, level: str, solver: str = "clarabel") -> GameDistance:
    """min over Q in a level of (1/(m_A m_B)) Σ_xy ½ Σ_ab |P(ab|xy) − Q(ab|xy)|.

    Both tables have sums 1, so that ½ Σ|P − Q| is Σ max(P − Q, 0), and the multipliers of
    P − Q ≤ s are the payoff of the best game.
    Raises ValueError for a signalling behaviour, one of other than two parties, or an unknown
    level; SolverError if the solver stops early.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> found = game_distance(behaviour_pr_box(), level="1+AB")
    >>> round(found.distance.lower, 6)  # 1 − cos²(π/8), in the CHSH game
    0.146447
    """
    behaviour = check_two_parties("behaviour", behaviour)
    structure = moment_structure(level, behaviour.outcomes, behaviour.settings)
    constant, slopes = structure.table_map
    entries, moments = slopes.shape
    gamma = structure.inequality
    # unknowns: the moments, then s ≥ max(P − Q, 0)
    below = sp.block_array(
        [[-slopes, -sp.eye_array(entries)], [None, -sp.eye_array(entries)]], format="csr"
    )
    right = np.concatenate([constant - behaviour.table.ravel(), np.zeros(entries)])
    if level == "1":  # positivity, which the moment matrix does not imply
        positive = sp.hstack([-slopes, sp.csr_array((entries, entries))])
        below = sp.vstack([below, positive], format="csr")
        right = np.concatenate([right, constant])
    pairs = behaviour.settings[0] * behaviour.settings[1]
    found = minimise_semidefinite(
        np.concatenate([np.zeros(moments), np.full(entries, 1 / pairs)]),
        matrices=[
            MatrixInequality(
                gamma.constant,
                sp.hstack([gamma.slopes, sp.csr_array((gamma.constant.size, entries))]),
            )
        ],
        below=(below, right),
        box=1,
        solver=solver,
    )
    payoff = np.clip(pairs * found.evidence.dual_below[:entries], 0, 1).reshape(
        behaviour.table.shape
    )
    return GameDistance(found, payoff)


MODEL_GAP = 1e-7
"""The search for quantum behaviours ends when the next one can gain no more than this."""

MAX_MODELS = 300
"""Largest number of quantum behaviours that are looked for."""


@result
class QuantumDistance:
    """Distance of a behaviour from the quantum set in games, from both sides.

    distance: from below the advantage over all quantum players in the game `payoff`, proved at a
    level; reached from above by `nearest`, a mixture of quantum behaviours, shape (2, 2, 2, 2).
    models: how many were tried.
    """

    distance: TwoSided
    payoff: np.ndarray
    nearest: np.ndarray
    models: int


def quantum_distance(behaviour: Behaviour, *, level: str = "3") -> QuantumDistance:
    """:func:`game_distance` to the quantum set itself, for two settings and outcomes.

    From below by a level of moment matrices; from above by mixtures of two-qubit and deterministic
    behaviours: the game that the mixture so far loses most in suggests the next behaviour, the
    best quantum one in it (column generation).
    Raises ValueError for another scenario or a signalling behaviour, SolverError without an end.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> found = quantum_distance(behaviour_pr_box())
    >>> [round(side, 5) for side in found.distance.sides]  # 1 − cos²(π/8)
    [0.14645, 0.14645]
    """
    behaviour = check_two_parties("behaviour", behaviour, binary=True)
    if behaviour.settings != (2, 2):
        raise ValueError(
            f"Argument `behaviour` must have two settings a party, but has {behaviour.settings}."
        )
    outer = game_distance(behaviour, level=level)
    target = behaviour.table.ravel()
    points = [*CausalModel(("x", "y"), (2, 2), (2, 2)).corners.astype(float)]
    for _ in range(MAX_MODELS):
        n = len(points)
        # unknowns: weights of the points, then s ≥ P − Σ w Q
        mixed = np.column_stack([np.array(points).T, np.eye(16)])
        cost = np.concatenate([np.zeros(n), np.full(16, 1 / 4)])
        found = minimise_linear(
            cost,
            equal=(sp.csr_array(np.concatenate([np.ones(n), np.zeros(16)])[None]), [1.0]),
            below=(sp.csr_array(-mixed), -target),
            mass=9,
        )
        payoff = np.clip(found.evidence.dual_below, 0, 1 / 4)
        model = best_two_qubit_behaviour(payoff.reshape(2, 2, 2, 2)).ravel()
        gain = float(payoff @ model - max(payoff @ point for point in points))
        if gain <= MODEL_GAP:
            nearest = np.array(points).T @ found.evidence.point[:n]
            upper = float(np.maximum(target - nearest, 0).sum() / 4)
            return QuantumDistance(
                TwoSided(outer.distance.lower, reached=upper, side="upper"),
                outer.payoff,
                nearest.reshape(2, 2, 2, 2),
                n - 16,
            )
        points.append(model)
    raise SolverError(f"No end after {MAX_MODELS} quantum models: the next gains {gain:.2g}.")
