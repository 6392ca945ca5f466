"""The programs written out in the chapter, as they stand there, against the library."""

from itertools import product

import cvxpy as cp
import numpy as np
import picos
import pytest
from helpers import models_of

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.random import random_density, random_projective
from nonlocality.postquantum_steering.assemblage_models import (
    assemblage_product,
    assemblage_quantum,
)
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.hidden_states import hidden_state_visibility
from nonlocality.postquantum_steering.robustness import minimise_functional, white_noise_robustness

SEEDS = pytest.mark.parametrize("seed", range(3))


@pytest.fixture(scope="module")
def models(root):
    return models_of(root, "postquantum-steering", np=np, cp=cp, picos=picos, product=product)


def quantum(rng):
    """A complex quantum assemblage of a qubit, two settings and outcomes each."""
    povms = [random_projective(rng, settings=2, size=2) for _ in range(2)]
    return assemblage_quantum(random_density(rng, 8), povms, dimension=2).elements


@SEEDS
def test_the_least_value_of_a_functional(models, seed):
    f = np.random.default_rng(seed).normal(size=(2, 2, 2, 2, 2, 2))
    f = f + f.swapaxes(4, 5)
    wanted = minimise_functional(f).least.reached
    assert models["functional_model"](f) == pytest.approx(wanted, abs=1e-5)


@SEEDS
def test_robustness_over_the_almost_quantum_set(models, seed):
    rng = np.random.default_rng(seed)
    box = assemblage_product(behaviour_pr_box(), random_density(rng, 2)).elements
    mixed = Assemblage(0.9 * box + 0.1 * quantum(rng))
    wanted = white_noise_robustness(mixed).weight.reached
    assert wanted > 0.1
    assert models["almost_quantum_model"](mixed.elements) == pytest.approx(wanted, abs=1e-6)


@SEEDS
def test_local_hidden_states(models, seed):
    steered = Assemblage(quantum(np.random.default_rng(seed)))
    wanted = hidden_state_visibility(steered).reached
    assert models["hidden_state_model"](steered.elements) == pytest.approx(wanted, abs=1e-6)


def test_the_example_of_the_chapter(models):
    """Table I is real and on the edge: a solver that manages random instances may fail there."""
    table1 = assemblage_of_table(printed_table("ps-table1"))
    for name, found in (
        ("almost_quantum_model", white_noise_robustness(table1).weight),
        ("hidden_state_model", hidden_state_visibility(table1)),
    ):
        assert models[name](table1.elements) == pytest.approx(found.reached, abs=1e-6)
