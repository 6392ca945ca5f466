"""Any channel on every particle: it turns φ, changes s, and nothing else is left of it.

A channel goes from the state into the operators, E_a ↦ Σ_i K_i† E_a K_i, which are again a
measurement; so the limit (8)–(10) holds with the φ and s of the new one. Gallego and Dakić add
that a channel can only enlarge s. A channel that leaves |0⟩ as it is does: then σ stays and
τ shrinks. A rotation may do the opposite for a measurement that is not sharp.
"""

from collections.abc import Sequence

import numpy as np

from nonlocality.foundations.checks import TOLERANCE, complex_array, finite_number, in_interval
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement


def check_channel(kraus: Sequence[np.ndarray]) -> np.ndarray:
    """Return the Kraus operators of a channel on one qubit, shape (n, 2, 2).

    Raises ValueError unless Σ K_i† K_i = 𝟙.

    >>> check_channel([np.eye(2)]).shape
    (1, 2, 2)
    """
    operators = np.asarray(complex_array("kraus", kraus), dtype=complex)
    if operators.ndim != 3 or operators.shape[1:] != (2, 2):
        raise ValueError(f"Argument `kraus` must have shape (n, 2, 2), but has {operators.shape}.")
    miss = np.abs(np.einsum("nji,njk->ik", operators.conj(), operators) - np.eye(2)).max()
    if miss > TOLERANCE:
        raise ValueError(f"Argument `kraus` must keep the trace, but Σ K†K misses 𝟙 by {miss:.2g}.")
    return operators


def through_channel(
    measurement: ParticleMeasurement, kraus: Sequence[np.ndarray]
) -> ParticleMeasurement:
    """The measurement behind a channel on every particle, E_a ↦ Σ_i K_i† E_a K_i.

    kraus: shape (n, 2, 2) with Σ K_i† K_i = 𝟙. Raises ValueError for other operators.

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> seen = through_channel(spin_measurement(), amplitude_damping(0.25))
    >>> round(seen.tau**2, 12), round(seen.width**2, 12)
    (0.75, 0.333333333333)
    """
    operators = check_channel(kraus)
    elements = np.einsum(
        "nji,ajk,nkl->ail", operators.conj(), measurement.elements, operators, optimize=True
    )
    return ParticleMeasurement(measurement.values, (elements + elements.conj().swapaxes(1, 2)) / 2)


def amplitude_damping(strength: float) -> np.ndarray:
    """|1⟩ decays to |0⟩ with probability γ = strength: two Kraus operators, shape (2, 2, 2).

    Raises ValueError for a strength outside [0, 1].

    >>> amplitude_damping(0.36)[0].tolist()
    [[1.0, 0.0], [0.0, 0.8]]
    """
    gamma = in_interval("strength", strength, 0, 1)
    return np.array([[[1, 0], [0, np.sqrt(1 - gamma)]], [[0, np.sqrt(gamma)], [0, 0]]])


def turn_about_y(angle: float) -> np.ndarray:
    """The rotation of the Bloch sphere about y by an angle, as a channel: shape (1, 2, 2).

    A spin at polar angle θ is then measured like one at θ − angle. Raises ValueError for an
    angle that is not finite.

    >>> turn_about_y(np.pi).round(12).tolist()
    [[[0.0, -1.0], [1.0, 0.0]]]
    """
    half = finite_number("angle", angle) / 2
    return np.array([[[np.cos(half), -np.sin(half)], [np.sin(half), np.cos(half)]]])
