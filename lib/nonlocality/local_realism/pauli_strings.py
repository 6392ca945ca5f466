"""Mutually anticommuting sets of Pauli strings: bits, means, shifts (App. A of the paper).

Quantum complementarity bounds correlations: if the observables O_1, …, O_m square to 1 and all
anticommute, then Σ⟨O_i⟩² ≤ 1 in every state, for O = Σ⟨O_i⟩O_i has ‖O‖² = Σ⟨O_i⟩² = ⟨O⟩.
For k regions one wants 2^k of them, one for each pattern of X and Y, with a single qubit of
each region in each; :mod:`nonlocality.local_realism.string_trees` makes them.

A qubit is a pair (region, number in the region), both from 0. Pauli strings are also bits
(x|z), X = (1|0), Z = (0|1), Y = (1|1); two strings anticommute if x·z' + z·x' is odd: whole
numbers, no rounding.
"""

from collections.abc import Sequence

import numpy as np

from nonlocality.foundations.checks import shown, whole_numbers
from nonlocality.foundations.quantum import check_state
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory
from nonlocality.local_realism.effective_states import check_sizes


@result
class StringSet:
    """Strings of X and Y with one qubit of each region.

    letters: 0 for X, 1 for Y, integers (n, k). qubits: which qubit of the region, integers (n, k).
    Raises ValueError for other shapes or entries.

    >>> pair = StringSet([[0, 0], [1, 0]], [[0, 0], [0, 1]])
    >>> pair.words(), pair.sizes, pair.mutually_anticommuting()
    (['X1 X1', 'Y1 X2'], (1, 2), True)
    """

    letters: np.ndarray
    qubits: np.ndarray

    def __post_init__(self) -> None:
        """Check the tables."""
        letters, qubits = (
            whole_numbers("letters", self.letters),
            whole_numbers("qubits", self.qubits),
        )
        if letters.ndim != 2 or letters.shape != qubits.shape or not letters.size:
            raise ValueError(
                "Arguments `letters` and `qubits` must have one shape (n, k), but have shapes "
                f"{letters.shape} and {qubits.shape}."
            )
        if letters.min() < 0 or letters.max() > 1 or qubits.min() < 0:
            raise ValueError("Argument `letters` must hold 0 and 1, and `qubits` none negative.")
        object.__setattr__(self, "letters", letters)
        object.__setattr__(self, "qubits", qubits)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many qubits of each region the strings need."""
        return tuple(int(n) for n in self.qubits.max(axis=0) + 1)

    def _check_sizes(self, sizes: Sequence[int]) -> tuple[int, ...]:
        """Return the sizes of regions that hold the strings."""
        found = check_sizes(sizes)
        if len(found) != len(self.sizes) or any(map(int.__lt__, found, self.sizes)):
            words = f"Argument `sizes` must be at least {self.sizes}, but is {found}"
            if len(found) == len(self.sizes) and all(
                map(int.__ge__, sorted(found), sorted(self.sizes))
            ):
                words += "; with the regions in another order the strings fit"
            raise ValueError(f"{words}.")
        return found

    def _check_row(self, name: str, values: Sequence[int]) -> np.ndarray:
        """Return one whole number a region, shape (k,)."""
        row = whole_numbers(name, values)
        if row.shape != self.letters.shape[1:]:
            raise ValueError(
                f"Argument `{name}` must have shape {self.letters.shape[1:]}, but has shape "
                f"{row.shape}."
            )
        return row

    def words(self) -> list[str]:
        """The strings in words; qubits count from 1 here."""
        return [
            " ".join(f"{'XY'[a]}{q + 1}" for a, q in zip(*row, strict=True))
            for row in zip(self.letters.tolist(), self.qubits.tolist(), strict=True)
        ]

    def bits(self, sizes: Sequence[int] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The strings as bits (x, z), each of shape (n, Σ sizes).

        sizes: qubits of each region, as few as needed if None. Raises ValueError for regions that
        are too few or too small, or beyond memory.
        """
        sizes = self.sizes if sizes is None else self._check_sizes(sizes)
        n, k = self.letters.shape
        require_memory("sizes", 16 * n * sum(sizes))
        starts = np.cumsum((0, *sizes))
        x, z = np.zeros((2, n, starts[-1]), dtype=np.int64)
        rows, columns = np.arange(n)[:, None], starts[:k] + self.qubits
        x[rows, columns] = 1
        z[rows, columns] = self.letters
        return x, z

    def anticommute(self) -> np.ndarray:
        """Which pairs anticommute, booleans (n, n): an odd number of qubits has different letters.

        The same as the symplectic product of the bits. Raises ValueError if the table would be too
        large.
        """
        n = len(self.letters)
        require_memory("letters", 3 * n**2)
        odd, here, differ = np.zeros((3, n, n), dtype=bool)
        for qubit, letter in zip(self.qubits.T, self.letters.T, strict=True):
            np.equal(qubit[:, None], qubit, out=here)
            np.not_equal(letter[:, None], letter, out=differ)
            here &= differ
            odd ^= here
        return odd

    def mutually_anticommuting(self) -> bool:
        """Whether any two different strings anticommute, exactly.

        The table of all pairs is not needed where a qubit parts the strings in two: X there in
        some, Y in all others, and no other qubit with different letters in the two parts. Then
        any two of different parts anticommute, and each part is looked at alone.
        """
        starts = np.cumsum((0, *self.sizes))
        places, letters = starts[:-1] + self.qubits, self.letters
        parts, seen = [np.arange(len(letters))], np.zeros((2, starts[-1]), dtype=bool)
        while parts:
            rows = parts.pop()
            halves = _parted(places[rows], letters[rows], seen) if len(rows) > FEW else None
            if halves is not None:
                parts += [rows[halves], rows[~halves]]
                continue
            table = StringSet(letters[rows], self.qubits[rows]).anticommute()
            if not (table ^ np.eye(len(rows), dtype=bool)).all():
                return False
        return True

    def has_every_pattern(self) -> bool:
        """Whether each pattern of X and Y occurs exactly once."""
        n, k = self.letters.shape
        numbers = self.letters @ (1 << np.arange(k))
        return n == 2**k and len(np.unique(numbers)) == n

    def means(self, state: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
        """⟨string⟩ in a state of Σ sizes qubits, region after region, shape (n,).

        state: a vector, shape (2^Σ sizes,), or a density matrix. From P|b⟩ = i^(number of Y)
        (−1)^(z·b) |b ⊕ x⟩. Raises ValueError for regions that are too few or too small, a state
        that does not fit, or beyond memory.

        >>> both_up_or_down = np.array([1, 0, 0, 1]) / 2**0.5
        >>> StringSet([[0, 0], [1, 1]], [[0, 0], [0, 0]]).means(both_up_or_down, (1, 1)).round(9)
        array([ 1., -1.])
        """
        sizes = self._check_sizes(sizes)
        n = sum(sizes)
        require_memory("sizes", 56 * len(self.letters), base=2, exponent=n)
        rho = check_state("state", state, dimension=2**n)
        x, z = (part @ (1 << np.arange(n)[::-1]) for part in self.bits(sizes))
        basis = np.arange(2**n)
        moved = basis ^ x[:, None]
        phases = (1j) ** self.letters.sum(axis=1)[:, None] * (
            1 - 2.0 * (np.bitwise_count(z[:, None] & basis) % 2)
        )
        entries = rho[basis] * rho[moved].conj() if rho.ndim == 1 else rho[basis, moved]
        return (phases * entries).sum(axis=1).real

    def shifted(self, shifts: Sequence[int], sizes: Sequence[int]) -> "StringSet":
        """The first operation of App. A: in region j every qubit l becomes l + shift mod size.

        shifts: an integer for each region, shape (k,). sizes: the qubits of the regions.
        Raises ValueError for other shifts, or regions that are too few or too small.

        >>> from nonlocality.local_realism.string_trees import binary_tree
        >>> binary_tree(2).shifted((0, 1), (1, 2)).words()
        ['X1 X2', 'X1 Y2', 'Y1 X1', 'Y1 Y1']
        """
        sizes = whole_numbers("sizes", self._check_sizes(sizes))
        moves = self._check_row("shifts", shifts) % sizes
        return StringSet(self.letters, (self.qubits + moves) % sizes)

    def flipped(self, flips: Sequence[int]) -> "StringSet":
        """The second operation: in the regions with flip 1, X and Y change places.

        flips: 0 or 1 for each region, shape (k,). Raises ValueError for anything else.

        >>> from nonlocality.local_realism.string_trees import binary_tree
        >>> binary_tree(2).flipped((1, 0)).words()
        ['Y1 X1', 'Y1 Y1', 'X1 X2', 'X1 Y2']
        """
        turns = self._check_row("flips", flips)
        if not np.isin(turns, (0, 1)).all():
            raise ValueError(f"Argument `flips` must hold 0 and 1, but is {shown(flips)}.")
        return StringSet(self.letters ^ turns, self.qubits)


FEW = 64
"""So many strings are compared in one table."""


def _parted(places: np.ndarray, letters: np.ndarray, seen: np.ndarray) -> np.ndarray | None:
    """Which strings have Y on a qubit that parts them in two, booleans (n,); None without one.

    places: of the qubits among all, letters: integers, both (n, k). seen: False, shape (2, qubits),
    and again at the end.
    """
    everywhere = (places == places[0]).all(axis=0)
    for region in np.flatnonzero(everywhere & letters.any(axis=0) & ~letters.all(axis=0)):
        half = letters[:, region] == 1
        other = np.arange(letters.shape[1]) != region
        mine = letters[half][:, other], places[half][:, other]
        seen[mine] = True
        different = seen[1 - letters[~half][:, other], places[~half][:, other]].any()
        seen[mine] = False
        if not different:
            return half
    return None
