"""Random states, measurements and wirings: what the chapters try their theorems on."""

from collections.abc import Sequence

import numpy as np

from nonlocality.behaviours import Behaviour
from nonlocality.checks import counts, in_interval
from nonlocality.wirings import Output, Tree, Use, Wiring


def random_density(rng: np.random.Generator, size: int) -> np.ndarray:
    """A random density matrix of random rank, complex, shape (size, size).

    The rank is uniform from 1 to `size`; the state is G G† over its trace with Gaussian G.
    Raises ValueError for a size that is not a positive integer.

    >>> rho = random_density(np.random.default_rng(0), 3)
    >>> round(float(np.trace(rho).real), 12)
    1.0
    """
    (size,) = counts("size", (size,))
    rank = rng.integers(1, size + 1)
    root = rng.normal(size=(size, rank)) + 1j * rng.normal(size=(size, rank))
    rho = root @ root.conj().T
    return rho / np.trace(rho).real


def random_povm(rng: np.random.Generator, *, settings: int, outcomes: int, size: int) -> np.ndarray:
    """Random measurements: positive operators that add up to 1, ``[x, a, i, j]``.

    Gaussian G G† for each outcome, normalised by the inverse root of their sum.
    Raises ValueError for numbers that are not positive integers.

    >>> povm = random_povm(np.random.default_rng(0), settings=2, outcomes=3, size=2)
    >>> bool(np.allclose(povm.sum(axis=1), np.eye(2)))
    True
    """
    counts("settings, outcomes, size", (settings, outcomes, size))
    roots = rng.normal(size=(2, settings, outcomes, size, size))
    roots = roots[0] + 1j * roots[1]
    positive = roots @ roots.conj().swapaxes(-1, -2)
    values, vectors = np.linalg.eigh(positive.sum(axis=1))
    half = (vectors / np.sqrt(values)[:, None]) @ vectors.conj().swapaxes(-1, -2)
    return half[:, None] @ positive @ half[:, None]


def random_projective(rng: np.random.Generator, *, settings: int, size: int) -> np.ndarray:
    """Random orthonormal bases as measurements, ``[x, a, i, j]`` with a, i, j below `size`.

    Raises ValueError for numbers that are not positive integers.

    >>> bases = random_projective(np.random.default_rng(0), settings=2, size=3)
    >>> bool(np.allclose(bases @ bases, bases))
    True
    """
    counts("settings, size", (settings, size))
    matrices = rng.normal(size=(2, settings, size, size))
    bases = np.linalg.qr(matrices[0] + 1j * matrices[1])[0]
    return np.einsum("xia,xja->xaij", bases, bases.conj())


def random_tree(
    rng: np.random.Generator,
    *,
    settings: Sequence[int],
    outcomes: Sequence[int],
    labels: int = 2,
    stop: float = 0.1,
) -> Tree:
    """A random decision tree of one party: order of boxes, settings and ends depend on outcomes.

    settings, outcomes: their numbers at this party's end of each box. labels: number of outcomes
    to announce. stop: chance to end before each step, in [0, 1].
    Raises ValueError for numbers that are not positive integers, or another chance.

    >>> from nonlocality.wirings import paths
    >>> tree = random_tree(np.random.default_rng(0), settings=(2, 2), outcomes=(2, 3), stop=0)
    >>> len(paths(tree, settings=(2, 2), outcomes=(2, 3)))
    6
    """
    settings = counts("settings", settings)
    outcomes = counts("outcomes", outcomes, length=len(settings))
    counts("labels", (labels,))
    stop = in_interval("stop", stop, 0, 1)

    def grow(free: list[int]) -> Tree:
        if not free or rng.uniform() < stop:
            return Output(int(rng.integers(labels)))
        box = int(rng.choice(free))
        rest = [k for k in free if k != box]
        branches = tuple(grow(rest) for _ in range(outcomes[box]))
        return Use(box, int(rng.integers(settings[box])), branches)

    return grow(list(range(len(settings))))


def random_wiring(
    rng: np.random.Generator,
    boxes: Sequence[Behaviour],
    *,
    effective: int = 2,
    labels: int = 2,
    stop: float = 0.1,
) -> Wiring:
    """A random tree a party and effective setting, for boxes of two parties.

    effective: number of effective settings. labels, stop: as for :func:`random_tree`.

    >>> from nonlocality.behaviours import behaviour_pr_box
    >>> wiring = random_wiring(np.random.default_rng(0), [behaviour_pr_box()] * 2, effective=3)
    >>> len(wiring.alice), len(wiring.bob)
    (3, 3)
    """
    sides = [
        tuple(
            random_tree(
                rng,
                settings=[box.settings[party] for box in boxes],
                outcomes=[box.outcomes[party] for box in boxes],
                labels=labels,
                stop=stop,
            )
            for _ in range(effective)
        )
        for party in range(2)
    ]
    return Wiring(*sides, outcomes=(labels, labels))
