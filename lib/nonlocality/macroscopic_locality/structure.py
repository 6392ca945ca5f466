"""Words of projectors and where their expectation values stand in a moment matrix.

Write A(a|x) and B(b|y) for the projectors on outcomes, commuting between the parties. The entry
of a moment matrix for words v, w is ⟨v† w⟩; equal words have equal moments, and so have a word
and its adjoint, as moments are real (see :mod:`nonlocality.macroscopic_locality.moments`).
"""

from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from itertools import product
from math import prod

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import TOLERANCE, counts, finite_array
from nonlocality.foundations.matrix_inequalities import MatrixInequality
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import SemidefiniteProgram
from nonlocality.foundations.sizes import size_text
from nonlocality.foundations.words import Letters, Word, adjoint, multiply, reduced

LEVELS = ("1", "1+AB", "2", "3")
"""The levels there are, each a subset of the one before; level n has all words of n letters."""

MAX_ROWS = 400
"""Largest number of words of a level; beyond about 80 the programs take minutes."""


@cache
def _free_moment(letters: Letters, outcomes: int) -> float:
    """The moment of a word when different settings are free of one another, like coins.

    Each projector has trace 1/o, and a product of projectors p − 1/o of settings that change at
    every place has trace 0; expanded, that is a recursion over shorter words. The trace of a
    free product is faithful: a matrix of such moments is positive definite.
    """
    if len(letters) < 2:
        return outcomes ** -len(letters)
    total = 0.0
    for kept in product((True, False), repeat=len(letters)):
        if all(kept):
            continue
        word = reduced(tuple(x for x, k in zip(letters, kept, strict=True) if k))
        if word is not None:
            total -= (-1 / outcomes) ** (len(letters) - sum(kept)) * _free_moment(word, outcomes)
    return total


def _check_level(level: str) -> None:
    """Raise ValueError for a level that is not known."""
    if not isinstance(level, str) or level not in LEVELS:
        raise ValueError(f"Argument `level` must be one of {LEVELS}, but is {level!r}.")


def _words(letters: list[Letters], length: int) -> list[Letters]:
    """All products of so many letters in which neighbours belong to different settings."""
    words: list[Letters] = [()]
    for _ in range(length):
        words = [w + a for w in words for a in letters if not w or w[-1][0] != a[0][0]]
    return words


def _alphabet(outcomes: int, settings: int) -> list[Letters]:
    """One party's projectors on the first outcomes of each setting."""
    return [((x, a),) for x in range(settings) for a in range(outcomes)]


def word_products(level: str, outcomes: Sequence[int], settings: Sequence[int]) -> list[Word]:
    """The words of a level: 1, Alice's letters, Bob's, at 1+AB the products, then longer words.

    outcomes: how many outcomes of each setting have letters, for Alice and Bob.

    >>> len(word_products("1+AB", (1, 1), (2, 2))), len(word_products("1+AB", (2, 2), (2, 2)))
    (9, 25)
    """
    alice, bob = map(_alphabet, outcomes, settings)
    words = [((), ()), *((a, ()) for a in alice), *(((), b) for b in bob)]
    if level != "1":
        words += product(alice, bob)
    for length in range(2, int(level) + 1 if level.isdecimal() else 2):
        for k in range(length + 1):
            longer = product(_words(alice, length - k), _words(bob, k))
            words += [word for word in longer if word not in words]
    return words


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
        letters = [m * (o - 1) for o, m in zip(self.outcomes, self.settings, strict=True)]
        rows = 1 + sum(letters)
        if self.level != "1":
            rows = max(rows, 1 + letters[0], 1 + letters[1]) + letters[0] * letters[1]
        if rows <= MAX_ROWS and self.level in ("2", "3"):
            rows = len(self.words)
        if rows > MAX_ROWS:
            raise ValueError(
                f"Arguments `outcomes` and `settings` must be smaller: level {self.level!r} would "
                f"have {size_text(rows)} words or more, and the most are {MAX_ROWS}."
            )

    @cached_property
    def _letters(self) -> tuple[list[Letters], list[Letters]]:
        first = [o - 1 for o in self.outcomes]
        alice, bob = map(_alphabet, first, self.settings)
        return alice, bob

    @cached_property
    def words(self) -> list[Word]:
        """The rows, as in :func:`word_products`, without last outcomes."""
        return word_products(self.level, [o - 1 for o in self.outcomes], self.settings)

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
                found = multiply(v, w)
                if found is None:
                    continue
                word = min(found, adjoint(found))
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
    def program(self) -> SemidefiniteProgram:
        """γ(m) ⪰ 0, at level 1 with P(ab|xy) ≥ 0; the higher levels imply that."""
        constant, slopes = self.table_map
        below = (-slopes, constant) if self.level == "1" else None
        return SemidefiniteProgram([self.inequality], box=1, below=below)

    @cached_property
    def bare_program(self) -> SemidefiniteProgram:
        """γ(m) ⪰ 0 alone."""
        return SemidefiniteProgram([self.inequality], box=1)

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
        return constant.ravel(), sp.csr_array(slopes.reshape(constant.size, len(numbers)))

    @cached_property
    def _quick_table_map(self) -> np.ndarray | sp.csr_array:
        """T of :attr:`table_map`, dense where that is small."""
        slopes = self.table_map[1]
        return slopes.toarray() if prod(slopes.shape) <= 2**17 else slopes

    def table(self, moments: np.ndarray) -> np.ndarray:
        """The table ``[a, b, x, y]`` of probabilities that belongs to moments, shape (m,).

        Raises ValueError for another shape, or numbers that are not finite.
        """
        constant, slopes = self.table_map[0], self._quick_table_map
        values = _of_shape("moments", moments, slopes.shape[1:])
        return (constant + slopes @ values).reshape(*self.outcomes, *self.settings)

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
        full = _of_shape("table", table, (*self.outcomes, *self.settings))
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
        """Moments of white noise at free settings: γ is positive definite there."""
        a, b = self.outcomes
        return np.array([_free_moment(v, a) * _free_moment(w, b) for v, w in self.moments])

    def fixed_matrix(self, coordinates: np.ndarray) -> np.ndarray:
        """γ with a behaviour's coordinates, shape (known,), and all free moments zero."""
        return self.inequality.at(np.pad(coordinates, (0, len(self.moments) - self.known)))

    def weight_inside(
        self, least: float, moments: np.ndarray, inside: np.ndarray, *, positive: bool
    ) -> float:
        """The largest weight of `moments`, mixed with others, of which nothing becomes negative.

        least: the least eigenvalue of the one's γ relative to the other's. inside: the moments
        that are mixed in. positive: whether probabilities count beside the matrix.
        """
        weight = min(1, 1 / (1 - min(least, 0)))
        if positive:
            low, high = self.table(moments).ravel(), self.table(inside).ravel()
            limits = (high / np.maximum(high - low, high)).min(initial=1, where=high > 0)
            weight = min(weight, limits)
        return float(weight)

    @cached_property
    def whitening(self) -> np.ndarray:
        """A matrix W with W γ Wᵀ = 1 for the γ of :attr:`noise`, lower triangular."""
        return np.linalg.inv(np.linalg.cholesky(self.inequality.at(self.noise)))


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
