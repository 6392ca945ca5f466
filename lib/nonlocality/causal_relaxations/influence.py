"""How much influence between the parties explains a behaviour?

In the models of Fig. 1(b) and (c) of arXiv:1411.4648 Bob listens to Alice's outcome or to
her setting. The influence is how much his answer changes, on average over the hidden
variable, when what he listens to is changed by hand. Its least value for a given behaviour
is a linear program; the vertices of the dual program give it in closed form.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import product

import numpy as np
import scipy.sparse as sp

from nonlocality.causal_relaxations.influence_programs import (
    Influence,
    InfluenceProgram,
    listening,
)
from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import counts, finite_array, shown
from nonlocality.foundations.inequalities import signalling_functionals
from nonlocality.foundations.polytopes import gauge, vertices
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.foundations.strategies import CausalModel

MAX_GENERATORS = 3000
"""Largest number of vertices and directions that the list of a dual region may pass through.

A second or less; what is beyond may never return (three settings for Alice whose outcome Bob
hears), and neither the numbers of settings nor those of inequalities tell the two apart.
"""

MAX_INEQUALITIES = 1000
"""Largest number of distinct inequalities of a dual region whose vertices are listed."""

TURNED = {"y": "x", "b": "a"}
"""The same with the parties exchanged: Alice hears Bob's setting or outcome."""

STORIES = {
    "x": "Bob hears Alice's setting",
    "a": "Bob hears Alice's outcome",
    "y": "Alice hears Bob's setting",
    "b": "Alice hears Bob's outcome",
}


def _is_turned(cause: str) -> bool:
    """Whether Alice hears Bob; refuses what is no cause."""
    if not isinstance(cause, str) or cause not in STORIES:
        raise ValueError(
            f"Argument `cause` must be one of {', '.join(STORIES)}, but is {shown(cause)}."
        )
    return cause in TURNED


def _turn(table: np.ndarray) -> np.ndarray:
    """A table [a, b, x, y] with the parties exchanged."""
    return table.transpose(1, 0, 3, 2)


@lru_cache(maxsize=8)
def _program(cause: str, outcomes: tuple[int, int], settings: tuple[int, int]) -> InfluenceProgram:
    return InfluenceProgram(cause, outcomes, settings)


def _exchanged(cause: str, solve: Callable[[str], Influence]) -> Influence:
    """What `solve` finds for the other party's cause, the tables turned back."""
    try:
        found = solve(TURNED[cause])
    except InfeasibleError as error:
        words = str(error).replace(STORIES[TURNED[cause]], STORIES[cause])
        raise InfeasibleError(words) from None
    return replace(found, functional=_turn(found.functional), table=_turn(found.table))


def minimal_influence(behaviour: Behaviour, *, cause: str) -> Influence:
    """Least C_{X→B} (``cause="x"``) or C_{A→B} (``cause="a"``) for a two-party behaviour.

    Eqs. (4), (29), (32) of arXiv:1411.4648; between 0 and 1. With ``cause="y"`` or ``"b"``
    Alice hears Bob's setting or outcome. Any numbers of settings and outcomes, in the size of
    :class:`~nonlocality.causal_relaxations.influence_programs.InfluenceProgram`. Raises
    ValueError if the hearer's setting shows in the other's outcomes (no such model lets it) or
    the program is too large, InfeasibleError if no model of the kind gives the behaviour.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> [minimal_influence(behaviour_pr_box(), cause=k).least.reached for k in "xa"]
    [0.5, 1.0]
    """
    behaviour = as_behaviour(behaviour)
    if behaviour.parties != 2:
        raise ValueError(
            f"Argument `behaviour` must have two parties, but has {behaviour.parties}."
        )
    if _is_turned(cause):
        turned = Behaviour(_turn(behaviour.table))
        return _exchanged(cause, lambda each: minimal_influence(turned, cause=each))
    behaviour.require_no_signalling(1)
    program = _program(cause, behaviour.outcomes, behaviour.settings)
    values = np.moveaxis(behaviour.table, -1, 0).ravel()
    try:
        return program.solve(sp.eye_array(len(values), format="csr"), values)
    except InfeasibleError:
        raise InfeasibleError(f"No model in which {STORIES[cause]} gives this behaviour.") from None


def minimal_influence_given_value(functional: np.ndarray, value: float, *, cause: str) -> Influence:
    """Least influence over all no-signalling behaviours with one value of a Bell expression.

    functional: coefficients ``[a, b, x, y]``; value: of Σ functional · p; cause: as in
    :func:`minimal_influence`. Only this number, no-signalling and normalisation are asked for, as
    in the red curve of Fig. 2 of arXiv:1411.4648. Raises ValueError for a functional that is not
    such a table,
    InfeasibleError if no behaviour of the model has the value.

    >>> from nonlocality.foundations.inequalities import i3322_functional
    >>> best = minimal_influence_given_value(i3322_functional(), 5 / 7, cause="x")
    >>> round(best.least.reached * 7, 9)
    2.0
    """
    table = finite_array("functional", functional)
    if table.ndim != 4 or not table.size:
        raise ValueError(
            f"Argument `functional` must be a table [a, b, x, y], but has shape {table.shape}."
        )
    if _is_turned(cause):
        return _exchanged(
            cause, lambda each: minimal_influence_given_value(_turn(table), value, cause=each)
        )
    o_a, o_b, m_x, m_y = table.shape
    total = np.zeros((1, *table.shape))
    total[0, :, :, 0, 0] = 1
    silent = signalling_functionals((o_a, o_b), (m_x, m_y))
    rows = np.concatenate([table[None], total, silent])
    values = np.append(finite_array("value", [value, 1.0]), np.zeros(len(rows) - 2))
    try:
        return _program(cause, (o_a, o_b), (m_x, m_y)).solve(rows, values)
    except InfeasibleError:
        raise InfeasibleError(
            f"No no-signalling behaviour of a model in which {STORIES[cause]} has the value "
            f"{float(value):g}."
        ) from None


@result
class DualVertex:
    """A vertex of the dual feasible region.

    functional: ζ as an array of Fractions ``[a, b, x, y]``; the least influence is at least
    Σ ζ p. shares: the weight (≥ 0, adding up to at most 1) of each influence row.
    """

    functional: np.ndarray
    shares: tuple[Fraction, ...]

    @property
    def row(self) -> tuple[Fraction, ...]:
        """ζ in the order of the paper's Table I: p(00|00), p(01|00), …, outcomes fastest."""
        return tuple(self.functional.transpose(2, 3, 0, 1).ravel())


def influence_vertices(
    *,
    cause: str,
    outcomes: tuple[int, int] = (2, 2),
    settings: tuple[int, int] = (2, 2),
    as_printed: bool = False,
) -> list[DualVertex]:
    """Every vertex of the dual region {(ζ, x) : Tᵀζ ≤ Vᵀx, x ≥ 0, Σx ≤ 1}, exact.

    The dual of the least-influence program, eq. (27) of arXiv:1411.4648 with x ≥ 0, which
    costs nothing as V ≥ 0. The region holds lines (functionals that vanish on the model);
    they are cut by setting the first coordinates that can be zero to zero, in the order
    p(00|00), p(01|00), …, p(11|11) with the outcomes running fastest. Order: the zero
    vector, those that bound the influence of no-signalling behaviours, those that vanish on
    them; each lexicographically.
    as_printed: x of either sign with Σ|x| ≤ 1, as (27) has it: more vertices, no more bounds.
    Raises ValueError for a region of more than :data:`MAX_INEQUALITIES` distinct inequalities,
    or one whose list passes through more than :data:`MAX_GENERATORS` vertices and directions.

    >>> len(influence_vertices(cause="x")), len(influence_vertices(cause="a"))
    (13, 21)
    """
    outcomes, settings = (
        counts(name, value, length=2)
        for name, value in (("outcomes", outcomes), ("settings", settings))
    )
    if _is_turned(cause):
        turned = influence_vertices(
            cause=TURNED[cause], outcomes=outcomes[::-1], settings=settings[::-1],
            as_printed=as_printed,
        )  # fmt: skip
        return [DualVertex(_turn(v.functional), v.shares) for v in turned]
    model = CausalModel(listening(cause), outcomes, settings)
    shape = (*outcomes, *settings)
    rows = model.influence_rows(cause=cause, target=1).toarray().astype(int).T
    free = gauge(model.corners, shape)
    columns = model.matrix.toarray().astype(int)[free].T  # a row a strategy
    system = np.unique(np.hstack([columns, -rows]), axis=0)
    count = rows.shape[1]
    if as_printed:
        limits = np.array(list(product((1, -1), repeat=count)))
        ends = np.ones(len(limits), dtype=int)
    else:
        limits = np.vstack([-np.eye(count, dtype=int), np.ones((1, count), dtype=int)])
        ends = np.repeat([0, 1], [count, 1])
    shares = np.hstack([np.zeros((len(limits), len(free)), dtype=int), limits])
    if (inequalities := len(system) + len(limits)) > MAX_INEQUALITIES:
        raise ValueError(
            "Arguments `outcomes` and `settings` must be smaller: the dual region has "
            f"{inequalities} distinct inequalities, but at most {MAX_INEQUALITIES} are allowed."
        )
    system, right = np.vstack([shares, system]), np.append(ends, np.zeros(len(system), dtype=int))
    try:
        corners = vertices(system, right, most=MAX_GENERATORS)
    except ValueError as error:
        raise ValueError(
            "Arguments `outcomes` and `settings` must be smaller: the vertices of the dual region "
            f"are too many to list. {error}"
        ) from None
    local = CausalModel(("x", "y"), outcomes, settings).corners
    found = []
    for vertex in corners:
        zeta = np.full(shape, Fraction(0))
        zeta.flat[free] = vertex[: len(free)]
        silent = not (local @ zeta.ravel()).any()
        found.append((silent, DualVertex(zeta, vertex[len(free) :])))
    found.sort(key=lambda pair: (any(pair[1].row), pair[0], pair[1].row))
    return [vertex for _, vertex in found]
