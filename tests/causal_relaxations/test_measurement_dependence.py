import numpy as np
import pytest
from helpers import programs_behind, random_no_signalling
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.causal_relaxations import measurement_dependence
from nonlocality.causal_relaxations.dependence_of_links import (
    dependence_from_value,
    dependence_functional,
    optimal_model,
    symmetric_dependence,
    symmetric_dependence_given_value,
)
from nonlocality.causal_relaxations.measurement_dependence import (
    DependentModel,
    dependence,
    minimal_dependence,
    minimal_dependence_given_value,
    program_size,
)
from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.causal_relaxations.perfect_games import magic_square
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.cglmp import (
    behaviour_from_links,
    cglmp_coefficients,
    cglmp_value,
    noisy_links,
    optimal_links,
)
from nonlocality.foundations.entropies import mutual_information
from nonlocality.foundations.inequalities import chsh_values
from nonlocality.foundations.link_strategies import link_multisets
from nonlocality.foundations.solvers import InfeasibleError

SEEDS = st.integers(0, 2**32 - 1)


def coefficients(d):
    return cglmp_coefficients(d) / (d - 1)


def check(found, expected):
    """Both sides of the bound, and the model, and the functional."""
    assert found.least.reached == pytest.approx(expected, abs=1e-9)
    assert found.least.gap == pytest.approx(0, abs=1e-9)
    assert dependence(found.model.joint) == pytest.approx(expected, abs=1e-9)
    inputs = found.model.joint.sum(axis=-1)
    assert inputs == pytest.approx(np.full(inputs.shape, 1 / inputs.size), abs=1e-9)
    p = found.model.behaviour().table
    assert (found.functional * p).sum() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("d", range(2, 6))
@pytest.mark.parametrize("i_d", [-4.0, 1.0, 2.5, 3.3, 4.0])
def test_given_the_value_full_reduced_and_formula_agree(d, i_d):
    expected = dependence_from_value(i_d, d=d)
    full = minimal_dependence_given_value(coefficients(d), i_d)
    reduced = symmetric_dependence_given_value(d, i_d)
    for found in (full, reduced):
        check(found, expected)
        behaviour = found.model.behaviour()
        assert cglmp_value(behaviour) == pytest.approx(i_d, abs=1e-9)
        assert behaviour.signalling() == pytest.approx((0, 0), abs=1e-9)


def test_full_program_of_thousands_of_unknowns():
    found = minimal_dependence_given_value(coefficients(6), 3.0)
    check(found, 1 / 4)
    assert program_size((6, 6), (2, 2)) == 4 * 6**4


@pytest.mark.parametrize("d", range(2, 6))
@pytest.mark.parametrize("visibility", [1.0, 0.9])
def test_given_the_behaviour_full_and_reduced_agree(d, visibility):
    links = noisy_links(optimal_links(d), visibility=visibility)
    behaviour = behaviour_from_links(links)
    full, reduced = minimal_dependence(behaviour), symmetric_dependence(links)
    for found in (full, reduced):
        check(found, max(0, (cglmp_value(behaviour) - 2) / 4))
        assert found.model.behaviour().table == pytest.approx(behaviour.table, abs=1e-9)


@settings(max_examples=40)
@given(SEEDS)
def test_two_settings_and_outcomes_are_chsh(seed):
    """M = max[0, CHSH] in Clauser–Horne form: eq. (11) at d = 2, for every behaviour."""
    behaviour = random_no_signalling(seed)
    found = minimal_dependence(behaviour)
    check(found, max(0, chsh_values(behaviour).max()))
    assert found.model.behaviour().table == pytest.approx(behaviour.table, abs=1e-9)


@settings(max_examples=10)
@given(SEEDS)
def test_other_scenarios(seed):
    """Three outcomes against two, three settings against two: the functional bounds others."""
    rng = np.random.default_rng(seed)
    shape = (3, 2, 2, 3)
    tables = rng.uniform(size=(2, *shape)) ** 4
    first, second = (Behaviour(t / t.sum(axis=(0, 1))) for t in tables)
    found = minimal_dependence(first)
    value = found.least.reached
    check(found, value)
    assert found.model.behaviour().table == pytest.approx(first.table, abs=1e-9)
    lower = (found.functional * second.table).sum()
    assert lower <= minimal_dependence(second).least.reached + 1e-9
    assert 0 <= value < 2


def test_local_behaviours_need_none():
    for behaviour in (behaviour_white_noise((2, 2), (3, 2)), behaviour_white_noise((3,), (2,))):
        check(minimal_dependence(behaviour), 0)


def test_which_optimal_model_is_returned_is_an_accident():
    behaviour = behaviour_tsirelson()
    rng = np.random.default_rng(0)
    found = [minimal_dependence(behaviour, order=rng.permutation(16)) for _ in range(10)]
    for best in found:
        check(best, (np.sqrt(2) - 1) / 2)
        assert best.model.behaviour().table == pytest.approx(behaviour.table, abs=1e-9)
    assert np.ptp([mutual_information(best.model.joint) for best in found]) > 1e-3


CALLS = {
    "PR box": lambda: minimal_dependence(behaviour_pr_box()),
    "qutrits": lambda: minimal_dependence(behaviour_from_links(optimal_links(3))),
    "I_2": lambda: minimal_dependence_given_value(coefficients(2), 3.0),
    "I_3": lambda: minimal_dependence_given_value(coefficients(3), 2.5),
    "reduced": lambda: symmetric_dependence(optimal_links(5)),
    "reduced, I_5": lambda: symmetric_dependence_given_value(5, 3.5),
}


@pytest.mark.parametrize("name", CALLS)
def test_linear_programs_by_another_solver(name):
    (problem,) = programs_behind(measurement_dependence, CALLS[name])
    point, y, w = (
        problem.found.evidence.point,
        problem.found.evidence.dual_equal,
        problem.found.evidence.dual_below,
    )
    assert problem.value_by_cvxopt() == pytest.approx(problem.found.reached, abs=1e-6)
    assert problem.primal_violation(point) <= 1e-9
    assert problem.dual_violation(y, w) <= 1e-9
    assert problem.complementarity(point, y, w) <= 1e-9


@settings(max_examples=50)
@given(SEEDS)
def test_measures_of_a_joint_distribution(seed):
    """Pinsker's inequality; both vanish for a product; information adds up over copies."""
    rng = np.random.default_rng(seed)
    q = rng.dirichlet(np.full(24, 0.3)).reshape(2, 3, 4)
    m, i = dependence(q), mutual_information(q)
    assert m**2 / (2 * np.log(2)) <= i + 1e-12
    assert 0 <= m < 2
    free = q.sum(axis=-1)[..., None] * q.sum(axis=(0, 1))
    assert dependence(free) == pytest.approx(0, abs=1e-14)
    assert mutual_information(free) == pytest.approx(0, abs=1e-14)
    assert mutual_information(np.multiply.outer(q.reshape(6, 4), q.reshape(6, 4)).transpose(
        0, 2, 1, 3).reshape(6, 6, 16)) == pytest.approx(2 * i, abs=1e-12)  # fmt: skip


def test_printed_constant_of_pinsker_is_too_large():
    """A hidden bit that leans one way for half of the inputs: M = 2ε, I = M²/(2 ln 2) + O(ε⁴)."""
    lean = 0.01 * np.array([1, 1, -1, -1])
    q = np.array([0.5 + lean, 0.5 - lean]).T / 4
    m, i = dependence(q), mutual_information(q)
    assert m == pytest.approx(0.02, abs=1e-15)
    assert i == pytest.approx(m**2 / (2 * np.log(2)), rel=1e-3)
    assert i < 0.51 * m**2 * np.log2(np.e)


@pytest.mark.parametrize("d", range(2, 9))
def test_formula_below_the_local_minimum(d):
    """It starts at the least value of a deterministic strategy and ends at 1/2 (d = 3: none)."""
    local = (4 - 2 * link_multisets(d).sum(axis=1) / (d - 1)).min()
    assert dependence_from_value(local, d=d) == pytest.approx(0, abs=1e-14)
    assert dependence_from_value(-4, d=d) == (0 if d == 3 else 1 / 2)
    if d != 3:
        assert dependence_from_value(local - 1e-3, d=d) > 1e-4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: minimal_dependence(behaviour_white_noise((12, 12), (2, 2))),
            "82944 unknowns .* but at most 20000",
        ),
        (lambda: minimal_dependence(behaviour_pr_box(), order=[0, 0]), "`order` must be a perm"),
        (lambda: minimal_dependence(behaviour_pr_box(), order="ab"), "`order` must be a perm"),
        (lambda: minimal_dependence(behaviour_pr_box(), order=np.arange(16.0)), "`order` must be"),
        (lambda: minimal_dependence(behaviour_pr_box(), order=[[0], [1, 2]]), "`order` must be"),
        (lambda: minimal_dependence_given_value(coefficients(2), np.nan), "`value` must hold fin"),
        (lambda: minimal_dependence_given_value(coefficients(2), [1, 2]), "`value` must be one n"),
        (lambda: minimal_dependence_given_value(np.ones((0, 2)), 1), "`functional` must have one"),
        (lambda: program_size((2, 2), (2,)), r"`settings` must hold 2 numbers, but is \(2,\)"),
        (lambda: program_size((2, 0), (2, 2)), "`outcomes` must hold positive integers"),
        (lambda: dependence([[]]), "`joint` must be a distribution"),
        (lambda: minimal_dependence_given_value(np.ones(3), 1), "`functional` must have one out"),
        (lambda: minimal_dependence_given_value([[np.inf, 1]], 1), "`functional` must hold finite"),
        (lambda: symmetric_dependence([0.5, 0.4]), "`links` must be positive and add up to 1"),
        (lambda: symmetric_dependence_given_value(3, 5), r"`i_d` must lie in \[-4, 4\]"),
        (lambda: symmetric_dependence_given_value(1, 2), "`d` must be an integer"),
        (lambda: optimal_model(3, 1.9), r"`i_d` must lie in \[2, 4\]"),
        (lambda: dependence_from_value(4.1, d=3), r"`i_d` must lie in \[-4, 4\]"),
        (lambda: dependence_functional(5, k=1), r"`k` must lie in \[0, 1\), but is 1"),
        (lambda: dependence([0.5, 0.5]), "`joint` must be a distribution"),
        (lambda: mutual_information([[0.5, 0.6]]), "`joint` must be a distribution .* sum 1.1"),
        (lambda: mutual_information([[1.5, -0.5]]), "smallest entry -0.5"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_values_that_no_behaviour_has():
    with pytest.raises(InfeasibleError, match="No no-signalling behaviour has the value"):
        minimal_dependence_given_value(coefficients(2), 4.5)


def test_model_of_three_parties():
    """Three coins that follow a hidden bit, which the first setting fixes."""
    joint = np.zeros((2, 1, 1, 2))
    joint[0, 0, 0, 0] = joint[1, 0, 0, 1] = 0.5
    table = np.array([[0], [1]])
    model = DependentModel(joint, [np.hstack([table, table]), table, table], (2, 2, 2))
    p = model.behaviour().table
    assert p[0, 0, 0, 0, 0, 0] == p[1, 1, 1, 1, 0, 0] == 1
    assert dependence(joint) == mutual_information(joint) == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_price_of_a_chsh_violation_for_settings_that_are_not_uniform(seed):
    """Least M is 8c w₀w₁/(w₀ + w₁), with w₀ ≤ w₁ the two rarest pairs of settings."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(4, 3.0)).reshape(2, 2)
    low, second = np.sort(weights.ravel())[:2]
    for visibility in (1.0, 0.8):
        box = behaviour_pr_box().mix(behaviour_white_noise((2, 2), (2, 2)), weight=visibility)
        c = (4 * visibility - 2) / 4
        found = minimal_dependence(box, input_weights=weights)
        assert found.least.reached == pytest.approx(8 * c * low * second / (low + second), abs=1e-9)
        joint = found.model.joint
        assert joint.sum(axis=-1) == pytest.approx(weights, abs=1e-9)
        assert found.model.behaviour().table == pytest.approx(box.table, abs=1e-7)
        assert dependence(joint) == pytest.approx(found.least.reached, abs=1e-9)


@pytest.mark.parametrize(
    "weights", [[0.5, 0.5], np.full((2, 2), 0.3), [[0.5, 0.5], [0, 0]], [[1.5, -0.5], [0, 0]]]
)
def test_weights_must_be_a_distribution_of_the_settings(weights):
    for measure in (minimal_dependence, strength):
        with pytest.raises(ValueError, match="Argument `input_weights` must hold positive numbers"):
            measure(behaviour_pr_box(), input_weights=weights)


def test_values_may_be_an_array():
    values = np.array([[-4.0, 0.0], [2.5, 4.0]])
    for d in (2, 3, 7):
        each = [[dependence_from_value(i, d=d) for i in row] for row in values]
        assert dependence_from_value(values, d=d).tolist() == each
    with pytest.raises(ValueError, match="Argument `i_d` must lie in"):
        dependence_from_value([0, 5], d=2)


def test_the_program_of_the_magic_square_is_refused_and_the_way_round_is_named():
    """Its 36864 unknowns ended in a limit of time; the game's own bound is exact."""
    with pytest.raises(ValueError, match=r"36864 unknowns .* `perfect_game` for games"):
        minimal_dependence(Behaviour(magic_square() / 8))
