"""The correlation sum of magnetisations: monogamy keeps it at 1.

The *correlation sum* is ℒ = Σ T² over the 2^K correlations T of two orthogonal directions in each
of K regions, magnetisation per qubit. ℒ ≤ 1 gives a local model for any two magnetisations a region
(eqs. (6), (A2) of "Local realism of macroscopic correlations"; see ``full_correlations``).
"""

from collections.abc import Sequence
from functools import reduce
from itertools import product
from math import prod

import numpy as np

from nonlocality.foundations.checks import counts, finite_array
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory
from nonlocality.local_realism.effective_states import check_generator, check_sizes, spin


def correlation_sum(tensor: np.ndarray) -> float:
    """ℒ = Σ T² over the first two directions of each region, eqs. (6), (A2).

    tensor: as from :func:`~nonlocality.local_realism.effective_states.correlation_tensor`. Raises
    ValueError if an axis is shorter than 2.

    >>> correlation_sum(-np.eye(3))
    2.0
    """
    found = finite_array("tensor", tensor)
    if not found.ndim or min(found.shape) < 2:
        raise ValueError(
            "Argument `tensor` must have two directions or more for each region, but has shape "
            f"{found.shape}."
        )
    return float((found[(slice(2),) * found.ndim] ** 2).sum())


def largest_correlation_sum(sizes: Sequence[int]) -> int:
    """The largest ℒ of all states, proved: 2^(m − 1) if m ≥ 1 regions have a single qubit, else 1.

    So ℒ ≤ 1 for any number of regions as soon as all but one of them have two qubits.
    Raises ValueError for bad sizes.

    >>> [largest_correlation_sum(sizes) for sizes in [(1, 1), (1, 2), (1, 2, 2, 2), (1, 1, 1, 2)]]
    [2, 1, 1, 4]
    """
    return 2 ** max(0, check_sizes(sizes).count(1) - 1)


@result
class Enclosure:
    """The largest ℒ of two regions from both sides, and the state that reaches it from below.

    angle: of the combination cos θ X⊗X + sin θ Y⊗Y. state: on the two spins, its top eigenvector.
    """

    largest: TwoSided
    angle: float
    state: np.ndarray


def worst_case(n_a: int, n_b: int, *, angles: int = 101) -> Enclosure:
    """The largest ℒ of all states of two regions, enclosed from both sides.

    √ℒ = max over unit vectors u of ⟨Σ u_kl S_k⊗S_l⟩. Rotations about z make u diagonal, so
    √ℒ_max is the largest h(θ) = λ_max(cos θ X⊗X + sin θ Y⊗Y). h is the support function of the
    joint numerical range of X⊗X and Y⊗Y: at `angles` points of [0, π/4] (the rest follows by
    rotations by π/2 and π) it gives states from within and a polygon from without, whose corner
    farthest from 0 is the upper bound. All pairs of total spins are looked at.
    Raises ValueError for sizes below 1, fewer than 2 angles, or beyond memory.

    >>> best = worst_case(2, 3)
    >>> best.largest.lower <= best.largest.upper < 1.0001, round(best.largest.lower, 12)
    (True, 1.0)
    """
    sizes = check_sizes((n_a, n_b), name="n_a, n_b")
    (angles,) = counts("angles", (angles,))
    if angles < 2:
        raise ValueError(f"Argument `angles` must be at least 2, but is {angles}.")
    _require_memory(sizes, angles)
    grid = np.linspace(0, np.pi / 4, angles)
    support, points, states = _tops(sizes, grid)
    found = (points**2).sum(axis=1)
    top = int(found.argmax())
    ends, step = (support[:-1], support[1:]), grid[1]
    cross = 2 * ends[0] * ends[1] * np.cos(step)
    corners = (ends[0] ** 2 + ends[1] ** 2 - cross) / np.sin(step) ** 2
    return Enclosure(
        largest=TwoSided(found[top], corners.max(), found[top], "lower"),
        angle=float(grid[top]),
        state=states[top],
    )


def joint_range(n_a: int, n_b: int, *, angles: int = 120) -> np.ndarray:
    """The pairs (T_xx, T_yy) that states of two regions can have: points round their outline.

    The set is convex (the joint numerical range of X⊗X and Y⊗Y over all mixed states); point k is
    the one farthest in the direction 2πk/angles, shape (angles, 2). ℒ_max is its largest squared
    distance from 0. Raises ValueError for sizes below 1, fewer than 3 angles,
    or beyond memory.

    >>> corners = joint_range(1, 1, angles=8)[1::2]  # of the square of one qubit a region
    >>> np.round(corners).tolist()
    [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]]
    """
    sizes = check_sizes((n_a, n_b), name="n_a, n_b")
    (angles,) = counts("angles", (angles,))
    if angles < 3:
        raise ValueError(f"Argument `angles` must be at least 3, but is {angles}.")
    _require_memory(sizes, angles)
    return _tops(sizes, 2 * np.pi * np.arange(angles) / angles)[1]


def _require_memory(sizes: tuple[int, ...], angles: int) -> None:
    """Raise ValueError if the matrices of all angles on the largest spins would be too large."""
    matrix = prod(n + 1 for n in sizes) ** 2
    require_memory("n_a, n_b", 48 * matrix)
    require_memory("angles", 24 * angles * matrix)


def _tops(
    sizes: tuple[int, ...], grid: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """The top of cos θ X⊗X + sin θ Y⊗Y over all pairs of total spins, for each θ of a grid.

    Returns eigenvalues, the points (T_xx, T_yy) of the eigenvectors, and these.
    """
    waves = np.stack([np.cos(grid), np.sin(grid)], axis=1)
    support, points = np.full(len(grid), -np.inf), np.zeros((len(grid), 2))
    states = [np.zeros(0)] * len(grid)
    for spins in product(*(range(size, 0, -2) for size in sizes)):
        left, right = (spin(s) * s / size for s, size in zip(spins, sizes, strict=True))
        pair = np.array([np.kron(left[k], right[k]).real for k in range(2)])
        values, vectors = np.linalg.eigh(np.einsum("tk,kij->tij", waves, pair))
        tops = vectors[:, :, -1]
        found = np.einsum("ti,kij,tj->tk", tops, pair, tops)
        for k in np.flatnonzero(values[:, -1] > support):
            support[k], points[k], states[k] = values[k, -1], found[k], tops[k]
    return support, points, states


def see_saw(
    sizes: Sequence[int], *, starts: int, rng: np.random.Generator, steps: int = 200
) -> tuple[float, np.ndarray]:
    """The largest ℒ that alternating steps find, and the state, on the symmetric spins.

    Given a state the best unit vector u is T/|T|; given u the best state is the top eigenvector
    of Σ u_i S_i1⊗…⊗S_iK. ℒ never decreases; what it reaches is a lower bound of the maximum.
    Raises ValueError for bad sizes, an `rng` that is no Generator, or beyond memory.

    >>> round(see_saw((1, 1, 1), starts=3, rng=np.random.default_rng(1))[0], 9)
    4.0
    """
    sizes = check_sizes(sizes)
    check_generator(rng)
    dimension = prod(n + 1 for n in sizes)
    require_memory("sizes", (32 * 2 ** len(sizes) + 16) * dimension**2)
    words = np.array([reduce(np.kron, axes) for axes in product(*(spin(n)[:2] for n in sizes))])
    best, state = -1.0, np.zeros(dimension)
    for _ in range(*counts("starts", (starts,))):
        u = rng.normal(size=len(words))
        last = -1.0
        for _ in range(*counts("steps", (steps,))):
            top = np.linalg.eigh(np.tensordot(u / np.linalg.norm(u), words, 1))[1][:, -1]
            u = np.einsum("i,wij,j->w", top.conj(), words, top, optimize=True).real
            value = float(u @ u)
            if value - last < 1e-12:
                break
            last = value
        if value > best:
            best, state = value, top
    return best, state
