from math import cos, pi, sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal, skellam

from nonlocality.macroscopic_nonlocality.independent_pairs import (
    chsh_majority,
    majority_correlator,
)
from nonlocality.macroscopic_nonlocality.pair_parity import (
    PARITY_LIMIT,
    best_bits,
    chsh_parity,
    chsh_parity_best,
    chsh_square_wave,
    pair_table,
)


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_the_table_gives_parity_and_majority(n):
    table, c = pair_table(0.6, pairs=n), 0.6
    k = np.arange(n + 1)
    parity, majority = (-1.0) ** k, np.sign(2 * k - n)
    assert table.sum() == pytest.approx(1)
    assert parity @ table @ parity == pytest.approx(c**n)
    if n % 2:
        assert majority @ table @ majority == pytest.approx(float(majority_correlator(c, pairs=n)))


def test_parities_exceed_their_limit_at_every_number_tried():
    values = [chsh_parity_best(pairs=n)[1] for n in (1, 2, 3, 5, 10, 30, 100, 1000, 10**5)]
    assert (np.diff(values) < 0).all()
    assert values[0] == pytest.approx(2 * sqrt(2))
    assert values[-1] > PARITY_LIMIT
    assert values[-1] == pytest.approx(PARITY_LIMIT, abs=2e-6)


@pytest.mark.parametrize("n", [1, 2, 3, 10])
def test_no_other_four_angles_do_better(n):
    """From random starts, four free angles in the plane: the equally spaced ones are best."""
    from scipy.optimize import minimize

    rng = np.random.default_rng(n)

    def value(angles):
        apart = np.cos(np.subtract.outer(angles[:2], angles[2:])) ** n
        return -(apart * [[1, 1], [1, -1]]).sum()

    found = max(-minimize(value, rng.uniform(0, 1.5, 4)).fun for _ in range(30))
    assert found == pytest.approx(chsh_parity_best(pairs=n)[1], abs=1e-6)


@pytest.mark.parametrize("n", [3, 9, 21])
def test_at_fixed_settings_no_bit_beats_the_majority(n):
    assert best_bits(pi / 4, pairs=n) == pytest.approx(chsh_majority(pi / 4, pairs=n), abs=1e-9)


def test_closing_settings_make_the_parity_best_found():
    """At N = 9: the best angle of the parity, all bits allowed."""
    angle, chsh = chsh_parity_best(pairs=9)
    assert best_bits(angle, pairs=9, starts=20) >= chsh - 1e-9


def test_full_statistics_of_fixed_settings_become_gaussian():
    """Total variation of the joint counts from a rounded Gaussian falls like 1/N."""
    c, gaps = cos(pi / 4), []
    for n in (9, 33, 129):
        k = np.arange(n + 1)
        points = np.stack(np.meshgrid(2 * k - n, 2 * k - n, indexing="ij"), axis=-1)
        gauss = 4 * multivariate_normal(cov=n * np.array([[1, c], [c, 1]])).pdf(points)
        gaps.append(np.abs(pair_table(c, pairs=n) - gauss).sum() / 2)
    falls = np.divide(gaps[:-1], gaps[1:])
    assert gaps[-1] < 5e-3
    assert (falls > 3).all()


@pytest.mark.parametrize("width", [1, 2, 3, 5])
@pytest.mark.parametrize("v", [0.7, 3.0])
def test_square_waves_average_over_poisson_flips(width, v):
    """E(v) = Σ_d P(d) C(d), with C the autocorrelation of the wave."""
    wave = np.repeat([1.0, -1.0], width)
    d = np.arange(-60, 61)
    autocorrelation = np.array([np.mean(wave * np.roll(wave, s)) for s in d])
    mean = v**2 / 8
    near = skellam.pmf(d, mean, mean) @ autocorrelation
    far = skellam.pmf(d, 9 * mean, 9 * mean) @ autocorrelation
    assert chsh_square_wave(width, spread=v) == pytest.approx(3 * near - far, abs=1e-9)


def test_square_waves_are_the_limit_of_finite_tables():
    n, u, width = 800, 1.1, 3
    k = np.arange(n + 1)
    bits = np.where(k // width % 2, -1.0, 1.0)
    near, far = (bits @ pair_table(cos(j * u / sqrt(n)), pairs=n) @ bits for j in (1, 3))
    assert 3 * near - far == pytest.approx(chsh_square_wave(width, spread=u), abs=5e-3)


def test_wider_waves_violate_less():
    spread = np.linspace(0.1, 40, 2000)
    best = [max(chsh_square_wave(w, spread=u) for u in spread) for w in (1, 2, 3, 4, 8)]
    assert best[0] == pytest.approx(best[1], abs=1e-4)  # only κ = ±π/2 occurs
    assert (np.diff(best[1:]) < 0).all()
    assert min(best) > 2


def test_tables_are_those_of_enumeration():
    found = np.zeros((4, 4))
    for a in np.ndindex(2, 2, 2):
        for b in np.ndindex(2, 2, 2):
            weight = np.prod([(1 + 0.3 * (-1) ** (x + y)) / 4 for x, y in zip(a, b, strict=True)])
            found[3 - sum(a), 3 - sum(b)] += weight
    assert_allclose(pair_table(0.3, pairs=3), found, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: chsh_parity(np.nan, pairs=2), "`angle`"),
        (lambda: chsh_parity(0.1, pairs=0), "`pairs`"),
        (lambda: pair_table(1.1, pairs=2), "`correlator`"),
        (lambda: pair_table(0.1, pairs=10**5), "`pairs` must lie in"),
        (lambda: best_bits(0.1, pairs=2, starts=0), "`starts`"),
        (lambda: chsh_square_wave(0, spread=1), "`width`"),
        (lambda: chsh_square_wave(1, spread=np.inf), "`spread`"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("angle", [0.3, 0.3 + 2 * pi, 1e308, -1e308])
def test_an_angle_of_any_size_has_a_value(angle):
    for value in (chsh_parity(angle, pairs=3), chsh_majority(angle, pairs=3)):
        assert abs(value) <= 4
    assert best_bits(angle, pairs=3) >= chsh_majority(angle, pairs=3) - 1e-9
    assert chsh_parity(0.3 + 2 * pi, pairs=3) == pytest.approx(chsh_parity(0.3, pairs=3))
