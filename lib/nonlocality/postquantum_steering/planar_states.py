"""Hidden states of a real qubit: a circle cut into regions in the place of all strategies.

One untrusted party with m settings of o outcomes has o^m deterministic strategies. But a dual
vector F_{a|x} excludes hidden states by what it says of pure states ρ(θ) on a circle: its least
value over all strategies is min_θ Σ_x min_a tr F_{a|x} ρ(θ), and the smaller of two outcomes
changes at two angles at most. So at most m·o(o − 1) strategies matter to it, one a region between
two such angles. The program of
:func:`~nonlocality.postquantum_steering.hidden_states.hidden_state_visibility` starts with the
regions of the assemblage itself, and takes in those that its dual vector misses, until none is.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import TOLERANCE
from nonlocality.foundations.linear_algebra import hermitian_basis, kron
from nonlocality.foundations.numbers import Evidence, TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.foundations.solvers import SolverError
from nonlocality.postquantum_steering.assemblages import Assemblage

BASIS = hermitian_basis(2, real=True)
"""1, Z, X: tr B_j B_k = 2 δ_jk."""

ROUNDS, CLOSE = 50, 1e-7
"""How often strategies are taken in, and the gap at which that ends."""


@result
class PlanarModel:
    """The largest η with hidden states for η σ + (1 − η) tr(σ) 𝟙/2, and the states.

    largest: η, reached by the model, and bounded from above for all strategies.
    responses: D_λ(a|x) as ``[a, x, λ]``. states: ω_λ ⪰ 0, shape (λ, 2, 2).
    """

    largest: TwoSided
    responses: np.ndarray
    states: np.ndarray

    def elements(self) -> np.ndarray:
        """Σ_λ ω_λ D_λ(a|x) as ``[a, x, i, j]``: the assemblage with its noise."""
        return np.tensordot(self.responses, self.states, 1)


def planar_hidden_states(assemblage: Assemblage) -> PlanarModel:
    """The largest η of ``hidden_state_visibility`` for one untrusted party and a real qubit.

    Any number of settings and outcomes: the program has some strategies a setting, where the
    whole one has outcomes^settings. Fifty settings spread evenly take about a tenth of a
    second, twenty at random a few seconds, as strategies have to be taken in.
    Raises ValueError for anything but a real assemblage of a qubit and one untrusted party, and
    where all elements are multiples of 𝟙; SolverError, with what is known, if the sides do not
    meet.

    >>> from nonlocality.postquantum_steering.assemblages import Assemblage
    >>> turns = np.pi * np.arange(20) / 20
    >>> axes = np.array([[np.cos(turns), np.sin(turns)], [np.sin(turns), -np.cos(turns)]])
    >>> steered = np.array([np.eye(2) + sign * axes.transpose(2, 0, 1) for sign in (1, -1)]) / 4
    >>> best = planar_hidden_states(Assemblage(steered)).largest
    >>> round(best.reached, 7), round(float(1 / (20 * np.sin(np.pi / 40))), 7)
    (0.6372747, 0.6372747)
    """
    parts = _coordinates(assemblage)
    table = _minimal(parts)
    moved = table * [0, 1, 1]
    known = table - moved
    if np.abs(moved).max() <= TOLERANCE:
        raise ValueError(
            "Argument `assemblage` must have an element that is no multiple of the identity: "
            "noise on Alice's side changes nothing here."
        )
    strategies = np.unique(np.vstack([_regions(-parts), _quantiles(parts[..., 0])]), axis=0)
    upper = np.inf
    for _ in range(ROUNDS):
        responses = _responses(strategies, len(parts))
        dual, found = _program(_minimal(responses), known, moved)
        values = np.zeros_like(parts)
        values[:-1] = dual[1:].reshape(len(parts) - 1, *parts.shape[1:]) / 2
        seen = _regions(values)
        # Z_s = Σ_k each_sk B_k must be ⪰ 0 for each strategy s
        each = _minimal(_responses(seen, len(parts))).T @ dual / 2
        lowest = each[:, 0] - np.hypot(each[:, 1], each[:, 2])
        # as Σ_λ tr ω_λ = 1, a negative eigenvalue costs its size and no more
        upper = min(upper, float((known * dual).sum() + max(0.0, -lowest.min())))
        largest = TwoSided(
            upper=upper, reached=-float(found.dual_equal[0]), side="lower", evidence=found
        )
        if upper - largest.reached <= CLOSE:
            return PlanarModel(largest, responses, np.array(found.dual_matrices))
        strategies = np.unique(np.vstack([strategies, seen[lowest < -TOLERANCE]]), axis=0)
    raise SolverError(
        f"Clarabel: after {ROUNDS} rounds the model reaches {largest.reached:.9g}, and the bound "
        f"is {upper:.9g}.",
        known=largest,
    )


def _coordinates(assemblage: Assemblage) -> np.ndarray:
    """The elements as Σ_k parts_k B_k, shape (o, m, 3)."""
    fits = isinstance(assemblage, Assemblage) and (assemblage.parties, assemblage.dimension) == (
        1,
        2,
    )
    if not fits or np.abs(np.imag(assemblage.elements)).max() > TOLERANCE:
        raise ValueError(
            "Argument `assemblage` must be a real one of a qubit and one untrusted party."
        )
    return np.einsum("axij,kji->axk", assemblage.elements.real, BASIS) / 2


def _minimal(table: np.ndarray) -> np.ndarray:
    """Independent rows of a table ``[a, x, k]``: the sum, then all but the last outcome."""
    return np.vstack([table[:, 0].sum(axis=0), table[:-1].reshape(-1, table.shape[-1])])


def _responses(strategies: np.ndarray, outcomes: int) -> np.ndarray:
    """D_λ(a|x) as ``[a, x, λ]`` of answers, shape (λ, m)."""
    return (np.arange(outcomes)[:, None, None] == strategies.T).astype(float)


def _regions(values: np.ndarray) -> np.ndarray:
    """The answers whose value is least somewhere on the circle, integers (regions, m).

    values: v_0 + v_1 cos θ + v_2 sin θ of each answer, shape (o, m, 3).
    """
    first, second = np.triu_indices(len(values), 1)
    v = (values[first] - values[second]).reshape(-1, 3)
    size = np.hypot(v[:, 1], v[:, 2])
    v, size = v[size > np.abs(v[:, 0])], size[size > np.abs(v[:, 0])]
    middle, half = np.arctan2(v[:, 2], v[:, 1]), np.arccos(-v[:, 0] / size)
    cuts = np.sort(
        np.concatenate([[0.0], (middle + half) % (2 * np.pi), (middle - half) % (2 * np.pi)])
    )
    angles = (cuts + np.append(cuts[1:], 2 * np.pi)) / 2
    waves = np.stack([np.ones_like(angles), np.cos(angles), np.sin(angles)])
    return (values @ waves).argmin(axis=0).T


def _quantiles(weights: np.ndarray) -> np.ndarray:
    """Strategies that mix to the probabilities of the answers, (o, m): a program is feasible."""
    steps = np.cumsum(weights, axis=0) / weights.sum(axis=0)
    ends = np.unique(np.append(steps[:-1].ravel(), [0.0, 1.0]))
    places = (ends[1:] + ends[:-1]) / 2
    return (places[:, None, None] > steps[:-1]).sum(axis=1)


def _program(rows: np.ndarray, known: np.ndarray, moved: np.ndarray) -> tuple[np.ndarray, Evidence]:
    """The least ⟨F, known⟩ with ⟨F, moved⟩ = −1 and Z_s(F) ⪰ 0 for some strategies: F, evidence.

    Dual to the largest η with Σ_s ω_s rows_s = known + η moved: the ω_s ⪰ 0 are the dual matrices,
    and −η the dual variable of the equality. rows: minimal ones of the strategies.
    """
    turned = BASIS.reshape(3, -1).T / 2
    matrices = [MatrixInequality(np.zeros((2, 2)), kron(row[None], turned)) for row in rows.T]
    best = minimise_semidefinite(
        known.ravel(),
        matrices=matrices,
        equal=(sp.csr_array(moved.reshape(1, -1)), np.array([-1.0])),
        box=1 / np.abs(moved).max(),
    )
    dual = best.evidence.point.reshape(moved.shape)
    return dual / -(moved * dual).sum(), best.evidence
