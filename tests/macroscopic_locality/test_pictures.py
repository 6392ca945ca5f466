import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, Wedge

from nonlocality.book import figures
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.macroscopic_locality.decision_trees import Output, sequential
from nonlocality.macroscopic_locality.distillation import (
    adaptive_protocol,
    best_chsh_wiring,
    parity_protocol,
)
from nonlocality.macroscopic_locality.pictures import (
    draw_macroscopic,
    draw_microscopic,
    draw_wiring,
    polynomial,
    wiring_functions,
)
from nonlocality.macroscopic_locality.wirings import Wiring


def words(axes):
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("detectors", [2, 3, 5])
@pytest.mark.parametrize("draw", [draw_microscopic, draw_macroscopic])
def test_both_experiments_have_their_detectors_and_settings(draw, detectors):
    axes = draw(figures.subplots(figsize=(4.6, 1.8))[1], detectors=detectors)
    assert sum(isinstance(patch, Wedge) for patch in axes.patches) == 2 * detectors
    assert {"Alice", "Bob", "X", "Y"} <= set(words(axes))


def test_one_click_a_side_or_all_detectors_at_once():
    micro = draw_microscopic(figures.subplots()[1])
    arrows = [patch for patch in micro.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 4  # the pair, and one click a side
    assert len(micro.lines) == 4  # the detectors that stay silent
    assert len(draw_macroscopic(figures.subplots()[1]).lines) == 6


def test_the_wiring_is_drawn_with_its_own_functions():
    axes = draw_wiring(figures.subplots(figsize=(3.6, 4.2))[1], adaptive_protocol())
    assert {"x", "x·a₁", "a₁ ⊕ a₂", "y", "y·b₁", "b₁ ⊕ b₂"} <= set(words(axes))
    axes = draw_wiring(figures.subplots()[1], parity_protocol(2))
    assert words(axes).count("x") == 2


@pytest.mark.parametrize("seed", range(8))
def test_the_polynomial_is_the_function(seed):
    values = np.random.default_rng(seed).integers(2, size=(2, 2, 2))
    text = polynomial(values, ["p", "q", "r"])
    for p, q, r in np.ndindex(2, 2, 2):
        arguments = {"p": p, "q": q, "r": r, "1": 1, "0": 0}
        terms = [[arguments[name] for name in term.split("·")] for term in text.split(" ⊕ ")]
        assert sum(np.prod(term) for term in terms) % 2 == values[p, q, r]


def test_polynomials_that_one_knows():
    assert polynomial([0, 0], ["x"]) == "0"
    assert polynomial([1, 0], ["x"]) == "1 ⊕ x"
    assert polynomial([[0, 0], [0, 1]], ["x", "a"]) == "x·a"


def test_everything_goes_into_a_page_with_its_own_colours():
    for draw in (draw_microscopic, draw_macroscopic):
        page = figures.svg(draw(figures.subplots()[1]).figure, alt="An experiment.")
        assert "currentColor" in page
        assert figures.INK not in page
    page = figures.svg(
        draw_wiring(figures.subplots()[1], adaptive_protocol()).figure, alt="A wiring."
    )
    assert "currentColor" in page


def test_no_words_lie_on_each_other():
    for draw, size in (
        (draw_microscopic, (4.6, 1.8)),
        (draw_macroscopic, (4.6, 1.8)),
        (lambda axes: draw_wiring(axes, adaptive_protocol()), (3.6, 4.2)),
    ):
        figure, axes = figures.subplots(figsize=size)
        draw(axes)
        figure.canvas.draw()
        boxes = [text.get_window_extent() for text in axes.texts]
        for i, one in enumerate(boxes):
            assert not any(one.overlaps(other) for other in boxes[i + 1 :])


def test_bad_input():
    with pytest.raises(ValueError, match=r"must be 0 or 1 and have shape \(2, 2\)"):
        polynomial([0, 1], ["x", "a"])
    with pytest.raises(ValueError, match="must be 0 or 1"):
        polynomial([0, 2], ["x"])
    other_order = best_chsh_wiring(behaviour_pr_box(), behaviour_pr_box()).wiring
    single = sequential(settings=[lambda x: x], output=lambda x, a: a)
    for trees in (single, (Output(0), Output(1)), adaptive_protocol().alice[:1]):
        with pytest.raises(ValueError, match="must be two trees that use box 0 and then box 1"):
            wiring_functions(trees, setting="x", outcome="a")
        with pytest.raises(ValueError, match="must be two trees"):
            draw_wiring(figures.subplots()[1], Wiring(trees, other_order.bob))
