"""Magnetisation of regions of many qubits, and the effective state behind its correlations.

N qubits are divided into regions; *sizes* are the numbers of qubits of the regions, in order.
In each region one measures the magnetisation along a direction: here always *per qubit*,
S_n = (1/N_A) Σ_i n·σ_i, so that its outcomes lie between −1 and 1. Correlations of such
measurements are those of the *effective state*, one qubit a region: the average of all reduced
states with one qubit from each region (eqs. (3), (4) of "Local realism of macroscopic
correlations").
"""

from collections.abc import Sequence
from itertools import combinations, product
from math import prod

import numpy as np

from nonlocality.foundations.checks import complex_array, counts, shown, whole_numbers
from nonlocality.foundations.quantum import PAULIS, check_state
from nonlocality.foundations.sizes import require_memory


def check_sizes(sizes: Sequence[int], *, name: str = "sizes") -> tuple[int, ...]:
    """Return the sizes of one or more regions as a tuple of positive integers.

    name: of the argument, for the message.

    >>> check_sizes((2, 0))
    Traceback (most recent call last):
    ...
    ValueError: Argument `sizes` must hold positive integers, but is (2, 0).
    """
    found = counts(name, sizes)
    if not found:
        raise ValueError(f"Argument `{name}` must name one region or more, but is empty.")
    return found


def check_generator(rng: np.random.Generator) -> np.random.Generator:
    """Return `rng` if it is a source of random numbers of NumPy.

    Raises ValueError otherwise, saying how one is made.

    >>> check_generator(7)
    Traceback (most recent call last):
    ...
    ValueError: Argument `rng` must be a Generator, such as numpy.random.default_rng(7), but is 7.
    """
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            "Argument `rng` must be a Generator, such as numpy.random.default_rng(7), but is "
            f"{shown(rng)}."
        )
    return rng


def averaged_state(
    state: np.ndarray, sizes: Sequence[int], *, take: Sequence[int], dimension: int = 2
) -> np.ndarray:
    """The average reduced state of some particles from each region, drawn in random order.

    state: on Σ sizes particles of the given dimension, a vector or a density matrix, region
    after region. take: how many particles are drawn from each region (none twice).
    Returns a density matrix on Σ take particles, symmetric under permutations in a region.
    Cost: Π binom(sizes, take) reduced states for a vector, the sum of these numbers for a matrix.
    Raises ValueError for bad sizes or states, or if more particles are to be drawn than there are.

    >>> averaged_state([0, 1, 0, 0], (1, 1), take=(1, 0)).real
    array([[1., 0.],
           [0., 0.]])
    """
    sizes = check_sizes(sizes)
    (dimension,) = counts("dimension", (dimension,))
    take = whole_numbers("take", take)
    n, drawn = sum(sizes), tuple(take.ravel().tolist())
    if (
        take.ndim != 1
        or len(drawn) != len(sizes)
        or not all(0 <= t <= s for t, s in zip(drawn, sizes, strict=True))
    ):
        raise ValueError(
            f"Argument `take` must hold {len(sizes)} numbers from 0 to the sizes {sizes}, but is "
            f"{shown(take)}."
        )
    require_memory("sizes", 64, base=dimension, exponent=2 * sum(drawn))
    given = (64, 2 * n) if np.ndim(state) == 2 else (32, n)  # checked, or copied in another order
    require_memory("sizes", given[0], base=dimension, exponent=given[1])
    rho = check_state("state", state, dimension=dimension**n)
    if rho.ndim == 1:
        reduced = _average_of_vector(rho, sizes, drawn, dimension)
    else:
        reduced = _average_of_matrix(rho, sizes, drawn, dimension)
    for start, number in zip(np.cumsum((0, *drawn)), drawn, strict=False):
        reduced = _shuffled(reduced, range(start, start + number))
    return reduced.reshape((dimension ** sum(drawn),) * 2)


def _average_of_vector(
    state: np.ndarray, sizes: tuple[int, ...], take: tuple[int, ...], dimension: int
) -> np.ndarray:
    """The mean reduced state of all subsets of particles, each in its order, as a tensor."""
    n, kept = sum(sizes), dimension ** sum(take)
    ends = np.cumsum((0, *sizes))
    subsets = [list(combinations(range(*ends[k : k + 2]), take[k])) for k in range(len(sizes))]
    total, tensor = np.zeros((kept, kept), dtype=complex), state.reshape((dimension,) * n)
    for parts in product(*subsets):
        chosen = list(sum(parts, ()))
        rest = [i for i in range(n) if i not in chosen]
        half = tensor.transpose(chosen + rest).reshape(kept, -1)
        total += half @ half.conj().T
    return (total / prod(map(len, subsets))).reshape((dimension,) * (2 * sum(take)))


def _average_of_matrix(
    rho: np.ndarray, sizes: tuple[int, ...], take: tuple[int, ...], dimension: int
) -> np.ndarray:
    """The same of a density matrix: one region after the other, so each sum is of few terms."""
    tensor = rho.reshape((dimension,) * (2 * sum(sizes)))
    before, left = 0, sum(sizes)
    for size, number in zip(sizes, take, strict=True):
        total, subsets = 0, list(combinations(range(before, before + size), number))
        for chosen in subsets:
            gone = [i for i in range(before, before + size) if i not in chosen]
            rows, columns = list(range(left)), list(range(left, 2 * left))
            for i in gone:
                columns[i] = rows[i]
            kept = [i for i in range(left) if i not in gone]
            out = [rows[i] for i in kept] + [columns[i] for i in kept]
            total = total + np.einsum(tensor, rows + columns, out)
        tensor, left, before = total / len(subsets), left - size + number, before + number
    return tensor


def _shuffled(tensor: np.ndarray, places: range) -> np.ndarray:
    """The mean over all orders of some particles: uniform swaps of each with one not before it.

    These are n(n − 1)/2 terms in place of n!, for the shuffle of Fisher and Yates is uniform.
    """
    half = tensor.ndim // 2
    for i in places:
        later = range(i + 1, places.stop)
        total = tensor
        for j in later:
            total = total + tensor.swapaxes(i, j).swapaxes(half + i, half + j)
        tensor = total / (1 + len(later))
    return tensor


def effective_state(
    state: np.ndarray, sizes: Sequence[int], *, dimension: int = 2, body: int = 1
) -> np.ndarray:
    """The effective state, one particle a region: eq. (4), and after (A1).

    body: for M-body observables, M particles a region (in random order).
    Raises ValueError for bad sizes or states.

    >>> singlet = np.array([0, 1, -1, 0]) / 2**0.5
    >>> np.allclose(effective_state(np.kron(singlet, [1, 0]), (1, 2)).diagonal(),
    ...             [1/4, 1/4, 1/2, 0])
    True
    """
    sizes, (body,) = check_sizes(sizes), counts("body", (body,))
    if body > min(sizes):
        raise ValueError(
            f"Argument `body` must be at most {min(sizes)}, the size of the smallest region, but "
            f"is {body}."
        )
    return averaged_state(state, sizes, take=(body,) * len(sizes), dimension=dimension)


def magnetisation(n: int) -> np.ndarray:
    """The magnetisation per qubit of n qubits along x, y, z, shape (3, 2ⁿ, 2ⁿ); eq. (1) over n.

    Raises ValueError for n < 1 or beyond memory.

    >>> magnetisation(2)[2].diagonal().real
    array([ 1.,  0.,  0., -1.])
    """
    (n,) = check_sizes((n,), name="n")
    require_memory("n", 80, base=4, exponent=n)  # the three, and a product of two steps
    total = np.zeros((3, 2**n, 2**n), dtype=complex)
    for i in range(n):
        for axis in range(3):
            total[axis] += np.kron(np.kron(np.eye(2**i), PAULIS[axis]), np.eye(2 ** (n - 1 - i)))
    total /= n
    return total


def spin(n: int) -> np.ndarray:
    """The same on the states symmetric under permutations: spin n/2 times 2/n, shape (3, n+1, n+1).

    On the other permutation classes the magnetisation is that of n − 2, n − 4, … qubits times
    (n − 2)/n, (n − 4)/n, … Raises ValueError for n < 1 or beyond memory.

    >>> spin(2)[2].diagonal().real
    array([ 1.,  0., -1.])
    """
    (n,) = check_sizes((n,), name="n")
    require_memory("n", 88 * (n + 1) ** 2)
    m = n / 2 - np.arange(n + 1)
    up = np.diag(np.sqrt(n / 2 * (n / 2 + 1) - m[1:] * (m[1:] + 1)), 1)
    return np.array([(up + up.T) / 2, (up - up.T) / 2j, np.diag(m)]) * 2 / n


def symmetric_states(n: int) -> np.ndarray:
    """The Dicke states of n qubits as columns, shape (2ⁿ, n + 1): from a spin n/2 to qubits.

    Column k has k qubits down, as in :func:`spin`; so a state of :func:`~.monogamy.worst_case` on
    two full spins, of n and m qubits, becomes one of all qubits by
    ``np.kron(symmetric_states(n), symmetric_states(m)) @ state``.
    Raises ValueError for n < 1 or beyond memory.

    >>> symmetric_states(2)[:, 1].round(3).tolist()
    [0.0, 0.707, 0.707, 0.0]
    """
    (n,) = check_sizes((n,), name="n")
    require_memory("n", 16 * (n + 1), base=2, exponent=n)
    down = np.bitwise_count(np.arange(2**n))
    columns = (down[:, None] == np.arange(n + 1)).astype(float)
    return columns / np.linalg.norm(columns, axis=0)


def correlation_tensor(state: np.ndarray, *, operators: Sequence[np.ndarray]) -> np.ndarray:
    """T[k, l, …] = ⟨A_k ⊗ B_l ⊗ …⟩: the correlations of a state, one axis a region.

    state: a vector or a density matrix. operators: for each region its observables, each of
    shape (m, d, d), such as ``spin(n)`` or ``PAULIS`` for an effective state.
    Raises ValueError if the state does not fit.

    >>> singlet = np.array([0, 1, -1, 0]) / 2**0.5
    >>> np.allclose(correlation_tensor(singlet, operators=[PAULIS, PAULIS]), -np.eye(3))
    True
    """
    operators = [complex_array(f"operators[{k}]", each) for k, each in enumerate(operators)]
    for region, each in enumerate(operators):
        if each.ndim != 3 or each.shape[1] != each.shape[2]:
            raise ValueError(
                f"Argument `operators[{region}]` must have shape (m, d, d), but has shape "
                f"{each.shape}."
            )
    dims = [each.shape[-1] for each in operators]
    rho = check_state("state", state, dimension=prod(dims))
    if rho.ndim == 1:
        rho = np.outer(rho, rho.conj())
    k = len(dims)
    tensor = rho.reshape(dims * 2)
    for region, each in enumerate(operators):
        tensor = np.tensordot(tensor, each, axes=((0, k - region), (2, 1)))
    return tensor.real
