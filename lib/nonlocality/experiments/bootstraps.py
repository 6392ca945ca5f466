"""Tables drawn from the best local behaviour, and their likelihood ratios, many at once."""

from numbers import Integral

import numpy as np

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.forms import NAMES, form_excess
from nonlocality.experiments.likelihood import deviance, maximise_likelihood
from nonlocality.foundations.checks import finite_array, shown, whole_numbers
from nonlocality.foundations.random import generator_of

BATCH = 1000
"""Tables that are drawn with one seed and solved together, as arrays."""

MOST_TABLES = 10**6
"""Tables that are drawn at most."""

MANY = 100
"""More batches than that are shown as they are done."""


def bootstrap_ratios(counts: Counts, *, tables: int, seed: int) -> np.ndarray:
    """Log-likelihood ratios of tables drawn from the best local behaviour, in bits, sorted.

    As :func:`~nonlocality.experiments.judging.log_likelihood_ratio` gives them. Two settings and
    outcomes; each pair of settings keeps its number of trials. They are drawn in batches of
    :data:`BATCH`, which are a :func:`~nonlocality.foundations.sweeps.sweep`: on several processes
    under joblib's settings, with the same ratios; a bar is shown where there are many.
    Raises ValueError for a number of tables that is none from 1 to :data:`MOST_TABLES`.

    >>> few = Counts(np.full((2, 2, 2, 2), 10))
    >>> bootstrap_ratios(few, tables=5, seed=0).shape
    (5,)
    """
    from nonlocality.foundations.sweeps import swept  # joblib, which most reports do without

    generator_of("seed", seed)
    if not isinstance(tables, Integral) or not 1 <= tables <= MOST_TABLES:
        raise ValueError(
            f"Argument `tables` must be an integer from 1 to {MOST_TABLES}, but is {shown(tables)}."
        )
    local = maximum_likelihood(counts, over="local").behaviour.table
    given = {"behaviour": local.tolist(), "setting_counts": counts.setting_counts.tolist()}
    points = [{**given, "tables": min(BATCH, tables - start), "seed": int(seed), "batch": k}
              for k, start in enumerate(range(0, tables, BATCH))]  # fmt: skip
    return np.sort(np.concatenate(swept(_batch, points, progress=len(points) > MANY)))


def _batch(behaviour: list, setting_counts: list, tables: int, seed: int, batch: int) -> np.ndarray:
    """The ratios of one batch; the first is drawn with the seed as it is."""
    rng = np.random.default_rng([seed, batch] if batch else seed)
    return ratios_of(_drawn(np.array(behaviour), np.array(setting_counts), tables, rng))


def draw_tables(
    behaviour: np.ndarray, setting_counts: np.ndarray, *, tables: int, seed: int
) -> np.ndarray:
    """Tables of counts drawn from a behaviour, shape (tables, cells), each input on its own.

    >>> draw_tables(np.full((2, 2, 1, 1), 0.25), np.array([[8]]), tables=3, seed=0).sum(axis=1)
    array([8, 8, 8])
    """
    behaviour = finite_array("behaviour", behaviour)
    totals = whole_numbers("setting_counts", setting_counts)
    return _drawn(behaviour, totals, tables, generator_of("seed", seed))


def _drawn(
    behaviour: np.ndarray, setting_counts: np.ndarray, tables: int, rng: np.random.Generator
) -> np.ndarray:
    """The same from a generator of random numbers."""
    totals = setting_counts.ravel()
    columns = np.maximum(behaviour.reshape(-1, len(totals)), 0)
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
