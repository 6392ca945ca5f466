"""A figure as SVG, by matplotlib's own renderer, which here keeps what it knows of texts.

``savefig`` lays a figure out twice and shapes each text anew. An explorer draws the same axes
and words hundreds of times, so here sizes and outlines of texts are kept from picture to
picture, and a layout can be given. A test holds the result equal to that of ``savefig``.
"""

from collections.abc import Sequence
from functools import cache
from io import StringIO
from typing import ClassVar

import matplotlib
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.textpath import TextToPath

from nonlocality.foundations.checks import finite_array

Layout = tuple[tuple[float, float, float, float], ...]
"""Left, bottom, width, height of each axes, in shares of the figure."""


class _Texts(TextToPath):
    """Outlines of texts, each shaped once."""

    def __init__(self) -> None:
        super().__init__()
        self._known = {}

    def _kept(self, key: tuple, shaped: object, given: dict) -> tuple:
        """The glyphs' places, those outlines that the picture does not have yet, and bars."""
        if key not in self._known:
            self._known[key] = shaped()
        places, outlines, bars = self._known[key]
        return places, {k: v for k, v in outlines.items() if k not in given}, bars

    def get_glyphs_with_font(
        self,
        font: object,
        s: str,
        glyph_map: dict | None = None,
        return_new_glyphs_only: bool = False,
        **kwargs: object,
    ) -> tuple:
        shape = super().get_glyphs_with_font
        key = (font.fname, s, *(str(value) for value in kwargs.values()))
        return self._kept(key, lambda: shape(font, s, **kwargs), glyph_map or {})

    def get_glyphs_mathtext(
        self,
        prop: object,
        s: str,
        glyph_map: dict | None = None,
        return_new_glyphs_only: bool = False,
    ) -> tuple:
        shape = super().get_glyphs_mathtext
        return self._kept((hash(prop), s), lambda: shape(prop, s), glyph_map or {})


@cache
def _texts() -> _Texts:
    return _Texts()


class _Renderer(RendererSVG):
    """Matplotlib's renderer, with sizes and outlines of texts that outlive it."""

    _sizes: ClassVar[dict] = {}

    def __init__(self, width: float, height: float, out: StringIO) -> None:
        super().__init__(width, height, out, metadata={"Date": None, "Creator": None})
        self._text2path = _texts()

    def get_text_width_height_descent(self, s: str, prop: object, ismath: object) -> tuple:
        key = (s, hash(prop), ismath)
        if key not in self._sizes:
            self._sizes[key] = super().get_text_width_height_descent(s, prop, ismath)
        return self._sizes[key]


def layout_of(figure: Figure) -> Layout:
    """Where the axes of a figure stand."""
    return tuple(
        tuple(float(x) for x in axes.get_position(original=True).bounds) for axes in figure.axes
    )


def svg_text(figure: Figure, *, layout: Sequence | None = None) -> tuple[str, Layout]:
    """The figure as SVG text, and where its axes stand.

    layout: where they shall stand, from an earlier picture with as many axes; without one the
    figure's own layout engine decides.
    Raises ValueError for a layout of another number of axes.

    >>> from nonlocality.book.figures import subplots
    >>> text, layout = svg_text(subplots(1, 2)[0])
    >>> len(layout), text == svg_text(subplots(1, 2)[0], layout=layout)[0]
    (2, True)
    """
    if layout is not None:
        if len(layout) != len(figure.axes):
            raise ValueError(
                f"Argument `layout` must have {len(figure.axes)} places, one for each axes, but "
                f"has {len(layout)}."
            )
        layout = [finite_array("layout", place) for place in layout]
        if any(place.shape != (4,) for place in layout):
            raise ValueError("Argument `layout` must hold places of four numbers each.")
        with matplotlib.rc_context({"figure.constrained_layout.use": False}):
            figure.set_layout_engine(None)
        for axes, place in zip(figure.axes, layout, strict=True):
            axes.set_position(place)
    out = StringIO()
    figure.dpi = 72
    for patch in (figure.patch, *(axes.patch for axes in figure.axes)):
        patch.set(facecolor="none", edgecolor="none")
    width, height = figure.get_size_inches() * 72
    renderer = _Renderer(float(width), float(height), out)
    if figure.get_layout_engine() is not None:
        figure.get_layout_engine().execute(figure)  # once more than drawing does, as savefig
    figure.draw(renderer)
    renderer.finalize()
    return out.getvalue(), layout_of(figure)
