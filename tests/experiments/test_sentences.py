"""The sentences of a report."""

import numpy as np

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.sentences import labels_text, p_text


def test_a_probability_is_written_also_where_floats_end():
    assert p_text(log2=-3000 * np.log2(10)) == "p = 1.0e-3000"
    assert p_text(9.96e-7) == "p = 1.0e-6"
    assert p_text(0.0) == "p < 1e-300"
    assert labels_text(Counts([[1], [2]])) == "a: 0, 1; x: 0"
