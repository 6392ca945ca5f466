import clarabel
import numpy as np
import pytest

from nonlocality.foundations import clarabel_door
from nonlocality.foundations.clarabel_door import ask_clarabel
from nonlocality.foundations.semidefinite import MatrixInequality, SemidefiniteProgram


@pytest.mark.parametrize(("near", "times"), [(1e-8, 1), (0.0, 2)])
def test_clarabel_is_asked_again_only_if_it_stops_far_from_what_is_asked(near, times, monkeypatch):
    """Asked for more than doubles hold, it stops before; what it has is near enough, or is not."""
    made, solver = [], clarabel.DefaultSolver
    monkeypatch.setattr(clarabel, "DefaultSolver", lambda *a: made.append(a) or solver(*a))
    monkeypatch.setattr(clarabel_door, "ASKED", 1e-20)
    monkeypatch.setattr(clarabel_door, "NEAR", near)
    clarabel_door._settings.cache_clear()
    entry = MatrixInequality(np.eye(2), [[0], [1], [1], [0]])
    try:
        point, *_ = ask_clarabel(np.ones(1), SemidefiniteProgram([entry], box=1), 200)
    finally:
        clarabel_door._settings.cache_clear()
    assert len(made) == times
    assert point == pytest.approx([-1], abs=1e-6)
