"""How well detectors must resolve to see nonlocality in intensities (Secs. I and II).

A detector that adds noise of its own to every reading adds to the variances of the intensities
and to no covariance between the parties. With enough of it all beams look local. Readings are
the differences Ī_Z = Ī_(+|Z) − Ī_(−|Z) of two outcomes, so an outcome without bias has the
variance 1, whatever the number of pairs; the added variance s² is in that unit.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour, check_two_parties
from nonlocality.foundations.checks import finite_array
from nonlocality.macroscopic_locality.intensities import difference_covariance
from nonlocality.macroscopic_locality.moments import largest_smallest_eigenvalue


def masking_variance(behaviour: Behaviour) -> float:
    """Least variance s² which, added to each reading, makes the intensities local.

    The smallest s² ≥ 0 for which the free entries can make Γ + s²·1 positive: minus the largest
    smallest eigenvalue of Γ, 0 for macroscopically local behaviours. To about 1e-8.
    Raises ValueError for other than two parties with two outcomes, or a signalling behaviour.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> round(masking_variance(behaviour_pr_box()), 6)  # √2 − 1
    0.414214
    """
    behaviour = check_two_parties("behaviour", behaviour, binary=True)
    m, n = behaviour.settings
    gamma = np.zeros((m + n, m + n))
    for x, y in np.ndindex(m, n):
        pair = difference_covariance(behaviour, x=x, y=y)
        gamma[np.ix_([x, m + y], [x, m + y])] = (pair + pair.T) / 2
    ends = ((0, m), (m, m + n))
    free = [(i, j) for low, high in ends for i in range(low, high) for j in range(low, i)]
    slopes = np.zeros((m + n, m + n, len(free)))
    for number, (i, j) in enumerate(free):
        slopes[i, j, number] = slopes[j, i, number] = 1
    slopes = sp.csr_array(slopes.reshape(gamma.size, len(free)))
    found = largest_smallest_eigenvalue(gamma, slopes)
    return float(max(0.0, -found.evidence.point[0]))


def isotropic_masking_variance(visibility: np.ndarray) -> np.ndarray:
    """The same for noisy PR boxes: max(0, √2 v − 1), exact.

    visibility: numbers in [0, 1], any shape, which is that of the result.
    Raises ValueError for others.

    >>> isotropic_masking_variance([0.5, 1.0]).round(6).tolist()
    [0.0, 0.414214]
    """
    v = finite_array("visibility", visibility)
    if v.size and not 0 <= v.min() <= v.max() <= 1:
        worst = v.ravel()[np.abs(v - 0.5).argmax()]
        raise ValueError(f"Argument `visibility` must lie in [0, 1], but holds {worst:.12g}.")
    return np.maximum(np.sqrt(2) * v - 1, 0)
