"""Words of Bob's and Charlie's projectors, and which blocks of a moment matrix they link.

Two places of the matrix of :mod:`nonlocality.postquantum_steering.moments` are linked if the
products of their words are equal, or adjoint to each other: the rules (22)–(29) of
arXiv:1505.01430.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from nonlocality.foundations.checks import counts, shown
from nonlocality.foundations.sizes import require_memory
from nonlocality.foundations.words import Word, adjoint, multiply

ALMOST_QUANTUM = "almost-quantum"
"""The level whose words have at most one letter of each party: Q̃."""


Place = tuple[int, int]
"""Row and column of a block of the moment matrix, row ≤ column."""


def moment_words(
    *, outcomes: Sequence[int], settings: Sequence[int], level: str | int = ALMOST_QUANTUM
) -> list[Word]:
    """The words of a level, without the last outcome of each setting; first 1.

    outcomes, settings: of Bob and Charlie. level: "almost-quantum", eq. (8) of arXiv:1505.01430,
    or n for the words of at most n letters in all, eq. (32).
    Raises ValueError for another level or numbers that are not two positive integers.

    >>> [len(moment_words(outcomes=(2, 2), settings=(2, 2), level=n)) for n in (1, 2, 3)]
    [5, 13, 25]
    >>> len(moment_words(outcomes=(2, 2), settings=(2, 2)))
    9
    """
    outcomes = counts("outcomes", outcomes, length=2)
    settings = counts("settings", settings, length=2)
    if level != ALMOST_QUANTUM and (not isinstance(level, int) or level < 1):
        raise ValueError(
            f"Argument `level` must be {ALMOST_QUANTUM!r} or a positive integer, but is {level!r}."
        )
    longest, most = (1, 2) if level == ALMOST_QUANTUM else (level, level)
    require_memory("level", 8, base=2, exponent=longest)
    scenario = list(zip(outcomes, settings, strict=True))
    bob, charlie = (
        [1, *(m * (k - 1) * ((m - 1) * (k - 1)) ** (n - 1) for n in range(1, longest + 1))]
        for k, m in scenario
    )
    pairs = sum(bob[i] * charlie[n - i] for n in range(most + 1) for i in _lengths(n, longest))
    name = "outcomes, settings" if level in (ALMOST_QUANTUM, 1) else "level"
    require_memory(name, 72 * pairs)
    bob, charlie = (_alternating(k, m, longest=longest) for k, m in scenario)
    return [
        word
        for n in range(most + 1)
        for i in _lengths(n, longest)
        for word in product(bob[i], charlie[n - i])
    ]


def _lengths(total: int, longest: int) -> range:
    """How many letters of a word of two parties may be Bob's, most first."""
    return range(min(total, longest), max(0, total - longest) - 1, -1)


def _alternating(outcomes: int, settings: int, *, longest: int) -> list[list[tuple]]:
    """Words of one party by their length: no letter has the setting of the one before it."""
    letters = list(product(range(settings), range(outcomes - 1)))
    words: list[list[tuple]] = [[()]]
    for _ in range(longest):
        words.append([(*w, a) for w in words[-1] for a in letters if not w or w[-1][0] != a[0]])
    return words


@dataclass(frozen=True)
class Pattern:
    """Which blocks of a moment matrix are linked.

    words: of the rows. blocks: for each place (v, w) with v ≤ w the name of its block and whether
    it is the adjoint that stands there; without a name the block is 0. hermitian: the names of
    blocks that are Hermitian.
    """

    words: tuple[Word, ...]
    blocks: dict[Place, tuple[object, bool] | None]
    hermitian: frozenset


def quantum_pattern(words: Sequence[Word]) -> Pattern:
    """All links that projective measurements give: equal and adjoint products.

    Raises ValueError for more words than a moment matrix can have rows.

    >>> pattern = quantum_pattern(moment_words(outcomes=(2, 2), settings=(2, 2)))
    >>> len({block for block, _ in pattern.blocks.values()})
    17
    """
    require_memory("words", 160 * len(words) ** 2)
    blocks: dict[Place, tuple[object, bool] | None] = {}
    for v, w in product(range(len(words)), repeat=2):
        if v <= w:
            try:
                word = multiply(words[v], words[w])
            except (TypeError, IndexError, ValueError):
                raise ValueError(
                    "Argument `words` must hold words, as from `moment_words`, but holds "
                    f"{shown(words[v])} and {shown(words[w])}."
                ) from None
            if word is None:
                blocks[v, w] = None
            else:
                name = min(word, adjoint(word))
                blocks[v, w] = name, name != word
    names = {block[0] for block in blocks.values() if block}
    return Pattern(tuple(words), blocks, frozenset(n for n in names if adjoint(n) == n))
