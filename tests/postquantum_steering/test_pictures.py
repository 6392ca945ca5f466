"""Bloch pictures: what is drawn is what the assemblage says."""

from itertools import pairwise

import numpy as np
import pytest

from nonlocality.book.figures import subplots, svg
from nonlocality.book.ledger import printed_table
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.assemblages import Assemblage, bloch_vector
from nonlocality.postquantum_steering.exclusive import pythagorean_assemblage
from nonlocality.postquantum_steering.pictures import (
    SETS,
    bloch_figure,
    draw_cones,
    draw_elements,
    draw_octagon,
    draw_sets,
    draw_steering,
)


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


def test_steering_moves_along_a_chord_through_the_state():
    bob = assemblage_of_table(printed_table("ps-table1")).marginal(0)
    _, axes = subplots()
    draw_steering(axes, bob)
    chords = [line.get_xydata() for line in axes.lines if line.get_label().startswith("y =")]
    state = bloch_vector(bob.reduced)[[0, 2]]
    assert len(chords) == 2
    for one, two in chords:
        along, across = two - one, state - one
        assert abs(along[0] * across[1] - along[1] * across[0]) < 1e-12  # on the chord
    with pytest.raises(ValueError, match="qubits of one untrusted party"):
        draw_steering(axes, assemblage_of_table(printed_table("ps-table1")))


def test_a_panel_of_elements_has_a_marker_for_each_that_occurs():
    _, axes = subplots()
    draw_elements(axes, pythagorean_assemblage(), y=0, z=0)
    points, _ = points_and_radii(axes)
    assert len(points) == 3


def test_the_points_of_contact_lie_on_the_rims_of_both_discs_and_meet_at_the_trace_of_s1_only():
    integers = pythagorean_assemblage()
    s1 = np.array([0, 12])  # of the matrix (24 0; 0 0)
    for trace in (24, 40, 60):
        _, axes = subplots()
        contact = draw_cones(axes, integers, trace=trace, unit=1 / 108)
        assert np.allclose(np.linalg.norm(contact - s1, axis=1), (trace - 24) / 2)
        assert np.allclose(contact[0], contact[1]) == (trace == 24)


def test_the_discs_of_a_quantum_assemblage_share_a_point():
    elements = np.zeros((2, 2, 2, 2, 2, 2))
    elements[0, 1] = elements[1, 0] = np.eye(2) / 4  # one fires if the other does not
    _, axes = subplots()
    assert np.allclose(draw_cones(axes, Assemblage(elements), trace=0.5), 0)
    with pytest.raises(ValueError, match="must lie between 0 and"):
        draw_cones(axes, Assemblage(elements), trace=0.6)


def test_cones_are_drawn_of_exclusive_assemblages_only():
    _, axes = subplots()
    with pytest.raises(ValueError, match="exclusive"):
        draw_cones(axes, assemblage_of_table(printed_table("ps-table1")), trace=0.5)


def test_the_inner_octagon_holds_the_dashed_circle_and_the_outer_one_the_full():
    _, axes = subplots()
    draw_octagon(axes, angle=0.0)
    corners = {line.get_label(): line.get_xydata() for line in axes.lines}
    for name, radius in (("octagon inside", np.cos(np.pi / 8)), ("around", 1)):
        middles = (corners[name][1:] + corners[name][:-1]) / 2
        assert np.allclose(np.hypot(*middles.T), radius)


def test_each_set_lies_in_the_one_before():
    _, axes = subplots()
    draw_sets(axes)
    for (_, wide, high, _), (_, narrow, low, _) in pairwise(SETS):
        assert narrow < wide
        assert low < high
    _, wide, high, _ = SETS[1]
    dots = [line.get_xydata()[0] for line in axes.lines if len(line.get_xydata()) == 1]
    assert all((x / wide) ** 2 + (y / high) ** 2 > 1 for x, y in dots)  # beyond Q̃
