import numpy as np
import pytest

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.declared import settings_distribution


@pytest.mark.parametrize(
    ("settings", "words"),
    [("even", "'uniform', 'table'"), ([0.5, 0.5], "4 probabilities"), ([1, 0, 0, 0], "above 0"),
     ([0.3, 0.3, 0.3, 0.3], "sum to 1"), ([float("nan")] * 4, "finite")],
)  # fmt: skip
def test_distributions_are_checked(settings, words):
    with pytest.raises(ValueError, match=f"`settings`.*{words}"):
        settings_distribution(Counts(np.ones((2, 2, 2, 2), dtype=int)), settings)
