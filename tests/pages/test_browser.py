"""The built book in a real browser: offline, on a phone, in the dark, in print."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers import CHAPTERS

PHONE = {"width": 390, "height": 844}


def pages_of(book):
    folders = ("", "book/", "notebooks/")
    return sorted(f"{f}{p.name}" for f in folders for p in (book / f).glob("*.html"))


class Watch:
    """A page that remembers what it asked for and what it complained about."""

    def __init__(self, context):
        self.requests, self.complaints = [], []
        self.page = context.new_page()
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("console", self._console)

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, url):
        self.page.goto(url)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture(params=CHAPTERS)
def chapter(request):
    return f"notebooks/{request.param}.html"


@pytest.fixture
def watch(browser, request):
    options = {"viewport": {"width": 1200, "height": 900}} | getattr(request, "param", {})
    context = browser.new_context(**options)
    yield Watch(context)
    context.close()


@pytest.mark.parametrize("over", ["http", "file"])
def test_no_page_asks_another_host_or_complains(watch, book, served, over):
    base = served if over == "http" else book.as_uri()
    for name in pages_of(book):
        watch.open(f"{base}/{name}")
    assert [url for url in watch.requests if not url.startswith((base, "data:", "blob:"))] == []
    assert watch.complaints == []


@pytest.mark.parametrize("watch", [{"java_script_enabled": False}], indirect=True)
def test_formulas_are_there_without_scripts_for_the_eye_and_for_the_ear(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    formulas = page.locator(".nl-formula")
    assert formulas.count() > 50
    assert page.locator(".nl-formula > svg[aria-hidden]").count() == formulas.count()
    assert page.locator(".nl-formula > math annotation").count() == formulas.count()
    assert page.locator("math merror").count() == 0
    box = page.locator(".nl-formula:visible > svg").first.bounding_box()
    assert box["width"] > 4
    assert "\\(" not in page.locator("article").inner_text()


def test_every_glyph_that_a_formula_refers_to_is_on_its_page(book):
    for name in pages_of(book):
        text = (book / name).read_text(encoding="utf-8")
        there = set(re.findall(r'<path id="(m[A-Z][^"]+)"', text))
        assert set(re.findall(r'href="#(m[A-Z][^"]+)"', text)) == there, name


def test_no_page_carries_a_script_for_formulas(book):
    for name in pages_of(book):
        text = (book / name).read_text(encoding="utf-8")
        assert not re.search(r"<script[^>]*mathjax|window\.MathJax", text, re.I), name


def explorers(page):
    return [
        page.locator(".nl-explorer").nth(k) for k in range(page.locator(".nl-explorer").count())
    ]


def test_arrow_keys_move_every_slider_its_picture_and_its_caption(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    assert explorers(page)
    for explorer in explorers(page):
        for place in range(explorer.locator("input[type=range]").count()):
            slider = explorer.locator("input[type=range]").nth(place)
            name = page.locator(f"label[for='{slider.get_attribute('id')}']").inner_text()
            assert name.strip()
            slider.focus()
            picture, caption = explorer.locator(".nl-frame"), explorer.locator("figcaption")
            before = picture.inner_html(), caption.inner_text()
            value = slider.get_attribute("aria-valuetext")
            there, back = ("ArrowLeft", "ArrowRight")
            if slider.input_value() == "0":
                there, back = back, there
            slider.press(there)
            assert slider.get_attribute("aria-valuetext") != value
            assert picture.inner_html() != before[0]
            assert caption.inner_text() != before[1]
            slider.press(back)
            assert (picture.inner_html(), caption.inner_text()) == before


def test_a_slider_is_where_it_was_left_when_the_reader_comes_back(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    explorer = page.locator(".nl-explorer.nl-ready").first
    explorer.locator("input[type=range]").first.press("Home")
    caption = explorer.locator("figcaption").inner_text()
    watch.open(f"{book.as_uri()}/index.html")
    page.go_back()
    page.locator(".nl-explorer.nl-ready").first.wait_for()
    assert page.locator(".nl-explorer input[type=range]").first.input_value() == "0"
    assert page.locator(".nl-explorer figcaption").first.inner_text() == caption


@pytest.mark.parametrize("watch", [{"viewport": PHONE}, {}], indirect=True)
def test_the_page_does_not_jump_while_a_slider_moves(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    for explorer in explorers(page):
        slider, heights = explorer.locator("input[type=range]").first, []
        slider.press("Home")
        for _ in range(int(slider.get_attribute("max")) + 1):
            heights.append(explorer.bounding_box()["height"])
            slider.press("ArrowRight")
        assert max(heights) - min(heights) < 1  # less than a pixel


@pytest.mark.parametrize("watch", [{"viewport": PHONE}], indirect=True)
def test_on_a_phone_each_slider_has_its_own_place_below_its_label(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    for explorer in explorers(page):
        end = 0
        for place in range(explorer.locator("input[type=range]").count()):
            slider = explorer.locator("input[type=range]").nth(place).bounding_box()
            label = explorer.locator("label").nth(place).bounding_box()
            number = explorer.locator("output").nth(place).bounding_box()
            assert end <= label["y"] < label["y"] + label["height"] <= slider["y"] + 1
            assert abs(number["y"] - label["y"]) < label["height"]
            end = slider["y"] + slider["height"]


@pytest.mark.parametrize("watch", [{"viewport": PHONE}], indirect=True)
def test_a_wide_formula_can_be_scrolled_to_its_end(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    lost = page.evaluate(
        """[...document.querySelectorAll("article .nl-formula > svg")].filter(picture => {
            const box = picture.parentElement, article = document.querySelector("article");
            const end = article.getBoundingClientRect().right + 1;
            const scrolls = getComputedStyle(box).overflowX === "auto" && box.tabIndex === 0;
            return picture.getBoundingClientRect().right > end && !scrolls
                && !box.closest(".nl-scroll, details:not([open])");
        }).length"""
    )
    assert lost == 0


@pytest.mark.parametrize("watch", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_the_default_frame_is_there_and_no_slider(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    for explorer in explorers(page):
        assert explorer.locator(".nl-frame svg").is_visible()
        assert explorer.locator("figcaption").inner_text().strip()
        assert not explorer.locator(".nl-controls").is_visible()


def test_print_shows_the_default_frame_and_no_controls(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    page.emulate_media(media="print")
    for explorer in explorers(page):
        assert explorer.locator(".nl-frame svg").is_visible()
        assert not explorer.locator(".nl-controls").is_visible()


@pytest.mark.parametrize("watch", [{"viewport": PHONE}], indirect=True)
def test_no_page_is_wider_than_a_phone(watch, book):
    for name in pages_of(book):
        page = watch.open(f"{book.as_uri()}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


CONTRAST = """element => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const lum = rgb => rgb.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((s, v, k) => s + v * [0.2126, 0.7152, 0.0722][k], 0);
  let back = [0, 0, 0, 0];
  for (let e = element; e && !(back[3] ?? 1); e = e.parentElement)
    back = numbers(getComputedStyle(e).backgroundColor);
  const [a, b] = [lum(numbers(getComputedStyle(element).color)), lum(back)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}"""


@pytest.mark.parametrize(
    "watch", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True
)
def test_captions_boxes_and_pictures_are_readable_in_both_themes(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    for selector in ("figcaption", "figcaption .nl-source", ".nl-claim dd", ".nl-claim dt",
                     ".nl-frame svg", ".nl-picture svg", ".nl-scroll td"):  # fmt: skip
        for k in range(page.locator(selector).count()):
            assert page.locator(selector).nth(k).evaluate(CONTRAST) >= 4.5, selector


def test_every_picture_says_what_it_shows(book, chapter):
    text = (book / chapter).read_text(encoding="utf-8")
    pictures = re.findall(r"<svg role=\"img\" aria-label=\"([^\"]*)\"", text)
    assert pictures
    assert all(len(words) > 40 for words in pictures)
    assert not re.search(r"<img(?![^>]*\balt=)", text)


class Links(HTMLParser):
    """Addresses and anchors of a page."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.anchors = [], set()
        self.feed(text)

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


def test_the_place_of_a_slider_is_in_the_address_and_comes_back_from_it(watch, book):
    page = watch.open(f"{book.as_uri()}/notebooks/primer.html#steered?degrees=62")
    explorer = page.locator("#explore-steered.nl-ready")
    explorer.wait_for()
    assert explorer.locator("output").inner_text() == "60"  # the nearest place there is
    explorer.locator("input").press("ArrowRight")
    assert page.url.endswith("#steered?degrees=70")


def test_an_explorer_plays_by_itself_until_stopped(watch, book):
    page = watch.open(f"{book.as_uri()}/notebooks/primer.html")
    explorer = page.locator("#explore-steered.nl-ready")
    before = explorer.locator("figcaption").inner_text()
    explorer.locator(".nl-play").click()
    page.wait_for_function(
        "words => document.querySelector('#explore-steered figcaption').innerText !== words",
        arg=before,
    )
    explorer.locator(".nl-play").click()
    assert explorer.locator(".nl-play").inner_text() == "▶ play"


# --- the front page


def region_of(page):
    return page.locator(".nl-say [data-region]:visible")


@pytest.mark.parametrize("watch", [{"viewport": PHONE}, {}], indirect=True)
def test_the_point_of_the_map_is_dragged_and_a_sentence_says_where_it_is(watch, book):
    page = watch.open(f"{book.as_uri()}/index.html")
    assert region_of(page).get_attribute("data-region") == "level 1"
    svg = page.locator(".nl-map svg")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    start = page.locator(".nl-point").bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 280 / 590, box["y"] + box["height"] * 0.5, steps=5)
    page.mouse.up()
    assert region_of(page).get_attribute("data-region") == "local"
    assert "#map?bias=" in page.url


def test_the_sliders_of_the_map_move_the_point_by_key_through_every_region(watch, book):
    page = watch.open(f"{book.as_uri()}/index.html")
    page.locator("#map-bias").fill("0")
    seen = []
    for value in ("4", "3.2", "2.5", "1"):
        page.locator("#map-s").fill(value)
        seen.append(region_of(page).get_attribute("data-region"))
    assert seen[-3:] == ["no-signalling", "quantum", "local"]
    page.locator("#map-bias").fill("0.9")
    assert region_of(page).get_attribute("data-region") == ""
    before = page.locator(".nl-point").get_attribute("cx")
    page.locator("#map-bias").press("ArrowLeft")
    assert page.locator(".nl-point").get_attribute("cx") != before


def test_a_place_on_the_map_is_in_the_address(watch, book):
    page = watch.open(f"{book.as_uri()}/index.html#map?bias=0.1&s=2.5")
    assert page.locator("#map-s").input_value() == "2.5"
    assert region_of(page).get_attribute("data-region") == "quantum"
    page = watch.open(f"{book.as_uri()}/index.html#map?bias=77&s=nowhere")
    assert page.locator("#map-bias").input_value() == "1"  # the nearest place there is


@pytest.mark.parametrize("watch", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_the_front_page_has_map_score_and_cards(watch, book):
    page = watch.open(f"{book.as_uri()}/index.html")
    assert page.locator(".nl-map svg").is_visible()
    assert not page.locator(".nl-map-controls").is_visible()
    assert page.locator(".nl-card").count() >= 5
    assert page.locator(".nl-count li").count() >= 4


@pytest.mark.parametrize(
    "watch",
    [{"viewport": PHONE, "color_scheme": "dark"}, {"color_scheme": "light"}],
    indirect=True,
)
@pytest.mark.parametrize("name", ["index.html", "notebooks/primer.html", "book/results.html"])
def test_axe_finds_no_barrier_in_what_is_ours(watch, book, name):
    page = watch.open(f"{book.as_uri()}/{name}")
    found = Axe().run(page, context="article", options={"resultTypes": ["violations"]})
    barriers = [(v["id"], v["nodes"][0]["target"]) for v in found.response["violations"]]
    assert barriers == []
