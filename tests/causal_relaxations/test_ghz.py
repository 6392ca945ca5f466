from functools import partial

import numpy as np
import pytest
from helpers import programs_behind

from nonlocality.causal_relaxations import measurement_dependence
from nonlocality.causal_relaxations.ghz import behaviour_ghz, ghz_model, ghz_witness
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
