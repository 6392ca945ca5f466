"""How tight S_X ≤ N_X is: I3322 between one qubit and a region of two (Sec. IV of the paper).

Region A has one qubit, region B two, b and c; both have three settings. The effective state is
(ρ_Ab + ρ_Ac)/2, so the value is the mean of I3322 between A and b and between A and c, which are
measured alike. I3322 in the Collins–Gisin form is at most 0 for local behaviours.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from numbers import Integral

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.checks import counts, finite_array, shown
from nonlocality.foundations.inequalities import i3322_functional
from nonlocality.foundations.linear_algebra import independent_rows
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.quantum import check_measurement
from nonlocality.foundations.random import generator_of
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.foundations.sizes import require_memory
from nonlocality.local_realism.effective_states import check_sizes, effective_state
from nonlocality.local_realism.joint_measurements import on_particles

Word = tuple[int, ...]
"""A product of one party's observables, by their settings."""

SETTINGS = range(3)


@result
class Violation:
    """A real state of all qubits, and measurements ``[x, a, i, j]`` of both regions.

    sizes: the numbers of qubits of the regions.
    """

    state: np.ndarray
    alice: np.ndarray
    bob: np.ndarray
    sizes: tuple[int, int] = (1, 2)

    def __repr__(self) -> str:
        """The sizes and the directions; the state is long."""
        return (
            f"Violation(sizes={self.sizes}, angles={[a.round(4).tolist() for a in self.angles()]})"
        )

    def behaviour(self) -> Behaviour:
        """What a random qubit of each region shows: the behaviour of the effective state."""
        return behaviour_quantum(effective_state(self.state, self.sizes), [self.alice, self.bob])

    def angles(self) -> tuple[np.ndarray, np.ndarray]:
        """Angles from z towards x of the directions measured, for Alice and Bob."""
        observables = (each[:, 0] - each[:, 1] for each in (self.alice, self.bob))
        return tuple(np.arctan2(each[:, 0, 1], each[:, 0, 0]) for each in observables)


def effective_operator(
    functional: np.ndarray, alice: np.ndarray, bob: np.ndarray, *, sizes: Sequence[int] = (1, 2)
) -> np.ndarray:
    """A Bell expression [a, b, x, y] of a random pair of qubits, as a matrix on all qubits.

    alice, bob: measurements ``[x, a, i, j]`` on a qubit each, for the settings and outcomes of
    the expression. sizes: qubits of the regions; for (1, 2) it is (I_Ab + I_Ac)/2 on A, b, c.
    Returns shape (2ⁿ, 2ⁿ). Raises ValueError for other shapes, or what are no measurements.

    >>> found = i3322_see_saw(seed=0)
    >>> operator = effective_operator(i3322_functional(), found.alice, found.bob)
    >>> bool(np.isclose(found.state @ operator @ found.state, np.linalg.eigvalsh(operator)[-1]))
    True
    """
    f = finite_array("functional", functional)
    alice, bob = check_measurement("alice", alice), check_measurement("bob", bob)
    if alice.shape[2] != 2 or bob.shape[2] != 2:
        raise ValueError(
            "Arguments `alice` and `bob` must be measurements of a qubit, but have shapes "
            f"{alice.shape} and {bob.shape}."
        )
    expected = (alice.shape[1], bob.shape[1], alice.shape[0], bob.shape[0])
    if f.shape != expected:
        raise ValueError(
            f"Argument `functional` must have shape {expected}, as the measurements have, but has "
            f"shape {f.shape}."
        )
    return _effective_operator(f, alice, bob, _two_sizes(sizes))


def _two_sizes(sizes: Sequence[int]) -> tuple[int, int]:
    """Return the sizes of two regions."""
    found = check_sizes(sizes)
    if len(found) != 2:
        raise ValueError(f"Argument `sizes` must hold two regions, but is {found}.")
    require_memory("sizes", 64, base=4, exponent=sum(found))
    return found


def _effective_operator(
    functional: np.ndarray, alice: np.ndarray, bob: np.ndarray, sizes: tuple[int, int]
) -> np.ndarray:
    """The same for arguments that are known to fit."""
    pair = np.einsum("abxy,xaij,ybkl->ikjl", functional, alice, bob).reshape(4, 4)
    places = [(i, sizes[0] + j) for i, j in np.ndindex(*sizes)]
    total = sum(on_particles(pair, place, sum(sizes)) for place in places)
    return total / len(places)


def _best_measurement(operators: np.ndarray) -> np.ndarray:
    """The measurement [x, a] that maximises Σ tr(E_a|x F_a|x): project where F_0 − F_1 > 0."""
    values, vectors = np.linalg.eigh(operators[:, 0] - operators[:, 1])
    first = np.einsum("xik,xk,xjk->xij", vectors, (values > 0).astype(float), vectors)
    return np.stack([first, np.eye(2) - first], axis=1)


def i3322_see_saw(*, seed: int, sizes: Sequence[int] = (1, 2), steps: int = 500) -> Violation:
    """The state and measurements that alternating steps reach from a random start.

    Given measurements the best state is a top eigenvector; given the state and one side's
    measurement the other side's best is a projector. I3322 never decreases. Everything is real:
    directions lie in the x–z plane, which for (1, 2) :func:`upper_bound` shows to be no loss.
    seed: of the start, so that it can be repeated. sizes: qubits of the two regions. Raises
    ValueError for a seed that is no integer of at least 0, fewer than one step, or beyond memory.

    >>> from nonlocality.foundations.inequalities import i3322_value
    >>> round(i3322_value(i3322_see_saw(seed=0).behaviour()), 6)
    0.016108
    """
    if not isinstance(seed, Integral) or seed < 0:
        raise ValueError(f"Argument `seed` must be an integer of at least 0, but is {shown(seed)}.")
    functional, sizes = i3322_functional(), _two_sizes(sizes)
    vectors = generator_of("seed", seed).normal(size=(2, 3, 2))
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    first = np.einsum("pxi,pxj->pxij", vectors, vectors)
    alice, bob = np.stack([first, np.eye(2) - first], axis=2)
    last = -np.inf
    for _ in range(*counts("steps", (steps,))):
        values, states = np.linalg.eigh(_effective_operator(functional, alice, bob, sizes))
        state = states[:, -1]
        if values[-1] - last < 1e-14:
            break
        last = values[-1]
        rho = effective_state(state, sizes).real.reshape(2, 2, 2, 2)
        alice = _best_measurement(np.einsum("abxy,ybkl,jlik->xaij", functional, bob, rho))
        bob = _best_measurement(np.einsum("abxy,xaij,jlik->ybkl", functional, alice, rho))
    return Violation(state, alice, bob, sizes)


def _reduced(word: Word) -> Word:
    """A word without neighbours that cancel (observables square to 1)."""
    out: list[int] = []
    for letter in word:
        if out and out[-1] == letter:
            out.pop()
        else:
            out.append(letter)
    return tuple(out)


def _key(words: tuple[Word, Word, Word]) -> tuple[Word, Word, Word]:
    """One name for what has one mean: a product, its adjoint, and both with b and c exchanged."""
    a, b, c = (_reduced(word) for word in words)
    mirror = (a[::-1], b[::-1], c[::-1])
    return min((a, b, c), mirror, (a, c, b), (mirror[0], mirror[2], mirror[1]))


def _central_relations() -> Iterable[list[tuple[Word, int]]]:
    """{α_x, α_y} commutes with everything of Alice's, in words of three and four letters."""
    for (x, y), z in product(combinations(SETTINGS, 2), SETTINGS):
        terms = [((x, y, z), 1), ((y, x, z), 1), ((z, x, y), -1), ((z, y, x), -1)]
        yield terms
        for w in SETTINGS:
            yield [((*word, w), sign) for word, sign in terms]
            yield [((w, *word), sign) for word, sign in terms]
            yield [((x, y, z, w), 1), ((y, x, z, w), 1), ((z, w, x, y), -1), ((z, w, y, x), -1)]


def _qubit_rows(index: dict, columns: int) -> sp.csr_array:
    """The relations of Alice's qubit as independent rows on the moments."""
    others = {pair for _, b, c in index for pair in ((b, c), (c, b), (b[::-1], c[::-1]))}
    others |= {(c, b) for b, c in others}
    rows: set[tuple[tuple[int, int], ...]] = set()
    for terms, (b, c) in product(_central_relations(), sorted(others)):
        row: Counter = Counter()
        for word, sign in terms:
            row[_key((word, b, c))] += sign
        found = {key: weight for key, weight in row.items() if weight}
        if found and found.keys() <= index.keys():
            entries = sorted((index[key], weight) for key, weight in found.items())
            lead = 1 if entries[0][1] > 0 else -1
            rows.add(tuple((column, lead * weight) for column, weight in entries))
    table = np.zeros((len(rows), columns))
    for number, entries in enumerate(sorted(rows)):
        for column, sign in entries:
            table[number, column] = sign
    return sp.csr_array(table[independent_rows(table)])


def upper_bound(*, qubit: bool = True, solver: str = "clarabel") -> TwoSided:
    """An upper bound of I3322 between one party and two others that are measured alike.

    A moment matrix on products of the ±1 observables of A, b and c, at most two of A's and one of
    b's and c's each, three in all, symmetric under b ↔ c. It holds in any dimension. With `qubit`,
    A is a qubit: for α_x = n_x·σ the anticommutators {α_x, α_y} = 2 n_x·n_y are numbers, so they
    commute with α_z; a linear condition on the moments. (A setting of Alice's with a fixed
    outcome leaves two, where only CHSH counts, which two settings of Bob's cannot violate.)
    solver: as in :func:`~nonlocality.foundations.semidefinite.minimise_semidefinite`.
    Raises SolverError if the solver fails.
    """
    short = [(), *((x,) for x in SETTINGS)]
    long = [*short, *((x, y) for x, y in product(SETTINGS, repeat=2) if x != y)]
    words = [w for w in product(long, short, short) if sum(map(len, w)) <= 3]
    size, place = len(words), {w: k for k, w in enumerate(words)}
    index: dict = {_key(((), (), ())): 0}
    entries = [
        index.setdefault(
            _key(tuple(u + v for u, v in zip(reverse, right, strict=True))), len(index)
        )
        for reverse in ([word[::-1] for word in left] for left in words)
        for right in words
    ]
    columns = len(index)
    moments = sp.csr_array(
        (np.ones(size**2), (np.arange(size**2), entries)), shape=(size**2, columns)
    )
    swap = sp.csr_array(
        (np.ones(size), (np.arange(size), [place[a, c, b] for a, b, c in words])), (size, size)
    )
    matrices = []
    for sign in (1, -1):
        rows = [k for k, (a, b, c) in enumerate(words) if b <= c and (sign == 1 or b != c)]
        basis = (sp.eye_array(size, format="csr") + sign * swap)[rows]
        block = sp.csc_array(sp.kron(basis, basis) @ moments)
        shape = (len(rows), len(rows))
        matrices.append(MatrixInequality(block[:, [0]].toarray().reshape(shape), block[:, 1:]))
    cost = np.zeros(columns)
    for a, b, x, y in np.ndindex(2, 2, 3, 3):
        weight = i3322_functional()[a, b, x, y] / 4
        for left, right in product((0, 1), repeat=2):
            key = _key(((x,) * left, (y,) * right, ()))
            cost[index[key]] += weight * (-1) ** (a * left + b * right)
    equal = None
    if qubit:
        rows = _qubit_rows(index, columns)
        equal = (rows[:, 1:], -rows[:, [0]].toarray().ravel())
    return cost[0] - minimise_semidefinite(
        -cost[1:], matrices=matrices, box=1, equal=equal, solver=solver
    )
