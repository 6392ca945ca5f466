from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import scipy.sparse as sp
from helpers import no_signalling_vertices, program, programs_behind, random_no_signalling
from hypothesis import given, settings
from hypothesis import strategies as st

from nonlocality.causal_relaxations import influence_programs
from nonlocality.causal_relaxations.influence import (
    influence_vertices,
    minimal_influence,
    minimal_influence_given_value,
)
from nonlocality.causal_relaxations.influence_programs import InfluenceProgram
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.inequalities import (
    behaviour_pr_box_3322,
    chsh_values,
    correlator_functional,
    i3322_functional,
    i3322_value,
)
from nonlocality.foundations.solvers import InfeasibleError
from nonlocality.foundations.strategies import CausalModel

SEEDS = st.integers(0, 2**32 - 1)
PARENTS = {"x": ("x", "xy"), "a": ("x", "ay")}
MODELS = {cause: CausalModel(parents, (2, 2), (2, 2)) for cause, parents in PARENTS.items()}
FACTOR = {"x": 1, "a": 2}
CAUSES = pytest.mark.parametrize("cause", "xa")
few = settings(max_examples=15)
dual_vertices = cache(lambda cause: influence_vertices(cause=cause))


def matrices(cause):
    """T and V as integers."""
    model = MODELS[cause]
    rows = model.influence_rows(cause=cause, target=1)
    return model.matrix.toarray().astype(int), rows.toarray().astype(int)


def random_weights(seed, size):
    """A distribution of Fractions on some of the strategies."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 1000, size=size) * (rng.uniform(size=size) < rng.choice([0.1, 1]))
    counts[rng.integers(size)] += 1
    return np.array([Fraction(int(k), int(counts.sum())) for k in counts])


def random_one_way(seed, cause):
    """A behaviour of the model, which may signal from Alice to Bob."""
    q = random_weights(seed, 64)
    return Behaviour((matrices(cause)[0] @ q).astype(float).reshape(2, 2, 2, 2))


def best_vertex(behaviour, cause):
    """Largest scalar product with a vertex of the dual region."""
    return max(float((v.functional * behaviour.table).sum()) for v in dual_vertices(cause))


@CAUSES
@few
@given(seed=SEEDS)
def test_influence_of_no_signalling_behaviours_is_their_chsh_violation(cause, seed):
    behaviour = random_no_signalling(seed)
    expected = FACTOR[cause] * max(0, chsh_values(behaviour).max())
    found = minimal_influence(behaviour, cause=cause).least
    assert found.reached == pytest.approx(expected, abs=1e-8)
    assert found.lower == pytest.approx(expected, abs=1e-8)
    assert best_vertex(behaviour, cause) == pytest.approx(expected, abs=1e-12)


@CAUSES
@few
@given(seed=SEEDS)
def test_influence_is_the_best_vertex_also_with_signalling(cause, seed):
    behaviour = random_one_way(seed, cause)
    found = minimal_influence(behaviour, cause=cause).least
    assert found.reached == pytest.approx(best_vertex(behaviour, cause), abs=1e-8)


@CAUSES
def test_influence_has_its_closed_form_at_the_tsirelson_point(cause):
    found = minimal_influence(behaviour_tsirelson(), cause=cause).least
    assert found.reached == pytest.approx(FACTOR[cause] * (np.sqrt(2) - 1) / 2, abs=1e-9)


@CAUSES
def test_local_behaviours_need_no_influence(cause):
    for table in no_signalling_vertices()[1]:
        assert minimal_influence(Behaviour(table), cause=cause).least.reached == 0


@pytest.mark.parametrize(("outcomes", "inputs"), [((2, 3), (3, 2)), ((3, 2), (2, 2))])
@CAUSES
def test_a_copy_of_what_bob_hears_is_influence_one(cause, outcomes, inputs):
    a, b, x, _ = np.indices((*outcomes, *inputs))
    heard = x if cause == "x" else a
    table = (a == x % outcomes[0]) * (b == (heard > 0))
    assert minimal_influence(Behaviour(table), cause=cause).least.reached == pytest.approx(1)


@CAUSES
@few
@given(seed=SEEDS)
def test_weights_reproduce_the_behaviour_with_that_influence(cause, seed):
    behaviour = random_one_way(seed, cause)
    found = minimal_influence(behaviour, cause=cause)
    t, v = matrices(cause)
    assert np.abs(t @ found.weights - behaviour.table.ravel()).max() < 1e-8
    assert (v @ found.weights).max() == pytest.approx(found.least.reached, abs=1e-8)
    assert found.weights.min() >= 0
    assert found.model.size == 64


@CAUSES
@few
@given(seed=SEEDS)
def test_the_functional_bounds_every_other_behaviour(cause, seed):
    behaviour, other = random_one_way(seed, cause), random_one_way(seed + 1, cause)
    found = minimal_influence(behaviour, cause=cause)
    assert (found.functional * behaviour.table).sum() == pytest.approx(
        found.least.reached, abs=1e-7
    )
    value = minimal_influence(other, cause=cause).least.reached
    assert (found.functional * other.table).sum() <= value + 1e-7


@CAUSES
@few
@given(seed=SEEDS)
def test_weak_duality_is_exact(cause, seed):
    """⟨ζ, T q⟩ ≤ max V q for every vertex and every q, in Fractions."""
    t, v = matrices(cause)
    q = random_weights(seed, 64)
    p, influence = t @ q, max(v @ q)
    assert sum(p) == 4
    assert all(vertex.functional.ravel() @ p <= influence for vertex in dual_vertices(cause))


@CAUSES
def test_vertices_are_feasible_and_pinned_by_tight_constraints(cause):
    """Tᵀζ ≤ Vᵀx, x ≥ 0, Σx ≤ 1; the tight ones leave the region's lines free, no more."""
    t, v = matrices(cause)
    dimensions = np.linalg.matrix_rank(t) + len(v)
    normals = np.block([
        [t.T, -v.T],
        [np.zeros((len(v), 16), int), -np.eye(len(v), dtype=int)],
        [np.zeros((1, 16), int), np.ones((1, len(v)), int)],
    ])  # fmt: skip
    bounds = [0] * (len(normals) - 1) + [1]
    for vertex in dual_vertices(cause):
        point = np.array([*vertex.functional.ravel(), *vertex.shares])
        assert all(isinstance(k, Fraction) for k in point)
        slack = bounds - normals @ point
        assert min(slack) >= 0
        assert np.linalg.matrix_rank(normals[slack == 0]) == dimensions


@CAUSES
def test_vertices_are_in_the_order_that_is_documented(cause):
    """Zero, then those that matter without signalling, then those that vanish there."""
    zero, *others = [vertex.functional for vertex in dual_vertices(cause)]
    assert not zero.any()
    boxes, local = no_signalling_vertices()
    on_boxes = np.array([[(z * table).sum() for table in boxes] for z in others], dtype=float)
    on_local = np.array([[(z * table).sum() for table in local] for z in others], dtype=float)
    silent = ~on_local.any(axis=1)
    assert silent.tolist() == sorted(silent)
    assert (~silent).sum() == 8 * FACTOR[cause]
    assert not on_boxes[silent].any()
    assert on_local.max() == 0
    assert (on_boxes[~silent].max(axis=1) == FACTOR[cause] / 2).all()
    forms = np.bincount(on_boxes[~silent].argmax(axis=1))  # each of the eight forms of CHSH
    assert forms.tolist() == [FACTOR[cause]] * 8
    for group in (silent, ~silent):
        flat = [
            z.transpose(2, 3, 0, 1).ravel().tolist()
            for z, k in zip(others, group, strict=True)
            if k
        ]
        assert flat == sorted(flat)


def test_vertices_of_another_scenario_give_its_program_too():
    """Alice with two settings, Bob with one: only signalling costs influence."""
    found = influence_vertices(cause="x", settings=(2, 1))
    for seed in range(10):
        flat = np.random.default_rng(seed).dirichlet(np.ones(4), size=(2, 1))
        behaviour = Behaviour(np.moveaxis(flat, -1, 0).reshape(2, 2, 2, 1))
        best = max(float((v.functional * behaviour.table).sum()) for v in found)
        shift = behaviour.signalling()[0]
        assert best == pytest.approx(shift)
        assert minimal_influence(behaviour, cause="x").least.reached == pytest.approx(
            shift, abs=1e-8
        )


@cache
def influence_program(kind, cause):
    behaviour = {
        "PR box": behaviour_pr_box,
        "Tsirelson": behaviour_tsirelson,
        "no-signalling": lambda: random_no_signalling(5),
        "one-way": lambda: random_one_way(6, cause),
    }[kind]()
    (program,) = programs_behind(
        influence_programs, lambda: minimal_influence(behaviour, cause=cause)
    )
    return program


KINDS = pytest.mark.parametrize("kind", ["PR box", "Tsirelson", "no-signalling", "one-way"])


@CAUSES
@KINDS
def test_program_is_solved_to_its_optimum(kind, cause):
    influence_program(kind, cause).check_optimal()


@CAUSES
def test_bobs_setting_must_not_show_in_alices_outcomes(cause):
    a, b, _, y = np.indices((2, 2, 2, 2))
    with pytest.raises(ValueError, match="the setting y of Bob shifts a probability"):
        minimal_influence(Behaviour((a == y) * (b == 0)), cause=cause)


def test_a_setting_that_bob_cannot_hear_is_infeasible():
    """Bob copies x, but Alice's outcome, all he hears, is constant."""
    a, b, x, _ = np.indices((2, 2, 2, 2))
    with pytest.raises(InfeasibleError, match="No model in which Bob hears Alice's outcome gives"):
        minimal_influence(Behaviour((a == 0) * (b == x)), cause="a")


def test_without_a_model_the_answer_is_a_sentence_about_the_story():
    with pytest.raises(
        InfeasibleError, match=r"^No model in which Bob hears Alice's outcome gives"
    ):
        minimal_influence(behaviour_pr_box_3322(), cause="a")
    with pytest.raises(
        InfeasibleError, match=r"^No model in which Alice hears Bob's outcome gives"
    ):
        minimal_influence(behaviour_pr_box_3322(), cause="b")
    words = (
        "^No no-signalling behaviour of a model in which Bob hears Alice's outcome has the value"
    )
    with pytest.raises(InfeasibleError, match=words):
        minimal_influence_given_value(i3322_functional(), 0.7, cause="a")


def test_influence_is_for_two_parties():
    with pytest.raises(ValueError, match="`behaviour` must have two parties, but has 3"):
        minimal_influence(behaviour_white_noise((2, 2, 2), (2, 2, 2)), cause="x")


@pytest.mark.parametrize("cause", ["z", "xy", "X", "", None, ["x"]])
def test_cause_is_a_setting_or_an_outcome(cause):
    with pytest.raises(ValueError, match="Argument `cause` must be one of x, a, y, b, but is "):
        minimal_influence(behaviour_pr_box(), cause=cause)
    with pytest.raises(ValueError, match="Argument `cause` must be one of x, a, y, b, but is "):
        minimal_influence_given_value(i3322_functional(), 0.1, cause=cause)
    with pytest.raises(ValueError, match="Argument `cause` must be one of x, a, y, b, but is "):
        influence_vertices(cause=cause)
    with pytest.raises(ValueError, match="Argument `cause` must be 'x' or 'a', but is "):
        InfluenceProgram(cause, (2, 2), (2, 2))


@pytest.mark.parametrize(("cause", "turned"), [("x", "y"), ("a", "b")])
def test_who_hears_whom_can_be_exchanged(cause, turned):
    """A behaviour of (2, 3) outcomes and (3, 2) settings, whose setting x Bob sees."""
    rng = np.random.default_rng(5)
    model = CausalModel(PARENTS[cause], (2, 3), (2, 2))
    table = (model.matrix @ rng.dirichlet(np.full(model.size, 0.05))).reshape(2, 3, 2, 2)
    one = minimal_influence(Behaviour(table), cause=cause)
    other = minimal_influence(Behaviour(table.transpose(1, 0, 3, 2)), cause=turned)
    assert one.least.reached > 0.01
    assert other.least.reached == pytest.approx(one.least.reached, abs=1e-9)
    assert (other.functional * table.transpose(1, 0, 3, 2)).sum() == pytest.approx(
        one.least.reached, abs=1e-8
    )
    assert other.table == pytest.approx(table.transpose(1, 0, 3, 2), abs=1e-8)
    flipped = [v.functional.transpose(1, 0, 3, 2).tolist() for v in influence_vertices(cause=cause)]
    assert [v.functional.tolist() for v in influence_vertices(cause=turned)] == flipped


def test_the_value_of_an_expression_with_the_parties_exchanged():
    form = i3322_functional()
    for cause, turned in (("x", "y"), ("a", "b")):
        one = minimal_influence_given_value(form, 0.5, cause=cause).least.reached
        other = minimal_influence_given_value(form.transpose(1, 0, 3, 2), 0.5, cause=turned)
        assert other.least.reached == pytest.approx(one, abs=1e-9)


@CAUSES
@pytest.mark.parametrize("outcomes", [(2, 2), (3, 2), (2, 3)])
@pytest.mark.parametrize("inputs", [(2, 2), (3, 2), (2, 3)])
def test_the_small_program_has_the_value_of_the_one_over_all_strategies(cause, outcomes, inputs):
    """Minimise c with T q = p and V q ≤ c, over every strategy of the model."""
    model = CausalModel(PARENTS[cause], outcomes, inputs)
    q = np.random.default_rng(7).dirichlet(np.full(model.size, 3 / model.size))
    p = model.matrix @ q
    rows = model.influence_rows(cause=cause, target=1)
    full = program(
        np.append(np.zeros(model.size), 1),
        equal=(sp.hstack([model.matrix, sp.csc_array((len(p), 1))]), p),
        below=(sp.hstack([rows, -np.ones((rows.shape[0], 1))]), np.zeros(rows.shape[0])),
        mass=2,
    )
    found = minimal_influence(Behaviour(p.reshape(*outcomes, *inputs)), cause=cause)
    assert found.least.reached == pytest.approx(full.found.reached, abs=1e-8)
    assert found.least.lower == pytest.approx(full.found.reached, abs=1e-7)
    assert np.abs(model.matrix @ found.weights - p).max() < 1e-7
    assert (rows @ found.weights).max() == pytest.approx(found.least.reached, abs=1e-7)


@CAUSES
@pytest.mark.parametrize("s", [-3, 0, 2, 2.5, 2 * np.sqrt(2), 3.5, 4])
def test_least_influence_at_a_given_chsh_value(cause, s):
    """max(0, |S| − 2)/4, twice that for influence of the outcome."""
    chsh = correlator_functional([[1, 1], [1, -1]])
    found = minimal_influence_given_value(chsh, s, cause=cause)
    assert found.least.reached == pytest.approx(FACTOR[cause] * max(0, abs(s) - 2) / 4, abs=1e-8)
    assert (chsh * found.table).sum() == pytest.approx(s, abs=1e-7)
    reached = Behaviour(found.table.clip(0) / found.table.clip(0).sum(axis=(0, 1)))
    assert max(reached.signalling()) < 1e-7


@CAUSES
def test_a_value_beyond_the_model_is_infeasible(cause):
    with pytest.raises(InfeasibleError):
        minimal_influence_given_value(correlator_functional([[1, 1], [1, -1]]), 4.1, cause=cause)


def test_a_functional_must_be_a_table():
    with pytest.raises(ValueError, match=r"`functional` must be a table .* has shape \(2, 2\)"):
        minimal_influence_given_value(np.eye(2), 1, cause="x")
    with pytest.raises(ValueError, match="`functional` must hold finite numbers"):
        minimal_influence_given_value(np.full((2, 2, 2, 2), np.nan), 1, cause="x")


@pytest.mark.parametrize("inputs", [(14, 14), (400, 400)])
def test_a_program_too_large_is_refused_before_it_is_built(inputs):
    with pytest.raises(
        ValueError,
        match=r"`settings` must be smaller: .* unknowns .* entries are",
    ):
        InfluenceProgram("x", (2, 2), inputs)


@pytest.mark.parametrize("i", [-1, -0.5, 0, 0.1, 1 / 4, 0.5, 5 / 7, 0.75, 0.9, 1])
def test_least_influence_at_a_given_i3322(i):
    """The red curve of Fig. 2 of arXiv:1411.4648: max(0, 2i/5, (3i − 1)/4)."""
    found = minimal_influence_given_value(i3322_functional(), i, cause="x")
    expected = max(0, 2 * i / 5, (3 * i - 1) / 4)
    assert found.least.reached == pytest.approx(expected, abs=1e-9)
    assert found.least.lower == pytest.approx(expected, abs=1e-9)
    assert (found.functional * behaviour_pr_box_3322().table).sum() <= 1 / 2 + 1e-9


@pytest.mark.parametrize("v", [0, 0.4, 0.5, 0.7, 1])
def test_least_influence_of_the_box_of_three_settings(v):
    """The black curve of Fig. 2: max(0, I3322/2)."""
    behaviour = behaviour_pr_box_3322(visibility=v)
    found = minimal_influence(behaviour, cause="x").least
    expected = max(0, i3322_value(behaviour) / 2)
    assert found.reached == pytest.approx(expected, abs=1e-9)
    assert found.lower == pytest.approx(expected, abs=1e-9)


def test_value_program_has_the_same_value_in_another_solver():
    def call():
        return minimal_influence_given_value(i3322_functional(), 0.8, cause="x")

    (program,) = programs_behind(influence_programs, call)
    program.check_optimal()


@CAUSES
@few
@given(seed=SEEDS)
def test_with_two_settings_of_alice_the_worst_pair_of_bobs_decides(cause, seed):
    """Proved by Helly's theorem on the one free number of P(α)."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(8, 0.15))
    e = sum(w * rng.choice([-1, 1], size=(2, 3)) for w in weights)
    a, b = np.indices((2, 2))
    table = (1 + np.multiply.outer((-1.0) ** (a + b), e)) / 4
    pairs = [Behaviour(table[..., list(ys)]) for ys in ((0, 1), (0, 2), (1, 2))]
    expected = FACTOR[cause] * max(0, *(chsh_values(p).max() for p in pairs))
    found = minimal_influence(Behaviour(table), cause=cause).least
    assert found.reached == pytest.approx(expected, abs=1e-8)


def test_signed_shares_add_vertices_but_no_bound():
    """Eq. (27) to the letter: the same largest value on every behaviour of the model."""
    plain = influence_vertices(cause="x")
    signed = influence_vertices(cause="x", as_printed=True)
    assert {v.row for v in plain} < {v.row for v in signed}
    corners = CausalModel(("x", "xy"), (2, 2), (2, 2)).corners
    mixtures = np.random.default_rng(0).dirichlet(np.ones(len(corners)), 50) @ corners
    for table in mixtures.reshape(-1, 2, 2, 2, 2):
        best = [max(float((v.functional * table).sum()) for v in each) for each in (plain, signed)]
        assert best[0] == pytest.approx(best[1], abs=1e-12)


@pytest.mark.parametrize(
    ("cause", "outcomes", "inputs"),
    [("x", (2, 2), (1, 2)), ("x", (3, 2), (1, 1)), ("a", (1, 2), (2, 2)), ("a", (1, 3), (1, 1))],
)
def test_a_cause_of_one_value_has_no_influence(cause, outcomes, inputs):
    found = minimal_influence(behaviour_white_noise(outcomes, inputs), cause=cause)
    assert found.least.reached == 0
    table = (found.model.matrix @ found.weights).reshape(*outcomes, *inputs)
    assert table == pytest.approx(1 / np.prod(outcomes))
    (zero,) = influence_vertices(cause=cause, outcomes=outcomes, settings=inputs)
    assert not zero.functional.any()


@pytest.mark.parametrize(
    ("cause", "size"),
    [("a", {"settings": (3, 2)}), ("a", {"outcomes": (2, 3)}), ("b", {"settings": (2, 3)})],
)
def test_a_region_of_too_many_vertices_is_refused_in_seconds(cause, size):
    """131 inequalities for (3, 2) had no end; the 260 of (2, 3) are listed."""
    with pytest.raises(ValueError, match=r"too many to list\. The first \d+ of \d+ inequalities"):
        influence_vertices(cause=cause, **size)


def test_a_region_with_too_many_inequalities_is_refused():
    with pytest.raises(ValueError, match="has 4106 distinct inequalities, but at most 1000 are"):
        influence_vertices(cause="x", settings=(3, 3))


@pytest.mark.parametrize(("cause", "count"), [("x", 31), ("a", 55)])
def test_three_settings_of_bob_bring_no_new_price(cause, count):
    """On no-signalling behaviours: zero, or a multiple of CHSH for two of Bob's settings."""
    found = influence_vertices(cause=cause, settings=(2, 3))
    assert len(found) == count
    local = CausalModel(("x", "y"), (2, 2), (2, 3)).corners
    boxes = []
    for y0, y1 in ((0, 1), (0, 2), (1, 2)):
        for flips in np.ndindex(2, 2, 2):
            box = np.full((2, 2, 2, 3), 0.25)
            box[..., [y0, y1]] = np.roll(behaviour_pr_box().table, flips, axis=(0, 2, 3))
            boxes.append(box.ravel())
    factor = {"x": 1, "a": 2}[cause]
    for vertex in found:
        zeta = vertex.functional.ravel().astype(float)
        on_local, on_boxes = local @ zeta, np.array(boxes) @ zeta
        assert on_local.max() <= 1e-12
        if on_local.any():  # it bounds something: one box reaches the multiple of 1/2
            assert on_boxes.max() == factor / 2


def test_a_program_that_would_take_minutes_is_refused():
    """Five outcomes of Alice heard: 156250 unknowns took 102 s."""
    with pytest.raises(ValueError, match=r"156250 unknowns .* at most 50000 unknowns"):
        minimal_influence(behaviour_white_noise((5, 5), (2, 2)), cause="a")
    assert InfluenceProgram("a", (4, 4), (2, 2)).unknowns == 8192
