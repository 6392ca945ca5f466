import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonlocality.book.shortening import fold, short_number, short_path, short_transform

STEPS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "S": 4, "Z": 0}
TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")


def places(data):
    """The points of a path, absolute, with the letter of their command: a reader of its own."""
    tokens, found, k, letter = TOKEN.findall(data), [], 0, ""
    here = start = np.zeros(2)
    while k < len(tokens):
        if tokens[k].isalpha():
            letter, k = tokens[k], k + 1
        elif letter in "mM":
            letter = "l" if letter == "m" else "L"
        size = STEPS[letter.upper()]
        numbers = np.array([float(token) for token in tokens[k : k + size]])
        k += size
        by = here if letter.islower() else np.zeros(2)
        if letter in "zZ":
            here = start
        elif letter in "hH":
            here = np.array([by[0] + numbers[0], here[1]])
        elif letter in "vV":
            here = np.array([here[0], by[1] + numbers[0]])
        else:
            points = numbers.reshape(-1, 2) + by
            found += [("control", *point) for point in points[:-1]]
            here = points[-1]
        if letter in "mM":
            start = here
        found.append(("zm"[letter in "mM"] if letter in "zZmM" else "to", *here))
    return found


numbers = st.floats(-500, 500).map(lambda x: round(x, 3))
segments = st.one_of(
    *(
        st.tuples(st.just(letter), st.lists(numbers, min_size=size, max_size=size))
        for letter, size in STEPS.items()
        if letter != "M"
    )
)


def leaves(node, at=(0.0, 0.0, 1.0)):
    """Where each letter of a tree of groups stands, and how large."""
    x, y, size = at
    for name, inner in re.findall(r"(translate|scale)\(([^)]*)\)", node.get("transform", "")):
        values = [float(v) for v in re.split("[ ,]+", inner)]
        if name == "translate":
            x, y = x + size * values[0], y + size * values[1]
        else:
            size *= values[0]
    if node.tag == "use":
        yield (
            node.get("href"),
            x + size * float(node.get("x", 0)),
            y + size * float(node.get("y", 0)),
            size,
        )
    for child in node:
        yield from leaves(child, (x, y, size))


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
