from fractions import Fraction

import numpy as np
import pytest

from nonlocality.certificates.sums_of_squares import squares_bound
from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.proofs import integer_rows, squares


@pytest.mark.parametrize("level", ["1", "1+AB", "3"])
@pytest.mark.parametrize("seed", range(2))
def test_squares_prove_the_bound_of_the_program(level, seed):
    f = np.random.default_rng(seed).integers(-3, 4, size=(2, 2, 2, 2)).astype(float)
    expression = {place: Fraction(int(v)) for place, v in np.ndenumerate(f)}
    bound = squares_bound(squares(f, level=level), expression=expression, outcomes=2)
    found = maximise(f, level=level)
    assert found.largest.lower - 1e-9 <= float(bound) <= found.largest.upper + 1e-5


def test_rows_give_the_matrix_back():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(2, 5))
    rows = np.array([row.split() for row in integer_rows(root.T @ root, digits=8)], float) / 1e8
    assert rows.shape == (2, 5)
    assert np.allclose(rows.T @ rows, root.T @ root, atol=1e-6)


def test_what_is_not_served_is_refused():
    with pytest.raises(ValueError, match=r"must have shape \(o, o, m, m\)"):
        squares(np.ones((2, 3, 2, 2)), level="1")
    with pytest.raises(ValueError, match="Argument `level` must be one of"):
        squares(correlator_functional([[1, 1], [1, -1]]), level="7")
    with pytest.raises(ValueError, match=r"must have shape \(n, n\)"):
        integer_rows(np.ones((2, 3)), digits=3)
