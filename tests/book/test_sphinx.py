"""The Sphinx extension of the book: what can be tested without a build."""

import pytest

from nonlocality.book.sphinx import DEPENDENCIES, dependency_key, escape_bars

FILES = {
    "lib/nonlocality/causal.py": "x = 1",
    "lib/nonlocality/book.mplstyle": "font.size: 13",
    "book/claims.toml": "[claims]",
    "book/printed/cr-table1.csv": "row",
    "certificates/one.json": "{}",
    "requirements.lock": "numpy==2",
}


@pytest.fixture
def checkout(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_a_change_of_any_dependency_changes_the_key(checkout, name):
    before = dependency_key(checkout)
    assert dependency_key(checkout) == before
    (checkout / name).write_text(FILES[name] + " ")
    assert dependency_key(checkout) != before


def test_a_new_or_renamed_file_of_the_library_changes_the_key(checkout):
    before = dependency_key(checkout)
    new = checkout / "lib" / "nonlocality" / "new.py"
    new.write_text("")
    after = dependency_key(checkout)
    new.rename(new.with_name("other.py"))
    assert len({before, after, dependency_key(checkout)}) == 3


def test_compiled_files_and_prose_do_not_change_the_key(checkout):
    before = dependency_key(checkout)
    (checkout / "lib/nonlocality/causal.cpython-313.pyc").write_bytes(b"compiled")
    (checkout / "book" / "methods.md").write_text("prose")
    assert dependency_key(checkout) == before


def test_every_pattern_matches_a_file_of_the_checkout(root):
    for pattern in DEPENDENCIES:
        assert any(root.glob(pattern)), pattern


def test_bars_in_docstrings_are_not_substitutions_but_code_is_left_alone():
    lines = ["p(ab|xy) and ``p[a|b]``", ">>> a | b", "plain"]
    escape_bars(None, "function", "f", None, None, lines)
    assert lines == [r"p(ab\|xy) and ``p[a|b]``", ">>> a | b", "plain"]
