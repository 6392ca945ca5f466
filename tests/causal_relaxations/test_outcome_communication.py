from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.causal_relaxations.outcome_communication import (
    CHAIN,
    correlator_corners,
    correlator_symmetries,
    instrumental_functional,
    largest_quantum_value,
    outcome_communication_functional,
    search_quantum_value,
    sum_of_squares,
)
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.inequalities import signalling_functionals
from nonlocality.foundations.polytopes import affine_dimension, face, facets, section
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z, measurement_of_observables
from nonlocality.foundations.strategies import CausalModel
from nonlocality.foundations.symmetries import facet_classes

MODEL = CausalModel(("x", "ay"), (2, 2), (3, 3))
LOCAL = CausalModel(("x", "y"), (2, 2), (3, 3))
FORM = outcome_communication_functional()
concurrences = st.floats(0, 1)
few = settings(max_examples=25)


def test_bound_by_hand():
    """Two of the three rows are equal signs u, and the rows of (10) sum to zero: 2 + 2."""
    assert (CHAIN.sum(axis=0) == 0).all()
    assert (np.abs(CHAIN).sum(axis=1) == 2).all()
    assert MODEL.bound(FORM) == LOCAL.bound(FORM) == 4
    assert -MODEL.bound(-FORM) == -4


def test_dimensions_of_the_polytopes_and_of_the_face():
    assert len(MODEL.corners) == 400
    value, tight = face(MODEL.corners, FORM)
    assert (value, len(tight)) == (4, 24)
    assert (affine_dimension(MODEL.corners), affine_dimension(tight)) == (21, 17)
    local_face = face(LOCAL.corners, FORM)[1]
    assert (affine_dimension(LOCAL.corners), affine_dimension(local_face)) == (15, 11)
    silent = signalling_functionals((2, 2), (3, 3)).reshape(-1, 36)
    part = section(tight, silent)
    assert affine_dimension(part) == 14  # of 15, that of the local behaviours: a facet
    assert not (np.array(part) @ silent.T).any()
    assert {sum(k * v for k, v in zip(FORM.ravel(), p, strict=True)) for p in part} == {4}


def test_ten_is_the_sum_of_two_facets():
    f = instrumental_functional()
    for form in (f, f[::-1, ::-1]):
        value, tight = face(MODEL.corners, form)
        assert (value, len(tight), affine_dimension(tight)) == (1, 96, 20)
    difference = FORM - 2 * f - 2 * f[::-1, ::-1]
    assert not (MODEL.corners @ difference.ravel()).any()


def test_correlators_are_sign_matrices_with_at_most_two_rows():
    rows = list(product((1, -1), repeat=3))
    expected = [sum(e, ()) for e in product(rows, repeat=3) if len(set(e)) <= 2]
    assert sorted(map(tuple, correlator_corners(MODEL).tolist())) == sorted(expected)


def test_facets_of_the_correlators_in_their_classes():
    points = correlator_corners(MODEL)
    value, tight = face(points, CHAIN)
    assert (value, affine_dimension(points), affine_dimension(tight)) == (4, 9, 8)
    found = facets(points)
    classes = facet_classes(found, correlator_symmetries())
    assert [(members[0][0], len(members)) for members in classes] == [
        (1, 18), (3, 72), (4, 48), (5, 48),
    ]  # fmt: skip
    assert (4, *CHAIN.ravel().tolist()) in classes[2]
    assert (3, 1, 1, 0, 1, -1, 0, -1, 0, 0) in classes[1]
    assert (1, 1, *[0] * 8) in classes[0]


def test_symmetries_generate_all_permutations_and_flips_of_bob():
    points = set(map(tuple, correlator_corners(MODEL).tolist()))
    for order, signs in correlator_symmetries():
        assert {tuple(np.array(p)[order] * signs) for p in points} == points
    orbit = {tuple(range(1, 10))}
    while True:  # of the nine coordinates with their signs
        more = {tuple(np.array(p)[o] * s) for p in orbit for o, s in correlator_symmetries()}
        if more <= orbit:
            break
        orbit |= more
    grid = np.arange(1, 10).reshape(3, 3)
    assert orbit == {
        tuple((grid[np.ix_(r, c)] * np.array(s)).ravel().tolist())
        for r in permutations(range(3))
        for c in permutations(range(3))
        for s in product((1, -1), repeat=3)
    }


@few
@given(concurrences)
def test_closed_form_and_see_saw_agree(c):
    found, alice, bob = search_quantum_value(c, starts=10, rng=np.random.default_rng(3))
    assert found == pytest.approx(largest_quantum_value(c), abs=1e-9)
    assert np.linalg.norm(alice, axis=1) == pytest.approx(1)
    assert np.linalg.norm(bob, axis=1) == pytest.approx(1)


@pytest.mark.parametrize("c", [0.1, 0.5, 1.0])
def test_see_saw_is_a_value_of_the_state(c):
    found, *directions = search_quantum_value(c, starts=10, rng=np.random.default_rng(3))
    weight = (1 + np.sqrt(1 - c * c)) / 2
    state = np.array([np.sqrt(1 - weight), 0, 0, np.sqrt(weight)])
    paulis = np.array([PAULI_X, PAULI_Y, PAULI_Z])
    measured = [measurement_of_observables(np.tensordot(d, paulis, 1)) for d in directions]
    assert (FORM * behaviour_quantum(state, measured).table).sum() == pytest.approx(found)


@few
@given(concurrences)
def test_planar_angles_never_exceed_the_closed_form(c):
    angles = np.random.default_rng(int(1e9 * c)).uniform(0, 2 * np.pi, size=(2, 1000, 3))
    a, b = angles[0, :, :, None], angles[1, :, None]
    e = np.cos(a) * np.cos(b) + c * np.sin(a) * np.sin(b)
    assert (CHAIN * e).sum(axis=(1, 2)).max() <= largest_quantum_value(c) + 1e-12


def test_closed_form_at_its_ends_and_near_zero():
    assert largest_quantum_value(0) == 4
    assert largest_quantum_value(1) == pytest.approx(3 * np.sqrt(3))
    for c in (1e-3, 1e-2):
        assert largest_quantum_value(c) == pytest.approx(4 + c**2, abs=c**4)
    grid = np.linspace(0, 1, 101)
    values = [largest_quantum_value(c) for c in grid]
    assert (np.diff(values) > 0).all()
    assert (values >= 3 + np.sqrt(1 + grid**2)).all()  # the paper's angles


def test_sum_of_squares_is_an_identity_in_integers():
    p, q, k = sum_of_squares()
    assert all(m.dtype.kind == "i" for m in (p, q, k))
    assert (p.T @ p + 3 * q.T @ q == 6 * np.eye(6, dtype=int)).all()
    assert (p.T @ q + q.T @ p == -2 * k).all()
    # uᵀKu/2 is (10) when u = (A0, B0, −A2, −B1, A1, B2)
    to_a, to_b = np.zeros((6, 3), int), np.zeros((6, 3), int)
    to_a[[0, 4, 2], [0, 1, 2]] = [1, 1, -1]
    to_b[[1, 3, 5], [0, 1, 2]] = [1, -1, 1]
    assert (to_a.T @ k @ to_b == CHAIN).all()
    assert not (to_a.T @ k @ to_a).any()
    assert not (to_b.T @ k @ to_b).any()


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
def test_concurrence_lies_in_the_unit_interval(bad):
    with pytest.raises(ValueError, match=r"`concurrence` must lie in \[0, 1\]"):
        largest_quantum_value(bad)
    with pytest.raises(ValueError, match=r"`concurrence` must lie in \[0, 1\]"):
        search_quantum_value(bad, starts=1, rng=np.random.default_rng(1))


def test_correlators_are_for_two_outcomes():
    with pytest.raises(ValueError, match=r"must have outcomes \(2, 2\), but has \(2, 3\)"):
        correlator_corners(CausalModel(("x", "y"), (2, 3), (2, 2)))


@pytest.mark.parametrize("numbers", [{"starts": 0}, {"starts": 1, "rounds": 0}])
def test_a_search_needs_a_start_and_a_round(numbers):
    with pytest.raises(ValueError, match=r"Argument `(starts|rounds)` must hold"):
        search_quantum_value(0.5, rng=np.random.default_rng(0), **numbers)
