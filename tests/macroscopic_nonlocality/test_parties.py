from functools import reduce
from itertools import product

import numpy as np
import pytest

from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.dicke import dicke_state
from nonlocality.macroscopic_nonlocality.finite_sizes import sign_response
from nonlocality.macroscopic_nonlocality.particles import spin_measurement
from nonlocality.macroscopic_nonlocality.parties import mermin_ratio, mermin_ratio_of_state
from nonlocality.macroscopic_nonlocality.quadrature_chsh import diagonal_sign_value
from nonlocality.macroscopic_nonlocality.quadratures import sign_operator, turned


def finite_sign(n, d):
    statistics = collective_statistics(n, spin_measurement(), dimension=d)
    return statistics.operator(sign_response(statistics)).real


@pytest.mark.parametrize("n", range(2, 9))
def test_the_local_bound_is_that_of_all_strategies(n):
    """|Re e^{iγ} Π (a_j + i a_j')| ≤ 2^{(n−1)/2}, and some strategy reaches it."""
    gamma = 0 if n % 2 else np.pi / 4
    corners = [a + 1j * b for a, b in product((1, -1), repeat=2)]
    products = {complex(1)}
    for _ in range(n):
        products = {complex(np.round(p * c)) for p in products for c in corners}
    assert max((np.exp(1j * gamma) * p).real for p in products) == pytest.approx(2 ** ((n - 1) / 2))


@pytest.mark.parametrize("n", [2, 3, 4, 10])
def test_two_and_three_levels_have_closed_forms(n):
    """(4/π)^{n/2}/√2 for two levels; i_12² = i_01²/2 for the third."""
    two = (4 / np.pi) ** (n / 2) / 2**0.5
    assert mermin_ratio(n, dimension=2) == pytest.approx(two)
    assert mermin_ratio(n, dimension=3) == pytest.approx(two * (1 + 2.0**-n) ** 0.5)


@pytest.mark.parametrize("d", [3, 5, 8])
def test_two_parties_are_chsh(d):
    assert 2 * mermin_ratio(2, dimension=d) == pytest.approx(diagonal_sign_value(d))


@pytest.mark.parametrize("d", [2, 4, 5])
@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_ratio_is_the_largest_eigenvalue_of_the_bell_operator(n, d):
    """Σ c_k |k…k⟩ in ℂ^d^n: the operator M at phases that add up to γ for odd, even n."""
    gamma = 0 if n % 2 else np.pi / 4
    sign = sign_operator(d)
    pair = [turned(sign, p) for p in (0.0, np.pi / 2)]
    first = [turned(sign, p) for p in (gamma, gamma + np.pi / 2)]
    sides = [first, *[pair] * (n - 1)]
    ladders = [a + 1j * b for a, b in sides]
    kept = [sum(k * d**j for j in range(n)) for k in range(d)]  # |k…k⟩
    whole = reduce(np.multiply, [m for m in ladders])  # elements between |k…k⟩ and |l…l⟩
    other = reduce(np.multiply, [a - 1j * b for a, b in sides])
    bell = (np.exp(1j * gamma) * whole + np.exp(-1j * gamma) * other) / 2
    assert len(kept) == d
    value = np.linalg.eigvalsh((bell + bell.conj().T) / 2)[-1]
    assert value / 2 ** ((n - 1) / 2) == pytest.approx(mermin_ratio(n, dimension=d))


def test_three_parties_of_three_qubits_by_brute_force():
    """512 amplitudes, all outcomes of nine spins: Mermin's value is 4 (3/4)^{3/2}."""
    zero, one = dicke_state(3, 0), dicke_state(3, 1)
    state = sum(reduce(np.kron, [v] * 3) for v in (zero, one)) / 2**0.5

    def majority(azimuth):
        spin = spin_measurement(azimuth=azimuth).operator
        full = sum(
            reduce(np.kron, [spin if i == j else np.eye(2) for i in range(3)]) for j in range(3)
        )
        values, vectors = np.linalg.eigh(full)
        return (vectors * np.sign(values)) @ vectors.conj().T

    a, b = majority(0.0), majority(-np.pi / 2)
    ladder = reduce(np.kron, [a + 1j * b] * 3)
    value = abs(np.vdot(state, ladder @ state)).real
    found = 2 * mermin_ratio(3, sign=finite_sign(3, 2))
    assert found == pytest.approx(4 * 0.75**1.5)
    assert value == pytest.approx(found)


def test_a_state_is_at_most_the_best():
    rng = np.random.default_rng(2)
    for n in (2, 3, 5):
        best = mermin_ratio(n, dimension=4)
        for _ in range(20):
            c = rng.normal(size=4)
            found = mermin_ratio_of_state(c / np.linalg.norm(c), n, dimension=4)
            assert found <= best + 1e-12


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mermin_ratio(1, dimension=2), "`parties` must lie in"),
        (lambda: mermin_ratio(10**6, dimension=2), "`parties` must lie in"),
        (lambda: mermin_ratio(3), "and not both"),
        (lambda: mermin_ratio(3, sign=np.ones(2)), "`sign` must be square"),
        (lambda: mermin_ratio(3, sign=np.full((2, 2), np.nan)), "finite"),
        (lambda: mermin_ratio_of_state([1, 1], 3, dimension=2), "unit norm"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
