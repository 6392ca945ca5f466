import numpy as np
import pytest

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.cglmp import behaviour_from_links, cglmp_quantum_maximum, cglmp_value
from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.quantum_models import (
    best_links_behaviour,
    best_two_qubit_behaviour,
)

ROOT = np.sqrt(2)


@pytest.mark.parametrize("seed", range(10))
def test_two_qubits_reach_level_one_ab_nearly(seed):
    """Quantum, so never above; on random Bell expressions the level is nearly tight."""
    f = np.random.default_rng(seed).normal(size=(2, 2, 2, 2))
    table = best_two_qubit_behaviour(f)
    found = maximise(f, level="1+AB")
    Behaviour(table).require_no_signalling()
    assert found.largest.upper - 0.02 <= (f * table).sum() <= found.largest.upper + 1e-9


def test_best_behaviours_of_known_expressions():
    chsh = correlator_functional([[1, 1], [1, -1]])
    assert (chsh * best_two_qubit_behaviour(chsh)).sum() == pytest.approx(2 * ROOT, abs=1e-9)
    tilted = chsh.astype(float)
    tilted[0, :, 0, 0] += 1  # + ⟨A_0⟩, read at y = 0
    tilted[1, :, 0, 0] -= 1
    assert (tilted * best_two_qubit_behaviour(tilted)).sum() == pytest.approx(10**0.5, abs=1e-9)
    for d in (2, 3, 4):
        scores = np.array([cglmp_value(behaviour_from_links(row)) for row in np.eye(d)])
        weights = scores[np.argmax([behaviour_from_links(r).table > 0 for r in np.eye(d)], axis=0)]
        table = best_links_behaviour(weights / 4)  # I_d as a sum over all entries
        assert cglmp_value(Behaviour(table)) == pytest.approx(cglmp_quantum_maximum(d)[0])
