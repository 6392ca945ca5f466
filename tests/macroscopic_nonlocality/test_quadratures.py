from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.special import gammaln
from scipy.stats import binom, norm

from nonlocality.foundations.random import random_povm
from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.noise import lossy
from nonlocality.macroscopic_nonlocality.oscillator import wave_functions
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import (
    density_elements,
    distance_to_limit,
    half_line_elements,
    limit_density,
    response_operator,
    sign_operator,
    sign_overlap,
    sign_product,
    turned,
    wigner_function,
)

few = settings(max_examples=15)
SEEDS = st.integers(0, 2**32 - 1)
POINTS = np.linspace(-6, 6, 25)


def random_coefficients(rng, d):
    c = rng.normal(size=d) + 1j * rng.normal(size=d)
    return c / np.linalg.norm(c)


@pytest.mark.parametrize("width", [0.3, 1.0, 2.5])
def test_smeared_elements_are_the_printed_convolution(width):
    """Eq. (10), by quadrature."""
    found = density_elements(np.array([-1.2, 0.4]), dimension=5, width=width)
    for (k, l_), i in [((0, 0), 0), ((3, 2), 0), ((4, 2), 1), ((1, 4), 1)]:
        x = (-1.2, 0.4)[i]
        printed = quad(
            lambda y, k=k, l_=l_, x=x: norm.pdf(x - y, scale=width)
            * density_elements(y, dimension=5)[k, l_],
            -20, 20, epsabs=1e-12,
        )[0]  # fmt: skip
        assert found[k, l_, i] == pytest.approx(printed, abs=1e-11)


@pytest.mark.parametrize("width", [0.0, 0.7])
def test_half_line_elements_are_integrals(width):
    starts = np.array([-1.0, 0.0, 2.0])
    found = half_line_elements(starts, dimension=5, width=width)
    for i, start in enumerate(starts):
        for k, l_ in [(0, 0), (2, 2), (4, 4), (1, 0), (2, 4), (3, 1), (0, 4)]:
            wanted = quad(
                lambda x, k=k, l_=l_: density_elements(x, dimension=5, width=width)[k, l_],
                start, 30, epsabs=1e-12,
            )[0]  # fmt: skip
            assert found[k, l_, i] == pytest.approx(wanted, abs=1e-10)
    whole = half_line_elements(np.array([-35.0]), dimension=5, width=width)[..., 0]
    assert_allclose(whole, np.eye(5), atol=1e-12)


def test_narrow_smearing_tends_to_none():
    sharp, blurred = (half_line_elements(POINTS, dimension=6, width=s) for s in (0.0, 1e-5))
    assert_allclose(sharp, blurred, atol=1e-9)


def test_integrals_of_appendix_b_are_exact():
    """i_01 = √(2/π) and i_12 = 1/√π; among the first three levels there are no others."""
    assert sign_overlap(0, 1) == 1
    assert sign_overlap(1, 2) == Fraction(1, 2)
    assert {(k, l_) for k in range(3) for l_ in range(k) if sign_overlap(k, l_)} == {(1, 0), (2, 1)}
    # (B7): 2 (c_0 c_1 i_01² + c_1 c_2 i_12²) = √5/π with squares 4/10, 1/2, 1/10
    total = 2 * (Fraction(2) * 1 + Fraction(1) * Fraction(1, 2)) * 2  # times 1/(√20 π)
    assert total**2 / 20 == 5


def test_sign_operator_three_ways():
    exact = sign_operator(9)
    assert_allclose(exact, response_operator([0.0], dimension=9), atol=1e-14)
    squares = [[float(sign_overlap(k, l_)) for l_ in range(9)] for k in range(9)]
    assert_allclose(exact * np.abs(exact) * np.pi / 2, squares, atol=1e-14)
    for k, l_ in [(0, 1), (3, 0), (5, 2), (4, 2)]:
        wanted = 2 * quad(lambda x, k=k, l_=l_: density_elements(x, dimension=9)[k, l_], 0, 30)[0]
        assert exact[k, l_] == pytest.approx(wanted if (k - l_) % 2 else 0, abs=1e-9)


def test_rows_of_the_sign_operator_fill_up():
    """sgn² = 1: Σ_l i_kl² = 1, slowly, as the levels are cut."""
    rows = (sign_operator(200) ** 2).sum(axis=1)[:5]
    assert (rows < 1).all()
    assert (rows > 0.94).all()


@few
@given(SEEDS)
def test_responses_are_contractions_and_add_up(seed):
    rng = np.random.default_rng(seed)
    edges = np.sort(rng.normal(size=rng.integers(0, 5)) * 2)
    operator = response_operator(edges, dimension=5, first=1)
    assert_allclose(operator, -response_operator(edges, dimension=5), atol=1e-15)
    assert np.abs(np.linalg.eigvalsh(operator)).max() <= 1 + 1e-12
    x = np.linspace(-15, 15, 30001)
    waves = wave_functions(x, dimension=5)
    bits = (-1.0) ** np.searchsorted(edges, x)
    assert_allclose(operator, (waves * bits * 1e-3) @ waves.T, atol=5e-3)


@pytest.mark.parametrize("levels", [10, 100, 1000])
@pytest.mark.parametrize("width", [0.1, 1.0])
def test_smeared_signs_are_contractions_at_any_level(levels, width):
    """0 ≤ E ≤ 𝟙 for the chance to land right of 0, where a series in H_n loses all digits."""
    eigenvalues = np.linalg.eigvalsh(half_line_elements(0.0, dimension=levels, width=width))
    assert eigenvalues.min() > -1e-11
    assert eigenvalues.max() < 1 + 1e-11


@pytest.mark.parametrize("levels", [10, 100, 1000])
def test_smeared_densities_are_densities_at_any_level(levels):
    reach, width = 2 * levels**0.5 + 12, 0.3
    x = np.linspace(-reach, reach, 1201)
    k = levels - 1
    sharp = wave_functions(x / np.hypot(1, width), dimension=levels)[::-1]
    n = np.arange(levels)  # quanta lost out of k, by the binomial law
    weights = binom.pmf(n, k, width**2 / (1 + width**2))
    wanted = weights @ sharp**2 / np.hypot(1, width)
    some = slice(300, 901, 300)
    found = [density_elements(y, dimension=levels, width=width)[k, k] for y in x[some]]
    assert_allclose(found, wanted[some], atol=1e-12)
    assert wanted.sum() * (x[1] - x[0]) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("k", "x", "s"), [(39, 1.0, 0.5), (49, 1.0, 0.1), (100, 1.0, 1.0)])
def test_smearing_at_high_levels_is_the_printed_convolution(k, x, s):
    y = np.linspace(-12 * s, 12 * s, 20001)
    waves = wave_functions(x + y, dimension=k + 1)[k]
    wanted = np.trapezoid(waves**2 * norm.pdf(y, scale=s), y)
    assert density_elements(x, dimension=k + 1, width=s)[k, k] == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("d", [3, 10, 20])
def test_distances_of_noisy_spins_lie_in_the_unit_interval(d):
    statistics = collective_statistics(200, lossy(spin_measurement(), arrival=0.8), dimension=d)
    assert 0 <= distance_to_limit(statistics, np.eye(d)[d - 1]) <= 1


@pytest.mark.parametrize("level", [10, 171, 180, 1000])
def test_wigner_functions_at_any_level(level):
    """(|0⟩ + |L⟩)/√2 on the circle of radius √L, where its interference is largest."""
    c = np.zeros(level + 1)
    c[[0, level]] = 0.5**0.5
    radius = level**0.5
    here = wigner_function([radius], [0.0], c)[0, 0]
    back = wigner_function([radius * np.cos(np.pi / level)], [radius * np.sin(np.pi / level)], c)
    cross = np.exp(level / 2 * np.log(level) - level / 2 - gammaln(level + 1) / 2) / (2 * np.pi)
    assert here - back[0, 0] == pytest.approx(2 * cross, rel=1e-9)  # half a turn of the fringe


@few
@given(SEEDS, st.floats(-7, 7))
def test_turning_is_conjugation(seed, phase):
    operator = np.random.default_rng(seed).normal(size=(4, 4))
    unitary = np.diag(np.exp(1j * phase * np.arange(4)))
    assert_allclose(turned(operator, phase), unitary.conj() @ operator @ unitary, atol=1e-12)


def test_quadrature_turns_into_minus_p():
    """(11) with p = −2i d/dx: U_φ† x U_φ = x cos φ − p sin φ."""
    root = np.sqrt(np.arange(1, 6))
    lower = np.diag(root, 1).astype(complex)  # a |k⟩ = √k |k − 1⟩
    x, p = lower + lower.T, -1j * (lower - lower.T)
    for phase in (0.3, 2.0):
        assert_allclose(turned(x, phase), np.cos(phase) * x - np.sin(phase) * p, atol=1e-12)
    # and these are x and −2i d/dx on the wave functions
    y, h = np.array([0.7]), 1e-5
    waves = wave_functions(y, dimension=6)[:, 0]
    slope = np.diff(wave_functions(np.array([0.7 - h, 0.7 + h]), dimension=6))[:, 0] / (2 * h)
    assert_allclose((x.T @ waves)[:5], 0.7 * waves[:5], atol=1e-12)
    assert_allclose((p.T @ waves)[:5], -2j * slope[:5], atol=1e-8)


@pytest.mark.parametrize("azimuth", [0.0, 0.8, 2.5])
def test_the_phase_is_that_of_a01_not_of_its_negative(azimuth):
    """A state with a lopsided distribution: the limit with arg A_01 is met, its mirror is not."""
    c = np.array([2, 2, 1]) / 3
    measurement = spin_measurement(azimuth=azimuth)
    statistics = collective_statistics(20001, measurement, dimension=3)
    density = statistics.distribution(c) / statistics.spacing
    x, step = statistics.outcomes, statistics.spacing
    gaps = {
        phase: np.abs(density - limit_density(x, c, phase=phase)).sum() * step / 2
        for phase in (measurement.phase, np.angle(-measurement.operator[0, 1]))
    }
    right, printed = gaps.values()
    assert right < 1e-4
    assert printed > 0.3


@few
@given(SEEDS, st.integers(2, 3))
def test_povms_tend_to_the_smeared_quadrature(seed, outcomes):
    """Eq. (8) with s > 0, φ = arg A_01: the distance falls like 1/√N."""
    rng = np.random.default_rng(seed)
    values = rng.choice([-2.0, -1.0, 0.0, 1.0, 3.0], size=outcomes, replace=False)
    elements = random_povm(rng, settings=1, outcomes=outcomes, size=2)[0]
    measurement = ParticleMeasurement(values, elements)
    c = random_coefficients(rng, 3)
    small, large = (
        distance_to_limit(collective_statistics(n, measurement, dimension=3), c)
        for n in (10**3, 10**5)
    )
    assert large < 0.02
    assert large < small / 5


def test_distance_at_the_equator_falls_like_1_over_n():
    """k = 0: N × distance tends to (1/24) E|z⁴ − 4z² + 1|, kurtosis and cells together."""
    constant = quad(lambda z: norm.pdf(z) * abs(z**4 - 4 * z**2 + 1), -12, 12, limit=200)[0] / 24
    statistics = collective_statistics(10**5, spin_measurement(), dimension=1)
    assert 10**5 * distance_to_limit(statistics, [1]) == pytest.approx(constant, rel=1e-4)


def test_distance_off_the_equator_falls_like_1_over_root_n():
    """k = 0: √N × distance tends to |cot θ| (2 φ(0) + 8 φ(√3))/6, from the skewness."""
    constant = (2 * norm.pdf(0) + 8 * norm.pdf(3**0.5)) / 6 / np.tan(1.0)
    statistics = collective_statistics(10**6, spin_measurement(polar=1.0), dimension=1)
    assert 10**3 * distance_to_limit(statistics, [1]) == pytest.approx(constant, rel=1e-3)


def test_distances_are_at_most_one():
    for n in (1, 2, 3):
        statistics = collective_statistics(n, spin_measurement(polar=0.3), dimension=2)
        assert 0 < distance_to_limit(statistics, [0, 1]) < 1


@few
@given(SEEDS, st.floats(-4, 4))
def test_marginals_of_the_wigner_function(seed, phase):
    c = random_coefficients(np.random.default_rng(seed), 4)
    x = np.linspace(-10, 10, 201)
    turned_state = c * np.exp(1j * phase * np.arange(4))
    found = wigner_function(x, x, turned_state).sum(axis=1) * 0.1
    assert_allclose(found, limit_density(x, c, phase=phase), atol=1e-10)


@few
@given(SEEDS)
def test_wigner_function_turns_with_the_state(seed):
    rng = np.random.default_rng(seed)
    c, phase = random_coefficients(rng, 4), rng.uniform(0, 7)
    x, p = rng.normal(size=2)
    turned_state = c * np.exp(1j * phase * np.arange(4))
    # a → a e^{iφ}: (x + ip)/2 of the turned state is e^{iφ} times that of the state
    back = (x + 1j * p) * np.exp(-1j * phase)
    here = wigner_function([x], [p], turned_state)[0, 0]
    there = wigner_function([back.real], [back.imag], c)[0, 0]
    assert here == pytest.approx(there, abs=1e-12)


@pytest.mark.parametrize("parity", [1, -1])
@pytest.mark.parametrize("spread", [0.25, 0.5])
def test_the_product_of_two_signs_is_a_half_circle_of_dilation_frequencies(parity, spread):
    """|x|^(−1/2), cut off in log|x| by a Gaussian: its mean on 300 levels against the multiplier.

    In frequency it is a Gaussian of standard deviation 1/(4 spread); 300 levels hold all but 4e-5
    of the state, which moves the mean by at most four times the root of that times the rest.
    """
    log = np.linspace(-8 * spread - 1, 8 * spread + 1, 8001)
    x = np.exp(log)
    function = np.exp(-log / 2 - log**2 / (4 * spread**2))
    levels = np.trapezoid(wave_functions(x, dimension=300) * function * x, log)
    levels[(1 + parity) // 2 :: 2] = 0
    state = levels * np.sqrt(2 / np.trapezoid(function**2 * x, log))
    sign = sign_operator(300)
    y = np.linspace(-20, 20, 20001)
    weights = np.exp(-2 * (spread * y) ** 2)
    mean = sign_product(y, parity=parity) @ (weights / weights.sum())
    assert mean == pytest.approx(state @ sign @ turned(sign, np.pi / 2) @ state, abs=3e-4)
    assert mean.imag * parity < -0.19


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: density_elements(0.0, dimension=2, width=-1), "`width`"),
        (lambda: half_line_elements(0.0, dimension=2, width=np.nan), "`width`"),
        (lambda: half_line_elements(0.0, dimension=2, width=np.inf), "`width`"),
        (lambda: response_operator([1.0, 0.0], dimension=2), "increasing"),
        (lambda: response_operator([0.0], dimension=2, first=0), "`first`"),
        (lambda: response_operator([np.nan], dimension=2), "finite"),
        (lambda: sign_overlap(-1, 0), "must lie in"),
        (lambda: sign_overlap(10**9, 1), "too long"),
        (lambda: sign_operator(10**6), "GB"),
        (lambda: sign_product([np.inf]), "finite"),
        (lambda: sign_product(0.0, parity=0), "`parity`"),
        (lambda: turned(np.full((2, 2), np.nan), 0.0), "finite"),
        (lambda: turned(np.eye(2)[0], 0.0), "square"),
        (lambda: turned(np.eye(2), np.inf), "`phase`"),
        (lambda: limit_density(0.0, [1, 1]), "unit norm"),
        (lambda: limit_density(0.0, [1], phase=np.nan), "`phase`"),
        (lambda: wigner_function([0], [np.nan], [1]), "`momenta`"),
        (lambda: wigner_function([0], [0], [0.5]), "unit norm"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
