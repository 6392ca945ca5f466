from fractions import Fraction
from math import erf, sqrt
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CertificateError, check, reading_noise
from nonlocality.macroscopic_nonlocality.resolution import (
    largest_chsh_at_resolution,
    resolution_bound,
)

READING = (
    Path(__file__).parents[2] / "certificates" / "macroscopic_nonlocality" / "noisy-reading.json"
)


@pytest.mark.parametrize("x", ["0", "1/3", "1", "5/2", "3"])
def test_the_error_function_is_enclosed(x):
    low, high = reading_noise._error_function(Fraction(x))
    assert (
        low - Fraction(1, 10**15) <= Fraction(erf(float(Fraction(x)))) <= high + Fraction(1, 10**15)
    )
    assert high - low < Fraction(1, 10**9)


@pytest.mark.parametrize("seed", range(5))
def test_positive_matrices_are_told_from_others(seed):
    rng = np.random.default_rng(seed)
    square = rng.integers(-9, 10, size=(5, 5))
    positive = (square @ square.T + np.eye(5, dtype=int)).tolist()
    assert reading_noise._positive(positive)
    worse = [row[:] for row in positive]
    worse[3][3] -= 1 + int(np.ceil(np.linalg.eigvalsh(np.array(positive))[-1]))
    assert not reading_noise._positive(worse)


def test_the_operators_are_those_of_two_noisy_spins():
    first, second, error = reading_noise._noisy_signs(Fraction(2))
    z, x = (np.array(m) / reading_noise.UNIT for m in (first, second))
    spin = np.kron([[0, 1], [1, 0]], np.eye(2)) + np.kron(np.eye(2), [[0, 1], [1, 0]])
    values, vectors = np.linalg.eigh(spin)
    wanted = (vectors * [erf(v / sqrt(2) / 2) for v in values]) @ vectors.T
    assert np.abs(x - wanted).max() < error / reading_noise.UNIT
    assert np.abs(np.diag(z) - [erf(v / sqrt(2) / 2) for v in (2, 0, 0, -2)]).max() < 1e-9


@pytest.mark.parametrize("deviation", ["1", "3/2", "2"])
def test_the_bound_is_the_maximum_that_the_library_finds(deviation):
    """A little above it is proved, a little below it is refused."""
    found = largest_chsh_at_resolution(2, float(Fraction(deviation)) / sqrt(2))
    data = {"deviation": deviation, "bound": f"{found + 1e-3:.4f}"}
    assert "CHSH <" in reading_noise.two_particles(data)
    with pytest.raises(CertificateError, match="must stay below"):
        reading_noise.two_particles(data | {"bound": f"{found - 1e-3:.4f}"})


def test_the_theorem_is_that_of_the_library():
    theorem = resolution_bound(sqrt(2))
    with pytest.raises(CertificateError, match=r"must be below 2\.797880"):
        reading_noise.two_particles({"deviation": "2", "bound": f"{theorem:.6f}"})
    assert 2.797880 < theorem < 2.797890


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bound": "1.36"}, "must stay below"),
        ({"bound": "3"}, "must be below 2.79"),
        ({"bound": "-1"}, "between 0 and 4"),
        ({"bound": "1.3660000001"}, "between 0 and 4"),
        ({"deviation": "0"}, "between 1/2 and 10"),
        ({"deviation": "2.0001"}, "in thousandths"),
        ({"deviation": "100000000000"}, "between 1/2 and 10"),
    ],
)
def test_the_failing_condition_is_named(write, changes, words):
    with pytest.raises(CertificateError, match=words):
        check(write(READING, **changes))
