from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.special import chdtrc

from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.judging import (
    draw_tables,
    evidence,
    learnt_bet,
    log2_bernoulli_bet,
    log2_binomial_tail,
    log2_half_chi_square,
    log_likelihood_ratio,
    ratios_of,
    settings_distribution,
)
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_tsirelson
from nonlocality.foundations.strategies import CausalModel

CORNERS = CausalModel(("x", "y"), (2, 2), (2, 2)).corners.reshape(16, 2, 2, 2, 2)


@pytest.mark.parametrize(("wins", "trials"), [(196, 245), (124, 150), (1, 3), (0, 5), (900, 1000)])
def test_a_binomial_tail_is_the_exact_sum(wins, trials):
    exact = sum(comb(trials, k) * Fraction(3) ** k for k in range(wins, trials + 1))
    bits = float(log2_binomial_tail(wins, trials, 0.75))
    assert 2**bits == pytest.approx(float(exact / Fraction(4) ** trials), rel=1e-11)


def test_a_tail_far_below_the_smallest_float_keeps_its_digits():
    """A binomial tail of 4000 trials in whole numbers, near 2**-4000."""
    trials, wins = 4000, 3900
    exact = sum(comb(trials, k) for k in range(wins, trials + 1))
    digits = len(bin(exact)) - 2
    expected = np.log2(float(Fraction(exact, 2**digits))) + digits - trials
    assert log2_binomial_tail(wins, trials, 0.5) == pytest.approx(expected, rel=1e-12)
    assert expected < -3000


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (3, 1), (1, 3), (20, 0), (0, 20), (60, 3)])
def test_a_bet_is_the_integral_in_fractions(wins, losses):
    """∫ q^w (1 − q)^l dq from 3/4 to 1, term by term."""
    chance = Fraction(3, 4)
    integral = sum(
        Fraction((-1) ** k * comb(losses, k), wins + k + 1) * (1 - chance ** (wins + k + 1))
        for k in range(losses + 1)
    )
    exact = integral / ((1 - chance) * chance**wins * (1 - chance) ** losses)
    assert 2 ** log2_bernoulli_bet(wins, losses, 0.75) == pytest.approx(float(exact), rel=1e-9)


def test_a_lost_bet_keeps_the_share_that_was_hardly_staked():
    """For many losses the integral is that of (1 − q)ˡ near `chance`: 1/(l + 1) remains."""
    assert log2_bernoulli_bet(1, 10_000, 0.75) == pytest.approx(-np.log2(10_001), abs=1e-3)


def test_the_tail_of_chi_square_goes_on_where_floats_end():
    for g2 in (1.0, 900.0):
        assert log2_half_chi_square(g2) == pytest.approx(np.log2(chdtrc(1, g2) / 2), rel=1e-12)
    # for large s the tail is exp(−s²)/(2 s √π) (1 − 1/(2 s²) + …), s² = g2/2
    s2 = 5000.0
    tail = -s2 / np.log(2) - np.log2(2 * np.sqrt(np.pi * s2)) + np.log2(1 - 1 / (2 * s2))
    assert log2_half_chi_square(2 * s2) == pytest.approx(tail, abs=1e-6)


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


@pytest.mark.parametrize(
    ("settings", "words"),
    [("even", "'uniform', 'table'"), ([0.5, 0.5], "4 probabilities"), ([1, 0, 0, 0], "above 0"),
     ([0.3, 0.3, 0.3, 0.3], "sum to 1"), ([float("nan")] * 4, "finite")],
)  # fmt: skip
def test_distributions_are_checked(settings, words):
    with pytest.raises(ValueError, match=f"`settings`.*{words}"):
        settings_distribution(Counts(np.ones((2, 2, 2, 2), dtype=int)), settings)


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


def test_the_bootstrap_of_few_trials_is_more_careful_than_half_chi_square(published):
    delft = published["delft2015"]
    asymptotic, drawn = (evidence(delft, bootstrap=k)[0].log2 for k in (0, 2000))
    assert 2**asymptotic == pytest.approx(0.0235, abs=1e-4)
    assert 0.025 < 2**drawn < 0.037


def test_a_local_table_has_no_evidence():
    counts = Counts(np.ones((2, 2, 2, 2), dtype=int) * 25)
    for line in evidence(counts, settings="uniform"):
        assert line.log2 is None or line.log2_p == 0
    assert maximum_likelihood(counts, over="local").deviance == pytest.approx(0, abs=1e-12)
