import numpy as np
import pytest
from helpers import random_no_signalling
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.foundations.behaviours import behaviour_white_noise
from nonlocality.foundations.born import behaviour_cglmp, cglmp_measurements
from nonlocality.foundations.cglmp import (
    DENSE,
    behaviour_from_links,
    cglmp_bell_operator,
    cglmp_coefficients,
    cglmp_quantum_maximum,
    cglmp_value,
    cglmp_value_of_links,
    link_distributions,
    link_values,
    noisy_links,
    optimal_links,
    quantum_links,
)
from nonlocality.foundations.inequalities import chsh_values
from nonlocality.foundations.strategies import CausalModel

SMALL = pytest.mark.parametrize("d", range(2, 9))


@SMALL
def test_printed_definition_is_the_link_sum(d):
    assert (cglmp_coefficients(d) == d - 1 - 2 * link_values(d)).all()


@pytest.mark.parametrize("d", range(2, 6))
def test_local_bound_is_2(d):
    values = cglmp_coefficients(d).ravel() @ CausalModel(("x", "y"), (d, d), (2, 2)).matrix
    assert values.max() == 2 * (d - 1)


@SMALL
def test_born_rule_gives_the_link_distribution(d):
    value, schmidt = cglmp_quantum_maximum(d)
    links = quantum_links(schmidt)
    behaviour = behaviour_cglmp(schmidt)
    assert behaviour.table == pytest.approx(behaviour_from_links(links).table, abs=1e-14)
    assert cglmp_value(behaviour) == pytest.approx(value, abs=1e-12)
    assert cglmp_value_of_links(links) == pytest.approx(value, abs=1e-12)
    assert link_distributions(behaviour) == pytest.approx(np.tile(links, (4, 1)), abs=1e-14)


@pytest.mark.parametrize("d", [2, 3, 4])
def test_bell_operator_is_that_of_the_measurements(d):
    """Its diagonal block on the span of |jj⟩, and no larger eigenvalue outside it."""
    alice, bob = cglmp_measurements(d)
    full = np.einsum("abxy,xaij,ybkl->ikjl", cglmp_coefficients(d) / (d - 1), alice, bob)
    full = full.reshape(d * d, d * d)
    diagonal = np.arange(d) * (d + 1)
    block = full[np.ix_(diagonal, diagonal)]
    assert block == pytest.approx(cglmp_bell_operator(d), abs=1e-12)
    assert np.linalg.eigvalsh(full)[-1] == pytest.approx(cglmp_quantum_maximum(d)[0], abs=1e-12)


def test_closed_forms_of_the_maximum():
    assert cglmp_quantum_maximum(2)[0] == pytest.approx(2 * np.sqrt(2), abs=1e-14)
    assert cglmp_quantum_maximum(3)[0] == pytest.approx(1 + np.sqrt(11 / 3), abs=1e-14)
    gamma = (np.sqrt(11) - np.sqrt(3)) / 2  # arXiv:quant-ph/0111143
    ratio = cglmp_quantum_maximum(3)[1] / np.sqrt(2 + gamma**2)
    assert ratio * (2 + gamma**2) == pytest.approx([1, gamma, 1], abs=1e-14)


def test_thresholds_of_the_paper():
    """I_d >= 3.214 requires d >= 16 (text after eq. (11))."""
    assert cglmp_quantum_maximum(15)[0] < 3.214 < cglmp_quantum_maximum(16)[0]


def test_large_d():
    values = [cglmp_quantum_maximum(d)[0] for d in (2, 10, 100, 1000, 10_000)]
    assert values == sorted(values)
    assert values[-1] < 4
    d = DENSE + 1
    value, schmidt = cglmp_quantum_maximum(d)
    operator = cglmp_bell_operator(d)
    assert value == pytest.approx(np.linalg.eigvalsh(operator)[-1], abs=1e-10)
    assert operator @ schmidt == pytest.approx(value * schmidt, abs=1e-6)
    assert cglmp_value_of_links(quantum_links(schmidt)) == pytest.approx(value, abs=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_two_outcomes_are_chsh(seed):
    """The form in which the correlator of settings (1, 0) has the minus, number 2."""
    behaviour = random_no_signalling(seed)
    chsh = chsh_values(behaviour)[2]
    assert cglmp_value(behaviour) == pytest.approx(2 + 4 * chsh, abs=1e-12)


@settings(max_examples=50)
@given(st.integers(2, 7), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_noise_on_links_is_white_noise(d, visibility, seed):
    links = np.random.default_rng(seed).dirichlet(np.ones(d))
    noisy = behaviour_from_links(noisy_links(links, visibility=visibility))
    expected = behaviour_from_links(links).with_noise(visibility=visibility)
    assert noisy.table == pytest.approx(expected.table, abs=1e-14)
    assert noisy.signalling() == pytest.approx((0, 0), abs=1e-12)
    assert cglmp_value(noisy) == pytest.approx(visibility * cglmp_value_of_links(links), abs=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cglmp_coefficients(1), "`d` must be an integer of at least 2, but is 1"),
        (lambda: link_values(2.5), "`d` must be an integer"),
        (lambda: behaviour_from_links([0.5, 0.6]), "`links` must be positive and add up to 1"),
        (lambda: behaviour_from_links([1.5, -0.5]), "`links` must not be negative"),
        (lambda: behaviour_from_links([[1.0]]), r"`links` must have shape \(d,\)"),
        (lambda: cglmp_value_of_links([np.nan, 1]), "`links` must hold finite numbers"),
        (lambda: noisy_links([1, 0], visibility=1.2), "`visibility` must lie in"),
        (lambda: quantum_links([1, 1]), "`schmidt` must have shape .* and norm 1"),
        (
            lambda: cglmp_value(behaviour_white_noise((2, 3), (2, 2))),
            r"`behaviour` must have two parties .* outcomes \(2, 3\)",
        ),
        (lambda: cglmp_value(behaviour_white_noise((2,) * 3, (2,) * 3)), "must have two parties"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@SMALL
def test_optimal_links_reach_the_quantum_maximum(d):
    links = optimal_links(d)
    assert links.shape == (d,)
    assert cglmp_value_of_links(links) == pytest.approx(cglmp_quantum_maximum(d)[0], abs=1e-12)
