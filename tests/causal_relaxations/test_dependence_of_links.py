"""Measurement dependence of CGLMP by its links: the formula for every d, and where it ends."""

import numpy as np
import pytest

from nonlocality.causal_relaxations.dependence_of_links import (
    dependence_from_value,
    dependence_functional,
    optimal_model,
    symmetric_dependence,
    symmetric_dependence_given_value,
)
from nonlocality.causal_relaxations.measurement_dependence import dependence
from nonlocality.foundations.cglmp import cglmp_quantum_maximum, cglmp_value, optimal_links
from nonlocality.foundations.link_strategies import link_multisets, strategy_links


@pytest.mark.parametrize("d", [6, 8, 16])
def test_formula_for_larger_d(d):
    for i_d in np.linspace(-4, 4, 9):
        found = symmetric_dependence_given_value(d, i_d)
        expected = dependence_from_value(i_d, d=d)
        assert found.least.reached == pytest.approx(expected, abs=1e-9)
        assert found.least.gap == pytest.approx(0, abs=1e-9)
        assert dependence(found.model.joint) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("d", [3, 8, 15, 16, 20])
def test_whole_distribution_needs_more_from_d_16(d):
    links = optimal_links(d)
    value = symmetric_dependence(links).least.reached
    by_functional = [links @ dependence_functional(d, k=k) for k in range((d - 2) // 4 + 1)]
    assert value == pytest.approx(max(by_functional), abs=1e-9)
    assert by_functional[0] == pytest.approx((cglmp_quantum_maximum(d)[0] - 2) / 4, abs=1e-12)
    assert (value > by_functional[0] + 1e-6) == (d >= 16)


@pytest.mark.parametrize("d", [2, 5, 9, 13])
def test_functionals_bound_every_model(d):
    """Range 2 and a mean of at most 0 in every strategy: then M >= E y for every model."""
    for k in range((d - 2) // 4 + 1):
        y = dependence_functional(d, k=k)
        assert np.ptp(y) == 2
        assert y[link_multisets(d)].mean(axis=1).max() == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("d", [2, 3, 8])
@pytest.mark.parametrize("i_d", [2.0, 2.7, 4.0])
def test_optimal_model(d, i_d):
    model = optimal_model(d, i_d)
    behaviour = model.behaviour()
    assert cglmp_value(behaviour) == pytest.approx(i_d, abs=1e-12)
    assert behaviour.signalling() == pytest.approx((0, 0), abs=1e-12)
    assert dependence(model.joint) == pytest.approx((i_d - 2) / 4, abs=1e-14)
    strategies = np.hstack(model.responses)
    assert set(map(tuple, np.sort(strategy_links(strategies, d)))) == {(0, 0, 0, d - 1)}
