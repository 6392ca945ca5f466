"""What holds at every level for any behaviour: names do not matter, sets are convex and nested."""

import numpy as np
import pytest
from helpers import merged, random_boxes, relabelled

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.macroscopic_locality.membership import local_visibility
from nonlocality.macroscopic_locality.moments import margin, maximise
from nonlocality.macroscopic_locality.radii import visibility

ROUNDING = 1e-6  # of the solvers, a thousandfold their gap
STEPS = [("1", "1+AB"), ("1+AB", "2"), ("2", "3")]


@pytest.mark.parametrize("level", ["1", "1+AB", "2"])
@pytest.mark.parametrize("seed", range(3))
def test_names_of_parties_settings_and_outcomes_do_not_matter(level, seed):
    rng = np.random.default_rng(seed)
    (box,) = random_boxes(seed, 1)
    other = Behaviour(relabelled(box.table, rng))
    values = [visibility(b, level=level).largest for b in (box, other)]
    assert values[0].lower - ROUNDING <= values[1].upper
    assert values[1].lower - ROUNDING <= values[0].upper
    if level == "1":
        local = [local_visibility(b).visibility.reached for b in (box, other)]
        assert local[0] == pytest.approx(local[1], abs=ROUNDING)


@pytest.mark.parametrize("level", ["1", "1+AB", "2"])
@pytest.mark.parametrize("seed", range(3))
def test_the_margin_is_concave(level, seed):
    first, second = random_boxes(seed + 50, 2)
    share = np.random.default_rng(seed).random()
    mixed = Behaviour(share * first.table + (1 - share) * second.table)
    ends = [margin(b, level=level).eigenvalue.lower for b in (first, second)]
    found = margin(mixed, level=level).eigenvalue.upper
    assert found >= share * ends[0] + (1 - share) * ends[1] - ROUNDING


@pytest.mark.parametrize("level", ["1", "1+AB"])
def test_noise_divides_the_visibility(level):
    (box,) = random_boxes(7, 1)
    plain = visibility(box, level=level).largest.upper
    for v in (0.3, 0.8):
        noisy = visibility(box.with_noise(visibility=v), level=level).largest.lower
        assert noisy == pytest.approx(plain / v, abs=1e-5)


@pytest.mark.parametrize("level", ["1", "1+AB"])
@pytest.mark.parametrize("seed", range(2))
def test_outcomes_that_become_one_do_not_lead_out_of_a_set(level, seed):
    rng = np.random.default_rng(seed)
    edge = maximise(rng.normal(size=(3, 3, 2, 2)), level=level)
    table = np.maximum(edge.table, 0)
    table = table / table.sum(axis=(0, 1))
    shrunk = Behaviour(0.999 * table + 0.001 / 9)  # off the boundary by the solver's rounding
    for party in (0, 1):
        coarse = Behaviour(merged(shrunk.table, party))
        assert margin(coarse, level=level).eigenvalue.upper >= -ROUNDING


@pytest.mark.parametrize(("lower", "higher"), STEPS)
@pytest.mark.parametrize("seed", range(2))
def test_a_level_contains_what_the_next_one_reaches_and_values_are_ordered(lower, higher, seed):
    f = np.random.default_rng(seed).normal(size=(2, 2, 2, 2))
    top = maximise(f, level=higher)
    assert top.largest.lower <= maximise(f, level=lower).largest.upper + ROUNDING
    table = np.maximum(top.table, 0)
    inside = Behaviour(table / table.sum(axis=(0, 1)))
    assert margin(inside, level=lower).eigenvalue.upper >= -1e-5


@pytest.mark.parametrize("level", ["1", "1+AB", "2", "3"])
@pytest.mark.parametrize("outcomes", [(2, 2), (3, 2)])
def test_no_level_excludes_a_random_local_behaviour(level, outcomes):
    if level == "3" and outcomes != (2, 2):
        outcomes = (2, 1)  # what is larger takes seconds
    rng = np.random.default_rng(11)
    table = np.zeros((*outcomes, 2, 2))
    for weight in rng.dirichlet(np.ones(4)):
        a, b = (rng.integers(0, o, size=2) for o in outcomes)
        for x, y in np.ndindex(2, 2):
            table[a[x], b[y], x, y] += weight
    box = Behaviour(table)
    assert margin(box, level=level).eigenvalue.upper >= -1e-9
    assert not local_visibility(box).outside
