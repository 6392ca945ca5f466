import numpy as np
import pytest
import scipy.optimize

from nonlocality.experiments.estimation import excess_form
from nonlocality.experiments.forms import form_excess
from nonlocality.experiments.likelihood import coordinates, deviance, maximise_likelihood
from nonlocality.foundations.behaviours import Behaviour

CHSH = {"outcomes": (2, 2), "settings": (2, 2)}


def solve(table, **extra):
    n = table.ndim // 2
    scenario = {"outcomes": table.shape[:n], "settings": table.shape[n:]}
    return maximise_likelihood(table.reshape(1, -1), **scenario, **extra).reshape(table.shape)


def optimality(table, p):
    """N and the largest Σ (n/p) q over all no-signalling q: equal at the maximum."""
    gradient = np.where(table > 0, table / np.maximum(p, 1e-300), 0.0).ravel()
    basis = coordinates(table.shape[: table.ndim // 2], table.shape[table.ndim // 2 :])
    found = scipy.optimize.linprog(
        -gradient @ basis.slopes, A_ub=-basis.slopes, b_ub=basis.constant, bounds=(None, None)
    )
    return table.sum(), gradient @ basis.constant - found.fun


@pytest.mark.parametrize(
    ("shape", "seed"),
    [((2, 2, 2, 2), 0), ((2, 2, 3, 2), 1), ((3, 2, 2, 2), 2), ((2, 2, 2, 2, 2, 2), 3), ((4, 2), 4)],
)
@pytest.mark.parametrize("zeros", [0, 1, 3])
def test_no_behaviour_gains_along_the_tangent(shape, seed, zeros):
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 60, shape)
    table.ravel()[rng.choice(table.size, zeros, replace=False)] = 0
    table[0, 0] += 1
    p = solve(table)
    Behaviour(p).require_no_signalling()
    trials, reached = optimality(table, p)
    assert reached == pytest.approx(trials, rel=1e-6)


def test_the_published_tables_are_at_their_optimum(published):
    for counts in published.values():
        p = solve(counts.table)
        trials, reached = optimality(counts.table, p)
        assert reached == pytest.approx(trials, rel=1e-8)


def test_counts_that_do_not_signal_are_their_own_estimate():
    a, b, x, y = np.indices((2, 2, 2, 2))
    table = np.where((a + b) % 2 == x * y, 427, 73)
    assert np.allclose(solve(table), table / 1000, rtol=1e-13)


def test_a_rare_detection_keeps_its_digits():
    """A share of 1e-7 of a PR box in 10¹² trials, whichever outcome is the rare one."""
    a, b, x, y = np.indices((2, 2, 2, 2))
    box = (a + b) % 2 == x * y
    always, never = (a == 0) & (b == 0), (a == 1) & (b == 1)
    table = 10**5 * box // 2 + 10**6 * always + (10**12 - 10**5 - 10**6) * never
    for rare in (table, table[::-1, ::-1]):
        name, c = excess_form(Behaviour(solve(rare)))
        assert (name, c) == ("+11", pytest.approx(0.5e-7, rel=1e-9))


@pytest.mark.parametrize("value", [-0.2, -0.05, 0.0, 0.02, 0.1, 0.3])
def test_a_given_value_is_met_and_other_behaviours_with_it_are_less_likely(value):
    rng = np.random.default_rng(5)
    for low in (0, 1):
        table = rng.integers(low, 30, (2, 2, 2, 2)) + (
            np.indices((2, 2, 2, 2)).sum(axis=0) % 2 == 0
        )
        f = form_excess("+11")
        p = solve(table, functional=f.ravel(), value=value)
        assert (f * p).sum() == pytest.approx(value, abs=1e-12)
        Behaviour(p).require_no_signalling()
        gradient = np.where(table > 0, table / p, 0.0).ravel()
        basis = coordinates((2, 2), (2, 2))
        row = (f.ravel() @ basis.slopes)[None]
        found = scipy.optimize.linprog(
            -gradient @ basis.slopes, A_ub=-basis.slopes, b_ub=basis.constant, A_eq=row,
            b_eq=[value - f.ravel() @ basis.constant], bounds=(None, None),
        )  # fmt: skip
        assert gradient @ basis.constant - found.fun == pytest.approx(
            gradient @ p.ravel(), rel=1e-6
        )


def test_tables_with_few_counts_and_missing_outcomes_are_solved():
    """Most cells are empty, often a whole outcome: the Hessian is singular but for dust."""
    rng = np.random.default_rng(12)
    tables = rng.multinomial(3, np.full(4, 0.25), size=(1500, 4)).transpose(0, 2, 1).reshape(-1, 16)
    tables[0] = np.eye(4, dtype=int)[0].repeat(4)
    found = maximise_likelihood(tables, **CHSH)
    for value in (0.0, -0.1):
        held = maximise_likelihood(
            tables, **CHSH, functional=form_excess("+11").ravel(), value=value
        )
        assert np.abs(held @ form_excess("+11").ravel() - value).max() < 1e-9
        shape = (-1, 2, 2, 2, 2)
        g2 = [deviance(tables.reshape(shape), np.maximum(p, 0).reshape(shape), parties=2)
              for p in (held, found)]  # fmt: skip
        assert (g2[0] - g2[1]).min() > -1e-6
    for table, p in zip(tables[:40], found, strict=False):
        trials, reached = optimality(table.reshape(2, 2, 2, 2), p.reshape(2, 2, 2, 2))
        assert reached == pytest.approx(trials, rel=1e-5)


def test_many_tables_at_once_are_each_its_own():
    rng = np.random.default_rng(6)
    tables = rng.integers(0, 40, (30, 16))
    together = maximise_likelihood(tables, **CHSH)
    for table, p in zip(tables, together, strict=True):
        assert np.allclose(maximise_likelihood(table[None], **CHSH)[0], p, atol=1e-9)


def test_the_deviance_is_the_logarithm_of_the_ratio_and_keeps_small_differences():
    rng = np.random.default_rng(7)
    table = rng.integers(1, 50, (2, 2, 2, 2))
    f = table / table.sum(axis=(0, 1))
    p = solve(table)
    plain = 2 * (table * np.log(f / p)).sum()
    assert deviance(table, p, parties=2) == pytest.approx(plain, rel=1e-10)
    close = f.copy()
    close[0, 0] += 1e-9
    close[1, 1] -= 1e-9
    chi = (table.sum(axis=(0, 1)) * 1e-18 * (1 / f[0, 0] + 1 / f[1, 1])).sum()
    assert deviance(table, close, parties=2) == pytest.approx(chi, rel=1e-5)
