"""What a link to a page shows elsewhere, and the buttons of the theme."""

from types import SimpleNamespace

import pytest
import yaml
from docutils import nodes
from docutils.core import publish_doctree

from nonlocality.book.front import CARDS
from nonlocality.book.heads import ABOUT, LONGEST, buttons, describe, meta_tags, preview


def test_a_chapter_is_described_by_its_card_and_another_page_by_its_first_paragraph():
    page = publish_doctree("Title\n=====\n\nShort.\n\nWhat :math:`x` is, in a long sentence here.\n"
                           "\nThis paragraph says what the page is about.\n")  # fmt: skip
    assert describe("book/methods", page) == "This paragraph says what the page is about."
    card = CARDS[0]
    assert describe(f"notebooks/{card.chapter}", page) == f"{card.question} {card.answer}"
    assert describe("index", page) == ABOUT
    assert describe("book/empty", nodes.document(None, None)) == ABOUT


def test_a_description_is_cut_between_words():
    words = describe("book/long", publish_doctree("Some words, " * 50))
    assert len(words) <= LONGEST
    assert words.endswith(("words…", "Some…"))


def test_tags_are_quoted_and_the_address_is_there_only_if_the_book_has_one():
    tags = meta_tags('A "B"', "<c>", picture="p.png")
    assert 'content="A &quot;B&quot;"' in tags
    assert 'content="&lt;c&gt;"' in tags
    assert "og:url" not in tags
    assert 'property="og:url" content="https://x.org/a.html"' in meta_tags(
        "A", "b", picture="p.png", address="https://x.org/a.html"
    )


@pytest.mark.parametrize("url", ["", "https://example.org/a/book"])
def test_there_are_buttons_if_and_only_if_the_sources_have_an_address(url):
    config = SimpleNamespace(html_theme_options={"repository_url": url})
    buttons(config)
    assert bool(config.html_theme_options.get("use_repository_button")) == bool(url)
    assert bool(config.html_theme_options.get("launch_buttons")) == bool(url)


def test_the_address_of_the_sources_is_one_setting(root):
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    assert "url" in settings["repository"]
    assert "launch_buttons" not in settings


def test_the_preview_has_the_size_that_links_show():
    width, height = preview().get_size_inches() * preview().dpi
    assert (round(width), round(height)) == (1200, 630)
