"""What a behaviour costs a classical story, a trial and over a run.

The costs of the chapter on causal relaxations, of the most likely no-signalling behaviour. For
two settings and outcomes all are functions of c = (S − 2)/4 but the information on the settings;
elsewhere they are linear programs.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nonlocality.causal_relaxations.communication import minimal_message
from nonlocality.causal_relaxations.influence import minimal_influence
from nonlocality.causal_relaxations.measurement_dependence import minimal_dependence
from nonlocality.causal_relaxations.mutual_information import Strength, strength
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.declared import settings_distribution
from nonlocality.experiments.estimation import Fit, excess_form, excess_interval, fisher_error
from nonlocality.experiments.forms import form_excess
from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import counts, finite_array, in_interval, renamed
from nonlocality.foundations.entropies import binary_entropy
from nonlocality.foundations.solvers import SolverError


@dataclass(frozen=True)
class Cost:
    """One line of the bill.

    key: short name. words: what is paid. unit: "" or "bits". value: a trial. low, high: interval,
    or None where there is none. error: standard error, or None."""

    key: str
    words: str
    unit: str
    value: float
    low: float | None = None
    high: float | None = None
    error: float | None = None

    @property
    def adds(self) -> bool:
        """Whether trials add up, as bits and shares do; an influence is one of each trial."""
        return self.key in ("message", "message_coded", "nonlocal_part", "information")


def costs_of_excess(c: float) -> dict[str, float]:
    """The costs that are functions of c = (S − 2)/4, two settings and outcomes.

    Influence of Alice's setting on Bob c and of her outcome 2c (eqs. (7), (38) of
    arXiv:1411.4648, the latter corrected), entropy of a message h(c) and, coded for each λ, 2c,
    measurement dependence c, and the least share of a PR box 2c. Uniform settings.
    Raises ValueError for c above 1/2; below 0 nothing is paid.

    >>> costs_of_excess(0.5)["influence_a_to_b"], costs_of_excess(-0.1)["message"]
    (1.0, 0.0)
    """
    c = max(0.0, in_interval("c", c, -2, 0.5))
    return {
        "influence_x_to_b": c,
        "influence_a_to_b": 2 * c,
        "message": float(binary_entropy(c)),
        "message_coded": 2 * c,
        "dependence": c,
        "nonlocal_part": 2 * c,
    }


WORDS = {
    "influence_x_to_b": "influence of Alice's setting on Bob's outcome",
    "influence_y_to_a": "influence of Bob's setting on Alice's outcome",
    "influence_a_to_b": "influence of Alice's outcome on Bob's",
    "message": "entropy of a message from Alice to Bob",
    "message_coded": "the same, coded for each hidden state",
    "dependence": "dependence M of the settings on the hidden state",
    "nonlocal_part": "least share of trials that are not local",
    "information": "information on the settings",
}
"""What the keys of the costs mean."""


def costs(
    fit: Fit,
    *,
    counts: Counts | None = None,
    settings: str | Sequence = "uniform",
    level: float = 0.95,
) -> list[Cost]:
    """The bill of a behaviour, a line a currency; with counts also the intervals.

    fit: as :func:`~nonlocality.experiments.estimation.maximum_likelihood` returns it, without
    signalling. counts: the table it comes from. settings: distribution with which the information
    on the settings is counted, "uniform", "table" or probabilities; all else is for uniform ones.
    level: of the intervals. Scenarios of two settings and outcomes get all lines, those of two
    parties all that the linear programs give within their sizes, the others M and the information.
    Raises ValueError for a table that signals or a distribution that is none; SolverError.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> from nonlocality.experiments.estimation import maximum_likelihood
    >>> bill = {line.key: line.value for line in costs(maximum_likelihood(delft))}
    >>> round(bill["message"], 4), round(bill["information"], 5)
    (0.4953, 0.01213)
    """
    p = fit.behaviour
    p.require_no_signalling()
    information = _information(p, counts, settings)
    if p.table.shape == (2, 2, 2, 2):
        return [*_functions_of_excess(fit, counts, level), information]
    values = {}
    if p.parties == 2:
        other_way = Behaviour(p.table.transpose(1, 0, 3, 2))
        programs = {
            "influence_x_to_b": lambda: minimal_influence(p, cause="x").least.reached,
            "influence_y_to_a": lambda: minimal_influence(other_way, cause="x").least.reached,
            "influence_a_to_b": lambda: minimal_influence(p, cause="a").least.reached,
            "message": lambda: minimal_message(p).entropy,
        }
        for key, solve in programs.items():
            try:
                values[key] = solve()
            except (ValueError, SolverError):  # too large, or one bit is not enough
                continue
    with contextlib.suppress(ValueError):
        values["dependence"] = minimal_dependence(p).least.reached
    lines = [Cost(k, WORDS[k], "bits" * (k == "message"), max(0.0, v)) for k, v in values.items()]
    return [*lines, information]


def _functions_of_excess(fit: Fit, counts: Counts | None, level: float) -> list[Cost]:
    name, c = excess_form(fit.behaviour)
    ends, error = (None, None), None
    if counts is not None:
        ends = excess_interval(counts, level)
        if not fit.boundary:
            error = fisher_error(counts, fit.behaviour, form_excess(name))
    lines = []
    for key, value in costs_of_excess(c).items():
        low, high = (None if e is None else costs_of_excess(min(e, 0.5))[key] for e in ends)
        step = None
        if error is not None and c > 0:
            slope = np.log2((1 - c) / c) if key == "message" else costs_of_excess(0.25)[key] * 4
            step = float(abs(slope) * error)
        unit = "bits" if "message" in key else ""
        lines.append(Cost(key, WORDS[key], unit, value, low, high, step))
    return lines


def _information(p: Behaviour, counts: Counts | None, settings: str | Sequence) -> Cost:
    """Least I(X, Y : Λ); its error from the witness, whose logarithm is the slope of I."""
    weights = None
    if counts is not None:
        weights = settings_distribution(counts, settings)[0]
    elif isinstance(settings, str) and settings != "uniform":
        raise ValueError("Argument `settings` must be 'uniform' or probabilities without `counts`.")
    elif not isinstance(settings, str):
        weights = finite_array("settings", settings)
        if weights.size != np.prod(p.settings):
            raise ValueError(
                f"Argument `settings` must have shape {p.settings}, but has {weights.shape}."
            )
        weights = weights.reshape(p.settings)
    trials = 1 if counts is None else counts.trials
    best = information(p, trials=trials, weights=weights)
    error = None
    if counts is not None and best.least.lower > 0:
        each = np.full(p.settings, 1 / np.prod(p.settings)) if weights is None else weights
        slope = np.log2(np.maximum(best.witness, 1e-300)) * each
        slope = np.where(p.table > 1e-12, slope, 0.0)
        if not ((counts.table == 0) & (p.table < 1e-9)).any():
            error = fisher_error(counts, p, slope)
    return Cost(
        "information", WORDS["information"], "bits", max(0.0, best.least.lower), error=error
    )


def information(
    behaviour: Behaviour, *, trials: int = 1, weights: np.ndarray | None = None
) -> Strength:
    """Least I(X, Y : Λ) of a behaviour to a thousandth of a bit over a run of so many trials.

    weights: distribution of the settings, uniform by default. Raises SolverError.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> bool(np.isclose(information(behaviour_pr_box()).least.lower, np.log2(4 / 3)))
    True
    """
    behaviour = as_behaviour(behaviour)
    (trials,) = counts("trials", (trials,))
    tolerance = min(1e-10, max(1e-14, 1e-3 / trials))
    while True:
        try:
            with renamed(input_weights="weights"):
                return strength(behaviour, input_weights=weights, tolerance=tolerance)
        except SolverError:
            tolerance *= 10
            if tolerance > 1e-8:
                raise
