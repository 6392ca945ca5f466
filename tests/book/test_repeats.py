import re

from hypothesis import given
from hypothesis import strategies as st

from nonlocality.book.repeats import letters, share, use

PLACES = st.integers(-2, 2).map(lambda k: 100 * k)
ROWS = st.lists(st.tuples(st.sampled_from("ab"), PLACES, st.just(0)), max_size=9)
WORDS = st.sampled_from(["", "(x,y)", "P(a|x)", "sum P(a|x)=1", "x"])


def written(row):
    return "".join(use(*letter) for letter in row)


def spelled(word, start):
    return [(sign, start + 500 * k, -k % 2) for k, sign in enumerate(word)]


def drawn(text, table):
    """The letters of a text, with those of the entries it refers to, each at its place."""
    entries = {name: letters(row) for name, row in re.findall(r'<g id="(W\d+)">(.*?)</g>', table)}
    found = []
    for name, x, y in letters(text):
        if name in entries:
            found += [(inner, x + dx, y + dy) for inner, dx, dy in entries[name]]
        else:
            found.append((name, x, y))
    return found


def test_what_comes_again_is_written_once():
    row = written(spelled("P(ab|xy)", 0))
    moved = written(spelled("P(ab|xy)", 1000))
    made, table = share([row, moved, f"<g>{row}</g>", row], prefix="W")
    assert made == ['<use href="#W0"/>', '<use href="#W0" x="1000"/>',
                    '<g><use href="#W0"/></g>', '<use href="#W0"/>']  # fmt: skip
    assert table == f'<g id="W0">{row}</g>'


def test_what_comes_once_stays():
    row = written(spelled("P(ab|xy)", 0))
    assert share([row], prefix="W") == ([row], "")
    assert share([], prefix="W") == ([], "")


@given(st.lists(st.tuples(ROWS, WORDS, WORDS), max_size=8))
def test_every_letter_is_drawn_where_it_was(parts):
    rows = [[*row, *spelled(one, 50), *spelled(two, 9000)] for row, one, two in parts * 3]
    texts = [written(row) for row in rows]
    made, table = share(texts, prefix="W")
    assert [drawn(text, table) for text in made] == rows
    assert len("".join(made)) + len(table) <= len("".join(texts)) + 45
    assert set(re.findall(r'href="#(W\d+)"', "".join(made))) == set(
        re.findall(r'id="(W\d+)"', table)
    )


@given(st.lists(ROWS, max_size=5))
def test_the_same_formulas_are_always_written_in_the_same_way(rows):
    texts = [written(row) for row in rows * 3]
    assert share(texts, prefix="W") == share(list(texts), prefix="W")
