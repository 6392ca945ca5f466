"""The graphs of Fig. 1 of arXiv:1411.4648, drawn from the graphs that the chapter computes with."""

from typing import TYPE_CHECKING

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


def _outline(place: tuple[float, float], *, hidden: bool, margin: float = 0) -> Circle | Rectangle:
    half = _RADIUS + margin
    if hidden:
        half *= 0.9  # a square of about the circle's area
        return Rectangle((place[0] - half, place[1] - half), 2 * half, 2 * half)
    return Circle(place, half)
