"""One report of a table of counts: a verdict, the evidence, the bill, and what was assumed."""

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import (
    Fit,
    excess_form,
    excess_interval,
    fisher_error,
    maximum_likelihood,
)
from nonlocality.experiments.findings import KINDS, Findings
from nonlocality.experiments.forms import NAMES, chsh_forms, form_correlators, form_excess
from nonlocality.experiments.judging import Evidence, evidence, few_trials, log_likelihood_ratio
from nonlocality.experiments.page import fragment, full_page
from nonlocality.experiments.plain import plain_text
from nonlocality.experiments.pricing import Cost, costs
from nonlocality.experiments.sentences import (
    assumption_pairs,
    cannot_test,
    granted,
    left_out_sentences,
    p_text,
    quantum_sentence,
    signalling_sentence,
    signed,
)
from nonlocality.experiments.signals import signalling
from nonlocality.foundations.checks import in_interval, shown
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import SolverError
from nonlocality.macroscopic_locality.correlators import margin_of

SIGNALLING_P = 1e-4
"""Below this joint p no behaviour without signalling is taken as the basis of anything."""

TABLES = 1000
"""Bootstrap tables where trials are few."""


@result
class Report(Findings):
    """What one table says, as a page, as text, as JSON; shows itself as a page in a notebook."""

    def to_html(self) -> str:
        """One page that needs nothing else."""
        return full_page(self)

    def to_text(self) -> str:
        """Plain text of 80 columns."""
        return plain_text(self)

    def _repr_html_(self) -> str:
        return fragment(self)


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
    if (why := cannot_test(counts)) is not None:
        line = costs(maximum_likelihood(counts, over="local"))[-1]
        zero = Cost(line.key, line.words, line.unit, 0.0)
        left = ("Everything that tests local realism.",)
        fields |= {
            "costs": (zero,),
            "left_out": left,
            "assumptions": assumption_pairs(counts, tested, ()),
        }
        return Report(kind="cannot test", verdict=f"{KINDS['cannot test']}: {why}", **fields)
    if tested.p < SIGNALLING_P:
        fields["left_out"] = (
            "S, c, costs and evidence against local realism: they suppose that nothing signals.",
        )
        fields["assumptions"] = assumption_pairs(counts, tested, ())
        return Report(
            kind="signalling",
            verdict=f"{KINDS['signalling']}. {signalling_sentence(tested)}",
            **fields,
        )
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
        "left_out": left_out_sentences(counts),
        "assumptions": assumption_pairs(counts, tested, lines),
    }
    kind, verdict = _decide(counts, fields, lines, decide, 1 - level, outside)
    return Report(kind=kind, verdict=verdict, **fields)


def _chsh_fields(counts: Counts, free: Fit, level: float) -> dict:
    name, c = excess_form(free.behaviour)
    ends = excess_interval(counts, level)
    error = None if free.boundary else fisher_error(counts, free.behaviour, form_excess(name))
    others = [float((form_correlators(k) * free.behaviour.table).sum())
              for k in NAMES if k[1:] != name[1:]]  # fmt: skip
    other = max(others)
    quantum = quantum_sentence(free)
    return {"form": name, "c": c, "c_interval": ends, "c_error": error, "other": other,
            "reach": float(np.sqrt(max(0.0, 8 - min(other, 8**0.5) ** 2))),
            "quantum": quantum}  # fmt: skip


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
        size = f"S − 2 = {signed(4 * fields['c'])}"
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
        return "refuted", f"{KINDS['refuted']}: {words}{tail}, if {granted(assumed)}."
    return "within error", f"{KINDS['within error']}: {words}{tail}."
