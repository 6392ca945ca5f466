from unittest import mock

import numpy as np
import pytest

from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_nonlocality import sign_bounds
from nonlocality.macroscopic_nonlocality.quadrature_chsh import (
    BinnedQuadrature,
    best_state,
    diagonal_sign_value,
)
from nonlocality.macroscopic_nonlocality.sign_bounds import sign_test_bound


@pytest.mark.parametrize("d", [2, 3, 4, 5, 6, 8])
def test_the_eigenvalue_is_the_maximum_over_all_settings(d):
    found = sign_test_bound(d, diagonal=True, tolerance=1e-4)
    low, high = found.lower, found.upper
    assert low <= diagonal_sign_value(d) + 1e-12
    assert diagonal_sign_value(d) <= high
    assert high - low <= 1.0001e-4


@pytest.mark.parametrize("diagonal", [True, False])
def test_random_settings_never_exceed_the_bound(diagonal):
    rng = np.random.default_rng(5)
    high = sign_test_bound(3, diagonal=diagonal, tolerance=1e-2).upper
    for _ in range(200):
        bits = [BinnedQuadrature(phase, (0.0,)) for phase in rng.uniform(0, 7, 4)]
        assert best_state([0, 1, 2], bits[:2], bits[2:], diagonal=diagonal)[0] <= high


def test_three_levels_gain_nothing_from_general_states():
    """2√10/π again, from below and from above."""
    found = sign_test_bound(3, diagonal=False, tolerance=1e-3)
    low, high = found.lower, found.upper
    assert low <= 2 * np.sqrt(10) / np.pi + 1e-12
    assert 2 * np.sqrt(10) / np.pi <= high


def test_five_levels_do_gain():
    assert sign_test_bound(5, diagonal=False, tolerance=1e-2).lower > diagonal_sign_value(5) + 5e-3


def test_too_many_squares_are_an_error():
    with (
        mock.patch.object(sign_bounds, "MAX_SQUARES", 50),
        pytest.raises(SolverError, match="more than 50 squares"),
    ):
        sign_test_bound(4, diagonal=True)
