"""Polygons and polyhedra of measurements."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from samples import planar_measurements

from nonlocality.postquantum_steering.directions import (
    check_corners,
    octagon_mixture,
    polygon,
    polyhedron,
)
from nonlocality.postquantum_steering.hidden_states import local_visibility


@pytest.mark.parametrize("n", [2, 3, 8, 33])
def test_polygon_touches_the_disc(n):
    r = polygon(n, angle=0.3)
    ring = np.concatenate([r, -r, r[:1]])
    middles = np.linalg.norm(ring[1:] + ring[:-1], axis=1) / 2
    assert np.allclose(middles, 1)
    assert check_corners(r).volume == pytest.approx(2 * n * np.tan(np.pi / (2 * n)))


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        (0.999 * polygon(5), "radius 0.999 only"),
        (polygon(6)[:2], r"radius .* only"),
        ([[1.0, 0], [2.0, 0]], "radius 0 only"),
        ([[1.0, 0, 0], [0, 1.0, 0], [1, 1, 0]], "radius 0 only"),
        (np.eye(3), "radius 0.577350269 only"),
        (np.ones((3, 4)), r"shape \(n, 2\) or \(n, 3\)"),
        ([[1.0, 2.0]], r"shape \(n, 2\) or \(n, 3\)"),
        ([[np.nan, 0], [0, 1]], "finite"),
    ],
)
def test_corners_that_do_not_contain_the_disc(corners, words, table1):
    with pytest.raises(ValueError, match=words):
        local_visibility(table1, corners=corners)


@pytest.mark.parametrize("n", [1, 0, 2.5, "4"])
def test_a_polygon_has_directions(n):
    with pytest.raises(ValueError, match="directions"):
        polygon(n)


@pytest.mark.parametrize("frequency", range(1, 5))
def test_a_geodesic_polyhedron_holds_the_ball_and_hugs_it(frequency):
    corners = polyhedron(frequency)
    assert corners.shape == (5 * frequency**2 + 1, 3)
    hull = check_corners(corners)
    assert -hull.equations[:, -1].max() == pytest.approx(1)
    reach = np.linalg.norm(corners, axis=1)
    assert reach.max() <= [1.26, 1.07, 1.04, 1.03][frequency - 1] + 0.005
    with pytest.raises(ValueError, match="frequency"):
        polyhedron(0)


@pytest.mark.parametrize("angle", np.linspace(-4, 7, 23))
def test_the_octagon_mixes_to_every_noisy_measurement(angle):
    """(38) and (39): coefficients of a distribution, equal operators, equal statistics."""
    mixture, mu = octagon_mixture(angle), np.cos(np.pi / 8)
    assert mixture.min() >= 0
    assert mixture.sum() == pytest.approx(1, abs=1e-14)
    octagon = planar_measurements(np.arange(4) * np.pi / 4)
    mixed = np.einsum("ax,xaij->ij", mixture, octagon)
    (sharp,) = planar_measurements(np.array([angle]))
    assert_allclose(mixed, mu * sharp[0] + (1 - mu) * np.eye(2) / 2, atol=1e-14)
