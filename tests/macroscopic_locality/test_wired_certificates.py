import numpy as np
import pytest
from helpers import random_no_signalling
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import behaviour_pr_box, behaviour_white_noise
from nonlocality.macroscopic_locality import moments
from nonlocality.macroscopic_locality.correlators import margin_of
from nonlocality.macroscopic_locality.decision_trees import Output, Use, paths, printed_strategy
from nonlocality.macroscopic_locality.wired_certificates import (
    OrderOneCertificate,
    certificate_of,
    identify_outcomes,
    wire_certificates,
)
from nonlocality.macroscopic_locality.wirings import Wiring, complete, random_wiring, wire


def inside(seed):
    """A macroscopically local behaviour with 2 or 3 outcomes that is not far from the boundary."""
    rng = np.random.default_rng(seed)
    if seed % 2:
        f = rng.normal(size=(3, 2, 2, 2))
        return moments.maximise(f, level="1").behaviour.with_noise(visibility=0.97)
    behaviour = random_no_signalling(seed)
    while margin_of(behaviour) < 0.01:
        behaviour = behaviour.with_noise(visibility=0.95)
    return behaviour


@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
@pytest.mark.parametrize("seed", range(4))
def test_certificates_from_the_program(seed, solver):
    behaviour = inside(seed)
    certificate = certificate_of(behaviour, solver=solver)
    assert certificate.violation(behaviour) < 1e-9
    assert np.linalg.eigvalsh(certificate.matrix())[0] > -1e-12


@pytest.mark.parametrize("seed", range(8))
def test_the_tensor_certificate_proves_the_wired_behaviour(seed):
    """Adaptive in order and settings, complete and not, boxes of different kinds (App. B)."""
    rng = np.random.default_rng(seed)
    boxes = [inside(int(k)) for k in rng.integers(20, size=2 + seed % 2)]
    proofs = [certificate_of(box) for box in boxes]
    wiring = random_wiring(rng, boxes, labels=3)
    for each in (wiring, complete(wiring, boxes)):
        wired = wire(boxes, each)
        proof = wire_certificates(proofs, boxes, each)
        assert proof.violation(wired) < 1e-8
        assert np.linalg.eigvalsh(proof.matrix())[0] > -1e-12
    if wire(boxes, wiring).outcomes == (2, 2):
        assert margin_of(wire(boxes, wiring)) > -1e-9


def test_entries_are_products_along_the_paths():
    """(B1): γ̄ is the entrywise product of the γ_i, at the outcomes of the paths."""
    boxes = [inside(0), inside(2)]
    proofs = [certificate_of(box) for box in boxes]
    wiring = complete(random_wiring(np.random.default_rng(4), boxes, stop=0), boxes)
    gamma = wire_certificates(proofs, boxes, wiring).matrix()
    products = np.ones((17, 17))  # 1, then two settings a side with four outcomes
    for k, proof in enumerate(proofs):
        rows = [0]
        for party, trees in enumerate((wiring.alice, wiring.bob)):
            for tree in trees:
                for path in paths(tree, settings=(2, 2), outcomes=(2, 2)):
                    rows.append(1 + 4 * party + 2 * path.settings[k] + path.outcomes[k])
        products *= proof.matrix()[np.ix_(rows, rows)]
    assert_allclose(gamma, products, atol=1e-12)


def test_identification_of_outcomes_is_the_sum_of_vectors():
    """Lemma 2: merging after a complete wiring is the wiring that announces less."""
    boxes = [inside(0), inside(2)]
    proofs = [certificate_of(box) for box in boxes]
    wiring = random_wiring(np.random.default_rng(5), boxes, stop=0)
    whole = wire_certificates(proofs, boxes, complete(wiring, boxes))
    labels = [
        [[path.output for path in paths(tree, settings=(2, 2), outcomes=(2, 2))] for tree in trees]
        for trees in (wiring.alice, wiring.bob)
    ]
    merged = identify_outcomes(whole, alice=labels[0], bob=labels[1])
    assert merged.violation(wire(boxes, wiring)) < 1e-8
    direct = wire_certificates(proofs, boxes, wiring)
    assert_allclose(merged.matrix(), direct.matrix(), atol=1e-12)


def test_outcomes_of_different_settings_are_not_orthogonal():
    """So App. B needs what it says: two paths part at one setting of one box."""
    proof = certificate_of(inside(0))
    products = proof.alice[0] @ proof.alice[1].T
    assert np.abs(products).min() > 1e-3


def test_a_wrong_certificate_shows():
    box = inside(0)
    proof = certificate_of(box)
    assert proof.violation(box.with_noise(visibility=0.9)) > 1e-3
    turned = OrderOneCertificate(proof.unit, proof.alice[::-1], proof.bob)
    assert turned.violation(box) > 1e-3


def test_bad_input():
    with pytest.raises(ValueError, match="must be macroscopically local, but each of its moment"):
        certificate_of(behaviour_pr_box())
    with pytest.raises(ValueError, match="must have 5 rows and columns, but has shape"):
        OrderOneCertificate.from_matrix(np.eye(4), outcomes=(2, 2), settings=(2, 2))
    noise = behaviour_white_noise((2, 2), (2, 2))
    proof = certificate_of(noise)
    echo = Use(0, 0, (Output(0), Output(1)))
    with pytest.raises(ValueError, match="must have one entry a box, but have 2 and 1"):
        wire_certificates([proof, proof], [noise], Wiring((echo,), (echo,)))
    good = [[0, 1], [0, 1]]
    for bad in ([[0, 1]], [[0, -1], [0, 1]]):
        with pytest.raises(ValueError, match="must hold labels from 0, one an outcome"):
            identify_outcomes(proof, alice=bad, bob=good)
    with pytest.raises(ValueError, match="`bob` must hold integers"):
        identify_outcomes(proof, alice=good, bob=[[0.5, 1], [0, 1]])


def test_vectors_are_checked():
    unit, side = np.array([1.0, 0]), np.ones((2, 2, 2)) / 2
    assert OrderOneCertificate([1, 0], side.tolist(), side).scenario == (2, 2, 2, 2)
    for bad, words in (
        ((np.eye(2), side, side), r"`unit` must have shape \(r,\) with r > 0, but has shape"),
        (([], side, side), r"`unit` must have shape \(r,\) with r > 0"),
        ((unit, side[0], side), r"`alice` must have shape \(settings, outcomes, 2\), but has"),
        ((unit, side, side[..., :1]), r"`bob` must have shape \(settings, outcomes, 2\), but has"),
        ((unit, side, side[:0]), "`bob` must have shape"),
        ((unit, np.nan * side, side), "`alice` must hold finite numbers"),
        (([1, np.inf], side, side), "`unit` must hold finite numbers"),
        ((unit, side, "bob"), "`bob` must be an array of numbers"),
    ):
        with pytest.raises(ValueError, match=f"Argument {words}"):
            OrderOneCertificate(*bad)
    for numbers in ((2,), (2, 0), 2):
        with pytest.raises(ValueError, match="`outcomes` must hold"):
            OrderOneCertificate.from_matrix(np.eye(5), outcomes=numbers, settings=(2, 2))
        with pytest.raises(ValueError, match="`settings` must hold"):
            OrderOneCertificate.from_matrix(np.eye(5), outcomes=(2, 2), settings=numbers)


def test_a_certificate_of_another_scenario_does_not_fit():
    noise, other = behaviour_white_noise((2, 2), (2, 2)), behaviour_white_noise((3, 2), (2, 2))
    proof = certificate_of(noise)
    with pytest.raises(ValueError, match=r"`behaviour` must have a table of shape \(2, 2, 2, 2\)"):
        proof.violation(other)
    with pytest.raises(ValueError, match="`behaviour` must have a table of shape"):
        proof.violation(behaviour_white_noise((2, 2), (1, 2)))
    echo = Use(0, 0, (Output(0), Output(1)))
    with pytest.raises(ValueError, match=r"`boxes\[0\]` must have a table of shape"):
        wire_certificates([proof], [other], Wiring((echo,), (echo,)))


def test_the_printed_strategy_has_a_certificate_complete_and_not():
    boxes = [behaviour_pr_box().with_noise(visibility=v) for v in (0.5**0.5, 0.7, 0.6)]
    wiring = Wiring((printed_strategy(),) * 2, (printed_strategy(),))
    proofs = [certificate_of(box) for box in boxes]
    for each in (wiring, complete(wiring, boxes)):
        proof = wire_certificates(proofs, boxes, each)
        assert proof.violation(wire(boxes, each)) < 1e-7
