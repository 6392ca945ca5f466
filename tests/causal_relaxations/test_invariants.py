"""What every price of a relaxation obeys: names, mixing, noise, outcomes that become one."""

from itertools import pairwise

import numpy as np
import pytest
from helpers import merged, random_boxes, relabelled

from nonlocality.causal_relaxations.influence import minimal_influence
from nonlocality.causal_relaxations.measurement_dependence import minimal_dependence
from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.foundations.behaviours import Behaviour

PRICES = {
    "influence": lambda box: minimal_influence(box, cause="x").least,
    "influence of Bob": lambda box: minimal_influence(box, cause="y").least,
    "dependence": lambda box: minimal_dependence(box).least,
    "information": lambda box: strength(box).least,
}
EACH = pytest.mark.parametrize("price", PRICES.values(), ids=PRICES.keys())
ROUNDING = 1e-7


@EACH
@pytest.mark.parametrize("seed", range(3))
def test_names_of_settings_and_outcomes_do_not_matter(price, seed):
    (box,) = random_boxes(seed, 1)
    rng = np.random.default_rng(seed)
    other = Behaviour(relabelled(box.table, rng, parties=False))
    assert price(box).reached == pytest.approx(price(other).reached, abs=ROUNDING)


@EACH
@pytest.mark.parametrize("seed", range(3))
def test_a_mixture_costs_no_more_than_the_mixture_of_the_costs(price, seed):
    first, second = random_boxes(seed + 20, 2)
    for share in (0.25, 0.6):
        mixed = Behaviour(share * first.table + (1 - share) * second.table)
        most = share * price(first).sides[1] + (1 - share) * price(second).sides[1]
        assert price(mixed).sides[0] <= most + ROUNDING


@EACH
def test_noise_makes_nothing_dearer(price):
    (box,) = random_boxes(5, 1)
    costs = [price(box.with_noise(visibility=v)) for v in (1, 0.8, 0.5, 0)]
    for dear, cheap in pairwise(costs):
        assert cheap.sides[0] <= dear.sides[1] + ROUNDING
    assert costs[-1].sides[1] <= ROUNDING


@EACH
@pytest.mark.parametrize("party", [0, 1])
def test_outcomes_that_become_one_make_nothing_dearer(price, party):
    for box in random_boxes(3, 2, outcomes=(3, 3)):
        coarse = Behaviour(merged(box.table, party))
        assert price(coarse).sides[0] <= price(box).sides[1] + ROUNDING


@EACH
def test_what_is_local_is_free(price):
    rng = np.random.default_rng(2)
    table = np.zeros((2, 2, 2, 2))
    for weight in rng.dirichlet(np.ones(5)):
        a, b = rng.integers(0, 2, size=(2, 2))
        for x, y in np.ndindex(2, 2):
            table[a[x], b[y], x, y] += weight
    assert price(Behaviour(table)).sides[1] <= ROUNDING
