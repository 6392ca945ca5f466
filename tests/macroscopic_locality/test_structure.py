import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.foundations.behaviours import behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.moments import margin, maximise
from nonlocality.macroscopic_locality.structure import (
    LEVELS,
    MomentStructure,
    moment_structure,
)

CHSH = correlator_functional([[1, 1], [1, -1]])
EVERY_LEVEL = pytest.mark.parametrize("level", LEVELS)


@pytest.mark.parametrize(
    ("level", "outcomes", "numbers", "size"),
    [
        ("1", (2, 2), (2, 2), 5),
        ("1", (3, 3), (2, 2), 9),
        ("1", (2, 4), (3, 1), 7),
        ("1+AB", (2, 2), (2, 2), 9),
        ("1+AB", (3, 2), (2, 3), 20),
        ("2", (2, 2), (2, 2), 13),
        ("3", (2, 2), (2, 2), 25),
        ("2", (3, 3), (2, 2), 41),
    ],
)
def test_size_of_the_matrix(level, outcomes, numbers, size):
    structure = MomentStructure(level, outcomes, numbers)
    assert structure.size == size
    assert structure.inequality.constant.shape == (size, size)


@pytest.mark.parametrize("d", [2, 3, 4])
def test_level_one_has_two_free_blocks(d):
    """Free are the products of outcomes of two settings of a party: (d − 1)² a party."""
    structure = MomentStructure("1", (d, d), (2, 2))
    known = 4 * (d - 1) + 4 * (d - 1) ** 2
    assert structure.known == known
    assert len(structure.moments) == known + 2 * (d - 1) ** 2


def test_a_word_and_its_adjoint_are_one_moment():
    """⟨A A' B⟩ = ⟨A' A B⟩ for real moments, but ⟨A A' B B'⟩ and ⟨A' A B B'⟩ are two."""
    structure = moment_structure("1+AB", (2, 2), (2, 2))
    a, b = ((0, 0),), ((1, 0),)
    words = {w: k for k, w in enumerate(structure.words)}
    entry = structure.entries

    def moment(v, w):
        return entry[words[v], words[w]]

    assert moment((a, a), (b, ())) == moment((b, a), (a, ()))
    assert moment((a, a), (b, b)) == moment((b, b), (a, a))
    assert moment((a, a), (b, b)) != moment((b, a), (a, b))
    moments = structure.moments
    assert len(set(moments)) == len(moments)
    assert not any(
        (alice[::-1], bob[::-1]) in moments
        for alice, bob in moments
        if (alice[::-1], bob[::-1]) != (alice, bob)
    )


@EVERY_LEVEL
@pytest.mark.parametrize(("outcomes", "numbers"), [((2, 2), (2, 2)), ((3, 2), (1, 3))])
def test_deterministic_behaviours_have_matrices_of_rank_one(level, outcomes, numbers):
    """Every entry is the product of the values of its two words."""
    structure = moment_structure(level, outcomes, numbers)
    model = CausalModel(("x", "y"), outcomes, numbers)
    for strategy in range(0, model.size, 5):
        choices = [model.responses[k][strategy] for k in range(2)]

        def value(word, choices=choices):
            return float(
                all(c[x] == a for side, c in zip(word, choices, strict=True) for x, a in side)
            )

        moments = np.array([value(word) for word in structure.moments])
        row = np.array([value(word) for word in structure.words])
        assert np.array_equal(structure.inequality.at(moments), np.outer(row, row))
        table = model.matrix[:, [strategy]].toarray().reshape(*outcomes, *numbers)
        assert np.array_equal(structure.table(moments), table)


@EVERY_LEVEL
def test_coordinates_and_tables_are_inverse(level):
    for seed in range(10):
        table = random_no_signalling(seed).table
        structure = moment_structure(level, (2, 2), (2, 2))
        moments = structure.noise.copy()
        moments[: structure.known] = structure.coordinates(table)
        assert np.allclose(structure.table(moments), table, rtol=0, atol=1e-14)
        assert np.array_equal(structure.read(structure.inequality.at(moments)), moments)


@EVERY_LEVEL
def test_small_tables_are_read_off_by_the_same_map_densely(level):
    structure = moment_structure(level, (3, 2), (2, 3))
    constant, slopes = structure.table_map
    quick_constant, quick = structure.quick_table_map
    assert np.array_equal(quick_constant, constant)
    assert np.array_equal(quick, slopes.toarray())


def test_large_tables_are_read_off_by_a_sparse_map():
    structure = moment_structure("1", (2, 2), (40, 40))
    assert structure.quick_table_map is structure.table_map


@EVERY_LEVEL
@pytest.mark.parametrize("outcomes", [(2, 2), (3, 2), (4, 4)])
def test_white_noise_has_a_positive_definite_matrix(level, outcomes):
    if level == "3" and outcomes != (2, 2):
        return  # some hundred rows
    structure = moment_structure(level, outcomes, (2, 3))
    assert np.linalg.eigvalsh(structure.inequality.at(structure.noise))[0] > 1e-5
    noise = behaviour_white_noise(outcomes, (2, 3)).table
    assert np.allclose(structure.table(structure.noise), noise, rtol=0, atol=1e-15)


def test_a_matrix_of_another_form_is_not_read():
    structure = moment_structure("1", (2, 2), (1, 1))
    with pytest.raises(ValueError, match=r"Argument `matrix` must have shape \(3, 3\)"):
        structure.read(np.eye(4))
    with pytest.raises(ValueError, match="linked or fixed differ by 1"):
        structure.read(np.eye(3))


@pytest.mark.parametrize("level", ["4", "0", "1+ab", "Q1", 1, None, ["1"], np.array(["1", "1"])])
def test_unknown_levels_are_refused(level):
    known = r"Argument `level` must be one of \('1', '1\+AB', '2', '3'\), but"
    with pytest.raises(ValueError, match=known):
        maximise(CHSH, level=level)
    with pytest.raises(ValueError, match="Argument `level` must be one of"):
        margin(behaviour_pr_box(), level=level)


def test_a_level_contains_the_words_of_the_one_before():
    words = [set(moment_structure(level, (3, 2), (2, 2)).words) for level in LEVELS]
    assert words[0] < words[1] < words[2] < words[3]


def test_a_matrix_that_would_be_too_large_is_refused_before_it_is_built():
    with pytest.raises(ValueError, match=r"level '1\+AB' would have 2.0e6 words or more"):
        moment_structure("1+AB", (2, 2), (1416, 1416))
    with pytest.raises(ValueError, match="level '3' would have"):
        moment_structure("3", (4, 4), (3, 3))


def test_moments_that_are_not_numbers_are_refused():
    structure = moment_structure("1", (2, 2), (2, 2))
    with pytest.raises(ValueError, match="Argument `moments` must hold finite numbers"):
        structure.table(np.full(10, np.nan))
    with pytest.raises(ValueError, match=r"Argument `moments` must have shape \(10,\)"):
        structure.table([0.5])
    with pytest.raises(ValueError, match=r"Argument `table` must have shape \(2, 2, 2, 2\)"):
        structure.coordinates([0.5])


@pytest.mark.parametrize("outcomes", [(2,), (2, 2, 2), (2, 0), (2, 1.5)])
def test_scenarios_have_two_parties(outcomes):
    with pytest.raises(ValueError, match="Argument `outcomes` must hold"):
        MomentStructure("1", outcomes, (2, 2))
    with pytest.raises(ValueError, match="Argument `outcomes` must hold"):
        moment_structure("1", list(outcomes), (2, 2))
    with pytest.raises(ValueError, match="Argument `settings` must hold"):
        moment_structure("1", (2, 2), list(outcomes))


def test_a_structure_is_built_once_for_tuples_lists_and_arrays():
    one = moment_structure("1", (2, 3), (2, 2))
    assert moment_structure("1", [2, 3], [2, 2]) is one
    assert moment_structure("1", np.array([2, 3]), np.array([2, 2])) is one


@pytest.mark.parametrize("level", [["1"], {"1": 1}, None])
def test_levels_that_cannot_be_hashed_are_refused_too(level):
    with pytest.raises(ValueError, match="Argument `level` must be one of"):
        moment_structure(level, (2, 2), (2, 2))
