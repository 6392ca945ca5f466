from fractions import Fraction

import numpy as np
import pytest
from helpers import random_no_signalling
from numpy.testing import assert_allclose

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_quantum
from nonlocality.foundations.quantum import (
    bell_states,
    measurement_in_basis,
)
from nonlocality.foundations.random import random_density, random_povm, random_projective
from nonlocality.postquantum_steering.assemblages import (
    Assemblage,
    assemblage_classical,
    assemblage_minimal,
    assemblage_of_table,
    assemblage_product,
    assemblage_quantum,
    assemblage_white_noise,
    bloch_vector,
    deterministic_strategies,
    minimal_coordinates,
    read_symmetric_table,
    with_silent_charlie,
)

SEEDS = pytest.mark.parametrize("seed", range(6))
TABLE = printed_table("ps-table1")


def random_tripartite(seed, *, outcomes=2, size=2):
    """A complex quantum assemblage of general measurements, and what made it."""
    rng = np.random.default_rng(seed)
    state = random_density(rng, 3 * 2 * size)
    bob = random_povm(rng, settings=2, outcomes=outcomes, size=2)
    charlie = random_povm(rng, settings=3, outcomes=2, size=size)
    return assemblage_quantum(state, [bob, charlie], dimension=3), state, bob, charlie


@SEEDS
def test_quantum_assemblage_gives_the_behaviour_of_state_and_measurements(seed):
    assemblage, state, bob, charlie = random_tripartite(seed)
    alice = random_povm(np.random.default_rng(seed + 9), settings=2, outcomes=2, size=3)
    expected = behaviour_quantum(state, [alice, bob, charlie]).table
    assert_allclose(assemblage.measured(alice).table, expected, atol=1e-14)
    assert_allclose(assemblage.behaviour().table, expected[:, :, :, 0].sum(axis=0), atol=1e-14)


@SEEDS
def test_marginals_are_the_partial_traces(seed):
    assemblage, state, bob, charlie = random_tripartite(seed)
    tensor = state.reshape(3, 2, 2, 3, 2, 2)
    assert_allclose(assemblage.reduced, np.einsum("iabjab->ij", tensor), atol=1e-14)
    left = np.einsum("iacjbc,yoba->oyij", tensor, bob)
    right = np.einsum("icajcb,yoba->oyij", tensor, charlie)
    assert_allclose(assemblage.marginal(0).elements, left, atol=1e-14)
    assert_allclose(assemblage.marginal(1).elements, right, atol=1e-14)
    assert assemblage.marginal(1).marginal(0).settings == (3,)
    assert (assemblage.outcomes, assemblage.settings) == ((2, 2), (2, 3))


def test_printed_table_one_is_an_assemblage_with_these_members():
    """PS-03."""
    assemblage = assemblage_of_table(TABLE)
    printed = {name: column for name, *column in zip(TABLE[0], *TABLE[1], strict=True)}
    members = {
        "rho_a": assemblage.reduced,
        "sigma_b_0_0": assemblage.marginal(0).elements[0, 0],
        "sigma_b_0_1": assemblage.marginal(0).elements[0, 1],
        "sigma_00_00": assemblage.elements[0, 0, 0, 0],
        "sigma_00_10": assemblage.elements[0, 0, 1, 0],
        "sigma_00_11": assemblage.elements[0, 0, 1, 1],
    }
    for name, member in members.items():
        assert_allclose(member.ravel(), np.array(printed[name], dtype=float), atol=1e-15)
    swapped = assemblage.elements.transpose(1, 0, 3, 2, 4, 5)
    assert_allclose(swapped, assemblage.elements, atol=1e-15)
    lowest = np.linalg.eigvalsh(assemblage.elements)[..., 0]
    assert lowest.min() > 1e-3
    assert lowest.argmin() == np.ravel_multi_index((0, 1, 0, 0), lowest.shape)


def test_a_minimal_representation_is_the_inverse_of_the_members():
    assemblage = random_tripartite(3)[0]
    again = assemblage_minimal(
        reduced=assemblage.reduced,
        bob=assemblage.marginal(0).elements[0],
        charlie=assemblage.marginal(1).elements[0],
        joint=assemblage.elements[0, 0],
    )
    assert_allclose(again.elements, assemblage.elements, atol=1e-14)


def test_a_table_of_three_settings_is_read_in_order():
    names = ["a", "b0", "b1", "b2", "00", "10", "11", "20", "21", "22"]
    members = read_symmetric_table((["i", "j", *names], [[0, 0, *range(10)]]))
    assert members["reduced"].ravel().tolist() == [0]
    assert members["bob"].ravel().tolist() == members["charlie"].ravel().tolist() == [1, 2, 3]
    assert members["joint"][..., 0, 0].tolist() == [[4, 5, 7], [5, 6, 8], [7, 8, 9]]


def test_fractions_stay_exact():
    assert read_symmetric_table(TABLE)["reduced"][0, 1] == Fraction(-896, 10000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda h, r: (h[:-1], [row[:-1] for row in r]),
            "must have 5, 8, 12, … columns, but has 7",
        ),
        (lambda h, r: (h, r[:-1]), r"must have a row for each entry \(i, j\) in order, but has"),
        (lambda h, r: (h, r[::-1]), "a row for each entry"),
        (lambda h, r: (h, [row[:-1] for row in r]), "a row for each entry"),
    ],
)
def test_tables_that_do_not_fit(change, words):
    with pytest.raises(ValueError, match=words):
        read_symmetric_table(change(*TABLE))


@pytest.mark.parametrize(
    "state", [np.eye(2) / 2, np.diag([1.0, 0.0]), np.array([[0.5, 0.5j], [-0.5j, 0.5]])]
)
def test_product_with_a_behaviour(state):
    """PS-02: Alice's state is untouched, the behaviour is the one put in."""
    assemblage = assemblage_product(behaviour_pr_box(), state)
    assert_allclose(assemblage.reduced, state, atol=1e-15)
    assert_allclose(assemblage.behaviour().table, behaviour_pr_box().table)
    assert_allclose(assemblage.marginal(0).elements[1, 1], state / 2)


def test_noise():
    assemblage = random_tripartite(1)[0]
    white = assemblage_white_noise(assemblage)
    assert_allclose(white.elements[1, 0, 1, 2], np.eye(3) / 12)
    noisy = assemblage.with_noise(visibility=0.7)
    assert_allclose(noisy.elements, 0.7 * assemblage.elements + 0.3 * white.elements)
    dull = assemblage.depolarised(visibility=0.7)
    assert_allclose(dull.behaviour().table, assemblage.behaviour().table, atol=1e-15)
    vectors = [bloch_vector(a.elements[..., :2, :2]) for a in (assemblage, dull)]
    assert np.linalg.norm(vectors[1]) < np.linalg.norm(vectors[0])


def test_noisy_measurements_on_an_assemblage_are_measurements_on_a_noisy_one():
    """Eq. (39) of arXiv:1505.01430."""
    assemblage = assemblage_of_table(TABLE)
    sharp = random_projective(np.random.default_rng(2), settings=3, size=2)
    dull = 0.6 * sharp + 0.4 * np.eye(2) / 2
    left = assemblage.measured(dull).table
    assert_allclose(left, assemblage.depolarised(visibility=0.6).measured(sharp).table, atol=1e-15)


def test_bloch_vectors():
    plus_i = np.array([[0.5, -0.5j], [0.5j, 0.5]])
    states = 0.3 * np.array([np.diag([1, 0]), np.full((2, 2), 0.5), plus_i])
    assert_allclose(bloch_vector(states), np.eye(3)[[2, 0, 1]], atol=1e-15)
    with pytest.raises(ValueError, match=r"must have shape \(…, 2, 2\)"):
        bloch_vector(np.eye(3))
    with pytest.raises(ValueError, match="must have a positive trace, but has one of 0"):
        bloch_vector(np.zeros((2, 2)))


def broken(place, change):
    elements = assemblage_of_table(TABLE).elements.copy()
    elements[place] += change
    return elements


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        (broken((0, 1, 0, 0), -0.01 * np.eye(2)), r"positive, but σ_\{01\|00\} has .* -0\.00863"),
        (broken((0, 1, 1, 0), [[0, 0.1], [0, 0]]), r"Hermitian, but σ_\{01\|10\} .* by 0\.1"),
        (broken((1, 1, 1, 0), 0.01 * np.eye(2)), r"no-signal.* Bob of σ_\{·1\|10\} .* by 0\.01"),
        (1.5 * broken((0, 0, 0, 0), 0), r"state of trace 1, but its trace is 1\.5"),
        (np.ones((2, 2, 2)), r"have shape \(b, y, d, d\) or"),
        (np.ones((2, 2, 2, 3)), r"but has shape \(2, 2, 2, 3\)"),
        (np.full((2, 2, 2, 2), np.nan), r"finite numbers, but its entry \(0, 0, 0, 0\) is nan"),
    ],
)  # fmt: skip
def test_what_is_no_assemblage_is_refused(elements, words):
    with pytest.raises(ValueError, match=f"Argument `elements` must .*{words}"):
        Assemblage(elements)


def test_signalling_from_charlie_is_named():
    table = np.zeros((2, 2, 1, 2, 1, 1))
    table[0, 0, 0, 0] = table[1, 1, 0, 1] = 1
    with pytest.raises(ValueError, match=r"of Charlie of σ_\{0·\|01\} differs .* setting 0 by 1"):
        Assemblage(table)


def test_other_bad_input():
    assemblage = assemblage_of_table(TABLE)
    for bad in (2, -1, "Bob"):
        with pytest.raises(ValueError, match="`party` must be from 0 to 1, but is"):
            assemblage.marginal(bad)
    with pytest.raises(ValueError, match="`measurement` must have dimension 2, but has 3"):
        assemblage.measured(measurement_in_basis(np.eye(3)))
    with pytest.raises(ValueError, match=r"`visibility` must lie in \[0, 1\]"):
        assemblage.depolarised(visibility=1.1)
    with pytest.raises(ValueError, match=r"`weight` must lie in \[0, 1\]"):
        assemblage.mix(assemblage, weight=-1)
    with pytest.raises(ValueError, match=r"`other` must be an assemblage of shape .* but is float"):
        assemblage.mix(0.5, weight=0.5)
    with pytest.raises(
        ValueError, match=r"`joint` must have shapes .* but have \(2, 2\), \(1, 2, 2\)"
    ):
        assemblage_minimal(
            reduced=np.eye(2), bob=[np.eye(2)], charlie=[np.eye(2)], joint=[np.eye(2)]
        )
    with pytest.raises(ValueError, match="no-signalling"):
        assemblage_product(Behaviour(np.eye(2)[None, :, :, None]), [[1.0]])


def test_quantum_assemblage_needs_a_state_and_measurements():
    z_basis = measurement_in_basis(np.eye(2))
    with pytest.raises(ValueError, match=r"`state` must have shape \(4,\) or \(4, 4\)"):
        assemblage_quantum(np.eye(2) / 2, [z_basis], dimension=2)
    with pytest.raises(ValueError, match="`state` must have norm 1"):
        assemblage_quantum(2 * bell_states()[0], [z_basis], dimension=2)
    with pytest.raises(ValueError, match="`measurements` must hold 1 or 2, but holds 0"):
        assemblage_quantum(np.eye(2) / 2, [], dimension=2)
    with pytest.raises(ValueError, match=r"`measurements\[0\]` must hold positive operators"):
        assemblage_quantum(bell_states()[0], [2 * z_basis], dimension=2)


def test_elements_are_kept_and_cannot_be_changed():
    elements = assemblage_product(Behaviour(random_no_signalling(1).table), np.eye(2) / 2).elements
    with pytest.raises(ValueError, match="read-only"):
        elements[0, 0, 0, 0, 0, 0] = 1
    assert elements.dtype == float


@pytest.mark.parametrize(("outcomes", "settings"), [((2, 2), (2, 2)), ((3, 2), (1, 2))])
def test_minimal_coordinates_say_all(outcomes, settings):
    rng = np.random.default_rng(0)
    bob = random_povm(rng, settings=settings[0], outcomes=outcomes[0], size=2)
    charlie = random_povm(rng, settings=settings[1], outcomes=outcomes[1], size=2)
    steered = assemblage_quantum(random_density(rng, 8), [bob, charlie], dimension=2)
    d = deterministic_strategies(steered)
    assert d.shape == (*outcomes, *settings, np.prod(np.power(outcomes, settings)))
    assert (d.sum(axis=(0, 1)) == 1).all()
    rows = minimal_coordinates(d)
    assert np.linalg.matrix_rank(rows) == len(rows)
    back = d.reshape(-1, d.shape[-1]) @ np.linalg.pinv(rows)
    table = steered.behaviour().table
    assert np.allclose(back @ minimal_coordinates(table[..., None])[:, 0], table.ravel())


def test_a_classical_alice_holds_each_table_in_her_register():
    tables = [random_no_signalling(seed) for seed in range(3)]
    weights = [0.5, 0.25, 0.25]
    steered = assemblage_classical(tables, weights=weights)
    register = np.eye(3)[None, :, :, None] * np.eye(3)
    shown = steered.measured(register).table[:, :, :, 0]
    for a in range(3):
        assert_allclose(shown[a], weights[a] * tables[a].table, atol=1e-15)
    with pytest.raises(ValueError, match="`weights` must hold numbers of at least 0"):
        assemblage_classical(tables, weights=[0.5, 0.6, -0.1])
    with pytest.raises(ValueError, match="`behaviours` must hold 2 behaviours of one shape"):
        assemblage_classical(tables, weights=[0.5, 0.5])


def test_a_silent_charlie_changes_nothing():
    bob = assemblage_of_table(TABLE).marginal(0)
    padded = with_silent_charlie(bob)
    assert padded.outcomes == (2, 1)
    assert_allclose(padded.marginal(0).elements, bob.elements)
    assert with_silent_charlie(padded) is padded
    with pytest.raises(ValueError, match="must be an Assemblage, but is ndarray"):
        with_silent_charlie(bob.elements)
