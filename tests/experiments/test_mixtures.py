import numpy as np
import pytest

from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.mixtures import quantum_mixture
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.solvers import SolverError
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.moments import margin


@pytest.mark.parametrize("name", ["delft2015", "munich2016", "nist2015", "vienna2015"])
def test_the_experiments_are_quantum_and_the_mixture_is_the_behaviour(name, published):
    p = maximum_likelihood(published[name]).behaviour
    found = quantum_mixture(p)
    mixture = np.tensordot(found.weights, found.tables, 1)
    assert np.allclose(mixture, p.table, rtol=1e-9, atol=1e-15)
    assert found.weights.sum() == pytest.approx(1, abs=1e-9)
    assert found.quantum in (1, 2)
    assert 0 < found.share < 1
    assert margin(p, level="1+AB").eigenvalue.surely_above(0)


def test_every_part_is_local_or_inside_the_moment_matrices(published):
    found = quantum_mixture(maximum_likelihood(published["nist2015"]).behaviour)
    corners = CausalModel(("x", "y"), (2, 2), (2, 2)).corners.reshape(-1, 2, 2, 2, 2)
    local = len(found.tables) - found.quantum
    for table in found.tables[:local]:
        assert (table == corners).all(axis=(1, 2, 3, 4)).any()
    for table in found.tables[local:]:
        quantum = type(behaviour_pr_box())(table)
        assert margin(quantum, level="1+AB").eigenvalue.upper > -1e-7


def test_what_is_beyond_quantum_theory_has_no_mixture():
    with pytest.raises(SolverError, match="No mixture"):
        quantum_mixture(behaviour_pr_box().with_noise(visibility=0.75))
    assert quantum_mixture(behaviour_pr_box().with_noise(visibility=0.5)).quantum == 0
    assert quantum_mixture(behaviour_tsirelson()).share > 0.9
    with pytest.raises(ValueError, match="two settings"):
        quantum_mixture(type(behaviour_pr_box())(np.full((3, 3, 2, 2), 1 / 9)))
