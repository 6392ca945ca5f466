from fractions import Fraction

import numpy as np
import pytest

from nonlocality.foundations.random import random_density, random_povm, random_projective
from nonlocality.local_realism.draws import (
    chain_draws,
    lattice_draws,
    subset_draws,
    weighted_draws,
)
from nonlocality.local_realism.effective_states import effective_state
from nonlocality.local_realism.joint_measurements import (
    mean_measurement,
    on_particles,
    parent_measurement,
)

THIRDS = [Fraction(1, 3), Fraction(1, 2), Fraction(1, 6)]
CASES = {
    "two of three spins": (subset_draws(3, settings=2), 1, 2),
    "pairs of four spins": (subset_draws(4, settings=2, body=2), 2, 2),
    "pairs on a ring": (lattice_draws((5,), block=(2,), settings=2), 2, 2),
    "pairs on a chain": (chain_draws(5, body=2, settings=2), 2, 2),
    "unequal spins": (weighted_draws(THIRDS, settings=2), 1, 3),
    "three settings": (subset_draws(3, settings=3), 1, 2),
    "qutrits": (subset_draws(2, settings=2), 1, 2),
}


@pytest.mark.parametrize("name", CASES)
def test_a_parent_answers_for_every_setting_whatever_each_block_measures(name):
    """Each block has a measurement of its own in each setting: fields that vary. The parent is
    positive, complete, and its sums are the means of the settings."""
    drawn, body, outcomes = CASES[name]
    d = 3 if name == "qutrits" else 2
    rng = np.random.default_rng(len(name))
    tables = [
        {
            block: random_povm(rng, settings=1, outcomes=outcomes, size=d**body)[0]
            for block in drawn.marginal(s)
        }
        for s in range(drawn.settings)
    ]
    parent = parent_measurement(drawn, tables, dimension=d)
    assert np.linalg.eigvalsh(parent.reshape(-1, *parent.shape[-2:])).min() > -1e-12
    lists = tuple(range(drawn.settings))
    assert parent.sum(axis=lists) == pytest.approx(np.eye(d**drawn.particles), abs=1e-12)
    for s in lists:
        others = tuple(k for k in lists if k != s)
        mean = mean_measurement(drawn.marginal(s), tables[s], drawn.particles, dimension=d)
        assert parent.sum(axis=others) == pytest.approx(mean, abs=1e-12)


def test_the_mean_measurement_sees_the_effective_state():
    rng = np.random.default_rng(3)
    povm = random_projective(rng, settings=1, size=2)[0]
    state = random_density(rng, 8)
    third = Fraction(1, 3)
    mean = mean_measurement({(k,): third for k in range(3)}, {(k,): povm for k in range(3)}, 3)
    effective = effective_state(state, (3,))
    for a in (0, 1):
        assert np.trace(mean[a] @ state).real == pytest.approx(
            np.trace(povm[a] @ effective).real, abs=1e-12
        )


@pytest.mark.parametrize("block", [(0,), (2,), (0, 2), (2, 0), (1, 2), (2, 1, 0)])
def test_operators_stand_where_their_particles_are(block):
    """On product operators: factor k of the block acts on particle block[k]."""
    rng = np.random.default_rng(4)
    factors = rng.normal(size=(len(block), 2, 2)) + 1j * rng.normal(size=(len(block), 2, 2))
    whole = [np.eye(2)] * 3
    small = np.eye(1)
    for place, factor in zip(block, factors, strict=True):
        whole[place] = factor
        small = np.kron(small, factor)
    expected = np.kron(np.kron(whole[0], whole[1]), whole[2])
    assert on_particles(small, block, 3) == pytest.approx(expected)


def test_bad_input():
    z = np.array([np.diag([1.0, 0]), np.diag([0, 1.0])])
    drawn = subset_draws(2, settings=2)
    good = {(0,): z, (1,): z}
    with pytest.raises(ValueError, match="`measurements` must hold 2 tables, one a setting"):
        parent_measurement(drawn, [good])
    with pytest.raises(ValueError, match=r"`measurements\[1\]` must have the block \(1,\)"):
        parent_measurement(drawn, [good, {(0,): z}])
    with pytest.raises(ValueError, match=r"`measurements\[0\]` must hold positive operators"):
        parent_measurement(drawn, [{(0,): 2 * z, (1,): z}, good])
    with pytest.raises(ValueError, match=r"`measurements\[0\]` must be of dimension 3 on"):
        parent_measurement(drawn, [good, good], dimension=3)
    with pytest.raises(ValueError, match=r"`measurements\[0\]` must have as many outcomes each"):
        parent_measurement(drawn, [{(0,): z, (1,): np.eye(2)[None]}, good])


def test_operators_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="`block` must hold different particles of 0 to 1"):
        on_particles(np.eye(4), (0, 0), 2)
    with pytest.raises(ValueError, match=r"`operator` must have shape \(4, 4\), but has shape"):
        on_particles(np.eye(2), (0, 1), 2)
    with pytest.raises(ValueError, match="`particles` must be smaller"):
        on_particles(np.eye(2), (0,), 40)
