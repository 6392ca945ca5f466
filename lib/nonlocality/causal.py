"""How much influence between the parties explains a behaviour?

In the models of Fig. 1(b) and (c) of arXiv:1411.4648 Bob listens to Alice's outcome or to
her setting. The influence is how much his answer changes, on average over the hidden
variable, when what he listens to is changed by hand. Its least value for a given behaviour
is a linear program; the vertices of the dual program give it in closed form.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from nonlocality.behaviours import Behaviour
from nonlocality.optimise import Bound, minimise_linear
from nonlocality.polytopes import pivot_columns, vertices
from nonlocality.strategies import CausalModel

LISTENING = {"x": "xy", "a": "ay"}
"""What Bob hears in the model with influence of X on B and of A on B."""


def _influence_model(
    cause: str, outcomes: tuple[int, ...], settings: tuple[int, ...]
) -> CausalModel:
    if cause not in LISTENING:
        raise ValueError(f"Argument `cause` must be 'x' or 'a', but is {cause!r}.")
    return CausalModel(("x", LISTENING[cause]), outcomes, settings)


@dataclass(frozen=True)
class Influence:
    """Least influence on Bob that explains a behaviour.

    bound: the two-sided value. model: the strategies. weights: an optimal distribution over
    them, shape (n,). functional: an optimal dual vector as a table ``[a, b, x, y]``; its
    scalar product with any behaviour is a lower bound on that behaviour's influence.
    """

    bound: Bound
    model: CausalModel
    weights: np.ndarray
    functional: np.ndarray


def minimal_influence(behaviour: Behaviour, *, cause: str) -> Influence:
    """Least C_{X→B} (``cause="x"``) or C_{A→B} (``cause="a"``) for a two-party behaviour.

    Eqs. (4), (29), (32) of arXiv:1411.4648; between 0 and 1. Raises ValueError if Bob's
    setting shows in Alice's outcomes (neither model lets it), InfeasibleError if no model of
    the kind gives the behaviour.

    >>> from nonlocality.behaviours import behaviour_pr_box
    >>> [minimal_influence(behaviour_pr_box(), cause=k).bound.value for k in "xa"]
    [0.5, 1.0]
    """
    if behaviour.parties != 2:
        raise ValueError(
            f"Argument `behaviour` must have two parties, but has {behaviour.parties}."
        )
    behaviour.require_no_signalling(1)
    model = _influence_model(cause, behaviour.outcomes, behaviour.settings)
    rows = model.influence_rows(cause=cause, target=1)
    # variables (q, c): minimise c with T q = p and V q <= c
    bound = minimise_linear(
        np.append(np.zeros(model.size), 1.0),
        equal=(sp.hstack([model.matrix, sp.csc_array((model.matrix.shape[0], 1))]),
               behaviour.table.ravel()),
        below=(sp.hstack([rows, -np.ones((rows.shape[0], 1))]), np.zeros(rows.shape[0])),
        mass=2.0,  # Σq = 1 and c ≤ 1
    )  # fmt: skip
    functional = bound.multipliers.reshape(behaviour.table.shape)
    return Influence(bound, model, bound.point[:-1], functional)


@dataclass(frozen=True)
class DualVertex:
    """A vertex of the dual feasible region.

    functional: ζ as an array of Fractions ``[a, b, x, y]``; the least influence is at least
    Σ ζ p. shares: the weight (≥ 0, adding up to at most 1) of each influence row.
    """

    functional: np.ndarray
    shares: tuple[Fraction, ...]


def influence_vertices(
    *, cause: str, outcomes: tuple[int, int] = (2, 2), settings: tuple[int, int] = (2, 2)
) -> list[DualVertex]:
    """Every vertex of the dual region {(ζ, x) : Tᵀζ ≤ Vᵀx, x ≥ 0, Σx ≤ 1}, exact.

    The dual of the least-influence program, eq. (27) of arXiv:1411.4648 with x ≥ 0, which
    costs nothing as V ≥ 0. The region holds lines (functionals that vanish on the model);
    they are cut by setting the first coordinates that can be zero to zero, in the order
    p(00|00), p(01|00), …, p(11|11) with the outcomes running fastest. Order: the zero
    vector, those that bound the influence of no-signalling behaviours, those that vanish on
    them; each lexicographically.

    >>> len(influence_vertices(cause="x")), len(influence_vertices(cause="a"))
    (13, 21)
    """
    model = _influence_model(cause, outcomes, settings)
    shape = (*outcomes, *settings)
    printed_order = np.arange(np.prod(shape)).reshape(shape).transpose(2, 3, 0, 1).ravel()
    columns = model.matrix.toarray().astype(int)[printed_order].T  # a row a strategy
    rows = model.influence_rows(cause=cause, target=1).toarray().astype(int).T

    # ζ is fixed up to functionals that vanish on the model: keep as many coordinates as the
    # rank, the last ones that are independent
    last = columns.shape[1] - 1
    free = sorted(last - k for k in pivot_columns(columns[:, ::-1]))
    system = np.unique(np.hstack([columns[:, free], -rows]), axis=0)
    count = rows.shape[1]
    shares = np.vstack([-np.eye(count, dtype=int), np.ones((1, count), dtype=int)])
    shares = np.hstack([np.zeros((count + 1, len(free)), dtype=int), shares])
    right = np.zeros(len(system) + count + 1, dtype=int)
    right[-1] = 1

    local = CausalModel(("x", "y"), outcomes, settings).matrix.toarray().astype(int)
    found = []
    for vertex in vertices(np.vstack([system, shares]), right):
        zeta = np.full(len(printed_order), Fraction(0))
        zeta[printed_order[free]] = vertex[: len(free)]
        silent = not (zeta @ local).any()
        key = (bool(zeta.any()), silent, tuple(zeta[printed_order]))
        found.append((key, DualVertex(zeta.reshape(shape), vertex[len(free) :])))
    return [vertex for _, vertex in sorted(found, key=lambda pair: pair[0])]
