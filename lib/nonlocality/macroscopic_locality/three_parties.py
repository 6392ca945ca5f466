"""More than two parties: what macroscopic locality sees of their correlations, and what not.

The intensities of k parties are jointly Gaussian too, and a Gaussian is made of covariances,
each of which belongs to at most two detectors. So the covariance matrix of all intensities knows
the two-party marginals of a behaviour and nothing else: a box whose pairs are uniform passes,
however nonlocal the three are together. Sec. IV of arXiv:0907.0372 therefore asks for macroscopic
locality "also over the conditional bipartite correlations": of two parties, given a setting and an
outcome of the third. Outcomes are ±1 valued here, outcome 0 counting +1.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.checks import TOLERANCE
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, measurement_of_observables
from nonlocality.foundations.results import result
from nonlocality.macroscopic_locality.moments import largest_smallest_eigenvalue


def behaviour_xyz_box() -> Behaviour:
    """P(abc|xyz) = 1/4 where a ⊕ b ⊕ c = xyz, and 0 elsewhere.

    Every one or two of the three outcomes are uniform.

    >>> behaviour_xyz_box().correlators()[1]
    array([[ 1.,  1.],
           [ 1., -1.]])
    """
    a, b, c, x, y, z = np.indices((2,) * 6)
    return Behaviour(((a ^ b ^ c) == x * y * z) / 4)


def behaviour_ghz_turned() -> Behaviour:
    """The GHZ state, measured so that a pair given the third party's outcome has S = 2√2.

    Alice measures X and Y; Bob (X ± Y)/√2; Charlie X and Y. Quantum, with uniform pairs.

    >>> (behaviour_ghz_turned().correlators()[:, :, 0] * 2**0.5).round(9)
    array([[ 1.,  1.],
           [ 1., -1.]])
    """
    state = np.zeros(8)
    state[[0, 7]] = np.sqrt(0.5)
    straight = measurement_of_observables([PAULI_X, PAULI_Y])
    turned = measurement_of_observables([PAULI_X - PAULI_Y, PAULI_X + PAULI_Y] / np.sqrt(2))
    return behaviour_quantum(state, [straight, turned, straight])


def _check(behaviour: Behaviour) -> None:
    """Raise ValueError unless several parties have two outcomes each and do not signal."""
    if behaviour.parties < 2:
        raise ValueError("Argument `behaviour` must be a behaviour of two parties or more.")
    if set(behaviour.outcomes) != {2}:
        raise ValueError(
            "Argument `behaviour` must have two outcomes a party, but has outcomes "
            f"{behaviour.outcomes}."
        )
    for k in range(behaviour.parties):
        behaviour.require_no_signalling(k)


def pair_margin(behaviour: Behaviour) -> float:
    """Margin of the intensities of k ≥ 2 parties: largest smallest eigenvalue of Γ.

    Γ has a row for each party and setting, scaled to unit variance, as in
    :func:`~nonlocality.macroscopic_locality.correlators.macroscopic_margin`, with which it agrees
    for two parties; entries between two settings of one party are free. An intensity that does
    not fluctuate is left out. The number is that of the program's point, to about 1e-8.
    Raises ValueError for other than two outcomes a party, one party, or a signalling behaviour.

    >>> round(pair_margin(behaviour_xyz_box()), 6)  # nothing to see
    1.0
    """
    behaviour = as_behaviour(behaviour)
    _check(behaviour)
    rows, means = [], []
    for k, settings in enumerate(behaviour.settings):
        single = behaviour.marginal(k)
        for z in range(settings):
            mean = single[0, z] - single[1, z]
            if 1 - mean**2 > TOLERANCE:
                rows.append((k, z))
                means.append(mean)
    if not rows:
        return 1.0
    n = len(rows)
    covariance, free = np.eye(n), []
    for i, (k, z) in enumerate(rows):
        for j, (other, w) in enumerate(rows[:i]):
            if k == other:
                free.append((i, j))
                continue
            pair = behaviour.marginal(other, k)[:, :, w, z]
            product = pair[0, 0] + pair[1, 1] - pair[0, 1] - pair[1, 0]
            scale = np.sqrt((1 - means[i] ** 2) * (1 - means[j] ** 2))
            covariance[i, j] = covariance[j, i] = (product - means[i] * means[j]) / scale
    slopes = np.zeros((n, n, len(free)))
    for number, (i, j) in enumerate(free):
        slopes[i, j, number] = slopes[j, i, number] = 1
    found = largest_smallest_eigenvalue(covariance, sp.csr_array(slopes.reshape(n * n, len(free))))
    return float(found.evidence.point[0])


@result
class Condition:
    """What one party was asked and answered, how likely that is, and the others' behaviour then."""

    party: int
    setting: int
    outcome: int
    probability: float
    rest: Behaviour


def conditional_behaviours(behaviour: Behaviour) -> list[Condition]:
    """The behaviours of all parties but one, given that one's setting and outcome.

    Those of probability 0 are left out. Raises ValueError as :func:`pair_margin` does.

    >>> found = conditional_behaviours(behaviour_xyz_box())[2]
    >>> found.party, found.setting, found.outcome, found.probability
    (0, 1, 0, 0.5)
    >>> found.rest.correlators().tolist()  # a PR box
    [[1.0, 1.0], [1.0, -1.0]]
    """
    behaviour = as_behaviour(behaviour)
    _check(behaviour)
    n, found = behaviour.parties, []
    for party in range(n):
        for setting in range(behaviour.settings[party]):
            for outcome in range(behaviour.outcomes[party]):
                table = np.take(behaviour.table, setting, axis=n + party)
                table = np.take(table, outcome, axis=party)
                chance = float(table.sum(axis=tuple(range(n - 1))).mean())
                if chance > TOLERANCE:
                    rest = Behaviour(table / chance)
                    found.append(Condition(party, setting, outcome, chance, rest))
    return found


def conditional_margin(behaviour: Behaviour) -> float:
    """The least :func:`pair_margin` of the conditional behaviours: ≥ 0 for quantum behaviours.

    Given the third party's outcome the others share a state and measure it, so what quantum theory
    passes for two parties it passes here. Raises ValueError for fewer than three parties, and as
    :func:`pair_margin` does.

    >>> round(conditional_margin(behaviour_xyz_box()), 6)  # 1 − √2
    -0.414214
    """
    behaviour = as_behaviour(behaviour)
    if behaviour.parties < 3:
        raise ValueError("Argument `behaviour` must be a behaviour of three parties or more.")
    return min(pair_margin(condition.rest) for condition in conditional_behaviours(behaviour))
