"""Born's rule: the behaviours of states and measurements, and those of CHSH and CGLMP."""

from collections.abc import Sequence
from math import prod

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.cglmp import check_outcomes, check_schmidt
from nonlocality.foundations.quantum import check_measurement, check_state, measurement_in_basis

LARGEST_MEASURED = 200
"""Most outcomes of measurements that are written out as matrices, d of them for each setting."""


def behaviour_quantum(state: np.ndarray, measurements: Sequence[np.ndarray]) -> Behaviour:
    """Behaviour of a state under local measurements (Born's rule).

    state: density matrix on the parties' spaces in order, shape (D, D), or a vector (D,).
    measurements: for each party an array ``[x, a, i, j]``; their dimensions multiply to D.
    Raises ValueError for a state that is not a state or measurements that do not fit.

    >>> from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, measurement_of_observables
    >>> alice = measurement_of_observables([PAULI_Z, PAULI_X])
    >>> singlet = np.array([0, 1, -1, 0]) / np.sqrt(2)
    >>> behaviour_quantum(singlet, [alice, alice]).correlators().round(12) + 0.0
    array([[-1.,  0.],
           [ 0., -1.]])
    """
    povms = [check_measurement(f"measurements[{k}]", m) for k, m in enumerate(measurements)]
    dims = [m.shape[2] for m in povms]
    rho = check_state("state", state, dimension=prod(dims))
    rho = np.outer(rho, rho.conj()) if rho.ndim == 1 else rho
    n = len(povms)
    tensor = rho.reshape(dims * 2)  # row indices, column indices; parties leave from the front
    for k, povm in enumerate(povms):
        # contract row i and column j of the party at the front with M[x, a, j, i]
        tensor = np.tensordot(tensor, povm, axes=((0, n - k), (3, 2)))
    order = [2 * k + 1 for k in range(n)] + [2 * k for k in range(n)]
    return Behaviour(tensor.real.transpose(order))


def behaviour_tsirelson() -> Behaviour:
    """The quantum behaviour of largest CHSH value, S = 2√2 in the form of the PR box.

    Every correlator is ±1/√2, every marginal uniform: a singlet, or the PR box with
    visibility 1/√2.

    >>> float(behaviour_tsirelson().correlators()[1, 1])
    -0.7071067811865475
    """
    return behaviour_pr_box().with_noise(visibility=1 / np.sqrt(2))


def cglmp_measurements(d: int) -> tuple[np.ndarray, np.ndarray]:
    """The CGLMP measurements of Alice and Bob, each ``[x, a, i, j]`` of shape (2, d, d, d).

    Alice projects on Σ_j exp(2πi j (a + α_x)/d) |j⟩/√d with α = (0, 1/2), Bob on
    Σ_j exp(2πi j (−b + β_y)/d) |j⟩/√d with β = (1/4, −1/4); arXiv:quant-ph/0106024.

    >>> cglmp_measurements(3)[0].shape
    (2, 3, 3, 3)
    """
    d = check_outcomes(d, most=LARGEST_MEASURED)
    j = np.arange(d)

    def measurement(outcomes: np.ndarray, phases: tuple[float, float]) -> np.ndarray:
        bases = [np.exp(2j * np.pi * np.outer(outcomes + f, j) / d) / np.sqrt(d) for f in phases]
        return np.concatenate([measurement_in_basis(basis) for basis in bases])

    return measurement(j, (0, 1 / 2)), measurement(-j, (1 / 4, -1 / 4))


def behaviour_cglmp(schmidt: np.ndarray) -> Behaviour:
    """Behaviour of Σ_j a_j |jj⟩ under the CGLMP measurements, by Born's rule, for small d.

    It equals ``behaviour_from_links(quantum_links(schmidt))``, which serves any d.
    Raises ValueError if the norm is not 1.

    >>> from nonlocality.foundations.cglmp import cglmp_quantum_maximum, cglmp_value
    >>> value, schmidt = cglmp_quantum_maximum(3)
    >>> bool(np.isclose(cglmp_value(behaviour_cglmp(schmidt)), value))
    True
    """
    state = np.diag(check_schmidt(schmidt)).ravel()
    return behaviour_quantum(state, cglmp_measurements(len(schmidt)))
