"""Entanglement swapping: the behaviours, and hidden-variable models of them in fractions.

Alice and Charlie each share a source with Bob, who has one setting and measures both his
particles together (Fig. 1(f) of arXiv:1411.4648). Behaviours are tables p[a, b, c, x, y, z]
with y = 0 and Bob's outcome b = 2 b₀ + b₁. A model is a joint probability q[α, b, γ] of
Alice's instruction α (her outcome for each setting, read as a binary number, setting 0
first), Bob's outcome and Charlie's instruction γ.
"""

from fractions import Fraction

import numpy as np

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.checks import TOLERANCE, finite_array, finite_number, in_interval
from nonlocality.foundations.quantum import (
    PAULI_X,
    PAULI_Y,
    PAULI_Z,
    bell_states,
    measurement_in_basis,
    measurement_of_observables,
    werner_state,
)
from nonlocality.foundations.strategies import CausalModel

DIAGONAL = np.array([[1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]]) / np.sqrt(2)
"""The directions (Z ± X)/√2 of the paper's example."""


def _spins(name: str, directions: np.ndarray) -> np.ndarray:
    vectors = finite_array(name, directions)
    if vectors.ndim != 2 or vectors.shape[1] != 3 or not len(vectors):
        raise ValueError(
            f"Argument `{name}` must have shape (settings, 3), but has shape {vectors.shape}."
        )
    lengths = np.linalg.norm(vectors, axis=1)
    if np.abs(lengths - 1).max(initial=0) > TOLERANCE:
        raise ValueError(
            f"Argument `{name}` must hold unit vectors, but their lengths are {lengths}."
        )
    paulis = np.array([PAULI_X, PAULI_Y, PAULI_Z])
    return measurement_of_observables(np.tensordot(vectors, paulis, axes=1))


def behaviour_swapping(
    *,
    visibility: float | tuple[float, float],
    alice: np.ndarray = DIAGONAL,
    charlie: np.ndarray = DIAGONAL,
) -> Behaviour:
    """Entanglement swapping with two Werner states, from states and measurements.

    Alice and Charlie measure spins along the rows of `alice` and `charlie`, unit vectors of
    shape (settings, 3), by default (Z ± X)/√2; Bob measures the Bell basis with b = 0, 1, 2, 3
    for Φ+, Φ−, Ψ+, Ψ− (text below eq. (55) of arXiv:1411.4648). The visibility is that of each
    source, or a pair: of Alice's source and of Charlie's. Raises ValueError for a visibility
    outside [0, 1] or directions of another kind.

    >>> behaviour_swapping(visibility=0.9).table.shape
    (2, 4, 2, 2, 1, 2)
    >>> behaviour_swapping(visibility=1, alice=np.eye(3), charlie=np.eye(3)).settings
    (3, 1, 3)
    """
    pair = np.shape(visibility) == (2,)
    sources = [werner_state(visibility=v) for v in (visibility if pair else (visibility,) * 2)]
    middle = measurement_in_basis(bell_states())
    ends = _spins("alice", alice), _spins("charlie", charlie)
    return behaviour_quantum(np.kron(*sources), [ends[0], middle, ends[1]])


def swapping_table(visibility: Fraction) -> np.ndarray:
    """The table of :func:`behaviour_swapping` with the directions (Z ± X)/√2, in fractions.

    From the same states and measurements. With r = 1/√2 the projectors are ½ ± ½ r (Z ± X), so
    that each probability is p₀ + p₁ r + p₂ r² with rational p: p₁ must vanish, and r² is ½.
    Returns an array of Fractions, shape (2, 4, 2, 2, 1, 2). Raises ValueError for a visibility
    that is no integer or Fraction in [0, 1].

    >>> swapping_table(Fraction(4, 5))[0, 0, 0, 0, 0, 0]
    Fraction(41, 400)
    """
    in_interval("visibility", visibility, 0, 1)
    if not isinstance(visibility, int | Fraction):
        raise ValueError(f"Argument `visibility` must be a Fraction, but is {visibility!r}.")
    one, x, z = (
        np.array(m, dtype=object) for m in ([[1, 0], [0, 1]], [[0, 1], [1, 0]], [[1, 0], [0, -1]])
    )
    vectors = [[1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0]]
    bells = [np.outer(b, b) * Fraction(1, 2) for b in np.array(vectors, dtype=object)]
    v = Fraction(visibility)
    source = (bells[3] * v + np.kron(one, one) * ((1 - v) / 4)).reshape(2, 2, 2, 2)

    def steered(outcome: int, setting: int, power: int) -> np.ndarray:
        """What is left at Bob, in front of r^power; the pair is the same for both partners."""
        effect = (z + x * (-1) ** setting) * (-1) ** outcome if power else one
        return np.tensordot(effect, source, axes=((1, 0), (0, 2))) / 2

    table = np.full((2, 4, 2, 2, 1, 2), Fraction(0))
    for a, b, c, s, _, t in np.ndindex(table.shape):
        powers = [Fraction(0)] * 3
        for j, k in np.ndindex(2, 2):
            powers[j + k] += (np.kron(steered(a, s, j), steered(c, t, k)) * bells[b]).sum()
        if powers[1]:
            raise ArithmeticError("A probability must be rational, but has a part in 1/√2.")
        table[a, b, c, s, 0, t] = powers[0] + powers[2] / 2
    return table


def behaviour_swapping_formula(i: float, j: float) -> Behaviour:
    """p = (1 + (−1)^(a+c) [(−1)^b₀ I + (−1)^(x+z+b₁) J]) / 16.

    The behaviour with uniform marginals and bilocality correlators I and J; eqs. (54)–(55)
    of arXiv:1411.4648 are I = J = v²/2. Raises ValueError if |I| + |J| > 1.

    >>> from nonlocality.causal_relaxations.bilocal_bounds import bilocality_correlators
    >>> bilocality_correlators(behaviour_swapping_formula(0.5, 0.25))
    (0.5, 0.25)
    """
    i, j = finite_number("i", i), finite_number("j", j)
    in_interval("|i| + |j|", abs(i) + abs(j), 0, 1)
    a, b0, b1, c, x, _, z = np.indices((2, 2, 2, 2, 2, 1, 2))
    signal = (-1.0) ** b0 * i + (-1.0) ** (x + z + b1) * j
    return Behaviour(((1 + (-1.0) ** (a + c) * signal) / 16).reshape(2, 4, 2, 2, 1, 2))


def swapping_model(i: Fraction, j: Fraction, *, share: Fraction) -> np.ndarray:
    """A hidden-variable model of :func:`behaviour_swapping_formula` of least M_BL, exact.

    i, j: I, J ≥ 0 with I + J ≤ 1. share: s = q(α₀ = α₁) between I and 1 − J.
    Returns q as Fractions ``[α₀, α₁, b₀, b₁, γ₀, γ₁]``. With u the chance that both
    instructions ignore their settings, q = (u + (−1)^(α₀+γ₀+b₀) I)/16 where they do,
    (w + (−1)^(α₀+γ₀+b₁) J)/16 where neither does (w its chance), uniform elsewhere.
    Raises ValueError for an I, J or share outside its range.

    >>> q = swapping_model(Fraction(1, 3), Fraction(1, 3), share=Fraction(1, 2))
    >>> q.sum(), nonbilocality_of_model(q)
    (Fraction(1, 1), Fraction(1, 3))
    """
    in_interval("i", i, 0, 1)
    in_interval("j", j, 0, 1)
    i, j = Fraction(i), Fraction(j)
    in_interval("i + j", i + j, 0, 1)
    in_interval("share", share, i, 1 - j)
    share = Fraction(share)
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


def swapping_model_xyz() -> np.ndarray:
    """A bilocal model of perfect swapping with settings X, Y, Z on both sides, exact.

    Fractions q[α, b, γ] of shape (8, 4, 8), sixteen of them 1/16. Alice's instruction is a
    fair choice among those with an odd number of ones, Charlie's among those with an even
    number, independently; Bob reads b₁ = α_X + γ_X and b₀ = α_Z + γ_Z, and the product for Y
    is right by itself, as XX · YY · ZZ = −1 on each Bell state. In the words of
    arXiv:1411.4648, below eq. (62): q(000) = 0, q(001) = q(010) = q(100) = 1/4.

    >>> nonbilocality_of_model(swapping_model_xyz())
    Fraction(0, 1)
    """
    q = np.full((8, 4, 8), Fraction(0))
    for alpha, gamma in np.ndindex(8, 8):
        if alpha.bit_count() % 2 == 1 and gamma.bit_count() % 2 == 0:
            x, z = (alpha ^ gamma) >> 2, (alpha ^ gamma) & 1
            q[alpha, 2 * z + x, gamma] = Fraction(1, 16)
    return q


def nonbilocality_of_model(q: np.ndarray) -> Fraction | float:
    """M_BL = Σ |q(α, γ) − q(α) q(γ)| of a model ``q[α, b, γ]`` or ``[α₀, α₁, b₀, b₁, γ₀, γ₁]``.

    Eq. (46) of arXiv:1411.4648; exact for Fractions. Raises ValueError for no model.

    >>> nonbilocality_of_model(np.full((2,) * 6, 1 / 64))
    0.0
    """
    joint = _blocks(q).sum(axis=1)
    total = abs(joint - np.outer(joint.sum(axis=1), joint.sum(axis=0))).sum()
    return float(total) if isinstance(total, np.floating) else total


def behaviour_of_model(q: np.ndarray) -> np.ndarray:
    """The table p[a, b, c, x, y, z] of a model ``q[α, b, γ]``, exact.

    q: shape (2^m_x, outcomes of Bob, 2^m_z), or the six axes of :func:`swapping_model`.

    >>> behaviour_of_model(np.full((2,) * 6, Fraction(1, 64)))[0, 0, 0, 0, 0, 0]
    Fraction(1, 16)
    """
    blocks = _blocks(q)
    m_x, m_z = (blocks.shape[k].bit_length() - 1 for k in (0, 2))
    outcomes, settings = (2, blocks.shape[1], 2), (m_x, 1, m_z)
    matrix = CausalModel(("x", "", "z"), outcomes, settings).matrix
    rows, columns = matrix.nonzero()
    p = np.full(matrix.shape[0], blocks.flat[0] * 0)
    np.add.at(p, rows, blocks.ravel()[columns])
    return p.reshape(*outcomes, *settings)


def _blocks(q: np.ndarray) -> np.ndarray:
    """The axes α, b, γ; ValueError unless the entries add up to 1."""
    numbers = finite_array("q", q)
    if numbers.ndim != 3 and numbers.shape != (2,) * 6:
        raise ValueError(
            f"Argument `q` must have three axes α, b, γ or six of length 2, but has shape "
            f"{numbers.shape}."
        )
    if np.abs(numbers).max(initial=0) > 2 or abs(numbers.sum() - 1) > 1e-6:
        raise ValueError("Argument `q` must be a model, with probabilities that add up to 1.")
    q = np.asarray(q)
    return q if q.ndim == 3 else q.reshape(4, 4, 4)
