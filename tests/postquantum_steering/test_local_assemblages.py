import numpy as np
import pytest
from tests.helpers import programs_behind

from nonlocality.postquantum_steering import local_assemblages
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.directions import polygon
from nonlocality.postquantum_steering.exclusive import pythagorean_assemblage
from nonlocality.postquantum_steering.functionals import functional_value
from nonlocality.postquantum_steering.hidden_states import local_visibility
from nonlocality.postquantum_steering.local_assemblages import (
    best_local_assemblage,
    distance_to_local,
)
from nonlocality.postquantum_steering.search import random_functional

ICOSAHEDRON = np.array(
    [np.roll([0, 1, s * (1 + 5**0.5) / 2], k) for k in range(3) for s in (1, -1)]
)  # large enough: its faces are 1.5 away


@pytest.mark.parametrize("seed", range(3))
def test_the_best_local_assemblage_is_local(seed):
    f = random_functional(np.random.default_rng(seed))
    best = best_local_assemblage(f, corners=polygon(6))
    assert local_visibility(best, corners=polygon(6)).largest.reached > 1 - 1e-6
    product = best.depolarised(visibility=0)
    assert functional_value(f, best) <= functional_value(f, product) + 1e-9


def test_smaller_radii_allow_more():
    f = random_functional(np.random.default_rng(4))
    values = [
        functional_value(f, best_local_assemblage(f, corners=polygon(4), radius=radius))
        for radius in (0.0, 0.5, 0.9, 1.0)
    ]
    assert (np.diff(values) >= -1e-7).all()
    assert values[-1] > values[0]


def test_complex_assemblages_with_a_polyhedron():
    rng = np.random.default_rng(2)
    f = rng.normal(size=(2, 2, 2, 2, 2, 2)) + 1j * rng.normal(size=(2, 2, 2, 2, 2, 2))
    f = f + f.conj().swapaxes(-1, -2)
    best = best_local_assemblage(f, corners=ICOSAHEDRON)
    assert np.abs(best.elements.imag).max() > 1e-3
    assert local_visibility(best, corners=ICOSAHEDRON).largest.reached > 1 - 1e-6
    looser = best_local_assemblage(f, corners=ICOSAHEDRON, radius=0.7)
    assert functional_value(f, looser) < functional_value(f, best)


@pytest.mark.parametrize("radius", [1.0, 0.5])
def test_the_linear_program_by_another_solver(radius):
    f = random_functional(np.random.default_rng(7))
    corners = polygon(2, angle=np.pi / 4)
    (program,) = programs_behind(
        local_assemblages, lambda: best_local_assemblage(f, corners=corners, radius=radius)
    )
    program.check_optimal()


def test_functionals_and_radii_that_do_not_suit():
    f = random_functional(np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"shape \(2, 2, 2, 2, 2, 2\)"):
        best_local_assemblage(f[:, :, :1], corners=polygon(4))
    with pytest.raises(ValueError, match="radius"):
        best_local_assemblage(f, corners=polygon(4), radius=1.1)
    with pytest.raises(ValueError, match=r"contains radius 0\.5 only"):
        best_local_assemblage(f, corners=0.5 * polygon(4))


def test_no_rounding_lets_the_printed_octagon_prove_table1(table1):
    """Entries are printed to 4 digits; turned by 35.2 degrees, the octagon needs less than that."""
    rounding = 0.5e-4
    assert distance_to_local(table1, corners=polygon(4)).lower > 20 * rounding
    turned = polygon(4, angle=np.radians(35.2))
    assert distance_to_local(table1, corners=turned).reached < rounding
    assert distance_to_local(table1, corners=polygon(8)).reached < 1e-9


def test_what_is_at_a_distance_from_local():
    """Depolarising is one way to become local: its largest change of an entry is enough."""
    steered = pythagorean_assemblage(0.25)
    far = distance_to_local(steered, corners=polygon(4)).reached
    noisy = steered.depolarised(
        visibility=local_visibility(steered, corners=polygon(4)).largest.reached
    )
    change = np.abs(noisy.elements - steered.elements)
    assert 0 < far <= max(change[0, 0].max(), change.sum(axis=(0, 1)).max())


@pytest.mark.parametrize(
    "steered",
    [
        Assemblage(np.full((2, 2, 2, 2, 1, 1), 0.25)),
        Assemblage(np.broadcast_to(np.eye(2) / 8, (2, 2, 2, 2, 2, 2)).astype(complex)),
        Assemblage(np.broadcast_to(np.eye(2) / 8, (2, 2, 1, 2, 2, 2))),
    ],
)
def test_distances_of_real_qubits_only(steered):
    with pytest.raises(ValueError, match="real qubits"):
        distance_to_local(steered, corners=polygon(4))
