"""Assemblages made from states and behaviours."""

import numpy as np
import pytest
from helpers import random_no_signalling
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.quantum import bell_states, measurement_in_basis
from nonlocality.foundations.random import random_density, random_povm
from nonlocality.postquantum_steering.assemblage_models import (
    assemblage_classical,
    assemblage_product,
    assemblage_quantum,
)
from nonlocality.postquantum_steering.assemblage_tables import minimal_coordinates
from nonlocality.postquantum_steering.assemblages import deterministic_strategies


@pytest.mark.parametrize(
    "state", [np.eye(2) / 2, np.diag([1.0, 0.0]), np.array([[0.5, 0.5j], [-0.5j, 0.5]])]
)
def test_product_with_a_behaviour(state):
    """PS-02: Alice's state is untouched, the behaviour is the one put in."""
    assemblage = assemblage_product(behaviour_pr_box(), state)
    assert_allclose(assemblage.reduced, state, atol=1e-15)
    assert_allclose(assemblage.behaviour().table, behaviour_pr_box().table)
    assert_allclose(assemblage.marginal(0).elements[1, 1], state / 2)


def test_quantum_assemblage_needs_a_state_and_measurements():
    z_basis = measurement_in_basis(np.eye(2))
    with pytest.raises(ValueError, match=r"`state` must have shape \(4,\) or \(4, 4\)"):
        assemblage_quantum(np.eye(2) / 2, [z_basis], dimension=2)
    with pytest.raises(ValueError, match="`state` must have norm 1"):
        assemblage_quantum(2 * bell_states()[0], [z_basis], dimension=2)
    with pytest.raises(ValueError, match="`measurements` must hold 1 or 2, but holds 0"):
        assemblage_quantum(np.eye(2) / 2, [], dimension=2)
    with pytest.raises(ValueError, match=r"`measurements\[0\]` must hold positive operators"):
        assemblage_quantum(bell_states()[0], [2 * z_basis], dimension=2)


def test_elements_are_kept_and_cannot_be_changed():
    elements = assemblage_product(Behaviour(random_no_signalling(1).table), np.eye(2) / 2).elements
    with pytest.raises(ValueError, match="read-only"):
        elements[0, 0, 0, 0, 0, 0] = 1
    assert elements.dtype == float


@pytest.mark.parametrize(("outcomes", "settings"), [((2, 2), (2, 2)), ((3, 2), (1, 2))])
def test_minimal_coordinates_say_all(outcomes, settings):
    rng = np.random.default_rng(0)
    bob = random_povm(rng, settings=settings[0], outcomes=outcomes[0], size=2)
    charlie = random_povm(rng, settings=settings[1], outcomes=outcomes[1], size=2)
    steered = assemblage_quantum(random_density(rng, 8), [bob, charlie], dimension=2)
    d = deterministic_strategies(steered)
    assert d.shape == (*outcomes, *settings, np.prod(np.power(outcomes, settings)))
    assert (d.sum(axis=(0, 1)) == 1).all()
    rows = minimal_coordinates(d)
    assert np.linalg.matrix_rank(rows) == len(rows)
    back = d.reshape(-1, d.shape[-1]) @ np.linalg.pinv(rows)
    table = steered.behaviour().table
    assert np.allclose(back @ minimal_coordinates(table[..., None])[:, 0], table.ravel())


def test_a_classical_alice_holds_each_table_in_her_register():
    tables = [random_no_signalling(seed) for seed in range(3)]
    weights = [0.5, 0.25, 0.25]
    steered = assemblage_classical(tables, weights=weights)
    register = np.eye(3)[None, :, :, None] * np.eye(3)
    shown = steered.measured(register).table[:, :, :, 0]
    for a in range(3):
        assert_allclose(shown[a], weights[a] * tables[a].table, atol=1e-15)
    with pytest.raises(ValueError, match="`weights` must hold numbers of at least 0"):
        assemblage_classical(tables, weights=[0.5, 0.6, -0.1])
    with pytest.raises(ValueError, match="`behaviours` must hold 2 behaviours of one shape"):
        assemblage_classical(tables, weights=[0.5, 0.5])
