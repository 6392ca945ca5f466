"""Terms of the glossary, linked where a chapter first uses them, with the definition at hand.

The link is made in the doctree when a page is written, so nobody has to mark a word. The
definitions of the terms that a page uses travel at its end, hidden; ``glossary.js`` shows them on
hover, focus and touch. Without scripts the link leads to the glossary.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from nonlocality.book.values import as_text

GLOSSARY = "book/glossary"
"""The page of the glossary."""

OTHER_MEANINGS = {"notebooks/causal-relaxations": ("coarse-graining",)}
"""Pages that give a term a meaning of their own: it is not linked there."""

_SKIPPED = (
    nodes.title,
    nodes.rubric,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.reference,
    nodes.raw,
    nodes.thead,
    nodes.citation_reference,
    addnodes.toctree,
    addnodes.download_reference,
)
"""Headings, code, formulas and links keep their words as they are."""


@dataclass(frozen=True)
class Entry:
    """A term with the id of its place on the glossary's page, and what stands there."""

    term: str
    anchor: str
    definition: nodes.Element


def read_glossary(doctree: nodes.document) -> list[Entry]:
    """The entries of the glossary's page; several terms may share a definition."""
    return [
        Entry(term.astext(), term["ids"][0], item.next_node(nodes.definition))
        for glossary in doctree.findall(addnodes.glossary)
        for item in glossary.findall(nodes.definition_list_item)
        for term in item.findall(nodes.term)
    ]


def _spelling(term: str) -> str:
    """A pattern for a term: plural or not, hyphen or blank, capital at a sentence's beginning.

    >>> bool(re.fullmatch(_spelling("moment matrix"), "Moment matrices"))
    True
    >>> bool(re.fullmatch(_spelling("CHSH"), "chsh"))
    False
    """
    first, *rest = re.split(r"[\s-]+", term)
    *between, last = [first, *rest]
    if last.endswith("y"):
        last = f"{re.escape(last[:-1])}(?:y|ies)"
    elif last.endswith("ix"):
        last = f"{re.escape(last[:-2])}(?:ix|ices)"
    else:
        last = f"{re.escape(last)}s?"
    pattern = r"[\s-]+".join([*map(re.escape, between), last])
    if first[0].islower():
        pattern = f"[{first[0]}{first[0].upper()}]{pattern[1:]}"
    return pattern


def pattern_of(terms: Iterable[str]) -> re.Pattern:
    """Finds any of the terms as a whole word, the longest first; group k is the k-th term's.

    Raises ValueError for terms that are no texts.

    >>> [m[0] for m in pattern_of(["local", "local hidden state"]).finditer(
    ...     "A local hidden state is not nonlocal, and local-realistic is another word.")]
    ['local hidden state']
    """
    if not np.iterable(terms):
        raise ValueError("Argument `terms` must hold texts, but holds none.")
    terms = [as_text("terms", term) for term in terms]
    numbered = sorted(enumerate(terms), key=lambda pair: -len(pair[1]))
    words = "|".join(f"(?P<t{k}>{_spelling(term)})" for k, term in numbered)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")


def _chain(node: nodes.Node) -> Iterable[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _places(doctree: nodes.document) -> list[nodes.Text]:
    """Text in which a term may be linked: what is in plain sight first, then what is folded."""
    plain, folded = [], []
    for text in doctree.findall(nodes.Text):
        above = list(_chain(text))
        classes = {name for node in above if isinstance(node, nodes.Element)
                   for name in node.get("classes", ())}  # fmt: skip
        if any(isinstance(node, _SKIPPED) for node in above) or classes & {
            "cell",
            "sd-summary-title",
        }:
            continue
        (folded if "sd-dropdown" in classes else plain).append(text)
    return plain + folded


def link_terms(
    doctree: nodes.document, entries: list[Entry], *, address: str, skipped: Iterable[str] = ()
) -> list[Entry]:
    """Link the first use of each entry on a page, and return the entries that it uses.

    address: of the glossary's page. skipped: terms to which the page gives a meaning of its own.
    The doctree is changed.
    """
    skipped = set(skipped)
    if unknown := skipped - {entry.term for entry in entries}:
        raise ValueError(f"Argument `skipped` must hold terms, but {sorted(unknown)} are none.")
    pattern = pattern_of(entry.term for entry in entries)
    used: dict[str, Entry] = {}
    for text in _places(doctree):
        made, end, words = [], 0, text.astext()
        for match in pattern.finditer(words):
            entry = entries[int(match.lastgroup[1:])]
            if entry.anchor in used or entry.term in skipped:
                continue
            used[entry.anchor] = entry
            link = nodes.reference(
                "", match[0], internal=True, refuri=f"{address}#{entry.anchor}",
                classes=["nl-term"],
            )  # fmt: skip
            made += [nodes.Text(words[end : match.start()]), link]
            end = match.end()
        if made:
            made = [node for node in (*made, nodes.Text(words[end:])) if node.astext()]
            text.parent.replace(text, made)
    return list(used.values())


def definitions(rendered: Mapping[str, str]) -> str:
    """The definitions of a page as hidden HTML, by the ids of their terms."""
    inner = "".join(
        f'<div id="definition-{anchor}">{words}</div>' for anchor, words in rendered.items()
    )
    return f'<div class="nl-definitions" hidden>{inner}</div>'


def link_page(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """When a chapter is written: link the terms, and remember which."""
    if not docname.startswith("notebooks/") or app.builder.name != "html":
        return
    if GLOSSARY not in app.env.found_docs:
        return
    doctree.nl_terms = link_terms(
        doctree,
        read_glossary(app.env.get_doctree(GLOSSARY)),
        address=app.builder.get_relative_uri(docname, GLOSSARY),
        skipped=OTHER_MEANINGS.get(docname, ()),
    )


def add_definitions(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Put the definitions at the end of the page, and the script that shows them."""
    entries = getattr(doctree, "nl_terms", None)
    if not entries:
        return
    rendered = {}
    for entry in entries:
        copy = nodes.container("", *entry.definition.deepcopy().children)
        rendered[entry.anchor] = app.builder.render_partial(copy)["fragment"]
    context["body"] += definitions(rendered)
    app.add_js_file("glossary.js", loading_method="defer")


def note_read(app: Sphinx, env: BuildEnvironment, docnames: Iterable[str]) -> None:
    """Before pages are read: whether the glossary is one of them."""
    app.nl_glossary_read = GLOSSARY in docnames


def rewritten(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The chapters are written again if the glossary has changed."""
    if not app.nl_glossary_read:
        return []
    return [name for name in env.found_docs if name.startswith("notebooks/")]
