"""One call, two lives: a slider in a live notebook, and the same slider in the built book.

In a kernel the picture is computed anew at each move, at any value. In the book the frames
of the slider's grid are computed when the page is built, packed into the page, and swapped
by a native range input: no kernel, no server, no network. Without scripts, and in print,
the page shows the default frame.
"""

import gzip
import html
import json
import re
from base64 import b64encode
from collections.abc import Callable
from itertools import product

import numpy as np
from matplotlib.figure import Figure

from nonlocality.book.drawing import svg_text
from nonlocality.book.figures import Dataset, Page, in_book, svg, svg_of
from nonlocality.foundations.checks import finite_array, finite_number, in_interval
from nonlocality.foundations.results import result


@result
class Slider:
    """A quantity the reader moves.

    label: what it is, in words. grid: increasing values, those of the built book; if they
    are integers, the live slider moves in whole numbers too. default: one of them.
    format: how a value is written.
    Raises ValueError for a grid that is not increasing or a default that is not on it.

    >>> Slider("visibility v", np.linspace(0, 1, 5), default=0.5).words(0.25)
    '0.25'
    """

    label: str
    grid: np.ndarray
    default: float
    format: str = ".4g"

    def __post_init__(self) -> None:
        """Check the grid, and that the default is one of its frames."""
        grid = finite_array("grid", self.grid)
        whole = np.issubdtype(np.asarray(self.grid).dtype, np.integer)
        if grid.ndim != 1 or len(grid) < 2 or not (np.diff(grid) > 0).all():
            raise ValueError("Argument `grid` must be two or more increasing values.")
        object.__setattr__(self, "default", finite_number("default", self.default))
        in_interval("default", self.default, grid[0], grid[-1])
        if np.abs(grid - self.default).min() > 1e-9:
            raise ValueError(f"Argument `default` must be on the grid, but is {self.default}.")
        object.__setattr__(self, "grid", grid.astype(int) if whole else grid)

    @property
    def start(self) -> int:
        """Place of the default on the grid."""
        return int(np.abs(self.grid - self.default).argmin())

    def words(self, value: float) -> str:
        """A value as it is written beside the slider."""
        value = round(value, 12) + 0  # no negative zero
        return format(value, self.format).replace("-", "−")


Render = Callable[..., tuple[Figure, str]]


KINDS = {
    "exact": "what is drawn is exact, up to rounding",
    "bound": "what is drawn is a bound, proved on the side that the text names",
    "sampled": "what is drawn was sampled or searched for, with a fixed seed",
    "schematic": "a sketch: places and sizes are not to scale",
}
"""What the frames of an explorer can be."""


def explore(
    render: Render,
    *,
    name: str,
    alt: str,
    shows: str | None = None,
    guess: tuple[str, str] | None = None,
    data: Dataset | None = None,
    **sliders: Slider,
) -> object:
    """Show `render` under sliders, live or from precomputed frames.

    render: takes one number for each slider, by its name, and returns the figure and the
    caption that says what is seen there (plain text). name: of the explorer, unique on the
    page. alt: what the picture shows at any setting. shows: what the frames are, one of
    :data:`KINDS`. guess: a question to answer before the slider is moved, and the answer, which
    is folded. data: the numbers that are drawn, published with a link under the picture. sliders:
    one or more; the frames are the product of their grids.
    Raises ValueError if there is no slider, more frames than a page should carry, a name that
    cannot be an id, or an unknown kind.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"Argument `name` must be of a-z, 0-9 and hyphens, but is {name!r}.")
    if not sliders:
        raise ValueError("Argument `sliders` must have at least one slider, but is empty.")
    if shows is not None and shows not in KINDS:
        raise ValueError(f"Argument `shows` must be one of {list(KINDS)}, but is {shows!r}.")
    if not in_book():
        return _live(render, alt, sliders, data)
    frames = int(np.prod([len(slider.grid) for slider in sliders.values()]))
    if frames > 500:
        raise ValueError(
            f"Argument `sliders` must have at most 500 frames together, but has {frames}."
        )
    return _static(render, name, alt, sliders, shows, guess, data)


def _live(render: Render, alt: str, sliders: dict[str, Slider], data: Dataset | None) -> object:
    """ipywidgets: one number each, any value between the ends of the grid."""
    import ipywidgets
    from IPython.display import HTML, display

    def draw(**values: float) -> None:
        figure, caption = render(**values)
        picture = svg(figure, alt=f"{alt} {caption}")
        words = f'<figcaption style="max-width:40rem">{html.escape(caption)}</figcaption>'
        display(HTML(f"<figure>{picture}{words}</figure>"))

    controls = {key: _widget(slider) for key, slider in sliders.items()}
    output = ipywidgets.interactive_output(draw, controls)
    link = [ipywidgets.HTML(f"Data: {data.link}")] if data else []
    return ipywidgets.VBox([*controls.values(), output, *link])


def _widget(slider: Slider) -> object:
    """A live slider between the ends of the grid: any value, or any whole number."""
    import ipywidgets

    low, high = slider.grid[[0, -1]]
    whole = np.issubdtype(slider.grid.dtype, np.integer)
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    return kind(
        value=slider.default,
        min=low,
        max=high,
        step=1 if whole else (high - low) / 10_000,
        description=slider.label,
        readout_format="d" if whole else ".4f",
        continuous_update=False,  # a drag recomputes once, at its end
        style={"description_width": "initial"},
        layout={"width": "min(100%, 30rem)"},
    )


def _frames(
    render: Render, name: str, alt: str, sliders: dict[str, Slider]
) -> list[tuple[str, str]]:
    """Picture and caption of each frame, in the order of the sliders' product.

    If six of them, from the first to the last, are laid out alike, so are all.
    """
    grids = [slider.grid for slider in sliders.values()]
    values = [
        {k: v.item() for k, v in zip(sliders, point, strict=True)} for point in product(*grids)
    ]
    most = len(values) - 1
    tried = sorted({_start(sliders), *(most * quarter // 4 for quarter in range(5))})
    first = {k: render(**values[k]) for k in tried}
    texts = {k: svg_text(figure) for k, (figure, _) in first.items()}
    layouts = {layout for _, layout in texts.values()}
    layout = layouts.pop() if len(layouts) == 1 else None
    frames = []
    for k, point in enumerate(values):
        figure, caption = first[k] if k in first else render(**point)
        text = texts[k][0] if k in first else svg_text(figure, layout=layout)[0]
        picture = svg_of(text, alt=f"{alt} {caption}", prefix=f"nl-{name}-")
        frames.append((picture, html.escape(caption)))
    return frames


def _start(sliders: dict[str, Slider]) -> int:
    """Place of the frame of the defaults."""
    places = [slider.start for slider in sliders.values()]
    return int(np.ravel_multi_index(places, [len(slider.grid) for slider in sliders.values()]))


def pack(frames: list[tuple[str, str]]) -> str:
    """Frames as one string: the lines that occur, and for each frame their numbers; gzip, base64.

    A frame is longer than what gzip looks back on, and differs from the next in a few lines.

    >>> len(pack([("a\\nb", "one"), ("a\\nc", "two")])) < 200
    True
    """
    lines: dict[str, int] = {}
    numbered = [
        [[lines.setdefault(line, len(lines)) for line in picture.split("\n")], caption]
        for picture, caption in frames
    ]
    text = json.dumps({"lines": list(lines), "frames": numbered}, separators=(",", ":"))
    return b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _static(
    render: Render,
    name: str,
    alt: str,
    sliders: dict[str, Slider],
    shows: str | None,
    guess: tuple[str, str] | None,
    data: Dataset | None,
) -> Page:
    """All frames, packed into the page; the one of the defaults in plain sight."""
    frames = _frames(render, name, alt, sliders)
    controls = "".join(_control(name, key, slider) for key, slider in sliders.items())
    picture, caption = frames[_start(sliders)]
    question = ""
    if guess is not None:
        asked, answer = map(html.escape, guess)
        question = f'<details class="nl-guess"><summary>Guess first: {asked}</summary>'
        question += f"<p>{answer}</p></details>"
    kind = f'<p class="nl-kind"><b>{shows}</b>: {KINDS[shows]}.</p>' if shows else ""
    source = f'<p class="nl-source">Data: {data.link}</p>' if data else ""
    return Page(
        f'<figure class="nl-explorer" id="explore-{name}">{question}'
        f'<div class="nl-controls">{controls}'
        '<button type="button" class="nl-play" hidden="hidden">▶ play</button></div>'
        f'<div class="nl-frame">{picture}</div>'
        f'<figcaption aria-live="polite">{caption}</figcaption>{kind}{source}'
        f'<script type="text/plain" class="nl-frames">{pack(frames)}</script></figure>',
        data,
    )


def _control(name: str, key: str, slider: Slider) -> str:
    """A native slider over the places of the grid, with their values in words and as numbers."""
    place, words = f"{name}-{key}", [slider.words(value) for value in slider.grid]
    shown = html.escape(words[slider.start])
    return (
        f'<label for="{place}">{html.escape(slider.label)}</label>'
        f'<input type="range" id="{place}" min="0" max="{len(words) - 1}" step="1" '
        f'value="{slider.start}" aria-valuetext="{shown}" data-key="{key}" '
        f"data-words='{html.escape(json.dumps(words))}' "
        f"data-values='{json.dumps(slider.grid.tolist())}' />"
        f'<output for="{place}">{shown}</output>'
    )


def progress(label: str) -> Callable[[float, str], None]:
    """A bar for what takes more than a few seconds: call it with the done share and a word.

    In a live notebook a widget appears at once; in the built book, which waits for the end
    anyway, nothing is shown.
    label: what is being computed. The share is clipped to [0, 1].

    >>> show = progress("search")  # doctest: +ELLIPSIS
    HBox(children=(FloatProgress(...
    >>> show(0.5, "half of the time")
    """
    if in_book():
        return lambda share, words="": None
    import ipywidgets
    from IPython.display import display

    bar = ipywidgets.FloatProgress(min=0, max=1, description=label)
    bar.style.description_width = "initial"
    text = ipywidgets.Label()
    display(ipywidgets.HBox([bar, text]))

    def show(share: float, words: str = "") -> None:
        bar.value = min(max(float(share), 0.0), 1.0)
        text.value = words

    return show
