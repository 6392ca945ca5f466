"""Other principles beside macroscopic locality, at two settings and outcomes (Introduction).

The noisy PR box with correlators v, v, v, −v, S = 4v, answers a ⊕ b = xy with probability
(1 + v)/2. Each principle allows it up to some S.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.checks import counts, in_interval
from nonlocality.foundations.entropies import binary_entropy
from nonlocality.foundations.forms import check_correlators
from nonlocality.foundations.inequalities import chsh_values
from nonlocality.macroscopic_locality.correlators import macroscopic_margin


def majority_error(visibility: float) -> float:
    """How often two noisy PR boxes fail to give the shared majority of three shared bits.

    Alice and Bob hold three bits in shares, a_i ⊕ b_i. Two PR boxes compute whether all three are
    equal, and with that the majority, without a word; with boxes of visibility v that fails where
    one box fails and the other does not: (1 − v²)/2 of the time
    (Brassard et al., arXiv:quant-ph/0508042). Raises ValueError for v outside [0, 1].

    >>> majority_error(1.0), majority_error(0.0)
    (0.0, 0.5)
    """
    v = in_interval("visibility", visibility, 0, 1)
    return (1 - v**2) / 2


def majority_amplifies(visibility: float) -> bool:
    """Whether majorities of three, with these boxes, make a slight bias of a bit grow.

    A majority of three that fails with probability ε turns a small bias e into (3/2)(1 − 2ε) e;
    if that exceeds e, that is ε < 1/6, every function can be computed from one bit of
    communication with an error below ½ that does not grow with its size, and communication
    complexity is trivial. Raises ValueError for v outside [0, 1].

    >>> majority_amplifies(0.9), majority_amplifies(0.8)
    (True, False)
    """
    return 1.5 * (1 - 2 * majority_error(visibility)) > 1


def random_access_information(visibility: float, *, levels: int) -> float:
    """Bits that Bob learns in total about 2ⁿ bits of Alice from one bit sent, n = `levels`.

    The pyramid of Pawłowski et al. (arXiv:0905.2292): each of the 2ⁿ bits is guessed right with
    probability (1 + vⁿ)/2, so that the sum is 2ⁿ (1 − h((1 + vⁿ)/2)). Information causality says
    that it is at most 1. Raises ValueError for v outside [0, 1] or levels that are no positive
    integer of at most 500.

    >>> random_access_information(1.0, levels=3)
    8.0
    """
    v = in_interval("visibility", visibility, 0, 1)
    (n,) = counts("levels", (levels,))
    if n > 500:
        raise ValueError(f"Argument `levels` must be at most 500, but is {n}.")
    bias = v**n
    if bias < 1e-4:  # 1 − h((1 + e)/2) = (e² + e⁴/6 + …)/(2 log 2), where h would cancel
        return float(2.0**n * (bias**2 + bias**4 / 6) / (2 * np.log(2)))
    return float(2.0**n * (1 - binary_entropy((1 + bias) / 2)))


def uffink_excess(correlators: np.ndarray) -> np.ndarray:
    """Largest (E_00 + E_10)² + (E_01 − E_11)² − 4 over relabellings of settings and outcomes.

    At most 0 for quantum correlators (Uffink, arXiv:quant-ph/0107093), and the condition under
    which the pyramid of :func:`random_access_information` obeys information causality at every
    height. correlators: shape (..., 2, 2), in [−1, 1]; returns shape (...).
    Raises ValueError for another shape or larger numbers.

    >>> float(uffink_excess([[1, 1], [1, -1]]))
    4.0
    """
    e = check_correlators("correlators", correlators, square=True)
    found = []
    for table in (e, np.swapaxes(e, -2, -1)):
        plus, minus = table[..., 0, :] + table[..., 1, :], table[..., 0, :] - table[..., 1, :]
        found += [plus[..., 0] ** 2 + minus[..., 1] ** 2, minus[..., 0] ** 2 + plus[..., 1] ** 2]
    return np.max(found, axis=0) - 4


def _largest(allowed: Callable[[float], float]) -> float:
    """S = 4v at the visibility where a decreasing function of v changes its sign."""
    return 4 * float(brentq(allowed, 1e-6, 1, xtol=1e-14))


def isotropic_limits() -> dict[str, float]:
    """The largest S of a noisy PR box that each principle allows.

    Each from its own condition, solved for v: the facets of the local polytope, the margin of
    macroscopic locality, growth of the pyramid's information (its n-th level tends to
    (2v²)ⁿ/(2 log 2)), amplification by majorities; no signalling alone allows 4. For the pyramid
    and the majorities this is what these two protocols exclude: the principles may exclude more.

    >>> for name, s in isotropic_limits().items():
    ...     print(f"{s:.4f} {name}")
    2.0000 local
    2.8284 macroscopic locality
    2.8284 information causality
    3.2660 communication complexity
    4.0000 no signalling
    """
    pr = behaviour_pr_box()

    def facet(v: float) -> float:
        return -chsh_values(pr.with_noise(visibility=v)).max()

    return {
        "local": _largest(facet),
        "macroscopic locality": _largest(lambda v: float(macroscopic_margin(v * pr.correlators()))),
        "information causality": _largest(lambda v: -np.log(2 * v**2)),
        "communication complexity": _largest(lambda v: 1 - 1.5 * (1 - 2 * majority_error(v))),
        "no signalling": 4.0,
    }
