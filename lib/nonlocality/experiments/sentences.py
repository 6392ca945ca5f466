"""The sentences of a report."""

from collections.abc import Sequence
from math import floor, isfinite, log10

import numpy as np

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import Fit
from nonlocality.experiments.judging import Evidence
from nonlocality.experiments.mixtures import quantum_mixture
from nonlocality.experiments.signals import Signalling, outcome_letters
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS, PARTIES
from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_locality.correlators import margin_of


def cannot_test(counts: Counts) -> str | None:
    """Why every such behaviour without signalling is local, or None."""
    pairs = list(zip(counts.settings, counts.outcomes, strict=True))
    if sum(m > 1 and o > 1 for m, o in pairs) >= 2:
        return None
    if counts.parties == 1:
        return "there is one party."
    k = next(k for k, (m, o) in enumerate(pairs) if m == 1 or o == 1)
    what = "setting" if pairs[k][0] == 1 else "outcome"
    return f"{PARTIES[k]} has one {what}, and every such table that does not signal is local."


def signalling_sentence(tested: Signalling) -> str:
    """By how much which marginal shifts, and what is therefore not quoted."""
    worst = min(tested.marginals, key=lambda test: test.p)
    drift = ""
    if tested.drift_p is not None and tested.drift_p < 1e-3:
        drift = " The runs differ from each other, too: a drift can look like signalling."
    return (
        f"That outcomes do not depend on the distant setting is refuted "
        f"({p_text(tested.p)}); {worst.party}'s at the own setting {worst.setting} shift by "
        f"{worst.shift:.3g}. So no S, no cost and no p against local realism is quoted.{drift}"
    )


def quantum_sentence(free: Fit) -> str:
    """Yes by a mixture; else where the behaviour stands towards level 1."""
    margin = margin_of(free.behaviour)
    who = "The most likely behaviour without signalling"
    if margin > -1e-9:
        try:
            found = quantum_mixture(free.behaviour)
        except SolverError:
            pass
        else:
            if not found.quantum:
                return f"{who} is local."
            many = f"{found.quantum} two-qubit behaviour{'s' * (found.quantum > 1)}"
            return (
                f"{who} is quantum: a mixture of {many}, share {found.share:.3g}, and local ones."
            )
    inside = "lies inside" if margin > 1e-9 else "lies outside" if margin < -1e-9 else "touches"
    return (
        f"{who} {inside} level 1 of the moment matrices, which bounds quantum theory from outside "
        f"(arcsine form, margin {margin:.2g})."
    )


def left_out_sentences(counts: Counts) -> tuple[str, ...]:
    """What this scenario does not allow, and what would help.

    >>> left_out_sentences(Counts([[[[5, 5]], [[5, 5]]]]))[0]
    'The forms of CHSH, the map and games: they are for two settings and outcomes.'
    """
    left = []
    if counts.table.shape != (2, 2, 2, 2):
        left.append("The forms of CHSH, the map and games: they are for two settings and outcomes.")
        left.append("A p of the likelihood ratio: the shape of the local set is not known there.")
    if counts.parties > 2:
        left.append("Messages, influences and moment matrices: they are for two parties.")
    if max(counts.outcomes) > 2:
        rare = [(k, counts.labels[k][-1]) for k, o in zip(OUTPUTS, counts.outcomes, strict=False)
                if o > 2]  # fmt: skip
        k, label = rare[0]
        left.append(
            f"Two outcomes each: `merge` (--merge {k}:{label}={counts.labels[k][-2]}) counts one "
            f"outcome as another and keeps every trial; `discard` (--discard {label}) drops trials "
            "and assumes fair sampling."
        )
    for k in outcome_letters(counts):
        left.append(f"{PARTIES[OUTPUTS.index(k)]}'s outcome never varies: check the column {k}.")
    return tuple(left)


def assumption_pairs(
    counts: Counts, tested: Signalling, lines: Sequence[Evidence]
) -> tuple[tuple[str, str], ...]:
    """What was assumed, and who must vouch for it."""
    found = [
        ("No outcome depends on the distant setting.",
         f"the geometry of the experiment; in the table {p_text(tested.p)}"),
        ("Every trial that began was counted, with the outcome it had.",
         "who wrote the table" if not counts.notes else " ".join(counts.notes)),
        ("The settings are independent of what the particles carry.", "who built the generators"),
    ]  # fmt: skip
    if any("independent" in word for line in lines for word in line.assumptions):
        found.append(
            ("For the likelihood ratio, interval and errors: trials are independent and alike.",
             "who ran the experiment" + ("" if tested.drift_p is None else
                                         f"; between runs {p_text(tested.drift_p)}"))
        )  # fmt: skip
    if any(line.log2 is not None for line in lines[1:]):
        found.append(("For games and bets: the settings are drawn as declared, whatever happened "
                      "before.", "who built the generators"))  # fmt: skip
    found.append(("The number of trials does not depend on the results (bets need not this).",
                  "who ran the experiment"))  # fmt: skip
    return tuple(found)


def granted(words: str) -> str:
    """Assumptions, parted by semicolons, as a clause.

    >>> granted("the trials are alike; the settings are drawn as declared")
    'the trials are alike, and the settings are drawn as declared'
    """
    words = words.replace("none on the trials: memory of the past is allowed; ", "")
    return words.replace("; ", ", and ")


def signed(value: float) -> str:
    """Three digits, with a true minus sign.

    >>> signed(-0.01234)
    '−0.0123'
    """
    return ("−" if value < 0 else "") + f"{abs(value):.3g}"


def p_text(p: float | None = None, *, log2: float | None = None) -> str:
    """ "p = 0.039", "p = 2.1e-14", "p = 1e-3401": also where floats end.

    >>> p_text(0.0390783), p_text(1e-20), p_text(log2=-11298.7)
    ('p = 0.039', 'p = 1.0e-20', 'p = 5.7e-3402')
    """
    digits = (log10(p) if p else -np.inf) if log2 is None else log2 * log10(2)
    if not isfinite(digits):
        return "p < 1e-300"
    if digits > -3:
        return f"p = {10**digits:.2g}"
    whole = floor(digits)
    first = round(10 ** (digits - whole), 1)
    if first >= 10:
        first, whole = first / 10, whole + 1
    return f"p = {first:.1f}e{whole}"


def labels_text(counts: Counts) -> str:
    """Which label became 0, 1, …: "a: + −, b: + −, x: Z X, y: W V".

    >>> labels_text(Counts([[5], [6]], labels={"a": ["up", "down"]}))
    'a: up, down; x: 0'
    """
    letters = OUTPUTS[: counts.parties] + INPUTS[: counts.parties]
    return "; ".join(f"{k}: {', '.join(counts.labels[k])}" for k in letters)
