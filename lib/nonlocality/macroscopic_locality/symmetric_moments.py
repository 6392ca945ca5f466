"""Bell expressions that keep their value when outcomes, settings or parties are renamed.

CHSH, I3322 and CGLMP do. Then only moments that renaming leaves alone need be searched: the
moment matrix of CGLMP at d = 3 and level 1+AB, 25 by 25, becomes a few blocks of at most five
rows. Renaming permutes products of *all* projectors, last outcomes included, so the invariants
are read off there.
"""

from functools import cached_property, lru_cache
from math import prod

import numpy as np

from nonlocality.foundations.checks import whole_numbers
from nonlocality.foundations.invariant_programs import BlockProgram, Reduction, invariant_blocks
from nonlocality.foundations.linear_algebra import _eigh
from nonlocality.foundations.results import result
from nonlocality.foundations.symmetries import _pair_orbits, _value_colours, automorphisms
from nonlocality.foundations.words import Letters, reduced
from nonlocality.macroscopic_locality.projector_words import (
    PartyWords,
    _in_letters,
    _word_pairs,
)
from nonlocality.macroscopic_locality.structure import MomentStructure

FROM_ROWS = 7
"""Smaller moment matrices are not worth a search for symmetries: they take less than a
millisecond."""

MAX_LETTERS = 40
"""Projectors of both parties together in which symmetries are searched for."""

WORTH = 2
"""How many times fewer moments there must be: in invariant ones all matrices are full."""

MAX_ORBITS = 2000
"""Orbits of moments, beyond which a reduction is not worth its making."""

CHUNK = 2**20
"""Products that are summed at a time."""

EQUAL = 1e-11
"""Coefficients that differ by less, relative to the largest, are called equal."""

Generators = tuple[tuple[int, ...], ...]


@lru_cache(maxsize=64)
def _automorphisms(colours: bytes, size: int) -> Generators:
    """The symmetries of a table of colours, kept."""
    return automorphisms(np.frombuffer(colours, dtype=int).reshape(size, size))


def renamings(functional: np.ndarray, structure: MomentStructure) -> Generators:
    """Permutations of the projectors that leave Σ f P alone for all no-signalling P.

    functional: f, shape (o_A, o_B, m_A, m_B). The projectors are numbered by party, setting and
    outcome. Returns generators; none if there are more than :data:`MAX_LETTERS` projectors.

    >>> from nonlocality.foundations.inequalities import correlator_functional
    >>> from nonlocality.macroscopic_locality.structure import moment_structure
    >>> chsh = correlator_functional([[1, 1], [1, -1]])
    >>> len(renamings(chsh, moment_structure("1", (2, 2), (2, 2)))) > 0
    True
    """
    (o, p), (m, n) = structure.outcomes, structure.settings
    alice, size = o * m, o * m + p * n
    if size > MAX_LETTERS:
        return ()
    unit, projector = np.eye(size), np.arange(size)
    setting = np.where(projector < alice, projector // o, m + (projector - alice) // p)
    same = setting[:, None] == setting
    # 0 for the same projector, 1 for others of its setting, 2 for others of its party
    colours = (2 - same - unit).astype(int)
    # what no-signalling tables see: what does not depend on a party's outcome is averaged over
    # its settings as well
    ours = unit[:alice, :alice] - same[:alice, :alice] / o + 1 / alice
    theirs = unit[alice:, alice:] - same[alice:, alice:] / p + 1 / (size - alice)
    across = ours @ functional.transpose(2, 0, 3, 1).reshape(alice, size - alice) @ theirs
    largest = float(np.abs(across).max())
    colours[:alice, alice:] = 3 + _value_colours(across, EQUAL * largest)
    colours[alice:, :alice] = colours[:alice, alice:].T
    return _automorphisms(colours.tobytes(), size)


@result
class AllWords:
    """The words of a structure with last outcomes too, and how renaming moves them.

    >>> from nonlocality.macroscopic_locality.structure import moment_structure
    >>> words = AllWords(moment_structure("1", (2, 2), (1, 1)))
    >>> words.matrix.astype(int).tolist()  # of 1, A0, A1, B0, B1 in 1, A0, B0
    [[1, 0, 0], [0, 1, 0], [1, -1, 0], [0, 0, 1], [1, 0, -1]]
    >>> words.renamed([(1, 0, 2, 3)]).tolist()
    [[0, 2, 1, 3, 4]]
    """

    structure: MomentStructure

    @cached_property
    def _pairs(self) -> tuple[tuple[PartyWords, PartyWords], np.ndarray]:
        of = self.structure
        return _word_pairs(of.level, of.outcomes, of.settings)

    @cached_property
    def _number(self) -> np.ndarray:
        """The number of the word that is made of one word of each party, in either order.

        Words of one party are numbered through: 1, Alice's others, Bob's others.
        """
        (alice, bob), (left, right) = self._pairs
        count = alice.count + bob.count - 1
        number = np.zeros((count, count), dtype=int)
        right = self._through(right)
        number[left, right] = number[right, left] = np.arange(len(left))
        return number

    def _through(self, right: np.ndarray) -> np.ndarray:
        """The numbers of Bob's words, numbered through."""
        return right + (self._pairs[0][0].count - 1) * (right > 0)

    @cached_property
    def _fewer(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of each party, its words in fewer letters, and which of them these are."""
        parties = zip(self._pairs[0], self.structure.pairs[0], strict=True)
        return [_in_fewer_letters(side, few) for side, few in parties]

    @cached_property
    def matrix(self) -> np.ndarray:
        """T, which gives these words in terms of the rows of the structure; shape (words, rows)."""
        (_, (left, right)), (_, rows) = self._pairs, self.structure.pairs
        (one, _), (other, _) = self._fewer
        return one[left[:, None], rows[0]] * other[right[:, None], rows[1]]

    @cached_property
    def rows(self) -> np.ndarray:
        """Which of these words are the rows of the structure."""
        (_, one), (_, other) = self._fewer
        left, right = self.structure.pairs[1]
        return self._number[one[left], self._through(other[right])]

    def renamed(self, generators: Generators) -> np.ndarray:
        """Where permutations of the projectors take each word, shape (permutations, words)."""
        (alice, bob), (left, right) = self._pairs
        moved = whole_numbers("generators", generators)
        if alice.longest == 1:
            images = np.zeros((len(moved), moved.shape[1] + 1), dtype=int)
            images[:, 1:] = moved + 1
        else:
            starts = 0, alice.settings * alice.outcomes  # projectors are numbered through, too
            words = [tuple([start + x * side.outcomes + a for x, a in word])
                     for start, side in zip(starts, (alice, bob), strict=True)
                     for word in side.words[start > 0 :]]  # fmt: skip
            place = {word: k for k, word in enumerate(words)}
            images = np.array(
                [[place[tuple([to[k] for k in word])] for word in words] for to in moved.tolist()]
            )
        return self._number[images[:, left], images[:, self._through(right)]]

    @cached_property
    def table_entries(self) -> np.ndarray:
        """Where P(ab|xy) stands among pairs of words, in the order of a table ``[a, b, x, y]``."""
        (o, p), (m, n) = self.structure.outcomes, self.structure.settings
        letters = self._number[0]
        ours = letters[1 : 1 + m * o].reshape(m, o).T
        theirs = letters[self._through(np.arange(1, 1 + n * p))].reshape(n, p).T
        return (ours[:, None, :, None] * len(self.matrix) + theirs[:, None, :]).ravel()


@lru_cache(maxsize=64)
def _in_fewer_letters(side: PartyWords, fewer: PartyWords) -> tuple[np.ndarray, np.ndarray]:
    """One party's products of projectors in terms of those without last outcomes.

    With them, which of the products are the latter.
    """
    matrix = np.zeros((side.count, fewer.count))
    if side.longest == 1:  # no products
        a, x, number, sign = _in_letters(side.outcomes, side.settings)
        matrix[0, 0], matrix[1 + x * side.outcomes + a, number] = 1, sign
        kept = np.arange(side.count) % side.outcomes > 0  # 1, and letters but the last
        kept[0] = True
        return matrix, kept.nonzero()[0]
    place = fewer.place
    known: dict[Letters, dict[Letters, int]] = {(): {(): 1}}
    for k, word in enumerate(side.words):
        if word:
            x, a = word[-1]
            ways = [(word[-1:], 1)]
            if a == fewer.outcomes:  # the last outcome is 1 minus the others
                ways = [((), 1), *((((x, b),), -1) for b in range(fewer.outcomes))]
            parts: dict[Letters, int] = {}
            for start, sign in known[word[:-1]].items():
                for letter, other in ways:
                    part = reduced(start + letter)
                    if part is not None:
                        parts[part] = parts.get(part, 0) + sign * other
            known[word] = parts
        for part, sign in known[word].items():
            matrix[k, place[part]] = sign
    return matrix, np.array([side.place[word] for word in fewer.words])


@lru_cache(maxsize=64)
def _all_words(structure: MomentStructure) -> AllWords:
    """The words with last outcomes, kept."""
    return AllWords(structure)


def _means(words: AllWords, orbits: np.ndarray, goal: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """The mean of each orbit of entries that has moments, in terms of the values of these orbits.

    orbits: of each pair of words. goal: the numbers of those with moments, from 1; 0 for others.
    kind: which of them each moment is in, and 0 for the entries 0 and 1. Returns a square matrix:
    constants are left out.
    """
    count, n = len(words.matrix), goal.max() + 1
    word, row = words.matrix.nonzero()
    value = words.matrix[word, row]
    total = np.zeros(n * n)
    step = max(1, CHUNK // len(word))
    for start in range(0, len(word), step):
        part = slice(start, start + step)
        target = goal[orbits[word[part, None] * count + word]]
        source = kind[words.structure.entries[row[part, None], row]]
        weight = value[part, None] * value
        total += np.bincount((target * n + source).ravel(), weight.ravel(), n * n)
    return total.reshape(n, n)[1:, 1:] / np.bincount(goal[orbits])[1:, None]


@lru_cache(maxsize=64)
def reduction(
    structure: MomentStructure, generators: Generators, *, positivity: bool
) -> Reduction | None:
    """The program in moments that the renamings leave alone; None where it is not worth its making.

    generators: as :func:`renamings` gives them. positivity: whether P(ab|xy) ≥ 0 is among the
    constraints.
    """
    if not generators:
        return None
    words = _all_words(structure)
    count = len(words.matrix)
    orbits = _pair_orbits(words.renamed(generators))

    filled = structure.entries >= 0
    first = np.zeros(structure.count, dtype=int)  # an entry for each moment
    first[structure.entries[filled]] = (words.rows[:, None] * count + words.rows)[filled]
    met = np.zeros(orbits.max() + 1, dtype=int)  # the orbits that have moments
    met[orbits[first]] = 1
    goal = met * met.cumsum()
    if goal.max() > MAX_ORBITS:
        return None
    kind = np.zeros(structure.count + 2, dtype=int)  # the last two for 0 and 1
    kind[: structure.count] = goal[orbits[first]]  # moments of an orbit are equal
    means = _means(words, orbits, goal, kind)
    change = np.eye(len(means)) - means
    size, vectors = _eigh(change.T @ change)  # 1 minus a projection: 0, or at least 1
    directions = vectors[kind[: structure.count] - 1][:, size < 0.5]
    if WORTH * directions.shape[1] > structure.count:
        return None

    white = structure.whitening
    values = np.zeros((directions.shape[1], structure.count + 2))  # the last two for 0 and 1
    values[:, : structure.count] = directions.T
    slopes = values[:, structure.entries]
    slopes = white @ slopes @ white.T
    bases = invariant_blocks(slopes)
    whole = np.concatenate(bases, axis=1)
    inner = whole.T @ slopes @ whole
    inner = (inner + inner.transpose(0, 2, 1)) / 2
    orders = [basis.shape[1] for basis in bases]
    below, share, kinds = (np.zeros((0, directions.shape[1])), np.zeros(0)), np.zeros(0), []
    if positivity and structure.level == "1":
        seen = orbits[words.table_entries]
        chosen = np.full(len(met), -1)  # one of each orbit
        chosen[seen] = np.arange(len(seen))
        there = chosen >= 0
        chosen, kinds = chosen[there], (there.cumsum() - 1)[seen]
        rows = -(structure.quick_table_map[1][chosen] @ directions)
        below = rows, np.full(len(rows), 1 / prod(structure.outcomes))  # of white noise
        share = 1 / np.bincount(kinds)[kinds]

    def duals(nu: np.ndarray, mu: np.ndarray, matrices: list[np.ndarray]) -> tuple:
        """The dual matrix in the full basis, averaged over the group."""
        full = np.zeros((count, count))
        # words without last outcomes stand for themselves
        full[words.rows[:, None], words.rows] = inward.T @ matrices[0] @ inward
        full = (np.bincount(orbits, full.ravel()) / sizes)[orbits].reshape(count, count)
        return nu, share * mu[kinds] if len(kinds) else mu, [words.matrix.T @ full @ words.matrix]

    sizes = np.bincount(orbits)
    inward = whole.T @ white
    return Reduction(BlockProgram(inner, orders, below), structure.noise, directions, duals)
