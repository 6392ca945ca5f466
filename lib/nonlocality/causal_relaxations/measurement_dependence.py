"""How much must the hidden variable know of the settings?

In the model of Fig. 1(e) of arXiv:1411.4648 the hidden variable λ and the settings have a
joint distribution q(x, y, λ) = p(x, y, λ), and the outcomes are functions of λ and the own
setting. The measurement dependence of eq. (5),

    M = Σ |p(x, y, λ) − p(x, y) p(λ)|,

is twice a total variation distance: 0 without dependence, always below 2. Its least value
for a given behaviour, or for a given value of a Bell expression, is a linear program
(eqs. (41)–(42)). Settings are uniform where no other distribution is given.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import INPUTS, Behaviour, as_behaviour
from nonlocality.foundations.checks import TOLERANCE, counts, finite_array, shown, whole_numbers
from nonlocality.foundations.entropies import _product_of_marginals
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory, size_text
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.foundations.strategies import CausalModel

MAX_INPUTS = 10**6
"""Inputs of a distribution, one for each choice of all settings."""

MAX_SIZE = 20_000
"""Most unknowns q(x, y, λ): some seconds. The 36864 of the magic square took over two minutes."""


@result
class DependentModel:
    """A deterministic model whose hidden variable may depend on the settings.

    joint: ``[x, y, …, λ]``, the probabilities p(x, y, …, λ), adding up to 1.
    responses: for each party its outcomes ``[λ, setting]``. outcomes: their number.
    """

    joint: np.ndarray
    responses: Sequence[np.ndarray]
    outcomes: tuple[int, ...]

    def behaviour(self) -> Behaviour:
        """What the model predicts, p(ab…|xy…); ValueError if the table would be too large."""
        settings = self.joint.shape[:-1]
        require_memory("outcomes", 17 * prod(self.outcomes) * prod(settings))
        table = np.zeros((*self.outcomes, *settings))
        for inputs in np.ndindex(*settings):
            outputs = tuple(f[:, x] for f, x in zip(self.responses, inputs, strict=True))
            weights = self.joint[inputs] / self.joint[inputs].sum()
            np.add.at(table[(..., *inputs)], outputs, weights)
        return Behaviour(table)


def dependence(joint: np.ndarray) -> float:
    """M = Σ |p(x, y, λ) − p(x, y) p(λ)| of a distribution ``[x, y, …, λ]``, eq. (5).

    Raises ValueError for an array that is not a distribution.

    >>> dependence([[0.5, 0.0], [0.0, 0.5]])
    1.0
    """
    q, free = _product_of_marginals(joint)
    return float(np.abs(q - free).sum())


@result
class Dependence:
    """Least measurement dependence.

    least: M, two-sided. model: an optimal model, one of many.
    functional: an optimal dual vector as a table ``[a, b, …, x, y, …]``; its scalar product
    with any behaviour of the scenario (no-signalling, where only a value was given) is a
    lower bound on that behaviour's M.
    """

    least: TwoSided
    model: DependentModel
    functional: np.ndarray


def program_size(outcomes: Sequence[int], settings: Sequence[int]) -> int:
    """Number of unknowns q(x, y, …, λ) of the linear program for a scenario.

    Settings times strategies: 4 d⁴ for two settings and d outcomes a party. Raises ValueError
    for numbers that are not positive integers, one of each kind a party.

    >>> program_size((8, 8), (2, 2))
    16384
    """
    outcomes = counts("outcomes", outcomes)
    settings = counts("settings", settings, length=len(outcomes))
    if max(settings) > 1000:
        raise ValueError(f"Argument `settings` must be at most 1000, but is {shown(settings)}.")
    return prod(settings) * prod(o**m for o, m in zip(outcomes, settings, strict=True))


def input_distribution(
    weights: np.ndarray | None, settings: Sequence[int], *, name: str = "weights"
) -> np.ndarray:
    """The distribution p(x, y, …) of the settings, as an array of their shape.

    weights: positive numbers that sum to 1, None for uniform settings. name: what a message calls
    them. Raises ValueError for another shape, a setting that never occurs, or another sum.

    >>> input_distribution(None, (2, 2)).tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """
    settings = counts("settings", settings)
    if (inputs := prod(settings)) > MAX_INPUTS:
        raise ValueError(
            f"Argument `settings` must give at most {MAX_INPUTS} inputs, but gives "
            f"{size_text(inputs)}."
        )
    if weights is None:
        return np.full(settings, 1 / prod(settings))
    table = finite_array(name, weights)
    if table.shape != settings or table.min() <= 0 or abs(table.sum() - 1) > TOLERANCE:
        raise ValueError(
            f"Argument `{name}` must hold positive numbers of shape {settings} that sum to "
            f"1, but has shape {table.shape}, smallest entry {table.min(initial=1):.3g} and sum "
            f"{table.sum():.12g}."
        )
    return table / table.sum()


def minimal_dependence(
    behaviour: Behaviour,
    *,
    input_weights: np.ndarray | None = None,
    order: np.ndarray | None = None,
) -> Dependence:
    """Least M of the models that give a behaviour (eq. (42) of arXiv:1411.4648).

    Any number of parties, settings and outcomes with :func:`program_size` at most
    :data:`MAX_SIZE`; every behaviour has a model, even a signalling one.
    input_weights: the settings' distribution p(x, y, …), positive, of the behaviour's shape of
    settings; uniform by default. M depends on it (below eq. (41)).
    order: a permutation of the deterministic strategies (lexicographic, as in
    :class:`~nonlocality.foundations.strategies.CausalModel`), the order in which the solver is
    shown them. M does not depend on it; which of the optimal models is returned, and so its mutual
    information, does.
    Raises ValueError for a program that is too large, weights that are no such distribution or
    an order that is not a permutation.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> round(minimal_dependence(behaviour_pr_box()).least.reached, 9)
    0.5
    """
    behaviour = as_behaviour(behaviour)
    _check_size("behaviour", behaviour.outcomes, behaviour.settings)
    weights = input_distribution(input_weights, behaviour.settings, name="input_weights")
    table = behaviour.table
    return _full_program(table.shape, sp.eye_array(table.size), table.ravel(), order, weights)


def minimal_dependence_given_value(
    functional: np.ndarray, value: float, *, order: np.ndarray | None = None
) -> Dependence:
    """Least M of the no-signalling behaviours with Σ functional · p = value.

    functional: a Bell expression as a table ``[a, b, …, x, y, …]``; for I_d it is
    ``cglmp_coefficients(d) / (d - 1)``, and the result is eq. (11) of arXiv:1411.4648.
    order: as in :func:`minimal_dependence`.
    Raises ValueError for a program that is too large, InfeasibleError if no no-signalling
    behaviour has this value.

    >>> from nonlocality.foundations.cglmp import cglmp_coefficients
    >>> round(minimal_dependence_given_value(cglmp_coefficients(2), 3.0).least.reached, 9)
    0.25
    """
    table = finite_array("functional", functional)
    if table.ndim % 2 or not table.ndim or not table.size:
        raise ValueError(
            "Argument `functional` must have one output and one input axis for each party, "
            f"but has shape {table.shape}."
        )
    number = finite_array("value", value)
    if number.ndim:
        raise ValueError(f"Argument `value` must be one number, but has shape {number.shape}.")
    n = table.ndim // 2
    _check_size("functional", table.shape[:n], table.shape[n:])
    inputs = prod(table.shape[n:])
    total = kron(np.ones((1, table.size // inputs)), sp.eye_array(inputs))
    rows = [total, sp.csr_array(table.reshape(1, -1))]
    for k in range(n):  # no-signalling: summed over the outcome, two settings give the same
        factors = [sp.eye_array(length) for length in table.shape]
        factors[k] = np.ones((1, table.shape[k]))
        factors[n + k] = np.diff(np.eye(table.shape[n + k]), axis=0)
        rows.append(kron(*factors))
    rows = sp.csr_array(sp.vstack(rows))
    right = np.zeros(rows.shape[0])
    right[:inputs], right[inputs] = 1, number
    weights = input_distribution(None, table.shape[n:])
    try:
        return _full_program(table.shape, rows, right, order, weights)
    except InfeasibleError:
        raise InfeasibleError(
            f"No no-signalling behaviour has the value {float(number):g}."
        ) from None


def _check_size(name: str, outcomes: Sequence[int], settings: Sequence[int]) -> None:
    if (size := program_size(outcomes, settings)) > MAX_SIZE:
        raise ValueError(
            f"Argument `{name}` must be smaller: the linear program has {size_text(size)} unknowns "
            f"q(x, y, …, λ), but at most {MAX_SIZE} are allowed; use `symmetric_dependence` for "
            "CGLMP behaviours of this size, `perfect_game` for games that are always won."
        )


def _full_program(
    shape: tuple[int, ...],
    rows: sp.sparray,
    right: np.ndarray,
    order: np.ndarray | None,
    weights: np.ndarray,
) -> Dependence:
    """Least M of the behaviours p of this shape with rows · p = right."""
    n = len(shape) // 2
    local = CausalModel(tuple(INPUTS[:n]), shape[:n], shape[n:])
    try:
        order = np.arange(local.size) if order is None else np.asarray(order)
    except ValueError:  # rows of unequal length
        order = np.zeros(0)
    if order.dtype.kind not in "iu" or not np.array_equal(np.sort(order), np.arange(local.size)):
        raise ValueError(f"Argument `order` must be a permutation of 0, …, {local.size - 1}.")
    seen = seen_of_inputs(local, weights, order)
    least, joint = least_dependence(rows @ seen, right, weights.ravel())
    used = joint.sum(axis=0) > 0
    model = DependentModel(
        joint[:, used].reshape(*shape[n:], -1),
        [table[order][used] for table in local.responses],
        shape[:n],
    )
    functional = rows.T @ least.evidence.dual_equal[: len(right)]
    return Dependence(least, model, functional.reshape(shape))


def seen_of_inputs(
    local: CausalModel, weights: np.ndarray, order: np.ndarray | None = None
) -> sp.csr_array:
    """The matrix that takes q(x, y, …, λ), raveled, to the behaviour's table.

    weights: p(x, y, …). order: of the strategies, see :func:`minimal_dependence`.
    p(cell) = Σ_λ q(input, λ) / p(input) over the strategies that give the cell at its input.

    >>> model = CausalModel(("x", "y"), (2, 2), (2, 2))
    >>> seen_of_inputs(model, np.full((2, 2), 0.25)).shape
    (16, 64)
    """
    weights = finite_array("weights", weights)
    if order is not None:
        order = whole_numbers("order", order)
    matrix = local.matrix if order is None else local.matrix[:, order]
    cells, strategy = matrix.nonzero()
    inputs = cells % weights.size  # a cell's number modulo this is its input
    return sp.csr_array(
        (1 / weights.ravel()[inputs], (cells, inputs * local.size + strategy)),
        shape=(matrix.shape[0], weights.size * local.size),
    )


def least_dependence(
    rows: sp.sparray, right: np.ndarray, weights: np.ndarray
) -> tuple[TwoSided, np.ndarray]:
    """Minimise M over q ≥ 0 with rows · q = right: the least M, and q of shape (inputs, n).

    rows: (k, inputs · n), q raveled with the input first; weights: p(input). The deviations
    q − p(input) p(λ) add up to zero, so M is twice the sum of the positive ones. Variables
    (q, t, ρ): minimise 2 Σt with q − p(input) ρ ≤ t and Σ_input q = ρ.

    >>> whole = sp.csr_array(np.ones((1, 4)))
    >>> least_dependence(whole, np.ones(1), np.full(2, 0.5))[0].reached
    0.0
    """
    size, inputs = rows.shape[1], len(weights)
    total = kron(np.ones((1, inputs)), sp.eye_array(size // inputs))
    n = total.shape[0]
    least = minimise_linear(
        np.repeat([0.0, 2.0, 0.0], [size, size, n]),
        equal=(
            sp.block_array([[rows, sp.csr_array((len(right), size)), None],
                            [total, None, -sp.eye_array(n)]]),
            np.append(right, np.zeros(n)),
        ),
        below=(sp.hstack([sp.eye_array(size), -sp.eye_array(size),
                          -kron(weights[:, None], sp.eye_array(n))]),
               np.zeros(size)),
        mass=3.0,  # Σq = Σρ = 1, Σt = M/2 ≤ 1
    )  # fmt: skip
    return least, least.evidence.point[:size].reshape(inputs, n)
