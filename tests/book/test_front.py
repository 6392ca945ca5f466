import re
from xml.etree import ElementTree

import pytest

from nonlocality.book import front

ROWS = [
    {"id": "CR-01", "chapter": "causal-relaxations", "verdict": "reproduced"},
    {"id": "CR-02", "chapter": "causal-relaxations", "verdict": "corrected"},
    {"id": "ML-01", "chapter": "macroscopic-locality", "verdict": "extended"},
    {"id": "PS-16", "chapter": "postquantum-steering", "verdict": "not reproduced"},
]


@pytest.fixture(autouse=True)
def checkout(root, monkeypatch):
    monkeypatch.chdir(root / "notebooks")


def test_the_score_counts_the_ledger_and_leaves_out_what_there_is_none_of():
    page = front.front_page(ROWS, certificates=12)
    score = re.search(r'<ul class="nl-count">.*?</ul>', page)[0]
    assert re.findall(r"<b>(\d+)</b>([a-z ]+)<", score) == [
        ("4", "claims checked"),
        ("1", "reproduced"),
        ("1", "corrected"),
        ("1", "carried further"),
        ("1", "not reproduced"),
        ("12", "proofs as files"),
    ]
    assert "corrected" not in re.search(
        r'<ul class="nl-count">.*?</ul>', front.front_page(ROWS[:1], certificates=0)
    )[0].replace("1 corrected", "")


def test_each_chapter_has_a_card_with_its_claims():
    page = front.front_page(ROWS, certificates=12)
    cards = re.findall(r'<a class="nl-card" href="notebooks/(.*?)\.html">(.*?)</a>', page)
    assert [name for name, _ in cards] == [card.chapter for card in front.CARDS]
    assert "2 claims · 1 corrected" in cards[0][1]
    assert "1 claims" in cards[1][1]


def test_the_map_draws_every_set_inside_the_next():
    svg = ElementTree.fromstring(front.map_svg(front.map_data()))
    shapes = [shape.get("class") for shape in svg.findall("polygon")]
    assert shapes == [f"nl-set-{name.replace(' ', '-')}" for name in front.SETS]
    assert svg.get("aria-label")
    for shape in svg.findall("polygon"):
        for pair in shape.get("points").split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= front.WIDTH
            assert 0 <= y <= front.HEIGHT + 10  # the lower tip is cut off by the frame


def test_the_small_map_says_where_a_chapter_is():
    for card in front.CARDS:
        page = front.small_map(card.chapter).html
        assert card.place in page
        assert ("nl-point" in page) == (card.point is not None)
    with pytest.raises(ValueError, match=r"`chapter` must be one of .* but is 'nowhere'"):
        front.small_map("nowhere")


def test_a_place_named_on_a_card_is_in_the_region_it_names():
    data = front.map_data()

    def inside(name, u, v):
        odd = False
        for (a, b), (c, d) in zip(data[name], data[name][1:] + data[name][:1], strict=True):
            if (b > v) != (d > v) and u < a + (v - b) / (d - b) * (c - a):
                odd = not odd
        return odd

    regions = {
        card.chapter: next(name for name in reversed(front.SETS) if inside(name, *card.point))
        for card in front.CARDS
        if card.point is not None and card.chapter != "experiments"  # on the border itself
    }
    assert regions == {
        "causal-relaxations": "quantum",
        "macroscopic-locality": "level 1",
        "macroscopic-nonlocality": "quantum",
        "local-realism": "local",
    }
