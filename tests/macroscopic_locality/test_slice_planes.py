"""The two planes of the maps."""

import numpy as np
import pytest

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.cglmp import (
    behaviour_from_links,
    cglmp_value,
)
from nonlocality.macroscopic_locality.moments import margin
from nonlocality.macroscopic_locality.slice_planes import slice_biased, slice_links
from nonlocality.macroscopic_locality.slices import Slice

ROOT = np.sqrt(2)


def entries_of(shape):
    return np.arange(np.prod(shape)).reshape(shape)


def slice_with(symmetry, plane=None):
    plane = plane or slice_biased()
    return Slice(plane.origin, plane.right, plane.up, plane.labels, plane.models, symmetry)


def test_level_one_has_a_flat_roof():
    """Tsirelson's bound with biased marginals: all the way to u = √2 − 1, where P = 0 stops it."""
    plane = slice_biased()
    for u in (0.0, 0.2, ROOT - 1 - 1e-9):
        behaviour = Behaviour(plane.table(u, 1 / ROOT))
        assert 4 * behaviour.correlators()[0, 0] == pytest.approx(2 * ROOT)
        assert margin(behaviour, level="1").eigenvalue.lower >= -1e-8
        assert (margin(behaviour, level="1+AB").eigenvalue.upper < -1e-5) == (u > 0)
    assert plane.table(ROOT - 1 + 1e-6, 1 / ROOT).min() < 0


@pytest.mark.parametrize("angle", np.linspace(0, np.pi, 9))
def test_biases_at_tsirelsons_bound_fill_an_octagon(angle):
    """Marginals (r cos θ, r sin θ) of Alice at 2√2: r ≤ (√2 − 1) cos(π/8)/cos(θ mod π/4 − π/8)."""
    a = np.array([np.cos(angle), np.sin(angle)])
    plane = slice_biased([*a, (a[0] + a[1]) / ROOT, (a[0] - a[1]) / ROOT])
    end = (ROOT - 1) * np.cos(np.pi / 8) / np.cos(angle % (np.pi / 4) - np.pi / 8)
    assert plane.table(end * (1 - 1e-9), 1 / ROOT).min() >= 0
    assert plane.table(end * (1 + 1e-6), 1 / ROOT).min() < 0
    assert (
        margin(Behaviour(plane.table(end * (1 - 1e-9), 1 / ROOT)), level="1").eigenvalue.lower
        >= -1e-8
    )


def test_a_slice_of_links_has_the_boxes_where_it_says():
    plane = slice_links()
    for r, (u, v) in enumerate([(0, 1), (np.sqrt(3) / 2, -0.5), (-np.sqrt(3) / 2, -0.5)]):
        box = behaviour_from_links(np.eye(3)[r])
        assert np.allclose(plane.table(u, v), box.table, rtol=0, atol=1e-14)
        assert cglmp_value(box) == pytest.approx(4 * v + 4 * u / np.sqrt(3), abs=1e-12)


def test_named_slices_have_symmetries_that_pass():
    for bias in ([1, 0, 1 / ROOT, 1 / ROOT], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0]):
        plane = slice_biased(bias)
        if plane.symmetry is not None:
            assert plane.symmetry.shape == (2, 2, 2, 2)
    assert slice_with(entries_of((2, 2, 2, 2))).symmetry is not None  # the identity
