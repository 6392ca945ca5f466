"""Bell expressions: CHSH, I3322, the inequality of outcome communication, bilocality.

A Bell expression is a table of integers ``[a, b, x, y]``; its value on a behaviour is the
scalar product, its bound over a causal model
:meth:`nonlocality.foundations.strategies.CausalModel.bound`.
"""

from math import prod

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import counts
from nonlocality.foundations.sizes import require_memory


def _require(behaviour: Behaviour, outcomes: tuple[int, ...], settings: tuple[int, ...]) -> None:
    found = (behaviour.outcomes, behaviour.settings)
    if found != (outcomes, settings):
        raise ValueError(
            f"Argument `behaviour` must have outcomes {outcomes} and settings {settings}, "
            f"but has outcomes {found[0]} and settings {found[1]}."
        )


def chsh_value(behaviour: Behaviour) -> float:
    """CHSH in Clauser–Horne form, ≤ 0 for local behaviours.

    p(00|00) + p(00|01) + p(00|10) − p(00|11) − p_A(0|0) − p_B(0|0), eq. (8) of
    arXiv:1411.4648; it equals (S − 2)/4 with the correlator form S.
    Raises ValueError for another scenario or a signalling behaviour.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> chsh_value(behaviour_pr_box())
    0.5
    """
    behaviour = as_behaviour(behaviour)
    _require(behaviour, (2, 2), (2, 2))
    p = behaviour.table[0, 0]
    alice, bob = behaviour.marginal(0), behaviour.marginal(1)
    return float(p[0, 0] + p[0, 1] + p[1, 0] - p[1, 1] - alice[0, 0] - bob[0, 0])


def chsh_values(behaviour: Behaviour) -> np.ndarray:
    """The eight relabellings of :func:`chsh_value`, shape (8,).

    (±S_xy − 2)/4 with S_xy the sum of the four correlators, that of settings (x, y)
    counted with a minus; first the four with +, then the four with −.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> chsh_values(behaviour_pr_box()).tolist()
    [-0.5, -0.5, -0.5, 0.5, -0.5, -0.5, -0.5, -1.5]
    """
    behaviour = as_behaviour(behaviour)
    _require(behaviour, (2, 2), (2, 2))
    behaviour.require_no_signalling()
    correlators = behaviour.correlators()
    s = (correlators.sum() - 2 * correlators).ravel()
    return np.concatenate([s - 2, -s - 2]) / 4


def i3322_functional() -> np.ndarray:
    """I3322 ≤ 0 as integers [a, b, x, y], shape (2, 2, 3, 3).

    Σ_xy s_xy p(00|xy) − p_A(0|0) − 2 p_B(0|0) − p_B(0|1) with s = ((1, 1, 1), (1, 1, −1),
    (1, −1, 0)), the Collins–Gisin form. Local behaviours have at most 0, white noise −1, and
    :func:`behaviour_pr_box_3322` the no-signalling maximum 1, as in eq. (36) of
    arXiv:1411.4648. Marginals are read at the other party's setting 0.

    >>> from nonlocality.foundations.strategies import CausalModel
    >>> CausalModel(("x", "y"), (2, 2), (3, 3)).bound(i3322_functional())
    0
    """
    table = np.zeros((2, 2, 3, 3), dtype=int)
    table[0, 0] = [[1, 1, 1], [1, 1, -1], [1, -1, 0]]
    table[0, :, 0, 0] -= 1
    table[:, 0, 0, 0] -= 2
    table[:, 0, 0, 1] -= 1
    return table


def i3322_value(behaviour: Behaviour) -> float:
    """I3322 of a behaviour with three settings and two outcomes a side, ≤ 0 if local.

    See :func:`i3322_functional`. Raises ValueError for another scenario or a signalling
    behaviour.

    >>> i3322_value(behaviour_pr_box_3322(visibility=0.75))
    0.5
    """
    behaviour = as_behaviour(behaviour)
    _require(behaviour, (2, 2), (3, 3))
    behaviour.require_no_signalling()
    return float((i3322_functional() * behaviour.table).sum())


def behaviour_pr_box_3322(*, visibility: float = 1.0) -> Behaviour:
    """The PR-type box of three settings with white noise, eq. (36) of arXiv:1411.4648.

    a ⊕ b = 1 where x + y = 3 and 0 elsewhere, outcomes uniform; I3322 = 2v − 1.
    Raises ValueError for a visibility outside [0, 1].

    >>> behaviour_pr_box_3322().correlators()
    array([[ 1.,  1.,  1.],
           [ 1.,  1., -1.],
           [ 1., -1.,  1.]])
    """
    a, b, x, y = np.indices((2, 2, 3, 3))
    box = Behaviour(((a + b) % 2 == (x + y == 3)) / 2)
    return box.with_noise(visibility=visibility)


def correlator_functional(coefficients: np.ndarray) -> np.ndarray:
    """Σ_xy k_xy E_xy as a table [a, b, x, y]: entry (−1)^(a+b) k_xy.

    coefficients: k, shape (m_x, m_y); integers stay integers.

    >>> correlator_functional([[1, 1], [1, -1]])[0, 1].tolist()
    [[-1, -1], [-1, 1]]
    """
    sign = np.array([[1, -1], [-1, 1]])
    return np.multiply.outer(sign, np.asarray(coefficients))


def signalling_functionals(outcomes: tuple[int, int], settings: tuple[int, int]) -> np.ndarray:
    """p(b|x,y) − p(b|0,y): what vanishes when Alice's setting does not show at Bob's.

    Integer tables ``[k, a, b, x, y]``, one for each x > 0, each b but the last, each y.

    >>> signalling_functionals((2, 2), (3, 3)).shape
    (6, 2, 2, 3, 3)
    """
    outcomes = (_, o_b) = counts("outcomes", outcomes, length=2)
    settings = (m_x, m_y) = counts("settings", settings, length=2)
    number = (m_x - 1) * (o_b - 1) * m_y
    require_memory("outcomes, settings", 8 * number * prod(outcomes) * prod(settings))
    tables = np.zeros((m_x - 1, o_b - 1, m_y, *outcomes, *settings), dtype=int)
    for x, b, y in np.ndindex(tables.shape[:3]):
        tables[x, b, y, :, b, x + 1, y] = 1
        tables[x, b, y, :, b, 0, y] = -1
    return tables.reshape(-1, *outcomes, *settings)


def chsh_correlator_value(behaviour: Behaviour) -> float:
    """S = E_00 + E_01 + E_10 − E_11, at most 2 for local behaviours.

    Raises ValueError for other than two settings and outcomes a party.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> chsh_correlator_value(behaviour_pr_box())
    4.0
    """
    behaviour = as_behaviour(behaviour)
    if behaviour.table.shape != (2, 2, 2, 2):
        raise ValueError(
            "Argument `behaviour` must have two parties with two settings and outcomes, but its "
            f"table has shape {behaviour.table.shape}."
        )
    return float((correlator_functional([[1, 1], [1, -1]]) * behaviour.table).sum())
