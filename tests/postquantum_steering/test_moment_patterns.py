import pytest

from nonlocality.foundations.words import multiply
from nonlocality.postquantum_steering.moment_patterns import moment_words, quantum_pattern


@pytest.mark.parametrize("outcomes", [(2, 2), (3, 2)])
@pytest.mark.parametrize("settings", [(2, 2), (1, 3)])
@pytest.mark.parametrize("level", ["almost-quantum", 1, 2, 3])
def test_words_of_a_level(outcomes, settings, level):
    words = moment_words(outcomes=outcomes, settings=settings, level=level)
    assert words[0] == ((), ())
    assert len(set(words)) == len(words)
    for word in words:
        assert multiply(((), ()), word) == word
        lengths = [len(letters) for letters in word]
        assert max(lengths) <= 1 if level == "almost-quantum" else sum(lengths) <= level
    if level == "almost-quantum":
        singles = [1 + m * (k - 1) for k, m in zip(outcomes, settings, strict=True)]
        assert len(words) == singles[0] * singles[1]


@pytest.mark.parametrize("bad", [0, -1, "1+AB", 1.5, None])
def test_unknown_levels(bad):
    with pytest.raises(ValueError, match="`level` must be 'almost-quantum' or a positive integer"):
        moment_words(outcomes=(2, 2), settings=(2, 2), level=bad)


def test_scenarios_have_two_parties():
    with pytest.raises(ValueError, match="`outcomes` must hold 2 numbers"):
        moment_words(outcomes=(2, 2, 2), settings=(2, 2))
    with pytest.raises(ValueError, match="`settings` must hold positive integers"):
        moment_words(outcomes=(2, 2), settings=(2, 0))


def test_blocks_without_a_name_are_products_of_two_outcomes_of_one_setting():
    words = moment_words(outcomes=(3, 2), settings=(1, 1))
    pattern = quantum_pattern(words)
    empty = {place for place, block in pattern.blocks.items() if block is None}
    assert empty == {
        (v, w)
        for v, (left, _) in enumerate(words)
        for w, (right, _) in enumerate(words)
        if v <= w and left and right and left != right
    }
