import numpy as np
import pytest
from helpers import programs_behind
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from samples import planar_measurements

from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.quantum import (
    PAULI_X,
    PAULI_Y,
    PAULI_Z,
    measurement_in_basis,
    measurement_of_observables,
)
from nonlocality.foundations.random import random_density
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.postquantum_steering import hidden_states
from nonlocality.postquantum_steering.assemblage_models import (
    assemblage_product,
    assemblage_quantum,
)
from nonlocality.postquantum_steering.assemblages import Assemblage, deterministic_strategies
from nonlocality.postquantum_steering.directions import (
    polygon,
    polyhedron,
)
from nonlocality.postquantum_steering.exclusive import pythagorean_assemblage
from nonlocality.postquantum_steering.hidden_states import hidden_state_visibility, local_visibility

GOLDEN = (1 + 5**0.5) / 2


ICOSAHEDRON = np.array([np.roll([0, 1, s * GOLDEN], k) for k in range(3) for s in (1, -1)])


ICOSAHEDRON /= GOLDEN**2 / 3**0.5  # the distance of its faces: now they touch the unit ball


def random_hidden_states(rng, *, real):
    """An assemblage of 16 random unnormalised states, one for each strategy."""
    scenario = Assemblage(np.full((2, 2, 2, 2, 1, 1), 0.25))
    d = deterministic_strategies(scenario)
    weights = rng.dirichlet(np.full(d.shape[-1], 0.3))
    states = np.array([random_density(rng, 2) for _ in weights])
    states = (states.real if real else states) * weights[:, None, None]
    return Assemblage(np.tensordot(d, states, 1))


def test_removing_the_noise_of_table1_leaves_rounding_errors_only(table1):
    """σ with σ* = μσ + (1 − μ) tr(σ) 𝟙/2, μ = cos(π/8): its pure elements miss 0 by rounding."""
    traces = np.trace(table1.elements, axis1=-2, axis2=-1)[..., None, None] * np.eye(2) / 2
    unnoised = traces + (table1.elements - traces) / np.cos(np.pi / 8)
    lowest = np.linalg.eigvalsh(unnoised)[..., 0]
    assert -1e-4 < lowest.min() < 0
    assert (np.abs(lowest) < 1e-4).sum() == 11


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_hidden_states_make_a_local_model(seed):
    """η for hidden states ≤ η for hidden variables, whatever the polygon, and ≥ 1 here."""
    steered = random_hidden_states(np.random.default_rng(seed), real=True)
    states = hidden_state_visibility(steered)
    seen = local_visibility(steered, corners=polygon(6))
    assert states.reached >= 1 - 1e-6
    assert seen.largest.upper >= states.reached - 1e-6


def test_the_gap_between_hidden_variables_and_hidden_states():
    """Local for all projective measurements, but without hidden states: as it is postquantum."""
    steered = pythagorean_assemblage(0.25)
    seen, states = local_visibility(steered, corners=polygon(32)), hidden_state_visibility(steered)
    assert seen.largest.reached > 0.99
    assert states.upper < 0.88
    other = hidden_state_visibility(steered, solver="cvxopt")
    assert other.reached == pytest.approx(states.reached, abs=1e-6)


def test_isotropic_bell_pair_without_charlie():
    """Two anticommuting observables on a maximally entangled pair: CHSH gives 1/√2 exactly."""
    bell = np.array([1, 0, 0, 1]) / 2**0.5
    bob = np.stack([planar_measurements([0.0])[0], planar_measurements([np.pi / 2])[0]])
    trivial = np.eye(1)[None, None]
    steered = assemblage_quantum(bell, [bob, trivial], dimension=2)
    seen = local_visibility(steered, corners=polygon(40))
    assert seen.largest.reached <= 2**-0.5 <= seen.largest.upper
    assert hidden_state_visibility(steered).reached == pytest.approx(2**-0.5, abs=1e-6)


@pytest.mark.parametrize("state", [np.diag([0.75, 0.25]), np.eye(2) / 2])
def test_bob_and_charlie_may_be_nonlocal_alone(state):
    """Also where Alice holds nothing that the noise could act on."""
    steered = assemblage_product(behaviour_pr_box(), state)
    for ask in (hidden_state_visibility, lambda s: local_visibility(s, corners=polygon(4))):
        if state[0, 0] == 0.5 and ask is not hidden_state_visibility:
            continue  # no Bloch vector: refused before
        with pytest.raises(InfeasibleError, match="Bob and Charlie alone are already nonlocal"):
            ask(steered)


def test_noise_on_nothing_and_huge_sizes_are_refused():
    flat = Assemblage(np.broadcast_to(np.eye(2) / 8, (2, 2, 2, 2, 2, 2)))
    with pytest.raises(ValueError, match="no multiple of the identity"):
        hidden_state_visibility(flat)
    many = Assemblage(np.broadcast_to(np.eye(2) / 4, (2, 14, 2, 2)))
    with pytest.raises(ValueError, match=r"at most 5000 deterministic strategies.*has 1.64e\+04"):
        hidden_state_visibility(many)


def steered_by(state, observables):
    """The assemblage of one untrusted party with ±1-valued observables on a state of two qubits."""
    return assemblage_quantum(state, [measurement_of_observables(observables)], dimension=2)


PHI = np.array([1.0, 0, 0, 1]) / 2**0.5


TILTED = np.array([np.cos(0.1), 0, 0, np.sin(0.1)])


@pytest.mark.parametrize(
    ("steered", "visibility"),
    [
        (steered_by(PHI, [PAULI_Z, PAULI_X]), 1 / 2**0.5),
        (steered_by(PHI, [PAULI_X, PAULI_Y, PAULI_Z]), 1 / 3**0.5),
        (steered_by(TILTED, [PAULI_Z, PAULI_X]), 0.98083087),
    ],
)
def test_steering_by_one_party_has_its_known_visibilities(steered, visibility):
    """Closed forms and a value of arXiv:1604.00501's program; no Charlie has to be invented."""
    assert hidden_state_visibility(steered).reached == pytest.approx(visibility, abs=1e-7)
    padded = Assemblage(steered.elements[:, None, :, None])
    assert hidden_state_visibility(padded).reached == pytest.approx(visibility, abs=1e-7)


def test_two_mutually_unbiased_bases_of_a_qutrit():
    """(2 + √3)/(2(1 + √3)), a closed form of the literature."""
    fourier = np.exp(2j * np.pi * np.multiply.outer(range(3), range(3)) / 3) / 3**0.5
    bases = np.concatenate([measurement_in_basis(b) for b in (np.eye(3), fourier)])
    steered = assemblage_quantum(np.eye(3).ravel() / 3**0.5, [bases], dimension=3)
    closed = (2 + 3**0.5) / (2 * (1 + 3**0.5))
    assert hidden_state_visibility(steered).reached == pytest.approx(closed, abs=1e-7)


def test_noise_on_the_measurement_is_noise_on_the_states(table1):
    """(39) for Table I and random angles."""
    mu = 0.83
    sharp = planar_measurements(np.random.default_rng(39).uniform(0, np.pi, size=5))
    noisy = mu * sharp + (1 - mu) * np.eye(2) / 2
    assert_allclose(
        table1.measured(noisy).table,
        table1.depolarised(visibility=mu).measured(sharp).table,
        atol=1e-15,
    )


def test_table1_is_local_for_all_projective_measurements(table1):
    """The two sides close in as the polygon gets finer; with 8 directions the lower exceeds 1."""
    seen = [local_visibility(table1, corners=polygon(n)) for n in (4, 8, 16, 32, 64)]
    assert seen[0].largest.reached < 1 < seen[1].largest.reached
    for v, n in zip(seen, (4, 8, 16, 32, 64), strict=True):
        assert v.largest.reached == pytest.approx(
            v.largest.upper * np.cos(np.pi / (2 * n)), rel=1e-7
        )
    assert max(v.largest.reached for v in seen) <= min(v.largest.upper for v in seen)
    assert seen[-1].largest.gap < 4e-4


def test_the_printed_octagon_does_not_show_it_but_a_turned_one_nearly_does(table1):
    printed = local_visibility(table1, corners=polygon(4)).largest.reached
    turned = local_visibility(table1, corners=polygon(4, angle=np.radians(35.24))).largest.reached
    assert printed < 0.96 < 0.999 < turned < 1


def test_the_model_gives_the_behaviour_of_every_direction(table1):
    model = local_visibility(table1, corners=polygon(8)).model
    angles = np.random.default_rng(3).uniform(0, 2 * np.pi, 40)
    found = model.behaviour(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert np.abs(found.table - table1.measured(planar_measurements(angles)).table).max() < 1e-8
    assert (np.abs(model.means).max(axis=1) <= model.weights + 1e-9).all()
    assert model.weights.sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="in the hull"):
        model.behaviour([[2.0, 0.0]])


def test_a_noisy_model_if_the_assemblage_itself_is_not_local(table1):
    seen = local_visibility(table1, corners=polygon(4))
    found = seen.model.behaviour([[0.6, 0.8]]).table
    x = planar_measurements([np.arctan2(0.8, 0.6)])
    noisy = table1.depolarised(visibility=seen.largest.reached).measured(x).table
    assert np.abs(found - noisy).max() < 1e-8


def test_complex_assemblages_need_a_polyhedron():
    rng = np.random.default_rng(5)
    steered = random_hidden_states(rng, real=False)
    with pytest.raises(ValueError, match="three components"):
        local_visibility(steered, corners=polygon(4))
    seen = local_visibility(steered, corners=ICOSAHEDRON)
    assert seen.largest.upper >= 1 - 1e-6
    if seen.largest.reached >= 1:
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


def test_a_local_model_for_one_party_reproduces_its_table():
    steered = steered_by(PHI, [PAULI_Z, PAULI_X]).depolarised(visibility=0.6)
    seen = local_visibility(steered, corners=polygon(16))
    assert seen.largest.reached > 1
    angles = np.linspace(0, np.pi, 7)
    shown = seen.model.behaviour(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert_allclose(shown.table, steered.measured(planar_measurements(angles)).table, atol=1e-9)


def test_a_complex_assemblage_is_decided_between_two_polyhedra():
    """Bob steers a singlet with X, Y, Z: local for all projective measurements up to 1/√3 and
    beyond, as hidden states suffice there; the closer polyhedron knows more."""
    steered = steered_by(PHI, [PAULI_X, PAULI_Y, PAULI_Z])
    coarse, fine = (local_visibility(steered, corners=polyhedron(n)) for n in (1, 2))
    assert 1 / 3**0.5 * 0.8 < coarse.largest.reached <= fine.largest.reached + 1e-9
    assert fine.largest.upper <= coarse.largest.upper + 1e-9
    assert fine.largest.reached <= fine.largest.upper


@pytest.mark.parametrize(
    ("steered", "words"),
    [
        (Assemblage(np.full((2, 2, 2, 2, 1, 1), 0.25)), "one of qubits"),
        (Assemblage(np.broadcast_to(np.eye(2) / 8, (2, 2, 1, 1, 2, 2))), "Bloch vector that is"),
        ("σ", "must be an Assemblage, but is str"),
    ],
)
def test_what_is_no_qubit_assemblage_of_two(steered, words):
    with pytest.raises(ValueError, match=words):
        local_visibility(steered, corners=polygon(4))
