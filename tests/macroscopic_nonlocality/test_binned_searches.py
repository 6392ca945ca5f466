import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from samples import random_quadrature_test

from nonlocality.macroscopic_nonlocality.binned_searches import (
    best_sign_test,
    follow_loss,
    polish,
    see_saw,
)
from nonlocality.macroscopic_nonlocality.quadrature_chsh import (
    BinnedQuadrature,
    QuadratureTest,
    best_state,
    diagonal_sign_value,
)
from nonlocality.macroscopic_nonlocality.sign_binning import example_chsh
from nonlocality.macroscopic_nonlocality.sign_bounds import sign_test_bound

few = settings(max_examples=15)
SEEDS = st.integers(0, 2**32 - 1)
X, P = BinnedQuadrature(0.0, (0.0,)), BinnedQuadrature(np.pi / 2, (0.0,))


@few
@given(SEEDS)
def test_polish_ends_no_lower(seed):
    test = random_quadrature_test(np.random.default_rng(seed), [0, 2, 3])
    start = best_state(test.levels, test.alice, test.bob)[0]
    assert polish(test, move_edges=True).value >= start - 1e-9


def test_the_best_binnings_found_are_a_local_maximum():
    best, rng = see_saw([0, 2], starts=200, seed=0).best, np.random.default_rng(1)
    for step in [1e-2, 1e-3, 1e-4] * 10:
        bits = [
            BinnedQuadrature(
                bit.phase + step * rng.normal(),
                tuple(np.array(bit.edges) + step * rng.normal(size=len(bit.edges))),
                bit.first,
            )
            for bit in (*best.alice, *best.bob)
        ]
        assert best_state(best.levels, bits[:2], bits[2:])[0] <= best.value + 1e-11


@pytest.mark.parametrize("d", [2, 3, 4, 5, 6, 7, 8])
def test_climbs_over_diagonal_states_meet_the_eigenvalue(d):
    search = best_sign_test(d, diagonal=True, starts=3, seed=0)
    assert search.best.value == pytest.approx(diagonal_sign_value(d), abs=1e-9)
    assert np.count_nonzero(np.abs(search.best.state) > 1e-9) <= d
    assert search.values.max() == search.best.value


@pytest.mark.parametrize("d", [2, 3, 4])
def test_climbs_over_general_states_lie_between_the_bounds(d):
    bound = sign_test_bound(d, diagonal=False, tolerance=1e-2)
    found = best_sign_test(d, diagonal=False, starts=4, seed=0).best.value
    assert bound.lower - 1e-9 <= found <= bound.upper
    assert found >= diagonal_sign_value(d) - 1e-9


def test_signs_of_quadratures_do_better_with_more_levels():
    values = [diagonal_sign_value(d) for d in range(2, 12)]
    assert values == sorted(values)
    assert values[-1] < 2 * np.sqrt(2)


def test_searches_are_repeatable():
    first, second = (see_saw([0, 2], starts=5, seed=7) for _ in range(2))
    assert_allclose(first.values, second.values, atol=0)
    assert (see_saw([0, 2], starts=5, seed=8).values[:5] != first.values[:5]).any()


def test_idle_edges_are_dropped():
    far = BinnedQuadrature(0.0, (-50.0, 0.0, 60.0), 1)
    test = QuadratureTest((0, 1, 2), (far, P), (X, P), np.eye(3) / 3**0.5)
    best = polish(test, move_edges=True)
    assert all(len(bit.edges) == 1 for bit in (*best.alice, *best.bob))
    assert best.value >= 2 * np.sqrt(10) / np.pi - 1e-9


def test_bins_follow_the_loss_and_never_fall_behind_bins_that_stay():
    start = see_saw([0, 2], starts=40, seed=0).best
    grid = [1.0, 0.99, 0.98, 0.97]
    found = follow_loss(start, grid)
    values = np.array([test.value for test in found])
    assert values[0] == pytest.approx(start.value, abs=1e-6)
    assert (np.diff(values) < 0).all()
    for u, test in zip(grid, found, strict=True):
        assert test.value >= start.at_efficiency(u).value - 1e-9
        assert {bit.efficiency for bit in (*test.alice, *test.bob)} == {u}


def test_a_search_with_loss_beats_the_signs_of_the_example():
    found = see_saw([0, 1, 2], starts=30, seed=1, keep=1, efficiency=0.95).best
    assert found.value > float(example_chsh(0.95))


def test_at_half_the_particles_no_search_finds_a_violation():
    for levels in ([0, 2], [0, 1, 2]):
        assert see_saw(levels, starts=8, seed=3, keep=1, efficiency=0.5).best.value <= 2 + 1e-9


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: see_saw([0], starts=1, seed=0), "two or more increasing levels"),
        (lambda: see_saw([2, 0], starts=1, seed=0), "increasing levels"),
        (lambda: see_saw([0, -2], starts=1, seed=0), "increasing levels"),
        (lambda: see_saw([0, 0.5], starts=1, seed=0), "integers"),
        (lambda: see_saw([0, 1], starts=0, seed=0), "positive"),
        (lambda: best_sign_test(1, diagonal=True, starts=1, seed=0), "two or more"),
        (lambda: best_sign_test(3, diagonal=True, starts=0, seed=0), "positive"),
        (lambda: see_saw([0, 1], starts=1, seed=0, efficiency=0.0), "`efficiency`"),
        (lambda: follow_loss(None, [0.9, 1.0]), "falling"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
