"""What does a singlet cost? The two numbers of arXiv:1411.4648 for it, from one curve.

Bell's local model of 1964: a common random direction, each party answers the side of its setting
on which the direction lies, one of them flipped. Two spins at an angle φ then differ with the
probability 1 − φ/π, where the singlet says cos²(φ/2). A model that corrects this by letting the
source know of the settings needs D₂(cos²(φ/2) ‖ 1 − φ/π) bits for each pair of settings at φ.
"""

from fractions import Fraction
from math import pi

import numpy as np

from nonlocality.causal_relaxations.mutual_information import binary_divergence
from nonlocality.certificates.rational import SCALE
from nonlocality.certificates.singlet_cost import ERROR, divergence
from nonlocality.foundations.checks import counts, in_intervals, renamed
from nonlocality.foundations.numbers import TwoSided


def singlet_bits(angle: float | np.ndarray) -> float | np.ndarray:
    """D₂(cos²(φ/2) ‖ 1 − φ/π): bits that suffice for pairs of settings at the angle φ.

    Radians in [0, π]; raises ValueError otherwise. For a distribution of settings its mean is
    enough, so its maximum is enough for every distribution (M. J. W. Hall, PRL 105, 250404
    (2010); J. Barrett and N. Gisin, PRL 106, 100406 (2011)). It is 0 at 0, π/2 and π.

    >>> round(singlet_bits(pi / 4), 7), round(singlet_bits(0.4157), 4)
    (0.0462738, 0.0663)
    """
    phi = in_intervals("angle", angle, 0, pi)
    inside = (phi > 0) & (phi < pi)
    safe = np.where(inside, phi, pi / 2)
    with renamed(a="angle", b="angle"):  # so near to 0 or π that the two are one float
        bits = np.where(inside, binary_divergence(np.cos(safe / 2) ** 2, 1 - safe / pi), 0.0)
    bits = np.maximum(bits, 0.0)
    return bits if bits.ndim else float(bits)


def largest_singlet_bits() -> tuple[float, float]:
    """The angle in (0, π/2) at which :func:`singlet_bits` is largest, and the bits there.

    >>> angle, bits = largest_singlet_bits()
    >>> round(angle * 180 / pi, 2), round(bits, 6)
    (23.82, 0.066287)
    """
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda phi: -singlet_bits(phi), bounds=(0.1, 1.2), options={"xatol": 1e-12}
    )
    return float(found.x), float(-found.fun)


def singlet_bounds(pieces: int = 10**6) -> tuple[TwoSided, TwoSided]:
    """The largest value of :func:`singlet_bits`, and its mean over space, each from both sides.

    Between two angles up to π/2, φ < φ', the curve lies between D₂(cos²(φ'/2) ‖ 1 − φ/π), or 0 if
    the second probability is the larger one, and D₂(cos²(φ/2) ‖ 1 − φ'/π): both probabilities
    fall, and D₂ grows with their distance. The mean weights a piece with the difference of the
    cosines. pieces: of the quarter turn, equally long. Beyond it the curve is its mirror image.
    Raises ValueError unless that is a positive integer.

    >>> singlet_bounds(pieces=10**5)[0]
    0.06629 (two-sided, 6e-06 apart, reached from below)
    """
    (n,) = counts("pieces", (pieces,))
    phi = np.linspace(0, pi / 2, n + 1)
    quantum, model = np.cos(phi / 2) ** 2, 1 - phi / pi
    above = binary_divergence(quantum[:-1], model[1:])
    near = model[1:-1]  # of the first piece's near end it is 1, and the bound from below is 0
    below = binary_divergence(np.maximum(quantum[2:], near), near)
    weights = -np.diff(np.cos(phi))
    reached = largest_singlet_bits()[1]  # the value of the curve at an angle
    largest = TwoSided(lower=reached, upper=float(above.max()), reached=reached, side="lower")
    mean = TwoSided(lower=float(weights[1:] @ below), upper=float(weights @ above))
    return largest, mean


def enclosed_singlet_bits(share: Fraction) -> TwoSided:
    """The bits of :func:`singlet_bits` at the angle φ = π · share, between two fractions.

    share: a fraction from 1/50 to 1/2. In integers, by
    :func:`nonlocality.certificates.singlet_cost.divergence`. Raises ValueError for others.

    >>> enclosed_singlet_bits(Fraction(1, 4)).gap <= Fraction(2, 10**15)
    True
    """
    if not isinstance(share, Fraction) or not Fraction(1, 50) <= share <= Fraction(1, 2):
        raise ValueError(f"Argument `share` must be a Fraction from 1/50 to 1/2, not {share!r}.")
    units, unit = divergence(share, share), SCALE // 10**15
    return TwoSided(
        Fraction((units - ERROR) // unit, 10**15), Fraction(-(-(units + ERROR) // unit), 10**15)
    )


def isotropic_singlet_bits() -> float:
    """The mean of :func:`singlet_bits` over two independent directions in space: 0.0280.

    The angle has the density sin(φ)/2. By Gauss–Legendre on [0, π/2], in φ.

    >>> round(isotropic_singlet_bits(), 4)
    0.028
    """
    nodes, weights = np.polynomial.legendre.leggauss(200)
    # the curve has a logarithm at φ = 0: φ = (π/2) u², smooth enough for the nodes
    u = (nodes + 1) / 2
    phi = pi / 2 * u**2
    return float((weights / 2 * pi * u * np.sin(phi) * singlet_bits(phi)).sum())


def chained_bits(settings: int) -> float:
    """D₂(cos²(π/4n) ‖ 1 − 1/2n): the least I of a singlet on the ring of n settings a side.

    2n pairs of neighbours at the angle π/2n, all equally likely. Any local model answers wrongly
    on at least one of the 2n links (the chained inequality), so by convexity no model needs less,
    and Bell's needs just this. n = 2 is CHSH; the largest is n = 4.
    Raises ValueError unless n ≥ 2 is an integer.

    >>> [round(chained_bits(n), 5) for n in (2, 3, 4, 5)]
    [0.04627, 0.064, 0.06617, 0.06372]
    """
    (n,) = counts("settings", (settings,))
    if n < 2:
        raise ValueError(f"Argument `settings` must be at least 2, but is {n}.")
    with renamed(a="settings", b="settings"):  # so many that the two differ by less than digits
        return float(binary_divergence(np.cos(pi / (4 * n)) ** 2, 1 - 1 / (2 * n)))
