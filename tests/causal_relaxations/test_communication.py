from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from helpers import no_signalling_vertices, programs_behind, random_no_signalling
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.causal_relaxations import communication
from nonlocality.causal_relaxations.communication import (
    message_vertices,
    minimal_message,
    minimal_message_influence,
)
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.entropies import binary_entropy
from nonlocality.foundations.inequalities import behaviour_pr_box_3322, chsh_values
from nonlocality.foundations.solvers import InfeasibleError

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=15)
uniform_vertices = cache(message_vertices)


def violation(behaviour):
    return max(0.0, chsh_values(behaviour).max())


@pytest.mark.parametrize("r", [0.5, 0.3, 0.1])
@few
@given(seed=SEEDS)
def test_least_message_is_chsh_times_the_rarer_setting(r, seed):
    """min p(m = 0) = 2 CHSH min(r, 1 − r) for p(x) = (r, 1 − r), and its coded price."""
    behaviour = random_no_signalling(seed)
    found = minimal_message(behaviour, input_weights=(r, 1 - r))
    expected = 2 * violation(behaviour) * r
    assert found.least.reached == pytest.approx(expected, abs=1e-8)
    assert found.least.lower == pytest.approx(expected, abs=1e-8)
    assert found.entropy == pytest.approx(binary_entropy(found.least.reached))
    coded = minimal_message(behaviour, input_weights=(r, 1 - r), coded=True)
    assert coded.entropy == pytest.approx(2 * violation(behaviour) * binary_entropy(r), abs=1e-7)
    assert coded.entropy <= found.entropy + 1e-7


def test_message_at_the_quantum_maximum():
    found = minimal_message(behaviour_tsirelson())
    assert found.entropy == pytest.approx(binary_entropy(1 / np.sqrt(2) - 1 / 2), abs=1e-8)
    assert round(found.entropy, 3) == 0.736
    assert minimal_message(behaviour_tsirelson(), coded=True).entropy == pytest.approx(2**0.5 - 1)


def test_only_the_pr_box_needs_a_whole_bit():
    assert minimal_message(behaviour_pr_box()).entropy == pytest.approx(1)
    assert minimal_message(behaviour_pr_box(), coded=True).entropy == pytest.approx(1)


@few
@given(seed=SEEDS)
def test_weights_reproduce_the_behaviour_at_that_price(seed):
    behaviour = random_no_signalling(seed)
    found = minimal_message(behaviour)
    with_message = (found.model.matrix @ found.weights).reshape(2, 2, 2, 2, 1, 2)
    assert np.abs(with_message.sum(axis=1)[:, :, :, 0] - behaviour.table).max() < 1e-8
    chance = with_message[:, 0, :, :, 0, 0].sum() / 2
    assert chance == pytest.approx(found.least.reached, abs=1e-8)


@few
@given(seed=SEEDS)
def test_functional_bounds_every_other_behaviour(seed):
    found = minimal_message(random_no_signalling(seed))
    other = random_no_signalling(seed + 1)
    value = minimal_message(other).least.reached
    assert (found.functional * other.table).sum() <= value + 1e-7


def test_dual_vertices_are_zero_chsh_or_never_better():
    boxes, local = no_signalling_vertices()
    corners = [Behaviour(table) for table in np.concatenate([boxes, local])]
    forms = np.array([chsh_values(p) for p in corners]).T
    values = np.array([[(z * p.table).sum() for p in corners] for z in uniform_vertices()], float)
    best = np.array([violation(p) for p in corners])
    assert (values <= best).all()
    for form in forms:
        assert (values == form).all(axis=1).any()
    assert (values == 0).all(axis=1).any()


@few
@given(seed=SEEDS)
def test_the_program_is_the_best_dual_vertex_also_with_signalling(seed):
    rng = np.random.default_rng(seed)
    model, matrix = communication._message_model((2, 2), (2, 2))
    q = rng.dirichlet(np.full(model.size, 0.02))
    behaviour = Behaviour((matrix @ q).reshape(2, 2, 2, 2))
    best = max(float((z * behaviour.table).sum()) for z in uniform_vertices())
    assert minimal_message(behaviour).least.reached == pytest.approx(best, abs=1e-8)


def test_dual_vertices_are_feasible_exactly():
    weights = (Fraction(1, 3), Fraction(2, 3))
    _, matrix = communication._message_model((2, 2), (2, 2))
    model, _ = communication._message_model((2, 2), (2, 2))
    cost = communication._chance(model, weights)
    columns = matrix.toarray().astype(int)
    for zeta in message_vertices(input_weights=weights):
        assert all(isinstance(k, Fraction) for k in zeta.flat)
        assert (zeta.ravel() @ columns <= cost).all()


@pytest.mark.parametrize("coded", [False, True])
def test_program_has_the_same_value_in_another_solver(coded):
    def call():
        return minimal_message(behaviour_tsirelson(), coded=coded)

    (program,) = programs_behind(communication, call)
    program.check_optimal()


def test_three_settings_can_need_more_than_a_bit():
    with pytest.raises(InfeasibleError, match=r"^One bit from Alice is not enough for this behav"):
        minimal_message(behaviour_pr_box_3322())
    assert minimal_message(behaviour_white_noise((2, 2), (3, 3))).entropy == 0


@pytest.mark.parametrize("weights", [(0.5,), (0.6, 0.6), (1.5, -0.5), (np.nan, 1)])
def test_input_weights_are_a_distribution(weights):
    with pytest.raises(ValueError, match="Argument `input_weights` must"):
        minimal_message(behaviour_pr_box(), input_weights=weights)


@pytest.mark.parametrize("bad", [-0.1, 1.1, [0.5, 2]])
def test_entropy_is_of_probabilities(bad):
    with pytest.raises(ValueError, match=r"Argument `probability` must lie in \[0, 1\]"):
        binary_entropy(bad)


def test_message_goes_from_alice_to_bob_among_two():
    with pytest.raises(ValueError, match="`behaviour` must have two parties, but has 1"):
        minimal_message(Behaviour([[1.0], [0.0]]))
    a, b, _, y = np.indices((2, 2, 2, 2))
    with pytest.raises(ValueError, match="the setting y of Bob shifts a probability"):
        minimal_message(Behaviour((a == y) * (b == 0)))


def test_a_program_too_large_is_refused_before_it_is_built():
    with pytest.raises(ValueError, match=r"has 1\.04e6 strategies, 2\.62e7 entries .* 5e\+06"):
        minimal_message(behaviour_white_noise((2, 2), (5, 5)))


@pytest.mark.parametrize("seed", range(4))
def test_the_influence_of_a_message_is_that_of_the_setting(seed):
    behaviour = random_no_signalling(np.random.default_rng(seed))
    found = minimal_message_influence(behaviour).least
    wanted = max(0, chsh_values(behaviour).max())
    assert found.reached == pytest.approx(wanted, abs=1e-8)
    assert found.lower == pytest.approx(wanted, abs=1e-8)


@pytest.mark.parametrize("letters", [2, 3, 4, 5])
def test_a_long_message_has_little_influence(letters):
    """2 CHSH/K: a letter set by hand is one that Bob mostly ignores."""
    for behaviour in (behaviour_pr_box(), behaviour_tsirelson()):
        found = minimal_message_influence(behaviour, letters=letters).least
        wanted = 2 * violation(behaviour) / letters
        assert found.reached == pytest.approx(wanted, abs=1e-8)
        assert found.lower == pytest.approx(wanted, abs=1e-8)


def test_two_messages_do_not_carry_three_settings():
    with pytest.raises(InfeasibleError, match=r"^One of 2 messages from Alice is not enough"):
        minimal_message_influence(behaviour_pr_box_3322())
    with pytest.raises(InfeasibleError, match=r"^One of 1 messages from Alice is not enough"):
        minimal_message_influence(behaviour_pr_box(), letters=1)


@pytest.mark.parametrize("letters", [0, 1.5, "2"])
def test_the_number_of_messages_is_a_positive_integer(letters):
    with pytest.raises(ValueError, match="Argument `letters` must"):
        minimal_message_influence(behaviour_pr_box(), letters=letters)
    with pytest.raises(ValueError, match="must have two parties"):
        minimal_message_influence(behaviour_white_noise((2,) * 3, (2,) * 3))
