from functools import reduce
from math import erf, pi, sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nonlocality.macroscopic_nonlocality.dicke import dicke_state
from nonlocality.macroscopic_nonlocality.particles import spin_measurement
from nonlocality.macroscopic_nonlocality.resolution import (
    _noisy_signs,
    distance_from_local,
    largest_chsh_at_resolution,
    padded_with_singlets,
    resolution_bound,
)


def collective(n, azimuth, polar=pi / 2):
    spin = spin_measurement(polar=polar, azimuth=azimuth).operator
    return sum(reduce(np.kron, [spin if i == j else np.eye(2) for i in range(n)]) for j in range(n))


def function_of(matrix, f):
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * f(values)) @ vectors.conj().T


@pytest.mark.parametrize("n", [3, 4])
@pytest.mark.parametrize("noise", [0.5, 1.2])
def test_the_sectors_are_those_of_the_whole_space(n, noise):
    """2^N amplitudes, spins along x and y, Bob a qubit at 60 angles."""
    delta = noise * sqrt(n)
    x, y = (function_of(collective(n, a), lambda v: [erf(i / sqrt(2) / delta) for i in v])
            for a in (0.0, pi / 2))  # fmt: skip
    z, flip = np.diag([1, -1]), np.array([[0, 1], [1, 0]])
    best = max(
        2 * np.linalg.eigvalsh(np.cos(t) * np.kron(x, z) + np.sin(t) * np.kron(y, flip))[-1]
        for t in np.linspace(0, pi / 2, 61)
    )
    assert best == pytest.approx(largest_chsh_at_resolution(n, noise), abs=2e-3)


@pytest.mark.parametrize("n", [1, 4, 9, 21])
@pytest.mark.parametrize("noise", [0.25, 0.75, 1.0, 2.0, 4.0])
def test_no_state_exceeds_the_bound_of_the_theorem(n, noise):
    assert largest_chsh_at_resolution(n, noise) <= resolution_bound(noise) + 1e-9


def test_the_bound_has_the_right_scale_and_the_violation_ends():
    assert largest_chsh_at_resolution(21, 0.25) > 2.3
    assert largest_chsh_at_resolution(21, 0.75) > 2.001
    assert largest_chsh_at_resolution(21, 1.0) < 2


@pytest.mark.parametrize("n", [5, 16])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 3.0])
def test_every_step_of_the_proof_holds_on_matrices(n, ratio):
    """Random binnings h: the instrument of J_x disturbs h after noisy J_y by less than bounded."""
    rng = np.random.default_rng(n)
    m = np.arange(-n, n + 1, 2).astype(float)
    k = np.arange(1, n + 1)
    up = np.sqrt(k * (n - k + 1))
    x = (np.diag(up, 1) + np.diag(up, -1)) / sqrt(n)  # 2J_x/√N: spread 1, [X, Y] = 2i J_z·2/N
    y = np.diag(m) / sqrt(n)
    commutator = np.linalg.norm(x @ y - y @ x, ord=2)
    assert commutator <= 2 + 1e-12  # N L²/2 with L = 2, in units of N
    s, epsilon = ratio, 2.0
    values, vectors = np.linalg.eigh(x)
    damp = np.exp(-(np.subtract.outer(values, values) ** 2) / (8 * s**2))
    z = np.linspace(-12 * max(s, 1) - 5, 12 * max(s, 1) + 5, 3001)
    step = z[1] - z[0]
    density = np.exp(-(np.subtract.outer(np.diag(y), z) ** 2) / (2 * s**2)) / sqrt(2 * pi) / s
    for _ in range(3):
        bits = np.sign(np.sin(rng.uniform(0.3, 8) * z + rng.uniform(0, 7)))
        f = np.diag((density * bits).sum(axis=1) * step)
        assert np.linalg.norm(x @ f - f @ x, ord=2) <= epsilon / s + 1e-9
        inside = vectors.T @ f @ vectors
        change = vectors @ (damp * inside - inside) @ vectors.T
        assert np.linalg.norm(change, ord=2) <= epsilon / (sqrt(2 * pi) * s**2) + 1e-9


def test_the_distance_is_the_bound_on_chsh():
    for n, delta in ((10, 7.0), (400, 50.0)):
        assert 2 + 2 * distance_from_local(n, delta) == pytest.approx(
            resolution_bound(delta / sqrt(n))
        )
    assert distance_from_local(10, 5.0, settings=1) == 0
    assert distance_from_local(10, 5.0, span=1.0) == distance_from_local(10, 5.0) / 4


@pytest.mark.parametrize("azimuth", [0.0, 1.1])
def test_singlets_inside_a_party_change_nothing(azimuth):
    """Three particles and one singlet a party: the joint law of the sums is that of three."""
    state = sum(c * np.outer(dicke_state(3, k), dicke_state(3, k))
                for k, c in enumerate(np.sqrt([0.4, 0.5, 0.1])))  # fmt: skip
    longer = padded_with_singlets(state, 1)
    longer = padded_with_singlets(np.ascontiguousarray(longer.T), 1)
    laws = []
    for psi, n in ((state, 3), (longer.T, 5)):
        values, u = np.linalg.eigh(collective(n, azimuth))
        other, v = np.linalg.eigh(collective(n, -0.4))
        weights = np.abs(u.conj().T @ psi @ v.conj()) ** 2
        sums = np.arange(-5, 6)
        rows = np.abs(values.round(6)[None] - sums[:, None]) < 0.5
        columns = np.abs(other.round(6)[None] - sums[:, None]) < 0.5
        laws.append(rows @ weights @ columns.T)
    assert_allclose(laws[0], laws[1], atol=1e-12)
    assert laws[0].sum() == pytest.approx(1)


def test_a_singlet_adds_nothing_off_the_equator_either():
    pair = padded_with_singlets(np.array([1.0]), 1)
    for polar in (0.3, 2.0):
        assert_allclose(collective(2, 0.7, polar) @ pair, 0, atol=1e-12)


def test_noisy_signs_are_functions_of_two_spins():
    first, second = _noisy_signs(6, 2.0)
    assert_allclose(np.linalg.eigvalsh(first), np.linalg.eigvalsh(second), atol=1e-9)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: resolution_bound(0), "`noise` must lie in"),
        (lambda: resolution_bound(np.nan), "`noise`"),
        (lambda: distance_from_local(3, 0.0), "`deviation`"),
        (lambda: distance_from_local(3, 1.0, settings=0), "positive"),
        (lambda: largest_chsh_at_resolution(1000, 1.0), "`particles` must lie in"),
        (lambda: largest_chsh_at_resolution(3, -1.0), "`noise`"),
        (lambda: padded_with_singlets(np.ones(4) / 2, 20), "GB"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
