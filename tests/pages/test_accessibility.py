"""For who sees, moves or listens otherwise: axe, forced colours, zoom, sentences by key."""

import pytest
from barriers import barriers
from browsing import PHONE, WIDE, Watch
from helpers import CHAPTERS

READ = [
    *("book/bibliography", "book/glossary", "book/methods", "book/tools"),
    *("book/benchmarks", "book/many-at-once", "book/open-questions", "book/errata"),
]

LOOKED_AT = [chapter for chapter in CHAPTERS if chapter != "primer"]
"""The primer is looked at in both themes with all that is drawn: it is the shortest."""

REACHED = """() => [...document.querySelectorAll("pre")]
    .every(code => code.scrollWidth <= code.clientWidth || code.tabIndex === 0)"""


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide, light", "phone, dark"]
)
def test_axe_finds_no_barrier_in_pages_that_are_read(browser, book, size, scheme):
    with browser.new_context(viewport=size, color_scheme=scheme) as context:
        watch = Watch(context)
        found = {name: barriers(watch.open(f"{book.as_uri()}/{name}.html")) for name in READ}
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("chapter", LOOKED_AT)
def test_axe_finds_no_barrier_in_a_chapter_wide_and_light_or_on_a_phone_in_the_dark(
    browser, book, chapter
):
    with browser.new_context(viewport=WIDE) as context:
        watch = Watch(context)
        watch.open(f"{book.as_uri()}/notebooks/{chapter}.html")
        assert barriers(watch.page) == []
        watch.seen(PHONE, scheme="dark")
        assert watch.page.evaluate("document.documentElement.dataset.theme") == "dark"
        watch.page.wait_for_function(REACHED)  # the theme takes its time after a new size
        assert barriers(watch.page) == []


PLANT = """() => {
    const last = what => [...document.querySelectorAll(`article ${what}`)]
        .filter(each => each.checkVisibility()).at(-1);
    Object.assign(last("tbody tr:not(:first-child) td"),
        { className: "planted-row", textContent: "faint words in a table" });
    last("p").insertAdjacentHTML("beforeend", `<i style="color: #bbb">faint words</i>
        <i class="planted-sign">✓</i> <i class="planted-sign">faint behind a sign</i>
        <a href="#" class="planted-link" style="text-decoration: none">no line</a>
        <button class="planted-button"></button>
        <span class="nl-formula"><img src="data:," class="planted-image"></span>`);
}"""
FAINT = """.planted-sign, article .planted-row { color: #bbb !important }
    article a.planted-link { color: #333 !important; border: none; font-weight: inherit }"""


def test_what_is_planted_at_the_end_of_a_chapter_is_found_though_not_everything_is_asked(
    browser, book
):
    with browser.new_context(viewport=WIDE) as context:
        page = Watch(context).open(f"{book.as_uri()}/notebooks/experiments.html")
        page.evaluate(PLANT)
        page.add_style_tag(content=FAINT)
        found = {rule: " ".join(elements) for rule, elements in barriers(page)}
    assert set(found) == {"color-contrast", "link-in-text-block", "button-name", "image-alt"}
    for words in ("faint words", "faint behind a sign", "planted-row"):
        assert words in found["color-contrast"]
    assert "planted-link" in found["link-in-text-block"]


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},  # 1440 at 200 %
        {"viewport": WIDE, "forced_colors": "active"},
        {"viewport": WIDE, "reduced_motion": "reduce"},
    ],
    ids=["200 %", "forced colours", "reduced motion"],
)
def test_nothing_is_lost_for_who_sees_or_moves_otherwise(browser, book, options):
    with browser.new_context(**options) as context:
        watch = Watch(context)
        page = watch.open(f"{book.as_uri()}/notebooks/primer.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        for seen in (".nl-explorer .nl-frame svg", ".nl-chsh .nl-circle", ".nl-sentence input",
                     ".nl-game button", "a.nl-term"):  # fmt: skip
            assert page.locator(seen).first.is_visible(), seen
        point = page.locator(".nl-scale .nl-point")
        paint = point.evaluate("p => getComputedStyle(p).fill")
        back = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paint != back
        slider = page.locator("#scrub-noisy-pr-box")
        before = page.locator(".nl-sentence").first.inner_text()
        slider.press("ArrowRight")
        assert page.locator(".nl-sentence").first.inner_text() != before
        assert watch.complaints == []


def test_every_chapter_has_a_sentence_with_a_number_to_move(visit):
    page = visit.seen()
    sentences = page.locator(".nl-sentence.nl-ready").all()
    assert sentences
    for sentence in sentences:
        slider, before = sentence.locator("input"), sentence.inner_text()
        assert slider.get_attribute("aria-label")
        slider.press("End")
        end = sentence.inner_text()
        slider.press("Home")
        assert len({before, end, sentence.inner_text()}) >= 2


def test_there_are_explorers_enough_each_says_what_its_frames_are_and_some_let_guess(book):
    texts = [(book / "notebooks" / f"{name}.html").read_text(encoding="utf-8") for name in CHAPTERS]
    explorers = sum(text.count('class="nl-explorer"') for text in texts)
    hands = sum(text.count('class="nl-hand ') for text in texts)
    assert explorers + hands + 1 >= 26  # and the map of the front page
    assert sum(text.count('class="nl-guess"') for text in texts) >= 5
    assert sum(text.count('class="nl-kind"') for text in texts) == explorers
