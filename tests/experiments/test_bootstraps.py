"""Drawn tables and their likelihood ratios."""

import joblib
import numpy as np
import pytest

from nonlocality.experiments import bootstraps
from nonlocality.experiments.bootstraps import bootstrap_ratios, draw_tables, ratios_of
from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.judging import evidence


def test_the_bootstrap_of_few_trials_is_more_careful_than_half_chi_square(published):
    delft = published["delft2015"]
    asymptotic, drawn = (evidence(delft, bootstrap=k)[0].log2 for k in (0, 2000))
    assert 2**asymptotic == pytest.approx(0.0235, abs=1e-4)
    assert 0.025 < 2**drawn < 0.037


def test_batches_are_drawn_with_seeds_of_their_own_and_the_first_with_the_seed_itself(published):
    delft = published["delft2015"]
    local = maximum_likelihood(delft, over="local").behaviour.table
    first = ratios_of(draw_tables(local, delft.setting_counts, tables=bootstraps.BATCH, seed=5))
    assert np.array_equal(bootstrap_ratios(delft, tables=bootstraps.BATCH, seed=5), np.sort(first))
    given = local.tolist(), delft.setting_counts.tolist()
    others = [bootstraps._batch(*given, n, 5, k) for n, k in ((bootstraps.BATCH, 1), (10, 2))]
    more = bootstrap_ratios(delft, tables=2 * bootstraps.BATCH + 10, seed=5)
    assert np.array_equal(more, np.sort(np.concatenate([first, *others])))
    assert not np.array_equal(first, others[0])


def test_two_processes_give_the_ratios_of_one(published, monkeypatch):
    monkeypatch.setattr(bootstraps, "BATCH", 40)
    delft = published["delft2015"]
    alone = bootstrap_ratios(delft, tables=100, seed=2)
    with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads=1):
        assert np.array_equal(bootstrap_ratios(delft, tables=100, seed=2), alone)


@pytest.mark.parametrize("tables", [0, -1, 2.5, "10", 10**400])
def test_a_number_of_tables_that_is_none_is_refused(published, tables):
    with pytest.raises(ValueError, match="`tables` must be an integer from 1 to 1000000"):
        bootstrap_ratios(published["delft2015"], tables=tables, seed=0)


@pytest.mark.parametrize("name", ["behaviour", "setting_counts"])
def test_complex_numbers_are_refused_instead_of_losing_a_part(name):
    given = {"behaviour": np.full((2, 2, 1, 1), 0.25), "setting_counts": np.array([[8]])}
    given[name] = 1j * given[name]
    with pytest.raises(ValueError, match=f"`{name}` must"):
        draw_tables(**given, tables=3, seed=0)
