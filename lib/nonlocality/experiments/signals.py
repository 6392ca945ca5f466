"""What speaks against no-signalling: each marginal, the whole table, one run against another."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import maximum_likelihood
from nonlocality.experiments.likelihood import coordinates
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS, PARTIES


@dataclass(frozen=True)
class MarginalTest:
    """Do one party's outcomes depend on the other settings?

    party: its name; setting: its own setting, as its label. statistic: Pearson's χ²; degrees: of
    freedom; p: the probability of a larger one. shift: the largest difference of a frequency.
    """

    party: str
    setting: str
    statistic: float
    degrees: int
    p: float
    shift: float


@dataclass(frozen=True)
class Signalling:
    """What speaks against no-signalling.

    marginals: Pearson's tests. g2: deviance of the most likely no-signalling behaviour, on
    `degrees` degrees of freedom. p: the probability of a larger one. drift_g2, drift_degrees,
    drift_p: the same for the hypothesis that all runs are alike, or None without runs: drift can
    look like signalling.
    """

    marginals: tuple[MarginalTest, ...]
    g2: float
    degrees: int
    p: float
    drift_g2: float | None = None
    drift_degrees: int | None = None
    drift_p: float | None = None


def signalling(counts: Counts) -> Signalling:
    """Tests of no-signalling: Pearson's for each marginal, one joint test, one between runs.

    They assume that trials are independent; for few trials their p is rough.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> found = signalling(delft)
    >>> round(found.g2, 3), found.degrees, round(found.p, 3)
    (2.206, 4, 0.698)
    """
    tests = tuple(_marginal_tests(counts))
    basis = coordinates(counts.outcomes, counts.settings)
    inputs = int(np.prod(counts.settings))
    degrees = counts.table.size - inputs - basis.dimension
    g2 = max(0.0, maximum_likelihood(counts).deviance) if degrees else 0.0
    drift = (None, None, None)
    if counts.runs is not None and len(counts.runs) > 1:
        drift = _drift(counts)
    return Signalling(tests, g2, degrees, float(chdtrc(degrees, g2)) if degrees else 1.0, *drift)


def _marginal_tests(counts: Counts) -> list[MarginalTest]:
    n, found = counts.parties, []
    for k in range(n):
        others = tuple(j for j in range(n) if j != k)
        table = counts.table.sum(axis=others)  # [outcome, settings…]
        table = np.moveaxis(table, 1 + k, 0)
        for setting, cells in enumerate(table):
            cells = cells.reshape(cells.shape[0], -1).astype(float)
            cells = cells[cells.sum(axis=1) > 0]
            expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()
            statistic = float(((cells - expected) ** 2 / expected).sum())
            degrees = (cells.shape[0] - 1) * (cells.shape[1] - 1)
            shift = float(np.ptp(cells / cells.sum(axis=0), axis=1).max(initial=0))
            p = float(chdtrc(degrees, statistic)) if degrees else 1.0
            label = counts.labels[INPUTS[k]][setting]
            found.append(MarginalTest(PARTIES[k], label, statistic, degrees, p, shift))
    return found


def _drift(counts: Counts) -> tuple[float, int, float]:
    """G² of the runs against their common frequencies."""
    runs = counts.runs.astype(float)
    axes = tuple(range(1, 1 + counts.parties))
    used = runs.sum(axis=axes) > 0  # a run need not have every pair of settings
    expected = counts.frequencies() * np.maximum(runs.sum(axis=axes, keepdims=True), 1)
    on = runs > 0
    g2 = 2 * float((runs[on] * np.log(runs[on] / expected[on])).sum())
    free = (counts.table.reshape(-1, np.prod(counts.settings)) > 0).sum(axis=0) - 1
    degrees = int((used.reshape(len(runs), -1).sum(axis=0) - 1) @ free)
    return max(0.0, g2), degrees, float(chdtrc(degrees, max(0.0, g2))) if degrees else 1.0


def outcome_letters(counts: Counts) -> list[str]:
    """Letters of parties whose outcome never varies, for a hint.

    >>> outcome_letters(Counts([[[[3]], [[0]]], [[[2]], [[0]]]]))
    ['b']
    """
    found = []
    for k in range(counts.parties):
        others = tuple(j for j in range(2 * counts.parties) if j != k)
        if (counts.table.sum(axis=others) > 0).sum() == 1 and counts.outcomes[k] > 1:
            found.append(OUTPUTS[k])
    return found
