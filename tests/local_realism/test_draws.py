from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.local_realism.draws import (
    Draws,
    all_blocks,
    chain_draws,
    lattice_draws,
    subset_draws,
    two_settings_can_be_drawn,
    weighted_draws,
)


@pytest.mark.parametrize(("n", "s", "m"), [(2, 2, 1), (4, 2, 2), (5, 2, 2), (6, 3, 2), (3, 1, 3)])
def test_each_setting_draws_every_group_equally_often(n, s, m):
    drawn = subset_draws(n, settings=s, body=m)
    for setting in range(s):
        assert drawn.marginal(setting) == {
            block: Fraction(1, comb(n, m)) for block in combinations(range(n), m)
        }


@pytest.mark.parametrize(
    ("shape", "block"), [((5,), (2,)), ((6,), (3,)), ((4, 4), (2, 2)), ((3, 5), (1, 2))]
)
def test_shifted_tiles_are_uniform_over_the_lattice(shape, block):
    most = 1
    for n, b in zip(shape, block, strict=True):
        most *= n // b
    drawn = lattice_draws(shape, block=block, settings=most)
    for setting in range(most):
        marginal = drawn.marginal(setting)
        assert set(marginal.values()) == {Fraction(1, drawn.particles)}
        assert len(marginal) == drawn.particles
    with pytest.raises(ValueError, match=f"`settings` must be at most {most}, the tiles"):
        lattice_draws(shape, block=block, settings=most + 1)


@pytest.mark.parametrize("m", [1, 2, 3, 4])
@pytest.mark.parametrize("n", range(1, 13))
def test_two_settings_on_an_open_chain_need_three_blocks_less_one(n, m):
    """The matching knows nothing of the formula: n ≥ 3M − 1; on a ring and for subsets n ≥ 2M."""
    if n < m:
        return
    assert two_settings_can_be_drawn(all_blocks(n, body=m, on="chain")) == (n >= 3 * m - 1)
    assert two_settings_can_be_drawn(all_blocks(n, body=m, on="ring")) == (n >= 2 * m)
    if n <= 8:
        assert two_settings_can_be_drawn(all_blocks(n, body=m)) == (n >= 2 * m)
    if n >= 3 * m - 1:
        drawn = chain_draws(n, body=m, settings=2)
        for setting in (0, 1):
            assert drawn.marginal(setting) == {
                block: Fraction(1, n - m + 1) for block in all_blocks(n, body=m, on="chain")
            }
    else:
        with pytest.raises(ValueError, match=f"`particles` must be at least {3 * m - 1}"):
            chain_draws(n, body=m, settings=2)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 4))
@settings(deadline=None, max_examples=80)
def test_weights_are_kept_and_no_particle_serves_two_settings(parts, s):
    """Draws itself refuses overlaps; the marginals must be the weights, exactly."""
    weights = [Fraction(p, sum(parts)) for p in parts]
    if max(weights) > Fraction(1, s):
        with pytest.raises(ValueError, match=f"at most 1/{s} for {s} settings, but one is"):
            weighted_draws(weights, settings=s)
        return
    drawn = weighted_draws(weights, settings=s)
    for setting in range(s):
        assert drawn.marginal(setting) == {(k,): w for k, w in enumerate(weights)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Draws(2, [((0,), (0,))], [Fraction(1)]), "disjoint blocks of 2 particles"),
        (lambda: Draws(2, [((0,), (2,))], [Fraction(1)]), "disjoint blocks of 2 particles"),
        (lambda: Draws(2, [((0,), (1,))], [Fraction(1, 2)]), "probabilities that add up to 1"),
        (lambda: Draws(2, [((0,), (1,)), ((0,),)], [Fraction(1, 2)] * 2), "a block a setting"),
        (lambda: Draws(2, [], []), "one entry a draw"),
        (lambda: subset_draws(4, settings=3, body=2), "`settings` must be at most 2 for 4"),
        (lambda: subset_draws(60, settings=4), "`settings` must be smaller: more than 100000"),
        (lambda: lattice_draws((3,), block=(4,), settings=1), "`block` must fit into"),
        (lambda: weighted_draws([0.5, 0.5], settings=2), "must hold Fractions that add up to 1"),
        (lambda: weighted_draws([1, 1], settings=1), "must hold Fractions that add up to 1"),
        (lambda: weighted_draws([], settings=1), "must hold Fractions that add up to 1"),
        (lambda: weighted_draws(5, settings=1), "must hold Fractions that add up to 1"),
        (lambda: all_blocks(10**9, body=1), "`particles` must be smaller: more than 100000"),
        (lambda: all_blocks(60, body=30), "`body` must be smaller: more than 100000"),
        (lambda: chain_draws(10**9, body=1, settings=1), "`particles` must be smaller"),
        (lambda: lattice_draws((10**9,), block=(1,), settings=1), "`shape` must be smaller"),
        (lambda: subset_draws(10**9, settings=1), "`particles` must be smaller"),
        (lambda: two_settings_can_be_drawn([(0,)] * 501), "at most 500 blocks, but holds 501"),
        (lambda: all_blocks(3, body=4), "`body` must be at most 3, but is 4"),
        (lambda: all_blocks(3, body=2, on="tree"), "`on` must be 'subsets', 'ring' or 'chain'"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
