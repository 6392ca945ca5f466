"""The macroscopic experiment: N pairs at once, and detectors that read intensities.

Each detector counts how many of its party's N particles it caught. What fluctuates about the
mean is of the order √N, so the quantities are Ī_c = (n_c − N P(c))/√N, eqs. (2)–(3) of
arXiv:0907.0372. Their covariances do not depend on N; their distribution tends to the Gaussian
with these covariances.
"""

from collections.abc import Sequence
from numbers import Integral

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import (
    Behaviour,
    as_behaviour,
    behaviour_pr_box,
    check_two_parties,
)
from nonlocality.foundations.checks import counts, finite_array, in_interval, renamed, shown
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.sizes import require_memory, size_text
from nonlocality.macroscopic_locality.correlators import macroscopic_margin
from nonlocality.macroscopic_locality.moments import Margin, largest_smallest_eigenvalue

MAX_PAIRS = 2**53
"""Largest number of pairs in an experiment: up to it floating-point numbers hold all counts."""


def _count(name: str, value: int) -> int:
    """Return one positive integer, or raise ValueError that shows what was given."""
    try:
        return counts(name, (value,))[0]
    except ValueError:
        raise ValueError(
            f"Argument `{name}` must be a positive integer, but is {shown(value)}."
        ) from None


def _check_pairs(pairs: int) -> int:
    """Return a number of pairs that is positive and at most MAX_PAIRS."""
    n = _count("pairs", pairs)
    if n > MAX_PAIRS:
        raise ValueError(
            f"Argument `pairs` must be at most {size_text(MAX_PAIRS)}, up to which counts are "
            f"exact, but is {size_text(n)}."
        )
    return n


def _pair(behaviour: Behaviour, x: int, y: int) -> np.ndarray:
    """P(ab|xy) at one pair of settings, shape (o_A, o_B)."""
    check_two_parties("behaviour", behaviour)
    numbers = all(isinstance(s, Integral) and not isinstance(s, bool) for s in (x, y))
    if not numbers or not all(0 <= s < m for s, m in zip((x, y), behaviour.settings, strict=True)):
        raise ValueError(
            f"Arguments `x` and `y` must be settings below {behaviour.settings}, but are "
            f"{shown((x, y))}."
        )
    return behaviour.table[:, :, x, y]


def exact_covariance(behaviour: Behaviour, *, x: int, y: int) -> np.ndarray:
    """γ^XY: covariances of the intensities of all detectors at settings x and y.

    Shape (o_A + o_B, o_A + o_B), Alice's detectors first: δ_aa' P(a) − P(a) P(a') within a side,
    P(ab) − P(a) P(b) across, eqs. (5)–(6) of arXiv:0907.0372. The same for every N.
    Raises ValueError for settings that do not exist or a signalling behaviour.

    >>> exact_covariance(behaviour_pr_box(), x=0, y=0)[0]
    array([ 0.25, -0.25,  0.25, -0.25])
    """
    behaviour = as_behaviour(behaviour)
    joint = _pair(behaviour, x, y)
    alice, bob = joint.sum(axis=1), joint.sum(axis=0)
    means = np.concatenate([alice, bob])
    second = np.block([[np.diag(alice), joint], [joint.T, np.diag(bob)]])
    return second - np.outer(means, means)


def difference_covariance(behaviour: Behaviour, *, x: int, y: int) -> np.ndarray:
    """Covariances of Ī_X and Ī_Y, the differences of the two intensities of each side.

    Shape (2, 2): variances 1 − E_x² and 1 − E_y², covariance E_xy − E_x E_y, whatever N is.
    Raises ValueError for other than two outcomes a side, settings that do not exist or a
    signalling behaviour.

    >>> difference_covariance(behaviour_pr_box().with_noise(visibility=0.7), x=1, y=1)
    array([[ 1. , -0.7],
           [-0.7,  1. ]])
    """
    behaviour = check_two_parties("behaviour", behaviour, binary=True)
    signs = np.kron(np.eye(2), [1.0, -1.0])
    return signs @ exact_covariance(behaviour, x=x, y=y) @ signs.T


def fluctuation_margin(behaviour: Behaviour, *, solver: str = "clarabel") -> Margin:
    """Largest smallest eigenvalue of the covariance matrix Γ of all intensities, (4)–(6).

    The entries that belong to two settings of one party are free. The last detector of each
    setting is left out: its fluctuation is minus the sum of the others. Not negative exactly for
    macroscopically local behaviours, as the margin of
    :func:`nonlocality.macroscopic_locality.moments.margin` is, though the two numbers differ.
    Raises ValueError for other than two parties or a signalling behaviour.

    >>> fluctuation_margin(behaviour_pr_box()).eigenvalue.surely_below(0)
    True
    """
    behaviour = check_two_parties("behaviour", behaviour)
    outcomes, settings = behaviour.outcomes, behaviour.settings
    rows = [
        (party, z, c)
        for party in range(2)
        for z in range(settings[party])
        for c in range(outcomes[party] - 1)
    ]
    constant, pairs = np.zeros((len(rows), len(rows))), []
    if not rows:
        words = "covariances of intensities"
        return Margin(TwoSided.exact(0), np.zeros((0, 0)), np.zeros(0), words)
    known = {(x, y): exact_covariance(behaviour, x=x, y=y) for x, y in np.ndindex(settings)}
    for i, (party, z, c) in enumerate(rows):
        for j, (other, w, k) in enumerate(rows):
            if party == other and z != w:
                pairs += [(i, j)] if i < j else []
                continue
            x, y = (z, w if other else 0) if party == 0 else (w if other == 0 else 0, z)
            place = [c + party * outcomes[0], k + other * outcomes[0]]
            constant[i, j] = known[x, y][place[0], place[1]]
    slopes = np.zeros((len(rows), len(rows), len(pairs)))
    for n, (i, j) in enumerate(pairs):
        slopes[i, j, n] = slopes[j, i, n] = 1
    found = largest_smallest_eigenvalue(
        constant, sp.csr_array(slopes.reshape(constant.size, len(pairs))), solver
    )
    matrix = constant + slopes @ found.evidence.point[1:]
    reached = float(np.linalg.eigvalsh(matrix)[0])
    return Margin(
        eigenvalue=TwoSided(reached, found.upper, reached, "lower", found.evidence),
        matrix=matrix,
        moments=found.evidence.point[1:],
        relaxation="covariances of intensities",
    )


def sample_intensities(
    behaviour: Behaviour, *, x: int, y: int, pairs: int, runs: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Intensity fluctuations (Ī_a, Ī_b) of `runs` repetitions with `pairs` = N pairs each.

    The counts of N independent pairs are multinomial and drawn as such, so that the time does
    not grow with N. Returns arrays (runs, o_A) and (runs, o_B).
    Raises ValueError for numbers that are not positive integers, more pairs than
    :data:`MAX_PAIRS`, runs beyond memory, or settings that do not exist.

    >>> rng = np.random.default_rng(0)
    >>> a, b = sample_intensities(behaviour_pr_box(), x=0, y=0, pairs=10**6, runs=3, rng=rng)
    >>> a.shape, bool(np.allclose(a, b))  # outcomes agree, so do the intensities
    ((3, 2), True)
    """
    behaviour = as_behaviour(behaviour)
    joint = np.maximum(_pair(behaviour, x, y), 0)
    n, repetitions = _check_pairs(pairs), _count("runs", runs)
    require_memory("runs", 24 * repetitions * joint.size)
    drawn = rng.multinomial(n, (joint / joint.sum()).ravel(), size=repetitions)
    fluctuations = (drawn - n * joint.ravel()) / np.sqrt(n)
    fluctuations = fluctuations.reshape(repetitions, *joint.shape)
    return fluctuations.sum(axis=2), fluctuations.sum(axis=1)


def sampled_covariance(alice: np.ndarray, bob: np.ndarray) -> np.ndarray:
    """Mean products of sampled fluctuations, whose mean 0 is known; as :func:`exact_covariance`.

    alice, bob: shapes (runs, o_A) and (runs, o_B). Raises ValueError if they do not fit.

    >>> sampled_covariance([[1.0], [-1.0]], [[1.0], [1.0]])
    array([[1., 0.],
           [0., 1.]])
    """
    left, right = finite_array("alice", alice), finite_array("bob", bob)
    if left.ndim != 2 or right.ndim != 2 or len(left) != len(right) or not len(left):
        raise ValueError(
            "Arguments `alice` and `bob` must have shapes (runs, o_A) and (runs, o_B), but have "
            f"{left.shape} and {right.shape}."
        )
    both = np.hstack([left, right])
    return both.T @ both / len(both)


def sampled_correlations(
    behaviour: Behaviour, *, pairs: int, runs: int, rng: np.random.Generator
) -> np.ndarray:
    """Correlations of Ī_X and Ī_Y for each pair of settings, from `runs` repetitions each.

    Ī_Z = Ī_(+|Z) − Ī_(−|Z), for two outcomes; returns shape (m_x, m_y), 0 where an intensity does
    not fluctuate at all. Raises ValueError for other numbers of outcomes, and as
    :func:`sample_intensities` does.

    >>> box = behaviour_pr_box()
    >>> sampled_correlations(box, pairs=100, runs=50, rng=np.random.default_rng(0)).round(9)
    array([[ 1.,  1.],
           [ 1., -1.]])
    """
    behaviour = check_two_parties("behaviour", behaviour, binary=True)
    found = np.zeros(behaviour.settings)
    for x, y in np.ndindex(found.shape):
        alice, bob = sample_intensities(behaviour, x=x, y=y, pairs=pairs, runs=runs, rng=rng)
        left, right = alice[:, 0] - alice[:, 1], bob[:, 0] - bob[:, 1]
        scale = np.sqrt((left @ left) * (right @ right))
        found[x, y] = left @ right / scale if scale > 0 else 0.0
    return found


def isotropic_margin(visibility: float | np.ndarray) -> float | np.ndarray:
    """1 − √2 v: the exact margin of the PR box with visibility v.

    With v H, H = [[1, 1], [1, −1]], in the off-diagonal block and nothing in the free places the
    eigenvalues are 1 ± √2 v. Nothing does better: the smallest eigenvalue is concave in the free
    entries, and swapping Bob's settings while A_1 changes sign leaves H alone and turns Alice's
    free entry into minus itself, as its mirror image does Bob's.
    visibility: a number or an array; the result has its shape. Raises
    ValueError for numbers outside [0, 1].

    >>> bool(abs(isotropic_margin(0.5**0.5)) < 1e-15)
    True
    """
    v = finite_array("visibility", visibility)
    if v.size and not 0 <= v.min() <= v.max() <= 1:
        worst = v.ravel()[np.abs(v - 0.5).argmax()]
        raise ValueError(f"Argument `visibility` must lie in [0, 1], but holds {worst:.12g}.")
    return 1 - np.sqrt(2) * v


def isotropic_margin_error(visibility: float, *, runs: int) -> float:
    """Standard error of the sampled margin near v > 0: (1 − v²)/√(2·runs), for large N.

    The margin is 1 minus S/(2√2) to first order in the sampled correlations, each of which has
    variance (1 − v²)²/runs. Raises ValueError for a visibility outside [0, 1] or a number of runs
    that is not a positive integer.

    >>> round(isotropic_margin_error(0.5, runs=20000), 6)
    0.00375
    """
    v = in_interval("visibility", visibility, 0, 1)
    return float((1 - v**2) / np.sqrt(2.0 * _count("runs", runs)))


def isotropic_margins(
    visibilities: Sequence[float], *, pairs: int, runs: int, rng: np.random.Generator
) -> np.ndarray:
    """Sampled margins of isotropic PR boxes, one a visibility: an array like `visibilities`.

    Each from the correlations of fluctuations in 4·`runs` macroscopic experiments with `pairs`
    pairs (:func:`sampled_correlations`), by the closed form of
    :func:`~nonlocality.macroscopic_locality.correlators.macroscopic_margin`. visibilities: in [0,
    1], shape (n,).
    Raises ValueError for another shape or visibility, and as :func:`sample_intensities` does.

    >>> rng = np.random.default_rng(0)
    >>> isotropic_margins([1.0], pairs=10**6, runs=100, rng=rng).round(6)
    array([-0.414214])
    """
    found = finite_array("visibilities", visibilities)
    if found.ndim != 1:
        raise ValueError(
            f"Argument `visibilities` must have shape (n,), but has shape {found.shape}."
        )
    with renamed(visibility="visibilities"):
        boxes = [behaviour_pr_box().with_noise(visibility=v) for v in found]
    correlations = [sampled_correlations(box, pairs=pairs, runs=runs, rng=rng) for box in boxes]
    return macroscopic_margin(np.clip(np.reshape(correlations, (-1, 2, 2)), -1, 1))
