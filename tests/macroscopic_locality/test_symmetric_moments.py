import numpy as np
import pytest

from nonlocality.foundations import semidefinite
from nonlocality.foundations.cglmp import cglmp_coefficients
from nonlocality.foundations.clarabel_door import ask_clarabel
from nonlocality.foundations.inequalities import correlator_functional, i3322_functional
from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_locality import moments
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.structure import moment_structure
from nonlocality.macroscopic_locality.symmetric_moments import reduction, renamings

CHSH = correlator_functional([[1, 1], [1, -1]])
CASES = {
    "chsh": (CHSH, "1"),
    "chsh, products": (CHSH, "1+AB"),
    "chsh, two letters": (CHSH, "2"),
    "i3322": (i3322_functional(), "1"),
    "i3322, products": (i3322_functional(), "1+AB"),
    "cglmp, d = 3": (cglmp_coefficients(3), "1"),
    "cglmp, d = 3, products": (cglmp_coefficients(3), "1+AB"),
    "cglmp, d = 4": (cglmp_coefficients(4), "1"),
    "unequal parties": (np.ones((3, 2, 2, 3)) - np.eye(3, 2)[:, :, None, None], "1+AB"),
}
EVERY_CASE = pytest.mark.parametrize("case", CASES)


def shape_of(case):
    f, level = CASES[case]
    return f, level, moment_structure(level, f.shape[:2], f.shape[2:])


def renamed(table, generator):
    """A table with its projectors permuted, from its place in the square of all projectors."""
    o, p, m, n = table.shape
    square = np.full((o * m + p * n,) * 2, np.nan)
    square[: o * m, o * m :] = table.transpose(2, 0, 3, 1).reshape(o * m, p * n)
    square[o * m :, : o * m] = square[: o * m, o * m :].T
    moved = square[np.ix_(generator, generator)][: o * m, o * m :]
    return moved.reshape(m, o, n, p).transpose(1, 3, 0, 2)


@pytest.mark.parametrize("n", [6, 10])
def test_chained_inequalities_have_the_value_of_their_polygons(n):
    """2n cos(π/2n), in as few moments as the turns of the chain leave."""
    chain = np.eye(n) + np.eye(n, k=-1)
    chain[0, -1] = -1
    f = correlator_functional(chain)
    structure = moment_structure("1", (2, 2), (n, n))
    smaller = reduction(structure, renamings(f, structure), positivity=True)
    assert smaller.directions.shape[1] <= n
    found = maximise(f, level="1").largest
    assert found.upper == pytest.approx(2 * n * np.cos(np.pi / (2 * n)), abs=1e-7)


@EVERY_CASE
def test_renaming_leaves_the_value_of_every_point_alone(case):
    f, _, structure = shape_of(case)
    generators = renamings(f, structure)
    assert generators
    rng = np.random.default_rng(0)
    for generator in generators:
        table = structure.table(rng.normal(size=len(structure.moments)))
        assert (f * renamed(table, generator)).sum() == pytest.approx((f * table).sum())


@pytest.mark.parametrize(
    ("case", "positivity"),
    [
        (case, positivity)
        for case in CASES
        for positivity in (True, False)
        if positivity or shape_of(case)[1] == "1"
    ],  # beyond level 1 positivity is implied
)
def test_the_reduced_program_has_the_value_of_the_full_one(case, positivity, monkeypatch):
    """Asked directly, without the full program to fall back on; both sides as near as ever."""
    f, level, structure = shape_of(case)
    monkeypatch.setattr(moments, "FROM_ROWS", structure.size + 1)
    full = maximise(f, level=level, positivity=positivity).largest
    smaller = reduction(structure, renamings(f, structure), positivity=positivity)
    program = structure.program if positivity else structure.bare_program
    constant, slopes = structure.table_map
    cost = -(slopes.T @ f.ravel())
    unit = np.abs(cost).max()
    answer = ask_clarabel(smaller.cost(cost / unit), smaller.program, 200)
    found = program._judged(cost / unit, unit, "Clarabel", smaller.back(answer, program.rows))
    upper = f.ravel() @ constant - found.lower
    assert upper == pytest.approx(full.upper, abs=1e-7 * unit)
    assert found.gap <= 3e-8 * unit


@EVERY_CASE
def test_the_smaller_program_is_smaller(case):
    _, _, structure = shape_of(case)
    smaller = reduction(structure, renamings(CASES[case][0], structure), positivity=True)
    assert smaller.directions.shape[1] < len(structure.moments) / 2
    assert max(smaller.program.orders) < structure.size


def test_cglmp_at_three_outcomes_has_blocks_of_three_rows_at_most():
    f, _, structure = shape_of("cglmp, d = 3, products")
    smaller = reduction(structure, renamings(f, structure), positivity=True)
    assert smaller.directions.shape[1] == 8
    assert sorted(smaller.program.orders) == [2] * 6 + [3]


def test_an_expression_without_symmetries_has_no_reduction():
    f = np.random.default_rng(0).normal(size=(3, 3, 2, 2))
    structure = moment_structure("1", (3, 3), (2, 2))
    assert renamings(f, structure) == ()
    assert reduction(structure, (), positivity=True) is None


def test_symmetries_are_those_of_the_values_not_of_the_table():
    """What vanishes on all no-signalling tables may be added without breaking a symmetry."""
    f, _, structure = shape_of("chsh")
    signalling = np.zeros(f.shape)
    signalling[0, :, 0, 0], signalling[0, :, 0, 1] = 0.37, -0.37
    assert len(renamings(f + signalling, structure)) == len(renamings(f, structure))


def test_large_scenarios_are_left_alone():
    structure = moment_structure("1", (2, 2), (11, 11))
    assert renamings(np.ones((2, 2, 11, 11)), structure) == ()


@pytest.mark.parametrize("factor", [1e-12, 1e-3, 1e12])
def test_the_reduced_maximum_is_homogeneous(factor):
    f = cglmp_coefficients(3)
    once, scaled = (maximise(g, level="1+AB").largest for g in (f, factor * f))
    assert scaled.upper / factor == pytest.approx(once.upper, rel=1e-8)
    assert scaled.lower / factor == pytest.approx(once.lower, rel=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_a_slightly_broken_symmetry_is_no_symmetry(seed):
    """A coefficient that is off by 1e-4 is seen, and the maximum moves with it."""
    rng = np.random.default_rng(seed)
    f = cglmp_coefficients(3)
    best = maximise(f, level="1+AB")
    change = 1e-4 * rng.normal(size=f.shape)
    found = maximise(f + change, level="1+AB").largest
    assert found.lower >= best.largest.reached + (change * best.table).sum() - 1e-7
    assert found.gap <= 1e-6


def test_the_full_program_answers_where_the_smaller_one_fails(monkeypatch):
    name, ask = semidefinite.SOLVERS["clarabel"]
    asked = []

    def small_fails(c, program, steps):
        asked.append(len(c))
        if len(asked) == 1:
            raise SolverError("out of luck")
        return ask(c, program, steps)

    monkeypatch.setitem(semidefinite.SOLVERS, "clarabel", (name, small_fails))
    found = maximise(cglmp_coefficients(3) / 2, level="1+AB").largest
    assert asked == [8, 96]
    assert found.upper == pytest.approx(1 + (11 / 3) ** 0.5, abs=1e-7)


@pytest.mark.parametrize("n", [6, 9])
def test_a_reduction_that_leaves_most_moments_is_not_made(n):
    """Its matrices are full: the program of all moments, whose are sparse, is faster then."""
    f = correlator_functional(np.random.default_rng(n).choice([-1, 1], (n, n)) / n)
    structure = moment_structure("1", (2, 2), (n, n))
    generators = renamings(f, structure)
    assert generators
    smaller = reduction(structure, generators, positivity=True)
    assert (smaller is None) == (n == 9)
