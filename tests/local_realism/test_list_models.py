from itertools import permutations

import numpy as np
import pytest

from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.random import random_density, random_povm, random_projective
from nonlocality.foundations.strategies import CausalModel
from nonlocality.local_realism.effective_states import effective_state
from nonlocality.local_realism.list_models import list_model, local_settings

CASES = [  # sizes, settings, outcomes, dimension, free region
    ((2, 2), (2, 2), (2, 2), 2, None),
    ((2, 3), (2, 3), (3, 2), 2, None),
    ((3, 3), (2, 3), (2, 2), 2, None),
    ((2, 2), (2, 2), (3, 3), 3, None),
    ((1, 2), (5, 2), (2, 3), 2, 0),
    ((3, 1), (3, 7), (2, 4), 2, 1),
    ((2, 2, 2), (2, 2, 2), (2, 2, 2), 2, None),
    ((2, 1, 2), (2, 4, 2), (2, 3, 2), 2, 1),
    ((1, 2), (4, 2), (3, 3), 3, 0),
]


@pytest.mark.parametrize(("sizes", "numbers", "outcomes", "dimension", "free"), CASES)
def test_the_model_is_local_and_shows_the_quantum_distribution(
    sizes, numbers, outcomes, dimension, free
):
    rng = np.random.default_rng(len(sizes) + sum(sizes))
    state = random_density(rng, dimension ** sum(sizes))
    povms = [
        random_povm(rng, settings=s, outcomes=o, size=dimension)
        for s, o in zip(numbers, outcomes, strict=True)
    ]
    model = list_model(state, sizes, povms, free=free, dimension=dimension)
    assert model.table.min() > -1e-12
    assert model.signalling() < 1e-12
    assert model.weights().sum() == pytest.approx(1)
    assert model.weights().ndim == sum(s for k, s in enumerate(numbers) if k != free)
    quantum = behaviour_quantum(effective_state(state, sizes, dimension=dimension), povms)
    assert model.behaviour().table == pytest.approx(quantum.table, abs=1e-12)


def test_the_weights_are_born_rule_on_a_shuffled_state():
    """(10) itself, with matrices: average over permutations, then one effect a particle."""
    rng = np.random.default_rng(8)
    state = random_density(rng, 8)
    povms = [random_projective(rng, settings=n, size=2) for n in (1, 2)]
    weights = list_model(state, (1, 2), povms).weights()
    tensor = state.reshape((2,) * 6)
    shuffled = (tensor + tensor.transpose(0, 2, 1, 3, 5, 4)).reshape(8, 8) / 2
    for a, b, c in np.ndindex(2, 2, 2):
        effect = np.kron(np.kron(povms[0][0, a], povms[1][0, b]), povms[1][1, c])
        assert weights[a, b, c] == pytest.approx(np.trace(shuffled @ effect).real)


def test_a_free_party_without_signal_is_what_locality_needs():
    """With one free region the behaviour lies in the local polytope, vertex by vertex."""
    rng = np.random.default_rng(9)
    povms = [random_projective(rng, settings=n, size=2) for n in (3, 2)]
    model = list_model(random_density(rng, 8), (1, 2), povms, free=0)
    table = model.table  # [j, i, m0, m1]
    local = CausalModel(("x", "y"), (2, 2), (3, 2))
    given = table / table.sum(axis=0, keepdims=True)
    weights = np.zeros(local.size)
    fa, fb = local.responses
    for k in range(local.size):
        lists = tuple(fb[k])
        weights[k] = model.weights()[lists] * np.prod([given[fa[k][x], x][lists] for x in range(3)])
    assert weights.sum() == pytest.approx(1)
    mixed = (local.matrix @ weights).reshape(2, 2, 3, 2)
    assert mixed == pytest.approx(model.behaviour().table)


@pytest.mark.parametrize(
    ("sizes", "numbers", "free"), [((2, 4), (1, 2), None), ((2, 4), (3, 2), 0)]
)
def test_two_body_observables_count_pairs(sizes, numbers, free):
    rng = np.random.default_rng(10)
    state = rng.normal(size=2 ** sum(sizes)) + 1j * rng.normal(size=2 ** sum(sizes))
    state /= np.linalg.norm(state)
    povms = [random_povm(rng, settings=s, outcomes=2, size=4) for s in numbers]
    model = list_model(state, sizes, povms, body=2, free=free)
    quantum = behaviour_quantum(effective_state(state, sizes, body=2), povms)
    assert model.behaviour().table == pytest.approx(quantum.table, abs=1e-12)
    assert model.signalling() < 1e-12


def test_five_settings_a_side_are_a_matter_of_a_second():
    """Ten particles: 14400 permutations would take minutes, the shuffle has twenty swaps."""
    rng = np.random.default_rng(12)
    state = rng.normal(size=2**10) + 1j * rng.normal(size=2**10)
    state /= np.linalg.norm(state)
    povms = [random_projective(rng, settings=5, size=2) for _ in range(2)]
    model = list_model(state, (5, 5), povms)
    quantum = behaviour_quantum(effective_state(state, (5, 5)), povms)
    assert model.behaviour().table == pytest.approx(quantum.table, abs=1e-12)


def test_two_body_effective_state_gives_the_mean_over_all_pairs():
    """Σ over ordered pairs of an observable that is not symmetric, as in M-body magnetisation."""
    rng = np.random.default_rng(11)
    state = random_density(rng, 8)
    observable = rng.normal(size=(4, 4))
    observable = observable + observable.T
    total = 0
    for i, j in permutations(range(3), 2):
        rest = ({0, 1, 2} - {i, j}).pop()
        order = [i, j, rest]
        moved = (
            state.reshape((2,) * 6).transpose(order + [3 + k for k in order]).reshape(4, 2, 4, 2)
        )
        total += np.einsum("aibi,ba->", moved, observable).real / 6
    effective = effective_state(state, (3,), body=2)
    assert np.trace(effective @ observable).real == pytest.approx(total)


def test_the_papers_example():
    assert local_settings(particles=10**23, regions=10**7, body=10**7) == 10**9
    assert local_settings(particles=10**23, regions=2) == 5 * 10**22
    assert local_settings(particles=7, regions=2, body=2) == 1


def test_the_trade_off_is_consistent():
    """k regions have lists for S settings exactly if k ≤ N/(S·M)."""
    for particles, regions, body in np.ndindex(40, 8, 4):
        n, k, m = particles + 1, regions + 1, body + 1
        if n // k < m:
            continue
        s = local_settings(particles=n, regions=k, body=m)
        assert n // (s * m) >= k
        assert n // ((s + 1) * m) < k


XZ = np.array([[[[1.0, 0], [0, 0]], [[0, 0], [0, 1]]], [[[0.5, 0.5], [0.5, 0.5]],
               [[0.5, -0.5], [-0.5, 0.5]]]])  # fmt: skip
STATE = np.eye(8) / 8


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: list_model(STATE, (1, 2), [XZ, XZ]), r"`measurements\[0\]` .* at most 1 settings"),
        (lambda: list_model(STATE, (2, 1), [XZ, XZ], free=0), r"`measurements\[1\]` .* at most 1"),
        (lambda: list_model(STATE, (1, 2), [XZ]), "must hold 2 arrays, but holds 1"),
        (lambda: list_model(STATE, (1, 2), [XZ, XZ], free=2), "`free` must be a region's number"),
        (lambda: list_model(STATE, (1, 2), [XZ, XZ], free=0, dimension=3), "of dimension 3, but"),
        (lambda: list_model(STATE, (1, 0), [XZ, XZ]), "`sizes` must hold positive integers"),
        (lambda: list_model(STATE, (2, 2), [XZ, XZ]), r"`state` must have shape \(16,\)"),
        (lambda: list_model(STATE, (1, 2), [XZ, 2 * XZ], free=0), r"`measurements\[1\]` must hold"),
        (lambda: list_model(2 * STATE, (1, 2), [XZ, XZ], free=0), "of unit trace"),
        (lambda: list_model(STATE, (1, 2), [XZ, XZ], body=10**9), r"`body` must be .* 10\^6\.02e8"),
        (lambda: list_model(STATE, (1, 10**9), [XZ, XZ], free=0), "`sizes` must be smaller: .*10"),
        (lambda: local_settings(particles=0, regions=1), "`particles` must be a positive integer"),
        (lambda: local_settings(particles=1e23, regions=1), r"10\*\*23, but is 1e\+23"),
        (lambda: local_settings(particles=5, regions=7), "`regions` must be at most 5, the number"),
        (lambda: local_settings(particles=8, regions=2, body=5), "`body` must be at most 4"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
