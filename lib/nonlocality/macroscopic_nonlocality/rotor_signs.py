"""Signs of collective spins at α = 1: CHSH at finite N, and in the limit where it never exceeds 2.

The sign of Σ a_i on the middle Dicke states |2N, N + k⟩ is a matrix between levels; for N → ∞ it
tends to that of the cosine of a rotor's angle, all of whose turns commute.
"""

from math import pi

import numpy as np
from scipy.optimize import minimize

from nonlocality.foundations.checks import TOLERANCE, counts, finite_array, in_interval
from nonlocality.macroscopic_nonlocality.rotor_limit import check_rotor_levels, middle_amplitudes


def spin_sign(particles: int, levels: object, *, tie: float = 0.0) -> np.ndarray:
    """Elements ⟨k| sgn Σ a_i |l⟩ at finite N, φ = 0 and Θ = π/2: shape (d, d), real.

    tie: the number in [−1, 1] that Σ a_i = 0 counts as; 0 is a fair coin.
    Raises ValueError for another `tie` and as
    :func:`~nonlocality.macroscopic_nonlocality.rotor_limit.middle_amplitudes`.

    >>> spin_sign(2, [0, 1]).round(12) + 0.0
    array([[0.        , 0.70710678],
           [0.70710678, 0.        ]])
    """
    amplitudes = middle_amplitudes(particles, levels)
    signs = np.sign(np.arange(particles + 1.0) - particles // 2)
    signs[particles // 2] = in_interval("tie", tie, -1, 1)
    return (amplitudes * signs) @ amplitudes.T


def rotor_sign(levels: object) -> np.ndarray:
    """The limit of :func:`spin_sign`, 2 sin((k−l)π/2)/(π(k−l)): a Toeplitz matrix.

    Raises ValueError for levels that are no integers.

    >>> float(rotor_sign([0, 1])[0, 1] * pi)
    2.0
    """
    k = check_rotor_levels(levels)
    steps = k[:, None] - k
    return np.sinc(steps / 2) * (steps != 0)


def largest_chsh(
    sign: np.ndarray, levels: object, *, rng: np.random.Generator, starts: int = 6
) -> tuple[float, np.ndarray]:
    """Largest CHSH value found of any two-party state on these levels, and the phases.

    Both parties measure e^(−ikφ) S_kl e^(ilφ), S = `sign`, at two phases each; of the four one a
    side can be set to 0. For given phases the largest value over states is the largest eigenvalue
    of the Bell operator; the phases are searched from random starts, so the answer is a lower
    bound. Returns the value and φ = (0, φ_A′, 0, φ_B′).
    Raises ValueError for a `sign` that is not real symmetric of the right size with norm ≤ 1.

    >>> rng = np.random.default_rng(0)
    >>> value, phases = largest_chsh(spin_sign(2, [-1, 0, 1], tie=1), [-1, 0, 1], rng=rng)
    >>> round(value, 6)
    2.828427
    """
    k = check_rotor_levels(levels)
    matrix = finite_array("sign", sign)
    (starts,) = counts("starts", (starts,))
    if matrix.shape != (len(k), len(k)) or np.abs(matrix - matrix.T).max() > TOLERANCE:
        raise ValueError(
            f"Argument `sign` must be a symmetric matrix of size {len(k)}, but has shape "
            f"{matrix.shape} or is not symmetric."
        )
    norm = np.abs(np.linalg.eigvalsh(matrix)).max()
    if norm > 1 + TOLERANCE:
        raise ValueError(f"Argument `sign` must have norm at most 1, but has {norm:.12g}.")

    def value(phases: np.ndarray) -> float:
        turns = np.exp(1j * np.outer(phases, k))
        alice, bob = (turn.conj()[:, None] * matrix * turn for turn in turns)
        bell = np.kron(matrix, matrix + bob) + np.kron(alice, matrix - bob)
        return float(np.linalg.eigvalsh(bell)[-1])

    found = [
        minimize(
            lambda phases: -value(phases),
            rng.uniform(0, pi, 2),
            method="Nelder-Mead",
            options={"xatol": 1e-7, "fatol": 1e-12},
        )
        for _ in range(starts)
    ]
    best = min(found, key=lambda result: result.fun)
    return -float(best.fun), np.array([0, best.x[0], 0, best.x[1]])
