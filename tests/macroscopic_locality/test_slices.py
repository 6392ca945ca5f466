from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.cglmp import behaviour_from_links, noisy_links, quantum_links
from nonlocality.foundations.link_strategies import link_multisets
from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_locality.moments import margin
from nonlocality.macroscopic_locality.quantum_models import (
    best_links_behaviour,
    best_two_qubit_behaviour,
)
from nonlocality.macroscopic_locality.radii import visibility
from nonlocality.macroscopic_locality.slice_planes import slice_biased, slice_links
from nonlocality.macroscopic_locality.slices import SETS, Slice, boundary, memberships

ANGLES = np.linspace(0, 2 * np.pi, 16, endpoint=False) + 0.1


PLANES = {
    "biased": slice_biased,
    "one side": lambda: slice_biased([1, 1, 0, 0]),
    "links": slice_links,
}


EVERY_PLANE = pytest.mark.parametrize("name", PLANES)


ROOT = np.sqrt(2)


@cache
def plane_of(name):
    return PLANES[name]()


@cache
def ends(name, which):
    return boundary(plane_of(name), which, angles=ANGLES)


def links_of(u, v):
    """P(r) at a point of the slice of links."""
    corners = np.array([[0, 1], [np.sqrt(3) / 2, -0.5], [-np.sqrt(3) / 2, -0.5]])
    return (1 + 2 * corners @ [u, v]) / 3


def excess(name, which, u, v):
    """Largest violation of the closed form of a set: 0 on its boundary, negative inside."""
    if name == "links":
        p = links_of(u, v)
        outside = -p.min()
        if which == "level 1":
            j, k = np.ogrid[:3, 1:3]
            outside = max(outside, np.abs(p @ np.cos(np.pi * k * (4 * j + 1) / 6)).sum() - 1)
        elif which == "local":
            counts = [np.bincount(row, minlength=3) / 4 for row in link_multisets(3)]
            hull = ConvexHull(np.array(counts)[:, :2])
            outside = (hull.equations @ [*p[:2], 1]).max()
        return outside
    if name == "biased":
        outside = max(abs(u) / ROOT + abs(v), (1 + 1 / ROOT) * abs(u) - v) - 1
        quadric = (2 - u**2) * v**2 - ROOT * u**2 * v - 1 + 1.5 * u**2
    else:
        outside, quadric = abs(u) + abs(v) - 1, 2 * v**2 + u**2 - 1
    return max(outside, {"local": abs(v) - 0.5, "level 1": quadric}.get(which, -1))


@EVERY_PLANE
@pytest.mark.parametrize("which", ["local", "level 1", "no-signalling"])
def test_boundaries_have_closed_forms(name, which):
    """For the level 1: the inequality with normalised correlators, (11) of arXiv:0907.0372."""
    found = ends(name, which)
    for radii, side in ((found.reached, 1), (found.upper, -1)):
        for angle, r in zip(found.angles, radii, strict=True):
            value = excess(name, which, r * np.cos(angle), r * np.sin(angle))
            assert side * value <= 1e-9
            assert abs(value) <= 1e-6


@EVERY_PLANE
def test_sets_are_nested(name):
    radii = [ends(name, which) for which in SETS]
    for inner, outer in pairwise(radii):
        assert (inner.reached <= outer.upper + 1e-9).all()
        assert (inner.reached <= inner.upper + 1e-9).all()


@EVERY_PLANE
def test_quantum_radii_are_radii_of_quantum_behaviours(name):
    """What the models reach passes 1+AB, and is a gap above the local set somewhere."""
    plane, found = plane_of(name), ends(name, "quantum")
    assert (found.reached > ends(name, "local").upper + 0.05).any()
    for u, v in found.points[::4]:
        assert margin(Behaviour(plane.table(u, v)), level="1+AB").eigenvalue.upper >= -1e-9


@pytest.mark.parametrize("name", ["biased", "one side"])
def test_level_one_is_larger_than_quantum(name):
    """ML-07: a ray on which 1+AB ends visibly before level 1."""
    assert (ends(name, "level 1").reached - ends(name, "level 1+AB").upper).max() > 0.03


def test_quantum_meets_level_one_ab_in_the_slice_of_links():
    """There both sides of Q are known, to what the search for models was asked for."""
    gap = ends("links", "level 1+AB").upper - ends("links", "quantum").reached
    assert gap.max() < 1e-4
    assert (ends("links", "level 1").reached - ends("links", "level 1+AB").upper).max() > 0.03


@pytest.mark.parametrize("d", [2, 3, 4, 5])
def test_visibility_of_the_box_of_largest_cglmp_value(d):
    """1/√2 for even d, 1/(√2 cos(π/4d)) for odd d."""
    found = visibility(behaviour_from_links(np.eye(d)[0]), level="1")
    expected = 1 / ROOT if d % 2 == 0 else 1 / (ROOT * np.cos(np.pi / (4 * d)))
    assert found.largest.lower - 1e-9 <= expected <= found.largest.upper + 1e-9
    assert found.largest.upper - found.largest.lower <= 1e-6


@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
def test_quantum_visibility_of_the_box_of_largest_cglmp_value_is_eight_elevenths(solver):
    """At d = 3 the state (2|00⟩ + √3|11⟩ + 2|22⟩)/√11 gives links (9, 1, 1)/11; 1+AB no more."""
    links = quantum_links(np.array([2, np.sqrt(3), 2]) / np.sqrt(11))
    assert np.allclose(links, noisy_links([1, 0, 0], visibility=8 / 11), rtol=0, atol=1e-15)
    found = visibility(behaviour_from_links([1, 0, 0]), level="1+AB", solver=solver)
    assert found.largest.lower >= 8 / 11 - 1e-7
    assert 8 / 11 <= found.largest.upper <= 8 / 11 + 1e-7


def test_the_slice_of_links_has_a_mirror():
    """r → 1 − r keeps Σr = −1 mod 3: the radii at θ and 60° − θ agree."""
    angles = np.array([0.7, 1.3, 2.9])
    for which in ("local", "quantum", "level 1", "no-signalling"):
        here, there = (
            boundary(plane_of("links"), which, angles=turns)
            for turns in (angles, np.pi / 3 - angles)
        )
        assert (here.reached <= there.upper + 1e-9).all()
        assert (there.reached <= here.upper + 1e-9).all()


@pytest.mark.parametrize("name", ["biased", "links"])
def test_boundaries_agree_between_solvers(name):
    for which in ("level 1", "level 1+AB"):
        again = boundary(plane_of(name), which, angles=ANGLES[:3], solver="cvxopt")
        assert (again.reached <= ends(name, which).upper[:3] + 1e-9).all()
        assert (ends(name, which).reached[:3] <= again.upper + 1e-9).all()


@EVERY_PLANE
def test_memberships_have_the_sign_of_the_sets(name):
    plane = plane_of(name)
    for k in (1, 4, 7):
        for factor in (0.9, 1.1):
            r = factor * ends(name, "level 1").reached[k]
            u, v = r * np.cos(ANGLES[k]), r * np.sin(ANGLES[k])
            distances = memberships(plane, u, v)
            assert list(distances) == list(SETS)
            assert (distances["level 1"] > 0) == (factor < 1)
            assert distances["level 1"] == pytest.approx(r / factor - r, abs=1e-9)
            for which in ("local", "level 1", "no-signalling"):
                assert (distances[which] > 0) == (excess(name, which, u, v) < 0)


def test_memberships_at_the_origin_and_without_models():
    plane = slice_biased()
    bare = Slice(plane.origin, plane.right, plane.up, plane.labels)
    distances = memberships(bare, 0, 0)
    assert list(distances) == [which for which in SETS if which != "quantum"]
    assert min(distances.values()) > 0.5


def test_points_are_on_their_rays():
    points = ends("biased", "local").points
    assert np.allclose(np.hypot(*points.T), ends("biased", "local").reached)
    assert np.allclose(np.arctan2(*points.T[::-1]) % (2 * np.pi), ANGLES)


def test_a_search_that_does_not_end_is_an_error(monkeypatch):
    monkeypatch.setattr("nonlocality.macroscopic_locality.slices.MAX_MODELS", 1)
    with pytest.raises(SolverError, match="No end after 1 quantum models: the next adds"):
        boundary(slice_biased(), "quantum", angles=[1.0])


def test_bad_arguments_are_refused():
    plane = slice_biased()
    noise, box = behaviour_white_noise((2, 2), (2, 2)), behaviour_pr_box()
    with pytest.raises(ValueError, match="Argument `which` must be one of"):
        boundary(plane, "Q1", angles=[0])
    with pytest.raises(ValueError, match=r"Argument `angles` must have shape \(n,\)"):
        boundary(plane, "local", angles=0.5)
    with pytest.raises(ValueError, match="Argument `angles` must hold finite numbers"):
        boundary(plane, "local", angles=[np.nan])
    with pytest.raises(ValueError, match="Argument `u, v` must hold finite numbers"):
        memberships(plane, np.nan, 0)
    with pytest.raises(ValueError, match="Argument `right` must have shape"):
        Slice(noise, np.zeros((2, 2, 2, 2)), box.table - noise.table, ("u", "v"))
    with pytest.raises(ValueError, match="Argument `up` must have shape"):
        Slice(noise, box.table - noise.table, np.ones(3), ("u", "v"))
    bare = Slice(noise, plane.right, plane.up, plane.labels)
    with pytest.raises(ValueError, match="Argument `plane` must have models"):
        boundary(bare, "quantum", angles=[0])
    with pytest.raises(ValueError, match="Argument `bias` must be four numbers"):
        slice_biased([1, 0])
    with pytest.raises(ValueError, match="Argument `bias` must be four numbers"):
        slice_biased([0, 0, 0, 0])
    with pytest.raises(ValueError, match=r"Argument `functional` must have shape \(2, 2, 2, 2\)"):
        best_two_qubit_behaviour(np.ones((3, 3, 2, 2)))
    with pytest.raises(ValueError, match=r"Argument `functional` must have shape \(d, d, 2, 2\)"):
        best_links_behaviour(np.ones(3))
    with pytest.raises(ValueError, match=r"Argument `functional` must have shape \(d, d, 2, 2\)"):
        best_links_behaviour(np.ones((3, 2, 2, 2)))


def entries_of(shape):
    return np.arange(np.prod(shape)).reshape(shape)


def slice_with(symmetry, plane=None):
    plane = plane or slice_biased()
    return Slice(plane.origin, plane.right, plane.up, plane.labels, plane.models, symmetry)


@pytest.mark.parametrize(
    ("symmetry", "message"),
    [
        (np.arange(16), r"must be a permutation of 0, …, 15 of shape \(2, 2, 2, 2\)"),
        (np.zeros((2, 2, 2, 2), dtype=int), "must be a permutation of 0"),
        (entries_of((2, 2, 2, 2)) + 1, "must be a permutation of 0"),
        (entries_of((2, 2, 2, 2)) - 16, "must be a permutation of 0"),
        (entries_of((2, 2, 2, 2)) + 0.5, "must hold integers"),
        (np.roll(np.arange(16), 1).reshape(2, 2, 2, 2), "must be of order two"),
        (entries_of((2, 2, 2, 2))[::-1], "must leave `right` as it is, but changes an entry by"),
        (entries_of((2, 2, 2, 2))[::-1, ::-1], "must leave `right` as it is"),
    ],
)
def test_what_is_no_symmetry_is_refused(symmetry, message):
    with pytest.raises(ValueError, match=f"Argument `symmetry` {message}"):
        slice_with(symmetry)


def test_a_symmetry_must_keep_up_and_the_origin():
    noise, box = behaviour_white_noise((2, 2), (2, 2)), behaviour_pr_box().table
    step = box - noise.table
    flip = entries_of((2, 2, 2, 2))[::-1]  # of Alice's outcomes
    bias = (behaviour_white_noise((2, 2), (2, 2)).table * 0) + np.array([1, -1])[
        None, :, None, None
    ]  # Bob's marginals, which Alice's outcomes do not touch
    with pytest.raises(ValueError, match="`symmetry` must leave `up` as it is"):
        Slice(noise, bias, step, ("u", "v"), symmetry=flip)
    away = Behaviour(noise.table + 0.1 * step)
    with pytest.raises(ValueError, match="`symmetry` must leave `origin` as it is"):
        Slice(away, bias, bias, ("u", "v"), symmetry=flip)


@pytest.mark.parametrize("which", SETS)
def test_an_unknown_solver_is_refused_for_every_set(which):
    with pytest.raises(ValueError, match="Argument `solver` must be one of"):
        boundary(slice_biased(), which, angles=[0.0], solver="nonsense")


def test_a_slice_without_a_symmetry_is_searched_too():
    plane = slice_biased([1, 0.3, 0.2, 0])
    assert plane.symmetry is None
    assert slice_biased().symmetry is not None
    inner = boundary(plane, "quantum", angles=[1.2])
    outer = boundary(plane, "level 1+AB", angles=[1.2])
    assert outer.upper[0] - 0.02 < inner.reached[0] <= outer.upper[0] + 1e-9


def test_an_exchange_of_the_parties_is_a_symmetry():
    """The radius of the models is the same with it and without."""
    plane = slice_biased([1, 0, 1, 0])
    swap = entries_of((2, 2, 2, 2)).transpose(1, 0, 3, 2)
    turns = [1.2]
    ours = boundary(slice_with(swap, plane), "quantum", angles=turns)
    other = boundary(slice_with(None, plane), "quantum", angles=turns)
    assert ours.reached[0] <= other.upper[0] + 1e-4
    assert other.reached[0] <= ours.upper[0] + 1e-4


def test_entries_may_not_move_but_by_relabelling():
    """An exchange of two equal entries keeps the slice, but takes behaviours to none."""
    plane = slice_biased([1, 1, 0, 0])
    flat = [each.ravel() for each in (plane.origin.table, plane.right, plane.up)]
    order = np.arange(16)
    twins = [
        (i, j) for i in range(16) for j in range(i) if all(table[i] == table[j] for table in flat)
    ]
    order[list(twins[0])] = twins[0][::-1]
    with pytest.raises(ValueError, match="`symmetry` must relabel outcomes, settings or parties"):
        slice_with(order.reshape(2, 2, 2, 2), plane)


def test_a_point_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="Argument `u` must hold finite numbers"):
        slice_biased().table(np.nan, 0)
