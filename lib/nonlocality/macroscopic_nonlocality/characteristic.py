"""Characteristic functions of collective measurements, at finite N and in the limit.

⟨N, k| 𝒜^⊗N |N, l⟩ with 𝒜 = Σ E_a e^{it(a − c)/(r√N)} is the exact fourth line of eq. (A3) of
Gallego and Dakić; for N → ∞ it tends to (A7), with φ = arg A_01 and powers of +it.
"""

from math import comb, lgamma, log

import numpy as np
from scipy.special import xlogy

from nonlocality.foundations.checks import counts, finite_array, finite_number, in_interval, renamed
from nonlocality.foundations.sizes import require_memory
from nonlocality.macroscopic_nonlocality.dicke import check_levels
from nonlocality.macroscopic_nonlocality.oscillator import laguerre_functions
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement

SMALLEST_SCALE = 1e-100
"""Below it the variable (I − c)/r leaves the range of floating point."""

LOST_DIGITS = 1e-9
"""The largest rounding error that a sum over shared ones may have."""


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

    >>> from nonlocality.macroscopic_nonlocality.particles import spin_measurement
    >>> characteristic_elements([0.0], 5, spin_measurement(), dimension=2)[:, :, 0].real
    array([[1., 0.],
           [0., 1.]])
    """
    with renamed(levels="dimension"):
        n, levels = check_levels(particles, range(*counts("dimension", [dimension])))
    if scale is None:
        measurement.require_scale()
    c = measurement.mu if centre is None else finite_number("centre", centre)
    r = measurement.tau if scale is None else finite_number("scale", scale)
    if not r >= SMALLEST_SCALE:
        raise ValueError(f"Argument `scale` must be {SMALLEST_SCALE:g} or more, but is {r}.")
    t = finite_array("times", times)
    if t.ndim != 1 or not t.size:
        raise ValueError(f"Argument `times` must be a list of times, but has shape {t.shape}.")
    require_memory("particles", 16 * len(t) * (len(levels) ** 2 + 8))
    turns = np.exp(1j * np.multiply.outer((measurement.values - c) / (r * np.sqrt(n)), t))
    return symmetric_powers(np.einsum("aij,at->ijt", measurement.elements, turns), n, len(levels))


def symmetric_powers(matrix: np.ndarray, n: int, d: int) -> np.ndarray:
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


def limit_characteristic(
    times: np.ndarray, *, dimension: int, phase: float = 0.0, width: float = 0.0
) -> np.ndarray:
    """⟨k| e^{itx_φ} |l⟩ e^{−s²t²/2} for N → ∞, shape (d, d, times): eq. (A7), term by term.

    times: t, shape (n,). phase: φ = arg A_01. width: s. The sum over q of (A7) is a Laguerre
    polynomial: e^{i(l−k)φ} i^{|k−l|} λ(t²) e^{−s²t²/2} with λ of
    :func:`~nonlocality.macroscopic_nonlocality.oscillator.laguerre_functions`.
    Raises ValueError for times that are not finite or a negative width.

    >>> t = np.array([0.0, 1.0])
    >>> np.log(limit_characteristic(t, dimension=1, width=1.0)[0, 0].real).round(12) + 0.0
    array([ 0., -1.])
    """
    (d,) = counts("dimension", [dimension])
    t = finite_array("times", times)
    if t.ndim != 1 or not t.size:
        raise ValueError(f"Argument `times` must be a list of times, but has shape {t.shape}.")
    s = in_interval("width", finite_number("width", width), 0, 1e100)
    turn = np.exp(1j * finite_number("phase", phase))
    require_memory("times", 36 * len(t) * d**2)
    t = np.clip(t, -1e100, 1e100)
    found = np.zeros((d, d, len(t)), dtype=complex)
    for m in range(d):
        rows = laguerre_functions(t**2, order=m, dimension=d - m) * (1j * np.sign(t)) ** m
        k = np.arange(d - m)
        found[k, k + m], found[k + m, k] = rows * turn**m, rows * turn**-m
    return found * np.exp(-((s * t) ** 2) / 2)
