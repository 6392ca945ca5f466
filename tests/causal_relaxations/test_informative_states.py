import numpy as np
import pytest

from nonlocality.causal_relaxations.informative_states import (
    link_operator,
    most_informative_state,
    search_two_qubits,
)
from nonlocality.causal_relaxations.mutual_information import link_strength, strength
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.cglmp import cglmp_bell_operator, optimal_links, quantum_links


def unit(*entries):
    return np.array(entries) / np.linalg.norm(entries)


@pytest.mark.parametrize("d", [2, 3, 7])
def test_the_operator_of_i_d_is_that_of_cglmp(d):
    values = 4 - 8 * np.arange(d) / (d - 1)
    assert link_operator(values) == pytest.approx(cglmp_bell_operator(d), abs=1e-12)


@pytest.mark.parametrize("d", [3, 5])
def test_the_operator_gives_the_mean_of_the_values(d):
    rng = np.random.default_rng(d)
    values, schmidt = rng.normal(size=d), unit(*rng.uniform(0.1, 1, size=d))
    mean = values @ quantum_links(schmidt)
    assert schmidt @ link_operator(values) @ schmidt == pytest.approx(mean, abs=1e-12)


def test_for_qutrits_neither_the_largest_value_nor_most_entanglement_needs_most():
    best = most_informative_state(3)
    assert best.information.least.gap < 1e-12
    grid = np.linspace(0.3, 1, 701)
    bits = [link_strength(quantum_links(unit(1, g, 1))).least.lower for g in grid]
    assert best.information.least.lower >= max(bits)
    assert best.information.least.lower == pytest.approx(max(bits), abs=1e-7)
    assert grid[np.argmax(bits)] == pytest.approx(best.schmidt[1] / best.schmidt[0], abs=1e-3)
    assert best.information.least.lower > 0.0768
    assert link_strength(optimal_links(3)).least.lower == pytest.approx(0.0719, abs=5e-5)
    assert bits[-1] == pytest.approx(0.0578, abs=1e-3)


@pytest.mark.parametrize("d", [2, 3, 4, 8])
def test_the_ascent_ends_above_the_state_of_largest_value(d):
    best = most_informative_state(d)
    assert best.information.least.lower >= link_strength(optimal_links(d)).least.lower - 1e-15
    rng = np.random.default_rng(d)
    for _ in range(20):  # no direction leads up
        near = unit(*(best.schmidt + 1e-3 * rng.normal(size=d)))
        assert (
            link_strength(quantum_links(near)).least.lower <= best.information.least.lower + 1e-12
        )


def test_for_two_qubits_the_maximally_entangled_state_needs_most_of_those_tried():
    rng = np.random.default_rng(2)
    bits = [
        search_two_qubits(g, starts=3, rng=rng)[0].least.lower for g in (1.0, 0.9, 0.7, 0.4, 0.0)
    ]
    assert bits == sorted(bits, reverse=True)
    assert bits[3] > 0.03  # every entangled state violates CHSH, so it needs some
    assert bits[0] == pytest.approx(strength(behaviour_tsirelson()).least.lower, abs=1e-7)
    assert bits[-1] == pytest.approx(0, abs=1e-8)


def test_ratios_are_written_as_in_the_data():
    assert most_informative_state(2).ratios == "1:1"


def test_what_is_refused():
    for d in (1, 65, 2.5):
        with pytest.raises(ValueError, match="Argument `d` must"):
            most_informative_state(d)
    with pytest.raises(ValueError, match="Argument `ratio` must"):
        search_two_qubits(1.5, starts=1, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="Argument `starts` must"):
        search_two_qubits(0.5, starts=0, rng=np.random.default_rng(0))
