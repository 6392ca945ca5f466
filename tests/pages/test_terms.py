"""Terms of the glossary in the built book: linked once a page, their definition at hand."""

import re

import pytest
from helpers import CHAPTERS

PHONE = {"width": 390, "height": 844}


def test_every_page_links_a_term_once_and_carries_its_definition(book):
    for name in CHAPTERS:
        text = (book / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
        links = re.findall(
            r'<a class="nl-term[^"]*"[^>]*href="\.\./book/glossary\.html#([^"]+)"', text
        )
        assert len(links) >= 5, name
        assert len(links) == len(set(links)), name
        assert sorted(re.findall(r'<div id="definition-([^"]+)">', text)) == sorted(links), name


@pytest.fixture(scope="module")
def primer(browser, book):
    context = browser.new_context(viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.goto(f"{book.as_uri()}/notebooks/primer.html")
    yield page
    context.close()


def test_a_definition_comes_on_focus_and_on_hover_and_goes_on_escape(primer):
    sheet, words = primer.locator(".nl-definition"), primer.locator("a.nl-term")
    assert not sheet.is_visible()
    words.first.focus()
    assert sheet.is_visible()
    assert "probabilities of outcomes" in sheet.inner_text()
    described = primer.locator(f"#{words.first.get_attribute('aria-describedby')}")
    assert described.text_content() == sheet.text_content()
    primer.keyboard.press("Escape")
    assert not sheet.is_visible()
    words.nth(2).hover()
    assert "shared randomness" in sheet.inner_text()
    sheet.hover()  # the way from the word to its definition does not lose it
    primer.wait_for_timeout(400)
    assert sheet.is_visible()


def test_on_a_phone_a_tap_shows_the_definition_inside_the_page_and_a_second_one_follows(primer):
    word, sheet = primer.locator("a.nl-term").first, primer.locator(".nl-definition")
    primer.keyboard.press("Escape")
    for place in range(primer.locator("a.nl-term").count()):
        primer.locator("a.nl-term").nth(place).tap()
        box = sheet.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    assert primer.url.endswith("primer.html")
    word.tap()
    word.tap()
    primer.wait_for_url("**/glossary.html#term-behaviour")
