"""The Sphinx extension of the book: what can be tested without a build."""

import numpy as np

from nonlocality.book.figures import subplots
from nonlocality.book.sliders import Slider, explore
from nonlocality.book.sphinx import escape_bars, mend_roles, twice_on_a_page


def test_bars_in_docstrings_are_not_substitutions_but_code_is_left_alone():
    lines = ["p(ab|xy) and ``p[a|b]``", ">>> a | b", "plain"]
    escape_bars(None, "function", "f", None, None, lines)
    assert lines == [r"p(ab\|xy) and ``p[a|b]``", ">>> a | b", "plain"]


def test_two_explorers_of_one_name_on_a_page_are_found(monkeypatch):
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")

    def picture(*, turn):
        figure, axes = subplots()
        axes.plot([0, turn])
        return figure, "A line."

    def cell(name):
        made = explore(picture, name=name, alt="A line.", turn=Slider("turn", np.arange(2), 0))
        bundle = made._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {"outputs": [{"data": {"text/html": data["text/html"].splitlines(keepends=True)}}]}

    one, other = cell("one"), cell("other")
    assert twice_on_a_page({"cells": [one, other, {}]}) == []
    assert "explore-one" in twice_on_a_page({"cells": [one, other, one]})


def test_numbers_from_cells_have_a_true_minus_and_raised_powers():
    glued = '<span class="pasted-text">{}</span>'
    page = {"body": " ".join(map(glued.format, ("-0.5", "2.8e-04", "a-1")))}
    mend_roles(None, "page", "page.html", page, None)
    assert page["body"] == " ".join(map(glued.format, ("−0.5", "2.8·10⁻⁴", "a-1")))
    mend_roles(None, "search", "search.html", {}, None)
