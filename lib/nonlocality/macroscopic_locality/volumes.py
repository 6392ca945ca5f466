"""Volumes of sets of behaviours with two settings and outcomes, relative to no-signalling.

The no-signalling polytope is the local polytope and, on each of its eight CHSH facets, a simplex:
the convex hull of a PR box and of the eight deterministic behaviours with S = 2. So a uniform
nonlocal behaviour is λ PR + (1 − λ) q, with q uniform on the facet and λ of density 8 (1 − λ)⁷.
A convex set that holds the local polytope reaches, above each q, up to some λ*(q), and fills the
fraction 1 − ⟨(1 − λ*)⁸⟩ of the nonlocal region: only q has to be sampled.
"""

from itertools import product

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.checks import counts, finite_array, renamed
from nonlocality.foundations.sizes import require_memory
from nonlocality.macroscopic_locality.correlators import macroscopic_margin
from nonlocality.macroscopic_locality.radii import radius

NONLOCAL_SHARE = 1 / 17
"""Volume of the nonlocal region over that of the no-signalling polytope."""


def facet_vertices() -> np.ndarray:
    """The deterministic tables with S = E_00 + E_01 + E_10 − E_11 = 2, shape (8, 2, 2, 2, 2).

    >>> facet_vertices().shape
    (8, 2, 2, 2, 2)
    """
    a, b, x, y = np.indices((2, 2, 2, 2))
    found = []
    for f, g in product(product((0, 1), repeat=2), repeat=2):
        table = (a == np.array(f)[x]) & (b == np.array(g)[y])
        signs = (-1.0) ** (a + b + x * y)
        if (table * signs).sum() == 2:
            found.append(table.astype(float))
    return np.array(found)


def uniform_facet_points(size: int, *, rng: np.random.Generator) -> np.ndarray:
    """Uniform points of the CHSH facet S = 2 of the local polytope, shape (size, 2, 2, 2, 2).

    Raises ValueError for a size that is not a positive integer.

    >>> points = uniform_facet_points(3, rng=np.random.default_rng(0))
    >>> points.sum(axis=(1, 2)).round(12).min()
    np.float64(1.0)
    """
    (size,) = counts("size", (size,))
    require_memory("size", 256 * size)
    return np.tensordot(rng.dirichlet(np.ones(8), size=size), facet_vertices(), 1)


def _coordinates(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E_xy, E_x, E_y of many no-signalling tables [k, a, b, x, y]."""
    alice = (tables[:, 0] - tables[:, 1]).sum(axis=1)[..., 0]
    bob = (tables[:, :, 0] - tables[:, :, 1]).sum(axis=1)[:, 0]
    both = tables[:, 0] - tables[:, 1]
    return both[:, 0] - both[:, 1], alice, bob


def macroscopic_reach(points: np.ndarray) -> np.ndarray:
    """Largest λ for which λ PR + (1 − λ) q is macroscopically local, for each q of `points`.

    By bisection on :func:`~nonlocality.macroscopic_locality.correlators.macroscopic_margin`, to
    1e-12. points: tables on the facet, shape (n, 2, 2, 2, 2); returns shape (n,). Raises
    ValueError for another shape.

    >>> macroscopic_reach(facet_vertices().mean(axis=0)[None]).round(9)
    array([0.41421356])
    """
    points = finite_array("points", points)
    if not points.size or points.shape[1:] != (2, 2, 2, 2):
        raise ValueError(
            f"Argument `points` must have shape (n, 2, 2, 2, 2), but has shape {points.shape}."
        )
    pr = behaviour_pr_box().table
    low, high = np.zeros(len(points)), np.ones(len(points))
    for _ in range(40):
        middle = (low + high) / 2
        weight = middle[:, None, None, None, None]
        e, alice, bob = _coordinates(weight * pr + (1 - weight) * points)
        inside = macroscopic_margin(np.clip(e, -1, 1), alice=alice, bob=bob) >= 0
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return low


def quantum_reach(point: np.ndarray, *, level: str = "1+AB") -> float:
    """The same for one q and a level of moment matrices, an upper bound of the quantum reach.

    point: a table of two settings and outcomes a side, shape (2, 2, 2, 2). level: as in
    :mod:`nonlocality.macroscopic_locality.moments`. Raises ValueError for what is no no-signalling
    behaviour of that shape or an unknown level, SolverError if the solver stops early.

    >>> round(quantum_reach(facet_vertices().mean(axis=0)), 6)
    0.414214
    """
    with renamed(table="point"):
        base = Behaviour(point)
    if base.table.shape != (2, 2, 2, 2):
        raise ValueError(
            f"Argument `point` must have shape (2, 2, 2, 2), but has shape {base.table.shape}."
        )
    found = radius(base.table, behaviour_pr_box().table - base.table, level=level)
    return min(found.largest.upper, 1.0)


def nonlocal_fraction(reach: np.ndarray) -> tuple[float, float]:
    """1 − ⟨(1 − λ*)⁸⟩ and its standard error, from two or more sampled reaches λ*, shape (n,).

    Raises ValueError for another shape.

    >>> nonlocal_fraction(np.ones(10))
    (1.0, 0.0)
    """
    found = finite_array("reach", reach)
    if found.ndim != 1 or len(found) < 2:
        raise ValueError(
            f"Argument `reach` must hold two numbers or more, but has shape {found.shape}."
        )
    filled = 1 - (1 - found) ** 8
    return float(filled.mean()), float(filled.std(ddof=1) / np.sqrt(len(filled)))
