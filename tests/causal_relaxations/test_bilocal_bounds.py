"""Bounds of the dependence of two sources, and the bilocality inequality."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.causal_relaxations.bilocal_bounds import (
    bilocality_correlators,
    check_swapping_scenario,
    nonbilocality_bound,
    nonbilocality_bound_of_pairs,
)
from nonlocality.causal_relaxations.swapping import (
    behaviour_of_model,
    behaviour_swapping,
    behaviour_swapping_formula,
    nonbilocality_of_model,
    swapping_model_xyz,
)
from nonlocality.foundations.behaviours import Behaviour, behaviour_white_noise

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=20)
XYZ = np.eye(3)
FAMILY = [(0.5, 0.25), (0.1, 0.6), (0.32, 0.32), (0.2, 0.1), (0.0, 0.7), (0.4, 0.4)]


def test_only_swapping_scenarios_pass():
    check_swapping_scenario(behaviour_white_noise((2, 3, 2), (4, 1, 3)))
    for outcomes, inputs in (((2, 4, 2), (2, 2, 2)), ((3, 4, 2), (2, 1, 2)), ((2, 2), (2, 2))):
        with pytest.raises(ValueError, match="must have three parties, two outcomes"):
            check_swapping_scenario(behaviour_white_noise(outcomes, inputs))


def test_bound_is_even_in_both_correlators():
    third, fifth, half = Fraction(1, 3), Fraction(1, 5), Fraction(1, 2)
    values = {nonbilocality_bound(a * third, b * fifth, share=half)
              for a in (1, -1) for b in (1, -1)}  # fmt: skip
    assert values == {4 * ((third + fifth) / 2 - Fraction(1, 4))}
    assert nonbilocality_bound(Fraction(0), Fraction(0), share=half) == 0


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
def test_shares_lie_in_the_unit_interval(bad):
    with pytest.raises(ValueError, match=r"Argument `share` must lie in \[0, 1\], but is"):
        nonbilocality_bound(0.5, 0.5, share=bad)


@pytest.mark.parametrize("bad", [np.nan, 1.1, -1.1, Fraction(3, 2)])
def test_correlators_of_a_bound_are_correlators(bad):
    half = Fraction(1, 2)
    with pytest.raises(ValueError, match=r"Argument `i` must lie in \[-1, 1\], but is"):
        nonbilocality_bound(bad, half, share=half)
    with pytest.raises(ValueError, match=r"Argument `j` must lie in \[-1, 1\], but is"):
        nonbilocality_bound(half, bad, share=half)


def test_bound_of_pairs_leaves_three_settings_of_swapping_bilocal():
    quantum = behaviour_swapping(visibility=1, alice=XYZ, charlie=XYZ)
    assert nonbilocality_of_model(swapping_model_xyz()) == 0
    assert nonbilocality_bound_of_pairs(quantum) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("i", "j"), FAMILY)
def test_bound_of_pairs_is_tight_on_the_family(i, j):
    square = (np.sqrt(i) + np.sqrt(j)) ** 2
    expected = max(0, (square - 1) * (1 - (np.sqrt(i) - np.sqrt(j)) ** 2))
    found = nonbilocality_bound_of_pairs(behaviour_swapping_formula(i, j))
    assert found == pytest.approx(expected, abs=1e-12)


@few
@given(SEEDS)
def test_bilocality_correlators_are_sums_over_the_table(seed):
    flat = np.random.default_rng(seed).dirichlet(np.ones(16), size=(2, 1, 2))
    p = np.moveaxis(flat, -1, 0).reshape(2, 4, 2, 2, 1, 2)
    i = j = 0
    for a, b, c, x, y, z in np.ndindex(p.shape):
        b0, b1 = divmod(b, 2)
        i += (-1) ** (a + b0 + c) * p[a, b, c, x, y, z] / 4
        j += (-1) ** (a + b1 + c + x + z) * p[a, b, c, x, y, z] / 4
    assert bilocality_correlators(Behaviour(p)) == pytest.approx((i, j), abs=1e-12)


@few
@given(SEEDS)
def test_bilocal_models_obey_the_bilocality_inequality(seed):
    """q(α) q(γ) and any answer of Bob's to the two sources."""
    rng = np.random.default_rng(seed)
    alice, charlie = rng.dirichlet(np.full(4, 0.3), size=2)
    bob = rng.dirichlet(np.full(4, 0.1), size=(4, 4))
    q = np.einsum("a,c,acb->abc", alice, charlie, bob).reshape((2,) * 6)
    i, j = bilocality_correlators(Behaviour(behaviour_of_model(q)))
    assert np.sqrt(abs(i)) + np.sqrt(abs(j)) <= 1 + 1e-9


def test_bilocality_correlators_need_their_scenario():
    with pytest.raises(ValueError, match=r"outcomes \(2, 4, 2\) and settings \(2, 1, 2\), but"):
        bilocality_correlators(behaviour_white_noise((2, 4, 2), (2, 2, 2)))
