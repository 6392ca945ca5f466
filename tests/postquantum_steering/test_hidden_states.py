import numpy as np
import pytest
from helpers import programs_behind
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.optimise import InfeasibleError
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z
from nonlocality.foundations.random import random_density
from nonlocality.postquantum_steering import hidden_states
from nonlocality.postquantum_steering.assemblages import (
    Assemblage,
    assemblage_of_table,
    assemblage_product,
    assemblage_quantum,
    deterministic_strategies,
)
from nonlocality.postquantum_steering.exclusive import pythagorean_assemblage
from nonlocality.postquantum_steering.hidden_states import (
    check_corners,
    hidden_state_visibility,
    local_visibility,
    polygon,
)

GOLDEN = (1 + 5**0.5) / 2
ICOSAHEDRON = np.array([np.roll([0, 1, s * GOLDEN], k) for k in range(3) for s in (1, -1)])
ICOSAHEDRON /= GOLDEN**2 / 3**0.5  # the distance of its faces: now they touch the unit ball


@pytest.fixture(scope="module")
def table1():
    return assemblage_of_table(printed_table("ps-table1"))


def directions(angles):
    """Projective measurements in the plane of X and Z, ``[x, a, i, j]``."""
    observables = np.multiply.outer(np.cos(angles), PAULI_X)
    observables = observables + np.multiply.outer(np.sin(angles), PAULI_Z)
    return np.stack([np.eye(2) + observables, np.eye(2) - observables], axis=1) / 2


def random_hidden_states(rng, *, real):
    """An assemblage of 16 random unnormalised states, one for each strategy."""
    scenario = Assemblage(np.full((2, 2, 2, 2, 1, 1), 0.25))
    d = deterministic_strategies(scenario)
    weights = rng.dirichlet(np.full(d.shape[-1], 0.3))
    states = np.array([random_density(rng, 2) for _ in weights])
    states = (states.real if real else states) * weights[:, None, None]
    return Assemblage(np.tensordot(d, states, 1))


@pytest.mark.parametrize("n", [2, 3, 8, 33])
def test_polygon_touches_the_disc(n):
    r = polygon(n, angle=0.3)
    ring = np.concatenate([r, -r, r[:1]])
    middles = np.linalg.norm(ring[1:] + ring[:-1], axis=1) / 2
    assert np.allclose(middles, 1)
    assert check_corners(r).volume == pytest.approx(2 * n * np.tan(np.pi / (2 * n)))


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        (0.999 * polygon(5), "radius 0.999 only"),
        (polygon(6)[:2], r"radius .* only"),
        ([[1.0, 0], [2.0, 0]], "radius 0 only"),
        ([[1.0, 0, 0], [0, 1.0, 0], [1, 1, 0]], "radius 0 only"),
        (np.eye(3), "radius 0.577350269 only"),
        (np.ones((3, 4)), r"shape \(n, 2\) or \(n, 3\)"),
        ([[1.0, 2.0]], r"shape \(n, 2\) or \(n, 3\)"),
        ([[np.nan, 0], [0, 1]], "finite"),
    ],
)
def test_corners_that_do_not_contain_the_disc(corners, words, table1):
    with pytest.raises(ValueError, match=words):
        local_visibility(table1, corners=corners)


@pytest.mark.parametrize("n", [1, 0, 2.5, "4"])
def test_a_polygon_has_directions(n):
    with pytest.raises(ValueError, match="directions"):
        polygon(n)


def test_table1_is_local_for_all_projective_measurements(table1):
    """The two sides close in as the polygon gets finer; with 8 directions the lower exceeds 1."""
    seen = [local_visibility(table1, corners=polygon(n)) for n in (4, 8, 16, 32, 64)]
    assert seen[0].lower < 1 < seen[1].lower
    for v, n in zip(seen, (4, 8, 16, 32, 64), strict=True):
        assert v.lower == pytest.approx(v.upper * np.cos(np.pi / (2 * n)), rel=1e-7)
    assert max(v.lower for v in seen) <= min(v.upper for v in seen)
    assert seen[-1].upper - seen[-1].lower < 4e-4


def test_the_printed_octagon_does_not_show_it_but_a_turned_one_nearly_does(table1):
    printed = local_visibility(table1, corners=polygon(4)).lower
    turned = local_visibility(table1, corners=polygon(4, angle=np.radians(35.24))).lower
    assert printed < 0.96 < 0.999 < turned < 1


def test_removing_the_noise_of_table1_leaves_rounding_errors_only(table1):
    """σ with σ* = μσ + (1 − μ) tr(σ) 𝟙/2, μ = cos(π/8): its pure elements miss 0 by rounding."""
    traces = np.trace(table1.elements, axis1=-2, axis2=-1)[..., None, None] * np.eye(2) / 2
    unnoised = traces + (table1.elements - traces) / np.cos(np.pi / 8)
    lowest = np.linalg.eigvalsh(unnoised)[..., 0]
    assert -1e-4 < lowest.min() < 0
    assert (np.abs(lowest) < 1e-4).sum() == 11


def test_the_model_gives_the_behaviour_of_every_direction(table1):
    model = local_visibility(table1, corners=polygon(8)).model
    angles = np.random.default_rng(3).uniform(0, 2 * np.pi, 40)
    found = model.behaviour(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert np.abs(found.table - table1.measured(directions(angles)).table).max() < 1e-8
    assert (np.abs(model.means).max(axis=1) <= model.weights + 1e-9).all()
    assert model.weights.sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="in the hull"):
        model.behaviour([[2.0, 0.0]])


def test_a_noisy_model_if_the_assemblage_itself_is_not_local(table1):
    seen = local_visibility(table1, corners=polygon(4))
    found = seen.model.behaviour([[0.6, 0.8]]).table
    x = directions([np.arctan2(0.8, 0.6)])
    noisy = table1.depolarised(visibility=seen.lower).measured(x).table
    assert np.abs(found - noisy).max() < 1e-8


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_hidden_states_make_a_local_model(seed):
    """η for hidden states ≤ η for hidden variables, whatever the polygon, and ≥ 1 here."""
    steered = random_hidden_states(np.random.default_rng(seed), real=True)
    states = hidden_state_visibility(steered)
    seen = local_visibility(steered, corners=polygon(6))
    assert -states.value >= 1 - 1e-6
    assert seen.upper >= -states.value - 1e-6


def test_the_gap_between_hidden_variables_and_hidden_states():
    """Local for all projective measurements, but without hidden states: as it is postquantum."""
    steered = pythagorean_assemblage(0.25)
    seen, states = local_visibility(steered, corners=polygon(32)), hidden_state_visibility(steered)
    assert seen.lower > 0.99
    assert -states.lower < 0.88
    other = hidden_state_visibility(steered, modeller="picos")
    assert other.value == pytest.approx(states.value, abs=1e-6)


def test_isotropic_bell_pair_without_charlie():
    """Two anticommuting observables on a maximally entangled pair: CHSH gives 1/√2 exactly."""
    bell = np.array([1, 0, 0, 1]) / 2**0.5
    bob = np.stack([directions([0.0])[0], directions([np.pi / 2])[0]])
    trivial = np.eye(1)[None, None]
    steered = assemblage_quantum(bell, [bob, trivial], dimension=2)
    seen = local_visibility(steered, corners=polygon(40))
    assert seen.lower <= 2**-0.5 <= seen.upper
    assert -hidden_state_visibility(steered).value == pytest.approx(2**-0.5, abs=1e-6)


def test_complex_assemblages_need_a_polyhedron():
    rng = np.random.default_rng(5)
    steered = random_hidden_states(rng, real=False)
    with pytest.raises(ValueError, match="three components"):
        local_visibility(steered, corners=polygon(4))
    seen = local_visibility(steered, corners=ICOSAHEDRON)
    assert seen.upper >= 1 - 1e-6
    if seen.lower >= 1:
        direction = rng.normal(size=3)
        direction /= np.linalg.norm(direction)
        spin = np.tensordot(direction, [PAULI_X, PAULI_Y, PAULI_Z], 1)
        x = np.stack([np.eye(2) + spin, np.eye(2) - spin])[None] / 2
        found = seen.model.behaviour([direction]).table
        assert np.abs(found - steered.measured(x).table).max() < 1e-8


def test_the_linear_program_by_another_solver(table1):
    def call():
        local_visibility(table1, corners=polygon(3))

    (found,) = programs_behind(hidden_states, call)
    found.check_optimal()


def test_bob_and_charlie_may_be_nonlocal_alone():
    steered = assemblage_product(behaviour_pr_box(), np.diag([0.75, 0.25]))
    with pytest.raises(InfeasibleError):
        local_visibility(steered, corners=polygon(4))


@pytest.mark.parametrize(
    ("steered", "words"),
    [
        (Assemblage(np.full((2, 2, 2, 2, 1, 1), 0.25)), "one of qubits"),
        (Assemblage(np.broadcast_to(np.eye(2) / 8, (2, 2, 1, 1, 2, 2))), "Bloch vector that is"),
        (Assemblage(np.broadcast_to(np.diag([0.5, 0]), (2, 1, 2, 2))), "two untrusted parties"),
        ("σ", "one of qubits"),
    ],
)
def test_what_is_no_qubit_assemblage_of_two(steered, words):
    with pytest.raises(ValueError, match=words):
        local_visibility(steered, corners=polygon(4))
