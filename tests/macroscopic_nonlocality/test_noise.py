import itertools
from functools import reduce
from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.quantum import PAULI_Z
from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.dicke import dicke_state
from nonlocality.macroscopic_nonlocality.noise import (
    attenuated,
    dephased,
    depolarised,
    efficiency,
    lossy,
)
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import response_operator

STATE = np.array([0.6, 0.48j, 0.64])


def by_thinning(particles, measurement, arrival):
    """P(Σ o_i a_i) of (C1)–(C2): which particles arrive is drawn first, then they are measured.

    Dense: every subset, every string of outcomes ±1, all 2^N amplitudes.
    """
    psi = sum(c * dicke_state(particles, k) for k, c in enumerate(STATE))
    found = np.zeros(2 * particles + 1)
    for here in itertools.product([0, 1], repeat=particles):
        weight = np.prod([arrival if o else 1 - arrival for o in here])
        for outcome in itertools.product([0, 1], repeat=particles):
            operators = [measurement.elements[i] for i in outcome]
            p = (psi.conj() @ reduce(np.kron, operators) @ psi).real
            seen = sum(o * int(measurement.values[i]) for o, i in zip(here, outcome, strict=True))
            found[seen + particles] += weight * p
    return found


@pytest.mark.parametrize("azimuth", [0.0, 0.8])
@pytest.mark.parametrize("arrival", [0.3, 0.9])
def test_loss_is_the_thinning_of_the_particles(azimuth, arrival):
    measurement = spin_measurement(azimuth=azimuth)
    statistics = collective_statistics(4, lossy(measurement, arrival=arrival), dimension=3)
    assert_allclose(statistics.intensities, np.arange(-4, 5))
    assert_allclose(
        statistics.distribution(STATE), by_thinning(4, measurement, arrival), atol=1e-13
    )


def test_channels_act_on_the_state_or_on_the_measurement_alike():
    """Eqs. (C5)–(C8) on random states and operators: tr Γ(ρ)E = tr ρΓ†(E)."""
    rng = np.random.default_rng(4)
    for noise in (0.0, 0.3, 1.0):
        g = rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2))
        rho = g @ g.conj().T / np.trace(g @ g.conj().T)
        measurement = spin_measurement(polar=rng.uniform(0, pi), azimuth=rng.uniform(0, 6))
        mixed = (1 - noise) * rho + noise * np.eye(2) / 2
        flipped = (1 - noise) * rho + noise * PAULI_Z @ rho @ PAULI_Z
        for new, sent in [
            (depolarised(measurement, noise=noise), mixed),
            (dephased(measurement, noise=noise), flipped),
        ]:
            assert_allclose(
                np.einsum("aij,ji->a", new.elements, rho),
                np.einsum("aij,ji->a", measurement.elements, sent),
                atol=1e-14,
            )


@given(st.floats(0.01, pi - 0.01), st.floats(-4, 4), st.floats(0.01, 1))
def test_loss_divides_the_variance_by_p_and_not_by_its_cube(polar, azimuth, arrival):
    """(C4) with the exponent that (8) itself gives: the lost particle is an outcome μ."""
    seen = lossy(spin_measurement(polar=polar, azimuth=azimuth), arrival=arrival)
    assert seen.width**2 == pytest.approx(1 / arrival - 1, rel=1e-6, abs=1e-8)
    assert efficiency(seen) == pytest.approx(arrival, rel=1e-6)
    assert seen.tau == pytest.approx(arrival * np.sin(polar))
    assert seen.mu == pytest.approx(np.cos(polar), abs=1e-9)


@given(st.floats(0.1, pi - 0.1), st.floats(-3, 3), st.floats(0, 0.99))
def test_noise_gives_the_widths_and_phases_of_c9(polar, azimuth, noise):
    ideal = spin_measurement(polar=polar, azimuth=azimuth)
    mixed, flipped = depolarised(ideal, noise=noise), dephased(ideal, noise=noise)
    mean = (1 - noise) * np.cos(polar)
    tau = np.sin(polar)
    assert mixed.width**2 == pytest.approx(
        (1 - mean**2) / ((1 - noise) * tau) ** 2 - 1, rel=1e-6, abs=1e-8
    )
    assert np.exp(1j * mixed.phase) == pytest.approx(np.exp(1j * ideal.phase))
    if abs(1 - 2 * noise) > 1e-3:
        assert flipped.width**2 == pytest.approx(1 / (1 - 2 * noise) ** 2 - 1, rel=1e-6, abs=1e-8)
        turn = pi if noise > 0.5 else 0
        assert np.exp(1j * flipped.phase) == pytest.approx(np.exp(1j * (ideal.phase + turn)))


def test_noises_of_one_particle_multiply():
    both = lossy(depolarised(spin_measurement(), noise=0.1), arrival=0.7)
    assert efficiency(both) == pytest.approx(0.7 * 0.9**2)


@pytest.mark.parametrize("efficient", [0.0, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("edge", [0.0, 0.7])
def test_a_beam_splitter_is_the_gaussian_noise_of_the_limit(efficient, edge):
    """Lost quanta, Kraus by Kraus, against the closed form (A8) at s² = 1/u − 1."""
    ideal = response_operator([edge * sqrt(efficient)], dimension=7)
    seen = attenuated(ideal, efficiency=efficient)
    if efficient:
        width = sqrt(1 / efficient - 1)
        assert_allclose(seen, response_operator([edge], dimension=7, width=width), atol=1e-12)
    else:
        assert_allclose(seen, ideal[0, 0] * np.eye(7), atol=1e-14)


@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_attenuation_is_unital_positive_and_composes(seed, first, second):
    g = np.random.default_rng(seed).normal(size=(2, 5, 5))
    matrix = (g[0] + 1j * g[1]) @ (g[0] + 1j * g[1]).conj().T
    seen = attenuated(matrix, efficiency=first)
    assert np.linalg.eigvalsh(seen).min() > -1e-9
    assert_allclose(attenuated(np.eye(5), efficiency=first), np.eye(5), atol=1e-12)
    assert_allclose(
        attenuated(seen, efficiency=second),
        attenuated(matrix, efficiency=first * second),
        atol=1e-9,
    )


def test_what_is_lost_may_count_as_another_outcome():
    """A measurement that has the outcome already gets no second one."""
    ternary = ParticleMeasurement([1.0, 0.0, -1.0], np.array([0.4, 0.2, 0.4])[:, None, None]
                                  * np.eye(2))  # fmt: skip
    assert_allclose(lossy(ternary, arrival=0.5).elements[1], 0.6 * np.eye(2))
    assert_allclose(lossy(spin_measurement(), arrival=0.5, lost_as=-1).values, [1, -1])
    assert lossy(ternary, arrival=1) is ternary


@pytest.mark.parametrize("bad", [0, -0.1, 1.1, np.nan])
def test_arrival_must_lie_in_the_half_open_interval(bad):
    with pytest.raises(ValueError, match="Argument `arrival` must lie in"):
        lossy(spin_measurement(), arrival=bad)


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
@pytest.mark.parametrize("noise", [depolarised, dephased])
def test_noise_must_lie_in_the_unit_interval(noise, bad):
    with pytest.raises(ValueError, match=r"Argument `noise` must lie in \[0, 1\]"):
        noise(spin_measurement(), noise=bad)


def test_other_bad_arguments():
    with pytest.raises(ValueError, match="Argument `lost_as` must hold finite"):
        lossy(spin_measurement(), arrival=0.5, lost_as=np.nan)
    with pytest.raises(ValueError, match="must have an off-diagonal"):
        efficiency(depolarised(spin_measurement(), noise=1))
    with pytest.raises(ValueError, match="Argument `elements` must be square"):
        attenuated(np.ones((2, 3)), efficiency=0.5)
    with pytest.raises(ValueError, match=r"Argument `efficiency` must lie in \[0, 1\]"):
        attenuated(np.eye(2), efficiency=1.5)
