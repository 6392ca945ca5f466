"""Exact polyhedra: vertices in rational arithmetic.

The double description is that of the Parma Polyhedra Library (pplpy): all numbers are
integers or fractions, so a vertex found here is a vertex, and none is missing.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

Vector = tuple[Fraction, ...]


def _fractions(name: str, values: np.ndarray | Sequence) -> list[list[Fraction]]:
    rows = [[Fraction(v) for v in row] for row in np.atleast_2d(np.asarray(values, dtype=object))]
    if len({len(row) for row in rows}) > 1:
        raise ValueError(f"Argument `{name}` must have rows of one length.")
    return rows


def pivot_columns(matrix: np.ndarray | Sequence) -> list[int]:
    """Pivot columns of the reduced row echelon form, exact.

    >>> pivot_columns([[0, 2, 4], [0, 1, 2], [0, 0, 3]])
    [1, 2]
    """
    rows = _fractions("matrix", matrix)
    pivots = []
    for column in range(len(rows[0])):
        rank = len(pivots)
        lead = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if lead is None:
            continue
        rows[rank], rows[lead] = rows[lead], rows[rank]
        head = rows[rank]
        for r in range(rank + 1, len(rows)):
            if factor := rows[r][column] / head[column]:
                rows[r] = [u - factor * v for u, v in zip(rows[r], head, strict=True)]
        pivots.append(column)
    return pivots


def vertices(matrix: np.ndarray | Sequence, bound: np.ndarray | Sequence) -> list[Vector]:
    """All vertices of {ζ : matrix ζ ≤ bound}, sorted.

    matrix: shape (m, n), bound: shape (m,); integers or fractions (a float is taken for the
    binary fraction that it is). Unbounded directions are allowed and left out.
    Raises ValueError for a polyhedron that is empty or holds a whole line, which has no
    vertex.

    >>> square = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    >>> [tuple(map(int, v)) for v in vertices(square, [1, 0, 1, 0])]
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    import ppl

    rows = _fractions("matrix", matrix)
    right = _fractions("bound", bound)[0]
    if len(rows) != len(right):
        raise ValueError(
            f"Argument `bound` must have {len(rows)} entries, one a row, but has {len(right)}."
        )
    system = ppl.Constraint_System()
    for row, rhs in zip(rows, right, strict=True):
        scale = lcm(*(v.denominator for v in [*row, rhs]))
        system.insert(ppl.Linear_Expression([int(v * scale) for v in row], 0) <= int(rhs * scale))
    polyhedron = ppl.C_Polyhedron(len(rows[0]), "universe")
    polyhedron.add_constraints(system)
    if polyhedron.is_empty():
        raise ValueError("The polyhedron must have a point, but its inequalities contradict.")
    points = []
    for generator in polyhedron.minimized_generators():
        if generator.is_line():
            raise ValueError("The polyhedron must have vertices, but it holds a whole line.")
        if generator.is_point():
            divisor = int(generator.divisor())
            points.append(tuple(Fraction(int(k), divisor) for k in generator.coefficients()))
    return sorted(points)
