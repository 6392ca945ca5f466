"""Random states and measurements: what the chapters try their theorems on."""

from numbers import Integral

import numpy as np

from nonlocality.foundations.checks import counts, shown
from nonlocality.foundations.sizes import check_dense, require_memory


def generator_of(name: str, seed: int) -> np.random.Generator:
    """The generator of random numbers of a seed.

    Raises ValueError, naming the argument, unless the seed is an integer of at least 0.

    >>> generator_of("seed", -1)
    Traceback (most recent call last):
    ...
    ValueError: Argument `seed` must be an integer of at least 0, but is -1.
    """
    if not isinstance(seed, Integral) or seed < 0:
        raise ValueError(
            f"Argument `{name}` must be an integer of at least 0, but is {shown(seed)}."
        )
    return np.random.default_rng(int(seed))


def random_density(rng: np.random.Generator, size: int) -> np.ndarray:
    """A random density matrix of random rank, complex, shape (size, size).

    The rank is uniform from 1 to `size`; the state is G G† over its trace with Gaussian G.
    Raises ValueError for a size that is not a positive integer.

    >>> rho = random_density(np.random.default_rng(0), 3)
    >>> round(float(np.trace(rho).real), 12)
    1.0
    """
    (size,) = counts("size", (size,))
    check_dense("size", size)
    require_memory("size", 48 * size**2)  # G, G†, and their product
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
    settings, outcomes, size = counts("settings, outcomes, size", (settings, outcomes, size))
    each = 64 * outcomes + 32  # four arrays of all effects, two of a setting's
    require_memory("settings, outcomes, size", settings * each * size**2)
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
    settings, size = counts("settings, size", (settings, size))
    require_memory("settings, size", 16 * settings * size**2 * (size + 4))
    matrices = rng.normal(size=(2, settings, size, size))
    bases = np.linalg.qr(matrices[0] + 1j * matrices[1])[0]
    return np.einsum("xia,xja->xaij", bases, bases.conj())
