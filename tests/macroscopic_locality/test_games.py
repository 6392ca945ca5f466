import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.forms import behaviour_from_correlators
from nonlocality.macroscopic_locality import moments
from nonlocality.macroscopic_locality.games import game_distance, quantum_distance
from nonlocality.macroscopic_locality.moments import margin, maximise
from nonlocality.macroscopic_locality.tilted_chsh import (
    OCTAGON_RADIUS,
    behaviour_biased_tsirelson,
    behaviour_tilted_macroscopic,
)

SOLVERS = pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])


@SOLVERS
@pytest.mark.parametrize("level", ["1", "1+AB"])
def test_the_pr_box_wins_chsh_by_its_advantage(level, solver):
    found = game_distance(behaviour_pr_box(), level=level, solver=solver)
    exact = 1 - np.cos(np.pi / 8) ** 2
    assert found.distance.lower <= exact + 1e-9
    assert found.distance.reached >= exact - 1e-7
    assert found.distance.reached - found.distance.lower < 1e-6


@SOLVERS
@pytest.mark.parametrize("seed", range(4))
def test_the_payoff_is_a_game_with_that_advantage(seed, solver):
    """Score of the behaviour minus the largest score over the set, by another program."""
    behaviour = random_no_signalling(seed).mix(behaviour_pr_box(), weight=0.3)
    for level in ("1", "1+AB"):
        found = game_distance(behaviour, level=level, solver=solver)
        assert found.payoff.min() >= 0
        assert found.payoff.max() <= 1
        score = (found.payoff * behaviour.table).sum() / 4
        best = moments.maximise(found.payoff / 4, level=level)
        assert score - best.largest.upper == pytest.approx(found.distance.lower, abs=1e-6)


@SOLVERS
def test_inside_there_is_no_advantage(solver):
    for behaviour in (behaviour_white_noise((3, 3), (2, 2)), behaviour_tsirelson()):
        found = game_distance(behaviour, level="1+AB", solver=solver)
        assert abs(found.distance.reached) < 1e-7


def test_both_relaxations_at_the_points_between_them():
    for point in (
        behaviour_biased_tsirelson([OCTAGON_RADIUS, 0]),
        behaviour_tilted_macroscopic(1.0),
    ):
        assert game_distance(point, level="1").distance.reached < 1e-7
        assert game_distance(point, level="1+AB").distance.lower > 0.015


def test_bad_input():
    with pytest.raises(ValueError, match="must be a behaviour of two parties"):
        game_distance(behaviour_white_noise((2,), (2,)), level="1")
    with pytest.raises(ValueError, match="Argument `level` must be one of"):
        game_distance(behaviour_pr_box(), level="4")
    with pytest.raises(ValueError, match="`solver` must be one of"):
        game_distance(behaviour_pr_box(), level="1", solver="scs")


def test_the_distance_from_the_quantum_set_is_known_from_both_sides():
    """The rational point (1/7, 2/5, 26/35, 3/5), on the boundary of Q1."""
    box = behaviour_from_correlators(
        [[26 / 35, 26 / 35], [3 / 5, -3 / 5]], alice=[1 / 7, 0], bob=[2 / 5, 2 / 5]
    )
    found = quantum_distance(box)
    assert 0.0305667 < found.distance.lower <= found.distance.reached < 0.0305669
    most = maximise(found.payoff / 4, level="3").largest.upper
    assert most < (found.payoff / 4 * box.table).sum() - 0.03
    nearest = Behaviour(found.nearest)
    away = np.maximum(box.table - nearest.table, 0).sum() / 4
    assert away == pytest.approx(found.distance.reached)
    assert margin(nearest, level="3").eigenvalue.upper > -1e-7


def test_a_quantum_behaviour_has_no_distance_and_other_scenarios_are_refused():
    found = quantum_distance(behaviour_tsirelson())
    assert -1e-7 < found.distance.lower <= found.distance.reached < 1e-6
    with pytest.raises(ValueError, match="must have two settings a party"):
        quantum_distance(behaviour_white_noise((2, 2), (2, 3)))
