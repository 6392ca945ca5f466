"""Every semidefinite program that the library poses, asked of both solvers.

The programs are caught on their way in, as they are, so that families without an argument `solver`
are among them too.
"""

import ast
from pathlib import Path

import numpy as np
import pytest

import nonlocality
from nonlocality.book.ledger import printed_table
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.levels import likeliest_of_level
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.inequalities import correlator_functional, i3322_functional
from nonlocality.foundations.semidefinite import SemidefiniteProgram
from nonlocality.macroscopic_locality import (
    cglmp_quantum,
    games,
    moments,
    proofs,
    radii,
    tsirelson,
)
from nonlocality.postquantum_steering import (
    descent,
    exclusive,
    hidden_states,
    quantum_robustness,
    robustness,
    rules,
)
from nonlocality.postquantum_steering import proofs as steering_proofs
from nonlocality.postquantum_steering.assemblage_models import assemblage_product
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.planar_states import planar_hidden_states
from nonlocality.postquantum_steering.printed_tables import functional_of_table

CHSH = correlator_functional([[1, 1], [1, -1]])
BOX = behaviour_pr_box().with_noise(visibility=0.9)
STEERED = assemblage_product(BOX, np.eye(2) / 2)
TABLE_2 = functional_of_table(printed_table("ps-table2"))
FEW = Counts([[[[50, 50], [50, 1]], [[1, 1], [1, 50]]], [[[1, 1], [1, 50]], [[50, 50], [50, 1]]]])


def all_of_moments():
    for level in ("1", "1+AB"):
        moments.maximise(i3322_functional(), level=level)
        moments.margin(BOX, level=level)
        moments.margins([BOX, BOX.with_noise(visibility=0.5)], level=level)


def all_of_robustness():
    robustness.minimise_functional(TABLE_2)
    robustness.minimise_functional(TABLE_2.astype(complex), level=1)
    robustness.white_noise_robustness(STEERED)
    robustness.generalised_robustness(STEERED, noise="any")


def directions_in_a_plane(number):
    """What the halves of a singlet steer to, measured along so many directions."""
    turns = np.pi * np.arange(number) / number
    axes = np.array([[np.cos(turns), np.sin(turns)], [np.sin(turns), -np.cos(turns)]])
    return Assemblage(np.array([np.eye(2) + s * axes.transpose(2, 0, 1) for s in (1, -1)]) / 4)


FAMILIES = {
    "macroscopic_locality.moments": all_of_moments,
    "macroscopic_locality.radii": lambda: [
        radii.visibility(BOX, level=level) for level in ("1", "1+AB")
    ],
    "macroscopic_locality.proofs": lambda: proofs.squares(CHSH, level="1"),
    "macroscopic_locality.cglmp_quantum": lambda: cglmp_quantum.maximise_quantum(3),
    "macroscopic_locality.games": lambda: games.game_distance(BOX, level="1"),
    "macroscopic_locality.tsirelson": lambda: tsirelson.gamma2_norm(BOX.correlators()),
    "postquantum_steering.descent": lambda: descent.octagon_minimum(TABLE_2),
    "postquantum_steering.exclusive": lambda: exclusive.interpolation(
        exclusive.pythagorean_assemblage(0.1)
    ),
    "postquantum_steering.hidden_states": lambda: hidden_states.hidden_state_visibility(
        assemblage_of_table(printed_table("ps-table1"))
    ),
    "postquantum_steering.planar_states": lambda: planar_hidden_states(directions_in_a_plane(6)),
    "postquantum_steering.proofs": steering_proofs.middle_notion_certificate,
    "postquantum_steering.quantum_robustness": lambda: (
        quantum_robustness.quantum_white_noise_robustness(STEERED, gap=1e-4)
    ),
    "postquantum_steering.robustness": all_of_robustness,
    "postquantum_steering.rules": lambda: rules.minimise_under_rules(TABLE_2, ["22", "25"]),
    "experiments.levels": lambda: likeliest_of_level(
        FEW, maximum_likelihood(FEW).behaviour, "level 1"
    ),
}
UNASKED = {
    "postquantum_steering.exclusive_proofs": "a dual point inside, rounded to fractions and "
    "checked as such; the solver decides nothing",
    "local_realism.one_qubit_regions": "some seconds: asked of both once, in its own tests",
}


def callers():
    """Modules that pose a semidefinite program."""
    root = Path(nonlocality.__file__).parent
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
        names = {f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls}
        if {"minimise_semidefinite", "minimise"} & names and path.stem != "semidefinite":
            yield ".".join(path.relative_to(root).with_suffix("").parts)


def test_no_family_is_forgotten():
    assert sorted(callers()) == sorted([*FAMILIES, *UNASKED])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_program_of_a_family_has_one_value_from_two_solvers(family, monkeypatch):
    asked = []
    real = SemidefiniteProgram.minimise

    def caught(program, cost, *, solver="clarabel", reduction=None):
        found = real(program, cost, solver=solver, reduction=reduction)
        asked.append((program, cost, found))
        return found

    monkeypatch.setattr(SemidefiniteProgram, "minimise", caught)
    FAMILIES[family]()
    monkeypatch.undo()
    assert asked
    for program, cost, first in asked[:8]:
        second = program.minimise(cost, solver="cvxopt")
        assert [x.evidence.solver for x in (first, second)] == ["Clarabel", "CVXOPT"]
        size = max(1, np.abs(cost).max())
        for one, other in ((first, second), (second, first)):
            assert one.lower <= other.reached + 1e-7 * size
        assert first.reached == pytest.approx(second.reached, abs=1e-6 * size)
