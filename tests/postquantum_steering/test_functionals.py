"""Steering functionals."""

import numpy as np
import pytest

from nonlocality.foundations.random import random_density, random_povm
from nonlocality.postquantum_steering.assemblage_models import assemblage_quantum
from nonlocality.postquantum_steering.functionals import functional_minimal, functional_value

SEEDS = pytest.mark.parametrize("seed", range(4))


def random_functional(seed, *, shape=(2, 2, 2, 2, 2, 2), real=False):
    rng = np.random.default_rng(seed)
    f = rng.normal(size=shape) + (0 if real else 1j) * rng.normal(size=shape)
    return f + f.conj().swapaxes(-1, -2)


def random_quantum(seed, *, dimension=2):
    """A complex quantum assemblage with correlations that are strong enough to matter."""
    rng = np.random.default_rng(seed)
    vector = np.linalg.eigh(random_density(rng, 4 * dimension))[1][:, -1]
    povms = [random_povm(rng, settings=2, outcomes=2, size=2) for _ in range(2)]
    return assemblage_quantum(vector, povms, dimension=dimension)


@SEEDS
def test_the_minimal_form_of_a_functional_gives_eq_45(seed):
    f = random_functional(seed, shape=(9, 2, 2))
    assemblage = random_quantum(seed)
    bob, charlie = (assemblage.marginal(k).elements[0] for k in (0, 1))
    joint = assemblage.elements[0, 0]
    full = functional_minimal(
        reduced=f[0], bob=f[1:3], charlie=f[3:5], joint=f[5:].reshape(2, 2, 2, 2)
    )
    members = np.concatenate([[assemblage.reduced], bob, charlie, joint.reshape(4, 2, 2)])
    expected = np.einsum("kij,kji->", f, members).real
    assert functional_value(full, assemblage) == pytest.approx(expected, abs=1e-13)
