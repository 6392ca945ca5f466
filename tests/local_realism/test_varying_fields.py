from fractions import Fraction

import numpy as np
import pytest

from nonlocality.foundations.quantum import PAULIS
from nonlocality.local_realism.draws import subset_draws
from nonlocality.local_realism.effective_states import magnetisation
from nonlocality.local_realism.joint_measurements import mean_measurement, parent_measurement
from nonlocality.local_realism.monogamy import worst_case
from nonlocality.local_realism.varying_fields import (
    check_weights,
    field_magnetisation,
    field_see_saw,
    two_spin_sum,
    weighted_worst_case,
)


def directions(rng, n):
    vectors = rng.normal(size=(n, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_equal_directions_are_the_magnetisation():
    n = directions(np.random.default_rng(1), 1)[0]
    assert field_magnetisation([n] * 3) == pytest.approx(np.tensordot(n, magnetisation(3), 1))


def test_a_field_of_its_own_at_each_spin_and_setting_has_a_parent():
    """The magnetisations of two unrelated fields are the means of one joint measurement."""
    rng = np.random.default_rng(2)
    drawn = subset_draws(3, settings=2)
    fields = [directions(rng, 3) for _ in range(2)]
    tables = [
        {
            (k,): np.array([np.eye(2) + s * np.tensordot(n, PAULIS, 1) for s in (1, -1)]) / 2
            for k, n in enumerate(field)
        }
        for field in fields
    ]
    parent = parent_measurement(drawn, tables)
    signs = np.array([1, -1])
    for s, field in enumerate(fields):
        seen = np.tensordot(signs, parent.sum(axis=1 - s), 1)
        assert seen == pytest.approx(field_magnetisation(field), abs=1e-12)
        assert np.tensordot(
            signs, mean_measurement(drawn.marginal(s), tables[s], 3), 1
        ) == pytest.approx(seen, abs=1e-12)


@pytest.mark.parametrize(
    ("sizes", "largest"), [((1, 1), 2 * np.sqrt(2)), ((1, 2), 2), ((2, 2), 2), ((2, 3), 2)]
)
def test_fields_that_vary_violate_with_single_spins_only(sizes, largest):
    found = field_see_saw(sizes, starts=4, rng=np.random.default_rng(3))
    assert found.reached == pytest.approx(largest, abs=1e-9)
    f, g = ([field_magnetisation(n) for n in field] for field in found.fields)
    chsh = np.kron(f[0], g[0] + g[1]) + np.kron(f[1], g[0] - g[1])
    assert (found.state.conj() @ chsh @ found.state).real == pytest.approx(found.reached)


@pytest.mark.parametrize("weight", [0, 0.2, 0.5, 0.55, 0.6, 0.8, 1])
def test_two_unequal_spins_have_the_proved_sum(weight):
    found = weighted_worst_case([1], [weight, 1 - weight], angles=201)
    low, high = found.lower, found.upper
    assert low <= two_spin_sum(weight) + 1e-12 <= high + 2e-12
    assert high - low < 1e-4
    assert low == pytest.approx(two_spin_sum(weight))


def test_the_square_has_the_eigenvalues_of_the_proof():
    """A² by matrices at random weights and angles."""
    rng = np.random.default_rng(4)
    for w, t in rng.uniform(0, 1, (20, 2)):
        v, t = 1 - w, t * np.pi
        s = [w * np.kron(p, np.eye(2)) + v * np.kron(np.eye(2), p) for p in PAULIS[:2]]
        a = np.cos(t) * np.kron(PAULIS[0], s[0]) + np.sin(t) * np.kron(PAULIS[1], s[1])
        both = w**2 + v**2
        formula = both + np.sqrt(
            4 * w**2 * v**2 * np.cos(2 * t) ** 2 + both**2 * np.sin(2 * t) ** 2
        )
        other = both + np.sqrt(4 * w**2 * v**2 + (w**2 - v**2) ** 2 * np.sin(2 * t) ** 2)
        top = np.linalg.eigvalsh(a @ a)[-1]
        assert top == pytest.approx(max(formula, other))
        assert top <= 2 * both + 1e-12


def test_up_to_a_half_each_weight_is_safe():
    for weights in ([0.5, 0.5], [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]):
        assert weighted_worst_case([1], weights, angles=201).upper < 1 + 1e-4


def test_equal_weights_are_the_worst_case_of_the_magnetisation():
    found = weighted_worst_case([0.5, 0.5], [1 / 3] * 3, angles=101)
    usual = worst_case(2, 3, angles=101)
    assert found.lower == pytest.approx(usual.largest.lower)
    assert found.upper == pytest.approx(usual.largest.upper, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: field_magnetisation([1, 0, 0]), r"`directions` must have shape \(n, 3\)"),
        (lambda: field_magnetisation([[1, 1, 0]]), "`directions` must hold unit vectors"),
        (lambda: field_magnetisation([[1, 0, 0]], weights=[0.5, 0.5]), "`weights` must hold 1"),
        (lambda: check_weights("w", [Fraction(3, 2), -0.5]), "`w` must hold numbers of at least 0"),
        (lambda: field_see_saw((1, 1, 1), starts=1, rng=None), "`rng` must be a Generator"),
        (lambda: two_spin_sum(1.5), r"`weight` must lie in \[0, 1\]"),
        (lambda: weighted_worst_case([1], [1], angles=1), "`angles` must lie in"),
        (lambda: weighted_worst_case([1 / 30] * 30, [1]), "must be smaller"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
