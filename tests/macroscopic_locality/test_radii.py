import numpy as np
import pytest
from helpers import ACCURACY, assert_encloses, random_no_signalling

from nonlocality.foundations.behaviours import (
    Behaviour,
    behaviour_pr_box,
    behaviour_white_noise,
)
from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.macroscopic_locality.moments import margin, maximise
from nonlocality.macroscopic_locality.radii import radius, visibility
from nonlocality.macroscopic_locality.structure import LEVELS, moment_structure
from nonlocality.macroscopic_locality.tilted_chsh import behaviour_tilted_macroscopic
from nonlocality.macroscopic_locality.volumes import facet_vertices

CHSH = correlator_functional([[1, 1], [1, -1]])
EVERY_LEVEL = pytest.mark.parametrize("level", LEVELS[:2])
BOTH = pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])


@EVERY_LEVEL
@BOTH
def test_the_pr_box_has_visibility_one_over_root_two(level, solver):
    found = visibility(behaviour_pr_box(), level=level, solver=solver)
    assert_encloses(found, 1 / np.sqrt(2))
    assert margin(behaviour_pr_box(), level=level, solver=solver).eigenvalue.upper < -0.01


@EVERY_LEVEL
@BOTH
def test_the_witness_of_a_visibility_holds_for_the_set(level, solver):
    """Its maximum over the level, found anew, does not exceed its bound; it cuts at `upper`."""
    box = behaviour_pr_box()
    found = visibility(box, level=level, solver=solver)
    assert maximise(found.functional, level=level).largest.lower <= found.bound + 1e-12
    noise = behaviour_white_noise((2, 2), (2, 2)).table
    cut = noise + found.largest.upper * (box.table - noise)
    assert (found.functional * cut).sum() == pytest.approx(found.bound, abs=1e-7)


def test_the_witness_counts_positivity_where_the_ray_ends_at_a_zero():
    local = np.zeros((2, 2, 2, 2))
    local[0, 0] = 1
    found = visibility(Behaviour(local), level="1")
    assert_encloses(found, 1)
    assert (found.functional * local).sum() == pytest.approx(found.bound, abs=1e-6)
    for seed in range(20):
        table = random_no_signalling(seed).table
        if margin(Behaviour(table), level="1").eigenvalue.lower > 0:
            assert (found.functional * table).sum() <= found.bound + 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_margin_and_visibility_agree(seed):
    behaviour = random_no_signalling(seed)
    for level in LEVELS[:3]:
        inside = margin(behaviour, level=level)
        assert (
            inside.eigenvalue.lower <= inside.eigenvalue.upper <= inside.eigenvalue.lower + ACCURACY
        )
        found = visibility(behaviour, level=level)
        if abs(inside.eigenvalue.lower) > 1e-6:
            assert (inside.eigenvalue.lower > 0) <= (found.largest.upper > 1)
            assert (inside.eigenvalue.lower < 0) <= (found.largest.lower < 1)
        structure = moment_structure(level, (2, 2), (2, 2))
        moments = structure.read(inside.matrix)
        assert np.allclose(structure.table(moments), behaviour.table, rtol=0, atol=1e-12)


def test_a_radius_from_another_centre():
    """From visibility 0.2 to the end at 1/√2 of the way to the PR box."""
    start = behaviour_pr_box().with_noise(visibility=0.2)
    step = behaviour_pr_box().table - behaviour_white_noise((2, 2), (2, 2)).table
    found = radius(start.table, step, level="1")
    assert_encloses(found, 1 / np.sqrt(2) - 0.2)


def test_bad_rays_are_refused():
    noise = behaviour_white_noise((2, 2), (2, 2)).table
    box = behaviour_pr_box().table
    with pytest.raises(ValueError, match="Argument `direction` must not vanish"):
        radius(noise, np.zeros_like(noise), level="1")
    with pytest.raises(ValueError, match="Argument `direction` must have shape"):
        radius(noise, np.ones(4), level="1")
    with pytest.raises(ValueError, match="Argument `centre` must lie inside"):
        radius(0.9 * box + 0.1 * noise, noise - box, level="1")
    with pytest.raises(ValueError, match="Argument `centre` must lie inside"):
        radius(box, box - noise, level="1")
    signal = np.zeros_like(noise)
    signal[0, 0, 0, 0], signal[1, 0, 0, 0] = 0.1, -0.1
    with pytest.raises(ValueError, match="must be no-signalling"):
        radius(noise, signal, level="1")
    with pytest.raises(ValueError, match="Argument `behaviour` must differ from white noise"):
        visibility(Behaviour(noise), level="1")


def test_higher_levels_are_smaller():
    """At a tilt level 1 exceeds √10, and what is not quantum is seen better and better."""
    box = behaviour_tilted_macroscopic(1 / 3)
    found = [visibility(box, level=level).largest.upper for level in LEVELS]
    assert found[0] > 1 - 1e-6
    assert found[0] > found[1] > found[2] + 1e-4
    assert found[2] > found[3] - 1e-7
    assert_encloses(maximise(CHSH, level="3"), 2 * np.sqrt(2))


def test_white_noise_has_no_visibility():
    for shape in ((2, 2), (1, 1)):
        with pytest.raises(ValueError, match="Argument `behaviour` must differ from white noise"):
            visibility(behaviour_white_noise(shape, shape), level="1")


def test_a_direction_that_leaves_a_zero_alone_is_no_warning(recwarn):
    """From a table with zeros that stay zeros, where 0/0 used to be evaluated."""
    centre = facet_vertices().mean(axis=0)
    found = radius(centre, behaviour_pr_box().table - centre, level="1+AB")
    assert found.largest.upper == pytest.approx(np.sqrt(2) - 1, abs=1e-6)
    assert not recwarn.list
