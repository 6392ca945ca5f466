"""How far intensities are from their Gaussian, exactly: one detector, and two together."""

import numpy as np
from scipy.special import ndtr

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import finite_number
from nonlocality.foundations.sizes import require_memory
from nonlocality.macroscopic_locality.intensities import _check_pairs, _count, _pair


def gaussian_distance(probability: float, *, pairs: int) -> float:
    """Kolmogorov distance of one detector's intensity from its Gaussian: sup |F_N − Φ|, exact.

    A detector that each particle reaches with `probability` counts a binomial number. The
    distance falls as 1/√N; for probability ½ it tends to 1/√(2πN), half the largest jump.
    Raises ValueError for a probability outside (0, 1), `pairs` that is not a positive integer, or
    more pairs than memory holds (10¹³ are too many).

    >>> round(gaussian_distance(0.5, pairs=10**6) * (2 * np.pi * 10**6) ** 0.5, 6)
    1.0
    """
    from scipy.stats import binom  # slow to load, and wanted here alone

    probability = finite_number("probability", probability)
    if not 0 < probability < 1:
        raise ValueError(f"Argument `probability` must lie in (0, 1), but is {probability}.")
    n = _check_pairs(pairs)
    spread = np.sqrt(n * probability * (1 - probability))
    reach = int(np.ceil(12 * spread)) + 2  # beyond, both functions are 0 or 1 to 1e-30
    low, high = max(0, int(n * probability) - reach), min(n, int(n * probability) + reach)
    require_memory("pairs", 80 * (high - low + 1))
    k = np.arange(low, high + 1)
    gauss = ndtr((k - n * probability) / spread)
    above = binom.cdf(k, n, probability)
    below = np.concatenate([binom.cdf(low - 1, n, probability)[None], above[:-1]])
    return float(max(np.abs(above - gauss).max(), np.abs(below - gauss).max()))


def joint_gaussian_distance(behaviour: Behaviour, *, x: int, y: int, pairs: int) -> float:
    """sup |F_N − Φ₂| for the intensities of one detector of Alice's and one of Bob's, exact.

    Two outcomes; the detectors are those of outcome 0, the other two follow from them. F_N is the
    joint distribution function of the two counts, from the N-th power of the generating function of
    one pair; Φ₂ that of the Gaussian with the same covariance, by Plackett's integral over the
    correlation. Falls as 1/√N. The work grows as N² log N.
    Raises ValueError for other than two outcomes, `pairs` beyond 1000, or intensities that do not
    fluctuate or whose correlation exceeds 0.95, near which the Gaussian degenerates.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> box = behaviour_pr_box().with_noise(visibility=0.5)
    >>> distances = [joint_gaussian_distance(box, x=0, y=0, pairs=n) for n in (64, 256)]
    >>> round(distances[0] / distances[1], 1)
    2.0
    """
    behaviour = as_behaviour(behaviour)
    joint = np.maximum(_pair(behaviour, x, y), 0)
    n = _count("pairs", pairs)
    if joint.shape != (2, 2) or n > 1000:
        raise ValueError(
            "Argument `behaviour` must have two outcomes a party and `pairs` be at most 1000, but "
            f"there are {joint.shape} and {n}."
        )
    means = np.array([joint[0].sum(), joint[:, 0].sum()])
    spreads = np.sqrt(means * (1 - means))
    correlation = (joint[0, 0] - means.prod()) / max(spreads.prod(), 1e-300)
    if spreads.min() < 1e-6 or abs(correlation) > 0.95:
        raise ValueError(
            "Argument `behaviour` must have intensities that fluctuate, with a correlation of at "
            f"most 0.95, but it is {correlation:.6g}."
        )
    # generating function of one pair at the roots of unity: u counts Alice's clicks, w Bob's
    phase = np.exp(-2j * np.pi * np.arange(n + 1) / (n + 1))
    u, w = phase[:, None], phase[None, :]
    one = joint[0, 0] * u * w + joint[0, 1] * u + joint[1, 0] * w + joint[1, 1]
    mass = np.fft.ifft2(one**n).real
    exact = np.zeros((n + 2, n + 2))  # F just below a count of k, for k = 0, …, N + 1
    exact[1:, 1:] = mass.cumsum(axis=0).cumsum(axis=1)
    scaled = [
        (np.arange(n + 2) - n * m) / (np.sqrt(n) * s) for m, s in zip(means, spreads, strict=True)
    ]
    gauss = _bivariate_normal(*scaled, correlation)
    return float(max(np.abs(exact[1:, 1:] - gauss[:-1, :-1]).max(), np.abs(exact - gauss).max()))


def _bivariate_normal(h: np.ndarray, k: np.ndarray, correlation: float) -> np.ndarray:
    """Distribution function of two standard Gaussians on the grid h × k (Plackett, 1954)."""
    nodes, weights = np.polynomial.legendre.leggauss(32)
    end = np.arcsin(correlation)
    value = np.outer(ndtr(h), ndtr(k))
    h, k = h[:, None], k[None, :]
    for node, weight in zip((nodes + 1) / 2 * end, weights / 2 * end, strict=True):
        form = (h**2 + k**2 - 2 * h * k * np.sin(node)) / (2 * np.cos(node) ** 2)
        value += weight * np.exp(-form) / (2 * np.pi)
    return value
