from math import comb, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad, simpson
from scipy.linalg import eigh_tridiagonal

from nonlocality.macroscopic_nonlocality.rotor_limit import (
    distance_to_rotor,
    hidden_density,
    hidden_outcome,
    rotor_cumulative,
    rotor_density,
    rotor_joint_density,
    spin_distribution,
)

SKEW = np.array([0.48, 0.6 * np.exp(0.8j), 0.64j])  # its distribution tells φ from −φ


def dicke(particles, ones):
    """A Dicke state as a vector of length 2^particles."""
    vector = np.array([bin(i).count("1") == ones for i in range(2**particles)], dtype=float)
    return vector / np.linalg.norm(vector)


def collective(particles, matrix):
    """Σ_i A_i as a dense matrix."""
    total = 0
    for i in range(particles):
        factors = [np.eye(2)] * i + [matrix] + [np.eye(2)] * (particles - 1 - i)
        term = np.eye(1)
        for factor in factors:
            term = np.kron(term, factor)
        total = total + term
    return total


def observable(polar, phase):
    turn = np.exp(1j * phase)
    return np.array([[np.cos(polar), np.sin(polar) * turn], [np.sin(polar) / turn, -np.cos(polar)]])


def amplitudes(particles, k):
    """|⟨m|j, k⟩| at Θ = π/2 as eigenvectors of a tridiagonal matrix: a second route."""
    j = particles // 2
    m = np.arange(-j, j + 1.0)
    beside = np.sqrt(j * (j + 1) - m[:-1] * m[1:]) / 2
    window = (k - 0.5, k + 0.5)
    return eigh_tridiagonal(np.zeros_like(m), beside, select="v", select_range=window)[1][:, 0]


def random_state(seed, shape):
    rng = np.random.default_rng(seed)
    c = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    return c / np.linalg.norm(c)


@pytest.mark.parametrize("particles", [2, 4, 6])
@pytest.mark.parametrize("polar", [pi / 2, 1.1])
@pytest.mark.parametrize("phase", [0.0, 0.7, -2.0])
def test_distribution_is_that_of_the_dense_calculation(particles, polar, phase):
    """All 2^(2N) amplitudes, with no Dicke state or angular momentum in it."""
    levels = [-1, 0, 1]
    state = SKEW @ [dicke(particles, particles // 2 + k) for k in levels]
    values, vectors = np.linalg.eigh(collective(particles, observable(polar, phase)))
    weights = np.abs(vectors.conj().T @ state) ** 2
    x, p = spin_distribution(SKEW, particles=particles, levels=levels, phase=phase, polar=polar)
    assert_allclose(x * particles * np.sin(polar), np.arange(-particles, particles + 1, 2))
    dense = [weights[np.abs(values - v) < 1e-6].sum() for v in range(-particles, particles + 1, 2)]
    assert_allclose(p, dense, atol=1e-12)


@pytest.mark.parametrize("particles", [2, 20, 2000, 100000])
@pytest.mark.parametrize("k", [0, 1, -1])
def test_probabilities_are_those_of_the_eigenproblem(particles, k):
    x, p = spin_distribution([1], particles=particles, levels=[k])
    j = particles // 2
    assert_allclose(p, amplitudes(particles, k) ** 2, atol=1e-11)
    assert p.sum() == pytest.approx(1, abs=1e-11)
    assert p @ x**2 == pytest.approx((j * (j + 1) - k * k) / (2 * j * j), abs=1e-9)


@pytest.mark.parametrize("particles", [2, 20, 20000])
def test_middle_state_puts_nothing_on_every_second_outcome(particles):
    p = spin_distribution([1], particles=particles, levels=[0])[1]
    assert_allclose(p[1::2], 0, atol=1e-12)
    j = particles // 2  # closed form of the two ends, C(2j, j)/4^j
    end = np.exp(sum(np.log1p(-1 / (2 * i)) for i in range(1, j + 1)))
    assert_allclose(p[[0, -1]], end, rtol=1e-8)


@given(st.integers(0, 10**6), st.floats(-4, 4))
def test_limit_density_is_positive_normalised_and_integrates_to_the_cumulative(seed, phase):
    c, k = random_state(seed, 4), [-2, 0, 1, 5]
    theta = np.linspace(0, pi, 2001)
    density = rotor_density(c, levels=k, theta=theta, phase=phase)
    total = rotor_cumulative(c, levels=k, theta=theta, phase=phase)
    assert density.min() > -1e-12
    assert total[0] == pytest.approx(0)
    assert total[-1] == pytest.approx(1)
    assert simpson(density[:1001], x=theta[:1001]) == pytest.approx(total[1000], abs=1e-9)


@pytest.mark.parametrize("phase", [0.4, 0.9])
@pytest.mark.parametrize("polar", [pi / 2, 1.2, 0.3])
def test_finite_distributions_tend_to_the_limit(phase, polar):
    """Largest distance of the cumulative distributions: N^(−1/2) on the equator, else N^(−1/3).

    Off the equator the ends of the spectrum are turning points. With −φ the distance stays.
    """
    levels = [-1, 0, 1]

    def distance(particles, phase_of_limit):
        x, p = spin_distribution(SKEW, particles=particles, levels=levels, phase=phase, polar=polar)
        inside = np.abs(x) < 1
        above = (np.cumsum(p[::-1])[::-1] - p / 2)[inside]  # half of the jump at x
        theta = np.arccos(x[inside])
        return np.abs(
            above - rotor_cumulative(SKEW, levels=levels, theta=theta, phase=phase_of_limit)
        ).max()

    for particles in (200, 3200, 51200):
        assert distance(particles, phase) < 0.2 * particles ** (-1 / 2 if polar > 1.5 else -1 / 3)
        assert distance(particles, -phase) > 0.3


@pytest.mark.parametrize("polar", [pi / 2, 1.2])
def test_kolmogorov_distance(polar):
    """At least half the largest atom, small for the right phase, never for the wrong one."""
    more = {"levels": [-1, 0, 1], "phase": 0.4, "polar": polar}
    sizes = [200, 3200, 51200]
    right = [distance_to_rotor(SKEW, particles=n, **more) for n in sizes]
    wrong = [distance_to_rotor(SKEW, particles=n, limit_phase=-0.4, **more) for n in sizes]
    atoms = [spin_distribution(SKEW, particles=n, **more)[1].max() for n in sizes]
    assert (np.array(right) >= np.array(atoms) / 2 - 1e-12).all()
    assert right[2] < right[1] / 2 < right[0] / 4
    assert min(wrong) > 0.3


def test_kolmogorov_distance_of_the_middle_state_is_its_end_atom():
    for n in (2, 10, 1000):
        assert distance_to_rotor([1], particles=n, levels=[0]) == pytest.approx(
            comb(n, n // 2) / 2**n, rel=1e-9
        )


def test_delta_function_of_d6():
    """(1/2π) 4^N cos^2N(x/2)/C(2N, N): mass 1 at every N, and its moments tend to those of δ."""
    for n in (1, 5, 200):

        def bump(x, k=0, n=n):
            return np.cos(k * x) * (4 * np.cos(x / 2) ** 2) ** n / comb(2 * n, n) / (2 * pi)

        for k in (0, 1, 3):
            mass = quad(bump, -pi, pi, args=(k,), epsabs=1e-12)[0]
            exact = comb(2 * n, n + k) / comb(2 * n, n)  # → 1
            assert mass == pytest.approx(exact, abs=1e-10)


@given(st.integers(0, 10**6), st.floats(-4, 4), st.floats(-4, 4))
def test_local_model_gives_the_quantum_distribution(seed, alice, bob):
    """Two hidden angles, ±θ − φ, lead to each outcome; the density never saw the phases."""
    levels = ([-1, 0, 2], [0, 1])
    c = random_state(seed, (3, 2))
    theta = np.linspace(0.05, 3, 7), np.linspace(0.1, 3.1, 5)
    quantum = rotor_joint_density(c, levels=levels, theta=theta, phases=(alice, bob))
    model = 0
    for a in (1, -1):
        for b in (1, -1):
            angles = a * theta[0] - alice, b * theta[1] - bob
            assert_allclose(hidden_outcome(angles[0], phase=alice), np.cos(theta[0]), atol=1e-12)
            assert_allclose(hidden_outcome(angles[1], phase=bob), np.cos(theta[1]), atol=1e-12)
            model = model + hidden_density(c, levels=levels, angles=angles)
    assert_allclose(model, quantum, atol=1e-12)


@given(st.integers(0, 10**6))
def test_hidden_density_is_a_density(seed):
    c = random_state(seed, (2, 3))
    grid = np.arange(12) * pi / 6  # exact for trigonometric polynomials of this degree
    density = hidden_density(c, levels=([0, 3], [-2, 0, 1]), angles=(grid, grid))
    assert density.min() >= 0
    assert density.sum() * (pi / 6) ** 2 == pytest.approx(1)


def test_printed_hidden_variable_knows_the_settings():
    """(D13) puts φ_A − ϕ_1 into the density: at one λ it changes with the setting."""
    c = np.eye(2) / sqrt(2)
    printed = [
        hidden_density(c, levels=([0, 1], [0, 1]), angles=([0.3 - phase], [0.0]))[0, 0]
        for phase in (0.0, pi / 2)
    ]
    assert abs(printed[0] - printed[1]) > 0.01


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"levels": [2, 0]}, r"Argument `levels` must lie in \[-1, 1\]"),
        ({"levels": [0.5, 1]}, "must be a list of integers"),
        ({"levels": []}, "must be a list of integers"),
        ({"levels": [0, 1e300]}, r"must lie within ±2\^53"),
        ({"polar": 0}, "must not be 0 or π"),
        ({"polar": 4}, r"Argument `polar` must lie in \[0, 3.14"),
        ({"phase": np.nan}, "Argument `phase` must hold finite"),
        ({"phase": [0, 1]}, r"Argument `phase` must have shape \(\)"),
        ({"coefficients": [1, 1]}, "must have norm 1, but has norm 1.41"),
        ({"coefficients": [1]}, r"must have shape \(2,\)"),
        ({"coefficients": [np.nan, 1]}, "must hold finite"),
    ],
)
def test_distribution_refuses(change, message):
    arguments = {"coefficients": [0.6, 0.8], "particles": 2, "levels": [0, 1]} | change
    with pytest.raises(ValueError, match=message):
        spin_distribution(**arguments)


def test_limits_refuse():
    with pytest.raises(ValueError, match=r"Argument `theta` must lie in \[0, π\]"):
        rotor_density([1], levels=[0], theta=-0.1)
    with pytest.raises(ValueError, match="Argument `theta` must hold finite"):
        rotor_cumulative([1], levels=[0], theta=np.nan)
    with pytest.raises(ValueError, match="Argument `phases` must"):
        rotor_joint_density([[1]], levels=([0], [0]), theta=([1], [1]), phases=(0, np.inf))
    with pytest.raises(ValueError, match="Argument `angles` must hold finite"):
        hidden_density([[1]], levels=([0], [0]), angles=([0], [np.nan]))
    with pytest.raises(ValueError, match="Argument `angle` must hold finite"):
        hidden_outcome(np.inf, phase=0)


@pytest.mark.parametrize("wrong", [[], [[0]], [[0]] * 3, 5, None])
def test_what_belongs_to_two_parties_has_two_entries(wrong):
    good = {"levels": ([0], [0]), "angles": ([0], [0])}
    for name in good:
        with pytest.raises(ValueError, match=f"`{name}` must hold one entry for each"):
            hidden_density([[1]], **{**good, name: wrong})
