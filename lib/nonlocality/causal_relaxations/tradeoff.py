"""Two relaxations at once: how much influence is left when some dependence is allowed?

Theorem 7 of arXiv:1411.4648 (eqs. (24)–(26)) minimises an influence under a bound on the
measurement dependence M. A model is a distribution q(x, y, λ) over the settings and the
strategies of a story in which Bob hears Alice's setting ("x") or outcome ("a"). Its influence
is averaged with p(λ), whatever the settings know of λ.
"""

from functools import lru_cache
from math import prod

import numpy as np
import scipy.sparse as sp

from nonlocality.causal_relaxations.influence import STORIES
from nonlocality.causal_relaxations.influence_programs import InfluenceProgram
from nonlocality.causal_relaxations.measurement_dependence import (
    MAX_SIZE,
    input_distribution,
    seen_of_inputs,
)
from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import in_interval, renamed, shown
from nonlocality.foundations.inequalities import chsh_values
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.foundations.strategies import CausalModel

LISTENERS = {"x": ("x", "xy"), "a": ("x", "ay")}
"""What Alice and Bob hear."""


@result
class Tradeoff:
    """Least influence under a bound on measurement dependence.

    least: the two-sided value. joint: an optimal model q(x, y, λ), shape (m_x, m_y, n), over the
    strategies of `model`. functional, slope: of an optimal dual point: how the least influence
    grows with p and falls with the dependence that is allowed.
    """

    least: TwoSided
    model: CausalModel
    joint: np.ndarray
    functional: np.ndarray
    slope: float


@lru_cache(maxsize=4)
def _story(
    cause: str, outcomes: tuple[int, int], settings: tuple[int, int]
) -> tuple[CausalModel, sp.csr_array]:
    InfluenceProgram(cause, outcomes, settings)  # refuses what is too large
    model = CausalModel(LISTENERS[cause], outcomes, settings)
    return model, model.influence_rows(cause=cause, target=1)


def minimal_influence_given_dependence(
    behaviour: Behaviour,
    *,
    cause: str,
    dependence: float,
    input_weights: np.ndarray | None = None,
) -> Tradeoff:
    """Least C_{X→B} (``cause="x"``) or C_{A→B} (``cause="a"``) of the models with M ≤ dependence.

    Theorem 7 of arXiv:1411.4648, eq. (24), with N the influence rows and one matrix M.
    dependence: from 0 to 2. input_weights: p(x, y), positive, uniform by default. With room for
    dependence a behaviour may signal. The program has 4n unknowns for two settings a side and n
    strategies (64 for two outcomes): raises ValueError for more than
    :data:`~nonlocality.causal_relaxations.measurement_dependence.MAX_SIZE`, InfeasibleError if no
    such model gives the behaviour.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> best = minimal_influence_given_dependence(behaviour_pr_box(), cause="x", dependence=0.2)
    >>> round(best.least.reached, 9)
    0.3
    """
    behaviour = as_behaviour(behaviour)
    if behaviour.parties != 2:
        raise ValueError(
            f"Argument `behaviour` must have two parties, but has {behaviour.parties}."
        )
    if not isinstance(cause, str) or cause not in LISTENERS:
        raise ValueError(f"Argument `cause` must be 'x' or 'a', but is {shown(cause)}.")
    limit = in_interval("dependence", dependence, 0, 2)
    weights = input_distribution(input_weights, behaviour.settings, name="input_weights")
    with renamed(outcomes="behaviour", settings="behaviour"):
        model, rows = _story(cause, behaviour.outcomes, behaviour.settings)
    inputs, n = prod(behaviour.settings), model.size
    if (unknowns := inputs * n) > MAX_SIZE:
        raise ValueError(
            f"Argument `behaviour` must be smaller: the program has {unknowns} unknowns "
            f"q(x, y, λ), but at most {MAX_SIZE} are allowed."
        )
    size = inputs * n
    seen, table = seen_of_inputs(model, weights), behaviour.table.ravel()
    total = kron(np.ones((1, inputs)), sp.eye_array(n))
    # variables (q, t, ρ, c): minimise c with seen q = p, Σ_input q = ρ,
    # q − p(input) ρ ≤ t, 2 Σ t ≤ m and V ρ ≤ c
    zero = sp.csr_array
    equal = sp.block_array(
        [[seen, zero((len(table), size)), zero((len(table), n)), zero((len(table), 1))],
         [total, None, -sp.eye_array(n), None]]
    )  # fmt: skip
    below = sp.block_array(
        [[sp.eye_array(size), -sp.eye_array(size), -kron(weights.reshape(-1, 1), sp.eye_array(n)),
          zero((size, 1))],
         [None, sp.csr_array(np.full((1, size), 2.0)), None, None],
         [None, None, rows, -np.ones((rows.shape[0], 1))]]
    )  # fmt: skip
    right = np.concatenate([np.zeros(size), [limit], np.zeros(rows.shape[0])])
    try:
        least = minimise_linear(
            np.append(np.zeros(2 * size + n), 1.0),
            equal=(equal, np.append(table, np.zeros(n))),
            below=(below, right),
            mass=4.0,  # Σq = Σρ = 1, Σt ≤ 1, c ≤ 1
        )
    except InfeasibleError:
        raise InfeasibleError(
            f"No model in which {STORIES[cause]} gives this behaviour with a dependence of "
            f"{limit:g}."
        ) from None
    return Tradeoff(
        least,
        model,
        least.evidence.point[:size].reshape(*behaviour.settings, n),
        least.evidence.dual_equal[: len(table)].reshape(behaviour.table.shape),
        float(least.evidence.dual_below[size]),
    )


def influence_dependence_tradeoff(
    behaviour: Behaviour, *, dependence: float, cause: str = "x"
) -> float:
    """max[0, CHSH − m] for C_{X→B}, twice that for C_{A→B}: the least influence, proved.

    For a no-signalling behaviour of two settings and outcomes and uniform settings: for each λ
    the sum S of four signed correlators is at most 2 + 2 Σ_y [b changes with x at y], so its
    mean over p(λ) is at most 2 + 4 C, and the deviations of q from p(x, y) p(λ) add at most
    4 M: C + M ≥ CHSH. The mixture of a model that pays in C alone with one that pays in M alone
    attains it. Raises ValueError for another scenario or a dependence outside [0, 2].

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> influence_dependence_tradeoff(behaviour_pr_box(), dependence=0.125)
    0.375
    """
    behaviour = as_behaviour(behaviour)
    if not isinstance(cause, str) or cause not in LISTENERS:
        raise ValueError(f"Argument `cause` must be 'x' or 'a', but is {shown(cause)}.")
    limit = in_interval("dependence", dependence, 0, 2)
    left = max(0.0, float(chsh_values(behaviour).max()) - limit)
    return left if cause == "x" else 2 * left
