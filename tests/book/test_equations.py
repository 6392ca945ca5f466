"""Numbers of equations begin with a chapter's letters, and anew in each chapter."""

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
