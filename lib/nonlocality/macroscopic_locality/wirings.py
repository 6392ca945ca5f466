"""Wirings: many boxes used one after the other become one (Fig. 3, App. B of arXiv:0907.0372).

A party who holds one end of n boxes, and is asked an effective question, follows a decision
tree: take a box, give it a setting, and let its outcome decide what comes next. The order of the
boxes may depend on outcomes too. At the end of each branch an effective outcome is announced.

A branch records what every box was given and said: a :class:`Path`. The probability of a pair of
paths is a product over boxes, and so is the entry of the moment matrix that proves the effective
behaviour macroscopically local (:mod:`nonlocality.macroscopic_locality.wired_certificates`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from numbers import Integral

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviours, check_two_parties
from nonlocality.foundations.checks import (
    counts,
    finite_array,
    in_interval,
    renamed,
    shown,
    size_text,
)


@dataclass(frozen=True)
class Output:
    """The end of a branch: announce this effective outcome, counted from 0."""

    outcome: int


@dataclass(frozen=True)
class Use:
    """A step: give box number `box` the setting `setting`; outcome k leads to `then[k]`."""

    box: int
    setting: int
    then: "tuple[Use | Output, ...]"


MAX_PATHS = 2**16
"""Largest number of branches of a completed tree."""

Tree = Use | Output
"""What a party does for one effective setting."""


def _check_node(node: Tree) -> None:
    """Raise ValueError for what is neither an end nor a step, or has no whole numbers."""
    if isinstance(node, Output):
        numbers = (node.outcome,)
    elif isinstance(node, Use) and isinstance(node.then, Sequence):
        numbers = (node.box, node.setting)
    else:
        raise ValueError(
            "Argument `tree` must be an Output, or a Use with a sequence of branches, but holds "
            f"{shown(node)}."
        )
    if not all(isinstance(number, Integral) for number in numbers):
        raise ValueError(f"Argument `tree` must hold integers, but holds {shown(node)}.")


@dataclass(frozen=True)
class Path:
    """One branch of a tree: what each box was given and said, box by box, and what is announced."""

    settings: tuple[int, ...]
    outcomes: tuple[int, ...]
    output: int


def paths(tree: Tree, *, settings: Sequence[int], outcomes: Sequence[int]) -> list[Path]:
    """All branches of a tree, each completed so that every box is used.

    settings, outcomes: their numbers at this party's end of each box. A box that a branch leaves
    out is given setting 0 and its outcome is ignored, which changes no probability as long as
    boxes do not signal.
    Raises ValueError for numbers that are not one or more positive integers each, a tree that
    holds other nodes than these, uses a box twice on a branch, or a box, setting or outcome that
    does not exist, or has a wrong number of branches, and for more than :data:`MAX_PATHS` branches.

    >>> echo = Use(0, 1, (Output(0), Output(1)))
    >>> [(p.settings, p.outcomes, p.output) for p in paths(echo, settings=(2,), outcomes=(2,))]
    [((1,), (0,), 0), ((1,), (1,), 1)]
    """
    settings = counts("settings", settings)
    n = len(settings)
    if not n:
        raise ValueError("Argument `settings` must name one box or more, but is empty.")
    outcomes = counts("outcomes", outcomes, length=n)
    if prod(outcomes) > MAX_PATHS:
        raise ValueError(
            f"Argument `outcomes` must be shorter: a party would see {size_text(prod(outcomes))} "
            f"records of {n} boxes, and the most are {MAX_PATHS}."
        )

    def walk(node: Tree, record: dict[int, tuple[int, int]]) -> Iterator[Path]:
        _check_node(node)
        if isinstance(node, Output):
            if node.outcome < 0:
                raise ValueError(
                    f"Argument `tree` must announce outcomes from 0, but has {node.outcome}."
                )
            free = [k for k in range(n) if k not in record]
            if free:
                k = free[0]
                node = Use(k, 0, (node,) * outcomes[k])
            else:
                chosen, seen = zip(*(record[k] for k in range(n)), strict=True)
                yield Path(chosen, seen, node.outcome)
                return
        k = node.box
        if not 0 <= k < n or k in record:
            raise ValueError(
                f"Argument `tree` must use each of the boxes 0 to {n - 1} at most once on a "
                f"branch, but uses box {k} {'twice' if k in record else ''}".rstrip()
                + "."
            )
        if not 0 <= node.setting < settings[k] or len(node.then) != outcomes[k]:
            raise ValueError(
                f"Argument `tree` must give box {k} a setting below {settings[k]} and have a "
                f"branch for each of its {outcomes[k]} outcomes, but gives it {node.setting} and "
                f"has {len(node.then)}."
            )
        for outcome, branch in enumerate(node.then):
            yield from walk(branch, record | {k: (node.setting, outcome)})

    return list(walk(tree, {}))


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
            side = [paths(tree, settings=settings, outcomes=outcomes) for tree in trees]
            largest = max((path.output for tree in side for path in tree), default=0)
            if largest >= limits[party]:
                raise ValueError(
                    f"The trees must announce outcomes below {limits[party]}, but one "
                    f"announces {largest}."
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
    if party not in (0, 1):
        raise ValueError(f"Argument `party` must be 0 or 1, but is {shown(party)}.")
    weights = finite_array("chances", chances)
    if weights.ndim != 1 or not weights.size:
        raise ValueError(f"Argument `chances` must have shape (n,), but has shape {weights.shape}.")
    with renamed(table="chances"):
        return Behaviour(weights.reshape((-1, 1, 1, 1) if party == 0 else (1, -1, 1, 1)))


def printed_strategy() -> Tree:
    """The strategy for three boxes that opens Appendix B of arXiv:0907.0372.

    Measure the first system with setting 1; outcome −1 leads to the second system with setting 2,
    outcome 1 to the third with setting 1. The outcome of that measurement is the setting of the
    system that is left, and the last outcome is announced. Here boxes, settings and outcomes count
    from 0, and the outcomes 1 and −1 are 0 and 1.

    >>> [p.settings for p in paths(printed_strategy(), settings=(2,) * 3, outcomes=(2,) * 3)][::2]
    [(0, 0, 0), (0, 1, 0), (0, 1, 0), (0, 1, 1)]
    """

    def last(box: int) -> tuple[Use, Use]:
        return tuple(Use(box, setting, (Output(0), Output(1))) for setting in (0, 1))

    return Use(0, 0, (Use(2, 0, last(1)), Use(1, 1, last(2))))


def sequential(
    *, settings: Sequence[Callable[..., int]], output: Callable[..., int], count: int = 2
) -> tuple[Tree, ...]:
    """Trees that use boxes 0, 1, … in order, one a setting x̄ = 0, …, `count` − 1.

    Box k is given settings[k](x̄, a_0, …, a_(k−1)); output(x̄, a_0, …) is announced. Boxes have
    two outcomes. settings, output: functions of integers to integers from 0.
    Raises ValueError for no settings, a count that is no positive integer, or functions with
    other values.

    >>> tree, _ = sequential(settings=[lambda x: x], output=lambda x, a: 1 - a)
    >>> tree.then
    (Output(outcome=1), Output(outcome=0))
    """

    (count,) = counts("count", (count,))
    if not len(settings):
        raise ValueError("Argument `settings` must hold one function or more, but is empty.")

    def grow(x: int, seen: tuple[int, ...]) -> Tree:
        k = len(seen)
        if k == len(settings):
            return Output(_whole("output", output(x, *seen)))
        branches = tuple(grow(x, (*seen, a)) for a in range(2))
        return Use(k, _whole(f"settings[{k}]", settings[k](x, *seen)), branches)

    return tuple(grow(x, ()) for x in range(count))


def _whole(name: str, value: int) -> int:
    """Return the value of a function as an integer of at least 0; truth values count as 0 and 1."""
    if not isinstance(value, Integral | np.bool_) or value < 0:
        raise ValueError(
            f"Argument `{name}` must return integers from 0, but returns {shown(value)}."
        )
    return int(value)


def random_tree(
    rng: np.random.Generator,
    *,
    settings: Sequence[int],
    outcomes: Sequence[int],
    labels: int = 2,
    stop: float = 0.1,
) -> Tree:
    """A random decision tree of one party: order of boxes, settings and ends depend on outcomes.

    settings, outcomes: their numbers at this party's end of each box. labels: number of outcomes
    to announce. stop: chance to end before each step, in [0, 1].
    Raises ValueError for numbers that are not positive integers, or another chance.

    >>> tree = random_tree(np.random.default_rng(0), settings=(2, 2), outcomes=(2, 3), stop=0)
    >>> len(paths(tree, settings=(2, 2), outcomes=(2, 3)))
    6
    """
    settings = counts("settings", settings)
    outcomes = counts("outcomes", outcomes, length=len(settings))
    counts("labels", (labels,))
    stop = in_interval("stop", stop, 0, 1)

    def grow(free: list[int]) -> Tree:
        if not free or rng.uniform() < stop:
            return Output(int(rng.integers(labels)))
        box = int(rng.choice(free))
        rest = [k for k in free if k != box]
        branches = tuple(grow(rest) for _ in range(outcomes[box]))
        return Use(box, int(rng.integers(settings[box])), branches)

    return grow(list(range(len(settings))))


def random_wiring(
    rng: np.random.Generator,
    boxes: Sequence[Behaviour],
    *,
    effective: int = 2,
    labels: int = 2,
    stop: float = 0.1,
) -> Wiring:
    """A random tree a party and effective setting, for boxes of two parties.

    effective: number of effective settings. labels, stop: as for :func:`random_tree`.

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
