import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonlocality.foundations.entropies import binary_entropy, relative_entropy


@given(st.floats(0, 1))
def test_binary_entropy_is_symmetric_concave_and_at_most_one_bit(p):
    assert binary_entropy(p) == pytest.approx(binary_entropy(1 - p), abs=1e-12)
    assert 4 * p * (1 - p) - 1e-12 <= binary_entropy(p) <= 1


def test_binary_entropy_has_its_known_values():
    assert [binary_entropy(p) for p in (0, 0.5, 1)] == [0, 1, 0]
    assert binary_entropy(1 / 4) == pytest.approx(2 - 3 / 4 * np.log2(3))
    assert binary_entropy(np.array([[0, 0.5]])).tolist() == [[0, 1]]


def test_relative_entropy():
    assert relative_entropy([0.5, 0.5], [1, 0]) == float("inf")
    assert relative_entropy([0, 1], [0.5, 0.5]) == 1
