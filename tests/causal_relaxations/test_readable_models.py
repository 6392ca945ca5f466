"""The programs written out in the chapter, as they stand there, against the library."""

import cvxpy as cp
import numpy as np
import pytest
from helpers import models_of, random_no_signalling

from nonlocality.causal_relaxations.bilocality import Nonbilocality
from nonlocality.causal_relaxations.communication import minimal_message
from nonlocality.causal_relaxations.influence import minimal_influence
from nonlocality.causal_relaxations.measurement_dependence import minimal_dependence
from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.causal_relaxations.swapping import behaviour_swapping
from nonlocality.foundations.strategies import CausalModel

SEEDS = pytest.mark.parametrize("seed", range(3))


@pytest.fixture(scope="module")
def models(root):
    return models_of(root, "causal-relaxations", np=np, cp=cp, CausalModel=CausalModel)


@SEEDS
def test_influence(models, seed):
    behaviour = random_no_signalling(np.random.default_rng(seed))
    for cause in "xa":
        wanted = minimal_influence(behaviour, cause=cause).least.reached
        assert models["influence_model"](behaviour.table, cause) == pytest.approx(wanted, abs=1e-6)


@SEEDS
def test_message(models, seed):
    behaviour = random_no_signalling(np.random.default_rng(seed))
    wanted = minimal_message(behaviour).least.reached
    assert models["message_model"](behaviour.table) == pytest.approx(wanted, abs=1e-6)


@SEEDS
def test_dependence_and_information(models, seed):
    behaviour = random_no_signalling(np.random.default_rng(seed))
    wanted = minimal_dependence(behaviour).least.reached
    assert models["dependence_model"](behaviour.table) == pytest.approx(wanted, abs=1e-6)
    wanted = strength(behaviour).least.lower
    found = models["dependence_model"](behaviour.table, bits=True)
    assert found == pytest.approx(wanted, abs=1e-6)


@SEEDS
def test_nonbilocality(models, seed):
    rng = np.random.default_rng(seed)
    behaviour = behaviour_swapping(visibility=rng.uniform(0.6, 0.95))
    program = Nonbilocality(behaviour)
    nu = rng.uniform(*program.nu_range)
    wanted = program.at(nu).reached
    assert models["nonbilocality_model"](behaviour.table, nu) == pytest.approx(wanted, abs=1e-6)
