"""Collective measurements: all N qubits of a party measured alike, only the sum is seen.

Every particle meets the same measurement, with real outcomes a and operators E_a; the
intensity is I = Σ a_i. States live in the span of the Dicke states |N, 0⟩, …, |N, d − 1⟩.
The macroscopic variable is X = (I − N μ)/(τ √N) with μ = A_00 and τ = |A_01|, where
A = Σ a E_a; eqs. (7) and (A1) of Gallego and Dakić. All numbers here are for finite N and
exact up to rounding; :mod:`nonlocality.macroscopic_nonlocality.quadratures` has the limit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import comb, lcm, lgamma, log

import numpy as np
from scipy.fft import fft, fftn, ifft, ifftn, next_fast_len
from scipy.special import xlogy

from nonlocality.foundations.checks import (
    TOLERANCE,
    complex_array,
    counts,
    finite_array,
    finite_number,
    in_interval,
    require_memory,
)
from nonlocality.foundations.quantum import check_measurement
from nonlocality.macroscopic_nonlocality.dicke import check_levels, dicke_amplitudes

SMALL = 10**4
"""A lattice with more points a particle is none."""

SMALLEST_SCALE = 1e-100
"""Below it the variable (I − c)/r leaves the range of floating point."""

LOST_DIGITS = 1e-9
"""The largest rounding error that a sum over shared ones may have."""


@dataclass(frozen=True, eq=False)
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


def check_coefficients(coefficients: Sequence[complex], dimension: int) -> np.ndarray:
    """Return the coefficients c_k of a state, shape (d,), as a complex array of unit norm.

    Unnormalised coefficients are refused, not repaired: ValueError.

    >>> check_coefficients([1, 1], 2)
    Traceback (most recent call last):
    ...
    ValueError: Argument `coefficients` must have unit norm, but has norm 1.41421356237.
    """
    c = np.asarray(complex_array("coefficients", coefficients), dtype=complex)
    if c.shape != (dimension,):
        raise ValueError(
            f"Argument `coefficients` must have shape ({dimension},), but has shape {c.shape}."
        )
    norm = np.linalg.norm(c)
    if abs(norm - 1) > TOLERANCE:
        raise ValueError(f"Argument `coefficients` must have unit norm, but has norm {norm:.12g}.")
    return c


def characteristic_elements(
    times: np.ndarray,
    particles: int,
    measurement: ParticleMeasurement,
    *,
    dimension: int,
    centre: float | None = None,
    scale: float | None = None,
) -> np.ndarray:
    """⟨N, k| 𝒜^⊗N |N, l⟩ for 𝒜 = Σ E_a e^{it(a − c)/(r√N)}, shape (d, d, times).

    times: t, shape (n,). centre, scale: c and r, by default μ and τ, which belong to the
    variable X. The characteristic function of X on Σ c_k |N, k⟩ is Σ c_k* c_l of these. It is
    the exact fourth line of eq. (A3), a sum over the number q of ones that both strings share.
    Raises ValueError for d > N + 1, τ = 0 where it is needed, too large an array, or so many
    levels that the sum loses its digits.

    >>> characteristic_elements([0.0], 5, spin_measurement(), dimension=2)[:, :, 0].real
    array([[1., 0.],
           [0., 1.]])
    """
    n, levels = check_levels(particles, range(*counts("dimension", [dimension])))
    if scale is None:
        measurement.require_scale()
    c = measurement.mu if centre is None else finite_number("centre", centre)
    r = measurement.tau if scale is None else finite_number("scale", scale)
    if not r >= SMALLEST_SCALE:
        raise ValueError(f"Argument `scale` must be {SMALLEST_SCALE:g} or more, but is {r}.")
    t = finite_array("times", times)
    if t.ndim != 1:
        raise ValueError(f"Argument `times` must be a list of times, but has shape {t.shape}.")
    require_memory("particles", 16 * len(t) * (len(levels) ** 2 + 8))
    turns = np.exp(1j * np.multiply.outer((measurement.values - c) / (r * np.sqrt(n)), t))
    return _symmetric_powers(np.einsum("aij,at->ijt", measurement.elements, turns), n, len(levels))


def _symmetric_powers(matrix: np.ndarray, n: int, d: int) -> np.ndarray:
    """⟨N, k| M^⊗N |N, l⟩ for k, l < d and matrices M of shape (2, 2, …)."""
    _require_digits(matrix, n, d - 1)
    (m00, m01), (m10, m11) = matrix
    found = np.zeros((d, d, *m00.shape), dtype=complex)
    spare = [m00**i for i in range(2 * d - 1)]
    base = m00 ** max(n - 2 * (d - 1), 0)  # what all terms share, if N is large
    for k in range(d):
        for q in range(k + 1):
            for l_ in range(q, d):
                if l_ - q > n - k:
                    continue
                root = (_log_choose(n, k) - _log_choose(n, l_)) / 2
                weight = comb(k, q) * np.exp(root + _log_choose(n - k, l_ - q))
                rest = n - k - l_ + q
                power = base * spare[rest - n + 2 * (d - 1)] if n >= 2 * (d - 1) else m00**rest
                found[k, l_] += weight * m11**q * m10 ** (k - q) * m01 ** (l_ - q) * power
    return found


def _require_digits(matrix: np.ndarray, n: int, k: int) -> None:
    """Refuse a level whose sum over q cancels: its terms, without their signs, add up to lost."""
    lost, sizes = 0.0, np.abs(matrix)
    for q in range(max(2 * k - n, 0), k + 1):
        weight = log(comb(k, q)) + _log_choose(n - k, k - q)
        powers = ((1, 1, q), (1, 0, k - q), (0, 1, k - q), (0, 0, n - 2 * k + q))
        logs = weight + sum(xlogy(power, sizes[i, j]) for i, j, power in powers)
        lost = lost + np.exp(np.minimum(logs, 700))
    worst = float(np.max(lost)) * np.finfo(float).eps
    if worst > LOST_DIGITS:
        raise ValueError(
            "Argument `dimension` must be smaller for a measurement that is not sharp: at level "
            f"{k} rounding would be {worst:.1g}, above {LOST_DIGITS:g}."
        )


def _log_choose(n: int, k: int) -> float:
    """log C(n, k) for small k, without the cancellation of large factorials."""
    return float(np.log(np.arange(n, n - k, -1, dtype=float)).sum()) - lgamma(k + 1)


@dataclass(frozen=True, eq=False)
class CollectiveStatistics:
    """Everything a collective measurement says about states Σ c_k |N, k⟩ with k < d.

    intensities: the sums I that occur, increasing, shape (n,). outcomes: X = (I − N μ)/(τ√N).
    spacing: distance of neighbouring X, where they are evenly spaced. dimension: d. Made by
    :func:`collective_statistics`.
    """

    particles: int
    measurement: ParticleMeasurement
    intensities: np.ndarray
    dimension: int
    _distribution: Callable[[np.ndarray], np.ndarray]
    _operator: Callable[[np.ndarray], np.ndarray]

    @property
    def outcomes(self) -> np.ndarray:
        """The values of X, increasing, shape (n,)."""
        self.measurement.require_scale()
        mean = self.particles * self.measurement.mu
        return (self.intensities - mean) / (self.measurement.tau * np.sqrt(self.particles))

    @property
    def spacing(self) -> float:
        """The distance of neighbouring values of X.

        Raises ValueError where they are not evenly spaced, as for a tilted spin that may be lost.
        """
        self.measurement.require_scale()
        steps = np.diff(self.intensities)
        step = steps.max(initial=0)
        if step - steps.min(initial=step) > 1e-6 * step:
            raise ValueError(
                "Argument `measurement` must have values on a lattice for sums that are evenly "
                f"spaced, but has values {self.measurement.values}."
            )
        return float(step / (self.measurement.tau * np.sqrt(self.particles)))

    def distribution(self, coefficients: Sequence[complex]) -> np.ndarray:
        """Probabilities of the intensities on Σ c_k |N, k⟩, shape (n,).

        coefficients: c, shape (d,), of unit norm. Raises ValueError otherwise.

        >>> statistics = collective_statistics(2, spin_measurement(), dimension=2)
        >>> statistics.intensities, statistics.distribution([1, 0])
        (array([-2.,  0.,  2.]), array([0.25, 0.5 , 0.25]))
        """
        return self._distribution(check_coefficients(coefficients, self.dimension))

    def operator(self, response: np.ndarray) -> np.ndarray:
        """Σ_x f(x) ⟨k|E(x)|l⟩: the mean of a function of the outcome, as a matrix (d, d).

        response: f at the intensities, shape (n,), such as signs. Hermitian.
        Raises ValueError for another shape or numbers that are not finite.

        >>> statistics = collective_statistics(3, spin_measurement(), dimension=2)
        >>> (statistics.operator(np.sign(statistics.outcomes)).real * 12**0.5).round(12)
        array([[0., 3.],
               [3., 0.]])
        """
        f = finite_array("response", response)
        if f.shape != self.intensities.shape:
            raise ValueError(
                f"Argument `response` must have shape {self.intensities.shape}, "
                f"but has shape {f.shape}."
            )
        return self._operator(f)


def collective_statistics(
    particles: int, measurement: ParticleMeasurement, *, dimension: int
) -> CollectiveStatistics:
    """Exact statistics of N particles in the span of |N, 0⟩, …, |N, d − 1⟩.

    particles: N. dimension: d ≤ N + 1. Two-outcome projective measurements go through the
    amplitudes of :mod:`nonlocality.macroscopic_nonlocality.dicke`; all others through the
    characteristic function at the nodes of a fast Fourier transform, which is exact as well,
    with rounding errors below 1e-16 N: over all possible sums, where the distances of the values
    are in the ratio of small whole numbers, so that the sums lie on a lattice; else, as for a
    tilted spin that may be lost, over how often each outcome occurs, N^(m−1) numbers for m
    outcomes, so that three of them allow about a thousand particles. Whichever takes less.
    Raises ValueError for d > N + 1, too large an N, or too many levels for a measurement that
    is not sharp.

    >>> statistics = collective_statistics(10**5, spin_measurement(polar=1), dimension=3)
    >>> round(float(statistics.distribution([0.6, 0, 0.8]).sum()), 12)
    1.0
    """
    n, levels = check_levels(particles, range(*counts("dimension", [dimension])))
    if measurement.is_projective and len(measurement.values) == 2:
        return _projective(n, measurement, levels)
    lattice = _lattice(measurement.values)
    cells = (n + 1) ** (len(measurement.values) - 1)
    if lattice and n * int(lattice[0].max()) < max(cells, SMALL):
        return _by_fourier(n, measurement, len(levels))
    return _by_counts(n, measurement, len(levels))


def _projective(
    n: int, measurement: ParticleMeasurement, levels: np.ndarray
) -> CollectiveStatistics:
    upper = int(measurement.values.argmax())
    plus, values = measurement.elements[upper], np.sort(measurement.values)
    polar = np.arctan2(2 * abs(plus[0, 1]), 2 * plus[0, 0].real - 1)
    amplitudes = dicke_amplitudes(n, levels, polar=float(abs(polar)))
    turn = np.exp(1j * levels * np.angle(plus[0, 1]))

    def distribution(c: np.ndarray) -> np.ndarray:
        wave = c * turn
        return (wave.real @ amplitudes) ** 2 + (wave.imag @ amplitudes) ** 2

    def operator(f: np.ndarray) -> np.ndarray:
        return (amplitudes * f) @ amplitudes.T * np.outer(turn.conj(), turn)

    intensities = n * values[0] + (values[1] - values[0]) * np.arange(n + 1)
    return CollectiveStatistics(n, measurement, intensities, len(levels), distribution, operator)


def _by_fourier(n: int, measurement: ParticleMeasurement, d: int) -> CollectiveStatistics:
    steps, lowest, gap = _lattice(measurement.values)
    sums = n * int(steps.max()) + 1
    size = next_fast_len(sums)
    require_memory("particles", 16 * size * (d**2 + 8))
    turns = np.exp(2j * np.pi * (np.multiply.outer(steps, np.arange(size)) % size) / size)
    matrix = np.einsum("aij,ar->ijr", measurement.elements, turns)
    powers = _symmetric_powers(matrix, n, d)

    def distribution(c: np.ndarray) -> np.ndarray:
        chi = np.einsum("k,l,klr->r", c.conj(), c, powers)
        return fft(chi, overwrite_x=True).real[:sums] / size

    def operator(f: np.ndarray) -> np.ndarray:
        padded = np.concatenate([f, np.zeros(size - sums)])
        return powers @ ifft(padded).conj()

    intensities = n * lowest + gap * np.arange(sums)
    return CollectiveStatistics(n, measurement, intensities, d, distribution, operator)


def _by_counts(n: int, measurement: ParticleMeasurement, d: int) -> CollectiveStatistics:
    """Over the numbers of particles with each outcome but the first, one axis an outcome."""
    axes = len(measurement.values) - 1
    size = next_fast_len(n + 1)
    require_memory("particles", 16 * size**axes * (d**2 + 8))
    node = np.exp(2j * np.pi * np.arange(size) / size)
    matrix = np.zeros((2, 2, *(size,) * axes), dtype=complex)
    for a, element in enumerate(measurement.elements):
        turns = node.reshape(*(-1 if i == a - 1 else 1 for i in range(axes))) if a else 1
        matrix += np.multiply.outer(element, turns * np.ones((size,) * axes))
    powers = _symmetric_powers(matrix, n, d)
    counted = np.indices((n + 1,) * axes)
    possible = counted.sum(axis=0) <= n
    steps = measurement.values[1:] - measurement.values[0]
    sums = n * measurement.values[0] + np.tensordot(steps, counted, 1)[possible]
    intensities, place = np.unique(sums.round(9), return_inverse=True)

    def distribution(c: np.ndarray) -> np.ndarray:
        chi = np.einsum("k,l,kl...->...", c.conj(), c, powers)
        table = fftn(chi).real[(slice(n + 1),) * axes] / size**axes
        return np.bincount(place, weights=table[possible], minlength=len(intensities))

    def operator(f: np.ndarray) -> np.ndarray:
        table = np.zeros((size,) * axes)
        table[tuple(index[possible] for index in counted)] = f[place]
        return np.tensordot(powers, ifftn(table).conj(), axes)

    return CollectiveStatistics(n, measurement, intensities, d, distribution, operator)


def _lattice(values: np.ndarray) -> tuple[np.ndarray, float, float] | None:
    """Whole numbers n_a, v and δ with a = v + δ n_a; None if there are no small ones."""
    lowest, gap = values.min(), 1.0
    if len(values) > 1:
        gap = np.diff(np.sort(values)).min()
    multiples = (values - lowest) / gap
    if multiples.max() > SMALL:
        return None
    gap /= lcm(*(Fraction(x).limit_denominator(100).denominator for x in multiples))
    steps = (values - lowest) / gap
    if steps.max() > SMALL or np.abs(steps - steps.round()).max() > TOLERANCE:
        return None
    return steps.round().astype(int), float(lowest), float(gap)
