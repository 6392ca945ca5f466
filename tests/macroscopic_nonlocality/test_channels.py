import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.quantum import PAULI_Z
from nonlocality.foundations.random import random_povm
from nonlocality.macroscopic_nonlocality.channels import (
    amplitude_damping,
    check_channel,
    through_channel,
    turn_about_y,
)
from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.noise import dephased, depolarised
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import distance_to_limit

few = settings(max_examples=20)
SEEDS = st.integers(0, 2**32 - 1)


def random_channel(rng, *, keeps_zero=False):
    """Kraus operators from a random isometry; with |0⟩ going to |0⟩ ⊗ a fixed vector if asked."""
    columns = rng.normal(size=(6, 2)) + 1j * rng.normal(size=(6, 2))
    if keeps_zero:  # row 2e + q is environment e, qubit q
        columns[1::2, 0] = 0
    isometry, _ = np.linalg.qr(columns)
    return isometry.reshape(3, 2, 2)


def unsharp(eta, polar):
    spin = spin_measurement(polar=polar)
    return ParticleMeasurement(spin.values, eta * spin.elements + (1 - eta) * np.eye(2) / 2)


@few
@given(SEEDS)
def test_statistics_behind_a_channel_are_those_of_the_state_after_it(seed):
    rng = np.random.default_rng(seed)
    kraus, spin = random_channel(rng), spin_measurement(polar=1.0, azimuth=0.3)
    state = rng.normal(size=2) + 1j * rng.normal(size=2)
    rho = np.outer(state, state.conj()) / np.vdot(state, state).real
    after = sum(k @ rho @ k.conj().T for k in kraus)
    seen = through_channel(spin, kraus)
    assert_allclose(
        np.einsum("aij,ji->a", seen.elements, rho),
        np.einsum("aij,ji->a", spin.elements, after),
        atol=1e-12,
    )


@few
@given(SEEDS, st.integers(2, 3))
def test_a_channel_that_keeps_zero_never_narrows(seed, outcomes):
    """σ stays, τ shrinks: for every measurement, sharp or not."""
    rng = np.random.default_rng(seed)
    elements = random_povm(rng, settings=1, outcomes=outcomes, size=2)[0]
    measurement = ParticleMeasurement(rng.normal(size=outcomes), elements)
    seen = through_channel(measurement, random_channel(rng, keeps_zero=True))
    assert seen.sigma == pytest.approx(measurement.sigma, abs=1e-9)
    assert seen.tau <= measurement.tau + 1e-12


@pytest.mark.parametrize("polar", [0.4, 1.0])
def test_a_rotation_narrows_an_unsharp_spin_off_the_equator(polar):
    """s² = (1 − η²)/(η² sin²θ), least on the equator: the paper's "only enlarge" fails."""
    eta = 0.8
    tilted = unsharp(eta, polar)
    assert tilted.width**2 == pytest.approx((1 - eta**2) / (eta * np.sin(polar)) ** 2)
    righted = through_channel(tilted, turn_about_y(polar - np.pi / 2))
    assert_allclose(righted.elements, unsharp(eta, np.pi / 2).elements, atol=1e-12)
    assert righted.width**2 == pytest.approx(1 / eta**2 - 1)
    assert righted.width < tilted.width - 0.05


@pytest.mark.parametrize("lam", [0.1, 0.7])
def test_the_named_channels_are_channels(lam):
    spin = spin_measurement(polar=1.1, azimuth=0.4)
    flips = [np.sqrt(1 - lam) * np.eye(2), np.sqrt(lam) * PAULI_Z]
    assert_allclose(through_channel(spin, flips).elements, dephased(spin, noise=lam).elements)
    paulis = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), PAULI_Z]
    weights = np.sqrt([1 - 3 * lam / 4, lam / 4, lam / 4, lam / 4])
    whole = [w * p for w, p in zip(weights, paulis, strict=True)]
    assert_allclose(
        through_channel(spin, whole).elements, depolarised(spin, noise=lam).elements, atol=1e-12
    )


def test_amplitude_damping_has_the_limit_of_its_width():
    """s² = γ/(1 − γ) for a sharp spin of the equator, and φ stays."""
    c = np.array([2, 2, 1]) / 3
    for gamma in (0.2, 0.5):
        seen = through_channel(spin_measurement(azimuth=0.7), amplitude_damping(gamma))
        assert seen.width**2 == pytest.approx(gamma / (1 - gamma))
        assert seen.phase == pytest.approx(-0.7)
        near, far = (distance_to_limit(collective_statistics(n, seen, dimension=3), c)
                     for n in (30_000, 1000))  # fmt: skip
        assert near < 2e-3
        assert near < far / 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: check_channel(np.eye(2)), "shape"),
        (lambda: check_channel([2 * np.eye(2)]), "keep the trace"),
        (lambda: check_channel([np.full((2, 2), np.nan)]), "finite"),
        (lambda: amplitude_damping(1.5), "`strength`"),
        (lambda: turn_about_y(np.inf), "`angle`"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
