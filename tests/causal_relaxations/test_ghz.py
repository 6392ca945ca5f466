from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from helpers import programs_behind

from nonlocality.causal_relaxations import measurement_dependence
from nonlocality.causal_relaxations.ghz import (
    behaviour_ghz,
    ghz_dependence_of_parties,
    ghz_information,
    ghz_model,
    ghz_share,
    ghz_wins,
    ghz_witness,
)
from nonlocality.causal_relaxations.measurement_dependence import (
    dependence,
    minimal_dependence,
)
from nonlocality.causal_relaxations.mutual_information import pinsker_bound, strength
from nonlocality.foundations.behaviours import INPUTS
from nonlocality.foundations.entropies import mutual_information
from nonlocality.foundations.strategies import CausalModel

LEAST = np.log2(4 / 3) / 2


def test_behaviour():
    """Definite parity on the four inputs of the game, uniform off it."""
    p = behaviour_ghz().table
    for x, y, z in np.ndindex(2, 2, 2):
        for a, b, c in np.ndindex(2, 2, 2):
            right = (a + b + c) % 2 == (x + y + z) // 2 % 2
            expected = 1 / 8 if (x + y + z) % 2 else right / 4
            assert p[a, b, c, x, y, z] == pytest.approx(expected, abs=1e-15)
    assert behaviour_ghz().signalling() == pytest.approx((0, 0, 0), abs=1e-15)


def test_witness_bounds_information():
    local = CausalModel(tuple(INPUTS[:3]), (2,) * 3, (2,) * 3).matrix
    assert (ghz_witness().ravel() @ local).max() / 8 == pytest.approx(1, abs=1e-15)
    p, witness = behaviour_ghz().table, ghz_witness()
    on = p > 1e-12
    assert (p[on] * np.log2(witness[on])).sum() / 8 == pytest.approx(LEAST, abs=1e-14)


def test_model_attains_both_bounds():
    model = ghz_model()
    assert model.behaviour().table == pytest.approx(behaviour_ghz().table, abs=1e-15)
    assert mutual_information(model.joint) == pytest.approx(LEAST, abs=1e-14)
    assert dependence(model.joint) == pytest.approx(1 / 4, abs=1e-15)


def test_least_information():
    """The printed 0.207 is 1/2 log2(4/3) cut off; the printed 0.090 is not a Pinsker bound."""
    found = strength(behaviour_ghz()).least
    assert found.lower == pytest.approx(LEAST, abs=1e-9)
    assert found.upper == pytest.approx(LEAST, abs=1e-9)
    assert int(1000 * LEAST) == 207
    assert 2 * pinsker_bound(1 / 4) == pytest.approx(0.090, abs=5e-4)
    assert pinsker_bound(1 / 4) < LEAST


def test_least_dependence():
    call = partial(minimal_dependence, behaviour_ghz())
    (problem,) = programs_behind(measurement_dependence, call)
    assert problem.found.reached == pytest.approx(1 / 4, abs=1e-9)
    assert problem.found.lower == pytest.approx(1 / 4, abs=1e-9)
    assert problem.value_by_cvxopt() == pytest.approx(1 / 4, abs=1e-6)


def test_the_solver_does_not_return_the_model_of_least_information():
    joint = minimal_dependence(behaviour_ghz()).model.joint
    assert mutual_information(joint) > LEAST + 1e-3


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 8])
def test_no_strategy_wins_more_than_its_share_of_the_game(n):
    assert Fraction(int(ghz_wins(n).max()), 2 ** (n - 1)) == ghz_share(n)


def test_parity_functions_are_all_that_strategies_have():
    """The number of strategies of each score, by enumeration of all 64 for three parties."""
    local = CausalModel(("x", "y", "z"), (2,) * 3, (2,) * 3)
    a, b, c = local.responses
    score = np.zeros(local.size, dtype=int)
    for x, y, z in np.ndindex(2, 2, 2):
        if (x + y + z) % 2 == 0:
            score += (a[:, x] + b[:, y] + c[:, z]) % 2 == (x + y + z) // 2
    assert set(score) == set(ghz_wins(3).ravel())


def test_four_parties_need_no_more_than_three():
    """Model, bet and both measures, exact to rounding."""
    model, behaviour = ghz_model(4), behaviour_ghz(4)
    assert model.behaviour().table == pytest.approx(behaviour.table, abs=1e-15)
    assert mutual_information(model.joint) == pytest.approx(ghz_information(4), abs=1e-14)
    assert dependence(model.joint) == pytest.approx(float(ghz_dependence_of_parties(4)), abs=1e-15)
    local = CausalModel(tuple(INPUTS[:4]), (2,) * 4, (2,) * 4).matrix
    assert (ghz_witness(4).ravel() @ local).max() / 16 == pytest.approx(1, abs=1e-15)
    on = behaviour.table > 1e-12
    bits = (behaviour.table[on] * np.log2(ghz_witness(4)[on])).sum() / 16
    assert bits == pytest.approx(LEAST, abs=1e-14)


def test_least_information_of_four_parties_by_the_interior_point():
    assert strength(behaviour_ghz(4)).least.lower == pytest.approx(ghz_information(4), abs=1e-9)


@pytest.mark.parametrize("n", [5, 6, 7, 8])
def test_the_reduced_game_has_the_formula_as_its_least_information(n):
    """Only the parity matters: least Σ D over mixtures of parity functions, by the two bounds."""
    w = float(ghz_share(n))
    wins = ghz_wins(n) / 2 ** (n - 1)
    assert (0.5 * wins / w + 0.5).max() == pytest.approx(1, abs=1e-15)  # the bet never gains
    best = np.argwhere(wins == wins.max())
    bits = np.array(list(np.ndindex((2,) * n)))
    game = bits[bits.sum(axis=1) % 2 == 0]
    right = np.array([(bits[k] @ game.T + a) % 2 == game.sum(axis=1) // 2 % 2 for k, a in best])
    assert right.mean(axis=0) == pytest.approx(w, abs=1e-15)  # every game input is won as often
    other = bits[bits.sum(axis=1) % 2 == 1]
    parity = np.array([(bits[k] @ other.T + a) % 2 for k, a in best])
    assert parity.mean(axis=0) == pytest.approx(0.5, abs=1e-15)  # and off the game all is even


def test_the_bits_of_many_parties_tend_to_a_half():
    bits = [ghz_information(n) for n in range(2, 61)]
    assert bits[0] == 0
    assert bits == sorted(bits)
    assert bits[-1] == pytest.approx(0.5, abs=1e-8)
    assert bits[1] == bits[2]


@pytest.mark.parametrize("wrong", [1, 5, 2.5, "3"])
def test_numbers_of_parties_outside_are_refused(wrong):
    for build in (behaviour_ghz, ghz_witness, ghz_model):
        with pytest.raises(ValueError, match="Argument `parties` must"):
            build(wrong)
