"""Loss and noise on every particle: they turn the measurement, and its limit, into another one.

A lost particle, a depolarised or a dephased one is still a particle with a measurement: the noise
goes from the state into the operators E_a. So the limit (8)–(10) holds as it stands, and of the
noise only two numbers are left: the phase φ = arg A_01, and the **efficiency**
u = τ²/σ² = 1/(1 + s²) in (0, 1], the transmissivity of a beam splitter in front of an ideal
quadrature measurement. Loss with arrival probability p has u = p, depolarisation (1 − λ)²,
dephasing (1 − 2λ)², all for sharp measurements on the equator.
"""

import numpy as np
from scipy.special import gammaln, xlogy

from nonlocality.foundations.checks import TOLERANCE, complex_array, finite_array, in_interval
from nonlocality.foundations.quantum import PAULI_Z
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement

NEGLIGIBLE = 1e-20
"""Amplitudes of a binomial law below this are left out: all of them together change no digit."""


def lossy(
    measurement: ParticleMeasurement, *, arrival: float, lost_as: float | None = None
) -> ParticleMeasurement:
    """The measurement of a particle that arrives with probability p, and else counts as μ.

    Operators p E_a, and (1 − p)𝟙 for the outcome `lost_as`, by default μ = A_00: then
    (I − Nμ)/(τ√N) of the new measurement, whose τ is p times the old one, is the variable (C1).
    For the equator μ = 0 and nobody need count the particles that arrive.
    Raises ValueError unless `arrival` lies in (0, 1].

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> seen = lossy(spin_measurement(), arrival=0.8)
    >>> seen.values, round(seen.width**2, 12)
    (array([ 1., -1.,  0.]), 0.25)
    """
    p = in_interval("arrival", arrival, 0, 1)
    if p == 0:
        raise ValueError("Argument `arrival` must lie in (0, 1], but is 0: nothing is measured.")
    value = measurement.mu if lost_as is None else float(finite_array("lost_as", lost_as))
    value = value if abs(value) > TOLERANCE else 0.0  # on the equator μ is 0 up to rounding
    values = measurement.values.copy()
    elements = p * measurement.elements
    if p == 1:
        return measurement
    same = np.abs(values - value) < TOLERANCE
    if same.any():
        elements[same] += (1 - p) * np.eye(2)
        return ParticleMeasurement(values, elements)
    lost = (1 - p) * np.eye(2)[None]
    return ParticleMeasurement(np.append(values, value), np.concatenate([elements, lost]))


def depolarised(measurement: ParticleMeasurement, *, noise: float) -> ParticleMeasurement:
    """The measurement after ρ ↦ (1 − λ)ρ + λ𝟙/2 on every particle: eq. (C7).

    noise: λ. Raises ValueError for λ outside [0, 1].

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> round(efficiency(depolarised(spin_measurement(), noise=0.1)), 12)
    0.81
    """
    share = in_interval("noise", noise, 0, 1)
    traces = np.trace(measurement.elements, axis1=1, axis2=2)[:, None, None] * np.eye(2) / 2
    return ParticleMeasurement(
        measurement.values, (1 - share) * measurement.elements + share * traces
    )


def dephased(measurement: ParticleMeasurement, *, noise: float) -> ParticleMeasurement:
    """The measurement after ρ ↦ (1 − λ)ρ + λZρZ on every particle: eq. (C8).

    noise: λ. Raises ValueError for λ outside [0, 1].

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> round(efficiency(dephased(spin_measurement(), noise=0.1)), 12)
    0.64
    """
    share = in_interval("noise", noise, 0, 1)
    flipped = PAULI_Z @ measurement.elements @ PAULI_Z
    return ParticleMeasurement(
        measurement.values, (1 - share) * measurement.elements + share * flipped
    )


def efficiency(measurement: ParticleMeasurement) -> float:
    """u = τ²/σ² in (0, 1], so that the limit POVM (10) has s² = 1/u − 1.

    Raises ValueError for a measurement with A_01 = 0, whose macroscopic variable is undefined.

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> round(efficiency(spin_measurement(polar=1, azimuth=2)), 12)
    1.0
    """
    measurement.require_scale()
    return float(1 / (1 + measurement.width**2))


def attenuated(elements: np.ndarray, *, efficiency: float) -> np.ndarray:
    """Elements ⟨k|O|l⟩ seen through a beam splitter of transmissivity u, shape (d, d, …).

    Σ_n K_n† O K_n, with the Kraus operators of n quanta lost out of k,
    K_n|k⟩ = √(C(k, n) u^(k−n) (1 − u)^n) |k − n⟩. For a function O = f(x_φ √(1 + s²)) of a
    quadrature of the ideal measurement it gives the elements of f for e_s, s² = 1/u − 1.
    elements: shape (d, d, …), the same for every entry of further axes.
    Raises ValueError for u outside [0, 1] or a matrix that is not square.

    >>> attenuated(np.diag([0.0, 1.0]), efficiency=0.75)
    array([[0.  , 0.  ],
           [0.  , 0.75]])
    """
    u = in_interval("efficiency", efficiency, 0, 1)
    matrix = complex_array("elements", elements)
    if matrix.ndim < 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"Argument `elements` must be square, but has shape {matrix.shape}.")
    found = np.zeros(matrix.shape, dtype=np.result_type(matrix, float))
    size = len(matrix)
    level = np.arange(size)
    for n in range(size):
        k = level[n:]
        logs = gammaln(k + 1) - gammaln(n + 1) - gammaln(k - n + 1)
        root = np.exp((logs + xlogy(k - n, u) + xlogy(n, 1 - u)) / 2)
        seen = np.flatnonzero(root > NEGLIGIBLE)  # neighbours: the binomial law has one peak
        if not len(seen):
            continue
        before, after = slice(seen[0], seen[-1] + 1), slice(n + seen[0], n + seen[-1] + 1)
        weight = np.multiply.outer(root[before], root[before])
        weight = weight.reshape(*weight.shape, *(1,) * (matrix.ndim - 2))
        found[after, after] += weight * matrix[before, before]
    return found
