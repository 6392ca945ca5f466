import numpy as np
import pytest
from helpers import random_no_signalling
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.inequalities import chsh_correlator_value
from nonlocality.macroscopic_locality import moments
from nonlocality.macroscopic_locality.correlators import margin_of
from nonlocality.macroscopic_locality.decision_trees import random_tree
from nonlocality.macroscopic_locality.distillation import (
    adaptive_protocol,
    behaviour_correlated_pr,
    behaviour_cosines,
    best_chsh_wiring,
    extended_correlators,
    parity_protocol,
    two_box_strategies,
)
from nonlocality.macroscopic_locality.tsirelson import quantum_model
from nonlocality.macroscopic_locality.wirings import Wiring, wire


@pytest.mark.parametrize("epsilon", [0, 0.1, 1 / 3, 0.5, 0.9, 1])
def test_the_adaptive_protocol_on_correlated_boxes(epsilon):
    box = behaviour_correlated_pr(weight=epsilon)
    wired = wire([box, box], adaptive_protocol())
    expected = behaviour_correlated_pr(weight=epsilon * (3 - epsilon) / 2)
    assert_allclose(wired.table, expected.table, atol=1e-15)
    assert chsh_correlator_value(wired) == pytest.approx(2 + epsilon * (3 - epsilon))


def test_any_correlated_box_becomes_a_pr_box_so_none_is_macroscopically_local():
    box = behaviour_correlated_pr(weight=0.01)
    assert margin_of(box) < 0
    assert moments.margin(box, level="1").eigenvalue.upper < 0
    for _ in range(25):
        box = wire([box, box], adaptive_protocol())
    assert chsh_correlator_value(box) > 4 - 1e-3
    assert margin_of(behaviour_correlated_pr(weight=0)) == 0


@pytest.mark.parametrize("copies", [1, 2, 3, 5])
def test_the_parity_protocol_takes_powers(copies):
    for box in (behaviour_cosines(angle=0.3), behaviour_correlated_pr(weight=0.2)):
        wired = wire([box] * copies, parity_protocol(copies))
        assert_allclose(wired.correlators(), box.correlators() ** copies, atol=1e-14)
        assert_allclose(wired.marginal(0), 0.5, atol=1e-14)


def test_quantum_boxes_can_be_distilled_and_stay_in_the_set():
    """Two copies double a small violation: 2 + 3θ² becomes 2 + 6θ² (closed forms)."""
    for angle in (0.01, 0.1, 0.2, 0.3):
        box = behaviour_cosines(angle=angle)
        assert margin_of(box) == pytest.approx(0, abs=1e-12)  # on the boundary, and quantum:
        model = quantum_model(box.correlators()).behaviour()
        assert_allclose(model.table, box.table, atol=1e-7)
        wired = wire([box, box], parity_protocol(2))
        before, after = (chsh_correlator_value(each) for each in (box, wired))
        assert before == pytest.approx(3 * np.cos(angle) - np.cos(3 * angle))
        assert after == pytest.approx(3 * np.cos(angle) ** 2 - np.cos(3 * angle) ** 2)
        assert before < after < 2 * np.sqrt(2)
        assert margin_of(wired) > 0
    small = 2 + 6 * 0.01**2
    assert chsh_correlator_value(
        wire([behaviour_cosines(angle=0.01)] * 2, parity_protocol(2))
    ) == pytest.approx(small, abs=1e-6)


def test_many_copies_distil_arbitrarily_weak_quantum_violations_up_to_a_limit():
    """n θ² = ln 3 / 4 copies reach (8/3) 3^(−1/8), however small θ."""
    limit = 8 / 3 * 3 ** (-1 / 8)
    angle = 1e-3
    copies = round(np.log(3) / 4 / angle**2)
    correlators = behaviour_cosines(angle=angle).correlators() ** copies
    assert (correlators * [[1, 1], [1, -1]]).sum() == pytest.approx(limit, abs=1e-5)
    assert limit < 2 * np.sqrt(2)


def test_there_are_41_strategies_up_to_a_flip():
    """1 constant, 4 that read one outcome, 4 products, 16 of AND type, 16 truly adaptive."""
    trees, polynomials = two_box_strategies()
    assert len(trees) == 41
    singles, count = polynomials.reshape(41, 3, 3), (np.abs(polynomials) > 0).sum(axis=1)
    assert (count == 1).sum() == 1 + 4 + 4
    assert (count == 4).sum() == 32
    adaptive = (np.abs(singles[:, 1:, 1:]) > 0).any(axis=1).all(axis=1) & (count == 4)
    other = (np.abs(singles[:, 1:, 1:]) > 0).any(axis=2).all(axis=1) & (count == 4)
    assert (adaptive | other).sum() == 16


@pytest.mark.parametrize("seed", range(6))
def test_every_random_tree_is_among_the_strategies(seed):
    """Its correlator with each strategy of Bob is ± that of one of the 41."""
    rng = np.random.default_rng(seed)
    boxes = [random_no_signalling(seed), random_no_signalling(seed + 50)]
    trees, f = two_box_strategies()
    table = f @ np.kron(*[extended_correlators(box) for box in boxes]) @ f.T
    mine = random_tree(rng, settings=(2, 2), outcomes=(2, 2))
    row = []
    for tree in trees:
        joint = wire(boxes, Wiring((mine,), (tree,))).table[:, :, 0, 0]
        row.append((joint * [[1, -1], [-1, 1]]).sum())
    gaps = [np.abs(sign * table - row).max(axis=1).min() for sign in (1, -1)]
    assert min(gaps) < 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_the_search_finds_what_its_wiring_does_and_random_wirings_do_no_better(seed):
    rng = np.random.default_rng(seed)
    boxes = [random_no_signalling(seed), random_no_signalling(seed + 10)]
    best = best_chsh_wiring(*boxes)
    assert best.value == pytest.approx(chsh_correlator_value(wire(boxes, best.wiring)))
    assert best.value >= max(2, *(chsh_correlator_value(box) for box in boxes)) - 1e-12
    for _ in range(40):
        sides = [
            tuple(random_tree(rng, settings=(2, 2), outcomes=(2, 2)) for _ in range(2))
            for _ in range(2)
        ]
        wired = wire(boxes, Wiring(*sides))
        assert chsh_correlator_value(wired) <= best.value + 1e-12


@pytest.mark.parametrize("epsilon", [0.05, 0.2, 0.4, 0.7])
def test_the_two_protocols_share_the_best_of_correlated_boxes(epsilon):
    """Parity below ε = 1/3, the adaptive one above: nothing else does better."""
    box = behaviour_correlated_pr(weight=epsilon)
    best = best_chsh_wiring(box, box).value
    assert best == pytest.approx(2 + max(4 * epsilon * (1 - epsilon), epsilon * (3 - epsilon)))


def test_no_wiring_of_two_macroscopically_local_boxes_beats_tsirelson():
    count = 0
    for seed in range(150):
        box = random_no_signalling(seed)
        while margin_of(box) < 0:
            box = box.with_noise(visibility=0.98)
        best = best_chsh_wiring(box, box)
        wired = wire([box, box], best.wiring)
        assert best.value <= 2 * np.sqrt(2) + 1e-12
        assert margin_of(wired) > -1e-9
        count += best.value > 2 + 1e-6
    assert count > 30


@pytest.mark.parametrize("visibility", [0.75, 0.9, 0.99])
def test_isotropic_boxes_are_not_distilled_by_two_copies(visibility):
    box = behaviour_pr_box().with_noise(visibility=visibility)
    assert best_chsh_wiring(box, box).value == pytest.approx(4 * visibility)


def test_the_cosine_box_ends_at_tsirelson():
    end = behaviour_cosines(angle=np.pi / 4)
    assert_allclose(end.table, behaviour_tsirelson().table, atol=1e-15)


def test_bad_input():
    with pytest.raises(ValueError, match=r"Argument `weight` must lie in \[0, 1\]"):
        behaviour_correlated_pr(weight=1.5)
    with pytest.raises(ValueError, match=r"Argument `angle` must lie in \[0, 0\.785"):
        behaviour_cosines(angle=1.0)
    with pytest.raises(ValueError, match="`copies` must hold positive integers"):
        parity_protocol(0)
    three = behaviour_white_noise((3, 3), (2, 2))
    for call in (chsh_correlator_value, extended_correlators, lambda b: best_chsh_wiring(b, b)):
        with pytest.raises(ValueError, match="two parties with two settings and outcomes"):
            call(three)


def test_protocols_that_would_not_fit_are_refused_at_once():
    with pytest.raises(ValueError, match=r"Argument `copies` must be at most 16, but is 1\.0e6"):
        parity_protocol(10**6)
    with pytest.raises(ValueError, match="Argument `boxes` must be shorter"):
        wire([behaviour_cosines(angle=0.1)] * 1000, parity_protocol(2))
