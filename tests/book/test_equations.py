"""Numbers of equations begin with a chapter's letters, and anew in each chapter."""

import re
from types import SimpleNamespace

from docutils import nodes

from nonlocality.book.equations import LETTERS, number_equations


def page(docname, labels, known):
    doctree = nodes.document(None, None)
    doctree += [nodes.math_block("", "x", label=label, number=99) for label in labels]
    env = SimpleNamespace(docname=docname, get_domain=lambda name: SimpleNamespace(equations=known))
    number_equations(SimpleNamespace(env=env), doctree)
    return [node["number"] for node in doctree.findall(nodes.math_block)]


def test_each_chapter_begins_anew_and_what_refers_to_it_says_the_same_number():
    known = {}
    assert page("notebooks/macroscopic-locality", ["a", None, "b"], known) == ["ML.1", 99, "ML.2"]
    assert page("notebooks/local-realism", ["c"], known) == ["LR.1"]
    assert page("book/methods", ["d"], known) == ["1"]
    assert known["b"] == ("notebooks/macroscopic-locality", "ML.2")


def test_every_chapter_has_letters_of_its_own(root):
    names = {f"notebooks/{path.stem}" for path in (root / "notebooks").glob("*.md")}
    assert set(LETTERS) == names
    assert len(set(LETTERS.values())) == len(LETTERS)


PAPERS_NUMBER = re.compile(r"(?<![\w$\\}\])^_])\((?:\d{1,2}|[A-D]\d{1,2})[a-c]?\)")


def test_the_number_of_a_papers_equation_is_never_in_the_brackets_of_the_books(root):
    found = []
    for path in [
        *sorted((root / "notebooks").glob("*.md")),
        *sorted((root / "book").glob("*.toml")),
    ]:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\$\$?[^$]*\$\$?|`[^`\n]*`", "", text)  # formulas and words of code
        found += [f"{path.name}: {m[0]}" for m in PAPERS_NUMBER.finditer(text)]
    assert found == []


def test_what_looks_like_the_number_of_an_equation_is_recognised():
    seen = ["by (22) and", "(A9)", "eqs. (54)–(55)", "(25c)"]
    assert all(PAPERS_NUMBER.search(text) for text in seen)
    assert not any(
        PAPERS_NUMBER.search(text) for text in ["range(4)", "(2015)", "x_1(0)", "(ML.3)"]
    )
