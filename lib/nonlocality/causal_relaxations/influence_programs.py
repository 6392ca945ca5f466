"""The linear program for the least influence on Bob, in one scenario.

Behaviour and influence see Bob's instruction at one setting at a time, which makes the program
small; its solution is given back as a model over all strategies, and as a dual vector.
Eqs. (4), (29), (32) of arXiv:1411.4648. The calls are in
:mod:`nonlocality.causal_relaxations.influence`.
"""

from dataclasses import dataclass
from functools import cached_property
from math import log10

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import counts, finite_array, shown
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import size_text
from nonlocality.foundations.strategies import MAX_DIGITS, MAX_ENTRIES, CausalModel

MAX_UNKNOWNS = 50_000
"""Largest number of unknowns of a program that is tried (some ten seconds; three times as many
took a hundred)."""

LISTENING = {"x": "xy", "a": "ay"}
"""What Bob hears in the model with influence of X on B and of A on B."""


def listening(cause: str) -> tuple[str, str]:
    """What Alice and Bob listen to where he hears her setting ("x") or her outcome ("a").

    Raises ValueError for another cause.

    >>> listening("a")
    ('x', 'ay')
    """
    if not isinstance(cause, str) or cause not in LISTENING:
        raise ValueError(f"Argument `cause` must be 'x' or 'a', but is {shown(cause)}.")
    return ("x", LISTENING[cause])


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
        listening(self.cause)
        for name in ("outcomes", "settings"):
            object.__setattr__(self, name, counts(name, getattr(self, name), length=2))
        (letters_a, letters_b), (m_x, m_y) = self.outcomes, self.settings
        alice, bob = (min(power, 10**9) for power in (m_x, self._values * m_y))
        digits = alice * log10(letters_a) + bob * log10(letters_b)
        if digits > MAX_DIGITS:
            raise ValueError(
                "Arguments `outcomes` and `settings` must be smaller: the program has unknowns for "
                f"more than 1e{MAX_DIGITS} strategies, but at most {MAX_ENTRIES:.0e} entries are "
                "allowed."
            )
        if self.unknowns > MAX_UNKNOWNS or self.entries > MAX_ENTRIES:
            raise ValueError(
                "Arguments `outcomes` and `settings` must be smaller: the program has "
                f"{size_text(self.unknowns)} unknowns (for {size_text(self.strategies)} "
                f"strategies) and {size_text(self.entries)} entries, but at most {MAX_UNKNOWNS} "
                f"unknowns and {MAX_ENTRIES:.0e} entries are allowed."
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
        one = CausalModel(listening(self.cause), self.outcomes, (self.settings[0], 1))
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
            functionals = finite_array("functionals", functionals)
            if functionals.shape != (len(values), *self.outcomes, *self.settings):
                raise ValueError(
                    f"Argument `functionals` must have shape "
                    f"{(len(values), *self.outcomes, *self.settings)}, one table a value, but has "
                    f"{functionals.shape}."
                )
            rows_of_tables = np.moveaxis(functionals, -1, 1).reshape(len(values), -1)
            functionals = sp.csr_array(rows_of_tables)
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
        return CausalModel(listening(self.program.cause), *self._scenario)

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
