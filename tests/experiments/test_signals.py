"""Signals between the parties, and drift that looks like them."""

import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.signals import signalling


def test_signalling_is_found_and_its_size_told():
    table = np.full((2, 2, 2, 2), 5)
    table[0, :, :, 0] = table[1, :, :, 1] = 45
    found = signalling(Counts(table))
    assert found.p < 1e-50
    assert found.marginals[0].shift == pytest.approx(0.8)
    assert [k.p for k in found.marginals[2:]] == [1.0, 1.0]


def test_drift_between_runs_is_told_from_signalling():
    rng = np.random.default_rng(10)
    first = rng.multinomial(4000, [0.4, 0.1, 0.1, 0.4], size=4).T.reshape(2, 2, 2, 2)
    second = rng.multinomial(4000, [0.1, 0.4, 0.4, 0.1], size=4).T.reshape(2, 2, 2, 2)
    found = signalling(Counts(first + second, runs=np.array([first, second])))
    assert found.drift_p < 1e-100
    assert found.p > 1e-4
    assert found.drift_degrees == 12


def test_p_values_of_no_signalling_are_uniform_where_nothing_signals():
    p = random_no_signalling(4).with_noise(visibility=0.7).table.reshape(4, 4)
    rng = np.random.default_rng(11)
    drawn = np.stack([rng.multinomial(3000, p[:, k], size=300) for k in range(4)], axis=-1)
    found = np.array([signalling(Counts(t.reshape(2, 2, 2, 2))).p for t in drawn])
    assert 0.02 < (found < 0.05).mean() < 0.09
    assert abs(found.mean() - 0.5) < 0.06
