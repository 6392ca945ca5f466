"""Alice's outcome heard, three settings a side (arXiv:1411.4648, eq. (10)), and Proposition 9."""

from fractions import Fraction
from functools import cache
from itertools import product

from nonlocality.certificates.dual_regions import CELLS, strategies
from nonlocality.certificates.rational import number, numbers, over_common, require

CHAIN = ((1, 0, -1), (0, -1, 1), (-1, 1, 0))
"""The coefficients of E_xy in eq. (10)."""

FIVE = ((1, 1), (1, -1), (-1, 0))
"""The coefficients of the shorter inequality, with two settings of Bob."""

PLACES = tuple(product(range(3), repeat=2))

_ABOVE = ((0, 1, 1), (0, 1, -1), (0, -1, 0))
"""E01 + E11 − E21 + E02 − E12: the shorter inequality at other settings, 5v on (36)."""


@cache
def _stories() -> dict[str, tuple[int, ...]]:
    """The 36 cells p(ab|xy) of each strategy a_0a_1a_2 b_00…b_12 (Bob's answer to a at y)."""
    found = {}
    for bits in product((0, 1), repeat=9):
        alice, bob = bits[:3], bits[3:]
        cells = [
            int(alice[x] == a and bob[3 * a + y] == b)
            for x, y in PLACES for a, b in product((0, 1), repeat=2)
        ]  # fmt: skip
        found["".join(map(str, bits))] = tuple(cells)
    return found


def _correlators(cells: tuple) -> list:
    """E_xy of a behaviour of 36 cells."""
    return [cells[k] - cells[k + 1] - cells[k + 2] + cells[k + 3] for k in range(0, 36, 4)]


def _value(cells: tuple, coefficients: tuple) -> Fraction | int:
    e = _correlators(cells)
    return sum(c * e[3 * x + y] for x, row in enumerate(coefficients) for y, c in enumerate(row))


def _cell(cells: tuple, a: int, b: int, x: int, y: int) -> int:
    return cells[4 * (3 * x + y) + 2 * a + b]


def _instrumental(cells: tuple, flip: int) -> int:
    """F of the chapter, or F' with all outcomes flipped."""
    terms = ((1, 0, 0, 1, 2), (-1, 0, 0, 0, 2), (1, 0, 0, 2, 1), (-1, 0, 0, 1, 1),
             (1, 1, 0, 2, 0), (-1, 1, 0, 0, 0))  # fmt: skip
    return sum(s * _cell(cells, a ^ flip, b ^ flip, x, y) for s, a, b, x, y in terms)


def _rank(rows: list[list]) -> int:
    """Rank modulo a large prime: a lower bound of the rank."""
    prime = 2**61 - 1
    left = [[Fraction(v).numerator * pow(Fraction(v).denominator, -1, prime) % prime for v in row]
            for row in rows]  # fmt: skip
    rank = 0
    for column in range(len(rows[0])):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        rank += 1
        left.remove(pivot)
        inverse = pow(pivot[column], -1, prime)
        for row in left:
            if row[column]:
                factor = row[column] * inverse % prime
                row[:] = [(v - factor * w) % prime for v, w in zip(row, pivot, strict=True)]
    return rank


def _mixed(model: object) -> tuple[Fraction, ...]:
    """The cells of a mixture {strategy: weight}."""
    require(isinstance(model, dict) and 0 < len(model) <= 100, "A model must be a table.")
    table, cells, total = _stories(), [Fraction(0)] * 36, Fraction(0)
    for name, text in model.items():
        weight, name = number(text), name.replace(" ", "")
        require(name in table, "A strategy is nine bits.")
        require(weight > 0, "The weights of a model must be positive.")
        total += weight
        for k, value in enumerate(table[name]):
            if value:
                cells[k] += weight
    require(total == 1, "The weights of a model must add up to 1.")
    return tuple(cells)


def _require_silent(cells: tuple) -> None:
    """Bob's outcomes must not depend on x (Alice's never depend on y)."""
    for y in range(3):
        bob = {_cell(cells, 0, 0, x, y) + _cell(cells, 1, 0, x, y) for x in range(3)}
        require(len(bob) == 1, f"Bob must not see Alice's setting at y = {y}.")


@cache
def _check_faces() -> None:
    """What does not depend on the data: bounds, the sum 2F + 2F', independent correlators."""
    tight, shorter = [], []
    apart = False
    for cells in _stories().values():
        e = tuple(_correlators(cells))
        value, first, second = _value(cells, CHAIN), *(_instrumental(cells, k) for k in (0, 1))
        require(value <= 4 and max(first, second) <= 1, "A strategy must not exceed a bound.")
        require(value == 2 * first + 2 * second, "(10) must be the sum 2F + 2F'.")
        apart = apart or (first == 1 and second < 1)
        require(_value(cells, FIVE) <= 3, "A strategy must not exceed 3.")
        if value == 4:
            tight.append([1, *e])
        if _value(cells, FIVE) == 3:
            shorter.append([1, *(e[3 * x + y] for x in range(3) for y in range(2))])
    require(apart, "Some strategy must have F = 1 without F' = 1.")
    distinct = [list(row) for row in sorted(set(map(tuple, tight)))]
    require(_rank(distinct) == 9, "Nine correlators must be independent on the face.")
    distinct = [list(row) for row in sorted(set(map(tuple, shorter)))]
    require(_rank(distinct) == 6, "Six correlators must be independent on the shorter face.")


def outcome_facets(data: dict) -> str:
    """Of which polytope eq. (10) is a facet, and that it is not one of the full polytope.

    All 512 strategies obey (10) ≤ 4, F ≤ 1 and F' ≤ 1, with (10) = 2 F + 2 F' on each, and some
    reach F = 1 and not F' = 1: so the face of (10) is a proper part of the facet or face of F,
    and of a dimension less than it. On the correlators E_xy nine strategies with (10) = 4 are
    affinely independent, in nine dimensions. points: fifteen mixtures of strategies that do not
    signal, with (10) = 4 and affinely independent, in the fifteen dimensions of no-signalling.
    """
    _check_faces()
    points = data["points"]
    require(isinstance(points, list) and len(points) == 15, "Fifteen points are needed.")
    rows = []
    for model in points:
        cells = _mixed(model)
        _require_silent(cells)
        require(_value(cells, CHAIN) == 4, "Each point must reach 4.")
        rows.append([1, *cells])
    require(_rank(rows) == 15, "The fifteen points must be independent.")
    return (
        "If Alice's outcome is heard, (10) ≤ 4 is a facet of the polytope of the correlators and "
        "of that of the behaviours that do not signal, but not of that of all behaviours, where "
        "it is the sum of two others; E00 + E01 + E10 − E11 − E20 ≤ 3 is a facet of the "
        "correlators."
    )


def _i3322(cells: tuple) -> Fraction | int:
    """I3322 in the form of Fig. 2, Bob's marginals taken at x = 0, Alice's at y = 0."""
    signs = ((1, 1, 1), (1, 1, -1), (1, -1, 0))
    joint = sum(signs[x][y] * _cell(cells, 0, 0, x, y) for x, y in PLACES)
    alice = _cell(cells, 0, 0, 0, 0) + _cell(cells, 0, 1, 0, 0)
    bob = [_cell(cells, 0, 0, 0, y) + _cell(cells, 1, 0, 0, y) for y in (0, 1)]
    return joint - alice - 2 * bob[0] - bob[1]


def outcome_curve(data: dict) -> str:
    """Least C(A→B) given I3322, the end of the story, and the visibility at which (36) leaves it.

    ends: two models without a signal, at I3322 = 0 and at the end, with influences 0 and 1;
    mixtures are between. line: slope, shares of the three settings of Bob and signals: for each
    of the 512 strategies Σ_y share_y [b changes with a at y] − Σ signals · ([b = 0 at x, y] −
    [b = 0 at 0, y]) ≥ slope · I3322, and the signals have mean 0. So C ≥ slope · I3322, and as
    C ≤ 1 there is no model beyond 1/slope. threshold: a model of (36) at the visibility v at
    which E00 + E01 + E10 − E11 − E20, read at other settings, is 5v = 3, its bound.
    """
    ends = data["ends"]
    require(isinstance(ends, list) and len(ends) == 2, "Two ends are needed.")
    reached = []
    for model in ends:
        cells = _mixed(model)
        _require_silent(cells)
        change = [
            sum(number(w) for name, w in model.items() if _changes(name.replace(" ", ""))[y])
            for y in range(3)
        ]
        reached.append((_i3322(cells), max(change)))
    slope = number(data["slope"])
    require(slope > 0, "The line must rise.")
    require(reached == [(0, 0), (1 / slope, 1)], f"The ends are at {reached}.")
    shares, signals = numbers(data["shares"], length=3), numbers(data["signals"], length=6)
    require(min(shares) >= 0 and sum(shares) == 1, "The shares must be a distribution.")
    weights = over_common([*shares, *(-w for w in signals), -slope])[1]
    for name, row in _line_rows().items():
        above = sum(w * v for w, v in zip(weights, row, strict=True) if v)
        require(above >= 0, f"The line lies above the strategy {name}.")
    v = number(data["visibility"])
    cells = _mixed(data["threshold"])
    for x, y in PLACES:
        sign = -1 if x + y == 3 else 1
        for a, b in product((0, 1), repeat=2):
            wanted = (1 + sign * v * (-1) ** (a + b)) / 4
            require(_cell(cells, a, b, x, y) == wanted, "The model must give (36).")
    require(_value(cells, _ABOVE) == 5 * v == 3, "At the threshold the bound must be reached.")
    return (
        f"If Alice's outcome is heard, the least C(A→B) given I3322 is {slope}·I3322 from 0 to "
        f"{1 / slope}, and beyond there is no model; behaviour (36) has one exactly up to v = {v}."
    )


def _changes(name: str) -> list[bool]:
    """[b changes with a] at each y, of a strategy of nine bits."""
    return [name[3 + y] != name[6 + y] for y in range(3)]


@cache
def _line_rows() -> dict[str, tuple[int, ...]]:
    """What a line weighs, for each strategy: its changes, its signals, its I3322.

    Signals: [b = 0 at x, y] − [b = 0 at 0, y] for x = 1, 2 and y = 0, 1, 2.
    """
    found = {}
    for name, cells in _stories().items():
        require(_value(cells, _ABOVE) <= 3, "A strategy must not exceed 3.")
        zero = [_cell(cells, 0, 0, x, y) + _cell(cells, 1, 0, x, y) for x, y in PLACES]
        signals = [zero[k] - zero[k % 3] for k in range(3, 9)]
        found[name] = (*map(int, _changes(name)), *signals, _i3322(cells))
    return found


def _multipliers(data: object, rows: list) -> tuple[dict[int, Fraction], list[Fraction]]:
    """Multipliers ζ ≥ 0 of some rows, and Φᵀ ζ."""
    names = [str(k) for k in range(len(rows))]
    require(isinstance(data, dict) and len(data) > 0, "The multipliers must be a table.")
    require(set(data) <= set(names), f"A row must be an integer below {len(rows)}.")
    entries = {int(k): number(value) for k, value in data.items()}
    require(min(entries.values()) >= 0, "Multipliers must not be negative.")
    image = [sum(w * rows[k][i] for k, w in entries.items()) for i in range(len(rows[0]))]
    return entries, image


def recession_direction(data: dict) -> str:
    """The step of the proof of Proposition 9 that fails, in the paper's program for the PR box.

    Theorem 6 in standard form, Φ ξ ≥ b with ξ = (v, t_0, t_1, q), for the least C(X→B) of the PR
    box times two: a row v − t_y ≥ 0 and two rows t_y ± M_y q ≥ 0 for each y, with M_y the row of
    [b changes at y]; rows ± A q ≥ ± p and ± Σ q ≥ ± 1. direction: {row: number}, ζ. It must be
    a direction in which the dual region is unbounded, ζ ≥ 0 and Φᵀ ζ ≤ 0, and Φᵀ ζ ≠ 0.
    inside: a point of the region, written likewise; slack: what each unknown's constraint leaves.
    """
    table = strategies("x")
    n = len(table)
    rows, right = [], []
    for y in (0, 1):
        rows.append([1, -int(y == 0), -int(y == 1), *[0] * n])
        right.append(0)
    for y in (0, 1):
        for sign in (1, -1):
            changes = [sign * change[y] for _, change in table]
            rows.append([0, int(y == 0), int(y == 1), *changes])
            right.append(0)
    box = [int((a ^ b) == x * y) for x, y, a, b in CELLS]
    for sign in (1, -1):
        for k in range(16):
            rows.append([0, 0, 0, *(2 * sign * cells[k] for cells, _ in table)])
            right.append(sign * box[k])
    for sign in (1, -1):
        rows.append([0, 0, 0, *[sign] * n])
        right.append(sign)
    inside, image = _multipliers(data["inside"], rows)
    image[0] -= 1
    require(max(image) <= 0, "The point must lie in the dual region.")
    slack = numbers(data["slack"], length=len(image))
    require(slack == [-v for v in image], "The slack must be that of the point.")
    reached = sum(w * right[k] for k, w in inside.items())
    entries, image = _multipliers(data["direction"], rows)
    require(any(entries.values()), "A direction must not vanish.")
    require(max(image) <= 0, "The dual region must be unbounded in this direction.")
    require(any(image), "The direction must not lie in the kernel.")
    value = sum(w * right[k] for k, w in entries.items())
    require(value <= 0, "No direction may raise the objective.")
    where = ", ".join(f"{w} at row {k}" for k, w in sorted(entries.items()))
    return (
        "In Theorem 6's program for the least C(X→B) of the PR box the dual region is unbounded "
        f"in the direction ζ with {where} of {len(rows)}, which is not in the kernel of Φᵀ; "
        f"⟨ζ, b⟩ = {value}. A point of the region has the objective {reached}."
    )


CHECKERS = {
    "outcome-facets": ("CR-04", outcome_facets),
    "recession-direction": ("CR-19", recession_direction),
    "outcome-curve": ("CR-20", outcome_curve),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
