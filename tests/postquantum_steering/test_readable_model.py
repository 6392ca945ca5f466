"""The program that the chapter writes out in CVXPY is the library's."""

import jupytext
import numpy as np
import pytest

from nonlocality.postquantum_steering.robustness import minimise_functional


@pytest.fixture(scope="module")
def written(root):
    """The function of the chapter's cell, as the reader sees it."""
    notebook = jupytext.read(root / "notebooks" / "postquantum-steering.md")
    (cell,) = [c.source for c in notebook.cells if "def least_almost_quantum" in c.source]
    source = cell[: cell.index('\n\n\nf"{least_almost_quantum(')]
    names = {"np": np}
    exec("from itertools import product\n" + source, names)
    return names["least_almost_quantum"]


@pytest.mark.parametrize("seed", range(3))
def test_model_and_library_agree_on_random_functionals(written, seed):
    f = np.random.default_rng(seed).normal(size=(2, 2, 2, 2, 2, 2))
    f = f + f.swapaxes(-1, -2)
    assert written(f) == pytest.approx(minimise_functional(f).least.reached, abs=1e-5)
