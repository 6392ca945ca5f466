"""Hidden states of a real qubit: as many settings as one likes, and the same numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nonlocality.foundations.random import random_density
from nonlocality.foundations.solvers import SolverError
from nonlocality.postquantum_steering import planar_states
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.hidden_states import hidden_state_visibility
from nonlocality.postquantum_steering.planar_states import planar_hidden_states


def steered(effects, *, tilt):
    """What effects ``[a, x, i, j]`` leave of cos|00⟩ + sin|11⟩."""
    root = np.diag(np.cos([tilt, np.pi / 2 - tilt]))
    return Assemblage(root @ effects @ root)


def pairs(angles):
    """The projectors along ± each angle of the plane."""
    c, s = np.cos(angles), np.sin(angles)
    axes = np.array([[c, s], [s, -c]]).transpose(2, 0, 1)
    return (np.eye(2) + np.array([1, -1])[:, None, None, None] * axes) / 2


@pytest.mark.parametrize("settings", [2, 3, 8, 30])
def test_directions_spread_evenly_have_their_closed_form(settings):
    """1/(m sin(π/2m)): at an angle within a region the mean of the answers' directions."""
    found = planar_hidden_states(
        steered(pairs(np.pi * np.arange(settings) / settings), tilt=np.pi / 4)
    )
    closed = 1 / (settings * np.sin(np.pi / (2 * settings)))
    assert found.largest.reached == pytest.approx(closed, abs=1e-7)
    assert found.largest.upper == pytest.approx(closed, abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_visibility_of_all_strategies(seed):
    rng = np.random.default_rng(seed)
    angles = rng.uniform(0, np.pi, 2 + seed)
    assemblage = steered(pairs(angles), tilt=rng.uniform(0.2, 1.2))
    found, full = planar_hidden_states(assemblage), hidden_state_visibility(assemblage)
    assert found.largest.reached == pytest.approx(full.reached, abs=2e-7)
    assert found.largest.upper >= full.reached - 1e-8


@pytest.mark.parametrize("seed", range(3))
def test_three_outcomes_of_unequal_weight_are_no_harder(seed):
    """A real trine that is turned and mixed with noise, so that the traces differ."""
    rng = np.random.default_rng(seed)
    turns = rng.uniform(0, np.pi, 3) + 2 * np.pi / 3 * np.arange(3)[:, None]
    trine = 2 / 3 * np.array([pairs(row)[0] for row in turns])
    mixed = random_density(rng, 2).real
    root = np.linalg.cholesky(mixed)
    assemblage = Assemblage(root.T @ trine @ root)
    found, full = planar_hidden_states(assemblage), hidden_state_visibility(assemblage)
    assert found.largest.reached == pytest.approx(full.reached, abs=2e-7)


@pytest.mark.parametrize("seed", range(6))
def test_settings_twice_outcomes_that_never_occur_and_uneven_noise_are_no_exception(seed):
    rng = np.random.default_rng(seed)
    effects = np.zeros((3, 3, 2, 2))
    effects[:2] = rng.uniform(0.5, 1) * pairs(rng.uniform(0, np.pi, 3))
    effects[2] = np.eye(2) - effects[:2].sum(axis=0)
    effects[:, 2] = effects[:, seed % 3]
    effects[:2, 1] = pairs(np.array([float(seed)]))[:, 0]
    effects[2, 1] = 0
    assemblage = steered(effects, tilt=rng.uniform(0.3, 1.2))
    found, full = planar_hidden_states(assemblage), hidden_state_visibility(assemblage)
    assert found.largest.reached == pytest.approx(full.reached, abs=2e-7)


def test_the_states_of_the_model_make_the_noisy_assemblage():
    assemblage = steered(pairs(np.random.default_rng(5).uniform(0, np.pi, 9)), tilt=0.5)
    found = planar_hidden_states(assemblage)
    noise = np.trace(assemblage.elements, axis1=-2, axis2=-1)[..., None, None] * np.eye(2) / 2
    eta = found.largest.reached
    assert_allclose(found.elements(), eta * assemblage.elements + (1 - eta) * noise, atol=1e-7)
    assert np.linalg.eigvalsh(found.states).min() > -1e-7
    assert set(found.responses.sum(axis=0).ravel()) == {1.0}
    assert len(found.states) < 2**9 / 2


def test_the_bound_holds_for_strategies_that_were_never_taken_in(monkeypatch):
    """Stopped early, the two sides are apart, and what all strategies reach is between them."""
    assemblage = steered(pairs(np.random.default_rng(4).uniform(0, np.pi, 6)), tilt=0.3)
    monkeypatch.setattr(planar_states, "ROUNDS", 1)
    with pytest.raises(SolverError, match="after 1 rounds the model reaches") as caught:
        planar_hidden_states(assemblage)
    known, full = caught.value.known, hidden_state_visibility(assemblage)
    assert known.reached < full.reached - 1e-6
    assert full.reached + 1e-6 < known.upper


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Assemblage(np.full((2, 2, 2, 2, 1, 1), 0.25)), "real one of a qubit"),
        (Assemblage(np.broadcast_to(np.eye(3) / 6, (2, 2, 3, 3))), "real one of a qubit"),
        (Assemblage([[[[0.25, 0.1j], [-0.1j, 0.25]]], [[[0.25, 0], [0, 0.25]]]]), "real one of a"),
        (Assemblage(np.broadcast_to(np.eye(2) / 4, (2, 3, 2, 2))), "no multiple of the identity"),
        ("σ", "real one of a qubit"),
    ],
)
def test_what_is_no_planar_assemblage_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        planar_hidden_states(given)
