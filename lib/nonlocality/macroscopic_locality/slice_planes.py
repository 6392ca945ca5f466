"""Two planes through the sets of behaviours: biased boxes, and equal links of CGLMP.

The sections "A map of the sets" of the chapter on arXiv:0907.0372 draw them."""

from collections.abc import Sequence

import numpy as np

from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.behaviours import behaviour_white_noise as white_noise
from nonlocality.foundations.cglmp import behaviour_from_links
from nonlocality.foundations.checks import finite_array
from nonlocality.macroscopic_locality.quantum_models import (
    best_links_behaviour,
    best_two_qubit_behaviour,
)
from nonlocality.macroscopic_locality.slices import Slice


def slice_biased(bias: Sequence[float] = (1, 0, 1 / np.sqrt(2), 1 / np.sqrt(2))) -> Slice:
    """White noise, the PR box upwards, biased marginals to the right; two settings and outcomes.

    At (u, v): correlators v, v, v, −v, so S = 4v, and marginals u·bias = (⟨A_0⟩, ⟨A_1⟩, ⟨B_0⟩,
    ⟨B_1⟩). With the bias given here the boundary of level 1 is S = 2√2 for |u| ≤ √2 − 1.
    Raises ValueError for other than four finite numbers, not all 0.

    >>> plane = slice_biased()
    >>> table = plane.table(0.2, 0.5)
    >>> round(float((table[0] - table[1]).sum(axis=0)[0, 1]), 12)
    0.2
    """
    means = finite_array("bias", bias)
    if means.shape != (4,) or not means.any():
        raise ValueError(
            "Argument `bias` must be four numbers that do not all vanish, but has shape "
            f"{means.shape}."
        )
    noise = white_noise((2, 2), (2, 2))
    a, b, x, y = np.indices((2, 2, 2, 2))
    right = ((-1) ** a * means[x] + (-1) ** b * means[2 + y]) / 4
    # the PR box stays where one party exchanges settings and the other, for one of its own,
    # outcomes; if the bias does too, it is a symmetry of the slice
    entries = np.arange(16).reshape(2, 2, 2, 2)
    relabellings = entries[(a + x) % 2, b, x, 1 - y], entries[a, (b + y) % 2, 1 - x, y]
    kept = [k for k in relabellings if np.array_equal(right.ravel()[k], right)]
    return Slice(
        origin=noise,
        right=right,
        up=behaviour_pr_box().table - noise.table,
        labels=("bias ⟨A₀⟩", "correlators S/4"),
        models=best_two_qubit_behaviour,
        symmetry=kept[0] if kept else None,
    )


def slice_links() -> Slice:
    """The triangle of d = 3 behaviours with equal links, P(r) for r = 0, 1, 2.

    White noise is the centre; the corner r = 0 is the no-signalling maximum I_3 = 4 of the
    CGLMP expression, at (0, 1); r = 1, with I_3 = 0, is at (√3/2, −1/2); r = 2, a mixture of
    deterministic behaviours with I_3 = −4, at (−√3/2, −1/2). So I_3 = 4v + 4u/√3.
    Tables have shape (3, 3, 2, 2).

    >>> plane = slice_links()
    >>> bool(np.allclose(plane.table(0, 1), behaviour_from_links([1, 0, 0]).table))
    True
    """
    corners = [behaviour_from_links(row).table for row in np.eye(3)]
    return Slice(
        origin=white_noise((3, 3), (2, 2)),
        right=(corners[1] - corners[2]) / np.sqrt(3),
        up=(2 * corners[0] - corners[1] - corners[2]) / 3,
        labels=("r = 1 against r = 2", "r = 0"),
        models=best_links_behaviour,
    )
