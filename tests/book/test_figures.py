import csv
import io
import re
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.book import figures
from nonlocality.book.figures import DATA_KEY, Dataset, Page, in_book, show, subplots, svg, table

PALETTE = ["BLUE", "VERMILLION", "GREEN", "PURPLE", "ORANGE", "SKY", "INK", "GRID"]


@pytest.fixture(autouse=True)
def _live(monkeypatch):
    monkeypatch.delenv("NONLOCALITY_BOOK", raising=False)


def drawing(slope=1.0):
    """A figure with everything that makes ids: clips, markers, hatches, text, a legend."""
    figure, axes = subplots()
    for k, name in enumerate(PALETTE):
        colour = getattr(figures, name)
        axes.plot([0, 1], [k, k + slope], "o-", color=colour, label=name)
        axes.fill_between([0, 1], [k, k], [k, k + slope], color=colour, alpha=0.3, hatch="/")
    axes.set(title="Title", xlabel="x", ylabel="y")
    axes.legend()
    return figure


def ids(text):
    return re.findall(r'\bid="([^"]*)"', text)


def test_svg_is_a_picture_with_a_text():
    text = svg(drawing(), alt='Lines & "words" <rising>.')
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'Lines & "words" <rising>.'


def test_svg_takes_the_width_it_is_given_up_to_its_own():
    figure, _ = subplots(figsize=(3, 2))
    root = ElementTree.fromstring(svg(figure, alt="An empty frame."))
    assert root.get("width") is None
    assert root.get("height") is None
    assert root.get("style").startswith("max-width:288px;")  # 3 in at 96 px
    assert root.get("viewBox").split() == ["0", "0", "216", "144"]


def test_svg_uses_the_pages_colours_only():
    text = svg(drawing(), alt="Lines.")
    for name in PALETTE[:-2]:
        assert f"var(--nl-{name.lower()}, {getattr(figures, name)})" in text
    assert f"var(--nl-grid, {figures.GRID})" in text
    assert "currentColor" in text
    outside = re.sub(r"var\(--nl-[a-z]+, #[0-9a-f]{6}\)", "", text).lower()
    for name in PALETTE:
        assert getattr(figures, name) not in outside
    assert "var(" not in outside
    assert "#000000" not in outside  # unreadable in a dark theme


def test_ids_are_unique_prefixed_and_found_by_their_references():
    text = svg(drawing(), alt="Lines.")
    found = ids(text)
    assert len(found) == len(set(found))
    (prefix,) = {name.split("-")[0] for name in found}
    assert re.fullmatch(r"nl[0-9a-f]{8}", prefix)
    references = re.findall(r'xlink:href="#([^"]*)"|url\(#([^)]*)\)', text)
    assert references
    assert {a or b for a, b in references} <= set(found)


def test_two_figures_share_no_id():
    first, second = svg(drawing(), alt="Lines."), svg(drawing(slope=2.0), alt="Lines.")
    assert not set(ids(first)) & set(ids(second))


def test_the_same_figure_gives_the_same_text():
    assert svg(drawing(), alt="Lines.") == svg(drawing(), alt="Lines.")


@pytest.mark.parametrize("alt", ["", " \n"])
def test_alt_must_not_be_empty(alt):
    with pytest.raises(ValueError, match="`alt` must say what the picture shows, but is empty"):
        svg(subplots()[0], alt=alt)


def test_subplots_passes_its_arguments_on():
    figure, axes = subplots(2, 3, figsize=(6, 4), sharex=True)
    assert axes.shape == (2, 3)
    assert tuple(figure.get_size_inches()) == (6, 4)


@settings(max_examples=50)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_csv_gives_back_every_float(values):
    text = Dataset("numbers", {"n": range(len(values)), "value": np.array(values)}).csv
    header, *rows = csv.reader(io.StringIO(text))
    assert header == ["n", "value"]
    assert [int(n) for n, _ in rows] == list(range(len(values)))
    back = np.array([float(value) for _, value in rows])
    assert back.tobytes() == np.array(values).tobytes()  # also the sign of zero


@pytest.mark.parametrize("name", ["", "Table", "a b", "a_b", "../a", "a.csv", "a\n", "é"])
def test_dataset_names_are_plain(name):
    with pytest.raises(ValueError, match="`name` must be of a-z, 0-9 and hyphens, but is"):
        Dataset(name, {"x": [1]})


def test_dataset_columns_have_one_length():
    with pytest.raises(ValueError, match=r"must have equal lengths, but has {'x': 1, 'y': 2}"):
        Dataset("a", {"x": [1], "y": [1, 2]})


@pytest.mark.parametrize("bad", [np.nan, np.inf, float("-inf"), np.float64("nan")])
def test_dataset_numbers_are_finite(bad):
    with pytest.raises(ValueError, match="must hold finite numbers, but 'y' has"):
        Dataset("a", {"x": [1, 2], "y": [0.5, bad]})


def test_data_link_goes_to_the_file_in_the_book_and_to_the_data_elsewhere(monkeypatch):
    data = Dataset("cr-curve", {"v": [0.5, 1.0], "m": [0.0, 1.0]})
    assert not in_book()
    (encoded,) = re.findall(r'href="data:text/csv;base64,([^"]+)"', data.link)
    assert b64decode(encoded).decode() == data.csv
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")
    assert in_book()
    assert 'href="../data/cr-curve.csv" download="cr-curve.csv"' in data.link
    assert data.link.endswith("(2 rows)")


def test_show_puts_picture_caption_and_data_together():
    data = Dataset("a", {"x": [1]})
    page = show(drawing(), alt="Lines.", caption="What is seen.", data=data)
    root = ElementTree.fromstring(page.html)
    assert root.get("class") == "nl-figure nl-picture"
    assert svg(drawing(), alt="Lines.") in page.html
    assert "<figcaption><p>What is seen.</p>" in page.html
    assert data.link in page.html
    bundle, metadata = page._repr_mimebundle_()
    assert bundle["text/html"] == page.html
    assert metadata == {DATA_KEY: {"name": "a.csv", "csv": data.csv}}


def test_a_page_without_data_publishes_none():
    page = show(drawing(), alt="Lines.")
    assert "nl-source" not in page.html
    assert page._repr_mimebundle_()[1] == {}
    assert Page("<p></p>")._repr_mimebundle_()[0]["text/html"] == "<p></p>"


def test_table_has_its_cells_in_order_and_true_minus_signs():
    page = table(["n", "value"], [[1, -0.5], ["1/2", "x"]], caption="Caption.")
    root = ElementTree.fromstring(page.html)
    assert [cell.text for cell in root.iter("th")] == ["n", "value"]
    assert {cell.get("scope") for cell in root.iter("th")} == {"col"}
    rows = [[cell.text for cell in row.iter("td")] for row in root.find(".//tbody")]
    assert rows == [["1", "−0.5"], ["1/2", "x"]]
    scroll = root.find("div[@class='nl-scroll']")
    assert scroll.get("tabindex") == "0"  # reached by keyboard


def test_a_table_escapes_its_cells_and_keeps_hyphens_in_words():
    page = figures.table(["a<b"], [["two-sided"], [-0.5], ["1 < 2"]], caption="x & y")
    assert "a&lt;b" in page.html
    assert '<td class="nl-text">two-sided</td>' in page.html
    assert "<td>\u22120.5</td>" in page.html
    assert "1 &lt; 2" in page.html
    assert "x &amp; y" in page.html


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("1.0e-08", "1.0·10⁻⁸"),
        ("-3e+10", "−3·10¹⁰"),
        ("−0.25", "−0.25"),
        ("1e", "1e"),
        (1e-13, "1·10⁻¹³"),
    ],
)
def test_a_number_in_a_table_is_written_as_by_hand(cell, shown):
    assert f"<td>{shown}</td>" in figures.table(["x"], [[cell]]).html


def test_formulas_in_head_cells_and_caption_of_a_table_are_left_to_the_page():
    page = figures.table(["$N^2$"], [["$x<1$"]], caption="All $d$.")
    assert page.html.count('class="math') == 3
    assert r"\(x&lt;1\)" in page.html
    assert 'aria-label="All d."' in page.html


def test_a_column_name_with_a_comma_is_quoted():
    header = figures.Dataset("a", {"p(a,b)": [1.0]}).csv.splitlines()[0]
    assert header == '"p(a,b)"'


def test_nan_of_any_float_type_and_no_columns_are_refused():
    with pytest.raises(ValueError, match="must hold finite numbers"):
        figures.Dataset("a", {"x": np.array([np.nan], dtype=np.float32)})
    with pytest.raises(ValueError, match="must have equal lengths"):
        figures.Dataset("a", {})


def test_curves_are_rounded_but_the_scale_of_text_is_not():
    figure, axes = subplots(figsize=(3, 2))
    axes.plot([0, 1 / 3, 1], [0, 1 / 7, 1])
    axes.set_xlabel("words")
    text = svg(figure, alt="A bent line.")
    assert re.search(r"scale\(0\.\d{3,}", text)
    assert not re.search(r' d="[^"]*\.\d{3}', text)
    assert "<style" not in text
