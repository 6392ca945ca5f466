import numpy as np
import pytest

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.levels import likeliest_of_level
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.macroscopic_locality.moments import margin

NOISY = behaviour_pr_box().with_noise(visibility=0.9)
TABLE = np.round(1000 * NOISY.table).astype(int)


@pytest.mark.parametrize("level", ["1", "1+AB"])
def test_counts_of_a_noisy_pr_box_are_nearest_to_the_tsirelson_point(level):
    """By the symmetry of the table the best behaviour has the form of the PR box."""
    fit = maximum_likelihood(Counts(TABLE), over=f"level {level}")
    assert np.allclose(fit.behaviour.table, behaviour_tsirelson().table, atol=2e-4)
    assert 0 <= fit.deviance - fit.below < 0.1
    p, q = NOISY.table, behaviour_tsirelson().table
    exact = 2 * (1000 * p * np.log(p / q)).sum()
    assert fit.below - 1e-6 <= exact <= fit.deviance + 1e-6


def test_without_symmetry_the_fit_is_in_the_set_and_the_levels_are_ordered():
    rng = np.random.default_rng(1)
    counts = Counts(TABLE // 4 + rng.integers(0, 60, TABLE.shape))
    free = maximum_likelihood(counts)
    if margin(free.behaviour, level="1").eigenvalue.lower >= 0:
        counts = Counts(TABLE + rng.integers(0, 60, TABLE.shape))
        free = maximum_likelihood(counts)
    fits = [maximum_likelihood(counts, over=f"level {k}") for k in ("1", "1+AB")]
    for fit, level in zip(fits, ("1", "1+AB"), strict=True):
        assert margin(fit.behaviour, level=level).eigenvalue.upper > -1e-6
    assert free.deviance < fits[0].below <= fits[0].deviance <= fits[1].deviance + 1e-6


def test_a_quantum_fit_is_kept(published):
    counts = published["munich2016"]
    free = maximum_likelihood(counts)
    table, below = likeliest_of_level(counts, free.behaviour, "level 1+AB")
    assert table is free.behaviour.table
    assert below == -np.inf
    assert maximum_likelihood(counts, over="level 1+AB").deviance == free.deviance


def test_levels_are_for_two_parties():
    counts = Counts(np.ones((2,) * 6, dtype=int))
    with pytest.raises(ValueError, match="two parties"):
        likeliest_of_level(counts, maximum_likelihood(counts).behaviour, "level 1")
