from itertools import product

import numpy as np
import pytest

from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.macroscopic_locality.principles import (
    isotropic_limits,
    majority_amplifies,
    majority_error,
    random_access_information,
    uffink_excess,
)
from nonlocality.macroscopic_locality.tilted_chsh import (
    behaviour_biased_tsirelson,
    behaviour_tilted_macroscopic,
)
from nonlocality.macroscopic_locality.volumes import macroscopic_reach, uniform_facet_points


def test_the_limits_in_closed_form():
    found = isotropic_limits()
    assert found["local"] == pytest.approx(2, abs=1e-12)
    assert found["macroscopic locality"] == pytest.approx(2 * np.sqrt(2), abs=1e-12)
    assert found["information causality"] == pytest.approx(2 * np.sqrt(2), abs=1e-12)
    assert found["communication complexity"] == pytest.approx(4 * np.sqrt(2 / 3), abs=1e-12)


def test_the_error_of_a_majority_by_enumeration():
    """Two boxes, each right with probability p; the result is wrong where one of them is."""
    for v in (0.2, 0.7, 1.0):
        p = (1 + v) / 2
        wrong = sum(
            (p if a else 1 - p) * (p if b else 1 - p)
            for a, b in product((True, False), repeat=2)
            if a != b
        )
        assert majority_error(v) == pytest.approx(wrong, abs=1e-15)


def test_a_majority_of_three_makes_a_slight_bias_grow_by_half():
    e, epsilon = 1e-4, 0.1
    right = (1 + e) / 2
    majority = right**3 + 3 * right**2 * (1 - right)
    bias = 2 * (majority * (1 - epsilon) + (1 - majority) * epsilon) - 1
    assert bias / e == pytest.approx(1.5 * (1 - 2 * epsilon), abs=1e-7)
    edge = np.sqrt(2 / 3)
    assert majority_amplifies(edge + 1e-6)
    assert not majority_amplifies(edge - 1e-6)


def test_the_pyramid_violates_information_causality_exactly_beyond_tsirelson():
    beyond = [random_access_information(0.7072, levels=n) for n in (1, 10, 500)]
    assert beyond[2] > beyond[1] / 1.5
    assert random_access_information(0.72, levels=50) > 1
    below = [random_access_information(np.sqrt(0.5), levels=n) for n in range(1, 500)]
    assert max(below) <= 1
    assert below[-1] == pytest.approx(1 / (2 * np.log(2)), abs=1e-9)


def test_the_two_forms_of_the_information_meet():
    for v in (0.36, 0.37):
        values = [random_access_information(v, levels=n) / (2 * v * v) ** n for n in (8, 9, 10)]
        assert values == pytest.approx([1 / (2 * np.log(2))] * 3, rel=1e-5)


def test_macroscopic_locality_obeys_uffink():
    """Its raw correlators are quantum (App. C), so the pyramid sees none of what is not."""
    for behaviour in (behaviour_tilted_macroscopic(1 / 3), behaviour_biased_tsirelson([0.3, 0.1])):
        assert uffink_excess(behaviour.correlators()) <= 1e-12
    facet = uniform_facet_points(200, rng=np.random.default_rng(2))
    pr = behaviour_pr_box().table
    reach = macroscopic_reach(facet)[:, None, None, None, None]
    tables = reach * pr + (1 - reach) * facet
    e = tables[:, 0] - tables[:, 1]
    assert uffink_excess(e[:, 0] - e[:, 1]).max() <= 1e-9
    assert uffink_excess(behaviour_pr_box().correlators()) == 4


def test_what_is_not_served_is_refused():
    with pytest.raises(ValueError, match="Argument `visibility` must lie in"):
        majority_error(1.1)
    with pytest.raises(ValueError, match="Argument `levels` must be at most 500"):
        random_access_information(0.5, levels=501)
    with pytest.raises(ValueError, match="Argument `levels` must hold positive integers"):
        random_access_information(0.5, levels=0)
