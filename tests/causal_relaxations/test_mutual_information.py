import cvxpy as cp
import numpy as np
import pytest
from helpers import random_no_signalling
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from nonlocality.causal_relaxations import mutual_information
from nonlocality.causal_relaxations.dependence_of_links import optimal_model, symmetric_dependence
from nonlocality.causal_relaxations.measurement_dependence import minimal_dependence
from nonlocality.causal_relaxations.mutual_information import (
    affine_witness,
    binary_divergence,
    crossing,
    information_from_value,
    information_of_m_optimum,
    link_strength,
    pinsker_bound,
    strength,
)
from nonlocality.foundations import entropies
from nonlocality.foundations.behaviours import (
    INPUTS,
    Behaviour,
    behaviour_pr_box,
    behaviour_white_noise,
)
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.cglmp import (
    behaviour_from_links,
    cglmp_quantum_maximum,
    cglmp_value_of_links,
    noisy_links,
    optimal_links,
    quantum_links,
)
from nonlocality.foundations.entropies import relative_entropy
from nonlocality.foundations.link_strategies import link_multisets
from nonlocality.foundations.solvers import SolverError
from nonlocality.foundations.strategies import CausalModel

SEEDS = st.integers(0, 2**32 - 1)
SINGLET = 0.0663
"""What simulates every projective measurement on a singlet, printed in arXiv:1411.4648."""


def noisy_optimum(d, visibility):
    return noisy_links(optimal_links(d), visibility=visibility)


def local_matrix(behaviour):
    letters = tuple(INPUTS[: behaviour.parties])
    return CausalModel(letters, behaviour.outcomes, behaviour.settings).matrix


def check_evidence(behaviour, found):
    """Both sides, recomputed: the bet never gains on a strategy, the mixture is local."""
    p = behaviour.table
    inputs = np.prod(behaviour.settings)
    matrix = local_matrix(behaviour)
    assert found.witness.min() >= 0
    assert (found.witness.ravel() @ matrix).max() / inputs <= 1 + 1e-12
    on = p > 0
    lower = (p[on] * np.log2(found.witness[on])).sum() / inputs
    assert lower == pytest.approx(found.least.lower, abs=1e-12)
    assert found.weights.min() >= 0
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    q = matrix @ found.weights
    assert relative_entropy(p.ravel(), q) / inputs == pytest.approx(found.least.upper, abs=1e-12)
    assert -1e-12 <= found.least.gap <= 1e-10


@pytest.mark.parametrize("d", [2, 3, 4, 5])
@pytest.mark.parametrize("visibility", [1.0, 0.9, 0.75])
def test_reduced_and_full_agree(d, visibility):
    links = noisy_optimum(d, visibility)
    behaviour = behaviour_from_links(links)
    full, reduced = strength(behaviour), link_strength(links)
    check_evidence(behaviour, full)
    assert full.least.lower == pytest.approx(reduced.least.lower, abs=1e-10)
    assert reduced.least.gap == pytest.approx(0, abs=1e-12)


@settings(max_examples=30)
@given(SEEDS)
def test_two_settings_need_at_most_log_four_thirds(seed):
    behaviour = random_no_signalling(seed)
    found = strength(behaviour)
    check_evidence(behaviour, found)
    assert -1e-10 <= found.least.lower <= np.log2(4 / 3) + 1e-12
    m = minimal_dependence(behaviour)
    assert pinsker_bound(m.least.lower) <= found.least.upper + 1e-9
    assert found.least.lower <= entropies.mutual_information(m.model.joint) + 1e-9


@settings(max_examples=10)
@given(SEEDS)
def test_other_scenarios(seed):
    rng = np.random.default_rng(seed)
    table = rng.uniform(size=(2, 3, 3, 2)) ** 6
    behaviour = Behaviour(table / table.sum(axis=(0, 1)))
    check_evidence(behaviour, strength(behaviour))


@pytest.mark.parametrize("behaviour", [behaviour_tsirelson(), behaviour_pr_box()])
def test_least_information_by_another_solver(behaviour):
    """As it is defined: over all joint distributions q(x, y, λ) that give the behaviour."""
    matrix = local_matrix(behaviour).toarray().reshape(-1, 4, 16)
    q = cp.Variable((4, 16), nonneg=True)
    free = cp.vstack([cp.sum(q, axis=0) / 4] * 4)
    p = behaviour.table.reshape(-1, 4)
    same = [4 * matrix[:, i] @ q[i] == p[:, i] for i in range(4)]
    problem = cp.Problem(cp.Minimize(cp.sum(cp.rel_entr(q, free)) / np.log(2)), same)
    value = problem.solve(solver=cp.CLARABEL)
    assert value == pytest.approx(strength(behaviour).least.lower, abs=1e-6)


@pytest.mark.parametrize("d", [2, 3])
def test_least_information_on_the_optimal_face_of_m(d):
    """The closed form against all models whose M is least, with another solver."""
    links = optimal_links(d)
    behaviour = behaviour_from_links(links)
    matrix = local_matrix(behaviour).toarray().reshape(-1, 4, d**4)
    p = behaviour.table.reshape(-1, 4)
    q = cp.Variable((4, d**4), nonneg=True)
    free = cp.vstack([cp.sum(q, axis=0) / 4] * 4)
    face = [4 * matrix[:, i] @ q[i] == p[:, i] for i in range(4)]
    face.append(cp.sum(cp.abs(q - free)) <= (cglmp_value_of_links(links) - 2) / 4 + 1e-9)
    problem = cp.Problem(cp.Minimize(cp.sum(cp.rel_entr(q, free)) / np.log(2)), face)
    value = problem.solve(solver=cp.CLARABEL)
    assert value == pytest.approx(information_of_m_optimum(links), abs=1e-6)


@settings(max_examples=60)
@given(st.integers(2, 12), SEEDS)
def test_affine_witness_is_a_bet_against_local_models(d, seed):
    links = np.random.default_rng(seed).dirichlet(np.linspace(4, 0.2, d))
    witness = affine_witness(links)
    assert witness.min() >= 0
    assert witness[link_multisets(d)].mean(axis=1).max() <= 1 + 1e-12
    found = link_strength(links)
    assert links @ np.log2(witness) <= found.least.upper + 1e-12
    assert -1e-12 <= found.least.gap <= 1e-9
    assert information_from_value(max(-2, cglmp_value_of_links(links))) <= found.least.upper + 1e-12


def test_affine_witness_is_not_always_the_best():
    links = noisy_optimum(48, 0.9)
    found = link_strength(links)
    assert 0 <= found.least.gap < 1e-9
    assert links @ np.log2(affine_witness(links)) < found.least.lower - 5e-6


@pytest.mark.parametrize("d", [*range(2, 9), 16, 24])
def test_order_of_the_bounds(d):
    """Pinsker < value alone <= whole distribution <= what the models of least M need."""
    value, schmidt = cglmp_quantum_maximum(d)
    links = quantum_links(schmidt)
    exact = link_strength(links)
    assert exact.least.gap == pytest.approx(0, abs=1e-12)
    assert (
        pinsker_bound((value - 2) / 4) < information_from_value(value) <= exact.least.upper + 1e-12
    )
    if d < 16:
        best = information_of_m_optimum(links)
        assert exact.least.lower <= best + 1e-12
        assert best <= entropies.mutual_information(symmetric_dependence(links).model.joint) + 1e-9


def test_two_outcomes_in_closed_form():
    """0.0463 as printed: all forms of the bound meet at d = 2."""
    s = (2 + np.sqrt(2)) / 4
    expected = relative_entropy([s, 1 - s], [3 / 4, 1 / 4])
    links = optimal_links(2)
    assert expected == pytest.approx(0.0463, abs=5e-5)
    assert links == pytest.approx([s, 1 - s], abs=1e-15)
    for value in (
        information_from_value(2 * np.sqrt(2)),
        information_of_m_optimum(links),
        link_strength(links).least.lower,
        link_strength(links).least.upper,
    ):
        assert value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("d", [2, 5])
@pytest.mark.parametrize("i_d", [2.0, 2.5, 3.3, 4.0])
def test_value_alone(d, i_d):
    """Attained by the explicit model, which is also what Pinsker's inequality relaxes."""
    joint = optimal_model(d, i_d).joint
    assert entropies.mutual_information(joint) == pytest.approx(
        information_from_value(i_d), abs=1e-13
    )
    assert pinsker_bound((i_d - 2) / 4) <= information_from_value(i_d)
    links = np.zeros(d)
    links[0] = (4 + i_d) / 8
    links[-1] += 1 - links[0]
    assert link_strength(links).least.lower == pytest.approx(information_from_value(i_d), abs=1e-9)


def test_constant_of_pinsker():
    """The printed M² log2 e exceeds the exact value at d = 2; half of it does not."""
    value = cglmp_quantum_maximum(2)[0]
    m = (value - 2) / 4
    exact = link_strength(optimal_links(2)).least.upper
    assert pinsker_bound(m) < exact < m**2 * np.log2(np.e)
    assert pinsker_bound(m) == pytest.approx(m**2 * np.log2(np.e) / 2, abs=1e-15)


def test_thresholds():
    """3.214 and d >= 16 follow from the constant that holds; the exact value needs less."""
    i_d = crossing(lambda i: pinsker_bound((i - 2) / 4), SINGLET, low=2, high=4)
    assert i_d == pytest.approx(3.214, abs=2e-3)
    maxima = {d: cglmp_quantum_maximum(d)[0] for d in range(2, 20)}

    def first(bound):
        return min(d for d in maxima if bound(d) > SINGLET)

    assert first(lambda d: pinsker_bound((maxima[d] - 2) / 4)) == 16
    assert first(lambda d: ((maxima[d] - 2) / 4) ** 2 * np.log2(np.e)) == 3
    assert first(lambda d: information_from_value(maxima[d])) == 5
    assert first(lambda d: link_strength(optimal_links(d)).least.lower) == 3


@pytest.mark.parametrize("d", [3, 5, 7])
@pytest.mark.parametrize(
    "curve", [lambda p: link_strength(p).least.lower, information_of_m_optimum]
)
def test_crossings(d, curve):
    v = crossing(lambda u: curve(noisy_optimum(d, u)), SINGLET, low=0.72)
    assert curve(noisy_optimum(d, v - 1e-7)) < SINGLET < curve(noisy_optimum(d, v + 1e-7))


def test_curves_of_noise():
    for d in (2, 5, 7):
        local = 2 / cglmp_quantum_maximum(d)[0]
        for visibility in (0.0, 0.3, local - 1e-3):
            links = noisy_optimum(d, visibility)
            assert link_strength(links).least.upper == pytest.approx(0, abs=1e-9)
            assert information_of_m_optimum(links) == 0
        grid = [noisy_optimum(d, v) for v in np.linspace(local + 1e-3, 1, 12)]
        exact = [link_strength(p).least.lower for p in grid]
        of_m = [information_of_m_optimum(p) for p in grid]
        assert np.diff(exact).min() > 0
        assert np.diff(of_m).min() > 0
        assert (np.array(of_m) >= np.array(exact) - 1e-12).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: strength(behaviour_white_noise((17, 17), (2, 2))), "1156 entries, but at most"),
        (lambda: strength(behaviour_pr_box(), tolerance=0), "`tolerance` must lie in"),
        (lambda: relative_entropy([1], [0.5, 0.5]), "`p` and `q` must have one shape"),
        (lambda: relative_entropy([1, 0], [1.5, -0.5]), "`p` and `q` must not be negative"),
        (lambda: link_strength([0.5, 0.6]), "`links` must be positive and add up to 1"),
        (lambda: affine_witness([[0.5, 0.5]]), "`links` must have shape"),
        (lambda: information_from_value(4.1), r"`i_d` must lie in \[-2, 4\]"),
        (lambda: pinsker_bound(2.1), r"`m` must lie in \[0, 2\]"),
        (lambda: information_of_m_optimum(optimal_links(16)), "`links` must be a distribution"),
        (lambda: information_of_m_optimum([0, 0, 1.0, 0]), "`links` must be a distribution"),
        (lambda: crossing(lambda v: v, 2), "`level` must lie between 0 and 1"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_gap_that_is_not_reached(monkeypatch):
    monkeypatch.setattr(mutual_information, "MAX_STEPS", 5)
    with pytest.raises(SolverError, match=r"the gap is .* after 5 steps"):
        strength(behaviour_tsirelson())


def test_extreme_behaviours():
    """Cells of probability 1e-30 beside zeros, where Newton steps alone break down."""
    rng = np.random.default_rng(0)
    for power in (20, 40):
        table = rng.uniform(size=(2, 2, 2, 3)) ** power
        table[0, 0, 0, 0] = 0
        behaviour = Behaviour(table / table.sum(axis=(0, 1)))
        assert 0 <= strength(behaviour).least.gap <= 1e-10


def test_values_may_be_an_array():
    values = np.array([[-2.0, 2.0], [2.5, 4.0]])
    each = [[information_from_value(i) for i in row] for row in values]
    assert information_from_value(values).tolist() == each
    with pytest.raises(ValueError, match="Argument `i_d` must lie in"):
        information_from_value([0, 4.5])
    with pytest.raises(ValueError, match=r"Argument `b` must lie in \(0, 1\)"):
        binary_divergence([0.5, 0.5], [0.5, 1.0])


def test_the_two_sides_of_a_local_behaviour_are_in_order():
    for links in ([0.25] * 4, [0.5, 0.5], [0.2, 0.3, 0.1, 0.4]):
        found = link_strength(links)
        assert 0 <= found.least.lower <= found.least.upper


def test_information_for_settings_that_are_not_uniform():
    """The box of visibility v: the least mean of D₂(p ‖ 1 − π_i) over distributions π."""
    rng = np.random.default_rng(3)
    box = behaviour_pr_box().mix(behaviour_white_noise((2, 2), (2, 2)), weight=0.9)
    assert strength(box, input_weights=np.full((2, 2), 0.25)).least.lower == pytest.approx(
        strength(box).least.lower, abs=1e-9
    )
    for _ in range(3):
        weights = rng.dirichlet(np.full(4, 3.0))
        found = strength(box, input_weights=weights.reshape(2, 2))
        assert found.least.gap < 1e-9

        def cost(angles, weights=weights):
            lost = np.exp(angles) / np.exp(angles).sum()
            return float(weights @ binary_divergence(0.95, 1 - lost))

        best = minimize(cost, np.zeros(4), method="BFGS", options={"gtol": 1e-10})
        assert found.least.lower == pytest.approx(best.fun, abs=1e-7)
        assert found.least.lower < strength(box).least.lower
