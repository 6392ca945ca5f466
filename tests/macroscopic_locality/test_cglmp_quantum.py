"""The quantum end of Fig. 4, from above and for large d."""

from pathlib import Path

import numpy as np
import pytest
from samples import positions_of_events

from nonlocality.foundations.cglmp import cglmp_coefficients, cglmp_quantum_maximum, optimal_links
from nonlocality.macroscopic_locality import cglmp_quantum
from nonlocality.macroscopic_locality.cglmp_moments import (
    macroscopic_asymptote,
    macroscopic_maximum,
)
from nonlocality.macroscopic_locality.cglmp_quantum import maximise_quantum, quantum_asymptote
from nonlocality.macroscopic_locality.moments import maximise

SMALL = pytest.mark.parametrize("d", range(2, 8))


BOTH = pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])


@BOTH
@pytest.mark.parametrize("d", [2, 3, 4])
def test_reduced_1ab_agrees_with_the_generic_one(d, solver):
    generic = maximise(cglmp_coefficients(d) / (d - 1), level="1+AB", solver=solver)
    reduced = maximise_quantum(d, solver=solver)
    assert reduced.largest.upper == pytest.approx(generic.largest.upper, abs=2e-6)
    assert reduced.largest.reached == pytest.approx(generic.largest.lower, abs=2e-6)


@BOTH
@SMALL
def test_1ab_meets_the_eigenvalue(d, solver):
    value = cglmp_quantum_maximum(d)[0]
    best = maximise_quantum(d, solver=solver)
    assert value - 1e-9 <= best.largest.upper <= value + 1e-6
    assert best.largest.reached == pytest.approx(value, abs=1e-6)
    assert best.links == pytest.approx(optimal_links(d), abs=1e-3)
    assert best.largest.evidence.solver == {"clarabel": "Clarabel", "cvxopt": "CVXOPT"}[solver]


@pytest.mark.parametrize("d", [2, 3, 4])
def test_blocks_are_those_of_the_moment_matrix_of_a_quantum_behaviour(d):
    """The moments of the CGLMP-optimal model satisfy every row and every block."""
    from nonlocality.foundations.born import cglmp_measurements

    alice, bob = positions_of_events(d)
    operators = np.empty((4 * d, d, d), dtype=complex)
    for points, projectors in zip((alice, bob), cglmp_measurements(d), strict=True):
        for x in range(2):
            operators[points[x]] = projectors[x]
    state = np.diag(cglmp_quantum_maximum(d)[1])  # ψ as a matrix: ⟨A ⊗ B⟩ = tr(ψ† A ψ Bᵀ)
    blocks, rows, links = cglmp_quantum._level_1ab(d)
    words = _words(d)
    words = words[words[:, 0] < 4]  # the rest follow by rotation
    moments, orbits = [], cglmp_quantum._orbits(words, d)
    for p, p_, q, q_ in words:
        left, right = operators[p] @ operators[p_], operators[q] @ operators[q_]
        moments.append(d * np.trace(state.T @ left @ state @ right.T).real)
    names, first = np.unique(orbits, return_index=True)
    moments = np.array(moments)
    assert moments == pytest.approx(moments[first][np.searchsorted(names, orbits)], abs=1e-12)
    moments = moments[first]
    assert len(moments) == rows.shape[1]
    assert np.abs(rows @ moments).max() < 1e-12
    assert moments[links] == pytest.approx(optimal_links(d), abs=1e-12)
    assert min(np.linalg.eigvalsh(block.at(moments))[0] for block in blocks) > -1e-12


def _words(d):
    """Positions (p, p', q, q') of all words A_p A_p' B_q B_q' that are not 0."""
    p, p_, q, q_ = (2 * np.indices((2 * d,) * 4)).reshape(4, -1)
    keep = ((p == p_) | ((p - p_) % 4 != 0)) & ((q == q_) | ((q - q_) % 4 != 0))
    return np.stack([p, p_, q + 1, q_ + 1], axis=-1)[keep]


def test_asymptote_of_the_quantum_maximum():
    """The error times (d log d)² settles: 0.30, 0.40, 0.46, 0.50, 0.52 …"""
    rest = [
        (cglmp_quantum_maximum(d)[0] - quantum_asymptote(d)) * (d * np.log(d)) ** 2
        for d in (16, 64, 256, 1024, 4096)
    ]
    assert np.abs(np.abs(rest) - [0.30, 0.40, 0.46, 0.50, 0.52]).max() < 0.01
    assert abs(cglmp_quantum_maximum(1000)[0] - quantum_asymptote(1000)) < 2e-8


def test_the_formula_of_the_quantum_end_finds_the_peak_of_the_difference():
    gap = {d: macroscopic_maximum(d) - quantum_asymptote(d) for d in range(20, 80)}
    assert max(gap, key=gap.get) == 45


@pytest.mark.parametrize("bad", [1, -3, np.nan, "d", None])
@pytest.mark.parametrize("asymptote", [macroscopic_asymptote, quantum_asymptote])
def test_asymptotes_want_two_outcomes_or_more(asymptote, bad):
    with pytest.raises(ValueError, match="Argument `d` must"):
        asymptote(bad)


def test_the_kept_bounds_come_out_again_and_meet_the_eigenvalues():
    path = Path(__file__).parents[2] / "book" / "computed" / "ml-quantum-upper.csv"
    rows = [line.split(",") for line in path.read_text().split()]
    assert rows[0] == ["d", "s_q_upper"]
    kept = {int(d): float(upper) for d, upper in rows[1:]}
    assert list(kept) == list(range(2, 21))
    for d, upper in kept.items():
        reached = cglmp_quantum_maximum(d)[0]
        assert reached - 1e-12 <= upper < reached + 1e-6
    for d in (4, 9):
        assert maximise_quantum(d).largest.upper == pytest.approx(kept[d], abs=1e-6)
