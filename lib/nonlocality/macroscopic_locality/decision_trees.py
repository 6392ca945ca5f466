"""What one party does with several boxes: a decision tree, its paths, a random one.

A tree asks a box for a setting and goes on along the branch of the outcome; a leaf is what the
party announces. Fig. 3 and Appendix B of arXiv:0907.0372."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from numbers import Integral

import numpy as np

from nonlocality.foundations.checks import counts, in_interval, shown
from nonlocality.foundations.sizes import size_text


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
    (labels,) = counts("labels", (labels,))
    stop = in_interval("stop", stop, 0, 1)

    def grow(free: list[int]) -> Tree:
        if not free or rng.uniform() < stop:
            return Output(int(rng.integers(labels)))
        box = int(rng.choice(free))
        rest = [k for k in free if k != box]
        branches = tuple(grow(rest) for _ in range(outcomes[box]))
        return Use(box, int(rng.integers(settings[box])), branches)

    return grow(list(range(len(settings))))
