from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import random_vector

from nonlocality.foundations.quantum import PAULIS
from nonlocality.local_realism.effective_states import correlation_tensor, magnetisation, spin
from nonlocality.local_realism.monogamy import (
    correlation_sum,
    joint_range,
    largest_correlation_sum,
    see_saw,
    worst_case,
)

SINGLET = np.array([0, 1, -1, 0]) / np.sqrt(2)


def random_hermitian(rng, size):
    matrix = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    return matrix + matrix.conj().T


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 2), (2, 3), (1, 4), (3, 3)])
def test_the_worst_case_of_two_regions_is_enclosed(sizes):
    """Against the top of the whole Hilbert space, which knows nothing of spins."""
    found = worst_case(*sizes)
    exact = largest_correlation_sum(sizes)
    assert found.largest.lower <= exact + 1e-12 <= found.largest.upper + 2e-12
    assert found.largest.upper - found.largest.lower < 2e-5
    left, right = (magnetisation(n) for n in sizes)
    for angle in np.linspace(0, 2 * np.pi, 17):
        pair = [np.kron(left[k], right[k]) for k in range(2)]
        top = np.linalg.eigvalsh(np.cos(angle) * pair[0] + np.sin(angle) * pair[1])[-1]
        assert top**2 <= found.largest.upper + 1e-12
    tops = [spin(n)[:2] for n in sizes]
    if len(found.state) == np.prod([n + 1 for n in sizes]):
        assert correlation_sum(correlation_tensor(found.state, operators=tops)) == pytest.approx(
            found.largest.lower
        )


@pytest.mark.parametrize("sizes", [(1, 2), (2, 2), (1, 4), (3, 2)])
def test_the_range_of_two_correlations_is_that_of_the_whole_hilbert_space(sizes):
    points = joint_range(*sizes, angles=24)
    left, right = (magnetisation(n) for n in sizes)
    pair = [np.kron(left[k], right[k]) for k in range(2)]
    for k, point in enumerate(points):
        direction = np.array([np.cos(2 * np.pi * k / 24), np.sin(2 * np.pi * k / 24)])
        top = np.linalg.eigvalsh(direction[0] * pair[0] + direction[1] * pair[1])[-1]
        assert point @ direction == pytest.approx(top)
        assert (points @ direction).max() <= top + 1e-12
        assert point @ point <= 1 + 1e-12


def test_one_qubit_against_two_fills_the_disc():
    """‖cos θ X⊗S_x + sin θ Y⊗S_y‖² = ‖cos²θ X² + sin²θ Y²‖ = 1 for every θ."""
    assert np.linalg.norm(joint_range(1, 2), axis=1) == pytest.approx(np.ones(120))


def test_the_enclosure_closes_with_the_square_of_the_step():
    gaps = [worst_case(2, 2, angles=n + 1).largest.upper - 1 for n in (10, 20, 40)]
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=0.05)
    assert gaps[1] / gaps[2] == pytest.approx(4, rel=0.05)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sizes", [(1, 2), (2, 2), (1, 2, 2), (2, 2, 3)])
def test_random_states_stay_below_one(sizes, seed):
    state = random_vector(np.random.default_rng(seed), 2 ** sum(sizes))
    tensor = correlation_tensor(state, operators=[magnetisation(n) for n in sizes])
    assert correlation_sum(tensor) <= 1 + 1e-12


def vectors_of(state, n_a, n_b):
    """P and Q of eq. (9) for each pair (i, j), shape (2, n_a, n_b, 4)."""
    pairs = np.zeros((n_a, n_b, 2, 2))
    for i, j in np.ndindex(n_a, n_b):
        reduced = reduced_pair(state, n_a, n_b, i, j)
        pairs[i, j] = correlation_tensor(reduced, operators=[PAULIS[:2]] * 2)
    following = np.roll(pairs, -1, axis=1)
    p = np.concatenate([pairs[..., 0, :], following[..., 1, :]], axis=-1)
    q = np.concatenate([following[..., 0, :], pairs[..., 1, :]], axis=-1)
    return np.array([p, q])


def reduced_pair(state, n_a, n_b, i, j):
    tensor = np.moveaxis(state.reshape((2,) * (n_a + n_b)), (i, n_a + j), (0, 1)).reshape(4, -1)
    return tensor @ tensor.conj().T


@pytest.mark.parametrize("seed", range(4))
def test_one_of_the_two_vectors_of_eq_9_is_enough(seed):
    """ℒ is the squared length of the mean of P^(ij), and of that of Q^(ij); none is above 1."""
    state = random_vector(np.random.default_rng(seed), 2**5)
    direct = correlation_tensor(state, operators=[magnetisation(2), magnetisation(3)])
    for vectors in vectors_of(state, 2, 3):
        assert (vectors**2).sum(axis=-1).max() <= 1 + 1e-12
        assert (vectors.mean(axis=(0, 1)) ** 2).sum() == pytest.approx(correlation_sum(direct))


@given(st.integers(0, 10**6), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_a_region_of_two_qubits_adds_squares(seed, size):
    """‖O_x⊗S_x + O_y⊗S_y‖² = ‖O_x² + O_y²‖, in the triplet and with the singlet."""
    rng = np.random.default_rng(seed)
    o_x, o_y = random_hermitian(rng, size), random_hermitian(rng, size)
    expected = np.linalg.norm(o_x @ o_x + o_y @ o_y, 2)
    for s in (spin(2), magnetisation(2)):
        joint = np.kron(o_x, s[0]) + np.kron(o_y, s[1])
        assert np.linalg.norm(joint, 2) ** 2 == pytest.approx(expected)


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(3, 4))
@settings(max_examples=20, deadline=None)
def test_a_larger_region_is_a_mean_of_pairs(seed, size, n):
    """So its norm does not exceed that of a region of two; a single qubit at most doubles."""
    rng = np.random.default_rng(seed)
    o_x, o_y = random_hermitian(rng, size), random_hermitian(rng, size)
    squares = np.linalg.norm(o_x @ o_x + o_y @ o_y, 2)
    s = magnetisation(n)
    assert np.linalg.norm(np.kron(o_x, s[0]) + np.kron(o_y, s[1]), 2) ** 2 <= squares + 1e-9
    single = np.linalg.norm(np.kron(o_x, PAULIS[0]) + np.kron(o_y, PAULIS[1]), 2) ** 2
    norms = sum(np.linalg.norm(o, 2) ** 2 for o in (o_x, o_y))
    assert single <= 2 * norms + 1e-9


@pytest.mark.parametrize(
    "sizes",
    [(1,), (3,), (1, 1, 2), (1, 2, 3), (1, 1, 1), (2, 2, 2), (1, 1, 1, 2), (1, 2, 2, 2), (2,) * 4],
)
def test_the_search_reaches_what_is_proved_and_not_more(sizes):
    value, state = see_saw(sizes, starts=6, rng=np.random.default_rng(7))
    assert value == pytest.approx(largest_correlation_sum(sizes), abs=1e-6)
    assert value <= largest_correlation_sum(sizes) + 1e-9
    tensor = correlation_tensor(state, operators=[spin(n) for n in sizes])
    assert correlation_sum(tensor) == pytest.approx(value)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (1, 1, 2), (1, 1, 1, 3), (2, 2)])
def test_ghz_states_of_the_single_qubits_attain_the_largest_sum(sizes):
    """(|0…0⟩ + |1…1⟩)/√2 on the regions of one qubit, all others up along x."""
    m = sizes.count(1)
    ghz = np.zeros(2**m)
    ghz[[0, -1]] = np.sqrt(1 / 2) if m else 1
    plus = np.full(2 ** (sum(sizes) - m), 2 ** -((sum(sizes) - m) / 2))
    tensor = correlation_tensor(
        reduce(np.kron, [ghz, plus]), operators=[magnetisation(n) for n in sizes]
    )
    assert correlation_sum(tensor) == pytest.approx(largest_correlation_sum(sizes))


@pytest.mark.parametrize("sizes", [(), (0,), (2, -1), (1.5, 1), ("a",), 3])
def test_bad_sizes(sizes):
    with pytest.raises(ValueError, match="Argument `sizes` must"):
        largest_correlation_sum(sizes)


def test_other_bad_input():
    with pytest.raises(ValueError, match="`angles` must be at least 2, but is 1"):
        worst_case(1, 1, angles=1)
    with pytest.raises(ValueError, match="`angles` must be at least 3, but is 2"):
        joint_range(1, 1, angles=2)
    for call in (worst_case, joint_range):
        with pytest.raises(ValueError, match="`n_a, n_b` must hold positive integers"):
            call(0, 1)
    with pytest.raises(ValueError, match="`sizes` must be smaller"):
        see_saw((9, 9, 9, 9), starts=1, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="`starts` must hold positive integers"):
        see_saw((1, 1), starts=0, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="`tensor` must have two directions or more"):
        correlation_sum([1.0])


@pytest.mark.parametrize("bad", [0, -1, 1.5])
def test_the_see_saw_takes_a_step_or_more(bad):
    with pytest.raises(ValueError, match="`steps` must hold positive integers"):
        see_saw((1, 1), starts=1, rng=np.random.default_rng(0), steps=bad)


HUGE = r"`n_a, n_b` must (be smaller: the call would need \S+ GB|hold at most 10\^300)"


@pytest.mark.parametrize("call", [worst_case, joint_range])
def test_huge_regions_are_refused_at_once(call):
    for sizes in ((10**9, 10**9), (1, 10**9), (10**400, 1)):
        with pytest.raises(ValueError, match=HUGE):
            call(*sizes)
    with pytest.raises(ValueError, match=r"`angles` must be smaller: the call would need 384 GB"):
        call(1, 1, angles=10**9)


def test_a_huge_product_of_regions_is_refused_too():
    """Whole numbers, as the product would overflow an array's integers."""
    with pytest.raises(ValueError, match="`sizes` must be smaller"):
        see_saw((2**32 - 1,) * 4, starts=1, rng=np.random.default_rng(0))


@pytest.mark.parametrize("bad", [7, None, "seed"])
def test_a_seed_is_no_generator(bad):
    with pytest.raises(ValueError, match=r"`rng` must be a Generator, such as .*default_rng\(7\)"):
        see_saw((1, 2), starts=1, rng=bad)
