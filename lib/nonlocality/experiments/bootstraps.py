"""Tables drawn from the best local behaviour, and their likelihood ratios, many at once."""

import numpy as np

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.forms import NAMES, form_excess
from nonlocality.experiments.likelihood import deviance, maximise_likelihood
from nonlocality.foundations.random import generator_of


def bootstrap_ratios(counts: Counts, *, tables: int, seed: int) -> np.ndarray:
    """Log-likelihood ratios of tables drawn from the best local behaviour, in bits, sorted.

    As :func:`~nonlocality.experiments.judging.log_likelihood_ratio` gives them. Two settings and
    outcomes; each pair of settings keeps its number of trials.

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
