"""The policy of the pages in a real browser: it is kept, and what breaks it is stopped."""

import re

import pytest
from helpers import CHAPTERS

LISTEN = """window.broken = [];
addEventListener("securitypolicyviolation",
    e => broken.push(`${e.violatedDirective} ${e.blockedURI}`));
"""
PAGES = (
    *("index.html", "search.html?q=steering", "book/results.html", "book/glossary.html"),
    *("book/library/foundations.html", *(f"notebooks/{name}.html" for name in CHAPTERS)),
)


@pytest.fixture(scope="module")
def page(browser):
    with browser.new_context() as context:
        context.add_init_script(LISTEN)
        yield context.new_page()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("way", ["http", "folder"])
def test_no_page_breaks_its_policy(page, served, book, name, way):
    page.goto(f"{served if way == 'http' else book.as_uri()}/{name}")
    page.wait_for_load_state("load")
    for button in page.locator("input[type=range]").all()[:2]:
        button.press("ArrowRight")
    assert page.evaluate("broken") == []
    assert page.locator("html[data-theme]").count() == 1  # the theme's own scripts have run


def test_scripts_pictures_and_frames_from_elsewhere_are_stopped(page, served):
    page.goto(f"{served}/index.html")
    page.evaluate("""() => {
        const add = (tag, fields) => document.body.append(Object.assign(
            document.createElement(tag), fields));
        add("script", {textContent: "window.ran = 1"});
        add("script", {src: "https://elsewhere.invalid/a.js"});
        add("img", {src: "https://elsewhere.invalid/a.png"});
        add("iframe", {src: "https://elsewhere.invalid/"});
        document.body.insertAdjacentHTML("beforeend", "<b id=evil onclick='window.ran = 2'>x</b>");
        document.getElementById("evil").click();
        fetch("https://elsewhere.invalid/").catch(() => {});
    }""")
    page.wait_for_function("broken.length >= 6", timeout=10_000)
    kinds = {line.split()[0] for line in page.evaluate("broken")}
    assert {"script-src-elem", "script-src-attr", "img-src", "connect-src"} <= kinds
    assert kinds & {"frame-src", "default-src"}
    assert page.evaluate("window.ran") is None


def test_every_page_has_a_policy(book):
    for path in book.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"<head\b", text):
            assert text.count('<meta http-equiv="Content-Security-Policy"') == 1, path
