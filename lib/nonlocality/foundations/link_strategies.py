"""Deterministic strategies of the CGLMP scenario by the values of their links.

A strategy (A1, A2, B1, B2) gives each link of :mod:`~nonlocality.foundations.cglmp` a value
r in {0, …, d − 1}; the four add up to −1 mod d, and fix the strategy up to a shift of all
outcomes by the same amount.
"""

import numpy as np

from nonlocality.foundations.cglmp import check_outcomes
from nonlocality.foundations.checks import whole_numbers
from nonlocality.foundations.sizes import size_text

MAX_MULTISETS_D = 200
"""Up to this d the multisets of link values are listed: 8 million triples are looked through."""


def strategy_links(strategies: np.ndarray, d: int) -> np.ndarray:
    """Link values (r0, r1, r2, r3) of strategies ``(A1, A2, B1, B2)``, integers (…, 4).

    >>> strategy_links([[0, 0, 0, 0], [1, 0, 2, 1]], 3).tolist()
    [[0, 2, 0, 0], [2, 1, 2, 0]]
    """
    s = whole_numbers("strategies", strategies)
    if not s.ndim or s.shape[-1] != 4:
        raise ValueError(f"Argument `strategies` must have shape (…, 4), but has {s.shape}.")
    a1, a2, b1, b2 = np.moveaxis(s, -1, 0)
    return np.stack([a1 - b1, b1 - a2 - 1, a2 - b2, b2 - a1], axis=-1) % check_outcomes(d)


def strategies_of_links(values: np.ndarray, d: int) -> np.ndarray:
    """Strategies ``(A1, A2, B1, B2)`` with given link values and B1 = 0, integers (…, 4).

    The other strategies with these values are its shifts, all outcomes by the same amount.
    Raises ValueError for values that do not add up to −1 mod d.

    >>> strategies_of_links([0, 2, 0, 0], 3).tolist()
    [0, 0, 0, 0]
    """
    r = whole_numbers("values", values)
    if not r.ndim or r.shape[-1] != 4:
        raise ValueError(f"Argument `values` must have shape (…, 4), but has {r.shape}.")
    d = check_outcomes(d)
    if ((r.sum(axis=-1) + 1) % d).any():
        raise ValueError(f"Argument `values` must add up to -1 mod {d}, but some do not.")
    zero = np.zeros(r.shape[:-1], dtype=int)
    a2 = zero - r[..., 1] - 1
    return np.stack([r[..., 0], a2, zero, a2 - r[..., 2]], axis=-1) % d


def check_listed(d: int) -> int:
    """Return a number of outcomes for which all multisets of link values can be listed.

    >>> check_listed(1000)
    Traceback (most recent call last):
    ...
    ValueError: Argument `d` must be at most 200 for all multisets to be listed, but is 1000: \
1.0e9 triples would be looked through.
    """
    d = check_outcomes(d)
    if d > MAX_MULTISETS_D:
        raise ValueError(
            f"Argument `d` must be at most {MAX_MULTISETS_D} for all multisets to be listed, but "
            f"is {size_text(d)}: {size_text(d**3)} triples would be looked through."
        )
    return d


def link_multisets(d: int, *, total: int | None = None) -> np.ndarray:
    """The multisets {r0, r1, r2, r3} of deterministic strategies, integers (n, 4), rows sorted.

    total: keep those that add up to this number; d − 1 gives the strategies with I_d = 2.
    Raises ValueError for d beyond :data:`MAX_MULTISETS_D`.

    >>> link_multisets(3, total=2).tolist()
    [[0, 0, 0, 2], [0, 0, 1, 1]]
    """
    d = check_listed(d)
    if total is not None:
        total = int(whole_numbers("total", total))
    if total is not None and not -4 * d < total < 4 * d:
        return np.zeros((0, 4), dtype=int)
    r = np.arange(d)
    r0, r1, r2 = (grid.ravel() for grid in np.meshgrid(r, r, r, indexing="ij"))
    rising = (r0 <= r1) & (r1 <= r2)
    r0, r1, r2 = r0[rising], r1[rising], r2[rising]
    rest = r0 + r1 + r2
    r3 = (-1 - rest) % d if total is None else total - rest
    return np.column_stack([r0, r1, r2, r3])[(r3 >= r2) & (r3 < d)]
