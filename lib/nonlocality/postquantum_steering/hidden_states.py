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

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.spatial import ConvexHull, QhullError

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import TOLERANCE, finite_array
from nonlocality.foundations.linear_algebra import hermitian_basis, kron
from nonlocality.foundations.optimise import (
    Bound,
    MatrixInequality,
    minimise_linear,
    minimise_semidefinite,
)
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z
from nonlocality.postquantum_steering.assemblages import (
    Assemblage,
    deterministic_strategies,
    minimal_coordinates,
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
            f"Argument `directions` must be an integer of at least 2, but is {directions!r}."
        )
    angles = finite_array("angle", angle) + np.pi * np.arange(directions) / directions
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) / np.cos(np.pi / (2 * directions))


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


@dataclass(frozen=True, eq=False)
class LocalModel:
    """A local model for every direction in the hull of the corners ±r_k.

    corners: (n, 2) or (n, 3). weights: q_λ. means: m_λ(r_k), shape (λ, n), with |m_λ| ≤ q_λ.
    responses: D_λ(bc|yz) as ``[b, c, y, z, λ]``.
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
        return Behaviour(np.moveaxis(tables, 0, 3))


@dataclass(frozen=True, eq=False)
class LocalVisibility:
    """How much of the Bloch vectors may be kept until every projective measurement is local.

    The largest η for which η σ + (1 − η) tr(σ) 𝟙/2 (noise on Alice's side, eq. (40) of
    arXiv:1505.01430) is local for all directions of the unit disc or ball lies in
    [lower, upper]; it may exceed 1. Local for all projective measurements is what lower ≥ 1
    says; not local, upper < 1. model: of σ itself if lower ≥ 1, of the noisy one with
    η = lower otherwise. bound: of the linear program, whose value is −η for the corners.
    """

    lower: float
    upper: float
    model: LocalModel
    bound: Bound


def local_visibility(assemblage: Assemblage, *, corners: np.ndarray) -> LocalVisibility:
    """The largest η, with a model that covers all projective measurements, from finite corners.

    corners: r_k, shape (n, 2) for real assemblages, with components along X and Z (the
    component along Y of a measurement meets nothing), or (n, 3) along X, Y, Z. ±r_k must span a
    polygon or polyhedron that contains the unit disc or ball; :func:`polygon` makes regular ones.
    The unknowns are q_λ and u_λk = (q_λ + m_λ(r_k))/2, 1 + n for each strategy λ, and η. Lower is
    the value; the true measurements r_k/|r_k| show that upper = lower · max |r_k| cannot be beaten.
    Raises ValueError for corners that do not contain the disc or do not suit the assemblage, and
    InfeasibleError if Bob and Charlie alone are already nonlocal.

    >>> from nonlocality.postquantum_steering.assemblages import Assemblage
    >>> plus, minus = np.full((2, 2), 0.5), np.array([[0.5, -0.5], [-0.5, 0.5]])
    >>> up, down = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    >>> steered = np.array([[up, plus], [down, minus]])[:, None, :, None] / 2
    >>> seen = local_visibility(Assemblage(steered), corners=polygon(32))
    >>> bool(seen.lower < 2**-0.5 < seen.upper)  # the two measurements of CHSH
    True
    """
    r = finite_array("corners", corners)
    check_corners(r)
    vectors, traces = _bloch(assemblage, r.shape[1])
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
    bound = minimise_linear(
        cost,
        equal=(sp.csr_array(equal), right),
        below=(sp.csr_array(below), np.zeros(n * count)),
        mass=1 + n + 1 / longest,  # Σq = 1, Σu ≤ 1 for each direction, η |r·v| ≤ p ≤ 1
    )
    weights, eta = bound.point[:count], -bound.value
    means = 2 * bound.point[count:-1].reshape(n, count).T - weights[:, None]
    model = LocalModel(r, weights, means / max(1, eta), strategies)
    reach = np.linalg.norm(r, axis=1).max()
    return LocalVisibility(eta, float(-bound.lower * reach), model, bound)


def hidden_state_visibility(assemblage: Assemblage, *, modeller: str = "cvxpy") -> Bound:
    """The largest η for which η σ + (1 − η) tr(σ) 𝟙/d has a model of local hidden states.

    Such a model is σ_{bc|yz} = Σ_λ ω_λ D_λ(bc|yz) with ω_λ ⪰ 0: quantum, and local for every
    measurement. Any dimension. Returns the bound whose value is −η; η may exceed 1.
    modeller: as :func:`~nonlocality.foundations.optimise.minimise_semidefinite`.
    Raises InfeasibleError if Bob and Charlie alone are already nonlocal.

    >>> from nonlocality.postquantum_steering.assemblages import Assemblage
    >>> plus, minus = np.full((2, 2), 0.5), np.array([[0.5, -0.5], [-0.5, 0.5]])
    >>> up, down = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    >>> steered = np.array([[up, plus], [down, minus]])[:, None, :, None] / 2
    >>> round(-hidden_state_visibility(Assemblage(steered)).value, 6)
    0.707107
    """
    elements, size = assemblage.elements, assemblage.dimension
    basis = hermitian_basis(size, real=not np.iscomplexobj(elements))
    strategies = deterministic_strategies(assemblage)
    d, count = minimal_coordinates(strategies), strategies.shape[-1]
    parts = minimal_coordinates(np.einsum("bcyzij,kji->bcyzk", elements, basis).real)
    parts = parts / np.einsum("kij,kji->k", basis, basis).real
    known = np.zeros_like(parts)
    known[:, 0] = parts[:, 0]  # the first basis matrix is the identity: the trace stays
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
    return minimise_semidefinite(
        cost,
        matrices=matrices,
        equal=(sp.csr_array(equal), known.ravel()),
        box=1 / max(np.abs(parts - known).max(), TOLERANCE),
        modeller=modeller,
    )


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
