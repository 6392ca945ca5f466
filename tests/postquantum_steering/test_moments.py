import numpy as np
import pytest
from numpy.testing import assert_allclose

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, bell_states
from nonlocality.foundations.random import random_density, random_projective
from nonlocality.postquantum_steering.assemblage_models import assemblage_quantum
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.moment_patterns import moment_words, quantum_pattern
from nonlocality.postquantum_steering.moments import SteeringMoments, steering_moments
from nonlocality.postquantum_steering.rules import RULES, pattern_of_rules, rule_links

ALICE = 2


def random_model(seed, *, outcomes=2, pure=False, size=3):
    """A complex state of Alice, Bob, Charlie and projective measurements ``[y, b, i, j]``."""
    rng = np.random.default_rng(seed)
    state = random_density(rng, ALICE * size * size)
    if pure:
        vector = np.linalg.eigh(state)[1][:, -1]
        state = np.outer(vector, vector.conj())
    parties = []
    for _ in range(2):
        lines = random_projective(rng, settings=2, size=size)
        rest = lines[:, outcomes - 1 :].sum(axis=1, keepdims=True)
        parties.append(np.concatenate([lines[:, : outcomes - 1], rest], axis=1))
    return state, *parties


def operators(words, bob, charlie):
    """O_v on Bob's and Charlie's space for each word."""
    size = bob.shape[-1]
    found = []
    for word in words:
        factors = []
        for letters, party in zip(word, (bob, charlie), strict=True):
            factor = np.eye(size)
            for setting, outcome in letters:
                factor = factor @ party[setting, outcome]
            factors.append(factor)
        found.append(np.kron(*factors))
    return found


def moment(state, operator):
    """tr_BC(O ρ), Alice's matrix."""
    size = len(operator)
    tensor = state.reshape(ALICE, size, ALICE, size)
    return np.einsum("iajb,ba->ij", tensor, operator)


def moment_matrix(state, found, *, printed):
    """Blocks tr_BC(O_v† O_w ρ) as eq. (17) prints them, or with v and w swapped."""
    blocks = [
        [moment(state, v.conj().T @ w if printed else w.conj().T @ v) for w in found] for v in found
    ]
    return np.block(blocks)


def blockwise_transpose(matrix):
    size = len(matrix) // ALICE
    blocks = matrix.reshape(size, ALICE, size, ALICE)
    return blocks.transpose(0, 3, 2, 1).reshape(matrix.shape)


@pytest.mark.parametrize(
    ("outcomes", "level"), [(2, "almost-quantum"), (3, "almost-quantum"), (2, 2)]
)
@pytest.mark.parametrize("pure", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_quantum_models_have_positive_moment_matrices_with_all_links(seed, pure, outcomes, level):
    """PS-07: soundness, and the literal eq. (17) is not positive."""
    state, bob, charlie = random_model(seed, outcomes=outcomes, pure=pure)
    words = moment_words(outcomes=(outcomes,) * 2, settings=(2, 2), level=level)
    found = operators(words, bob, charlie)
    literal = moment_matrix(state, found, printed=True)
    assert_allclose(literal, literal.conj().T, atol=1e-14)
    if pure:  # strong correlations show it
        assert np.linalg.eigvalsh(literal)[0] < -1e-3
    assert np.linalg.eigvalsh(blockwise_transpose(literal))[0] > -1e-14
    swapped = moment_matrix(state, found, printed=False)
    assert_allclose(swapped.conj(), blockwise_transpose(literal), atol=1e-14)

    # some real numbers m give that matrix, the first of them the coordinates of the assemblage
    assemblage = assemblage_quantum(state, [bob, charlie], dimension=ALICE)
    moments = SteeringMoments((outcomes,) * 2, (2, 2), ALICE, False, quantum_pattern(words))
    slopes = moments.inequality.slopes.toarray()
    stacked = np.concatenate([slopes.real, slopes.imag])
    both = np.stack([literal.ravel(), swapped.ravel()], axis=1)
    right = np.concatenate([both.real, both.imag])
    points = np.linalg.lstsq(stacked, right, rcond=None)[0].T
    for gamma, point in zip((literal, swapped), points, strict=True):
        assert_allclose(moments.inequality.at(point), gamma, atol=1e-12)
        coordinates = moments.coordinates(assemblage.elements)
        assert_allclose(point[: moments.known], coordinates, atol=1e-12)
        assert_allclose(moments.table @ coordinates, assemblage.elements, atol=1e-13)


def test_the_printed_moment_matrix_of_two_paulis_has_the_eigenvalue_minus_one_half():
    """By hand: Alice and Bob share Φ+, words 1, X, Z. The blocks are (O_v† O_w)^T/2; conjugated
    with diag(1, X, Z) they are the numbers 1, 1, 1; 1, 1, −1; 1, −1, 1 times 𝟙/2."""
    state = np.outer(bell_states()[0], bell_states()[0])
    literal = moment_matrix(state, [np.eye(2), PAULI_X, PAULI_Z], printed=True)
    assert_allclose(np.linalg.eigvalsh(literal), [-0.5, -0.5, 1, 1, 1, 1], atol=1e-15)
    correct = moment_matrix(state, [np.eye(2), PAULI_X, PAULI_Z], printed=False)
    assert_allclose(np.linalg.eigvalsh(correct), [0, 0, 0, 0, 1.5, 1.5], atol=1e-15)


@pytest.mark.parametrize("real", [True, False])
def test_coordinates_costs_and_functionals_are_consistent(real):
    rng = np.random.default_rng(5)
    moments = steering_moments(outcomes=(2, 3), settings=(2, 2), dimension=2, real=real)
    m = rng.normal(size=moments.known)
    elements = moments.table @ m
    assert_allclose(moments.coordinates(elements), m, atol=1e-12)
    f = rng.normal(size=elements.shape) + (0 if real else 1j) * rng.normal(size=elements.shape)
    f = f + f.conj().swapaxes(-1, -2)
    value = np.einsum("bcyzij,bcyzji->", f, elements)
    assert moments.costs(f) @ m == pytest.approx(value.real)
    again = moments.functional(moments.costs(f))
    assert_allclose(moments.costs(again), moments.costs(f), atol=1e-12)
    assert np.linalg.norm(again) <= np.linalg.norm(f)
    assert_allclose(again, again.conj().swapaxes(-1, -2), atol=1e-12)


def test_first_row_holds_the_assemblage():
    assemblage = assemblage_of_table(printed_table("ps-table1"))
    moments = steering_moments(outcomes=(2, 2), settings=(2, 2), dimension=2, real=True)
    point = np.zeros(moments.inequality.slopes.shape[1])
    point[: moments.known] = moments.coordinates(assemblage.elements)
    row = moments.inequality.at(point)[:2].reshape(2, 9, 2).swapaxes(0, 1)
    bob, charlie = assemblage.marginal(0).elements[0], assemblage.marginal(1).elements[0]
    joint = assemblage.elements[0, 0].reshape(4, 2, 2)
    assert_allclose(row, [assemblage.reduced, *bob, *charlie, *joint], atol=1e-15)


def same_links(one, two):
    """Whether two patterns link the same places, with the same adjoints."""
    names = {}
    for place, (name, swapped) in one.blocks.items():
        other, turned = two.blocks[place]
        if name in one.hermitian:
            swapped = turned = False
        names.setdefault(name, set()).add((other, swapped != turned))
    return (
        all(len(found) == 1 for found in names.values())
        and len({other for found in names.values() for other, _ in found}) == len(names)
        and len(one.hermitian) == len(two.hermitian)
    )


@pytest.mark.parametrize("settings", [(2, 2), (3, 2), (1, 2)])
def test_the_printed_rules_with_their_mirror_images_are_all_links(settings):
    """PS-07: (22)–(29) and Charlie's; (22), (25), (26), (26c) imply the rest."""
    full = quantum_pattern(moment_words(outcomes=(2, 2), settings=settings))
    assert same_links(pattern_of_rules(RULES, settings=settings), full)
    assert same_links(pattern_of_rules(["22", "25", "26", "26c"], settings=settings), full)
    assert same_links(pattern_of_rules(["22", "25c", "26", "26c"], settings=settings), full)
    if settings == (2, 2):
        for rule in ("22", "26", "26c"):
            fewer = [r for r in RULES if r != rule]
            assert not same_links(pattern_of_rules(fewer, settings=settings), full)


def test_rules_hold_for_operators():
    """Each link, checked on the operators of a random model."""
    _, bob, charlie = random_model(7)
    for rule in RULES:
        for first, second, swapped in rule_links(rule, settings=(2, 2)):
            left, right = (
                np.conj(v).T @ w
                for v, w in (operators(pair, bob, charlie) for pair in (first, second))
            )
            assert_allclose(left, right.conj().T if swapped else right, atol=1e-14)


def test_unknown_rules():
    with pytest.raises(ValueError, match=r"`rule` must be one of 22, .*, 29c, but is '27'"):
        rule_links("27", settings=(2, 2))
