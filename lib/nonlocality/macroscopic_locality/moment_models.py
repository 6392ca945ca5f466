"""Where moment matrices come from: quantum models, and Gaussian fluctuations.

A quantum model gives a moment matrix as a Gram matrix, so quantum behaviours pass every level.
Macroscopic locality asks for a covariance matrix Γ of the fluctuations of intensities; the
moment matrix γ of level 1 is Γ with the mean values put back (arXiv:0907.0372, App. A).
"""

import numpy as np

from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.checks import TOLERANCE, finite_array, renamed
from nonlocality.foundations.quantum import naimark_dilation
from nonlocality.macroscopic_locality.structure import moment_structure


def moment_matrix_quantum(
    state: np.ndarray, alice: np.ndarray, bob: np.ndarray, *, level: str
) -> np.ndarray:
    """The moment matrix of a state and measurements at a level, real and positive.

    It is the real part of the Gram matrix of the vectors w|Ψ⟩, for the words w of the level and
    a purification Ψ. Measurements that are not projective are dilated first.
    state: density matrix (D, D) or vector (D,). alice, bob: arrays ``[x, a, i, j]``.
    Raises ValueError for a state or measurements that are none, or an unknown level.

    >>> from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, measurement_of_observables
    >>> from nonlocality.foundations.quantum import werner_state
    >>> spin = measurement_of_observables([PAULI_Z, PAULI_X])
    >>> matrix = moment_matrix_quantum(werner_state(visibility=1), spin, spin, level="1")
    >>> matrix[1].round(6) + 0.0  # ⟨A w⟩ for A = A(0|0) and the words 1, A, A', B, B'
    array([0.5 , 0.5 , 0.25, 0.  , 0.25])
    """
    with renamed(**{"measurements[0]": "alice", "measurements[1]": "bob"}):
        table = behaviour_quantum(state, [alice, bob]).table  # checks the state and measurements
    structure = moment_structure(level, table.shape[:2], table.shape[2:])
    rho = np.asarray(state)
    rho = np.outer(rho, rho.conj()) if rho.ndim == 1 else rho
    values, vectors = np.linalg.eigh(rho)
    root = vectors * np.sqrt(np.maximum(values, 0))  # a purification, one column a state
    sides = []
    for povm in (np.asarray(alice), np.asarray(bob)):
        projective = np.abs(povm @ povm - povm).max() <= TOLERANCE
        sides.append((povm, 1) if projective else (naimark_dilation(povm), povm.shape[1]))
    (p, i), (q, j) = sides
    psi = root.reshape(p.shape[2] // i, q.shape[2] // j, -1)
    embedded = np.zeros((p.shape[2] // i, i, q.shape[2] // j, j, psi.shape[2]), dtype=complex)
    embedded[:, 0, :, 0] = psi
    embedded = embedded.reshape(p.shape[2], q.shape[2], -1)

    rows = []
    for left, right in structure.words:
        vector = embedded
        for x, a in reversed(left):  # the last letter acts first
            vector = np.tensordot(p[x, a], vector, axes=1)
        for y, b in reversed(right):
            vector = np.tensordot(q[y, b], vector, axes=(1, 1)).swapaxes(0, 1)
        rows.append(vector.ravel())
    words = np.array(rows)
    return (words.conj() @ words.T).real


def covariances_from_moments(matrix: np.ndarray) -> np.ndarray:
    """Γ, shape (n − 1, n − 1), from a level-1 moment matrix γ, shape (n, n).

    Γ = γ' − m mᵀ, where m is the first column without its 1 and γ' the rest: eqs. (4)–(6) from
    (A1)–(A7) of arXiv:0907.0372. γ = L (1 ⊕ Γ) Lᵀ with L unit lower triangular, so γ ⪰ 0 if and
    only if Γ ⪰ 0, and their determinants agree.
    Raises ValueError if the matrix is not square or its first entry is not 1.

    >>> covariances_from_moments([[1.0, 0.5], [0.5, 0.5]])
    array([[0.25]])
    """
    gamma = finite_array("matrix", matrix)
    if gamma.ndim != 2 or gamma.shape[0] != gamma.shape[1] or len(gamma) < 2:
        raise ValueError(
            f"Argument `matrix` must have shape (n, n) with n > 1, but has shape {gamma.shape}."
        )
    if abs(gamma[0, 0] - 1) > TOLERANCE:
        raise ValueError(f"Argument `matrix` must begin with 1, but begins with {gamma[0, 0]}.")
    return gamma[1:, 1:] - np.outer(gamma[1:, 0], gamma[0, 1:])


def moments_from_covariances(covariances: np.ndarray, means: np.ndarray) -> np.ndarray:
    """γ, shape (n, n), from Γ, shape (n − 1, n − 1), and the probabilities m, shape (n − 1,).

    The inverse of :func:`covariances_from_moments`. Raises ValueError if the shapes do not fit.

    >>> moments_from_covariances([[0.25]], [0.5])
    array([[1. , 0.5],
           [0.5, 0.5]])
    """
    gamma, m = finite_array("covariances", covariances), finite_array("means", means)
    if m.ndim != 1 or gamma.shape != (len(m), len(m)):
        raise ValueError(
            "Arguments `covariances` and `means` must have shapes (n, n) and (n,), but have "
            f"{gamma.shape} and {m.shape}."
        )
    return np.block([[np.ones((1, 1)), m[None]], [m[:, None], gamma + np.outer(m, m)]])
