from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import pytest
from helpers import programs_behind
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.causal_relaxations import bilocality
from nonlocality.causal_relaxations.bilocal_bounds import (
    bilocality_correlators,
    nonbilocality_bound,
    nonbilocality_bound_of_pairs,
)
from nonlocality.causal_relaxations.bilocality import Nonbilocality
from nonlocality.causal_relaxations.swapping import (
    behaviour_of_model,
    behaviour_swapping,
    behaviour_swapping_formula,
    nonbilocality_of_model,
    swapping_model,
)
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.solvers import InfeasibleError

SCENARIO = (2, 4, 2), (2, 1, 2)

SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=20)
VISIBILITIES = [0, 0.3, 1 / np.sqrt(2), 0.75, 0.8, 0.9, 1]

EIGHTHS, TENTHS = ([Fraction(k, n) for k in range(n + 1)] for n in (8, 10))
GRID = [(i, j, s) for i, j, s in product(EIGHTHS, repeat=3) if i <= s <= 1 - j]
GRID += [(i, j, s) for i, j, s in product(TENTHS, repeat=3) if i < s < 1 - j]
FAMILY = [(0.5, 0.25), (0.1, 0.6), (0.32, 0.32), (0.2, 0.1), (0.0, 0.7), (0.4, 0.4)]
program_of = cache(lambda i, j: Nonbilocality(behaviour_swapping_formula(i, j)))


def exact_formula(i, j):
    """Eqs. (54)–(55) with any I and J, in Fractions."""
    p = np.empty((2, 4, 2, 2, 1, 2), dtype=object)
    for a, b, c, x, y, z in np.ndindex(p.shape):
        b0, b1 = divmod(b, 2)
        signal = (-1) ** b0 * i + (-1) ** (x + z + b1) * j
        p[a, b, c, x, y, z] = (1 + (-1) ** (a + c) * signal) / 16
    return p


def exact_correlators(p):
    """I and J of a table of Fractions."""
    i = j = Fraction(0)
    for a, b, c, x, y, z in np.ndindex(p.shape):
        b0, b1 = divmod(b, 2)
        i += (-1) ** (a + b0 + c) * p[a, b, c, x, y, z] / 4
        j += (-1) ** (a + b1 + c + x + z) * p[a, b, c, x, y, z] / 4
    return i, j


def random_model(seed):
    """Random weights on few or many of the 64 strategies, or close to an optimal model."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 100, size=64) * (rng.uniform(size=64) < rng.choice([0.1, 0.4, 1]))
    counts[rng.integers(64)] += 1
    q = np.array([Fraction(int(k), int(counts.sum())) for k in counts]).reshape((2,) * 6)
    i, j, share = GRID[rng.integers(len(GRID))]
    t = Fraction(int(rng.integers(0, 4)), 4)
    return t * q + (1 - t) * swapping_model(i, j, share=share)


def share_of(q):
    """q(α₀ = α₁)."""
    alice = q.sum(axis=(2, 3, 4, 5))
    return alice[0, 0] + alice[1, 1]


def test_models_reproduce_the_formula_exactly_with_the_least_nonbilocality():
    assert len(GRID) > 200
    for i, j, share in GRID:
        q = swapping_model(i, j, share=share)
        assert all(isinstance(k, Fraction) and k >= 0 for k in q.flat)
        assert q.sum() == 1
        assert share_of(q) == share
        assert (behaviour_of_model(q) == exact_formula(i, j)).all()
        assert nonbilocality_of_model(q) == nonbilocality_bound(i, j, share=share)


@few
@given(SEEDS)
def test_no_behaviour_is_below_the_bound_at_any_nu(seed):
    """The linear program at ν, where s = 2ν + 1 − p(0|x=0) − p(0|x=1)."""
    behaviour = Behaviour(behaviour_of_model(random_model(seed)).astype(float))
    program = Nonbilocality(behaviour)
    i, j = bilocality_correlators(behaviour)
    bias = 1 - behaviour.marginal(0)[0].sum()
    for nu in np.linspace(*program.nu_range, 4):
        share = min(max(2 * nu + bias, 0), 1)
        assert program.at(nu).reached >= nonbilocality_bound(i, j, share=share) - 1e-8


@few
@given(SEEDS)
def test_the_program_is_not_above_the_model_it_was_given(seed):
    q = random_model(seed)
    program = Nonbilocality(Behaviour(behaviour_of_model(q).astype(float)))
    nu = float(q[0, 0].sum())
    assert program.nu_range[0] - 1e-8 <= nu <= program.nu_range[1] + 1e-8
    nu = min(max(nu, program.nu_range[0]), program.nu_range[1])
    assert program.at(nu).lower <= float(nonbilocality_of_model(q)) + 1e-7


@pytest.mark.parametrize(("i", "j"), FAMILY)
def test_program_meets_the_bound_on_the_family(i, j):
    program = program_of(i, j)
    assert program.nu_range == pytest.approx((i / 2, (1 - j) / 2), abs=1e-9)
    for nu in np.linspace(*program.nu_range, 5):
        found = program.at(nu)
        expected = nonbilocality_bound(i, j, share=2 * nu)
        assert found.reached == pytest.approx(expected, abs=1e-9)
        assert found.lower == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("v", [0.75, 0.8, 0.85, 0.95])
def test_swapped_werner_states_follow_their_curve(v):
    program = Nonbilocality(behaviour_swapping(visibility=v))
    assert program.nu_range == pytest.approx((v**2 / 4, 1 / 2 - v**2 / 4), abs=1e-9)
    for nu in np.linspace(*program.nu_range, 5):
        expected = max(0, 2 * v**2 - 1 + (4 * nu - 1) ** 2)
        assert program.at(nu).reached == pytest.approx(expected, abs=1e-9)
    nu, least = program.minimum()
    assert nu == pytest.approx(1 / 4, abs=1e-4)
    assert least.reached == pytest.approx(2 * v**2 - 1, abs=1e-7)


@pytest.mark.parametrize(("i", "j"), [(0.5, 0.25), (0.1, 0.6), (0.4, 0.4)])
def test_least_nonbilocality_in_terms_of_b(i, j):
    """(B² − 1)(1 − (√I − √J)²) with B = √I + √J > 1, at share (1 + I − J)/2."""
    nu, least = program_of(i, j).minimum()
    square = (np.sqrt(i) + np.sqrt(j)) ** 2
    expected = (square - 1) * (1 - (np.sqrt(i) - np.sqrt(j)) ** 2)
    assert nu == pytest.approx((1 + i - j) / 4, abs=1e-4)
    assert least.reached == pytest.approx(expected, abs=1e-7)


def test_perfect_visibility_leaves_one_nu():
    nu, least = Nonbilocality(behaviour_swapping(visibility=1)).minimum()
    assert nu == pytest.approx(1 / 4, abs=1e-9)
    assert least.reached == pytest.approx(1, abs=1e-8)


def test_program_as_printed_is_another_one_away_from_one_quarter():
    program = Nonbilocality(behaviour_swapping(visibility=0.8))
    assert program.at(0.25, as_printed=True).reached == pytest.approx(program.at(0.25).reached)
    for nu in (0.16, 0.2, 0.3, 0.34):
        assert program.at(nu, as_printed=True).reached < program.at(nu).reached - 1e-3


@few
@given(SEEDS)
def test_independent_sources_have_no_nonbilocality(seed):
    rng = np.random.default_rng(seed)
    alice, charlie = rng.dirichlet(np.full(4, 0.5), size=2)
    bob = rng.dirichlet(np.full(4, 0.5), size=(4, 4))
    q = np.einsum("a,c,acb->abc", alice, charlie, bob).reshape((2,) * 6)
    assert nonbilocality_of_model(q) == pytest.approx(0, abs=1e-14)
    program = Nonbilocality(Behaviour(behaviour_of_model(q)))
    nu = min(max(alice[0], program.nu_range[0]), program.nu_range[1])
    assert program.at(nu).reached == pytest.approx(0, abs=1e-8)


@cache
def nonbilocality_program(kind, nu):
    behaviour = (
        Behaviour(behaviour_of_model(random_model(3)).astype(float))
        if kind == "random"
        else behaviour_swapping(visibility=kind)
    )
    program = Nonbilocality(behaviour)
    low, high = program.nu_range
    (found,) = programs_behind(bilocality, lambda: program.at(low + nu * (high - low)))
    return found


PROGRAMS = pytest.mark.parametrize(
    ("kind", "nu"), [(0.8, 0.25), (0.8, 0.5), (0.95, 0.1), ("random", 0.5)]
)


@PROGRAMS
def test_program_is_solved_to_its_optimum(kind, nu):
    nonbilocality_program(kind, nu).check_optimal()


def test_range_of_nu_agrees_with_another_solver():
    behaviour = behaviour_swapping(visibility=0.8)
    low, high = programs_behind(bilocality, lambda: Nonbilocality(behaviour))
    assert low.found.reached == pytest.approx(low.value_by_cvxopt(), abs=1e-6)
    assert high.found.reached == pytest.approx(high.value_by_cvxopt(), abs=1e-6)


@pytest.mark.parametrize("nu", [0.159, 0.341, -1])
def test_nu_must_lie_in_its_range(nu):
    program = program_of(0.32, 0.32)
    with pytest.raises(ValueError, match=r"`nu` must lie in \[0\.16[\d]*, 0\.34[\d]*\], but is"):
        program.at(nu)
    with pytest.raises(ValueError, match="`nu` must hold finite numbers"):
        program.at(np.nan)


def test_a_program_too_large_is_refused():
    with pytest.raises(ValueError, match="has 327680 unknowns, but at most 200000 are allowed"):
        Nonbilocality(behaviour_white_noise((2, 4, 2), (8, 1, 8)))


def test_nonbilocality_needs_its_scenario():
    with pytest.raises(ValueError, match=r"one setting for Bob, but has outcomes \(2, 4, 2\) and"):
        Nonbilocality(behaviour_white_noise((2, 4, 2), (2, 2, 2)))


def test_nonbilocality_refuses_signalling():
    a, b, c, x, _, _ = np.indices((2, 4, 2, 2, 1, 2))
    with pytest.raises(ValueError, match="must be no-signalling, but the setting x of Alice"):
        Nonbilocality(Behaviour((a == 0) * (b == 0) * (c == x)))


def test_nonbilocality_needs_a_local_behaviour():
    """A PR box between Alice and Charlie has no local model."""
    table = np.einsum("acxz,b,y->abcxyz", behaviour_pr_box().table, np.full(4, 1 / 4), [1])
    with pytest.raises(InfeasibleError, match="The behaviour has no local model"):
        Nonbilocality(Behaviour(table))


@few
@given(SEEDS)
def test_bound_of_pairs_is_below_every_model(seed):
    rng = np.random.default_rng(seed)
    m_x, m_z = rng.integers(2, 4, size=2)
    q = rng.dirichlet(np.full(2**m_x * 4 * 2**m_z, 0.05)).reshape(2**m_x, 4, 2**m_z)
    behaviour = Behaviour(behaviour_of_model(q))
    assert nonbilocality_bound_of_pairs(behaviour) <= nonbilocality_of_model(q) + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_descent_keeps_the_behaviour_and_lowers_nonbilocality(seed):
    behaviour = behaviour_swapping(visibility=0.9)
    program = Nonbilocality(behaviour)
    start = program.random_model(np.random.default_rng(seed))
    end = program.descend(start, steps=20)
    for q in (start, end):
        assert_allclose(behaviour_of_model(q), behaviour.table, atol=1e-7)
    least = 2 * 0.9**2 - 1
    assert least - 1e-6 <= nonbilocality_of_model(end) <= nonbilocality_of_model(start)


def test_a_marginal_must_be_the_observed_one():
    program = program_of(0.32, 0.32)
    for bad in ([0.5, 0.5, 0, 0], [1, 0, 0], [0.25] * 8):
        with pytest.raises(ValueError, match=r"`marginal` must have shape .* and give the"):
            program.at_marginal(bad)
    with pytest.raises(ValueError, match="`marginal` must hold finite numbers"):
        program.at_marginal([np.nan] * 4)


def test_one_number_is_enough_for_two_settings_only():
    xyz = np.eye(3)
    program = Nonbilocality(behaviour_swapping(visibility=0.5, alice=xyz, charlie=xyz))
    with pytest.raises(ValueError, match="leave one number ν free, but there are 3"):
        program.at(0.1)


XYZ = np.eye(3)
WITH_Y = np.array([[1, 0, 1], [-1, 0, 1], [0, np.sqrt(2), 0]]) / np.sqrt(2)
TRINE = np.array([[np.sin(t), 0, np.cos(t)] for t in 2 * np.pi / 3 * np.arange(3)])


def swapping_with(directions, v):
    """Both sides measure along the directions; v is the product of the visibilities."""
    return behaviour_swapping(visibility=np.sqrt(v), alice=directions, charlie=directions)


@pytest.mark.parametrize("s", [0, 0.1, 0.5, 1])
def test_between_the_two_bilocal_marginals_of_xyz(s):
    """M = 4 s (1 − s) where s is the chance of an even number of ones in α."""
    program = Nonbilocality(swapping_with(XYZ, 1))
    ones = np.array([k.bit_count() for k in range(8)])
    marginal = np.where(ones % 2, (1 - s) / 4, s / 4)
    (behind,) = programs_behind(bilocality, lambda: program.at_marginal(marginal))
    assert behind.found.reached == pytest.approx(4 * s * (1 - s), abs=1e-8)
    assert behind.found.lower == pytest.approx(4 * s * (1 - s), abs=1e-8)
    assert behind.value_by_cvxopt() == pytest.approx(4 * s * (1 - s), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_search_finds_that_xyz_is_bilocal_from_any_start(seed):
    program = Nonbilocality(swapping_with(XYZ, 1))
    (q,) = program.search(starts=1, rng=np.random.default_rng(seed))
    assert nonbilocality_of_model(q) < 1e-8
    parity = sum(q[k].sum() for k in range(8) if k.bit_count() % 2)
    assert min(parity, 1 - parity) < 1e-8  # one of the two bilocal marginals


@pytest.mark.parametrize(
    ("directions", "v", "least"),
    [(WITH_Y, 0.6, 0.2), (WITH_Y, 0.8, 0.6), (TRINE, 0.53, 0), (TRINE, 0.6, 0.11)],
)
def test_search_meets_the_bound_of_pairs(directions, v, least):
    """4 I − (1 + I − J)² with I = J = v/2, or I = 3v/4 and J = v/4 for a pair of the trine."""
    behaviour = swapping_with(directions, v)
    bound = nonbilocality_bound_of_pairs(behaviour)
    assert bound == pytest.approx(least, abs=1e-9)
    found = Nonbilocality(behaviour).search(starts=2, rng=np.random.default_rng(1), steps=30)
    values = [nonbilocality_of_model(q) for q in found]
    assert values == sorted(values)
    assert bound - 1e-7 <= values[0] <= bound + 1e-4
    for q in found:
        assert_allclose(behaviour_of_model(q), behaviour.table, atol=1e-7)


def test_other_numbers_of_settings_and_outcomes_are_programs_too():
    """Alice and Charlie alone, Bob's three outcomes a die: M = 0, whatever the settings."""
    rng = np.random.default_rng(4)
    alice, charlie = rng.uniform(size=(2, 3)), rng.uniform(size=(2, 1))
    alice[1], charlie[1] = 1 - alice[0], 1 - charlie[0]
    table = np.einsum("ax,b,cz->abcxz", alice, [1 / 2, 1 / 3, 1 / 6], charlie)
    behaviour = Behaviour(table[:, :, :, :, None])
    program = Nonbilocality(behaviour)
    assert program.shape == (8, 3, 2)
    ends = [max(0, alice[0].sum() - 2), alice[0].min()]
    assert program.nu_range == pytest.approx(ends, abs=1e-9)
    q = program.search(starts=1, rng=rng)[0]
    assert nonbilocality_of_model(q) < 1e-7
    assert nonbilocality_bound_of_pairs(behaviour) == 0


def test_a_descent_starts_at_a_model_of_the_behaviour():
    program = Nonbilocality(behaviour_swapping(visibility=0.8))
    start = program.random_model(np.random.default_rng(0))
    assert program.descend(start.tolist(), steps=1).shape == program.shape
    for wrong in (np.zeros(3), np.full(program.shape, 1 / 32), start * np.nan):
        with pytest.raises(ValueError, match="Argument `q` must"):
            program.descend(wrong)


def test_the_grid_of_models_has_bilocal_and_other_ones():
    bounds = [nonbilocality_bound(i, j, share=share) for i, j, share in GRID]
    assert 0 in bounds
    assert max(bounds) == 1


@settings(max_examples=60)
@given(SEEDS)
def test_no_model_is_below_the_bound(seed):
    q = random_model(seed)
    i, j = exact_correlators(behaviour_of_model(q))
    assert nonbilocality_of_model(q) >= nonbilocality_bound(i, j, share=share_of(q))
