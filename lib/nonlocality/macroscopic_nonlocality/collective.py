"""Collective measurements: all N qubits of a party measured alike, only the sum is seen.

Every particle meets the same measurement, with real outcomes a and operators E_a; the
intensity is I = Σ a_i. States live in the span of the Dicke states |N, 0⟩, …, |N, d − 1⟩.
The macroscopic variable is X = (I − N μ)/(τ √N) with μ = A_00 and τ = |A_01|, where
A = Σ a E_a; eqs. (7) and (A1) of Gallego and Dakić. All numbers here are for finite N and
exact up to rounding; :mod:`nonlocality.macroscopic_nonlocality.quadratures` has the limit.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from scipy.fft import fft, fftn, ifft, ifftn, next_fast_len

from nonlocality.foundations.checks import TOLERANCE, complex_array, counts, finite_array, renamed
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory
from nonlocality.macroscopic_nonlocality.characteristic import symmetric_powers
from nonlocality.macroscopic_nonlocality.dicke import check_levels, dicke_amplitudes
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement

SMALL = 10**4
"""A lattice with more points a particle is none."""


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


@result
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

        >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
        >>> statistics = collective_statistics(2, spin_measurement(), dimension=2)
        >>> statistics.intensities, statistics.distribution([1, 0])
        (array([-2.,  0.,  2.]), array([0.25, 0.5 , 0.25]))
        """
        return self._distribution(check_coefficients(coefficients, self.dimension))

    def operator(self, response: np.ndarray) -> np.ndarray:
        """Σ_x f(x) ⟨k|E(x)|l⟩: the mean of a function of the outcome, as a matrix (d, d).

        response: f at the intensities, shape (n,), such as signs. Hermitian.
        Raises ValueError for another shape or numbers that are not finite.

        >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
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

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> statistics = collective_statistics(10**5, spin_measurement(polar=1), dimension=3)
    >>> round(float(statistics.distribution([0.6, 0, 0.8]).sum()), 12)
    1.0
    """
    with renamed(levels="dimension"):
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
    powers = symmetric_powers(matrix, n, d)

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
    powers = symmetric_powers(matrix, n, d)
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


def collective_operator(
    particles: int, measurement: ParticleMeasurement, *, dimension: int
) -> np.ndarray:
    """⟨N, k| X |N, l⟩ with X = (A_tot − N μ)/(τ√N), k, l < d: the macroscopic observable (4).

    Only neighbouring levels are joined, as one particle at a time is flipped. Its square is not
    that of the variable for a measurement that is not sharp. Shape (d, d), Hermitian.
    Raises ValueError for d > N + 1 or a diagonal A.

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> x = collective_operator(100, spin_measurement(), dimension=3)
    >>> (x[0, 1].real ** 2).round(12), (x[1, 2].real ** 2).round(12)
    (np.float64(1.0), np.float64(1.98))
    """
    with renamed(levels="dimension"):
        n, k = check_levels(particles, range(*counts("dimension", [dimension])))
    measurement.require_scale()
    a, scale = measurement.operator, measurement.tau * np.sqrt(n)
    up = a[0, 1] * np.sqrt(k[1:] * (n - k[:-1].astype(float)))  # ⟨N, k − 1|A_tot|N, k⟩
    here = np.diag(k * (a[1, 1] - a[0, 0]).real)
    return (here + np.diag(up, 1) + np.diag(up.conj(), -1)) / scale
