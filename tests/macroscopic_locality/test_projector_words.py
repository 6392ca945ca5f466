from itertools import product

import numpy as np
import pytest

from nonlocality.foundations.words import adjoint, multiply
from nonlocality.macroscopic_locality.projector_words import (
    _in_letters,
    number_of_words,
    party_words,
    word_pairs,
    word_products,
)
from nonlocality.macroscopic_locality.structure import LEVELS, MomentStructure


@pytest.mark.parametrize(("outcomes", "settings", "longest"), [(1, 3, 1), (2, 2, 2), (1, 2, 3)])
def test_a_table_of_products_is_that_of_the_words(outcomes, settings, longest):
    side = party_words(outcomes, settings, longest)
    for (i, u), (j, w) in product(enumerate(side.words), repeat=2):
        word = multiply((u, ()), (w, ()))
        number = side.products[i, j]
        assert (number < 0) == (word is None)
        if word is not None:
            assert side.letters[number] == word[0]
            assert side.letters[side.products[j, i]] == adjoint(word)[0]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("outcomes", "settings"), [((2, 3), (2, 2)), ((2, 2), (1, 3))])
def test_words_are_counted_before_they_are_made(level, outcomes, settings):
    letters = [o - 1 for o in outcomes]
    words = word_products(level, letters, settings)
    assert len(set(words)) == len(words) == word_pairs(level, letters, settings)[1].shape[1]
    assert number_of_words(level, letters, settings) == len(words)


def test_a_level_of_too_many_words_is_refused_before_they_are_made():
    with pytest.raises(ValueError, match=r"level '3' would have 2.69e7 words or more"):
        MomentStructure("3", (2, 1), (300, 1))


@pytest.mark.parametrize(("outcomes", "settings"), [(1, 2), (2, 1), (4, 3)])
def test_the_outcomes_of_a_setting_sum_to_one(outcomes, settings):
    outcome, setting, number, sign = _in_letters(outcomes, settings)
    assert sorted(set(outcome)) == list(range(outcomes))
    total = np.zeros((settings, 1 + settings * (outcomes - 1)))
    np.add.at(total, (setting, number), sign)
    assert np.array_equal(total, np.eye(1, total.shape[1]).repeat(settings, axis=0))


def test_a_cache_does_not_keep_what_true_made():
    """To a dictionary True is 1 and a 64-bit integer its value; ranges of them are not made."""
    for one in (np.True_, True, np.int8(1)):
        word_pairs("1+AB", (one, one), (2, 2))
        for side in (party_words(one, 2, 1), *word_pairs("1+AB", (one, one), (2, 2))[0]):
            assert [type(k) for k in (side.outcomes, side.settings, side.longest)] == [int] * 3
