import numpy as np
import pytest
from helpers import random_no_signalling
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.born import behaviour_quantum, behaviour_tsirelson
from nonlocality.macroscopic_locality import moments
from nonlocality.macroscopic_locality.correlators import (
    gamma2_norm_two_settings,
    margin_of,
    observable_correlators,
)
from nonlocality.macroscopic_locality.tsirelson import (
    anticommuting_observables,
    gamma2_norm,
    gram_program,
    quantum_model,
    unit_vectors,
)

SCENARIOS = pytest.mark.parametrize("shape", [(1, 1), (2, 2), (2, 4), (3, 3), (4, 3), (4, 4)])


def random_correlators(shape, seed, scale=1.0):
    """Scalar products of random unit vectors of random dimension."""
    rng = np.random.default_rng(seed)
    dimension = rng.integers(1, 6)
    u, v = (rng.normal(size=(m, dimension)) for m in shape)
    u, v = (w / np.linalg.norm(w, axis=1, keepdims=True) for w in (u, v))
    return scale * np.clip(u @ v.T, -1, 1)


@SCENARIOS
@pytest.mark.parametrize("seed", range(4))
def test_the_model_has_the_correlators_and_is_quantum(shape, seed):
    e = random_correlators(shape, seed, scale=0.9)
    model = quantum_model(e)
    assert_allclose(model.behaviour().correlators(), e, atol=1e-12)
    size = model.alice.shape[1]
    assert size == model.bob.shape[1] <= 2 ** ((min(shape) + 1) // 2)
    for observable in [*model.alice, *model.bob]:
        assert_allclose(observable @ observable, np.eye(size), atol=1e-12)
        assert_allclose(observable, observable.conj().T, atol=1e-15)


@SCENARIOS
@pytest.mark.parametrize("seed", range(3))
def test_on_the_boundary_the_model_is_as_good_as_the_solver(shape, seed):
    e = random_correlators(shape, seed)
    e = e / max(1, np.abs(e).max())
    assert_allclose(quantum_model(e).behaviour().correlators(), e, atol=1e-7)


def test_correlators_of_macroscopically_local_behaviours_have_a_model():
    """Whatever their one-point correlators: those of the model vanish."""
    found = 0
    for seed in range(30):
        behaviour = random_no_signalling(seed)
        if margin_of(behaviour) > 0:
            found += 1
            model = quantum_model(behaviour.correlators()).behaviour()
            assert_allclose(model.correlators(), behaviour.correlators(), atol=1e-9)
            assert_allclose(model.marginal(0), 0.5, atol=1e-9)
    assert found > 5


@pytest.mark.parametrize("seed", range(4))
def test_observables_with_values_between_have_a_model_too(seed):
    """Three outcomes, read as numbers in [−1, 1], of a behaviour at the edge of level 1."""
    rng = np.random.default_rng(seed)
    best = moments.maximise(rng.normal(size=(3, 3, 3, 3)), level="1").behaviour
    alice, bob = rng.uniform(-1, 1, size=(2, 3, 3))  # [setting, outcome]
    e = np.einsum("abxy,xa,yb->xy", best.table, alice, bob)
    assert_allclose(quantum_model(e).behaviour().correlators(), e, atol=1e-9)


@SCENARIOS
@pytest.mark.parametrize("seed", range(3))
def test_two_solvers_agree_on_the_norm(shape, seed):
    e = np.random.default_rng(seed).uniform(-1, 1, size=shape)
    values = [gamma2_norm(e, solver=solver) for solver in ("clarabel", "cvxopt")]
    assert values[0].reached == pytest.approx(values[1].reached, abs=1e-6)
    for bound in values:
        assert bound.lower <= bound.reached + 1e-9
        gram = gram_program(e).at(bound.evidence.point)
        assert np.linalg.eigvalsh(gram)[0] > -1e-7
    if shape == (2, 2):
        assert values[0].reached == pytest.approx(float(gamma2_norm_two_settings(e)), abs=1e-6)


def test_the_tsirelson_point_needs_one_qubit_a_side():
    model = quantum_model(behaviour_tsirelson().correlators())
    assert model.alice.shape == (2, 2, 2)
    s = (model.behaviour().correlators() * [[1, 1], [1, -1]]).sum()
    assert s == pytest.approx(2 * np.sqrt(2), abs=1e-8)


@pytest.mark.parametrize("number", range(1, 10))
def test_gamma_matrices_anticommute(number):
    gammas = anticommuting_observables(number)
    assert gammas.shape == (number, 2 ** (number // 2), 2 ** (number // 2))
    for i, left in enumerate(gammas):
        for j, right in enumerate(gammas):
            assert_allclose(left @ right + right @ left, 2 * (i == j) * np.eye(len(left)))


def test_correlators_beyond_tsirelson_are_refused():
    for e in ([[1, 1], [1, -1]], np.array([[1, 1], [1, -1]]) * 0.71):
        with pytest.raises(ValueError, match="must be quantum, but a Bell expression exceeds its"):
            quantum_model(e)


def test_unit_vectors_are_those_of_the_smaller_side_and_one_more():
    u, v = unit_vectors(random_correlators((2, 4), 1, scale=0.5))
    assert u.shape == (2, 3)
    assert v.shape == (4, 3)
    for vectors in (u, v):
        assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-12)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([0.5, 0.5], r"must have shape .*, but has \(2,\)"),
        ([[1.5]], r"must lie in \[-1, 1\], but holds ±1\.5"),
        ([[np.nan]], "must hold finite numbers"),
    ],
)
def test_bad_tables(bad, message):
    for call in (gram_program, gamma2_norm, unit_vectors, quantum_model):
        with pytest.raises(ValueError, match=message):
            call(bad)


@pytest.mark.parametrize("bad", [0, -1, 18, 2.0])
def test_number_of_gamma_matrices(bad):
    with pytest.raises(ValueError, match="`number` must be an integer from 1 to 17"):
        anticommuting_observables(bad)


def test_a_behaviour_of_the_model_is_born_rule():
    model = quantum_model([[0.3, 0.1], [0.2, -0.4]])
    effects = [np.stack([(np.eye(2) + o) / 2, (np.eye(2) - o) / 2]) for o in model.alice]
    other = [np.stack([(np.eye(2) + o) / 2, (np.eye(2) - o) / 2]) for o in model.bob]
    table = behaviour_quantum(model.state, [np.array(effects), np.array(other)]).table
    assert_allclose(model.behaviour().table, table, atol=1e-15)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (4, 4)])
@pytest.mark.parametrize("seed", range(3))
def test_a_table_divided_by_its_norm_lies_on_the_boundary_and_has_a_model(shape, seed):
    raw = np.random.default_rng(seed).uniform(-1, 1, size=shape)
    e = raw / gamma2_norm(raw).reached
    assert gamma2_norm(np.clip(e, -1, 1)).reached == pytest.approx(1, abs=1e-7)
    model = quantum_model(e)
    assert_allclose(model.behaviour().correlators(), e, atol=1e-6)
    with pytest.raises(ValueError, match=r"must be quantum|must lie in"):
        quantum_model(e * 1.0001)


@pytest.mark.parametrize("continuous", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_observables_of_three_outcomes_have_quantum_correlators(seed, continuous):
    """Appendix C for d = 3, at points on the boundary of Q1 that are not quantum."""
    rng = np.random.default_rng(seed)
    found = moments.maximise(rng.normal(size=(3, 3, 2, 2)), level="1")
    table = np.maximum(found.table, 0)
    behaviour = Behaviour(table / table.sum(axis=(0, 1)))
    for _ in range(5):
        sides = rng.uniform(-1, 1, size=(2, 2, 3))
        if not continuous:
            sides = np.sign(sides)
        e = observable_correlators(behaviour, alice=sides[0], bob=sides[1])
        model = quantum_model(e)
        assert_allclose(model.behaviour().correlators(), e, atol=1e-6)
        assert gamma2_norm(e).lower <= 1 + 1e-7


def test_observables_are_checked():
    box = behaviour_tsirelson()
    with pytest.raises(ValueError, match=r"`alice` must have shape \(2, 2\)"):
        observable_correlators(box, alice=[1, -1], bob=[[1, -1]] * 2)
    with pytest.raises(ValueError, match=r"`bob` must lie in \[-1, 1\]"):
        observable_correlators(box, alice=[[1, -1]] * 2, bob=[[2, -1]] * 2)
