"""Bell expressions: CHSH in all its symmetries, and the bilocality quantity."""

import numpy as np

from nonlocality.behaviours import Behaviour


def _require(behaviour: Behaviour, outcomes: tuple[int, ...], settings: tuple[int, ...]) -> None:
    found = (behaviour.outcomes, behaviour.settings)
    if found != (outcomes, settings):
        raise ValueError(
            f"Argument `behaviour` must have outcomes {outcomes} and settings {settings}, "
            f"but has outcomes {found[0]} and settings {found[1]}."
        )


def chsh_value(behaviour: Behaviour) -> float:
    """CHSH in Clauser–Horne form, ≤ 0 for local behaviours.

    p(00|00) + p(00|01) + p(00|10) − p(00|11) − p_A(0|0) − p_B(0|0), eq. (8) of
    arXiv:1411.4648; it equals (S − 2)/4 with the correlator form S.
    Raises ValueError for another scenario or a signalling behaviour.

    >>> from nonlocality.behaviours import behaviour_pr_box
    >>> chsh_value(behaviour_pr_box())
    0.5
    """
    _require(behaviour, (2, 2), (2, 2))
    p = behaviour.table[0, 0]
    alice, bob = behaviour.marginal(0), behaviour.marginal(1)
    return float(p[0, 0] + p[0, 1] + p[1, 0] - p[1, 1] - alice[0, 0] - bob[0, 0])


def chsh_values(behaviour: Behaviour) -> np.ndarray:
    """The eight relabellings of :func:`chsh_value`, shape (8,).

    (±S_xy − 2)/4 with S_xy the sum of the four correlators, that of settings (x, y)
    counted with a minus; first the four with +, then the four with −.

    >>> from nonlocality.behaviours import behaviour_pr_box
    >>> chsh_values(behaviour_pr_box()).tolist()
    [-0.5, -0.5, -0.5, 0.5, -0.5, -0.5, -0.5, -1.5]
    """
    _require(behaviour, (2, 2), (2, 2))
    behaviour.require_no_signalling()
    correlators = behaviour.correlators()
    s = (correlators.sum() - 2 * correlators).ravel()
    return np.concatenate([s - 2, -s - 2]) / 4


def bilocality_correlators(behaviour: Behaviour) -> tuple[float, float]:
    """The pair (I, J) of the bilocality inequality √|I| + √|J| ≤ 1.

    I = ¼ Σ_xz ⟨A_x B⁰ C_z⟩ and J = ¼ Σ_xz (−1)^(x+z) ⟨A_x B¹ C_z⟩, eqs. (59)–(60) of
    arXiv:1411.4648. The behaviour is p[a, b, c, x, y, z] with one setting y = 0 and four
    outcomes b = 2 b₀ + b₁ for Bob; Bʲ = (−1)^(b_j).
    Raises ValueError for another scenario.

    >>> from nonlocality.behaviours import behaviour_white_noise
    >>> bilocality_correlators(behaviour_white_noise((2, 4, 2), (2, 1, 2)))
    (0.0, 0.0)
    """
    _require(behaviour, (2, 4, 2), (2, 1, 2))
    sign = np.array([1, -1])
    p = behaviour.table[:, :, :, :, 0, :].reshape(2, 2, 2, 2, 2, 2)  # a, b0, b1, c, x, z
    first = np.einsum("aijcxz,a,i,c->xz", p, sign, sign, sign)
    second = np.einsum("aijcxz,a,j,c->xz", p, sign, sign, sign)
    return float(first.mean()), float((second * np.outer(sign, sign)).mean())
