from fractions import Fraction

import numpy as np
import pytest

from nonlocality.causal_relaxations.ghz import behaviour_ghz, ghz_dependence_of_parties
from nonlocality.causal_relaxations.measurement_dependence import dependence, minimal_dependence
from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.causal_relaxations.perfect_games import magic_square, perfect_game
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.entropies import mutual_information


def test_the_magic_square():
    """M = 2/9 and I = log2(9/8), where the linear program has 36864 unknowns."""
    found, behaviour = perfect_game(magic_square()), Behaviour(magic_square() / 8)
    assert found.attained_by(behaviour)
    assert found.dependence == Fraction(2, 9)
    assert dependence(found.model.joint) == pytest.approx(2 / 9, abs=1e-12)
    assert mutual_information(found.model.joint) == pytest.approx(np.log2(9 / 8), abs=1e-12)
    bits = strength(behaviour)
    assert bits.least.lower == pytest.approx(found.information, abs=1e-9)


def test_the_pr_box_agrees_with_the_programs():
    box = behaviour_pr_box()
    found = perfect_game((box.table > 0).astype(int))
    assert found.attained_by(box)
    assert float(found.dependence) == pytest.approx(minimal_dependence(box).least.reached, abs=1e-9)
    assert found.information == pytest.approx(strength(box).least.lower, abs=1e-9)


def test_the_ghz_game_with_its_other_inputs():
    box = behaviour_ghz()
    found = perfect_game((box.table > 1e-9).astype(int))
    assert found.dependence == ghz_dependence_of_parties(3)
    assert found.attained_by(box)


def test_a_behaviour_that_is_not_the_models_is_noticed():
    game = perfect_game((behaviour_pr_box().table > 0).astype(int))
    assert not game.attained_by(Behaviour(np.full((2, 2, 2, 2), 0.25)))
    assert not game.attained_by(behaviour_ghz())


@pytest.mark.parametrize(
    ("game", "words"),
    [
        (np.full((2, 2, 2, 2), 2), "must be a table of 0 and 1"),
        (np.ones((2, 2, 2), dtype=int), "must be a table of 0 and 1"),
        (np.ones((2, 2, 2, 2), dtype=int), "must not be won by a local strategy"),
        (np.full((2, 2, 2, 2), 0.5), "must hold integers"),
        (np.zeros((2, 2, 1, 1), dtype=int), "must have each pair of settings won"),
    ],
)
def test_what_is_no_game(game, words):
    with pytest.raises(ValueError, match=f"Argument `game` {words}"):
        perfect_game(game)
