from functools import reduce

import numpy as np
import pytest

from nonlocality.foundations.quantum import PAULIS
from nonlocality.local_realism.effective_states import magnetisation, spin
from nonlocality.local_realism.recorded import (
    binned_reading,
    largest_chsh,
    linear_reading,
    parity_angles,
    parity_state,
    reading_operator,
)

SIZES = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (1, 5), (4, 4)]


@pytest.mark.parametrize(("n", "s"), [(1, 1), (3, 3), (3, 1), (4, 2), (4, 4), (4, 0)])
def test_the_linear_reading_is_the_magnetisation(n, s):
    phi = 0.7
    found = reading_operator(linear_reading(n), angle=phi, spins=s)
    if s == 0:
        assert found == pytest.approx(np.zeros((1, 1)))
        return
    x, y, _ = spin(s) * s / n
    assert found == pytest.approx(np.cos(phi) * x + np.sin(phi) * y, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("width", [1, 2])
def test_a_reading_is_a_function_of_the_measured_magnetisation(n, width):
    """Spectra, with multiplicities, of all sectors against a function of the whole operator."""
    v, phi = binned_reading(n, width=width), 1.1
    x, y, _ = magnetisation(n)
    values, vectors = np.linalg.eigh(np.cos(phi) * x + np.sin(phi) * y)
    down = np.rint((1 - values) * n / 2).astype(int)
    whole = (vectors * v[down]) @ vectors.conj().T
    symmetric = np.zeros((2**n, n + 1))
    for b in range(2**n):
        symmetric[b, b.bit_count()] = 1
    symmetric /= np.linalg.norm(symmetric, axis=0)
    inside = symmetric.T @ whole @ symmetric
    assert inside == pytest.approx(reading_operator(v, angle=phi), abs=1e-12)


@pytest.mark.parametrize("sizes", SIZES)
def test_parities_show_tsirelsons_bound_where_averages_show_nothing(sizes):
    angles = parity_angles(*sizes)
    parity = [[binned_reading(n, width=1)] for n in sizes]
    assert largest_chsh(parity, angles=angles) == pytest.approx(2 * np.sqrt(2), abs=1e-12)
    if sizes != (1, 1):
        linear = [[linear_reading(n)] for n in sizes]
        assert largest_chsh(linear, angles=angles) <= 2 + 1e-12


@pytest.mark.parametrize("sizes", [(1, 2), (2, 2), (2, 3), (3, 3)])
def test_the_parity_is_a_product_of_spins_and_the_state_reaches_it(sizes):
    """⟨Π a·σ Π b·σ⟩ = cos(N_A φ + N_B φ′) on all qubits, no symmetry used."""
    state, angles = parity_state(*sizes), parity_angles(*sizes)

    def along(phi, n):
        return reduce(np.kron, [np.cos(phi) * PAULIS[0] + np.sin(phi) * PAULIS[1]] * n)

    total = 0
    for x, y in np.ndindex(2, 2):
        operator = np.kron(along(angles[0][x], sizes[0]), along(angles[1][y], sizes[1]))
        mean = (state @ operator @ state).real
        assert mean == pytest.approx(np.cos(sizes[0] * angles[0][x] + sizes[1] * angles[1][y]))
        total += (-1) ** (x * y) * mean
    assert total == pytest.approx(2 * np.sqrt(2))


def test_coarse_bins_and_shifts():
    assert binned_reading(5, width=2, shift=1).tolist() == [1, -1, -1, 1, 1, -1]
    assert binned_reading(3, width=9).tolist() == [1, 1, 1, 1]
    constant = [[binned_reading(3, width=9)]] * 2
    assert largest_chsh(constant, angles=[[0, 1], [0, 1]]) == pytest.approx(2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linear_reading(10**9), "`n` must be smaller"),
        (lambda: binned_reading(10**9, width=1), "`n` must be smaller"),
        (lambda: largest_chsh([1, 2], angles=[[0, 1], [0, 1]]), "`readings` must hold readings"),
        (lambda: largest_chsh([[[1, 0], [1]]] * 2, angles=[[0, 1]] * 2), "as many outcomes"),
        (lambda: linear_reading(0), "`n` must hold positive"),
        (lambda: binned_reading(3, width=2, shift=2), "`shift` must lie in 0 to 1, but is 2"),
        (lambda: reading_operator([2, 0], angle=0), r"`reading` must hold two numbers or more of"),
        (lambda: reading_operator([1, 0], angle=0, spins=2), "`spins` must be one of 1"),
        (lambda: reading_operator([1, 0], angle=np.inf), "`angle` must hold finite numbers"),
        (lambda: largest_chsh([[[1, -1]]], angles=[[0, 1], [0, 1]]), "two settings for each"),
        (lambda: parity_state(40, 40), "must be smaller"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
