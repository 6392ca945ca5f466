"""How strongly do counts speak against local realism, and under which assumptions?

Likelihood ratios assume independent trials. Games and bets do not: each trial is judged by what
local realism allows in it whatever happened before, provided that the settings are drawn with a
known distribution. A bet multiplies its stake by F(a, b, x, y) ≥ 0 whose mean is at most 1 for
every local strategy; the final stake is an *e-value*, 1/E a p-value, also under memory and
optional stopping (Ville). Everything is a logarithm to base 2: real data reach 2**-10000.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincc, betaln, chdtrc, erfcx

from nonlocality.causal_relaxations.mutual_information import strength
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import excess_form, maximum_likelihood
from nonlocality.experiments.forms import NAMES, check_form, eberhard_readings, form_correlators
from nonlocality.experiments.likelihood import maximise_likelihood
from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import TOLERANCE, finite_array, generator_of, in_interval, shown
from nonlocality.foundations.solvers import SolverError

SIGMAS = 5
"""How many standard errors the settings' totals may be from what was declared."""


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


def log2_binomial_tail(wins: int, trials: int, chance: float) -> float:
    """log2 P(W ≥ wins) for W binomial, at any depth.

    Deep in the tail P = P(W = wins) (1 + r₁ + r₁ r₂ + …) with the ratios of successive terms, and
    the first term by its distance from the mean.
    Raises ValueError for numbers that do not fit.

    >>> round(log2_binomial_tail(3, 3, 0.5), 12)
    -3.0
    >>> round(log2_binomial_tail(2_000_000, 2_000_000, 0.75) / 2_000_000, 9)
    -0.415037499
    """
    chance = in_interval("chance", chance, 0, 1)
    if not 0 <= wins <= trials:
        raise ValueError(f"Argument `wins` must lie in [0, {trials}], but is {wins}.")
    if wins == 0 or chance == 1:
        return 0.0
    if chance == 0:
        return -np.inf
    from scipy.stats import binom

    tail = float(binom.sf(wins - 1, trials, chance))
    if tail > 1e-250:
        return float(np.log2(tail))
    first = _log_binomial(wins, trials, chance)
    k = wins + np.arange(min(trials - wins, 200_000))
    ratios = (trials - k) / (k + 1) * (chance / (1 - chance))
    return float((first + np.log1p(np.cumprod(ratios).sum())) / np.log(2))


def _log_binomial(k: int, n: int, q: float) -> float:
    """log P(W = k), by Stirling's series of the factorials (Loader's way)."""
    if k in (0, n):
        return k * np.log(q) if k else n * np.log1p(-q)
    rest = _stirling(n) - _stirling(k) - _stirling(n - k)
    distance = _distance(k, n * q) + _distance(n - k, n * (1 - q))
    return rest - distance + 0.5 * np.log(n / (2 * np.pi * k * (n - k)))


def _stirling(n: float) -> float:
    """log n! − log(√(2πn) (n/e)^n)."""
    if n < 16:
        return float(np.log(np.arange(1, n + 1)).sum() - 0.5 * np.log(2 * np.pi * n)
                     - n * np.log(n) + n)  # fmt: skip
    return 1 / (12 * n) - 1 / (360 * n**3) + 1 / (1260 * n**5)


def _distance(x: float, mean: float) -> float:
    """x log(x/mean) + mean − x, without cancellation."""
    u = (mean - x) / x
    return float(x * (u - np.log1p(u)))


def log2_bernoulli_bet(wins: int, losses: int, chance: float) -> float:
    """log2 of the stake after bets on a win that has at most a given chance.

    The stake is spread evenly over the bets q/chance on a win, (1 − q)/(1 − chance) on a loss with
    q from `chance` to 1: the average is ∫ qʷ (1 − q)ˡ dq / ((1 − chance) chanceʷ (1 − chance)ˡ).
    It depends on the totals alone, and needs no order of the trials.

    >>> round(2 ** log2_bernoulli_bet(1, 0, 0.5), 12)  # the mean of 2q from 1/2 to 1
    1.5
    """
    chance = in_interval("chance", chance, 1e-12, 1 - 1e-12)
    log = betaln(wins + 1, losses + 1) - wins * np.log(chance) - (losses + 1) * np.log1p(-chance)
    upper = float(betaincc(wins + 1, losses + 1, chance))
    if upper > 1e-250:
        return float((log + np.log(upper)) / np.log(2))
    # far on the losing side: the part of a binomial that is below, by symmetry
    return float(log / np.log(2) + log2_binomial_tail(losses + 1, wins + losses + 1, 1 - chance))


def settings_distribution(
    counts: Counts, settings: str | Sequence | None, *, bias: float = 0.0
) -> tuple[np.ndarray | None, str]:
    """The declared distribution p(x, y, …) and, where it cannot be used, the reason.

    settings: "uniform", "table" (as the totals are, which is no declaration), an array of
    probabilities, or None. bias: the largest difference of any of them, in any trial whatever
    happened before. Raises ValueError for an array that is no distribution.

    >>> counts = Counts([[[[9, 1]], [[1, 9]]]])
    >>> settings_distribution(counts, None)[1]
    'needs the distribution of the settings (`settings`)'
    """
    shape = counts.settings
    bias = in_interval("bias", bias, 0, 0.5)
    if settings is None:
        return None, "needs the distribution of the settings (`settings`)"
    totals = counts.setting_counts / counts.trials
    if isinstance(settings, str) and settings == "table":
        return totals, ""
    if isinstance(settings, str):
        if settings != "uniform":
            raise ValueError(
                "Argument `settings` must be 'uniform', 'table' or probabilities, but is "
                f"{shown(settings)}."
            )
        p = np.full(shape, 1 / np.prod(shape))
    else:
        p = finite_array("settings", settings)
        p = p.reshape(shape) if p.size == np.prod(shape) else p
        if p.shape != shape or p.min() <= 0 or abs(p.sum() - 1) > TOLERANCE:
            raise ValueError(
                f"Argument `settings` must be {np.prod(shape)} probabilities above 0 that sum to "
                f"1, in the order of the first party's settings, but is {settings}."
            )
    for table in [counts.table] if counts.runs is None else [counts.table, *counts.runs]:
        n = table.sum(axis=tuple(range(counts.parties)))
        total = n.sum()
        far = np.abs(n / max(total, 1) - p) - bias
        if total and (far > SIGMAS * np.sqrt(p * (1 - p) / total)).any():
            k = np.unravel_index(far.argmax(), shape)
            sigma = np.sqrt(p[k] * (1 - p[k]) / total)
            log2_p = np.log2(erfcx(far[k] / sigma / 2**0.5)) - far[k] ** 2 / sigma**2 / np.log(4)
            return None, (
                f"refused: the totals contradict the declared settings (p < "
                f"1e{int(log2_p * 0.30103)} at {tuple(int(i) for i in k)})"
            )
    return p, ""


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

    settings, bias: as :func:`settings_distribution`. form: the form of CHSH that was announced
    before the data were seen; without it the games pay for the choice among eight. bootstrap:
    tables drawn from the best local behaviour, for the likelihood ratio at few trials.
    Raises ValueError for an unknown form or other arguments that do not fit.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> game = evidence(delft, settings="uniform", form="+11")[1]
    >>> game.name, float(round(2**game.log2, 6))
    ('CHSH game', 0.039078)
    """
    if form is not None:
        check_form(form)
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


def log2_half_chi_square(g2: float) -> float:
    """log2 of half the probability that χ² on one degree of freedom exceeds g2.

    >>> round(2 ** log2_half_chi_square(2.705543454095404), 9)
    0.05
    """
    p = float(chdtrc(1, g2)) / 2
    if p > 1e-250:
        return float(np.log2(p))
    # erfc(s) = exp(−s²) erfcx(s) with s² = g2/2
    return float(np.log2(erfcx(np.sqrt(g2 / 2)) / 2) - g2 / 2 / np.log(2))


def bootstrap_ratios(counts: Counts, *, tables: int, seed: int) -> np.ndarray:
    """:func:`log_likelihood_ratio` of tables drawn from the best local behaviour, bits, sorted.

    Each pair of settings keeps its number of trials. Two settings and outcomes.

    >>> few = Counts(np.full((2, 2, 2, 2), 10))
    >>> bootstrap_ratios(few, tables=5, seed=0).shape
    (5,)
    """
    local = maximum_likelihood(counts, over="local").behaviour.table
    drawn = draw_tables(local, counts.setting_counts, tables=tables, seed=seed)
    return np.sort(ratios_of(drawn))


def draw_tables(
    behaviour: np.ndarray, setting_counts: np.ndarray, *, tables: int, seed: int
) -> np.ndarray:
    """Tables of counts drawn from a behaviour, shape (tables, cells), each input on its own.

    >>> draw_tables(np.full((2, 2, 1, 1), 0.25), np.array([[8]]), tables=3, seed=0).sum(axis=1)
    array([8, 8, 8])
    """
    rng = generator_of("seed", seed)
    totals = np.asarray(setting_counts).ravel()
    columns = np.maximum(np.asarray(behaviour).reshape(-1, len(totals)), 0)
    columns = columns / columns.sum(axis=0)
    drawn = [rng.multinomial(int(n), column, size=tables)
             for n, column in zip(totals, columns.T, strict=True)]  # fmt: skip
    return np.stack(drawn, axis=-1).reshape(tables, -1)


def ratios_of(tables: np.ndarray) -> np.ndarray:
    """log2 likelihood ratios of many tables of two settings and outcomes, shape (k, 16) → (k,).

    Each must have trials at every pair of settings.

    >>> ratios_of(np.ones((1, 16), dtype=int)).tolist()
    [0.0]
    """
    from nonlocality.experiments.forms import form_excess
    from nonlocality.experiments.likelihood import deviance

    scenario = {"outcomes": (2, 2), "settings": (2, 2)}
    free = maximise_likelihood(tables, **scenario)
    excesses = np.array([form_excess(name).ravel() for name in NAMES])
    values = free @ excesses.T
    best, ratios = values.argmax(axis=1), np.zeros(len(tables))
    out = values.max(axis=1) > 0
    if out.any():
        local = maximise_likelihood(
            tables[out], **scenario, functional=excesses[best[out]], value=0.0
        )
        shape = (-1, 2, 2, 2, 2)
        counted = tables[out].reshape(shape)
        g2 = [deviance(counted, np.maximum(p, 0).reshape(shape), parties=2)
              for p in (local, free[out])]  # fmt: skip
        ratios[out] = np.maximum(0, (g2[0] - g2[1]) / (2 * np.log(2)))
    return ratios


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
        why = why or "needs a column `run` (blocks in the order of time)"
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

    >>> from nonlocality.foundations.behaviours import behaviour_tsirelson
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
