import numpy as np
import pytest

from nonlocality.book import figures
from nonlocality.local_realism.pauli_strings import StringSet
from nonlocality.local_realism.pictures import draw_lists, draw_regions, draw_tree
from nonlocality.local_realism.string_trees import binary_tree, folded_tree


@pytest.mark.parametrize("tree", [binary_tree(1), binary_tree(4), folded_tree(3), folded_tree(4)])
def test_a_tree_shows_each_qubit_once_and_each_string(tree):
    _, axes = figures.subplots()
    texts = [text.get_text() for text in draw_tree(axes, tree).texts]
    nodes = [f"{'ABCD'[r]}{q + 1}" for r, n in enumerate(tree.sizes) for q in range(n)]
    assert sorted(texts) == sorted(nodes + tree.words())
    assert len(axes.lines) == 3 * (len(tree.letters) - 1)  # two branches and a dot a node


def test_a_large_tree_is_drawn_without_words():
    figure, axes = figures.subplots()
    draw_tree(axes, folded_tree(6))
    assert len(axes.texts) == 15
    assert figures.svg(figure, alt="A tree.").startswith("<svg")


def test_what_is_no_tree_is_refused():
    _, axes = figures.subplots()
    with pytest.raises(ValueError, match="must be the leaves of a decision tree"):
        draw_tree(axes, StringSet(binary_tree(3).letters, np.arange(24).reshape(8, 3)))
    with pytest.raises(ValueError, match="must be the leaves of a decision tree"):
        draw_tree(axes, StringSet([[0, 0]], [[0, 0]]))
    with pytest.raises(ValueError, match="at most 128 strings to be drawn, but holds 256"):
        draw_tree(axes, binary_tree(8))


def test_regions():
    _, axes = figures.subplots()
    draw_regions(axes, (4, 9))
    assert [text.get_text() for text in axes.texts] == ["A", "B"]
    assert [len(line.get_xdata()) for line in axes.lines[:2]] == [4, 9]
    with pytest.raises(ValueError, match="`sizes` must hold positive integers"):
        draw_regions(axes, (0, 4))


def test_lists_take_different_spins_for_different_settings():
    _, axes = figures.subplots()
    draw_lists(axes, settings=3, particles=4, seed=1)
    spots = [line.get_xdata() for line in axes.lines[1::2]]  # the chosen spins of A and of B
    assert [len(set(xs)) for xs in spots] == [3, 3]
    entries = [t.get_text() for t in axes.texts if t.get_text() in "+−" and t.get_text()]
    assert len(entries) == 6
    with pytest.raises(ValueError, match="`settings` must be at most 2, the particles of a region"):
        draw_lists(axes, settings=3, particles=2)
