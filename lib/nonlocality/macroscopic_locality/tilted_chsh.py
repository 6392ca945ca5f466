"""Where macroscopic locality goes beyond quantum theory at two settings and outcomes.

The functional S + β E_A0, with S = E_00 + E_01 + E_10 − E_11 and E_A0 Alice's one-point correlator
at setting 0, has the same maximum over quantum and macroscopically local behaviours at β = 0
(Tsirelson's 2√2) and for β ≥ 2 (the local 2 + β). In between the two differ; all maxima are
closed forms. The behaviours of Q1 with S = 2√2 are a regular octagon; quantum theory has its
centre alone.
"""

import numpy as np

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import finite_array, finite_number, in_interval
from nonlocality.foundations.forms import behaviour_from_correlators
from nonlocality.foundations.inequalities import correlator_functional

OCTAGON_RADIUS = float(np.sqrt(2) - 1)
"""Largest one-point correlator of a macroscopically local behaviour with S = 2√2."""


def tilted_functional(tilt: float) -> np.ndarray:
    """S + β E_A0 as a table [a, b, x, y], with E_A0 read at Bob's setting 0.

    Raises ValueError for a tilt that is not one finite number.

    >>> tilted_functional(0.5)[:, :, 0, 0].tolist()
    [[1.5, -0.5], [-1.5, 0.5]]
    """
    table = correlator_functional([[1.0, 1.0], [1.0, -1.0]])
    beta = finite_number("tilt", tilt)
    table[0, :, 0, 0] += beta
    table[1, :, 0, 0] -= beta
    return table


def _tilts(tilt: float | np.ndarray) -> np.ndarray:
    """β as an array; ValueError if negative."""
    beta = finite_array("tilt", tilt)
    if beta.size and beta.min() < 0:
        raise ValueError(f"Argument `tilt` must not be negative, but holds {beta.min():.12g}.")
    return beta


def tilted_quantum_maximum(tilt: float | np.ndarray) -> np.ndarray:
    """√(8 + 2β²) for β ≤ 2, and 2 + β beyond (Acín, Massar, Pironio, arXiv:1107.2754).

    tilt: β ≥ 0, a number or an array. Raises ValueError for a negative one.

    >>> float(tilted_quantum_maximum(1))
    3.1622776601683795
    """
    beta = _tilts(tilt)
    return np.where(beta < 2, np.sqrt(8 + 2 * np.minimum(beta, 2) ** 2), 2 + beta)


def tilted_macroscopic_maximum(tilt: float | np.ndarray) -> np.ndarray:
    """Largest S + β E_A0 over macroscopically local behaviours.

    2√((1 + β)² + 1) − β for β ≤ 1/3, (14 + 3β)/5 for 1/3 ≤ β ≤ 2, and 2 + β beyond.
    tilt: β ≥ 0, a number or an array. Raises ValueError for a negative one.

    >>> [round(float(tilted_macroscopic_maximum(beta)), 12) for beta in (1 / 3, 2)]
    [3.0, 4.0]
    """
    beta = _tilts(tilt)
    small = np.minimum(beta, 2)
    curve = np.where(small < 1 / 3, 2 * np.hypot(1 + small, 1) - small, (14 + 3 * small) / 5)
    return np.where(beta < 2, curve, 2 + beta)


def behaviour_tilted_macroscopic(tilt: float) -> Behaviour:
    """A macroscopically local behaviour that reaches :func:`tilted_macroscopic_maximum`.

    With r = √((1 + β)² + 1), for β ≤ 1/3: E_A0 = 2(1 + β)/r − 1, E_A1 = 0,
    E_B0 = E_B1 = m = (β + 2 − r)/2, E_10 = −E_11 = 1 − m, and E_00 = E_01 what makes S + β E_A0 the
    maximum. For all β from 1/3 to 2 the behaviour at 1/3, which is rational: S = 14/5, E_A0 = 3/5.
    Raises ValueError for β outside [0, 2].

    >>> behaviour_tilted_macroscopic(1).correlators() * 15
    array([[ 11.,  11.],
           [ 10., -10.]])
    """
    beta = min(in_interval("tilt", tilt, 0, 2), 1 / 3)
    r = np.sqrt((1 + beta) ** 2 + 1)
    bias, m = 2 * (1 + beta) / r - 1, (beta + 2 - r) / 2
    s = float(tilted_macroscopic_maximum(beta)) - beta * bias
    first, second = s / 2 - (1 - m), 1 - m
    return behaviour_from_correlators(
        [[first, first], [second, -second]], alice=[bias, 0.0], bob=[m, m]
    )


def octagon_violation(bias: np.ndarray) -> float:
    """How far (E_A0, E_A1) lies outside the octagon of biases that go with S = 2√2.

    max over the eight normals n_k at odd multiples of π/8 of n_k · bias, minus sin(π/8); ≤ 0
    inside. The corners lie at distance √2 − 1, at multiples of π/4.
    bias: shape (2,). Raises ValueError for another shape.

    >>> bool(abs(octagon_violation([OCTAGON_RADIUS, 0])) < 1e-15)
    True
    """
    point = finite_array("bias", bias)
    if point.shape != (2,):
        raise ValueError(f"Argument `bias` must have shape (2,), but has shape {point.shape}.")
    angles = np.pi / 8 * np.arange(1, 16, 2)
    normals = np.column_stack([np.cos(angles), np.sin(angles)])
    return float((normals @ point).max() - np.sin(np.pi / 8))


def behaviour_biased_tsirelson(bias: np.ndarray) -> Behaviour:
    """The only macroscopically local behaviour with S = 2√2 and these biases of Alice.

    bias: (E_A0, E_A1) in the octagon of :func:`octagon_violation`; then E_B0 = (E_A0 + E_A1)/√2 and
    E_B1 = (E_A0 − E_A1)/√2. Raises ValueError for a bias outside, where a probability would be
    negative.

    >>> round(float(behaviour_biased_tsirelson([OCTAGON_RADIUS, 0]).table[0, 1, 1, 0]), 12)
    0.0
    """
    outside = octagon_violation(bias)
    if outside > 1e-12:
        raise ValueError(
            f"Argument `bias` must lie in the octagon of radius √2 − 1, but is {outside:.3g} "
            "outside it."
        )
    first, second = finite_array("bias", bias)
    return behaviour_from_correlators(
        np.array([[1, 1], [1, -1]]) / np.sqrt(2),
        alice=[first, second],
        bob=np.array([first + second, first - second]) / np.sqrt(2),
    )
