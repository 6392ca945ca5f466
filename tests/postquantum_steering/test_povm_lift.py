import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.random import random_density, random_povm
from nonlocality.postquantum_steering.assemblage_models import assemblage_quantum
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.povm_lift import filtered, lift, projective_mixture, protocol
from nonlocality.postquantum_steering.robustness import white_noise_robustness


def table1():
    return assemblage_of_table(printed_table("ps-table1"))


def random_assemblage(rng, *, size=2):
    """A complex quantum assemblage of dimension `size`."""
    povms = [random_povm(rng, settings=2, outcomes=2, size=2) for _ in range(2)]
    return assemblage_quantum(random_density(rng, 4 * size), povms, dimension=size)


def random_rank_one(rng, *, outcomes, size):
    """A random POVM of rank-one elements, ``[1, a, i, j]``."""
    vectors = rng.normal(size=(2, outcomes, size))
    q = np.linalg.qr(vectors[0] + 1j * vectors[1])[0]
    return np.einsum("ai,aj->aij", q.conj(), q)[None]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), outcomes=st.integers(4, 9), size=st.integers(2, 3))
def test_the_protocol_gives_the_povm_on_the_lift(seed, outcomes, size):
    rng = np.random.default_rng(seed)
    steered = random_assemblage(rng, size=size)
    povm = random_rank_one(rng, outcomes=outcomes, size=size + 1)
    gap = protocol(steered, povm).table - lift(steered).measured(povm).table
    assert np.abs(gap).max() < 1e-12


def test_an_element_that_never_occurs():
    basis = np.eye(3)[:, :, None] * np.eye(3)
    povm = np.concatenate([basis, np.zeros((1, 3, 3))])[None]
    found = protocol(table1(), povm).table
    assert np.allclose(found, lift(table1()).measured(povm).table)
    assert (found[3] == 0).all()


def test_the_filter_gives_the_qubits_back():
    back = filtered(lift(table1()), np.eye(2, 3))
    assert np.allclose(back.elements, table1().elements, atol=1e-15)


def test_the_printed_normalisation_of_the_filter_gives_no_assemblage():
    """Fσ'F†/tr(Fσ_{bc|yz}F†) = σ/(3 tr σ): the traces add up to 4/3, and Bob signals."""
    f = np.eye(2, 3)
    passed = f @ lift(table1()).elements @ f.T
    printed = passed / np.trace(table1().elements, axis1=-2, axis2=-1)[..., None, None]
    assert np.allclose(np.trace(printed, axis1=-2, axis2=-1), 1 / 3)
    with pytest.raises(ValueError, match="no-signalling"):
        Assemblage(printed)


@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
def test_robustness_of_the_lift(solver):
    """t/(2 − t): the moment matrix of a direct sum is a direct sum."""
    qubit = white_noise_robustness(table1(), solver=solver)
    qutrit = white_noise_robustness(lift(table1()), solver=solver)
    assert qutrit.weight.reached == pytest.approx(
        qubit.weight.reached / (2 - qubit.weight.reached), abs=1e-7
    )
    assert qutrit.weight.lower > 0.0224


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 4))
def test_effects_are_mixtures_of_projectors(seed, size):
    effect = random_povm(np.random.default_rng(seed), settings=1, outcomes=2, size=size)[0, 0]
    weights, projectors = projective_mixture(effect)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    assert np.allclose(np.tensordot(weights, projectors, 1), effect)
    assert np.allclose(projectors @ projectors, projectors)
    ranks = np.trace(projectors, axis1=1, axis2=2).real
    assert np.allclose(ranks, np.arange(size, -1, -1))


def test_a_restricted_projector_may_be_biased():
    """Not of the form (37): |0⟩ + |2⟩ becomes |0⟩⟨0|/2, which never says yes by chance."""
    vector = np.array([1, 0, 1]) / 2**0.5
    weights, projectors = projective_mixture(np.outer(vector, vector)[:2, :2])
    assert np.allclose(weights, [0, 0.5, 0.5])
    assert np.allclose(projectors[1], np.diag([1, 0]))


@pytest.mark.parametrize(
    ("operator", "words"),
    [
        (np.eye(2), r"shape \(k, 3\)"),
        (2 * np.eye(3), "norm of at most 1, but has 2"),
        (np.zeros((2, 3)), "never does"),
    ],
)
def test_filters_that_are_none(operator, words):
    with pytest.raises(ValueError, match=words):
        filtered(lift(table1()), operator)


def test_povms_that_do_not_suit():
    with pytest.raises(ValueError, match="dimension 3, but has 2"):
        protocol(table1(), np.eye(2)[None, :, :, None] * np.eye(2))
    coarse = np.array([np.diag([1.0, 1, 0]), np.diag([0, 0, 1.0])])[None]
    with pytest.raises(ValueError, match="rank 1, but one has the second eigenvalue 1"):
        protocol(table1(), coarse)
    with pytest.raises(ValueError, match="effect"):
        projective_mixture(np.diag([2.0, 0]))
