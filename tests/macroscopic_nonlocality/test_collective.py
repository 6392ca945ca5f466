from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.random import random_povm
from nonlocality.macroscopic_nonlocality import collective
from nonlocality.macroscopic_nonlocality.characteristic import characteristic_elements
from nonlocality.macroscopic_nonlocality.collective import (
    collective_operator,
    collective_statistics,
)
from nonlocality.macroscopic_nonlocality.dicke import dicke_state
from nonlocality.macroscopic_nonlocality.noise import lossy
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement

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
@given(SEEDS, st.integers(2, 40))
def test_the_collective_operator_is_the_mean_of_the_intensity(seed, n):
    """Also for measurements that are not sharp: X is linear in the outcomes."""
    rng = np.random.default_rng(seed)
    measurement, d = random_measurement(rng, 3), min(n + 1, 4)
    statistics = collective_statistics(n, measurement, dimension=d)
    found = collective_operator(n, measurement, dimension=d)
    assert_allclose(found, statistics.operator(statistics.outcomes), atol=1e-9)


@few
@given(SEEDS, st.integers(5, 300))
def test_two_spins_of_the_equator_fail_to_commute_as_printed_in_the_limit(seed, n):
    """⟨N, k|[X_φ, X_φ']|N, k⟩ = 2i sin(φ − φ')(1 − 2k/N): twice i sin for N → ∞, 0 at k = N/2."""
    first, second = np.random.default_rng(seed).uniform(0, 7, 2)
    x, y = (collective_operator(n, spin_measurement(azimuth=-p), dimension=5)
            for p in (first, second))  # fmt: skip
    k = np.arange(4)  # the last row lacks its upper neighbour
    wanted = 2j * np.sin(first - second) * (1 - 2 * k / n)
    assert_allclose(np.diag(x @ y - y @ x)[:4], wanted, atol=1e-12)


def test_large_numbers_of_particles():
    statistics = collective_statistics(10**6, spin_measurement(polar=1.0), dimension=6)
    probabilities = statistics.distribution(np.eye(6)[5])
    assert probabilities.sum() == pytest.approx(1, abs=1e-9)
    assert probabilities @ statistics.outcomes**2 == pytest.approx(11, abs=1e-3)  # 2k + 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: collective_statistics(3, spin_measurement(), dimension=5), "holds 4"),
        (lambda: collective_statistics(3, spin_measurement(), dimension=0), "positive"),
        (lambda: collective_statistics(0, spin_measurement(), dimension=1), "positive"),
        (lambda: collective_statistics(10**12, spin_measurement(), dimension=3), "GB"),
        (lambda: collective_statistics(10**12, HALF, dimension=3), "GB"),
        (lambda: collective_statistics(10**5, UNEVEN, dimension=1), "GB"),
        (lambda: collective_statistics(3, UNEVEN, dimension=1).spacing, "evenly spaced"),
        (lambda: collective_statistics(200, HALF, dimension=80), "`dimension` must be smaller"),
        (lambda: collective_statistics(3, ALONG_Z, dimension=1).outcomes, "off-diagonal"),
        (lambda: GOOD.distribution([1, 1]), "unit norm"),
        (lambda: GOOD.distribution([1, 0, 0]), "shape"),
        (lambda: GOOD.distribution([np.nan, 0]), "finite"),
        (lambda: GOOD.operator(np.ones(3)), "shape"),
        (lambda: GOOD.operator([np.nan] * 6), "finite"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


ALONG_X, ALONG_Z = spin_measurement(), spin_measurement(polar=0)
HALF = ParticleMeasurement(ALONG_X.values, (ALONG_X.elements + np.eye(2) / 2) / 2)
UNEVEN = ParticleMeasurement(np.sqrt([0, 1, 2]), np.stack([*ALONG_X.elements, np.eye(2)]) / 2)
GOOD = collective_statistics(5, ALONG_X, dimension=2)
