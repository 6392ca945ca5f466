from math import comb, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.dicke import dicke_state
from nonlocality.macroscopic_nonlocality.finite_sizes import (
    TIE_RULES,
    chsh_over_phases,
    correlation_harmonics,
    finite_chsh,
    limit_chsh,
    sign_response,
)
from nonlocality.macroscopic_nonlocality.noise import lossy
from nonlocality.macroscopic_nonlocality.particles import spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import sign_operator

few = settings(max_examples=10)
PAPER = np.sqrt([0.4, 0.5, 0.1])
LIMIT = 2 * sqrt(10) / pi


def closed_form(n):
    """From the Wronskian of neighbouring levels at the middle of the binomial distribution."""
    if n % 2:
        return sqrt(0.4) * (5 - 1 / n) * n * (comb(n - 1, (n - 1) // 2) / 2 ** (n - 1)) ** 2
    return sqrt(1.6) * n * (comb(n, n // 2) / 2**n) ** 2 * (2 + 0.5 / (1 - 1 / n))


def response_of_vectors(n, azimuth, tie):
    """The sign of Σ A_i on the full space of N qubits."""
    spin = np.array([[0, np.exp(-1j * azimuth)], [np.exp(1j * azimuth), 0]])
    total = sum(np.kron(np.kron(np.eye(2**i), spin), np.eye(2 ** (n - 1 - i))) for i in range(n))
    values, vectors = np.linalg.eigh(total)
    signs = np.where(np.abs(values) < 1e-9, tie, np.sign(values))
    return (vectors * signs) @ vectors.conj().T


@pytest.mark.parametrize("n", [2, 3, 4])
@pytest.mark.parametrize("rule", TIE_RULES)
def test_value_is_that_of_the_full_vectors(n, rule):
    """Settings from the search; state and observables from scratch."""
    found = finite_chsh(n, PAPER, tie_rule=rule)
    state = sum(c * np.outer(dicke_state(n, k), dicke_state(n, k)) for k, c in enumerate(PAPER))
    sums = found.phases
    alice = -np.array([0.0, sums[1, 0] - sums[0, 0]])  # φ = arg A_01 is minus the azimuth
    bob = -sums[0]
    total = 0.0
    for x in range(2):
        for y in range(2):
            a = response_of_vectors(n, alice[x], TIE_RULES[rule][0])
            b = response_of_vectors(n, bob[y], TIE_RULES[rule][1])
            total += (-1) ** (x * y) * np.vdot(state, a @ state @ b.T).real
    assert abs(total) == pytest.approx(found.value, abs=1e-9)


@pytest.mark.parametrize("n", [*range(2, 13), 101, 1000])
def test_closed_form_with_a_fair_coin(n):
    assert finite_chsh(n, PAPER).value == pytest.approx(closed_form(n), abs=1e-12)


@pytest.mark.parametrize("n", [10**4, 10**4 + 1, 10**5, 10**5 + 1, 10**6, 10**6 + 1])
def test_the_limit_is_reached_like_3_over_10_n(n):
    sign = 1 if n % 2 else -1
    error = n * (finite_chsh(n, PAPER).value / LIMIT - 1)
    assert error == pytest.approx(0.3 * sign, abs=5e-5)


def test_odd_numbers_always_violate_even_ones_from_46_on():
    assert all(closed_form(n) > 2 for n in range(3, 999, 2))
    assert [n for n in range(2, 1000, 2) if closed_form(n) <= 2] == list(range(2, 46, 2))
    assert finite_chsh(44, PAPER).value < 2 < finite_chsh(46, PAPER).value


@pytest.mark.parametrize("n", [2, 4, 10, 44])
def test_a_fixed_rule_for_ties_beats_the_coin(n):
    values = {rule: finite_chsh(n, PAPER, tie_rule=rule).value for rule in TIE_RULES}
    assert values["plus"] > 2
    assert values["plus"] > values["random"]
    # E → −E(φ + π) takes one into the other
    assert values["opposite"] == pytest.approx(values["plus"], abs=1e-9)


def test_odd_numbers_have_no_ties():
    values = [finite_chsh(7, PAPER, tie_rule=rule).value for rule in TIE_RULES]
    assert_allclose(values, values[0], atol=1e-12)


def test_ties_are_only_at_zero():
    for n, ties in ((6, 1), (7, 0)):
        statistics = collective_statistics(n, spin_measurement(azimuth=0.3), dimension=2)
        response = sign_response(statistics, tie=0.5)
        assert (response == 0.5).sum() == ties
        assert_allclose(np.abs(response[response != 0.5]), 1)


@few
@given(st.integers(0, 2**32 - 1), st.floats(-4, 4))
def test_harmonics_give_the_correlator(seed, phase):
    rng = np.random.default_rng(seed)
    c = rng.normal(size=4) + 1j * rng.normal(size=4)
    c /= np.linalg.norm(c)
    matrices = rng.normal(size=(2, 4, 4))
    alice, bob = matrices + matrices.swapaxes(1, 2)
    harmonics = correlation_harmonics(c, alice, bob)
    found = (harmonics * np.exp(1j * phase * np.arange(4))).sum().real
    turned_state = c * np.exp(1j * phase * np.arange(4))
    assert found == pytest.approx(np.vdot(turned_state, (alice * bob) @ turned_state).real)


@few
@given(st.integers(0, 2**32 - 1))
def test_search_over_phases_beats_random_settings(seed):
    rng = np.random.default_rng(seed)
    harmonics = rng.normal(size=4) + 1j * rng.normal(size=4)
    best = chsh_over_phases(harmonics)

    def value(sums):
        waves = np.exp(1j * np.multiply.outer(sums, np.arange(4))) @ harmonics
        return abs((waves.real * [[1, 1], [1, -1]]).sum())

    assert value(best.phases) == pytest.approx(best.value, abs=1e-9)
    for _ in range(300):
        a, b = rng.uniform(0, 7, 2), rng.uniform(0, 7, 2)
        assert value(a[:, None] + b) <= best.value + 1e-9


def test_limit_by_the_same_route():
    sign = sign_operator(3)
    assert chsh_over_phases(correlation_harmonics(PAPER, sign, sign)).value == pytest.approx(LIMIT)


def test_noise_and_settings_come_together_at_finite_n_and_in_the_limit():
    """A random complex state with loss at Alice alone: the best settings, either way."""
    rng = np.random.default_rng(7)
    c = rng.normal(size=4) + 1j * rng.normal(size=4)
    c /= np.linalg.norm(c)
    seen = lossy(spin_measurement(), arrival=0.9)
    limit = limit_chsh(c, alice=0.9).value
    assert limit < limit_chsh(c).value - 0.01
    assert finite_chsh(3001, c, alice=seen).value == pytest.approx(limit, abs=2e-3)
    assert finite_chsh(3001, c, bob=seen).value == pytest.approx(limit, abs=2e-3)


def test_three_particles_are_the_strongest_odd_case_and_two_are_stronger_still():
    """With 0 counted as +1 two particles beat every odd number; among odd ones three are best."""
    odd = [finite_chsh(n, PAPER).value for n in range(3, 60, 2)]
    assert (np.diff(odd) < 0).all()
    assert odd[0] == pytest.approx(7 / sqrt(10))
    assert finite_chsh(2, PAPER, tie_rule="plus").value > odd[0] + 0.04


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: finite_chsh(5, PAPER, tie_rule="never"), "`tie_rule`"),
        (lambda: finite_chsh(1, PAPER), "`coefficients` must hold at most particles .* = 2"),
        (lambda: finite_chsh(5, [1, 1, 1]), "unit norm"),
        (lambda: finite_chsh(5, [np.nan, 0, 1]), "finite"),
        (lambda: finite_chsh(10**12, PAPER), "GB"),
        (lambda: chsh_over_phases([0, np.inf]), "finite"),
        (lambda: chsh_over_phases([0, 1e308]), "add up"),
        (lambda: correlation_harmonics([1, 0], np.eye(2), np.full((2, 2), np.nan)), "`bob`"),
        (lambda: correlation_harmonics([1, 0], np.eye(2), np.eye(3)), "`bob` must be square"),
        (lambda: limit_chsh(PAPER, bob=1.2), "`bob` must lie in"),
        (lambda: sign_response(STATISTICS, tie=1.5), "`tie`"),
        (lambda: sign_response(STATISTICS, tie=np.nan), "`tie`"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


STATISTICS = collective_statistics(4, spin_measurement(), dimension=1)
