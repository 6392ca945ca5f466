import numpy as np
import pytest
from helpers import random_no_signalling

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.forms import (
    NAMES,
    check_form,
    chsh_forms,
    eberhard_readings,
    form_correlators,
    form_excess,
)
from nonlocality.foundations.inequalities import chsh_values
from nonlocality.foundations.strategies import CausalModel

LOCAL = CausalModel(("x", "y"), (2, 2), (2, 2))


@pytest.mark.parametrize("seed", range(5))
def test_all_readings_of_a_form_agree_where_nothing_signals(seed):
    p = random_no_signalling(seed)
    assert np.allclose([(form_excess(k) * p.table).sum() for k in NAMES], chsh_values(p))
    for name in NAMES:
        c = (form_excess(name) * p.table).sum()
        assert np.isclose((form_correlators(name) * p.table).sum(), 2 + 4 * c)
        assert np.allclose([(table * p.table).sum() for table in eberhard_readings(name)], c)


def test_the_readings_are_eight_and_different_and_local_bounds_are_two_and_zero():
    for name in NAMES:
        assert LOCAL.bound(form_correlators(name)) == 2
        assert LOCAL.bound(form_excess(name)) == 0
        tables = eberhard_readings(name)
        assert len({table.tobytes() for table in tables}) == 8
        for table in tables:
            assert sorted(table[table != 0]) == [-1, -1, -1, 1]
            assert LOCAL.bound(table) == 0


def test_the_published_values_of_the_small_experiments(published):
    """S and its error from sums of fractions, another route."""
    for name, s, j in (
        ("delft2015", 2.42249987, 0.11951619),
        ("munich2016", 2.60904713, 0.15010566),
    ):
        n = published[name].table.astype(object)
        totals = n.sum(axis=(0, 1))
        e = (n[0, 0] + n[1, 1] - n[0, 1] - n[1, 0]) / totals
        form = chsh_forms(published[name])[NAMES.index("+11")]
        assert np.isclose(form.s, e[0, 0] + e[0, 1] + e[1, 0] - e[1, 1], rtol=1e-14)
        assert np.isclose(form.s_error**2, sum((1 - e**2).ravel() / totals.ravel()))
        assert abs(form.s - s) < 1e-8
        assert abs(form.j - j) < 1e-8


def test_the_errors_are_those_of_drawn_tables():
    rng = np.random.default_rng(8)
    p = np.full((4, 4), 0.05) + 0.8 * np.eye(4)  # outcomes, settings
    drawn = np.stack([rng.multinomial(400, p[:, k], size=4000) for k in range(4)], axis=-1)
    tables = drawn.reshape(-1, 2, 2, 2, 2) / 400
    form = chsh_forms(Counts((400 * p).round().astype(int).reshape(2, 2, 2, 2)))[3]
    values = [(eberhard_readings("+11")[k] * tables).sum(axis=(1, 2, 3, 4)).std() for k in range(8)]
    assert np.allclose(values, form.reading_errors, rtol=0.05)
    s = (form_correlators("+11") * tables).sum(axis=(1, 2, 3, 4)).std()
    assert np.isclose(s, form.s_error, rtol=0.05)


def test_names_and_tables_are_checked():
    with pytest.raises(ValueError, match="`form`"):
        check_form("11")
    with pytest.raises(ValueError, match="`counts`"):
        chsh_forms(Counts(np.ones((3, 3, 2, 2), dtype=int)))
