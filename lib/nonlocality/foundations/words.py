"""Words of projectors that commute between two parties: the algebra of moment matrices."""

Letters = tuple[tuple[int, int], ...]
"""Letters (x, a) of one party, the projectors on outcome a of setting x, in order."""

Word = tuple[Letters, Letters]
"""The letters of the one party, then those of the other."""


def reduced(letters: Letters) -> Letters | None:
    """One party's letters as they stand when projectors are multiplied out; None if that is 0.

    >>> reduced(((0, 0), (0, 0), (1, 0)))
    ((0, 0), (1, 0))
    """
    kept: list[tuple[int, int]] = []
    for letter in letters:
        if not kept or kept[-1][0] != letter[0]:
            kept.append(letter)
        elif kept[-1] != letter:
            return None
    return tuple(kept)


def multiply(left: Word, right: Word) -> Word | None:
    """left† right for projective measurements that commute between the parties; None if 0.

    >>> multiply((((0, 0),), ()), (((0, 0),), ((1, 0),)))
    (((0, 0),), ((1, 0),))
    """
    parts = [reduced((*reversed(ours), *theirs)) for ours, theirs in zip(left, right, strict=True)]
    return None if None in parts else (parts[0], parts[1])


def adjoint(word: Word) -> Word:
    """The word of the adjoint operator: each party's letters reversed."""
    return word[0][::-1], word[1][::-1]
