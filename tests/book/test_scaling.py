"""Many points on many processors: a simulation that can be worked out by hand."""

from math import ceil

import pytest

from nonlocality.book.scaling import makespan


@pytest.mark.parametrize("points", [1, 7, 100])
@pytest.mark.parametrize("processors", [1, 3, 100])
def test_without_overhead_the_points_are_done_in_rounds(points, processors):
    found = makespan(points, processors=processors, seconds=0.5, overhead=0.0)
    assert found == pytest.approx(0.5 * ceil(points / processors))


@pytest.mark.parametrize("processors", [1, 3, 100])
def test_who_hands_out_the_points_is_the_last_bound(processors):
    """Never faster than the points over the processors, nor than they can be handed out."""
    found = makespan(50, processors=processors, seconds=1.0, overhead=0.1)
    assert found >= max(50 * 1.0 / processors, 50 * 0.1 + 1.0) - 1e-9
    assert makespan(50, processors=50, seconds=1.0, overhead=0.1) == pytest.approx(6.0)
