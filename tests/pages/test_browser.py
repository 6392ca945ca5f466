"""The built book in a real browser: offline, on a phone, in the dark, in print."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
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


def test_formulas_are_rendered(watch, book, chapter):
    page = watch.open(f"{book.as_uri()}/{chapter}")
    page.evaluate("MathJax.startup.promise")
    assert page.locator("span.math, div.math").count() > 50
    assert page.locator("mjx-container svg").count() >= page.locator("span.math, div.math").count()
    assert page.locator("[data-mjx-error], mjx-merror").count() == 0
    assert "\\(" not in page.locator("article").inner_text()


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
    slider = page.locator(".nl-ready input[type=range]").first
    slider.press("Home")
    caption = page.locator(".nl-explorer figcaption").first.inner_text()
    watch.open(f"{book.as_uri()}/index.html")
    page.go_back()
    page.locator(".nl-ready").first.wait_for()
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
    page.evaluate("MathJax.startup.promise")
    cut = page.evaluate(
        """[...document.querySelectorAll("span.math")]
            .filter(e => e.scrollWidth > e.clientWidth + 1)
            .filter(e => getComputedStyle(e).overflowX === "hidden").length"""
    )
    assert cut == 0
    lost = page.evaluate(
        """[...document.querySelectorAll("div.math mjx-container svg")].filter(e =>
            e.getBoundingClientRect().left < e.closest("div.math").getBoundingClientRect().left - 1
        ).length"""
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
