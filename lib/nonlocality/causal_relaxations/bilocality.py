"""Two independent sources: how far from independent must they be?

Alice and Charlie each share a source with Bob, who has one setting (Fig. 1(f) of
arXiv:1411.4648). A hidden-variable model gives Alice's instruction α, Bob's outcome b and
Charlie's instruction γ with a joint probability q[α, b, γ]; it is bilocal when α and γ are
independent. What is given up otherwise is M_BL = Σ |q(α, γ) − q(α) q(γ)|, a quadratic
function of q: a linear program once q(α) is fixed. The behaviours and exact models are in
:mod:`nonlocality.causal_relaxations.swapping`.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.causal_relaxations.bilocal_bounds import check_swapping_scenario
from nonlocality.causal_relaxations.swapping import nonbilocality_of_model
from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import (
    TOLERANCE,
    counts,
    finite_array,
    finite_number,
    in_interval,
)
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.sizes import size_text
from nonlocality.foundations.solvers import InfeasibleError, SolverError

MAX_UNKNOWNS = 200_000
"""Largest number of unknowns of a program that is tried."""


def _side(count: int) -> np.ndarray:
    """Rows: the constant 1, then [α_x = 0] for each setting; columns: the 2^m instructions."""
    bits = np.array(list(np.ndindex((2,) * count)))
    return np.vstack([np.ones(2**count), (bits == 0).T])


class Nonbilocality:
    """The linear programs for M_BL of one behaviour, their matrices built once.

    behaviour: p[a, b, c, x, y, z], no-signalling, with two outcomes and any numbers of
    settings for Alice and Charlie, one setting and any number of outcomes for Bob.
    Raises ValueError for another scenario, a signalling behaviour or a program of more than
    :data:`MAX_UNKNOWNS` unknowns, InfeasibleError for a behaviour without a local model.

    >>> from nonlocality.causal_relaxations.swapping import behaviour_swapping
    >>> program = Nonbilocality(behaviour_swapping(visibility=0.8))
    >>> [round(nu, 6) for nu in program.nu_range]
    [0.16, 0.34]
    >>> round(program.at(0.25).reached, 9)
    0.28
    """

    def __init__(self, behaviour: Behaviour) -> None:
        """Check the behaviour, build the matrices, find the range of ν."""
        behaviour = as_behaviour(behaviour)
        check_swapping_scenario(behaviour)
        behaviour.require_no_signalling()
        p, (m_x, _, m_z) = behaviour.table[:, :, :, :, 0, :], behaviour.settings
        if (unknowns := 2 ** (m_x + m_z) * (p.shape[1] + 1)) > MAX_UNKNOWNS:
            raise ValueError(
                f"Argument `behaviour` must be smaller: the program has {size_text(unknowns)} "
                f"unknowns, but at most {MAX_UNKNOWNS} are allowed."
            )
        alice, charlie, middle = _side(m_x), _side(m_z), np.eye(p.shape[1])
        self.shape = (2**m_x, p.shape[1], 2**m_z)
        """Numbers of instructions of Alice, outcomes of Bob, instructions of Charlie."""
        # T q = p in coordinates that are independent for a no-signalling p:
        # p(b), p(a = 0, b|x), p(b, c = 0|z), p(a = 0, b, c = 0|x, z)
        values = np.empty((m_x + 1, p.shape[1], m_z + 1))
        values[0, :, 0] = p.sum(axis=(0, 2)).mean(axis=(1, 2))
        values[1:, :, 0] = p[0].sum(axis=1).mean(axis=2).T
        values[0, :, 1:] = p[:, :, 0].sum(axis=0).mean(axis=1)
        values[1:, :, 1:] = p[0, :, 0].transpose(1, 0, 2)
        self._model = (kron(alice, middle, charlie), values.ravel())
        self._alice = (alice, values.sum(axis=1)[:, 0])
        ones_a, ones_b, ones_c = (np.ones((1, n)) for n in self.shape)
        eye_a, _, eye_c = (sp.eye_array(n) for n in self.shape)
        self._q_a = kron(eye_a, ones_b, ones_c)
        self._q_c = kron(ones_a, ones_b, eye_c)
        self._q_ac = kron(eye_a, ones_b, eye_c)
        # q(α) for the α that p leaves free: all but 00…0 and those with a single 1
        self._free = [k for k in range(2**m_x) if k.bit_count() > 1]

        first = np.zeros(self._q_a.shape[1])
        first[: p.shape[1] * 2**m_z] = 1  # the strategies with α = 0…0
        try:
            low = minimise_linear(first, equal=self._model, mass=1.0).reached
        except InfeasibleError:
            raise InfeasibleError("The behaviour has no local model.") from None
        high = -minimise_linear(-first, equal=self._model, mass=1.0).reached
        self.nu_range = (low, high)
        """Smallest and largest ν = q(α = 0…0) of a local model (eqs. (57)–(58))."""

    def marginal(self, nu: float) -> np.ndarray:
        """f(ν): Alice's marginal q(α) with q(00) = ν and the observed p(a|x), two settings.

        q(01) = p(0|x=0) − ν, q(10) = p(0|x=1) − ν. Raises ValueError for a ν outside
        :attr:`nu_range` or another number of settings.
        """
        if self.shape[0] != 4:
            raise ValueError(
                "Two settings of Alice leave one number ν free, but there are "
                f"{self.shape[0].bit_length() - 1}: use `at_marginal` and `search`."
            )
        low, high = self.nu_range
        nu = finite_number("nu", nu)
        if not low - TOLERANCE <= nu <= high + TOLERANCE:
            in_interval("nu", nu, low, high)
        _, first, second = self._alice[1]
        return np.array([nu, first - nu, second - nu, 1 - first - second + nu])

    def at(self, nu: float, *, as_printed: bool = False) -> TwoSided:
        """Least M_BL(ν) over local models with the marginal f(ν), two settings (eq. (48)).

        as_printed: solve (52)–(53) of the paper to the letter, which do not ask for
        q(α) = f(ν); their optimum need not be a value of M_BL.
        Raises ValueError for a ν outside :attr:`nu_range`.
        """
        return self.at_marginal(self.marginal(nu), as_printed=as_printed)

    def at_marginal(self, marginal: np.ndarray, *, as_printed: bool = False) -> TwoSided:
        """Least Σ |q(α, γ) − f(α) q(γ)| over local models with q(α) = f(α), any settings.

        marginal: f, shape (2^m_x,), that has the observed p(a|x). as_printed: as in
        :meth:`at`. Raises ValueError for an f with other p(a|x), InfeasibleError if no local
        model has this marginal.

        >>> from nonlocality.causal_relaxations.swapping import behaviour_swapping
        >>> xyz = np.eye(3)
        >>> program = Nonbilocality(behaviour_swapping(visibility=1, alice=xyz, charlie=xyz))
        >>> odd = np.array([0, 1, 1, 0, 1, 0, 0, 1]) / 4
        >>> round(program.at_marginal(odd).reached, 9)
        0.0
        """
        f = finite_array("marginal", marginal)
        rows, values = self._alice
        if f.shape != self.shape[:1] or np.abs(rows @ f - values).max() > 10 * TOLERANCE:
            raise ValueError(
                f"Argument `marginal` must have shape {self.shape[:1]} and give the observed "
                f"p(a = 0|x) = {values[1:]}, but is {f}."
            )
        matrix, right = self._model
        if not as_printed:
            matrix = sp.vstack([matrix, self._q_a[self._free]])
            right = np.append(right, f[self._free])
        linear = self._q_ac - kron(f[:, None], self._q_c)
        return self._least_deviation(linear, np.zeros(linear.shape[0]), (matrix, right))

    def _least_deviation(
        self, linear: sp.sparray, constant: np.ndarray, equal: tuple, near: tuple | None = None
    ) -> TwoSided:
        """Minimise Σ |linear q + constant| with `equal` and, if any, near[0] q ≤ near[1].

        The sum without absolute values is 0, so that of the positive parts is one half.
        Variables (q, t): minimise 2 Σt with linear q + constant ≤ t.
        """
        count = linear.shape[0]
        below, limits = sp.hstack([linear, -sp.eye_array(count)]), -constant
        if near is not None:
            below = sp.vstack([below, sp.hstack([near[0], sp.csr_array((len(near[1]), count))])])
            limits = np.append(limits, near[1])
        matrix, right = equal
        return minimise_linear(
            np.repeat([0.0, 2.0], [linear.shape[1], count]),
            equal=(sp.hstack([matrix, sp.csr_array((matrix.shape[0], count))]), right),
            below=(below, limits),
            mass=2.0,  # Σq = 1, Σt ≤ 1
        )

    def minimum(self) -> tuple[float, TwoSided]:
        """The ν in :attr:`nu_range` of least M_BL, and its value there; two settings.

        A bounded scalar search: exact for a curve with a single valley, which is the case
        for the behaviours of this book; otherwise an upper bound.

        >>> from nonlocality.causal_relaxations.swapping import behaviour_swapping
        >>> nu, best = Nonbilocality(behaviour_swapping(visibility=0.9)).minimum()
        >>> round(nu, 4), round(best.reached, 7)
        (0.25, 0.62)
        """
        from scipy.optimize import minimize_scalar

        low, high = self.nu_range
        if high - low < TOLERANCE:
            return low, self.at(low)
        search = minimize_scalar(
            lambda nu: self.at(nu).reached, bounds=(low, high), options={"xatol": 1e-7}
        )
        return float(search.x), self.at(search.x)

    def random_model(self, rng: np.random.Generator) -> np.ndarray:
        """A random vertex q[α, b, γ] of the local models of the behaviour."""
        cost = rng.normal(size=self._model[0].shape[1])
        return minimise_linear(cost, equal=self._model, mass=1.0).evidence.point.reshape(self.shape)

    def _model_of(self, q: np.ndarray) -> np.ndarray:
        """Return q as an array of the program's shape that reproduces the behaviour."""
        table = finite_array("q", q)
        matrix, right = self._model
        if (
            table.size != matrix.shape[1]
            or table.min() < -TOLERANCE
            or (np.abs(matrix @ table.ravel() - right).max() > 1e3 * TOLERANCE)
        ):
            raise ValueError(
                f"Argument `q` must be a model of the behaviour, of shape {self.shape}, but has "
                f"shape {table.shape} or gives another one."
            )
        return table.reshape(self.shape)

    def descend(self, q: np.ndarray, *, steps: int = 60, tolerance: float = 1e-8) -> np.ndarray:
        """From a local model to one of less M_BL, by linear programs in a trust region.

        The product q(α) q(γ) is replaced by its tangent at the current model, and q(α) may
        move by at most a radius, which doubles after a success and is quartered after a
        failure; M_BL never increases. Stops when M_BL or the radius squared is below the
        tolerance.
        The result is a local minimum at best, so its M_BL is an upper bound. q: as from
        :meth:`random_model`; raises ValueError for an array that is no model of the behaviour.
        """
        q = self._model_of(q)
        (steps,) = counts("steps", (steps,))
        tolerance = in_interval("tolerance", tolerance, 0, 1)
        best, radius = nonbilocality_of_model(q), 0.25
        for _ in range(steps):
            if best < tolerance or radius**2 < tolerance:  # smaller steps gain too little
                break
            f, g = q.sum(axis=(1, 2)), q.sum(axis=(0, 1))
            # coefficients next to zero make the solver stall; the tangent may be taken nearby
            f, g = np.where(f < 1e-7, 0, f), np.where(g < 1e-7, 0, g)
            # q_a(α) q_c(γ) ≈ f(α) q_c(γ) + q_a(α) g(γ) − f(α) g(γ)
            linear = self._q_ac - kron(f[:, None], self._q_c) - kron(self._q_a, g[:, None])
            near = (sp.vstack([self._q_a, -self._q_a]), np.append(f + radius, radius - f))
            try:
                step = self._least_deviation(linear, np.outer(f, g).ravel(), self._model, near)
            except SolverError:  # near a bilocal model all is very degenerate
                radius /= 4
                continue
            trial = step.evidence.point[: q.size].reshape(q.shape)
            value = nonbilocality_of_model(trial)
            if value < best - 1e-13:
                q, best, radius = trial, value, min(1.0, 2 * radius)
            else:
                radius /= 4
        return q

    def search(
        self, *, starts: int, rng: np.random.Generator, steps: int = 60, tolerance: float = 1e-8
    ) -> list[np.ndarray]:
        """Models q[α, b, γ] reached by :meth:`descend` from random starts, best first.

        The search over all marginals q(α), four free numbers for three settings (eqs.
        (61)–(62) of arXiv:1411.4648). It ends early at a model below the tolerance: then the
        behaviour is bilocal up to that. A positive M_BL is an upper bound only; see
        :func:`~nonlocality.causal_relaxations.bilocal_bounds.nonbilocality_bound_of_pairs` for the
        other side.

        >>> from nonlocality.causal_relaxations.swapping import behaviour_swapping
        >>> program = Nonbilocality(behaviour_swapping(visibility=0.8))
        >>> best = program.search(starts=1, rng=np.random.default_rng(1))[0]
        >>> round(nonbilocality_of_model(best), 6)
        0.28
        """
        found = []
        for _ in range(starts):
            found.append(self.descend(self.random_model(rng), steps=steps, tolerance=tolerance))
            if nonbilocality_of_model(found[-1]) < tolerance:
                break
        return sorted(found, key=nonbilocality_of_model)
