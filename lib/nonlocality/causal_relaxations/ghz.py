"""The GHZ correlations with two settings a party, and the model that needs least of everything.

Measurements X (setting 0) and Y (setting 1) on (|000⟩ + |111⟩)/√2 (text after eq. (11) of
arXiv:1411.4648). On the four *game* inputs, x + y + z even, the parity of a + b + c is
definite, (x + y + z)/2 mod 2; on the others every outcome is equally likely. Arrays are
``[a, b, c, x, y, z]``.
"""

import numpy as np

from nonlocality.causal_relaxations.measurement_dependence import DependentModel
from nonlocality.foundations.behaviours import Behaviour, behaviour_quantum
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, measurement_of_observables
from nonlocality.foundations.strategies import CausalModel


def behaviour_ghz() -> Behaviour:
    """The GHZ behaviour, from state and measurements.

    >>> p = behaviour_ghz().table
    >>> p[0, 0, 0, 0, 0, 0].round(12), p[0, 0, 0, 0, 1, 1].round(12), p[0, 0, 0, 0, 0, 1].round(12)
    (np.float64(0.25), np.float64(0.0), np.float64(0.125))
    """
    state = np.zeros(8)
    state[[0, 7]] = np.sqrt(1 / 2)
    return behaviour_quantum(state, [measurement_of_observables([PAULI_X, PAULI_Y])] * 3)


def ghz_witness() -> np.ndarray:
    """The bet F that proves I(X, Y, Z : Λ) ≥ 1/2 log2(4/3): shape (2,) * 6.

    4/3 on the right parity of a game input, 0 on the wrong one, 1 off the game. A strategy
    wins one or three of the four game inputs, so its mean over the inputs is at most 1.

    >>> ghz_witness()[0, 0, 0, 0].tolist()
    [[1.3333333333333333, 1.0], [1.0, 0.0]]
    """
    a, b, c, x, y, z = np.indices((2,) * 6)
    inputs = x + y + z
    right = (a + b + c - inputs // 2) % 2 == 0
    return np.where(inputs % 2, 1, np.where(right, 4 / 3, 0))


def ghz_model() -> DependentModel:
    """A model of :func:`behaviour_ghz` with least M, 1/4, and least I, 1/2 log2(4/3).

    λ is one of the 32 strategies that win three game inputs, all equally likely; given the
    inputs its probability is multiplied by :func:`ghz_witness`.

    >>> from nonlocality.causal_relaxations.measurement_dependence import dependence
    >>> from nonlocality.foundations.entropies import mutual_information
    >>> q = ghz_model().joint
    >>> round(dependence(q), 12), round(mutual_information(q), 6)
    (0.25, 0.207519)
    """
    local = CausalModel(("x", "y", "z"), (2, 2, 2), (2, 2, 2))
    x, y, z = np.indices((2, 2, 2))[..., None]
    strategy = np.arange(local.size)
    a, b, c = (f[strategy, k] for f, k in zip(local.responses, (x, y, z), strict=True))
    ratio = ghz_witness()[a, b, c, x, y, z]  # [x, y, z, λ]
    best = np.isclose(ratio.mean(axis=(0, 1, 2)), 1)
    joint = ratio[..., best] / ratio[..., best].sum()
    return DependentModel(joint, [f[best] for f in local.responses], (2, 2, 2))
