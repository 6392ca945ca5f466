"""Bell expressions that keep their value when outcomes, settings or parties are renamed.

CHSH, I3322 and CGLMP do. Then only moments that renaming leaves alone need be searched: the
moment matrix of CGLMP at d = 3 and level 1+AB, 25 by 25, becomes a few blocks of at most five
rows. Renaming permutes products of *all* projectors, last outcomes included, so the invariants
are read off there.
"""

from functools import cache, lru_cache
from itertools import product

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.invariant_programs import Reduction, invariant_blocks
from nonlocality.foundations.matrix_inequalities import MatrixInequality
from nonlocality.foundations.semidefinite import SemidefiniteProgram
from nonlocality.foundations.symmetries import automorphisms, orbit_numbers, value_colours
from nonlocality.foundations.words import Letters, Word, reduced
from nonlocality.macroscopic_locality.structure import MomentStructure, word_products

FROM_ROWS = 9
"""Smaller moment matrices are not worth a search for symmetries: they take less than a
millisecond."""

MAX_LETTERS = 40
"""Projectors of both parties together in which symmetries are searched for."""

MAX_ORBITS = 2000
"""Orbits of moments, beyond which a reduction is not worth its making."""

EQUAL = 1e-11
"""Coefficients that differ by less, relative to the largest, are called equal."""

Generators = tuple[tuple[int, ...], ...]


@lru_cache(maxsize=64)
def _without_signalling(structure: MomentStructure) -> np.ndarray:
    """An orthonormal basis of the span of all no-signalling tables, shape (entries, k)."""
    constant, slopes = structure.table_map
    span = np.column_stack([constant, slopes[:, : structure.known].toarray()])
    return np.linalg.qr(span)[0]


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
    letters = np.multiply(structure.outcomes, structure.settings)
    size, alice = int(letters.sum()), int(letters[0])
    if size > MAX_LETTERS:
        return ()
    basis = _without_signalling(structure)
    bare = (basis @ (functional.ravel() @ basis)).reshape(np.shape(functional))
    across = bare.transpose(2, 0, 3, 1).reshape(alice, size - alice)
    within = [
        2 - np.kron(np.eye(m, dtype=int), np.ones((o, o), dtype=int)) - np.eye(m * o, dtype=int)
        for o, m in zip(structure.outcomes, structure.settings, strict=True)
    ]
    colours = np.empty((size, size), dtype=int)
    colours[:alice, :alice], colours[alice:, alice:] = within
    largest = float(np.abs(across).max())
    colours[:alice, alice:] = 3 + value_colours(across, tolerance=EQUAL * largest)
    colours[alice:, :alice] = colours[:alice, alice:].T
    return _automorphisms(colours.tobytes(), size)


@cache
def _expanded(letters: Letters, outcomes: int) -> dict[Letters, int]:
    """A product of projectors as a sum of products without last outcomes."""
    total: dict[Letters, int] = {}
    ways = [
        [((), 1), *((((x, k),), -1) for k in range(outcomes - 1))]
        if a == outcomes - 1
        else [(((x, a),), 1)]
        for x, a in letters
    ]
    for way in product(*ways):
        word = reduced(tuple(letter for part, _ in way for letter in part))
        if word is not None:
            total[word] = total.get(word, 0) + int(np.prod([sign for _, sign in way]))
    return {word: factor for word, factor in total.items() if factor}


@lru_cache(maxsize=64)
def _all_words(structure: MomentStructure) -> tuple[list[Word], np.ndarray]:
    """The words with last outcomes, and the matrix T that gives them in terms of the rows."""
    words = word_products(structure.level, structure.outcomes, structure.settings)
    row = {word: k for k, word in enumerate(structure.words)}
    matrix = np.zeros((len(words), len(row)))
    for k, word in enumerate(words):
        parts = [_expanded(w, o) for w, o in zip(word, structure.outcomes, strict=True)]
        for (left, i), (right, j) in product(*(part.items() for part in parts)):
            matrix[k, row[left, right]] += i * j
    return words, matrix


def _renamed_words(
    words: list[Word], generator: tuple[int, ...], structure: MomentStructure
) -> np.ndarray:
    """Where a permutation of the projectors takes each word."""
    letters = [
        (party, (x, a))
        for party, (o, m) in enumerate(zip(structure.outcomes, structure.settings, strict=True))
        for x in range(m)
        for a in range(o)
    ]
    to = dict(zip(letters, (letters[k] for k in generator), strict=True))
    number = {word: k for k, word in enumerate(words)}
    images = []
    for word in words:
        parts: list[list[tuple[int, int]]] = [[], []]
        for party, ours in enumerate(word):
            for letter in ours:
                other, image = to[party, letter]
                parts[other].append(image)
        images.append(number[tuple(parts[0]), tuple(parts[1])])
    return np.array(images)


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
    words, matrix = _all_words(structure)
    count, size = matrix.shape
    places = np.arange(count * count).reshape(count, count)
    moved = [_renamed_words(words, g, structure) for g in generators]
    orbits = orbit_numbers([places.T.ravel(), *(places[np.ix_(p, p)].ravel() for p in moved)],
                           count * count)  # fmt: skip
    sizes = np.bincount(orbits)

    # the moments as entries, and the mean of an orbit of entries as a function of the moments
    inequality = structure.inequality
    number = {word: k for k, word in enumerate(words)}
    rows = np.array([number[word] for word in structure.words])
    entry = sp.coo_array(inequality.slopes)
    first = np.zeros(len(structure.moments), dtype=int)
    first[entry.col] = entry.row
    used, kind = np.unique(orbits[places[np.ix_(rows, rows)].ravel()[first]], return_inverse=True)
    if len(used) > MAX_ORBITS:
        return None
    mean = sp.csr_array(
        (1 / sizes[orbits], (orbits, np.arange(count * count))), shape=(len(sizes), count * count)
    )[used]
    wide = sp.csr_array(matrix)
    constant_on = sp.csr_array(np.eye(len(used))[kind])  # moments of one orbit are equal
    means = mean @ sp.kron(wide, wide, format="csr") @ inequality.slopes @ constant_on
    consistent = np.eye(len(used)) - means.toarray()
    _, scale, right = np.linalg.svd(consistent)
    directions = constant_on @ right[(scale > 1e-9).sum() :].T

    white, table = structure.whitening, structure.table_map
    slopes = (inequality.slopes @ directions).T.reshape(-1, size, size)
    slopes = white @ slopes @ white.T
    slopes = (slopes + slopes.transpose(0, 2, 1)) / 2
    bases = invariant_blocks(slopes)
    blocks = []
    for basis in bases:
        inner = basis.T @ slopes @ basis
        inner = (inner + inner.transpose(0, 2, 1)) / 2
        blocks.append(MatrixInequality(np.eye(basis.shape[1]), inner.reshape(len(inner), -1).T))
    below, spread = None, sp.csr_array((0, 0))
    if positivity and structure.level == "1":
        entries = _table_entries(words, structure)
        of, chosen, kinds = np.unique(
            orbits[places.ravel()[entries]], return_index=True, return_inverse=True
        )
        below = (
            sp.csr_array(-(table[1][chosen] @ directions)),
            table[0][chosen] + table[1][chosen] @ structure.noise,
        )
        share = 1 / np.bincount(kinds)[kinds]
        spread = sp.csr_array((share, (np.arange(len(kinds)), kinds)), (len(kinds), len(of)))
    outward = matrix @ np.linalg.inv(matrix.T @ matrix)

    def duals(nu: np.ndarray, mu: np.ndarray, matrices: list[np.ndarray]) -> tuple:
        """The dual matrix in the full basis, averaged over the group."""
        inner = sum(u @ z @ u.T for u, z in zip(bases, matrices, strict=True))
        full = (outward @ (white.T @ inner @ white) @ outward.T).ravel()
        full = (np.bincount(orbits, full) / sizes)[orbits].reshape(count, count)
        return nu, spread @ mu if below else mu, [matrix.T @ full @ matrix]

    return Reduction(
        SemidefiniteProgram(blocks, box=1, below=below), structure.noise, directions, duals
    )


def _table_entries(words: list[Word], structure: MomentStructure) -> np.ndarray:
    """Where P(ab|xy) stands among the pairs of words, in the order of a table ``[a, b, x, y]``."""
    number = {word: k for k, word in enumerate(words)}
    return np.array([
        number[((x, a),), ()] * len(words) + number[(), ((y, b),)]
        for a, b, x, y in np.ndindex(*structure.outcomes, *structure.settings)
    ])  # fmt: skip
