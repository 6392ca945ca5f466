from itertools import permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.sizes import MEMORY_LIMIT
from nonlocality.macroscopic_nonlocality.dicke import dicke_amplitudes, dicke_state

few = settings(max_examples=20)
ANGLES = st.floats(0.01, np.pi - 0.01)


def amplitudes_of_vectors(n, k, theta):
    """Project the 2^N vector on the normalised sum of all strings with m outcomes +1."""
    plus = np.array([np.cos(theta / 2), np.sin(theta / 2)])
    minus = np.array([np.sin(theta / 2), -np.cos(theta / 2)])
    state = dicke_state(n, k).reshape((2,) * n)
    for particle in range(n):
        rotated = np.tensordot([minus, plus], state, axes=(1, particle))
        state = np.moveaxis(rotated, 0, particle)
    count = np.array([i.bit_count() for i in range(2**n)])
    sums = [state.ravel()[count == m].sum() for m in range(n + 1)]
    return np.array(sums) / np.sqrt([comb(n, m) for m in range(n + 1)])


@pytest.mark.parametrize(("n", "k"), [(1, 0), (1, 1), (3, 1), (4, 2), (5, 5)])
def test_dicke_states_are_the_even_sums_over_permutations(n, k):
    state = np.zeros(2**n)
    for string in set(permutations("1" * k + "0" * (n - k))):
        state[int("".join(string), 2)] = 1
    assert_allclose(dicke_state(n, k), state / np.linalg.norm(state), atol=1e-15)


@few
@given(st.integers(1, 7), ANGLES)
def test_amplitudes_are_those_of_the_full_vectors(n, theta):
    found = dicke_amplitudes(n, range(n + 1), polar=theta)
    wanted = [amplitudes_of_vectors(n, k, theta) for k in range(n + 1)]
    assert_allclose(found, wanted, atol=1e-9)


@few
@given(st.integers(1, 120), ANGLES)
def test_all_levels_together_are_an_orthogonal_matrix(n, theta):
    found = dicke_amplitudes(n, range(n + 1), polar=theta)
    assert_allclose(found @ found.T, np.eye(n + 1), atol=1e-9)
    assert_allclose(found.T @ found, np.eye(n + 1), atol=1e-9)


@few
@given(st.integers(100, 3000), ANGLES)
def test_recursion_and_eigenvectors_agree_with_their_signs(n, theta):
    low = dicke_amplitudes(n, range(6), polar=theta)
    high = dicke_amplitudes(n, [*range(6), 70], polar=theta)[:6]  # 70: eigenvectors for all
    assert_allclose(low, high, atol=1e-9)


@few
@given(st.integers(1, 60), ANGLES, st.data())
def test_reflections(n, theta, data):
    """Exchanging 0 and 1 takes θ to π − θ; so does reversing the direction, and m to N − m."""
    k = data.draw(st.integers(0, n))
    one = np.abs(dicke_amplitudes(n, [k], polar=theta)[0])
    flipped = np.abs(dicke_amplitudes(n, [n - k], polar=np.pi - theta)[0])
    reversed_ = np.abs(dicke_amplitudes(n, [k], polar=np.pi - theta)[0])
    assert_allclose(one, flipped, atol=1e-9)
    assert_allclose(one, reversed_[::-1], atol=1e-9)


@pytest.mark.parametrize("n", [10, 10**3, 10**6])
@pytest.mark.parametrize("theta", [0.4, 1.3, np.pi / 2])
def test_mean_and_variance_of_the_intensity(n, theta):
    """(N − 2k) cos θ and sin²θ (N + 2k(N − k)), from the algebra of spin N/2."""
    levels = np.arange(6)
    probabilities = dicke_amplitudes(n, levels, polar=theta) ** 2
    intensity = 2 * np.arange(n + 1) - n
    mean = probabilities @ intensity
    assert_allclose(mean / n, (1 - 2 * levels / n) * np.cos(theta), atol=1e-9)
    variance = (probabilities * (intensity - mean[:, None]) ** 2).sum(axis=1)
    assert_allclose(variance / np.sin(theta) ** 2, n + 2 * levels * (n - levels), rtol=1e-8)


@pytest.mark.parametrize(("polar", "outcome"), [(0.0, 5), (np.pi, 2)])
def test_along_the_axis_the_outcome_is_the_level(polar, outcome):
    assert_allclose(dicke_amplitudes(7, [2], polar=polar)[0], np.eye(8)[outcome])


@pytest.mark.parametrize(
    ("particles", "levels", "polar", "words"),
    [
        (3, [4], 1.0, "between 0 and particles = 3, but holds 4"),
        (3, [-1], 1.0, "holds -1"),
        (3, [0.5], 1.0, "integers"),
        (3, [], 1.0, "list of levels"),
        (0, [0], 1.0, "positive"),
        (2.5, [0], 1.0, "positive"),
        (3, [0], np.nan, "`polar`"),
        (3, [0], np.inf, "`polar`"),
        (3, [0], -0.1, "`polar`"),
        (10**11, [0], 1.0, "`particles` must be smaller: the call would need 5600 GB"),
    ],
)
def test_bad_input(particles, levels, polar, words):
    with pytest.raises(ValueError, match=words):
        dicke_amplitudes(particles, levels, polar=polar)


def test_vectors_that_would_not_fit_are_refused():
    n = MEMORY_LIMIT.bit_length()
    with pytest.raises(ValueError, match=f"would need {10 * 2**n // 10**9} GB"):
        dicke_state(n, 1)
    with pytest.raises(ValueError, match="holds 4"):
        dicke_state(3, 4)
