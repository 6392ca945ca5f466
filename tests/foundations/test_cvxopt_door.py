"""The two doors give one answer, on every family of programs of the library."""

import ast
from pathlib import Path

import numpy as np
import pytest

from nonlocality.foundations import clarabel_door, cvxopt_door
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.inequalities import i3322_functional
from nonlocality.macroscopic_locality import games, intensities, moments, radii, tsirelson
from nonlocality.postquantum_steering import exclusive, hidden_states, robustness
from nonlocality.postquantum_steering.assemblage_models import assemblage_product


def seeded_box(seed):
    weights = np.random.default_rng(seed).dirichlet(np.ones(2))
    return behaviour_pr_box().mix(Behaviour(np.full((2,) * 4, 0.25)), weight=max(weights))


def steered(seed):
    return assemblage_product(seeded_box(seed), np.eye(2) / 2)


FAMILIES = {
    "maximum": lambda s, **k: moments.maximise(i3322_functional() + s, level="1", **k).largest,
    "margin": lambda s, **k: moments.margin(seeded_box(s), level="1+AB", **k).eigenvalue,
    "visibility": lambda s, **k: radii.visibility(seeded_box(s), level="1", **k).largest,
    "games": lambda s, **k: games.game_distance(seeded_box(s), level="1", **k).distance,
    "fluctuations": lambda s, **k: intensities.fluctuation_margin(seeded_box(s), **k).eigenvalue,
    "norm": lambda s, **k: tsirelson.gamma2_norm(seeded_box(s).correlators(), **k),
    "robustness": lambda s, **k: robustness.white_noise_robustness(steered(s), **k).weight,
    "functional": lambda s, **k: (
        robustness.minimise_functional(
            np.random.default_rng(s).normal(size=(2, 2, 2, 2, 1, 1)), **k
        ).least
    ),
    "interpolation": lambda s, **k: exclusive.interpolation(
        exclusive.pythagorean_assemblage(0.1 + 0.05 * s), **k
    ),
    "hidden states": lambda s, **k: hidden_states.hidden_state_visibility(
        exclusive.pythagorean_assemblage(0.1 + 0.05 * s), **k
    ),
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("family", FAMILIES)
def test_both_doors_give_one_answer_on_every_family(family, seed):
    first, second = (FAMILIES[family](seed, solver=name) for name in ("clarabel", "cvxopt"))
    assert [x.evidence.solver for x in (first, second)] == ["Clarabel", "CVXOPT"]
    for one, other in ((first, second), (second, first)):
        assert one.sides[0] <= other.sides[1] + 1e-7
    assert float(first) == pytest.approx(float(second), abs=1e-6)


def test_the_second_door_uses_nothing_of_the_first():
    """Of our own code both import the same errors and tolerance, and the first its triangles."""
    own = {clarabel_door: {"nonlocality.foundations.triangles"}, cvxopt_door: set()}
    for door in own:
        tree = ast.parse(Path(door.__file__).read_text(encoding="utf-8"))
        ours = {
            node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module.startswith("nonlocality")
        }
        assert ours == {"nonlocality.foundations.solvers"} | own[door]
