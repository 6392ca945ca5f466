import clarabel
import numpy as np
import pytest

from nonlocality.foundations import clarabel_door
from nonlocality.foundations.clarabel_door import _square, ask_clarabel, triangle
from nonlocality.foundations.semidefinite import MatrixInequality, SemidefiniteProgram


@pytest.mark.parametrize("kind", ["real", "complex"])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_scalar_products_of_triangles_are_traces_of_products(n, kind):
    """Twice the trace for Hermitian matrices, which are embedded in real ones."""
    rng = np.random.default_rng(n)

    def draw():
        matrix = rng.normal(size=(n, n)) + (1j * rng.normal(size=(n, n)) if kind != "real" else 0)
        return matrix + matrix.conj().T

    matrices = [draw() for _ in range(3)]
    slopes = np.array([m.ravel() for m in matrices[1:]]).T
    inequality = MatrixInequality(matrices[0], slopes)
    found = triangle(inequality.constant, inequality.slopes)
    rows = np.repeat(np.arange(len(found.counts)), found.counts)
    vectors = np.zeros((2, len(found.constant)))
    vectors[found.indices, rows] = found.data
    vectors = [found.constant, *vectors]
    times = 1 if kind == "real" else 2
    for one, v in zip(matrices, vectors, strict=True):
        for other, w in zip(matrices, vectors, strict=True):
            assert v @ w == pytest.approx(times * np.trace(one @ other).real)
    size = n * times
    back = _square(found.constant, size)
    assert np.allclose(back[:n, :n], matrices[0].real)
    assert np.allclose(back, back.T)


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
