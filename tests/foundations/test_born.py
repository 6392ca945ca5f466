import numpy as np
import pytest
from helpers import random_quantum_behaviour
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.born import behaviour_quantum, behaviour_tsirelson
from nonlocality.foundations.quantum import (
    PAULI_X,
    PAULI_Y,
    PAULI_Z,
    bell_states,
    measurement_of_observables,
)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_marginals_are_those_of_the_reduced_states(seed):
    state, measurements, behaviour = random_quantum_behaviour(seed, parties=2)
    tensor = state.reshape(2, 3, 2, 3)
    for party, axes in enumerate([(1, 3), (0, 2)]):
        reduced = np.trace(tensor, axis1=axes[0], axis2=axes[1])
        alone = behaviour_quantum(reduced, [measurements[party]])
        assert_allclose(behaviour.marginal(party), alone.table, atol=1e-12)


def test_a_vector_state_is_its_projector():
    measurement = measurement_of_observables([PAULI_X, PAULI_Y])
    vector = np.array([0.6, 0.8j, 0, 0])
    pure = behaviour_quantum(vector, [measurement] * 2)
    same = behaviour_quantum(np.outer(vector, vector.conj()), [measurement] * 2)
    assert (pure.table == same.table).all()


def test_ghz_state_answers_as_mermin_says():
    """⟨XXX⟩ = 1, ⟨XYY⟩ = ⟨YXY⟩ = ⟨YYX⟩ = −1, the others vanish."""
    ghz = np.zeros(8)
    ghz[[0, 7]] = 1 / np.sqrt(2)
    found = behaviour_quantum(ghz, [measurement_of_observables([PAULI_X, PAULI_Y])] * 3)
    expected = [[[1, 0], [0, -1]], [[0, -1], [-1, 0]]]
    assert_allclose(found.correlators(), expected, atol=1e-14)


def test_tsirelson_behaviour_is_that_of_a_bell_state():
    alice = measurement_of_observables([PAULI_Z, PAULI_X])
    bob = measurement_of_observables([(PAULI_Z + s * PAULI_X) / np.sqrt(2) for s in (1, -1)])
    quantum = behaviour_quantum(bell_states()[0], [alice, bob])
    assert_allclose(behaviour_tsirelson().table, quantum.table, atol=1e-15)


def test_states_must_fit_the_measurements():
    measurement = measurement_of_observables([PAULI_Z])
    with pytest.raises(ValueError, match=r"shape \(4,\) or \(4, 4\), but has shape \(2, 2\)"):
        behaviour_quantum(np.eye(2) / 2, [measurement] * 2)
    with pytest.raises(ValueError, match=r"`measurements\[1\]` must hold positive operators"):
        behaviour_quantum(np.eye(4) / 4, [measurement, measurement / 2])


@pytest.mark.parametrize(
    "state", [np.eye(2), np.diag([1.5, -0.5]), [[0.5, 0.5], [0, 0.5]], np.array([1.0, 1.0])]
)
def test_states_must_be_states(state):
    with pytest.raises(ValueError, match=r"`state` must (be Hermitian, positive|have norm 1)"):
        behaviour_quantum(np.asarray(state), [measurement_of_observables([PAULI_Z])])


def test_states_must_be_finite():
    with pytest.raises(ValueError, match="`state` must hold finite numbers"):
        behaviour_quantum(np.full((2, 2), np.nan), [measurement_of_observables([PAULI_Z])])


@pytest.mark.parametrize("state", [["up", "down"], [[1, 0], [0]], [None, 1]])
def test_states_must_be_numbers(state):
    with pytest.raises(ValueError, match="Argument `state` must be an array of numbers, but"):
        behaviour_quantum(state, [measurement_of_observables([PAULI_Z])])
