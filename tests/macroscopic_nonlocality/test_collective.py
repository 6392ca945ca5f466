from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z
from nonlocality.foundations.random import random_povm
from nonlocality.macroscopic_nonlocality import collective
from nonlocality.macroscopic_nonlocality.collective import (
    ParticleMeasurement,
    characteristic_elements,
    collective_statistics,
    spin_measurement,
)
from nonlocality.macroscopic_nonlocality.dicke import dicke_state
from nonlocality.macroscopic_nonlocality.noise import lossy

few = settings(max_examples=15)
SEEDS = st.integers(0, 2**32 - 1)


def random_measurement(rng, outcomes):
    values = rng.choice(np.arange(-4, 5), size=outcomes, replace=False) / 2
    return ParticleMeasurement(values, random_povm(rng, settings=1, outcomes=outcomes, size=2)[0])


def random_spin(rng):
    return spin_measurement(polar=rng.uniform(0.1, 3), azimuth=rng.uniform(0, 7))


def random_coefficients(rng, d):
    c = rng.normal(size=d) + 1j * rng.normal(size=d)
    return c / np.linalg.norm(c)


def distribution_of_vectors(n, measurement, c):
    """From the 2^N vector and all strings of outcomes: a dictionary from sums to chances."""
    state = sum(x * dicke_state(n, k) for k, x in enumerate(c))
    found = {}
    for string in product(range(len(measurement.values)), repeat=n):
        operator = np.eye(1)
        for a in string:
            operator = np.kron(operator, measurement.elements[a])
        total = round(float(measurement.values[list(string)].sum()), 9)
        found[total] = found.get(total, 0) + np.vdot(state, operator @ state).real
    return found


@few
@given(SEEDS, st.integers(1, 4), st.integers(2, 3), st.booleans())
def test_statistics_are_those_of_the_full_vectors(seed, n, outcomes, projective):
    rng = np.random.default_rng(seed)
    measurement = random_spin(rng) if projective else random_measurement(rng, outcomes)
    c = random_coefficients(rng, n + 1)
    statistics = collective_statistics(n, measurement, dimension=n + 1)
    wanted = distribution_of_vectors(n, measurement, c)
    found = {round(float(i), 9): p for i, p in
             zip(statistics.intensities, statistics.distribution(c), strict=True)}  # fmt: skip
    assert set(wanted) <= set(found)
    assert_allclose(list(found.values()), [wanted.get(i, 0) for i in found], atol=1e-9)


@few
@given(SEEDS, st.integers(1, 4), st.integers(2, 3))
def test_values_off_a_lattice_have_the_statistics_of_the_full_vectors(seed, n, outcomes):
    rng = np.random.default_rng(seed)
    elements = random_povm(rng, settings=1, outcomes=outcomes, size=2)[0]
    measurement = ParticleMeasurement(rng.normal(size=outcomes), elements)
    c, response = random_coefficients(rng, n + 1), rng.normal(size=1000)
    statistics = collective_statistics(n, measurement, dimension=n + 1)
    wanted = distribution_of_vectors(n, measurement, c)
    found = statistics.distribution(c)
    assert_allclose(found, [wanted[round(float(i), 9)] for i in statistics.intensities], atol=1e-9)
    answers = response[: len(found)]
    mean = np.vdot(c, statistics.operator(answers) @ c).real
    assert mean == pytest.approx(answers @ found, abs=1e-9)


@pytest.mark.parametrize("polar", [1.1, 0.5, 2.4])
def test_a_tilted_spin_that_may_be_lost_has_variance_one_over_p(polar):
    """The exponent of p off the equator, where the values 1, −1 and cos θ lie on no lattice."""
    measurement = lossy(spin_measurement(polar=polar, azimuth=0.7), arrival=0.8)
    for n in (5, 60):
        statistics = collective_statistics(n, measurement, dimension=2)
        variance = statistics.distribution([1, 0]) @ statistics.outcomes**2
        assert variance == pytest.approx(1 / 0.8, abs=1e-9)


@few
@given(SEEDS, st.integers(2, 400))
def test_two_routes_agree_for_projective_measurements(seed, n):
    rng = np.random.default_rng(seed)
    measurement, d = random_spin(rng), min(n + 1, 4)
    c = random_coefficients(rng, d)
    routes = (
        collective_statistics(n, measurement, dimension=d),
        collective._by_fourier(n, measurement, d),
    )
    response = rng.normal(size=n + 1)
    assert_allclose(*(route.intensities for route in routes), atol=1e-9)
    assert_allclose(*(route.distribution(c) for route in routes), atol=1e-9)
    assert_allclose(*(route.operator(response) for route in routes), atol=1e-9)


@few
@given(SEEDS, st.integers(3, 50), st.integers(2, 4), st.booleans())
def test_operator_gives_the_mean_of_the_response(seed, n, outcomes, projective):
    rng = np.random.default_rng(seed)
    measurement = random_spin(rng) if projective else random_measurement(rng, outcomes)
    statistics = collective_statistics(n, measurement, dimension=3)
    c, response = random_coefficients(rng, 3), rng.normal(size=len(statistics.intensities))
    operator = statistics.operator(response)
    assert_allclose(operator, operator.conj().T, atol=1e-12)
    mean = response @ statistics.distribution(c)
    assert np.vdot(c, operator @ c).real == pytest.approx(mean, abs=1e-12)
    whole = statistics.operator(np.ones_like(response))
    assert_allclose(whole, np.eye(3), atol=1e-12)


@few
@given(SEEDS, st.integers(3, 60), st.integers(2, 3), st.booleans())
def test_characteristic_function_is_that_of_the_distribution(seed, n, outcomes, projective):
    rng = np.random.default_rng(seed)
    measurement = random_spin(rng) if projective else random_measurement(rng, outcomes)
    times, c = rng.normal(size=5), random_coefficients(rng, 3)
    elements = characteristic_elements(times, n, measurement, dimension=3)
    found = np.einsum("k,l,klt->t", c.conj(), c, elements)
    statistics = collective_statistics(n, measurement, dimension=3)
    waves = np.exp(1j * np.outer(times, statistics.outcomes))
    assert_allclose(found, waves @ statistics.distribution(c), atol=1e-10)


@few
@given(SEEDS, st.integers(2, 500))
def test_w_state_has_the_printed_characteristic_function(seed, n):
    """𝒜_00^(N−2) [𝒜_11 𝒜_00 + (N − 1) 𝒜_10 𝒜_01], centred at the mean on the W state."""
    measurement, times = random_spin(np.random.default_rng(seed)), np.linspace(-2, 2, 9)
    a = measurement.operator
    centre = float(((n - 1) * a[0, 0] + a[1, 1]).real / n)
    found = characteristic_elements(times, n, measurement, dimension=2, centre=centre, scale=1.0)[
        1, 1
    ]
    turns = np.exp(1j * np.outer(measurement.values - centre, times) / np.sqrt(n))
    m = np.einsum("aij,at->ijt", measurement.elements, turns)
    printed = m[0, 0] ** (n - 2) * (m[1, 1] * m[0, 0] + (n - 1) * m[1, 0] * m[0, 1])
    assert_allclose(found, printed, atol=1e-11)
    assert np.abs(found).max() <= 1 + 1e-11


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


def test_large_numbers_of_particles():
    statistics = collective_statistics(10**6, spin_measurement(polar=1.0), dimension=6)
    probabilities = statistics.distribution(np.eye(6)[5])
    assert probabilities.sum() == pytest.approx(1, abs=1e-9)
    assert probabilities @ statistics.outcomes**2 == pytest.approx(11, abs=1e-3)  # 2k + 1


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
        (lambda: collective_statistics(3, spin_measurement(), dimension=5), "holds 4"),
        (lambda: collective_statistics(3, spin_measurement(), dimension=0), "positive"),
        (lambda: collective_statistics(0, spin_measurement(), dimension=1), "positive"),
        (lambda: collective_statistics(10**12, spin_measurement(), dimension=3), "GB"),
        (lambda: collective_statistics(10**12, HALF, dimension=3), "GB"),
        (lambda: collective_statistics(10**5, UNEVEN, dimension=1), "GB"),
        (lambda: collective_statistics(3, UNEVEN, dimension=1).spacing, "evenly spaced"),
        (lambda: collective_statistics(200, HALF, dimension=80), "`dimension` must be smaller"),
        (lambda: collective_statistics(3, ALONG_Z, dimension=1).outcomes, "off-diagonal"),
        (lambda: ALONG_Z.width, "off-diagonal"),
        (lambda: GOOD.distribution([1, 1]), "unit norm"),
        (lambda: GOOD.distribution([1, 0, 0]), "shape"),
        (lambda: GOOD.distribution([np.nan, 0]), "finite"),
        (lambda: GOOD.operator(np.ones(3)), "shape"),
        (lambda: GOOD.operator([np.nan] * 6), "finite"),
        (lambda: characteristic_elements([np.nan], 5, ALONG_X, dimension=1), "times"),
        (lambda: characteristic_elements([0], 5, ALONG_Z, dimension=1), "off-diagonal"),
        (lambda: characteristic_elements([0], 5, ALONG_X, dimension=1, scale=0), "scale"),
        (lambda: characteristic_elements([0], 5, ALONG_X, dimension=1, scale=5e-324), "scale"),
        (lambda: characteristic_elements([0], 1, ALONG_X, dimension=3), "holds 2"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


ALONG_X, ALONG_Z = spin_measurement(), spin_measurement(polar=0)
HALF = ParticleMeasurement(ALONG_X.values, (ALONG_X.elements + np.eye(2) / 2) / 2)
UNEVEN = ParticleMeasurement(np.sqrt([0, 1, 2]), np.stack([*ALONG_X.elements, np.eye(2)]) / 2)
GOOD = collective_statistics(5, ALONG_X, dimension=2)
