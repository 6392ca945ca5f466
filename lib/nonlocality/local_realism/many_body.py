"""M-body observables: up to which M are two averages of a region local? (Secs. III, IV and VI.)

In a region of n qubits an M-body average is F = mean over blocks κ of M qubits of an observable B
of norm at most 1 on κ. With all subsets as blocks, two averages are local against anything if
M ≤ n/2 (two disjoint random blocks, ``joint_measurements``). The theorem here says that this is
sharp: for M > n/2 there are two observables whose averages act on a *plane* as two observables of
a qubit that do not commute,

    F_t = cos t Z + sin t X / √C on span{|0…0⟩, |n, M⟩},   C = binom(n, M),

|n, M⟩ being the Dicke state of M ones. So two such regions, or one and a qubit, violate CHSH.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import comb, sqrt

import numpy as np

from nonlocality.foundations.checks import complex_array, counts, finite_number, shown
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory
from nonlocality.local_realism.draws import Block, all_blocks
from nonlocality.local_realism.effective_states import check_generator
from nonlocality.local_realism.joint_measurements import on_particles

MOST_QUBITS = 10_000
"""Most qubits of a region in a closed form."""

SIGNS = np.array([[1, 1], [1, -1]])
"""CHSH = Σ_xy SIGNS[x, y] ⟨F_x ⊗ G_y⟩, at most 2 if local."""


def plane_observable(angle: float, *, body: int) -> np.ndarray:
    """B_t = cos t (2|0…0⟩⟨0…0| − 1) + sin t (|0…0⟩⟨1…1| + |1…1⟩⟨0…0|) on M qubits: norm 1.

    Its norm: on span{|0…0⟩, |1…1⟩} it is cos t Z + sin t X, elsewhere −cos t. Unchanged when qubits
    are permuted. Raises ValueError for M < 1, an angle that is no number, or beyond memory.

    >>> plane_observable(0, body=1).diagonal()
    array([ 1., -1.])
    """
    (m,), t = counts("body", (body,)), finite_number("angle", angle)
    require_memory("body", 16, base=4, exponent=m)
    b = -np.cos(t) * np.eye(2**m)
    b[0, 0] = np.cos(t)
    b[0, -1] += np.sin(t)
    b[-1, 0] += np.sin(t)
    return b


def block_average(
    operators: np.ndarray | Sequence[np.ndarray], blocks: Sequence[Block], *, particles: int
) -> np.ndarray:
    """F = mean over the blocks of B^κ, shape (2ⁿ, 2ⁿ).

    operators: one B for all blocks, shape (2ᵐ, 2ᵐ), or one for each, shape (len(blocks), 2ᵐ, 2ᵐ).
    Raises ValueError for other shapes or beyond memory.

    >>> z = np.diag([1.0, -1.0])
    >>> block_average(z, [(0,), (1,)], particles=2).diagonal().real
    array([ 1.,  0.,  0., -1.])
    """
    (n,) = counts("particles", (particles,))
    b = complex_array("operators", operators)
    require_memory("particles", 3 * b.itemsize, base=4, exponent=n)
    _check_blocks(blocks, n)
    size = 2 ** len(blocks[0])
    if b.shape not in ((size, size), (len(blocks), size, size)):
        raise ValueError(
            f"Argument `operators` must have shape {(size, size)} or {(len(blocks), size, size)}, "
            f"but has shape {b.shape}."
        )
    each = np.broadcast_to(b, (len(blocks), size, size))
    return sum(on_particles(e, k, n) for e, k in zip(each, blocks, strict=True)) / len(blocks)


def _check_blocks(blocks: Sequence[Block], particles: int) -> None:
    """Raise ValueError unless there are blocks, of one size, of particles of the region."""
    (n,) = counts("particles", (particles,))
    try:
        good = all(
            len(set(b)) == len(b) == len(blocks[0]) > 0 and set(b) <= set(range(n)) for b in blocks
        )
        good = good and len(blocks) > 0
    except TypeError:
        good = False
    if not good:
        raise ValueError(
            f"Argument `blocks` must hold blocks of one size of particles 0 to {n - 1}, but is "
            f"{blocks!r:.60}."
        )


def plane_chsh(sizes: Sequence[int], bodies: Sequence[int]) -> float:
    """2√(1 + 1/Π C): what the plane reaches for one or two regions with n/2 < M ≤ n.

    sizes, bodies: n and M of the regions; a region that is a free qubit is left out (its factor
    is 1). Raises ValueError unless n/2 < M ≤ n in each region: else averages are local.

    >>> round(plane_chsh((3,), (2,)), 9)  # against a free qubit
    2.309401077
    """
    sizes, bodies = counts("sizes", sizes), counts("bodies", bodies, length=len(tuple(sizes)))
    if not 1 <= len(sizes) <= 2:
        raise ValueError(f"Argument `sizes` must hold one or two regions, but is {sizes}.")
    for n, m in zip(sizes, bodies, strict=True):
        if not n / 2 < m <= n:
            raise ValueError(
                f"Argument `bodies` must lie in ({n}/2, {n}] for {n} qubits, but is {m}: up to "
                "half of a region two averages are local."
            )
    if max(sizes) > MOST_QUBITS:
        raise ValueError(f"Argument `sizes` must be at most {MOST_QUBITS}, but is {sizes}.")
    ways = 1
    for n, m in zip(sizes, bodies, strict=True):
        ways *= comb(n, m)
    return 2 * sqrt(1 + 1 / ways)


def plane_of(particles: int, *, body: int) -> np.ndarray:
    """|0…0⟩ and the Dicke state |n, M⟩ as columns, shape (2ⁿ, 2).

    >>> plane_of(2, body=1)[:, 1].round(3).tolist()
    [0.0, 0.707, 0.707, 0.0]
    """
    n, m = counts("particles, body", (particles, body))
    require_memory("particles", 18, base=2, exponent=n)
    if m > n:
        raise ValueError(f"Argument `body` must be at most {n}, but is {shown(m)}.")
    ones = np.bitwise_count(np.arange(2**n)) == m
    columns = np.zeros((2**n, 2))
    columns[0, 0] = 1
    columns[ones, 1] = 1 / np.sqrt(ones.sum())
    return columns


@dataclass(frozen=True)
class Region:
    """A region of n qubits and the blocks over which an observable is averaged.

    own: whether each block may have an observable of its own (the paper's Σ O_k allows it).

    >>> Region.subsets(4, body=2).blocks[:2]
    ((0, 1), (0, 2))
    """

    particles: int
    blocks: tuple[Block, ...]
    own: bool = False

    def __post_init__(self) -> None:
        """Check that the blocks are of one size and lie in the region."""
        _check_blocks(self.blocks, self.particles)

    @classmethod
    def subsets(
        cls, particles: int, *, body: int, on: str = "subsets", own: bool = False
    ) -> "Region":
        """A region with the blocks of :func:`~nonlocality.local_realism.draws.all_blocks`."""
        return cls(particles, tuple(all_blocks(particles, body=body, on=on)), own)


@result
class BodyViolation:
    """What a see-saw has reached: CHSH of a state of both regions and two observables each.

    reached: the value, a lower bound of the maximum. observables: for each region shape
    (2, blocks or 1, 2ᵐ, 2ᵐ).
    """

    reached: float
    state: np.ndarray
    observables: tuple[np.ndarray, np.ndarray]

    def __repr__(self) -> str:
        """The value; states and observables are long."""
        return f"BodyViolation(reached={self.reached:.9g})"


def body_see_saw(
    first: Region, second: Region, *, starts: int, rng: np.random.Generator, steps: int = 300
) -> BodyViolation:
    """The largest CHSH of block averages that alternating steps find.

    Given the observables the best state is a top eigenvector; given the state and one region's
    observables, the best B of the other is the sign of its operator on the block. CHSH never
    decreases; what is reached is a lower bound. A free qubit is ``Region(1, ((0,),))``.
    Raises ValueError for bad regions, an `rng` that is no Generator, or beyond memory.

    >>> qubit = Region(1, ((0,),))
    >>> round(body_see_saw(qubit, qubit, starts=2, rng=np.random.default_rng(1)).reached, 9)
    2.828427125
    """
    check_generator(rng)
    n = first.particles + second.particles
    require_memory("particles", 112, base=4, exponent=n)
    best: BodyViolation | None = None
    for _ in range(*counts("starts", (starts,))):
        observables = [_random_signs(region, rng) for region in (first, second)]
        last = -np.inf
        for _ in range(*counts("steps", (steps,))):
            f, g = (
                [_mean(region, b) for b in each]
                for region, each in zip((first, second), observables, strict=True)
            )
            terms = product((0, 1), repeat=2)
            operator = sum(SIGNS[x, y] * np.kron(f[x], g[y]) for x, y in terms)
            values, vectors = np.linalg.eigh(operator)
            state, value = vectors[:, -1], float(values[-1])
            if best is None or value > best.reached:
                best = BodyViolation(value, state, tuple(np.array(o) for o in observables))
            if value - last < 1e-12:
                break
            last = value
            psi = state.reshape(2**first.particles, 2**second.particles)
            conditional = [psi @ g[y].T @ psi.conj().T for y in (0, 1)]
            observables[0] = [
                _best(first, sum(SIGNS[x, y] * conditional[y] for y in (0, 1))) for x in (0, 1)
            ]
            f = [_mean(first, b) for b in observables[0]]
            conditional = [psi.T @ f[x].T @ psi.conj() for x in (0, 1)]
            observables[1] = [
                _best(second, sum(SIGNS[x, y] * conditional[x] for x in (0, 1))) for y in (0, 1)
            ]
    return best


def _hermitian_part(operators: np.ndarray) -> np.ndarray:
    return (operators + operators.conj().swapaxes(-1, -2)) / 2


def _mean(region: Region, operators: np.ndarray) -> np.ndarray:
    return block_average(
        operators if region.own else operators[0], region.blocks, particles=region.particles
    )


def _random_signs(region: Region, rng: np.random.Generator) -> list[np.ndarray]:
    """Two random observables with eigenvalues ±1, for each block or for all."""
    size, number = 2 ** len(region.blocks[0]), len(region.blocks) if region.own else 1
    parts = rng.normal(size=(2, 2, number, size, size))
    return [_sign(_hermitian_part(each)) for each in parts[0] + 1j * parts[1]]


def _sign(operators: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(operators)
    signs = np.where(values >= 0, 1.0, -1.0)
    return (vectors * signs[..., None, :]) @ vectors.conj().swapaxes(-1, -2)


def _best(region: Region, operator: np.ndarray) -> np.ndarray:
    """The B of norm 1, for each block or for all, with the largest tr(F operator)."""
    parts = np.array([_on_block(operator, k, region.particles) for k in region.blocks])
    return _sign(_hermitian_part(parts if region.own else parts.mean(axis=0)[None]))


def _on_block(operator: np.ndarray, block: Block, particles: int) -> np.ndarray:
    """The partial trace of an operator of n qubits over all but a block's."""
    rest = [i for i in range(particles) if i not in block]
    order = [*block, *rest]
    tensor = operator.reshape((2,) * (2 * particles))
    tensor = tensor.transpose([*order, *(particles + i for i in order)])
    m = 2 ** len(block)
    return np.einsum("aibi->ab", tensor.reshape(m, -1, m, 2 ** len(rest)))
