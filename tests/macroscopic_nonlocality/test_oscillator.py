import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from numpy.testing import assert_allclose
from scipy.special import eval_genlaguerre, eval_hermitenorm, factorial
from scipy.stats import poisson

from nonlocality.macroscopic_nonlocality.oscillator import (
    coherent_amplitudes,
    laguerre_functions,
    wave_functions,
)

POINTS = np.linspace(-6, 6, 25)


def test_wave_functions_are_the_printed_ones():
    k = np.arange(8)[:, None]
    printed = np.exp(-(POINTS**2) / 4) * eval_hermitenorm(k, POINTS)
    printed /= (2 * np.pi) ** 0.25 * np.sqrt(factorial(k))
    assert_allclose(wave_functions(POINTS, dimension=8), printed, atol=1e-13)


def test_wave_functions_are_orthonormal():
    x, weights = hermegauss(30)
    waves = wave_functions(x, dimension=25)
    assert_allclose((waves * weights * np.exp(x**2 / 2)) @ waves.T, np.eye(25), atol=1e-10)


@pytest.mark.parametrize("levels", [10, 100, 1000])
def test_the_highest_wave_functions_have_unit_norm_where_the_vacuum_underflows(levels):
    """Level 1000 reaches to 63, where e^(−x²/4) is 0 in floating point."""
    reach = 2 * levels**0.5 + 8
    x = np.linspace(-reach, reach, 20001)
    waves = wave_functions(x, dimension=levels)[-2:]
    assert_allclose(waves @ waves.T * (x[1] - x[0]), np.eye(2), atol=1e-11)


@pytest.mark.parametrize("order", [0, 1, 4])
def test_laguerre_functions_are_those_of_scipy(order):
    y, k = np.linspace(0, 30, 31), np.arange(9)[:, None]
    root = np.sqrt(factorial(k) / factorial(k + order))
    wanted = root * y ** (order / 2) * np.exp(-y / 2) * eval_genlaguerre(k, order, y)
    assert_allclose(laguerre_functions(y, order=order, dimension=9), wanted, atol=1e-13)


@pytest.mark.parametrize("levels", [10, 100, 1000])
def test_displacements_are_unitary_at_any_level(levels):
    """Column k of a displacement by √y has norm 1: rows of orders m, and of those below k."""
    y, k = 1.5, levels // 2
    total = 0.0
    for order in range(150):  # it reaches about 2√(ky) to either side
        rows = laguerre_functions(y, order=order, dimension=k + 1)
        total += rows[k] ** 2 + (rows[k - order] ** 2 if 0 < order <= k else 0)
    assert total == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize("mean", [2.0, 150.0, 800.0])
def test_coherent_states_count_like_poisson(mean):
    k = np.arange(1200)
    found = np.abs(coherent_amplitudes(mean**0.5 * 1j, dimension=1200)) ** 2
    assert_allclose(found, poisson.pmf(k, mean), atol=1e-12)


@pytest.mark.parametrize("far", [1e9, 1e150, 1e308])
def test_far_away_there_is_nothing(far):
    assert not wave_functions([far, -far], dimension=20).any()
    assert not laguerre_functions([far], order=3, dimension=20).any()
    assert not coherent_amplitudes([far], dimension=20).any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wave_functions(np.nan, dimension=2), "finite"),
        (lambda: wave_functions(0.0, dimension=0), "positive"),
        (lambda: wave_functions(np.zeros(10**6), dimension=10**6), "GB"),
        (lambda: laguerre_functions([-1.0], order=0, dimension=2), "negative"),
        (lambda: laguerre_functions([1.0], order=-1, dimension=2), "`order`"),
        (lambda: laguerre_functions([1.0], order=0.5, dimension=2), "`order`"),
        (lambda: coherent_amplitudes([np.inf], dimension=2), "`points`"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
