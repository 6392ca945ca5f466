"""How often intervals hold the truth and p-values err: the study behind the chapter on experiments.

``python -m benchmarks.coverage`` writes ``book/computed/ex-coverage.csv`` (a minute or two). Each
row is a known behaviour, a number of trials and how many of the synthetic tables had their
interval around the true c, a likelihood-ratio p of at most 5 %, a game p of at most 5 %, an
e-value of at least 20, and a binomial p of at most 5 % of Eberhard's events, which does not allow
for memory. The rows with memory are strategies that look back.
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.sweeping import all_values
from nonlocality.experiments.bootstraps import ratios_of
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.forms import eberhard_readings, form_correlators, form_excess
from nonlocality.experiments.judging import evidence
from nonlocality.experiments.likelihood import deviance, maximise_likelihood
from nonlocality.experiments.tails import log2_binomial_tail
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.strategies import CausalModel

SEED, TABLES, LEVEL = 20151021, 400, 0.05
TRIALS = (150, 1000, 10_000, 1_000_000)
CHSH = {"outcomes": (2, 2), "settings": (2, 2)}
COLUMNS = ("behaviour", "memory", "trials", "tables", "covered", "ratio_rejects", "game_rejects",
           "bet_rejects", "event_rejects")  # fmt: skip


def behaviours() -> dict[str, Behaviour]:
    """The known behaviours: three local ones, two quantum ones."""
    half = behaviour_pr_box().with_noise(visibility=0.5)
    corners = CausalModel(("x", "y"), (2, 2), (2, 2)).corners.reshape(-1, 2, 2, 2, 2)
    never = next(p for p in corners if p[1, 1].all())
    always = next(p for p in corners if p[0, 0].all())
    rare = Behaviour(0.98 * never + 0.01 * always + 0.01 * half.table)
    return {
        "local boundary": half,
        "local corner": rare,
        "deep local": behaviour_white_noise((2, 2), (2, 2)),
        "quantum": behaviour_tsirelson().with_noise(visibility=0.85),
        "quantum rare": Behaviour(0.98 * never + 0.02 * behaviour_tsirelson().table),
    }


def independent(p: Behaviour, trials: int, rng: np.random.Generator) -> np.ndarray:
    """One table of independent trials with uniform settings."""
    totals = rng.multinomial(trials, np.full(4, 0.25))
    columns = p.table.reshape(4, 4)
    drawn = [rng.multinomial(n, columns[:, k]) for k, n in enumerate(totals)]
    return np.stack(drawn, axis=-1).ravel()


def with_memory(
    strategy: Callable[[int, int], np.ndarray], trials: int, rng: np.random.Generator, tables: int
) -> np.ndarray:
    """Tables of deterministic strategies chosen by what was won so far, shape (tables, 16).

    strategy: takes wins and losses of each table, shape (tables,), and returns the outcomes at
    the settings, (tables, 4): a0, a1, b0, b1.
    """
    counts = np.zeros((tables, 2, 2, 2, 2), dtype=np.int64)
    reading, rows = eberhard_readings("+11")[0], np.arange(tables)
    wins, losses = np.zeros(tables, dtype=int), np.zeros(tables, dtype=int)
    for _ in range(trials):
        x, y = rng.integers(0, 2, (2, tables))
        plan = strategy(wins, losses)
        a, b = plan[rows, x], plan[rows, 2 + y]
        counts[rows, a, b, x, y] += 1
        score = reading[a, b, x, y]
        wins += score == 1
        losses += score == -1
    return counts.reshape(tables, 16)


PLANS = np.array([[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [1, 1, 1, 1]])
"""Strategies with CHSH value 2 that lose in turn at other settings; the last has no event."""


def stop_when_ahead(wins: np.ndarray, losses: np.ndarray) -> np.ndarray:
    """Play for events until ahead by a margin, then have none."""
    lead = wins - losses > 1.75 * np.sqrt(wins + losses + 1)
    return PLANS[np.where(lead & (wins + losses > 10), 3, (wins + losses) % 3)]


def bold_when_behind(wins: np.ndarray, losses: np.ndarray) -> np.ndarray:
    """Change the strategy with the sign of what was won."""
    return PLANS[np.where(wins > losses, 1, 0)]


STRATEGIES = {"stops when ahead": stop_when_ahead, "bold when behind": bold_when_behind}


def row(name: str, memory: str, tables: np.ndarray, c: float | None) -> dict[str, object]:
    """Counts of what happened in the tables that have trials at every setting."""
    good = tables.reshape(len(tables), 4, 4).sum(axis=1).min(axis=1) > 0
    tables = tables[good]
    covered = ""
    if c is not None:
        free = maximise_likelihood(tables, **CHSH)
        held = maximise_likelihood(tables, **CHSH, functional=form_excess("+11").ravel(), value=c)
        shape = (-1, 2, 2, 2, 2)
        g2 = [deviance(tables.reshape(shape), np.maximum(p, 0).reshape(shape), parties=2)
              for p in (held, free)]  # fmt: skip
        covered = int((g2[0] - g2[1] <= 3.841458820694124).sum())  # 95 % of χ² on one degree
    bits = ratios_of(tables)
    ratio = int((2 * np.log(2) * bits >= 2.705543454095404).sum())  # ½χ²: 10 % of χ²
    game = bet = 0
    for table in tables:
        lines = evidence(Counts(table.reshape(2, 2, 2, 2)), settings="uniform", form="+11",
                         bootstrap=0)  # fmt: skip
        game += lines[1].log2 is not None and lines[1].log2 <= np.log2(LEVEL)
        bet += lines[2].log2 is not None and lines[2].log2 >= -np.log2(LEVEL)
    reading = eberhard_readings("+11")[0].ravel()
    events = [(int(t[reading == 1].sum()), int(t[reading != 0].sum())) for t in tables]
    event = sum(  # a table without events says nothing
        n > 0 and log2_binomial_tail(k, n, 0.5) <= np.log2(LEVEL) for k, n in events
    )
    values = (name, memory, int(tables[0].sum()), len(tables), covered, ratio, int(game), int(bet),
              int(event))  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def study_row(name: str, trials: int, tables: int) -> dict[str, object]:
    """The row of one behaviour or strategy at one number of trials; it has a seed of its own."""
    known = behaviours()
    if name in known:
        p = known[name]
        rng = np.random.default_rng([SEED, list(known).index(name), trials])
        c = float((form_correlators("+11") * p.table).sum() - 2) / 4
        drawn = np.array([independent(p, trials, rng) for _ in range(tables)])
        return row(name, "none", drawn, c)
    rng = np.random.default_rng([SEED, 100 + list(STRATEGIES).index(name), trials])
    return row("local", name, with_memory(STRATEGIES[name], trials, rng, tables), None)


def study_points(
    names: tuple[str, ...] = (), trials: tuple[int, ...] = TRIALS, tables: int = TABLES
) -> list[dict[str, object]]:
    """The arguments of the rows of some behaviours and strategies, all by default."""
    return [
        {"name": name, "trials": n, "tables": tables}
        for name in (*behaviours(), *STRATEGIES)
        for n in trials
        if (not names or name in names) and (name not in STRATEGIES or n <= 1000)
    ]


def main() -> int:
    """Write the file, with two processes."""
    path = Path(__file__).parents[1] / "book" / "computed" / "ex-coverage.csv"
    rows = all_values(study_row, study_points())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
