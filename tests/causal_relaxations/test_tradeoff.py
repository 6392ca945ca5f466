import cvxpy as cp
import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.causal_relaxations.influence import minimal_influence
from nonlocality.causal_relaxations.measurement_dependence import minimal_dependence
from nonlocality.causal_relaxations.tradeoff import (
    influence_dependence_tradeoff,
    minimal_influence_given_dependence,
)
from nonlocality.foundations.behaviours import behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.inequalities import behaviour_pr_box_3322
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.foundations.strategies import CausalModel

CAUSES = pytest.mark.parametrize("cause", "xa")


@CAUSES
@pytest.mark.parametrize("behaviour", [behaviour_pr_box(), behaviour_tsirelson()])
def test_influence_and_dependence_add_up_to_chsh(behaviour, cause):
    for m in (0, 0.05, 0.13, 0.2, 0.5, 0.7):
        found = minimal_influence_given_dependence(behaviour, cause=cause, dependence=m).least
        wanted = influence_dependence_tradeoff(behaviour, cause=cause, dependence=m)
        assert found.reached == pytest.approx(wanted, abs=1e-8)
        assert found.lower == pytest.approx(wanted, abs=1e-7)


@CAUSES
@pytest.mark.parametrize("seed", range(4))
def test_the_tradeoff_holds_for_behaviours_with_biased_outcomes(cause, seed):
    behaviour = random_no_signalling(np.random.default_rng(seed))
    for m in (0.0, 0.04):
        found = minimal_influence_given_dependence(behaviour, cause=cause, dependence=m).least
        wanted = influence_dependence_tradeoff(behaviour, cause=cause, dependence=m)
        assert found.reached == pytest.approx(wanted, abs=1e-8)


@CAUSES
def test_the_ends_are_the_programs_of_one_relaxation_alone(cause):
    behaviour = behaviour_tsirelson()
    alone = minimal_influence(behaviour, cause=cause).least.reached
    free = minimal_influence_given_dependence(behaviour, cause=cause, dependence=0).least.reached
    assert free == pytest.approx(alone, abs=1e-8)
    enough = minimal_dependence(behaviour).least.reached
    found = minimal_influence_given_dependence(behaviour, cause=cause, dependence=enough + 1e-9)
    assert found.least.reached == pytest.approx(0, abs=1e-8)


def test_the_model_has_what_it_says():
    """Behaviour, dependence and influence counted again from q(x, y, λ)."""
    box, m = behaviour_pr_box(), 0.2
    found = minimal_influence_given_dependence(box, cause="x", dependence=m)
    q = found.joint
    rho = q.sum(axis=(0, 1))
    assert np.abs(q - rho / 4).sum() <= m + 1e-8
    changes = found.model.responses[1][:, 0, :] != found.model.responses[1][:, 1, :]
    assert (rho @ changes).max() == pytest.approx(found.least.reached, abs=1e-8)
    table = np.zeros((2, 2, 2, 2))
    alice, bob = found.model.responses
    for x, y in np.ndindex(2, 2):
        np.add.at(table, (alice[:, x], bob[:, x, y], x, y), 4 * q[x, y])
    assert table == pytest.approx(box.table, abs=1e-7)


@pytest.mark.parametrize("seed", range(2))
def test_the_program_is_theorem_7_written_out(seed):
    """CVXPY with other variables: absolute values in the place of positive parts."""
    rng = np.random.default_rng(seed)
    behaviour, m = random_no_signalling(rng), float(rng.uniform(0, 0.1))
    weights = rng.dirichlet(np.full(4, 4.0)).reshape(2, 2)
    model = CausalModel(("x", "xy"), (2, 2), (2, 2))
    rows = model.influence_rows(cause="x", target=1).toarray()
    q = cp.Variable((4, model.size), nonneg=True)
    rho = cp.sum(q, axis=0)
    limits = [cp.sum(cp.abs(q - weights.reshape(4, 1) @ cp.reshape(rho, (1, 64), order="C"))) <= m]
    table = behaviour.table.reshape(4, 4)
    for i in range(4):
        seen = model.matrix.toarray().reshape(4, 4, 64)[:, i]
        limits.append(seen @ q[i] / weights.ravel()[i] == table[:, i])
    problem = cp.Problem(cp.Minimize(cp.max(rows @ rho)), limits)
    found = minimal_influence_given_dependence(
        behaviour, cause="x", dependence=m, input_weights=weights
    )
    assert problem.solve(solver=cp.CLARABEL) == pytest.approx(found.least.reached, abs=1e-6)


def test_a_story_without_a_model():
    box = behaviour_pr_box_3322()
    with pytest.raises(InfeasibleError, match=r"Bob hears Alice's outcome .* dependence of 0\.01"):
        minimal_influence_given_dependence(box, cause="a", dependence=0.01)


def test_what_is_refused():
    for wrong in (-0.1, 2.1, np.nan):
        with pytest.raises(ValueError, match="Argument `dependence` must"):
            minimal_influence_given_dependence(behaviour_pr_box(), cause="x", dependence=wrong)
        with pytest.raises(ValueError, match="Argument `dependence` must"):
            influence_dependence_tradeoff(behaviour_pr_box(), dependence=wrong)
    for wrong in ("y", None):
        with pytest.raises(ValueError, match="Argument `cause` must be 'x' or 'a'"):
            minimal_influence_given_dependence(behaviour_pr_box(), cause=wrong, dependence=0)
        with pytest.raises(ValueError, match="Argument `cause` must be 'x' or 'a'"):
            influence_dependence_tradeoff(behaviour_pr_box(), cause=wrong, dependence=0)
    three, large = behaviour_white_noise((2,) * 3, (2,) * 3), behaviour_white_noise((3, 4), (2, 2))
    with pytest.raises(ValueError, match="must have two parties, but has 3"):
        minimal_influence_given_dependence(three, cause="x", dependence=0)
    with pytest.raises(ValueError, match=r"147456 unknowns .* at most 20000"):
        minimal_influence_given_dependence(large, cause="a", dependence=0)
