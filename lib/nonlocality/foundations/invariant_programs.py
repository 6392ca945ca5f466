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
from functools import cached_property

import numpy as np

from nonlocality.foundations.clarabel_door import Conic, conic_of_blocks
from nonlocality.foundations.linear_algebra import _eigh
from nonlocality.foundations.results import result

SAME = 1e-7
"""Eigenvalues of a random invariant matrix (of spread 1) that are nearer are called equal."""


@result
class BlockProgram:
    """All real t with 1 + Σ_i t_i F_i ⪰ 0, which are blocks, and G t ≤ h; as a solver reads it.

    matrices: the F_i, shape (r, n, n). orders: the rows of each block, n together. below: the pair
    (G, h), shapes (l, r) and (l,).
    What comes out of it is judged elsewhere: nothing is checked here.

    >>> BlockProgram(np.ones((2, 1, 1)), [1], (np.zeros((0, 2)), np.zeros(0))).conic.orders
    (1,)
    """

    matrices: np.ndarray
    orders: Sequence[int]
    below: tuple[np.ndarray, np.ndarray]

    @cached_property
    def conic(self) -> Conic:
        """The constraints as Clarabel reads them."""
        return conic_of_blocks(self.matrices, self.orders, self.below)


@result
class Reduction:
    """A smaller program, and the way back.

    program: the smaller one, in t. base, directions: y₀ and R, shapes (m,) and (m, r).
    duals: the full program's (ν, μ, matrices Z_k) from those of the smaller one, for rows as they
    were given.
    """

    program: BlockProgram
    base: np.ndarray
    directions: np.ndarray
    duals: Callable[[np.ndarray, np.ndarray, list[np.ndarray]], tuple]

    def cost(self, cost: np.ndarray) -> np.ndarray:
        """The cost of the directions, shape (r,)."""
        return cost @ self.directions

    def back(self, answer: tuple, rows: tuple) -> tuple:
        """A solver's answer to the smaller program as one to the full program.

        rows: those of the full program, which are scaled, and so are their dual variables.
        """
        point, nu, mu, matrices, status = answer
        (_, _, scale_a), (_, _, scale_g) = rows
        nu, mu, matrices = self.duals(nu, mu, matrices)
        point = self.base + self.directions @ point
        return point, nu * scale_a, mu * scale_g, matrices, status


def invariant_blocks(matrices: np.ndarray, *, seed: int = 0) -> list[np.ndarray]:
    """Bases in which all of some symmetric matrices are blocks; equal blocks are given once.

    matrices: shape (r, n, n), a basis of an invariant space. seed: a shift of the weights of three
    generic combinations, whose eigenspaces are the blocks' (Murota, Kanno, Kojima and Kojima,
    2010); they are cosines of squares, which are as good as random ones, and sooner there.
    Returns matrices U with orthonormal columns: a combination of the matrices plus a multiple of
    the identity is positive semidefinite exactly if all Uᵀ F U are.

    >>> turn = np.array([[0, 1.0, 0], [0, 0, 1], [1, 0, 0]])  # the matrices that it leaves alone
    >>> [u.shape[1] for u in invariant_blocks(np.array([turn + turn.T]))]  # eigenvalues −1, −1, 2
    [1, 1]
    """
    n = matrices.shape[1]
    weights = np.cos(np.arange(1.0, 3 * len(matrices) + 1) ** 2 + seed).reshape(3, -1)
    mixed = (weights @ matrices.reshape(len(matrices), -1)).reshape(3, n, n)
    mixed /= np.maximum(np.abs(mixed).max(axis=(1, 2)), 1e-300)[:, None, None]
    values, vectors = _eigh(mixed[0])
    spread = max(values[-1] - values[0], 1e-300)
    steps = values[1:] - values[:-1] > SAME * spread
    starts = np.concatenate([[0], steps.nonzero()[0] + 1])
    second, third = vectors.T @ mixed[1:] @ vectors
    ends = [*starts[1:].tolist(), n]
    spaces = [slice(s, e) for s, e in zip(starts.tolist(), ends, strict=True)]
    lead = third.diagonal()[starts].repeat([space.stop - space.start for space in spaces])
    entries = np.abs([second, third - np.diag(lead)])  # the last 0 where a space is all alike
    largest = np.maximum.reduceat(np.maximum.reduceat(entries, starts, axis=1), starts, axis=2)
    linked, apart = (largest > SAME).tolist()
    bases = []
    for block in _components(linked):
        ours = [spaces[k] for k in block]
        sizes = {space.stop - space.start for space in ours}
        if sizes == {1}:
            bases.append(vectors[:, [space.start for space in ours]])
        elif len(ours) == 1:
            whole = vectors[:, ours[0]]
            bases.append(whole if apart[block[0]][block[0]] else whole[:, :1])
        else:
            one = _one_of_equal(ours, second, third) if len(sizes) == 1 else None
            whole = [vectors[:, space] for space in ours]
            bases.append(np.hstack(whole) if one is None else vectors @ one)
    return bases


def _components(linked: list[list[bool]]) -> list[list[int]]:
    """The vertices of a small graph that hang together, from its matrix of links."""
    left, found = list(range(len(linked))), []
    while left:
        new = [left.pop(0)]
        for vertex in new:  # grows while it is walked through
            row = linked[vertex]
            near = [k for k in left if row[k]]
            if near:
                left = [k for k in left if not row[k]]
                new += near
        found.append(sorted(new))
    return found


def _one_of_equal(
    spaces: Sequence[slice], second: np.ndarray, third: np.ndarray
) -> np.ndarray | None:
    """One vector of each eigenspace, if blocks are equal for each; else None.

    spaces: of equal sizes, where they stand in the basis that the two matrices are given in, and
    so are the vectors.
    """
    size = spaces[0].stop - spaces[0].start
    seen = np.zeros((len(second), len(spaces) * size))
    for k, space in enumerate(spaces):
        turn = np.eye(size)
        if k:
            turn = second[space, spaces[0]]
            square = turn.T @ turn
            scale = np.sqrt(square[0, 0])
            if scale < SAME or np.abs(square - scale**2 * np.eye(size)).max() > SAME * scale:
                return None
            turn = turn / scale
        seen[space, k * size : (k + 1) * size] = turn
    blocks = (seen.T @ third @ seen).reshape(len(spaces), size, len(spaces), size)
    first = blocks[:, 0, :, 0]  # all are multiples of 1 if blocks are equal
    if np.abs(blocks - first[:, None, :, None] * np.eye(size)[:, None]).max() > SAME:
        return None
    return seen[:, ::size]
