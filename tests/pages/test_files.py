"""The files of the built book: links, pictures in words, glyphs, downloads."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from browsing import pages_of
from helpers import CHAPTERS

from nonlocality.book.weight import PLAIN

HEAVIEST = 1_300_000
"""Bytes of a page, as it is sent if nothing packs it."""


def test_no_page_is_too_heavy(book):
    sizes = {name: (book / name).stat().st_size for name in pages_of(book)}
    assert {name: size for name, size in sizes.items() if size > HEAVIEST} == {}


def test_every_outline_that_a_picture_or_formula_refers_to_is_on_its_page(book):
    for name in pages_of(book):
        text = (book / name).read_text(encoding="utf-8")
        drawn = re.findall(r'<use href="#([^"]+)"|url\(#([^)]+)\)', text)
        there = re.findall(r'\bid="([^"]+)"', text)
        assert {one or other for one, other in drawn} <= set(there), name
        shapes = [each for each in there if re.fullmatch(r"[SKW]\d+|f\d+", each)]
        assert len(shapes) == len(set(shapes)), name


def test_code_loses_no_colour_but_that_of_plain_text(book):
    """Spans that are left out have the colour of the code around them, in both themes."""
    sheet = (book / "_static" / "pygments.css").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        head = rf'html\[data-theme="{theme}"\] \.highlight'
        ink = re.search(rf"{head} \{{[^}}]*?[; ]color: (#\w+)", sheet)[1]
        for name in PLAIN:
            rule = re.search(rf"{head} \.{name} \{{ ([^}}]*) \}}", sheet)
            assert rule is None or rule[1].lower() == f"color: {ink}".lower(), name


def test_no_page_carries_a_script_for_formulas(book):
    for name in pages_of(book):
        text = (book / name).read_text(encoding="utf-8")
        assert not re.search(r"<script[^>]*mathjax|window\.MathJax", text, re.I), name


def test_every_picture_says_what_it_shows(book, chapter):
    text = (book / chapter).read_text(encoding="utf-8")
    pictures = re.findall(r"<svg role=\"img\" aria-label=\"([^\"]*)\"", text)
    assert pictures
    assert all(len(words) > 40 for words in pictures)
    assert not re.search(r"<img(?![^>]*\balt=)", text)


DRAWN = re.compile(r"</?(?:use|path|mi|mo|mn|mrow|msub|msup|msubsup|mstyle|mtext)\b[^<>]*>")
"""Most of a page, without links; what `use` refers to is looked at above."""


class Links(HTMLParser):
    """Addresses and anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.anchors = [], set()
        self.feed(DRAWN.sub("", text))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs[key] for key in ("id", "name") if attrs.get(key)}
        self.targets += [attrs[key] for key in ("href", "src") if attrs.get(key)]


def test_every_link_leads_somewhere(book):
    parsed = {n: Links((book / n).read_text(encoding="utf-8")) for n in pages_of(book)}
    for name, links in parsed.items():
        for target in links.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                assert parts.scheme in ("https", "data", "mailto", "javascript"), target
                continue
            file = (book / name).parent / unquote(parts.path) if parts.path else book / name
            assert file.exists(), f"{name} -> {target}"
            key = str(file.resolve().relative_to(book))
            if parts.fragment and key in parsed:
                assert unquote(parts.fragment) in parsed[key].anchors, f"{name} -> {target}"


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_can_be_downloaded_as_an_executed_notebook(book, name):
    notebooks = list(book.glob(f"_downloads/*/{name}.ipynb"))
    assert len(notebooks) == 1
    assert '"output_type": "error"' not in notebooks[0].read_text(encoding="utf-8")
