from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.causal_relaxations.bilocal_bounds import bilocality_correlators
from nonlocality.causal_relaxations.swapping import (
    behaviour_of_model,
    behaviour_swapping,
    behaviour_swapping_formula,
    nonbilocality_of_model,
    swapping_model,
    swapping_model_xyz,
    swapping_table,
)
from nonlocality.foundations.strategies import CausalModel

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=20)
SCENARIO = (2, 4, 2), (2, 1, 2)
VISIBILITIES = [0, 0.3, 1 / np.sqrt(2), 0.75, 0.8, 0.9, 1]
FAMILY = [(0.5, 0.25), (0.1, 0.6), (0.32, 0.32), (0.2, 0.1), (0.0, 0.7), (0.4, 0.4)]


@pytest.mark.parametrize("v", VISIBILITIES)
def test_states_and_measurements_give_the_printed_formula(v):
    quantum = behaviour_swapping(visibility=v)
    assert_allclose(quantum.table, behaviour_swapping_formula(v**2 / 2, v**2 / 2).table, atol=1e-15)
    assert bilocality_correlators(quantum) == pytest.approx((v**2 / 2, v**2 / 2))


@pytest.mark.parametrize("v", [0, Fraction(1, 3), Fraction(4, 5), 1])
def test_states_and_measurements_in_fractions_give_the_printed_formula_exactly(v):
    table = swapping_table(v)
    assert_allclose(table.astype(float), behaviour_swapping(visibility=float(v)).table, atol=1e-15)
    for a, b, c, x, _, z in np.ndindex(table.shape):
        signs = (-1) ** (b >> 1) + (-1) ** (x + z + (b & 1))
        wanted = Fraction(1, 16) * (1 + (-1) ** (a + c) * signs * Fraction(v) ** 2 / 2)
        assert table[a, b, c, x, 0, z] == wanted


@pytest.mark.parametrize("v", [0.5, Fraction(3, 2)])
def test_the_exact_table_wants_a_fraction(v):
    with pytest.raises(ValueError, match="Argument `visibility` must"):
        swapping_table(v)


@pytest.mark.parametrize(("i", "j"), [*FAMILY, (-0.3, 0.6), (0.5, -0.5), (1, 0)])
def test_formula_has_the_correlators_asked_for(i, j):
    behaviour = behaviour_swapping_formula(i, j)
    assert bilocality_correlators(behaviour) == pytest.approx((i, j))
    for party, outcomes in enumerate(SCENARIO[0]):
        assert_allclose(behaviour.marginal(party), 1 / outcomes)


def test_equal_instructions_are_as_dependent_as_four_values_can_be():
    """q(α, γ) = δ(α, γ)/4: M = 4 (1/4 − 1/16) + 12/16."""
    q = np.zeros((2,) * 6, dtype=object) + Fraction(0)
    for a0, a1 in np.ndindex(2, 2):
        q[a0, a1, 0, 0, a0, a1] = Fraction(1, 4)
    assert nonbilocality_of_model(q) == Fraction(3, 2)


@few
@given(SEEDS)
def test_behaviour_of_a_model_is_that_of_the_causal_model(seed):
    q = np.random.default_rng(seed).dirichlet(np.ones(64))
    matrix = CausalModel(("x", "", "z"), *SCENARIO).matrix
    table = behaviour_of_model(q.reshape((2,) * 6))
    assert_allclose(table.ravel(), matrix @ q, atol=1e-15)


@pytest.mark.parametrize(("i", "j"), [(0.7, 0.4), (-0.7, 0.4), (0, 1.1)])
def test_correlators_are_together_at_most_one(i, j):
    with pytest.raises(ValueError, match=r"`\|i\| \+ \|j\|` must lie in \[0, 1\], but is"):
        behaviour_swapping_formula(i, j)
    with pytest.raises(ValueError, match="`i` must hold finite numbers"):
        behaviour_swapping_formula(np.nan, j)


def test_directions_are_unit_vectors():
    with pytest.raises(ValueError, match=r"`alice` must have shape \(settings, 3\)"):
        behaviour_swapping(visibility=1, alice=np.eye(2))
    with pytest.raises(ValueError, match="`charlie` must hold unit vectors"):
        behaviour_swapping(visibility=1, charlie=2 * np.eye(3))


@pytest.mark.parametrize("seed", range(5))
def test_swapping_has_the_correlators_of_the_bell_states(seed):
    """⟨A_x C_z⟩ for Bob's outcome b is v Σ_k t_bk a_xk c_zk with t the signs of XX, YY, ZZ."""
    rng = np.random.default_rng(seed)
    alice, charlie = rng.normal(size=(2, 3)), rng.normal(size=(4, 3))
    alice, charlie = (u / np.linalg.norm(u, axis=1, keepdims=True) for u in (alice, charlie))
    p = behaviour_swapping(visibility=0.8, alice=alice, charlie=charlie)
    signs = np.array([[1, -1, 1], [-1, 1, 1], [1, 1, -1], [-1, -1, -1]])
    expected = 0.64 * np.einsum("bk,xk,zk->bxz", signs, alice, charlie) / 4
    found = np.einsum("abcxyz,a,c->bxz", p.table, [1, -1], [1, -1])
    assert_allclose(found, expected, atol=1e-15)
    assert_allclose(p.marginal(0), 1 / 2)


@pytest.mark.parametrize(
    ("i", "j", "share", "words"),
    [
        (-0.1, 0.2, 0.5, r"`i` must lie in \[0, 1\], but is -0.1"),
        (0.1, -0.2, 0.5, r"`j` must lie in \[0, 1\], but is -0.2"),
        (np.nan, 0.2, 0.5, r"`i` must lie in \[0, 1\], but is nan"),
        (0.1, np.nan, 0.5, r"`j` must lie in \[0, 1\], but is nan"),
        (Fraction(3, 4), Fraction(1, 2), 0.5, r"`i \+ j` must lie in \[0, 1\], but is 5/4"),
        (0.25, 0.25, np.nan, r"`share` must lie in \[0.25, 0.75\], but is nan"),
        (0.25, 0.25, Fraction(4, 5), r"`share` must lie in \[0.25, 0.75\], but is 4/5"),
    ],
)
def test_a_model_needs_correlators_and_a_share_that_exist(i, j, share, words):
    with pytest.raises(ValueError, match=f"Argument {words}"):
        swapping_model(i, j, share=share)


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
def test_visibilities_lie_in_the_unit_interval(bad):
    with pytest.raises(ValueError, match=r"Argument `visibility` must lie in \[0, 1\], but is"):
        behaviour_swapping(visibility=bad)


def test_model_of_three_settings_is_bilocal_and_exact():
    q = swapping_model_xyz()
    quantum = behaviour_swapping(visibility=1, alice=np.eye(3), charlie=np.eye(3))
    assert q.sum() == 1
    assert nonbilocality_of_model(q) == 0
    assert_allclose(behaviour_of_model(q).astype(float), quantum.table, atol=1e-15)


def test_unequal_sources_count_by_their_product():
    """Exercise 3 of the chapter."""
    found = behaviour_swapping(visibility=(0.9, 0.8)).table
    assert found == pytest.approx(behaviour_swapping_formula(0.36, 0.36).table, abs=1e-14)
    with pytest.raises(ValueError, match="must lie in"):
        behaviour_swapping(visibility=(0.9, 1.1))
