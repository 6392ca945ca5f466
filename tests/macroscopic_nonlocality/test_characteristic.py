from math import factorial, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.random import random_povm
from nonlocality.macroscopic_nonlocality.characteristic import (
    characteristic_elements,
    limit_characteristic,
)
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import density_elements, turned

few = settings(max_examples=15)
SEEDS = st.integers(0, 2**32 - 1)


def random_spin(rng):
    return spin_measurement(polar=rng.uniform(0.1, 3), azimuth=rng.uniform(0, 7))


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


def printed_limit(t, k, m, measurement, *, phase):
    """(A7) term by term, with powers of +it for a phase φ = arg A_01 and of −it for φ + π."""
    step = 1j * t if phase == "arg A_01" else -1j * t
    phi = measurement.phase + (0 if phase == "arg A_01" else np.pi)
    ratio = (measurement.sigma / measurement.tau) ** 2
    total = sum(
        sqrt(factorial(k) * factorial(m))
        / (factorial(q) * factorial(k - q) * factorial(m - q))
        * step ** (k + m - 2 * q)
        for q in range(min(k, m) + 1)
    )
    return np.exp(1j * (m - k) * phi) * np.exp(-(t**2) * ratio / 2) * total


@few
@given(SEEDS, st.integers(2, 4))
def test_limit_is_the_printed_sum_in_either_reading_of_the_phase(seed, outcomes):
    rng = np.random.default_rng(seed)
    elements = random_povm(rng, settings=1, outcomes=outcomes, size=2)[0]
    measurement = ParticleMeasurement(rng.normal(size=outcomes), elements)
    t = np.linspace(-2, 2, 9)
    found = limit_characteristic(t, dimension=5, phase=measurement.phase, width=measurement.width)
    for k, m in [(0, 0), (1, 0), (0, 2), (3, 4), (4, 4)]:
        for phase in ("arg A_01", "arg(−A_01)"):
            assert_allclose(found[k, m], printed_limit(t, k, m, measurement, phase=phase),
                            atol=1e-9)  # fmt: skip


@few
@given(SEEDS, st.integers(2, 3))
def test_finite_characteristic_functions_tend_to_the_limit(seed, outcomes):
    """Also for measurements with s > 0: like 1/√N."""
    rng = np.random.default_rng(seed)
    values = rng.choice([-2.0, -1.0, 0.0, 1.0, 3.0], size=outcomes, replace=False)
    elements = random_povm(rng, settings=1, outcomes=outcomes, size=2)[0]
    measurement = ParticleMeasurement(values, elements)
    if measurement.tau < 0.1:
        return
    t = np.linspace(-1.5, 1.5, 7)
    limit = limit_characteristic(t, dimension=3, phase=measurement.phase, width=measurement.width)
    near, far = (
        np.abs(characteristic_elements(t, n, measurement, dimension=3) - limit).max()
        for n in (10**6, 10**4)
    )
    assert near < far / 8 + 1e-9


@pytest.mark.parametrize("width", [0.0, 0.8])
def test_limit_is_the_fourier_transform_of_the_density(width):
    x, t = np.linspace(-25, 25, 5001), np.array([-1.3, 0.2, 2.0])
    density = density_elements(x, dimension=4, width=width)
    wave = np.exp(1j * np.outer(x, t)) * (x[1] - x[0])
    found = limit_characteristic(t, dimension=4, phase=0.6, width=width)
    for i in range(3):
        assert_allclose(found[..., i], turned(density @ wave[:, i], 0.6), atol=1e-10)


@pytest.mark.parametrize("levels", [10, 100, 300])
def test_limits_are_contractions_at_any_level(levels):
    norms = np.linalg.norm(limit_characteristic([3.0], dimension=levels)[..., 0], ord=2)
    assert norms <= 1 + 1e-10


ALONG_X, ALONG_Z = spin_measurement(), spin_measurement(polar=0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: characteristic_elements([np.nan], 5, ALONG_X, dimension=1), "times"),
        (lambda: characteristic_elements([0], 5, ALONG_Z, dimension=1), "off-diagonal"),
        (lambda: characteristic_elements([0], 5, ALONG_X, dimension=1, scale=0), "scale"),
        (lambda: characteristic_elements([0], 5, ALONG_X, dimension=1, scale=5e-324), "scale"),
        (lambda: characteristic_elements([0], 1, ALONG_X, dimension=3), "holds 2"),
        (lambda: limit_characteristic([np.nan], dimension=2), "`times`"),
        (lambda: limit_characteristic(0.0, dimension=2), "list of times"),
        (lambda: limit_characteristic([0.0], dimension=2, width=-1), "`width`"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
