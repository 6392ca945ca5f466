"""What a report of a table of counts says: all its numbers and sentences, and the same as JSON."""

import json
from math import isfinite

import numpy as np

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import (
    Fit,
)
from nonlocality.experiments.forms import Form
from nonlocality.experiments.judging import Evidence
from nonlocality.experiments.pricing import Cost
from nonlocality.experiments.signals import Signalling
from nonlocality.foundations.results import result

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
class Findings:
    """What one table says.

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


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not isfinite(value) else value
