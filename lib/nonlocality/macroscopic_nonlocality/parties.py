"""More than two parties: Mermin and Klyshko's inequality with signs of collective spins.

n parties share Σ c_k |k…k⟩, or Σ c_k |N, k⟩…|N, k⟩, and keep signs. Each has two settings a
quarter turn apart, and M = Re e^{iγ} Π_j (A_j + iA_j'), with γ = 0 for odd n and π/4 for even n,
is at most 2^{(n−1)/2} for local models: each factor is √2 times an odd power of e^{iπ/4}.
At n = 2 that is CHSH.
"""

from collections.abc import Sequence

import numpy as np

from nonlocality.foundations.checks import complex_array, counts, in_interval
from nonlocality.macroscopic_nonlocality.collective import check_coefficients
from nonlocality.macroscopic_nonlocality.quadratures import sign_operator

MAX_PARTIES = 1000
"""So that 2^{n/2} stays far from overflow."""


def _matrix(parties: int, sign: np.ndarray) -> np.ndarray:
    """R with M over its local bound = 2^{(n−1)/2} ⟨c|R|c⟩ at the best sum of the phases."""
    (n,) = counts("parties", [parties])
    in_interval("parties", n, 2, MAX_PARTIES)
    operator = complex_array("sign", sign)
    if operator.ndim != 2 or operator.shape[0] != operator.shape[1]:
        raise ValueError(f"Argument `sign` must be square, but has shape {operator.shape}.")
    k = np.arange(len(operator))
    # a term (k, l) gains Π e^{imφ}(1 + i·i^m), m = l − k: 2^n if m = −1, 3, −5, …, else 0
    step = k[None] - k[:, None]
    gamma = 0.0 if n % 2 else np.pi / 4
    kept = np.where(step % 4 == 3, np.cos(gamma * (1 + step)), 0.0)
    return (kept + kept.T) * operator.real**n


def mermin_ratio(
    parties: int, *, dimension: int | None = None, sign: np.ndarray | None = None
) -> float:
    """Mermin–Klyshko over its local bound for the best Σ c_k |k…k⟩: above 1 is nonlocal.

    parties: n ≥ 2. dimension: levels, for signs of ideal quadratures; or sign: the real elements
    ⟨k|sgn|l⟩ at phase 0, as from
    :func:`~nonlocality.macroscopic_nonlocality.sign_binning.finite_sign_elements`. Settings a
    quarter turn apart, which need not be the best. Two levels: (4/π)^{n/2}/√2.
    Raises ValueError unless exactly one of `dimension` and `sign` is given.

    >>> round(mermin_ratio(2, dimension=3) * np.pi / 10**0.5, 12)
    1.0
    """
    matrix = _matrix(parties, _sign(dimension, sign))
    return float(2 ** ((parties - 1) / 2) * np.linalg.eigvalsh(matrix)[-1])


def mermin_ratio_of_state(
    coefficients: Sequence[float],
    parties: int,
    *,
    dimension: int | None = None,
    sign: np.ndarray | None = None,
) -> float:
    """The same for given real coefficients c of unit norm.

    Raises ValueError for other coefficients and as :func:`mermin_ratio`.

    >>> round(mermin_ratio_of_state([0.5**0.5] * 2, 2, dimension=2) * np.pi / 8**0.5, 12)
    1.0
    """
    elements = _sign(dimension, sign)
    c = check_coefficients(coefficients, len(elements))
    value = np.vdot(c, _matrix(parties, elements) @ c).real  # which checks how many parties
    return float(2 ** ((parties - 1) / 2) * value)


def _sign(dimension: int | None, sign: np.ndarray | None) -> np.ndarray:
    if (dimension is None) == (sign is None):
        raise ValueError("Argument `dimension` or `sign` must be given, and not both.")
    return sign_operator(dimension) if sign is None else np.asarray(sign)
