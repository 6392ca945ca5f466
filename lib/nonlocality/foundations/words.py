"""Words of projectors that commute between two parties: the algebra of moment matrices."""

Letters = tuple[tuple[int, int], ...]


Word = tuple[Letters, Letters]
"""Bob's letters (y, b) and Charlie's letters (z, c), each in order."""


def multiply(left: Word, right: Word) -> Word | None:
    """left† right for projective measurements that commute between the parties; None if 0.

    >>> multiply((((0, 0),), ()), (((0, 0),), ((1, 0),)))
    (((0, 0),), ((1, 0),))
    """
    word = []
    for ours, theirs in zip(left, right, strict=True):
        letters: list[tuple[int, int]] = []
        for letter in (*reversed(ours), *theirs):
            if not letters or letters[-1][0] != letter[0]:
                letters.append(letter)
            elif letters[-1] != letter:
                return None
        word.append(tuple(letters))
    return tuple(word)


def adjoint(word: Word) -> Word:
    """The word of the adjoint operator: each party's letters reversed."""
    return tuple(letters[::-1] for letters in word)
