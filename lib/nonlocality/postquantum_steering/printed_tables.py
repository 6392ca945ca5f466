"""Tables I and II of arXiv:1505.01430 in fractions: what their four digits decide.

Tables are heads and rows of fractions, as :func:`nonlocality.book.ledger.printed_table` gives them;
:func:`nonlocality.postquantum_steering.assemblage_tables.read_symmetric_table` says what the
columns are.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from nonlocality.foundations.checks import in_interval, renamed
from nonlocality.postquantum_steering.assemblage_tables import read_symmetric_table
from nonlocality.postquantum_steering.functionals import functional_minimal

Table = tuple[Sequence[str], Sequence[Sequence[Fraction]]]


def functional_of_table(table: Table) -> np.ndarray:
    """The functional of a printed table such as Table II: ``[b, c, y, z, i, j]``.

    Raises ValueError as
    :func:`~nonlocality.postquantum_steering.assemblage_tables.read_symmetric_table`.

    >>> head = ["i", "j", "f_a", "f_b_0", "f_00"]
    >>> functional_of_table((head, [[0, 0, 1, 0, 0]]))[1, 1, 0, 0]
    array([[1.]])
    """
    members = read_symmetric_table(table)
    return functional_minimal(**{name: m.astype(float) for name, m in members.items()})


def value_of_tables(functional: Table, assemblage: Table) -> Fraction:
    """β by eq. (45) of arXiv:1505.01430, exactly: Σ tr(F_k σ_k) over the printed matrices.

    Raises ValueError for tables of different shapes.

    >>> head = ["i", "j", "f_a", "f_b_0", "f_00"]
    >>> half = Fraction(1, 2)
    >>> value_of_tables((head, [[0, 0, 1, 0, 4]]), (head, [[0, 0, 1, half, half**2]]))
    Fraction(2, 1)
    """
    pairs = _entries(functional, assemblage)
    return sum((f * s for f, s, _ in pairs), Fraction(0))


def elements_of_table(table: Table) -> np.ndarray:
    """All σ_{bc|yz} of a printed table, exactly: ``[b, c, y, z, i, j]`` of dtype object.

    >>> head = ["i", "j", "rho_a", "sigma_b_0_0", "sigma_00_00"]
    >>> elements_of_table((head, [[0, 0, 1, Fraction(1, 2), Fraction(1, 3)]]))[1, 1, 0, 0, 0, 0]
    Fraction(1, 3)
    """
    members = read_symmetric_table(table)
    bob, charlie = members["bob"][:, None], members["charlie"][None]
    joint, rho = members["joint"], members["reduced"]
    rest = rho - bob - charlie + joint
    return np.array([[joint, bob - joint], [charlie - joint, rest]], dtype=object)


def rounding_interval(
    functional: Table,
    assemblage: Table,
    *,
    functional_error: Fraction = Fraction(1, 20000),
    assemblage_error: Fraction = Fraction(1, 20000),
) -> tuple[Fraction, Fraction]:
    """All values β that tables can have which round to the printed ones, exactly.

    functional_error, assemblage_error: half a unit of the last digit. Matrices stay symmetric,
    and ρ_A of trace 1 if it is printed so; elements are not asked to stay positive (for Table I
    they all do). β is bilinear: the worst F is at a corner of its box, where the errors have the
    signs of the entries of σ. Then β is linear in σ.
    Raises ValueError for errors that could turn the sign of an entry of the assemblage, or that
    are not in [0, 1].

    >>> head = ["i", "j", "f_a", "f_b_0", "f_00"]
    >>> tables = (head, [[0, 0, 1, 0, 4]]), (head, [[0, 0, 1, Fraction(1, 2), Fraction(1, 4)]])
    >>> low, high = rounding_interval(*tables)
    >>> float(low), float(high)
    (1.9996874975, 2.0003125075)
    """
    in_interval("functional_error", functional_error, 0, 1)
    in_interval("assemblage_error", assemblage_error, 0, 1)
    e, s = Fraction(functional_error), Fraction(assemblage_error)
    size = read_symmetric_table(assemblage)["reduced"].shape[0]
    pairs = _entries(functional, assemblage)
    if min(abs(value) for _, value, _ in pairs) < s:
        raise ValueError(f"Argument `assemblage_error` must not turn a sign, but is {s}.")
    ends = []
    for side in (-1, 1):
        total, diagonal = Fraction(0), []
        slopes: dict[tuple, Fraction] = {}
        for f, value, (name, i, j) in pairs:
            sign = (value > 0) - (value < 0)
            worst = f + side * sign * e
            total += worst * value
            place = (name, min(i, j), max(i, j))
            slopes[place] = slopes.get(place, Fraction(0)) + worst
        for (name, i, j), slope in slopes.items():
            if name == ("reduced",) and i == j:
                diagonal.append(slope)
            else:
                total += side * s * abs(slope)
        total += side * s * _most_without_trace(diagonal, size)
        ends.append(total)
    return ends[0], ends[1]


def _most_without_trace(slopes: list[Fraction], size: int) -> Fraction:
    """max Σ slopes · δ over |δ| ≤ 1 with Σ δ = 0: the large half up, the small half down."""
    ordered = sorted(slopes, reverse=True)
    half = size // 2
    return sum(ordered[:half], Fraction(0)) - sum(ordered[size - half :], Fraction(0))


def _entries(functional: Table, assemblage: Table) -> list[tuple[Fraction, Fraction, tuple]]:
    """Entries F_ij, σ_ji of eq. (45), with the place (name, i, j) of σ in its table.

    A matrix that stands for two, as its mirror image is not printed, counts twice.
    """
    with renamed(table="functional"):
        left = read_symmetric_table(functional)
    with renamed(table="assemblage"):
        right = read_symmetric_table(assemblage)
    shapes = [m["joint"].shape for m in (left, right)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            "Arguments `functional` and `assemblage` must have tables of the same shape, but have "
            f"{shapes[0]} and {shapes[1]}."
        )
    pairs = []
    for name in ("reduced", "bob", "charlie", "joint"):
        for place in np.ndindex(left[name].shape):
            *label, i, j = place
            printed = "bob" if name == "charlie" else name
            f, value = left[name][place], right[name][(*label, j, i)]
            pairs.append((Fraction(f), Fraction(value), ((printed, *sorted(label)), i, j)))
    return pairs
