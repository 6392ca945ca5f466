import numpy as np
import pytest
import scipy.sparse as sp
from helpers import random_no_signalling
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.forms import behaviour_from_correlators, one_point_correlators
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.macroscopic_locality import moments
from nonlocality.macroscopic_locality.correlators import (
    gamma2_norm_two_settings,
    macroscopic_margin,
    margin_of,
    normalised_correlators,
    tlm_excess,
    uniform_no_signalling,
)


def level_one(correlators, alice, bob):
    """The matrix ⟨v w⟩ of 1, A_0, A_1, B_0, B_1 with 0 in its two free places."""
    gamma = np.eye(5)
    gamma[0, 1:3], gamma[0, 3:], gamma[1:3, 3:] = alice, bob, correlators
    return np.triu(gamma) + np.triu(gamma, 1).T


FREE = np.zeros((2, 5, 5))
FREE[0, 1, 2] = FREE[0, 2, 1] = FREE[1, 3, 4] = FREE[1, 4, 3] = 1


def largest_smallest_eigenvalues(matrices, solver="clarabel"):
    """max over the two free entries of λ_min, for many matrices in one semidefinite program."""
    n = len(matrices)
    inequalities = []
    for k, matrix in enumerate(matrices):
        columns = np.column_stack([-np.eye(5).ravel(), FREE[0].ravel(), FREE[1].ravel()])
        place = sp.csr_array((np.ones(3), (range(3), range(3 * k, 3 * k + 3))), shape=(3, 3 * n))
        inequalities.append(MatrixInequality(matrix, sp.csr_array(columns) @ place))
    cost = -np.tile([1.0, 0, 0], n)
    found = minimise_semidefinite(cost, matrices=inequalities, box=2, solver=solver)
    assert found.evidence.residual < 1e-8
    return found.evidence.point[::3]


def test_eq_11_is_the_semidefinite_program_on_random_no_signalling_points():
    """1200 points with S between 2 and 4, where the two could differ: no disagreement."""
    rng = np.random.default_rng(1)
    sample = uniform_no_signalling(1200, rng=rng)
    weight = rng.uniform(0.2, 0.9, size=(1200, 1, 1))
    e = weight * np.array([[1, 1], [1, -1]]) + (1 - weight) * sample.correlators
    alice, bob = ((1 - weight[..., 0]) * side for side in (sample.alice, sample.bob))
    matrices = [level_one(*point) for point in zip(e, alice, bob, strict=True)]
    by_solver = np.concatenate(
        [largest_smallest_eigenvalues(matrices[k : k + 100]) for k in range(0, 1200, 100)]
    )
    margins = macroscopic_margin(e, alice=alice, bob=bob)
    excess = tlm_excess(normalised_correlators(e, alice=alice, bob=bob))
    assert 200 < (margins > 0).sum() < 1000
    clear = np.abs(by_solver) > 1e-7
    assert clear.sum() > 1190
    assert ((margins > 0) == (by_solver > 0))[clear].all()
    assert ((excess < 0) == (by_solver > 0))[clear].all()


def test_eq_11_is_tight_on_the_boundary():
    """Rays from white noise: up to the zero of the margin a completion exists, beyond none."""
    rng = np.random.default_rng(2)
    sample = uniform_no_signalling(60, rng=rng)
    e = 0.8 * np.array([[1, 1], [1, -1]]) + 0.2 * sample.correlators
    alice, bob = 0.2 * sample.alice, 0.2 * sample.bob
    low, high = np.zeros(60), np.ones(60)
    for _ in range(50):
        t = (low + high) / 2
        one = t[:, None]
        inside = macroscopic_margin(t[:, None, None] * e, alice=one * alice, bob=one * bob) > 0
        low, high = np.where(inside, t, low), np.where(inside, high, t)
    assert ((low > 0.5) & (low < 1)).all()
    for shift, sign in ((-1e-4, 1), (1e-4, -1)):
        t = low + shift
        points = zip(t[:, None, None] * e, t[:, None] * alice, t[:, None] * bob, strict=True)
        values = largest_smallest_eigenvalues([level_one(*point) for point in points])
        assert (sign * values > 1e-6).all()
        assert np.abs(values).max() < 1e-3


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
def test_the_margin_has_the_sign_of_the_moment_matrix(seed, solver):
    behaviour = random_no_signalling(seed)
    found = moments.margin(behaviour, level="1", solver=solver)
    assert (
        (margin_of(behaviour) > 0) == (found.eigenvalue.lower > 0) == (found.eigenvalue.upper > 0)
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
def test_the_margin_is_the_largest_smallest_eigenvalue(seed, solver):
    """The definition itself: unit diagonal, Ẽ off the diagonal, two free entries."""
    behaviour = random_no_signalling(seed)
    alice, bob = one_point_correlators(behaviour)
    tilde = normalised_correlators(behaviour.correlators(), alice=alice, bob=bob)
    constant = np.block([[np.eye(2), tilde], [tilde.T, np.eye(2)]])
    slopes = np.zeros((16, 2))
    slopes[[1, 4], 0] = slopes[[11, 14], 1] = 1
    found = moments.largest_smallest_eigenvalue(constant, sp.csr_array(slopes), solver)
    assert margin_of(behaviour) == pytest.approx(found.reached, abs=2e-7)


def test_the_closed_form_scales_every_table_onto_the_boundary():
    e = np.random.default_rng(3).uniform(-1, 1, size=(20000, 2, 2))
    norm = gamma2_norm_two_settings(e)
    assert (norm >= np.abs(e).max(axis=(1, 2))).all()
    assert (norm <= np.sqrt(2)).all()
    excess = tlm_excess(e / norm[:, None, None])
    active = norm > np.abs(e).max(axis=(1, 2)) + 1e-9
    assert active.sum() > 5000
    assert np.abs(excess[active]).max() < 1e-6
    assert excess.max() < 1e-6
    assert_allclose(gamma2_norm_two_settings(0.3 * e), 0.3 * norm, rtol=1e-9)


def test_the_norm_of_chsh_tables_is_tsirelson():
    for signs in ([[1, 1], [1, -1]], [[-1, 1], [1, 1]], [[1, -1], [1, 1]]):
        assert gamma2_norm_two_settings(signs) == pytest.approx(np.sqrt(2))
    assert gamma2_norm_two_settings(np.zeros((2, 2))) == 0
    assert gamma2_norm_two_settings(np.ones((2, 2))) == 1


def test_eq_10_is_necessary_and_misleads_where_eq_11_does_not():
    sample = uniform_no_signalling(100_000, rng=np.random.default_rng(4))
    inside = macroscopic_margin(sample.correlators, alice=sample.alice, bob=sample.bob) >= 0
    by_ten = tlm_excess(sample.correlators) <= 0
    assert not (inside & ~by_ten).any()
    misled = by_ten & ~inside
    assert 10 < misled.sum() < 100
    for k in np.flatnonzero(misled)[:5]:
        assert moments.margin(sample.behaviour(k), level="1").eigenvalue.upper < 0


def test_positivity_is_not_implied_by_eq_11():
    """All of S = 2√2 with biases in the unit disc passes eq. (11), also where p < 0."""
    e, alice = np.array([[1, 1], [1, -1]]) / np.sqrt(2), np.array([0.9, 0.0])
    bob = alice[0] / np.sqrt(2) * np.ones(2)
    assert macroscopic_margin(e, alice=alice, bob=bob) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="`correlators`, `alice`, `bob` must give probabilities"):
        behaviour_from_correlators(e, alice=alice, bob=bob)


def test_certain_outcomes_are_left_out():
    """With E_B0 = 1 the first column of Ẽ reads 0/0; the behaviour is local whatever else."""
    table = np.zeros((2, 2, 2, 2))
    table[:, 0, :, 0] = [[0.7, 0.2], [0.3, 0.8]]
    table[:, :, 0, 1], table[:, :, 1, 1] = [[0.5, 0.2], [0, 0.3]], [[0.1, 0.1], [0.4, 0.4]]
    behaviour = Behaviour(table)
    alice, bob = one_point_correlators(behaviour)
    tilde = normalised_correlators(behaviour.correlators(), alice=alice, bob=bob)
    assert_allclose(tilde[:, 0], 0)
    assert margin_of(behaviour) > 0
    assert moments.margin(behaviour, level="1").eigenvalue.lower > -1e-8
    near = behaviour.with_noise(visibility=1 - 1e-5)  # and it is a limit of the general case
    assert margin_of(near) > 0


def test_uniform_points_are_uniform_in_the_polytope():
    """The nonlocal share is 1/17, all points are behaviours, and the two halves are alike."""
    sample = uniform_no_signalling(40_000, rng=np.random.default_rng(5))
    e = sample.correlators
    s = np.abs(e.sum(axis=(1, 2), keepdims=True) - 2 * e).max(axis=(1, 2))
    share = (s > 2).mean()
    assert share == pytest.approx(1 / 17, abs=4 * np.sqrt(16 / 17**2 / 40_000))
    assert min(sample.behaviour(k).table.min() for k in range(200)) >= -1e-12
    assert np.abs(sample.alice.mean(axis=0)).max() < 0.02
    assert np.abs(e.mean(axis=0)).max() < 0.02


def test_named_boxes():
    assert margin_of(behaviour_pr_box()) == pytest.approx(1 - np.sqrt(2))
    assert margin_of(behaviour_tsirelson()) == pytest.approx(0, abs=1e-15)
    assert margin_of(behaviour_white_noise((2, 2), (2, 2))) == 1


@pytest.mark.parametrize("call", [tlm_excess, gamma2_norm_two_settings, macroscopic_margin])
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros((3, 3)), r"must have shape \(\.\.\., 2, 2\), but has \(3, 3\)"),
        (np.full((2, 2), 1.1), r"must lie in \[-1, 1\], but holds ±1\.1"),
        (np.full((2, 2), np.nan), "must hold finite numbers"),
        ([[1], [0, 1]], "must be an array of numbers"),
    ],
)
def test_correlators_must_be_correlators(call, bad, message):
    with pytest.raises(ValueError, match=message):
        call(bad)


def test_other_scenarios_are_refused():
    three = behaviour_white_noise((3, 3), (2, 2))
    with pytest.raises(
        ValueError, match=r"two parties with two outcomes, but has outcomes \(3, 3\)"
    ):
        margin_of(three)
    with pytest.raises(ValueError, match=r"must have shape \(\.\.\., 2, 2\)"):
        margin_of(behaviour_white_noise((2, 2), (3, 3)))
    signalling = np.zeros((2, 2, 2, 2))
    signalling[0, 0, :, 0] = signalling[0, 1, 0, 1] = signalling[1, 1, 1, 1] = 1
    with pytest.raises(ValueError, match="must be no-signalling"):
        margin_of(Behaviour(signalling))


@pytest.mark.parametrize("bad", [0, -1, 1.5, np.nan, "many", None])
def test_sample_sizes_are_positive_integers(bad):
    with pytest.raises(ValueError, match="Argument `size` must hold positive integers"):
        uniform_no_signalling(bad, rng=np.random.default_rng(0))


def test_means_must_be_numbers():
    with pytest.raises(ValueError, match="Argument `bob` must hold finite numbers"):
        normalised_correlators(np.eye(2), alice=[0, 0], bob=np.nan)
