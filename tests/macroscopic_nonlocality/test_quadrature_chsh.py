from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from samples import random_quadrature_test

from nonlocality.macroscopic_nonlocality import quadrature_chsh
from nonlocality.macroscopic_nonlocality.binned_searches import see_saw
from nonlocality.macroscopic_nonlocality.noise import attenuated
from nonlocality.macroscopic_nonlocality.oscillator import wave_functions
from nonlocality.macroscopic_nonlocality.quadrature_chsh import (
    SIGNS,
    BinnedQuadrature,
    QuadratureTest,
    apply_bell,
    best_state,
    diagonal_sign_value,
    operators,
)
from nonlocality.macroscopic_nonlocality.quadratures import sign_operator
from nonlocality.macroscopic_nonlocality.sign_bounds import sign_test_bound

few = settings(max_examples=15)
SEEDS = st.integers(0, 2**32 - 1)
X, P = BinnedQuadrature(0.0, (0.0,)), BinnedQuadrature(np.pi / 2, (0.0,))


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
    test = random_quadrature_test(np.random.default_rng(seed), [0, 1, 3])
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
    test = random_quadrature_test(np.random.default_rng(seed), [0, 1, 2, 5])
    best, state = best_state(test.levels, test.alice, test.bob)
    assert test.value <= best + 1e-12
    assert best <= 2 * np.sqrt(2) + 1e-12
    assert replace(test, state=state).value == pytest.approx(best, abs=1e-12)
    diagonal, state = best_state(test.levels, test.alice, test.bob, diagonal=True)
    assert diagonal <= best + 1e-12
    assert replace(test, state=state).value == pytest.approx(diagonal, abs=1e-12)


def test_large_joint_spaces_go_through_lanczos():
    test = random_quadrature_test(np.random.default_rng(3), range(8))
    value, _ = best_state(test.levels, test.alice, test.bob)
    alice, bob = operators(test.alice, test.levels), operators(test.bob, test.levels)
    matrix = sum(SIGNS[x, y] * np.kron(alice[x], bob[y]) for x in range(2) for y in range(2))
    assert quadrature_chsh.DENSE_SIZE < 64
    assert value == pytest.approx(np.linalg.eigvalsh(matrix)[-1], abs=1e-10)


@few
@given(SEEDS, st.floats(0.3, 1))
def test_smeared_bits_are_those_behind_a_beam_splitter(seed, u):
    bit = replace(
        random_quadrature_test(np.random.default_rng(seed), [0, 1]).alice[0], efficiency=u
    )
    sharp = BinnedQuadrature(bit.phase, tuple(e * u**0.5 for e in bit.edges), bit.first)
    wanted = attenuated(sharp.operator(range(5)), efficiency=u)
    assert_allclose(bit.operator(range(5)), wanted, atol=1e-12)


@pytest.mark.parametrize("u", [1.0, 0.9])
def test_finite_bits_tend_to_the_quadratures(u):
    bit = BinnedQuadrature(0.7, (-1.2, 1.2), 1, u)
    limit = bit.operator([0, 2])
    near, far = (np.abs(bit.finite_operator(n, [0, 2]) - limit).max() for n in (4001, 81))
    assert near < 0.02
    assert near < far


def test_the_bits_of_a_test_at_finite_n_have_the_sign_as_a_special_case():
    test = QuadratureTest((0, 1, 2), (X, P), (X, P), np.eye(3) / 3**0.5)
    state = np.diag(np.sqrt([0.4, 0.5, 0.1]))
    assert np.abs(np.vdot(best_state([0, 1, 2], (X, P), (X, P))[1], state)) > 0
    assert test.finite_value(3) >= 7 / 10**0.5 - 1e-9


def test_even_levels_beat_the_sign_by_far():
    two = see_saw([0, 2], starts=200, seed=0)
    four = see_saw([0, 2, 4], starts=200, seed=0)
    assert two.best.value > 2.149
    assert four.best.value > 2.52
    for search in (two, four):
        assert search.best.value <= 2 * np.sqrt(2)
        assert search.best.value == pytest.approx(value_by_quadrature(search.best), abs=1e-9)
        assert np.linalg.norm(search.best.state) == pytest.approx(1)


def test_sign_operator_is_the_binned_quadrature():
    assert_allclose(X.operator(range(6)), sign_operator(6), atol=1e-14)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: BinnedQuadrature(np.nan, ()).operator([0, 1]), "`phase`"),
        (lambda: BinnedQuadrature(0.0, (1.0, 0.0)).operator([0, 1]), "increasing"),
        (lambda: BinnedQuadrature(0.0, (), 1, 0.0).operator([0, 1]), "`efficiency`"),
        (lambda: BinnedQuadrature(0.0, (), 1, 1.5).finite_operator(3, [0, 1]), "`efficiency`"),
        (lambda: BinnedQuadrature(0.0, ()).finite_operator(1, [0, 2]), "holds 2"),
        (lambda: apply_bell(PAIR, PAIR, np.full((2, 2), np.nan)), "`state`"),
        (lambda: apply_bell(PAIR, PAIR[0], np.eye(2)), "must have shape"),
        (lambda: sign_test_bound(0, diagonal=True), "positive"),
        (lambda: sign_test_bound(3, diagonal=True, tolerance=0), "tolerance"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


PAIR = np.array([np.diag([1.0, -1.0]), [[0.0, 1.0], [1.0, 0.0]]])
