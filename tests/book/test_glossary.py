"""Terms of the glossary, linked at their first use on a page."""

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from sphinx import addnodes

from nonlocality.book.glossary import Entry, definitions, link_terms, pattern_of, read_glossary

TERMS = ["behaviour", "local", "local hidden state", "moment matrix", "no-signalling", "CHSH"]


def entry(term):
    words = nodes.definition("", nodes.paragraph(text=f"What {term} means."))
    return Entry(term, f"term-{term.replace(' ', '-')}", words)


ENTRIES = [entry(term) for term in TERMS]


def linked(source, entries=ENTRIES, **options):
    doctree = publish_doctree(source)
    used = link_terms(doctree, entries, address="glossary.html", **options)
    return doctree, [link.astext() for link in doctree.findall(nodes.reference)], used


def test_a_term_is_linked_at_its_first_use_alone_and_to_its_place():
    doctree, words, used = linked("A behaviour is a table.\n\nAnother behaviour is too.")
    assert words == ["behaviour"]
    link = next(iter(doctree.findall(nodes.reference)))
    assert link["refuri"] == "glossary.html#term-behaviour"
    assert [each.term for each in used] == ["behaviour"]
    assert doctree.astext() == "A behaviour is a table.\n\nAnother behaviour is too."


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Behaviours are tables.", ["Behaviours"]),
        ("No signalling, and\nmoment\nmatrices.", ["No signalling", "moment\nmatrices"]),
        ("A local hidden state first, then what is local.", ["local hidden state", "local"]),
        ("What is nonlocal, or local-realistic, or about chsh, is another word.", []),
        ("Title of a behaviour\n====================\n\nText ``local`` and `CHSH <x.html>`_.",
         ["CHSH"]),
        ("::\n\n  a local variable\n", []),
        ("**Local** :math:`CHSH` terms.", ["Local"]),
    ],
)  # fmt: skip
def test_words_are_found_however_they_are_spelt_and_code_headings_links_are_left(source, found):
    assert linked(source)[1] == found


def test_a_term_in_plain_sight_comes_before_one_in_a_fold():
    words = nodes.container("", nodes.Text("A local head"), classes=["sd-summary-title"])
    inside = nodes.paragraph(text="A behaviour, CHSH.")
    folded = nodes.container("", words, inside, classes=["sd-dropdown"])
    doctree = nodes.document(None, None)
    doctree += [folded, nodes.paragraph(text="The behaviour that one sees.")]
    link_terms(doctree, ENTRIES, address="glossary.html")
    where = [link.parent.astext() for link in doctree.findall(nodes.reference)]
    assert where == ["A behaviour, CHSH.", "The behaviour that one sees."]
    assert [link.astext() for link in folded.findall(nodes.reference)] == ["CHSH"]


def test_a_page_may_give_a_term_another_meaning_but_not_one_that_is_not_there():
    assert linked("A local behaviour.", skipped=["local"])[1] == ["behaviour"]
    with pytest.raises(ValueError, match="`skipped` must hold terms, but \\['locale'\\] are none"):
        linked("A local behaviour.", skipped=["locale"])


def test_the_longest_term_wins_wherever_it_stands_in_the_list():
    for terms in (["local", "local hidden state"], ["local hidden state", "local"]):
        assert pattern_of(terms).search("A local hidden state.")[0] == "local hidden state"


def test_terms_that_share_a_definition_are_both_read():
    item = nodes.definition_list_item(
        "",
        nodes.term("", "PR box", ids=["term-PR-box"]),
        nodes.term("", "nonlocal box", ids=["term-nonlocal-box"]),
        nodes.definition("", nodes.paragraph(text="It wins always.")),
    )
    doctree = nodes.document(None, None)
    doctree += addnodes.glossary("", nodes.definition_list("", item))
    found = read_glossary(doctree)
    assert [(e.term, e.anchor, e.definition.astext()) for e in found] == [
        ("PR box", "term-PR-box", "It wins always."),
        ("nonlocal box", "term-nonlocal-box", "It wins always."),
    ]


def test_the_definitions_of_a_page_are_hidden_and_each_under_its_id():
    made = definitions({"term-local": "<p>By a plan.</p>"})
    assert made.startswith('<div class="nl-definitions" hidden>')
    assert '<div id="definition-term-local"><p>By a plan.</p></div>' in made
