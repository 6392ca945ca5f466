import gzip
import html
import json
from base64 import b64decode
from itertools import product
from xml.etree import ElementTree

import ipywidgets
import numpy as np
import pytest

from nonlocality.book.drawing import svg_text
from nonlocality.book.figures import DATA_KEY, Dataset, Page, subplots, svg, svg_of
from nonlocality.book.sliders import Slider, explore, progress

V = Slider("visibility v", np.linspace(0, 1, 5), default=0.25)
N = Slider("copies <n>", [1.0, 2.0, 10.0], default=2, format=".0f")


class Render:
    """A picture and a caption, and the values it was called with."""

    def __init__(self):
        self.calls = []

    def figure(self, **values):
        figure, axes = subplots(figsize=(2, 1))
        axes.plot([0, sum(values.values())])
        return figure

    def __call__(self, **values):
        self.calls.append(values)
        return self.figure(**values), f"Here <s> & {values}."


@pytest.fixture
def building(monkeypatch):
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")


@pytest.fixture
def kernel(monkeypatch):
    monkeypatch.delenv("NONLOCALITY_BOOK", raising=False)


def opened(page):
    """The figure element, and the frames packed in it."""
    root = ElementTree.fromstring(page.html)
    packed = root.find("script[@class='nl-frames']").text
    data = json.loads(gzip.decompress(b64decode(packed)))
    lines = data["lines"]
    assert len(set(lines)) == len(lines)
    frames = [("\n".join(lines[k] for k in ks), words) for ks, words in data["frames"]]
    return root, frames


def test_book_packs_one_frame_a_grid_point(building):
    render = Render()
    page = explore(render, name="noise", alt="A line.", v=V)
    root, frames = opened(page)
    assert isinstance(page, Page)
    assert root.get("id") == "explore-noise"
    grid = [{"v": v} for v in V.grid.tolist()]
    assert sorted(render.calls, key=lambda each: each["v"]) == grid
    for (picture, caption), values in zip(frames, grid, strict=True):
        words = f"Here <s> & {values}."
        assert caption == html.escape(words)
        text, _ = svg_text(render.figure(**values))
        assert picture == svg_of(text, alt=f"A line. {words}", prefix="nl-noise-")


def test_frames_that_are_laid_out_differently_are_laid_out_each(building):
    """A title that comes late takes room from the axes."""

    def render(v):
        figure, axes = subplots()
        axes.set_title("above\nthe axes" if v > 0.4 else "")
        return figure, f"v = {v}."

    _, frames = opened(explore(render, name="late", alt="A frame.", v=V))
    for (picture, words), v in zip(frames, V.grid, strict=True):
        text, _ = svg_text(render(v)[0])
        assert picture == svg_of(text, alt=f"A frame. {words}", prefix="nl-late-")


def test_book_shows_the_default_frame_without_scripts(building):
    page = explore(Render(), name="noise", alt="A line.", v=V, n=N)
    _, frames = opened(page)
    picture, caption = frames[1 * 3 + 1]
    assert f'<div class="nl-frame">{picture}</div>' in page.html
    assert f'<figcaption aria-live="polite">{caption}</figcaption>' in page.html
    assert html.escape("{'v': 0.25, 'n': 2.0}") in caption


def test_frames_run_through_the_last_slider_fastest(building):
    render = Render()
    _, frames = opened(explore(render, name="two", alt="A line.", v=V, n=N))
    grid = [{"v": v, "n": n} for v, n in product(V.grid.tolist(), N.grid.tolist())]
    assert sorted(render.calls, key=lambda each: (each["v"], each["n"])) == grid
    assert [caption for _, caption in frames] == [
        html.escape(f"Here <s> & {values}.") for values in grid
    ]


def test_range_inputs_are_labelled_and_keep_their_place(building):
    root, _ = opened(explore(Render(), name="two", alt="A line.", v=V, n=N))
    inputs, labels, outputs = ([*root.iter(k)] for k in ("input", "label", "output"))
    for control, label, output, key, slider in zip(
        inputs, labels, outputs, "vn", (V, N), strict=True
    ):
        assert control.get("type") == "range"
        assert control.get("disabled") is None  # a browser would not restore its place
        assert control.get("id") == label.get("for") == output.get("for") == f"two-{key}"
        assert label.text == slider.label
        assert (control.get("min"), control.get("step")) == ("0", "1")
        assert control.get("max") == str(len(slider.grid) - 1)
        assert control.get("value") == "1"
        words = json.loads(control.get("data-words"))
        assert words == [slider.words(value) for value in slider.grid]
        assert control.get("aria-valuetext") == output.text == words[1]
    assert json.loads(inputs[1].get("data-words")) == ["1", "2", "10"]


def test_the_page_is_the_same_whenever_it_is_built(building):
    first, second = (explore(Render(), name="a", alt="A line.", v=V).html for _ in range(2))
    assert first == second


def test_too_many_frames_are_refused_before_any_is_drawn(building):
    render = Render()
    fine = Slider("x", np.arange(101), default=0)
    with pytest.raises(ValueError, match="at most 500 frames together, but has 505"):
        explore(render, name="much", alt="A line.", x=fine, v=V)
    assert render.calls == []


@pytest.mark.parametrize("mode", ["0", "1"])
def test_there_must_be_a_slider(monkeypatch, mode):
    monkeypatch.setenv("NONLOCALITY_BOOK", mode)
    with pytest.raises(ValueError, match="`sliders` must have at least one slider, but is empty"):
        explore(Render(), name="none", alt="A line.")


@pytest.fixture
def live(kernel):
    render = Render()
    container = explore(render, name="two", alt="A line.", v=V, n=N)
    return render, container


def test_a_kernel_gets_widgets_at_the_defaults(live):
    render, container = live
    assert isinstance(container, ipywidgets.Box)
    first, second, output = container.children
    assert isinstance(output, ipywidgets.Output)
    assert (first.min, first.max, first.value) == (0, 1, 0.25)
    assert (second.min, second.max, second.value) == (1, 10, 2)
    assert [first.description, second.description] == [V.label, N.label]
    assert render.calls == [{"v": 0.25, "n": 2}]


def test_a_kernel_recomputes_at_any_value(live):
    render, container = live
    container.children[0].value = 0.123
    assert render.calls[-1] == {"v": 0.123, "n": 2}
    container.children[1].value = 3.5
    assert render.calls[-1] == {"v": 0.123, "n": 3.5}
    container.children[0].value = 7
    assert render.calls[-1] == {"v": 1, "n": 3.5}  # not beyond the grid


def test_a_kernel_displays_picture_and_caption(kernel, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda page: shown.append(page.data))
    render = Render()
    container = explore(render, name="one", alt="A line.", v=V)
    container.children[0].value = 0.7
    picture = svg(render.figure(v=0.7), alt="A line. Here <s> & {'v': 0.7}.")
    assert picture in shown[-1]
    assert html.escape("Here <s> & {'v': 0.7}.") in shown[-1]
    assert len(shown) == 2


@pytest.mark.parametrize("grid", [[1], [], [[0, 1]], [0, 0], [1, 0], [0, 2, 1]])
def test_a_grid_must_increase(grid):
    with pytest.raises(ValueError, match="`grid` must be two or more increasing values"):
        Slider("x", grid, default=1)


def test_a_grid_must_be_finite():
    with pytest.raises(ValueError, match="`grid` must hold finite numbers"):
        Slider("x", [0, np.nan], default=0)


def test_a_default_must_be_on_the_grid():
    with pytest.raises(ValueError, match=r"`default` must be on the grid, but is 0\.3"):
        Slider("x", [0, 0.5, 1], default=0.3)
    with pytest.raises(ValueError, match=r"`default` must lie in \[0, 1\], but is 2"):
        Slider("x", [0, 1], default=2)


def test_a_slider_knows_its_start_and_its_words():
    assert (V.start, N.start) == (1, 1)
    assert Slider("x", np.linspace(0, 1, 11), default=0.3).start == 3  # off by rounding
    assert N.words(2.0) == "2"


def test_whole_numbers_stay_whole_live_and_in_the_book(monkeypatch):
    seen = []

    def render(n):
        seen.append(n)
        return subplots()[0], f"n = {n}"

    slider = Slider("n", np.arange(2, 5), default=3, format="d")
    box = explore(render, name="whole", alt="An empty frame.", n=slider)
    box.children[0].value = 4
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")
    explore(render, name="whole", alt="An empty frame.", n=slider)
    assert seen == [3, 4, 2, 3, 4]
    assert all(type(n) is int for n in seen)


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "<i>"])
def test_a_name_must_do_as_an_id(name):
    slider = Slider("n", np.arange(2, 5), default=3)
    with pytest.raises(ValueError, match="`name` must be of a-z, 0-9 and hyphens"):
        explore(lambda n: (subplots()[0], ""), name=name, alt="A frame.", n=slider)


def test_progress_is_a_bar_in_a_kernel(kernel, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    report = progress("search")
    bar, text = shown[0].children
    report(0.25, "a quarter")
    assert (bar.description, bar.value, text.value) == ("search", 0.25, "a quarter")
    report(7)
    assert (bar.value, text.value) == (1, "")


def test_progress_is_silent_in_the_book(building, monkeypatch):
    monkeypatch.setattr("IPython.display.display", pytest.fail)
    progress("search")(0.5, "half")


def test_an_explorer_says_what_its_frames_are_and_may_ask_first(building):
    page = explore(
        Render(), name="noise", alt="A line.", shows="bound", guess=("Up & down?", "<Up>."), v=V
    ).html
    root = ElementTree.fromstring(page)
    assert root.find("p[@class='nl-kind']/b").text == "bound"
    assert root.find("details/summary").text == "Guess first: Up & down?"
    assert root.find("details/p").text == "<Up>."
    with pytest.raises(ValueError, match=r"`shows` must be one of .* but is 'true'"):
        explore(Render(), name="noise", alt="A line.", shows="true", v=V)


def test_values_of_the_grid_stand_beside_their_words(building):
    root = ElementTree.fromstring(explore(Render(), name="noise", alt="A line.", v=V).html)
    (control,) = root.iter("input")
    assert json.loads(control.get("data-values")) == V.grid.tolist()
    assert control.get("data-key") == "v"


def test_the_numbers_of_an_explorer_are_published_under_it(building):
    data = Dataset("some-numbers", {"v": [0.0, 0.5]})
    page = explore(Render(), name="seen", alt="seen", data=data, v=V)
    assert "../data/some-numbers.csv" in page.html
    assert page._repr_mimebundle_()[1][DATA_KEY] == {"name": "some-numbers.csv", "csv": data.csv}
    assert not explore(Render(), name="seen", alt="seen", v=V)._repr_mimebundle_()[1]


def test_a_kernel_offers_the_numbers_themselves(kernel):
    data = Dataset("some-numbers", {"v": [0.0, 0.5]})
    box = explore(Render(), name="seen", alt="seen", data=data, v=V)
    assert "data:text/csv;base64," in box.children[-1].value
