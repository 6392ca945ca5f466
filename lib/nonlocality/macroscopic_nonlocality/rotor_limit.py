"""Full coarse-graining, α = 1: collective spins that tend to a quantum rotor, and are local.

Each party has 2N spins ½ in a superposition Σ c_k |2N, N + k⟩ of the middle Dicke states, which
are the angular momentum states of spin j = N. A = [[cos Θ, sin Θ e^(iφ)], [sin Θ e^(−iφ), −cos Θ]]
is measured on every particle, and x = (1/2N) Σ a_i / sin Θ, eq. (D1), is kept. For N → ∞ it tends
to x = cos θ, where θ is the angle of a quantum rotor up to its sign, turned by φ.

The angle of the rotor is there before φ is chosen, which makes the limit local: the hidden
variable is an angle a party, the answers are cosines.
"""

from collections.abc import Callable, Sequence
from math import pi

import numpy as np

from nonlocality.foundations.checks import (
    TOLERANCE,
    complex_array,
    counts,
    finite_array,
    in_interval,
    shown,
)
from nonlocality.macroscopic_nonlocality.dicke import dicke_amplitudes

FARTHEST = 2**53
"""Largest level of a rotor: beyond it not every integer is a floating-point number."""


def _one_each(name: str, values: object) -> Sequence:
    """One entry for each of two parties; ValueError, naming the argument, for anything else."""
    if not isinstance(values, Sequence | np.ndarray) or len(values) != 2:
        raise ValueError(f"Argument `{name}` must hold one entry for each of two parties.")
    return values


def _angles(name: str, value: object, *, shape: tuple[int, ...] = ()) -> np.ndarray:
    array = finite_array(name, value)
    if array.shape != shape:
        raise ValueError(f"Argument `{name}` must have shape {shape}, but has {array.shape}.")
    return array


def check_rotor_levels(levels: object) -> np.ndarray:
    """The levels of a rotor, integers of either sign: shape (d,).

    Raises ValueError for anything else.

    >>> check_rotor_levels([-1, 0, 2])
    array([-1,  0,  2])
    """
    found = finite_array("levels", levels)
    if found.ndim != 1 or not found.size or (found != np.round(found)).any():
        raise ValueError(f"Argument `levels` must be a list of integers, but is {shown(levels)}.")
    if np.abs(found).max() > FARTHEST:
        raise ValueError(f"Argument `levels` must lie within ±2^53, but is {shown(levels)}.")
    return found.astype(int)


def _state(coefficients: object, *levels: object) -> tuple[np.ndarray, list[np.ndarray]]:
    """Coefficients of unit norm, one axis a party, and the levels k that the axes stand for."""
    array = complex_array("coefficients", coefficients).astype(complex)
    k = [check_rotor_levels(each) for each in levels]
    if array.shape != tuple(len(each) for each in k):
        raise ValueError(
            f"Argument `coefficients` must have shape {tuple(len(each) for each in k)} to fit the "
            f"levels, but has shape {array.shape}."
        )
    norm = float(np.linalg.norm(array))
    if abs(norm - 1) > TOLERANCE:
        raise ValueError(f"Argument `coefficients` must have norm 1, but has norm {norm:.12g}.")
    return array, k


def middle_amplitudes(particles: int, levels: object, *, polar: float = pi / 2) -> np.ndarray:
    """Amplitudes of |2N, N + k⟩ for the outcomes Σ a_i = −2N, …, 2N at φ = 0: (d, 2N + 1).

    particles: the even number 2N; levels: integers k in [−N, N], d of them; polar: Θ.
    Raises ValueError for an odd or too large number of particles, levels outside the range, or
    `polar` at 0 or π.

    >>> (middle_amplitudes(2, [0]) ** 2).round(12) + 0.0
    array([[0.5, 0. , 0.5]])
    """
    levels = check_rotor_levels(levels)
    (number,) = counts("particles", (particles,))
    if number % 2:
        raise ValueError(f"Argument `particles` must be even, but is {number}.")
    if np.abs(levels).max() > number // 2:
        raise ValueError(
            f"Argument `levels` must lie in [-{number // 2}, {number // 2}], but is {levels}."
        )
    polar = in_interval("polar", polar, 0, pi)
    if np.sin(polar) < TOLERANCE:
        raise ValueError(f"Argument `polar` must not be 0 or π, where A_01 = 0, but is {polar}.")
    return dicke_amplitudes(number, number // 2 + levels, polar=polar)


def spin_distribution(
    coefficients: object,
    *,
    particles: int,
    levels: object,
    phase: float = 0.0,
    polar: float = pi / 2,
) -> tuple[np.ndarray, np.ndarray]:
    """The values of x = Σ a_i / (2N sin Θ) and their probabilities, each of shape (2N + 1,).

    particles: the even number 2N; levels: integers k in [−N, N]; phase: φ = arg A_01.
    Exact up to rounding at any N.
    Raises ValueError for coefficients of another norm than 1, an odd or too large number of
    particles, levels outside the range, or `polar` outside (0, π).

    >>> x, p = spin_distribution([1], particles=4, levels=[0])
    >>> p.round(12) + 0.0
    array([0.375, 0.   , 0.25 , 0.   , 0.375])
    """
    c, (k,) = _state(coefficients, levels)
    turned = c * np.exp(1j * k * _angles("phase", phase))
    polar = in_interval("polar", polar, 0, pi)
    amplitudes = turned @ middle_amplitudes(particles, k, polar=polar)
    j = len(amplitudes) // 2
    return np.arange(-j, j + 1) / (j * np.sin(polar)), np.abs(amplitudes) ** 2


def _theta(name: str, value: object) -> np.ndarray:
    array = finite_array(name, value)
    if array.size and not 0 <= array.min() <= array.max() <= pi + 1e-12:
        raise ValueError(f"Argument `{name}` must lie in [0, π], but is {shown(value)}.")
    return array


def _density(theta: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Elements of |θ⟩⟨θ| + |−θ⟩⟨−θ|: cos((k − l)θ)/π."""
    return np.cos(theta[..., None, None] * steps) / pi


def _cumulative(theta: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """The integral of the density from 0 to θ."""
    theta = theta[..., None, None]
    return np.sinc(steps * theta / pi) * theta / pi


Kernel = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _born(kernel: Kernel, state: object, levels: object, theta: object, phase: float) -> np.ndarray:
    c, (k,) = _state(state, levels)
    turned = c * np.exp(1j * k * _angles("phase", phase))
    return (kernel(_theta("theta", theta), k[:, None] - k) @ turned @ turned.conj()).real


def rotor_density(
    coefficients: object, *, levels: object, theta: object, phase: float = 0.0
) -> np.ndarray:
    """Density of θ = arccos x in [0, π] for N → ∞, eq. (15); the shape of `theta`.

    P(θ) = Σ_kl e^(−ikφ) c̄_k c_l e^(ilφ) cos((k − l)θ)/π with φ = arg A_01.
    Raises ValueError for coefficients of another norm than 1 and θ outside [0, π].

    >>> float(rotor_density([1], levels=[0], theta=1.0) * pi)
    1.0
    """
    return _born(_density, coefficients, levels, theta, phase)


def rotor_cumulative(
    coefficients: object, *, levels: object, theta: object, phase: float = 0.0
) -> np.ndarray:
    """Probability of an angle up to θ, that is of x ≥ cos θ: the integral of (15).

    Raises ValueError as :func:`rotor_density`.

    >>> float(rotor_cumulative([0.6, 0.8], levels=[0, 1], theta=pi).round(12))
    1.0
    """
    return _born(_cumulative, coefficients, levels, theta, phase)


def distance_to_rotor(
    coefficients: object,
    *,
    particles: int,
    levels: object,
    phase: float = 0.0,
    polar: float = pi / 2,
    limit_phase: float | None = None,
) -> float:
    """Kolmogorov distance of x at finite N from its limit: the largest |P_N(≤ x) − P(≤ x)|.

    Both sides of every jump count. limit_phase: φ of the limit (15), by default `phase`.
    Raises ValueError as :func:`spin_distribution`.

    >>> distance_to_rotor([1], particles=2, levels=[0])  # two atoms of ½ at the ends
    0.5
    """
    x, p = spin_distribution(
        coefficients, particles=particles, levels=levels, phase=phase, polar=polar
    )
    angle = phase if limit_phase is None else limit_phase
    theta = np.arccos(np.clip(x, -1, 1))
    limit = 1 - rotor_cumulative(coefficients, levels=levels, theta=theta, phase=angle)
    below = np.cumsum(p)
    return float(np.abs([below - limit, below - p - limit]).max().round(15))


def rotor_joint_density(
    coefficients: object,
    *,
    levels: Sequence[object],
    theta: Sequence[object],
    phases: Sequence[float],
) -> np.ndarray:
    """Quantum density of the two angles (θ_A, θ_B), by Born's rule: the limit (D12).

    coefficients: c_kl, shape (d_A, d_B), of Σ c_kl |2N, N + k⟩ ⊗ |2N, N + l⟩; levels, theta and
    phases hold one entry a party, the angles with shapes (n_A,) and (n_B,). Returns (n_A, n_B).
    Raises ValueError as :func:`rotor_density`.

    >>> density = rotor_joint_density([[1]], levels=([0], [0]), theta=([1], [2]), phases=(0, 0))
    >>> round(float(density[0, 0] * pi**2), 12)
    1.0
    """
    c, (k, r) = _state(coefficients, *_one_each("levels", levels))
    first, second = _angles("phases", phases, shape=(2,))
    turned = np.exp(1j * k * first)[:, None] * c * np.exp(1j * r * second)
    theta = _one_each("theta", theta)
    alice = _density(_theta("theta[0]", theta[0]), k[:, None] - k)
    bob = _density(_theta("theta[1]", theta[1]), r[:, None] - r)
    return np.einsum("kl,akm,bln,mn->ab", turned.conj(), alice, bob, turned, optimize=True).real


def hidden_density(
    coefficients: object, *, levels: Sequence[object], angles: Sequence[object]
) -> np.ndarray:
    """Density of the hidden angles λ = (η_A, η_B) of the local model, on [−π, π]².

    |Σ c_kl e^(−i(kη_A + lη_B))|²/(2π)²: the settings do not enter. Given them the outcomes are
    certain, x = cos(η_A + φ_A) and y = cos(η_B + φ_B), see :func:`hidden_outcome`. In (D13) as
    printed the phases stand in the density, which would let the hidden variable know the
    settings; shifting both angles by their phase repairs it.
    angles: one array a party, of shapes (n_A,) and (n_B,); returns (n_A, n_B).
    Raises ValueError for coefficients of another norm than 1 or angles that are not finite.

    >>> float(hidden_density([[1]], levels=([0], [0]), angles=([0], [0]))[0, 0] * (2 * pi) ** 2)
    1.0
    """
    c, (k, r) = _state(coefficients, *_one_each("levels", levels))
    alice, bob = (np.atleast_1d(finite_array("angles", e)) for e in _one_each("angles", angles))
    waves = np.exp(-1j * np.outer(alice, k)) @ c @ np.exp(-1j * np.outer(r, bob))
    return np.abs(waves) ** 2 / (2 * pi) ** 2


def hidden_outcome(angle: object, *, phase: float) -> np.ndarray:
    """The outcome x = cos(η + φ) that the local model gives at hidden angle η and phase φ.

    Raises ValueError for angles that are not finite.

    >>> float(hidden_outcome(pi / 2, phase=-pi / 2))
    1.0
    """
    return np.cos(finite_array("angle", angle) + _angles("phase", phase))
