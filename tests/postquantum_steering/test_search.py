import numpy as np
import pytest

from nonlocality.book.ledger import printed_table
from nonlocality.foundations.optimise import SolverError
from nonlocality.postquantum_steering import search
from nonlocality.postquantum_steering.assemblages import assemblage_of_table
from nonlocality.postquantum_steering.hidden_states import local_visibility, polygon
from nonlocality.postquantum_steering.robustness import minimise_functional, white_noise_robustness
from nonlocality.postquantum_steering.search import (
    printed_search,
    printed_step,
    random_functional,
    see_saw,
)


@pytest.fixture(scope="module")
def found():
    return see_saw(3)


@pytest.fixture(scope="module")
def table1():
    return assemblage_of_table(printed_table("ps-table1"))


def test_three_times_the_robustness_of_table1_and_local(found, table1):
    """Two-sided: what the dual proves of the find exceeds three times a point for Table I."""
    assert found.finished
    assert found.local
    assert white_noise_robustness(found.assemblage).lower > 3 * white_noise_robustness(table1).value
    seen = local_visibility(found.assemblage, corners=polygon(32))
    assert seen.lower > 1 - 1e-6
    other = white_noise_robustness(found.assemblage, modeller="picos")
    assert other.value == pytest.approx(found.robustness, abs=1e-6)


def test_the_see_saw_never_loses_at_a_fixed_radius(found):
    for one, two in zip(found.steps, found.steps[1:], strict=False):
        if one.radius == two.radius:
            assert two.robustness >= one.robustness - 1e-6
        assert two.radius >= one.radius
        assert two.seconds >= one.seconds
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


def test_a_search_out_of_time_returns_its_best_and_says_so(monkeypatch):
    nothing = see_saw(0, time_limit=1e-9)
    assert (nothing.finished, nothing.local, nothing.assemblage) == (False, False, None)
    assert "out of time" in str(nothing)
    ticks = iter(range(10**6))
    monkeypatch.setattr(search.time, "perf_counter", lambda: float(next(ticks)))
    early = see_saw(3, time_limit=40)
    assert not early.finished
    assert early.steps
    assert early.robustness > 0
    assert not early.local
    assert "out of time" in str(early)
    assert "not yet local" in str(early)


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_time_limit_is_positive(limit):
    with pytest.raises(ValueError, match="time_limit"):
        see_saw(0, time_limit=limit)


def test_the_printed_step(found):
    """The witness of a find lets the first test pass; β, β_Q̃ and μ belong together."""
    f = white_noise_robustness(found.assemblage).witness
    step = printed_step(f)
    assert step.almost_quantum == pytest.approx(minimise_functional(f).value)
    assert step.local < step.almost_quantum
    assert 0 < step.visibility < 1
    change = 1e-4 * step.gradient / np.linalg.norm(step.gradient)
    slope = (printed_step(f + change).visibility - printed_step(f - change).visibility) / 2e-4
    assert slope >= 0


def test_the_printed_search_keeps_its_time(monkeypatch):
    runs = printed_search(np.random.default_rng(0), time_limit=0.5)
    assert runs
    again = printed_search(np.random.default_rng(0), starts=3)
    assert len(again) == 3
    assert all(one == two for one, two in zip(again, runs, strict=False))
    assert all(len(run) == 1 or run[-1] < run[0] for run in runs)

    def stalls(functional):
        raise SolverError("stalled")

    monkeypatch.setattr(search, "printed_step", stalls)
    assert set(map(tuple, printed_search(np.random.default_rng(0), time_limit=0.01))) == {
        (float("inf"),)
    }
