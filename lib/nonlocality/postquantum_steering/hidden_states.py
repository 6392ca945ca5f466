"""Hidden variables and hidden states: what a steered qubit shows to every measurement.

Alice's qubit effect (𝟙 + r·X)/2, with r in the unit disc (real assemblages, X = (X, Z)) or ball
(complex ones, X = (X, Y, Z)), has on σ_{bc|yz} the probability (p + r·v)/2, where p(bc|yz) is the
trace and v the vector of the Pauli traces. The behaviour of many directions is **local** if

    Σ_λ q_λ D_λ(bc|yz) = p(bc|yz),  Σ_λ m_λ(r) D_λ(bc|yz) = r·v(bc|yz),  |m_λ(r)| ≤ q_λ

for the deterministic strategies D_λ of Bob and Charlie; m_λ/q_λ is Alice's mean outcome. Nothing
here asks r to be a measurement. So if finitely many corners ±r_k span a polygon that contains the
disc, and m_λ(r_k) exists, convex mixtures give m_λ(r) for every r of the disc: for every
projective measurement, and every other one with two outcomes.

In a model of local hidden **states** m_λ(r) = r·w_λ is linear in r. A local model need not be,
and that is the room in which postquantum steering without postquantum nonlocality lives.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import TOLERANCE, finite_array
from nonlocality.foundations.linear_algebra import hermitian_basis, kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.postquantum_steering.assemblage_tables import minimal_coordinates
from nonlocality.postquantum_steering.assemblages import (
    Assemblage,
    deterministic_strategies,
    with_silent_charlie,
)
from nonlocality.postquantum_steering.directions import check_corners


@result
class LocalModel:
    """A local model for every direction in the hull of the corners ±r_k.

    corners: (n, 2) or (n, 3). weights: q_λ. means: m_λ(r_k), shape (λ, n), with |m_λ| ≤ q_λ.
    responses: D_λ(bc|yz) as ``[b, c, y, z, λ]``, or D_λ(b|y) as ``[b, y, λ]``.
    """

    corners: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    responses: np.ndarray

    def behaviour(self, directions: np.ndarray) -> Behaviour:
        """p(abc|xyz) of the model for Alice's directions ``[x, component]``; outcome 0 is +r.

        Raises ValueError for a direction outside of the hull.
        """
        hull = check_corners(self.corners)
        both, means = hull.points, np.concatenate([self.means, -self.means], axis=1)
        faces = np.linalg.inv(both[hull.simplices].swapaxes(1, 2))
        tables = []
        for direction in finite_array("directions", directions):
            shares = faces @ direction  # the direction as a mixture of a face's corners, and 0
            best = (shares.min(axis=1) - np.maximum(shares.sum(axis=1) - 1, 0)).argmax()
            share = shares[best]
            if share.min() < -TOLERANCE or share.sum() > 1 + TOLERANCE:
                raise ValueError(
                    "Argument `directions` must lie in the hull of the corners, but "
                    f"{direction.tolist()} does not."
                )
            mean = means[:, hull.simplices[best]] @ share
            tables.append([self.responses @ (self.weights + s * mean) / 2 for s in (1, -1)])
        return Behaviour(np.moveaxis(tables, 0, 1 + self.responses.ndim // 2))


@result
class LocalVisibility:
    """How much of the Bloch vectors may be kept until every projective measurement is local.

    The largest η for which η σ + (1 − η) tr(σ) 𝟙/2 (noise on Alice's side, eq. (40) of
    arXiv:1505.01430) is local for all directions of the unit disc or ball is `largest`; it may
    exceed 1. It is reached by the model for the corners, and bounded from above by their true
    measurements. Local for all projective measurements is what reached ≥ 1 says; not local,
    upper < 1. model: of σ itself if η ≥ 1 is reached, of the noisy one with η = reached otherwise.
    """

    largest: TwoSided
    model: LocalModel


def local_visibility(assemblage: Assemblage, *, corners: np.ndarray) -> LocalVisibility:
    """The largest η, with a model that covers all projective measurements, from finite corners.

    corners: r_k, shape (n, 2) for real assemblages, with components along X and Z (the
    component along Y of a measurement meets nothing), or (n, 3) along X, Y, Z. ±r_k must span a
    polygon or polyhedron that contains the unit disc or ball; ``polygon`` makes regular ones.
    The unknowns are q_λ and u_λk = (q_λ + m_λ(r_k))/2, 1 + n for each strategy λ, and η. The
    value is reached; the true measurements r_k/|r_k| show that max |r_k| times as much cannot be
    beaten.
    With one untrusted party the same for p(ab|xy).
    Raises ValueError for corners that do not contain the disc or do not suit the assemblage, and
    InfeasibleError if Bob and Charlie alone are already nonlocal.

    >>> from nonlocality.postquantum_steering.directions import polygon
    >>> from nonlocality.postquantum_steering.assemblages import Assemblage
    >>> plus, minus = np.full((2, 2), 0.5), np.array([[0.5, -0.5], [-0.5, 0.5]])
    >>> up, down = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    >>> steered = np.array([[up, plus], [down, minus]]) / 2
    >>> seen = local_visibility(Assemblage(steered), corners=polygon(32))
    >>> bool(seen.largest.reached < 2**-0.5 < seen.largest.upper)  # the two measurements of CHSH
    True
    """
    r = finite_array("corners", corners)
    check_corners(r)
    given, assemblage = assemblage, with_silent_charlie(assemblage)
    vectors, traces = _bloch(assemblage, r.shape[1])
    _check_size(assemblage)
    strategies = deterministic_strategies(assemblage)
    d, (n, count) = minimal_coordinates(strategies), (len(r), strategies.shape[-1])
    rows, unit = len(d), sp.eye_array(n)
    shown = minimal_coordinates(vectors) @ r.T  # r_k·v, one column a direction
    equal = sp.block_array(
        [
            [sp.csr_array(d), None, None],
            [-kron(np.ones((n, 1)), d), kron(unit, 2 * d), -sp.csr_array(shown.T.reshape(-1, 1))],
        ]
    )
    right = np.concatenate([minimal_coordinates(traces[..., None])[:, 0], np.zeros(n * rows)])
    below = sp.hstack(
        [
            -kron(np.ones((n, 1)), np.eye(count)),
            sp.eye_array(n * count),
            sp.csr_array((n * count, 1)),
        ]
    )
    cost = np.zeros(equal.shape[1])
    cost[-1] = -1.0
    longest = np.abs(shown).max()
    if longest <= TOLERANCE:
        raise ValueError("Argument `assemblage` must have a Bloch vector that is not zero.")
    with _in_words():
        found = -minimise_linear(
            cost,
            equal=(sp.csr_array(equal), right),
            below=(sp.csr_array(below), np.zeros(n * count)),
            mass=1 + n + 1 / longest,  # Σq = 1, Σu ≤ 1 for each direction, η |r·v| ≤ p ≤ 1
        )
    weights, eta = found.evidence.point[:count], found.reached
    means = 2 * found.evidence.point[count:-1].reshape(n, count).T - weights[:, None]
    responses = strategies if given.parties == 2 else strategies[:, 0, :, 0]
    model = LocalModel(r, weights, means / max(1, eta), responses)
    reach = np.linalg.norm(r, axis=1).max()
    return LocalVisibility(replace(found, upper=found.upper * float(reach)), model)


def hidden_state_visibility(assemblage: Assemblage, *, solver: str = "clarabel") -> TwoSided:
    """The largest η for which η σ + (1 − η) tr(σ) 𝟙/d has a model of local hidden states.

    Such a model is σ_{bc|yz} = Σ_λ ω_λ D_λ(bc|yz) with ω_λ ⪰ 0: quantum, and local for every
    measurement. One or two untrusted parties, any dimension, settings, outcomes; the number of
    strategies λ, outcomes^settings of each party, is the cost. With one party this is the usual
    question of steering (arXiv:1604.00501), and with a real qubit
    :func:`~nonlocality.postquantum_steering.planar_states.planar_hidden_states` needs few of the
    strategies. Returns the bound whose value is −η; η may exceed 1.
    solver: as :func:`~nonlocality.foundations.semidefinite.minimise_semidefinite`.
    Raises InfeasibleError if Bob and Charlie alone are already nonlocal, and ValueError where the
    noise changes nothing, as all elements are multiples of 𝟙, or beyond 5,000 strategies.

    >>> from nonlocality.postquantum_steering.assemblages import Assemblage
    >>> plus, minus = np.full((2, 2), 0.5), np.array([[0.5, -0.5], [-0.5, 0.5]])
    >>> up, down = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    >>> steered = np.array([[up, plus], [down, minus]]) / 2
    >>> round(hidden_state_visibility(Assemblage(steered)).reached, 6)
    0.707107
    """
    assemblage = with_silent_charlie(assemblage)
    _check_size(assemblage)
    elements, size = assemblage.elements, assemblage.dimension
    basis = hermitian_basis(size, real=not np.iscomplexobj(elements))
    strategies = deterministic_strategies(assemblage)
    d, count = minimal_coordinates(strategies), strategies.shape[-1]
    parts = minimal_coordinates(np.einsum("bcyzij,kji->bcyzk", elements, basis).real)
    parts = parts / np.einsum("kij,kji->k", basis, basis).real
    known = np.zeros_like(parts)
    known[:, 0] = parts[:, 0]  # the first basis matrix is the identity: the trace stays
    if np.abs(parts - known).max() <= TOLERANCE:
        with _in_words():
            minimise_linear(np.zeros(count), equal=(sp.csr_array(d), parts[:, 0] * size), mass=1)
        raise ValueError(
            "Argument `assemblage` must have an element that is no multiple of the identity: "
            "noise on Alice's side changes nothing here."
        )
    equal = sp.hstack([kron(d, np.eye(len(basis))), -sp.csr_array((parts - known).reshape(-1, 1))])
    columns = sp.csr_array(basis.reshape(len(basis), -1).T)
    matrices = [
        MatrixInequality(
            np.zeros((size, size)),
            sp.hstack([kron(np.eye(count)[[k]], columns), sp.csr_array((size * size, 1))]),
        )
        for k in range(count)
    ]
    cost = np.zeros(equal.shape[1])
    cost[-1] = -1.0
    with _in_words():
        return -minimise_semidefinite(
            cost,
            matrices=matrices,
            equal=(sp.csr_array(equal), known.ravel()),
            box=1 / np.abs(parts - known).max(),
            solver=solver,
        )


MOST_STRATEGIES = 5_000
"""Deterministic strategies of Bob and Charlie that a program may have."""


def _check_size(assemblage: Assemblage) -> None:
    """Raise ValueError for more strategies than a program is made for."""
    size = np.prod([float(k) for k in np.repeat(assemblage.outcomes, assemblage.settings)])
    if size > MOST_STRATEGIES:
        raise ValueError(
            f"Argument `assemblage` must have at most {MOST_STRATEGIES} deterministic strategies, "
            f"outcomes^settings, but has {size:.3g}."
        )


@contextmanager
def _in_words() -> Iterator[None]:
    """The programs here have a solution at η = 0 unless Bob and Charlie alone have none."""
    try:
        yield
    except InfeasibleError:
        raise InfeasibleError(
            "Bob and Charlie alone are already nonlocal: there is no local model, however much "
            "noise there is on Alice's side."
        ) from None


def _bloch(assemblage: Assemblage, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Pauli traces ``[b, c, y, z, component]`` and traces of a qubit assemblage."""
    if not isinstance(assemblage, Assemblage) or assemblage.dimension != 2:
        raise ValueError("Argument `assemblage` must be one of qubits.")
    paulis = np.array([PAULI_X, PAULI_Y, PAULI_Z])
    vectors = np.einsum("...ij,kji->...k", assemblage.elements, paulis).real
    if components == 2 and np.abs(vectors[..., 1]).max() > TOLERANCE:
        raise ValueError(
            "Argument `corners` must have three components for an assemblage that is not real, "
            "but has two."
        )
    vectors = vectors[..., [0, 2]] if components == 2 else vectors
    return vectors, np.trace(assemblage.elements, axis1=-2, axis2=-1).real
