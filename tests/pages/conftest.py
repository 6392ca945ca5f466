"""Visits to the built book: one load of a chapter serves all tests of a file."""

import pytest
from browsing import SHIFTED, WIDE, Watch
from helpers import CHAPTERS


@pytest.fixture(params=CHAPTERS)
def chapter(request):
    return f"notebooks/{request.param}.html"


@pytest.fixture(scope="module", params=CHAPTERS)
def visit(request, browser, book):
    """A chapter, opened once; each test says in which size and theme it wants to see it."""
    with browser.new_context(viewport=WIDE) as context:
        watch = Watch(context)
        page = watch.open(f"{book.as_uri()}/notebooks/{request.param}.html")
        watch.shifted, watch.loaded = page.evaluate(SHIFTED), list(watch.requests)
        yield watch


@pytest.fixture(scope="module", params=CHAPTERS)
def still(request, browser, book):
    """A chapter in a browser without scripts."""
    with browser.new_context(viewport=WIDE, java_script_enabled=False) as context:
        yield Watch(context, scripts=False).open(f"{book.as_uri()}/notebooks/{request.param}.html")


@pytest.fixture
def watch(browser, request):
    """A page that is not yet anywhere, for tests that go from place to place."""
    options = {"viewport": WIDE} | getattr(request, "param", {})
    with browser.new_context(**options) as context:
        yield Watch(context, scripts=options.get("java_script_enabled", True))
