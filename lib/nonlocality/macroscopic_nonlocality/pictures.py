"""Pictures of collective measurements: Fig. 1 of Gallego and Dakić, and sketches of two ideas.

The sketches are the axis of orders α with what is known of each, and the beam that is split in
two to measure conjugate quadratures at once.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from nonlocality.book import figures
from nonlocality.foundations.checks import counts, finite_array, shown
from nonlocality.foundations.random import generator_of


def _label(axes: Axes, place: tuple[float, float], words: str, **more: object) -> None:
    axes.text(*place, words, ha="center", va="center", fontsize=more.pop("size", 12), **more)


def _beam(axes: Axes, *, side: int, particles: int, rng: np.random.Generator) -> None:
    """Particles on their way to one side, scattered about the axis."""
    along = side * np.linspace(0.55, 1.75, particles)
    across = rng.uniform(-0.2, 0.2, particles)
    axes.plot(along, across, "o", color=figures.BLUE, ms=3)


def _detector(axes: Axes, *, x: float, y: float, counted: float, color: str) -> None:
    """A box with a scale of coarse marks, filled up to what was counted."""
    axes.add_patch(Rectangle((x - 0.35, y - 0.5), 0.7, counted, fc=color, ec="none"))
    axes.add_patch(Rectangle((x - 0.35, y - 0.5), 0.7, 1.0, fc="none", ec=figures.INK, lw=1.2))
    for mark in np.linspace(-0.25, 0.25, 3):
        axes.plot([x - 0.35, x - 0.15], [y + mark] * 2, color=figures.INK, lw=0.8)


MOST_DOTS = 10_000
"""A picture of more dots is a grey area."""


def draw_collective_experiment(
    axes: Axes, *, particles: int = 12, shares: Sequence[float] = (0.7, 0.35), seed: int = 0
) -> Axes:
    """Fig. 1: a source, N particles to each side, one measurement for all, coarse counts.

    particles: dots drawn a side. shares: how full Alice's and Bob's counter for +1 is drawn, each
    in [0, 1]; the one for −1 holds the rest. seed: of the places of the dots.
    Returns the axes. Raises ValueError for shares outside [0, 1] or no particles.

    >>> axes = draw_collective_experiment(figures.subplots(figsize=(4.6, 2.4))[1])
    >>> [text.get_text() for text in axes.texts][:2]
    ['source', 'Alice']
    """
    (number,) = counts("particles", (particles,))
    if number > MOST_DOTS:
        raise ValueError(
            f"Argument `particles` must be at most {MOST_DOTS}, but is {shown(number)}."
        )
    full = finite_array("shares", shares)
    if full.shape != (2,) or full.min() < 0 or full.max() > 1:
        raise ValueError(
            f"Argument `shares` must be two numbers in [0, 1], but is {shown(shares)}."
        )
    rng = generator_of("seed", seed)
    axes.add_patch(Circle((0, 0), 0.4, fc=figures.GRID, ec=figures.INK, lw=1.2))
    _label(axes, (0, -0.72), "source", size=11)
    parties = ((-1, "Alice", "A, A'", full[0]), (1, "Bob", "B, B'", full[1]))
    for side, name, setting, share in parties:
        x = 2.3 * side
        _beam(axes, side=side, particles=number, rng=rng)
        axes.add_patch(Rectangle((x - 0.45, -0.5), 0.9, 1.0, fc="none", ec=figures.INK, lw=1.4))
        _label(axes, (x, 1.95), name, size=13, weight="bold")
        _label(axes, (x, 1.4), f"${setting}$")
        axes.add_patch(
            FancyArrowPatch((x, 1.22), (x, 0.52), arrowstyle="-|>", mutation_scale=11,
                            color=figures.INK, shrinkA=0, shrinkB=0)
        )  # fmt: skip
        _label(axes, (1.15 * side, 0.5), "$N$")
        for sign, part, color in ((1, share, figures.SKY), (-1, 1 - share, figures.ORANGE)):
            ends = ((x + 0.45 * side, 0.2 * sign), (x + 1.2 * side, 0.75 * sign))
            axes.plot(*zip(*ends, strict=True), color=figures.INK, lw=1)
            _detector(axes, x=x + 1.55 * side, y=0.75 * sign, counted=part, color=color)
            _label(axes, (x + 2.25 * side, 0.75 * sign), "+1" if sign > 0 else "−1", size=11)
    _label(axes, (0, -1.75), "each counter is read to about $N^{\\alpha}$ particles", size=11)
    axes.set(xlim=(-4.9, 4.9), ylim=(-2.1, 2.3), aspect="equal")
    axes.set_axis_off()
    return axes


def draw_orders(axes: Axes) -> Axes:
    """The axis of orders α from 0 to 1: what the paper knows of each, and what is known here.

    Returns the axes.

    >>> axes = draw_orders(figures.subplots(figsize=(4.6, 1.9))[1])
    >>> [text.get_text() for text in axes.texts][:2]
    ['the paper', 'this chapter']
    """
    violated, local, unknown = figures.VERMILLION, figures.SKY, figures.GRID
    rows = {
        1.0: [(0, 0.5, violated), (0.5, 1, unknown), (0.985, 1.015, local)],
        0.0: [(0, 0.5, violated), (0.5, 1, local)],
    }
    for (height, spans), words in zip(rows.items(), ("the paper", "this chapter"), strict=True):
        axes.text(-0.03, height, words, ha="right", va="center", fontsize=10)
        for left, right, color in spans:
            axes.add_patch(
                Rectangle((left, height - 0.22), right - left, 0.44, fc=color, ec="none")
            )
    for place, height, words in (
        (0.25, 1.0, "some states violate"),
        (0.74, 1.0, "unknown"),
        (0.25, 0.0, "some states violate"),
        (0.75, 0.0, "all local"),
    ):
        axes.text(place, height, words, ha="center", va="center", fontsize=9, color=figures.INK)
    axes.text(1.03, 1.0, "rotor", ha="left", va="center", fontsize=9)
    axes.set(xlim=(-0.34, 1.16), ylim=(-0.5, 1.5), yticks=[], xlabel="order of coarse-graining α")
    axes.set_xticks([0, 0.5, 1], ["0", "1/2", "1"])
    for edge in ("left", "right", "top"):
        axes.spines[edge].set_visible(False)
    return axes


def draw_split_beam(axes: Axes) -> Axes:
    """A beam split in two halves, position read on one and momentum on the other: the point β.

    Returns the axes.

    >>> axes = draw_split_beam(figures.subplots(figsize=(4.6, 2.2))[1])
    >>> "beam splitter" in [text.get_text() for text in axes.texts]
    True
    """
    ink = {"color": figures.INK, "lw": 1.4}
    axes.plot([0, 2], [0, 0], **ink)
    axes.plot([1.7, 2.3], [-0.3, 0.3], color=figures.BLUE, lw=4)
    for end, reading, color in (((4, 0), "x", figures.SKY), ((2, 1.1), "p", figures.ORANGE)):
        axes.plot([2, end[0]], [0, end[1]], **ink)
        axes.add_patch(Circle(end, 0.34, fc=color, ec=figures.INK, lw=1.2, zorder=3))
        _label(axes, end, f"${reading}$", zorder=4)
    for start in ((2.45, 1.05), (4.3, 0.2)):
        axes.add_patch(
            FancyArrowPatch(start, (4.9, 0.75), arrowstyle="-|>", mutation_scale=11, **ink)
        )
    _label(axes, (5.7, 0.85), "β = (x, p)", size=11)
    _label(axes, (0.2, 0.3), "Alice's half", size=10)
    _label(axes, (2.35, -0.6), "beam splitter", size=10)
    _label(axes, (4.6, -0.6), "any setting: 2 Re(β e$^{iφ}$)", size=10)
    axes.set(xlim=(-0.6, 6.6), ylim=(-0.9, 1.6), aspect="equal")
    axes.set_axis_off()
    return axes
