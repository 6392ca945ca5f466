import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import STEPS, leaves, places

from nonlocality.book.shortening import fold, short_number, short_path, short_transform

numbers = st.floats(-500, 500).map(lambda x: round(x, 3))
segments = st.one_of(
    *(
        st.tuples(st.just(letter), st.lists(numbers, min_size=size, max_size=size))
        for letter, size in STEPS.items()
        if letter != "M"
    )
)


shift = st.tuples(st.integers(-9, 9), st.integers(-9, 9))
letters = st.builds(
    lambda name, at, by: f'<use href="#{name}"{at}{by}/>',
    st.sampled_from("abc"),
    st.sampled_from(["", ' x="3"', ' y="-2" x="1"']),
    st.one_of(st.just(""), shift.map(lambda s: f' transform="translate({s[0]},{s[1]})"')),
)
groups = st.recursive(
    letters,
    lambda inner: st.builds(
        lambda s, scale, parts: (
            f'<g transform="translate({s[0]},{s[1]}){scale}">{"".join(parts)}</g>'
        ),
        shift,
        st.sampled_from(["", " scale(0.5)"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@given(st.tuples(numbers, numbers), st.lists(segments, max_size=12), st.sampled_from([0, 1, 2]))
def test_a_short_path_goes_through_the_same_places(first, rest, digits):
    """Up to half of the last digit that is kept, however long the path is."""
    data = f"M {first[0]} {first[1]} "
    data += " ".join(f"{letter} {' '.join(map(str, each))}" for letter, each in rest)
    short = short_path(data, digits)
    assert len(short) <= len(data)
    before, after = places(data), places(short)
    assert [kind for kind, *_ in before] == [kind for kind, *_ in after]
    for (_, *old), (_, *new) in zip(before, after, strict=True):
        assert np.allclose(old, new, atol=0.5 * 10**-digits + 1e-9)


@pytest.mark.parametrize("data", ["M 0 0 A 1 1 0 0 1 2 2", "M 0 0 l 1 1", "M 0", ""])
def test_a_path_of_another_kind_is_left_alone(data):
    assert short_path(data) == data


@given(numbers, st.integers(0, 3))
def test_a_short_number_is_the_number(value, digits):
    text = short_number(value, digits)
    assert abs(float(text) - value) <= 0.5 * 10**-digits + 1e-9
    assert not re.match(r"-?0\d|-?0\.|-0$", text)


def test_scales_keep_more_decimals_than_places():
    made = short_transform("translate(1.23456, -0.5) scale(0.00781, -0.00781)", 2)
    assert made == "translate(1.23-.5)scale(.00781-.00781)"


@given(st.lists(groups, max_size=4))
def test_folding_moves_no_letter(parts):
    root = ElementTree.fromstring(f"<svg>{''.join(parts)}</svg>")
    before = list(leaves(root))
    fold(root)
    after = list(leaves(root))
    assert [name for name, *_ in after] == [name for name, *_ in before]
    assert np.allclose([w for _, *w in after], [w for _, *w in before])
    for group in root.iter("g"):
        assert "scale" in group.get("transform")
