"""Decision trees of one party and their paths."""

import numpy as np
import pytest

from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.macroscopic_locality.decision_trees import (
    Output,
    Use,
    paths,
    random_tree,
    sequential,
)
from nonlocality.macroscopic_locality.wirings import (
    Wiring,
    complete,
    wire,
)

ECHO = Use(0, 0, (Output(0), Output(1)))


def test_the_example_of_appendix_b():
    """Three boxes: box 1; on −1 (outcome 1) box 2 with setting 2, on +1 box 3 with setting 1;
    the last box gets the outcome of the second measurement, and its outcome is announced."""

    def last(box):
        return tuple(Use(box, setting, (Output(0), Output(1))) for setting in (0, 1))

    tree = Use(0, 0, (Use(2, 0, last(1)), Use(1, 1, last(2))))
    found = paths(tree, settings=(2, 2, 2), outcomes=(2, 2, 2))
    assert len(found) == 8
    assert {p.settings[2] for p in found if p.outcomes[0] == 0} == {0}
    assert all(p.settings[1] == p.outcomes[2] for p in found if p.outcomes[0] == 0)
    assert all(p.settings[2] == p.outcomes[1] for p in found if p.outcomes[0] == 1)
    box = behaviour_pr_box()
    assert wire([box] * 3, Wiring((tree,), (tree,))).outcomes == (2, 2)


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (Output(-1), "must announce outcomes from 0, but has -1"),
        (
            Use(2, 0, (Output(0), Output(1))),
            r"boxes 0 to 1 at most once on a branch, but uses box 2\.",
        ),
        (Use(0, 0, (ECHO, Output(1))), "but uses box 0 twice"),
        (Use(0, 2, (Output(0), Output(1))), "setting below 2 .* but gives it 2 and has 2"),
        (Use(0, 0, (Output(0),)), "branch for each of its 2 outcomes, but gives it 0 and has 1"),
    ],
)
def test_trees_that_do_not_fit_are_refused(tree, message):
    with pytest.raises(ValueError, match=message):
        paths(tree, settings=(2, 2), outcomes=(2, 2))
    with pytest.raises(ValueError, match=message):
        wire([behaviour_pr_box()] * 2, Wiring((tree,), (ECHO,)))


def test_outcomes_beyond_the_stated_number_are_refused():
    tree = Use(0, 0, (Output(0), Output(2)))
    assert wire([behaviour_pr_box()], Wiring((tree,), (ECHO,), outcomes=(3, 2))).outcomes == (3, 2)
    with pytest.raises(ValueError, match="announce `outcomes` below 2, but one announces 2"):
        wire([behaviour_pr_box()], Wiring((tree,), (ECHO,)))


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ("echo", "must be an Output, or a Use with a sequence of branches, but holds 'echo'"),
        (None, "must be an Output, or a Use .* but holds None"),
        (Use(0, 0, (Output(0), 1)), "must be an Output, or a Use .* but holds 1"),
        (Use(0, 0, 2), "must be an Output, or a Use .* but holds Use"),
        (Output("a"), "must hold integers, but holds Output"),
        (Output(0.5), "must hold integers, but holds Output"),
        (Use(0, 0.0, (Output(0), Output(1))), "must hold integers, but holds Use"),
        (Use("0", 0, (Output(0), Output(1))), "must hold integers, but holds Use"),
    ],
)
def test_trees_of_other_things_are_refused(tree, message):
    with pytest.raises(ValueError, match=f"Argument `tree` {message}"):
        paths(tree, settings=(2, 2), outcomes=(2, 2))
    with pytest.raises(ValueError, match=f"Argument `wiring` {message}"):
        complete(Wiring((tree,), (ECHO,)), [behaviour_pr_box()])


@pytest.mark.parametrize(
    ("settings", "outcomes", "message"),
    [
        ((2, 0), (2, 2), "`settings` must hold positive integers"),
        (2, (2,), "`settings` must hold positive integers"),
        ((), (), "`settings` must name one box or more"),
        ((2, 2), (2, 1.5), "`outcomes` must hold positive integers"),
        ((2, 2), (2,), "`outcomes` must hold 2 numbers"),
    ],
)
def test_numbers_of_settings_and_outcomes_are_checked(settings, outcomes, message):
    with pytest.raises(ValueError, match=f"Argument {message}"):
        paths(ECHO, settings=settings, outcomes=outcomes)


def test_sequences_are_checked():
    def echo(x, *seen):
        return x

    for count in (0, -1, 1.5, None):
        with pytest.raises(ValueError, match="`count` must hold positive integers"):
            sequential(settings=[echo], output=echo, count=count)
    with pytest.raises(ValueError, match="`settings` must hold one function or more"):
        sequential(settings=[], output=echo)
    for bad in (0.5, -1, "0", None):
        with pytest.raises(ValueError, match="`output` must return integers from 0, but returns"):
            sequential(settings=[echo], output=lambda x, a, bad=bad: bad)
        with pytest.raises(ValueError, match=r"`settings\[1\]` must return integers from 0"):
            sequential(settings=[echo, lambda x, a, bad=bad: bad], output=echo)
    trees = sequential(settings=[lambda x: x == 1], output=lambda x, a: np.bool_(a == 0))
    assert trees[1] == Use(0, 1, (Output(1), Output(0)))


def test_random_trees_may_stop_early_and_change_the_order():
    rng = np.random.default_rng(0)
    trees = [random_tree(rng, settings=(2, 2), outcomes=(2, 2), stop=0.3) for _ in range(50)]
    assert {type(tree) for tree in trees} == {Output, Use}
    assert {tree.box for tree in trees if isinstance(tree, Use)} == {0, 1}
    with pytest.raises(ValueError, match="`labels` must hold positive"):
        random_tree(rng, settings=(2,), outcomes=(2,), labels=0)
    with pytest.raises(ValueError, match="`outcomes` must hold 1 numbers"):
        random_tree(rng, settings=(2,), outcomes=(2, 2))
    for bad in (np.nan, 1.5, -0.1, "never"):
        with pytest.raises(ValueError, match="`stop` must"):
            random_tree(rng, settings=(2,), outcomes=(2,), stop=bad)
