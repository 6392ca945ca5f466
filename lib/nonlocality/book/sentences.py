"""A number in a sentence that one can move, and what the sentence then says.

All that it can say is computed when the page is built; a native slider in the line moves the
number. Without scripts, and on paper, the sentence stands as it begins. In a live notebook the
same call recomputes at any value.
"""

import html
import json
import re
from collections.abc import Callable
from functools import partial

from nonlocality.book.figures import Page, in_book
from nonlocality.book.formulas import with_formulas
from nonlocality.book.sliders import Slider, _widget

Says = Callable[[float], str]


def scrub(text: str, *, name: str, **parts: Slider | Says) -> object:
    """A sentence with a number to move.

    text: the sentence, with formulas between dollars; ``[v]`` stands where the part ``v`` does.
    name: of the sentence, unique on the page. parts: one slider, and for every other place a
    function that takes the slider's value and returns plain words.
    Raises ValueError for a name that cannot be an id, if there is not just one slider, or if a
    part has no place in the text, or a place (a word in brackets) no part.

    >>> scrub("Twice [n] is [m].", name="twice", n=Slider("n", [1, 2, 3], default=2))
    Traceback (most recent call last):
    ...
    ValueError: Argument `text` has a place for [m], but there is no such part.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"Argument `name` must be of a-z, 0-9 and hyphens, but is {name!r}.")
    sliders = {key: part for key, part in parts.items() if isinstance(part, Slider)}
    if len(sliders) != 1:
        raise ValueError(f"Argument `parts` must have one slider, but has {len(sliders)}.")
    if lost := [key for key in parts if f"[{key}]" not in text]:
        raise ValueError(f"Argument `text` must have a place for {lost}, as in [{lost[0]}].")
    for other in re.findall(r"\[([a-z_]+)\]", text):
        if other not in parts:
            raise ValueError(
                f"Argument `text` has a place for [{other}], but there is no such part."
            )
    ((key, slider),) = sliders.items()
    says = {other: part for other, part in parts.items() if other != key}
    if not in_book():
        return _live(text, key, slider, says)
    return _static(text, name, key, slider, says)


def _filled(text: str, parts: dict[str, str]) -> str:
    """The sentence as HTML, its parts in their places."""
    pieces = re.split(rf"\[({'|'.join(map(re.escape, parts))})\]", text)
    return "".join(parts[p] if k % 2 else with_formulas(p) for k, p in enumerate(pieces))


def _static(text: str, name: str, key: str, slider: Slider, says: dict[str, Says]) -> Page:
    """The sentence as it begins, a slider in the line, and what else it can say."""
    grid = slider.grid.tolist()
    words = {key: [slider.words(value) for value in grid]}
    words |= {other: [part(value) for value in grid] for other, part in says.items()}
    place = f"scrub-{name}"
    parts = {
        other: f'<output class="nl-said" for="{place}" data-part="{other}">'
        f"{html.escape(said[slider.start])}</output>"
        for other, said in words.items()
    }
    parts[key] += (
        f'<input type="range" id="{place}" min="0" max="{len(grid) - 1}" step="1" '
        f'value="{slider.start}" aria-label="{html.escape(slider.label)}" '
        f'aria-valuetext="{html.escape(words[key][slider.start])}">'
    )
    packed = html.escape(json.dumps(words, ensure_ascii=False, separators=(",", ":")))
    return Page(
        f'<p class="nl-sentence" data-words="{packed}" data-key="{key}">'
        f'{_filled(text, parts)}</p><script defer src="../_static/sentences.js"></script>'
    )


def _live(text: str, key: str, slider: Slider, says: dict[str, Says]) -> object:
    """A widget over the sentence."""
    import ipywidgets
    from IPython.display import HTML, display

    def draw(value: float) -> None:
        parts = {other: html.escape(part(value)) for other, part in says.items()}
        parts[key] = slider.words(value)
        bold = {other: f"<b>{said}</b>" for other, said in parts.items()}
        display(HTML(f"<p>{_filled(text, bold)}</p>"))

    control = _widget(slider)
    output = ipywidgets.interactive_output(partial(draw), {"value": control})
    return ipywidgets.VBox([control, output])
