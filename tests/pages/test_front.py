"""The front page in a real browser: its map, by hand, by key, from an address."""

import pytest
from browsing import PHONE, SHIFTED


def region_of(page):
    return page.locator(".nl-say [data-region]:visible")


@pytest.mark.parametrize("watch", [{"viewport": PHONE}, {}], indirect=True)
def test_the_point_of_the_map_is_dragged_and_a_sentence_says_where_it_is(watch, book):
    page = watch.open(f"{book.as_uri()}/index.html")
    assert page.evaluate(SHIFTED) < 0.005
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
