from fractions import Fraction
from math import pi, sqrt

import numpy as np
import pytest

from nonlocality.macroscopic_nonlocality.exact_loss import (
    _central_coefficients,
    example_chsh_squared,
)
from nonlocality.macroscopic_nonlocality.noise import lossy
from nonlocality.macroscopic_nonlocality.particles import spin_measurement
from nonlocality.macroscopic_nonlocality.sign_binning import (
    EXAMPLE,
    example_chsh,
    finite_sign_elements,
    schmidt_chsh,
)


@pytest.mark.parametrize("power", range(6))
@pytest.mark.parametrize("p", [Fraction(1, 3), Fraction(1, 2), Fraction(1)])
def test_central_coefficients_are_those_of_the_power(power, p):
    polynomial = [Fraction(1)]
    for _ in range(power):
        polynomial = [
            sum(
                c * polynomial[i - j]
                for j, c in enumerate((p / 2, 1 - p, p / 2))
                if 0 <= i - j < len(polynomial)
            )
            for i in range(len(polynomial) + 2)
        ]
    expected = [*polynomial[power:], 0, 0, 0][:4]
    assert _central_coefficients(p, power) == expected


@pytest.mark.parametrize("particles", [3, 4, 5, 8, 101, 2001])
@pytest.mark.parametrize("p", [Fraction(1, 3), Fraction(993, 1000), Fraction(1)])
def test_fraction_and_fourier_transform_agree(particles, p):
    measurement = lossy(spin_measurement(), arrival=float(p))
    seen = finite_sign_elements(particles, measurement, dimension=3)
    found = schmidt_chsh(EXAMPLE, seen, seen)
    assert sqrt(example_chsh_squared(particles, p)) == pytest.approx(found, abs=1e-11)


def test_three_particles_by_hand():
    """i_01² = 3/4 and i_12² = 1/4 at N = 3, so CHSH² = 32/5 (7/8)²."""
    assert example_chsh_squared(3, Fraction(1)) == Fraction(32, 5) * Fraction(7, 8) ** 2


@pytest.mark.parametrize("p", [Fraction(99, 100), Fraction(993, 1000), Fraction(996, 1000)])
def test_violation_where_the_printed_exponent_sees_none(p):
    assert example_chsh_squared(2001, p) > 4
    assert float(example_chsh(float(p) ** 3)) < 2


def test_no_violation_below_the_critical_arrival_probability():
    """At p = 0.985 a larger N does not help: small N still violates, large N does not."""
    values = [example_chsh_squared(n, Fraction(985, 1000)) for n in (21, 2001)]
    assert values[0] > 4 > values[1]
    assert sqrt(values[1]) == pytest.approx(float(example_chsh(0.985)), abs=1e-4)


def test_variance_of_the_vacuum_is_one_over_p_at_every_size():
    """The shortest argument: outcomes ±1 and 0 have variance p, and (C1) divides it by p²."""
    for p in (0.3, 0.8):
        seen = lossy(spin_measurement(), arrival=p)
        weights = seen.elements[:, 0, 0].real
        assert seen.values**2 @ weights / seen.tau**2 == pytest.approx(1 / p)
    assert np.isclose(2 * sqrt(10) / pi, float(example_chsh(1.0)))


@pytest.mark.parametrize("bad", [2, 0, 40001, 3.5])
def test_particles_must_be_a_possible_number(bad):
    with pytest.raises(ValueError, match="Argument `particles` must"):
        example_chsh_squared(bad, Fraction(1))


@pytest.mark.parametrize("bad", [Fraction(0), Fraction(3, 2), 0.5, -1])
def test_arrival_must_be_a_fraction(bad):
    with pytest.raises(ValueError, match=r"Argument `arrival` must be a Fraction in \(0, 1\]"):
        example_chsh_squared(5, bad)
