"""Explorers in a real browser: by key, by itself, on a phone, in print, without scripts."""

from math import inf

import pytest
from browsing import PHONE, WIDE, explorers

HEIGHTS = """explorer => {
    const slider = explorer.querySelector("input[type=range]"), heights = [], start = slider.value;
    for (let place = 0; place <= Number(slider.max); place++) {
        slider.value = place;
        slider.dispatchEvent(new Event("input"));
        heights.push(explorer.getBoundingClientRect().height);
    }
    slider.value = start;
    slider.dispatchEvent(new Event("input"));
    return heights;
}"""


SHOWN = """explorer => ({
    picture: explorer.querySelector(".nl-frame").innerHTML,
    caption: explorer.querySelector("figcaption").innerText,
})"""
COMPARED = """(explorer, before) => {
    const { picture, caption } = (SHOWN)(explorer);
    return [picture === before.picture, caption === before.caption];
}""".replace("SHOWN", SHOWN)


def test_arrow_keys_move_every_slider_its_picture_and_its_caption(visit):
    page = visit.seen(alone=True)
    assert explorers(page)
    for explorer in explorers(page):
        for slider in explorer.locator("input[type=range]").all():
            name = page.locator(f"label[for='{slider.get_attribute('id')}']").inner_text()
            assert name.strip()
            before = explorer.evaluate_handle(SHOWN)
            value = slider.get_attribute("aria-valuetext")
            there, back = ("ArrowLeft", "ArrowRight")
            if slider.input_value() == "0":
                there, back = back, there
            slider.press(there)
            assert slider.get_attribute("aria-valuetext") != value
            assert explorer.evaluate(COMPARED, before) == [False, False]
            slider.press(back)
            assert explorer.evaluate(COMPARED, before) == [True, True]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_page_does_not_jump_while_a_slider_moves(visit, size):
    for explorer in explorers(visit.seen(size, alone=True)):
        heights = explorer.evaluate(HEIGHTS)
        assert len(heights) > 1
        assert max(heights) - min(heights) < 1  # less than a pixel


def test_on_a_phone_each_slider_has_its_own_place_below_its_label(visit):
    for explorer in explorers(visit.seen(PHONE, alone=True)):
        end = -inf
        for place, slider in enumerate(explorer.locator("input[type=range]").all()):
            slider = slider.bounding_box()
            label = explorer.locator("label").nth(place).bounding_box()
            number = explorer.locator("output").nth(place).bounding_box()
            assert end <= label["y"] < label["y"] + label["height"] <= slider["y"] + 1
            assert abs(number["y"] - label["y"]) < label["height"]
            end = slider["y"] + slider["height"]


def test_print_shows_the_default_frame_and_no_controls(visit):
    for explorer in explorers(visit.seen(media="print", alone=True)):
        assert explorer.locator(".nl-frame svg").is_visible()
        assert not explorer.locator(".nl-controls").is_visible()


def test_without_scripts_the_default_frame_is_there_and_no_slider(still):
    assert explorers(still)
    for explorer in explorers(still):
        assert explorer.locator(".nl-frame svg").is_visible()
        assert explorer.locator("figcaption").inner_text().strip()
        assert not explorer.locator(".nl-controls").is_visible()


@pytest.mark.parametrize("name", ["primer", "macroscopic-locality"])
def test_a_slider_is_where_it_was_left_when_the_reader_comes_back(watch, book, name):
    page = watch.open(f"{book.as_uri()}/notebooks/{name}.html")
    explorer = page.locator(".nl-explorer.nl-ready").first
    explorer.locator("input[type=range]").first.press("Home")
    caption = explorer.locator("figcaption").inner_text()
    watch.open(f"{book.as_uri()}/index.html")
    page.go_back()
    page.locator(".nl-explorer.nl-ready").first.wait_for()
    assert page.locator(".nl-explorer input[type=range]").first.input_value() == "0"
    assert page.locator(".nl-explorer figcaption").first.inner_text() == caption


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
