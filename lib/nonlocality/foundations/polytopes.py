"""Exact polyhedra: vertices in rational arithmetic.

The double description is that of the Parma Polyhedra Library (pplpy): all numbers are
integers or fractions, so a vertex found here is a vertex, and none is missing.
"""

import ctypes
from collections.abc import Sequence
from fractions import Fraction
from math import gcd, isfinite, lcm
from numbers import Rational, Real
from types import ModuleType

import numpy as np

from nonlocality.foundations.checks import check_range, shown, whole_numbers
from nonlocality.foundations.exact_numbers import exact_product

Vector = tuple[Fraction, ...]


def _parma() -> ModuleType:
    """The Parma Polyhedra Library, imported without its side effect.

    pplpy 0.9 leaves the processor rounding upwards, for all floating-point numbers of the
    process; integers do not need that, so rounding to nearest is restored.
    """
    import ppl

    ctypes.CDLL(None).fesetround(0)  # FE_TONEAREST
    return ppl


def _fractions(name: str, values: np.ndarray | Sequence) -> list[list[Fraction]]:
    """Rows of exact numbers; a single row may be given without its brackets.

    Raises ValueError for rows of unequal length, no rows, or entries that are no numbers.
    """
    check_range(name, values)
    try:
        table = np.atleast_2d(np.asarray(values, dtype=object))
    except ValueError as error:
        raise ValueError(f"Argument `{name}` must be an array of numbers, but {error}.") from None
    wrong = [
        v
        for v in _table(name, table).flat
        if not isinstance(v, Rational) and not (isinstance(v, Real) and isfinite(v))
    ]
    if wrong:
        raise ValueError(
            f"Argument `{name}` must have rows of one length, of integers or fractions, but "
            f"holds {shown(wrong[0])}."
        )
    return [[Fraction(v) for v in row] for row in table]


def _table(name: str, rows: np.ndarray) -> np.ndarray:
    if rows.ndim != 2 or not rows.size:
        raise ValueError(
            f"Argument `{name}` must have shape (k, n), none of them 0, but has shape {rows.shape}."
        )
    return rows


def _is_whole(values: object) -> bool:
    """Whether this is an array of integers, for which no fractions are needed."""
    return isinstance(values, np.ndarray) and values.dtype.kind in "iub"


def _integers(name: str, values: np.ndarray | Sequence) -> np.ndarray:
    """Rows scaled by positive factors to Python integers, shape (m, n)."""
    if _is_whole(values):
        return _table(name, np.atleast_2d(values)).astype(int).astype(object)
    scaled = []
    for row in _fractions(name, values):
        scale = lcm(*(v.denominator for v in row))
        scaled.append([int(v * scale) for v in row])
    return np.array(scaled, dtype=object)


def pivot_columns(matrix: np.ndarray | Sequence) -> list[int]:
    """Pivot columns of the reduced row echelon form, exact (Bareiss elimination).

    >>> pivot_columns([[0, 2, 4], [0, 1, 2], [0, 0, 3]])
    [1, 2]
    """
    rows = _integers("matrix", matrix)
    pivots, last = [], 1
    for column in range(rows.shape[1]):
        lead = np.flatnonzero(rows[:, column])
        if not len(lead):
            continue
        head = rows[lead[0]].copy()
        rows = np.delete(rows, lead[0], axis=0)
        rows = (rows * head[column] - np.outer(rows[:, column], head)) // last  # no remainder
        last = head[column]
        pivots.append(column)
    return pivots


def vertices(
    matrix: np.ndarray | Sequence, bound: np.ndarray | Sequence, *, most: int | None = None
) -> list[Vector]:
    """All vertices of {ζ : matrix ζ ≤ bound}, sorted.

    matrix: shape (m, n), bound: shape (m,); integers or fractions (a float is taken for the
    binary fraction that it is). Unbounded directions are allowed and left out.
    most: give up when the inequalities that have been taken in, one after the other, leave more
    vertices and directions than this. (How many there will be cannot be read off the numbers of
    rows and columns; their order matters.)
    Raises ValueError for a polyhedron that is empty or holds a whole line, which has no
    vertex, and where `most` is exceeded.

    >>> square = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    >>> [tuple(map(int, v)) for v in vertices(square, [1, 0, 1, 0])]
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    ppl = _parma()

    rows = _fractions("matrix", matrix)
    right = _fractions("bound", bound)[0]
    if len(rows) != len(right):
        raise ValueError(
            f"Argument `bound` must have {len(rows)} entries, one a row, but has {len(right)}."
        )
    polyhedron = ppl.C_Polyhedron(len(rows[0]), "universe")
    for taken, (row, rhs) in enumerate(zip(rows, right, strict=True), start=1):
        scale = lcm(*(v.denominator for v in [*row, rhs]))
        expression = ppl.Linear_Expression([int(v * scale) for v in row], 0)
        polyhedron.add_constraint(expression <= int(rhs * scale))
        if most is not None and (found := len(polyhedron.minimized_generators())) > most:
            raise ValueError(
                f"The first {taken} of {len(rows)} inequalities leave {found} vertices and "
                f"directions, but at most `most` = {most} are allowed."
            )
    if polyhedron.is_empty():
        raise ValueError(
            "The polyhedron of `matrix` and `bound` must have a point, but its inequalities "
            "contradict."
        )
    points = []
    for generator in polyhedron.minimized_generators():
        if generator.is_line():
            raise ValueError(
                "The polyhedron of `matrix` and `bound` must have vertices, but holds a whole line."
            )
        if generator.is_point():
            divisor = int(generator.divisor())
            points.append(tuple(Fraction(int(k), divisor) for k in generator.coefficients()))
    return sorted(points)


def _integers_or_fractions(points: np.ndarray | Sequence) -> np.ndarray:
    if _is_whole(points):
        return _table("points", points)
    return np.array(_fractions("points", points), dtype=object)


def affine_dimension(points: np.ndarray | Sequence) -> int:
    """Dimension of the smallest flat that holds the points, exact.

    points: shape (k, n), integers or fractions, k > 0. Raises ValueError for anything else.

    >>> affine_dimension([[0, 0, 1], [1, 1, 1], [2, 2, 1]])
    1
    """
    rows = _integers_or_fractions(points)
    return len(pivot_columns(np.hstack([np.ones((len(rows), 1), dtype=int), rows]))) - 1


def face(points: np.ndarray, functional: np.ndarray) -> tuple[int, np.ndarray]:
    """The largest value of a functional on integer points, and the points that reach it.

    points: shape (k, n). functional: shape (n,) or any shape of n entries; integers.
    Raises ValueError for entries that are not integers or shapes that do not fit.

    >>> square = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> value, edge = face(square, [1, 0])
    >>> value, edge.tolist()
    (1, [[1, 0], [1, 1]])
    """
    rows = _table("points", whole_numbers("points", points))
    normal = whole_numbers("functional", functional).ravel()
    if len(normal) != rows.shape[1]:
        raise ValueError(
            f"Argument `functional` must have {rows.shape[1]} entries, but has {len(normal)}."
        )
    values = exact_product(rows, normal)
    return int(values.max()), rows[values == values.max()]


def section(points: np.ndarray, rows: np.ndarray) -> list[Vector]:
    """Points that span the part of a polytope where some functionals vanish, exact.

    points: shape (k, n), integers, the vertices. rows: shape (m, n), integers. Each point
    returned is the mixture that belongs to a vertex of {w ≥ 0, Σw = 1, rows · mixture = 0};
    the vertices of the section are among them. Meant for a few dozen points.
    Raises ValueError if the section is empty.

    >>> [tuple(map(str, p)) for p in section([[0, 0], [2, 1], [0, 3]], [[1, -1]])]
    [('0', '0'), ('3/2', '3/2')]
    """
    corners = _table("points", whole_numbers("points", points))
    functionals = whole_numbers("rows", rows)
    if functionals.ndim != 2 or functionals.shape[1] != corners.shape[1]:
        raise ValueError(
            f"Argument `rows` must have shape (m, {corners.shape[1]}), as `points` has, but has "
            f"shape {functionals.shape}."
        )
    zero = exact_product(functionals, corners.T)
    count = len(corners)
    total = np.ones((1, count), dtype=int)
    system = np.vstack([zero, -zero, total, -total, -np.eye(count, dtype=int)])
    right = np.concatenate([np.zeros(2 * len(zero), dtype=int), [1, -1], np.zeros(count, int)])
    found = {tuple(np.array(w, dtype=object) @ corners) for w in vertices(system, right)}
    return sorted(found)


def facets(points: np.ndarray) -> list[tuple[int, ...]]:
    """All facets of the polytope of integer points, exact: ``(bound, *normal)``, sorted.

    points: shape (k, n). A facet is normal · p ≤ bound with coprime integers.
    Raises ValueError if the points do not span their space, or are not integers.

    >>> facets([[0, 0], [1, 0], [0, 1]])
    [(0, -1, 0), (0, 0, -1), (1, 1, 1)]
    """
    ppl = _parma()

    corners = _table("points", whole_numbers("points", points))
    system = ppl.Generator_System()
    for row in np.unique(corners, axis=0):
        system.insert(ppl.point(ppl.Linear_Expression(row.tolist(), 0)))
    found = []
    for constraint in ppl.C_Polyhedron(system).minimized_constraints():
        if constraint.is_equality():
            raise ValueError(
                f"Argument `points` must span their space of {corners.shape[1]} dimensions, but "
                f"lie in a flat of {affine_dimension(corners)}."
            )
        entries = [int(constraint.inhomogeneous_term())]
        entries += [-int(k) for k in constraint.coefficients()]
        divisor = gcd(*entries)
        found.append(tuple(k // divisor for k in entries))
    return sorted(found)


def gauge(corners: np.ndarray, shape: tuple[int, ...]) -> list[int]:
    """Coordinates of a functional that stay free once the others are set to zero.

    A functional ζ is defined up to those that vanish on the model. As many coordinates as
    the rank are kept, the last ones that are independent, in the order p(00|00), p(01|00), …
    with the outcomes running fastest; returned as indices of the raveled table of the given
    shape. corners: shape (k, entries), integers.

    >>> from nonlocality.foundations.strategies import CausalModel
    >>> len(gauge(CausalModel(("x", "y"), (2, 2), (2, 2)).corners, (2, 2, 2, 2)))
    9
    """
    printed = np.arange(np.prod(shape)).reshape(shape).transpose(2, 3, 0, 1).ravel()
    return [int(printed[::-1][k]) for k in pivot_columns(corners[:, printed[::-1]])][::-1]
