from itertools import combinations

import cvxpy as cp
import numpy as np
import pytest

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.postquantum_steering.assemblage_models import assemblage_product
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.functionals import functional_value
from nonlocality.postquantum_steering.moment_patterns import moment_words, quantum_pattern
from nonlocality.postquantum_steering.printed_tables import functional_of_table
from nonlocality.postquantum_steering.robustness import minimise_functional
from nonlocality.postquantum_steering.rules import (
    RULES,
    minimise_under_rules,
    pattern_of_rules,
    rule_links,
)

TABLE_1 = assemblage_of_table(printed_table("ps-table1"))
TABLE_2 = functional_of_table(printed_table("ps-table2"))


def test_leaving_rules_out():
    """PS-07: with two solvers; (26) for both parties and (25) for one matter, (22) most."""
    full = minimise_functional(TABLE_2, solver="cvxopt").least.reached
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
            minimise_under_rules(TABLE_2, rules, solver=m) for m in ("cvxopt", "clarabel")
        )
        assert bound.reached == pytest.approx(other.reached, abs=1e-7)
        if matters:
            assert bound.reached < full - 4e-3
        else:
            assert bound.reached == pytest.approx(full, abs=1e-7)


def minimum_written_out(rules):
    """The same minimum with one CVXPY constraint a link, for the real functional of Table II."""
    words = moment_words(outcomes=(2, 2), settings=(2, 2))
    gamma = cp.Variable((18, 18), symmetric=True)

    def block(pair):
        v, w = (2 * words.index(word) for word in pair)
        return gamma[v : v + 2, w : w + 2]

    empty = words[0]
    rows = {word: block((empty, word)) for word in words}
    constraints = [gamma >> 0, cp.trace(rows[empty]) == 1]
    constraints += [row == row.T for row in rows.values()]
    for rule in rules:
        for first, second, adjoint in rule_links(rule, settings=(2, 2)):
            other = block(second)
            constraints.append(block(first) == (other.T if adjoint else other))
    value = 0
    for y, z in np.ndindex(2, 2):
        bob, charlie = rows[((y, 0),), ()], rows[(), ((z, 0),)]
        both = rows[((y, 0),), ((z, 0),)]
        members = [both, bob - both, charlie - both, rows[empty] - bob - charlie + both]
        for f, member in zip(TABLE_2[:, :, y, z].reshape(4, 2, 2), members, strict=True):
            constraints.append((member + member.T) / 2 >> 0)
            value += cp.trace(f @ member)
    problem = cp.Problem(cp.Minimize(value), constraints)
    return problem.solve(solver=cp.CLARABEL)


@pytest.mark.parametrize("left_out", [("26",), ("26", "26c"), ("24c", "25c", "26c", "29c")])
def test_the_program_with_every_link_written_out(left_out):
    rules = [rule for rule in RULES if rule not in left_out]
    ours = minimise_under_rules(TABLE_2, rules, solver="cvxopt").reached
    assert ours == pytest.approx(minimum_written_out(rules), abs=2e-7)


def test_the_order_of_the_rules_does_not_matter():
    full = pattern_of_rules(RULES, settings=(2, 2))
    rng = np.random.default_rng(0)
    for _ in range(10):
        assert pattern_of_rules(rng.permutation(RULES).tolist(), settings=(2, 2)) == full
    some = pattern_of_rules(["22", "24c", "25", "29"], settings=(2, 2))
    assert pattern_of_rules(["29", "25", "24c", "22"], settings=(2, 2)) == some


def test_all_rules_are_those_of_quantum_models():
    full = pattern_of_rules(RULES, settings=(2, 2))
    quantum = quantum_pattern(moment_words(outcomes=(2, 2), settings=(2, 2)))
    for one, two in combinations(full.blocks, 2):
        (a, turned_a), (b, turned_b) = full.blocks[one], full.blocks[two]
        (c, turned_c), (d, turned_d) = quantum.blocks[one], quantum.blocks[two]
        assert (a == b) == (c == d)
        if a == b and a not in full.hermitian:
            assert (turned_a == turned_b) == (turned_c == turned_d)
    assert len(full.hermitian) == len(quantum.hermitian)


def test_four_rules_say_it_all():
    full = pattern_of_rules(RULES, settings=(2, 2))
    enough = [
        some
        for size in range(5)
        for some in combinations(RULES, size)
        if pattern_of_rules(some, settings=(2, 2)) == full
    ]
    assert enough == [("22", "25", "26", "26c"), ("22", "25c", "26", "26c")]


def test_without_links_only_positivity_is_left():
    """Then a no-signalling assemblage is all it takes: a PR box reaches −4 for minus CHSH."""
    bound = minimise_under_rules(TABLE_2, [])
    assert bound.lower < functional_value(TABLE_2, TABLE_1)
    b, c, y, z = np.indices((2, 2, 2, 2))
    chsh = np.multiply.outer((-1.0) ** (b + c + y * z + 1), np.eye(2))
    product = assemblage_product(behaviour_pr_box(), np.eye(2) / 2)
    assert functional_value(chsh, product) == pytest.approx(-4)
    assert minimise_under_rules(chsh, []).reached == pytest.approx(-4, abs=1e-6)
    assert minimise_under_rules(chsh, RULES).reached == pytest.approx(-2 * np.sqrt(2), abs=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: minimise_under_rules(TABLE_2[:1], RULES), "must have two outcomes each"),
        (lambda: minimise_under_rules(TABLE_2, ["30"]), "`rules` must be one of 22"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
