"""Two independent sources: how far from independent must they be?

Alice and Charlie each share a source with Bob, who has one setting and four outcomes
b = 2 b₀ + b₁ (Fig. 1(f) of arXiv:1411.4648). A hidden-variable model gives Alice's
instruction α = (α₀, α₁), Bob's outcome β and Charlie's γ with a joint probability q; it is
bilocal when α and γ are independent. Behaviours are tables p[a, b, c, x, y, z] with y = 0.
"""

from fractions import Fraction
from functools import cache

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize_scalar

from nonlocality.behaviours import Behaviour, behaviour_quantum
from nonlocality.checks import in_interval
from nonlocality.optimise import Bound, minimise_linear
from nonlocality.quantum import (
    PAULI_X,
    PAULI_Z,
    bell_states,
    measurement_in_basis,
    measurement_of_observables,
    werner_state,
)
from nonlocality.strategies import CausalModel

SCENARIO = ((2, 4, 2), (2, 1, 2))
"""Outcomes and settings of Alice, Bob, Charlie."""


def behaviour_swapping(*, visibility: float) -> Behaviour:
    """Entanglement swapping with two Werner states, from states and measurements.

    Alice and Charlie measure (Z ± X)/√2, Bob the Bell basis with b = 0, 1, 2, 3 for Φ+, Φ−,
    Ψ+, Ψ− (text below eq. (55) of arXiv:1411.4648). The visibility is that of each source.
    Raises ValueError for a visibility outside [0, 1].

    >>> behaviour_swapping(visibility=0.9).table.shape
    (2, 4, 2, 2, 1, 2)
    """
    source = werner_state(visibility=visibility)
    end = measurement_of_observables([(PAULI_Z + s * PAULI_X) / np.sqrt(2) for s in (1, -1)])
    middle = measurement_in_basis(bell_states())
    return behaviour_quantum(np.kron(source, source), [end, middle, end])


def behaviour_swapping_formula(i: float, j: float) -> Behaviour:
    """p = (1 + (−1)^(a+c) [(−1)^b₀ I + (−1)^(x+z+b₁) J]) / 16.

    The behaviour with uniform marginals and bilocality correlators I and J; eqs. (54)–(55)
    of arXiv:1411.4648 are I = J = v²/2. Raises ValueError if |I| + |J| > 1.

    >>> from nonlocality.inequalities import bilocality_correlators
    >>> bilocality_correlators(behaviour_swapping_formula(0.5, 0.25))
    (0.5, 0.25)
    """
    in_interval("|i| + |j|", abs(i) + abs(j), 0, 1)
    a, b0, b1, c, x, _, z = np.indices((2, 2, 2, 2, 2, 1, 2))
    signal = (-1.0) ** b0 * i + (-1.0) ** (x + z + b1) * j
    return Behaviour(((1 + (-1.0) ** (a + c) * signal) / 16).reshape(2, 4, 2, 2, 1, 2))


@cache
def _model() -> tuple[CausalModel, sp.csr_array, sp.csr_array, sp.csr_array]:
    """The 64 strategies, and the maps from q to the marginals of α, of γ and of both."""
    model = CausalModel(("x", "", "z"), *SCENARIO)
    alpha, _, gamma = (table.reshape(model.size, -1) for table in model.responses)
    rows_a, rows_c = 2 * alpha[:, 0] + alpha[:, 1], 2 * gamma[:, 0] + gamma[:, 1]
    units = np.arange(4)[:, None]
    q_a, q_c = (units == rows_a).astype(float), (units == rows_c).astype(float)
    q_ac = (q_a[:, None] * q_c[None]).reshape(16, model.size)
    return model, sp.csr_array(q_a), sp.csr_array(q_c), sp.csr_array(q_ac)


class Nonbilocality:
    """The linear program for M_BL(ν), built once for a behaviour, solved at any ν.

    behaviour: p[a, b, c, x, y, z] of :data:`SCENARIO`, no-signalling. ν = q(α = 00) and
    p(a|x) fix Alice's marginal f(ν): q(01) = p(0|x=0) − ν, q(10) = p(0|x=1) − ν.
    Raises ValueError for another scenario or a signalling behaviour, InfeasibleError for a
    behaviour without a local model.

    >>> program = Nonbilocality(behaviour_swapping(visibility=0.8))
    >>> [round(nu, 6) for nu in program.nu_range]
    [0.16, 0.34]
    >>> round(program.at(0.25).value, 9)
    0.28
    """

    def __init__(self, behaviour: Behaviour) -> None:
        """Check the behaviour, build the matrices, find the range of ν."""
        if (behaviour.outcomes, behaviour.settings) != SCENARIO:
            raise ValueError(
                "Argument `behaviour` must have outcomes (2, 4, 2) and settings (2, 1, 2), but "
                f"has {behaviour.outcomes} and {behaviour.settings}."
            )
        first, second = behaviour.marginal(0)[0]  # p(a = 0 | x)
        model, q_a, q_c, q_ac = _model()
        self._start = np.array([0, first, second, 1 - first - second])
        self._slope = np.array([1, -1, -1, 1])

        # variables (q, t): minimise Σt with T q = p, q(α) = f(ν), ±(deviation q) ≤ t
        def two_sided(rows: sp.csr_array, slack: float) -> sp.csr_array:
            return sp.vstack(
                [sp.hstack([sign * rows, slack * sp.eye_array(16)]) for sign in (1, -1)], "csr"
            )

        self._table = behaviour.table.ravel()
        self._equal = sp.block_array(
            [[model.matrix, sp.csr_array((64, 16))], [q_a, None]], format="csr"
        )
        self._below = two_sided(q_ac - sp.kron(self._start[:, None], q_c), -1.0)
        self._below_slope = two_sided(-sp.kron(self._slope[:, None], q_c), 0.0)

        nu, equal = q_a.toarray()[0], (model.matrix, self._table)
        low = minimise_linear(nu, equal=equal, mass=1.0).value
        self.nu_range = (low, -minimise_linear(-nu, equal=equal, mass=1.0).value)
        """Smallest and largest ν of a local model (eqs. (57)–(58) of arXiv:1411.4648)."""

    def at(self, nu: float, *, as_printed: bool = False) -> Bound:
        """Least M_BL(ν) = Σ |q(α, γ) − f_α(ν) q(γ)| over local models (eq. (48)).

        as_printed: solve (52)–(53) of the paper to the letter, which do not ask for
        q(α) = f(ν); their optimum need not be a value of M_BL.
        Raises ValueError for a ν outside :attr:`nu_range`.
        """
        low, high = self.nu_range
        if not low - 1e-9 <= nu <= high + 1e-9:
            in_interval("nu", nu, low, high)
        marginal = self._start + nu * self._slope
        rows = 64 if as_printed else 68
        return minimise_linear(
            np.repeat([0.0, 1.0], [64, 16]),
            equal=(self._equal[:rows], np.append(self._table, marginal)[:rows]),
            below=(self._below + nu * self._below_slope, np.zeros(32)),
            mass=3.0,  # Σq = 1, Σt ≤ 2
        )

    def minimum(self) -> tuple[float, Bound]:
        """The ν in :attr:`nu_range` of least M_BL, and its value there.

        A bounded scalar search: exact for a curve with a single valley, which is the case
        for the behaviours of this book; otherwise an upper bound.

        >>> nu, best = Nonbilocality(behaviour_swapping(visibility=0.9)).minimum()
        >>> round(nu, 4), round(best.value, 7)
        (0.25, 0.62)
        """
        low, high = self.nu_range
        if high - low < 1e-9:
            return low, self.at(low)
        search = minimize_scalar(
            lambda nu: self.at(nu).value, bounds=(low, high), options={"xatol": 1e-7}
        )
        return float(search.x), self.at(search.x)


def nonbilocality_bound(i: float, j: float, *, share: float) -> float:
    """max(0, 4 [(1 − s) |I| + s |J| − s (1 − s)]): no model of a behaviour has less M_BL.

    share: s = q(α₀ = α₁), the chance that Alice's instruction ignores her setting; s = 2ν for
    unbiased outcomes. Holds for every behaviour with these I and J, and is attained by
    :func:`behaviour_swapping_formula`. Works on Fractions, exactly.

    >>> nonbilocality_bound(Fraction(8, 25), Fraction(8, 25), share=Fraction(1, 2))
    Fraction(7, 25)
    """
    in_interval("share", share, 0, 1)
    i, j = abs(i), abs(j)
    return max(0 * i, 4 * ((1 - share) * i + share * j - share * (1 - share)))


def swapping_model(i: Fraction, j: Fraction, *, share: Fraction) -> np.ndarray:
    """A hidden-variable model of :func:`behaviour_swapping_formula` of least M_BL, exact.

    i, j: I, J ≥ 0 with I + J ≤ 1. share: s = q(α₀ = α₁) between I and 1 − J.
    Returns q as Fractions ``[α₀, α₁, b₀, b₁, γ₀, γ₁]``. With u the chance that both
    instructions ignore their settings, q = (u + (−1)^(α₀+γ₀+b₀) I)/16 where they do,
    (w + (−1)^(α₀+γ₀+b₁) J)/16 where neither does (w its chance), uniform elsewhere.
    Raises ValueError for a share outside its range.

    >>> q = swapping_model(Fraction(1, 3), Fraction(1, 3), share=Fraction(1, 2))
    >>> q.sum(), nonbilocality_of_model(q)
    (Fraction(1, 1), Fraction(1, 3))
    """
    i, j, share = Fraction(i), Fraction(j), Fraction(share)
    in_interval("share", share, i, 1 - j)
    other = 1 + i - j - share  # Charlie's share
    both = i
    if (1 - share) * i + share * j < share * (1 - share):  # a bilocal model exists
        other = (i / share + 1 - j / (1 - share)) / 2
        both = share * other
    neither = 1 - share - other + both
    q = np.empty((2,) * 6, dtype=object)
    for a0, a1, b0, b1, c0, c1 in np.ndindex(q.shape):
        if a0 == a1 and c0 == c1:
            weight = both + (-1) ** (a0 + c0 + b0) * i
        elif a0 != a1 and c0 != c1:
            weight = neither + (-1) ** (a0 + c0 + b1) * j
        else:
            weight = (share if a0 == a1 else other) - both
        q[a0, a1, b0, b1, c0, c1] = weight / 16
    return q


def nonbilocality_of_model(q: np.ndarray) -> Fraction | float:
    """M_BL = Σ |q(α, γ) − q(α) q(γ)| of a model ``q[α₀, α₁, b₀, b₁, γ₀, γ₁]``.

    Eq. (46) of arXiv:1411.4648.

    >>> float(nonbilocality_of_model(np.full((2,) * 6, 1 / 64)))
    0.0
    """
    joint = q.sum(axis=(2, 3)).reshape(4, 4)
    return abs(joint - np.outer(joint.sum(axis=1), joint.sum(axis=0))).sum()


def behaviour_of_model(q: np.ndarray) -> np.ndarray:
    """The table p[a, b, c, x, y, z] of a model ``q[α₀, α₁, b₀, b₁, γ₀, γ₁]``, exact.

    >>> behaviour_of_model(np.full((2,) * 6, Fraction(1, 64)))[0, 0, 0, 0, 0, 0]
    Fraction(1, 16)
    """
    model = _model()[0]
    rows, columns = model.matrix.nonzero()
    p = np.full(model.matrix.shape[0], q.flat[0] * 0)
    np.add.at(p, rows, q.ravel()[columns])
    return p.reshape(*SCENARIO[0], *SCENARIO[1])
