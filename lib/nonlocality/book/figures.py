"""Pictures and tables for a page that has no kernel.

A figure becomes inline SVG in the page's own colours, so that it is sharp at any width and
readable in a light and in a dark theme, with a text for those who cannot see it and a link
to the numbers it draws.
"""

import csv
import hashlib
import html
import os
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nonlocality.book.drawing import svg_text
from nonlocality.book.formulas import by_hand, with_formulas

BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
)
INK, GRID = "#1f2328", "#d0d7de"
STYLE = str(files("nonlocality.book") / "book.mplstyle")
DATA_KEY = "nonlocality-data"
"""Where, in the metadata of a cell's output, the published data travel with the notebook."""


_PAGE_COLOURS = {
    INK: "currentColor",
    GRID: "var(--nl-grid, #d0d7de)",
    BLUE: "var(--nl-blue, #0072b2)",
    VERMILLION: "var(--nl-vermillion, #d55e00)",
    GREEN: "var(--nl-green, #009e73)",
    PURPLE: "var(--nl-purple, #cc79a7)",
    ORANGE: "var(--nl-orange, #e69f00)",
    SKY: "var(--nl-sky, #56b4e9)",
}


def in_book() -> bool:
    """Whether the page is being built (and not read in a live notebook)."""
    return os.environ.get("NONLOCALITY_BOOK") == "1"


def subplots(*args: int, **kwargs: object) -> tuple[Figure, Axes | np.ndarray]:
    """Like ``Figure.subplots`` on a new figure, outside pyplot.

    Sets matplotlib to the book's style first, as what is drawn later needs it too.

    ``figsize`` goes to the figure, everything else to its subplots.

    >>> figure, axes = subplots(1, 2, figsize=(5, 2))
    >>> len(axes)
    2
    """
    matplotlib.style.use(STYLE)
    figure = Figure(figsize=kwargs.pop("figsize", None))
    return figure, figure.subplots(*args, **kwargs)


def svg(figure: Figure, *, alt: str) -> str:
    """The figure as one ``<svg>`` element with its own ids, page colours and a text.

    alt: what the picture shows, in words. Raises ValueError if it is empty.

    >>> svg(subplots()[0], alt="An empty frame.").startswith('<svg role="img"')
    True
    """
    return svg_of(svg_text(figure)[0], alt=alt)


def svg_of(text: str, *, alt: str, prefix: str | None = None) -> str:
    """What :func:`svg` makes of the text of :func:`~nonlocality.book.drawing.svg_text`.

    prefix: of the ids in it; by default a hash of the text, so that no two pictures share one.
    Raises ValueError if `alt` is empty or the text no picture.
    """
    if not alt.strip():
        raise ValueError("Argument `alt` must say what the picture shows, but is empty.")
    if not isinstance(text, str) or not re.search(r'<svg\b.*viewBox="0 0 [\d.]+', text, re.S):
        raise ValueError("Argument `text` must be a picture as SVG, with its `viewBox`.")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.S)
    # a style sheet inside a frame would make the whole page be styled anew at each swap
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", text, flags=re.S)
    # a hundredth of a point is enough for curves (text has its scale elsewhere)
    text = re.sub(r' d="[^"]*"', lambda m: re.sub(r"(\.\d\d)\d+", r"\1", m.group()), text)
    prefix = prefix or f"nl{hashlib.sha256(text.encode()).hexdigest()[:8]}-"
    text = re.sub(r'\bid="', f'id="{prefix}', text)
    text = re.sub(r'(xlink:href="|url\()#', rf"\1#{prefix}", text)
    for colour, variable in _PAGE_COLOURS.items():
        text = text.replace(colour, variable)
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', text).group(1)) * 4 / 3  # pt to px
    text = re.sub(r'\s(width|height)="[\d.]+pt"', "", text, count=2)
    label = html.escape(alt, quote=True)
    style = f"max-width:{width:.0f}px;stroke-linejoin:round;stroke-linecap:butt"
    head = f'<svg role="img" aria-label="{label}" style="{style}"'
    return text.replace("<svg", head, 1)


@dataclass(frozen=True)
class Dataset:
    """The numbers behind a picture, published as ``data/<name>.csv``.

    columns: name to a sequence of equal length, in the order of the file.
    Raises ValueError for unequal lengths, an odd name, or numbers that are not finite.

    >>> print(Dataset("squares", {"n": [1, 2], "square": [1.0, 4.0]}).csv, end="")
    n,square
    1,1.0
    2,4.0
    """

    name: str
    columns: Mapping[str, Sequence]

    def __post_init__(self) -> None:
        """Check what will be published."""
        if not re.fullmatch(r"[a-z0-9-]+", self.name):
            raise ValueError(
                f"Argument `name` must be of a-z, 0-9 and hyphens, but is {self.name!r}."
            )
        lengths = {key: len(values) for key, values in self.columns.items()}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"Argument `columns` must have equal lengths, but has {lengths}.")
        for key, values in self.columns.items():
            for value in values:
                if isinstance(value, float | np.floating) and not np.isfinite(value):
                    raise ValueError(
                        f"Argument `columns` must hold finite numbers, but {key!r} has {value}."
                    )

    @property
    def csv(self) -> str:
        """The file: commas, one header line, full double precision."""

        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        for row in zip(*self.columns.values(), strict=True):
            writer.writerow([v.item() if isinstance(v, np.generic) else v for v in row])
        return out.getvalue()

    @property
    def link(self) -> str:
        """An HTML link: to the published file, or in a live notebook to the data itself."""
        url = f"../data/{self.name}.csv"
        if not in_book():
            url = "data:text/csv;base64," + b64encode(self.csv.encode()).decode()
        rows = len(next(iter(self.columns.values())))
        return (
            f'<a class="nl-data" href="{url}" download="{self.name}.csv">{self.name}.csv</a> '
            f"({rows} rows)"
        )


@dataclass(frozen=True)
class Page:
    """A piece of HTML for the page, with the data it publishes."""

    html: str
    data: Dataset | None = None

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        bundle = {"text/html": self.html, "text/plain": "(a picture or table of the book)"}
        if self.data is None:
            return bundle, {}
        return bundle, {DATA_KEY: {"name": f"{self.data.name}.csv", "csv": self.data.csv}}


def _figure(body: str, caption: str, data: Dataset | None, kind: str) -> Page:
    note = f'<p class="nl-source">Data: {data.link}</p>' if data else ""
    text = f"<p>{with_formulas(caption)}</p>" if caption else ""
    return Page(
        f'<figure class="nl-figure nl-{kind}">{body}<figcaption>{text}{note}</figcaption></figure>',
        data,
    )


def show(figure: Figure, *, alt: str, caption: str = "", data: Dataset | None = None) -> Page:
    """A figure for the page, its caption (with ``$…$`` as formulas) and the link to its data."""
    return _figure(svg(figure, alt=alt), caption, data, "picture")


def _cell(value: object) -> str:
    """A cell of a table: escaped; words to the left, numbers as they are written by hand.

    >>> _cell("-2.0e-08")
    '<td>−2.0·10⁻⁸</td>'
    """
    text = with_formulas(str(value))
    if not _is_number(value):
        return f'<td class="nl-text">{text}</td>'
    return f"<td>{by_hand(text)}</td>"


def _head(title: str, below: object) -> str:
    """The head of a column, on the side of the cell below it."""
    side = "" if _is_number(below) else ' class="nl-text"'
    if not str(title).strip():
        return f"<td{side}></td>"  # a head that says nothing is none
    return f'<th scope="col"{side}>{with_formulas(str(title))}</th>'


def _is_number(value: object) -> bool:
    return re.match(r"[-−\d.]", str(value)) is not None


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    caption: str = "",
    data: Dataset | None = None,
) -> Page:
    """A table for the page that scrolls sideways when it is wider than the screen.

    Formulas stand between dollar signs in heads, cells and caption.

    >>> "<td>1/2</td>" in table(["x"], [["1/2"]]).html
    True
    """
    below = rows[0] if rows else [""] * len(header)
    head = "".join(map(_head, header, below))
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    first = f", from {rows[0][0]} on" if rows else ""
    name = caption or f"Table of {', '.join(header)}{first}"  # no two tables of one name
    name = html.escape(name.replace("$", ""), quote=True)
    return _figure(
        f'<div class="nl-scroll" tabindex="0" role="region" aria-label="{name}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>",
        caption,
        data,
        "table",
    )
