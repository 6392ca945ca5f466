import numpy as np
import pytest

from nonlocality.foundations.semidefinite import MatrixInequality
from nonlocality.foundations.triangles import _square, triangle


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
