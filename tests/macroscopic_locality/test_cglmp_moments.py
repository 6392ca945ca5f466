import cvxpy as cp
import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
from helpers import programs_behind
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import positions_of_events

from nonlocality.foundations.cglmp import (
    LINKS,
    behaviour_from_links,
    cglmp_coefficients,
    cglmp_quantum_maximum,
    cglmp_value_of_links,
    link_values,
)
from nonlocality.macroscopic_locality import cglmp_moments
from nonlocality.macroscopic_locality.cglmp_moments import (
    LEMNISCATE,
    departure,
    link_margin,
    link_moments,
    macroscopic_asymptote,
    macroscopic_bound,
    macroscopic_links,
    macroscopic_maximum,
    macroscopic_multipliers,
    maximise_macroscopic,
)
from nonlocality.macroscopic_locality.cglmp_quantum import maximise_quantum
from nonlocality.macroscopic_locality.moments import margin, maximise

MANY = pytest.mark.parametrize("d", [*range(2, 41), 45, 99, 100, 101, 638, 10_000, 100_001])


SMALL = pytest.mark.parametrize("d", range(2, 8))


BOTH = pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])


@SMALL
def test_links_are_distances_on_the_circle(d):
    alice, bob = positions_of_events(d)
    assert sorted(np.concatenate([alice, bob]).ravel()) == list(range(4 * d))
    values = link_values(d)
    for i, (x, y) in enumerate(LINKS):
        apart = bob[y][None, :] - alice[x][:, None]
        apart = apart if i in (0, 2) else -apart
        assert (apart % (4 * d) == 4 * values[:, :, x, y] + 1).all()


@SMALL
def test_the_circle_has_the_symmetry_of_the_expression(d):
    """Rotations and reflections keep (d − 1) S_d as a matrix over the 4d events."""
    alice, bob = positions_of_events(d)
    matrix = np.zeros((4 * d, 4 * d), dtype=int)
    for x, y in LINKS:
        matrix[np.ix_(alice[x], bob[y])] = cglmp_coefficients(d)[:, :, x, y]
    matrix += matrix.T
    for sign in (1, -1):
        for shift in range(4 * d):
            moved = (sign * np.arange(4 * d) + shift) % (4 * d)
            assert (matrix[np.ix_(moved, moved)] == matrix).all()


def circulant(links):
    """The moment matrix of level 1 with the best free entries, rows 1 and the 4d events."""
    d = len(links)
    x = link_moments(links)
    k = np.arange(1, (d + 1) // 2)
    free = np.zeros(4 * d)  # d times the entries at distance 2 mod 4
    frequencies = np.zeros(4 * d)  # of the free entries: y_0 = 1, y_(d−k) = −y_k, period as below
    half = np.zeros(d)
    half[0], half[k], half[d - k] = 1, abs(x[k]) - abs(x[d - k]), abs(x[d - k]) - abs(x[k])
    for turn in range(4):
        frequencies[turn * d : (turn + 1) * d] = half * (-1) ** turn
    free = np.fft.ifft(frequencies).real
    entries = free.copy()
    entries[0] += 1
    entries[1::4] += links
    entries[-1::-4] += links
    gamma = np.full((4 * d + 1, 4 * d + 1), 1 / d)
    gamma[0, 0] = 1
    gamma[1:, 1:] = scipy.linalg.circulant(entries) / d
    return gamma


@settings(max_examples=60)
@given(st.integers(2, 9), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_margin_tells_whether_the_circulant_matrix_is_positive(d, weight, seed):
    """The matrix has the form of eqs. (A1)–(A2), and is as positive as it can be made."""
    rng = np.random.default_rng(seed)
    links = weight * macroscopic_links(d) + (1 - weight) * rng.dirichlet(np.full(d, 0.5))
    gamma = circulant(links)
    alice, bob = positions_of_events(d)
    behaviour = behaviour_from_links(links)
    for x, y in LINKS:
        block = gamma[np.ix_(1 + alice[x], 1 + bob[y])]
        assert block == pytest.approx(behaviour.table[:, :, x, y], abs=1e-12)
    for setting in (*alice, *bob):
        assert gamma[np.ix_(1 + setting, 1 + setting)] == pytest.approx(np.eye(d) / d, abs=1e-12)
    least = np.linalg.eigvalsh(gamma)[0]
    inside = link_margin(links)
    assert least == pytest.approx(min(inside / d, 0), abs=1e-12)


@pytest.mark.parametrize("d", [2, 3, 4])
def test_margin_agrees_with_the_generic_moment_matrix(d):
    rng = np.random.default_rng(d)
    checked = 0
    for _ in range(8):
        links = rng.uniform() * macroscopic_links(d) + rng.uniform(0, 0.5) * np.eye(d)[0]
        links = links + (1 - links.sum()) / d if links.sum() < 1 else links / links.sum()
        ours = link_margin(links)
        if abs(ours) > 1e-3:
            generic = margin(behaviour_from_links(links), level="1")
            assert (generic.eigenvalue.lower > -1e-7) == (ours > 0)
            checked += 1
    assert checked > 4


@MANY
def test_closed_form_from_both_sides(d):
    """A feasible point and feasible multipliers with one value: the optimum."""
    links, value = macroscopic_links(d), macroscopic_maximum(d)
    assert links.shape == (d,)
    assert links.min() >= 0
    assert link_margin(links) >= -1e-11
    assert cglmp_value_of_links(links) == pytest.approx(value, abs=1e-11)
    assert macroscopic_multipliers(d).min() > 0
    assert macroscopic_bound(d, macroscopic_multipliers(d)) == pytest.approx(value, abs=1e-10)


@MANY
def test_moments_of_the_optimum_move_along_an_edge_of_the_square(d):
    x = link_moments(macroscopic_links(d))
    assert x[0] == pytest.approx(1, abs=1e-12)
    assert x + x[::-1] == pytest.approx(np.ones(d + 1), abs=1e-11)
    assert np.diff(x).max() <= 1e-12


@pytest.mark.parametrize("d", range(2, 30))
def test_roots_of_the_profile(d):
    """What the proof needs: where the polynomial vanishes, and its sign elsewhere."""
    n = d // 2
    half = np.append(1, cglmp_moments._profile(d))
    v = (2 * np.arange(d) + 1.5) * np.pi / d
    waves = half @ (np.cos(np.outer(np.arange(n + 1), v)) - np.sin(np.outer(np.arange(n + 1), v)))
    assert waves[:n] == pytest.approx(np.zeros(n), abs=1e-12)
    assert waves[n:].min() > 1e-3
    assert waves.sum() == pytest.approx(d, abs=1e-11)


@pytest.mark.parametrize("d", [*range(2, 26), 45, 100])
def test_linear_program_finds_the_closed_form(d):
    best = maximise_macroscopic(d)
    assert best.largest.reached == pytest.approx(macroscopic_maximum(d), abs=1e-8)
    assert best.largest.upper == pytest.approx(macroscopic_maximum(d), abs=1e-8)
    assert best.links == pytest.approx(macroscopic_links(d), abs=1e-6)


@pytest.mark.parametrize("d", [2, 3, 8, 13])
def test_linear_program_through_another_solver(d):
    (problem,) = programs_behind(cglmp_moments, lambda: maximise_macroscopic(d))
    problem.check_optimal()


@BOTH
@pytest.mark.parametrize("d", [2, 3, 4, 5])
def test_generic_level_1_finds_the_closed_form(d, solver):
    best = maximise(cglmp_coefficients(d) / (d - 1), level="1", solver=solver)
    assert best.largest.lower - 1e-9 <= macroscopic_maximum(d) <= best.largest.upper + 1e-9
    assert best.largest.upper - best.largest.lower < 1e-5


def test_without_positivity_level_1_is_larger():
    best = maximise(cglmp_coefficients(3) / 2, level="1", positivity=False)
    assert best.largest.lower > 3.9 > macroscopic_maximum(3) + 0.7


@settings(max_examples=40)
@given(st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_any_multipliers_give_a_bound(d, seed):
    rng = np.random.default_rng(seed)
    some = macroscopic_multipliers(d) * rng.uniform(0.5, 1.5, d // 2)
    assert macroscopic_bound(d, some) >= macroscopic_maximum(d) - 1e-12
    u = np.pi * (4 * np.arange(d) + 1) / (2 * d)
    k = np.arange(1, d // 2 + 1)
    waves = some @ (np.cos(np.outer(k, u)) + np.sin(np.outer(k, u)))
    direct = some.sum() + (4 - 8 * np.arange(d) / (d - 1) - waves).max()
    assert macroscopic_bound(d, some) == pytest.approx(direct, abs=1e-12)


def test_closed_forms_of_the_maximum():
    assert macroscopic_maximum(2) == pytest.approx(2 * np.sqrt(2), abs=1e-14)
    assert macroscopic_maximum(3) == pytest.approx(2 + 2 / np.sqrt(3), abs=1e-14)


def test_asymptote_of_the_macroscopic_maximum():
    """What is left shrinks like d^(−3/2), with a factor that tends to −4√2/ϖ."""
    for d, accuracy in ((1001, 0.07), (10_000, 0.025), (100_001, 0.008), (10**6, 0.003)):
        rest = (macroscopic_maximum(d) - macroscopic_asymptote(d)) * d**1.5
        assert rest == pytest.approx(-4 * np.sqrt(2) / LEMNISCATE, abs=accuracy)


def test_probabilities_tend_to_the_lemniscate():
    r = np.arange(6)
    limit = 2 / LEMNISCATE / (4 * r + 1) * np.cumprod(np.append(1, (2 * r + 1) / (2 * r + 2)))[:6]
    assert macroscopic_links(10**5)[:6] == pytest.approx(limit, abs=1e-5)
    arc = scipy.integrate.quad(lambda t: 1 / np.sqrt(1 - t**4), 0, 1)[0]
    assert 2 * arc == pytest.approx(LEMNISCATE, abs=1e-9)


@pytest.mark.parametrize("d", [2, 3, 10, 101, 400, 2000])
def test_quantum_maximum_is_above_the_hilbert_matrix(d):
    """S_d ≥ 4‖H‖/π with the Hilbert matrix H of size ⌊d/2⌋, whose norm tends to π."""
    norm = np.linalg.norm(scipy.linalg.hilbert(d // 2), 2)
    assert cglmp_quantum_maximum(d)[0] > 4 * norm / np.pi


def test_departure_rises_until_45_and_then_falls():
    table = departure([*range(2, 101), 200, 400, 637, 638, 1000, 10_000])
    assert (table[:, 3] == table[:, 1] - table[:, 2]).all()
    gap = dict(zip(table[:, 0].astype(int), table[:, 3], strict=True))
    assert max(gap, key=gap.get) == 45
    assert gap[45] - gap[47] > 5e-7  # 10^9 times rounding
    assert gap[638] < gap[8] < gap[637]
    assert gap[10_000] < gap[3]


@BOTH
def test_departure_at_8_is_two_sided(solver):
    """Level 1+AB at d = 8 leaves the departure larger than what is left of it at d = 638."""
    proved = macroscopic_maximum(8) - maximise_quantum(8, solver=solver).largest.upper
    assert departure([8])[0, 3] - 1e-6 < proved
    assert proved > departure([638])[0, 3] + 1e-5


@pytest.mark.parametrize("call", [
    macroscopic_links, macroscopic_maximum, macroscopic_multipliers, maximise_macroscopic,
    maximise_quantum, lambda d: departure([d]), lambda d: macroscopic_bound(d, [0.0]),
])  # fmt: skip
@pytest.mark.parametrize("d", [1, 0, -3, 2.5, "3", None])
def test_bad_d(call, d):
    with pytest.raises(ValueError, match=r"`ds?` must be an integer of at least 2, but is"):
        call(d)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: macroscopic_bound(4, [1.0]), "`multipliers` must hold 2 numbers"),
        (lambda: macroscopic_bound(4, [1.0, -0.1]), "none negative, but .* least -0.1"),
        (lambda: macroscopic_bound(3, [np.nan]), "`multipliers` must hold finite numbers"),
        (lambda: link_moments([0.5, 0.6]), "`links` must be positive and add up to 1"),
        (lambda: link_margin([1.5, -0.5]), "`links` must not be negative"),
        (lambda: maximise_quantum(21), r"`d` must be at most 20 for level 1\+AB, but is 21"),
        (lambda: departure(5), r"`ds` must have shape \(n,\), but has shape \(\)"),
        (lambda: departure([[2, 3]]), r"`ds` must have shape \(n,\), but has shape \(1, 2\)"),
        (lambda: departure([[2], [2, 3]]), r"`ds` must have shape \(n,\), but setting"),
        (lambda: maximise_quantum(3, solver="x"), "`solver` must be one of"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("d", [3, 5, 7])
def test_the_linear_program_as_a_reader_writes_it_agrees_with_the_library(d):
    r, scores = np.arange(d), np.random.default_rng(d).normal(size=d)
    x = np.cos(np.pi * np.outer(r, 4 * r + 1) / (2 * d))
    p = cp.Variable(d, nonneg=True)
    square = [cp.abs(x[k] @ p) + cp.abs(x[d - k] @ p) <= 1 for k in range(1, d // 2 + 1)]
    for weights in (scores, 4 - 8 * r / (d - 1)):
        program = cp.Problem(cp.Maximize(weights @ p), [cp.sum(p) == 1, *square])
        program.solve(solver=cp.CLARABEL)
        assert link_margin(np.maximum(p.value, 0) / np.maximum(p.value, 0).sum()) > -1e-6
    assert program.value == pytest.approx(macroscopic_maximum(d), abs=1e-7)


def test_few_outcomes_and_many_have_one_formula(monkeypatch):
    few = [macroscopic_maximum(d) for d in range(2, 41)]
    monkeypatch.setattr(cglmp_moments, "FEW", 1)
    assert [macroscopic_maximum(d) for d in range(2, 41)] == pytest.approx(few, abs=2e-15)


@pytest.mark.parametrize("d", [2, 5, 6, 40, 41])
def test_the_linear_program_has_the_value_of_the_formula_with_and_without_presolving(
    d, monkeypatch
):
    for few in (1, 50):
        monkeypatch.setattr(cglmp_moments, "FEW", few)
        found = maximise_macroscopic(d).largest
        assert found.reached == pytest.approx(macroscopic_maximum(d), abs=1e-8)
        assert found.upper == pytest.approx(macroscopic_maximum(d), abs=1e-8)


def test_a_range_too_long_is_refused_before_it_is_a_list():
    with pytest.raises(ValueError, match="`ds` must hold at most"):
        departure(range(10**12))
