from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.checks import TOLERANCE
from nonlocality.foundations.linear_algebra import hermitian_basis, kron
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.random import random_povm
from nonlocality.postquantum_steering.assemblage_models import (
    assemblage_product,
    assemblage_quantum,
)
from nonlocality.postquantum_steering.assemblage_tables import minimal_coordinates
from nonlocality.postquantum_steering.assemblages import Assemblage, deterministic_strategies
from nonlocality.postquantum_steering.directions import polygon
from nonlocality.postquantum_steering.exclusive import (
    exclusive_assemblage,
    exclusive_parts,
    interpolation,
    local_margin,
    local_model_behaviour,
    pythagorean_assemblage,
)
from nonlocality.postquantum_steering.hidden_states import hidden_state_visibility, local_visibility
from nonlocality.postquantum_steering.realisation import ghjw_realisation
from nonlocality.postquantum_steering.robustness import white_noise_robustness


def random_exclusive(seed, *, size=2, real=False):
    """Q_y + S_z ⪯ ρ with operators that need no interpolation: nearly on the edge."""
    rng = np.random.default_rng(seed)
    roots = rng.normal(size=(2, 4, size, size))
    roots = roots[0] + (0 if real else 1j) * roots[1]
    q, s = np.split(np.einsum("kia,kja->kij", roots, roots.conj()), 2)
    sums = [a + b for a in q for b in s]
    rho = sum(sums) / 4
    rho = rho + max(0, *(np.linalg.eigvalsh(t - rho)[-1] for t in sums)) * np.eye(size)
    scale = np.trace(rho).real
    return exclusive_assemblage(reduced=rho / scale, bob=q / scale, charlie=s / scale)


def random_effects(seed, *, size=2, settings=6):
    return random_povm(np.random.default_rng(seed), settings=settings, outcomes=2, size=size)


@pytest.mark.parametrize("t", [0.01, 0.1, 0.2, Fraction(1, 4), 0.3, 0.33])
def test_pythagorean_family_is_local_for_two_outcomes(t):
    steered = pythagorean_assemblage(t)
    assert np.abs(local_margin(steered)).max() < 1e-12
    x = random_effects(1)
    assert np.allclose(local_model_behaviour(steered, x).table, steered.measured(x).table)
    assert local_visibility(steered, corners=polygon(24)).largest.upper >= 1 - 1e-9


@pytest.mark.parametrize("t", [0.1, 0.2, 0.25, 0.3])
def test_pythagorean_family_is_postquantum_by_all_three_measures(t):
    steered = pythagorean_assemblage(t)
    assert interpolation(steered).upper < -1e-3
    assert hidden_state_visibility(steered).upper < 0.99
    assert white_noise_robustness(steered).weight.lower > 1e-2


def test_all_elements_are_pure_or_zero_but_one():
    elements = pythagorean_assemblage(0.2).elements
    determinants = np.linalg.det(elements).ravel().round(12)
    assert np.count_nonzero(determinants) == 1
    assert np.allclose(elements[0, 0, 0, 0], np.eye(2) * elements[0, 0, 0, 0, 0, 0])


def test_the_integers_over_108():
    """By hand: Σ tr A S − Σ tr B(ρ − Q) = 1/54 for Σ tr A = Σ tr B = 1/2, so ε ≤ −1/54."""
    steered = pythagorean_assemblage(Fraction(1, 4))
    assert np.allclose(108 * steered.elements, np.rint(108 * steered.elements))
    rho, bob, charlie = exclusive_parts(steered)
    a = np.array([np.diag([0, 16]), np.outer([5, -3], [5, -3])]) / 100
    b = a[:, ::-1, ::-1]
    assert np.array_equal(a.sum(axis=0), b.sum(axis=0))
    gap = np.einsum("zij,zji->", a, charlie) - np.einsum("yij,yji->", b, rho - bob)
    assert np.trace(a.sum(axis=0)) == pytest.approx(1 / 2)
    assert gap == pytest.approx(1 / 54)
    for solver in ("clarabel", "cvxopt"):
        bound = interpolation(steered, solver=solver)
        assert bound.upper == pytest.approx(-1 / 54, abs=1e-7)
        assert bound.reached == pytest.approx(-1 / 54, abs=1e-7)
        assert np.allclose(bound.evidence.dual_matrices, [*a, *b], atol=1e-4)


def visibility_of(steered, measurements):
    """Largest η for which η σ + (1 − η) tr(σ) 𝟙/2 is local for some measurements [x][a, i, j]."""
    d = minimal_coordinates(deterministic_strategies(steered))
    noise = steered.depolarised(visibility=0)
    blocks, right = [], []
    outcomes = [len(m) for m in measurements]
    for x, effects in enumerate(measurements):
        place = np.zeros((1, sum(outcomes)))
        place[0, sum(outcomes[:x]) : sum(outcomes[: x + 1])] = 1
        blocks.append(sp.hstack([sp.eye_array(16), -kron(place, np.eye(16)), np.zeros((16, 1))]))
        right.append(np.zeros(16))
        for a, effect in enumerate(effects):
            seen, base = (
                minimal_coordinates(np.einsum("bcyzij,ji->bcyz", t.elements, effect)[..., None])
                for t in (steered, noise)
            )
            place = np.zeros((1, sum(outcomes)))
            place[0, sum(outcomes[:x]) + a] = 1
            blocks.append(sp.hstack([np.zeros((9, 16)), kron(place, d), base - seen]))
            right.append(base[:, 0])
    cost = np.zeros(16 * (1 + sum(outcomes)) + 1)
    cost[-1] = -1
    equal = sp.csr_array(sp.vstack(blocks)), np.concatenate(right)
    return -minimise_linear(cost, equal=equal, mass=20.0)


def test_three_outcomes_are_not_covered():
    """By hand, in units of 1/108. Projectors H with tr S_1 + tr H(S_0 − S_1) = 54 leave no choice:
    only Charlie may fire with weight 54, and then he does in 0 or 1. The same holds for Bob. So
    max(S_0, S_1, ρ − Q_0 − Q_1) may not add up to more than 54 over the outcomes of any POVM.
    """
    steered = pythagorean_assemblage(Fraction(1, 4))
    rho, bob, charlie = (108 * part for part in exclusive_parts(steered))
    parts = ((13, [1, 9]), (216, [2, -1]), (7, [9, 5]))
    povm = np.array([k * np.outer(v, v) for k, v in parts])
    assert np.array_equal(povm.sum(axis=0), 1444 * np.eye(2))
    total = np.einsum("aij,aji->", povm, [*charlie, rho - bob.sum(axis=0)])
    assert total == pytest.approx(80256)
    assert 80256 > 54 * 1444

    projectors = [np.outer(v, v) / 10 for v in ([1, 3], [3, 1])]
    assert np.trace(charlie[1] + projectors[0] @ (charlie[0] - charlie[1])) == pytest.approx(54)
    two = [np.array([h, np.eye(2) - h]) for h in projectors]
    assert visibility_of(steered, two).upper == pytest.approx(1)
    assert visibility_of(steered, [*two, povm / 1444]).upper < 0.97
    assert visibility_of(steered, [povm / 1444]).reached > 1.01  # alone it is local


def between(steered, *, share):
    """With Q_y, S_z shrunk until the interpolation has some room, or lacks some."""
    rho, bob, charlie = exclusive_parts(steered)
    return exclusive_assemblage(reduced=rho, bob=share * bob, charlie=share * charlie)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), real=st.booleans(), share=st.sampled_from([0.5, 0.9, 1.0]))
def test_almost_quantum_is_interpolation(seed, real, share):
    """Two programs agree on the sign; hidden states are more than quantum."""
    steered = between(random_exclusive(seed, real=real), share=share)
    slack = interpolation(steered).reached
    if abs(slack) > 1e-5:
        assert (white_noise_robustness(steered).weight.reached < 1e-5) == (slack > 0)
    if hidden_state_visibility(steered).reached >= 1 + 1e-6:
        assert slack > -1e-6


@pytest.mark.parametrize("t", [0.1, 0.25])
def test_an_interpolation_is_a_quantum_realisation(t):
    """Mixed with noise until R exists; then a coin and two bipartite assemblages make it."""
    steered = between(pythagorean_assemblage(t), share=0.8)
    bound = interpolation(steered)
    assert bound.reached > 0
    rho, bob, charlie = exclusive_parts(steered)
    r = np.tensordot(bound.evidence.point[:-1], hermitian_basis(2, real=True), 1)
    elements = np.zeros((2, 2, 2, 2, 2, 2))
    for total, fires, party in ((r, charlie, 1), (rho - r, bob, 0)):
        weight = np.trace(total)
        alone = Assemblage(np.array([total - fires, fires]) / weight)
        state, povm = ghjw_realisation(alone)
        silent = np.array([[np.eye(1), np.zeros((1, 1))]] * 2)
        povms = [povm, silent] if party == 0 else [silent, povm]
        elements += weight * assemblage_quantum(state, povms, dimension=2).elements
    assert np.allclose(elements, steered.elements, atol=1e-7)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 3))
def test_a_margin_means_a_model(seed, size):
    steered, x = random_exclusive(seed, size=size), random_effects(seed, size=size)
    if min(local_margin(steered)) >= -TOLERANCE:
        assert np.allclose(local_model_behaviour(steered, x).table, steered.measured(x).table)
    else:
        with pytest.raises(ValueError, match="local margin"):
            local_model_behaviour(steered, x)


def test_without_a_margin_there_may_be_no_model():
    """Bob steers to two bases that do not commute, Charlie never fires: CHSH is violated."""
    plus, up = np.full((2, 2), 0.25), np.diag([0.5, 0])
    steered = exclusive_assemblage(
        reduced=np.eye(2) / 2, bob=[plus, up], charlie=np.zeros((2, 2, 2))
    )
    assert min(local_margin(steered)) < 0
    assert interpolation(steered).reached > -1e-7  # quantum all the same: S = 0 = R
    assert hidden_state_visibility(steered).reached == pytest.approx(2**-0.5, abs=1e-6)
    assert local_visibility(steered, corners=polygon(16)).largest.upper < 1


@pytest.mark.parametrize("t", [0, 1 / 3, -1, float("nan"), "1/4", None])
def test_the_parameter_of_the_family(t):
    with pytest.raises(ValueError, match="between 0 and 1/3"):
        pythagorean_assemblage(t)


@pytest.mark.parametrize("call", [exclusive_parts, interpolation, local_margin])
def test_what_is_not_exclusive(call):
    both = assemblage_product(behaviour_pr_box(), np.eye(2) / 2)
    with pytest.raises(ValueError, match=r"both fire with probability 0\.5"):
        call(both)
    with pytest.raises(ValueError, match="two outcomes"):
        call(Assemblage(np.full((3, 2, 1, 1, 1, 1), 1 / 6)))


def test_shapes_that_do_not_fit():
    half = np.eye(2) / 2
    with pytest.raises(ValueError, match="must have shapes"):
        exclusive_assemblage(reduced=half, bob=half, charlie=[half])
    with pytest.raises(ValueError, match=r"σ_\{00\|00\} has the eigenvalue -0.5"):
        exclusive_assemblage(reduced=half, bob=[half], charlie=[half])
    one = exclusive_assemblage(reduced=half, bob=[half / 2], charlie=[half / 2])
    with pytest.raises(ValueError, match="two settings a party, but Bob has 1"):
        local_margin(one)
    with pytest.raises(ValueError, match=r"shape \(x, 2, 2, 2\)"):
        local_model_behaviour(pythagorean_assemblage(0.2), np.eye(3)[None, :, :, None] * np.eye(3))


def test_the_family_has_its_closed_forms_exactly():
    # rational functions of t of degree < 20 each way: 40 exact points prove the identities
    one, flip = np.array([[1, 0], [0, 1]]), slice(None, None, -1)
    for t in (Fraction(n, 123) for n in range(1, 41)):
        s = (1 + t) * (1 - 3 * t) / (1 - t) ** 2
        rho = np.array([[1, s], [s, 1]]) / Fraction(2)
        first = (1 - 3 * t) / (4 * (1 - t) ** 3) * np.outer([1 - t, 1 + t], [1 - t, 1 + t])
        second = np.array([[(1 - s) / 2, 0], [0, 0]])
        rest = rho - first[flip, flip] - second[flip, flip]
        k, a = t**2 / (1 - t) ** 3, (1 + t) * (1 - 3 * t) / (2 * (1 - t) ** 2)
        w = [1 - 3 * t, 1 - t]
        joint = (1 + t) / (4 * (1 - t) ** 3) * np.outer(w, w)
        assert (rho - first - first[flip, flip] == k * (1 + t) * one).all()
        assert (first + second - rest == k * (1 - 3 * t) * one).all()
        assert (rho - second - second[flip, flip] == a * np.ones((2, 2), dtype=int)).all()
        assert (rho - second - first[flip, flip] == joint).all()
        for lower, upper, plus, minus in [
            (second, first, a, k * (1 + t)),
            (rest, first, k * (1 - 3 * t), k * (1 + t)),
            (rest, second, k * (1 - 3 * t), a),
        ]:
            m = upper - lower
            assert m.trace() == plus - minus
            assert m[0, 0] * m[1, 1] - m[0, 1] ** 2 == -plus * minus
            assert lower.trace() + plus == Fraction(1, 2)
        steered = pythagorean_assemblage(t).elements
        assert np.allclose(steered[0, 1, 0], np.array([first, second], dtype=float), atol=1e-15)
