from fractions import Fraction

import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.causal_relaxations.communication import message_vertices, minimal_message
from nonlocality.causal_relaxations.influence import influence_vertices, minimal_influence
from nonlocality.causal_relaxations.measurement_dependence import minimal_dependence
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import Fit, excess_form, maximum_likelihood
from nonlocality.experiments.forms import form_excess
from nonlocality.experiments.likelihood import coordinates
from nonlocality.experiments.pricing import WORDS, costs, costs_of_excess, information
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.entropies import binary_entropy


def programs(p):
    """The linear programs behind the closed forms."""
    return {
        "influence_x_to_b": minimal_influence(p, cause="x").least.reached,
        "influence_a_to_b": minimal_influence(p, cause="a").least.reached,
        "message": minimal_message(p).entropy,
        "message_coded": minimal_message(p, coded=True).least.reached,
        "dependence": minimal_dependence(p).least.reached,
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_functions_of_the_excess_are_the_linear_programs(seed):
    p = random_no_signalling(seed)
    closed = costs_of_excess(excess_form(p)[1])
    for key, value in programs(p).items():
        assert closed[key] == pytest.approx(value, abs=1e-7)


@pytest.mark.parametrize("name", ["delft2015", "munich2016", "nist2015", "vienna2015"])
def test_the_bill_of_an_experiment_is_that_of_the_programs(name, published):
    p = maximum_likelihood(published[name]).behaviour
    bill = {line.key: line.value for line in costs(maximum_likelihood(published[name]))}
    for key in ("influence_x_to_b", "influence_a_to_b", "dependence"):
        assert bill[key] == pytest.approx(programs(p)[key], abs=2e-9)


def test_the_bill_of_the_small_experiments(published):
    for name, bits, message in (
        ("delft2015", 0.0121337948, 0.4952625975),
        ("munich2016", 0.0204689665, 0.5790066160),
    ):
        counts = published[name]
        fit = maximum_likelihood(counts)
        bill = {line.key: line for line in costs(fit, counts=counts)}
        assert bill["information"].value == pytest.approx(bits, abs=1e-9)
        c = excess_form(fit.behaviour)[1]
        assert bill["message"].value == pytest.approx(binary_entropy(c))
        assert bill["message"].value == pytest.approx(message, abs=1e-9)
        assert bill["message"].low < bill["message"].value < bill["message"].high
        assert set(bill) <= set(WORDS)


def test_the_information_of_a_photon_experiment_is_known_to_a_thousandth_of_a_bit_a_run(published):
    counts = published["vienna2015"]
    best = information(maximum_likelihood(counts).behaviour, trials=counts.trials)
    assert 0 <= best.least.gap * counts.trials < 2e-3


def test_a_local_table_costs_nothing():
    counts = Counts(np.ones((2, 2, 2, 2), dtype=int) * 30)
    for line in costs(maximum_likelihood(counts), counts=counts):
        assert abs(line.value) < 1e-9


def test_other_scenarios_get_the_lines_that_exist():
    rng = np.random.default_rng(1)
    for shape, keys in (
        ((3, 3, 2, 2), {"influence_x_to_b", "dependence", "information"}),
        ((2,) * 6, {"dependence", "information"}),
    ):
        fit = maximum_likelihood(Counts(rng.integers(5, 50, shape)))
        assert keys <= {line.key for line in costs(fit)}


def test_a_table_that_signals_has_no_price():
    table = np.zeros((2, 2, 2, 2))
    table[0, 0] = 1
    table[0, 0, 0, 0], table[1, 0, 0, 0] = 0.5, 0.5
    signals = Fit("no-signalling", type(behaviour_pr_box())(table), 0.0, 0.0, False)
    with pytest.raises(ValueError, match="no-signalling"):
        costs(signals)
    with pytest.raises(ValueError, match="`c`"):
        costs_of_excess(0.6)


@pytest.mark.parametrize("name", ["delft2015", "munich2016", "nist2015", "vienna2015"])
def test_the_closed_forms_are_the_exact_optima_at_rational_points_of_the_experiments(
    name, published, vertices
):
    """The most likely behaviour, its coordinates as fractions, at every dual vertex."""
    fit = maximum_likelihood(published[name]).behaviour.table
    basis = coordinates((2, 2), (2, 2))
    z = [Fraction(float(fit[0, :, x, 0].sum())) for x in (0, 1)]
    z += [Fraction(float(fit[:, 0, 0, y].sum())) for y in (0, 1)]
    z += [Fraction(float(fit[0, 0, x, y])) for x in (0, 1) for y in (0, 1)]
    rows = basis.slopes.astype(int).astype(object)
    order = [[k for k in range(8) if (rows[:, k] == column).all()] for column in unit_columns()]
    p = np.array([Fraction(int(k)) for k in basis.constant], dtype=object)
    for value, place in zip(z, order, strict=True):
        p = p + rows[:, place[0]] * value
    p = p.reshape(2, 2, 2, 2)
    assert min(p.ravel()) > 0
    c = (form_excess("+11").astype(object) * p).sum()
    for key, factor in (("x", 1), ("a", 2), ("message", 1)):
        assert max((zeta * p).sum() for zeta in vertices[key]) == factor * c


def unit_columns():
    """What p_A(0|x), p_B(0|y), p(00|xy) add to the cells of a table, raveled."""
    a, b, x, y = np.indices((2, 2, 2, 2))
    left, right = 1 - a, 1 - b
    for k in (0, 1):
        yield ((x == k) * (left * b - (1 - left) * (1 - right))).ravel()
    for k in (0, 1):
        yield ((y == k) * (right * a - (1 - left) * (1 - right))).ravel()
    for k in np.ndindex(2, 2):
        yield ((x == k[0]) * (y == k[1]) * (-1) ** (a + b)).ravel()


@pytest.fixture(scope="module")
def vertices():
    found = {k: [v.functional for v in influence_vertices(cause=k)] for k in "xa"}
    return found | {"message": message_vertices()}
