"""A Bell expression or steering functional times a number gives that number times the value."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import nonlocality
from nonlocality.book.ledger import printed_table
from nonlocality.causal_relaxations.influence import minimal_influence_given_value
from nonlocality.causal_relaxations.measurement_dependence import minimal_dependence_given_value
from nonlocality.foundations.cglmp import cglmp_coefficients
from nonlocality.foundations.inequalities import i3322_functional
from nonlocality.foundations.polytopes import face
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, measurement_of_observables
from nonlocality.foundations.strategies import local_bound
from nonlocality.local_realism.no_signalling import largest_mean, mean_functional
from nonlocality.local_realism.one_qubit_regions import effective_operator
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.quantum_models import (
    best_links_behaviour,
    best_two_qubit_behaviour,
)
from nonlocality.macroscopic_locality.structure import moment_structure
from nonlocality.macroscopic_locality.symmetric_moments import renamings
from nonlocality.postquantum_steering import functional_bounds
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.descent import octagon_minimum, printed_step
from nonlocality.postquantum_steering.directions import polygon
from nonlocality.postquantum_steering.functionals import check_functional, functional_value
from nonlocality.postquantum_steering.local_assemblages import best_local_assemblage
from nonlocality.postquantum_steering.printed_tables import functional_of_table
from nonlocality.postquantum_steering.robustness import minimise_functional
from nonlocality.postquantum_steering.rules import minimise_under_rules

I3322 = i3322_functional()
CGLMP = cglmp_coefficients(3)
TABLE_1 = assemblage_of_table(printed_table("ps-table1"))
TABLE_2 = functional_of_table(printed_table("ps-table2"))
BOX = np.random.default_rng(0).normal(size=(2, 2, 2, 2))
SPINS = measurement_of_observables([PAULI_Z, PAULI_X, (PAULI_X + PAULI_Z) / 2**0.5])

# For each public function: its value for c·F, divided by c where it must grow as c does.
VALUES = {
    "foundations.strategies.local_bound": lambda c: float(local_bound(c * I3322)) / c,
    "macroscopic_locality.moments.maximise": lambda c: maximise(c * I3322, level="1").largest / c,
    "macroscopic_locality.moments.maximise, reduced": lambda c: (
        maximise(c * CGLMP, level="1+AB").largest / c
    ),
    "macroscopic_locality.moments.maximise, second door": lambda c: (
        maximise(c * I3322, level="1", solver="cvxopt").largest / c
    ),
    "macroscopic_locality.quantum_models.best_two_qubit_behaviour": lambda c: (
        best_two_qubit_behaviour(c * BOX) * BOX
    ).sum(),
    "macroscopic_locality.quantum_models.best_links_behaviour": lambda c: (
        best_links_behaviour(c * CGLMP) * CGLMP
    ).sum(),
    "macroscopic_locality.symmetric_moments.renamings": lambda c: np.array(
        renamings(c * CGLMP, moment_structure("1", (3, 3), (2, 2)))
    ),
    "causal_relaxations.influence.minimal_influence_given_value": lambda c: (
        minimal_influence_given_value(c * I3322, c * 5 / 7, cause="x").least
    ),
    "causal_relaxations.measurement_dependence.minimal_dependence_given_value": lambda c: (
        minimal_dependence_given_value(c * I3322, c * 5 / 7).least
    ),
    "local_realism.no_signalling.mean_functional": lambda c: (
        mean_functional(c * I3322, partners=2) / c
    ),
    "local_realism.no_signalling.largest_mean": lambda c: largest_mean(c * BOX, partners=2) / c,
    "local_realism.one_qubit_regions.effective_operator": lambda c: (
        effective_operator(c * I3322, SPINS, SPINS) / c
    ),
    "postquantum_steering.descent.octagon_minimum": lambda c: (
        octagon_minimum(c * TABLE_2).least / c
    ),
    "postquantum_steering.descent.printed_step": lambda c: printed_step(c * TABLE_2).local / c,
    "postquantum_steering.functional_bounds.bell_operators": lambda c: (
        functional_bounds.bell_operators(c * TABLE_2) / c
    ),
    "postquantum_steering.functional_bounds.quantum_bound": lambda c: (
        functional_bounds.quantum_bound(c * TABLE_2, gap=1e-6).least / c
    ),
    "postquantum_steering.functional_bounds.local_bound": lambda c: (
        functional_bounds.local_bound(c * TABLE_2) / c
    ),
    "postquantum_steering.functionals.functional_value": lambda c: (
        functional_value(c * TABLE_2, TABLE_1) / c
    ),
    "postquantum_steering.functionals.check_functional": lambda c: (
        check_functional("functional", c * TABLE_2) / c
    ),
    "postquantum_steering.functionals.in_units": lambda c: TABLE_2,  # tested below
    "postquantum_steering.local_assemblages.best_local_assemblage": lambda c: functional_value(
        TABLE_2, best_local_assemblage(c * TABLE_2, corners=polygon(8))
    ),
    "postquantum_steering.robustness.minimise_functional": lambda c: (
        minimise_functional(c * TABLE_2).least / c
    ),
    "postquantum_steering.rules.minimise_under_rules": lambda c: (
        minimise_under_rules(c * TABLE_2, ["22", "25", "26", "26c"]) / c
    ),
}
EXEMPT = {
    "foundations.polytopes.face": "integers of 64 bits, exactly: below",
    "postquantum_steering.descent.descend": "a search that begins with the normalised functional",
    "macroscopic_locality.proofs.squares": "exact fractions",
    "postquantum_steering.proofs.witness_certificate": "decimals of a given number of digits",
    "postquantum_steering.proofs.proved_bound": "exact fractions",
    "postquantum_steering.proofs.value_of_members": "exact fractions",
    "postquantum_steering.proofs.minimal_functional": "decimals of a given number of digits",
    "postquantum_steering.printed_tables.value_of_tables": "printed decimals",
    "postquantum_steering.printed_tables.rounding_interval": "printed decimals",
}
"""Functions that take a functional and are not asked here, and why."""


def takes_a_functional():
    """Full names of the wings' and the floor's public functions with an argument `functional`."""
    for info in pkgutil.walk_packages(nonlocality.__path__, "nonlocality."):
        room = info.name.split(".")[1]
        if room in ("book", "certificates", "experiments", "report") or info.ispkg:
            continue
        for name, function in vars(importlib.import_module(info.name)).items():
            if (
                inspect.isfunction(function)
                and function.__module__ == info.name
                and not name.startswith("_")
                and "functional" in inspect.signature(function).parameters
            ):
                yield f"{info.name.removeprefix('nonlocality.')}.{name}"


def test_no_function_of_a_functional_is_forgotten():
    asked = {name.split(",")[0] for name in VALUES}
    assert sorted(takes_a_functional()) == sorted(asked | set(EXEMPT))


@pytest.mark.parametrize("name", VALUES)
def test_the_value_of_a_multiple_is_the_multiple_of_the_value(name):
    """From 1e-12 to 1e12; two-sided numbers keep both sides as near as they were."""
    one = VALUES[name](1.0)
    for factor in (1e-12, 3e-5, 1e12):
        other = VALUES[name](factor)
        if hasattr(one, "sides"):
            assert max(other.sides[0], one.sides[0]) <= min(other.sides[1], one.sides[1]) + 1e-7
            assert other.gap <= max(10 * one.gap, 1e-6)
        else:
            assert np.allclose(other, one, rtol=1e-9, atol=1e-9)


def test_a_face_is_that_of_any_multiple():
    points = np.indices((2, 2, 2)).reshape(3, -1).T
    value, edge = face(points, [1, 0, -2])
    for factor in (3, 10**12, 10**17):
        many, same = face(points, [factor, 0, -2 * factor])
        assert (many, same.tolist()) == (factor * value, edge.tolist())
    with pytest.raises(ValueError, match=r"must hold integers, but .* too large"):
        face(points, [10**40, 0, 0])


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_what_is_hermitian_does_not_depend_on_the_scale(scale):
    skew = TABLE_2.copy()
    skew[0, 0, 0, 0, 0, 1] += 1e-3
    with pytest.raises(ValueError, match="`F` must be Hermitian"):
        check_functional("F", scale * skew)
    rounded = TABLE_2.copy()
    rounded[0, 0, 0, 0, 0, 1] *= 1 + 1e-15
    check_functional("F", scale * rounded)
