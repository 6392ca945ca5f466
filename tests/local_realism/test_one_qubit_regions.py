from functools import cache

import numpy as np
import pytest

from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.inequalities import i3322_functional, i3322_value
from nonlocality.foundations.quantum import (
    PAULI_X,
    PAULI_Z,
    check_measurement,
    measurement_of_observables,
)
from nonlocality.foundations.strategies import CausalModel
from nonlocality.local_realism.effective_states import effective_state
from nonlocality.local_realism.list_models import list_model
from nonlocality.local_realism.one_qubit_regions import (
    effective_operator,
    i3322_see_saw,
    upper_bound,
)

SEEDS = (0, 2, 5, 6)


@cache
def bounds(qubit, solver):
    return upper_bound(qubit=qubit, solver=solver)


@cache
def best():
    return max(
        (i3322_see_saw(seed=seed) for seed in range(8)), key=lambda v: i3322_value(v.behaviour())
    )


def test_both_sides_of_the_largest_value_meet():
    """A state and measurements from below; from above the duals of two solvers."""
    lower = i3322_value(best().behaviour())
    assert lower > 0.016
    for solver in ("clarabel", "cvxopt"):
        upper = bounds(True, solver).upper
        assert lower - 1e-9 <= upper <= lower + 1e-7


def test_a_qutrit_for_alice_does_better_so_her_dimension_matters():
    """The relaxation of any dimension stays above what qutrits reach by a see-saw (0.025)."""
    assert bounds(False, "cvxopt").upper > bounds(True, "cvxopt").upper + 0.009


@pytest.mark.parametrize("seed", range(10))
def test_the_see_saw_ends_at_a_state_with_measurements(seed):
    found = i3322_see_saw(seed=seed)
    check_measurement("alice", found.alice)
    check_measurement("bob", found.bob)
    assert np.linalg.norm(found.state) == pytest.approx(1)
    operator = effective_operator(i3322_functional(), found.alice, found.bob)
    value = found.state @ operator @ found.state
    assert value == pytest.approx(np.linalg.eigvalsh(operator)[-1])
    assert value == pytest.approx(i3322_value(found.behaviour()))
    assert -1e-12 < value < bounds(True, "cvxopt").upper


def test_steps_never_decrease_the_value():
    values = [i3322_value(i3322_see_saw(seed=0, steps=n).behaviour()) for n in (2, 5, 20, 100)]
    assert values == sorted(values)


def test_seeds_repeat():
    assert (i3322_see_saw(seed=3).state == i3322_see_saw(seed=3).state).all()


def test_angles_give_the_measurements_back():
    found = best()
    for angles, measurement in zip(found.angles(), (found.alice, found.bob), strict=True):
        spins = [np.cos(a) * PAULI_Z + np.sin(a) * PAULI_X for a in angles]
        assert measurement_of_observables(spins) == pytest.approx(measurement, abs=1e-12)


def test_any_two_of_bobs_settings_are_local():
    """The violation needs his third: for two there is the explicit model."""
    found = best()
    for pair in ([0, 1], [0, 2], [1, 2]):
        model = list_model(found.state, (1, 2), [found.alice, found.bob[pair]], free=0)
        quantum = behaviour_quantum(
            effective_state(found.state, (1, 2)), [found.alice, found.bob[pair]]
        )
        assert model.behaviour().table == pytest.approx(quantum.table, abs=1e-12)


def test_the_functional_is_at_most_0_for_local_strategies():
    model = CausalModel(("x", "y"), (2, 2), (3, 3))
    assert model.bound(i3322_functional()) == 0


def test_bad_input():
    with pytest.raises(ValueError, match="`solver` must be one of"):
        upper_bound(solver="other")
    with pytest.raises(ValueError, match="`steps` must hold positive integers"):
        i3322_see_saw(seed=0, steps=0)


@pytest.mark.parametrize("seed", [None, -1, 0.5, "0", [1, 2]])
def test_a_start_must_be_repeatable(seed):
    with pytest.raises(ValueError, match="`seed` must be an integer of at least 0, but is"):
        i3322_see_saw(seed=seed)


def test_operators_are_of_measurements_that_fit():
    f, good = i3322_functional(), measurement_of_observables([PAULI_X, PAULI_Z, PAULI_X])
    with pytest.raises(ValueError, match="`alice` must hold positive operators"):
        effective_operator(f, 2 * good, good)
    with pytest.raises(ValueError, match=r"`bob` must have shape \(settings, outcomes, d, d\)"):
        effective_operator(f, good, good[0])
    with pytest.raises(ValueError, match=r"must be measurements of a qubit, but have shapes"):
        effective_operator(f, measurement_of_observables([np.diag([1, 1, -1])] * 3), good)
    with pytest.raises(ValueError, match=r"`functional` must have shape \(2, 2, 2, 3\), as the"):
        effective_operator(f, good[:2], good)
    with pytest.raises(ValueError, match="`functional` must hold finite numbers"):
        effective_operator(np.full(f.shape, np.nan), good, good)


def test_either_region_may_be_the_single_qubit():
    """I3322 is not symmetric in the parties as it is written, but its largest value is."""
    best = {
        sizes: max(i3322_value(i3322_see_saw(seed=s, sizes=sizes).behaviour()) for s in range(8))
        for sizes in [(1, 1), (1, 2), (2, 1), (1, 3), (2, 2)]
    }
    assert best[1, 1] == pytest.approx(1 / 4)
    assert best[1, 2] == pytest.approx(best[2, 1], abs=1e-9)
    assert best[1, 3] == pytest.approx(0, abs=1e-9)  # three settings, three particles: proved
    assert best[2, 2] == pytest.approx(0, abs=1e-9)  # no start finds a violation


def test_the_operator_of_a_random_pair_is_that_of_the_effective_state():
    rng = np.random.default_rng(1)
    f = i3322_functional()
    sides = [
        measurement_of_observables([np.cos(t) * PAULI_X + np.sin(t) * PAULI_Z for t in angles])
        for angles in rng.uniform(0, 6, (2, 3))
    ]
    state = rng.normal(size=32)
    state /= np.linalg.norm(state)
    operator = effective_operator(f, *sides, sizes=(2, 3))
    seen = behaviour_quantum(effective_state(state, (2, 3)), sides)
    assert (state @ operator @ state).real == pytest.approx((f * seen.table).sum())
    with pytest.raises(ValueError, match="`sizes` must hold two regions"):
        effective_operator(f, *sides, sizes=(1, 1, 1))
