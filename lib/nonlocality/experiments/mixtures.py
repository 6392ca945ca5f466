"""Is a behaviour quantum? A mixture of two-qubit behaviours and deterministic ones that gives it.

Moment matrices can only say no. To say yes one shows a model. Columns are generated: the best
mixture so far leaves a residual, the residual is a Bell expression, and the two-qubit behaviour
that is best at it joins the mixture. Residuals are counted in units of √p, so that rare events
weigh as much as in a likelihood.
"""

import numpy as np
from scipy.optimize import nnls

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import SolverError
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.quantum_models import best_two_qubit_behaviour

CLOSE = 1e-9
"""Largest relative difference of a probability that is called rounding."""


@result
class QuantumMixture:
    """A quantum model of a behaviour of two settings and outcomes.

    weights, tables: of the parts, shapes (k,) and (k, 2, 2, 2, 2); quantum: how many of them,
    the last, are two-qubit behaviours, the others being deterministic. miss: largest difference
    of a probability from the mixture's, relative to the probability.
    """

    weights: np.ndarray
    tables: np.ndarray
    quantum: int
    miss: float

    @property
    def share(self) -> float:
        """Weight of the two-qubit behaviours together."""
        return float(self.weights[len(self.weights) - self.quantum :].sum())


def quantum_mixture(behaviour: Behaviour, *, points: int = 12) -> QuantumMixture:
    """A mixture of deterministic and two-qubit behaviours that is the behaviour, up to rounding.

    points: how many two-qubit behaviours are tried. Raises ValueError for other than two settings
    and outcomes or a behaviour that signals, SolverError if no mixture comes within
    :data:`CLOSE`; that does not say that there is none.

    >>> from nonlocality.foundations.born import behaviour_tsirelson
    >>> found = quantum_mixture(behaviour_tsirelson().with_noise(visibility=0.9))
    >>> found.quantum, found.miss < 1e-9
    (1, True)
    """
    behaviour = as_behaviour(behaviour)
    if behaviour.table.shape != (2, 2, 2, 2):
        raise ValueError(
            "Argument `behaviour` must have two settings and outcomes a party, but has shape "
            f"{behaviour.table.shape}."
        )
    behaviour.require_no_signalling()
    p = np.maximum(behaviour.table.ravel(), 0)
    scale = 1 / np.sqrt(np.maximum(p, 1e-12))
    columns = list(CausalModel(("x", "y"), (2, 2), (2, 2)).corners.astype(float))
    local, miss = len(columns), np.inf
    for _ in range(points + 1):
        # the sum of the weights is asked for a thousand times as strictly
        system = np.vstack([(np.array(columns) * scale).T, np.full(len(columns), 1e3)])
        weights, _ = nnls(system, np.append(p * scale, 1e3), maxiter=100 * len(columns))
        mixture = np.array(columns).T @ weights
        miss = float((np.abs(mixture - p) / np.maximum(p, 1e-12)).max())
        if miss < CLOSE:
            kept = weights > 0
            return QuantumMixture(
                weights[kept],
                np.array(columns)[kept].reshape(-1, 2, 2, 2, 2),
                int(kept[local:].sum()),
                miss,
            )
        residual = ((p - mixture) * scale**2).reshape(2, 2, 2, 2)
        columns.append(best_two_qubit_behaviour(residual / np.abs(residual).max()).ravel())
    raise SolverError(
        f"No mixture of two-qubit behaviours was found: the nearest is off {miss:.1e}."
    )
