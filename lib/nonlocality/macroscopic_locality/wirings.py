"""Wirings: many boxes used one after the other become one (Fig. 3, App. B of arXiv:0907.0372).

A party who holds one end of n boxes, and is asked an effective question, follows a decision
tree: take a box, give it a setting, and let its outcome decide what comes next. The order of the
boxes may depend on outcomes too. At the end of each branch an effective outcome is announced.

A branch records what every box was given and said: a ``Path``. The probability of a pair of
paths is a product over boxes, and so is the entry of the moment matrix that proves the effective
behaviour macroscopically local (:mod:`nonlocality.macroscopic_locality.wired_certificates`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from numbers import Integral

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviours, check_two_parties
from nonlocality.foundations.checks import (
    counts,
    finite_array,
    renamed,
    shown,
)
from nonlocality.macroscopic_locality.decision_trees import (
    Output,
    Path,
    Tree,
    Use,
    paths,
    random_tree,
)


@dataclass(frozen=True)
class Wiring:
    """A tree a party and effective setting.

    alice, bob: trees, one for each effective setting x̄ and ȳ. outcomes: the numbers of effective
    outcomes of Alice and Bob; announcing a larger one is an error of :meth:`paths`.

    >>> echo = Use(0, 0, (Output(0), Output(1)))
    >>> len(Wiring((echo,), (echo, echo)).bob)
    2
    """

    alice: tuple[Tree, ...]
    bob: tuple[Tree, ...]
    outcomes: tuple[int, int] = (2, 2)

    def paths(self, boxes: Sequence[Behaviour]) -> tuple[list[list[Path]], list[list[Path]]]:
        """The paths of each tree of Alice and of Bob, through these boxes.

        Raises ValueError for boxes that have not two parties or that signal, for trees that do
        not fit them, and for `outcomes` that are not two positive integers.
        """
        limits = counts("outcomes", self.outcomes, length=2)
        boxes = as_behaviours(boxes, name="boxes")
        if not boxes:
            raise ValueError("Argument `boxes` must hold a behaviour, but is empty.")
        for k, box in enumerate(boxes):
            check_two_parties(f"boxes[{k}]", box)
        sides = []
        for party, trees in enumerate((self.alice, self.bob)):
            settings = [box.settings[party] for box in boxes]
            outcomes = [box.outcomes[party] for box in boxes]
            with renamed(tree="wiring", settings="boxes", outcomes="boxes"):
                side = [paths(tree, settings=settings, outcomes=outcomes) for tree in trees]
            largest = max((path.output for tree in side for path in tree), default=0)
            if largest >= limits[party]:
                raise ValueError(
                    "Argument `wiring` must have trees that announce "
                    f"`outcomes` below {limits[party]}, but one announces {largest}."
                )
            sides.append(side)
        return sides[0], sides[1]


def complete(wiring: Wiring, boxes: Sequence[Behaviour]) -> Wiring:
    """The wiring that announces all it has seen: each path of a tree its own outcome.

    The paths are those of `wiring`, numbered in order ("complete measurement", App. B); so a party
    has as many effective outcomes as its ends of all boxes have together.
    Raises ValueError for boxes and wirings that do not fit, as :meth:`Wiring.paths` does.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> boxes = [behaviour_pr_box()] * 2
    >>> echo = Use(0, 0, (Output(0), Output(1)))
    >>> wire(boxes, complete(Wiring((echo,), (echo,)), boxes)).outcomes
    (4, 4)
    """

    def label(node: Tree, count: Iterator[int], used: set[int], outcomes: list[int]) -> Tree:
        if isinstance(node, Output):
            free = [k for k in range(len(outcomes)) if k not in used]
            if not free:
                return Output(next(count))
            node = Use(free[0], 0, (node,) * outcomes[free[0]])
        inside = used | {node.box}
        branches = tuple(label(branch, count, inside, outcomes) for branch in node.then)
        return Use(node.box, node.setting, branches)

    boxes = as_behaviours(boxes, name="boxes")
    wiring.paths(boxes)
    sides, numbers = [], []
    for party, trees in enumerate((wiring.alice, wiring.bob)):
        outcomes = [box.outcomes[party] for box in boxes]
        numbers.append(prod(outcomes))
        sides.append(
            tuple(label(tree, iter(range(numbers[-1])), set(), outcomes) for tree in trees)
        )
    return Wiring(*sides, outcomes=tuple(numbers))


def wire(boxes: Sequence[Behaviour], wiring: Wiring) -> Behaviour:
    """The effective behaviour p(ā, b̄ | x̄, ȳ) of n independent boxes under a wiring.

    The sum over all pairs of paths that announce ā and b̄ of Π_k p_k(a_k, b_k | x_k, y_k); for
    boxes that do not signal it does not matter who is first.
    Raises ValueError for boxes that signal and wirings that do not fit.

    >>> from nonlocality.macroscopic_locality.decision_trees import sequential
    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> pr = behaviour_pr_box()
    >>> parity = sequential(settings=[lambda x: x, lambda x, a: x], output=lambda x, a, b: a ^ b)
    >>> wire([pr, pr], Wiring(parity, parity)).correlators()
    array([[1., 1.],
           [1., 1.]])
    """
    boxes = as_behaviours(boxes, name="boxes")
    alice, bob = wiring.paths(boxes)
    table = np.zeros((*wiring.outcomes, len(alice), len(bob)))
    for x, left in enumerate(alice):
        for y, right in enumerate(bob):
            weights = np.ones((len(left), len(right)))
            for k, box in enumerate(boxes):
                a, s = np.array([(p.outcomes[k], p.settings[k]) for p in left]).T
                b, t = np.array([(p.outcomes[k], p.settings[k]) for p in right]).T
                weights *= box.table[a[:, None], b, s[:, None], t]
            rows = np.array([p.output for p in left])
            columns = np.array([p.output for p in right])
            np.add.at(table[:, :, x, y], (rows[:, None], columns), weights)
    return Behaviour(table)


def local_coin(chances: Sequence[float], *, party: int = 0) -> Behaviour:
    """A box with which one party tosses a coin of its own: the other's end always says 0.

    With it a strategy that leaves something to chance is a deterministic wiring of one box more:
    toss first, then do what the side says (App. B). chances: of the outcomes, one or more numbers
    ≥ 0 with sum 1. party: 0 or 1, who tosses.
    Raises ValueError for others, as :class:`~nonlocality.foundations.behaviours.Behaviour` does.

    >>> local_coin([0.25, 0.75]).table[:, 0, 0, 0]
    array([0.25, 0.75])
    """
    if not isinstance(party, Integral) or party not in (0, 1):
        raise ValueError(f"Argument `party` must be 0 or 1, but is {shown(party)}.")
    weights = finite_array("chances", chances)
    if weights.ndim != 1 or not weights.size:
        raise ValueError(f"Argument `chances` must have shape (n,), but has shape {weights.shape}.")
    with renamed(table="chances"):
        return Behaviour(weights.reshape((-1, 1, 1, 1) if party == 0 else (1, -1, 1, 1)))


def random_wiring(
    rng: np.random.Generator,
    boxes: Sequence[Behaviour],
    *,
    effective: int = 2,
    labels: int = 2,
    stop: float = 0.1,
) -> Wiring:
    """A random tree a party and effective setting, for boxes of two parties.

    effective: number of effective settings. labels, stop: as for ``random_tree``.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> wiring = random_wiring(np.random.default_rng(0), [behaviour_pr_box()] * 2, effective=3)
    >>> len(wiring.alice), len(wiring.bob)
    (3, 3)
    """
    boxes = as_behaviours(boxes, name="boxes")
    sides = [
        tuple(
            random_tree(
                rng,
                settings=[box.settings[party] for box in boxes],
                outcomes=[box.outcomes[party] for box in boxes],
                labels=labels,
                stop=stop,
            )
            for _ in range(effective)
        )
        for party in range(2)
    ]
    return Wiring(*sides, outcomes=(labels, labels))
