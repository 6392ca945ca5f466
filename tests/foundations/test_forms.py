from fractions import Fraction

import numpy as np
import pytest
from helpers import random_no_signalling
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import (
    Behaviour,
    as_behaviour,
    behaviour_pr_box,
    behaviour_white_noise,
    check_two_parties,
)
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.forms import (
    behaviour_from_collins_gisin,
    behaviour_from_correlators,
    check_correlators,
    collins_gisin,
    normalised_behaviour,
    one_point_correlators,
)
from nonlocality.foundations.inequalities import chsh_value
from nonlocality.foundations.random import random_density, random_povm

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=25)


def quantum(seed, *, outcomes, inputs):
    """A random quantum behaviour of two parties; no-signalling, with all entries positive."""
    rng = np.random.default_rng(seed)
    measurements = [
        random_povm(rng, settings=m, outcomes=o, size=2)
        for o, m in zip(outcomes, inputs, strict=True)
    ]
    return behaviour_quantum(random_density(rng, 4), measurements)


def scenario(seed):
    """Numbers of outcomes and settings, one among them."""
    rng = np.random.default_rng(seed)
    return rng.integers(1, 4, 2).tolist(), rng.integers(1, 4, 2).tolist()


@pytest.mark.parametrize(
    "form",
    [
        np.ndarray.tolist,
        lambda table: table.astype(np.float32),
        np.asfortranarray,
        lambda table: np.repeat(table, 2, axis=0)[::2],
        lambda table: np.vectorize(Fraction, otypes=[object])(table),
        lambda table: np.vectorize(Fraction, otypes=[object])(table).tolist(),
    ],
)
def test_every_form_of_a_table_is_the_same_behaviour(form):
    box = behaviour_pr_box().with_noise(visibility=0.5)  # dyadic, exact in 32 bits
    table = form(box.table)
    assert (as_behaviour(table).table == box.table).all()
    assert chsh_value(table) == chsh_value(box)


def test_a_read_only_table_is_taken_and_the_callers_array_left_alone():
    table = behaviour_pr_box().table.copy()
    made = as_behaviour(table)
    table[0, 0, 0, 0] = 7
    assert made.table[0, 0, 0, 0] == 0.5
    table = behaviour_pr_box().table
    assert not table.flags.writeable
    assert (as_behaviour(table).table == table).all()


def test_a_behaviour_passes_as_it_is():
    box = behaviour_pr_box()
    assert as_behaviour(box) is box


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (None, "must be an array of numbers, but holds a NoneType"),
        ("box", "must be an array of numbers, but holds words"),
        ([[0.5, np.nan], [0.5, 1]], r"must hold finite numbers, but its entry \(0, 1\) is nan"),
        ([[1.5], [-0.5]], r"must not be negative, but its entry \(1, 0\) is -0.5"),
        ([[0.5], [0.4]], r"must sum to 1 .* sums to 0.9 at input \(0,\)\.$"),
        ([0.5, 0.5], "must have one output and one input axis"),
        (np.ones((2, 2), complex) / 2, "must be an array of numbers, but it has complex ones"),
    ],
)
def test_what_is_no_table_is_refused_under_the_name_the_caller_gave(bad, message):
    with pytest.raises(ValueError, match=f"^Argument `box` {message}"):
        as_behaviour(bad, name="box")


def test_signalling_is_blamed_on_the_argument_that_signals():
    _, b, x, _ = np.indices((2, 2, 2, 2))
    with pytest.raises(ValueError, match=r"^Argument `noise` must be no-signalling"):
        check_two_parties("noise", (b == x) / 2)


@pytest.mark.parametrize("rounded", [lambda t: t.round(4), lambda t: t.astype(np.float32)])
def test_a_rounded_table_is_refused_with_the_way_named_and_the_way_works(rounded):
    table = rounded(quantum(3, outcomes=(3, 2), inputs=(2, 3)).table)
    with pytest.raises(ValueError, match="rounded, `normalised_behaviour` divides by the sums"):
        as_behaviour(table)
    made = normalised_behaviour(table)
    assert_allclose(made.table, table / table.sum(axis=(0, 1)), atol=1e-7)
    check_two_parties("behaviour", normalised_behaviour(table, no_signalling=True))


def test_a_rounded_table_that_signals_is_refused_with_the_way_named():
    table = behaviour_pr_box().with_noise(visibility=0.5).table.copy()
    table[:, :, 0, 0] += [[1e-4, 0], [0, -1e-4]]  # sums to 1 all the same
    with pytest.raises(ValueError, match=r"by 0\.0001\. Rounded numbers: `normalised_behaviour\("):
        chsh_value(table)
    assert abs(chsh_value(normalised_behaviour(table, no_signalling=True))) < 1e-4
    _, b, x, _ = np.indices((2, 2, 2, 2))
    with pytest.raises(ValueError, match=r"by 1\.$"):
        chsh_value((b == x) / 2)


@few
@given(SEEDS, st.integers(4, 9))
def test_a_printed_table_comes_back_as_near_as_it_was_printed(seed, digits):
    behaviour = quantum(seed, outcomes=(2, 3), inputs=(3, 2))
    again = normalised_behaviour(behaviour.table.round(digits), no_signalling=True)
    again.require_no_signalling()
    assert np.abs(again.table - behaviour.table).max() < 6 * 10.0**-digits


@few
@given(SEEDS)
def test_the_table_that_does_not_signal_is_the_nearest(seed):
    behaviour = quantum(seed, outcomes=(2, 2), inputs=(2, 2))
    rng = np.random.default_rng(seed)
    noisy = behaviour.table + 1e-4 * behaviour.table * rng.uniform(-1, 1, behaviour.table.shape)
    noisy /= noisy.sum(axis=(0, 1))
    nearest = normalised_behaviour(noisy, no_signalling=True).table
    other = quantum(seed + 1, outcomes=(2, 2), inputs=(2, 2)).table
    assert abs(((noisy - nearest) * (other - nearest)).sum()) < 1e-12  # a right angle


def test_zeros_stay_probabilities_when_a_rounded_table_is_freed_from_signalling():
    p = np.zeros((3, 3, 2, 2))
    for x, y in np.ndindex(2, 2):
        p[:, :, x, y] = np.roll(np.eye(3), x * y, axis=1) / 3
    printed = p.round(4)
    printed[0, 0, 0, 0] += 1e-4  # so that this sum is 1 and its marginal differs from the others
    made = normalised_behaviour(printed, no_signalling=True)
    made.require_no_signalling()
    assert made.table.min() >= 0
    assert np.abs(made.table - p).max() < 5e-4


@pytest.mark.parametrize("outcomes", [(2,), (2, 3), (2, 2, 2)])
def test_what_does_not_signal_is_left_as_it_is(outcomes):
    noise = behaviour_white_noise(outcomes, (2,) * len(outcomes))
    assert_allclose(normalised_behaviour(noise, no_signalling=True).table, noise.table, atol=1e-15)


def test_what_is_further_off_than_rounding_is_refused():
    box = behaviour_pr_box().table
    with pytest.raises(ValueError, match=r"Argument `table` must sum to 1 .* sums to 1\.002"):
        normalised_behaviour(box * 1.002)
    with pytest.raises(ValueError, match="Argument `table` must not be negative"):
        normalised_behaviour(box - 1e-4)
    _, b, x, _ = np.indices((2, 2, 2, 2))
    signalling = Behaviour(0.25 + 0.01 * np.where(b == x, 1, -1))
    with pytest.raises(ValueError, match="Argument `table` must be no-signalling to within"):
        normalised_behaviour(signalling, no_signalling=True)


@few
@given(SEEDS)
def test_collins_gisin_tables_give_the_behaviour_back(seed):
    outcomes, inputs = scenario(seed)
    behaviour = quantum(seed, outcomes=outcomes, inputs=inputs)
    both, alice, bob = collins_gisin(behaviour)
    again = behaviour_from_collins_gisin(both, alice=alice, bob=bob)
    assert_allclose(again.table, behaviour.table, atol=1e-12)


@few
@given(SEEDS)
def test_a_collins_gisin_table_is_read_back_as_it_was_given(seed):
    both, alice, bob = collins_gisin(random_no_signalling(seed))
    again = collins_gisin(behaviour_from_collins_gisin(both, alice=alice, bob=bob))
    for new, old in zip(again, (both, alice, bob), strict=True):
        assert_allclose(new, old, atol=1e-12)


def test_one_outcome_needs_no_entry_of_a_collins_gisin_table():
    both, alice, bob = collins_gisin(behaviour_white_noise((1, 1), (1, 1)))
    assert (both.shape, alice.shape, bob.shape) == ((0, 0, 1, 1), (0, 1), (0, 1))
    assert behaviour_from_collins_gisin(both, alice=alice, bob=bob).table.ravel() == [1]


@pytest.mark.parametrize(
    ("both", "alice", "bob", "message"),
    [
        ([[[[0.5]]]], [[0.25]], [[0.5]], r"must give probabilities, but p\(01\|00\) is -0.25"),
        ([[[[0.1]]]], [[0.9]], [[0.9]], r"must give probabilities, but p\(11\|00\) is -0.7"),
        ([[[[0.5]]]], [0.5], [[0.5]], r"but have \(1, 1, 1, 1\), \(1,\) and \(1, 1\)"),
        ([[[[0.5]]]], [[0.5]], [[0.5, 0.5]], r"and \(1, 2\)"),
        ([[0.5]], [[0.5]], [[0.5]], r"but have \(1, 1\)"),
        ([[[[np.nan]]]], [[0.5]], [[0.5]], "`both` must hold finite numbers"),
    ],
)
def test_what_is_no_collins_gisin_table_is_refused(both, alice, bob, message):
    with pytest.raises(ValueError, match=message):
        behaviour_from_collins_gisin(both, alice=alice, bob=bob)


def test_a_signalling_behaviour_has_no_collins_gisin_table():
    _, b, x, _ = np.indices((2, 2, 2, 2))
    with pytest.raises(ValueError, match="Argument `behaviour` must be no-signalling"):
        collins_gisin((b == x) / 2)


@few
@given(SEEDS)
def test_correlators_and_means_give_the_behaviour_back(seed):
    inputs = scenario(seed)[1]
    behaviour = quantum(seed, outcomes=(2, 2), inputs=inputs)
    alice, bob = one_point_correlators(behaviour)
    again = behaviour_from_correlators(behaviour.correlators(), alice=alice, bob=bob)
    assert_allclose(again.table, behaviour.table, atol=1e-12)


@few
@given(SEEDS)
def test_correlators_and_means_are_read_back_as_they_were_given(seed):
    rng = np.random.default_rng(seed)
    e, alice, bob = (rng.uniform(-1 / 3, 1 / 3, shape) for shape in ((3, 2), 3, 2))
    behaviour = behaviour_from_correlators(e, alice=alice, bob=bob)
    assert_allclose(behaviour.correlators(), e, atol=1e-12)
    for new, old in zip(one_point_correlators(behaviour), (alice, bob), strict=True):
        assert_allclose(new, old, atol=1e-12)


@few
@given(SEEDS)
def test_collins_gisin_tables_and_correlators_are_affine_in_each_other(seed):
    behaviour = random_no_signalling(seed)
    both, (alice,), (bob,) = collins_gisin(behaviour)
    e_x, e_y = one_point_correlators(behaviour)
    assert_allclose(e_x, 2 * alice - 1, atol=1e-12)
    assert_allclose(e_y, 2 * bob - 1, atol=1e-12)
    expected = 1 - 2 * alice[:, None] - 2 * bob + 4 * both[0, 0]
    assert_allclose(behaviour.correlators(), expected, atol=1e-12)


def test_what_are_no_correlators_is_refused():
    zero = np.zeros((2, 2))
    with pytest.raises(ValueError, match=r"must have shapes \(m, n\), \(m,\) and \(n,\), but have"):
        behaviour_from_correlators(zero, alice=[0.0], bob=[0.0, 0.0])
    with pytest.raises(ValueError, match=r"give probabilities, but p\(11\|00\) is -0\.25"):
        behaviour_from_correlators(zero, alice=[1, 0], bob=[1, 0])
    with pytest.raises(ValueError, match=r"Argument `e` must lie in \[-1, 1\], but holds ±1\.1"):
        check_correlators("e", zero + 1.1)
    with pytest.raises(ValueError, match=r"must have shape \(\.\.\., 2, 2\), but has \(2, 3\)"):
        check_correlators("e", np.zeros((2, 3)), square=True)


def test_one_point_correlators_of_what_has_none():
    with pytest.raises(ValueError, match="Argument `behaviour` must be an array of numbers, but"):
        one_point_correlators(None)
    with pytest.raises(ValueError, match="must have two parties with two outcomes"):
        one_point_correlators(behaviour_white_noise((3, 2), (2, 2)))
