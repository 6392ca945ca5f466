import numpy as np
import pytest
import scipy.sparse as sp

from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.solvers import (
    InfeasibleError,
    SolverError,
    check_positive,
    power_of_two,
    scaled_rows,
)


def test_scales_are_powers_of_two_so_that_nothing_is_rounded():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(6, 5)) * 10.0 ** rng.integers(-12, 13, size=(6, 1))
    matrix[3] = 0
    right = rng.normal(size=6)
    rows, sides, scale = scaled_rows(sp.csr_array(matrix), right)
    assert np.array_equal(rows.toarray() * scale[:, None], matrix)
    assert np.array_equal(sides * scale, right)
    assert np.array_equal(np.frexp(scale)[0], np.full(6, 0.5))
    largest = np.abs(rows.toarray()).max(axis=1)
    assert ((largest >= 1) & (largest < 2) | (largest == 0)).all()
    assert power_of_two(0) == 1


def test_an_error_carries_what_is_known():
    known = TwoSided(lower=1.0)
    assert SolverError("stopped", known=known).known is known
    assert InfeasibleError("no point").known is None


@pytest.mark.parametrize("bad", [0, -1, np.inf, np.nan, "1", None])
def test_only_positive_finite_numbers_pass(bad):
    with pytest.raises(ValueError, match="Argument `box` must be positive and finite"):
        check_positive("box", bad)


@pytest.mark.parametrize("size", [0.0, 1.0, 0.9999999999999999, 3e-10, 5e-324, 1.7e308, -1.0])
def test_the_scale_of_a_number_is_that_of_an_array_of_one(size):
    assert power_of_two(size) == power_of_two(np.array([size]))[0]


def test_rows_of_ones_are_left_as_they_are():
    matrix = sp.csr_array([[1.0, 0, -1], [0, 0, 0], [0, 1, 0]])
    rows, right, scale = scaled_rows(matrix, np.arange(3.0))
    assert rows is matrix
    assert (right.tolist(), scale.tolist()) == ([0, 1, 2], [1, 1, 1])
