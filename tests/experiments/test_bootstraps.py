"""Drawn tables and their likelihood ratios."""

import pytest

from nonlocality.experiments.judging import evidence


def test_the_bootstrap_of_few_trials_is_more_careful_than_half_chi_square(published):
    delft = published["delft2015"]
    asymptotic, drawn = (evidence(delft, bootstrap=k)[0].log2 for k in (0, 2000))
    assert 2**asymptotic == pytest.approx(0.0235, abs=1e-4)
    assert 0.025 < 2**drawn < 0.037
