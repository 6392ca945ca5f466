import numpy as np
import pytest
from helpers import random_no_signalling
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.random import random_povm, random_projective
from nonlocality.macroscopic_locality.decision_trees import (
    Output,
    Use,
    paths,
    printed_strategy,
    random_tree,
    sequential,
)
from nonlocality.macroscopic_locality.wirings import (
    Wiring,
    complete,
    local_coin,
    random_wiring,
    wire,
)

ECHO = Use(0, 0, (Output(0), Output(1)))


def quantum_box(rng, *, outcomes=3, settings=2):
    state = rng.normal(size=9) + 1j * rng.normal(size=9)
    sides = [random_povm(rng, settings=settings, outcomes=outcomes, size=3) for _ in range(2)]
    return behaviour_quantum(state / np.linalg.norm(state), sides)


def mixed_boxes(seed, count):
    """Boxes with different numbers of outcomes, local, quantum and neither."""
    rng = np.random.default_rng(seed)
    kinds = [
        lambda: random_no_signalling(int(rng.integers(1000))),
        lambda: quantum_box(rng, outcomes=3),
        behaviour_pr_box,
    ]
    return [kinds[rng.integers(3)]() for _ in range(count)]


def simulate(boxes, tree_a, tree_b, *, first):
    """p(ā, b̄) by acting it out: one step at a time, each outcome drawn given all before it.

    first: which party moves at each step (a sequence of 0 and 1, padded with the other).
    """
    joint = {}

    def chance(box, party, setting, outcome, other):
        """Probability of an outcome at one end, given what was done and seen at the other."""
        table = box.table if party == 0 else box.table.transpose(1, 0, 3, 2)
        if other is None:
            return table.sum(axis=1)[outcome, setting, 0]
        t, b = other
        return table[outcome, b, setting, t] / table[:, b, setting, t].sum()

    def step(nodes, seen, weight, order):
        if weight == 0:
            return
        if all(isinstance(node, Output) for node in nodes):
            key = (nodes[0].outcome, nodes[1].outcome)
            joint[key] = joint.get(key, 0) + weight
            return
        party = order[0] if order else 0
        if isinstance(nodes[party], Output):
            party = 1 - party
        node = nodes[party]
        for outcome, branch in enumerate(node.then):
            p = chance(boxes[node.box], party, node.setting, outcome, seen[1 - party].get(node.box))
            after = list(seen)
            after[party] = seen[party] | {node.box: (node.setting, outcome)}
            moved = list(nodes)
            moved[party] = branch
            step(moved, after, weight * p, order[1:])

    step([tree_a, tree_b], [{}, {}], 1.0, list(first))
    return joint


@pytest.mark.parametrize("seed", range(12))
def test_wired_boxes_are_what_acting_it_out_gives_in_any_order_of_the_parties(seed):
    rng = np.random.default_rng(seed)
    boxes = mixed_boxes(seed, 3)
    wiring = random_wiring(rng, boxes, labels=3)
    found = wire(boxes, wiring)
    for x, y in np.ndindex(2, 2):
        for first in ([0] * 6, [1] * 6, rng.integers(2, size=6).tolist()):
            joint = simulate(boxes, wiring.alice[x], wiring.bob[y], first=first)
            table = np.zeros(found.outcomes)
            for (a, b), weight in joint.items():
                table[a, b] = weight
            assert_allclose(found.table[:, :, x, y], table, atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_wired_boxes_do_not_signal(seed):
    boxes = mixed_boxes(seed, 3)
    wiring = random_wiring(np.random.default_rng(seed), boxes)
    for each in (wiring, complete(wiring, boxes)):
        assert max(wire(boxes, each).signalling()) < 1e-12


def test_wired_quantum_boxes_are_quantum():
    """Two singlets as one state, and each tree as one measurement on two qubits."""
    rng = np.random.default_rng(1)
    states = [rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)) for _ in range(2)]
    states = [state / np.linalg.norm(state) for state in states]
    measured = [[random_projective(rng, settings=2, size=2) for _ in range(2)] for _ in range(2)]
    boxes = [behaviour_quantum(s.ravel(), m) for s, m in zip(states, measured, strict=True)]
    wiring = random_wiring(rng, boxes, stop=0)
    effective = []
    for party, trees in enumerate((wiring.alice, wiring.bob)):
        povm = np.zeros((2, 2, 4, 4), dtype=complex)
        for x, tree in enumerate(trees):
            for path in paths(tree, settings=(2, 2), outcomes=(2, 2)):
                one, two = (
                    measured[k][party][path.settings[k], path.outcomes[k]] for k in range(2)
                )
                povm[x, path.output] += np.kron(one, two)
        effective.append(povm)
    joint = np.einsum("ab,cd->acbd", *states).ravel()  # Alice's two qubits, then Bob's
    assert_allclose(
        wire(boxes, wiring).table, behaviour_quantum(joint, effective).table, atol=1e-12
    )


def test_a_complete_wiring_keeps_everything():
    boxes = [behaviour_pr_box(), quantum_box(np.random.default_rng(2))]
    wiring = random_wiring(np.random.default_rng(3), boxes, stop=0.3)
    every = complete(wiring, boxes)
    assert wire(boxes, every).outcomes == (6, 6)
    merged = np.zeros(wire(boxes, wiring).table.shape)
    for x, y in np.ndindex(2, 2):
        sides = []
        for party, tree in ((0, wiring.alice[x]), (1, wiring.bob[y])):
            numbers = [box.settings[party] for box in boxes], [b.outcomes[party] for b in boxes]
            found = paths(tree, settings=numbers[0], outcomes=numbers[1])
            sides.append([path.output for path in found])
        for a, b in np.ndindex(6, 6):
            merged[sides[0][a], sides[1][b], x, y] += wire(boxes, every).table[a, b, x, y]
    assert_allclose(merged, wire(boxes, wiring).table, atol=1e-12)


def test_one_box_passed_on_is_that_box():
    box = random_no_signalling(5)
    trees = sequential(settings=[lambda x: x], output=lambda x, a: a)
    assert_allclose(wire([box], Wiring(trees, trees)).table, box.table)


def test_a_box_left_out_does_not_matter():
    box, other = random_no_signalling(5), random_no_signalling(6)
    trees = sequential(settings=[lambda x: x], output=lambda x, a: a)
    assert_allclose(wire([box, other], Wiring(trees, trees)).table, box.table, atol=1e-15)


def test_three_copies_may_be_wired_in_sequence():
    parity = sequential(settings=[lambda x, *_: x] * 3, output=lambda x, *seen: sum(seen) % 2)
    box = behaviour_pr_box().with_noise(visibility=0.8)
    wired = wire([box] * 3, Wiring(parity, parity))
    assert_allclose(wired.correlators(), box.correlators() ** 3, atol=1e-15)


def test_boxes_must_be_boxes():
    wiring = Wiring((ECHO,), (ECHO,))
    signalling = np.zeros((2, 2, 2, 2))
    signalling[0, 0, :, 0] = signalling[0, 1, 0, 1] = signalling[1, 1, 1, 1] = 1
    for boxes, message in (
        ([], "must hold a behaviour, but is empty"),
        ([behaviour_white_noise((2,), (2,))], r"`boxes\[0\]` must be a behaviour of two parties"),
        ([np.ones((2, 2, 2, 2))], r"`boxes\[0\]` must sum to 1 over the outcomes"),
        ([Behaviour(signalling)], "must be no-signalling"),
    ):
        with pytest.raises(ValueError, match=message):
            wire(boxes, wiring)


@pytest.mark.parametrize("outcomes", [(2,), (2, 0), 2, (2, 2.5)])
def test_a_wiring_has_two_numbers_of_outcomes(outcomes):
    with pytest.raises(ValueError, match="`outcomes` must hold"):
        wire([behaviour_pr_box()], Wiring((ECHO,), (ECHO,), outcomes=outcomes))


@pytest.mark.parametrize("seed", range(20))
def test_random_wirings_fit_their_boxes(seed):
    rng = np.random.default_rng(seed)
    boxes = [behaviour_white_noise((2, 3), (2, 2)), behaviour_white_noise((3, 2), (1, 3))]
    wiring = random_wiring(rng, boxes, effective=3, labels=4)
    assert wire(boxes, wiring).table.shape == (4, 4, 3, 3)


def test_in_the_printed_strategy_the_first_outcome_decides_which_box_is_next():
    """Outcome by outcome, as Appendix B says it."""
    tree = printed_strategy()
    assert (tree.box, tree.setting) == (0, 0)
    plus, minus = tree.then
    assert (plus.box, plus.setting, minus.box, minus.setting) == (2, 0, 1, 1)
    for branch, rest in ((plus, 1), (minus, 2)):
        assert [(node.box, node.setting) for node in branch.then] == [(rest, 0), (rest, 1)]
        assert all(node.then == (Output(0), Output(1)) for node in branch.then)
    boxes = [behaviour_pr_box()] * 3
    wiring = Wiring((tree,), (tree,))
    assert wire(boxes, complete(wiring, boxes)).outcomes == (8, 8)


def test_coins_that_are_none_are_refused():
    with pytest.raises(ValueError, match="Argument `party` must be 0 or 1"):
        local_coin([0.5, 0.5], party=2)
    with pytest.raises(ValueError, match=r"Argument `chances` must have shape \(n,\)"):
        local_coin([[0.5, 0.5]])
    with pytest.raises(ValueError, match="must sum to 1"):
        local_coin([0.5, 0.6])


@pytest.mark.parametrize("party", [0, 1])
def test_a_coin_makes_a_mixture_of_wirings(party):
    rng = np.random.default_rng(6)
    box = behaviour_pr_box().with_noise(visibility=0.8)
    coin = local_coin([0.3, 0.7], party=party)
    heads, tails = (
        tuple(random_tree(rng, settings=(1, 2), outcomes=(1, 2), stop=0.2) for _ in range(2))
        for _ in range(2)
    )
    other = tuple(random_tree(rng, settings=(1, 2), outcomes=(1, 2), stop=0) for _ in range(2))
    empty = Behaviour(np.ones((1, 1, 1, 1)))
    sides = {}
    for name, trees in (("heads", heads), ("tails", tails)):
        pair = (trees, other) if party == 0 else (other, trees)
        sides[name] = wire([empty, box], Wiring(*pair)).table

    def without_coin(node):
        """The tree with the trivial box 0 asked no more."""
        if isinstance(node, Output):
            return node
        if node.box == 0:
            return without_coin(node.then[0])
        return Use(node.box, node.setting, tuple(without_coin(branch) for branch in node.then))

    tossed = tuple(
        Use(0, 0, (without_coin(h), without_coin(t))) for h, t in zip(heads, tails, strict=True)
    )
    pair = (tossed, other) if party == 0 else (other, tossed)
    mixed = wire([coin, box], Wiring(*pair)).table
    assert_allclose(mixed, 0.3 * sides["heads"] + 0.7 * sides["tails"], atol=1e-12)
