"""Random disjoint blocks of particles: what decides how many settings of a region are local.

A setting of a region is a mean: a random block of particles is drawn and measured. In Sec. IV of
the paper a block is one particle, or M of them. If for S settings one can draw S *disjoint* blocks
at once, each distributed as its setting wants it, all S settings can be measured together
(``joint_measurements``), and that makes their averages local.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod
from numbers import Integral, Rational
from operator import index

import numpy as np

from nonlocality.foundations.checks import counts, shown
from nonlocality.foundations.results import result

Block = tuple[int, ...]
"""Particles that are measured together, in order, counted from 0."""

MAX_DRAWS = 100_000
"""Largest number of draws that is written down."""

MAX_BLOCKS = 500
"""Most blocks among which a matching is looked for."""


@result
class Draws:
    """Disjoint blocks for all settings at once: draw t has the blocks blocks[t], one a setting.

    particles: n. weights: the probability of each draw, Fractions that add up to 1.
    Raises ValueError for blocks that overlap or leave the region, or for other weights.

    >>> two = Draws(2, [((0,), (1,)), ((1,), (0,))], [Fraction(1, 2)] * 2)
    >>> two.marginal(0)
    {(0,): Fraction(1, 2), (1,): Fraction(1, 2)}
    """

    particles: int
    blocks: Sequence[tuple[Block, ...]]
    weights: Sequence[Fraction]

    def __post_init__(self) -> None:
        """Check that each draw can be measured, and that the weights are probabilities."""
        if not len(self.blocks) or len(self.blocks) != len(self.weights):
            raise ValueError(
                "Arguments `blocks` and `weights` must have one entry a draw, but have "
                f"{len(self.blocks)} and {len(self.weights)}."
            )
        try:
            blocks = [tuple(tuple(map(index, block)) for block in draw) for draw in self.blocks]
        except TypeError:
            raise ValueError(
                "Argument `blocks` must hold tuples of numbers of particles, a tuple a setting."
            ) from None
        object.__setattr__(self, "blocks", blocks)
        for draw in blocks:
            used = [i for block in draw for i in block]
            if len(draw) != len(self.blocks[0]) or not all(draw):
                raise ValueError("Argument `blocks` must hold a block a setting in each draw.")
            if len(set(used)) < len(used) or not all(0 <= i < self.particles for i in used):
                raise ValueError(
                    f"Argument `blocks` must hold disjoint blocks of {self.particles} particles, "
                    f"but has {shown(draw)}."
                )
        if min(self.weights) < 0 or sum(self.weights) != 1:
            raise ValueError("Argument `weights` must hold probabilities that add up to 1.")

    @property
    def settings(self) -> int:
        """S, how many settings are served."""
        return len(self.blocks[0])

    def marginal(self, setting: int) -> dict[Block, Fraction]:
        """How the block of one setting is distributed, exactly."""
        if not isinstance(setting, Integral) or not 0 <= setting < self.settings:
            raise ValueError(
                f"Argument `setting` must be from 0 to {self.settings - 1}, but is "
                f"{shown(setting)}."
            )
        found: dict[Block, Fraction] = {}
        for draw, weight in zip(self.blocks, self.weights, strict=True):
            found[draw[setting]] = found.get(draw[setting], Fraction(0)) + weight
        return {block: found[block] for block in sorted(found) if found[block]}


def subset_draws(particles: int, *, settings: int, body: int = 1) -> Draws:
    """Random disjoint groups of M = `body` particles: possible if S·M ≤ n, the case of Sec. IV.

    Each setting's group is uniform among all groups (written in increasing order).
    Raises ValueError if S·M > n, or if there are more than :data:`MAX_DRAWS` draws.

    >>> len(subset_draws(4, settings=2, body=2).blocks)  # 12|34, 13|24, 14|23 and back
    6
    """
    n, s, m = counts("particles, settings, body", (particles, settings, body))
    if s * m > n:
        raise ValueError(
            f"Argument `settings` must be at most {n // m} for {n} particles and {m}-body "
            f"observables, but is {s}."
        )
    _check_draws("particles", n)
    _check_draws("settings", prod(comb(n - k * m, m) for k in range(s)))
    draws: list[tuple[Block, ...]] = [()]
    for _ in range(s):
        draws = [
            (*draw, block)
            for draw in draws
            for block in combinations(sorted(set(range(n)).difference(*draw)), m)
        ]
    return Draws(n, draws, [Fraction(1, len(draws))] * len(draws))


def _check_draws(name: str, number: int) -> None:
    if number > MAX_DRAWS:
        raise ValueError(f"Argument `{name}` must be smaller: more than {MAX_DRAWS} draws.")


def lattice_draws(shape: Sequence[int], *, block: Sequence[int], settings: int) -> Draws:
    """Blocks of neighbours on a ring or torus: a random shift of a fixed tiling.

    shape: the lengths of the periodic lattice, (n,) for a ring. block: the lengths of a block.
    Tiles at offsets 0, b, 2b, … in each direction are disjoint; one random shift of all makes each
    uniform. So S ≤ Π ⌊n_d / b_d⌋ settings have a parent.
    Raises ValueError for more settings, or other lengths.

    >>> [lattice_draws((5,), block=(2,), settings=2).blocks[k] for k in (0, 3)]
    [((0, 1), (2, 3)), ((3, 4), (0, 1))]
    """
    shape, block = counts("shape", shape), counts("block", block, length=len(tuple(shape)))
    (settings,) = counts("settings", (settings,))
    if any(b > n for b, n in zip(block, shape, strict=True)):
        raise ValueError(f"Argument `block` must fit into {shape}, but is {block}.")
    _check_draws("shape", prod(shape))
    tiles = list(product(*(range(n // b) for n, b in zip(shape, block, strict=True))))
    if settings > len(tiles):
        raise ValueError(
            f"Argument `settings` must be at most {len(tiles)}, the tiles of a lattice {shape}, "
            f"but is {settings}."
        )
    number = np.arange(np.prod(shape)).reshape(shape)
    draws = [
        tuple(
            tuple(
                int(number[tuple((np.add(np.multiply(tile, block), shift) + cell) % shape)])
                for cell in np.ndindex(*block)
            )
            for tile in tiles[:settings]
        )
        for shift in np.ndindex(*shape)
    ]
    return Draws(number.size, draws, [Fraction(1, len(draws))] * len(draws))


def chain_draws(particles: int, *, body: int, settings: int) -> Draws:
    """Blocks of M neighbours on an open chain: possible if n ≥ (S + 1)·M − 1.

    The L = n − M + 1 blocks are numbered by their first particle; setting s takes block
    k + s·M modulo L with k random. Two of them are disjoint as long as S·M ≤ L. For two settings
    this is also necessary for such draws: a block in the middle must be disjoint from another.
    Raises ValueError if the chain is too short.

    >>> chain_draws(5, body=2, settings=2).blocks[1]
    ((1, 2), (3, 4))
    """
    n, m, s = counts("particles, body, settings", (particles, body, settings))
    length = n - m + 1
    if s * m > length:
        raise ValueError(
            f"Argument `particles` must be at least {(s + 1) * m - 1} for {s} settings of {m} "
            f"neighbours on an open chain, but is {n}."
        )
    _check_draws("particles", n)
    starts = [[(k + i * m) % length for i in range(s)] for k in range(length)]
    draws = [tuple(tuple(range(k, k + m)) for k in each) for each in starts]
    return Draws(n, draws, [Fraction(1, length)] * length)


def weighted_draws(weights: Sequence[Fraction], *, settings: int) -> Draws:
    """Particles drawn with unequal weights, a different one for each setting, if max w ≤ 1/S.

    Lay the weights end to end on a circle of length 1. A random point and the points 1/S, 2/S, …
    further lie in S intervals, all different if none is longer than 1/S. Each point is uniform,
    so each setting's particle has the weights. (Systematic sampling.)
    weights: Fractions (or integers) that add up to 1. Raises ValueError for others, or max w > 1/S.

    >>> drawn = weighted_draws([Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)], settings=2)
    >>> drawn.marginal(1)[(2,)]
    Fraction(1, 6)
    """
    (s,) = counts("settings", (settings,))
    weights = list(weights) if np.iterable(weights) else [weights]
    if (
        not weights
        or not all(isinstance(w, Rational) and w >= 0 for w in weights)
        or sum(weights) != 1
    ):
        raise ValueError(
            f"Argument `weights` must hold Fractions that add up to 1, but is {shown(weights)}."
        )
    if max(weights) > Fraction(1, s):
        raise ValueError(
            f"Argument `weights` must be at most 1/{s} for {s} settings, but one is {max(weights)}."
        )
    ends = [sum(map(Fraction, weights[: k + 1]), Fraction(0)) for k in range(len(weights))]
    step = Fraction(1, s)
    cuts = sorted({(end - i * step) % 1 for end in ends for i in range(s)} | {Fraction(0)})
    draws, chances = [], []
    for left, right in zip(cuts, [*cuts[1:], Fraction(1)], strict=True):
        places = [(left + i * step) % 1 for i in range(s)]
        draws.append(tuple((next(k for k, e in enumerate(ends) if p < e),) for p in places))
        chances.append(right - left)
    return Draws(len(weights), draws, chances)


def all_blocks(particles: int, *, body: int, on: str = "subsets") -> list[Block]:
    """The blocks of M = `body` particles: all subsets, or M neighbours on a ring or open chain.

    on: "subsets", "ring" or "chain". Raises ValueError for another word or M > n.

    >>> all_blocks(3, body=2), all_blocks(3, body=2, on="chain")
    ([(0, 1), (0, 2), (1, 2)], [(0, 1), (1, 2)])
    """
    n, m = counts("particles, body", (particles, body))
    _check_draws("particles", n)
    if m > n:
        raise ValueError(f"Argument `body` must be at most {n}, but is {m}.")
    if on == "subsets":
        _check_draws("body", comb(n, m))
    if on == "subsets":
        return list(combinations(range(n), m))
    if on == "chain":
        return [tuple(range(k, k + m)) for k in range(n - m + 1)]
    if on == "ring":
        starts = range(n) if m < n else range(1)
        return [tuple((k + i) % n for i in range(m)) for k in starts]
    raise ValueError(f"Argument `on` must be 'subsets', 'ring' or 'chain', but is {shown(on)}.")


def two_settings_can_be_drawn(blocks: Sequence[Block]) -> bool:
    """Whether two disjoint blocks can be drawn, each uniform among the given ones.

    By Birkhoff's theorem exactly if the blocks can be permuted so that each goes to one that is
    disjoint from it: a perfect matching, looked for by augmenting paths. If not, these draws give
    no list; that alone does not say that there is a violation.
    Raises ValueError for more than :data:`MAX_BLOCKS` blocks.

    >>> two_settings_can_be_drawn(all_blocks(4, body=2, on="ring"))
    True
    >>> two_settings_can_be_drawn(all_blocks(4, body=2, on="chain"))  # (1, 2) meets the others
    False
    """
    if len(blocks) > MAX_BLOCKS:
        raise ValueError(
            f"Argument `blocks` must hold at most {MAX_BLOCKS} blocks, but holds {len(blocks)}."
        )
    free = [[j for j, b in enumerate(blocks) if not set(a) & set(b)] for a in blocks]
    owner: dict[int, int] = {}

    def match(k: int, seen: set[int]) -> bool:
        for j in free[k]:
            if j not in seen:
                seen.add(j)
                if j not in owner or match(owner[j], seen):
                    owner[j] = k
                    return True
        return False

    return all(match(k, set()) for k in range(len(blocks)))
