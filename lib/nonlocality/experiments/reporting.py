"""One report of a table of counts: a verdict, the evidence, the bill, and what was assumed."""

import json
from collections.abc import Sequence
from math import floor, isfinite, log10

import numpy as np
from scipy.special import chdtrc

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import (
    Fit,
    Signalling,
    excess_form,
    excess_interval,
    fisher_error,
    maximum_likelihood,
    outcome_letters,
    signalling,
)
from nonlocality.experiments.forms import NAMES, Form, chsh_forms, form_correlators, form_excess
from nonlocality.experiments.judging import Evidence, evidence, few_trials, log_likelihood_ratio
from nonlocality.experiments.mixtures import quantum_mixture
from nonlocality.experiments.pricing import Cost, costs
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS, PARTIES
from nonlocality.foundations.checks import in_interval, shown
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_locality.correlators import margin_of

SIGNALLING_P = 1e-4
"""Below this joint p no behaviour without signalling is taken as the basis of anything."""

TABLES = 1000
"""Bootstrap tables where trials are few."""

KINDS = {
    "refuted": "Local realism is refuted",
    "within error": "Local realism is violated, but within error",
    "no violation": "No violation of local realism",
    "signalling": "No verdict: the table signals",
    "cannot test": "This table cannot test local realism",
    "postquantum": "Beyond quantum theory",
}
"""The six verdicts there are."""


@result
class Report:
    """What one table says; shows itself as a page in a notebook.

    kind: of :data:`KINDS`. verdict: the sentence. form, c, c_interval, c_error: the violated form
    of CHSH, c = (S − 2)/4 of the most likely behaviour without signalling, its interval and
    standard error; None where there is none. other: the second form, S′, for the map. reach:
    largest S of quantum theory at this S′. quantum: a sentence. llr_bits: log-likelihood ratio.
    left_out: what this scenario does not allow, in sentences. assumptions: pairs of what was
    assumed and who must vouch for it.
    """

    title: str
    counts: Counts
    level: float
    kind: str
    verdict: str
    signalling: Signalling
    forms: tuple[Form, ...]
    form: str | None
    c: float | None
    c_interval: tuple[float, float] | None
    c_error: float | None
    other: float | None
    reach: float | None
    quantum: str
    free: Fit
    local: Fit | None
    llr_bits: float | None
    evidence: tuple[Evidence, ...]
    costs: tuple[Cost, ...]
    left_out: tuple[str, ...]
    assumptions: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict:
        """All numbers, as JSON knows them."""
        counts = self.counts
        fitted = {"no_signalling": self.free, "local": self.local}
        return {
            "title": self.title,
            "verdict": self.verdict,
            "kind": self.kind,
            "trials": counts.trials,
            "labels": {k: list(v) for k, v in counts.labels.items()},
            "counts": counts.table.tolist(),
            "frequencies": counts.frequencies().tolist(),
            "notes": list(counts.notes),
            "level": self.level,
            "signalling": {
                "g2": self.signalling.g2,
                "degrees": self.signalling.degrees,
                "p": self.signalling.p,
                "drift_p": self.signalling.drift_p,
                "marginals": [vars(test) for test in self.signalling.marginals],
            },
            "forms": [vars(form) for form in self.forms],
            "form": self.form,
            "c": self.c,
            "c_interval": self.c_interval,
            "c_error": self.c_error,
            "s_other": self.other,
            "s_quantum_reach": self.reach,
            "quantum": self.quantum,
            "fits": {
                name: {"behaviour": fit.behaviour.table.tolist(), "g2": fit.deviance}
                for name, fit in fitted.items()
                if fit is not None
            },
            "llr_bits": self.llr_bits,
            "evidence": [{**vars(k), "log2_p": k.log2_p} for k in self.evidence],
            "costs": [
                {**vars(k), "run": k.value * counts.trials if k.adds else None} for k in self.costs
            ],
            "left_out": list(self.left_out),
            "assumptions": [list(pair) for pair in self.assumptions],
        }

    def to_json(self) -> str:
        """The numbers as JSON text; infinite ones, which JSON does not have, as null."""
        return json.dumps(_finite(self.to_dict()), ensure_ascii=False, indent=1) + "\n"

    def to_html(self) -> str:
        """One page that needs nothing else."""
        from nonlocality.experiments.page import full_page

        return full_page(self)

    def to_text(self) -> str:
        """Plain text of 80 columns."""
        from nonlocality.experiments.plain import plain_text

        return plain_text(self)

    def _repr_html_(self) -> str:
        from nonlocality.experiments.page import fragment

        return fragment(self)


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not isfinite(value) else value


def report(
    counts: Counts,
    *,
    title: str = "",
    settings: str | Sequence | None = None,
    bias: float = 0.0,
    form: str | None = None,
    decide: str | None = None,
    level: float = 0.95,
    bootstrap: int | None = None,
    seed: int = 1,
) -> Report:
    """The report of a table of counts.

    settings, bias, form: declared beforehand, as in
    :func:`~nonlocality.experiments.judging.evidence`. decide: the line of evidence that was
    announced to decide ("likelihood ratio", "CHSH game", …); without it the smallest p counts
    times the number of lines there are. level: of intervals; 1 − level is the p at which local
    realism counts as refuted. bootstrap: tables for the likelihood ratio; 1000 where trials are
    few, none where they are many. seed: of the bootstrap.
    Raises ValueError for arguments that do not fit, SolverError if a solver fails.

    >>> delft = Counts([[[[23, 33], [22, 4]], [[3, 11], [10, 20]]],
    ...                 [[[4, 5], [6, 21]], [[23, 30], [24, 6]]]])
    >>> found = report(delft, settings="uniform", form="+11", decide="CHSH game")
    >>> found.kind, "p = 0.039" in found.verdict
    ('refuted', True)
    """
    level = in_interval("level", level, 0.5, 0.999999)
    tested, free = signalling(counts), maximum_likelihood(counts)
    chsh = counts.table.shape == (2, 2, 2, 2)
    forms = tuple(chsh_forms(counts)) if chsh else ()
    fields = {
        "title": title, "counts": counts, "level": level, "signalling": tested, "forms": forms,
        "form": None, "c": None, "c_interval": None, "c_error": None, "other": None, "reach": None,
        "quantum": "", "free": free, "local": None, "llr_bits": None, "evidence": (), "costs": (),
        "left_out": (), "assumptions": (),
    }  # fmt: skip
    if (why := _cannot_test(counts)) is not None:
        line = costs(maximum_likelihood(counts, over="local"))[-1]
        zero = Cost(line.key, line.words, line.unit, 0.0)
        left = ("Everything that tests local realism.",)
        fields |= {
            "costs": (zero,),
            "left_out": left,
            "assumptions": _assumptions(counts, tested, ()),
        }
        return Report(kind="cannot test", verdict=f"{KINDS['cannot test']}: {why}", **fields)
    if tested.p < SIGNALLING_P:
        fields["left_out"] = (
            "S, c, costs and evidence against local realism: they suppose that nothing signals.",
        )
        fields["assumptions"] = _assumptions(counts, tested, ())
        return Report(kind="signalling", verdict=_signalling_sentence(tested), **fields)
    bootstrap = TABLES * (chsh and few_trials(counts)) if bootstrap is None else bootstrap
    lines = tuple(
        evidence(counts, settings=settings, bias=bias, form=form, bootstrap=bootstrap, seed=seed)
    )
    fields["local"] = maximum_likelihood(counts, over="local")
    fields["llr_bits"] = log_likelihood_ratio(counts)
    fields |= _chsh_fields(counts, free, level) if chsh else {}
    outside = _postquantum(counts, free, fields, 1 - level)
    fields |= {
        "evidence": lines,
        "costs": tuple(costs(free, counts=counts, level=level)),
        "left_out": _left_out(counts),
        "assumptions": _assumptions(counts, tested, lines),
    }
    kind, verdict = _decide(counts, fields, lines, decide, 1 - level, outside)
    return Report(kind=kind, verdict=verdict, **fields)


def _cannot_test(counts: Counts) -> str | None:
    """Why every such behaviour without signalling is local, or None."""
    pairs = list(zip(counts.settings, counts.outcomes, strict=True))
    if sum(m > 1 and o > 1 for m, o in pairs) >= 2:
        return None
    if counts.parties == 1:
        return "there is one party."
    k = next(k for k, (m, o) in enumerate(pairs) if m == 1 or o == 1)
    what = "setting" if pairs[k][0] == 1 else "outcome"
    return f"{PARTIES[k]} has one {what}, and every such table that does not signal is local."


def _signalling_sentence(tested: Signalling) -> str:
    worst = min(tested.marginals, key=lambda test: test.p)
    drift = ""
    if tested.drift_p is not None and tested.drift_p < 1e-3:
        drift = " The runs differ from each other, too: a drift can look like signalling."
    return (
        f"{KINDS['signalling']}. That outcomes do not depend on the distant setting is refuted "
        f"({p_text(tested.p)}); {worst.party}'s at the own setting {worst.setting} shift by "
        f"{worst.shift:.3g}. So no S, no cost and no p against local realism is quoted.{drift}"
    )


def _chsh_fields(counts: Counts, free: Fit, level: float) -> dict:
    name, c = excess_form(free.behaviour)
    ends = excess_interval(counts, level)
    error = None if free.boundary else fisher_error(counts, free.behaviour, form_excess(name))
    others = [float((form_correlators(k) * free.behaviour.table).sum())
              for k in NAMES if k[1:] != name[1:]]  # fmt: skip
    other = max(others)
    quantum = _quantum_sentence(free)
    return {"form": name, "c": c, "c_interval": ends, "c_error": error, "other": other,
            "reach": float(np.sqrt(max(0.0, 8 - min(other, 8**0.5) ** 2))),
            "quantum": quantum}  # fmt: skip


def _quantum_sentence(free: Fit) -> str:
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


def _postquantum(counts: Counts, free: Fit, fields: dict, alpha: float) -> str:
    """A sentence if level 1+AB is refuted, else the state of things goes into `quantum`."""
    if counts.parties != 2:
        return ""
    if counts.table.shape == (2, 2, 2, 2) and margin_of(free.behaviour) > 1e-9:
        return ""  # level 1+AB is nearly the same set; what is outside it is not told from here
    try:
        fit = maximum_likelihood(counts, over="level 1+AB")
    except (SolverError, ValueError) as error:
        fields["quantum"] += f" Level 1+AB was not decided ({error})"
        return ""
    g2 = fit.below - free.deviance
    p = float(chdtrc(1, g2)) / 2 if g2 > 0 else 1.0
    if fit.deviance - free.deviance <= 1e-6:
        fields["quantum"] = (
            "The most likely behaviour without signalling lies inside level 1+AB of the moment "
            "matrices, which bounds quantum theory from outside."
        )
        return ""
    fields["quantum"] = (
        "The most likely behaviour without signalling lies outside level 1+AB of the moment "
        f"matrices, so outside quantum theory; the distance is {p_text(p)}."
    )
    return p_text(p) if p < alpha else ""


def _left_out(counts: Counts) -> tuple[str, ...]:
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


def _assumptions(
    counts: Counts, tested: Signalling, lines: Sequence[Evidence]
) -> tuple[tuple[str, str], ...]:
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


def _decide(
    counts: Counts,
    fields: dict,
    lines: Sequence[Evidence],
    decide: str | None,
    alpha: float,
    outside: str,
) -> tuple[str, str]:
    there = [line for line in lines if line.log2_p is not None]
    names = [line.name for line in lines]
    if decide is not None and decide not in names:
        raise ValueError(
            f"Argument `decide` must be one of {', '.join(names)}, but is {shown(decide)}."
        )
    chosen = [line for line in there if decide in (None, line.name)]
    if decide is not None and not chosen:
        note = next(line.note for line in lines if line.name == decide)
        raise ValueError(f"Argument `decide` names the {decide}, which is not there: {note}.")
    tail = f" ({counts.trials} trials" + ("; fair sampling assumed)" if any(
        "fair sampling" in note for note in counts.notes) else ")")  # fmt: skip
    size = ""
    if fields["c"] is not None:
        size = f"S − 2 = {_signed(4 * fields['c'])}"
        if fields["c_error"] is not None:
            size += f" ± {4 * fields['c_error']:.2g}"
        size += f", form {fields['form']}"
    if outside:
        words = f"{size}; level 1+AB of the moment matrices is refuted, {outside}"
        return "postquantum", f"{KINDS['postquantum']}: {words}{tail}."
    if fields["llr_bits"] <= 1e-9:
        words = f" of the best behaviour without signalling: {size}" if size else ""
        return "no violation", f"{KINDS['no violation']}{words}{tail}."
    if not chosen:
        words = f"{fields['llr_bits']:.3g} bits of likelihood ratio, without a p"
        return "within error", f"{KINDS['within error']} that is not known: {words}{tail}."
    best = min(chosen, key=lambda line: line.log2_p)
    log2 = min(0.0, best.log2_p + np.log2(len(chosen)))
    times = f" times {len(chosen)}" if len(chosen) > 1 else ""
    words = f"{size + '; ' if size else ''}{best.name}{times}, {p_text(log2=log2)}"
    if log2 <= np.log2(alpha):
        assumed = "; ".join(best.assumptions)
        return "refuted", f"{KINDS['refuted']}: {words}{tail}, if {_granted(assumed)}."
    return "within error", f"{KINDS['within error']}: {words}{tail}."


def _granted(words: str) -> str:
    """Assumptions as a clause."""
    words = words.replace("none on the trials: memory of the past is allowed; ", "")
    return words.replace("; ", ", and ")


def _signed(value: float) -> str:
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
