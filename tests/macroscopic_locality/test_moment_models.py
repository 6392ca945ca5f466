import numpy as np
import pytest

from nonlocality.foundations.born import behaviour_quantum, cglmp_measurements
from nonlocality.foundations.cglmp import cglmp_quantum_maximum
from nonlocality.foundations.quantum import PAULI_Z, measurement_of_observables, naimark_dilation
from nonlocality.foundations.random import random_density, random_povm, random_projective
from nonlocality.macroscopic_locality.moment_models import (
    covariances_from_moments,
    moment_matrix_quantum,
    moments_from_covariances,
)
from nonlocality.macroscopic_locality.moments import margin
from nonlocality.macroscopic_locality.structure import LEVELS, moment_structure

EVERY_LEVEL = pytest.mark.parametrize("level", LEVELS[:2])
SCENARIOS = [  # outcomes, settings, dimensions of Alice and Bob
    ((2, 2), (2, 2), (2, 2)),
    ((2, 2), (3, 2), (2, 3)),
    ((3, 3), (2, 2), (3, 3)),
    ((2, 3), (2, 1), (3, 2)),
    ((4, 2), (1, 2), (2, 2)),
]


def random_model(seed):
    """A random scenario with a random complex state; POVMs, or projective where that fits."""
    rng = np.random.default_rng(seed)
    outcomes, settings, sizes = SCENARIOS[seed % len(SCENARIOS)]
    sides = [
        random_projective(rng, settings=m, size=d)
        if o == d and rng.uniform() < 0.5
        else random_povm(rng, settings=m, outcomes=o, size=d)
        for o, m, d in zip(outcomes, settings, sizes, strict=True)
    ]
    return random_density(rng, sizes[0] * sizes[1]), *sides


@EVERY_LEVEL
@pytest.mark.parametrize("seed", range(20))
def test_quantum_behaviours_pass_every_level(seed, level):
    """ML-03, constructively: the Gram matrix is positive and has the form of the level."""
    state, alice, bob = random_model(seed)
    behaviour = behaviour_quantum(state, [alice, bob])
    structure = moment_structure(level, behaviour.outcomes, behaviour.settings)
    matrix = moment_matrix_quantum(state, alice, bob, level=level)
    moments = structure.read(matrix)
    assert np.linalg.eigvalsh(matrix)[0] >= -1e-12
    assert np.allclose(structure.table(moments), behaviour.table, rtol=0, atol=1e-10)


@EVERY_LEVEL
@pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])
@pytest.mark.parametrize("seed", range(5))
def test_the_margin_is_at_least_that_of_a_model(seed, level, solver):
    """The largest smallest eigenvalue is not below that of one matrix of the form."""
    state, alice, bob = random_model(seed)
    matrix = moment_matrix_quantum(state, alice, bob, level=level)
    found = margin(behaviour_quantum(state, [alice, bob]), level=level, solver=solver)
    assert found.eigenvalue.upper >= np.linalg.eigvalsh(matrix)[0]
    assert found.eigenvalue.lower >= np.linalg.eigvalsh(matrix)[0] - 1e-7
    assert found.eigenvalue.lower <= found.eigenvalue.upper <= found.eigenvalue.lower + 1e-6


@pytest.mark.parametrize("d", [2, 3, 4])
def test_the_cglmp_model_has_a_moment_matrix_of_both_levels(d):
    schmidt = cglmp_quantum_maximum(d)[1]
    for level in LEVELS[: 4 if d == 2 else 3]:
        matrix = moment_matrix_quantum(
            np.diag(schmidt).ravel(), *cglmp_measurements(d), level=level
        )
        moment_structure(level, (d, d), (2, 2)).read(matrix)
        assert np.linalg.eigvalsh(matrix)[0] >= -1e-12


@pytest.mark.parametrize("seed", range(20))
def test_schur_equivalence(seed):
    """ML-02: γ and Γ have the same determinant and the same number of negative eigenvalues."""
    rng = np.random.default_rng(seed)
    structure = moment_structure("1", (2, 3), (3, 2))
    moments = structure.noise + rng.normal(size=len(structure.moments)) * 10.0 ** rng.uniform(-3, 0)
    gamma = structure.inequality.at(moments)
    covariances = covariances_from_moments(gamma)
    assert np.allclose(moments_from_covariances(covariances, gamma[1:, 0]), gamma, atol=1e-14)
    assert np.linalg.det(gamma) == pytest.approx(np.linalg.det(covariances), rel=1e-9, abs=1e-14)
    negative = [(np.linalg.eigvalsh(matrix) < 0).sum() for matrix in (gamma, covariances)]
    assert negative[0] == negative[1]


@pytest.mark.parametrize("seed", range(5))
def test_covariances_are_those_of_the_paper(seed):
    """Eqs. (5) and (6): P(a,b) − P(a)P(b), and δ P(a) − P(a)P(a') within a setting."""
    state, alice, bob = random_model(seed)
    table = behaviour_quantum(state, [alice, bob]).table
    gamma = covariances_from_moments(moment_matrix_quantum(state, alice, bob, level="1"))
    o_a, o_b, m_a, m_b = table.shape
    of_alice, of_bob = table.sum(axis=1)[:, :, 0], table.sum(axis=0)[:, 0, :]
    n = (o_a - 1) * m_a
    for x, a, y, b in np.ndindex(m_a, o_a - 1, m_b, o_b - 1):
        expected = table[a, b, x, y] - of_alice[a, x] * of_bob[b, y]
        assert gamma[x * (o_a - 1) + a, n + y * (o_b - 1) + b] == pytest.approx(expected, abs=1e-10)
    for x, a, k in np.ndindex(m_a, o_a - 1, o_a - 1):
        expected = (a == k) * of_alice[a, x] - of_alice[a, x] * of_alice[k, x]
        block = gamma[x * (o_a - 1) + a, x * (o_a - 1) + k]
        assert block == pytest.approx(expected, abs=1e-10)


def test_bad_models_are_refused():
    spin = measurement_of_observables([PAULI_Z])
    with pytest.raises(ValueError, match="Argument `level` must be one of"):
        moment_matrix_quantum(np.eye(4) / 4, spin, spin, level="4")
    with pytest.raises(ValueError, match="Argument `state` must have shape"):
        moment_matrix_quantum(np.eye(3) / 3, spin, spin, level="1")
    with pytest.raises(ValueError, match="Argument `bob` must hold positive"):
        moment_matrix_quantum(np.eye(4) / 4, spin, 2 * spin, level="1")
    with pytest.raises(ValueError, match="Argument `measurement` must hold positive operators"):
        naimark_dilation(2 * spin)


@pytest.mark.parametrize("matrix", [[1.0, 0.5], [[1.0, 0.5]], [[1.0]]])
def test_covariances_need_a_square_matrix(matrix):
    with pytest.raises(ValueError, match=r"Argument `matrix` must have shape \(n, n\) with n > 1"):
        covariances_from_moments(matrix)


def test_covariances_need_a_matrix_that_begins_with_one():
    with pytest.raises(ValueError, match="Argument `matrix` must begin with 1, but begins with 2"):
        covariances_from_moments(2 * np.eye(2))


def test_means_must_fit_the_covariances():
    with pytest.raises(ValueError, match="Arguments `covariances` and `means` must have shapes"):
        moments_from_covariances(np.eye(2), [0.5])
