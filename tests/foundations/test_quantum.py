import numpy as np
import pytest
from numpy.testing import assert_allclose

from nonlocality.foundations.quantum import (
    PAULI_X,
    PAULI_Y,
    PAULI_Z,
    bell_states,
    check_measurement,
    check_state,
    measurement_in_basis,
    measurement_of_observables,
    naimark_dilation,
    werner_state,
)
from nonlocality.foundations.random import random_povm, random_projective

PAULIS = [PAULI_X, PAULI_Y, PAULI_Z]


def test_pauli_matrices_multiply_as_they_must():
    assert (1j * PAULI_Z == PAULI_X @ PAULI_Y).all()
    for i, left in enumerate(PAULIS):
        for j, right in enumerate(PAULIS):
            assert (left @ right + right @ left == 2 * (i == j) * np.eye(2)).all()


def test_bell_states_are_the_joint_eigenvectors_of_zz_and_xx():
    """Φ+, Φ−, Ψ+, Ψ−: b₀ is the sign of ZZ, b₁ that of XX."""
    states = bell_states()
    assert_allclose(states @ states.T, np.eye(4), atol=1e-15)
    for number, state in enumerate(states):
        assert_allclose(np.kron(PAULI_Z, PAULI_Z) @ state, (-1) ** (number // 2) * state)
        assert_allclose(np.kron(PAULI_X, PAULI_X) @ state, (-1) ** (number % 2) * state)


@pytest.mark.parametrize("v", [0, 1 / 3, 0.5, 1 / np.sqrt(2), 1])
def test_werner_state_has_its_spectrum_and_correlations(v):
    state = werner_state(visibility=v)
    spectrum = [(1 - v) / 4] * 3 + [(1 + 3 * v) / 4]
    assert_allclose(np.linalg.eigvalsh(state), spectrum, atol=1e-15)
    for pauli in PAULIS:
        assert np.trace(state @ np.kron(pauli, pauli)).real == pytest.approx(-v)
    transposed = state.reshape(2, 2, 2, 2).transpose(0, 3, 2, 1).reshape(4, 4)
    assert np.linalg.eigvalsh(transposed).min() == pytest.approx((1 - 3 * v) / 4)


@pytest.mark.parametrize("bad", [-0.1, 1.2, np.nan])
def test_werner_state_refuses_a_visibility_outside_the_unit_interval(bad):
    with pytest.raises(ValueError, match=r"Argument `visibility` must lie in \[0, 1\], but is"):
        werner_state(visibility=bad)


def test_observables_become_projectors_with_outcome_0_for_plus_one():
    measurement = check_measurement("m", measurement_of_observables(PAULIS))
    assert measurement.shape == (3, 2, 2, 2)
    assert_allclose(measurement[:, 0] - measurement[:, 1], PAULIS)
    assert_allclose(measurement @ measurement, measurement)


def test_observables_must_square_to_the_identity():
    with pytest.raises(ValueError, match=r"square to the identity, but number 1 misses that by 3"):
        measurement_of_observables([PAULI_Z, 2 * PAULI_X])


def test_a_basis_becomes_its_projectors():
    rng = np.random.default_rng(1)
    basis = np.linalg.qr(rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))[0].T
    projectors = check_measurement("m", measurement_in_basis(basis))[0]
    for a, b in np.ndindex(3, 3):
        assert_allclose(projectors[a] @ basis[b], (a == b) * basis[b], atol=1e-14)


def test_a_basis_must_be_orthonormal():
    with pytest.raises(ValueError, match="`vectors` must be orthonormal rows, but misses that by"):
        measurement_in_basis([[1, 0], [1, 1]])


@pytest.mark.parametrize("seed", range(5))
def test_random_measurements_pass_the_check_unchanged(seed):
    rng = np.random.default_rng(seed)
    povm = random_povm(rng, settings=2, outcomes=3, size=2)
    assert check_measurement("alice", povm) is povm
    check_measurement("bob", random_projective(rng, settings=2, size=4))


@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 2), (1, 2, 2, 3), (1, 1, 2, 2, 2)])
def test_a_measurement_of_the_wrong_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"`alice` must have shape \(settings, outcomes, d, d\)"):
        check_measurement("alice", np.ones(shape))


def test_operators_that_are_not_hermitian_are_refused():
    lopsided = np.array([[1.0, 1.0], [0.0, -1.0]])  # squares to the identity all the same
    with pytest.raises(ValueError, match=r"must be Hermitian .* number 0 misses that by 1"):
        measurement_of_observables([lopsided])
    effects = np.array([[[[0.5, 3.0], [0.0, 0.5]], [[0.5, -3.0], [0.0, 0.5]]]])
    with pytest.raises(ValueError, match=r"the skew part 3"):
        check_measurement("alice", effects)


def test_a_basis_must_be_square_and_finite():
    with pytest.raises(ValueError, match=r"`vectors` must have shape \(d, d\)"):
        measurement_in_basis(np.eye(3)[:2])
    with pytest.raises(ValueError, match=r"`vectors` must hold finite numbers"):
        measurement_in_basis([[np.nan, 0], [0, 1]])


def test_a_measurement_must_be_positive_and_complete():
    message = r"`alice` must hold positive operators .* lowest eigenvalue is -0\.5, .* off by 0"
    with pytest.raises(ValueError, match=message):
        check_measurement("alice", [[1.5 * np.eye(2), -0.5 * np.eye(2)]])
    with pytest.raises(ValueError, match=r"lowest eigenvalue is 0\.5, .* off by 0\.5"):
        check_measurement("alice", [[0.5 * np.eye(2)]])


def test_a_measurement_must_be_finite():
    with pytest.raises(ValueError, match=r"`alice` must hold finite numbers, but its entry"):
        check_measurement("alice", np.full((1, 2, 2, 2), np.nan))


@pytest.mark.parametrize("shape", [(), (2,), (2, 2), (1, 2, 3), (0, 2, 2), (1, 2, 2, 2)])
def test_observables_are_square_matrices(shape):
    with pytest.raises(ValueError, match=r"`observables` must have shape \(settings, d, d\), but"):
        measurement_of_observables(np.ones(shape))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (measurement_of_observables, "observables"),
        (measurement_in_basis, "vectors"),
        (lambda value: check_measurement("alice", value), "alice"),
    ],
)
@pytest.mark.parametrize("bad", [[[1, 0], [0]], "words", [PAULI_Z, np.eye(3)], [[None]]])
def test_matrices_hold_numbers(call, name, bad):
    with pytest.raises(ValueError, match=f"Argument `{name}` must be an array of numbers, but"):
        call(bad)


def test_states_are_returned_as_they_are():
    vector, matrix = np.array([0.6, 0.8j]), np.diag([0.25, 0.75])
    assert check_state("psi", vector, dimension=2) is vector
    assert check_state("rho", matrix, dimension=2) is matrix
    for bad in (2 * vector, matrix / 2, np.diag([1.5, -0.5]), matrix + np.eye(2, k=1)):
        with pytest.raises(
            ValueError, match=r"`rho` must (be Hermitian, positive and of unit trace|have norm 1)"
        ):
            check_state("rho", bad, dimension=2)
    with pytest.raises(ValueError, match=r"`rho` must have shape \(3,\) or \(3, 3\)"):
        check_state("rho", matrix, dimension=3)


@pytest.mark.parametrize("seed", range(10))
def test_a_dilation_is_projective_and_has_the_same_probabilities(seed):
    rng = np.random.default_rng(seed)
    settings, outcomes, size = rng.integers(1, 4, size=3).tolist()
    povm = random_povm(rng, settings=settings, outcomes=outcomes, size=size)
    projectors = naimark_dilation(povm)
    settings, outcomes, d, _ = povm.shape
    assert projectors.shape == (settings, outcomes, d * outcomes, d * outcomes)
    assert np.allclose(projectors, projectors.conj().swapaxes(2, 3), rtol=0, atol=1e-12)
    assert np.allclose(projectors.sum(axis=1), np.eye(d * outcomes), rtol=0, atol=1e-12)
    products = np.einsum("xaij,xbjk->xabik", projectors, projectors)
    expected = np.einsum("ab,xaik->xabik", np.eye(outcomes), projectors)
    assert np.allclose(products, expected, rtol=0, atol=1e-12)
    compressed = projectors.reshape(settings, outcomes, d, outcomes, d, outcomes)[:, :, :, 0, :, 0]
    assert np.allclose(compressed, povm, rtol=0, atol=1e-12)


def test_a_vector_is_told_its_norm_and_a_state_at_the_edge_is_taken():
    with pytest.raises(ValueError, match=r"`state` must have norm 1, but has norm 1\.41421356"):
        check_state("state", [1, 0, 0, -1], dimension=4)
    for lowest in (0.0, -5e-10):
        check_state("state", np.diag([1 - lowest, lowest]), dimension=2)
    with pytest.raises(ValueError, match="its lowest eigenvalue -2e-09"):
        check_state("state", np.diag([1 + 2e-9, -2e-9]), dimension=2)
