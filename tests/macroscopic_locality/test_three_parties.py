import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.random import random_density, random_projective
from nonlocality.macroscopic_locality.correlators import margin_of
from nonlocality.macroscopic_locality.three_parties import (
    behaviour_ghz_turned,
    behaviour_xyz_box,
    conditional_behaviours,
    conditional_margin,
    pair_margin,
)


@pytest.mark.parametrize("seed", range(5))
def test_for_two_parties_the_margin_is_the_closed_form(seed):
    behaviour = random_no_signalling(seed)
    assert pair_margin(behaviour) == pytest.approx(margin_of(behaviour), abs=1e-7)


def test_a_box_with_uniform_pairs_passes_however_nonlocal_it_is():
    for box in (behaviour_xyz_box(), behaviour_ghz_turned()):
        for pair in ((0, 1), (0, 2), (1, 2)):
            assert np.allclose(box.marginal(*pair), 0.25, rtol=0, atol=1e-12)
        assert pair_margin(box) == pytest.approx(1, abs=1e-7)


def test_given_the_third_outcome_the_xyz_box_is_a_pr_box():
    """At c's setting 1; at its setting 0 the other two have perfectly correlated coins."""
    conditions = conditional_behaviours(behaviour_xyz_box())
    assert len(conditions) == 12
    for condition in conditions:
        s = condition.rest.correlators() * (-1) ** condition.outcome
        expected = [[1, 1], [1, -1 if condition.setting else 1]]
        assert np.array_equal(s, expected)
        assert condition.probability == 0.5
    assert conditional_margin(behaviour_xyz_box()) == pytest.approx(1 - np.sqrt(2), abs=1e-7)


def test_ghz_correlations_are_on_the_boundary_and_inside():
    box = behaviour_ghz_turned()
    largest = max(
        np.abs(c.rest.correlators().sum() - 2 * c.rest.correlators()).max()
        for c in conditional_behaviours(box)
    )
    assert largest == pytest.approx(2 * np.sqrt(2), abs=1e-9)
    assert conditional_margin(box) == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_three_quantum_parties_pass(seed):
    rng = np.random.default_rng(seed)
    sides = [random_projective(rng, settings=2, size=2) for _ in range(3)]
    behaviour = behaviour_quantum(random_density(rng, 8), sides)
    assert pair_margin(behaviour) > -1e-7
    assert conditional_margin(behaviour) > -1e-7


def test_pairs_that_share_a_pr_box_are_seen():
    """A PR box between Alice and Bob, and a coin at Charlie's."""
    table = np.einsum("abxy,cz->abcxyz", behaviour_pr_box().table, np.full((2, 2), 0.5))
    assert pair_margin(Behaviour(table)) == pytest.approx(1 - np.sqrt(2), abs=1e-7)


def test_certain_outcomes_are_left_out():
    table = np.zeros((2,) * 6)
    table[0, 0, 0] = 1
    assert pair_margin(Behaviour(table)) == 1
    assert len(conditional_behaviours(Behaviour(table))) == 6
    assert conditional_margin(Behaviour(table)) == 1


def test_what_is_not_served_is_refused():
    with pytest.raises(ValueError, match="two outcomes a party"):
        pair_margin(behaviour_white_noise((3, 2), (2, 2)))
    with pytest.raises(ValueError, match="three parties or more"):
        conditional_margin(behaviour_pr_box())
    with pytest.raises(ValueError, match="`behaviour` must have one output and one input axis"):
        pair_margin(behaviour_pr_box().table[0])
    with pytest.raises(ValueError, match="two parties or more"):
        pair_margin(behaviour_white_noise((2,), (2,)))
    signalling = np.zeros((2, 2, 2, 2, 2, 2))
    a, b, c, x = np.indices(signalling.shape)[:4]
    signalling[(a == x) & (b == x) & (c == 0)] = 1
    with pytest.raises(ValueError, match="must be no-signalling"):
        pair_margin(Behaviour(signalling))
