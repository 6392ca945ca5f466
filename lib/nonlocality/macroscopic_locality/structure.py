"""Words of projectors and where their expectation values stand in a moment matrix.

Write A(a|x) and B(b|y) for the projectors on outcomes, commuting between the parties. The entry
of a moment matrix for words v, w is ⟨v† w⟩; equal words have equal moments, and so have a word
and its adjoint, as moments are real (see :mod:`nonlocality.macroscopic_locality.moments`).
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from math import prod

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import TOLERANCE, counts, finite_array
from nonlocality.foundations.linear_algebra import _whitening, numbered
from nonlocality.foundations.matrix_inequalities import MatrixInequality
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import SemidefiniteProgram
from nonlocality.foundations.sizes import size_text
from nonlocality.foundations.solvers import Rows
from nonlocality.foundations.words import Word, adjoint
from nonlocality.macroscopic_locality.projector_words import (
    PartyWords,
    _number_of_words,
    _table_terms,
    _word_pairs,
)

LEVELS = ("1", "1+AB", "2", "3")
"""The levels there are, each a subset of the one before; level n has all words of n letters."""

MAX_ROWS = 400
"""Largest number of words of a level; beyond about 80 the programs take minutes."""


def _check_level(level: str) -> None:
    """Raise ValueError for a level that is not known."""
    if not isinstance(level, str) or level not in LEVELS:
        raise ValueError(f"Argument `level` must be one of {LEVELS}, but is {level!r}.")


@result
class MomentStructure:
    """Which moment stands where: the moment matrix as F₀ + Σ_k m_k F_k.

    The moments m start with the coordinates of the behaviour: P(a|x) for each x and each a but
    the last, then P(b|y), then P(ab|xy). The others are free.
    level: one of :data:`LEVELS`. outcomes, settings: of Alice and Bob, who may differ.
    Raises ValueError for an unknown level, numbers that are not two positive integers, or more
    than :data:`MAX_ROWS` words.

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
        rows = _number_of_words(self.level, [o - 1 for o in self.outcomes], self.settings)
        if rows > MAX_ROWS:
            raise ValueError(
                f"Arguments `outcomes` and `settings` must be smaller: level {self.level!r} would "
                f"have {size_text(rows)} words or more, and the most are {MAX_ROWS}."
            )

    @cached_property
    def pairs(self) -> tuple[tuple[PartyWords, PartyWords], np.ndarray]:
        """The rows as pairs of one party's words, as in :func:`~.projector_words.word_pairs`."""
        return _word_pairs(self.level, [o - 1 for o in self.outcomes], self.settings)

    @cached_property
    def words(self) -> list[Word]:
        """The rows, as in :func:`~.projector_words.word_products`, without last outcomes."""
        (alice, bob), pairs = self.pairs
        return [(alice.words[i], bob.words[j]) for i, j in pairs.T.tolist()]

    @property
    def size(self) -> int:
        """Number of rows of the moment matrix."""
        return self.pairs[1].shape[1]

    @cached_property
    def known(self) -> int:
        """Number of coordinates of the behaviour."""
        alice, bob = (m * (o - 1) for o, m in zip(self.outcomes, self.settings, strict=True))
        return alice + bob + alice * bob

    @cached_property
    def _numbers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The moments as products of both parties, by number, and which stands in each entry."""
        (alice, bob), (left, right) = self.pairs
        width = len(bob.letters)
        first, second = alice.products[left[:, None], left], bob.products[right[:, None], right]
        codes = first * width + second
        codes = np.minimum(codes, codes.T)  # a word and its adjoint are one moment
        zero = (first < 0) | (second < 0)
        counted = ~zero & (codes > 0)  # 0 is the product 1
        ours, theirs = np.arange(1 + len(alice.ranges[1])), np.arange(1 + len(bob.ranges[1]))
        known = ours[:, None] * width + theirs  # of one letter of each party, or none
        all_codes = np.concatenate(
            [known[1:, 0], known[0, 1:], known[1:, 1:].ravel(), codes[counted]]
        )
        lead, number = numbered(all_codes)
        entries = np.where(zero, -1, -2)
        entries[counted] = number[self.known :]
        return *np.divmod(all_codes[lead], width), entries

    @property
    def entries(self) -> np.ndarray:
        """Which moment stands in each entry of the matrix: its number, −1 for 0, −2 for 1."""
        return self._numbers[2]

    @property
    def count(self) -> int:
        """Number of moments."""
        return len(self._numbers[0])

    @cached_property
    def moments(self) -> list[Word]:
        """The words whose expectation values are the moments m, in order."""
        alice, bob = self.pairs[0]
        left, right, _ = self._numbers
        words = ((alice.letters[i], bob.letters[j]) for i, j in zip(left, right, strict=True))
        return [min(word, adjoint(word)) for word in words]

    @cached_property
    def inequality(self) -> MatrixInequality:
        """γ(m) ⪰ 0, in all moments."""
        return MatrixInequality._of_entries(self.entries, self.count)

    @cached_property
    def program(self) -> SemidefiniteProgram:
        """γ(m) ⪰ 0, at level 1 with P(ab|xy) ≥ 0; the higher levels imply that."""
        if self.level != "1":
            return self.bare_program
        constant, slopes = self.quick_table_map
        if isinstance(slopes, np.ndarray):
            row, column = slopes.nonzero()
            parts = slopes[row, column], column, np.searchsorted(row, np.arange(len(slopes) + 1))
        else:
            parts = slopes.data, slopes.indices, slopes.indptr
        rows = Rows(-parts[0], *parts[1:], slopes.shape)
        return SemidefiniteProgram([self.inequality], box=1, below=(rows, constant))

    @cached_property
    def bare_program(self) -> SemidefiniteProgram:
        """γ(m) ⪰ 0 alone."""
        return SemidefiniteProgram([self.inequality], box=1)

    @cached_property
    def table_map(self) -> tuple[np.ndarray, sp.csr_array]:
        """The pair (t, T) with table.ravel() = t + T m, for tables ``[a, b, x, y]``."""
        place, moment, values = _table_terms(self.outcomes, self.settings)
        size, kept = prod(self.outcomes + self.settings), moment >= 0
        constant = np.bincount(place[~kept], values[~kept], size)
        entries = values[kept].astype(float), (place[kept], moment[kept])
        return constant, sp.csr_array(entries, shape=(size, self.count))

    @cached_property
    def quick_table_map(self) -> tuple[np.ndarray, np.ndarray | sp.csr_array]:
        """The pair of :attr:`table_map`, T dense where that is small."""
        size = prod(self.outcomes + self.settings)
        if size * self.count > 2**17:
            return self.table_map
        place, moment, values = _table_terms(self.outcomes, self.settings)
        both = np.zeros((size, self.count + 1))
        both[place, moment] = values  # t in the last column
        return both[:, -1], both[:, :-1]

    def table(self, moments: np.ndarray) -> np.ndarray:
        """The table ``[a, b, x, y]`` of probabilities that belongs to moments, shape (m,).

        Raises ValueError for another shape, or numbers that are not finite.
        """
        return self._table(_of_shape("moments", moments, (self.count,)))

    def _table(self, moments: np.ndarray) -> np.ndarray:
        """The same of numbers that are known to fit."""
        constant, slopes = self.quick_table_map
        return (constant + slopes @ moments).reshape(*self.outcomes, *self.settings)

    @cached_property
    def coordinate_map(self) -> sp.csr_array:
        """The matrix that takes table.ravel() of a no-signalling table to its coordinates."""
        shape = (*self.outcomes, *self.settings)
        rows = np.zeros((self.known, *shape))
        for row, (alice, bob) in zip(rows, self.moments[: self.known], strict=True):
            # a marginal is read where the other party has setting 0
            (x, a), (y, b) = (
                letters[0] if letters else (0, slice(None)) for letters in (alice, bob)
            )
            row[a, b, x, y] = 1
        return sp.csr_array(rows.reshape(self.known, prod(shape)))

    def coordinates(self, table: np.ndarray) -> np.ndarray:
        """P(a|x), P(b|y), P(ab|xy) of a no-signalling table, without the last outcomes.

        Raises ValueError for a table of another shape, or entries that are not finite.
        """
        full = _of_shape("table", table, self.outcomes + self.settings)
        return self.coordinate_map @ full.ravel()

    def read(self, matrix: np.ndarray) -> np.ndarray:
        """The moments that stand in a moment matrix, shape (m,).

        Raises ValueError for a matrix of another shape, or if entries that must be 0, 1 or equal
        differ from that by more than :data:`~nonlocality.foundations.checks.TOLERANCE`.

        >>> structure = moment_structure("1", (2, 2), (1, 1))
        >>> structure.read([[1, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5]]).tolist()
        [0.5, 0.5, 0.0]
        """
        gamma = _of_shape("matrix", matrix, (self.size, self.size))
        filled = self.entries >= 0
        moments = np.zeros(self.count)
        moments[self.entries[filled]] = gamma[filled]
        miss = np.abs(self.inequality.at(moments) - gamma).max()
        if miss > TOLERANCE:
            raise ValueError(
                f"Argument `matrix` must be a moment matrix of level {self.level!r}, but entries "
                f"that are linked or fixed differ by {miss:.2g}."
            )
        return moments

    @cached_property
    def noise(self) -> np.ndarray:
        """Moments of white noise at free settings: γ is positive definite there."""
        (alice, bob), (left, right, _) = self.pairs[0], self._numbers
        return alice.free_moments[left] * bob.free_moments[right]

    def fixed_matrix(self, coordinates: np.ndarray) -> np.ndarray:
        """γ with a behaviour's coordinates, shape (known,), and all free moments zero."""
        return self.inequality.at(np.pad(coordinates, (0, self.count - self.known)))

    def weight_inside(
        self, least: float, moments: np.ndarray, inside: np.ndarray, *, positive: bool
    ) -> float:
        """The largest weight of `moments`, mixed with others, of which nothing becomes negative.

        least: the least eigenvalue of the one's γ relative to the other's. inside: the moments
        that are mixed in. positive: whether probabilities count beside the matrix.
        """
        weight = min(1, 1 / (1 - min(least, 0)))
        if positive:
            low, high = self._table(moments), self._table(inside)
            limits = (high / np.maximum(high - low, high)).min(initial=1, where=high > 0)
            weight = min(weight, limits)
        return float(weight)

    @cached_property
    def whitening(self) -> np.ndarray:
        """A matrix W with W γ Wᵀ = 1 for the γ of :attr:`noise`, lower triangular."""
        return _whitening(self.inequality.constant + self.inequality.combination(self.noise))


def _of_shape(name: str, value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return an array of finite numbers of this shape, or raise ValueError."""
    array = finite_array(name, value)
    if array.shape != shape:
        raise ValueError(f"Argument `{name}` must have shape {shape}, but has shape {array.shape}.")
    return array


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
