"""The Sphinx extension of the book: what can be tested without a build."""

from nonlocality.book.sphinx import escape_bars


def test_bars_in_docstrings_are_not_substitutions_but_code_is_left_alone():
    lines = ["p(ab|xy) and ``p[a|b]``", ">>> a | b", "plain"]
    escape_bars(None, "function", "f", None, None, lines)
    assert lines == [r"p(ab\|xy) and ``p[a|b]``", ">>> a | b", "plain"]
