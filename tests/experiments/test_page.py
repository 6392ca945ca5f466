import re
from html.parser import HTMLParser

import numpy as np
import pytest

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.page import fragment, full_page
from nonlocality.experiments.reporting import report

EVIL = "<script>alert(1)</script>\"'&"


class Balance(HTMLParser):
    """Every element is closed, in order."""

    EMPTY = ("meta", "path", "polygon", "circle", "rect", "br")

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open.pop() == tag


def check(page):
    parser = Balance()
    parser.feed(page)
    assert not parser.open
    assert "script" not in parser.seen
    return parser.seen


def test_names_with_markup_are_escaped_everywhere():
    labels = {"a": (EVIL, "1"), "b": (EVIL, "x"), "x": (EVIL, "2"), "y": ("<i>", "</style>")}
    counts = Counts(np.full((2, 2, 2, 2), 9), labels=labels, notes=(EVIL,))
    page = full_page(report(counts, title=EVIL))
    check(page)
    assert page.count("</style>") == 2


def test_the_page_needs_nothing_else(published):
    for counts in published.values():
        page = full_page(report(counts, settings="uniform"))
        assert check(page).count("svg") == 2
        assert not re.search(r"(?:src|href)=|url\(|@import|https?:", page)
        assert "prefers-color-scheme" in page
        assert "@media print" in page


def test_small_numbers_do_not_break_at_their_minus(published):
    page = fragment(report(published["vienna2015"]))
    assert "6.998e\u201106" in page
    assert "e-0" not in page


@pytest.mark.parametrize("kind", ["signalling", "cannot", "three"])
def test_pages_without_pictures_are_whole(kind):
    table = np.full((2, 2, 2, 2), 5)
    table[0, :, :, 0] = 45
    tables = {
        "signalling": table,
        "cannot": np.full((2, 2, 2, 1), 9),
        "three": np.full((2,) * 6, 9),
    }
    seen = check(fragment(report(Counts(tables[kind]))))
    assert "svg" not in seen
