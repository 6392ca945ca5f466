"""Visits to the built book: one load of a chapter serves all tests that look at it."""

from types import SimpleNamespace

import pytest
from browsing import HURRY, LISTEN, PHONE, SHIFTED, WIDE, Watch, pages_of
from helpers import CHAPTERS


@pytest.fixture(params=CHAPTERS)
def chapter(request):
    return f"notebooks/{request.param}.html"


@pytest.fixture(scope="session", params=CHAPTERS)
def visit(request, browser, book):
    """A chapter, opened once; each test says in which size and theme it wants to see it."""
    with browser.new_context(viewport=WIDE) as context:
        context.add_init_script(LISTEN)
        watch = Watch(context)
        page = watch.open(f"{book.as_uri()}/notebooks/{request.param}.html")
        watch.shifted, watch.loaded = page.evaluate(SHIFTED), list(watch.requests)
        yield watch


@pytest.fixture(scope="session", params=CHAPTERS)
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


@pytest.fixture(scope="session", params=["by address, on a phone", "from a folder"])
def tour(request, browser, book, served):
    """Every page, opened once, with its first two sliders moved: what was seen and asked for.

    From a folder without the chapters, since their visits are from a folder too.
    """
    folder = request.param == "from a folder"
    base, pages = book.as_uri() if folder else served, {}
    names = [each for each in pages_of(book) if not (folder and each.startswith("notebooks/"))]
    with browser.new_context(viewport=WIDE if folder else PHONE) as context:
        context.add_init_script(HURRY + LISTEN)
        watch = Watch(context)
        for name in (*names, "book/library/foundations.html", "search.html?q=steering"):
            watch.open(f"{base}/{name}", quiet="?" in name)
            pages[name] = watch.moved()
            if not (folder and "?" in name):  # from a folder a search finds, but shows no excerpt
                complaints = list(watch.complaints)
        strangers = watch.strangers(base)
        yield SimpleNamespace(pages=pages, strangers=strangers, complaints=complaints)
