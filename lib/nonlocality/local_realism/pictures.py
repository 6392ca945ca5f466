"""Pictures of the chapter on local realism of macroscopic correlations: Figs. 1, 2, lists."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from nonlocality.book import figures
from nonlocality.foundations.checks import counts
from nonlocality.foundations.random import generator_of
from nonlocality.local_realism.effective_states import check_sizes
from nonlocality.local_realism.pauli_strings import StringSet

REGION_COLOURS = (
    figures.INK,
    figures.BLUE,
    figures.VERMILLION,
    figures.GREEN,
    figures.PURPLE,
    figures.ORANGE,
    figures.SKY,
)
"""Colours of the regions of a tree; with more regions they start again."""

MAX_LEAVES = 128
"""A tree with more leaves is not readable."""

MOST_DRAWN = 100
"""Nor is a region of more particles, a spot each."""


def draw_regions(
    axes: Axes, sizes: tuple[int, int] = (16, 16), *, directions: tuple[float, float] = (20, 65)
) -> Axes:
    """Fig. 1: two regions of a lattice, in each the direction of its magnetisation measurement.

    sizes: how many qubits are drawn in each. directions: in degrees, every qubit of a region has
    the same. Two pairs with a common qubit are joined: their correlations are monogamous.

    >>> figure, axes = figures.subplots()
    >>> len(draw_regions(axes, (4, 9)).patches)  # two frames
    2
    """
    sizes = check_sizes(sizes)
    side = int(np.ceil(np.sqrt(max(sizes))))
    places = []
    for number, (size, angle) in enumerate(zip(sizes, directions, strict=True)):
        left = number * (side + 1.5)
        spots = np.array([(left + i % side, -(i // side)) for i in range(size)], dtype=float)
        colour = (figures.BLUE, figures.VERMILLION)[number]
        arrow = 0.36 * np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
        axes.add_patch(
            FancyBboxPatch(
                (left - 0.35, 0.65 - side), side - 0.3, side - 0.3, boxstyle="round,pad=0.25",
                facecolor="none", edgecolor=figures.GRID, linewidth=1.5,
            )
        )  # fmt: skip
        axes.plot(*spots.T, "o", color=colour, ms=5)
        axes.quiver(
            *(spots - arrow).T, *np.tile(2 * arrow[:, None], len(spots)), color=colour,
            angles="xy", scale_units="xy", scale=1, width=0.005,
        )  # fmt: skip
        axes.text(left + (side - 1) / 2, 1.0, "AB"[number], ha="center", fontsize=12)
        places.append(spots)
    start = places[0][min(side - 1, sizes[0] - 1)]
    for end in places[1][::side][[0, -1]]:  # the ends of the first column
        axes.plot(*np.array([start, end]).T, color=figures.INK, lw=1, ls="--", zorder=0)
    axes.set(xlim=(-0.9, 2 * side + 1.4), ylim=(-side - 0.1, 1.5), aspect="equal")
    axes.set_axis_off()
    return axes


def draw_lists(axes: Axes, *, settings: int = 3, particles: int = 5, seed: int = 0) -> Axes:
    """The list model of Sec. IV: settings 1, 2, … measured on different spins, outcomes on a list.

    settings, particles: of each of two regions. seed: who gets which setting, and the outcomes.
    Raises ValueError for more settings than particles.

    >>> figure, axes = figures.subplots()
    >>> len(draw_lists(axes, settings=2, particles=3).texts)  # numbers, arrows, entries, names
    14
    """
    settings, particles = counts("settings, particles", (settings, particles))
    if particles > MOST_DRAWN:
        raise ValueError(f"Argument `particles` must be at most {MOST_DRAWN}, but is {particles}.")
    if settings > particles:
        raise ValueError(
            f"Argument `settings` must be at most {particles}, the particles of a region, but is "
            f"{settings}."
        )
    rng = generator_of("seed", seed)
    for region, colour in enumerate((figures.BLUE, figures.VERMILLION)):
        left = region * (particles + 1.5)
        axes.text(left - 0.8, 0, "AB"[region], fontsize=12, va="center", color=colour)
        chosen = rng.permutation(particles)[:settings]
        axes.plot(left + np.arange(particles), np.zeros(particles), "o", color=figures.GRID, ms=14)
        axes.plot(left + chosen, np.zeros(settings), "o", color=colour, ms=14)
        middle = left + (particles - 1) / 2
        for setting, spin in enumerate(chosen):
            place = middle + (setting - (settings - 1) / 2) * 1.0
            axes.text(
                left + spin, 0, f"{setting + 1}", ha="center", va="center", color="white",
                fontsize="small",
            )  # fmt: skip
            axes.annotate(
                "", (place, -1.55), (left + spin, -0.3),
                arrowprops={"arrowstyle": "->", "color": colour, "lw": 1},
            )  # fmt: skip
            axes.add_patch(
                Rectangle((place - 0.5, -2.3), 1, 0.7, facecolor="none", edgecolor=figures.INK)
            )
            axes.text(place, -1.95, rng.choice(["+", "−"]), ha="center", va="center")
    axes.set(xlim=(-1.3, 2 * particles + 1.2), ylim=(-2.6, 0.6), aspect="equal")
    axes.set_axis_off()
    return axes


def draw_tree(axes: Axes, strings: StringSet, *, words: bool = True) -> Axes:
    """Fig. 2: strings of X and Y as a tree, root on the left, one leaf a string.

    Each inner node is a qubit, labelled by its region (letter, A first) and number (from 1) and
    coloured by region; the upper branch measures X, the lower Y. words: write the leaves' strings.
    Raises ValueError for strings that are no decision tree, or for too many of them.

    >>> from nonlocality.local_realism.string_trees import binary_tree
    >>> figure, axes = figures.subplots()
    >>> sorted(text.get_text() for text in draw_tree(axes, binary_tree(2), words=False).texts)
    ['A1', 'B1', 'B2']
    """
    if len(strings.letters) > MAX_LEAVES:
        raise ValueError(
            f"Argument `strings` must hold at most {MAX_LEAVES} strings to be drawn, but holds "
            f"{len(strings.letters)}."
        )
    rows = list(range(len(strings.letters)))
    regions = strings.letters.shape[1]
    leaves: list[int] = []
    small = len(rows) > 16

    def grow(rows: list[int], left: frozenset[int], depth: int, up: bool = True) -> float:
        """Draw the subtree of these strings; return the height of its root."""
        if not left:
            leaves.extend(rows)
            return -float(len(leaves) - 1)
        shared = [r for r in left if len({int(strings.qubits[row, r]) for row in rows}) == 1]
        split = [r for r in shared if 2 * strings.letters[rows, r].sum() == len(rows)]
        if len(rows) != 2 ** len(left) or not split:
            raise ValueError("Argument `strings` must be the leaves of a decision tree.")
        region = min(split)
        heights = [
            grow([row for row in rows if strings.letters[row, region] == bit], left - {region},
                 depth + 1, bit == 0)
            for bit in (0, 1)
        ]  # fmt: skip
        height = sum(heights) / 2
        colour = REGION_COLOURS[region % len(REGION_COLOURS)]
        for bit, end in enumerate(heights):
            axes.plot([depth, depth + 1], [height, end], color=colour, lw=1.2, zorder=1,
                      ls=("-", "--")[bit])  # fmt: skip
        axes.plot(depth, height, "o", color=colour, ms=3 if small else 4, zorder=2)
        if len(rows) * 8 >= len(strings.letters) or not small:
            name = f"{chr(ord('A') + region)}{strings.qubits[rows[0], region] + 1}"
            axes.annotate(name, (depth, height), xytext=(-2, 3 if up else -3), ha="center",
                          va="bottom" if up else "top", textcoords="offset points", fontsize=9,
                          color=colour)  # fmt: skip
        return height

    grow(rows, frozenset(range(regions)), 0)
    if words and not small:
        spoken = strings.words()
        for height, row in enumerate(leaves):
            axes.text(regions + 0.08, -height, spoken[row], va="center", fontsize=9)
    axes.set(xlim=(-0.3, regions + (1.7 if words and not small else 0.3)), ylim=(-len(rows), 1))
    axes.set_axis_off()
    return axes
