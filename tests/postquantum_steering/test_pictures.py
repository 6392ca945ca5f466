"""Bloch pictures: what is drawn is what the assemblage says."""

import numpy as np
import pytest

from nonlocality.book.figures import svg
from nonlocality.book.ledger import printed_table
from nonlocality.postquantum_steering.assemblages import (
    Assemblage,
    assemblage_of_table,
    bloch_vector,
)
from nonlocality.postquantum_steering.exclusive import pythagorean_assemblage
from nonlocality.postquantum_steering.pictures import bloch_figure


def points_and_radii(panel):
    """Markers of a panel, and the radii of its dashed circles."""
    points = [line.get_xydata()[0] for line in panel.lines if len(line.get_xydata()) == 1]
    radii = [
        np.hypot(*line.get_xydata()[0]) for line in panel.lines if line.get_linestyle() == "--"
    ]
    return np.array(points), np.array(radii)


def test_every_element_stands_at_its_bloch_vector():
    table1 = assemblage_of_table(printed_table("ps-table1"))
    panels = {panel.get_title(): panel for panel in bloch_figure(table1).axes}
    assert len(panels) == 5
    for y, z in np.ndindex(2, 2):
        points, radii = points_and_radii(panels[f"y = {y}, z = {z}"])
        wanted = bloch_vector(table1.elements[:, :, y, z].reshape(4, 2, 2))[:, [0, 2]]
        assert np.allclose(points, wanted)
        assert np.allclose(radii, table1.behaviour().table[:, :, y, z].ravel())
    points, radii = points_and_radii(panels["Bob alone"])
    marginal = table1.marginal(0).elements.swapaxes(0, 1).reshape(4, 2, 2)
    wanted = np.vstack([bloch_vector(marginal), bloch_vector(table1.reduced)])[:, [0, 2]]
    assert np.allclose(points, wanted)
    assert np.allclose(radii, np.trace(marginal, axis1=1, axis2=2))


def test_elements_that_never_occur_are_left_out():
    panels = {panel.get_title(): panel for panel in bloch_figure(pythagorean_assemblage()).axes}
    assert len(points_and_radii(panels["y = 0, z = 1"])[0]) == 3
    assert svg(bloch_figure(pythagorean_assemblage()), alt="An example.")


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        (np.full((2, 2, 2, 2, 1, 1), 0.25), "two settings"),
        (np.broadcast_to(np.array([[1, 0.5j], [-0.5j, 1]]) / 8, (2, 2, 2, 2, 2, 2)), "real"),
    ],
)
def test_what_cannot_be_drawn(elements, words):
    with pytest.raises(ValueError, match=words):
        bloch_figure(Assemblage(elements))
