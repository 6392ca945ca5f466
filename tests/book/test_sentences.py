"""A number in a sentence that one can move."""

import html
import json
import re

import numpy as np
import pytest

from nonlocality.book import Slider, scrub

SLIDER = Slider("how many", np.arange(1, 5), default=2, format=".0f")


@pytest.fixture
def in_the_book(monkeypatch):
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")


def made(text="Twice [n] is $2n=$ [m], not [0, 1].", **parts):
    parts = {"n": SLIDER, "m": lambda n: f"{2 * n:.0f} <apples>"} | parts
    return scrub(text, name="twice", **parts)


@pytest.mark.usefixtures("in_the_book")
def test_the_sentence_stands_as_it_begins_and_knows_all_that_it_can_say():
    page = made().html
    plain = html.unescape(re.sub("<[^>]*>", "", page))
    assert plain == r"Twice 2 is \(2n=\) 4 <apples>, not [0, 1]."
    words = json.loads(html.unescape(re.search('data-words="([^"]*)"', page)[1]))
    assert words == {"n": list("1234"), "m": [f"{2 * n} <apples>" for n in (1, 2, 3, 4)]}
    assert 'value="1" aria-label="how many" aria-valuetext="2"' in page


@pytest.mark.usefixtures("in_the_book")
def test_a_sentence_without_one_slider_or_without_a_place_for_a_part_is_an_error():
    with pytest.raises(ValueError, match="must have one slider, but has 0"):
        made(n=lambda n: "1")
    with pytest.raises(ValueError, match="must have one slider, but has 2"):
        made(m=SLIDER)
    with pytest.raises(ValueError, match=r"`text` must have a place for \['m'\], as in \[m\]"):
        made(text="Only [n].")
    with pytest.raises(ValueError, match="`name` must be of a-z"):
        scrub("[n]", name="No name", n=SLIDER)


def test_in_a_notebook_the_sentence_follows_a_widget(monkeypatch):
    monkeypatch.delenv("NONLOCALITY_BOOK", raising=False)
    said = []
    monkeypatch.setattr("IPython.display.display", lambda shown: said.append(shown.data))
    control, _ = made().children
    control.value = 3
    assert "<b>3</b>" in said[-1]
    assert "<b>6 &lt;apples&gt;</b>" in said[-1]
