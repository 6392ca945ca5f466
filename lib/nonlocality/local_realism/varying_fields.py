"""Fields that vary over the sample, and spins that count unequally (end of Sec. II, and beyond).

The magnetisation of a region is here S = Σ_i w_i n_i·σ_i with a direction n_i for each spin and
weights w_i ≥ 0 that add up to 1. Two settings may differ in all directions. A region whose largest
weight is at most 1/S has a parent for S settings (``joint_measurements``), whatever the directions;
in particular one of S equal spins. Above 1/2 the bound is left at once by two spins:
ℒ = 2(w² + (1 − w)²) against one qubit.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from nonlocality.foundations.checks import TOLERANCE, counts, finite_array, in_interval, shown
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.quantum import PAULIS
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory
from nonlocality.local_realism.effective_states import check_generator, check_sizes
from nonlocality.local_realism.many_body import SIGNS

MOST_ANGLES = 10_000
"""Directions in which a support function is computed, an eigenvalue each."""


def check_weights(name: str, weights: Sequence[float]) -> np.ndarray:
    """Return weights ≥ 0 that add up to 1 as floats, shape (n,).

    >>> check_weights("weights", [1, 1])
    Traceback (most recent call last):
    ...
    ValueError: Argument `weights` must hold numbers of at least 0 that add up to 1, but is [1, 1].
    """
    found = finite_array(name, weights)
    if found.ndim != 1 or not found.size or found.min() < 0 or abs(found.sum() - 1) > TOLERANCE:
        raise ValueError(
            f"Argument `{name}` must hold numbers of at least 0 that add up to 1, but is "
            f"{shown(weights)}."
        )
    return found


def field_magnetisation(
    directions: np.ndarray, *, weights: Sequence[float] | None = None
) -> np.ndarray:
    """Σ_i w_i n_i·σ_i, shape (2ⁿ, 2ⁿ): every spin along a direction of its own.

    directions: unit vectors n_i, shape (n, 3). weights: w_i, equal if None.
    Raises ValueError for vectors that are not of length 1, other weights, or beyond memory.

    >>> field_magnetisation([[0, 0, 1], [0, 0, -1]]).diagonal().real
    array([ 0.,  1., -1.,  0.])
    """
    n = finite_array("directions", directions)
    if n.ndim != 2 or n.shape[1] != 3 or not len(n):
        raise ValueError(f"Argument `directions` must have shape (n, 3), but has shape {n.shape}.")
    if np.abs((n**2).sum(axis=1) - 1).max() > TOLERANCE:
        raise ValueError("Argument `directions` must hold unit vectors, but one is not.")
    w = np.full(len(n), 1 / len(n)) if weights is None else check_weights("weights", weights)
    if len(w) != len(n):
        raise ValueError(f"Argument `weights` must hold {len(n)} numbers, but holds {len(w)}.")
    return np.einsum("i,ik,ikab->ab", w, n, _single_spins(len(n)), optimize=True)


def _single_spins(n: int) -> np.ndarray:
    """σ_k of spin i on all n, shape (n, 3, 2ⁿ, 2ⁿ)."""
    require_memory("directions", 48 * (n + 1), base=4, exponent=n)
    found = np.zeros((n, 3, 2**n, 2**n), dtype=complex)
    for i, k in np.ndindex(n, 3):
        found[i, k] = np.kron(np.kron(np.eye(2**i), PAULIS[k]), np.eye(2 ** (n - 1 - i)))
    return found


@result
class FieldViolation:
    """What a see-saw over states and fields has reached: a lower bound of the largest CHSH.

    fields: for each region the directions, shape (2 settings, spins, 3).
    """

    reached: float
    state: np.ndarray
    fields: tuple[np.ndarray, np.ndarray]

    def __repr__(self) -> str:
        """The value; the state is long."""
        return f"FieldViolation(reached={self.reached:.9g})"


def field_see_saw(
    sizes: Sequence[int],
    *,
    starts: int,
    rng: np.random.Generator,
    weights: Sequence[Sequence[float]] | None = None,
    steps: int = 300,
) -> FieldViolation:
    """The largest CHSH that states of two regions show, every spin with a field for each setting.

    Given the fields the best state is a top eigenvector; given the state and the other region's
    fields, the best direction of a spin is that of its conditional Bloch vector. CHSH never
    decreases. weights: of the spins of each region, equal if None.
    Raises ValueError for other than two regions, an `rng` that is no Generator, or beyond memory.

    >>> round(field_see_saw((1, 1), starts=2, rng=np.random.default_rng(1)).reached, 9)
    2.828427125
    """
    sizes = check_sizes(sizes)
    check_generator(rng)
    if len(sizes) != 2:
        raise ValueError(f"Argument `sizes` must hold two regions, but is {sizes}.")
    require_memory("sizes", 112, base=4, exponent=sum(sizes))
    spins = [_single_spins(n) for n in sizes]
    scales = (
        [np.full(n, 1 / n) for n in sizes]
        if weights is None
        else [check_weights(f"weights[{k}]", w) for k, w in enumerate(weights)]
    )
    best: FieldViolation | None = None
    for _ in range(*counts("starts", (starts,))):
        fields = [rng.normal(size=(2, n, 3)) for n in sizes]
        fields = [f / np.linalg.norm(f, axis=2, keepdims=True) for f in fields]
        last = -np.inf
        for _ in range(*counts("steps", (steps,))):
            a, b = (
                np.einsum("i,xik,ikab->xab", w, f, s, optimize=True)
                for w, f, s in zip(scales, fields, spins, strict=True)
            )
            operator = sum(SIGNS[x, y] * np.kron(a[x], b[y]) for x, y in product((0, 1), repeat=2))
            values, vectors = np.linalg.eigh(operator)
            state, value = vectors[:, -1], float(values[-1])
            if best is None or value > best.reached:
                best = FieldViolation(value, state, (fields[0].copy(), fields[1].copy()))
            if value - last < 1e-12:
                break
            last = value
            psi = state.reshape(2 ** sizes[0], 2 ** sizes[1])
            seen = np.einsum("xy,ap,yqp,bq->xab", SIGNS, psi, b, psi.conj(), optimize=True)
            fields[0] = _directions(spins[0], seen, fields[0])
            a = np.einsum("i,xik,ikab->xab", scales[0], fields[0], spins[0], optimize=True)
            seen = np.einsum("xy,pa,xqp,qb->yab", SIGNS, psi, a, psi.conj(), optimize=True)
            fields[1] = _directions(spins[1], seen, fields[1])
    return best


def _directions(spins: np.ndarray, seen: np.ndarray, before: np.ndarray) -> np.ndarray:
    """For each setting and spin the unit vector along tr(σ ρ_seen); the old one where that is 0."""
    vectors = np.einsum("ikab,xba->xik", spins, seen, optimize=True).real
    lengths = np.linalg.norm(vectors, axis=2, keepdims=True)
    return np.where(lengths > 1e-12, vectors / np.maximum(lengths, 1e-12), before)


def two_spin_sum(weight: float) -> float:
    """ℒ_max = 2(w² + (1 − w)²): two spins of weights w and 1 − w against a single qubit, proved.

    With S_x, S_y of the two spins and u = (cos θ, sin θ), the square of cos θ X⊗S_x + sin θ Y⊗S_y
    has the largest eigenvalue a + √(4w²(1−w)² cos²2θ + a² sin²2θ) with a = w² + (1 − w)²; it
    is 2a at θ = π/4. Raises ValueError for a weight outside [0, 1].

    >>> two_spin_sum(0.5), two_spin_sum(1)
    (1.0, 2.0)
    """
    w = in_interval("weight", weight, 0, 1)
    return 2 * (w**2 + (1 - w) ** 2)


def weighted_worst_case(
    first: Sequence[float], second: Sequence[float], *, angles: int = 101
) -> TwoSided:
    """The largest ℒ of two regions of weighted spins, all along common directions.

    As :func:`~nonlocality.local_realism.monogamy.worst_case`, on all qubits: the support function
    of the pairs (T_xx, T_yy) at `angles` points of [0, π/2], a state from within and the
    corners of a polygon from without. Raises ValueError for other weights or beyond memory.

    >>> largest = weighted_worst_case([1], [0.8, 0.2])
    >>> round(largest.lower, 9), largest.gap < 1e-3
    (1.36, True)
    """
    w = [check_weights(name, each) for name, each in (("first", first), ("second", second))]
    (angles,) = counts("angles", (angles,))
    if not 2 <= angles <= MOST_ANGLES:
        raise ValueError(f"Argument `angles` must lie in [2, {MOST_ANGLES}], but is {angles}.")
    require_memory("first", 128, base=4, exponent=sum(map(len, w)))
    sides = [np.einsum("i,ikab->kab", each, _single_spins(len(each))) for each in w]
    pair = [np.kron(sides[0][k], sides[1][k]) for k in range(2)]
    grid = np.linspace(0, np.pi / 2, angles)
    support, found = np.zeros(angles), np.zeros(angles)
    for k, t in enumerate(grid):
        values, vectors = np.linalg.eigh(np.cos(t) * pair[0] + np.sin(t) * pair[1])
        top = vectors[:, -1]
        support[k] = values[-1]
        found[k] = sum((top.conj() @ p @ top).real ** 2 for p in pair)
    ends, step = (support[:-1], support[1:]), grid[1]
    corners = ends[0] ** 2 + ends[1] ** 2 - 2 * ends[0] * ends[1] * np.cos(step)
    return TwoSided(found.max(), corners.max() / np.sin(step) ** 2, found.max(), "lower")
