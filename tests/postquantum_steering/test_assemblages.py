import numpy as np
import pytest
from numpy.testing import assert_allclose
from samples import random_tripartite

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.random import random_povm
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.assemblages import (
    Assemblage,
    assemblage_white_noise,
    bloch_vector,
    with_silent_charlie,
)

SEEDS = pytest.mark.parametrize("seed", range(6))


TABLE = printed_table("ps-table1")


@SEEDS
def test_quantum_assemblage_gives_the_behaviour_of_state_and_measurements(seed):
    assemblage, state, bob, charlie = random_tripartite(seed)
    alice = random_povm(np.random.default_rng(seed + 9), settings=2, outcomes=2, size=3)
    expected = behaviour_quantum(state, [alice, bob, charlie]).table
    assert_allclose(assemblage.measured(alice).table, expected, atol=1e-14)
    assert_allclose(assemblage.behaviour().table, expected[:, :, :, 0].sum(axis=0), atol=1e-14)


@SEEDS
def test_marginals_are_the_partial_traces(seed):
    assemblage, state, bob, charlie = random_tripartite(seed)
    tensor = state.reshape(3, 2, 2, 3, 2, 2)
    assert_allclose(assemblage.reduced, np.einsum("iabjab->ij", tensor), atol=1e-14)
    left = np.einsum("iacjbc,yoba->oyij", tensor, bob)
    right = np.einsum("icajcb,yoba->oyij", tensor, charlie)
    assert_allclose(assemblage.marginal(0).elements, left, atol=1e-14)
    assert_allclose(assemblage.marginal(1).elements, right, atol=1e-14)
    assert assemblage.marginal(1).marginal(0).settings == (3,)
    assert (assemblage.outcomes, assemblage.settings) == ((2, 2), (2, 3))


def test_noise():
    assemblage = random_tripartite(1)[0]
    white = assemblage_white_noise(assemblage)
    assert_allclose(white.elements[1, 0, 1, 2], np.eye(3) / 12)
    noisy = assemblage.with_noise(visibility=0.7)
    assert_allclose(noisy.elements, 0.7 * assemblage.elements + 0.3 * white.elements)
    dull = assemblage.depolarised(visibility=0.7)
    assert_allclose(dull.behaviour().table, assemblage.behaviour().table, atol=1e-15)
    vectors = [bloch_vector(a.elements[..., :2, :2]) for a in (assemblage, dull)]
    assert np.linalg.norm(vectors[1]) < np.linalg.norm(vectors[0])


def test_bloch_vectors():
    plus_i = np.array([[0.5, -0.5j], [0.5j, 0.5]])
    states = 0.3 * np.array([np.diag([1, 0]), np.full((2, 2), 0.5), plus_i])
    assert_allclose(bloch_vector(states), np.eye(3)[[2, 0, 1]], atol=1e-15)
    with pytest.raises(ValueError, match=r"must have shape \(…, 2, 2\)"):
        bloch_vector(np.eye(3))
    with pytest.raises(ValueError, match="must have a positive trace, but has one of 0"):
        bloch_vector(np.zeros((2, 2)))


def broken(place, change):
    elements = assemblage_of_table(TABLE).elements.copy()
    elements[place] += change
    return elements


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        (broken((0, 1, 0, 0), -0.01 * np.eye(2)), r"positive, but σ_\{01\|00\} has .* -0\.00863"),
        (broken((0, 1, 1, 0), [[0, 0.1], [0, 0]]), r"Hermitian, but σ_\{01\|10\} .* by 0\.1"),
        (broken((1, 1, 1, 0), 0.01 * np.eye(2)), r"no-signal.* Bob of σ_\{·1\|10\} .* by 0\.01"),
        (1.5 * broken((0, 0, 0, 0), 0), r"state of trace 1, but its trace is 1\.5"),
        (np.ones((2, 2, 2)), r"have shape \(b, y, d, d\) or"),
        (np.ones((2, 2, 2, 3)), r"but has shape \(2, 2, 2, 3\)"),
        (np.full((2, 2, 2, 2), np.nan), r"finite numbers, but its entry \(0, 0, 0, 0\) is nan"),
    ],
)  # fmt: skip
def test_what_is_no_assemblage_is_refused(elements, words):
    with pytest.raises(ValueError, match=f"Argument `elements` must .*{words}"):
        Assemblage(elements)


def test_signalling_from_charlie_is_named():
    table = np.zeros((2, 2, 1, 2, 1, 1))
    table[0, 0, 0, 0] = table[1, 1, 0, 1] = 1
    with pytest.raises(ValueError, match=r"of Charlie of σ_\{0·\|01\} differs .* setting 0 by 1"):
        Assemblage(table)


def test_a_silent_charlie_changes_nothing():
    bob = assemblage_of_table(TABLE).marginal(0)
    padded = with_silent_charlie(bob)
    assert padded.outcomes == (2, 1)
    assert_allclose(padded.marginal(0).elements, bob.elements)
    assert with_silent_charlie(padded) is padded
    with pytest.raises(ValueError, match="must be an Assemblage, but is ndarray"):
        with_silent_charlie(bob.elements)
