"""How the settings were drawn: what was declared, and whether the totals bear it out."""

from collections.abc import Sequence

import numpy as np
from scipy.special import erfcx

from nonlocality.experiments.counting import Counts
from nonlocality.foundations.checks import TOLERANCE, finite_array, in_interval, shown

SIGMAS = 5
"""How many standard errors the settings' totals may be from what was declared."""


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
