"""Assemblages from tables: the six matrices that are printed, and the minimal form.

Tables I and II of arXiv:1505.01430 give six matrices; no signalling and the swap of Bob and
Charlie give the rest."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from nonlocality.foundations.checks import (
    complex_array,
    finite_array,
    renamed,
    shown,
)
from nonlocality.postquantum_steering.assemblages import Assemblage


def check_minimal(
    reduced: np.ndarray, bob: np.ndarray, charlie: np.ndarray, joint: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return the arrays of a minimal form: (d, d), (y, d, d), (z, d, d) and (y, z, d, d).

    Raises ValueError for shapes that do not fit and entries that are not finite numbers.

    >>> one = np.eye(2)
    >>> check_minimal(one, [one], [one, one], [[one, one]])[3].shape
    (1, 2, 2, 2)
    """
    rho, bob = complex_array("reduced", reduced), complex_array("bob", bob)
    charlie, joint = complex_array("charlie", charlie), complex_array("joint", joint)
    if (
        rho.ndim != 2
        or bob.shape[1:] != rho.shape
        or charlie.shape[1:] != rho.shape
        or joint.shape != (len(bob), len(charlie), *rho.shape)
    ):
        raise ValueError(
            "Arguments `reduced`, `bob`, `charlie`, `joint` must have shapes (d, d), (y, d, d), "
            f"(z, d, d), (y, z, d, d), but have {rho.shape}, {bob.shape}, {charlie.shape}, "
            f"{joint.shape}."
        )
    return rho, bob, charlie, joint


def assemblage_minimal(
    *, reduced: np.ndarray, bob: np.ndarray, charlie: np.ndarray, joint: np.ndarray
) -> Assemblage:
    """Two outcomes each, from ρ_A, σ_{0|y}, σ_{0|z} and σ_{00|yz} (App. E of arXiv:1505.01430).

    reduced: (d, d). bob: ``[y, i, j]``. charlie: ``[z, i, j]``. joint: ``[y, z, i, j]``. The
    others follow: σ_{01|yz} = σ_{0|y} − σ_{00|yz}, and so on.
    Raises ValueError for shapes that do not fit, and as ``Assemblage``.

    >>> half = np.eye(2) / 2
    >>> copied = assemblage_minimal(
    ...     reduced=half, bob=[half, half / 2], charlie=[half], joint=[[half], [half / 2]]
    ... )
    >>> copied.behaviour().table[:, 0, 1, 0]
    array([0.5, 0.5])
    """
    rho, bob, charlie, joint = check_minimal(reduced, bob, charlie, joint)
    left, right = bob[:, None], charlie[None, :]
    rows = [[joint, left - joint], [right - joint, rho - left - right + joint]]
    with renamed(elements="reduced, bob, charlie, joint"):
        return Assemblage(np.array(rows))


def read_symmetric_table(
    table: tuple[Sequence[str], Sequence[Sequence[Fraction]]],
) -> dict[str, np.ndarray]:
    """A minimal representation that does not change when Bob and Charlie swap, as printed.

    table: heads and rows, as :func:`nonlocality.book.ledger.printed_table` gives them: row (i, j)
    has these indices and then that entry of ρ_A, of σ_{0|y} for each y, and of σ_{00|yz} for the
    pairs y ≥ z in the order 00, 10, 11, 20, …; or of the operators F in their place. Returns
    "reduced", "bob", "charlie", "joint" of :func:`assemblage_minimal`, the entries as exact as
    they were given (dtype object).
    Raises ValueError where the rows do not fill square matrices.

    >>> head = ["i", "j", "rho_a", "sigma_b_0_0", "sigma_00_00"]
    >>> read_symmetric_table((head, [[0, 0, Fraction(1), Fraction(1, 2), Fraction(1, 3)]]))["joint"]
    array([[[[Fraction(1, 3)]]]], dtype=object)
    """
    try:
        head, rows = table
        head, rows = list(head), [list(row) for row in rows]
    except (TypeError, ValueError):
        raise ValueError(
            f"Argument `table` must be a list of heads and a list of rows, but is {shown(table)}."
        ) from None
    columns, size = len(head) - 2, round(len(rows) ** 0.5)
    settings = round(((8 * columns + 1) ** 0.5 - 3) / 2)  # 1 + m + m(m + 1)/2 columns
    if (settings + 1) * (settings + 2) != 2 * columns or settings < 1:
        raise ValueError(f"Argument `table` must have 5, 8, 12, … columns, but has {len(head)}.")
    places = [tuple(row[:2]) for row in rows]
    if places != list(np.ndindex(size, size)) or any(len(row) != len(head) for row in rows):
        raise ValueError(
            f"Argument `table` must have a row for each entry (i, j) in order, but has "
            f"{shown(places)}."
        )
    members = np.array([list(row[2:]) for row in rows], dtype=object).T.reshape(-1, size, size)
    bob, pairs = members[1 : settings + 1], members[settings + 1 :]
    order = [
        [max(y, z) * (max(y, z) + 1) // 2 + min(y, z) for z in range(settings)]
        for y in range(settings)
    ]
    return {"reduced": members[0], "bob": bob, "charlie": bob, "joint": pairs[order]}


def assemblage_of_table(
    table: tuple[Sequence[str], Sequence[Sequence[Fraction]]],
) -> Assemblage:
    """The assemblage of a printed table such as Table I of arXiv:1505.01430.

    table: as :func:`read_symmetric_table`. Raises ValueError as that and ``Assemblage``.

    >>> head = ["i", "j", "rho_a", "sigma_b_0_0", "sigma_00_00"]
    >>> assemblage_of_table((head, [[0, 0, 1, 0.5, 0.25]])).behaviour().table[1, 1, 0, 0]
    np.float64(0.25)
    """
    members = read_symmetric_table(table)
    return assemblage_minimal(**{name: m.astype(float) for name, m in members.items()})


def minimal_coordinates(table: np.ndarray) -> np.ndarray:
    """Independent entries of a no-signalling table ``[b, c, y, z, k]``, one row each.

    The sum, the marginals of Bob and of Charlie, the table, without the last outcomes:
    (1 + m(o − 1))(1 + m'(o' − 1)) rows for m, m' settings and o, o' outcomes.
    """
    table = finite_array("table", table)
    if table.ndim != 5:
        raise ValueError(f"Argument `table` must have shape (b, c, y, z, k), not {table.shape}.")
    columns = table.shape[-1]
    bob, charlie = table.sum(axis=1)[:-1, :, 0], table.sum(axis=0)[:-1, 0]
    parts = [table[:, :, 0, 0].sum(axis=(0, 1)), bob, charlie, table[:-1, :-1]]
    return np.concatenate([part.reshape(-1, columns) for part in parts])
