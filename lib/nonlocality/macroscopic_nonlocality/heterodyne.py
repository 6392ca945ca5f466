"""Where noise makes all quadratures one measurement, and with that every correlation local.

Split a mode on a balanced beam splitter and measure conjugate quadratures of the two halves: the
outcome is a complex number β, with the coherent states' operators |β⟩⟨β|/π. From β the quadrature
at any phase can be computed afterwards, as 2 Re(β e^(iφ)), with the noise s² = 1. So a party
whose quadratures are at least that noisy may measure β before the setting is chosen. Whatever the
state, the response and the other parties, its outcomes have a local model.

Units as in :mod:`nonlocality.macroscopic_nonlocality.quadratures`: the vacuum has unit variance.
"""

from collections.abc import Sequence
from math import factorial, pi

import numpy as np

from nonlocality.foundations.checks import complex_array, counts, finite_array, require_memory
from nonlocality.macroscopic_nonlocality.collective import check_coefficients

JOINT_EFFICIENCY = 0.5
"""u = 1/(1 + s²) at s² = 1. At or below it the quadratures at all phases are one measurement."""


def pair_efficiency(angle: float) -> float:
    """The efficiency u = 1/(1 + |sin δ|) up to which two quadratures are jointly measurable.

    angle: δ, the difference of their phases. Both have the same noise s² = 1/u − 1, and the
    condition s² ≥ |sin δ| is sufficient and necessary; at δ = π/2 it is that of all phases.
    Raises ValueError for an angle that is not finite.

    >>> pair_efficiency(pi / 2), pair_efficiency(0)
    (0.5, 1.0)
    """
    return float(1 / (1 + abs(np.sin(float(finite_array("angle", angle))))))


def _coherent(beta: np.ndarray, dimension: int) -> np.ndarray:
    """e^(|β|²/2) ⟨k|β⟩ = β^k/√k! for k < d, shape (d, …)."""
    roots = np.sqrt([float(factorial(k)) for k in range(dimension)])
    return np.array([beta**k / roots[k] for k in range(dimension)])


def husimi(coefficients: Sequence[complex], beta: np.ndarray) -> np.ndarray:
    """Density |⟨β|ψ⟩|²/π of the outcome β for Σ c_k |k⟩: the hidden variable. The shape of `beta`.

    Raises ValueError for coefficients of another norm than 1 and points that are not finite.

    >>> float(husimi([1], 0.0) * pi)
    1.0
    """
    c = check_coefficients(coefficients, np.size(coefficients))
    points = np.asarray(complex_array("beta", beta), dtype=complex)
    require_memory("beta", 32 * points.size * len(c))
    overlap = np.tensordot(c.conj(), _coherent(points, len(c)), 1)
    return np.abs(overlap) ** 2 * np.exp(-(np.abs(points) ** 2)) / pi


def heterodyne_elements(points: np.ndarray, *, dimension: int, phase: float = 0.0) -> np.ndarray:
    """⟨k| of the operators for 2 Re(β e^(iφ)) = x |l⟩, shape (d, d, …), β integrated over.

    It equals the limit POVM (10) at s = 1, turned by φ: the joint measurement at work. The
    integral over the other quadrature is a polynomial times a Gaussian; Gauss's rule is exact.
    points: x. Raises ValueError for points or a phase that are not finite.

    >>> from nonlocality.macroscopic_nonlocality.quadratures import density_elements
    >>> x = np.linspace(-3, 3, 7)
    >>> smeared = density_elements(x, dimension=3, width=1.0)
    >>> np.allclose(heterodyne_elements(x, dimension=3), smeared)
    True
    """
    (d,) = counts("dimension", [dimension])
    x = finite_array("points", points)
    turn = np.exp(-1j * float(finite_array("phase", phase)))
    nodes, weights = np.polynomial.hermite.hermgauss(d)
    require_memory("points", 32 * x.size * d * d)
    waves = _coherent(turn * (x[..., None] / 2 + 1j * nodes), d)
    elements = np.einsum("k...n,l...n,n->kl...", waves, waves.conj(), weights)
    return elements * np.exp(-(x**2) / 4) / (2 * pi)
