import numpy as np
import pytest

from nonlocality.postquantum_steering import search
from nonlocality.postquantum_steering.directions import polygon
from nonlocality.postquantum_steering.hidden_states import local_visibility
from nonlocality.postquantum_steering.robustness import white_noise_robustness
from nonlocality.postquantum_steering.search import random_functional, see_saw


@pytest.fixture(scope="module")
def found():
    return see_saw(3)


def test_three_times_the_robustness_of_table1_and_local(found, table1):
    """Two-sided: what the dual proves of the find exceeds three times a point for Table I."""
    assert found.finished
    assert found.local
    lower = white_noise_robustness(found.assemblage).weight.lower
    assert lower > 3 * white_noise_robustness(table1).weight.reached
    seen = local_visibility(found.assemblage, corners=polygon(32))
    assert seen.largest.reached > 1 - 1e-6
    other = white_noise_robustness(found.assemblage, solver="cvxopt")
    assert other.weight.reached == pytest.approx(found.robustness, abs=1e-6)


def test_the_see_saw_never_loses_at_a_fixed_radius(found):
    for one, two in zip(found.steps, found.steps[1:], strict=False):
        if one.radius == two.radius:
            assert two.robustness >= one.robustness - 1e-6
        assert two.radius >= one.radius
    assert found.steps[0].radius == search.START
    assert found.steps[-1].robustness == found.robustness


def test_seeds_are_reproducible_and_progress_is_told(found):
    heard = []
    again = see_saw(3, progress=heard.append)
    assert np.array_equal(again.assemblage.elements, found.assemblage.elements)
    assert (again.draws, len(again.steps)) == (found.draws, len(found.steps))
    assert [step.robustness for step in heard[-3:]] == [x.robustness for x in again.steps[-3:]]
    assert "Seed 3: converged" in str(again)
    assert "local for all projective measurements" in str(again)


def test_the_symmetric_class():
    rng = np.random.default_rng(0)
    f = random_functional(rng, symmetric=True)
    assert np.array_equal(f, f.transpose(1, 0, 3, 2, 4, 5))
    assert np.array_equal(f, f.swapaxes(-1, -2))
    result = see_saw(1, symmetric=True, directions=8)
    for step in result.steps:
        elements = step.assemblage.elements
        assert np.array_equal(elements, elements.transpose(1, 0, 3, 2, 4, 5))
    assert result.local
    assert result.robustness > 0.1


def test_a_search_out_of_steps_returns_its_best_and_says_so():
    nothing = see_saw(0, max_steps=1)
    assert (nothing.finished, nothing.local, nothing.taken) == (False, False, 1)
    assert "out of steps" in str(nothing)
    early = see_saw(3, max_steps=20)
    assert not early.finished
    assert early.steps
    assert early.robustness > 0
    assert not early.local
    assert "not yet local" in str(early)
    assert early.taken == 20


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: see_saw(0, max_steps=0), "max_steps"),
        (lambda: see_saw(np.random.default_rng(1)), "`seed` must be an integer of at least 0"),
        (lambda: see_saw(-1), "`seed` must be an integer of at least 0, but is -1"),
        (lambda: see_saw(1, directions=1), "`directions` must be an integer of at least 2"),
    ],
)
def test_bad_searches(call, words):
    with pytest.raises(ValueError, match=words):
        call()
