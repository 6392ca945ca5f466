"""States and measurements as matrices.

A state is a density matrix of unit trace. A measurement is an array ``[x, a, i, j]``: for
each setting x, one positive operator for each outcome a, adding up to the identity.
"""

from collections.abc import Sequence

import numpy as np

from nonlocality.foundations.checks import (
    TOLERANCE,
    complex_array,
    in_interval,
)

PAULI_X = np.array([[0.0, 1.0], [1.0, 0.0]])
PAULI_Y = np.array([[0.0, -1.0j], [1.0j, 0.0]])
PAULI_Z = np.array([[1.0, 0.0], [0.0, -1.0]])


def bell_states() -> np.ndarray:
    """The four Bell states as unit vectors, shape (4, 4): Φ+, Φ−, Ψ+, Ψ−.

    >>> bell_states()[3] * 2**0.5
    array([ 0.,  1., -1.,  0.])
    """
    return np.array([[1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0]]) / np.sqrt(2)


def werner_state(*, visibility: float) -> np.ndarray:
    """The two-qubit Werner state v|Ψ−⟩⟨Ψ−| + (1 − v)𝟙/4, shape (4, 4).

    Raises ValueError for a visibility outside [0, 1].

    >>> werner_state(visibility=0)[0, 0]
    np.float64(0.25)
    """
    v = in_interval("visibility", visibility, 0, 1)
    singlet = bell_states()[3]
    return v * np.outer(singlet, singlet) + (1 - v) * np.eye(4) / 4


def measurement_of_observables(observables: Sequence[np.ndarray]) -> np.ndarray:
    """Projectors of ±1-valued observables: shape (settings, 2, d, d), outcome 0 is +1.

    Raises ValueError where an observable is not Hermitian or does not square to the identity,
    or for another shape than (settings, d, d).

    >>> measurement_of_observables([PAULI_Z])[0, 1]
    array([[0., 0.],
           [0., 1.]])
    """
    operators = complex_array("observables", observables)
    if operators.ndim != 3 or operators.shape[1] != operators.shape[2] or not operators.size:
        raise ValueError(
            "Argument `observables` must have shape (settings, d, d), but has shape "
            f"{operators.shape}."
        )
    unit = np.eye(operators.shape[-1])
    for x, operator in enumerate(operators):
        gap = np.abs(operator @ operator - unit).max()
        skew = np.abs(operator - operator.conj().T).max()
        if max(gap, skew) > TOLERANCE:
            raise ValueError(
                "Argument `observables` must be Hermitian and square to the identity, but "
                f"number {x} misses that by {max(gap, skew):.2g}."
            )
    return np.stack([(unit + operators) / 2, (unit - operators) / 2], axis=1)


def measurement_in_basis(vectors: np.ndarray) -> np.ndarray:
    """One projective measurement in an orthonormal basis (rows): shape (1, d, d, d).

    Raises ValueError if the rows are not an orthonormal basis.

    >>> measurement_in_basis(bell_states()).shape
    (1, 4, 4, 4)
    """
    basis = complex_array("vectors", vectors)
    if basis.ndim != 2 or basis.shape[0] != basis.shape[1] or not basis.size:
        raise ValueError(f"Argument `vectors` must have shape (d, d), but has shape {basis.shape}.")
    if np.abs(basis).max() > 2:  # of unit vectors, so that no product overflows
        raise ValueError("Argument `vectors` must be orthonormal rows, but has entries above 1.")
    gap = np.abs(basis.conj() @ basis.T - np.eye(len(basis))).max()
    if gap > TOLERANCE:
        raise ValueError(
            f"Argument `vectors` must be orthonormal rows, but misses that by {gap:.2g}."
        )
    return np.einsum("ai,aj->aij", basis, basis.conj())[None]


def check_measurement(name: str, measurement: np.ndarray) -> np.ndarray:
    """Return a measurement array ``[x, a, i, j]`` whose operators are positive and complete.

    Raises ValueError, naming the argument and by how much it fails.

    >>> check_measurement("alice", measurement_of_observables([PAULI_X])).shape
    (1, 2, 2, 2)
    """
    operators = complex_array(name, measurement)
    if operators.ndim != 4 or operators.shape[2] != operators.shape[3] or not operators.size:
        raise ValueError(
            f"Argument `{name}` must have shape (settings, outcomes, d, d), "
            f"but has shape {operators.shape}."
        )
    incomplete = np.abs(operators.sum(axis=1) - np.eye(operators.shape[2])).max()
    skew = np.abs(operators - operators.conj().swapaxes(2, 3)).max()
    lowest = np.linalg.eigvalsh(operators).min()
    if max(incomplete, skew, -lowest) > TOLERANCE:
        raise ValueError(
            f"Argument `{name}` must hold positive operators that add up to the identity, but "
            f"the lowest eigenvalue is {lowest:.2g}, the skew part {skew:.2g}, and the sum is "
            f"off by {incomplete:.2g}."
        )
    return operators


def check_state(name: str, state: np.ndarray, *, dimension: int) -> np.ndarray:
    """Return a state as it is: a vector of norm 1, shape (D,), or a density matrix, shape (D, D).

    Raises ValueError, naming the argument, for another dimension D, a trace (of a vector: squared
    norm) other than 1, or a matrix that is not Hermitian and positive.

    >>> check_state("state", [1, 0, 0], dimension=4)
    Traceback (most recent call last):
    ...
    ValueError: Argument `state` must have shape (4,) or (4, 4), but has shape (3,).
    """
    rho = complex_array(name, state)
    column = rho.shape in ((dimension, 1), (1, dimension)) and dimension > 1
    if rho.shape not in ((dimension,), (dimension, dimension)):
        raise ValueError(
            f"Argument `{name}` must have shape ({dimension},) or ({dimension}, {dimension}), but "
            f"has shape {rho.shape}."
            + (" A vector has no second axis: give its `.ravel()`." if column else "")
        )
    if rho.ndim == 1:
        norm = float(np.linalg.norm(rho))
        if abs(norm**2 - 1) > TOLERANCE:
            way = " If its numbers are rounded, divide it by the norm." if _near(norm) else ""
            raise ValueError(f"Argument `{name}` must have norm 1, but has norm {norm:.9g}.{way}")
        return rho
    trace, skew = np.trace(rho), np.abs(rho - rho.conj().T).max()
    lowest = _lowest_eigenvalue(rho)
    near = _near(trace) and skew <= TOLERANCE and lowest >= -TOLERANCE
    if abs(trace - 1) > TOLERANCE or skew > TOLERANCE or lowest < -TOLERANCE:
        raise ValueError(
            f"Argument `{name}` must be Hermitian, positive and of unit trace, but its trace is "
            f"{trace:.9g}, its lowest eigenvalue {lowest:.2g}, its skew part {skew:.2g}."
            + (" If its numbers are rounded, divide it by the trace." if near else "")
        )
    return rho


def _near(size: complex) -> bool:
    """Whether a norm or a trace is 1 but for digits that were cut off."""
    return abs(size - 1) <= 1e-3


def _lowest_eigenvalue(matrix: np.ndarray) -> float:
    """The lowest eigenvalue of the Hermitian part, or 0 if it is at least −TOLERANCE.

    A Cholesky decomposition says the latter at a tenth of the cost.
    """
    part = (matrix + matrix.conj().T) / 2
    try:
        np.linalg.cholesky(part + TOLERANCE * np.eye(len(part)))
    except np.linalg.LinAlgError:
        return float(np.linalg.eigvalsh(part)[0])
    return 0.0


PAULIS = np.array([PAULI_X, PAULI_Y, PAULI_Z])
"""σ_x, σ_y, σ_z, shape (3, 2, 2)."""


def naimark_dilation(measurement: np.ndarray) -> np.ndarray:
    """Projective measurements on a larger space that act as given ones, ``[x, a, i, j]``.

    Shape (settings, outcomes, D, D) with D = d·outcomes: with an ancilla in |0⟩ (second factor),
    P(a|x) = U_x†(1 ⊗ |a⟩⟨a|)U_x, where U_x takes ψ⊗|0⟩ to Σ_a √M(a|x) ψ ⊗ |a⟩.
    Raises ValueError if the operators are not positive or do not add up to the identity.

    >>> coin = np.full((1, 2, 1, 1), 0.5)
    >>> coin = naimark_dilation(coin)  # a qubit, measured off its axes
    >>> coin.shape, coin[0, :, 0, 0].round(12).tolist()
    ((1, 2, 2, 2), [0.5, 0.5])
    """
    povms = check_measurement("measurement", measurement)
    settings, outcomes, d, _ = povms.shape
    values, vectors = np.linalg.eigh(povms)
    roots = (vectors * np.sqrt(np.maximum(values, 0))[..., None, :]) @ vectors.conj().swapaxes(2, 3)
    dilated = []
    for x in range(settings):
        # row i of `isometry` is a vector in (system, ancilla); its rows are orthonormal
        isometry = roots[x].transpose(2, 1, 0).reshape(d, d * outcomes)
        _, _, right = np.linalg.svd(isometry)
        completed = np.concatenate([isometry, right[d:]]).T  # its columns: images of a basis
        # basis vectors in the order (system, 0) first, then the others
        order = np.arange(d * outcomes).reshape(d, outcomes)
        places = np.concatenate([order[:, 0], order[:, 1:].ravel()])
        unitary = np.empty_like(completed)
        unitary[:, places] = completed
        blocks = unitary.reshape(d, outcomes, d * outcomes)
        dilated.append([blocks[:, a].conj().T @ blocks[:, a] for a in range(outcomes)])
    return np.array(dilated)
