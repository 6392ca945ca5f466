"""Every vertex of a dual region, by a double description of its own: Table I of arXiv:1411.4648.

Two settings and two outcomes a side. A strategy is a_0 a_1 and Bob's four answers: b_xy where he
hears Alice's setting, b_ay where he hears her outcome. The region holds (ζ, ξ), a Bell expression
of sixteen numbers and a weight for each of Bob's settings, with ξ ≥ 0, ξ_0 + ξ_1 ≤ 1 and, for each
strategy, ζ(strategy) ≤ Σ_y ξ_y [Bob's answer at y changes with what he hears].
"""

from fractions import Fraction
from functools import cache
from itertools import product
from math import gcd, lcm

from nonlocality.certificates.rational import numbers, require

Row = tuple[int, ...]
CELLS = tuple((x, y, a, b) for x, y, a, b in product((0, 1), repeat=4))
"""p(ab|xy) in the order of Table I: the outcomes run fastest."""


@cache
def strategies(cause: str) -> list[tuple[list[int], list[int]]]:
    """For each strategy its sixteen probabilities and whether Bob's answer changes at y = 0, 1.

    cause: "x" or "a", or "y" where he hears neither (each strategy then occurs four times).

    >>> len(strategies("x"))
    64
    """
    found = []
    for a0, a1, *b in product((0, 1), repeat=6):
        alice = (a0, a1)
        heard = {"x": (0, 1), "a": alice, "y": (0, 0)}[cause]
        cells = [int(alice[x] == a and b[2 * heard[x] + y] == c) for x, y, a, c in CELLS]
        found.append((cells, [int(b[y] != b[2 + y]) for y in (0, 1)]))
    return found


def _independent_columns(rows: list[list[int]], order: list[int]) -> list[int]:
    """Columns, taken in this order, that are no combinations of those before."""
    left = [[Fraction(v) for v in row] for row in rows]
    chosen = []
    for column in order:
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        chosen.append(column)
        left.remove(pivot)
        for row in left:
            if row[column]:
                factor = row[column] / pivot[column]
                row[:] = [v - factor * w for v, w in zip(row, pivot, strict=True)]
    return chosen


def _dot(u: Row, v: Row) -> int:
    return sum(map(int.__mul__, u, v))


def extreme_rays(rows: list[Row]) -> list[Row]:
    """The extreme rays of the pointed cone {r : row · r ≥ 0}, integers without a common divisor.

    Double description: start with the cone of as many independent rows as there are columns, take
    in the others one after the other; two rays on either side of a new row have a new ray between
    them if no third ray lies on all the rows on which both lie.

    >>> sorted(extreme_rays([(1, 0), (0, 1), (1, 1)]))
    [(0, 1), (1, 0)]
    """
    size = len(rows[0])
    transposed = [list(column) for column in zip(*rows, strict=True)]
    start = _independent_columns(transposed, list(range(len(rows))))
    require(len(start) == size, "The region must not hold a line.")
    rays = []
    for k, inverse in enumerate(_inverse([rows[i] for i in start])):
        mask = sum(1 << i for n, i in enumerate(start) if n != k)
        rays.append((_whole(inverse), mask))
    for i in sorted(set(range(len(rows))) - set(start)):
        plus, zero, minus = [], [], []
        for ray, mask in rays:
            value = _dot(rows[i], ray)
            if value > 0:
                plus.append((ray, mask, value))
            elif value < 0:
                minus.append((ray, mask, value))
            else:
                zero.append((ray, mask | 1 << i))
        masks = [mask for _, mask in rays]
        between = []
        for u, first, up in plus:
            for v, second, down in minus:
                common = first & second
                if common.bit_count() < size - 2:
                    continue
                if sum(mask & common == common for mask in masks) == 2:
                    ray = [up * w - down * z for z, w in zip(u, v, strict=True)]
                    between.append((_whole(ray), common | 1 << i))
        rays = [(ray, mask) for ray, mask, _ in plus] + zero + between
        require(len(rays) < 2000, "The region has too many rays on the way.")
    return [ray for ray, _ in rays]


def _whole(vector: list) -> Row:
    """A positive multiple in integers without a common divisor."""
    scale = lcm(*(Fraction(v).denominator for v in vector))
    entries = [int(v * scale) for v in vector]
    divisor = gcd(*entries)
    return tuple(v // divisor for v in entries)


def _inverse(rows: list[Row]) -> list[list[Fraction]]:
    """The columns of the inverse of a square matrix."""
    n = len(rows)
    left = [[Fraction(v) for v in row] + [Fraction(i == k) for k in range(n)]
            for i, row in enumerate(rows)]  # fmt: skip
    for column in range(n):
        pivot = next(i for i in range(column, n) if left[i][column])
        left[column], left[pivot] = left[pivot], left[column]
        head = left[column] = [v / left[column][column] for v in left[column]]
        for i in range(n):
            if i != column and left[i][column]:
                factor = left[i][column]
                left[i] = [v - factor * w for v, w in zip(left[i], head, strict=True)]
    return [[left[i][n + k] for i in range(n)] for k in range(n)]


def _chsh_forms() -> set[tuple[int, ...]]:
    """Four times each form of CHSH, (±S_xy − 2), on the sixteen local strategies."""
    local = list(product((1, -1), repeat=4))
    forms = set()
    for sign in (1, -1):
        for odd in product((0, 1), repeat=2):
            value = []
            for a0, a1, b0, b1 in local:
                s = sum(
                    (-1 if (x, y) == odd else 1) * (a0, a1)[x] * (b0, b1)[y]
                    for x, y in product((0, 1), repeat=2)
                )
                value.append(sign * s - 2)
            forms.add(tuple(value))
    return forms


def _boxes() -> list[list[Fraction]]:
    """The eight PR boxes."""
    return [
        [Fraction(int((a + b + x * y + u * x + v * y + w) % 2 == 0), 2) for x, y, a, b in CELLS]
        for u, v, w in product((0, 1), repeat=3)
    ]


@cache
def _region(cause: str) -> tuple[list[tuple], list[tuple]]:
    """The vertices (ζ, ξ), sorted, and the unbounded directions ζ, by double description."""
    table = strategies(cause)
    free = sorted(_independent_columns([cells for cells, _ in table], list(range(15, -1, -1))))
    # homogeneous coordinates (ζ on the free cells, ξ_0, ξ_1, h), points where h = 1
    none = (0,) * len(free)
    system = [(*none, 1, 0, 0), (*none, 0, 1, 0), (*none, -1, -1, 1), (*none, 0, 0, 1)]
    seen = {(*(-cells[k] for k in free), *change, 0) for cells, change in table}
    vertices, directions = [], []
    for ray in extreme_rays(system + sorted(seen)):
        zeta = [Fraction(0)] * 16
        for k, value in zip(free, ray, strict=False):
            zeta[k] = Fraction(value)
        if ray[-1]:
            point = [*zeta, *map(Fraction, ray[-3:-1])]
            vertices.append([v / ray[-1] for v in point])
        else:
            directions.append(zeta)
    return sorted(map(tuple, vertices)), [tuple(zeta) for zeta in directions]


def _dual_region(data: dict, cause: str) -> str:
    listed = [numbers(row, length=18) for row in _rows(data["vertices"])]
    require(listed == sorted(listed) and len(set(map(tuple, listed))) == len(listed),
            "The vertices must be sorted, each once.")  # fmt: skip
    vertices, _ = _region(cause)
    require(
        list(map(list, vertices)) == listed,
        f"The region has {len(vertices)} vertices, others than it.",
    )
    return _without_signals(cause)


@cache
def _without_signals(cause: str) -> str:
    """What the vertices and directions of a region are on behaviours that do not signal."""
    vertices, directions = _region(cause)
    local = [cells for cells, _ in strategies("y")][::4]  # Bob's answers b_1y do not count
    forms, factors, silent = _chsh_forms(), set(), 0
    met = set()
    for zeta in (v[:16] for v in vertices if any(v[:16])):
        values = [4 * sum(map(Fraction.__mul__, zeta, map(Fraction, p))) for p in local]
        factor = next((f for f in (1, 2) if tuple(v / f for v in values) in forms), None)
        if factor:
            factors.add(factor)
            met.add(tuple(v / factor for v in values))
        else:
            silent += 1
            require(not any(values), "A vertex must vanish without a signal, or be CHSH.")
    require(len(factors) == 1 and met == forms, "All eight forms of CHSH must occur.")
    zeros = sum(not any(v[:16]) for v in vertices)
    require(zeros == 1, "The zero vector must be a vertex.")
    for zeta in directions:
        for p in [*local, *_boxes()]:
            value = sum(map(Fraction.__mul__, zeta, map(Fraction, p)))
            require(value <= 0, "No direction of the region may be positive without a signal.")
    times = {1: "", 2: "2 "}[factors.pop()]
    name = {"x": "C(X→B)", "a": "C(A→B)"}[cause]
    return (
        f"With two settings and outcomes the dual region of the least {name} has exactly "
        f"{len(vertices)} vertices, of which {silent} vanish and "
        f"{len(vertices) - silent - 1} are {times}CHSH on "
        f"behaviours that do not signal: so min {name} = {times}max[0, CHSH] for all of these."
    )


def _rows(data: object) -> list:
    require(isinstance(data, list) and len(data) < 100, "The vertices must be a list.")
    return data


def setting_region(data: dict) -> str:
    """All vertices (ζ, ξ) of the dual region where Bob hears Alice's setting, and no others.

    vertices: sorted, 16 + 2 numbers each. ζ is zero on the first cells that can be zero (a Bell
    expression is given up to those that vanish on the model). The checker lists them itself.
    Behaviours that do not signal are affine combinations of the local strategies, on which each
    vertex is compared with the eight forms of CHSH, and mixtures of these and the PR boxes, on
    which no unbounded direction is positive: so all of them have a model.
    """
    return _dual_region(data, "x")


def outcome_region(data: dict) -> str:
    """The same where Bob hears Alice's outcome; see :func:`setting_region`."""
    return _dual_region(data, "a")


CHECKERS = {
    "setting-region": ("CR-01", setting_region),
    "outcome-region": ("CR-02", outcome_region),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
