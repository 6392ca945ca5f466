from itertools import product

import cvxpy as cp
import numpy as np
import pytest

from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.inequalities import correlator_functional, i3322_functional
from nonlocality.foundations.strategies import CausalModel
from nonlocality.local_realism.no_signalling import (
    largest_mean,
    mean_functional,
    no_signalling_equations,
)

CHSH = correlator_functional([[1, 1], [1, -1]])


def local_bound(f):
    (o_a, o_b), (m_a, m_b) = f.shape[:2], f.shape[2:]
    return CausalModel(("x", "y"), (o_a, o_b), (m_a, m_b)).bound(f)


@pytest.mark.parametrize(("partners", "value"), [(1, 4), (2, 2), (3, 2)])
def test_chsh_with_random_partners(partners, value):
    """The PR box with one partner; with two or more a mean has a list model."""
    found = largest_mean(CHSH, partners=partners)
    assert float(found) == pytest.approx(value, abs=1e-8)
    assert value - 1e-8 <= found.upper <= value + 1e-6


@pytest.mark.parametrize(("partners", "value"), [(1, 1), (2, 1 / 3), (3, 0)])
def test_i3322_needs_three_partners(partners, value):
    found = largest_mean(i3322_functional(), partners=partners)
    assert float(found) == pytest.approx(value, abs=1e-8)
    assert value - 1e-8 <= found.upper <= value + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_as_many_partners_as_settings_never_beat_the_local_bound(seed):
    """Random Bell expressions, two settings for the partners, any number for A."""
    rng = np.random.default_rng(seed)
    f = rng.integers(-4, 5, size=(2, 2, 2 + seed % 2, 2))
    assert float(largest_mean(f, partners=2)) == pytest.approx(float(local_bound(f)), abs=1e-7)
    assert largest_mean(f, partners=1).upper >= float(local_bound(f)) - 1e-8


@pytest.mark.parametrize("seed", range(4))
def test_the_program_as_a_reader_would_write_it_has_the_same_value(seed):
    """The model of the chapter, with random Bell expressions of two settings."""
    f = np.random.default_rng(seed).integers(-3, 4, size=(2, 2, 2, 2))
    p, cells = cp.Variable(64, nonneg=True), np.arange(64).reshape((2,) * 6)
    rules = [cp.sum(p[cells[..., x, y, z].ravel()]) == 1 for x, y, z in np.ndindex(2, 2, 2)]
    for k in range(3):
        o = np.moveaxis(cells, (k, k + 3), (0, 1)).reshape(2, 2, -1)
        rules.append(p[o[0, 0]] + p[o[1, 0]] == p[o[0, 1]] + p[o[1, 1]])
    mean = mean_functional(f, partners=2).ravel()
    by_hand = cp.Problem(cp.Maximize(mean @ p), rules).solve()
    assert by_hand == pytest.approx(float(largest_mean(f, partners=2)), abs=1e-6)


def test_the_equations_hold_for_boxes_and_find_signals():
    equations, right = no_signalling_equations((2, 2), (2, 2))
    box = behaviour_pr_box().table
    assert equations @ box.ravel() == pytest.approx(right)
    signals = np.zeros((2, 2, 2, 2))
    for x, y in product((0, 1), repeat=2):
        signals[x, x, x, y] = 1  # B answers A's setting
    assert np.abs(equations @ signals.ravel() - right).max() == 1


def test_the_mean_functional_is_the_mean_of_the_marginals():
    rng = np.random.default_rng(7)
    f = rng.normal(size=(2, 2, 2, 3))
    alone = [rng.dirichlet(np.ones(2), size=s).T for s in (2, 3, 3)]  # a product box
    box = np.einsum("ax,by,cz->abcxyz", *alone)
    pairs = [np.einsum("ax,by->abxy", alone[0], each) for each in alone[1:]]
    mean = (mean_functional(f, partners=2) * box).sum()
    assert mean == pytest.approx(sum((f * p).sum() for p in pairs) / 2)


def test_bad_input():
    with pytest.raises(ValueError, match="`functional` must have four axes"):
        largest_mean(np.ones((2, 2)), partners=1)
    with pytest.raises(ValueError, match="`partners` must hold positive"):
        largest_mean(CHSH, partners=0)
    with pytest.raises(ValueError, match="`partners` must be smaller"):
        largest_mean(CHSH, partners=40)
