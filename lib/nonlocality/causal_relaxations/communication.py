"""How many bits must Alice send? A binary message that explains a behaviour.

In the model of Fig. 1(d) of arXiv:1411.4648 Alice sends Bob a message m that may depend on
her setting, her outcome and the hidden variable. Once the hidden variable is known her
outcome is a function of her setting, so a strategy is three tables: a = α(x), m = μ(x) and
b = β(m, y). The cost is an entropy of m.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import TOLERANCE, counts, finite_array, renamed
from nonlocality.foundations.entropies import binary_entropy
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.polytopes import gauge, vertices
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import size_text
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.foundations.strategies import CausalModel

MAX_ENTRIES = 5_000_000
"""Largest number of entries of T that is tried (a million take 2 s and 0.4 GB)."""


@result
class Message:
    """The cheapest binary message that explains a behaviour.

    least: p(m = 0) or, if coded, H(m|Λ) in bits, two-sided.
    entropy: least H(m), or H(m|Λ) if coded, in bits. model: the strategies, as a model of
    Alice, the message and Bob. weights: an optimal distribution over them, shape (n,).
    functional: an optimal dual vector ``[a, b, x, y]``; its scalar product with any
    behaviour is a lower bound on that behaviour's value.
    """

    least: TwoSided
    entropy: float
    model: CausalModel
    weights: np.ndarray
    functional: np.ndarray


def _message_model(
    outcomes: tuple[int, int], settings: tuple[int, int], letters: int = 2
) -> tuple[CausalModel, sp.csr_array]:
    """The strategies with the message as a third party, and the matrix T of p(ab|xy)."""
    (o_a, o_b), (m_x, m_y) = outcomes, settings
    model = CausalModel(("x", "x", "bz"), (o_a, letters, o_b), (m_x, 1, m_y))
    if (entries := model.size * m_x * m_y) > MAX_ENTRIES:
        raise ValueError(
            "Arguments `outcomes` and `settings` must be smaller: the model has "
            f"{size_text(model.size)} strategies, {size_text(entries)} entries in T, but at most "
            f"{MAX_ENTRIES:.0e} are allowed."
        )
    forget = kron(sp.eye_array(o_a), np.ones((1, letters)), sp.eye_array(o_b * m_x * m_y))
    return model, sp.csr_array(forget @ model.matrix)


def _chance(model: CausalModel, input_weights: Sequence | None) -> np.ndarray:
    """p(m = 0) in each strategy, as floats, or Fractions where the weights are exact."""
    m_x = model.settings[0]
    if input_weights is None:
        weights = np.array([Fraction(1, m_x)] * m_x)
    else:
        weights = np.array(input_weights)
        numbers = finite_array("input_weights", input_weights)
        if numbers.shape != (m_x,) or numbers.min() < 0 or abs(numbers.sum() - 1) > TOLERANCE:
            raise ValueError(
                f"Argument `input_weights` must be {m_x} probabilities that sum to 1, but is "
                f"{input_weights}."
            )
    return (model.responses[1] == 0).astype(int).astype(weights.dtype) @ weights


def minimal_message(
    behaviour: Behaviour, *, input_weights: Sequence[float] | None = None, coded: bool = False
) -> Message:
    """Least p(m = 0), hence least entropy H(m), of a binary message from Alice to Bob.

    Eq. (39) of arXiv:1411.4648. input_weights: p(x), uniform by default. To swap 0 and 1 in
    a strategy changes nothing but p(m = 0) → 1 − p(m = 0), so the possible values of
    p(m = 0) are an interval around 1/2, and as h is concave, H(m) is least at its ends:
    the entropy is h of the value.
    coded: both sides know λ and code the message for each λ on its own; the value is the
    least H(m|Λ) = Σ_λ q_λ h(p(m = 0|λ)).
    Raises ValueError for another number of parties, a behaviour in which Bob's setting shows
    in Alice's outcomes, weights that are no distribution or a model too large to write down,
    InfeasibleError if one bit is not enough.

    >>> from nonlocality.foundations.born import behaviour_tsirelson
    >>> round(minimal_message(behaviour_tsirelson()).entropy, 4)
    0.7359
    >>> round(minimal_message(behaviour_tsirelson(), coded=True).entropy, 4)
    0.4142
    """
    behaviour = as_behaviour(behaviour)
    if behaviour.parties != 2:
        raise ValueError(
            f"Argument `behaviour` must have two parties, but has {behaviour.parties}."
        )
    behaviour.require_no_signalling(1)
    with renamed(outcomes="behaviour", settings="behaviour"):
        model, matrix = _message_model(behaviour.outcomes, behaviour.settings)
    cost = _chance(model, input_weights).astype(float)
    if coded:
        cost = binary_entropy(cost)
    try:
        least = minimise_linear(cost, equal=(matrix, behaviour.table.ravel()), mass=1.0)
    except InfeasibleError:
        raise InfeasibleError("One bit from Alice is not enough for this behaviour.") from None
    value = min(max(least.reached, 0.0), 1.0)
    functional = least.evidence.dual_equal.reshape(behaviour.table.shape)
    entropy = value if coded else binary_entropy(value)
    return Message(least, entropy, model, least.evidence.point, functional)


@result
class MessageInfluence:
    """Least influence of a message on Bob.

    least: the two-sided value. model: the strategies, as a model of Alice, the message and Bob.
    weights: an optimal distribution over them, shape (n,).
    """

    least: TwoSided
    model: CausalModel
    weights: np.ndarray


def minimal_message_influence(behaviour: Behaviour, *, letters: int = 2) -> MessageInfluence:
    """Least C_{M→B}: how much Bob's answer changes when the message is set by hand.

    In analogy to eq. (4) of arXiv:1411.4648, for its Fig. 1(d). letters: number K of messages.
    For no-signalling behaviours of two settings and outcomes it is 2 max[0, CHSH]/K: the
    setting's influence for one bit, and as little as one likes for a long message. (Where Bob's
    answer depends on x, the letters fall into two groups that he answers differently, so at
    least K − 1 of the K(K − 1)/2 pairs of letters change it; to use all of them equally often,
    with one letter against the rest, attains that.)
    Raises ValueError for another number of parties, a behaviour in which Bob's setting shows in
    Alice's outcomes or a model too large to write down, InfeasibleError if the messages are too
    few.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> round(minimal_message_influence(behaviour_pr_box()).least.reached, 9)
    0.5
    """
    behaviour = as_behaviour(behaviour)
    if behaviour.parties != 2:
        raise ValueError(
            f"Argument `behaviour` must have two parties, but has {behaviour.parties}."
        )
    (letters,) = counts("letters", (letters,))
    behaviour.require_no_signalling(1)
    with renamed(outcomes="letters", settings="behaviour"):
        model, matrix = _message_model(behaviour.outcomes, behaviour.settings, letters)
    rows = model.influence_rows(cause="b", target=2)
    table = behaviour.table.ravel()
    try:
        least = minimise_linear(
            np.append(np.zeros(model.size), 1.0),
            equal=(sp.hstack([matrix, sp.csr_array((len(table), 1))]), table),
            below=(sp.hstack([rows, -np.ones((rows.shape[0], 1))]), np.zeros(rows.shape[0])),
            mass=2.0,
        )
    except InfeasibleError:
        raise InfeasibleError(
            f"One of {letters} messages from Alice is not enough for this behaviour."
        ) from None
    return MessageInfluence(least, model, least.evidence.point[:-1])


def message_vertices(
    *,
    outcomes: tuple[int, int] = (2, 2),
    settings: tuple[int, int] = (2, 2),
    input_weights: Sequence[Fraction] | None = None,
) -> list[np.ndarray]:
    """Every vertex ζ of the dual region {Tᵀζ ≤ p(m = 0|λ) for all λ}, exact.

    The least p(m = 0) of a behaviour is the largest of Σ ζ p. Tables of Fractions
    ``[a, b, x, y]``; coordinates that can be zero are set to zero as in
    :func:`nonlocality.causal_relaxations.influence.influence_vertices`.

    >>> len(message_vertices())
    60
    """
    model, matrix = _message_model(outcomes, settings)
    cost = _chance(model, input_weights)
    columns = matrix.toarray().astype(int).T
    shape = (*outcomes, *settings)
    free = gauge(np.unique(columns, axis=0), shape)
    # of the strategies with one behaviour only the cheapest counts
    least: dict[tuple[int, ...], Fraction] = {}
    for column, price in zip(map(tuple, columns[:, free].tolist()), cost, strict=True):
        least[column] = min(price, least.get(column, price))
    found = []
    for vertex in vertices(list(least), list(least.values())):
        zeta = np.full(shape, Fraction(0))
        zeta.flat[free] = vertex
        found.append(zeta)
    return found
