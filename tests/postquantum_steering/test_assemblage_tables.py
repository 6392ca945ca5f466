"""Assemblages from tables."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose
from samples import random_tripartite

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.quantum import measurement_in_basis
from nonlocality.foundations.random import random_projective
from nonlocality.postquantum_steering.assemblage_models import (
    assemblage_product,
)
from nonlocality.postquantum_steering.assemblage_tables import (
    assemblage_minimal,
    assemblage_of_table,
    read_symmetric_table,
)

TABLE = printed_table("ps-table1")


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


def test_noisy_measurements_on_an_assemblage_are_measurements_on_a_noisy_one():
    """Eq. (39) of arXiv:1505.01430."""
    assemblage = assemblage_of_table(TABLE)
    sharp = random_projective(np.random.default_rng(2), settings=3, size=2)
    dull = 0.6 * sharp + 0.4 * np.eye(2) / 2
    left = assemblage.measured(dull).table
    assert_allclose(left, assemblage.depolarised(visibility=0.6).measured(sharp).table, atol=1e-15)


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
