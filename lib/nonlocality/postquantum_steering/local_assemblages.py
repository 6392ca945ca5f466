"""The local assemblages of a steering scenario, as the feasible points of linear programs.

Real or complex qubits, two settings and two outcomes for Bob and Charlie. The unknowns are the
weights q_λ of the deterministic strategies, u_λk = (q_λ + m_λ(r_k))/2 for the corners r_k (see
:mod:`~nonlocality.postquantum_steering.hidden_states`), and the Bloch vectors in minimal
coordinates, all shifted by 1 so that every unknown is positive.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import finite_array, in_interval
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z
from nonlocality.foundations.results import result
from nonlocality.postquantum_steering.assemblage_tables import minimal_coordinates
from nonlocality.postquantum_steering.assemblages import Assemblage, deterministic_strategies
from nonlocality.postquantum_steering.directions import check_corners, polygon
from nonlocality.postquantum_steering.functionals import check_functional, in_units

SHAPE = (2, 2, 2, 2)
"""Outcomes and settings of Bob and Charlie."""


def best_local_assemblage(
    functional: np.ndarray, *, corners: np.ndarray, radius: float = 1.0
) -> Assemblage:
    """The assemblage with the least Σ tr(Fσ) among those local for the directions radius·r_k.

    functional: F, two outcomes and settings each, real (qubits). corners: r_k, as in
    :func:`~nonlocality.postquantum_steering.hidden_states.local_visibility`, with two components
    for real assemblages. radius: in [0, 1]; with 1 the assemblage is local for all projective
    measurements and needs no further condition; with less it is kept positive by the 32-gon (with
    three components, the given polyhedron) around the disc. A linear program in q_λ, u_λk and the
    Bloch vectors. What the solver's tolerance leaves negative is lifted by so much white noise.
    Raises ValueError for another shape or scenario, and as
    :func:`~nonlocality.postquantum_steering.directions.check_corners`.

    >>> f = np.random.default_rng(0).normal(size=(2, 2, 2, 2, 1, 2)) * np.eye(2)
    >>> best = best_local_assemblage(f, corners=polygon(4))
    >>> best.settings
    (2, 2)
    """
    f = check_functional("functional", functional)
    if f.shape != (*SHAPE, 2, 2):
        raise ValueError(
            f"Argument `functional` must have shape {(*SHAPE, 2, 2)}, but has shape {f.shape}."
        )
    _, f = in_units(f)
    radius = in_interval("radius", radius, 0, 1)
    r = finite_array("corners", corners)
    check_corners(r)
    program = _local_program(r, radius)
    paulis = np.array([PAULI_X, PAULI_Z] if r.shape[1] == 2 else [PAULI_X, PAULI_Y, PAULI_Z])
    weights = np.trace(f, axis1=-2, axis2=-1).real.reshape(-1) / 2
    pull = np.einsum("...ij,kji->...k", f, paulis).real.reshape(-1, r.shape[1]) / 2
    cost = np.zeros(program.unknowns)
    cost[: program.strategies.shape[1]] = weights @ program.strategies
    cost[-program.vectors :] = (program.full.T @ pull).ravel()
    least = minimise_linear(
        cost, equal=program.equal, below=program.below, mass=1.0 + len(r) + 2 * program.vectors
    )
    probabilities = program.strategies @ least.evidence.point[: program.strategies.shape[1]]
    vectors = program.full @ (least.evidence.point[-program.vectors :] - 1).reshape(-1, r.shape[1])
    elements = np.multiply.outer(probabilities / probabilities.sum() * 4, np.eye(2))
    elements = (elements + np.tensordot(vectors, paulis, 1)).reshape(*SHAPE, 2, 2) / 2
    lift = 8 * max(0.0, -np.linalg.eigvalsh(elements).min())
    return Assemblage((elements + lift * np.eye(2) / 8) / (1 + lift))


def distance_to_local(assemblage: Assemblage, *, corners: np.ndarray) -> TwoSided:
    """How much the entries of ρ_A, σ_{0|y}, σ_{0|z}, σ_{00|yz} must change to become local.

    The least, over all assemblages local for the directions r_k, of the largest change of an
    entry of the minimal representation: beyond half a unit of the last printed digit, no
    assemblage that rounds to a printed table is local for them. Real qubits, two outcomes and
    settings each. corners: as in :func:`best_local_assemblage`, with two components.
    Raises ValueError for another assemblage, and as
    :func:`~nonlocality.postquantum_steering.directions.check_corners`.

    >>> from nonlocality.postquantum_steering.exclusive import pythagorean_assemblage
    >>> corners = polygon(4)
    >>> 0.001 < distance_to_local(pythagorean_assemblage(0.2), corners=corners).lower < 0.1
    True
    """
    r = finite_array("corners", corners)
    check_corners(r)
    elements = assemblage.elements
    if elements.shape != (*SHAPE, 2, 2) or np.iscomplexobj(elements) or r.shape[1] != 2:
        raise ValueError(
            "Argument `assemblage` must hold real qubits, two outcomes and settings each, and "
            "`corners` have two components."
        )
    program = _local_program(r, 1.0)
    given = minimal_coordinates(elements[..., [0, 0, 1], [0, 1, 1]])
    (rows, count), unknowns = program.minimal.shape, program.unknowns
    p = np.zeros((rows, unknowns))
    p[:, :count] = program.minimal
    x, z = np.zeros((2, rows, unknowns))
    x[:, -2 * rows :: 2] = z[:, 1 - 2 * rows :: 2] = np.eye(rows)
    entries = np.concatenate([p + z, x, p - z]) / 2  # of matrices whose vectors are 1 too large
    wanted = given.T.ravel() + np.repeat([0.5, 0.5, -0.5], rows)
    column = -np.ones((2 * len(entries), 1))
    below = sp.block_array(
        [[program.below[0], None], [np.concatenate([entries, -entries]), column]], format="csr"
    )
    equal = sp.hstack([program.equal[0], sp.csr_array((len(program.equal[1]), 1))], format="csr")
    cost = np.zeros(unknowns + 1)
    cost[-1] = 1.0
    return minimise_linear(
        cost,
        equal=(equal, program.equal[1]),
        below=(below, np.concatenate([program.below[1], wanted, -wanted])),
        mass=3.0 + len(r) + 2 * program.vectors,
    )


@result
class _LocalProgram:
    """Unknowns q_λ, u_λk, Bloch vectors + 1 in minimal coordinates, and their constraints."""

    equal: tuple[sp.csr_array, np.ndarray]
    below: tuple[sp.csr_array, np.ndarray]
    strategies: np.ndarray
    minimal: np.ndarray
    full: np.ndarray
    unknowns: int
    vectors: int


def _local_program(corners: np.ndarray, radius: float) -> _LocalProgram:
    """What does not depend on the functional."""
    scenario = Assemblage(np.broadcast_to(np.eye(1) / 4, (*SHAPE, 1, 1)))
    table = deterministic_strategies(scenario)
    d, flat = minimal_coordinates(table), table.reshape(16, -1)
    full = np.round(flat @ np.linalg.pinv(d))  # from minimal coordinates to all 16 elements
    (rows, count), n, parts = d.shape, *corners.shape
    vectors = rows * parts
    each = np.ones((n, 1))
    shown = np.einsum("kc,rs->krsc", radius * corners, np.eye(rows)).reshape(n * rows, vectors)
    equal = sp.block_array(
        [
            [np.ones((1, count)), None, None],
            [-kron(each, d), kron(np.eye(n), 2 * d), -shown],
        ]
    )
    right = np.concatenate([[1.0], -shown.sum(axis=1)])
    below = sp.hstack(
        [-kron(each, np.eye(count)), sp.eye_array(n * count), sp.csr_array((n * count, vectors))]
    )
    limits = np.zeros(n * count)
    if radius < 1:
        around = polygon(16) if parts == 2 else corners
        around = np.concatenate([around, -around])
        seen = kron(full, around)  # r·v of each element and direction, from [coordinate, component]
        blank = sp.csr_array((seen.shape[0], n * count))
        positive = sp.hstack([-kron(flat, np.ones((len(around), 1))), blank, seen])
        below, limits = sp.vstack([below, positive]), np.r_[limits, seen.sum(axis=1)]
    return _LocalProgram(
        (sp.csr_array(equal), right),
        (sp.csr_array(below), limits),
        flat,
        d,
        full,
        equal.shape[1],
        vectors,
    )
