"""Bell expressions in correlators: two sides that meet, and what is known in closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_locality import tsirelson_bounds
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.tsirelson import gamma2_norm, quantum_model
from nonlocality.macroscopic_locality.tsirelson_bounds import tsirelson_bound

CHSH = np.array([[1.0, 1], [1, -1]])


def chained(n):
    """E_11 + E_21 + E_22 + … − E_1n."""
    table = np.eye(n) + np.eye(n, k=-1)
    table[0, -1] -= 1
    return table


@pytest.mark.parametrize(
    ("table", "value"),
    [
        (CHSH, 8**0.5),
        (np.kron(np.eye(3), CHSH), 3 * 8**0.5),
        (chained(3), 6 * np.cos(np.pi / 6)),
        (chained(20), 40 * np.cos(np.pi / 40)),
        (np.ones((3, 5)), 15),
        ([[-3.0]], 3),
        (np.eye(7), 7),
        (np.pad(CHSH, ((0, 1), (2, 0))), 8**0.5),
        (1e-12 * CHSH, 1e-12 * 8**0.5),
        (1e12 * CHSH, 1e12 * 8**0.5),
        (np.zeros((2, 3)), 0),
    ],
)
def test_known_bounds_are_met_from_both_sides(table, value):
    found = tsirelson_bound(table)
    assert found.largest.reached == pytest.approx(value, rel=2e-9)
    assert found.largest.upper == pytest.approx(value, rel=2e-9)
    assert (np.asarray(table) * found.correlators()).sum() == pytest.approx(value, rel=2e-9)
    for side in (found.alice, found.bob):
        assert_allclose(np.linalg.norm(side, axis=1), 1, atol=1e-14)


def test_the_sum_over_all_pairs_of_a_hadamard_table_is_that_of_its_norm():
    """c cᵀ = 16·1: the largest value is 16 √16, as the norm of c is reached by its vectors."""
    table = np.kron(np.kron(CHSH, CHSH), np.kron(CHSH, CHSH))
    assert tsirelson_bound(table).largest.upper == pytest.approx(16 * 4, rel=1e-9)


@pytest.mark.parametrize("level", ["1", "1+AB"])
@pytest.mark.parametrize("settings", [2, 3, 4])
def test_every_level_has_this_value(settings, level):
    """Tsirelson's theorem: there is a quantum model, so no level is below level 1."""
    signs = np.random.default_rng(settings).choice([-1, 1], (settings, settings))
    found = maximise(correlator_functional(signs), level=level)
    assert found.largest.reached == pytest.approx(tsirelson_bound(signs).largest.reached, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), m=st.integers(1, 7), n=st.integers(1, 7))
def test_no_vectors_exceed_the_bound_and_the_proof_holds_for_any_weights(seed, m, n):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(m, n))
    best = tsirelson_bound(table).largest
    u, v = (rng.normal(size=(count, 4)) for count in (m, n))
    u, v = (w / np.linalg.norm(w, axis=1, keepdims=True) for w in (u, v))
    assert (table * (u @ v.T)).sum() <= best.upper
    a, b = rng.uniform(0.1, 1, m), rng.uniform(0.1, 1, n)
    assert tsirelson_bounds._bound(table, a, b) >= best.reached - 1e-12


def test_its_vectors_have_a_quantum_model_and_lie_on_the_boundary():
    found = tsirelson_bound(np.random.default_rng(1).normal(size=(3, 4)))
    e = found.correlators()
    assert gamma2_norm(e).reached == pytest.approx(1, abs=1e-6)
    assert_allclose(quantum_model(e).behaviour().correlators(), e, atol=1e-6)


def test_coefficients_of_a_dozen_orders_of_magnitude_have_a_looser_gap_and_no_error():
    """Nearly separate blocks of one setting each: turns come to rest slowly."""
    table = np.array([[4e-1, -2.2e-5], [3.4e-14, -5e-1], [-3.5e-7, -21.5], [4.4e-7, -1.1]])
    found = tsirelson_bound(table).largest
    assert found.gap <= 1e-6 * found.upper
    assert found.reached == pytest.approx(np.abs(table).sum(), rel=1e-6)


def test_many_settings_end_and_too_few_turns_say_what_is_known(monkeypatch):
    signs = np.random.default_rng(60).choice([-1, 1], (60, 60))
    best = tsirelson_bound(signs).largest
    assert best.gap <= 1e-9 * best.upper
    monkeypatch.setattr(tsirelson_bounds, "TURNS", 10)
    monkeypatch.setattr(tsirelson_bounds, "GAP", 1e-9)
    with pytest.raises(SolverError, match="After 50 turns the vectors reach") as caught:
        tsirelson_bound(signs)
    known = caught.value.known
    assert known.reached < best.reached < best.upper < known.upper


@pytest.mark.parametrize(
    ("given", "words"),
    [([1.0, 2.0], "shape"), (np.zeros((0, 2)), "shape"), ([[np.nan]], "finite"), ("c", "numbers")],
)
def test_what_is_no_table_is_refused(given, words):
    with pytest.raises(ValueError, match=f"Argument `coefficients`.*{words}"):
        tsirelson_bound(given)
