"""Signs of collective spins at α = 1: small spins violate CHSH, the rotor never."""

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.macroscopic_nonlocality.rotor_limit import spin_distribution
from nonlocality.macroscopic_nonlocality.rotor_signs import largest_chsh, rotor_sign, spin_sign


@given(st.integers(0, 10**6))
def test_chsh_stays_below_two_in_the_limit(seed):
    """Signs of cos(η + φ) commute: with any state and any phases the Bell operator is at most 2."""
    rng = np.random.default_rng(seed)
    k = np.sort(rng.choice(12, size=rng.integers(2, 6), replace=False))
    turns = np.exp(1j * np.outer(rng.uniform(0, 2 * pi, 4), k))
    a, aa, b, bb = (t.conj()[:, None] * rotor_sign(k) * t for t in turns)
    assert np.linalg.eigvalsh(np.kron(a, b + bb) + np.kron(aa, b - bb))[-1] <= 2


def test_sign_matrices_tend_to_the_toeplitz_one():
    k = [-2, -1, 0, 1, 2]
    far = [np.abs(spin_sign(n, k) - rotor_sign(k)).max() for n in (20, 200, 2000, 20000)]
    assert far[-1] < 1e-3
    assert (np.diff(far) < 0).all()
    assert rotor_sign([0, 1, 3])[0, 2] == pytest.approx(-2 / (3 * pi))


def test_small_spins_violate_chsh_while_the_levels_are_all_there_is():
    rng = np.random.default_rng(6)
    full = [
        largest_chsh(spin_sign(n, k, tie=1), k, rng=rng)[0]
        for n, k in [(2, [-1, 0, 1]), (4, [-2, -1, 0, 1, 2])]
    ]
    assert_allclose(full, 2 * sqrt(2), atol=1e-6)
    # two levels: S = s(cos φ X + sin φ Y) and 2√2 s² at most; s = E|m|/√(j(j+1))
    for n in (2, 4, 20, 2000):
        j = n // 2
        p = spin_distribution([1], particles=n, levels=[0])[1]
        s = (np.abs(np.arange(-j, j + 1)) * p).sum() / sqrt(j * (j + 1))
        assert spin_sign(n, [0, 1])[0, 1] == pytest.approx(s, abs=1e-12)
        found, phases = largest_chsh(spin_sign(n, [0, 1]), [0, 1], rng=rng, starts=3)
        assert found == pytest.approx(2 * sqrt(2) * s * s, abs=1e-9)
        assert phases.shape == (4,)


def test_three_levels_stop_violating_as_the_spin_grows():
    k, rng = [-1, 0, 1], np.random.default_rng(5)
    values = [largest_chsh(spin_sign(n, k, tie=1), k, rng=rng, starts=3)[0] for n in (2, 6, 200)]
    assert values[0] > 2 > values[1] > values[2]


@pytest.mark.parametrize("bad", [0, -2, 3, 1.5])
def test_particles_must_be_even_and_positive(bad):
    with pytest.raises(ValueError, match="Argument `particles` must"):
        spin_sign(bad, [0])


def test_too_many_particles_are_refused_with_an_estimate():
    with pytest.raises(ValueError, match="the call would need 64 GB of memory"):
        spin_sign(10**9, [0, 1])


@pytest.mark.parametrize(
    ("sign", "message"),
    [
        (np.eye(3), "must be a symmetric matrix of size 2"),
        ([[0, 1], [0.5, 0]], "must be a symmetric matrix"),
        (2 * np.eye(2), "must have norm at most 1"),
        ([[np.nan, 0], [0, 1]], "must hold finite"),
    ],
)
def test_largest_chsh_refuses(sign, message):
    with pytest.raises(ValueError, match=message):
        largest_chsh(sign, [0, 1], rng=np.random.default_rng(0))


def test_a_tie_counts_as_a_number_between_the_signs():
    with pytest.raises(ValueError, match=r"Argument `tie` must lie in \[-1, 1\]"):
        spin_sign(2, [0], tie=2)
