import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from nonlocality.book.ledger import printed_table
from nonlocality.certificates import CertificateError
from nonlocality.certificates import steering_members as members_of
from nonlocality.postquantum_steering.assemblage_tables import (
    assemblage_minimal,
    assemblage_of_table,
    read_symmetric_table,
)

FOLDER = Path(__file__).parents[2] / "certificates" / "postquantum_steering"
ASSEMBLAGE = FOLDER / "steering-table1.json"
TABLE_1, TABLE_2 = printed_table("ps-table1"), printed_table("ps-table2")


def test_the_names_of_the_tables_are_earned_by_their_printed_digits():
    for name, printed in (("TABLE_1", TABLE_1), ("TABLE_2", TABLE_2)):
        members = members_of.printed_members(getattr(members_of, name))
        for word, entries in members.items():
            exact = read_symmetric_table(printed)
            bob, charlie = word
            matrix = exact["reduced"]
            if bob and charlie:
                matrix = exact["joint"][bob[0], charlie[0]]
            elif bob or charlie:
                matrix = exact["bob"][(*bob, *charlie)[0]]
            assert entries == [matrix[0, 0], matrix[0, 1], matrix[1, 1]]


def test_members_are_those_of_a_minimal_representation():
    data = json.loads(ASSEMBLAGE.read_text(encoding="utf-8"))["assemblage"]
    members = members_of.read_members(data)
    matrices = {w: np.array([[m[0], m[1]], [m[1], m[2]]], float) for w, m in members.items()}
    again = assemblage_minimal(
        reduced=matrices[(), ()],
        bob=[matrices[(y,), ()] for y in (0, 1)],
        charlie=[matrices[(), (z,)] for z in (0, 1)],
        joint=[[matrices[(y,), (z,)] for z in (0, 1)] for y in (0, 1)],
    )
    assert np.array_equal(again.elements, assemblage_of_table(TABLE_1).elements)


def test_a_strategy_counts_where_it_answers_zero_to_all():
    assert members_of.answers_zero(((), ()), "1111")
    assert members_of.answers_zero(((1,), (0,)), "1001")
    assert not members_of.answers_zero(((0,), (0,)), "1001")
    for word in members_of.WORDS:  # each letter halves the strategies that count
        on = [s for s in members_of.STRATEGIES if members_of.answers_zero(word, s)]
        assert len(on) == 16 >> (len(word[0]) + len(word[1]))


def test_weights_are_refused_if_negative_or_incomplete():
    even = {name: "1/16" for name in members_of.STRATEGIES}
    assert sum(members_of.read_weights(even).values()) == 1
    for wrong, words in (({}, "an entry for each"), (even | {"0101": "-1"}, "not be negative")):
        with pytest.raises(CertificateError, match=words):
            members_of.read_weights(wrong)


def test_an_element_that_is_not_positive_or_a_trace_that_is_not_one_is_refused():
    data = json.loads(ASSEMBLAGE.read_text(encoding="utf-8"))["assemblage"]
    with pytest.raises(CertificateError, match="must have trace 1"):
        members_of.element_determinants(
            members_of.read_members(data | {"reduced": ["1", "0", "1"]})
        )
    members = members_of.read_members(data)
    for y, z in product((0, 1), repeat=2):
        bent = members | {((y,), (z,)): [Fraction(1, 8), Fraction(1, 4), Fraction(1, 8)]}
        with pytest.raises(CertificateError, match=rf"element 00\|{y}{z} must be positive"):
            members_of.element_determinants(bent)
