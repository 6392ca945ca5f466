"""What if Alice's outcome reaches Bob? The model of Fig. 1(b) with three settings a side.

Eq. (10) of arXiv:1411.4648 bounds it by 4. Here are the points and symmetries to ask of
which polytope that is a facet, and the largest quantum value from both sides. In signs a
strategy's correlators are E_xy = g(a_x, y): each row is one of two rows of signs.
"""

from math import sqrt

import numpy as np

from nonlocality.foundations.checks import counts, in_interval
from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.foundations.sizes import require_memory
from nonlocality.foundations.strategies import CausalModel


def outcome_communication_functional() -> np.ndarray:
    """Eq. (10) of arXiv:1411.4648: at most 4 if only Alice's outcome reaches Bob.

    E00 − E02 − E11 + E12 − E20 + E21, as integers [a, b, x, y]. It is the chained inequality
    along the ring A0 B0 A2 B1 A1 B2, so 4 bounds local behaviours too.

    >>> from nonlocality.foundations.strategies import CausalModel
    >>> form = outcome_communication_functional()
    >>> [CausalModel(("x", k), (2, 2), (3, 3)).bound(form) for k in ("y", "ay", "xy")]
    [4, 4, 6]
    """
    return correlator_functional([[1, 0, -1], [0, -1, 1], [-1, 1, 0]])


CHAIN = outcome_communication_functional()[0, 0]
"""The coefficients of the correlators E_xy in eq. (10), shape (3, 3)."""


def correlator_corners(model: CausalModel) -> np.ndarray:
    """Distinct correlators E_xy of a two-party model's strategies, shape (k, m_x m_y), ±1.

    Raises ValueError if a party has other than two outcomes.

    >>> correlator_corners(CausalModel(("x", "ay"), (2, 2), (3, 3))).shape
    (176, 9)
    """
    if tuple(model.outcomes) != (2, 2):
        raise ValueError(
            f"Argument `model` must have outcomes (2, 2), but has {tuple(model.outcomes)}."
        )
    table = model.corners.astype(int).reshape(-1, 2, 2, int(np.prod(model.settings)))
    sign = np.array([1, -1])
    return np.unique(np.einsum("kabs,a,b->ks", table, sign, sign), axis=0)


def correlator_symmetries() -> list[tuple[np.ndarray, np.ndarray]]:
    """Generators (order, signs) of the symmetries of the nine correlators of the model.

    Settings of Alice permuted, settings of Bob permuted, Bob's outcome flipped at one setting.
    (Alice's outcome is heard, so flipping it for one setting is no symmetry.) Made for
    :func:`nonlocality.foundations.symmetries.facet_classes`.

    >>> len(correlator_symmetries())
    5
    """
    grid, plain, flipped = np.arange(9).reshape(3, 3), np.ones(9, dtype=int), np.ones((3, 3), int)
    flipped[:, 0] = -1
    swap, turn = [1, 0, 2], [1, 2, 0]
    orders = [grid[swap], grid[turn], grid[:, swap], grid[:, turn]]
    return [(order.ravel(), plain) for order in orders] + [(grid.ravel(), flipped.ravel())]


def instrumental_functional() -> np.ndarray:
    """p(00|12) − p(00|02) + p(00|21) − p(00|11) + p(10|20) − p(10|00) ≤ 1.

    Integers [a, b, x, y]. A facet of the polytope of all behaviours of the model, of the type
    of Bonet's instrumental inequality. With F this expression and F' the one with all outcomes
    flipped, eq. (10) is no facet of it but their sum: (10) = 2 F + 2 F' on every strategy.

    >>> model = CausalModel(("x", "ay"), (2, 2), (3, 3))
    >>> f = instrumental_functional()
    >>> points, form = model.corners, outcome_communication_functional()
    >>> difference = form - 2 * f - 2 * f[::-1, ::-1]
    >>> model.bound(f), bool((points @ difference.ravel() == 0).all())
    (1, True)
    """
    table = np.zeros((2, 2, 3, 3), dtype=int)
    table[0, 0] = [[0, 0, -1], [0, -1, 1], [0, 1, 0]]
    table[1, 0, 2, 0], table[1, 0, 0, 0] = 1, -1
    return table


def largest_quantum_value(concurrence: float) -> float:
    """Largest value of (10) for √ε|00⟩ + √(1−ε)|11⟩, closed form; C = 2 √(ε(1 − ε)).

    2 (d + 1 + C²) √(3 / (2d + 1 + C²)) with d = √(1 − C² + C⁴): the largest perimeter of a
    triangle inscribed in an ellipse with semi-axes 1 and C. It exceeds 4 for every C > 0, as
    4 + C² + …, and is 3√3 for C = 1. Not in the paper, whose angles give 3 + √(1 + C²).
    Raises ValueError for a concurrence outside [0, 1].

    >>> largest_quantum_value(0), largest_quantum_value(1) == 3 * sqrt(3)
    (4.0, True)
    """
    square = in_interval("concurrence", concurrence, 0, 1) ** 2
    d = sqrt(1 - square + square**2)
    return 2 * (d + 1 + square) * sqrt(3 / (2 * d + 1 + square))


def search_quantum_value(
    concurrence: float, *, starts: int, rng: np.random.Generator, rounds: int = 500
) -> tuple[float, np.ndarray, np.ndarray]:
    """A lower bound of the same by see-saw: best directions of Alice, then of Bob, and again.

    Returns the best value of all starts and the unit vectors of the settings, shapes (3, 3).
    ⟨A_x B_y⟩ = a_x · D b_y with D = diag(C, −C, 1). Each half-step is exact, so the value
    never falls; it says nothing on what is missed.
    Raises ValueError for a concurrence outside [0, 1] or numbers that are not positive integers.

    >>> value, alice, bob = search_quantum_value(0.5, starts=9, rng=np.random.default_rng(1))
    >>> abs(value - largest_quantum_value(0.5)) < 1e-9
    True
    """
    c = in_interval("concurrence", concurrence, 0, 1)
    starts, rounds = counts("starts", (starts,))[0], counts("rounds", (rounds,))[0]
    require_memory("starts", 400 * starts)
    stretch = np.array([c, -c, 1.0])

    def unit(vectors: np.ndarray) -> np.ndarray:
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        return np.where(lengths > 1e-12, vectors / np.maximum(lengths, 1e-12), [0.0, 0.0, 1.0])

    bob = unit(rng.normal(size=(starts, 3, 3)))
    for _ in range(rounds):
        alice = unit(np.einsum("xy,syk->sxk", CHAIN, bob) * stretch)
        bob = unit(np.einsum("xy,sxk->syk", CHAIN, alice) * stretch)
    values = np.einsum("xy,sxk,k,syk->s", CHAIN, alice, stretch, bob)
    best = int(values.argmax())
    return float(values[best]), alice[best], bob[best]


def sum_of_squares() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A proof of (10) ≤ 3√3 for all quantum correlations: integer matrices (P, Q, K).

    Let u = (A0, B0, −A2, −B1, A1, B2). Then the left side of (10) is uᵀKu/2, and
    36 − 4√3 · (10) is the sum of the eight squares of (P + √3 Q) u:
    Σ_k (u_(k−1) + u_(k+1) − √3 u_k)² + (u₀ − u₂ + u₄)² + (u₁ − u₃ + u₅)², with u₆ = −u₀ and
    u_(−1) = −u₅. As u_k² = 1 this says (P + √3 Q)ᵀ(P + √3 Q) = 6 − 2√3 K, an identity of
    integer matrices for each power of √3. All entries that join two observables of one party
    cancel, so none has to commute with another.

    >>> p, q, k = sum_of_squares()
    >>> bool((p.T @ p + 3 * q.T @ q == 6 * np.eye(6)).all())
    True
    >>> bool((p.T @ q + q.T @ p == -2 * k).all())
    True
    """
    shift = np.eye(6, k=1, dtype=int)
    shift[5, 0] = -1
    k = shift + shift.T
    ends = np.array([[1, 0, -1, 0, 1, 0], [0, 1, 0, -1, 0, 1]])
    return np.vstack([k, ends]), np.vstack([-np.eye(6, dtype=int), 0 * ends]), k
