import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_quantum, behaviour_tsirelson
from nonlocality.foundations.inequalities import chsh_values
from nonlocality.foundations.random import random_density, random_povm
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.membership import local_visibility, places_of
from nonlocality.macroscopic_locality.tilted_chsh import behaviour_tilted_macroscopic

QUARTERS = "122211210000011011100000001000011001111100100000000010100000011000000000011111100"
"""Three settings and outcomes with many zeros, from a question to a package for inflation; its
visibility there, by a linear program over 729 strategies, is 32/59."""


def test_a_behaviour_of_three_settings_and_outcomes_has_the_known_visibility():
    table = np.array([int(q) for q in QUARTERS]).reshape(3, 3, 3, 3) / 4
    found = local_visibility(Behaviour(table))
    assert found.visibility.upper == pytest.approx(32 / 59, abs=1e-9)
    assert found.outside
    assert (found.functional * table).sum() > found.bound + 0.1


def test_the_inequality_holds_for_all_strategies_and_is_met_at_the_visibility():
    for seed in range(5):
        behaviour = behaviour_pr_box().mix(random_no_signalling(seed), weight=0.7)
        found = local_visibility(behaviour)
        corners = CausalModel(("x", "y"), (2, 2), (2, 2)).corners
        assert (corners @ found.functional.ravel()).max() <= found.bound + 1e-9
        assert found.outside == (chsh_values(behaviour).max() > 1e-9)
        if found.outside:
            edge = behaviour.with_noise(visibility=found.visibility.reached)
            assert (found.functional * edge.table).sum() == pytest.approx(found.bound, abs=1e-7)
            assert chsh_values(edge).max() == pytest.approx(0, abs=1e-7)


def test_other_noise_gives_another_visibility():
    """The PR box with a box of certain outcomes: S = 4v + 2(1 − v) is 2 at v = 0."""
    certain = np.zeros((2, 2, 2, 2))
    certain[0, 0] = 1
    found = local_visibility(behaviour_pr_box(), noise=Behaviour(certain))
    assert found.visibility.upper == pytest.approx(0, abs=1e-9)


def test_each_place_is_told_by_its_own_set():
    expected = {
        "local": behaviour_pr_box().with_noise(visibility=0.4),
        "quantum": behaviour_tsirelson().with_noise(visibility=0.9),
        "Q1": behaviour_tilted_macroscopic(1 / 3),
        "none": behaviour_pr_box(),
    }
    outside = {
        name: [k for k, place in places_of(p).items() if place.outside]
        for name, p in expected.items()
    }
    assert outside == {
        "local": [],
        "quantum": ["local"],
        "Q1": ["local", "almost quantum"],
        "none": ["local", "macroscopically local", "almost quantum"],
    }


@pytest.mark.parametrize("seed", range(3))
def test_no_quantum_behaviour_is_outside_q1_or_the_almost_quantum_set(seed):
    rng = np.random.default_rng(seed)
    sides = [random_povm(rng, settings=2, outcomes=3, size=2) for _ in range(2)]
    places = places_of(behaviour_quantum(random_density(rng, 4), sides))
    assert not places["macroscopically local"].outside
    assert not places["almost quantum"].outside


def test_what_is_not_served_is_refused():
    with pytest.raises(ValueError, match="Argument `noise` must have shape"):
        local_visibility(behaviour_pr_box(), noise=behaviour_white_noise((3, 3), (2, 2)))
    with pytest.raises(ValueError, match="at most 50000 local strategies"):
        local_visibility(behaviour_white_noise((4, 4), (5, 5)))
    with pytest.raises(ValueError, match="must differ from white noise"):
        places_of(behaviour_white_noise((2, 2), (2, 2)))
