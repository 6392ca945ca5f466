"""Bounds on the dependence of two sources that need no program: the law behind B² − 1.

What the data demand of any model, from the correlators I and J of the bilocality inequality
alone. The programs are in :mod:`nonlocality.causal_relaxations.bilocality`.
"""

from itertools import combinations
from numbers import Real

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import TOLERANCE, in_interval
from nonlocality.foundations.inequalities import _require


def check_swapping_scenario(behaviour: Behaviour) -> None:
    """Refuse all but three parties, two outcomes for Alice and Charlie, one setting for Bob.

    Raises ValueError for another scenario.

    >>> from nonlocality.foundations.behaviours import behaviour_white_noise
    >>> check_swapping_scenario(behaviour_white_noise((2, 4, 2), (2, 1, 2)))
    """
    behaviour = as_behaviour(behaviour)
    outcomes, settings = behaviour.outcomes, behaviour.settings
    if len(outcomes) != 3 or (outcomes[0], outcomes[2], settings[1]) != (2, 2, 1):
        raise ValueError(
            "Argument `behaviour` must have three parties, two outcomes for Alice and Charlie "
            f"and one setting for Bob, but has outcomes {outcomes} and settings {settings}."
        )


def nonbilocality_bound(i: float, j: float, *, share: float) -> float:
    """max(0, 4 [(1 − s) |I| + s |J| − s (1 − s)]): no model of a behaviour has less M_BL.

    share: s = q(α₀ = α₁), the chance that Alice's instruction ignores her setting; s = 2ν for
    unbiased outcomes. Holds for every behaviour with these I and J, and is attained by
    :func:`~nonlocality.causal_relaxations.swapping.behaviour_swapping_formula`. Works on
    Fractions, exactly.
    Raises ValueError for an I or J outside [−1, 1] or a share outside [0, 1].

    >>> from fractions import Fraction
    >>> nonbilocality_bound(Fraction(8, 25), Fraction(8, 25), share=Fraction(1, 2))
    Fraction(7, 25)
    """
    number = in_interval("share", share, 0, 1)
    share = share if isinstance(share, Real) else number
    sizes = []
    for name, value in (("i", i), ("j", j)):
        within = isinstance(value, Real) and abs(value) <= 1 + TOLERANCE
        sizes.append(abs(value if within else in_interval(name, value, -1, 1)))
    i, j = sizes
    return max(0 * i, 4 * ((1 - share) * i + share * j - share * (1 - share)))


def nonbilocality_bound_of_pairs(behaviour: Behaviour) -> float:
    """A lower bound of M_BL for any numbers of settings, proved.

    :func:`nonbilocality_bound` at its least favourable share, for each pair of settings of
    Alice and of Charlie, each way to read Bob's outcome as two signs and each flip of an
    outcome by its setting; the largest of all. The best reading of b is the sign of what it
    is correlated with, so I and J are sums of absolute values over b.
    Raises ValueError for another scenario or a signalling behaviour.

    >>> from nonlocality.causal_relaxations.swapping import DIAGONAL, behaviour_swapping
    >>> third = np.vstack([np.eye(3)[1], DIAGONAL])
    >>> p = behaviour_swapping(visibility=1, alice=third, charlie=third)
    >>> round(nonbilocality_bound_of_pairs(p), 9)
    1.0
    """
    behaviour = as_behaviour(behaviour)
    check_swapping_scenario(behaviour)
    behaviour.require_no_signalling()
    sign = np.array([1, -1])
    p = behaviour.table[:, :, :, :, 0, :]
    correlators = np.einsum("abcxz,a,c->bxz", p, sign, sign)
    best = 0.0
    for x in combinations(range(p.shape[3]), 2):
        for z in combinations(range(p.shape[4]), 2):
            part = correlators[:, x][:, :, z]
            # i[s, t]: Alice's settings added (s = 0) or subtracted, Charlie's likewise
            sums = np.stack([part[:, 0] + part[:, 1], part[:, 0] - part[:, 1]], axis=1)
            sums = np.stack([sums[..., 0] + sums[..., 1], sums[..., 0] - sums[..., 1]], axis=2)
            i = np.abs(sums).sum(axis=0) / 4
            for one, other in ((i[0, 0], i[1, 1]), (i[0, 1], i[1, 0])):
                share = min(max((1 + one - other) / 2, 0.0), 1.0)
                best = max(best, nonbilocality_bound(one, other, share=share))
    return float(best)


def bilocality_correlators(behaviour: Behaviour) -> tuple[float, float]:
    """The pair (I, J) of the bilocality inequality √|I| + √|J| ≤ 1.

    I = ¼ Σ_xz ⟨A_x B⁰ C_z⟩ and J = ¼ Σ_xz (−1)^(x+z) ⟨A_x B¹ C_z⟩, eqs. (59)–(60) of
    arXiv:1411.4648. The behaviour is p[a, b, c, x, y, z] with one setting y = 0 and four
    outcomes b = 2 b₀ + b₁ for Bob; Bʲ = (−1)^(b_j).
    Raises ValueError for another scenario.

    >>> from nonlocality.foundations.behaviours import behaviour_white_noise
    >>> bilocality_correlators(behaviour_white_noise((2, 4, 2), (2, 1, 2)))
    (0.0, 0.0)
    """
    behaviour = as_behaviour(behaviour)
    _require(behaviour, (2, 4, 2), (2, 1, 2))
    sign = np.array([1, -1])
    p = behaviour.table[:, :, :, :, 0, :].reshape(2, 2, 2, 2, 2, 2)  # a, b0, b1, c, x, z
    first = np.einsum("aijcxz,a,i,c->xz", p, sign, sign, sign)
    second = np.einsum("aijcxz,a,j,c->xz", p, sign, sign, sign)
    return float(first.mean()), float((second * np.outer(sign, sign)).mean())
