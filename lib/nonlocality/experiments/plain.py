"""The report as plain text of 80 columns."""

import textwrap

from nonlocality.experiments.findings import Findings
from nonlocality.experiments.sentences import labels_text, p_text
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS

WIDTH = 80
"""Columns."""


def printable(words: str) -> str:
    """Labels may hold anything; what a terminal would act on is replaced.

    >>> printable("\\x1b[31mred")
    '�[31mred'
    """
    return "".join(c if c.isprintable() else "�" for c in words)


def _paragraph(words: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        printable(words), WIDTH, initial_indent=first, subsequent_indent=rest or first
    )


def number_text(value: float) -> str:
    """Four digits.

    >>> number_text(0.000123456), number_text(0.10846), number_text(2.0)
    ('0.0001235', '0.1085', '2')
    """
    return ("−" if value < 0 else "") + f"{abs(value):.4g}"


def cost_text(value: float, low: float | None, high: float | None, error: float | None) -> str:
    """Value, error and interval of a cost.

    >>> cost_text(0.1, 0.0, 0.2, 0.05)
    '0.1 ± 0.05, from 0 (compatible with 0) to 0.2'
    """
    words = number_text(value)
    if error is not None:
        words += f" ± {error:.2g}"
    if low is not None:
        zero = " (compatible with 0)" if low <= 0 else ""
        words += f", from {number_text(low)}{zero} to {number_text(high)}"
    return words


def plain_text(report: Findings) -> str:
    """The report, ready to be printed.

    >>> import numpy as np
    >>> from nonlocality.experiments.counting import Counts
    >>> from nonlocality.experiments.reporting import report
    >>> text = report(Counts(np.full((2, 2, 2, 2), 50))).to_text()
    >>> text.splitlines()[2]
    'No violation of local realism of the best behaviour without signalling: S − 2 ='
    >>> max(len(line) for line in text.splitlines()) <= 80
    True
    """
    counts = report.counts
    lines = [printable(report.title or "Counts")[:WIDTH], ""]
    lines += _paragraph(report.verdict)
    lines += ["", *_paragraph(f"{counts.trials} trials. Labels, 0 first: {labels_text(counts)}.")]
    for note in counts.notes:
        lines += _paragraph(note)
    if report.c is not None:
        lines += _excess(report)
    if report.costs:
        lines += _bill(report)
    if report.evidence:
        lines += _evidence(report)
    lines += _marginals(report)
    lines += ["", "ASSUMED, AND WHO MUST VOUCH"]
    for what, who in report.assumptions:
        lines += _paragraph(f"{what} Vouched for by: {who}.", "- ", "  ")
    if report.left_out:
        lines += ["", "LEFT OUT"]
        for words in report.left_out:
            lines += _paragraph(words, "- ", "  ")
    lines += _frequencies(report)
    return "\n".join(lines) + "\n"


def _excess(report: Findings) -> list[str]:
    low, high = report.c_interval
    seen = next(form for form in report.forms if form.name == report.form)
    lines = ["", f"CHSH, FORM {report.form}"]
    lines += [f"S − 2 as read off the frequencies  {seen.s - 2:.6g} ± {seen.s_error:.2g}"]
    lines += [f"J, Eberhard's reading              {seen.j:.6g} ± {seen.j_error:.2g}"]
    scores = [v / e if e else 0.0 for v, e in zip(seen.readings, seen.reading_errors, strict=True)]
    lines += _paragraph(
        "All eight readings of J, in standard errors: " + ", ".join(f"{k:.2f}" for k in scores)
    )
    error = "" if report.c_error is None else f" ± {report.c_error:.2g}"
    lines += [f"c = (S − 2)/4, no signalling       {report.c:.6g}{error}"]
    lines += [f"{100 * report.level:.3g} % interval by likelihood       {low:.5g} to {high:.5g}"]
    room = report.reach - 2
    if room > 0 and report.c > 0:
        share = f"{400 * report.c / room:.3g}"
        lines += _paragraph(
            f"Quantum theory reaches S − 2 = {room:.3g} at this S′ = {report.other:.6g}; "
            f"{share} % of it are used."
        )
    return lines + _paragraph(report.quantum)


def _bill(report: Findings) -> list[str]:
    lines = ["", "WHAT IT COSTS A CLASSICAL STORY, A TRIAL AND OVER THE RUN"]
    for cost in report.costs:
        unit = f" {cost.unit}" if cost.unit else ""
        words = f"{cost.words}: {cost_text(cost.value, cost.low, cost.high, cost.error)}{unit}"
        if cost.adds:
            words += f"; over the run {number_text(cost.value * report.counts.trials)}{unit}"
        lines += _paragraph(f"{words}.", "- ", "  ")
    return lines


def _evidence(report: Findings) -> list[str]:
    lines = ["", "EVIDENCE AGAINST LOCAL REALISM"]
    for line in report.evidence:
        if line.log2 is None:
            words = f"{line.name}: {line.note}."
        else:
            value = p_text(log2=line.log2_p)
            if line.kind == "e":
                value = f"log2 E = {line.log2:.4g}, so {value}"
            words = f"{line.name}: {value} ({line.note}). Assumed: {'; '.join(line.assumptions)}."
        lines += _paragraph(words, "- ", "  ")
    return lines


def _marginals(report: Findings) -> list[str]:
    tested = report.signalling
    lines = ["", "DO THE MARGINALS AGREE?"]
    for test in tested.marginals:
        lines += _paragraph(
            f"{test.party}, setting {test.setting}: largest shift {test.shift:.3g}, χ² = "
            f"{test.statistic:.4g} on {test.degrees}, {p_text(test.p)}"
        )
    lines += _paragraph(
        f"All together: G² = {tested.g2:.4g} on {tested.degrees} degrees of freedom, "
        f"{p_text(tested.p)}"
    )
    if tested.drift_p is not None:
        lines += _paragraph(
            f"Between runs: G² = {tested.drift_g2:.4g} on {tested.drift_degrees}, "
            f"{p_text(tested.drift_p)}"
        )
    totals = report.counts.setting_counts
    cells = [f"{'/'.join(map(str, k))}: {totals[k]}" for k in _inputs(report)[:36]]
    return lines + _paragraph(f"Trials at each setting: {', '.join(cells)}")


def _inputs(report: Findings) -> list[tuple[int, ...]]:
    import numpy as np

    return list(np.ndindex(*report.counts.settings))


def _frequencies(report: Findings) -> list[str]:
    counts = report.counts
    if counts.parties != 2 or counts.table.size > 64:
        return []
    f = counts.frequencies()
    lines = ["", "FREQUENCIES, BESIDE THE MOST LIKELY BEHAVIOURS", ""]
    letters = [*INPUTS[:2], *OUTPUTS[:2]]
    lines.append(f"{' '.join(letters)}  {'count':>12} {'frequency':>12} {'no-signall.':>12} "
                 f"{'local':>12}")  # fmt: skip
    for x, y in _inputs(report):
        for a in range(counts.outcomes[0]):
            for b in range(counts.outcomes[1]):
                k = (a, b, x, y)
                values = [f[k]]
                if report.kind != "signalling":
                    values.append(report.free.behaviour.table[k])
                    if report.local is not None:
                        values.append(report.local.behaviour.table[k])
                cells = " ".join(f"{value:>12.6g}" for value in values)
                lines.append(f"{x} {y} {a} {b}  {counts.table[k]:>12} {cells}")
    return lines
