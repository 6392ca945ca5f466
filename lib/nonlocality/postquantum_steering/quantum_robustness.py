"""How much white noise makes an assemblage quantum, from both sides.

For two settings and two outcomes of Bob and Charlie, Jordan's lemma says that a quantum assemblage
is a mixture of those from a qubit each with two measurements at the angles (θ_B, θ_C) (see
:mod:`~nonlocality.postquantum_steering.functional_bounds`). For a *finite* list of angles to be a
mixture Σ_k tr_BC(ρ_k 1 ⊗ E(θ_k) ⊗ E(θ'_k)) is a semidefinite program in the ρ_k ⪰ 0. Its least
noise is enough, since the ρ_k are a model: the upper side. Its dual is a functional F, and the
least value of F over *all* angles, found exactly, says how far the noise is from the least one:
the lower side (as is the robustness against Q̃). The angles that reach it join the list, until both
sides meet.
"""

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from nonlocality.foundations.checks import counts, in_interval
from nonlocality.foundations.linear_algebra import hermitian_basis
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.postquantum_steering.assemblage_tables import minimal_coordinates
from nonlocality.postquantum_steering.assemblages import Assemblage, assemblage_white_noise
from nonlocality.postquantum_steering.functional_bounds import (
    bell_operators,
    least_over_angles,
    lowest_eigenvalues,
    measurement_at,
    on_circle,
)
from nonlocality.postquantum_steering.functionals import functional_minimal
from nonlocality.postquantum_steering.robustness import white_noise_robustness


@result
class QuantumRobustness:
    """The least t for which (1 − t)σ + t𝟙/(4d) is quantum.

    weight: proved from below by the witness, reached from above by the model.
    angles: (θ_B, θ_C) of each part of the model, shape (k, 2). states: ρ_k ⪰ 0 of Alice, Bob and
    Charlie, (k, 4d, 4d), whose traces add up to 1. residual: by how much an entry of the model
    misses the noisy assemblage of that weight, or an eigenvalue of a ρ_k misses 0. witness: F
    ``[b, c, y, z, i, j]``.
    """

    weight: TwoSided
    angles: np.ndarray
    states: np.ndarray
    residual: float
    witness: np.ndarray

    def elements(self) -> np.ndarray:
        """What the model gives, ``[b, c, y, z, i, j]``."""
        return sum(
            _elements(state, pair) for state, pair in zip(self.states, self.angles, strict=True)
        )


def _elements(states: np.ndarray, pair: np.ndarray) -> np.ndarray:
    """tr_BC(ρ 1 ⊗ E ⊗ G) as ``[…, b, c, y, z, i, j]`` for operators ``[…, 4d, 4d]``."""
    d = states.shape[-1] // 4
    tensor = states.reshape(*states.shape[:-2], d, 2, 2, d, 2, 2)
    bob, charlie = (measurement_at(theta) for theta in pair)
    return np.einsum("...ikmjln,yblk,zcnm->...bcyzij", tensor, bob, charlie, optimize=True)


def quantum_white_noise_robustness(
    assemblage: Assemblage, *, gap: float = 1e-6, rounds: int = 30
) -> QuantumRobustness:
    """The least weight of white noise that makes an assemblage quantum, up to `gap`.

    assemblage: two untrusted parties with two settings and two outcomes each, any dimension (some
    seconds for qubits). gap: between the two sides, in [1e-8, 1]. rounds: of the list of angles,
    after which the sides are returned as they are.
    Raises ValueError for another scenario, SolverError as the programs do.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> from nonlocality.postquantum_steering.assemblage_models import assemblage_product
    >>> pr_box = assemblage_product(behaviour_pr_box(), np.eye(1))
    >>> found = quantum_white_noise_robustness(pr_box, gap=1e-5)
    >>> low, high = found.weight.sides
    >>> bool(low <= 1 - 2**-0.5 + 1e-9 and high >= 1 - 2**-0.5 - 1e-9)
    True
    """
    if not isinstance(assemblage, Assemblage) or assemblage.elements.shape[:-2] != (2, 2, 2, 2):
        raise ValueError(
            "Argument `assemblage` must have two untrusted parties, two settings and two outcomes "
            "each."
        )
    gap = in_interval("gap", gap, 1e-8, 1)
    (rounds,) = counts("rounds", (rounds,))
    pairs = [np.full(2, np.pi / 2), *(np.pi * np.array(turn) for turn in np.ndindex(2, 2))]
    outer = white_noise_robustness(assemblage)
    lower, witness = outer.weight.lower, outer.witness
    pairs += _valleys(witness)
    for _ in range(rounds):
        upper, states, residual, f = _mixture(assemblage, pairs)
        used = list(pairs), states, residual
        if upper - lower <= gap:
            break
        precision = max(gap / 4, (upper - lower) / 20)
        _, least, angles, _ = least_over_angles(bell_operators(f), precision)
        proved = least - float(np.einsum("bcyzij,bcyzji->", f, assemblage.elements).real)
        if proved > lower:
            lower, witness = proved, f
        if upper - lower <= gap:
            break
        pairs = [p for p, s in zip(pairs, states, strict=True) if np.trace(s).real > 1e-7]
        pairs += [np.array(angles), *_valleys(f)]
    weight = TwoSided(lower, reached=upper, side="upper")
    return QuantumRobustness(weight, np.array(used[0]), *used[1:], witness)


def _valleys(functional: np.ndarray) -> list[np.ndarray]:
    """Angles at which the least value is locally lowest, from a grid, each followed down."""
    operators, grid = bell_operators(functional), np.linspace(0, 2 * np.pi, 33)[:-1]

    def at(angles: np.ndarray) -> np.ndarray:
        return lowest_eigenvalues(operators, on_circle(angles[..., 0]), on_circle(angles[..., 1]))

    points = np.stack(np.meshgrid(grid, grid, indexing="ij"), axis=-1)
    values = at(points)
    around = [np.roll(values, shift, (0, 1)) for shift in np.ndindex(3, 3)]
    around = [np.roll(v, (-1, -1), (0, 1)) for v in around]
    bottoms = points[(values <= np.min(around, axis=0)) & (values < 0)]
    return [
        minimize(at, start, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-10}).x
        for start in bottoms
    ]


def _mixture(
    assemblage: Assemblage, pairs: list[np.ndarray]
) -> tuple[float, np.ndarray, float, np.ndarray]:
    """The least noise with these angles: its weight, the ρ_k, what they miss, and the dual F."""
    d, real = assemblage.dimension, not np.iscomplexobj(assemblage.elements)
    size = 4 * d
    basis, seen = hermitian_basis(size, real=real), hermitian_basis(d, real=real)

    def coordinates(elements: np.ndarray) -> np.ndarray:
        """tr(B σ) of the nine minimal matrices, ``[row, B, …]`` flattened in front."""
        traces = np.einsum("...bcyzij,kji->bcyz...k", elements, seen).real
        flat = minimal_coordinates(traces.reshape(2, 2, 2, 2, -1))
        return flat.reshape(9, *traces.shape[4:])

    start = coordinates(assemblage.elements)
    way = coordinates(assemblage_white_noise(assemblage).elements) - start
    columns = [coordinates(_elements(basis, pair)).transpose(0, 2, 1).reshape(start.size, -1)
               for pair in pairs]  # fmt: skip
    equal = np.hstack([-way.reshape(-1, 1), *columns])
    cost = np.zeros(equal.shape[1])
    cost[0] = 1
    block = sp.csr_array(basis.reshape(len(basis), -1).T)
    matrices = []
    for k in range(len(pairs)):
        left = sp.csr_array((size * size, 1 + k * len(basis)))
        right = sp.csr_array((size * size, (len(pairs) - k - 1) * len(basis)))
        matrices.append(
            MatrixInequality(np.zeros((size, size)), sp.hstack([left, block, right], format="csr"))
        )
    bound = minimise_semidefinite(
        cost,
        matrices=matrices,
        equal=(sp.csr_array(equal), start.ravel()),
        below=(sp.csr_array(([-1.0], ([0], [0])), shape=(1, len(cost))), np.zeros(1)),
        box=1.0,
    )
    states = np.einsum("kb,bij->kij", bound.evidence.point[1:].reshape(len(pairs), -1), basis)
    t = max(0.0, float(bound.evidence.point[0]))
    model = sum(_elements(s, p) for s, p in zip(states, pairs, strict=True))
    noisy = (1 - t) * assemblage.elements + t * assemblage_white_noise(assemblage).elements
    members = np.einsum("rk,kij->rij", -bound.evidence.dual_equal.reshape(start.shape), seen)
    f = functional_minimal(
        reduced=members[0], bob=members[1:3], charlie=members[3:5],
        joint=members[5:].reshape(2, 2, d, d),
    )  # fmt: skip
    # scaled so that F gains 1 from the assemblage to white noise
    gain = float(np.einsum("bcyzij,bcyzji->", f, noisy - assemblage.elements).real)
    f = f * (t / gain) if gain > 0 else f
    miss = max(np.abs(model - noisy).max(), -np.linalg.eigvalsh(states)[:, 0].min())
    return t, states, float(miss), f
