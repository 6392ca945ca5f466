import cvxpy as cp
import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.causal_relaxations.dependence_of_links import optimal_model
from nonlocality.causal_relaxations.hall_measure import (
    hall_dependence,
    hall_dependence_from_value,
    minimal_hall_dependence,
)
from nonlocality.foundations.behaviours import behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.cglmp import behaviour_from_links, cglmp_value_of_links, optimal_links
from nonlocality.foundations.inequalities import chsh_values
from nonlocality.foundations.strategies import CausalModel


@pytest.mark.parametrize("d", [2, 3, 4, 5])
def test_cglmp_states_need_a_third_of_their_excess(d):
    links = optimal_links(d)
    found = minimal_hall_dependence(behaviour_from_links(links))
    wanted = hall_dependence_from_value(cglmp_value_of_links(links))
    assert found.least.lower == pytest.approx(wanted, abs=1e-8)
    assert found.least.reached == pytest.approx(wanted, abs=1e-8)
    assert hall_dependence(found.model.joint) == pytest.approx(wanted, abs=1e-8)


@pytest.mark.parametrize("d", [2, 3, 8, 30])
def test_the_model_that_is_optimal_for_m_attains_the_bound(d):
    for i_d in (2.0, 2.7, 4.0):
        joint = optimal_model(d, i_d).joint
        assert hall_dependence(joint) == pytest.approx(hall_dependence_from_value(i_d), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_no_signalling_behaviours_need_four_thirds_of_chsh(seed):
    behaviour = random_no_signalling(np.random.default_rng(seed))
    wanted = 4 / 3 * max(0, chsh_values(behaviour).max())
    assert minimal_hall_dependence(behaviour).least.reached == pytest.approx(wanted, abs=1e-8)


def test_the_program_is_theorem_6_written_out():
    behaviour = random_no_signalling(np.random.default_rng(7))
    matrix = CausalModel(("x", "y"), (2, 2), (2, 2)).matrix.toarray().reshape(4, 4, 16)
    p = cp.Variable((4, 16), nonneg=True)
    limits = [matrix[:, i] @ p[i] == behaviour.table.reshape(4, 4)[:, i] for i in range(4)]
    far = [cp.norm1(p[i] - p[k]) for i in range(4) for k in range(i)]
    value = cp.Problem(cp.Minimize(cp.max(cp.hstack(far))), limits).solve(solver=cp.CLARABEL)
    assert minimal_hall_dependence(behaviour).least.reached == pytest.approx(value, abs=1e-6)


def test_the_functional_is_a_bound_for_other_behaviours():
    functional = minimal_hall_dependence(behaviour_tsirelson()).functional
    for seed in range(5):
        other = random_no_signalling(np.random.default_rng(seed))
        least = minimal_hall_dependence(other).least.reached
        assert (functional * other.table).sum() <= least + 1e-8


def test_values():
    assert hall_dependence_from_value([-2, 2, 3.5]).tolist() == [0, 0, 0.5]
    assert minimal_hall_dependence(behaviour_pr_box()).least.reached == pytest.approx(2 / 3)
    assert hall_dependence(np.full((2, 2, 3), 1 / 12)) == 0
    assert hall_dependence([[0.5, 0.5]]) == 0


def test_what_is_refused():
    with pytest.raises(ValueError, match="Argument `i_d` must lie in"):
        hall_dependence_from_value(-3)
    for wrong in ([], [0.5, 0.5], [[0.5, 0.4]], [[1.0, 0.0], [0.0, 0.0]], [[1.5, -0.5]]):
        with pytest.raises(ValueError, match="Argument `joint` must be a distribution"):
            hall_dependence(wrong)
    with pytest.raises(ValueError, match="at most 20000"):
        minimal_hall_dependence(behaviour_white_noise((7, 7), (2, 2)))
