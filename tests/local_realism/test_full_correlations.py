from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.foundations.quantum import PAULI_X, PAULI_Y
from nonlocality.foundations.strategies import CausalModel
from nonlocality.local_realism.effective_states import correlation_tensor
from nonlocality.local_realism.full_correlations import (
    correlations_of_model,
    local_model,
    locality_sum,
    planar_correlations,
    walsh,
)
from nonlocality.local_realism.monogamy import correlation_sum


@pytest.mark.parametrize("k", [1, 2, 3])
def test_deterministic_strategies_have_one_entry(k):
    for signs in product((1, -1), repeat=2 * k):
        table = np.array(1.0)
        for party in range(k):
            table = np.multiply.outer(table, signs[2 * party : 2 * party + 2])
        assert sorted(np.abs(walsh(table)).ravel()) == [0] * (2**k - 1) + [1]


def test_the_sum_is_the_facet_bound_of_the_local_polytope():
    """Each sign pattern is a Bell inequality Σ ± Ê ≤ 1: its local bound, from all strategies."""
    strategies = CausalModel(("x", "y"), (2, 2), (2, 2)).corners.reshape(-1, 2, 2, 2, 2)
    sign = np.array([[1, -1], [-1, 1]])
    sums = [locality_sum(np.einsum("abxy,ab->xy", p, sign)) for p in strategies]
    assert sums == [1] * 16


@given(st.integers(0, 10**6), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_a_correlation_sum_of_one_gives_a_local_model(seed, k):
    """Any tensor of length 1 and any angles: Σ|Ê| ≤ |T|, and the model has the correlations."""
    rng = np.random.default_rng(seed)
    tensor = rng.normal(size=(2,) * k)
    tensor /= np.linalg.norm(tensor)
    correlations = planar_correlations(tensor, angles=rng.uniform(0, 2 * np.pi, k))
    assert locality_sum(correlations) <= 1 + 1e-12
    answers, weights = local_model(correlations)
    assert set(np.unique(answers)) <= {-1, 1}
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    assert correlations_of_model(answers, weights) == pytest.approx(correlations, abs=1e-12)


def test_planar_correlations_are_those_of_the_directions():
    rng = np.random.default_rng(2)
    state = rng.normal(size=8)
    state /= np.linalg.norm(state)
    angles = rng.uniform(0, np.pi, 3)
    plane = np.array([PAULI_X, PAULI_Y])
    tensor = correlation_tensor(state, operators=[plane] * 3)
    settings = [
        [np.cos(a) * PAULI_X + (-1) ** k * np.sin(a) * PAULI_Y for k in (0, 1)] for a in angles
    ]
    direct = correlation_tensor(state, operators=settings)
    assert planar_correlations(tensor, angles=angles) == pytest.approx(direct)


def test_ghz_correlations_reach_the_largest_sum():
    """Mermin's inequality: X and Y on three qubits, Σ|Ê| = 2 = √ℒ."""
    ghz = np.zeros(8)
    ghz[[0, 7]] = np.sqrt(1 / 2)
    tensor = correlation_tensor(ghz, operators=[[PAULI_X, PAULI_Y]] * 3)
    assert correlation_sum(tensor) == pytest.approx(4)
    assert locality_sum(tensor) == pytest.approx(2)
    with pytest.raises(ValueError, match="must have a local model, but its sum is 2 > 1"):
        local_model(tensor)


@pytest.mark.parametrize("bad", [1.0, [1, 1, 1], [[1, 1]], [[1, np.nan], [0, 0]]])
def test_bad_tables(bad):
    with pytest.raises(ValueError, match="Argument `correlations` must"):
        walsh(bad)
    with pytest.raises(ValueError, match="Argument `tensor` must"):
        planar_correlations(bad, angles=[0])


def test_three_directions_are_told_to_be_cut_to_two():
    with pytest.raises(ValueError, match=r"take the first two: tensor\[:2, :2\]"):
        planar_correlations(-np.eye(3), angles=[0.1, 0.2])
    assert planar_correlations(-np.eye(3)[:2, :2], angles=[0, 0]).tolist() == [[-1, -1], [-1, -1]]


def test_bad_angles():
    with pytest.raises(ValueError, match=r"`angles` must hold 2 numbers, but has shape \(1,\)"):
        planar_correlations(np.eye(2), angles=[0.0])


@pytest.mark.parametrize(
    ("answers", "weights"),
    [(None, [1]), (np.ones((1, 2)), [1]), (np.ones((1, 2, 2)), [1, 1]), (np.ones((1, 2, 2)), 1)],
)
def test_models_that_are_none(answers, weights):
    with pytest.raises(ValueError, match="Argument"):
        correlations_of_model(answers, weights)
