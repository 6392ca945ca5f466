from io import StringIO

import matplotlib
import matplotlib.style
import numpy as np
import pytest

from nonlocality.book.drawing import layout_of, svg_text
from nonlocality.book.figures import STYLE, subplots


def picture(k):
    """Lines, bars, words and formulas on two axes."""
    figure, (above, below) = subplots(2, 1)
    x = np.linspace(0, 1, 50)
    above.plot(x, np.sin(k * x), label=r"$\sin kx$")
    above.fill_between(x, x, x**2, alpha=0.3)
    above.set(xlabel=r"visibility $v$", ylabel="S")
    above.text(0.2, 0.2, r"$\mathcal{Q}_1$ and é")
    above.legend()
    below.bar([1, 2, 3], [k, 2, 3], hatch="/")
    below.set(title=f"k = {k}", ylim=(0, 5))
    return figure


def by_savefig(figure, layout):
    with matplotlib.rc_context({"figure.constrained_layout.use": False}):
        figure.set_layout_engine(None)
    for axes, place in zip(figure.axes, layout, strict=True):
        axes.set_position(place)
    out = StringIO()
    with matplotlib.style.context(STYLE):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


@pytest.mark.parametrize("k", [1.0, 2.5])
def test_a_picture_is_what_savefig_makes_of_it(k):
    text, layout = svg_text(picture(k))
    assert text == by_savefig(picture(k), layout)
    assert text == svg_text(picture(k), layout=layout)[0]


def test_what_is_kept_of_one_picture_does_not_show_in_the_next():
    layout = svg_text(picture(1.0))[1]
    first = [svg_text(picture(k), layout=layout)[0] for k in (1.0, 2.0, 1.0)]
    assert first[0] == first[2] != first[1]
    assert first[1] == by_savefig(picture(2.0), layout)


def test_a_layout_is_the_places_of_the_axes():
    figure = picture(1.0)
    _, layout = svg_text(figure)
    assert layout == layout_of(figure)
    assert len(layout) == 2
    assert all(0 < x < 1 for place in layout for x in place)
    with pytest.raises(ValueError, match="`layout` must have 2 places, one for each axes, but has"):
        svg_text(figure, layout=layout[:1])
