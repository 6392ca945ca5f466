from itertools import combinations

import numpy as np
import pytest
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from nonlocality.book import figures
from nonlocality.causal_relaxations import pictures
from nonlocality.causal_relaxations.dags import (
    FIGURE_1,
    dag,
)
from nonlocality.causal_relaxations.pictures import draw, draw_blocks, draw_pyramid, draw_ring

PANELS = pytest.mark.parametrize("panel", FIGURE_1)


@PANELS
def test_drawing_has_a_shape_for_each_node_and_an_arrow_for_each_edge(panel):
    graph = dag(panel)
    axes = draw(figures.subplots()[1], graph)
    shown = [patch for patch in axes.patches if patch.get_visible()]
    hidden = [node for node, flag in graph.nodes(data="hidden") if flag]
    arrows = [patch for patch in shown if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == graph.number_of_edges()
    assert sum(isinstance(patch, Rectangle) for patch in shown) == len(hidden)
    assert sum(isinstance(patch, Circle) for patch in shown) == len(graph) - len(hidden)
    assert sorted(text.get_text() for text in axes.texts) == sorted(graph)


@PANELS
def test_no_two_nodes_touch_and_no_arrow_runs_through_a_node(panel):
    places = pictures._PLACES | pictures._PLACES_OF.get(panel, {})
    graph = dag(panel)
    for one, other in combinations(graph, 2):
        assert np.hypot(*np.subtract(places[one], places[other])) > 2.4 * pictures._RADIUS
    for start, end in graph.edges:
        origin, way = np.array(places[start]), np.subtract(places[end], places[start])
        for node in set(graph) - {start, end}:
            t = np.clip((places[node] - origin) @ way / (way @ way), 0, 1)
            assert np.hypot(*(origin + t * way - places[node])) > 1.1 * pictures._RADIUS


def test_drawing_goes_into_a_page_with_its_own_colours():
    figure, axes = figures.subplots(3, 2, figsize=(4.5, 4.6))
    for part, panel in zip(axes.flat, FIGURE_1, strict=True):
        draw(part, dag(panel))
    page = figures.svg(figure, alt="Six graphs.")
    assert "currentColor" in page
    assert figures.INK not in page


@pytest.mark.parametrize("picture", [draw_ring, draw_pyramid, draw_blocks])
def test_every_word_of_a_picture_stands_within_its_frame(picture):
    axes = picture(figures.subplots()[1])
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for text in axes.texts:
        x, y = text.get_position()
        assert left <= x <= right, text.get_text()
        assert low <= y <= high, text.get_text()
