import numpy as np
import pytest
from numpy.testing import assert_allclose

from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.random import random_povm
from nonlocality.postquantum_steering.assemblage_models import (
    assemblage_product,
    assemblage_quantum,
)
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.realisation import ghjw_realisation


def random_bipartite(seed, *, rank, size=3):
    """An assemblage that was not made by a measurement: random ensembles of one state."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(2, size, rank))
    root = root[0] + 1j * root[1]
    root /= np.linalg.norm(root)
    elements = np.empty((3, 2, size, size), dtype=complex)
    for y in range(2):  # ρ = Σ_b R E_b R† for any complete positive E_b
        effects = random_povm(rng, settings=1, outcomes=3, size=rank)[0]
        elements[:, y] = root @ effects @ root.conj().T
    return Assemblage((elements + elements.conj().swapaxes(-1, -2)) / 2)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_every_bipartite_assemblage_has_a_quantum_realisation(seed, rank):
    """PS-01, also for complex and rank-deficient ρ_A."""
    assemblage = random_bipartite(seed, rank=rank)
    assert (np.linalg.eigvalsh(assemblage.reduced) > 1e-9).sum() == rank
    state, povm = ghjw_realisation(assemblage)
    realised = assemblage_quantum(state, [povm], dimension=3)
    assert_allclose(realised.elements, assemblage.elements, atol=1e-7)
    if rank == 3:  # the printed formula, with inverses
        values, vectors = np.linalg.eigh(assemblage.reduced)
        inverse = (vectors / np.sqrt(values)) @ vectors.conj().T
        printed = (inverse @ assemblage.elements @ inverse).swapaxes(-1, -2).swapaxes(0, 1)
        assert_allclose(povm, printed, atol=1e-9)


def test_realisation_near_a_singular_state():
    """ρ_A with an eigenvalue near the rounding: nothing is divided by it."""
    for tiny in (1e-8, 1e-10, 1e-13, 1e-17):
        top = np.array([[1 - tiny, np.sqrt(tiny * (1 - tiny))], [np.sqrt(tiny * (1 - tiny)), tiny]])
        pure = Assemblage(
            np.array([[top / 2, np.diag([1.0, 0])], [top / 2, np.zeros((2, 2))]])[:, :1]
        )
        state, povm = ghjw_realisation(pure)
        assert_allclose(
            assemblage_quantum(state, [povm], dimension=2).elements, pure.elements, atol=1e-7
        )


def test_realisation_is_for_one_untrusted_party():
    with pytest.raises(ValueError, match="must have one untrusted party, but has 2"):
        ghjw_realisation(assemblage_product(behaviour_pr_box(), np.eye(2) / 2))
