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
from scipy.spatial import ConvexHull, QhullError

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import (
    TOLERANCE,
    check_memory,
    counts,
    finite_array,
    finite_number,
    shown,
)
from nonlocality.foundations.linear_algebra import hermitian_basis, kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.postquantum_steering.assemblages import (
    Assemblage,
    deterministic_strategies,
    minimal_coordinates,
    with_silent_charlie,
)


def polygon(directions: int, *, angle: float = 0.0) -> np.ndarray:
    """Corners of the regular polygon of 2n sides around the unit disc, one of each pair ±r.

    directions: n, at least 2. angle: of the first corner, in radians. Shape (n, 2), components
    along X and Z. The corners lie at the distance 1/cos(π/2n).
    Raises ValueError for fewer than 2 directions or an angle that is not finite.

    >>> polygon(2, angle=np.pi / 4).round(12) + 0.0
    array([[ 1.,  1.],
           [-1.,  1.]])
    """
    if not isinstance(directions, int | np.integer) or directions < 2:
        raise ValueError(
            f"Argument `directions` must be an integer of at least 2, but is {shown(directions)}."
        )
    check_memory("directions", directions)
    angles = finite_array("angle", angle) + np.pi * np.arange(directions) / directions
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) / np.cos(np.pi / (2 * directions))


def polyhedron(frequency: int) -> np.ndarray:
    """Corners of a geodesic polyhedron around the unit ball, one of each pair ±r, ``[n, 3]``.

    The faces of an icosahedron cut into frequency² triangles and blown up to the sphere, then
    scaled until the ball fits in: 5·frequency² + 1 pairs, for assemblages that are not real. The
    corners lie at distances of up to 1.26 (frequency 1), 1.07 (2), 1.03 (3), 1.02 (4).
    Raises ValueError for anything but a positive integer.

    >>> [polyhedron(n).shape for n in (1, 2)]
    [(6, 3), (21, 3)]
    """
    (frequency,) = counts("frequency", (frequency,))
    golden = (1 + 5**0.5) / 2
    signs = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    corners = np.concatenate(
        [np.roll(np.c_[np.zeros(4), signs * [1, golden]], k, axis=1) for k in range(3)]
    )
    steps = [(i, j) for i in range(frequency + 1) for j in range(frequency + 1 - i)]
    shares = np.array([(i, j, frequency - i - j) for i, j in steps]) / frequency
    points = (shares @ corners[ConvexHull(corners).simplices]).reshape(-1, 3)
    points /= np.linalg.norm(points, axis=1)[:, None]
    first = points[np.lexsort(np.round(points, 9).T)]
    kept: list[np.ndarray] = []
    for point in first[::-1]:
        if all(min(np.abs(point - k).max(), np.abs(point + k).max()) > 1e-6 for k in kept):
            kept.append(point)
    r = np.array(kept)
    hull = ConvexHull(np.concatenate([r, -r]))
    return r / -hull.equations[:, -1].max()


def octagon_mixture(angle: float) -> np.ndarray:
    """The coefficients c_{a'x} of eq. (38) of arXiv:1505.01430, ``[a', x]``, for μ = cos(π/8).

    The measurement at θ, kept to the share μ, is a mixture of those at θ_x = πx/4, x = 0, …, 3:
    Π_{0|θ}(μ) = Σ c_{a'x} Π_{a'|θ_x}. With the corners θ_k ≤ θ ≤ θ_{k+1} of the octagon and
    δ = θ − θ_k they have the weights μ sin(π/4 − δ)/sin(π/4) and μ sin(δ)/sin(π/4), together
    cos(δ − π/8); what is left to 1 goes to both outcomes of x = 0 alike.
    angle: θ in radians, any finite number (θ + π is the other outcome).

    >>> octagon_mixture(np.pi / 8).round(6).tolist()  # half-way between two corners
    [[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """
    turns = finite_number("angle", angle) % (2 * np.pi) / (np.pi / 4)
    k = int(turns)
    delta = (turns - k) * np.pi / 4
    mixture = np.zeros((2, 4))
    for corner, sine in ((k, np.sin(np.pi / 4 - delta)), (k + 1, np.sin(delta))):
        mixture[corner // 4 % 2, corner % 4] += np.cos(np.pi / 8) * sine / np.sin(np.pi / 4)
    mixture[:, 0] += max(0.0, 1 - mixture.sum()) / 2
    return mixture


def check_corners(corners: np.ndarray) -> ConvexHull:
    """The hull of ±r_k, for corners of shape (n, 2) or (n, 3); it must contain the unit ball.

    Raises ValueError otherwise, saying how far it reaches.

    >>> check_corners(0.9 * polygon(8))
    Traceback (most recent call last):
    ...
    ValueError: Argument `corners` must span the unit disc or ball, but contains radius 0.9 only.
    """
    r = finite_array("corners", corners)
    if r.ndim != 2 or r.shape[1] not in (2, 3) or len(r) < r.shape[1]:
        raise ValueError(
            "Argument `corners` must have shape (n, 2) or (n, 3), with n at least that second "
            f"number, but has shape {r.shape}."
        )
    try:
        hull = ConvexHull(np.concatenate([r, -r]))
        radius = -hull.equations[:, -1].max()  # n·r + offset ≤ 0 inside, with unit normals n
    except QhullError:  # all corners on a line or in a plane
        hull, radius = None, 0.0
    if radius < 1 - TOLERANCE:
        raise ValueError(
            "Argument `corners` must span the unit disc or ball, but contains radius "
            f"{radius:.9g} only."
        )
    return hull


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
    polygon or polyhedron that contains the unit disc or ball; :func:`polygon` makes regular ones.
    The unknowns are q_λ and u_λk = (q_λ + m_λ(r_k))/2, 1 + n for each strategy λ, and η. The
    value is reached; the true measurements r_k/|r_k| show that max |r_k| times as much cannot be
    beaten.
    With one untrusted party the same for p(ab|xy).
    Raises ValueError for corners that do not contain the disc or do not suit the assemblage, and
    InfeasibleError if Bob and Charlie alone are already nonlocal.

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
    question of steering (arXiv:1604.00501). Returns the bound whose value is −η; η may exceed 1.
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
