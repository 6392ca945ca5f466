import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z
from nonlocality.foundations.random import random_povm
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement

few = settings(max_examples=15)
SEEDS = st.integers(0, 2**32 - 1)


def random_measurement(rng, outcomes):
    values = rng.choice(np.arange(-4, 5), size=outcomes, replace=False) / 2
    return ParticleMeasurement(values, random_povm(rng, settings=1, outcomes=outcomes, size=2)[0])


@few
@given(SEEDS, st.integers(2, 5))
def test_sigma_is_never_below_tau(seed, outcomes):
    """Σ a² E_a ≥ A², by Naimark's dilation; so s² = σ²/τ² − 1 ≥ 0."""
    measurement = random_measurement(np.random.default_rng(seed), outcomes)
    assert measurement.sigma >= measurement.tau
    assert measurement.width == pytest.approx(
        np.sqrt(measurement.sigma**2 / measurement.tau**2 - 1), abs=1e-6
    )


@few
@given(SEEDS)
def test_spin_measurement_is_the_spin_along_its_direction(seed):
    polar, azimuth = np.random.default_rng(seed).uniform(0.01, 3, size=2)
    measurement = spin_measurement(polar=polar, azimuth=azimuth)
    equator = np.cos(azimuth) * PAULI_X + np.sin(azimuth) * PAULI_Y
    assert_allclose(measurement.operator, np.sin(polar) * equator + np.cos(polar) * PAULI_Z,
                    atol=1e-12)  # fmt: skip
    assert measurement.is_projective
    assert measurement.width == 0
    assert measurement.sigma == pytest.approx(measurement.tau)
    assert measurement.phase == pytest.approx(-azimuth)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: spin_measurement(azimuth=np.nan), "`azimuth`"),
        (lambda: spin_measurement(azimuth=[1, 2]), "`azimuth`"),
        (lambda: spin_measurement(polar=4), "`polar`"),
        (lambda: ParticleMeasurement([1, -1], np.array([np.eye(2)] * 2)), "add up"),
        (lambda: ParticleMeasurement([1, 1], np.array([np.eye(2)] * 2) / 2), "different"),
        (lambda: ParticleMeasurement([1, np.inf], np.array([np.eye(2)] * 2) / 2), "finite"),
        (lambda: ParticleMeasurement([1], np.eye(2)), "one operator for each"),
        (lambda: spin_measurement(polar=0).width, "off-diagonal"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
