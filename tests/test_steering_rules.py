import numpy as np
import pytest

from nonlocality.assemblages import assemblage_of_table, assemblage_product
from nonlocality.behaviours import behaviour_pr_box
from nonlocality.claims import printed_table
from nonlocality.steering import functional_value, minimise_functional
from nonlocality.steering_rules import RULES, minimise_under_rules
from nonlocality.steering_tables import functional_of_table

TABLE_1 = assemblage_of_table(printed_table("ps-table1"))
TABLE_2 = functional_of_table(printed_table("ps-table2"))


def test_leaving_rules_out():
    """PS-07: with two solvers; (26) for both parties and (25) for one matter, (22) most."""
    full = minimise_functional(TABLE_2, modeller="picos").value
    for left_out, matters in {
        (): False,
        ("23",): False,
        ("24", "24c"): False,
        ("25",): False,
        ("29", "29c"): False,
        ("22",): True,
        ("26",): True,
        ("26c",): True,
        ("25", "25c"): True,
        ("24c", "25c", "26c", "29c"): True,
    }.items():
        rules = [rule for rule in RULES if rule not in left_out]
        bound, other = (
            minimise_under_rules(TABLE_2, rules, modeller=m) for m in ("picos", "cvxpy")
        )
        assert bound.value == pytest.approx(other.value, abs=1e-7)
        if matters:
            assert bound.value < full - 4e-3
        else:
            assert bound.value == pytest.approx(full, abs=1e-7)


def test_without_links_only_positivity_is_left():
    """Then a no-signalling assemblage is all it takes: a PR box reaches −4 for minus CHSH."""
    bound = minimise_under_rules(TABLE_2, [])
    assert bound.lower < functional_value(TABLE_2, TABLE_1)
    b, c, y, z = np.indices((2, 2, 2, 2))
    chsh = np.multiply.outer((-1.0) ** (b + c + y * z + 1), np.eye(2))
    product = assemblage_product(behaviour_pr_box(), np.eye(2) / 2)
    assert functional_value(chsh, product) == pytest.approx(-4)
    assert minimise_under_rules(chsh, []).value == pytest.approx(-4, abs=1e-6)
    assert minimise_under_rules(chsh, RULES).value == pytest.approx(-2 * np.sqrt(2), abs=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: minimise_under_rules(TABLE_2[:1], RULES), "must have two outcomes each"),
        (lambda: minimise_under_rules(TABLE_2, ["30"]), "`rule` must be one of 22"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
