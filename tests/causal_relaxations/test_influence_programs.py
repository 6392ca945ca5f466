"""Programs for the least influence: sizes said beforehand, and bad input refused."""

import pytest

from nonlocality.causal_relaxations.influence import influence_vertices
from nonlocality.causal_relaxations.influence_programs import InfluenceProgram, listening

CAUSES = pytest.mark.parametrize("cause", "xa")


def test_bob_listens_to_alices_setting_or_outcome():
    assert [listening(cause) for cause in "xa"] == [("x", "xy"), ("x", "ay")]
    with pytest.raises(ValueError, match="Argument `cause` must be 'x' or 'a', but is"):
        listening("y")


def test_sizes_are_said_without_building_anything():
    program = InfluenceProgram("x", outcomes=(2, 2), settings=(3, 3))
    assert (program.strategies, program.unknowns) == (2**3 * 2**9, 2**3 * 3 * 2**3)
    program = InfluenceProgram("a", outcomes=(3, 2), settings=(2, 4))
    assert (program.strategies, program.unknowns) == (3**2 * 2**12, 3**2 * 4 * 2**3)
    with pytest.raises(ValueError, match=r"has 6\.87e11 unknowns \(for 4\.01e59 strategies\)"):
        InfluenceProgram("x", (2, 2), (18, 10))


@pytest.mark.parametrize(
    ("outcomes", "inputs"), [((2, 2), (4, 2)), ((3, 3), (3, 2)), ((2, 1), (2, 2))]
)
@CAUSES
def test_entries_are_those_of_the_matrices(cause, outcomes, inputs):
    program = InfluenceProgram(cause, outcomes, inputs)
    table, _, rows = program.matrices
    assert program.entries == table.count_nonzero() + rows.count_nonzero()


def test_the_entries_of_influence_rows_count_for_the_limit():
    """T alone has 2.1e7 entries, V twice as many."""
    with pytest.raises(ValueError, match=r"and 6\.37e7 entries, but at most 50000 unk"):
        InfluenceProgram("x", (2, 2), (9, 9))
    with pytest.raises(ValueError, match="more than 1e100000 strategies"):
        InfluenceProgram("x", (2, 2), (10**9, 10**9))


@pytest.mark.parametrize("bad", [(0, 2), (2, -1), (2.0, 2), (2,), (2, 2, 2), 2, "22"])
@pytest.mark.parametrize("name", ["outcomes", "settings"])
def test_numbers_of_a_program_are_two_positive_integers(name, bad):
    numbers = {"outcomes": (2, 2), "settings": (2, 2)} | {name: bad}
    with pytest.raises(ValueError, match=f"Argument `{name}` must hold"):
        InfluenceProgram("x", **numbers)
    with pytest.raises(ValueError, match=f"Argument `{name}` must hold"):
        influence_vertices(cause="x", **numbers)
