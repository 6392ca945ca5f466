from itertools import permutations, product

import numpy as np
import pytest
from samples import random_vector

from nonlocality.foundations.quantum import PAULIS
from nonlocality.foundations.random import random_density
from nonlocality.local_realism.effective_states import (
    averaged_state,
    correlation_tensor,
    effective_state,
    magnetisation,
    spin,
    symmetric_states,
)
from nonlocality.local_realism.monogamy import worst_case

SINGLET = np.array([0, 1, -1, 0]) / np.sqrt(2)


@pytest.mark.parametrize("sizes", [(1, 1), (1, 3), (2, 3), (4, 2), (1, 2, 2), (2, 1, 1, 2)])
def test_magnetisation_correlations_are_those_of_the_effective_state(sizes):
    rng = np.random.default_rng(sum(sizes))
    pure = random_vector(rng, 2 ** sum(sizes))
    mixed = random_density(rng, 2 ** sum(sizes))
    for state in (pure, mixed):
        direct = correlation_tensor(state, operators=[magnetisation(n) for n in sizes])
        effective = effective_state(state, sizes)
        assert np.linalg.eigvalsh(effective)[0] > -1e-12
        found = correlation_tensor(effective, operators=[PAULIS] * len(sizes))
        assert found == pytest.approx(direct, abs=1e-12)


def test_a_vector_and_its_density_matrix_have_one_average():
    rng = np.random.default_rng(0)
    state = random_vector(rng, 3**4)
    for take in [(1, 1), (0, 2), (1, 2), (2, 0)]:
        one = averaged_state(state, (2, 2), take=take, dimension=3)
        other = averaged_state(np.outer(state, state.conj()), (2, 2), take=take, dimension=3)
        assert one == pytest.approx(other, abs=1e-13)
        assert np.trace(one).real == pytest.approx(1)


def test_the_average_is_symmetric_and_extends_the_effective_state():
    rng = np.random.default_rng(1)
    state = random_density(rng, 2**5)
    extended = averaged_state(state, (2, 3), take=(1, 3))
    tensor = extended.reshape((2,) * 8)
    assert tensor.transpose(0, 2, 1, 3, 4, 6, 5, 7) == pytest.approx(tensor, abs=1e-13)
    reduced = np.einsum("abxyABxy->abAB", tensor).reshape(4, 4)
    assert reduced == pytest.approx(effective_state(state, (2, 3)), abs=1e-13)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_symmetric_spin_is_a_block_of_the_magnetisation(n):
    """Commutation relations, Casimir, and the matrix elements between Dicke states."""
    x, y, z = spin(n) * n / 2
    assert x @ y - y @ x == pytest.approx(1j * z)
    assert x @ x + y @ y + z @ z == pytest.approx(n / 2 * (n / 2 + 1) * np.eye(n + 1))
    ones = np.array([bits.count(1) for bits in product((0, 1), repeat=n)])
    dicke = np.array([(ones == k) / np.sqrt((ones == k).sum()) for k in range(n + 1)])
    assert np.einsum("ki,aij,lj->akl", dicke, magnetisation(n), dicke) == pytest.approx(spin(n))


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (np.ones(4) / 2, r"shape \(8,\) or \(8, 8\), but has shape \(4,\)"),
        (np.ones(8), "`state` must have norm 1, but has norm 2.82842712"),
        (np.eye(8), "of unit trace, but its trace is 8"),
        (np.full(8, np.nan), "must hold finite numbers"),
        (np.diag([1.5, -0.5, 0, 0, 0, 0, 0, 0]), r"lowest eigenvalue -0\.5"),
        (np.eye(8) / 8 + np.eye(8, k=1), "skew part 1"),
    ],
)
def test_bad_states(state, message):
    with pytest.raises(ValueError, match=message):
        effective_state(state, (1, 2))


@pytest.mark.parametrize("sizes", [(), (0, 1), (2, -1), (1.5, 1), ("a",), 3])
def test_bad_sizes(sizes):
    with pytest.raises(ValueError, match="Argument `sizes` must"):
        effective_state(SINGLET, sizes)


def test_other_bad_input():
    with pytest.raises(ValueError, match=r"`take` must hold 2 numbers from 0 to the sizes"):
        averaged_state(SINGLET, (1, 1), take=(2, 0))
    with pytest.raises(ValueError, match="`take` must hold 2 numbers"):
        averaged_state(SINGLET, (1, 1), take=(1,))
    with pytest.raises(ValueError, match="`body` must be at most 1, the size of the smallest"):
        effective_state(SINGLET, (1, 1), body=2)
    with pytest.raises(ValueError, match=r"`n` must be smaller: the call would need .* GB"):
        magnetisation(20)
    with pytest.raises(ValueError, match="`sizes` must be smaller"):
        effective_state(SINGLET, (20, 20))
    for take in (1, (0.5, 1), (None, 1), "ab", [[1, 1]]):
        with pytest.raises(ValueError, match="Argument `take` must hold"):
            averaged_state(SINGLET, (1, 1), take=take)
    with pytest.raises(ValueError, match="`dimension` must hold positive integers"):
        effective_state(SINGLET, (1, 1), dimension=0)
    with pytest.raises(ValueError, match=r"`state` must have shape \(4,\) or \(4, 4\)"):
        correlation_tensor(np.eye(2) / 2, operators=[PAULIS, PAULIS])
    with pytest.raises(ValueError, match=r"`operators\[1\]` must have shape \(m, d, d\), but"):
        correlation_tensor(SINGLET, operators=[PAULIS, PAULIS[0]])


@pytest.mark.parametrize("huge", [10**4, 10**9, 10**300])
def test_huge_sizes_are_refused_at_once(huge):
    """Without forming 2 ** huge, which would not end."""
    for call in (magnetisation, spin):
        with pytest.raises(ValueError, match=r"`n` must be smaller: the call would"):
            call(huge)
    for sizes in ((huge, huge), (1, huge)):
        with pytest.raises(ValueError, match=r"`sizes` must be smaller: the call would"):
            effective_state(SINGLET, sizes)


@pytest.mark.parametrize("sizes", [(3,), (2, 3), (1, 4)])
@pytest.mark.parametrize("mixed", [True, False])
def test_drawing_particles_is_the_mean_over_all_orders(sizes, mixed):
    """Against the sum over all permutations of each region, term by term."""
    rng = np.random.default_rng(sum(sizes))
    n = sum(sizes)
    state = random_density(rng, 2**n)
    if not mixed:
        state = np.linalg.eigh(state)[1][:, -1]
    rho = state if mixed else np.outer(state, state.conj())
    take = tuple(max(1, s - 1) for s in sizes)
    starts = np.cumsum((0, *sizes))
    total, terms = 0, 0
    for orders in product(*(permutations(range(*starts[k : k + 2])) for k in range(len(sizes)))):
        chosen = [i for order, t in zip(orders, take, strict=True) for i in order[:t]]
        rest = [i for i in range(n) if i not in chosen]
        order = chosen + rest + [n + i for i in chosen + rest]
        moved = rho.reshape((2,) * (2 * n)).transpose(order)
        d = 2 ** len(chosen)
        total = total + np.einsum("aibi->ab", moved.reshape(d, -1, d, 2 ** len(rest)))
        terms += 1
    assert averaged_state(state, sizes, take=take) == pytest.approx(total / terms, abs=1e-13)


def test_five_particles_a_side_are_shuffled_in_steps():
    """Ten particles have 14400 orders; the shuffle needs 2 · 10 swaps. Invariant afterwards."""
    rng = np.random.default_rng(5)
    state = random_density(rng, 2**10)
    tensor = averaged_state(state, (5, 5), take=(5, 5)).reshape((2,) * 20)
    for i, j in [(0, 4), (1, 2), (5, 9), (6, 8)]:
        swapped = tensor.swapaxes(i, j).swapaxes(10 + i, 10 + j)
        assert np.abs(swapped - tensor).max() < 1e-15
    assert np.abs(tensor.swapaxes(0, 5).swapaxes(10, 15) - tensor).max() > 1e-6


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_symmetric_states_carry_the_spin_to_the_qubits(n):
    """V†(magnetisation)V is the spin, and the magnetisation stays in the symmetric states."""
    columns = symmetric_states(n)
    assert columns.T @ columns == pytest.approx(np.eye(n + 1))
    for whole, small in zip(magnetisation(n), spin(n), strict=True):
        assert whole @ columns == pytest.approx(columns @ small, abs=1e-12)


@pytest.mark.parametrize("sizes", [(1, 2), (2, 2), (2, 3)])
def test_a_worst_state_can_be_had_on_qubits(sizes):
    found = worst_case(*sizes)
    if len(found.state) != np.prod([n + 1 for n in sizes]):
        return
    state = np.kron(*map(symmetric_states, sizes)) @ found.state
    tensor = correlation_tensor(effective_state(state, sizes), operators=[PAULIS[:2]] * 2)
    assert (tensor**2).sum() == pytest.approx(found.largest.lower)


def test_too_many_qubits_are_refused():
    with pytest.raises(ValueError, match="`n` must be smaller"):
        symmetric_states(60)
