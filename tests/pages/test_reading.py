"""Every page in a real browser: offline, on a phone, in the dark, without scripts.

In such an order that a page changes its size seldom: to lay it out anew is what takes time.
"""

from urllib.parse import unquote, urlsplit

import pytest
from barriers import barriers
from browsing import PHONE, WIDE

WIDE_AND_STUCK = """() => [...document.querySelectorAll("article .nl-formula > svg")]
    .filter(picture => {
        const box = picture.parentElement, article = document.querySelector("article");
        const end = article.getBoundingClientRect().right + 1;
        const scrolls = getComputedStyle(box).overflowX === "auto" && box.tabIndex === 0;
        return picture.getBoundingClientRect().right > end && !scrolls
            && !box.closest(".nl-scroll, details:not([open])");
    }).length"""
OF_ANOTHER_SIZE = """() => [...document.querySelectorAll(".nl-formula > svg")]
    .map(picture => [picture.getBoundingClientRect().width, picture])
    .filter(([width, picture]) => width && Math.abs(width - picture.width.baseVal.value) > 1)
    .map(([width, picture]) => `${picture.parentElement.dataset.tex}: ${width}`)"""
FAINT = """selectors => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const lum = rgb => rgb.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((s, v, k) => s + v * [0.2126, 0.7152, 0.0722][k], 0);
  const contrast = element => {
    let back = [0, 0, 0, 0];
    for (let e = element; e && !(back[3] ?? 1); e = e.parentElement)
      back = numbers(getComputedStyle(e).backgroundColor);
    const ink = numbers(getComputedStyle(element).color);
    const [a, b] = [lum(ink), lum(back)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const all = selectors.flatMap(s => [...document.querySelectorAll(s)].map(e => [s, e]));
  const faint = all.filter(([, e]) => contrast(e) < 4.5);
  return [all.length, faint.map(([s, e]) => `${s}: ${e.textContent.slice(0, 40)}`)];
}"""
BEGUN_BY_A_MARK = """() => [...document.querySelectorAll("article .nl-formula:not(.nl-wide)")]
    .map(formula => [formula.firstElementChild, formula.parentElement.nextSibling])
    .filter(([, text]) => text && /^[,.;:)]/.test(text.data))
    .filter(([picture, text]) => {
        const mark = document.createRange();
        mark.setStart(text, 0);
        mark.setEnd(text, 1);
        const [left, right] = [mark, picture].map(e => e.getBoundingClientRect());
        return left.width && left.left < right.right - 3;
    }).map(([, text]) => text.data.slice(0, 30))"""
SCROLLING_CODE = """() => [...document.querySelectorAll(".cell_input pre")]
    .filter(code => !code.closest("details:not([open])") && code.scrollWidth > code.clientWidth)
    .map(code => code.textContent.slice(0, 60))"""
NARROW_NOTES = """() => [...document.querySelectorAll("aside.margin")]
    .map(note => [note.getBoundingClientRect().width, note.textContent.slice(0, 40)])
    .filter(([width]) => width && width < innerWidth - 60)"""
DESKTOP = {"width": 1440, "height": 900}
MOST_BYTES, MOST_FILES = 520_000, 18
"""Of style, scripts and fonts that a chapter loads; the empty page of the theme: 2.3 MB, 30."""
INK = ["figcaption", "figcaption .nl-source", ".nl-claim dd", ".nl-claim dt", ".nl-frame svg",
       ".nl-picture svg", ".nl-scroll td"]  # fmt: skip
"""Where ink is ours."""


def test_no_page_is_wider_than_its_window(tour):
    """Not on a phone either."""
    assert {name: page.beyond for name, page in tour.pages.items() if page.beyond > 0} == {}


def test_no_page_asks_another_host_or_complains(tour):
    assert tour.strangers == []
    assert tour.complaints == []


def test_a_chapter_loads_little_beside_itself_and_nothing_moves_meanwhile(visit, book):
    """Counted and not timed: what makes a page slow on every machine."""
    paths = {unquote(urlsplit(url).path) for url in visit.loaded if url.startswith("file:")}
    files = [book / path.partition("/_build/html/")[2] for path in paths]
    beside = [file for file in files if file.suffix != ".html"]
    assert len(beside) <= MOST_FILES
    assert sum(file.stat().st_size for file in beside) <= MOST_BYTES
    names = {file.name for file in beside}
    assert not names & {"fontawesome.js", "searchindex.js", "searchtools.js"}
    assert len([name for name in names if name.endswith(".css")]) == 1
    assert visit.shifted < 0.005  # of the window; what is good ends at 0.1


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_captions_boxes_and_pictures_are_readable_in_both_themes(visit, scheme):
    page = visit.seen(scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    looked_at, faint = page.evaluate(FAINT, INK)
    assert looked_at > 1
    assert faint == []


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_no_line_begins_with_the_mark_behind_a_formula(visit, size):
    assert visit.seen(size).evaluate(BEGUN_BY_A_MARK) == []


def test_on_a_phone_a_note_of_the_margin_squeezes_nothing(visit):
    assert visit.seen(PHONE).evaluate(NARROW_NOTES) == []


def test_a_wide_formula_can_be_scrolled_to_its_end(visit):
    assert visit.seen(PHONE).evaluate(WIDE_AND_STUCK) == 0


@pytest.mark.parametrize("size", [PHONE, WIDE])
def test_every_formula_has_the_size_that_it_was_typeset_in(visit, size):
    """In captions and tables too: rules for pictures must not meet formulas."""
    assert visit.seen(size).evaluate(OF_ANOTHER_SIZE) == []


def test_icons_are_as_large_as_letters(visit):
    """They are drawn in the page; without their rule they would be as large as they can."""
    icons = visit.seen(DESKTOP).locator("svg.svg-inline--fa:visible")
    sizes = icons.evaluate_all("all => all.map(icon => icon.getBoundingClientRect().height)")
    assert len(sizes) >= 5
    assert max(sizes) <= 30


def test_no_open_code_scrolls_on_a_desktop(visit):
    assert visit.seen(DESKTOP).evaluate(SCROLLING_CODE) == []


def test_formulas_are_there_without_scripts_for_the_eye_and_for_the_ear(still):
    formulas = still.locator(".nl-formula")
    assert formulas.count() > 50
    assert still.locator(".nl-formula > svg[aria-hidden]").count() == formulas.count()
    assert still.locator(".nl-formula[data-tex] > math").count() == formulas.count()
    assert still.locator("math merror").count() == 0
    box = still.locator(".nl-formula:visible > svg").first.bounding_box()
    assert box["width"] > 4
    assert "\\(" not in still.locator("article").inner_text()


@pytest.mark.parametrize(
    "watch",
    [{"viewport": PHONE, "color_scheme": "dark"}, {"color_scheme": "light"}],
    indirect=True,
)
@pytest.mark.parametrize("name", ["index.html", "notebooks/primer.html", "book/results.html"])
def test_axe_finds_no_barrier_in_what_is_ours(watch, book, name):
    page = watch.open(f"{book.as_uri()}/{name}")
    assert barriers(page, spoken=name == "book/results.html") == []  # the others with all drawn
