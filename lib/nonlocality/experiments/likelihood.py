"""Maximum likelihood by Newton steps in Collins–Gisin coordinates, for many tables at once.

A behaviour that does not signal is a table 1 + linear in the coordinates p(a|x), p(b|y), p(ab|xy),
… without the last outcomes. The log-likelihood Σ n log p is concave in them. Cells that were
never seen have no logarithm to keep them positive; they get one with a weight that goes to 0, as
in an interior point. A step is scaled by the diagonal of the Hessian: photon experiments have
coordinates from 1e-6 to 1.

Deviances are G² = 2 Σ n log(f/p) against the frequencies f, in nats, and keep their digits: with
u = (p − f)/f the terms that cancel are left out: n (u − log(1 + u)), N p where n = 0.
"""

from collections.abc import Sequence
from functools import lru_cache, reduce
from math import prod

import numpy as np

from nonlocality.foundations.checks import finite_array
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import SolverError

MAX_STEPS = 120
"""Newton steps; 15 to 30 are needed."""

RIDGE = 1e-14
"""Added to the scaled Hessian, which is singular to rounding where whole outcomes are missing."""

BARRIER, PER_TRIAL = 1e-9, 1e-13
"""Last weight of the logarithm of a cell without counts: what it costs the likelihood, in nats.
The share of the trials is what sums of probabilities resolve; beyond 10⁴ trials it is the larger.
"""


@result
class Coordinates:
    """No-signalling tables as constant + slopes · z, raveled ``[a, b, …, x, y, …]``.

    constant: shape (cells,). slopes: shape (cells, d), entries 0 and ±1.
    """

    constant: np.ndarray
    slopes: np.ndarray

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return self.slopes.shape[1]


@lru_cache(maxsize=32)
def coordinates(
    outcomes: tuple[int, ...],
    settings: tuple[int, ...],
    last: tuple[tuple[int, ...], ...] | None = None,
) -> Coordinates:
    """The Collins–Gisin coordinates of a scenario.

    outcomes, settings: numbers for each party. last: for each party and setting the outcome that
    is left out, by default the last one. Where it is the frequent one, no digit of the rare ones
    is lost in differences.

    >>> coordinates((2, 2), (2, 2)).dimension, coordinates((2, 2, 2), (2, 2, 2)).dimension
    (8, 26)
    """
    sides = []
    for k, (o, m) in enumerate(zip(outcomes, settings, strict=True)):
        side = np.zeros((o, m, 1 + m * (o - 1)))
        for x in range(m):
            end = o - 1 if last is None else last[k][x]
            side[end, x, 0] = 1
            for i, a in enumerate(a for a in range(o) if a != end):
                side[a, x, 1 + x * (o - 1) + i] = 1
                side[end, x, 1 + x * (o - 1) + i] = -1
        sides.append(side.reshape(o * m, -1))
    n = len(outcomes)
    shape = [k for pair in zip(outcomes, settings, strict=True) for k in pair]
    full = reduce(np.kron, sides).reshape(*shape, -1)
    order = [*range(0, 2 * n, 2), *range(1, 2 * n, 2), 2 * n]
    full = full.transpose(order).reshape(prod(shape), -1)
    return Coordinates(full[:, 0].copy(), full[:, 1:].copy())


def deviance(counts: np.ndarray, behaviours: np.ndarray, *, parties: int) -> np.ndarray:
    """G² = 2 Σ n log(f/p) of tables of counts against behaviours, in nats.

    counts, behaviours: shape (..., a, b, …, x, y, …), the last 2·parties axes. Returns shape
    (...); infinite where p = 0 was seen.

    >>> n = np.array([[3.0], [1.0]])
    >>> bool(np.isclose(deviance(n, np.array([[0.5], [0.5]]), parties=1), 2 * np.log(1.5**3 / 2)))
    True
    """
    axes = tuple(range(-2 * parties, -parties))
    totals = counts.sum(axis=axes, keepdims=True)
    lead = counts.shape[: counts.ndim - 2 * parties]
    flat = [np.broadcast_to(k, counts.shape).reshape(*lead, -1)
            for k in (counts, behaviours, totals)]  # fmt: skip
    return _deviance(*flat)


def _deviance(n: np.ndarray, p: np.ndarray, totals: np.ndarray) -> np.ndarray:
    seen = n > 0
    f = np.where(seen, n / totals, 1.0)
    u = np.where(seen, (p - f) / f, 0.0)
    with np.errstate(divide="ignore"):
        return 2 * np.where(seen, n * (u - np.log1p(u)), totals * p).sum(axis=-1)


def maximise_likelihood(
    counts: np.ndarray,
    *,
    outcomes: Sequence[int],
    settings: Sequence[int],
    functional: np.ndarray | None = None,
    value: np.ndarray | float | None = None,
) -> np.ndarray:
    """The no-signalling behaviours under which tables of counts are most likely.

    counts: shape (k, cells), raveled tables, each with trials at every input.
    functional, value: if given, only behaviours with ⟨functional, p⟩ = value; shapes (cells,) or
    (k, cells), and numbers or (k,). Some behaviour with all probabilities positive must have it.
    Returns shape (k, cells). Raises SolverError if the steps do not end.

    >>> n = np.array([[23, 33, 22, 4, 3, 11, 10, 20, 4, 5, 6, 21, 23, 30, 24, 6]])
    >>> p = maximise_likelihood(n, outcomes=(2, 2), settings=(2, 2)).reshape(2, 2, 2, 2)
    >>> bool(np.isclose(p.sum(axis=1)[0, :, 0], p.sum(axis=1)[0, :, 1]).all())
    True
    """
    n = finite_array("counts", counts)
    basis = coordinates(tuple(outcomes), tuple(settings), _frequent(n, outcomes, settings))
    k, inputs = len(n), prod(settings)
    totals = np.tile(n.reshape(k, -1, inputs).sum(axis=1), (1, n.shape[1] // inputs))
    rows, goal = np.zeros((k, 0, basis.dimension)), np.zeros((k, 0))
    if functional is not None:
        f = np.broadcast_to(finite_array("functional", functional), n.shape)
        rows = (f @ basis.slopes)[:, None, :]
        goal = (np.broadcast_to(value, (k,)) - f @ basis.constant)[:, None]
    z = _start(n, totals, basis, tuple(outcomes), tuple(settings))
    return _newton(_Problem(n, totals, basis, rows, goal), z)


def _frequent(
    n: np.ndarray, outcomes: Sequence[int], settings: Sequence[int]
) -> tuple[tuple[int, ...], ...]:
    """The most frequent outcome of each party at each setting, over all tables."""
    table = n.sum(axis=0).reshape(*outcomes, *settings)
    parties = len(outcomes)
    found = []
    for k in range(parties):
        others = tuple(j for j in range(2 * parties) if j not in (k, parties + k))
        found.append(tuple(int(a) for a in table.sum(axis=others).argmax(axis=0)))
    return tuple(found)


@result
class _Problem:
    """Counts (k, cells), their totals, the coordinates, rows · z = goal."""

    n: np.ndarray
    totals: np.ndarray
    basis: Coordinates
    rows: np.ndarray
    goal: np.ndarray

    def some(self, which: np.ndarray) -> "_Problem":
        return _Problem(
            self.n[which], self.totals[which], self.basis, self.rows[which], self.goal[which]
        )

    def merit(self, z: np.ndarray, mu: np.ndarray) -> np.ndarray:
        """Half the deviance plus the barrier; infinite outside."""
        p = self.basis.constant + z @ self.basis.slopes.T
        inside = (p > 0).all(axis=1)
        p = np.where(inside[:, None], p, 1.0)
        barrier = np.where(self.n > 0, 0.0, np.log(p)).sum(axis=1)
        return np.where(inside, _deviance(self.n, p, self.totals) / 2 - mu * barrier, np.inf)

    def step(self, z: np.ndarray, mu: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Newton step, its decrement, and the largest share of it that stays inside."""
        s = self.basis.slopes
        p = np.maximum(self.basis.constant + z @ s.T, 1e-18)  # 0 by rounding alone
        weights = np.where(self.n > 0, self.n, mu[:, None])
        gradient = (weights / p) @ s
        hessian = (s.T * (weights / p**2)[:, None, :]) @ s
        scale = 1 / np.sqrt(np.einsum("kii->ki", hessian))
        d, m = s.shape[1], self.rows.shape[1]
        system = np.zeros((len(z), d + m, d + m))
        system[:, :d, :d] = hessian * scale[:, :, None] * scale[:, None, :]
        system[:, range(d), range(d)] += RIDGE
        rows = self.rows * scale[:, None, :]
        norms = np.abs(rows).max(axis=2, keepdims=True, initial=1e-300)
        system[:, d:, :d] = rows / norms
        system[:, :d, d:] = (rows / norms).transpose(0, 2, 1)
        miss = (self.goal - np.einsum("kmi,ki->km", self.rows, z)) / norms[:, :, 0]
        right = np.concatenate([gradient * scale, miss], axis=1)
        dz = np.linalg.solve(system, right[..., None])[:, :d, 0] * scale
        decrement = np.einsum("ki,ki->k", gradient, dz)
        with np.errstate(divide="ignore"):
            ratio = np.where(dz @ s.T < 0, -p / (dz @ s.T), np.inf).min(axis=1)
        return dz, decrement, np.minimum(1.0, 0.95 * ratio)


def _newton(problem: _Problem, z: np.ndarray) -> np.ndarray:
    """Damped steps until all tables are at their maxima, then two full ones."""
    empty = ~(problem.n > 0).all(axis=1)
    mu = np.where(empty, 1.0, 0.0)
    last = np.maximum(BARRIER, PER_TRIAL * problem.totals.max(axis=1))
    left = np.arange(len(z))
    held = problem.rows.shape[1] > 0
    for _ in range(MAX_STEPS):
        part = problem.some(left)
        dz, decrement, size = part.step(z[left], mu[left])
        inside = size
        moved = np.abs(dz @ part.basis.slopes.T).max(axis=1)
        before = part.merit(z[left], mu[left])
        # a step towards the plane of the constraint need not decrease the merit
        if not held:
            for _ in range(40):
                after = part.merit(z[left] + size[:, None] * dz, mu[left])
                worse = after > before + 1e-12 * np.abs(before) + 1e-9
                if not worse.any():
                    break
                size = np.where(worse, size / 2, size)
        else:
            size = _held_size(part, z[left], dz, size, mu[left])
        near = np.abs(decrement) < 1e-9 + last[left] + PER_TRIAL * np.abs(before)
        size = np.where(near, inside, size)  # the rest is rounding, which no search improves
        z[left] += size[:, None] * dz
        done = near & (size == 1) | (moved < 1e-16)
        small = (np.abs(decrement) < 0.1) & (size > 0.5) & (mu[left] > last[left])
        mu[left] = np.where(small, np.maximum(mu[left] / 20, last[left]), mu[left])
        left = left[~(done & ~small)]
        if not len(left):
            break
    else:
        raise SolverError(f"Newton: no maximum of the likelihood after {MAX_STEPS} steps.")
    for _ in range(2):
        dz, _, size = problem.step(z, mu)
        z = z + size[:, None] * dz
    return problem.basis.constant + z @ problem.basis.slopes.T


def _held_size(
    part: _Problem, z: np.ndarray, dz: np.ndarray, size: np.ndarray, mu: np.ndarray
) -> np.ndarray:
    """How far to go with a constraint: on its plane, not far past the minimum on the line."""
    weights = np.where(part.n > 0, part.n, mu[:, None])
    miss = np.abs(part.goal - np.einsum("kmi,ki->km", part.rows, z)).max(axis=1)
    reached = miss <= 1e-12 * np.abs(part.goal).max(axis=1) + 1e-15
    start = _slope(part, weights, z, dz)
    for _ in range(40):
        slope = _slope(part, weights, z + size[:, None] * dz, dz)
        worse = reached & (slope > 0.9 * np.abs(start) + 1e-9)
        if not worse.any():
            break
        size = np.where(worse, size / 2, size)
    return size


def _slope(part: _Problem, weights: np.ndarray, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
    """Slope of the merit along dz."""
    p = np.maximum(part.basis.constant + z @ part.basis.slopes.T, 1e-300)
    return -np.einsum("kc,kc->k", weights / p, dz @ part.basis.slopes.T)


def _start(
    n: np.ndarray,
    totals: np.ndarray,
    basis: Coordinates,
    outcomes: tuple[int, ...],
    settings: tuple[int, ...],
) -> np.ndarray:
    """Coordinates of the frequencies, mixed with the product of pooled marginals until positive."""
    parties, k = len(outcomes), len(n)
    cells = n.shape[1] // prod(settings)
    smooth = (n + 0.5).reshape(k, *outcomes, *settings)
    marginals = []
    for j in range(parties):
        others = [i for i in range(parties) if i != j]
        axes = tuple(1 + i for i in others) + tuple(1 + parties + i for i in others)
        pooled = smooth.sum(axis=axes)
        marginals.append(pooled / pooled.sum(axis=1, keepdims=True))
    product = np.ones((k, *outcomes, *settings))
    for j, side in enumerate(marginals):
        shape = [1] * (2 * parties)
        shape[j], shape[parties + j] = side.shape[1:]
        product = product * side.reshape(k, *shape)
    product = product.reshape(k, -1)
    seen = (n + 0.5) / (totals + 0.5 * cells)
    pseudo = np.linalg.pinv(basis.slopes)
    z = (seen - basis.constant) @ pseudo.T  # least squares: the nearest that does not signal
    p = basis.constant + z @ basis.slopes.T
    low = np.minimum(product, seen) * 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(p < low, (product - low) / (product - p), 1.0).min(axis=1)
    z_product = (product - basis.constant) @ pseudo.T
    return z_product + 0.999 * share[:, None] * (z - z_product)
