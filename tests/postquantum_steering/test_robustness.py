from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest
from helpers import random_no_signalling
from numpy.testing import assert_allclose
from samples import random_assemblage, random_functional

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.random import random_density
from nonlocality.foundations.semidefinite import minimise_semidefinite
from nonlocality.foundations.solvers import SOLVER_TOLERANCE
from nonlocality.postquantum_steering import robustness
from nonlocality.postquantum_steering.assemblage_models import (
    assemblage_classical,
    assemblage_product,
    assemblage_quantum,
)
from nonlocality.postquantum_steering.assemblage_tables import (
    assemblage_of_table,
    read_symmetric_table,
)
from nonlocality.postquantum_steering.assemblages import Assemblage, assemblage_white_noise
from nonlocality.postquantum_steering.descent import octagon_minimum
from nonlocality.postquantum_steering.functional_bounds import local_bound, quantum_bound
from nonlocality.postquantum_steering.functionals import functional_minimal, functional_value
from nonlocality.postquantum_steering.moments import steering_moments
from nonlocality.postquantum_steering.printed_tables import functional_of_table
from nonlocality.postquantum_steering.realisation import ghjw_realisation
from nonlocality.postquantum_steering.rules import minimise_under_rules

TABLE_1 = assemblage_of_table(printed_table("ps-table1"))


TABLE_2 = functional_of_table(printed_table("ps-table2"))


@cache
def _answer(name, kind, shape, data, options):
    array = np.frombuffer(data, kind).reshape(shape)
    given = array if name == "minimise_functional" else Assemblage(array)
    return getattr(robustness, name)(given, **dict(options))


def once(name):
    """A function of the library that answers each question once in this file."""

    def asked(given, **options):
        array = getattr(given, "elements", given)
        if not isinstance(array, np.ndarray) or (given is array and name != "minimise_functional"):
            return getattr(robustness, name)(given, **options)
        options = tuple(sorted(options.items()))
        return _answer(name, array.dtype.str, array.shape, array.tobytes(), options)

    return asked


minimise_functional = once("minimise_functional")
white_noise_robustness = once("white_noise_robustness")
generalised_robustness = once("generalised_robustness")


SOLVERS = pytest.mark.parametrize("solver", ["clarabel", "cvxopt"])


SEEDS = pytest.mark.parametrize("seed", range(4))


STATES = {
    "mixed": np.eye(2) / 2,
    "pure": np.diag([1.0, 0.0]),
    "complex": np.array([[0.7, 0.3j], [-0.3j, 0.3]]),
    "qutrit": np.diag([0.5, 0.25, 0.25]),
}


def chsh_functional(state):
    """Σ ± tr(σ): minus the CHSH value, for Alice's identity."""
    b, c, y, z = np.indices((2, 2, 2, 2))
    return np.multiply.outer((-1.0) ** (b + c + y * z + 1), np.eye(len(state)))


def test_the_minimal_form_is_made_from_the_full_one_as_printed_after_table_two():
    """F_A = Σ F_11yz, F_y = Σ_bz (−1)^b F_b1yz, F_yz = Σ (−1)^(b+c) F_bcyz."""
    members = read_symmetric_table(printed_table("ps-table2"))
    sign = np.array([1, -1])
    assert_allclose(TABLE_2[1, 1].sum(axis=(0, 1)), members["reduced"].astype(float), atol=1e-15)
    f_bob = np.einsum("b,byzij->yij", sign, TABLE_2[:, 1])
    assert_allclose(f_bob, members["bob"].astype(float), atol=1e-15)
    f_joint = np.einsum("b,c,bcyzij->yzij", sign, sign, TABLE_2)
    assert_allclose(f_joint, members["joint"].astype(float), atol=1e-15)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: functional_value(TABLE_2[:1], TABLE_1), r"`functional` must have shape \(2, 2, 2"),
        (lambda: minimise_functional(np.ones((2, 2))), r"must have shape \(b, c, y, z, d, d\)"),
        (
            lambda: minimise_functional(TABLE_2 + np.array([[0, 1], [0, 0]])),
            "Hermitian, but misses that by 1",
        ),
        (lambda: minimise_functional(TABLE_2 * np.nan), "must hold finite numbers"),
        (lambda: minimise_functional(TABLE_2, level=0), "`level` must be"),
        (lambda: minimise_functional(TABLE_2, solver="pen"), "`solver` must be one of"),
        (lambda: white_noise_robustness(TABLE_1.marginal(0)), "one of two untrusted parties"),
        (lambda: generalised_robustness(TABLE_1.elements), "one of two untrusted parties"),
        (
            lambda: functional_minimal(
                reduced=np.eye(2), bob=[np.eye(2)], charlie=[np.eye(3)], joint=[[np.eye(2)]]
            ),
            r"must have shapes .*, but have \(2, 2\), \(1, 2, 2\), \(1, 3, 3\)",
        ),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@SEEDS
def test_two_solvers_agree_on_random_functionals(seed):
    f = random_functional(seed)
    first, second = (minimise_functional(f, solver=m) for m in ("clarabel", "cvxopt"))
    assert first.least.lower <= second.least.reached + 1e-9
    assert second.least.lower <= first.least.reached + 1e-9
    assert first.least.reached == pytest.approx(second.least.reached, abs=1e-6)


@SEEDS
def test_real_functionals_have_the_same_minimum_over_complex_moments(seed):
    f = random_functional(seed, real=True)
    values = [minimise_functional(g).least.reached for g in (f, f.astype(complex))]
    assert values[0] == pytest.approx(values[1], abs=1e-6)


@pytest.mark.parametrize("level", [1, "almost-quantum", 2, 3])
def test_chsh_has_tsirelsons_bound_at_every_level(level):
    least = minimise_functional(chsh_functional(np.eye(1)), level=level)
    assert least.least.lower <= -2 * np.sqrt(2) + 1e-12
    assert abs(least.least.reached + 2 * np.sqrt(2)) < 1e-7
    t = white_noise_robustness(assemblage_product(behaviour_pr_box(), np.eye(2) / 2), level=level)
    assert abs(t.weight.reached - (1 - 1 / np.sqrt(2))) < 1e-7


@pytest.mark.parametrize("level", [1, "almost-quantum", 2, 3])
def test_an_outer_set_never_excludes_what_bob_and_charlie_can_just_say(level):
    """Both answer 0: the functional −p(00|00) reaches −1 in every level."""
    f = np.zeros((2, 2, 1, 1, 1, 1))
    f[0, 0, 0, 0] = -1
    least = minimise_functional(f, level=level)
    assert least.least.lower <= -1 + 1e-12
    assert abs(least.least.reached + 1) < 1e-8


@pytest.mark.parametrize(
    ("level", "seed"), [*product((1, "almost-quantum"), range(4)), (2, 1), (2, 2)]
)
def test_an_outer_set_never_excludes_a_local_assemblage(seed, level):
    """Hidden states behind random strategies, of 2 or 3 outcomes, real or complex, on the edge."""
    rng = np.random.default_rng(seed)
    shape, d = ((2, 2, 2, 2), (3, 2, 2, 2), (2, 3, 2, 1))[seed % 3], 2 + seed // 3
    parts = []
    for weight in rng.dirichlet(np.ones(3)):
        state = random_density(rng, d)
        state = state.real if seed % 2 else state
        bob, charlie = (
            np.eye(shape[k])[:, rng.integers(0, shape[k], size=shape[2 + k])] for k in (0, 1)
        )
        parts.append(weight * np.einsum("by,cz,ij->bcyzij", bob, charlie, state))
    assemblage = Assemblage(sum(parts))
    assert white_noise_robustness(assemblage, level=level).weight.lower < 1e-7
    if level != 2:  # which takes seconds
        assert generalised_robustness(assemblage, level=level).weight.lower < 1e-6
    f = random_functional(seed, shape=assemblage.elements.shape, real=seed % 2)
    assert functional_value(f, assemblage) >= minimise_functional(f, level=level).least.lower - 1e-9


@pytest.mark.parametrize(("level", "seed"), [*product((1, "almost-quantum"), range(4)), (2, 3)])
def test_an_outer_set_never_excludes_a_quantum_assemblage(seed, level):
    assemblage = random_assemblage(seed)
    assert white_noise_robustness(assemblage, level=level).weight.lower < 1e-7
    f = random_functional(seed)
    best = quantum_bound(f).assemblage()  # on the edge of the quantum set
    assert white_noise_robustness(best, level=level).weight.lower < 1e-7
    assert functional_value(f, best) >= minimise_functional(f, level=level).least.lower - 1e-9


def test_level_one_without_positive_elements_would_be_another_number():
    """−0.5683 with the elements positive: the moment matrix alone allows −0.6905."""
    least = minimise_functional(TABLE_2, level=1)
    assert abs(least.least.reached + 0.568255) < 1e-6
    moments = steering_moments(outcomes=(2, 2), settings=(2, 2), dimension=2, real=True, level=1)
    unknowns = moments.inequality.slopes.shape[1]
    pad = (0, unknowns - moments.known)
    alone = minimise_semidefinite(
        np.pad(moments.costs(TABLE_2), pad),
        matrices=[moments.inequality],
        equal=(np.pad(moments.trace, pad)[None], np.ones(1)),
        box=1.0,
    )
    assert abs(alone.reached + 0.690507) < 1e-6


def test_three_outcomes_and_one_setting():
    """With one setting each every assemblage is local: the three minima are the same."""
    f = random_functional(3, shape=(3, 2, 1, 1, 2, 2))
    assert minimise_functional(f).least.reached == pytest.approx(local_bound(f), abs=1e-6)


@SEEDS
def test_random_quantum_assemblages_are_almost_quantum(seed):
    """PS-07, PS-11: soundness of Q̃, for complex assemblages of generic measurements."""
    assemblage = random_assemblage(seed, dimension=3 if seed == 1 else 2)  # 3 takes seconds
    assert white_noise_robustness(assemblage).weight.reached < 1e-7
    if assemblage.dimension == 2:
        assert generalised_robustness(assemblage).weight.reached < 1e-6
    f = random_functional(seed, shape=assemblage.elements.shape)
    assert functional_value(f, assemblage) >= minimise_functional(f).least.lower


@SOLVERS
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_pr_boxes_are_postquantum_whatever_alice_holds(state, solver):
    """PS-02: the closed forms are those of the behaviour p(bc|yz) alone.

    White noise: (1 − t)·4 = 2√2. Generalised: 4 − 2√2 t = (1 + t)·2√2.
    """
    assemblage = assemblage_product(behaviour_pr_box(), state)
    assert functional_value(chsh_functional(state), assemblage) == pytest.approx(-4)
    least = minimise_functional(chsh_functional(state), solver=solver)
    assert least.least.lower > -2 * np.sqrt(2) - 1e-6
    t = white_noise_robustness(assemblage, solver=solver)
    assert t.weight.lower > 1 - 1 / np.sqrt(2) - 1e-6
    g = generalised_robustness(assemblage, solver=solver)
    assert abs(g.weight.reached - (np.sqrt(2) - 1) / 2) < 1e-6


def test_white_noise_robustness_of_a_pr_box_and_a_mixed_state():
    """Where Alice's state is mixed, the noise changes the behaviour alone."""
    t = white_noise_robustness(assemblage_product(behaviour_pr_box(), np.eye(3) / 3))
    assert t.weight.reached == pytest.approx(1 - 1 / np.sqrt(2), abs=1e-7)


@SOLVERS
@pytest.mark.parametrize(
    "measure", [white_noise_robustness, generalised_robustness], ids=["white", "generalised"]
)
def test_witnesses_of_table_one(measure, solver):
    """PS-11: F is not negative on Q̃, and −t on Table I."""
    found = measure(TABLE_1, solver=solver)
    assert found.weight.lower <= found.weight.reached <= found.weight.lower + 1e-7
    assert functional_value(found.witness, TABLE_1) == pytest.approx(-found.weight.lower, abs=1e-7)
    assert minimise_functional(found.witness).least.lower > -1e-6


def test_two_solvers_agree_on_the_robustness_of_table_one():
    for measure in (white_noise_robustness, generalised_robustness):
        first, second = (measure(TABLE_1, solver=m) for m in ("clarabel", "cvxopt"))
        assert first.weight.reached == pytest.approx(second.weight.reached, abs=1e-8)


def test_white_noise_robustness_is_the_point_where_table_one_enters_the_set():
    t = white_noise_robustness(TABLE_1).weight.reached
    inside = TABLE_1.with_noise(visibility=1 - t - 1e-5)
    outside = TABLE_1.with_noise(visibility=1 - t + 1e-5)
    assert white_noise_robustness(inside).weight.reached < 1e-7
    assert white_noise_robustness(outside).weight.lower > 5e-6


def test_generalised_robustness_is_at_most_what_white_noise_needs():
    for assemblage in (TABLE_1, assemblage_product(random_no_signalling(4), np.eye(2) / 2)):
        t = white_noise_robustness(assemblage)
        assert (
            generalised_robustness(assemblage).weight.lower
            <= t.weight.reached / (1 - t.weight.reached) + 1e-7
        )


def test_white_noise_is_needed_by_nothing_that_is_white():
    assert white_noise_robustness(assemblage_white_noise(TABLE_1)).weight.reached < 1e-7


@SOLVERS
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_with_any_noise_a_pr_box_needs_three_minus_two_root_two(state, solver):
    """Any τ: the anti-PR box has CHSH −4 and 4 − 4t = (1 + t) 2√2, so t = 3 − 2√2."""
    assemblage = assemblage_product(behaviour_pr_box(), state)
    found = generalised_robustness(assemblage, noise="any", solver=solver)
    assert abs(found.weight.reached - (3 - 2 * np.sqrt(2))) < 1e-6
    assert abs(found.weight.lower - (3 - 2 * np.sqrt(2))) < 1e-6


def test_any_noise_is_at_least_as_strong_as_noise_of_the_set():
    any_noise, set_noise = (generalised_robustness(TABLE_1, noise=n) for n in ("any", "set"))
    assert any_noise.weight.reached < set_noise.weight.lower - 1e-5
    other = generalised_robustness(TABLE_1, noise="any", solver="cvxopt")
    assert other.weight.reached == pytest.approx(any_noise.weight.reached, abs=1e-8)
    f = any_noise.witness
    assert functional_value(f, TABLE_1) == pytest.approx(-any_noise.weight.lower, abs=1e-7)
    assert minimise_functional(f).least.lower > -1e-6
    with pytest.raises(ValueError, match="`noise` must be 'set' or 'any', but is 'white'"):
        generalised_robustness(TABLE_1, noise="white")


def test_the_middle_notion_is_uniform_for_bob_and_charlie_and_as_far_as_a_pr_box():
    """PS-12: a = 0 plays the PR box, a = 1 its mirror image; noise as for a PR box alone."""
    pr_box = behaviour_pr_box()
    steered = assemblage_classical([pr_box, Behaviour(pr_box.table[::-1])], weights=[0.5, 0.5])
    assert_allclose(steered.behaviour().table, 0.25, atol=1e-16)
    t = white_noise_robustness(steered)
    assert abs(t.weight.reached - (1 - 1 / np.sqrt(2))) < 1e-7
    assert abs(t.weight.lower - (1 - 1 / np.sqrt(2))) < 1e-7


@pytest.mark.parametrize("noise", ["set", "any"])
def test_a_robustness_is_never_negative(noise):
    """Also by a solver's tolerance: what is quantum needs no noise, not less than none."""
    quantum = random_assemblage(3)
    for weight in (
        white_noise_robustness(quantum).weight,
        generalised_robustness(quantum, noise=noise).weight,
        white_noise_robustness(assemblage_white_noise(TABLE_1)).weight,
    ):
        assert weight.lower >= 0
        assert 0 <= weight.reached < 1e-6


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e6, 1e12])
def test_every_least_value_of_a_functional_is_homogeneous(scale):
    """value(c F) = c value(F) from c = 1e-12 to 1e12, with the same digits."""
    asked = (
        lambda f: minimise_functional(f).least,
        lambda f: minimise_functional(f, level=1).least,
        lambda f: quantum_bound(f).least,
        lambda f: minimise_under_rules(f, ["22", "25", "26", "26c"]),
        lambda f: octagon_minimum(f).least,
    )
    for ask in asked:
        one, many = ask(TABLE_2), ask(scale * TABLE_2)
        low, high = (side / scale for side in many.sides)
        assert max(high - low, one.gap) < 5e-7  # both sides as near as for F itself
        assert max(low, one.lower) <= min(high, one.sides[1]) + 1e-9  # and of the same number
    assert local_bound(scale * TABLE_2) == pytest.approx(scale * local_bound(TABLE_2), rel=1e-12)


@SOLVERS
@pytest.mark.parametrize("form", ["real", "complex"])
def test_almost_quantum_bound_of_table_two(solver, form):
    """PS-06 from two solvers, in real and in Hermitian matrices, its sides as close as asked.

    A residual that the solver is content with lowers the repaired side by its eigenvalue times the
    trace of the moment matrix; how much of it is left depends on the rounding of NumPy's version.
    """
    functional = TABLE_2 if form == "real" else TABLE_2.astype(complex)
    least = minimise_functional(functional, solver=solver)
    assert abs(least.least.reached - (-0.50842042)) < 1e-8
    # the point is an assemblage with that value, and its moment matrix is positive
    softened = Assemblage((1 - 1e-7) * least.elements + 1e-7 * np.eye(2) / 8)
    assert functional_value(TABLE_2, softened) == pytest.approx(least.least.reached, abs=1e-6)
    moments = steering_moments(outcomes=(2, 2), settings=(2, 2), dimension=2, real=form == "real")
    gamma = moments.inequality.at(least.least.evidence.point)
    assert 0 <= least.least.reached - least.least.lower <= SOLVER_TOLERANCE * len(gamma)
    assert np.linalg.eigvalsh(gamma)[0] > -1e-8
    assert_allclose(gamma[:2, :2], softened.reduced, atol=1e-6)


def ladder_functionals():
    """Random ones, those that a deterministic strategy and the quantum maximum of CHSH decide."""
    b, c, y, z = np.indices((2, 2, 2, 2))
    one_answer = np.zeros((2, 2, 2, 2))
    one_answer[0, 0, 0, 0] = one_answer[1, 1, 1, 0] = -1
    return [
        *(random_functional(seed) for seed in range(2)),
        random_functional(9, real=True),
        chsh_functional(np.eye(1)),
        one_answer[..., None, None],
        TABLE_2,
        np.multiply.outer((-1.0) ** (b + c + y * z + y), np.diag([1.0, -0.5])),
    ]


@pytest.mark.parametrize("f", ladder_functionals())
def test_sets_of_assemblages_are_nested(f):
    """Local hidden states, quantum, levels 3 and 2, almost quantum, level 1."""
    exact = quantum_bound(f, gap=1e-5)
    names = (3, 2, "almost-quantum", 1) if not np.iscomplexobj(f) else (2, "almost-quantum", 1)
    levels = [minimise_functional(f, level=level) for level in names]
    assert local_bound(f) >= exact.least.lower
    assert functional_value(f, exact.assemblage()) == pytest.approx(exact.least.reached, abs=1e-12)
    for level in levels:  # a bound from below of whatever is reached, at every level
        assert level.least.lower <= min(exact.least.reached, local_bound(f)) + 1e-9
    for tight, loose in pairwise(levels):
        assert tight.least.reached >= loose.least.lower - 1e-6


@pytest.mark.parametrize("level", [1, "almost-quantum"])
@pytest.mark.parametrize("f", ladder_functionals()[:4])
def test_the_minimisers_of_every_level_are_assemblages(f, level):
    """Also at level 1, whose moment matrix alone lets elements be negative."""
    least = minimise_functional(f, level=level)
    white = np.eye(f.shape[-1]) / (4 * f.shape[-1])
    softened = Assemblage((1 - 1e-6) * least.elements + 1e-6 * white)
    assert functional_value(f, softened) == pytest.approx(least.least.reached, abs=1e-4)


@SEEDS
def test_the_least_value_of_one_party_is_reached_by_a_quantum_model(seed):
    """One untrusted party: level 1 is exact, as every assemblage has a realisation."""
    f = random_functional(seed, shape=(2 + seed % 2, 2, 2, 2))
    least = minimise_functional(f, level=1)
    assert least.elements.shape == f.shape
    tight = minimise_functional(f)
    assert tight.least.reached == pytest.approx(least.least.reached, abs=1e-6)
    white = np.eye(2) / (2 * f.shape[0])
    steered = Assemblage((1 - 1e-7) * least.elements + 1e-7 * white)
    state, povm = ghjw_realisation(steered)
    realised = assemblage_quantum(state, [povm], dimension=2)
    assert functional_value(f, realised) == pytest.approx(least.least.reached, abs=1e-5)
    assert local_bound(f) >= least.least.lower
