from itertools import pairwise, product
from math import cos, pi, sqrt

import pytest

from nonlocality.book import hands


def s_of(angles):
    e = hands.correlators(angles)
    return e["E00"] + e["E01"] + e["E10"] - e["E11"]


def test_the_default_directions_reach_tsirelsons_bound_and_no_others_more():
    assert s_of(hands.ANGLES) == pytest.approx(2 * sqrt(2), abs=1e-12)
    for turns in product(range(0, 360, 30), repeat=3):
        angles = dict(zip(hands.ANGLES, (0, *turns), strict=True))
        assert abs(s_of(angles)) <= 2 * sqrt(2) + 1e-12


def test_correlators_are_cosines_of_the_angle_between():
    angles = {"A0": 10, "A1": 50, "B0": 70, "B1": -20}
    assert hands.correlators(angles)["E01"] == pytest.approx(cos(30 * pi / 180))


def test_pictures_have_words_for_those_who_do_not_see_them_and_a_slider_a_direction():
    page = hands.chsh_by_hand().html
    assert page.count('type="range"') == 4
    assert page.count("aria-label") == 3
    assert "<b>2.828</b>" in page
    assert hands.game().html.count("<button") == 4


def test_the_script_comes_with_the_book_alone(monkeypatch):
    monkeypatch.delenv("NONLOCALITY_BOOK", raising=False)
    assert "<script" not in hands.game().html
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")
    assert "hands.js" in hands.game().html


def test_the_chances_of_the_game_are_those_of_plans_quantum_theory_and_the_box():
    page = hands.game().html
    chances = [float(page.split('<option value="')[k].split('"')[0]) for k in (1, 2, 3)]
    assert chances == pytest.approx([(4 + s) / 8 for s in (2, 2 * sqrt(2), 4)], abs=1e-12)
    assert all(a < b for a, b in pairwise(chances))
