from fractions import Fraction

import numpy as np
import pytest

from nonlocality.foundations.quantum import PAULIS, werner_state
from nonlocality.foundations.random import random_density
from nonlocality.local_realism.effective_states import effective_state, magnetisation, spin
from nonlocality.local_realism.werner_states import (
    THRESHOLDS,
    exact_visibilities,
    largest_visibility,
    smallest_region,
    visibility,
    visibility_levels,
)

SIZES = [(a, b) for a in range(1, 6) for b in range(1, 8)]


@pytest.mark.parametrize("sizes", SIZES)
def test_largest_visibility_by_diagonalisation(sizes):
    found = exact_visibilities(*sizes)
    assert found.largest == pytest.approx(float(largest_visibility(*sizes)), abs=1e-13)
    assert found.smallest == pytest.approx(-1 / 3, abs=1e-13)


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 2), (1, 4), (3, 2), (3, 3)])
def test_the_whole_hilbert_space_has_no_larger_one(sizes):
    left, right = (magnetisation(n) for n in sizes)
    values = np.linalg.eigvalsh(-sum(map(np.kron, left, right)) / 3)
    assert values[-1] == pytest.approx(float(largest_visibility(*sizes)), abs=1e-13)
    assert values[0] == pytest.approx(-1 / 3, abs=1e-13)


def total_spin(n_a, n_b):
    """Components of J_A + J_B on the two symmetric spins, shape (3, D, D)."""
    left, right = (spin(n) * n / 2 for n in (n_a, n_b))
    one, other = (np.eye(n + 1) for n in (n_a, n_b))
    return np.array([np.kron(a, other) + np.kron(one, b) for a, b in zip(left, right, strict=True)])


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 2), (2, 3), (1, 5), (4, 4)])
def test_the_optimum_is_rotationally_invariant(sizes):
    """It commutes with the total spin, so with all rotations; it is a state."""
    optimum = exact_visibilities(*sizes).optimum
    assert np.trace(optimum).real == pytest.approx(1)
    assert np.linalg.eigvalsh(optimum)[0] > -1e-12
    for component in total_spin(*sizes):
        assert optimum @ component == pytest.approx(component @ optimum, abs=1e-12)


@pytest.mark.parametrize("sizes", [(1, 2), (2, 2), (1, 3), (2, 3)])
def test_an_invariant_state_has_a_werner_state_of_that_visibility(sizes):
    """The optimum on all qubits, from the magnetisation alone: its effective state is Werner's."""
    left, right = (magnetisation(n) for n in sizes)
    values, vectors = np.linalg.eigh(-sum(map(np.kron, left, right)) / 3)
    top = vectors[:, np.isclose(values, values[-1])]
    effective = effective_state(top @ top.conj().T / top.shape[1], sizes)
    expected = werner_state(visibility=float(largest_visibility(*sizes)))
    assert effective == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 3), (4, 2)])
def test_the_levels_are_the_spectrum_of_the_symmetric_regions(sizes):
    """Each V(J) with multiplicity 2J + 1, against diagonalisation."""
    left, right = (spin(n) for n in sizes)
    matrix = -sum(np.kron(a, b) for a, b in zip(left, right, strict=True)) / 3
    levels = visibility_levels(*sizes)
    expected = [float(v) for j, v in levels.items() for _ in range(int(2 * j + 1))]
    assert np.linalg.eigvalsh(matrix) == pytest.approx(sorted(expected), abs=1e-12)
    assert max(levels.values()) == largest_visibility(*sizes)
    assert min(levels.values()) == Fraction(-1, 3)


def test_visibility_is_that_of_the_rotated_average():
    rng = np.random.default_rng(4)
    rho = random_density(rng, 4)
    singlet = werner_state(visibility=1)
    fidelity = np.trace(rho @ singlet).real
    assert visibility(rho) == pytest.approx((4 * fidelity - 1) / 3)
    bloch = sum(np.trace(rho @ np.kron(p, p)).real for p in PAULIS)
    assert visibility(rho) == pytest.approx(-bloch / 3)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_thresholds_are_met_from_the_smallest_region_on(threshold):
    r = threshold.smallest_region
    assert largest_visibility(1, r) <= threshold.visibility
    assert r == 1 or largest_visibility(r - 1, r - 1) > threshold.visibility


def test_the_printed_thresholds_at_their_edges():
    """Two qubits in one region meet 2/3 with equality, eight meet 5/12: "> 8" is one too many."""
    assert largest_visibility(1, 2) == Fraction(2, 3)
    assert largest_visibility(8, 1) == Fraction(5, 12)
    assert smallest_region(Fraction(2, 3)) == 2
    assert smallest_region(Fraction(5, 12)) == 8
    assert largest_visibility(2, 2) > Fraction(66, 100) > largest_visibility(3, 1)


@pytest.mark.parametrize(
    "exact", [Fraction(2, 3), Fraction(5, 12), Fraction(1, 2), Fraction(4, 9), Fraction(7, 15)]
)
def test_a_float_stands_for_the_fraction_that_is_meant(exact):
    """At R = 2/(3t − 1) the threshold is met exactly; the bits of 2/3 are a little below it."""
    assert smallest_region(float(exact)) == smallest_region(exact) == 2 / (3 * exact - 1)


def test_projective_thresholds_follow_from_bounds_of_the_grothendieck_constant():
    """1/K_G(3), rounded down, with K_G(3) ≤ 1.4546 of arXiv:2302.04721."""
    best = max(t.visibility for t in THRESHOLDS if t.measurements == "projective")
    assert best * Fraction(14546, 10000) <= 1 < (best + Fraction(1, 10000)) * Fraction(14546, 10000)


@pytest.mark.parametrize("bad", [Fraction(1, 3), 0.3, 1.2, np.nan, "half"])
def test_bad_thresholds(bad):
    with pytest.raises(ValueError, match="Argument `threshold` must"):
        smallest_region(bad)


@pytest.mark.parametrize("call", [largest_visibility, exact_visibilities, visibility_levels])
@pytest.mark.parametrize("bad", [(0, 1), (2, -1), (1.5, 1)])
def test_bad_sizes(call, bad):
    with pytest.raises(ValueError, match="Argument `n_a, n_b` must hold positive integers"):
        call(*bad)


def test_bad_states():
    with pytest.raises(ValueError, match=r"`effective` must have shape \(4,\) or \(4, 4\)"):
        visibility(np.eye(8) / 8)


@pytest.mark.parametrize("sizes", [(10**9, 10**9), (1, 10**9), (10**400, 1)])
def test_huge_regions_are_refused_at_once(sizes):
    huge = r"`n_a, n_b` must (be smaller: the call would need \S+ GB|hold at most 10\^300)"
    with pytest.raises(ValueError, match=huge):
        exact_visibilities(*sizes)
