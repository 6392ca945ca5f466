import numpy as np
import pytest

from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.experiments.bootstraps import draw_tables, ratios_of
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.declared import settings_distribution
from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.judging import evidence, learnt_bet, log_likelihood_ratio
from nonlocality.experiments.tails import log2_binomial_tail
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.strategies import CausalModel

CORNERS = CausalModel(("x", "y"), (2, 2), (2, 2)).corners.reshape(16, 2, 2, 2, 2)


def test_every_line_of_the_game_is_the_published_one(published):
    lines = {k.name: k for k in evidence(published["delft2015"], settings="uniform", form="+11")}
    assert 2 ** lines["CHSH game"].log2 == pytest.approx(0.039, abs=5e-4)
    munich = evidence(published["munich2016"], settings="uniform", form="+11")
    assert 2 ** munich[1].log2 == pytest.approx(0.016317, abs=1e-6)


def test_what_was_not_announced_is_paid_for(published):
    counts = published["munich2016"]
    announced, chosen = (
        evidence(counts, settings="uniform", form=k)[1].log2 for k in ("+11", None)
    )
    assert chosen == pytest.approx(announced + 3)


def test_without_declared_settings_there_is_no_game_and_contradicted_ones_are_refused(published):
    nist = published["nist2015"]
    for line in evidence(nist)[1:]:
        assert line.log2 is None
        assert "needs the distribution" in line.note
    for line in evidence(nist, settings="uniform")[1:]:
        assert line.log2 is None
        assert "refused" in line.note
    game = evidence(nist, settings="table", form="+11")[1]
    assert -20 < game.log2 <= 0
    assert "not declared" in game.note
    wins, trials = 130_589_817, nist.trials
    assert log2_binomial_tail(wins, trials, 0.75) < -3000 * np.log2(10)  # the trap
    assert settings_distribution(nist, "uniform", bias=0.006)[0] is not None


def test_evidence_is_the_cost_where_frequencies_do_not_signal():
    """N · I at the table's weights is the log-likelihood ratio."""
    a, b, x, y = np.indices((2, 2, 2, 2))
    totals = np.array([[1000, 3000], [2000, 500]])
    table = np.where((a + b) % 2 == x * y, 41, 9) * totals // 100
    counts = Counts(table)
    best = strength(Behaviour(counts.frequencies()), input_weights=totals / totals.sum())
    assert log_likelihood_ratio(counts) == pytest.approx(counts.trials * best.least.lower, rel=1e-7)


def test_the_ratio_is_never_negative_scales_and_ignores_names(published, relabelled):
    rng = np.random.default_rng(1)
    tables = rng.integers(0, 30, (200, 16))
    ratios = ratios_of(tables)
    assert ratios.min() >= 0
    assert ratios.max() > 1
    for table, bits in zip(tables[:20], ratios, strict=False):
        assert log_likelihood_ratio(Counts(table.reshape(2, 2, 2, 2))) == pytest.approx(
            bits, abs=1e-7
        )
    delft = published["delft2015"]
    bits = log_likelihood_ratio(delft)
    assert log_likelihood_ratio(Counts(7 * delft.table)) == pytest.approx(7 * bits, rel=1e-9)
    for change in relabelled:
        other = Counts(change(delft.table))
        assert log_likelihood_ratio(other) == pytest.approx(bits, rel=1e-9)
        lines = [[k.log2 for k in evidence(c, settings="uniform")] for c in (delft, other)]
        assert lines[0][:3] == pytest.approx(lines[1][:3], rel=1e-9)


def mean_stake(bet, p):
    """Largest mean of F over the deterministic strategies."""
    return np.einsum("sabxy,abxy,xy->s", CORNERS, bet, p).max()


@pytest.mark.parametrize("bias", [0.0, 0.01])
def test_no_strategy_gains_from_a_learnt_bet(bias):
    rng = np.random.default_rng(2)
    p = np.array([[0.2, 0.3], [0.3, 0.2]])
    past = draw_tables(behaviour_tsirelson().table, np.full((2, 2), 200), tables=1, seed=3)
    bet = learnt_bet(past.reshape(2, 2, 2, 2), p, bias=bias)
    assert bet.min() > 0
    for _ in range(20):
        shift = rng.uniform(-1, 1, (2, 2))
        shift -= shift.mean()
        other = p + bias * shift / max(1, np.abs(shift).max())
        assert mean_stake(bet, other) <= 1 + 1e-9


def test_bets_learnt_from_runs_find_a_violation_and_local_runs_gain_nothing():
    totals = np.full((2, 2), 250)
    quantum = draw_tables(behaviour_tsirelson().table, totals, tables=6, seed=4)
    runs = quantum.reshape(6, 2, 2, 2, 2)
    lines = evidence(Counts(runs.sum(axis=0), runs=runs), settings="uniform")
    assert lines[-1].log2 > 60
    local = behaviour_pr_box().with_noise(visibility=0.5).table
    runs = draw_tables(local, totals, tables=6, seed=5).reshape(6, 2, 2, 2, 2)
    assert evidence(Counts(runs.sum(axis=0), runs=runs), settings="uniform")[-1].log2 < 5


def test_a_p_value_from_a_stake_is_at_least_its_inverse(published):
    line = evidence(published["munich2016"], settings="uniform", form="+11")[2]
    assert line.kind == "e"
    assert line.log2_p == -line.log2


def test_a_local_table_has_no_evidence():
    counts = Counts(np.ones((2, 2, 2, 2), dtype=int) * 25)
    for line in evidence(counts, settings="uniform"):
        assert line.log2 is None or line.log2_p == 0
    assert maximum_likelihood(counts, over="local").deviance == pytest.approx(0, abs=1e-12)
