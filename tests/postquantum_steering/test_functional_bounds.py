import numpy as np
import pytest
from numpy.testing import assert_allclose
from samples import random_assemblage, random_functional

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.random import random_density
from nonlocality.foundations.solvers import SolverError
from nonlocality.postquantum_steering.assemblage_tables import read_symmetric_table
from nonlocality.postquantum_steering.functional_bounds import (
    least_over_angles,
    local_bound,
    quantum_bound,
)
from nonlocality.postquantum_steering.functionals import functional_value
from nonlocality.postquantum_steering.printed_tables import functional_of_table
from nonlocality.postquantum_steering.robustness import minimise_functional

TABLE_2 = functional_of_table(printed_table("ps-table2"))
SEEDS = pytest.mark.parametrize("seed", range(4))


def test_quantum_bound_of_table_two_is_its_local_bound():
    """PS-11: no quantum steering helps in the paper's inequality; both angles are π."""
    exact = quantum_bound(TABLE_2, gap=1e-10)
    assert (
        exact.least.lower <= local_bound(TABLE_2) == pytest.approx(exact.least.reached, abs=1e-14)
    )
    assert_allclose(exact.angles, np.pi)
    level = minimise_functional(TABLE_2, level=2, solver="cvxopt")
    assert level.least.lower <= exact.least.reached
    assert exact.least.reached == pytest.approx(level.least.reached, abs=1e-8)
    assert exact.least.lower > minimise_functional(TABLE_2).least.reached + 2e-5


def test_local_bound_of_table_two_by_hand():
    """The least eigenvalue for the deterministic outcomes b(y), c(z) that give it."""
    members = read_symmetric_table(printed_table("ps-table2"))
    f = {name: m.astype(float) for name, m in members.items()}
    least = []
    for b in np.ndindex(2, 2):
        for c in np.ndindex(2, 2):
            bob, charlie = 1 - np.array(b), 1 - np.array(c)  # 1 where the outcome is 0
            total = f["reduced"] + np.einsum("y,yij->ij", bob, f["bob"])
            total += np.einsum("z,zij->ij", charlie, f["charlie"])
            total += np.einsum("y,z,yzij->ij", bob, charlie, f["joint"])
            half, gap = np.trace(total) / 2, np.hypot((total[0, 0] - total[1, 1]) / 2, total[0, 1])
            least.append(half - gap)
    assert local_bound(TABLE_2) == pytest.approx(min(least), abs=1e-14)


@SEEDS
def test_quantum_bound_is_not_beaten_by_a_fine_grid(seed):
    f = random_functional(seed)
    exact = quantum_bound(f)
    assert 0 <= exact.least.reached - exact.least.lower <= 1e-9 * np.abs(f).max()
    angles = np.linspace(0, np.pi, 41)
    unit, z, x = np.eye(2), np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
    turned = np.multiply.outer(np.cos(angles), z) + np.multiply.outer(np.sin(angles), x)
    spins = np.stack([np.broadcast_to(z, turned.shape), turned])
    sides = np.stack([unit + spins, unit - spins]) / 2  # [b, y, angle, k, l]
    operators = np.einsum("bcysij,byukl,csvmn->uvikmjln", f, sides, sides, optimize=True)
    best = np.linalg.eigvalsh(operators.reshape(41, 41, 8, 8))[..., 0].min()
    assert exact.least.lower <= best
    assert best - exact.least.reached < 0.05


@SEEDS
def test_quantum_assemblages_obey_the_quantum_bound(seed):
    f = random_functional(seed)
    assert functional_value(f, random_assemblage(seed)) >= quantum_bound(f).least.lower


@SEEDS
def test_chsh_for_any_operator_of_alice(seed):
    """Σ ± tr(Mσ) with M ⪰ 0 is the least CHSH value −2√2 times the largest eigenvalue of M."""
    rng = np.random.default_rng(seed)
    b, c, y, z = np.indices((2, 2, 2, 2))
    operator = random_density(rng, 3)
    f = np.multiply.outer((-1.0) ** (b + c + y * z), operator)
    largest = np.linalg.eigvalsh(operator)[-1]
    assert quantum_bound(f).least.reached == pytest.approx(-2 * np.sqrt(2) * largest, abs=1e-9)
    assert local_bound(f) == pytest.approx(-2 * largest, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: quantum_bound(TABLE_2[:, :, :1]), "must have two outcomes and two settings each"),
        (lambda: quantum_bound(TABLE_2, gap=0), r"`gap` must lie in \[1e-10, 1\]"),
        (lambda: local_bound(np.ones(3)), r"must have shape \(b, c, y, z, d, d\)"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_continuum_of_optimal_angles_is_given_up_on(monkeypatch):
    monkeypatch.setattr("nonlocality.postquantum_steering.functional_bounds.MOST_CELLS", 100)
    with pytest.raises(SolverError, match=r"not closer after .* A `gap` above .* is in reach"):
        quantum_bound(random_functional(1), gap=1e-10)


@pytest.mark.parametrize("gap", [-1e-9, -np.inf, np.nan])
def test_a_gap_that_no_search_ends_at_is_refused_at_once(gap):
    with pytest.raises(ValueError, match="Argument `gap` must"):
        least_over_angles(np.zeros((3, 3, 2, 2)), gap)
