"""The picture of the experiment with collective measurements."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from nonlocality.book import figures
from nonlocality.macroscopic_nonlocality.pictures import (
    draw_collective_experiment,
    draw_orders,
    draw_split_beam,
)


def drawn(**arguments):
    return draw_collective_experiment(figures.subplots(figsize=(4.6, 2.4))[1], **arguments)


def test_both_parties_settings_and_outcomes_are_named():
    words = [text.get_text() for text in drawn().texts]
    assert {"source", "Alice", "Bob", "$A, A'$", "$B, B'$"} <= set(words)
    assert words.count("+1") == words.count("−1") == 2


@pytest.mark.parametrize("particles", [1, 7])
def test_each_beam_has_its_particles_between_the_source_and_the_party(particles):
    beams = [line for line in drawn(particles=particles).lines if line.get_marker() == "o"]
    assert [len(beam.get_xdata()) for beam in beams] == [particles, particles]
    for side, beam in zip((-1, 1), beams, strict=True):
        along = side * np.asarray(beam.get_xdata())
        assert along.min() > 0.4
        assert along.max() < 1.85


def test_the_counters_hold_all_particles_of_a_side():
    boxes = [p for p in drawn(shares=(0.25, 1.0)).patches if isinstance(p, Rectangle)]
    assert [box.get_height() for box in boxes if box.get_facecolor()[3]] == [0.25, 0.75, 1.0, 0.0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"shares": (0.5, 1.2)}, "`shares` must be two numbers"),
        ({"shares": (0.5,)}, "`shares` must be two numbers"),
        ({"shares": (0.5, np.nan)}, "`shares` must hold finite"),
        ({"particles": 0}, "`particles`"),
    ],
)
def test_bad_input(arguments, words):
    with pytest.raises(ValueError, match=words):
        drawn(**arguments)


def test_the_axis_of_orders_says_what_the_chapter_settles():
    axes = draw_orders(figures.subplots(figsize=(4.6, 1.9))[1])
    bars = [p for p in axes.patches if isinstance(p, Rectangle)]
    ours = sorted((b.get_x(), b.get_x() + b.get_width()) for b in bars if b.get_y() < 0)
    assert ours == [(0, 0.5), (0.5, 1)]  # nothing between is left open
    assert len(bars) - len(ours) == 3


def test_both_halves_of_a_split_beam_are_read():
    words = [text.get_text() for text in draw_split_beam(figures.subplots()[1]).texts]
    assert {"$x$", "$p$", "β = (x, p)", "beam splitter"} <= set(words)
