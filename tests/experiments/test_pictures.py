import re

import numpy as np
import pytest

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.page import fragment
from nonlocality.experiments.pictures import chsh_map, excess_axis
from nonlocality.experiments.reporting import report


def test_the_interval_is_drawn_inside_the_picture():
    for table in (np.full((2, 2, 2, 2), 1), 10**9 * np.full((2, 2, 2, 2), 1)):
        page = fragment(report(Counts(table), bootstrap=0))
        numbers = [float(k) for k in re.findall(r'd="M(-?[\d.]+) ', page)]
        assert all(0 <= k <= 360 for k in numbers)


@pytest.mark.parametrize("s", [-2.0, 1.9, 2.0, 2 + 1e-9, 2.4, 8**0.5, 4.0])
def test_marks_stay_inside_the_axis_wherever_s_is(s):
    text = excess_axis(s, low=s - 0.3, high=min(s + 0.3, 4.0), reach=8**0.5)
    places = [float(k) for k in re.findall(r'(?:d="M|cx="|H)(-?[\d.]+)', text)]
    assert all(20 <= k <= 340 for k in places)
    assert ("S is at most 2" in text) == (s <= 2)


def test_the_cross_of_the_map_stands_at_its_two_numbers():
    """40 pixels a unit, the middle at 180."""
    text = chsh_map(2.5, -1.0, low=2.0, high=3.0)
    assert 'd="M140.00 100.00V60.00"' in text
    assert "M134.00 80.00h12M140.00 74.00v12" in text
