import numpy as np
import pytest
from helpers import no_signalling_vertices, random_no_signalling
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.causal_relaxations.outcome_communication import outcome_communication_functional
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_quantum, behaviour_tsirelson
from nonlocality.foundations.inequalities import (
    behaviour_pr_box_3322,
    chsh_value,
    chsh_values,
    correlator_functional,
    i3322_functional,
    i3322_value,
    signalling_functionals,
)
from nonlocality.foundations.random import random_density, random_povm
from nonlocality.foundations.strategies import CausalModel

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=30)


def test_local_bound_of_chsh_is_zero():
    _, local = no_signalling_vertices()
    assert max(chsh_value(Behaviour(table)) for table in local) == 0
    assert max(chsh_values(Behaviour(table)).max() for table in local) == 0


def test_pr_box_reaches_one_half_and_tsirelson_its_bound():
    assert chsh_value(behaviour_pr_box()) == 1 / 2
    assert chsh_value(behaviour_tsirelson()) == pytest.approx((np.sqrt(2) - 1) / 2)


def test_each_pr_box_violates_one_form_only():
    boxes, _ = no_signalling_vertices()
    values = np.array([chsh_values(Behaviour(table)) for table in boxes])
    assert sorted(values.argmax(axis=1)) == list(range(8))
    assert (np.sort(values, axis=1) == [-1.5, *[-0.5] * 6, 0.5]).all()


@few
@given(SEEDS)
def test_clauser_horne_form_is_the_correlator_form(seed):
    behaviour = random_no_signalling(seed)
    e = behaviour.correlators()
    s = e[0, 0] + e[0, 1] + e[1, 0] - e[1, 1]
    assert chsh_value(behaviour) == pytest.approx((s - 2) / 4, abs=1e-12)


@few
@given(SEEDS)
def test_chsh_values_are_chsh_of_relabelled_tables(seed):
    behaviour = random_no_signalling(seed)
    expected = []
    for flip in (1, -1):  # then Alice's outcomes are swapped
        for x, y in np.ndindex(2, 2):  # the setting that takes the minus becomes number 1
            table = behaviour.table[::flip, :, :, :][:, :, [1 - x, x]][:, :, :, [1 - y, y]]
            expected.append(chsh_value(Behaviour(table)))
    assert_allclose(chsh_values(behaviour), expected, atol=1e-12)


@few
@given(SEEDS)
def test_quantum_behaviours_obey_tsirelson(seed):
    rng = np.random.default_rng(seed)
    povms = [random_povm(rng, settings=2, outcomes=2, size=2) for _ in range(2)]
    found = behaviour_quantum(random_density(rng, 4), povms)
    assert chsh_values(found).max() <= (np.sqrt(2) - 1) / 2 + 1e-12


@pytest.mark.parametrize("function", [chsh_value, chsh_values])
def test_chsh_needs_its_scenario_and_no_signalling(function):
    with pytest.raises(ValueError, match=r"outcomes \(2, 2\) and settings \(2, 2\), but has .*3"):
        function(behaviour_white_noise((2, 2), (3, 2)))
    with pytest.raises(ValueError, match=r"must have outcomes .* but has outcomes \(2, 2, 2\)"):
        function(behaviour_white_noise((2, 2, 2), (2, 2, 2)))
    a, b, x, _ = np.indices((2, 2, 2, 2))
    with pytest.raises(ValueError, match="must be no-signalling, but the setting x of Alice"):
        function(Behaviour((a == 0) * (b == x)))


def test_i3322_has_local_bound_zero_and_is_a_facet():
    corners = CausalModel(("x", "y"), (2, 2), (3, 3)).corners.astype(int)
    values = corners @ i3322_functional().ravel()
    assert values.max() == 0
    # the no-signalling space has dimension 15, a facet one less
    assert np.linalg.matrix_rank(corners[values == 0]) == 15


@pytest.mark.parametrize("v", [0, 0.25, 0.75, 1])
def test_i3322_of_the_box_with_noise(v):
    box = behaviour_pr_box_3322(visibility=v)
    assert i3322_value(box) == pytest.approx(2 * v - 1)
    for x, y in np.ndindex(3, 3):
        assert box.correlators()[x, y] == pytest.approx(-v if x + y == 3 else v)


@few
@given(SEEDS)
def test_i3322_is_its_collins_gisin_form(seed):
    rng = np.random.default_rng(seed)
    povms = [random_povm(rng, settings=3, outcomes=2, size=2) for _ in range(2)]
    behaviour = behaviour_quantum(random_density(rng, 4), povms)
    p, (alice, bob) = behaviour.table[0, 0], (behaviour.marginal(k)[0] for k in range(2))
    expected = p[:2, :2].sum() + p[0, 2] + p[2, 0] - p[1, 2] - p[2, 1]
    assert i3322_value(behaviour) == pytest.approx(expected - alice[0] - 2 * bob[0] - bob[1])


def test_i3322_needs_its_scenario_and_no_signalling():
    with pytest.raises(ValueError, match=r"outcomes \(2, 2\) and settings \(3, 3\), but has"):
        i3322_value(behaviour_pr_box())
    a, b, x, _ = np.indices((2, 2, 3, 3))
    with pytest.raises(ValueError, match="must be no-signalling"):
        i3322_value(Behaviour((a == 0) * (b == (x > 0))))
    with pytest.raises(ValueError, match=r"`visibility` must lie in \[0, 1\], but is 2"):
        behaviour_pr_box_3322(visibility=2)


@few
@given(SEEDS)
def test_correlator_functional_weighs_the_correlators(seed):
    coefficients = np.random.default_rng(seed).integers(-5, 6, size=(2, 2))
    behaviour = random_no_signalling(seed)
    found = (correlator_functional(coefficients) * behaviour.table).sum()
    assert found == pytest.approx((coefficients * behaviour.correlators()).sum(), abs=1e-12)


@pytest.mark.parametrize(("hears", "bound"), [("y", 4), ("ay", 4), ("xy", 6)])
def test_outcome_communication_does_not_raise_its_bound(hears, bound):
    model = CausalModel(("x", hears), (2, 2), (3, 3))
    assert model.bound(outcome_communication_functional()) == bound


def test_signalling_functionals_vanish_without_signalling_and_only_then():
    rows = signalling_functionals((2, 3), (3, 2)).reshape(-1, 36)
    assert np.linalg.matrix_rank(rows) == len(rows) == 2 * 2 * 2
    local = CausalModel(("x", "y"), (2, 3), (3, 2)).corners.astype(int)
    assert not (local @ rows.T).any()
    heard = CausalModel(("x", "xy"), (2, 3), (3, 2)).corners.astype(int)
    tables = heard.reshape(-1, 2, 3, 3, 2)
    signals = np.ptp(tables.sum(axis=1), axis=2).any(axis=(1, 2))
    assert ((heard @ rows.T).any(axis=1) == signals).all()
