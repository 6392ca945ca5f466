from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from nonlocality.foundations.quantum import PAULIS
from nonlocality.local_realism.effective_states import effective_state, magnetisation
from nonlocality.local_realism.joint_measurements import on_particles
from nonlocality.local_realism.thermal_states import (
    magnet_levels,
    region_visibility,
    ring_correlations,
    spin_multiplicity,
    thermal_visibility,
)
from nonlocality.local_realism.werner_states import largest_visibility, visibility

SIZES = [(1, 1), (1, 2), (2, 2), (2, 3), (1, 4)]


def thermal(h, temperature):
    values, vectors = np.linalg.eigh(h)
    weights = np.exp(-(values - values[0]) / temperature)
    return (vectors * weights / weights.sum()) @ vectors.conj().T


@pytest.mark.parametrize("sizes", SIZES)
def test_levels_and_visibilities_are_those_of_the_matrix_on_all_spins(sizes):
    left, right = (magnetisation(n) * n / 2 for n in sizes)
    h = sum(map(np.kron, left, right))
    values = np.linalg.eigvalsh(h)
    levels = [float(e) for e, number in magnet_levels(*sizes).items() for _ in range(number)]
    assert values == pytest.approx(levels, abs=1e-12)
    for t in (0.3, 1.0, 4.0):
        found = visibility(effective_state(thermal(h, t), sizes))
        assert thermal_visibility(*sizes, temperature=t) == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize("sizes", [*SIZES, (5, 5), (3, 40), (30, 31)])
def test_the_ground_state_has_the_largest_visibility_and_heat_only_lowers_it(sizes):
    cold = thermal_visibility(*sizes, temperature=0)
    assert cold == pytest.approx(float(largest_visibility(*sizes)))
    grid = [0, *np.geomspace(0.05, 1000, 25)]
    values = [thermal_visibility(*sizes, temperature=t) for t in grid]
    assert all(a >= b - 1e-12 for a, b in pairwise(values))
    assert thermal_visibility(*sizes, temperature=1e9) == pytest.approx(0, abs=1e-6)


def test_all_states_are_counted():
    for n in range(1, 12):
        assert sum(spin_multiplicity(n, s) * (s + 1) for s in range(n % 2, n + 1, 2)) == 2**n
        assert sum(magnet_levels(n, 3).values()) == 2 ** (n + 3)
        assert sum(e * k for e, k in magnet_levels(n, 3).items()) == Fraction(0)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_the_ring_is_that_of_matrices_on_all_spins(n):
    pair = sum(np.kron(p, p) for p in PAULIS) / 4
    h = sum(on_particles(pair, (i, (i + 1) % n), n) for i in range(n))
    rho = thermal(h, 0.8)
    found = ring_correlations(n, temperatures=[0.8])[0]
    for r in range(1, n):
        direct = -np.trace(rho @ on_particles(pair * 4, (0, r), n)).real / 3
        assert found[r] == pytest.approx(direct, abs=1e-12)
    regions = (list(range(n // 2)), list(range(n // 2, n)))
    sizes = tuple(map(len, regions))
    assert region_visibility(found, *regions) == pytest.approx(
        visibility(effective_state(rho, sizes)), abs=1e-12
    )


def test_every_region_of_a_ring_obeys_the_bound_and_two_spins_need_not():
    cold = ring_correlations(8, temperatures=[0.0])
    halves = region_visibility(cold, range(4), range(4, 8))[0]
    lattices = region_visibility(cold, range(0, 8, 2), range(1, 8, 2))[0]
    assert halves < lattices < float(largest_visibility(4, 4))
    assert float(largest_visibility(4, 4)) < region_visibility(cold, [0], [1])[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: thermal_visibility(1, 1, temperature=-1), "`temperature` must be at least 0"),
        (lambda: thermal_visibility(0, 1, temperature=1), "`n_a, n_b` must hold positive"),
        (lambda: thermal_visibility(10**5, 10**5, temperature=1), "`n_a, n_b` must be smaller"),
        (lambda: spin_multiplicity(10**9, 2), "`n` must be at most 10000"),
        (lambda: region_visibility(1.0, [0], [1]), "but is one number"),
        (lambda: spin_multiplicity(4, 3), "`spins` must be one of 4, 2"),
        (lambda: ring_correlations(2, temperatures=[1]), "`spins` must be at least 3"),
        (lambda: ring_correlations(40, temperatures=[1]), "`spins` must be at most 14, but is 40"),
        (lambda: region_visibility(np.ones(4), [0], [0]), "must hold different spins of 0 to 3"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
