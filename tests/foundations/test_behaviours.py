import string

import numpy as np
import pytest
from helpers import random_no_signalling, random_quantum_behaviour
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import (
    TOLERANCE,
    Behaviour,
    behaviour_pr_box,
    behaviour_white_noise,
    check_two_parties,
)

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=25)


def random_table(seed, outcomes, inputs):
    rng = np.random.default_rng(seed)
    flat = rng.dirichlet(np.ones(np.prod(outcomes)), size=inputs)
    return np.moveaxis(flat, -1, 0).reshape(*outcomes, *inputs)


def box_where_bob_repeats_x():
    a, b, x, _ = np.indices((2, 2, 2, 2))
    return Behaviour((a == 0) * (b == x))


@few
@given(SEEDS, st.floats(0, 1))
def test_mixtures_of_behaviours_are_behaviours(seed, weight):
    first = Behaviour(random_table(seed, (2, 3), (3, 2)))
    second = Behaviour(random_table(seed + 1, (2, 3), (3, 2)))
    mixed = first.mix(second, weight=weight)
    assert_allclose(mixed.table, weight * first.table + (1 - weight) * second.table)


@few
@given(SEEDS, st.sampled_from([1, 2, 3]))
def test_quantum_behaviours_do_not_signal(seed, parties):
    _, _, behaviour = random_quantum_behaviour(seed, parties=parties)
    assert max(behaviour.signalling()) < 1e-12
    behaviour.require_no_signalling()


@few
@given(SEEDS, st.sampled_from([1, 2, 3]))
def test_quantum_behaviours_follow_borns_rule(seed, parties):
    """Each entry is tr(ρ M_a ⊗ N_b ⊗ …), multiplied out."""
    state, measurements, behaviour = random_quantum_behaviour(seed, parties=parties)
    assert behaviour.outcomes == tuple(m.shape[1] for m in measurements)
    assert behaviour.settings == tuple(m.shape[0] for m in measurements)
    for index in np.ndindex(behaviour.table.shape):
        operator = np.eye(1)
        for m, a, x in zip(measurements, index[:parties], index[parties:], strict=True):
            operator = np.kron(operator, m[x, a])
        assert behaviour.table[index] == pytest.approx(np.trace(state @ operator).real, abs=1e-12)


@few
@given(SEEDS)
def test_marginals_of_marginals_are_marginals(seed):
    _, _, behaviour = random_quantum_behaviour(seed, parties=3)
    for pair in [(0, 1), (1, 0), (0, 2), (2, 1)]:
        both = Behaviour(behaviour.marginal(*pair))
        for place, party in enumerate(pair):
            assert_allclose(both.marginal(place), behaviour.marginal(party), atol=1e-12)
    everything = behaviour.marginal(2, 0, 1)
    assert_allclose(everything, behaviour.table.transpose(2, 0, 1, 5, 3, 4))


def test_pr_box_is_a_xor_b_equal_xy():
    table = behaviour_pr_box().table
    for a, b, x, y in np.ndindex(2, 2, 2, 2):
        assert table[a, b, x, y] == (a ^ b == x & y) / 2


@few
@given(SEEDS, st.floats(0, 1))
def test_noise_shrinks_correlators_by_the_visibility(seed, v):
    behaviour = random_no_signalling(seed)
    noisy = behaviour.with_noise(visibility=v)
    assert_allclose(noisy.correlators(), v * behaviour.correlators(), atol=1e-14)


def test_white_noise_is_uniform():
    table = behaviour_white_noise((2, 3, 4), (1, 2, 3)).table
    assert table.shape == (2, 3, 4, 1, 2, 3)
    assert (table == 1 / 24).all()


@pytest.mark.parametrize("parties", [1, 2, 3, 4])
def test_correlators_sum_the_table_with_signs(parties):
    table = random_table(parties, (2,) * parties, (2, 3, 1, 2)[:parties])
    outputs = string.ascii_lowercase[:parties]
    inputs = string.ascii_uppercase[:parties]
    summed = np.einsum(
        f"{outputs}{inputs},{','.join(outputs)}->{inputs}", table, *[np.array([1, -1])] * parties
    )
    assert_allclose(Behaviour(table).correlators(), summed, atol=1e-14)


def test_correlators_need_two_outcomes():
    with pytest.raises(ValueError, match=r"must have two outcomes .* but has \(2, 3\)"):
        behaviour_white_noise((2, 3), (2, 2)).correlators()


def test_signalling_says_who_signals():
    box = box_where_bob_repeats_x()
    assert box.signalling() == (1, 0)
    box.require_no_signalling(1)
    for senders in [(), (0,), (0, 1)]:
        with pytest.raises(ValueError, match=r"setting x of Alice shifts .* by 1"):
            box.require_no_signalling(*senders)
    swapped = Behaviour(box.table.transpose(1, 0, 3, 2))
    with pytest.raises(ValueError, match=r"setting y of Bob shifts .* by 1"):
        swapped.require_no_signalling()


def test_a_signalling_behaviour_has_no_marginal():
    with pytest.raises(ValueError, match="Argument `behaviour` must be no-signalling, but"):
        box_where_bob_repeats_x().marginal(1)


@pytest.mark.parametrize("shape", [(), (2,), (2, 2, 2), (1,) * 10, (2, 0), (0, 2)])
def test_a_table_needs_an_output_and_an_input_axis_a_party(shape):
    with pytest.raises(ValueError, match="must have one output and one input axis for each"):
        Behaviour(np.full(shape, 0.5))


def test_a_table_must_not_be_negative():
    table = behaviour_pr_box().table.copy()
    table[:, 0, 1, 0] = [-0.25, 0.75]
    message = r"`table` must not be negative, but its entry \(0, 0, 1, 0\) is -0\.25\."
    with pytest.raises(ValueError, match=message):
        Behaviour(table)


def test_a_table_must_be_normalised():
    table = behaviour_pr_box().table.copy()
    table[0, 0, 0, 1] = 0.75
    with pytest.raises(ValueError, match=r"must sum to 1 .* sums to 1\.25 at input \(0, 1\)\."):
        Behaviour(table)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_table_must_be_finite(bad):
    with pytest.raises(ValueError, match=r"`table` must hold finite numbers, but its entry \(1, 0"):
        Behaviour([[0.5], [bad]])


def test_rounding_is_accepted_and_not_repaired():
    table = np.array([[-TOLERANCE / 2, 0.5], [1.0, 0.5 + TOLERANCE / 2]])
    assert (Behaviour(table).table == table).all()
    with pytest.raises(ValueError, match="must not be negative"):
        Behaviour([[-2 * TOLERANCE, 0.5], [1 + 2 * TOLERANCE, 0.5]])
    with pytest.raises(ValueError, match="must sum to 1"):
        Behaviour([[0.0, 0.5], [1.0, 0.5 + 2 * TOLERANCE]])


def test_the_table_is_a_read_only_copy():
    source = np.full((2, 1), 0.5)
    behaviour = Behaviour(source)
    source[:] = 7
    assert (behaviour.table == 0.5).all()
    with pytest.raises(ValueError, match="read-only"):
        behaviour.table[0, 0] = 1


@pytest.mark.parametrize("bad", [-0.01, 1.01, np.nan])
def test_weights_and_visibilities_lie_in_the_unit_interval(bad):
    box = behaviour_pr_box()
    with pytest.raises(ValueError, match=r"Argument `weight` must lie in \[0, 1\], but is"):
        box.mix(box, weight=bad)
    with pytest.raises(ValueError, match=r"Argument `visibility` must lie in \[0, 1\], but is"):
        box.with_noise(visibility=bad)


def test_only_behaviours_of_one_scenario_are_mixed():
    with pytest.raises(ValueError, match=r"`other` must have shape \(2, 2, 2, 2\), but has"):
        behaviour_pr_box().mix(behaviour_white_noise((2, 2), (3, 2)), weight=0.5)


@pytest.mark.parametrize("parties", [(2,), (-1,), (0, 7), (0.0,), ("x",)])
def test_parties_must_exist(parties):
    box = behaviour_pr_box()
    with pytest.raises(ValueError, match="Argument `parties` must hold integers from 0 to 1, but"):
        box.marginal(*parties)
    with pytest.raises(ValueError, match="Argument `senders` must hold integers from 0 to 1, but"):
        box.require_no_signalling(*parties)


def test_a_marginal_names_each_party_once():
    with pytest.raises(ValueError, match=r"`parties` must name a party once, but is \(0, 0\)"):
        behaviour_pr_box().marginal(0, 0)


def test_a_table_may_be_mixed_with_as_a_behaviour():
    box = behaviour_pr_box()
    assert_allclose(box.mix(box.table.tolist(), weight=0.5).table, box.table)
    with pytest.raises(ValueError, match="`other` must sum to 1 over the outcomes"):
        box.mix(box.table / 2, weight=0.5)


@pytest.mark.parametrize("bad", [(0, 2), (2, -1), (2.0, 2), ("2", 2), 2])
def test_white_noise_needs_positive_integers(bad):
    with pytest.raises(ValueError, match="Argument `outcomes` must hold positive integers, but is"):
        behaviour_white_noise(bad, (2, 2))
    with pytest.raises(ValueError, match="Argument `settings` must hold positive integers, but is"):
        behaviour_white_noise((2, 2), bad)


def test_white_noise_needs_one_number_a_party():
    with pytest.raises(ValueError, match="Argument `settings` must hold 2 numbers, but is"):
        behaviour_white_noise((2, 2), (2, 2, 2))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (None, "must be an array of numbers, but holds a NoneType"),
        (np.ones((2, 2, 2, 2)), r"must sum to 1 .* sums to 4 at input \(0, 0\)"),
        (behaviour_white_noise((2,) * 3, (2,) * 3), "must be a behaviour of two parties"),
        (behaviour_white_noise((2, 3), (2, 2)), r"two outcomes, but has outcomes \(2, 3\)"),
    ],
)
def test_two_parties(bad, message):
    with pytest.raises(ValueError, match=f"Argument `box` .*{message}"):
        check_two_parties("box", bad, binary=True)
