from fractions import Fraction

import pytest

from nonlocality.foundations.sizes import MAX_DENSE, check_dense, power_text, size_text
from nonlocality.local_realism.effective_states import (
    magnetisation,
)


@pytest.mark.parametrize("number", [0, 999_999, 1_000_000, 10**400])
def test_sizes_are_said_in_three_digits(number):
    text = size_text(number)
    assert len(text) < 9
    if number < 10**6:
        assert text == str(number)


def test_a_power_is_written_by_its_digits():
    assert power_text(2, 100) == "1.26e30"
    assert power_text(2, 2000) == "10^602"
    assert power_text(1, 10**9) == "1"
    with pytest.raises(ValueError, match=r"would need 10\^6\.02e8 numbers"):
        magnetisation(10**9)


def test_a_dense_matrix_that_would_take_minutes_is_refused():
    check_dense("dimension", MAX_DENSE)
    for bad in (MAX_DENSE + 1, 10**400, Fraction(10**400, 3)):
        with pytest.raises(ValueError, match="`dimension` must be"):
            check_dense("dimension", bad)
