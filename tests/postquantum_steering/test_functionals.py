"""Steering functionals."""

import numpy as np
import pytest
from samples import random_assemblage, random_functional

from nonlocality.postquantum_steering.functionals import functional_minimal, functional_value

SEEDS = pytest.mark.parametrize("seed", range(4))


@SEEDS
def test_the_minimal_form_of_a_functional_gives_eq_45(seed):
    f = random_functional(seed, shape=(9, 2, 2))
    assemblage = random_assemblage(seed)
    bob, charlie = (assemblage.marginal(k).elements[0] for k in (0, 1))
    joint = assemblage.elements[0, 0]
    full = functional_minimal(
        reduced=f[0], bob=f[1:3], charlie=f[3:5], joint=f[5:].reshape(2, 2, 2, 2)
    )
    members = np.concatenate([[assemblage.reduced], bob, charlie, joint.reshape(4, 2, 2)])
    expected = np.einsum("kij,kji->", f, members).real
    assert functional_value(full, assemblage) == pytest.approx(expected, abs=1e-13)
