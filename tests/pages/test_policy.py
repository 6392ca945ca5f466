"""The policy of the pages in a real browser: it is kept, and what breaks it is stopped."""

import re


def test_no_page_breaks_its_policy(tour):
    """Neither by itself nor when its sliders move, and the theme's own scripts have run."""
    assert {name: page.broken for name, page in tour.pages.items() if page.broken} == {}
    assert [name for name, page in tour.pages.items() if not page.themed] == []


def test_no_chapter_from_a_folder_breaks_its_policy_asks_another_host_or_complains(visit, book):
    """Nor is it wider than its window."""
    visit.seen()
    seen = visit.moved()
    assert (seen.broken, seen.themed, visit.complaints) == ([], True, [])
    assert visit.strangers(book.as_uri()) == []
    assert seen.beyond <= 0


def test_scripts_pictures_and_frames_from_elsewhere_are_stopped(watch, served):
    page = watch.open(f"{served}/index.html")
    page.evaluate("""() => {
        window.broken = [];
        addEventListener("securitypolicyviolation", e => broken.push(e.violatedDirective));
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
    page.wait_for_function("() => broken.length >= 6", timeout=10_000)  # a bare text is eval
    kinds = set(page.evaluate("broken"))
    assert {"script-src-elem", "script-src-attr", "img-src", "connect-src"} <= kinds
    assert kinds & {"frame-src", "default-src"}
    assert page.evaluate("window.ran") is None


def test_every_page_has_a_policy(book):
    for path in book.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"<head\b", text):
            assert text.count('<meta http-equiv="Content-Security-Policy"') == 1, path
