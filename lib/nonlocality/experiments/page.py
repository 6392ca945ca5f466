"""The report as HTML: a fragment for a notebook, or one page that needs nothing else."""

import re
from html import escape

import numpy as np

from nonlocality.experiments.findings import Findings
from nonlocality.experiments.pictures import chsh_map, excess_axis
from nonlocality.experiments.plain import cost_text, number_text
from nonlocality.experiments.sentences import labels_text, p_text
from nonlocality.foundations.behaviours import INPUTS, OUTPUTS

_LIGHT = """--nl-blue:#0072b2;--nl-vermillion:#d55e00;--nl-green:#009e73;--nl-sky:#56b4e9;
--nl-grid:#d0d7de;--nl-soft:#f3f5f7;--nl-quiet:#57606a;--nl-strong:#a84600;"""
_DARK = """--nl-blue:#4aa8e0;--nl-vermillion:#ff8a3d;--nl-green:#2fc99a;--nl-sky:#7cc7f2;
--nl-grid:#3d444d;--nl-soft:#1d2229;--nl-quiet:#a3abb5;--nl-strong:#ff8a3d;"""

STYLE = """
.nl-report{max-width:46rem;text-align:left}
.nl-report .nl-says{border-left:.3rem solid var(--nl-blue,#0072b2);
background:var(--nl-soft,#f3f5f7);color:inherit;padding:.6rem 1rem;font-size:1.1rem;margin:.8rem 0}
.nl-report .nl-two{display:flex;flex-wrap:wrap;gap:1rem;margin:1rem 0}
.nl-report .nl-two figure{flex:1 1 17rem;margin:0;min-width:0}
.nl-report svg{width:100%;height:auto;font:11px sans-serif;fill:currentColor}
.nl-report .nl-two figcaption{font-size:.85rem;font-weight:normal;text-align:left;
color:var(--nl-quiet,#57606a)}
.nl-report h3{font-size:1.05rem;margin:1.2rem 0 .3rem}
.nl-report table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;
width:100%;margin:.3rem 0}
.nl-report th,.nl-report td{border:0;border-bottom:1px solid var(--nl-grid,#d0d7de);
padding:.25rem .4rem;text-align:left;vertical-align:top;background:none;color:inherit}
.nl-report .nl-n{text-align:right;white-space:nowrap}
.nl-report .nl-wide{overflow-x:auto}
.nl-report .nl-most{color:var(--nl-strong,#a84600);font-weight:bold}
.nl-report p,.nl-report li{overflow-wrap:anywhere}
.nl-report .nl-small{font-size:.85rem;color:var(--nl-quiet,#57606a)}
@media(max-width:480px){.nl-report th,.nl-report td{padding:.2rem .25rem}}
@media print{.nl-report figure,.nl-report tr{break-inside:avoid}.nl-report h3{break-after:avoid}}
"""

_PAGE = f"""
:root{{color-scheme:light dark;{_LIGHT}}}
@media(prefers-color-scheme:dark){{:root{{{_DARK}}}}}
body{{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:46rem}}
@media screen and (prefers-color-scheme:dark){{body{{background:#121417;color:#dfe3e8}}}}
@media print{{:root{{{_LIGHT}}}body{{font-size:.8rem;background:#fff;color:#000}}}}
"""


def full_page(report: Findings) -> str:
    """A page with its own style, for a browser, a phone and paper.

    >>> import numpy as np
    >>> from nonlocality.experiments.counting import Counts
    >>> from nonlocality.experiments.reporting import report
    >>> page = full_page(report(Counts(np.full((2, 2, 2, 2), 50)), title="<b>"))
    >>> page.startswith("<!DOCTYPE html>"), "<b>" in page, "http" in page.replace("www.w3.org", "")
    (True, False, False)
    """
    title = escape(report.title or "Counts and local realism")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_PAGE}</style></head><body><main><h1>{title}</h1>"
        f"{fragment(report)}</main></body></html>\n"
    )


def fragment(report: Findings) -> str:
    """The report as a piece of a page, with its style.

    >>> import numpy as np
    >>> from nonlocality.experiments.counting import Counts
    >>> from nonlocality.experiments.reporting import report
    >>> fragment(report(Counts(np.full((2, 2, 2, 2), 50)))).count("<svg")
    2
    """
    counts = report.counts
    parts = [f'<p class="nl-says">{escape(report.verdict)}</p>']
    about = f"{counts.trials:,} trials. Labels, 0 first: {labels_text(counts)}."
    parts.append(f'<p class="nl-small">{escape(" ".join([about, *counts.notes]))}</p>')
    if report.c is not None:
        parts += [_pictures(report), _excess(report)]
    parts += [_bill(report), _evidence(report), _marginals(report), _assumed(report)]
    parts.append(_frequencies(report))
    # 3e-05 does not break at its minus
    body = re.sub(r"(\de)-(?=\d)", "\\1\u2011", "".join(parts))
    return f'<div class="nl-report"><style>{STYLE}</style>{body}</div>'


def _table(head: list[str], rows: list[list[str]], numbers: set[int], most: int = -1) -> str:
    def cell(tag: str, k: int, text: str) -> str:
        kind = ' class="nl-n"' if k in numbers else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{kind}>{escape(text)}</{tag}>"

    top = "".join(cell("th" if text else "td", k, text) for k, text in enumerate(head))
    body = "".join(
        f"<tr{' class=nl-most' if i == most else ''}>"
        + "".join(cell("td", k, text) for k, text in enumerate(row))
        + "</tr>"
        for i, row in enumerate(rows)
    )
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="nl-wide">{table}</div>'


def _pictures(report: Findings) -> str:
    s = 2 + 4 * report.c
    low, high = (2 + 4 * end for end in report.c_interval)
    plane = chsh_map(s, report.other, low=low, high=high)
    axis = excess_axis(s, low=low, high=high, reach=report.reach)
    return (
        f'<div class="nl-two"><figure>{plane}<figcaption>The square is local, the disc quantum, '
        "the diamond free of signalling; S′ is the next largest form of CHSH. The cross marks the "
        f"most likely behaviour with its interval.</figcaption></figure><figure>{axis}<figcaption>"
        f"S − 2 with its {100 * report.level:.3g} % interval. The bar ends where quantum theory "
        "does at this S′.</figcaption></figure></div>"
    )


def _excess(report: Findings) -> str:
    seen = next(form for form in report.forms if form.name == report.form)
    low, high = report.c_interval
    error = "" if report.c_error is None else f" ± {report.c_error:.2g}"
    rows = [
        ["S − 2 as read off the frequencies", f"{seen.s - 2:.6g} ± {seen.s_error:.2g}"],
        ["J, Eberhard's reading", f"{seen.j:.6g} ± {seen.j_error:.2g}"],
        ["c = (S − 2)/4, without signalling", f"{report.c:.6g}{error}"],
        [f"its {100 * report.level:.3g} % interval", f"{low:.5g} to {high:.5g}"],
    ]
    room = report.reach - 2
    if room > 0 and report.c > 0:
        share = f"{400 * report.c / room:.3g} %"
        rows.append(["share of the room that quantum theory leaves at this S′", share])
    return (
        f"<h3>CHSH, form {report.form}</h3>{_table(['', ''], rows, {1})}"
        f'<p class="nl-small">{escape(report.quantum)}</p>'
    )


def _bill(report: Findings) -> str:
    if not report.costs:
        return ""
    rows = []
    for cost in report.costs:
        unit = f" {cost.unit}" if cost.unit else ""
        value = cost_text(cost.value, cost.low, cost.high, cost.error)
        run = number_text(cost.value * report.counts.trials) + unit if cost.adds else ""
        rows.append([cost.words, value + unit, run])
    return (
        f"<h3>What it costs a classical story</h3>{_table(['', 'a trial', 'the run'], rows, {2})}"
    )


def _evidence(report: Findings) -> str:
    if not report.evidence:
        return ""
    rows = []
    for line in report.evidence:
        if line.log2 is None:
            rows.append([line.name, "–", line.note])
            continue
        what = f"{'log₂ p' if line.kind == 'p' else 'log₂ E'} = {line.log2:.4g}".replace("-", "−")
        words = f"{what}; {line.note}. Assumed: {'; '.join(line.assumptions)}."
        rows.append([line.name, p_text(log2=line.log2_p).removeprefix("p = "), words])
    head = ["method", "p", "and what it needs"]
    return f"<h3>Evidence against local realism</h3>{_table(head, rows, {1})}"


def _marginals(report: Findings) -> str:
    tested, counts = report.signalling, report.counts
    rows = [[f"{t.party}, setting {t.setting}", f"{t.shift:.3g}", f"{t.statistic:.4g}",
             str(t.degrees), p_text(t.p).removeprefix("p = ")]
            for t in tested.marginals]  # fmt: skip
    joint = [("all together, G²", tested.g2, tested.degrees, tested.p)]
    if tested.drift_p is not None:
        joint.append(("between runs, G²", tested.drift_g2, tested.drift_degrees, tested.drift_p))
    rows += [[name, "", f"{g2:.4g}", str(degrees), p_text(p).removeprefix("p = ")]
             for name, g2, degrees, p in joint]  # fmt: skip
    totals = counts.setting_counts
    cells = [
        f"{'/'.join(map(str, k))}: {totals[k]:,}" for k in list(np.ndindex(*counts.settings))[:36]
    ]
    return (
        "<h3>Marginals and settings</h3>"
        + _table(["", "largest shift", "χ²", "degrees", "p"], rows, {1, 2, 3, 4})
        + f'<p class="nl-small">Trials at each pair of settings: {escape(", ".join(cells))}.</p>'
    )


def _assumed(report: Findings) -> str:
    items = "".join(
        f"<li>{escape(what)} <span class='nl-small'>Vouched for by: {escape(who)}.</span></li>"
        for what, who in report.assumptions
    )
    out = "".join(f"<li>{escape(words)}</li>" for words in report.left_out)
    return f"<h3>Assumed</h3><ul>{items}</ul>" + (f"<h3>Left out</h3><ul>{out}</ul>" if out else "")


def _frequencies(report: Findings) -> str:
    counts = report.counts
    if counts.parties != 2 or counts.table.size > 64:
        return ""
    f, free, local = counts.frequencies(), None, None
    head = [*INPUTS[:2], *OUTPUTS[:2], "count", "frequency"]
    if report.kind != "signalling":
        free = report.free.behaviour.table
        head.append("no signalling")
        local = None if report.local is None else report.local.behaviour.table
        head += [] if local is None else ["local"]
    rows, residuals = [], []
    for k in np.ndindex(*counts.settings, *counts.outcomes):
        x, y, a, b = k
        cell = (a, b, x, y)
        tables = [f, *(t for t in (free, local) if t is not None)]
        words = [counts.labels[c][i] for c, i in zip("xyab", k, strict=True)]
        rows.append([*words, f"{counts.table[cell]:,}", *(f"{t[cell]:.6g}" for t in tables)])
        best = f[cell] if free is None else free[cell]
        spread = np.sqrt(max(best * (1 - best), 1e-300) / counts.setting_counts[x, y])
        residuals.append(abs(f[cell] - best) / spread if free is not None else 0.0)
    most = int(np.argmax(residuals)) if free is not None else -1
    note = ""
    if free is not None:
        note = (
            f'<p class="nl-small">The largest residual, {max(residuals):.2g} standard errors, is '
            "marked.</p>"
        )
    return f"<h3>Frequencies</h3>{_table(head, rows, set(range(4, 9)), most)}{note}"
