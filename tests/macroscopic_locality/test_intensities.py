import numpy as np
import pytest
import scipy.sparse as sp
from helpers import random_no_signalling
from numpy.testing import assert_allclose
from samples import three_outcomes

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.cglmp import behaviour_from_links, optimal_links
from nonlocality.macroscopic_locality.correlators import macroscopic_margin
from nonlocality.macroscopic_locality.gaussian_limit import (
    gaussian_distance,
    joint_gaussian_distance,
)
from nonlocality.macroscopic_locality.intensities import (
    difference_covariance,
    exact_covariance,
    fluctuation_margin,
    isotropic_margin,
    isotropic_margin_error,
    isotropic_margins,
    sample_intensities,
    sampled_correlations,
    sampled_covariance,
)
from nonlocality.macroscopic_locality.moments import largest_smallest_eigenvalue, margin
from nonlocality.macroscopic_locality.tilted_chsh import behaviour_tilted_macroscopic


def margin_by_program(correlations, solver="clarabel"):
    """Largest smallest eigenvalue of the four intensities' matrix, two entries free."""
    constant = np.block([[np.eye(2), correlations], [correlations.T, np.eye(2)]])
    slopes = np.zeros((16, 2))
    slopes[[1, 4], 0] = slopes[[11, 14], 1] = 1
    return largest_smallest_eigenvalue(constant, sp.csr_array(slopes), solver).reached


@pytest.mark.parametrize("pairs", [1, 7, 1000, 10**7])
@pytest.mark.parametrize("seed", range(3))
def test_sampled_covariances_are_the_exact_ones_for_every_n(pairs, seed):
    """Within five standard errors, entry by entry; those are estimated from the sample itself."""
    behaviour, runs = three_outcomes(seed), 20_000
    rng = np.random.default_rng([seed, pairs])
    alice, bob = sample_intensities(behaviour, x=1, y=0, pairs=pairs, runs=runs, rng=rng)
    assert alice.shape == (runs, 3)
    assert bob.shape == (runs, 2)
    assert_allclose(alice.sum(axis=1), 0, atol=1e-6)  # all particles are caught
    both = np.hstack([alice, bob])
    exact, found = exact_covariance(behaviour, x=1, y=0), sampled_covariance(alice, bob)
    spread = (both[:, :, None] * both[:, None, :]).std(axis=0) / np.sqrt(runs)
    assert (np.abs(found - exact) <= 5 * spread + 1e-12).all()


def test_one_pair_by_hand():
    """N = 1: the covariance over the joint distribution itself."""
    behaviour = three_outcomes(7)
    joint = behaviour.table[:, :, 0, 1]
    clicks = np.array([[*np.eye(3)[a], *np.eye(2)[b]] for a in range(3) for b in range(2)])
    centred = clicks - joint.ravel() @ clicks
    by_hand = np.einsum("k,ki,kj->ij", joint.ravel(), centred, centred)
    assert_allclose(exact_covariance(behaviour, x=0, y=1), by_hand, atol=1e-15)


def test_counts_fluctuate_by_the_root_of_n():
    rng = np.random.default_rng(1)
    box = behaviour_white_noise((2, 2), (1, 1))
    widths = []
    for pairs in (10**2, 10**4, 10**6):
        alice, _ = sample_intensities(box, x=0, y=0, pairs=pairs, runs=20_000, rng=rng)
        widths.append((alice[:, 0] * np.sqrt(pairs)).std())
    assert_allclose(np.array(widths) / [10, 100, 1000], 0.5, rtol=4 / np.sqrt(2 * 20_000))


@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
@pytest.mark.parametrize("visibility", [0, 0.3, 0.5**0.5, 0.9, 1])
def test_the_exact_margin_is_that_of_the_semidefinite_program(visibility, solver):
    correlations = behaviour_pr_box().with_noise(visibility=visibility).correlators()
    exact = isotropic_margin(visibility)
    assert margin_by_program(correlations, solver) == pytest.approx(exact, abs=1e-6)
    assert macroscopic_margin(correlations) == pytest.approx(exact, abs=1e-12)
    block = np.block([[np.eye(2), correlations], [correlations.T, np.eye(2)]])
    assert np.linalg.eigvalsh(block)[0] == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
def test_the_sampled_margin_is_that_of_the_semidefinite_program(solver):
    box = behaviour_pr_box().with_noise(visibility=0.8)
    rng = np.random.default_rng(3)
    correlations = sampled_correlations(box, pairs=1000, runs=100, rng=rng)
    found = macroscopic_margin(correlations)
    assert margin_by_program(correlations, solver) == pytest.approx(float(found), abs=1e-6)


def test_sampled_margins_scatter_by_the_stated_error():
    visibilities = np.tile([0.4, 0.6, 0.7071, 0.85], 60)
    found = isotropic_margins(visibilities, pairs=10**4, runs=1000, rng=np.random.default_rng(4))
    errors = [isotropic_margin_error(v, runs=1000) for v in visibilities]
    z = (found - isotropic_margin(visibilities)) / errors
    assert abs(z.mean()) < 5 / np.sqrt(len(z)) + 0.1  # the second order is a small bias
    assert z.std() == pytest.approx(1, abs=5 / np.sqrt(2 * len(z)))


def test_the_pr_box_is_found_out_at_once():
    margins = isotropic_margins([0.6, 1.0], pairs=10**5, runs=2000, rng=np.random.default_rng(5))
    assert margins[0] > 0.1
    assert margins[1] == pytest.approx(1 - np.sqrt(2), abs=1e-9)


def test_sampling_is_reproducible_and_no_intensity_moves_where_none_can():
    box = random_no_signalling(1)
    one, two = (
        sampled_correlations(box, pairs=50, runs=20, rng=np.random.default_rng(6)) for _ in range(2)
    )
    assert (one == two).all()
    fixed = np.zeros((2, 2, 1, 1))
    fixed[0, :, 0, 0] = 0.5
    found = sampled_correlations(Behaviour(fixed), pairs=50, runs=20, rng=np.random.default_rng(6))
    assert found.item() == 0


def test_bad_input():
    box, rng = behaviour_pr_box(), np.random.default_rng(0)
    for bad in (0, -3, 1.5, np.nan):
        with pytest.raises(ValueError, match="Argument `pairs` must be a positive integer"):
            sample_intensities(box, x=0, y=0, pairs=bad, runs=5, rng=rng)
        with pytest.raises(ValueError, match="Argument `runs` must be a positive integer"):
            sample_intensities(box, x=0, y=0, pairs=5, runs=bad, rng=rng)
    with pytest.raises(ValueError, match=r"must be settings below \(2, 2\), but are \(0, 2\)"):
        exact_covariance(box, x=0, y=2)
    with pytest.raises(ValueError, match="Argument `behaviour` must sum to 1 over the outcomes"):
        exact_covariance(box.table / 2, x=0, y=0)
    for x in ("0", 0.5, np.nan, None, [0]):
        with pytest.raises(ValueError, match="must be settings below"):
            exact_covariance(box, x=x, y=0)
    with pytest.raises(ValueError, match="Argument `behaviour` must sum to 1 over the outcomes"):
        sampled_correlations(box.table / 2, pairs=5, runs=5, rng=rng)
    for bad in (np.nan, "half", [0.5]):
        with pytest.raises(ValueError, match="Argument `probability` must"):
            gaussian_distance(bad, pairs=10)
        with pytest.raises(ValueError, match="Argument `visibility` must"):
            isotropic_margin_error(bad, runs=10)
    with pytest.raises(ValueError, match="Argument `visibility` must hold finite numbers"):
        isotropic_margin(np.nan)
    for bad in (0, 1, -0.2):
        with pytest.raises(ValueError, match=r"`probability` must lie in \(0, 1\)"):
            gaussian_distance(bad, pairs=10)
    with pytest.raises(ValueError, match=r"with a correlation of at most 0\.95, but it is 1"):
        joint_gaussian_distance(box, x=0, y=0, pairs=10)
    with pytest.raises(ValueError, match="`pairs` be at most 1000"):
        joint_gaussian_distance(box, x=0, y=0, pairs=1001)
    with pytest.raises(ValueError, match=r"must have shapes \(runs, o_A\) and \(runs, o_B\)"):
        sampled_covariance(np.ones((3, 2)), np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"with two outcomes, but has outcomes \(3, 2\)"):
        sampled_correlations(three_outcomes(0), pairs=5, runs=5, rng=rng)


@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
@pytest.mark.parametrize("seed", range(6))
def test_the_completion_of_all_covariances_decides_as_the_moment_matrix(seed, solver):
    p = random_no_signalling(seed)
    found = fluctuation_margin(p, solver=solver)
    assert found.eigenvalue.lower == pytest.approx(found.eigenvalue.upper, abs=1e-6)
    assert (found.eigenvalue.upper >= 0) == (margin(p, level="1").eigenvalue.upper >= 0)
    pair = exact_covariance(p, x=1, y=0)[[0, 2]][:, [0, 2]]
    assert found.matrix[[1, 2]][:, [1, 2]] == pytest.approx(pair, abs=1e-12)


def test_a_quantum_box_of_three_outcomes_has_a_completion_and_the_largest_cglmp_box_none():
    inside = behaviour_from_links(optimal_links(3))
    assert fluctuation_margin(inside.with_noise(visibility=0.99)).eigenvalue.lower > 0
    assert fluctuation_margin(behaviour_from_links([1, 0, 0])).eigenvalue.upper < 0
    with pytest.raises(ValueError, match="`behaviour` must be an array of numbers"):
        fluctuation_margin("box")


def test_the_largest_experiment_has_the_right_spread():
    """N = 2⁵³ pairs: the variance of a fluctuation is P(1 − P), within five standard errors."""
    box, runs = behaviour_pr_box().with_noise(visibility=0.5), 20_000
    rng = np.random.default_rng(3)
    alice, bob = sample_intensities(box, x=0, y=0, pairs=2**53, runs=runs, rng=rng)
    gap = sampled_covariance(alice, bob) - exact_covariance(box, x=0, y=0)
    assert np.abs(gap).max() < 5 * 0.25 * np.sqrt(2 / runs)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (0.5, r"`visibilities` must have shape \(n,\), but has shape \(\)"),
        ([[0.5]], r"`visibilities` must have shape \(n,\), but has shape \(1, 1\)"),
        ([np.nan], "`visibilities` must hold finite numbers"),
        (["half"], "`visibilities` must be an array of numbers"),
        ([1.5], r"`visibilities` must lie in \[0, 1\]"),
    ],
)
def test_margins_want_a_list_of_visibilities(bad, message):
    with pytest.raises(ValueError, match=f"Argument {message}"):
        isotropic_margins(bad, pairs=10, runs=10, rng=np.random.default_rng(0))


@pytest.mark.parametrize("tilt", [0.0, 1 / 3])
def test_the_differences_of_intensities_have_the_variances_of_a_biased_box(tilt):
    box = behaviour_tilted_macroscopic(tilt)
    e, e_x, e_y = (
        box.correlators(),
        *(box.marginal(k)[0] - box.marginal(k)[1] for k in range(2)),
    )
    for x, y in np.ndindex(2, 2):
        expected = np.array([[1, e[x, y]], [e[x, y], 1]]) - np.outer(
            [e_x[x], e_y[y]], [e_x[x], e_y[y]]
        )
        assert_allclose(difference_covariance(box, x=x, y=y), expected, atol=1e-12)
        rng = np.random.default_rng(5)
        alice, bob = sample_intensities(box, x=x, y=y, pairs=50, runs=40000, rng=rng)
        cloud = np.cov(alice[:, 0] - alice[:, 1], bob[:, 0] - bob[:, 1], ddof=0)
        assert_allclose(cloud, expected, atol=0.03)


def test_differences_need_two_detectors_a_side():
    with pytest.raises(ValueError, match="two outcomes"):
        difference_covariance(behaviour_white_noise((3, 2), (2, 2)), x=0, y=0)


def test_numbers_that_are_none_are_shown_as_they_were_given():
    rng = np.random.default_rng(0)
    for bad in (0, -1, 1.5):
        words = f"Argument `pairs` must be a positive integer, but is {bad}"
        with pytest.raises(ValueError, match=words):
            sample_intensities(behaviour_pr_box(), x=0, y=0, pairs=bad, runs=1, rng=rng)
        with pytest.raises(ValueError, match="Argument `runs` must be a positive integer"):
            isotropic_margin_error(0.5, runs=bad)


@pytest.mark.parametrize("visibility", [1.2, -0.1, np.nan])
def test_a_visibility_outside_zero_and_one_has_no_margin(visibility):
    for call in (isotropic_margin, lambda v: isotropic_margin_error(v, runs=10)):
        with pytest.raises(ValueError, match="Argument `visibility` must"):
            call(visibility)
