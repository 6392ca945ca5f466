"""The experiments as pictures: Figs. 1–3 of arXiv:0907.0372."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Polygon, Rectangle, Wedge

from nonlocality.book import figures
from nonlocality.foundations.checks import finite_array
from nonlocality.macroscopic_locality.decision_trees import Tree, Use
from nonlocality.macroscopic_locality.wirings import Wiring

_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _frame(axes: Axes, xlim: tuple[float, float], ylim: tuple[float, float]) -> Axes:
    axes.set(xlim=xlim, ylim=ylim, aspect="equal")
    axes.set_axis_off()
    return axes


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    color: str = figures.INK,
    width: float = 1.2,
    bend: float = 0,
) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=11, color=color, lw=width,
            shrinkA=0, shrinkB=0, connectionstyle=f"arc3,rad={bend}",
        )
    )  # fmt: skip


def _text(
    axes: Axes, place: tuple[float, float], words: str, *, size: float = 12, **more: object
) -> None:
    axes.text(*place, words, ha="center", va="center", fontsize=size, **more)


def _station(axes: Axes, x: float, *, name: str, setting: str) -> None:
    """A party's interaction: a box with its setting coming in from above."""
    axes.add_patch(Rectangle((x - 0.42, -0.42), 0.84, 0.84, fc="none", ec=figures.INK, lw=1.4))
    _text(axes, (x, 0), setting, size=13)
    _text(axes, (x, 0.78), name, size=13, weight="bold")


def _detectors(axes: Axes, x: float, *, side: int, count: int) -> list[tuple[float, float]]:
    """Half-moon detectors beside a station; returns where the beams end."""
    ends = []
    for height in np.linspace(1.15, -1.15, count):
        angles = (-90, 90) if side > 0 else (90, 270)
        axes.add_patch(
            Wedge((x + 1.75 * side, height), 0.3, *angles, fc=figures.GRID, ec=figures.INK, lw=1.2)
        )
        ends.append((x + 1.75 * side, float(height)))
    return ends


def draw_microscopic(axes: Axes, *, detectors: int = 3) -> Axes:
    """Fig. 1: one pair, one click on each side. Returns the axes.

    >>> draw_microscopic(figures.subplots(figsize=(4.6, 2.2))[1]).texts[0].get_text()
    'X'
    """
    for side, name, setting in ((-1, "Alice", "X"), (1, "Bob", "Y")):
        x = 2.1 * side
        _station(axes, x, name=name, setting=setting)
        _arrow(axes, (0.25 * side, 0), (x - 0.45 * side, 0), color=figures.BLUE, width=1.6)
        axes.add_patch(Circle((1.0 * side, 0.0), 0.09, fc=figures.BLUE, ec="none"))
        clicked = 0 if side < 0 else detectors - 1
        for k, end in enumerate(_detectors(axes, x, side=side, count=detectors)):
            start = (x + 0.45 * side, 0.25 * np.sign(end[1]))
            if k == clicked:
                _arrow(axes, start, end, color=figures.BLUE, width=1.6)
                _text(
                    axes,
                    (end[0] + 0.58 * side, end[1]),
                    "a" if side < 0 else "b",
                    size=13,
                    color=figures.BLUE,
                )
            else:
                axes.plot(*zip(start, end, strict=True), color=figures.GRID, lw=1.2, ls=(0, (3, 2)))
    axes.add_patch(Circle((0, 0), 0.25, fc="none", ec=figures.INK, lw=1.4))
    _text(axes, (0, -0.62), "one pair", size=11)
    _text(axes, (0, -1.65), "P(a, b)", size=13)
    return _frame(axes, (-4.75, 4.75), (-1.95, 1.6))


def draw_macroscopic(axes: Axes, *, detectors: int = 3) -> Axes:
    """Fig. 2: N pairs, a beam split over all detectors of each side. Returns the axes.

    >>> draw_macroscopic(figures.subplots(figsize=(4.6, 2.2))[1]).texts[0].get_text()
    'X'
    """
    for side, name, setting in ((-1, "Alice", "X"), (1, "Bob", "Y")):
        x = 2.1 * side
        _station(axes, x, name=name, setting=setting)
        beam = [(0.25 * side, 0.1), (x - 0.42 * side, 0.1), (x - 0.42 * side, -0.1),
                (0.25 * side, -0.1)]  # fmt: skip
        axes.add_patch(Polygon(beam, fc=figures.SKY, ec="none"))
        weights = np.array([3, 2, 1.3, 1, 0.8, 0.7])[np.arange(detectors) % 6]
        for end, weight in zip(
            _detectors(axes, x, side=side, count=detectors), weights[::side], strict=True
        ):
            start = (x + 0.42 * side, 0.25 * np.sign(end[1]))
            axes.plot(*zip(start, end, strict=True), color=figures.SKY, lw=2.2 * weight,
                      solid_capstyle="butt")  # fmt: skip
        label = "I" + ("_X" if side < 0 else "_Y")
        _text(axes, (x + 2.35 * side, 0), f"${label}$", size=13)
    axes.add_patch(Circle((0, 0), 0.25, fc="none", ec=figures.INK, lw=1.4))
    _text(axes, (0, -0.62), "N pairs", size=11)
    _text(axes, (0, -1.65), "$P(I_X, I_Y)$", size=13)
    return _frame(axes, (-4.95, 4.95), (-1.95, 1.6))


def polynomial(values: np.ndarray, names: Sequence[str]) -> str:
    """A Boolean function as a sum modulo 2 of products of its arguments.

    values: table of 0 and 1, one axis of length 2 an argument. Raises ValueError for another
    shape or other values.

    >>> polynomial([[0, 1], [1, 1]], ["x", "y"])
    'x ⊕ y ⊕ x·y'
    """
    table = finite_array("values", values)
    if table.shape != (2,) * len(names) or not np.isin(table, (0, 1)).all():
        raise ValueError(
            f"Argument `values` must be 0 or 1 and have shape {(2,) * len(names)}, but has shape "
            f"{table.shape}."
        )
    table = table.astype(int)
    for axis in range(table.ndim):  # the Möbius transform
        first, second = np.split(table, 2, axis=axis)
        table = np.concatenate([first, first ^ second], axis=axis)
    terms = [
        "·".join(name for name, used in zip(names, index, strict=True) if used) or "1"
        for index in sorted(product((1, 0), repeat=len(names)), key=sum)
        if table[index]
    ]
    return " ⊕ ".join(terms) or "0"


def wiring_functions(trees: Sequence[Tree], *, setting: str, outcome: str) -> list[str]:
    """The settings of two boxes and the announced outcome, as polynomials modulo 2.

    trees: one for each of two effective settings; both use box 0 and then box 1. setting: its
    name in the texts. outcome: name of the outcomes, which get the numbers of the boxes.
    Returns three texts.
    Raises ValueError for trees in another order or with other numbers.

    >>> from nonlocality.macroscopic_locality.distillation import adaptive_protocol
    >>> wiring_functions(adaptive_protocol().alice, setting="x", outcome="a")
    ['x', 'x·a₁', 'a₁ ⊕ a₂']
    """
    steps = [node for tree in trees for node in _inner(tree)]
    shape = [(node.box, len(node.then)) for node in steps]
    if len(trees) != 2 or shape != [(0, 2), (1, 2), (1, 2)] * 2:
        raise ValueError(
            "Argument `trees` must be two trees that use box 0 and then box 1, both with two "
            "outcomes, but is not."
        )
    first = np.array([tree.setting for tree in trees])
    second = np.array([[node.setting for node in tree.then] for tree in trees])
    announced = np.array(
        [[[leaf.outcome for leaf in node.then] for node in tree.then] for tree in trees]
    )
    names = [setting, f"{outcome}1".translate(_SUB), f"{outcome}2".translate(_SUB)]
    return [
        polynomial(first, names[:1]),
        polynomial(second, names[:2]),
        polynomial(announced, names),
    ]


def _inner(tree: Tree) -> Iterator[Use]:
    """All steps of a tree, the first one first."""
    if isinstance(tree, Use):
        yield tree
        for branch in tree.then:
            yield from _inner(branch)


def draw_wiring(axes: Axes, wiring: Wiring) -> Axes:
    """Fig. 3: two boxes used one after the other by both sides, with the functions of `wiring`.

    What is written at the arrows is computed from the trees (:func:`wiring_functions`).
    Returns the axes. Raises ValueError for other wirings than of two boxes with two settings and
    outcomes, box 0 first.

    >>> from nonlocality.macroscopic_locality.distillation import adaptive_protocol
    >>> axes = draw_wiring(figures.subplots(figsize=(4.6, 3.6))[1], adaptive_protocol())
    >>> "x·a₁" in [text.get_text() for text in axes.texts]
    True
    """
    for height, number in ((1.5, 1), (-0.7, 2)):
        axes.add_patch(
            Rectangle((-1.5, height - 0.45), 3.0, 0.9, fc=figures.GRID, ec=figures.INK, lw=1.2)
        )
        _text(axes, (0, height), f"box {number}", size=12)
    for side, trees, name, setting, outcome in (
        (-1, wiring.alice, "Alice", "x", "a"),
        (1, wiring.bob, "Bob", "y", "b"),
    ):
        first, second, announced = wiring_functions(trees, setting=setting, outcome=outcome)
        x = 1.1 * side
        axes.add_patch(
            Rectangle((x - 0.98 + 0.42 * side, -2.75), 1.96, 5.95, fc="none", ec=figures.BLUE,
                      lw=1.2, ls=(0, (4, 3)))
        )  # fmt: skip
        _text(axes, (x + 0.42 * side, 3.5), name, size=13, weight="bold")
        _arrow(axes, (x, 2.75), (x, 1.97))
        _text(axes, (x + 0.1 * side, 2.96), first)
        _arrow(axes, (x, 1.03), (x, -0.23), color=figures.VERMILLION, width=1.8)
        _text(axes, (x + 0.45 * side, 0.78), f"{outcome}1".translate(_SUB))
        _text(axes, (x + 0.62 * side, 0.12), second, color=figures.VERMILLION)
        _arrow(axes, (x, -1.17), (x, -2.0))
        _text(axes, (x + 0.45 * side, -1.42), f"{outcome}2".translate(_SUB))
        _text(axes, (x + 0.25 * side, -2.3), announced)
    return _frame(axes, (-2.75, 2.75), (-2.95, 3.85))
