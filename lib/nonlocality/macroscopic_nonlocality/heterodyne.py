"""Where noise makes all quadratures one measurement, and with that every correlation local.

Split a mode on a balanced beam splitter and measure conjugate quadratures of the two halves: the
outcome is a complex number β, with the coherent states' operators |β⟩⟨β|/π. From β the quadrature
at any phase can be computed afterwards, as 2 Re(β e^(iφ)), with the noise s² = 1. So a party
whose quadratures are at least that noisy may measure β before the setting is chosen. Whatever the
state, the response and the other parties, its outcomes have a local model.

Units as in :mod:`nonlocality.macroscopic_nonlocality.quadratures`: the vacuum has unit variance.
"""

from collections.abc import Sequence
from math import pi

import numpy as np

from nonlocality.foundations.checks import complex_array, counts, finite_array, finite_number
from nonlocality.foundations.sizes import require_memory
from nonlocality.macroscopic_nonlocality.collective import check_coefficients
from nonlocality.macroscopic_nonlocality.oscillator import coherent_amplitudes

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
    return float(1 / (1 + abs(np.sin(finite_number("angle", angle)))))


def husimi(coefficients: Sequence[complex], beta: np.ndarray) -> np.ndarray:
    """Density |⟨β|ψ⟩|²/π of the outcome β for Σ c_k |k⟩: the hidden variable. The shape of `beta`.

    Raises ValueError for coefficients of another norm than 1 and points that are not finite.

    >>> float(husimi([1], 0.0) * pi)
    1.0
    """
    c = check_coefficients(coefficients, np.size(coefficients))
    points = complex_array("beta", beta)
    require_memory("beta", 32 * points.size * len(c))
    amplitudes = coherent_amplitudes(points, dimension=len(c))
    return np.abs(np.tensordot(c.conj(), amplitudes, 1)) ** 2 / pi


def heterodyne_elements(points: np.ndarray, *, dimension: int, phase: float = 0.0) -> np.ndarray:
    """⟨k| of the operators for 2 Re(β e^(iφ)) = x |l⟩, shape (d, d, …), β integrated over.

    It equals the limit POVM (10) at s = 1, turned by φ: the joint measurement at work. The
    integral over the other quadrature is by the trapezoidal rule, whose error for a function
    as smooth as this is below rounding at the step chosen.
    points: x. Raises ValueError for points or a phase that are not finite, or too large a
    dimension.

    >>> from nonlocality.macroscopic_nonlocality.quadratures import density_elements
    >>> x = np.linspace(-3, 3, 7)
    >>> smeared = density_elements(x, dimension=3, width=1.0)
    >>> np.allclose(heterodyne_elements(x, dimension=3), smeared)
    True
    """
    (d,) = counts("dimension", [dimension])
    x = finite_array("points", points)
    turn = np.exp(-1j * finite_number("phase", phase))
    require_memory("dimension", 16 * x.size * d * d)
    reach = np.sqrt(d) + 7  # beyond it no level below d has anything
    nodes = np.linspace(-reach, reach, 2 * int(reach * (reach + 2)) + 1)
    require_memory("dimension", 16 * x.size * (d * d + 4 * d * len(nodes)))
    waves = coherent_amplitudes(turn * (x[..., None] / 2 + 1j * nodes), dimension=d)
    elements = np.einsum("k...n,l...n->kl...", waves, waves.conj(), optimize=True)
    return elements * (nodes[1] - nodes[0]) / (2 * pi)
