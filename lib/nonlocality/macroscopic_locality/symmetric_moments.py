"""Bell expressions that keep their value when outcomes, settings or parties are renamed.

CHSH, I3322 and CGLMP do. Then only moments that renaming leaves alone need be searched: the
moment matrix of CGLMP at d = 3 and level 1+AB, 25 by 25, becomes a few blocks of at most five
rows. Renaming permutes products of *all* projectors, last outcomes included, so the invariants
are read off there.
"""

from functools import cached_property, lru_cache

import numpy as np

from nonlocality.foundations.invariant_programs import BlockProgram, Reduction, invariant_blocks
from nonlocality.foundations.linear_algebra import numbered
from nonlocality.foundations.results import result
from nonlocality.foundations.symmetries import automorphisms, pair_orbits, value_colours
from nonlocality.foundations.words import Letters, reduced
from nonlocality.macroscopic_locality.projector_words import (
    PartyWords,
    outcomes_in_letters,
    word_pairs,
)
from nonlocality.macroscopic_locality.structure import MomentStructure

FROM_ROWS = 7
"""Smaller moment matrices are not worth a search for symmetries: they take less than a
millisecond."""

MAX_LETTERS = 40
"""Projectors of both parties together in which symmetries are searched for."""

MAX_ORBITS = 2000
"""Orbits of moments, beyond which a reduction is not worth its making."""

CHUNK = 2**20
"""Products that are summed at a time."""

ROUNDING = 1e-12
"""Entries of inequalities in invariant moments, which are of size 1, that are called 0."""

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
    setting = np.repeat(np.arange(m + n), [o] * m + [p] * n)
    same = setting[:, None] == setting
    # 0 for the same projector, 1 for others of its setting, 2 for others of its party
    colours = 2 - same - np.eye(size, dtype=int)
    # what no-signalling tables see: what does not depend on a party's outcome is averaged over
    # its settings as well
    ours = np.eye(alice) - same[:alice, :alice] / o + 1 / alice
    theirs = np.eye(size - alice) - same[alice:, alice:] / p + 1 / (size - alice)
    across = ours @ functional.transpose(2, 0, 3, 1).reshape(alice, size - alice) @ theirs
    largest = float(np.abs(across).max())
    colours[:alice, alice:] = 3 + value_colours(across, tolerance=EQUAL * largest)
    colours[alice:, :alice] = colours[:alice, alice:].T
    return _automorphisms(colours.tobytes(), size)


@result
class AllWords:
    """The words of a structure with last outcomes too, and how renaming moves them.

    >>> from nonlocality.macroscopic_locality.structure import moment_structure
    >>> words = AllWords(moment_structure("1", (2, 2), (1, 1)))
    >>> words.matrix.astype(int).tolist()  # of 1, A0, A1, B0, B1 in 1, A0, B0
    [[1, 0, 0], [0, 1, 0], [1, -1, 0], [0, 0, 1], [1, 0, -1]]
    >>> words.renamed((1, 0, 2, 3)).tolist()
    [0, 2, 1, 3, 4]
    """

    structure: MomentStructure

    @cached_property
    def _pairs(self) -> tuple[tuple[PartyWords, PartyWords], np.ndarray]:
        of = self.structure
        return word_pairs(of.level, of.outcomes, of.settings)

    @cached_property
    def _number(self) -> np.ndarray:
        """The number of the word that is made of one word of each party."""
        sides, pairs = self._pairs
        number = np.zeros([len(side.words) for side in sides], dtype=int)
        number[tuple(pairs)] = np.arange(pairs.shape[1])
        return number

    @cached_property
    def matrix(self) -> np.ndarray:
        """T, which gives these words in terms of the rows of the structure; shape (words, rows)."""
        (sides, pairs), (few, rows) = self._pairs, self.structure.pairs
        one, other = (_in_fewer_letters(s, f) for s, f in zip(sides, few, strict=True))
        return one[pairs[0][:, None], rows[0]] * other[pairs[1][:, None], rows[1]]

    @cached_property
    def rows(self) -> np.ndarray:
        """Which of these words are the rows of the structure."""
        (sides, _), (few, rows) = self._pairs, self.structure.pairs
        one, other = (
            np.array([side.place[word] for word in fewer.words])
            for side, fewer in zip(sides, few, strict=True)
        )
        return self._number[one[rows[0]], other[rows[1]]]

    def renamed(self, generator: tuple[int, ...]) -> np.ndarray:
        """Where a permutation of the projectors takes each word."""
        (first, second), (left, right) = self._pairs
        split = first.settings * first.outcomes
        swapped = generator[0] >= split
        ours, theirs = list(generator[:split]), list(generator[split:])
        if swapped:
            one = _images(first, second, [k - split for k in ours])[left]
            other = _images(second, first, theirs)[right]
            return self._number[other, one]
        one = _images(first, first, ours)[left]
        other = _images(second, second, [k - split for k in theirs])[right]
        return self._number[one, other]

    @cached_property
    def table_entries(self) -> np.ndarray:
        """Where P(ab|xy) stands among pairs of words, in the order of a table ``[a, b, x, y]``."""
        (o, p), (m, n) = self.structure.outcomes, self.structure.settings
        ours = self._number[1 : 1 + m * o, 0].reshape(m, o).T
        theirs = self._number[0, 1 : 1 + n * p].reshape(n, p).T
        return (ours[:, None, :, None] * len(self.matrix) + theirs[:, None, :]).ravel()


def _images(side: PartyWords, goal: PartyWords, moved: list[int]) -> np.ndarray:
    """Which words of a party a party's words become; moved: which letters its letters become."""
    if side.longest == 1:
        return np.array([0, *[1 + k for k in moved]])
    letters = [letter for (letter,) in side.by_length[1]]
    image = dict(zip(letters, [goal.by_length[1][k][0] for k in moved], strict=True))
    return np.array([goal.place[tuple([image[x] for x in word])] for word in side.words])


@lru_cache(maxsize=64)
def _in_fewer_letters(side: PartyWords, fewer: PartyWords) -> np.ndarray:
    """One party's products of projectors in terms of those without last outcomes."""
    matrix = np.zeros((len(side.words), len(fewer.words)))
    if side.longest == 1:  # no products
        a, x, number, sign = outcomes_in_letters(side.outcomes, side.settings)
        matrix[0, 0], matrix[1 + x * side.outcomes + a, number] = 1, sign
        return matrix
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
    return matrix


@lru_cache(maxsize=64)
def _all_words(structure: MomentStructure) -> AllWords:
    """The words with last outcomes, kept."""
    return AllWords(structure)


def _means(words: AllWords, orbits: np.ndarray, used: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """The mean of each used orbit of entries with last outcomes, in terms of the orbits' values.

    orbits: of each pair of words. used: the orbits of moments. kind: which of them each moment is
    in. Returns a square matrix: constants are left out.
    """
    count, entries, n = len(words.matrix), words.structure.entries, len(used)
    sizes = np.bincount(orbits)
    goal = np.full(len(sizes), -1)
    goal[used] = np.arange(n)
    word, row = np.nonzero(words.matrix)
    value = words.matrix[word, row]
    total = np.zeros(n * n)
    step = max(1, CHUNK // len(word))
    for start in range(0, len(word), step):
        part = slice(start, start + step)
        orbit = orbits[word[part, None] * count + word]
        moment, target = entries[row[part, None], row], goal[orbit]
        kept = (target >= 0) & (moment >= 0)
        weight = (value[part, None] * value)[kept] / sizes[orbit[kept]]
        total += np.bincount(target[kept] * n + kind[moment[kept]], weight, n * n)
    return total.reshape(n, n)


@lru_cache(maxsize=64)
def reduction(
    structure: MomentStructure, generators: Generators, *, positivity: bool
) -> Reduction | None:
    """The program of a structure in moments that the renamings leave alone; None without any.

    generators: as :func:`renamings` gives them. positivity: whether P(ab|xy) ≥ 0 is among the
    constraints.
    """
    if not generators:
        return None
    words = _all_words(structure)
    count = len(words.matrix)
    orbits = pair_orbits([words.renamed(generator) for generator in generators], count)

    filled = structure.entries >= 0
    first = np.zeros(structure.count, dtype=int)  # an entry for each moment
    first[structure.entries[filled]] = (words.rows[:, None] * count + words.rows)[filled]
    lead, kind = numbered(orbits[first])  # moments of an orbit are equal
    used = orbits[first][lead]
    if len(used) > MAX_ORBITS:
        return None
    change = np.eye(len(used)) - _means(words, orbits, used, kind)
    size, vectors = np.linalg.eigh(change.T @ change)  # 1 minus a projection: 0, or at least 1
    directions = vectors[kind][:, size < 0.5]

    white = structure.whitening
    values = np.zeros((directions.shape[1], structure.count + 2))  # the last two for 0 and 1
    values[:, : structure.count] = directions.T
    slopes = values[:, structure.entries]
    slopes = white @ slopes @ white.T
    slopes = (slopes + slopes.transpose(0, 2, 1)) / 2
    bases = invariant_blocks(slopes)
    whole = np.concatenate(bases, axis=1)
    inner = whole.T @ slopes @ whole
    inner = (inner + inner.transpose(0, 2, 1)) / 2
    orders = [basis.shape[1] for basis in bases]
    below, share, kinds = (np.zeros((0, directions.shape[1])), np.zeros(0)), np.zeros(0), []
    if positivity and structure.level == "1":
        chosen, kinds = numbered(orbits[words.table_entries])
        constant, table = (part[chosen] for part in structure.quick_table_map)
        rows = -(table @ directions)
        rows[np.abs(rows) < ROUNDING] = 0  # a row of mere rounding must not be scaled up
        below = rows, constant + table @ structure.noise
        share = 1 / np.bincount(kinds)[kinds]

    def duals(nu: np.ndarray, mu: np.ndarray, matrices: list[np.ndarray]) -> tuple:
        """The dual matrix in the full basis, averaged over the group."""
        full, start = np.zeros((sum(orders), sum(orders))), 0
        for z in matrices:
            full[start : start + len(z), start : start + len(z)] = z
            start += len(z)
        full, z = np.zeros((count, count)), inward.T @ full @ inward
        full[words.rows[:, None], words.rows] = (
            z  # words without last outcomes stand for themselves
        )
        full = (np.bincount(orbits, full.ravel()) / sizes)[orbits].reshape(count, count)
        return nu, share * mu[kinds] if len(kinds) else mu, [words.matrix.T @ full @ words.matrix]

    sizes = np.bincount(orbits)
    inward = whole.T @ white
    return Reduction(BlockProgram(inner, orders, below), structure.noise, directions, duals)
