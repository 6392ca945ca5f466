"""The graphs of Fig. 1 of arXiv:1411.4648, drawn from the graphs that the chapter computes with."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from nonlocality.book import figures

if TYPE_CHECKING:
    import networkx

_PLACES = {"X": (-1.3, 0), "Y": (1.3, 0), "Λ": (0, 0), "A": (-0.85, -1.1), "B": (0.85, -1.1)}


_PLACES_OF = {
    "d": {"M": (0, -1.1), "A": (-1.05, -1.1), "B": (1.05, -1.1)},
    "e": {"μ": (0, 0.3), "Λ": (0, -0.6)},
    "f": {"X": (-1.45, 0), "Λ₁": (-0.5, 0), "Λ₂": (0.5, 0), "Z": (1.45, 0),
          "A": (-1.1, -1.1), "B": (0, -1.1), "C": (1.1, -1.1)},
}  # fmt: skip


_RADIUS = 0.25


def draw(axes: Axes, graph: "networkx.DiGraph") -> Axes:
    """Draw a graph of Fig. 1: circles are observed, squares hidden.

    graph: of :func:`~nonlocality.causal_relaxations.dags.dag`. Arrows that the local model
    does not have are coloured and thick. Returns the axes.

    >>> from nonlocality.causal_relaxations.dags import dag
    >>> figure, axes = figures.subplots(2, 3, figsize=(6, 3.4))
    >>> draw(axes[0, 0], dag("a")).get_title()
    '(a) local'
    """
    panel = graph.graph["panel"]
    places = _PLACES | _PLACES_OF.get(panel, {})
    for start, end, relaxed in graph.edges(data="relaxed"):
        color, width = (figures.VERMILLION, 2.2) if relaxed else (figures.INK, 1.2)
        patches = [
            _outline(places[node], hidden=graph.nodes[node]["hidden"], margin=0.04)
            for node in (start, end)
        ]
        for patch in patches:
            patch.set_visible(False)
            axes.add_patch(patch)
        axes.add_patch(
            FancyArrowPatch(
                places[start], places[end], patchA=patches[0], patchB=patches[1],
                arrowstyle="-|>", mutation_scale=11, color=color, lw=width, shrinkA=0, shrinkB=0,
            )
        )  # fmt: skip
    for node, hidden in graph.nodes(data="hidden"):
        patch = _outline(places[node], hidden=hidden)
        patch.set(
            facecolor=figures.GRID if hidden else "none", edgecolor=figures.INK, linewidth=1.2
        )
        axes.add_patch(patch)
        axes.annotate(node, places[node], ha="center", va="center_baseline", fontsize=12)
    axes.set(xlim=(-1.8, 1.8), ylim=(-1.42, 0.62), aspect="equal")
    axes.set_axis_off()
    axes.set_title(f"({panel}) {graph.graph['title']}", fontsize=11)
    return axes


def draw_ring(axes: Axes) -> Axes:
    """The four pairs of settings as a ring: A0, B0, A1, B1 and the links r0, …, r3 between them.

    >>> figure, axes = figures.subplots()
    >>> [text.get_text() for text in draw_ring(axes).texts][:2]
    ['$A_0$', '$r_0$']
    """
    places = [(-1, 0.7), (1, 0.7), (1, -0.7), (-1, -0.7)]
    names = ["$A_0$", "$B_0$", "$A_1$", "$B_1$"]
    words = ["$r_0$", "$r_1$", "$r_2$", "$r_3$"]
    for k, (x, y) in enumerate(places):
        u, v = places[(k + 1) % 4]
        arrow = FancyArrowPatch((x, y), (u, v), arrowstyle="-|>", mutation_scale=12, shrinkA=19,
                                shrinkB=19, color=figures.BLUE, lw=1.6)  # fmt: skip
        axes.add_patch(arrow)
        axes.add_patch(Circle((x, y), 0.24, fill=False, edgecolor=figures.INK, lw=1.2))
        axes.text(x, y, names[k], ha="center", va="center", fontsize=12)
        out = 1.22 if k % 2 else 1.32
        axes.text((x + u) / 2 * out, (y + v) / 2 * out, words[k], ha="center", va="center",
                  fontsize=12, color=figures.BLUE)  # fmt: skip
    axes.text(0, 0, "$r_0+r_1+r_2+r_3$\n$\\equiv -1$ modulo $d$", ha="center", va="center")
    axes.set(xlim=(-1.75, 1.75), ylim=(-1.15, 1.15), aspect="equal")
    axes.set_axis_off()
    return axes


def draw_pyramid(axes: Axes) -> Axes:
    """Above a CHSH facet: a base of local behaviours, one PR box at the tip, a point between.

    >>> figure, axes = figures.subplots()
    >>> len(draw_pyramid(axes).texts)
    5
    """
    base = np.array([(-1.5, 0.0), (-0.4, -0.45), (1.5, -0.15), (0.5, 0.25)])
    tip, foot, share = np.array([0.1, 1.8]), np.array([0.35, -0.1]), 0.55
    axes.fill(*base.T, color=figures.GRID, lw=0)
    for corner in base:
        hidden = corner[1] > 0.2
        axes.plot(*np.array([corner, tip]).T, color=figures.INK, lw=1, ls=":" if hidden else "-")
    ring = np.vstack([base, base[:1]])
    axes.plot(*ring.T, color=figures.INK, lw=1)
    axes.plot(*np.array([foot, tip]).T, color=figures.VERMILLION, lw=1.4)
    point = share * tip + (1 - share) * foot
    for place, color in ((tip, figures.VERMILLION), (foot, figures.BLUE), (point, figures.INK)):
        axes.plot(*place, "o", color=color, ms=6)
    for place, words, align in (
        (tip + np.array([0.12, 0]), "PR box, CHSH = 1/2", "left"),
        (point + np.array([0.1, 0.06]), "$p$", "left"),
        (np.array([1.0, point[1]]), "CHSH = $w/2$", "left"),
        (foot + np.array([0.1, -0.06]), r"$\ell$", "left"),
        (np.array([-1.5, -0.56]), "CHSH = 0, local", "left"),
    ):
        axes.text(*place, words, ha=align, va="center")
    axes.set(xlim=(-1.8, 2.2), ylim=(-0.75, 2.0))
    axes.set_axis_off()
    return axes


def draw_blocks(axes: Axes) -> Axes:
    """Stubborn or not, Alice and Charlie: the probabilities of the four blocks.

    >>> figure, axes = figures.subplots()
    >>> len(draw_blocks(axes).texts)
    10
    """
    blocks = [
        ("$ss'+\\delta$", figures.BLUE),
        ("$s(1-s')-\\delta$", None),
        ("$(1-s)s'-\\delta$", None),
        ("$(1-s)(1-s')+\\delta$", figures.VERMILLION),
    ]
    for k, (words, color) in enumerate(blocks):
        x, y = k % 2, 1 - k // 2
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor=color or "none", edgecolor=figures.INK,
                                 alpha=0.3 if color else 1, lw=1))  # fmt: skip
        axes.text(x + 0.5, y + 0.56, words, ha="center", va="center", fontsize="small")
    for x, y, words in ((0.5, 1.22, "$|I|$ needs this"), (1.5, 0.22, "$|J|$ needs this")):
        axes.text(x, y, words, ha="center", va="center", fontsize="x-small")
    for x, words in ((0.5, "Charlie stubborn"), (1.5, "not")):
        axes.text(x, 2.12, words, ha="center", va="center", fontsize="small")
    for y, words in ((1.5, "Alice stubborn"), (0.5, "not")):
        axes.text(-0.06, y, words, ha="right", va="center", fontsize="small")
    axes.set(xlim=(-0.75, 2.05), ylim=(-0.05, 2.3))
    axes.set_axis_off()
    return axes


def _outline(place: tuple[float, float], *, hidden: bool, margin: float = 0) -> Circle | Rectangle:
    half = _RADIUS + margin
    if hidden:
        half *= 0.9  # a square of about the circle's area
        return Rectangle((place[0] - half, place[1] - half), 2 * half, 2 * half)
    return Circle(place, half)
