"""One measurement that answers for all settings of a region: the list of Sec. IV, generalised.

If S disjoint blocks of particles can be drawn at once, one for each setting (``draws``), all S
settings can be measured together, each on its own block. The outcomes are a list, and the
measurement that gives lists is called the *parent* of the S settings. Averages of a region with a
parent are local against anything.

Nothing is asked of the measurements: they may differ from particle to particle and from setting to
setting (fields that vary over the sample).
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from math import prod

import numpy as np

from nonlocality.foundations.checks import complex_array, counts, shown
from nonlocality.foundations.quantum import check_measurement
from nonlocality.foundations.sizes import require_memory
from nonlocality.local_realism.draws import Block, Draws


def parent_measurement(
    draws: Draws, measurements: Sequence[dict[Block, np.ndarray]], *, dimension: int = 2
) -> np.ndarray:
    """The measurement of a region whose outcome is the list of all settings' outcomes.

    measurements: for each setting what is measured on each block that it may draw, arrays
    ``[outcome, i, j]`` on the block's particles; they may differ from block to block.
    Returns shape (outcomes of setting 0, …, of setting S − 1, D, D), D = dimensionⁿ; summed over
    all settings but one it is the mean measurement of that setting (:func:`mean_measurement`).
    Raises ValueError for missing or wrong measurements, or beyond memory.

    >>> up = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    >>> z = {(k,): np.array(up) for k in range(2)}
    >>> from nonlocality.local_realism.draws import subset_draws
    >>> parent = parent_measurement(subset_draws(2, settings=2), [z, z])
    >>> parent.shape, parent[0, 1].diagonal().real.tolist()  # one up and one down, in either order
    ((2, 2, 4, 4), [0.0, 0.5, 0.5, 0.0])
    """
    if len(measurements) != draws.settings:
        raise ValueError(
            f"Argument `measurements` must hold {draws.settings} tables, one a setting, but holds "
            f"{len(measurements)}."
        )
    (dimension,) = counts("dimension", (dimension,))
    require_memory("draws", 16, base=dimension, exponent=2 * draws.particles)
    found = [_checked(s, each, draws, dimension) for s, each in enumerate(measurements)]
    outcomes = tuple(len(next(iter(each.values()))) for each in found)
    arrays = prod(outcomes) + 3  # the last three are one draw's
    require_memory("measurements", 16 * arrays, base=dimension, exponent=2 * draws.particles)
    size = dimension**draws.particles
    total = np.zeros((*outcomes, size, size), dtype=complex)
    for draw, weight in zip(draws.blocks, draws.weights, strict=True):
        for answers in np.ndindex(*outcomes):
            effects = [
                found[s][block][a] for s, (block, a) in enumerate(zip(draw, answers, strict=True))
            ]
            total[answers] += float(weight) * on_particles(
                reduce(np.kron, effects), sum(draw, ()), draws.particles, dimension=dimension
            )
    return total


def _checked(
    setting: int, table: dict[Block, np.ndarray], draws: Draws, dimension: int
) -> dict[Block, np.ndarray]:
    """The measurements of one setting on its blocks, each a measurement with equal outcomes."""
    found = {}
    for block in draws.marginal(setting):
        if block not in table:
            raise ValueError(f"Argument `measurements[{setting}]` must have the block {block}.")
        name = f"measurements[{setting}]"
        found[block] = check_measurement(name, np.asarray(table[block])[None])[0]
        if found[block].shape[1] != dimension ** len(block):
            raise ValueError(
                f"Argument `{name}` must be of dimension {dimension ** len(block)} on {block}, but "
                f"is of dimension {found[block].shape[1]}."
            )
    if len({len(each) for each in found.values()}) != 1:
        raise ValueError(f"Argument `measurements[{setting}]` must have as many outcomes each.")
    return found


def mean_measurement(
    weights: dict[Block, Fraction],
    measurements: dict[Block, np.ndarray],
    particles: int,
    *,
    dimension: int = 2,
) -> np.ndarray:
    """What one setting of a region measures: a random block, shape (outcomes, D, D).

    weights: the probability of each block. measurements: on each block, ``[outcome, i, j]``.

    >>> z = np.array([np.diag([1.0, 0.0]), np.diag([0.0, 1.0])])
    >>> half = Fraction(1, 2)
    >>> mean_measurement({(0,): half, (1,): half}, {(0,): z, (1,): z}, 2)[0].diagonal().real
    array([1. , 0.5, 0.5, 0. ])
    """
    return sum(
        float(weight)
        * np.array(
            [on_particles(e, block, particles, dimension=dimension) for e in measurements[block]]
        )
        for block, weight in weights.items()
    )


def on_particles(
    operator: np.ndarray, block: Block, particles: int, *, dimension: int = 2
) -> np.ndarray:
    """An operator of the particles of a block, in the block's order, as one of all n particles.

    operator: shape (dᵐ, dᵐ) for m particles. Returns shape (dⁿ, dⁿ). Raises ValueError for other
    shapes, particles that repeat or do not exist, or beyond memory.

    >>> on_particles(np.diag([1.0, -1.0]), (1,), 2).diagonal().real
    array([ 1., -1.,  1., -1.])
    """
    small = complex_array("operator", operator)
    needed = 2 * small.itemsize  # the product, and it in the other order
    require_memory("particles", needed, base=max(dimension, 2), exponent=2 * particles)
    if len(set(block)) < len(block) or not set(block) <= set(range(particles)):
        raise ValueError(
            f"Argument `block` must hold different particles of 0 to {particles - 1}, but is "
            f"{shown(block)}."
        )
    if small.shape != (dimension ** len(block),) * 2:
        raise ValueError(
            f"Argument `operator` must have shape {(dimension ** len(block),) * 2}, but has shape "
            f"{small.shape}."
        )
    m, rest = len(block), [i for i in range(particles) if i not in block]
    big = np.kron(small, np.eye(dimension ** (particles - m)))
    order = [*block, *rest]  # axis k of `big` belongs to particle order[k]
    back = [order.index(i) for i in range(particles)]
    tensor = big.reshape((dimension,) * (2 * particles))
    tensor = tensor.transpose([*back, *(particles + i for i in back)])
    return tensor.reshape((dimension**particles,) * 2)
