"""The programs written out in the chapter, as they stand there, against the library."""

from itertools import product

import cvxpy as cp
import numpy as np
import pytest
from helpers import models_of

from nonlocality.macroscopic_locality.moments import maximise


@pytest.mark.parametrize("seed", range(4))
def test_level_one_ab(root, seed):
    models = models_of(root, "macroscopic-locality", np=np, cp=cp, product=product)
    f = np.random.default_rng(seed).normal(size=(2, 2, 2, 2))
    found = maximise(f, level="1+AB").largest
    assert models["products_model"](f) == pytest.approx(found.upper, abs=1e-6)
