"""Words of projectors and where their expectation values stand in a moment matrix.

Write A(a|x) and B(b|y) for the projectors on outcomes, commuting between the parties. The entry
of a moment matrix for words v, w is ⟨v† w⟩; equal words have equal moments, and so have a word
and its adjoint, as moments are real (see :mod:`nonlocality.macroscopic_locality.moments`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import TOLERANCE, counts, finite_array
from nonlocality.foundations.optimise import MatrixInequality

LEVELS = ("1", "1+AB")
"""The levels there are."""

Letters = tuple[tuple[int, int], ...]
Word = tuple[Letters, Letters]
"""Alice's letters (x, a) and Bob's letters (y, b), each in order."""


def _multiply(left: Letters, right: Letters) -> Letters | None:
    """The letters of left† right for projective measurements; None where the product is 0."""
    word: list[tuple[int, int]] = []
    for letter in (*reversed(left), *right):
        if not word or word[-1][0] != letter[0]:
            word.append(letter)
        elif word[-1] != letter:
            return None
    return tuple(word)


def _check_level(level: str) -> None:
    """Raise ValueError for a level that is not known."""
    if not isinstance(level, str) or level not in LEVELS:
        raise ValueError(f"Argument `level` must be one of {LEVELS}, but is {level!r}.")


@dataclass(frozen=True, eq=False)
class MomentStructure:
    """Which moment stands where: the moment matrix as F₀ + Σ_k m_k F_k.

    The moments m start with the coordinates of the behaviour: P(a|x) for each x and each a but
    the last, then P(b|y), then P(ab|xy). The others are free.
    level: one of :data:`LEVELS`. outcomes, settings: of Alice and Bob, who may differ.
    Raises ValueError for an unknown level or numbers that are not two positive integers.

    >>> structure = MomentStructure("1", outcomes=(2, 2), settings=(2, 2))
    >>> structure.size, structure.known, len(structure.moments)  # 4 + 4 coordinates, 2 free
    (5, 8, 10)
    """

    level: str
    outcomes: tuple[int, int]
    settings: tuple[int, int]

    def __post_init__(self) -> None:
        """Check the level and the numbers."""
        _check_level(self.level)
        for name in ("outcomes", "settings"):
            object.__setattr__(self, name, counts(name, getattr(self, name), length=2))

    @cached_property
    def _letters(self) -> tuple[list[Letters], list[Letters]]:
        alice, bob = (
            [((x, a),) for x in range(m) for a in range(o - 1)]
            for o, m in zip(self.outcomes, self.settings, strict=True)
        )
        return alice, bob

    @cached_property
    def words(self) -> list[Word]:
        """The rows of the matrix: 1, Alice's letters, Bob's letters, and at 1+AB the products."""
        alice, bob = self._letters
        words = [((), ()), *((a, ()) for a in alice), *(((), b) for b in bob)]
        return words + (list(product(alice, bob)) if self.level == "1+AB" else [])

    @property
    def size(self) -> int:
        """Number of rows of the moment matrix."""
        return len(self.words)

    @property
    def known(self) -> int:
        """Number of coordinates of the behaviour."""
        alice, bob = self._letters
        return len(alice) + len(bob) + len(alice) * len(bob)

    @cached_property
    def moments(self) -> list[Word]:
        """The words whose expectation values are the moments m, in order."""
        return list(self._places[0])

    @cached_property
    def _places(self) -> tuple[dict[Word, int], np.ndarray]:
        """Number of each moment, and which one stands in each entry: −1 for 0, −2 for 1."""
        alice, bob = self._letters
        known = [*((a, ()) for a in alice), *(((), b) for b in bob), *product(alice, bob)]
        numbers = {word: k for k, word in enumerate(known)}
        entry = np.full((self.size, self.size), -1)
        for i, v in enumerate(self.words):
            for j, w in enumerate(self.words[i:], i):
                letters = _multiply(v[0], w[0]), _multiply(v[1], w[1])
                if None in letters:
                    continue
                word = min(letters, (letters[0][::-1], letters[1][::-1]))  # or its adjoint
                number = -2 if word == ((), ()) else numbers.setdefault(word, len(numbers))
                entry[i, j] = entry[j, i] = number
        return numbers, entry

    @cached_property
    def inequality(self) -> MatrixInequality:
        """γ(m) ⪰ 0, in all moments."""
        numbers, entry = self._places
        rows = np.flatnonzero(entry.ravel() >= 0)
        slopes = sp.csr_array(
            (np.ones(len(rows)), (rows, entry.ravel()[rows])), shape=(entry.size, len(numbers))
        )
        return MatrixInequality((entry == -2).astype(float), slopes)

    @cached_property
    def table_map(self) -> tuple[np.ndarray, sp.csr_array]:
        """The pair (t, T) with table.ravel() = t + T m, for tables ``[a, b, x, y]``."""
        numbers, _ = self._places
        shape = (*self.outcomes, *self.settings)
        constant = np.zeros(shape)
        slopes = np.zeros((*shape, len(numbers)))
        for a, b, x, y in np.ndindex(shape):
            # an outcome is a letter with weight 1, or 1 minus all letters of its setting
            sides = []
            for outcome, setting, count in ((a, x, self.outcomes[0]), (b, y, self.outcomes[1])):
                last = [((), 1)] + [(((setting, k),), -1) for k in range(count - 1)]
                sides.append(last if outcome == count - 1 else [(((setting, outcome),), 1)])
            for (left, i), (right, j) in product(*sides):
                if left or right:
                    slopes[a, b, x, y, numbers[left, right]] += i * j
                else:
                    constant[a, b, x, y] += i * j
        return constant.ravel(), sp.csr_array(slopes.reshape(constant.size, -1))

    def table(self, moments: np.ndarray) -> np.ndarray:
        """The table ``[a, b, x, y]`` of probabilities that belongs to moments, shape (m,)."""
        constant, slopes = self.table_map
        return (constant + slopes @ moments).reshape(*self.outcomes, *self.settings)

    @cached_property
    def coordinate_map(self) -> sp.csr_array:
        """The matrix that takes table.ravel() of a no-signalling table to its coordinates."""
        rows = np.zeros((self.known, *self.outcomes, *self.settings))
        for row, (alice, bob) in zip(rows, self.moments[: self.known], strict=True):
            # a marginal is read where the other party has setting 0
            (x, a), (y, b) = (
                letters[0] if letters else (0, slice(None)) for letters in (alice, bob)
            )
            row[a, b, x, y] = 1
        return sp.csr_array(rows.reshape(self.known, -1))

    def coordinates(self, table: np.ndarray) -> np.ndarray:
        """P(a|x), P(b|y), P(ab|xy) of a no-signalling table, without the last outcomes."""
        return self.coordinate_map @ table.ravel()

    def read(self, matrix: np.ndarray) -> np.ndarray:
        """The moments that stand in a moment matrix, shape (m,).

        Raises ValueError for a matrix of another shape, or if entries that must be 0, 1 or equal
        differ from that by more than :data:`~nonlocality.foundations.checks.TOLERANCE`.

        >>> structure = moment_structure("1", (2, 2), (1, 1))
        >>> structure.read([[1, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5]]).tolist()
        [0.5, 0.5, 0.0]
        """
        gamma = finite_array("matrix", matrix)
        if gamma.shape != (self.size, self.size):
            raise ValueError(
                f"Argument `matrix` must have shape {(self.size, self.size)}, but has shape "
                f"{gamma.shape}."
            )
        numbers, entry = self._places
        moments = np.zeros(len(numbers))
        moments[entry[entry >= 0]] = gamma[entry >= 0]
        miss = np.abs(self.inequality.at(moments) - gamma).max()
        if miss > TOLERANCE:
            raise ValueError(
                f"Argument `matrix` must be a moment matrix of level {self.level!r}, but entries "
                f"that are linked or fixed differ by {miss:.2g}."
            )
        return moments

    @cached_property
    def noise(self) -> np.ndarray:
        """Moments of white noise with all outcomes independent: γ is positive definite there."""
        return np.prod(
            [
                [1 / self.outcomes[k] ** len(letters[k]) for letters in self.moments]
                for k in range(2)
            ],
            axis=0,
        )


def moment_structure(
    level: str, outcomes: Sequence[int], settings: Sequence[int]
) -> MomentStructure:
    """The :class:`MomentStructure` of a scenario, built once.

    Raises ValueError as that does.

    >>> moment_structure("1+AB", (3, 3), (2, 2)).size
    25
    """
    _check_level(level)
    return _structure(
        level, counts("outcomes", outcomes, length=2), counts("settings", settings, length=2)
    )


@lru_cache(maxsize=64)
def _structure(level: str, outcomes: tuple[int, int], settings: tuple[int, int]) -> MomentStructure:
    """The structure of checked arguments, which can be hashed."""
    return MomentStructure(level, outcomes, settings)
