"""Measurements of one qubit: what every particle of a party meets.

Real outcomes a and positive operators E_a; the numbers that survive in the limit are those of
A = Σ a E_a and of Σ a² E_a: eqs. (7)–(10) of Gallego and Dakić.
"""

from functools import cached_property

import numpy as np

from nonlocality.foundations.checks import (
    TOLERANCE,
    complex_array,
    finite_array,
    finite_number,
    in_interval,
)
from nonlocality.foundations.quantum import check_measurement
from nonlocality.foundations.results import result


@result
class ParticleMeasurement:
    """A measurement of one qubit: outcomes a and positive operators E_a that add up to 𝟙.

    values: real outcomes, shape (m,), all different. elements: shape (m, 2, 2), in the basis
    |0⟩, |1⟩. Raises ValueError for other shapes, operators that are not positive or complete,
    equal or infinite values.

    >>> measurement = spin_measurement(azimuth=np.pi / 2)
    >>> measurement.values, measurement.operator.imag.round(12)
    (array([ 1., -1.]), array([[ 0., -1.],
           [ 1.,  0.]]))
    """

    values: np.ndarray
    elements: np.ndarray

    def __post_init__(self) -> None:
        """Check, and keep read-only copies."""
        values = finite_array("values", self.values)
        elements = np.array(complex_array("elements", self.elements), dtype=complex)
        if values.ndim != 1 or elements.shape != (len(values), 2, 2):
            raise ValueError(
                "Argument `elements` must have shape (outcomes, 2, 2) with one operator for each "
                f"of the values, but has shape {elements.shape} for values of shape "
                f"{values.shape}."
            )
        check_measurement("elements", elements[None])
        if len(set(values.tolist())) < len(values):
            raise ValueError(f"Argument `values` must be all different, but is {values}.")
        for name, array in {"values": values, "elements": elements}.items():
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @cached_property
    def operator(self) -> np.ndarray:
        """A = Σ a E_a, shape (2, 2)."""
        return np.tensordot(self.values, self.elements, 1)

    @property
    def mu(self) -> float:
        """μ = A_00, the mean of one outcome on |0⟩."""
        return float(self.operator[0, 0].real)

    @property
    def tau(self) -> float:
        """τ = |A_01|, the scale of the macroscopic variable."""
        return float(abs(self.operator[0, 1]))

    @property
    def phase(self) -> float:
        """φ = arg A_01, the angle by which U_φ turns phase space; 0 if τ = 0."""
        return float(np.angle(self.operator[0, 1]))

    @property
    def sigma(self) -> float:
        """σ, the standard deviation of one outcome on |0⟩; never below τ."""
        second = float(self.values**2 @ self.elements[:, 0, 0].real)
        return float(np.sqrt(max(second - self.mu**2, 0.0)))

    @property
    def width(self) -> float:
        """s = √(σ²/τ² − 1), the width of the limit POVM (10); 0 for projective measurements.

        Raises ValueError if τ = 0, when X is not defined.
        """
        self.require_scale()
        excess = (self.sigma / self.tau) ** 2 - 1
        return float(np.sqrt(excess)) if excess > TOLERANCE else 0.0

    @cached_property
    def is_projective(self) -> bool:
        """Whether every E_a squares to itself."""
        return bool(np.abs(self.elements @ self.elements - self.elements).max() < TOLERANCE)

    def require_scale(self) -> None:
        """Raise ValueError if A is diagonal: τ = 0 and the macroscopic variable is undefined."""
        if self.tau < TOLERANCE:
            raise ValueError(
                "Argument `measurement` must have an off-diagonal mean operator (τ = |A_01| > 0), "
                f"but has τ = {self.tau:.2g}."
            )


def spin_measurement(*, polar: float = np.pi / 2, azimuth: float = 0.0) -> ParticleMeasurement:
    """The spin along a direction of the Bloch sphere, outcomes +1 and −1.

    polar: θ in [0, π], by default the equator. azimuth: any finite angle ϑ. The observable is
    A = sin θ (cos ϑ X + sin ϑ Y) + cos θ Z, so that arg A_01 = −ϑ.
    Raises ValueError for angles that are not finite or θ outside [0, π].

    >>> measurement = spin_measurement(polar=np.pi / 3, azimuth=0.5)
    >>> round(measurement.mu, 12), round(measurement.phase, 12), measurement.width
    (0.5, -0.5, 0.0)
    """
    theta = in_interval("polar", polar, 0, np.pi)
    turn = finite_number("azimuth", azimuth)
    vector = np.array([np.cos(theta / 2), np.exp(1j * turn) * np.sin(theta / 2)])
    plus = np.outer(vector, vector.conj())
    return ParticleMeasurement(np.array([1.0, -1.0]), np.stack([plus, np.eye(2) - plus]))
