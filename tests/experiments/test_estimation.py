from itertools import product

import numpy as np
import pytest
from helpers import random_no_signalling
from scipy.special import chdtri

from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import (
    excess_form,
    fisher_error,
    interval,
    maximum_likelihood,
)
from nonlocality.experiments.forms import form_excess
from nonlocality.experiments.likelihood import PER_TRIAL, deviance, maximise_likelihood
from nonlocality.experiments.signals import outcome_letters
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.inequalities import chsh_values
from nonlocality.foundations.strategies import CausalModel

LOCAL = CausalModel(("x", "y"), (2, 2), (2, 2)).corners.reshape(16, 2, 2, 2, 2)
FREE, CLOSED = "no-signalling", "local"


@pytest.mark.parametrize("name", ["delft2015", "munich2016", "nist2015", "vienna2015"])
def test_the_best_local_behaviour_is_local_and_no_strategy_gains(name, published):
    """Fine's theorem says local; Σ (n/q) over a strategy's cells must not exceed N."""
    counts = published[name]
    fit = maximum_likelihood(counts, over=CLOSED)
    assert max(
        (form_excess(k) * fit.behaviour.table).sum() for k in ("+00", "+01", "+10", "+11")
    ) < (1e-12)
    slopes = np.tensordot(LOCAL, counts.table / fit.behaviour.table, 4)
    assert slopes.max() <= counts.trials * (1 + 1e-9)


@pytest.mark.parametrize("name", ["delft2015", "munich2016", "nist2015", "vienna2015"])
def test_the_local_fit_meets_the_interior_point_that_knows_no_newton(name, published):
    counts = published[name]
    weights = counts.setting_counts / counts.trials
    tolerance = max(1e-14, 1e-3 / counts.trials)
    best = strength(Behaviour(counts.frequencies()), input_weights=weights, tolerance=tolerance)
    bits = maximum_likelihood(counts, over=CLOSED).deviance / (2 * np.log(2))
    assert (
        counts.trials * best.least.lower - 1e-3 <= bits <= counts.trials * best.least.upper + 1e-3
    )


def test_the_values_of_the_small_experiments(published):
    for name, c, error, low, high in (
        ("delft2015", 0.1084630570, 0.05083, 0.0014769, 0.2020626),
        ("munich2016", 0.1380112319, 0.06159, 0.0060042, 0.2493252),
    ):
        counts = published[name]
        p = maximum_likelihood(counts).behaviour
        assert excess_form(p) == ("+11", pytest.approx(c, abs=1e-9))
        assert fisher_error(counts, p, form_excess("+11")) == pytest.approx(error, abs=1e-5)
        assert interval(counts) == pytest.approx((low, high), abs=1e-6)


def test_at_the_ends_of_the_interval_the_likelihood_has_fallen_by_the_quantile(published):
    for counts in published.values():
        top = maximum_likelihood(counts).deviance
        for end in interval(counts, level=0.9):
            p = maximise_likelihood(
                counts.table.reshape(1, -1), outcomes=(2, 2), settings=(2, 2),
                functional=form_excess("+11").ravel(), value=end,
            ).reshape(2, 2, 2, 2)  # fmt: skip
            rise = deviance(counts.table, p, parties=2) - top
            assert rise == pytest.approx(chdtri(1, 0.1), rel=1e-5)


def test_the_error_is_the_spread_of_drawn_estimates():
    p = random_no_signalling(1).with_noise(visibility=0.8)
    rng = np.random.default_rng(2)
    columns = p.table.reshape(4, 4)
    drawn = np.stack([rng.multinomial(2000, columns[:, k], size=1500) for k in range(4)], axis=-1)
    fits = maximise_likelihood(drawn.reshape(-1, 16), outcomes=(2, 2), settings=(2, 2))
    spread = (fits @ form_excess("+11").ravel()).std()
    counts = Counts(np.round(2000 * p.table).astype(int))
    found = fisher_error(counts, maximum_likelihood(counts).behaviour, form_excess("+11"))
    assert found == pytest.approx(spread, rel=0.08)


def test_relabelling_changes_neither_likelihoods_nor_the_excess(published, relabelled):
    for name, exact in (("delft2015", 1e-11), ("nist2015", 1e-9)):
        counts = published[name]
        first = [maximum_likelihood(counts, over=k) for k in (FREE, CLOSED)]
        for change in relabelled:
            other = Counts(change(counts.table))
            for fit, over in zip(first, (FREE, CLOSED), strict=True):
                assert maximum_likelihood(other, over=over).deviance == pytest.approx(
                    fit.deviance, rel=1e-6
                )
            c = excess_form(maximum_likelihood(other).behaviour)[1]
            assert c == pytest.approx(excess_form(first[0].behaviour)[1], rel=exact)


def test_ten_times_the_counts_are_ten_times_the_deviance_and_the_same_behaviour(published):
    counts = published["delft2015"]
    for over in (FREE, CLOSED):
        one, ten = (maximum_likelihood(Counts(k * counts.table), over=over) for k in (1, 10))
        assert ten.deviance == pytest.approx(10 * one.deviance, rel=1e-10)
        assert np.allclose(ten.behaviour.table, one.behaviour.table, atol=1e-12)


@pytest.mark.parametrize("shape", [(3, 3, 2, 2), (2, 2, 2, 1), (2, 2, 3, 3), (2, 2, 2, 2, 2, 2)])
def test_other_scenarios_have_a_local_fit_between_two_bounds(shape):
    rng = np.random.default_rng(9)
    counts = Counts(rng.integers(1, 30, shape))
    fit = maximum_likelihood(counts, over=CLOSED)
    free = maximum_likelihood(counts)
    assert free.deviance - 1e-6 <= fit.deviance
    assert 0 <= fit.deviance - fit.below < 1e-3
    if shape == (2, 2, 2, 1):  # every such no-signalling behaviour is local
        assert fit.deviance == pytest.approx(free.deviance, abs=1e-3)


def test_an_outcome_that_never_varies_and_a_cell_that_was_never_seen_are_on_the_boundary():
    table = np.zeros((2, 2, 2, 2), dtype=int)
    table[:, 0] = [[[20, 15], [23, 26]], [[16, 19], [19, 12]]]
    counts = Counts(table)
    fit = maximum_likelihood(counts)
    assert fit.boundary
    assert outcome_letters(counts) == ["b"]
    assert chsh_values(fit.behaviour).max() <= 1e-9
    with pytest.raises(ValueError, match="boundary"):
        fisher_error(counts, fit.behaviour, form_excess("+11"))
    low, high = interval(counts, form_excess("+11"))
    assert low < high <= 0.5


def test_unknown_words_are_refused():
    counts = Counts(np.ones((2, 2, 2, 2), dtype=int))
    with pytest.raises(ValueError, match="`over`"):
        maximum_likelihood(counts, over="quantum")
    with pytest.raises(ValueError, match="`method`"):
        interval(counts, method="wald")
    with pytest.raises(ValueError, match="`functional`"):
        interval(counts, np.ones(3))


@pytest.mark.parametrize("times", [4, 100, 10**6, 10**9])
def test_a_table_of_a_pr_box_has_the_interval_of_a_game_that_was_never_lost(times):
    """If w is the share of games won, c = 2 w - 3/2, and the likelihood of N wins is w ** N."""
    counts = Counts((times * behaviour_pr_box().table).round().astype(int))
    low, high = interval(counts)
    least = np.exp(-chdtri(1, 0.05) / (2 * counts.trials))
    assert high == pytest.approx(1 / 2, abs=1e-9)
    blur = 1e-5 + 16 * PER_TRIAL * counts.trials
    assert (1 / 2 - low) * counts.trials == pytest.approx(2 * (1 - least) * counts.trials, abs=blur)


@pytest.mark.parametrize("times", [4, 100, 10**6, 10**9])
@pytest.mark.parametrize("answers", list(product((0, 1), repeat=2)))
def test_a_table_without_any_chance_has_an_interval_as_wide_as_one_trial(times, answers):
    table = np.zeros((2, 2, 2, 2), dtype=int)
    for x, y in np.ndindex(2, 2):
        table[answers[x], 0, x, y] = times
    low, high = interval(Counts(table))
    assert low <= 1e-9
    assert high >= -1e-9
    assert high - low <= 30 / times
