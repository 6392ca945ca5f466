"""What holds for every assemblage: names and bases do not matter, sets are convex and nested."""

import numpy as np
import pytest

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.random import random_density, random_povm
from nonlocality.postquantum_steering.assemblage_models import assemblage_quantum
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.directions import polygon
from nonlocality.postquantum_steering.hidden_states import hidden_state_visibility, local_visibility
from nonlocality.postquantum_steering.robustness import minimise_functional, white_noise_robustness

ROUNDING = 1e-6
TABLE_1 = assemblage_of_table(printed_table("ps-table1"))


def random_real(seed):
    """A real assemblage between Table I, a quantum one and noise: inside some sets only."""
    rng = np.random.default_rng(seed)
    vector = np.linalg.eigh(random_density(rng, 8).real)[1][:, -1]
    povms = [random_povm(rng, settings=2, outcomes=2, size=2).real for _ in range(2)]
    quantum = assemblage_quantum(vector, povms, dimension=2)
    share = rng.uniform(0.6, 1)
    return Assemblage(share * TABLE_1.elements + (1 - share) * quantum.elements.real)


def renamed(assemblage, seed):
    """Bob and Charlie swapped or not, settings and outcomes renamed, Alice's basis turned."""
    rng = np.random.default_rng(seed)
    elements = assemblage.elements
    if rng.random() < 0.5:
        elements = elements.transpose(1, 0, 3, 2, 4, 5)
    elements = elements[:, :, rng.permutation(2)][:, :, :, rng.permutation(2)].copy()
    for y in range(2):
        elements[:, :, y] = elements[rng.permutation(2)][:, :, y]
    for z in range(2):
        elements[:, :, :, z] = elements[:, rng.permutation(2)][:, :, :, z]
    angle = rng.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return Assemblage(turn @ elements @ turn.T)


@pytest.mark.parametrize("level", [1, "almost-quantum"])
@pytest.mark.parametrize("seed", range(3))
def test_names_and_bases_do_not_matter(level, seed):
    box = random_real(seed)
    other = renamed(box, seed + 10)
    values = [white_noise_robustness(each, level=level).weight.reached for each in (box, other)]
    assert values[0] == pytest.approx(values[1], abs=ROUNDING)


@pytest.mark.parametrize("seed", range(3))
def test_a_mixture_needs_no_more_noise_than_the_worse_of_two(seed):
    first, second = random_real(seed), renamed(random_real(seed + 30), seed)
    mixed = Assemblage((first.elements + second.elements) / 2)
    needed = [white_noise_robustness(each).weight for each in (first, second, mixed)]
    assert needed[2].lower <= max(needed[0].upper, needed[1].upper) + ROUNDING


@pytest.mark.parametrize("seed", range(3))
def test_hidden_states_are_local_and_almost_quantum(seed):
    """Inner sets in outer ones: what has hidden states has a local model, and is in the set."""
    box = random_real(seed)
    states = hidden_state_visibility(box)
    local = local_visibility(box, corners=polygon(8)).largest
    assert states.sides[0] <= local.sides[1] + ROUNDING
    half = np.trace(box.elements, axis1=-2, axis2=-1)[..., None, None] * np.eye(2) / 2
    keep = min(1, states.sides[0]) * 0.999
    inside = Assemblage(keep * box.elements + (1 - keep) * half)
    assert hidden_state_visibility(inside).sides[1] >= 1 - ROUNDING
    for level in (1, "almost-quantum"):
        assert white_noise_robustness(inside, level=level).weight.lower <= ROUNDING


@pytest.mark.parametrize(("lower", "higher"), [(1, "almost-quantum"), ("almost-quantum", 2)])
def test_a_level_contains_what_the_next_one_reaches_and_values_are_ordered(lower, higher):
    f = np.random.default_rng(3).normal(size=(2, 2, 2, 2, 2, 2))
    f = f + f.swapaxes(-1, -2)
    found = minimise_functional(f, level=higher)
    assert found.least.reached >= minimise_functional(f, level=lower).least.lower - ROUNDING
    reached = Assemblage(0.999 * found.elements + 0.001 * np.eye(2) / 8)
    assert white_noise_robustness(reached, level=lower).weight.lower <= ROUNDING
