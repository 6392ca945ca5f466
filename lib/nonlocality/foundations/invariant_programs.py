"""Semidefinite programs whose cost does not change under a group: smaller ones in their place.

If the constraints and the cost are the same after a permutation of the variables, the mean of a
solution over the group is a solution as well. So only invariant points y = y₀ + R t need be
searched, and there all the matrices F(y) commute with the group: in a fitting basis they are
blocks, several of them equal, of which one is kept (Gatermann and Parrilo,
arXiv:math/0211450).

Nothing rests on the reduction. The point and the dual variables are carried back to the full
program and judged there, as any solver's answer: a reduction that were wrong would leave a gap.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import connected_components

from nonlocality.foundations.results import result

if TYPE_CHECKING:
    from nonlocality.foundations.semidefinite import SemidefiniteProgram

SAME = 1e-7
"""Eigenvalues of a random invariant matrix (of spread 1) that are nearer are called equal."""


@result
class Reduction:
    """A smaller program, and the way back.

    program: the smaller one, in t. base, directions: y₀ and R, shapes (m,) and (m, r).
    duals: the full program's (ν, μ, matrices Z_k) from those of the smaller one, for rows as they
    were given.
    """

    program: "SemidefiniteProgram"
    base: np.ndarray
    directions: np.ndarray
    duals: Callable[[np.ndarray, np.ndarray, list[np.ndarray]], tuple]

    def cost(self, cost: np.ndarray) -> np.ndarray:
        """The cost of the directions, shape (r,)."""
        return cost @ self.directions

    def back(self, answer: tuple, rows: tuple) -> tuple:
        """A solver's answer to the smaller program as one to the full program.

        rows: those of the full program; a door gives dual variables of scaled rows.
        """
        point, nu, mu, matrices, status = answer
        (_, _, inner_a), (_, _, inner_g) = self.program.rows
        (_, _, outer_a), (_, _, outer_g) = rows
        nu, mu, matrices = self.duals(nu / inner_a, mu / inner_g, matrices)
        point = self.base + self.directions @ point
        return point, nu * outer_a, mu * outer_g, matrices, status


def invariant_blocks(matrices: np.ndarray, *, seed: int = 0) -> list[np.ndarray]:
    """Bases in which all of some symmetric matrices are blocks; equal blocks are given once.

    matrices: shape (r, n, n), a basis of an invariant space. seed: of the random combinations,
    whose eigenspaces are the blocks' (Murota, Kanno, Kojima and Kojima, 2010).
    Returns matrices U with orthonormal columns: a combination of the matrices plus a multiple of
    the identity is positive semidefinite exactly if all Uᵀ F U are.

    >>> turn = np.array([[0, 1.0, 0], [0, 0, 1], [1, 0, 0]])  # the matrices that it leaves alone
    >>> [u.shape[1] for u in invariant_blocks(np.array([turn + turn.T]))]  # eigenvalues −1, −1, 2
    [1, 1]
    """
    rng = np.random.default_rng(seed)
    first, second, third = np.einsum("kr,rij->kij", rng.normal(size=(3, len(matrices))), matrices)
    first, second, third = (m / max(np.abs(m).max(), 1e-300) for m in (first, second, third))
    values, vectors = np.linalg.eigh(first)
    spread = max(values[-1] - values[0], 1e-300)
    cuts = np.flatnonzero(np.diff(values) > SAME * spread) + 1
    spaces = np.split(vectors, cuts, axis=1)
    starts = [0, *cuts]
    linked = np.abs(vectors.T @ second @ vectors)
    linked = np.maximum.reduceat(np.maximum.reduceat(linked, starts, axis=0), starts, axis=1)
    count, numbers = connected_components(linked > SAME, directed=False)
    return [
        _one_of_equal([spaces[k] for k in np.flatnonzero(numbers == block)], second, third)
        for block in range(count)
    ]


def _one_of_equal(
    spaces: Sequence[np.ndarray], second: np.ndarray, third: np.ndarray
) -> np.ndarray:
    """One vector of each eigenspace, if blocks are equal for each; else all the vectors."""
    size = spaces[0].shape[1]
    whole = np.hstack(spaces)
    if size == 1 or any(space.shape[1] != size for space in spaces):
        return whole
    aligned = [spaces[0]]
    for space in spaces[1:]:
        left, scale, right = np.linalg.svd(spaces[0].T @ second @ space)
        if scale[0] - scale[-1] > SAME or scale[0] < SAME:
            return whole
        aligned.append(space @ (left @ right).T)
    seen = np.hstack(aligned)
    blocks = (seen.T @ third @ seen).reshape(len(spaces), size, len(spaces), size)
    equal = np.einsum("isjs->ij", blocks) / size
    if np.abs(blocks - np.einsum("ij,st->isjt", equal, np.eye(size))).max() > SAME:
        return whole
    return seen[:, ::size]
