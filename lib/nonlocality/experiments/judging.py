"""How strongly do counts speak against local realism, and under which assumptions?

Likelihood ratios assume independent trials. Games and bets do not: each trial is judged by what
local realism allows in it whatever happened before, provided that the settings are drawn with a
known distribution. A bet multiplies its stake by F(a, b, x, y) ≥ 0 whose mean is at most 1 for
every local strategy; the final stake is an *e-value*, 1/E a p-value, also under memory and
optional stopping (Ville). Everything is a logarithm to base 2: real data reach 2**-10000.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.experiments.bootstraps import MOST_TABLES, bootstrap_ratios
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.declared import settings_distribution
from nonlocality.experiments.estimation import excess_form, maximum_likelihood
from nonlocality.experiments.forms import NAMES, check_form, eberhard_readings, form_correlators
from nonlocality.experiments.likelihood import maximise_likelihood
from nonlocality.experiments.tails import (
    log2_bernoulli_bet,
    log2_binomial_tail,
    log2_half_chi_square,
)
from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import shown
from nonlocality.foundations.solvers import SolverError


@dataclass(frozen=True)
class Evidence:
    """One line of evidence against local realism.

    name: of the method. kind: "p" or "e". log2: of the p-value or e-value; None where the line is
    not available, and `note` says why. assumptions: what must be granted.
    """

    name: str
    kind: str
    log2: float | None
    assumptions: tuple[str, ...]
    note: str = ""

    @property
    def log2_p(self) -> float | None:
        """log2 of the p-value; of an e-value it is at least 1/E."""
        if self.log2 is None:
            return None
        return self.log2 if self.kind == "p" else min(0.0, -self.log2)


INDEPENDENT = "the trials are independent and alike"
MEMORY = "none on the trials: memory of the past is allowed"
DRAWN = "the settings are drawn as declared, whatever happened before"
STOPPED = "the number of trials was fixed before"


def evidence(
    counts: Counts,
    *,
    settings: str | Sequence | None = None,
    bias: float = 0.0,
    form: str | None = None,
    bootstrap: int = 0,
    seed: int = 1,
) -> list[Evidence]:
    """All that can be said against local realism, a line a method.

    settings, bias: as :func:`~nonlocality.experiments.declared.settings_distribution`. form: the
    form of CHSH that was announced before the data were seen; without it the games pay for the
    choice among eight. bootstrap: tables drawn from the best local behaviour, for the likelihood
    ratio at few trials.
    Raises ValueError for an unknown form or other arguments that do not fit.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> game = evidence(delft, settings="uniform", form="+11")[1]
    >>> game.name, float(round(2**game.log2, 6))
    ('CHSH game', 0.039078)
    """
    if form is not None:
        check_form(form)
    if not isinstance(bootstrap, Integral) or not 0 <= bootstrap <= MOST_TABLES:
        raise ValueError(
            f"Argument `bootstrap` must be an integer from 0 to {MOST_TABLES}, but is "
            f"{shown(bootstrap)}."
        )
    p, why = settings_distribution(counts, settings, bias=bias)
    lines = [_likelihood_ratio(counts, bootstrap, seed)]
    if counts.table.shape == (2, 2, 2, 2):
        lines += [_game(counts, p, why, bias, form, settings), _bets(counts, p, why, bias, form)]
    lines.append(_prediction_based(counts, p, why, bias))
    if isinstance(settings, str) and settings == "table":
        note = "the distribution was read off the table itself, not declared"
        lines[1:] = [
            Evidence(k.name, k.kind, k.log2, k.assumptions, "; ".join(filter(None, (k.note, note))))
            for k in lines[1:]
        ]
    return lines


def log_likelihood_ratio(counts: Counts) -> float:
    """log2 of the likelihood of the best no-signalling behaviour over that of the best local one.

    >>> log_likelihood_ratio(Counts(np.ones((2, 2, 2, 2), dtype=int)))
    0.0
    """
    free, local = (maximum_likelihood(counts, over=k) for k in ("no-signalling", "local"))
    return max(0.0, (local.deviance - free.deviance) / (2 * np.log(2)))


def _likelihood_ratio(counts: Counts, bootstrap: int, seed: int) -> Evidence:
    bits = log_likelihood_ratio(counts)
    name = "likelihood ratio"
    if counts.table.shape != (2, 2, 2, 2):
        note = f"{bits:.4g} bits; no p: the shape of the local set there is not known beforehand"
        return Evidence(name, "p", None, (INDEPENDENT, STOPPED), note)
    g2 = 2 * np.log(2) * bits
    if bootstrap:
        larger = int((bootstrap_ratios(counts, tables=bootstrap, seed=seed) >= bits - 1e-9).sum())
        log2 = float(np.log2((larger + 1) / (bootstrap + 1)))
        note = (
            f"{bits:.4g} bits; {larger} of {bootstrap} tables of the best local behaviour reach it"
        )
        return Evidence(name, "p", log2, (INDEPENDENT, STOPPED), note)
    log2 = 0.0 if g2 <= 0 else log2_half_chi_square(g2)
    few = few_trials(counts)
    note = f"{bits:.4g} bits, ½χ² on 1 degree of freedom" + (
        "; too small for so few counts, use `bootstrap`" if few and g2 > 0 else ""
    )
    return Evidence(name, "p", log2, (INDEPENDENT, STOPPED), note)


def few_trials(counts: Counts) -> bool:
    """Whether ½χ² is too small: fewer than 800 trials at a setting, or 50 in an Eberhard cell.

    The cell is the smallest of the four of the first reading of the violated form. Two settings
    and outcomes.

    >>> few_trials(Counts(np.full((2, 2, 2, 2), 100))), few_trials(Counts(np.full((2,) * 4, 300)))
    (True, False)
    """
    name, _ = excess_form(maximum_likelihood(counts).behaviour)
    smallest = counts.table[eberhard_readings(name)[0] != 0].min()
    return bool(counts.setting_counts.min() < 800 or smallest < 50)


def _wins(counts: Counts, form: str) -> int:
    return int(counts.table[form_correlators(form) > 0].sum())


def _game(
    counts: Counts,
    p: np.ndarray | None,
    why: str,
    bias: float,
    form: str | None,
    settings: object,
) -> Evidence:
    """Every local strategy loses at one pair of settings at least."""
    name, assumptions = "CHSH game", (MEMORY, DRAWN, STOPPED)
    if p is None:
        return Evidence(name, "p", None, assumptions, why)
    chance = 1 - (p.min() - bias)
    if chance >= 1:
        return Evidence(name, "p", None, assumptions, "the bias exceeds a setting's probability")
    choices = NAMES if form is None else (form,)
    tails = [log2_binomial_tail(_wins(counts, k), counts.trials, chance) for k in choices]
    log2 = min(0.0, min(tails) + np.log2(len(choices)))
    k = choices[int(np.argmin(tails))]
    note = f"form {k}: {_wins(counts, k)} wins of {counts.trials}, local chance {chance:.6g}"
    return Evidence(name, "p", log2, assumptions, note + (", times 8" if form is None else ""))


def _bets(
    counts: Counts, p: np.ndarray | None, why: str, bias: float, form: str | None
) -> Evidence:
    """Half the stake on the game, half on Eberhard's events; an eighth a form if none is given."""
    name, assumptions = "bets fixed before", (MEMORY, DRAWN)
    if p is None:
        return Evidence(name, "e", None, assumptions, why)
    if p.min() <= bias:
        return Evidence(name, "e", None, assumptions, "the bias exceeds a setting's probability")
    logs = []
    for k in NAMES if form is None else (form,):
        wins = _wins(counts, k)
        logs.append(log2_bernoulli_bet(wins, counts.trials - wins, 1 - p.min() + bias))
        for reading in eberhard_readings(k)[:1] if form is not None else eberhard_readings(k):
            logs.append(_eberhard_bet(counts, reading, p, bias))
            if form is None:
                logs[-1] -= 3  # an eighth a reading
    shares = len(NAMES) * 2 if form is None else 2
    log2 = float(np.logaddexp2.reduce(logs) - np.log2(shares))
    return Evidence(name, "e", log2, assumptions, "half on the game, half on Eberhard's events")


def _eberhard_bet(counts: Counts, reading: np.ndarray, p: np.ndarray, bias: float) -> float:
    """Bets 1 + g on the event +1, 1 − κ g on the three events −1.

    A strategy that has the event +1 at its settings has one −1 at least at the others; with
    κ = p(win's settings)/min p(the others) its mean gain is not positive.
    """
    won = (reading > 0).any(axis=(0, 1))
    kappa = (p[won].max() + bias) / (p[~won].min() - bias)
    wins, losses = (int(counts.table[reading == k].sum()) for k in (1, -1))
    return log2_bernoulli_bet(wins, losses, kappa / (1 + kappa))


def _prediction_based(counts: Counts, p: np.ndarray | None, why: str, bias: float) -> Evidence:
    """For each run the best bet on what the runs before it showed (Zhang, Glancy, Knill)."""
    name, assumptions = "bets learnt from earlier runs", (MEMORY, DRAWN)
    if counts.runs is None or len(counts.runs) < 2:
        why = why or "needs a column “run” (blocks in the order of time)"
        return Evidence(name, "e", None, assumptions, why)
    if p is None:
        return Evidence(name, "e", None, assumptions, why)
    if p.min() <= bias:
        return Evidence(name, "e", None, assumptions, "the bias exceeds a setting's probability")
    log2, past = 0.0, np.zeros_like(counts.table)
    for run in counts.runs:
        if past.any():
            log2 += float((run * np.log2(learnt_bet(past, p, bias=bias))).sum())
        past = past + run
    note = f"{len(counts.runs)} runs"
    return Evidence(name, "e", log2, assumptions, note)


def learnt_bet(past: np.ndarray, p: np.ndarray, *, bias: float = 0.0) -> np.ndarray:
    """A bet F ≥ 0 ``[a, b, …, x, y, …]`` from past counts, fair for no local strategy.

    Its mean is at most 1 for every one of them. The best bet against local realism on the most
    likely no-signalling behaviour of the past counts, ¼ added to each cell; half a stake in ten
    thousand is kept aside. p: distribution of the settings; with a bias F is lowered until its mean
    is at most 1 for all it allows.

    >>> from nonlocality.foundations.born import behaviour_tsirelson
    >>> seen = np.round(1000 * behaviour_tsirelson().table).astype(int)
    >>> bet = learnt_bet(seen, np.full((2, 2), 0.25))
    >>> bool(bet[0, 0, 0, 0] > 1 > bet[0, 1, 0, 0])
    True
    """
    n = past.ndim // 2
    table = maximise_likelihood(
        (past + 0.25).reshape(1, -1), outcomes=past.shape[:n], settings=past.shape[n:]
    ).reshape(past.shape)
    try:
        witness = strength(Behaviour(table), input_weights=p, tolerance=1e-9).witness
    except SolverError:
        return np.ones(past.shape)
    # a strategy earns at most the best outcome at each input: Σ bias · (largest − smallest) more
    excess = 0.0
    if bias:
        best = witness.max(axis=tuple(range(n)))
        excess = bias * float(best.sum())
    return (1 - 5e-5) * witness / (1 + excess) + 5e-5
