"""One outcome or one setting: every behaviour is local, and every function says so."""

from itertools import product

import numpy as np
import pytest

from nonlocality.causal_relaxations import (
    minimal_dependence,
    minimal_hall_dependence,
    minimal_influence,
    minimal_influence_given_dependence,
    minimal_message,
    minimal_message_influence,
    strength,
)
from nonlocality.foundations.behaviours import behaviour_white_noise
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.random import random_density, random_povm
from nonlocality.macroscopic_locality import (
    certificate_of,
    fluctuation_margin,
    game_distance,
    local_visibility,
    margin,
    margins,
    visibility,
)

TRIVIAL = [shape for shape in product((1, 2), repeat=4) if 1 in shape]
"""(o_A, o_B, m_A, m_B) of which one is 1."""
DIFFER = [shape for shape in TRIVIAL if max(shape[:2]) > 1]
"""Those that have behaviours besides white noise."""


def some(shape):
    rng = np.random.default_rng(shape)
    measurements = [
        random_povm(rng, settings=m, outcomes=o, size=2)
        for o, m in zip(shape[:2], shape[2:], strict=True)
    ]
    return behaviour_quantum(random_density(rng, 4), measurements)


@pytest.mark.parametrize("shape", TRIVIAL)
def test_with_one_outcome_or_setting_nothing_is_outside_any_set(shape):
    behaviour = some(shape)
    for level in ("1", "1+AB"):
        found = margin(behaviour, level=level).eigenvalue
        assert -1e-8 < found.lower <= found.upper <= 1
        assert game_distance(behaviour, level=level).distance.reached < 1e-7
    assert margins([behaviour], level="1").min() > -1e-7
    assert fluctuation_margin(behaviour).eigenvalue.reached > -1e-8
    assert certificate_of(behaviour).violation(behaviour) < 1e-6
    assert local_visibility(behaviour).visibility.sides[0] > 1 - 1e-8


@pytest.mark.parametrize("shape", DIFFER)
def test_with_one_outcome_or_setting_no_noise_is_needed(shape):
    assert visibility(some(shape), level="1").largest.sides[0] > 1 - 1e-8


@pytest.mark.parametrize("shape", TRIVIAL)
def test_with_one_outcome_or_setting_nothing_has_to_be_relaxed(shape):
    behaviour = some(shape)
    found = [
        *(minimal_influence(behaviour, cause=cause).least for cause in ("x", "a")),
        minimal_message(behaviour).least,
        minimal_message_influence(behaviour).least,
        minimal_dependence(behaviour).least,
        minimal_hall_dependence(behaviour).least,
        minimal_influence_given_dependence(behaviour, dependence=0.1, cause="x").least,
        strength(behaviour).least,
    ]
    for value in found:
        assert value.sides[1] < 1e-7


@pytest.mark.parametrize("shape", [s for s in TRIVIAL if s not in DIFFER])
def test_the_only_behaviour_of_one_outcome_has_margin_one(shape):
    only = behaviour_white_noise(shape[:2], shape[2:])
    assert margin(only, level="1").eigenvalue.sides == (1, 1)
    with pytest.raises(ValueError, match="Argument `behaviour` must differ from white noise"):
        visibility(only, level="1")
