import numpy as np
import pytest
from numpy.testing import assert_allclose

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.postquantum_steering.assemblage_models import assemblage_product
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.assemblages import Assemblage, assemblage_white_noise
from nonlocality.postquantum_steering.exclusive import pythagorean_assemblage
from nonlocality.postquantum_steering.functional_bounds import quantum_bound
from nonlocality.postquantum_steering.functionals import functional_value
from nonlocality.postquantum_steering.quantum_robustness import quantum_white_noise_robustness
from nonlocality.postquantum_steering.robustness import white_noise_robustness

TABLE_1 = assemblage_of_table(printed_table("ps-table1"))


def check_both_sides(found, assemblage):
    """The model is quantum and is the noisy assemblage; the witness is positive on quantum ones."""
    noise = assemblage_white_noise(assemblage).elements
    noisy = (1 - found.weight.reached) * assemblage.elements + found.weight.reached * noise
    assert found.residual < 1e-8
    assert np.linalg.eigvalsh(found.states).min() > -1e-8
    assert_allclose(found.elements(), noisy, atol=1e-8)
    assert np.trace(found.states, axis1=1, axis2=2).sum() == pytest.approx(1, abs=1e-7)
    least = quantum_bound(found.witness, gap=1e-4).least.lower
    gain = functional_value(found.witness, assemblage_white_noise(assemblage)) - functional_value(
        found.witness, assemblage
    )
    assert (least - functional_value(found.witness, assemblage)) / gain > found.weight.lower - 2e-4


def test_the_integers_need_more_noise_to_be_quantum_than_to_be_almost_quantum():
    """PS-20: between level 2 from below and an explicit model from above."""
    example = pythagorean_assemblage(1 / 4)
    found = quantum_white_noise_robustness(example, gap=2e-4)
    check_both_sides(found, example)
    assert found.weight.reached - found.weight.lower <= 2e-4
    assert (
        found.weight.lower > white_noise_robustness(example).weight.reached + 5e-4
    )  # not only almost quantum
    assert found.weight.reached > white_noise_robustness(example, level=2).weight.lower - 1e-8


def test_table_one_is_quantum_where_it_is_almost_quantum():
    found = quantum_white_noise_robustness(TABLE_1)
    check_both_sides(found, TABLE_1)
    assert found.weight.reached == pytest.approx(
        white_noise_robustness(TABLE_1).weight.lower, abs=1e-6
    )


@pytest.mark.parametrize("state", [np.eye(1), np.array([[0.6, 0.2j], [-0.2j, 0.4]])])
def test_a_pr_box_has_its_closed_form(state):
    """1 − 1/√2 where Alice has nothing, more where noise acts on her state too."""
    steered = assemblage_product(behaviour_pr_box(), state)
    found = quantum_white_noise_robustness(steered, gap=1e-5)
    check_both_sides(found, steered)
    assert found.weight.reached > 1 - 1 / np.sqrt(2) - 1e-7
    if len(state) == 1:
        assert found.weight.reached == pytest.approx(1 - 1 / np.sqrt(2), abs=1e-6)


def test_other_scenarios_and_gaps_are_refused():
    with pytest.raises(ValueError, match="two settings and two outcomes each"):
        quantum_white_noise_robustness(TABLE_1.marginal(0))
    with pytest.raises(ValueError, match="`gap` must lie in"):
        quantum_white_noise_robustness(TABLE_1, gap=0)
    with pytest.raises(ValueError, match="rounds"):
        quantum_white_noise_robustness(TABLE_1, rounds=0)


def test_what_is_quantum_needs_nothing():
    mixed = Assemblage(np.broadcast_to(np.eye(2) / 8, (2, 2, 2, 2, 2, 2)))
    found = quantum_white_noise_robustness(mixed)
    assert abs(found.weight.reached) < 1e-7
