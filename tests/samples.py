"""Random and special objects that several test files try theorems on."""

import numpy as np

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z
from nonlocality.foundations.random import random_density, random_povm
from nonlocality.macroscopic_nonlocality.quadrature_chsh import BinnedQuadrature, QuadratureTest
from nonlocality.postquantum_steering.assemblage_models import assemblage_quantum


def random_functional(seed, *, shape=(2, 2, 2, 2, 2, 2), real=False):
    """A Hermitian matrix for each place of an assemblage, real or complex."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=shape) + (0 if real else 1j) * rng.normal(size=shape)
    return f + f.conj().swapaxes(-1, -2)


def random_assemblage(seed, *, dimension=2):
    """A complex quantum assemblage with correlations that are strong enough to matter."""
    rng = np.random.default_rng(seed)
    vector = np.linalg.eigh(random_density(rng, 4 * dimension))[1][:, -1]
    povms = [random_povm(rng, settings=2, outcomes=2, size=2) for _ in range(2)]
    return assemblage_quantum(vector, povms, dimension=dimension)


def random_tripartite(seed, *, outcomes=2, size=2):
    """A complex quantum assemblage of general measurements, and what made it."""
    rng = np.random.default_rng(seed)
    state = random_density(rng, 3 * 2 * size)
    bob = random_povm(rng, settings=2, outcomes=outcomes, size=2)
    charlie = random_povm(rng, settings=3, outcomes=2, size=size)
    return assemblage_quantum(state, [bob, charlie], dimension=3), state, bob, charlie


def planar_measurements(angles):
    """Projective measurements in the plane of X and Z, ``[x, a, i, j]``."""
    observables = np.multiply.outer(np.cos(angles), PAULI_X)
    observables = observables + np.multiply.outer(np.sin(angles), PAULI_Z)
    return np.stack([np.eye(2) + observables, np.eye(2) - observables], axis=1) / 2


def random_quadrature_test(rng, levels):
    """Two binned quadratures a side, with up to three edges each, and a random state."""
    bits = [
        BinnedQuadrature(rng.uniform(0, 7), tuple(np.sort(rng.normal(size=rng.integers(0, 4)))),
                         int(rng.choice([-1, 1])))
        for _ in range(4)
    ]  # fmt: skip
    d = len(levels)
    state = rng.normal(size=(d, d)) + 1j * rng.normal(size=(d, d))
    state /= np.linalg.norm(state)
    return QuadratureTest(tuple(levels), tuple(bits[:2]), tuple(bits[2:]), state)


def positions_of_events(d):
    """The points of the events (x, a) of Alice and (y, b) of Bob on the circle."""
    m = np.arange(d)
    return np.array([-4 * m, -2 - 4 * m]) % (4 * d), np.array([1 - 4 * m, -1 - 4 * m]) % (4 * d)


def three_outcomes(seed):
    """A no-signalling behaviour with 3 and 2 outcomes, not symmetric."""
    rng = np.random.default_rng(seed)
    alice, bob = rng.dirichlet(np.ones(3), size=2).T, rng.dirichlet(np.ones(2), size=2).T
    local = np.einsum("ax,by->abxy", alice, bob)
    other = np.einsum("ax,by->abxy", np.roll(alice, 1, axis=0), bob[::-1])
    return Behaviour(0.6 * local + 0.4 * other)


def random_vector(rng, size):
    """A random pure state, complex, of norm 1."""
    state = rng.normal(size=size) + 1j * rng.normal(size=size)
    return state / np.linalg.norm(state)
