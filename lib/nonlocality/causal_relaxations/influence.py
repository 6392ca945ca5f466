"""How much influence between the parties explains a behaviour?

In the models of Fig. 1(b) and (c) of arXiv:1411.4648 Bob listens to Alice's outcome or to
her setting. The influence is how much his answer changes, on average over the hidden
variable, when what he listens to is changed by hand. Its least value for a given behaviour
is a linear program; the vertices of the dual program give it in closed form.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import product
from math import log10

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import counts, finite_array, shown, size_text
from nonlocality.foundations.inequalities import signalling_functionals
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.polytopes import gauge, vertices
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.foundations.strategies import MAX_DIGITS, MAX_ENTRIES, CausalModel

MAX_GENERATORS = 3000
"""Largest number of vertices and directions that the list of a dual region may pass through.

A second or less; what is beyond may never return (three settings for Alice whose outcome Bob
hears), and neither the numbers of settings nor those of inequalities tell the two apart.
"""

MAX_INEQUALITIES = 1000
"""Largest number of distinct inequalities of a dual region whose vertices are listed."""

MAX_UNKNOWNS = 50_000
"""Largest number of unknowns of a program that is tried (some ten seconds; three times as many
took a hundred)."""

LISTENING = {"x": "xy", "a": "ay"}
"""What Bob hears in the model with influence of X on B and of A on B."""

TURNED = {"y": "x", "b": "a"}
"""The same with the parties exchanged: Alice hears Bob's setting or outcome."""

STORIES = {
    "x": "Bob hears Alice's setting",
    "a": "Bob hears Alice's outcome",
    "y": "Alice hears Bob's setting",
    "b": "Alice hears Bob's outcome",
}


def _listening(cause: str) -> tuple[str, str]:
    if not isinstance(cause, str) or cause not in LISTENING:
        raise ValueError(f"Argument `cause` must be 'x' or 'a', but is {shown(cause)}.")
    return ("x", LISTENING[cause])


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


@dataclass(frozen=True)
class InfluenceProgram:
    """The linear program for the least influence in one scenario, its matrices built once.

    Behaviour and influence see Bob's instruction β only through its part g at one setting y
    at a time. So the unknowns are the tables r_y(α, g) = P(Alice's instruction is α, Bob's
    part for y is g), tied together by one marginal P(α): o_a^m_x · m_y · o_b^k unknowns (k
    values of the cause) in the place of o_a^m_x · o_b^(k m_y). Nothing is lost: tables with
    a common marginal come from the model in which Bob's parts are independent given α.

    cause: "x" or "a". outcomes, settings: of Alice and of Bob. The size is known before
    anything is built; raises ValueError for a program with more than
    :data:`~nonlocality.foundations.strategies.MAX_ENTRIES` entries in T and V together, and for
    numbers that are not two positive integers, and for more than :data:`MAX_UNKNOWNS` unknowns.

    >>> program = InfluenceProgram("x", outcomes=(2, 2), settings=(3, 3))
    >>> program.strategies, program.unknowns
    (4096, 192)
    """

    cause: str
    outcomes: tuple[int, int]
    settings: tuple[int, int]

    def __post_init__(self) -> None:
        """Check the cause and the size."""
        _listening(self.cause)
        for name in ("outcomes", "settings"):
            object.__setattr__(self, name, counts(name, getattr(self, name), length=2))
        (letters_a, letters_b), (m_x, m_y) = self.outcomes, self.settings
        alice, bob = (min(power, 10**9) for power in (m_x, self._values * m_y))
        digits = alice * log10(letters_a) + bob * log10(letters_b)
        if digits > MAX_DIGITS:
            raise ValueError(
                f"The program has unknowns for more than 1e{MAX_DIGITS} strategies, but at most "
                f"{MAX_ENTRIES:.0e} entries are allowed."
            )
        if self.unknowns > MAX_UNKNOWNS or self.entries > MAX_ENTRIES:
            raise ValueError(
                f"The program has {size_text(self.unknowns)} unknowns (for "
                f"{size_text(self.strategies)} strategies) and {size_text(self.entries)} entries, "
                f"but at most {MAX_UNKNOWNS} unknowns and {MAX_ENTRIES:.0e} entries are allowed."
            )

    @property
    def strategies(self) -> int:
        """Number of strategies (α, β) of the model."""
        return self._alphas * self._parts ** self.settings[1]

    @property
    def unknowns(self) -> int:
        """Number of unknowns r_y(α, g)."""
        return self._alphas * self._parts * self.settings[1]

    @property
    def entries(self) -> int:
        """Number of entries other than zero of T and V, counted in closed form.

        T has one an unknown and setting of Alice. V has a row for each pair of values of the
        cause, each y and each outcome b (one of two), in which 2 (o_b − 1)/o_b² of the unknowns
        of that y count.
        """
        letters = self.outcomes[1]
        rows = self._values * (self._values - 1) // 2 * (1 if letters == 2 else letters)
        influence = rows * self.unknowns * 2 * (letters - 1) // letters**2
        return self.unknowns * self.settings[0] + influence

    @property
    def _alphas(self) -> int:
        return self.outcomes[0] ** self.settings[0]

    @property
    def _values(self) -> int:
        """Number of values of the cause."""
        return self.settings[0] if self.cause == "x" else self.outcomes[0]

    @property
    def _parts(self) -> int:
        return self.outcomes[1] ** self._values

    @cached_property
    def matrices(self) -> tuple[sp.csr_array, sp.csr_array, sp.csr_array]:
        """(T, G, V): T r is the behaviour's table, G r = 0 ties the marginals, V r ≤ c.

        The behaviour's table is raveled with Bob's setting first, ``[y, a, b, x]``.
        """
        one = CausalModel(_listening(self.cause), self.outcomes, (self.settings[0], 1))
        count = self.settings[1]
        each = sp.eye_array(count)
        marginal = kron(sp.eye_array(self._alphas), np.ones((1, self._parts)))
        differences = sp.hstack([-np.ones((count - 1, 1)), sp.eye_array(count - 1)])
        ties = kron(differences, marginal) if count > 1 else sp.csr_array((0, self.unknowns))
        rows = one.influence_rows(cause=self.cause, target=1)
        return kron(each, one.matrix), ties, kron(each, rows)

    def solve(self, functionals: np.ndarray, values: np.ndarray) -> "Influence":
        """Least influence over the behaviours with given values of some functionals.

        functionals: tables ``[k, a, b, x, y]``, dense or a sparse (k, entries) matrix over
        ``[y, a, b, x]``; values: shape (k,). Σ p = 1 must follow from them. Raises
        InfeasibleError if no model has these values.
        """
        table, ties, rows = self.matrices
        shape = (self.settings[1], *self.outcomes, self.settings[0])
        values = finite_array("values", values)
        if values.ndim != 1:
            raise ValueError(f"Argument `values` must have shape (k,), but has {values.shape}.")
        if not sp.issparse(functionals):
            tables = finite_array("functionals", functionals)
            if tables.shape != (len(values), *self.outcomes, *self.settings):
                raise ValueError(
                    f"Argument `functionals` must have shape "
                    f"{(len(values), *self.outcomes, *self.settings)}, one table a value, but has "
                    f"{tables.shape}."
                )
            functionals = sp.csr_array(np.moveaxis(tables, -1, 1).reshape(len(values), -1))
        elif functionals.shape != (len(values), table.shape[0]):
            raise ValueError(
                f"Argument `functionals` must have shape {(len(values), table.shape[0])}, but has "
                f"{functionals.shape}."
            )
        # variables (r, c): minimise c with <F, T r> = values, G r = 0 and V r <= c
        equal = sp.vstack([functionals @ table, ties])
        least = minimise_linear(
            np.append(np.zeros(self.unknowns), 1.0),
            equal=(sp.hstack([equal, sp.csr_array((equal.shape[0], 1))]),
                   np.append(values, np.zeros(ties.shape[0]))),
            below=(sp.hstack([rows, -np.ones((rows.shape[0], 1))]), np.zeros(rows.shape[0])),
            mass=self.settings[1] + 1.0,  # Σ_g r_y = 1 for each y, and c ≤ 1
        )  # fmt: skip
        zeta = functionals.T @ least.evidence.dual_equal[: len(values)]
        reached = table @ least.evidence.point[:-1]
        return Influence(
            least,
            self,
            least.evidence.point[:-1].reshape(self.settings[1], self._alphas, self._parts),
            np.moveaxis(zeta.reshape(shape), 0, -1),
            np.moveaxis(reached.reshape(shape), 0, -1),
        )


@result
class Influence:
    """Least influence that explains a behaviour.

    Where Alice hears Bob, "Alice" and "Bob" are exchanged in program, parts, model and weights.
    least: the influence, two-sided. program: the linear program. parts: an optimal model as the
    tables r_y(α, g), shape (m_y, number of α, number of g). functional: an optimal dual
    vector as a table ``[a, b, x, y]``; its scalar product with any behaviour is a lower bound
    on that behaviour's influence. table: the behaviour of the model, ``[a, b, x, y]``.
    """

    least: TwoSided
    program: InfluenceProgram
    parts: np.ndarray
    functional: np.ndarray
    table: np.ndarray

    @cached_property
    def model(self) -> CausalModel:
        """All strategies (α, β); raises ValueError if they are too many to be listed."""
        return CausalModel(_listening(self.program.cause), *self._scenario)

    @property
    def _scenario(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return self.program.outcomes, self.program.settings

    @cached_property
    def weights(self) -> np.ndarray:
        """An optimal distribution over the strategies of :attr:`model`, shape (n,).

        P(α) Π_y r_y(α, g_y) / P(α): Bob's parts are independent once α is known.
        """
        (letters_a, letters_b), (m_x, m_y) = self._scenario
        alice, bob = (table.astype(int) for table in self.model.responses)
        alpha = alice @ letters_a ** np.arange(m_x)[::-1]
        g = np.moveaxis(bob, 1, -1) @ letters_b ** np.arange(bob.shape[1])[::-1]
        marginal = self.parts[0].sum(axis=1)
        share = np.divide(1.0, marginal, out=np.zeros_like(marginal), where=marginal > 0)
        q = marginal[alpha]
        for y in range(m_y):
            q = q * self.parts[y, alpha, g[:, y]] * share[alpha]
        return q


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
    Alice hears Bob's setting or outcome. Any numbers of settings and
    outcomes, in the size of :class:`InfluenceProgram`. Raises ValueError if the hearer's
    setting shows in the other's outcomes (no such model lets it) or the program is too large,
    InfeasibleError if no model of the kind gives the behaviour.

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
    model = CausalModel(_listening(cause), outcomes, settings)
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
            f"The dual region has {inequalities} distinct inequalities, but at most "
            f"{MAX_INEQUALITIES} are allowed."
        )
    system, right = np.vstack([shares, system]), np.append(ends, np.zeros(len(system), dtype=int))
    try:
        corners = vertices(system, right, most=MAX_GENERATORS)
    except ValueError as error:
        raise ValueError(f"The vertices of the dual region are too many to list. {error}") from None
    local = CausalModel(("x", "y"), outcomes, settings).corners
    found = []
    for vertex in corners:
        zeta = np.full(shape, Fraction(0))
        zeta.flat[free] = vertex[: len(free)]
        silent = not (local @ zeta.ravel()).any()
        found.append((silent, DualVertex(zeta, vertex[len(free) :])))
    found.sort(key=lambda pair: (any(pair[1].row), pair[0], pair[1].row))
    return [vertex for _, vertex in found]
