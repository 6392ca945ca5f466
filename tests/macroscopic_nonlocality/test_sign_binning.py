from math import erf, exp, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad

from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.noise import dephased, depolarised, lossy
from nonlocality.macroscopic_nonlocality.oscillator import wave_functions
from nonlocality.macroscopic_nonlocality.particles import spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import (
    response_operator,
    sign_operator,
    turned,
)
from nonlocality.macroscopic_nonlocality.sign_binning import (
    EXAMPLE,
    PHASES,
    best_schmidt_chsh,
    critical_efficiency,
    critical_efficiency_of_levels,
    critical_values,
    example_chsh,
    example_chsh_shifted,
    example_chsh_uniform,
    example_chsh_worst,
    finite_sign_elements,
    schmidt_chsh,
    sign_elements,
    uniform_noise_elements,
)

ODD = 20001


def finite_chsh(particles, measurement, **kwargs):
    seen = finite_sign_elements(particles, measurement, dimension=3, **kwargs)
    return schmidt_chsh(EXAMPLE, seen, seen)


def by_quadrature(k, m, response):
    def integrand(x):
        waves = wave_functions(x, dimension=4)
        return response(x) * waves[k] * waves[m]

    return quad(integrand, -14, 14, points=[-0.6, 0, 0.6], epsabs=1e-11, limit=200)[0]


@pytest.mark.parametrize("shift", [0.0, 0.6, -0.6])
@pytest.mark.parametrize("u", [1.0, 0.6])
def test_sign_elements_are_the_integrals_b5(shift, u):
    s = sqrt(1 / u - 1)
    seen = sign_elements(4, efficiency=u, shift=shift)
    for k in range(4):
        for m in range(4):
            response = (  # E sgn(x + s g + r)
                (lambda x: erf((x + shift) / (sqrt(2) * s)))
                if s
                else (lambda x: np.sign(x + shift))
            )
            assert seen[k, m] == pytest.approx(by_quadrature(k, m, response), abs=1e-8)


@given(st.integers(1, 9), st.floats(0.05, 1), st.floats(-2, 2))
def test_beam_splitter_and_gaussian_give_the_same_elements(d, u, shift):
    width = sqrt(1 / u - 1)
    assert_allclose(
        sign_elements(d, efficiency=u, shift=shift),
        response_operator([-shift], dimension=d, width=width),
        atol=1e-7,
    )


@pytest.mark.parametrize("bound", [0.0, 0.3, 2.0])
def test_uniform_noise_is_a_ramp(bound):
    seen = uniform_noise_elements(4, bound=bound)
    if not bound:
        assert_allclose(seen, sign_operator(4), atol=1e-13)
        return
    for k in range(4):
        for m in range(4):
            points = [-bound, bound]
            direct = quad(
                lambda x, k=k, m=m: np.clip(x / bound, -1, 1)
                * np.prod(wave_functions(x, dimension=4)[[k, m]]),
                -14, 14, points=points, epsabs=1e-11,
            )[0]  # fmt: skip
            assert seen[k, m] == pytest.approx(direct, abs=1e-8)


@given(st.floats(0, 1))
def test_closed_forms_of_the_example(u):
    seen = sign_elements(3, efficiency=u)
    assert seen[0, 1] ** 2 == pytest.approx(2 * u / pi, abs=1e-12)
    assert seen[1, 2] ** 2 == pytest.approx(u * (2 - u) ** 2 / pi, abs=1e-12)
    assert schmidt_chsh(EXAMPLE, seen, seen) == pytest.approx(float(example_chsh(u)), abs=1e-12)


@given(st.floats(1e-3, 3))
def test_closed_form_with_uniform_noise(bound):
    seen = uniform_noise_elements(3, bound=bound)
    f, g = exp(-bound * bound / 2) / sqrt(2 * pi), erf(bound / sqrt(2)) / bound
    assert seen[0, 1] == pytest.approx(g, abs=1e-12)
    assert seen[1, 2] == pytest.approx(sqrt(2) * (g - f), abs=1e-12)
    assert schmidt_chsh(EXAMPLE, seen, seen) == pytest.approx(example_chsh_uniform(bound))


@given(st.floats(0, 0.9), st.integers(0, 10**6))
@settings(max_examples=30)
def test_no_bounded_noise_is_worse_than_opposite_shifts(bound, seed):
    """Random laws of the noise, other ones for every setting, on a few points of [−ε, ε]."""
    rng = np.random.default_rng(seed)
    bounded = []
    for _ in range(4):
        points = rng.choice([-1.0, 1.0, 0.3, -0.5], size=3) * bound
        weights = rng.dirichlet(np.ones(3))
        pairs = zip(points, weights, strict=True)
        bounded.append(sum(w * sign_elements(3, shift=r) for r, w in pairs))
    total = 0
    for x in range(2):
        for y in range(2):
            joint = np.kron(turned(bounded[x], PHASES[x]), turned(bounded[2 + y], PHASES[2 + y]))
            psi = np.diag(EXAMPLE).ravel()
            total += (-1 if x and y else 1) * (psi @ joint @ psi).real
    assert total >= example_chsh_worst(bound) - 1e-12


def test_fixed_shifts_are_the_expectation_of_the_bell_operator():
    shifts = np.random.default_rng(4).uniform(-1, 1, 4)
    a, aa, b, bb = (
        turned(sign_elements(3, shift=r), phase) for r, phase in zip(shifts, PHASES, strict=True)
    )
    bell = np.kron(a, b + bb) + np.kron(aa, b - bb)
    psi = np.diag(EXAMPLE).ravel()
    assert example_chsh_shifted(shifts) == pytest.approx((psi @ bell @ psi).real, abs=1e-12)


def test_schmidt_chsh_is_the_expectation_of_the_bell_operator():
    rng = np.random.default_rng(3)
    c = rng.normal(size=4) + 1j * rng.normal(size=4)
    c /= np.linalg.norm(c)
    phases = rng.uniform(0, 6, 4)
    alice, bob = sign_elements(4, efficiency=0.8, shift=0.2), turned(sign_elements(4), 0.7)
    a, aa = (turned(alice, p) for p in phases[:2])
    b, bb = (turned(bob, p) for p in phases[2:])
    bell = np.kron(a, b + bb) + np.kron(aa, b - bb)
    psi = np.diag(c).ravel()
    expected = (psi.conj() @ bell @ psi).real
    assert schmidt_chsh(c, alice, bob, phases=phases) == pytest.approx(expected, abs=1e-12)


def test_critical_values_are_roots_of_the_closed_forms():
    found = critical_values()
    u = found["loss p"]
    assert u**3 - 4 * u**2 + 8 * u == pytest.approx(pi * sqrt(2.5), abs=1e-10)
    assert float(example_chsh((1 - found["depolarising lambda"]) ** 2)) == pytest.approx(2)
    assert float(example_chsh((1 - 2 * found["dephasing lambda"]) ** 2)) == pytest.approx(2)
    assert example_chsh_uniform(found["uniform noise epsilon"]) == pytest.approx(2)
    assert example_chsh_worst(found["worst bounded noise epsilon"]) == pytest.approx(2)
    one = critical_efficiency(both=False)  # i_kl(u) i_kl(1): √u (6 − u) in place of u (…)
    assert sqrt(one) * (6 - one) == pytest.approx(pi * sqrt(2.5), abs=1e-10)


def test_more_levels_bear_more_loss():
    found = [critical_efficiency_of_levels(d, excess=1e-9) for d in (3, 4, 6, 10, 20)]
    assert found[0] <= critical_efficiency()
    assert (np.diff(found) < 0).all()
    value, c = best_schmidt_chsh(6, efficiency=0.9)
    seen = sign_elements(6, efficiency=0.9)
    assert schmidt_chsh(c, seen, seen) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("excess", [1e-9, 1e-3, 0.05])
def test_no_number_of_levels_bears_what_makes_everything_local(excess):
    """At u = 1/2 one measurement serves all settings; rounding must not look like a violation."""
    found = [critical_efficiency_of_levels(d, excess=excess) for d in (20, 100, 200)]
    assert (np.diff(found) <= 0).all()
    assert found[-1] > 0.5
    u = found[-1]
    assert best_schmidt_chsh(200, efficiency=u)[0] == pytest.approx(2 + excess, abs=1e-11)
    assert best_schmidt_chsh(200, efficiency=0.5)[0] <= 2 + 1e-11


def test_the_settings_follow_a_state_with_complex_coefficients():
    """Phases e^{iak} of the coefficients are a turn of phase space: nothing changes."""
    turned_state = EXAMPLE * np.exp(0.9j * np.arange(3))
    assert critical_efficiency(turned_state) == pytest.approx(critical_efficiency(), abs=1e-9)
    assert critical_efficiency(EXAMPLE, both=False) < critical_efficiency()


def test_finite_particles_decide_the_exponent_of_the_arrival_probability():
    """Between p = 0.9892 and 0.9963 the two formulas disagree about a violation."""
    for p in (0.99, 0.993, 0.996):
        assert float(example_chsh(p)) > 2 > float(example_chsh(p**3))
        found = finite_chsh(ODD, lossy(spin_measurement(), arrival=p))
        assert found > 2
        assert found == pytest.approx(float(example_chsh(p)), abs=1e-6)


@pytest.mark.parametrize("tie", [-1, 0, 1])
def test_what_a_tie_counts_as_matters_to_order_one_over_n_only(tie):
    found = finite_chsh(ODD, lossy(spin_measurement(), arrival=0.993), tie=tie)
    assert found == pytest.approx(float(example_chsh(0.993)), abs=1 / ODD)


@pytest.mark.parametrize("noise", [0.004, 0.1])
def test_finite_particles_meet_the_limits_of_the_channels(noise):
    for channel, u in [(depolarised, (1 - noise) ** 2), (dephased, (1 - 2 * noise) ** 2)]:
        found = finite_chsh(ODD, channel(spin_measurement(), noise=noise))
        assert found == pytest.approx(float(example_chsh(u)), abs=2 / ODD)
    # a flip with certainty turns every phase by π, which the two sides undo
    found = finite_chsh(ODD, dephased(spin_measurement(), noise=1 - noise))
    assert found == pytest.approx(float(example_chsh((1 - 2 * noise) ** 2)), abs=2 / ODD)


def test_finite_particles_meet_the_limit_of_uniform_noise():
    statistics = collective_statistics(ODD, spin_measurement(), dimension=3)
    for bound in (0.1, 0.5):
        seen = statistics.operator(np.clip(statistics.outcomes / bound, -1, 1))
        found = schmidt_chsh(EXAMPLE, seen, seen)
        assert found == pytest.approx(example_chsh_uniform(bound), abs=1 / ODD)


@pytest.mark.parametrize("particles", [3, 8, 101])
def test_half_the_particles_never_violate_chsh(particles):
    """Give each particle to one of the two settings: a joint measurement at every N."""
    rng = np.random.default_rng(particles)
    seen = finite_sign_elements(particles, lossy(spin_measurement(), arrival=0.5), dimension=3)
    ideal = finite_sign_elements(particles, spin_measurement(), dimension=3)
    for phases in rng.uniform(0, 2 * pi, (40, 4)):
        a, aa = (turned(seen, p) for p in phases[:2])
        b, bb = (turned(ideal, p) for p in phases[2:])
        assert np.linalg.eigvalsh(np.kron(a, b + bb) + np.kron(aa, b - bb))[-1] <= 2 + 1e-9


def test_the_ideal_quadratures_of_the_heterodyne_bound_never_violate_chsh():
    seen, ideal, rng = sign_elements(6, efficiency=0.5), sign_elements(6), np.random.default_rng(0)
    for phases in rng.uniform(0, 2 * pi, (40, 4)):
        a, aa = (turned(seen, p) for p in phases[:2])
        b, bb = (turned(ideal, p) for p in phases[2:])
        assert np.linalg.eigvalsh(np.kron(a, b + bb) + np.kron(aa, b - bb))[-1] <= 2 + 1e-9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sign_elements(3, efficiency=1.2), r"`efficiency` must lie in \[0, 1\]"),
        (lambda: sign_elements(3, shift=np.nan), "`shift` must hold finite"),
        (lambda: sign_elements(0), "`dimension` must hold positive"),
        (lambda: uniform_noise_elements(3, bound=-1), "`bound` must not be negative"),
        (lambda: uniform_noise_elements(3, bound=np.inf), "`bound` must hold finite"),
        (lambda: example_chsh(1.1), r"`efficiency` must lie in \[0, 1\]"),
        (lambda: example_chsh(np.nan), "`efficiency` must hold finite"),
        (lambda: example_chsh_uniform(-0.1), "`bound` must not be negative"),
        (lambda: example_chsh_shifted([0, 0, 0]), "must hold 4 numbers"),
        (lambda: example_chsh_shifted([0, 0, 0, np.inf]), "`shifts` must hold finite"),
        (lambda: example_chsh_worst(1.5), r"`bound` must lie in \[0, 1\]"),
        (lambda: schmidt_chsh([1, 1], np.eye(2), np.eye(2)), "must have unit norm"),
        (lambda: schmidt_chsh([1], np.eye(1), np.eye(2)), r"`bob` must have shape \(1, 1\)"),
        (lambda: schmidt_chsh([1], np.eye(1), np.eye(1), phases=[0]), "must hold 4 angles"),
        (
            lambda: schmidt_chsh([1], np.eye(1), np.eye(1), phases=[0, 0, 0, np.nan]),
            "`phases` must hold finite",
        ),
        (lambda: critical_efficiency([1, 0]), "must allow CHSH above 2 without noise"),
        (lambda: critical_efficiency_of_levels(2, excess=1e-9), "`dimension` must allow CHSH"),
        (lambda: critical_efficiency_of_levels(3, excess=0.1), "`dimension` must allow CHSH"),
        (lambda: critical_efficiency_of_levels(3, excess=0), "`excess` must lie in"),
        (
            lambda: finite_sign_elements(3, spin_measurement(), dimension=2, tie=2),
            r"`tie` must lie in \[-1, 1\]",
        ),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
