from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.macroscopic_nonlocality import quadrature_chsh
from nonlocality.macroscopic_nonlocality.oscillator import wave_functions
from nonlocality.macroscopic_nonlocality.quadrature_chsh import (
    SIGNS,
    BinnedQuadrature,
    QuadratureTest,
    best_sign_test,
    best_state,
    diagonal_sign_value,
    operators,
    polish,
    see_saw,
)
from nonlocality.macroscopic_nonlocality.quadratures import sign_operator
from nonlocality.macroscopic_nonlocality.sign_bounds import sign_test_bound

few = settings(max_examples=15)
SEEDS = st.integers(0, 2**32 - 1)
X, P = BinnedQuadrature(0.0, (0.0,)), BinnedQuadrature(np.pi / 2, (0.0,))


def random_test(rng, levels):
    bits = [
        BinnedQuadrature(rng.uniform(0, 7), tuple(np.sort(rng.normal(size=rng.integers(0, 4)))),
                         int(rng.choice([-1, 1])))
        for _ in range(4)
    ]  # fmt: skip
    d = len(levels)
    state = rng.normal(size=(d, d)) + 1j * rng.normal(size=(d, d))
    state /= np.linalg.norm(state)
    return QuadratureTest(tuple(levels), tuple(bits[:2]), tuple(bits[2:]), state)


def nodes(edges):
    """Positions, weights and the place of each among the edges, by Gauss and Legendre."""
    x, weights = np.polynomial.legendre.leggauss(80)
    ends = np.array([-14, *edges, 14])
    half = np.diff(ends)[:, None] / 2
    centres = (ends[:-1] + ends[1:])[:, None] / 2
    place = np.repeat(np.arange(len(half)), len(x))
    return (centres + half * x).ravel(), (half * weights).ravel(), place


def value_by_quadrature(test):
    """CHSH from joint densities of positions, with nothing of the closed integrals."""
    ladder, total = np.array(test.levels), 0.0
    for i, a in enumerate(test.alice):
        for j, b in enumerate(test.bob):
            sides = []
            for bit in (a, b):
                x, weights, place = nodes(bit.edges)
                waves = wave_functions(x, dimension=ladder[-1] + 1)[ladder]
                turned = waves * np.exp(1j * bit.phase * ladder)[:, None]
                sides.append((turned, weights * bit.first * (-1.0) ** place))
            (left, f), (right, g) = sides
            total += SIGNS[i, j] * f @ np.abs(left.T @ test.state @ right) ** 2 @ g
    return total


@few
@given(SEEDS)
def test_value_is_that_of_the_joint_densities(seed):
    test = random_test(np.random.default_rng(seed), [0, 1, 3])
    assert test.value == pytest.approx(value_by_quadrature(test), abs=1e-10)


def test_the_state_b6_and_its_value():
    """2√10/π, exactly half of 4√10/π; the state is the top eigenvector."""
    value, state = best_state([0, 1, 2], (X, P), (X, P), diagonal=True)
    assert value == pytest.approx(2 * np.sqrt(10) / np.pi, abs=1e-12)
    assert_allclose(np.abs(np.diag(state)) ** 2, [0.4, 0.5, 0.1], atol=1e-12)
    assert diagonal_sign_value(3) == pytest.approx(value, abs=1e-12)


@few
@given(SEEDS)
def test_no_value_exceeds_the_best_state_or_tsirelson(seed):
    test = random_test(np.random.default_rng(seed), [0, 1, 2, 5])
    best, state = best_state(test.levels, test.alice, test.bob)
    assert test.value <= best + 1e-12
    assert best <= 2 * np.sqrt(2) + 1e-12
    assert replace(test, state=state).value == pytest.approx(best, abs=1e-12)
    diagonal, state = best_state(test.levels, test.alice, test.bob, diagonal=True)
    assert diagonal <= best + 1e-12
    assert replace(test, state=state).value == pytest.approx(diagonal, abs=1e-12)


def test_large_joint_spaces_go_through_lanczos():
    test = random_test(np.random.default_rng(3), range(8))
    value, _ = best_state(test.levels, test.alice, test.bob)
    alice, bob = operators(test.alice, test.levels), operators(test.bob, test.levels)
    matrix = sum(SIGNS[x, y] * np.kron(alice[x], bob[y]) for x in range(2) for y in range(2))
    assert quadrature_chsh.DENSE_SIZE < 64
    assert value == pytest.approx(np.linalg.eigvalsh(matrix)[-1], abs=1e-10)


@few
@given(SEEDS)
def test_polish_ends_no_lower(seed):
    test = random_test(np.random.default_rng(seed), [0, 2, 3])
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
    low, high = sign_test_bound(d, diagonal=False, tolerance=1e-2)
    found = best_sign_test(d, diagonal=False, starts=4, seed=0).best.value
    assert low - 1e-9 <= found <= high
    assert found >= diagonal_sign_value(d) - 1e-9


def test_signs_of_quadratures_do_better_with_more_levels():
    values = [diagonal_sign_value(d) for d in range(2, 12)]
    assert values == sorted(values)
    assert values[-1] < 2 * np.sqrt(2)


def test_even_levels_beat_the_sign_by_far():
    two = see_saw([0, 2], starts=200, seed=0)
    four = see_saw([0, 2, 4], starts=200, seed=0)
    assert two.best.value > 2.149
    assert four.best.value > 2.52
    for search in (two, four):
        assert search.best.value <= 2 * np.sqrt(2)
        assert search.best.value == pytest.approx(value_by_quadrature(search.best), abs=1e-9)
        assert np.linalg.norm(search.best.state) == pytest.approx(1)


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


def test_sign_operator_is_the_binned_quadrature():
    assert_allclose(X.operator(range(6)), sign_operator(6), atol=1e-14)


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
        (lambda: BinnedQuadrature(np.nan, ()).operator([0, 1]), "`phase`"),
        (lambda: BinnedQuadrature(0.0, (1.0, 0.0)).operator([0, 1]), "increasing"),
        (lambda: sign_test_bound(0, diagonal=True), "positive"),
        (lambda: sign_test_bound(3, diagonal=True, tolerance=0), "tolerance"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
