"""CHSH for finitely many particles: Σ c_k |N, k⟩|N, k⟩, equatorial spins, signs of intensities.

Alice and Bob hold N qubits each, measure all of them along one direction of the equator, and
keep the sign of the intensity. For odd N it is never 0. For even N a rule must say what 0
counts as: the same +1 for both, a fair coin, or +1 for Alice and −1 for Bob.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from nonlocality.foundations.checks import complex_array, counts, in_interval, shown
from nonlocality.foundations.results import result
from nonlocality.macroscopic_nonlocality.collective import (
    CollectiveStatistics,
    check_coefficients,
    collective_statistics,
)
from nonlocality.macroscopic_nonlocality.noise import attenuated
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import sign_operator

LARGEST_SUM = 1e100
"""Correlators of observables ±1 add up to far less."""

TIE_RULES = {"plus": (1.0, 1.0), "random": (0.0, 0.0), "opposite": (1.0, -1.0)}
"""What intensity 0 counts as, for Alice and for Bob; 0 is a fair coin."""


def sign_response(statistics: CollectiveStatistics, *, tie: float = 0.0) -> np.ndarray:
    """The sign of X at each possible value, with `tie` in [−1, 1] where X = 0, shape (n,).

    Within a millionth of the mean spacing X counts as 0. Raises ValueError for a tie outside
    [−1, 1].

    >>> sign_response(collective_statistics(2, spin_measurement(), dimension=1), tie=1.0)
    array([-1.,  1.,  1.])
    """
    value = in_interval("tie", tie, -1, 1)
    x = statistics.outcomes
    rounding = 1e-6 * np.ptp(x) / max(len(x) - 1, 1)
    return np.where(np.abs(x) < rounding, value, np.sign(x))


def correlation_harmonics(
    coefficients: Sequence[complex], alice: np.ndarray, bob: np.ndarray
) -> np.ndarray:
    """E_n with ⟨AB⟩ = Re Σ_n E_n e^{inφ}, n = 0..d − 1, for a state Σ c_k |k⟩|k⟩.

    alice, bob: responses at azimuth 0 in the levels, Hermitian, shape (d, d); turning them by
    phases φ_A and φ_B with φ = φ_A + φ_B multiplies the entry (k, l) of the product by
    e^{i(l − k)φ}, eq. (B4). Raises ValueError for coefficients that are not normalised and
    matrices of other shapes.

    >>> from nonlocality.macroscopic_nonlocality.quadratures import sign_operator
    >>> sign = sign_operator(3)
    >>> correlation_harmonics(np.sqrt([0.4, 0.5, 0.1]), sign, sign).real.round(6)
    array([0.      , 0.711763, 0.      ])
    """
    pair = [complex_array(n, m) for n, m in (("alice", alice), ("bob", bob))]
    for name, matrix in zip(("alice", "bob"), pair, strict=True):
        if matrix.ndim != 2 or len({*matrix.shape, *pair[0].shape}) > 1:
            raise ValueError(
                f"Argument `{name}` must be square, of one size for both, but has shape "
                f"{matrix.shape}."
            )
    c = check_coefficients(coefficients, len(pair[0]))
    product = np.outer(c.conj(), c) * pair[0] * pair[1]
    found = [np.trace(product, offset=n) + np.trace(product, offset=-n).conj()
             for n in range(len(c))]  # fmt: skip
    return np.array(found) / np.where(np.arange(len(c)) == 0, 2, 1)


@result
class ChshAngles:
    """The largest |CHSH| found over settings, and the sums φ_A + φ_B that reach it.

    phases: [[φ_11, φ_12], [φ_21, φ_22]], the sums for the four pairs of settings.
    """

    value: float
    phases: np.ndarray


def chsh_over_phases(harmonics: Sequence[complex]) -> ChshAngles:
    """Maximise |E(φ_11) + E(φ_12) + E(φ_21) − E(φ_22)| for E(φ) = Re Σ E_n e^{inφ}.

    φ_22 = φ_12 + φ_21 − φ_11. A grid of 24 values an angle, then a local climb from its best
    points of either sign; exact, 2√2 |E_1|, if only n = 1 is there.

    >>> round(chsh_over_phases([0, 1]).value / 8**0.5, 12)
    1.0
    """
    waves = np.atleast_1d(np.asarray(complex_array("harmonics", harmonics), dtype=complex))
    if waves.ndim > 1 or np.abs(waves).sum() > LARGEST_SUM:
        raise ValueError(
            "Argument `harmonics` must be a list of numbers whose moduli add up to at most "
            f"{LARGEST_SUM:g}, but has shape {waves.shape} and adds up to "
            f"{np.abs(waves).sum():g}."
        )
    n = np.arange(len(waves))

    def correlator(phi: np.ndarray) -> np.ndarray:
        return np.tensordot(np.exp(1j * np.multiply.outer(phi, n)), waves, 1).real

    def slope(phi: np.ndarray) -> np.ndarray:
        return np.tensordot(np.exp(1j * np.multiply.outer(phi, n)), 1j * n * waves, 1).real

    def chsh(point: np.ndarray) -> np.ndarray:
        first, second, third = point
        return (correlator(first) + correlator(second) + correlator(third)
                - correlator(second + third - first))  # fmt: skip

    def gradient(point: np.ndarray) -> np.ndarray:
        last = slope(point[1] + point[2] - point[0])
        return slope(point) + last * np.array([1, -1, -1])

    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    grid = np.stack(np.meshgrid(turns, turns, turns, indexing="ij"))
    values = chsh(grid)
    best = ChshAngles(0.0, np.zeros((2, 2)))
    for sign in (1, -1):
        start = grid[(slice(None), *np.unravel_index((sign * values).argmax(), values.shape))]
        point = minimize(
            lambda v, s=sign: (-s * chsh(v), -s * gradient(v)), start, jac=True, tol=1e-12
        ).x
        found = float(abs(chsh(point)))
        if found > best.value:
            sums = np.array([[point[0], point[1]], [point[2], point[1] + point[2] - point[0]]])
            best = ChshAngles(found, sums % (2 * np.pi))
    return best


def finite_chsh(
    particles: int,
    coefficients: Sequence[complex],
    *,
    tie_rule: str = "random",
    alice: ParticleMeasurement | None = None,
    bob: ParticleMeasurement | None = None,
) -> ChshAngles:
    """The largest CHSH of Σ c_k |N, k⟩|N, k⟩ over azimuths of a measurement, signs of intensities.

    particles: N for each party. coefficients: c, shape (d,), d ≤ N + 1, of unit norm, real or
    complex. tie_rule: a key of :data:`TIE_RULES`; without effect for odd N. alice, bob: what is
    done to each particle, by default a sharp spin on the equator; with noise, by
    :func:`~nonlocality.macroscopic_nonlocality.noise.lossy` and its like. Its azimuth is the
    setting, and the best ones are sought.
    Raises ValueError for another rule, more coefficients than N + 1, or too large an N.

    >>> paper = np.sqrt([0.4, 0.5, 0.1])  # eq. (B6)
    >>> [round(finite_chsh(n, paper).value, 6) for n in (2, 3, 10**5 + 1)]
    [1.897367, 2.213594, 2.013175]
    """
    if tie_rule not in TIE_RULES:
        raise ValueError(
            f"Argument `tie_rule` must be one of {list(TIE_RULES)}, but is {shown(tie_rule)}."
        )
    (n,) = counts("particles", [particles])
    d = np.size(coefficients)
    if d > n + 1:
        raise ValueError(
            f"Argument `coefficients` must hold at most particles + 1 = {n + 1} numbers, one for "
            f"each of |N, 0⟩ … |N, N⟩, but holds {d}."
        )
    check_coefficients(coefficients, d)
    pair = []
    for tie, seen in zip(TIE_RULES[tie_rule], (alice, bob), strict=True):
        statistics = collective_statistics(n, seen or spin_measurement(), dimension=d)
        pair.append(statistics.operator(sign_response(statistics, tie=tie)))
    return chsh_over_phases(correlation_harmonics(coefficients, *pair))


def limit_chsh(
    coefficients: Sequence[complex], *, alice: float = 1.0, bob: float = 1.0
) -> ChshAngles:
    """The same for N → ∞: Σ c_k |k⟩|k⟩, signs of quadratures, the best phases.

    alice, bob: their efficiencies u = 1/(1 + s²) in [0, 1], as from
    :func:`~nonlocality.macroscopic_nonlocality.noise.efficiency`.
    Raises ValueError for coefficients of another norm than 1 and efficiencies outside [0, 1].

    >>> round(limit_chsh(np.sqrt([0.4, 0.5, 0.1])).value * np.pi / 40**0.5, 9)
    1.0
    """
    coefficients = complex_array("coefficients", coefficients)
    d = coefficients.size
    if not d:
        raise ValueError("Argument `coefficients` must hold one number or more, but is empty.")
    seen = [
        attenuated(sign_operator(d), efficiency=in_interval(name, u, 0, 1))
        for name, u in (("alice", alice), ("bob", bob))
    ]
    return chsh_over_phases(correlation_harmonics(coefficients, *seen))
