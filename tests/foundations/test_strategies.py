from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.strategies import MAX_ENTRIES, CausalModel, local_bound

MODELS = {
    "local": (("x", "y"), (2, 2), (2, 2)),
    "unequal": (("x", "y"), (3, 2), (2, 3)),
    "setting": (("x", "xy"), (2, 2), (2, 2)),
    "outcome": (("x", "ay"), (2, 2), (2, 2)),
    "outcome of three": (("x", "ya"), (3, 2), (1, 2)),
    "no choice": (("x", "", "z"), (2, 4, 2), (2, 1, 2)),
    "chain": (("x", "ay", "b"), (2, 2, 2), (1, 2, 1)),
    "back": (("xy", "y"), (2, 2), (2, 2)),
    "alone": (("x",), (3,), (2,)),
}
EVERY_MODEL = pytest.mark.parametrize(
    "model", [CausalModel(*m) for m in MODELS.values()], ids=MODELS
)


def strategies(model):
    """Every list of function tables, party after party: dictionaries from parents to outcome."""
    numbers = dict(zip("xyz", model.settings, strict=False))
    numbers |= dict(zip("abc", model.outcomes, strict=False))
    tables = []
    for letters, outcomes in zip(model.parents, model.outcomes, strict=True):
        contexts = list(product(*(range(numbers[k]) for k in letters)))
        tables.append([
            dict(zip(contexts, values, strict=True))
            for values in product(range(outcomes), repeat=len(contexts))
        ])  # fmt: skip
    return product(*tables)


def answers(model, tables, inputs):
    known = dict(zip("xyz", inputs, strict=False))
    for party, table in enumerate(tables):
        known["abc"[party]] = table[tuple(known[k] for k in model.parents[party])]
    return tuple(known["abc"[k]] for k in range(len(tables)))


@EVERY_MODEL
def test_columns_are_the_behaviours_of_the_strategies(model):
    columns = model.matrix.toarray().T.reshape(-1, *model.outcomes, *model.settings)
    for column, tables in zip(columns, strategies(model), strict=True):
        expected = np.zeros(column.shape)
        for inputs in np.ndindex(*model.settings):
            expected[(*answers(model, tables, inputs), *inputs)] = 1
        assert (column == expected).all()
        assert Behaviour(column).parties == len(model.parents)


@EVERY_MODEL
def test_responses_are_the_function_tables(model):
    for number, tables in enumerate(strategies(model)):
        for response, table in zip(model.responses, tables, strict=True):
            assert all(response[(number, *context)] == out for context, out in table.items())
    assert all(len(response) == model.size for response in model.responses)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(MODELS)))
def test_any_distribution_over_strategies_gives_a_behaviour(seed, name):
    model = CausalModel(*MODELS[name])
    q = np.random.default_rng(seed).dirichlet(np.full(model.size, 0.1))
    p = Behaviour((model.matrix @ q).reshape(*model.outcomes, *model.settings))
    amounts = p.signalling()
    for sender, letter in enumerate("xyz"[: len(amounts)]):
        heard = [k for k, letters in enumerate(model.parents) if letter in letters and k != sender]
        relayed = any("abc"[sender] in letters for letters in model.parents)
        if not heard and not relayed:
            assert amounts[sender] <= 1e-12


def test_sizes_are_products_of_outcomes_to_the_contexts():
    assert CausalModel(("x", "y"), (2, 2), (2, 2)).size == 2**2 * 2**2
    assert CausalModel(("x", "xy"), (3, 2), (2, 4)).size == 3**2 * 2**8
    assert CausalModel(("x", "ay"), (3, 2), (2, 4)).size == 3**2 * 2**12
    assert CausalModel(("x", "", "z"), (2, 4, 2), (2, 1, 2)).size == 2**2 * 4 * 2**2


@pytest.mark.parametrize(
    ("name", "cause", "target"),
    [("setting", "x", 1), ("outcome", "a", 1), ("outcome of three", "a", 1),
     ("outcome of three", "y", 1), ("unequal", "y", 1), ("chain", "b", 2), ("back", "y", 0)],
)  # fmt: skip
def test_influence_rows_are_the_changes_when_the_cause_is_set_by_hand(name, cause, target):
    model = CausalModel(*MODELS[name])
    place = model.parents[target].index(cause)
    expected = set()
    every = [tables[target] for tables in strategies(model)]
    for here, there in product(every[0], repeat=2):
        same = here[:place] + here[place + 1 :] == there[:place] + there[place + 1 :]
        if same and here[place] > there[place]:
            for b in range(model.outcomes[target]):
                expected.add(tuple(abs((t[here] == b) - (t[there] == b)) for t in every))
    rows = [tuple(row) for row in model.influence_rows(cause=cause, target=target).toarray()]
    assert set(rows) == expected
    assert len(rows) == len(expected)


def test_influence_needs_a_cause_that_is_heard():
    with pytest.raises(ValueError, match="`cause` must be one of 'y', the parents of party 1, but"):
        CausalModel(("x", "y"), (2, 2), (2, 2)).influence_rows(cause="x", target=1)


@pytest.mark.parametrize(
    ("parents", "message"),
    [
        (("x", "q"), "'xya' for party 1, but has 'q'"),
        (("bx", "y"), "'xy' for party 0, but has 'b'"),
        (("x", "by"), "'xya' for party 1, but has 'b'"),
        (("x", "z"), "'xya' for party 1, but has 'z'"),
    ],
)
def test_parents_must_be_known_and_earlier(parents, message):
    with pytest.raises(ValueError, match=f"Argument `parents` must use letters of {message}"):
        CausalModel(parents, (2, 2), (2, 2))


def test_a_parent_is_named_once():
    with pytest.raises(ValueError, match="must name each parent once, but has 'xx' for party 1"):
        CausalModel(("x", "xx"), (2, 2), (2, 2))


@pytest.mark.parametrize("count", [0, 5])
def test_there_are_one_to_four_parties(count):
    with pytest.raises(ValueError, match=f"`parents` must have 1 to 4 parties, but has {count}"):
        CausalModel(("",) * count, (2,) * count, (1,) * count)


@pytest.mark.parametrize("bad", [0, -1, 2.0, "2", None])
@pytest.mark.parametrize("name", ["outcomes", "settings"])
def test_numbers_of_a_model_are_positive_integers(name, bad):
    numbers = {"outcomes": (2, 2), "settings": (2, 2)} | {name: (2, bad)}
    with pytest.raises(ValueError, match=f"`{name}` must hold positive integers, but is"):
        CausalModel(("x", "y"), **numbers)


def test_more_outcomes_than_a_byte_holds():
    model = CausalModel(("x",), (300,), (1,))
    assert model.responses[0].ravel().tolist() == list(range(300))
    assert (model.matrix.toarray() == np.eye(300)).all()
    with pytest.raises(ValueError, match="`outcomes` must not exceed 32767, but is"):
        CausalModel(("x",), (32768,), (1,))


@pytest.mark.parametrize(
    ("parents", "cause", "outcomes", "inputs"),
    [(("x", "xy"), "x", (2, 3), (1, 2)), (("x", "ay"), "a", (1, 2), (2, 2))],
)
def test_a_cause_of_one_value_has_no_influence_rows(parents, cause, outcomes, inputs):
    model = CausalModel(parents, outcomes, inputs)
    rows = model.influence_rows(cause=cause, target=1)
    assert rows.shape == (0, model.size)


def test_influence_rows_come_in_the_order_of_the_settings():
    """Bob's b_0y ≠ b_1y, y = 0 then y = 1: Table I of the paper counts on it."""
    model = CausalModel(("x", "xy"), (2, 2), (2, 2))
    rows = model.influence_rows(cause="x", target=1).toarray()
    bob = model.responses[1]
    assert (rows == (bob[:, 0] != bob[:, 1]).T).all()


def test_influence_rows_too_large_are_refused():
    model = CausalModel(("x", "x"), (1, 2), (20, 1))
    with pytest.raises(
        ValueError, match=r"influence rows have 9\.96e7 entries, but at most 5e\+07"
    ):
        model.influence_rows(cause="x", target=1)


def test_each_party_needs_an_entry_everywhere():
    with pytest.raises(ValueError, match="must have one entry a party, but have 2, 2 and 1"):
        CausalModel(("x", "y"), (2, 2), (2,))


def test_a_model_too_large_to_write_down_is_refused_before_it_is_built():
    CausalModel(("x",), (2,), (20,))  # 2^20 · 20 entries are allowed
    assert 2**22 * 22 > MAX_ENTRIES > 2**20 * 20
    with pytest.raises(ValueError, match=r"The model has 4\.19e6 strategies, 9\.22e7 .* allowed"):
        CausalModel(("x",), (2,), (22,))
    with pytest.raises(ValueError, match=r"The model has 2\.58e120 strategies, .* allowed"):
        CausalModel(("x",), (2,), (400,))
    for count in (10**6, 10**12, 10**300):
        with pytest.raises(ValueError, match="The model has more than 1e100000 strategies, but"):
            CausalModel(("x",), (2,), (count,))
    with pytest.raises(ValueError, match=r"but at most 5e\+07 are allowed"):
        CausalModel(("x", "xy"), (5, 5), (6, 6))


@EVERY_MODEL
def test_corners_are_the_distinct_columns(model):
    columns = sorted(set(map(tuple, model.matrix.toarray().T.astype(int).tolist())))
    assert [tuple(row) for row in model.corners.tolist()] == columns


@EVERY_MODEL
def test_bound_is_the_best_strategy(model):
    shape = (*model.outcomes, *model.settings)
    functional = np.random.default_rng(3).integers(-9, 10, size=shape)
    best = max(
        sum(
            functional[(*answers(model, tables, inputs), *inputs)]
            for inputs in np.ndindex(*model.settings)
        )
        for tables in strategies(model)
    )
    assert model.bound(functional) == best


def test_bound_needs_numbers_in_the_right_shape():
    model = CausalModel(("x", "y"), (2, 2), (2, 2))
    with pytest.raises(ValueError, match=r"`functional` must have shape \(2, 2, 2, 2\), but has"):
        model.bound(np.ones((2, 2), dtype=int))
    for bad in (np.nan, np.inf, 1j, "1"):
        with pytest.raises(ValueError, match="Argument `functional` must"):
            model.bound(np.full((2, 2, 2, 2), bad))


A, B, X, Y = np.indices((2, 2, 2, 2))
CHSH = (-1) ** (A + B + X * Y)


@pytest.mark.parametrize(
    "factor", [1, 2**61, 2**62, 3**99, -1, Fraction(1, 3), Fraction(7, 10**30)]
)
def test_bounds_are_exact_for_integers_and_fractions_of_any_size(factor):
    scaled = CHSH.astype(object) * factor
    for bound in (CausalModel(("x", "y"), (2, 2), (2, 2)).bound, local_bound):
        value = bound(scaled)
        assert value == 2 * abs(factor)
        assert isinstance(value, type(factor))
    assert CausalModel(("x", "xy"), (2, 2), (2, 2)).bound(scaled) == 4 * abs(factor)


def test_bounds_of_floats_are_those_of_the_fractions_that_they_are():
    rng = np.random.default_rng(5)
    for scale in (1e-200, 1.0, 1e200):
        f = rng.normal(size=(2, 3, 3, 2)) * scale
        exact = local_bound(np.vectorize(Fraction, otypes=[object])(f))
        assert local_bound(f) == float(exact)
        assert CausalModel(("x", "y"), (2, 3), (3, 2)).bound(f) == float(exact)


@pytest.mark.parametrize(
    ("outcomes", "settings"),
    [((2, 2), (3, 3)), ((2, 3), (3, 2)), ((3, 2), (1, 4)), ((3,), (2,)), ((1, 1), (1, 1)),
     ((2, 2, 2), (2, 2, 2)), ((2, 3, 2), (2, 1, 2)), ((2, 2, 2, 2), (1, 2, 1, 2))],
)  # fmt: skip
def test_listing_all_parties_but_one_is_enough(outcomes, settings):
    f = np.random.default_rng(len(outcomes)).integers(-9, 10, size=(*outcomes, *settings))
    parents = tuple("xyzw"[: len(outcomes)])
    assert local_bound(f) == CausalModel(parents, outcomes, settings).bound(f)


@pytest.mark.parametrize("n", [2, 5, 12])
def test_the_chained_inequality_has_its_bound_for_many_settings(n):
    """Σ E_kk + E_(k+1)k, the last with a minus: 2n − 2."""
    chain = np.eye(n, dtype=int) + np.eye(n, k=-1, dtype=int)
    chain[0, -1] = -1
    assert local_bound(np.multiply.outer([[1, -1], [-1, 1]], chain)) == 2 * n - 2


def test_a_local_bound_that_would_not_end_is_refused_with_its_size():
    with pytest.raises(ValueError, match="about 1e14 sums would be formed, but at most 5e"):
        local_bound(np.ones((2, 2, 40, 40), dtype=int))
    with pytest.raises(ValueError, match="one output and one input axis for each of 1 to 4"):
        local_bound(np.ones((2, 2, 2), dtype=int))
