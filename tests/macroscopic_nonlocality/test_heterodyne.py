from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.macroscopic_nonlocality.heterodyne import (
    JOINT_EFFICIENCY,
    heterodyne_elements,
    husimi,
    pair_efficiency,
)
from nonlocality.macroscopic_nonlocality.noise import depolarised, efficiency
from nonlocality.macroscopic_nonlocality.particles import spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import density_elements, turned


@given(st.integers(1, 8), st.floats(-4, 4))
def test_marginals_of_one_measurement_are_the_noisy_quadratures(dimension, phase):
    """At every phase, s = 1: which is what joint measurability means."""
    x = np.linspace(-6, 6, 9)
    seen = heterodyne_elements(x, dimension=dimension, phase=phase)
    limit = density_elements(x, dimension=dimension, width=1.0)
    for i in range(len(x)):
        assert_allclose(seen[..., i], turned(limit[..., i], phase), atol=1e-13)


def test_husimi_density_is_a_density_and_has_these_marginals():
    c = np.array([0.6, 0.48j, 0.64])
    grid = np.arange(-6, 6, 0.05)
    real, imaginary = np.meshgrid(grid, grid, indexing="ij")
    density = husimi(c, real + 1j * imaginary)
    assert density.min() >= 0
    assert density.sum() * 0.05**2 == pytest.approx(1, abs=1e-10)
    # x = 2 Re β at phase 0, so P(x) = ½ ∫ Q d(Im β)
    marginal = density.sum(axis=1) * 0.05 / 2
    elements = heterodyne_elements(2 * grid, dimension=3)
    assert_allclose(marginal, np.einsum("k,l,kli->i", c.conj(), c, elements).real, atol=1e-12)


def test_heterodyne_outcomes_resolve_the_identity():
    x = np.linspace(-12, 12, 481)
    total = heterodyne_elements(x, dimension=4, phase=0.3).sum(axis=-1) * 0.05
    assert_allclose(total, np.eye(4), atol=1e-10)


def test_the_thresholds_of_all_phases_and_of_orthogonal_ones_agree():
    assert pair_efficiency(pi / 2) == pytest.approx(JOINT_EFFICIENCY)
    assert efficiency(depolarised(spin_measurement(), noise=1 - 0.5**0.5)) == pytest.approx(
        JOINT_EFFICIENCY
    )


@given(st.floats(-pi, pi))
def test_pairs_meet_busch_criterion_of_one_qubit(angle):
    """Visibility η = √u: jointly measurable iff η (|n + n′| + |n − n′|) ≤ 2."""
    eta = np.sqrt(pair_efficiency(angle))
    assert eta * (abs(np.cos(angle / 2)) + abs(np.sin(angle / 2))) == pytest.approx(1)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_angles_and_points_must_be_finite(bad):
    with pytest.raises(ValueError, match="Argument `angle` must hold finite"):
        pair_efficiency(bad)
    with pytest.raises(ValueError, match="Argument `points` must hold finite"):
        heterodyne_elements([bad], dimension=2)
    with pytest.raises(ValueError, match="Argument `phase` must hold finite"):
        heterodyne_elements([0.0], dimension=2, phase=bad)
    with pytest.raises(ValueError, match="Argument `beta` must hold finite"):
        husimi([1], [bad])


def test_states_must_be_normalised_and_dimensions_positive():
    with pytest.raises(ValueError, match="must have unit norm"):
        husimi([1, 1], [0])
    with pytest.raises(ValueError, match="Argument `dimension` must hold positive"):
        heterodyne_elements([0.0], dimension=0)
