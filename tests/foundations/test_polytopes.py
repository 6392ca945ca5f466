from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from nonlocality.foundations.polytopes import (
    affine_dimension,
    face,
    facets,
    pivot_columns,
    section,
    vertices,
)


def box(n):
    return np.vstack([np.eye(n, dtype=int), -np.eye(n, dtype=int)])


def solve(rows, right):
    """The one solution of a square system of Fractions, or None."""
    n = len(rows)
    system = [[Fraction(v) for v in [*row, b]] for row, b in zip(rows, right, strict=True)]
    for k in range(n):
        lead = next((r for r in range(k, n) if system[r][k]), None)
        if lead is None:
            return None
        system[k], system[lead] = system[lead], system[k]
        system[k] = [v / system[k][k] for v in system[k]]
        for r in range(n):
            if r != k:
                system[r] = [
                    u - system[r][k] * v for u, v in zip(system[r], system[k], strict=True)
                ]
    return tuple(row[-1] for row in system)


def brute_force(matrix, bound):
    """Feasible intersections of n of the hyperplanes."""
    rows, n = list(zip(matrix.tolist(), bound.tolist(), strict=True)), matrix.shape[1]
    found = {solve(*zip(*chosen, strict=True)) for chosen in combinations(rows, n)} - {None}
    return sorted(
        v for v in found
        if all(sum(m * k for m, k in zip(row, v, strict=True)) <= b for row, b in rows)
    )  # fmt: skip


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_cube(n):
    assert vertices(box(n), [1] * n + [0] * n) == list(product((0, 1), repeat=n))


@pytest.mark.parametrize("n", [2, 3, 4])
def test_cross_polytope(n):
    signs = list(product((1, -1), repeat=n))
    expected = sorted(map(tuple, box(n).tolist()))
    assert vertices(signs, [1] * len(signs)) == expected


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_simplex(n):
    matrix = np.vstack([-np.eye(n, dtype=int), np.ones((1, n), dtype=int)])
    expected = sorted([(0,) * n, *map(tuple, np.eye(n, dtype=int).tolist())])
    assert vertices(matrix, [0] * n + [1]) == expected


def test_vertices_are_exact_fractions():
    third = Fraction(1, 3)
    assert vertices([[3, 0], [-1, 0], [0, 7], [0, -1]], [1, 0, 2, 0])[-1] == (third, Fraction(2, 7))
    assert vertices([[third], [-1]], [Fraction(1, 7), 0]) == [(0,), (Fraction(3, 7),)]
    assert vertices([[1], [-1]], [0.1, 0]) == [(0,), (Fraction(0.1),)]  # the binary fraction
    assert all(isinstance(v, Fraction) for v in vertices([[2], [-2]], [1, 1])[0])


def test_redundant_inequalities_change_nothing():
    matrix, bound = box(3), np.array([1, 1, 1, 0, 0, 0])
    more = np.vstack([matrix, matrix, 2 * matrix, [[1, 1, 1], [1, 1, 0], [0, 0, 0]]])
    right = np.concatenate([bound, bound, 2 * bound, [3, 5, 0]])
    assert vertices(more, right) == vertices(matrix, bound)


def test_unbounded_directions_are_left_out():
    assert vertices(-np.eye(3, dtype=int), [0, 0, 0]) == [(0, 0, 0)]


@pytest.mark.parametrize("seed", range(20))
def test_random_polytopes_have_the_vertices_of_brute_force(seed):
    rng = np.random.default_rng(seed)
    n = 2 + seed % 3
    matrix = np.vstack([box(n), rng.integers(-4, 5, size=(9 - n, n))])
    bound = np.concatenate([np.full(2 * n, 3), rng.integers(0, 6, size=9 - n)])
    assert vertices(matrix, bound) == brute_force(matrix, bound)


def test_a_polyhedron_with_a_line_has_no_vertices():
    with pytest.raises(ValueError, match="must have vertices, but holds a whole line"):
        vertices([[1, 0], [-1, 0]], [1, 0])


def test_an_empty_polyhedron_is_refused():
    with pytest.raises(ValueError, match="must have a point, but its inequalities contradict"):
        vertices([[1], [-1]], [0, -1])


def test_each_row_needs_a_bound():
    with pytest.raises(ValueError, match="`bound` must have 2 entries, one a row, but has 1"):
        vertices([[1], [-1]], [0])


@pytest.mark.parametrize("seed", range(20))
def test_pivots_are_the_columns_that_raise_the_rank(seed):
    rng = np.random.default_rng(seed)
    rank = rng.integers(1, 5)
    matrix = rng.integers(-3, 4, size=(5, rank)) @ rng.integers(-1, 2, size=(rank, 7))
    ranks = [0, *(np.linalg.matrix_rank(matrix[:, : k + 1]) for k in range(7))]
    assert pivot_columns(matrix) == [k for k in range(7) if ranks[k + 1] > ranks[k]]


def test_pivots_are_exact():
    """A Hilbert matrix beyond what floating point can tell from a singular one."""
    hilbert = [[Fraction(1, i + j + 1) for j in range(15)] for i in range(15)]
    assert np.linalg.matrix_rank(np.array(hilbert, dtype=float)) < 15
    assert pivot_columns(hilbert) == list(range(15))
    hilbert[14] = [2 * v for v in hilbert[13]]
    assert pivot_columns(hilbert) == list(range(14))


@pytest.mark.parametrize("seed", range(10))
def test_facets_and_vertices_are_two_descriptions_of_one_polytope(seed):
    rng = np.random.default_rng(seed)
    n = 2 + seed % 3
    points = rng.integers(-3, 4, size=(n + 5, n))
    found = np.array(facets(points))
    corners = vertices(found[:, 1:], found[:, 0])
    assert set(corners) <= set(map(tuple, points.tolist()))
    assert (points @ found[:, 1:].T <= found[:, 0]).all()
    for bound, *normal in found.tolist():
        value, reached = face(points, normal)
        assert value == bound
        assert affine_dimension(reached) == n - 1
        assert np.gcd.reduce([bound, *normal]) == 1


def test_facets_of_the_cross_polytope_are_those_of_all_signs():
    assert facets(box(3)) == sorted((1, *signs) for signs in product((1, -1), repeat=3))


def test_facets_need_points_that_span():
    with pytest.raises(
        ValueError, match="span their space of 2 dimensions, but lie in a flat of 1"
    ):
        facets([[0, 0], [1, 1], [2, 2]])


@pytest.mark.parametrize(
    "function", [facets, lambda p: face(p, [1, 1]), lambda p: section(p, [[1, 1]])]
)
def test_points_must_be_integers(function):
    with pytest.raises(ValueError, match="Argument `points` must"):
        function([[0.5, 0], [0, 1], [1, 1]])


def test_section_of_the_cube_by_its_diagonal_plane_is_a_hexagon():
    """x + y + z = 0 meets the cube [−1, 1]³ in the permutations of (1, 0, −1)."""
    found = section(list(product((-1, 1), repeat=3)), [[1, 1, 1]])
    hexagon = {v for v in product((-1, 0, 1), repeat=3) if sorted(v) == [-1, 0, 1]}
    assert hexagon <= set(found)
    assert all(sum(v) == 0 and max(map(abs, v)) <= 1 for v in found)
    with pytest.raises(ValueError, match="must have a point"):
        section([[1, 1], [2, 3]], [[1, 0]])


@pytest.mark.parametrize("n", [1, 2, 4])
def test_affine_dimension_of_simplices(n):
    assert affine_dimension(np.vstack([np.zeros((1, n), int), np.eye(n, dtype=int)])) == n
    assert affine_dimension(np.eye(n, dtype=int)) == n - 1
    assert affine_dimension([[Fraction(1, 3)] * n]) == 0


def test_exact_work_leaves_floating_point_rounding_to_nearest():
    """Some versions of pplpy leave the whole process rounding upwards."""
    vertices([[1], [-1]], [1, 0])
    facets([[0, 0], [1, 0], [0, 1]])
    third = np.float64(1.0) / np.float64(3.0)
    assert float(third) == 1 / 3 == 0.3333333333333333
    assert -(np.float64(-1.0) / np.float64(3.0)) == third


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("matrix", lambda value: vertices(value, [1, 1])),
        ("matrix", pivot_columns),
        ("points", affine_dimension),
        ("points", facets),
        ("points", lambda value: face(value, [1, 1])),
        ("points", lambda value: section(value, [[1, 1]])),
    ],
)
@pytest.mark.parametrize(
    "bad",
    [[[np.nan, 1], [0, 1]], [[np.inf, 1], [0, 1]], [["1", "2"], ["0", "1"]], [[1, 2], [3]], [],
     [[]], np.zeros((0, 2), dtype=int), [[None, 1], [0, 1]], np.ones((2, 2, 2), dtype=int)],
    ids=str,
)  # fmt: skip
def test_points_and_matrices_are_tables_of_numbers(name, function, bad):
    with pytest.raises(ValueError, match=f"Argument `{name}` must (have|hold|be an array of)"):
        function(bad)


@pytest.mark.parametrize("bad", [[np.nan, 1], ["1", 1], []])
def test_bounds_are_numbers(bad):
    with pytest.raises(ValueError, match="Argument `bound` must h"):
        vertices([[1], [-1]], bad)


def test_a_functional_fits_the_points():
    with pytest.raises(ValueError, match="`functional` must have 2 entries, but has 3"):
        face([[0, 1], [1, 0]], [1, 1, 1])


def test_a_list_of_vertices_that_grows_too_long_is_given_up():
    """The cube of 6 dimensions has 64 vertices, and never more on the way."""
    cube = np.vstack([np.eye(6, dtype=int), -np.eye(6, dtype=int)])
    right = np.repeat([1, 0], 6)
    assert len(vertices(cube, right, most=64)) == 64
    with pytest.raises(ValueError, match=r"The first 12 of 12 inequalities leave 64 vertices and"):
        vertices(cube, right, most=63)
