"""What a reader touches: a form for sixteen counts, a chooser of reports, an upload.

The form computes in the browser, by the script ``counts.js`` beside this file, which is tested
against the library; it works in the built book, without a kernel.
"""

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files

import numpy as np

from nonlocality.book.figures import Page, in_book
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.forms import require_chsh
from nonlocality.experiments.page import STYLE, fragment
from nonlocality.experiments.reading import counts_from_text
from nonlocality.experiments.reporting import Report, report
from nonlocality.foundations.checks import renamed, shown

_FORM_STYLE = """
.nl-counts .nl-cells{display:grid;grid-template-columns:repeat(4,minmax(4rem,1fr));gap:.3rem .5rem;
margin:.5rem 0}
.nl-counts label{display:block;font-size:.8rem;text-align:left}
.nl-counts input{box-sizing:border-box;font:inherit;font-variant-numeric:tabular-nums;
min-height:2.75rem;padding:0 .3rem;width:100%;background:none;color:inherit;
border:1px solid var(--nl-quiet,#57606a);border-radius:.25rem}
.nl-counts input[aria-invalid=true]{border:2px solid var(--nl-vermillion,#d55e00)}
.nl-counts button{font:inherit;font-size:.85rem;min-height:2.75rem;margin:.2rem .4rem .2rem 0;
padding:0 .8rem;background:none;color:inherit;border:1px solid var(--nl-quiet,#57606a);
border-radius:.25rem}
.nl-counts svg{max-width:20rem}
@media print{.nl-counts button{display:none}}
@media(scripting:none){.nl-counts{display:none}}
@media(max-width:480px){.nl-counts .nl-cells{gap:.2rem}.nl-counts input{font-size:.8rem}}
"""


def script() -> str:
    """The text of ``counts.js``.

    >>> "nonlocalityCounts" in script()
    True
    """
    return (files("nonlocality.experiments") / "counts.js").read_text(encoding="utf-8")


def counts_form(examples: Mapping[str, Counts]) -> Page:
    """A form into which a reader types sixteen counts and sees S, c, the map and the costs.

    examples: tables of two settings and outcomes by name, a button each; the first is shown.
    Raises ValueError for other tables or none.

    >>> few = Counts(np.arange(1, 17).reshape(2, 2, 2, 2))
    >>> counts_form({"few": few}).html.count("<input")
    16
    """
    if not examples:
        raise ValueError("Argument `examples` must hold a table, but is empty.")
    for counts in examples.values():
        if not isinstance(counts, Counts):
            raise ValueError(f"Argument `examples` must hold tables, but holds {shown(counts)}.")
        with renamed(counts="examples"):
            require_chsh(counts)
    first = next(iter(examples.values())).table
    cells = []
    for x, y in np.ndindex(2, 2):
        for a, b in np.ndindex(2, 2):
            place = 8 * a + 4 * b + 2 * x + y
            cells.append(
                f"<label>{x}{y}, {a}{b}<input inputmode='numeric' autocomplete='off' "
                f"data-cell='{place}' value='{first[a, b, x, y]}' "
                f"aria-label='count of the outcomes {a}, {b} at the settings {x}, {y}'></label>"
            )
    buttons = "".join(
        f"<button type='button' data-counts='{json.dumps(counts.table.ravel().tolist())}'>"
        f"{escape(name)}</button>"
        for name, counts in examples.items()
    )
    picture = (
        '<svg viewBox="0 0 360 360" role="img" aria-label="Map of S′ and S with the point of the '
        'counts"><polygon points="340,180 180,20 20,180 180,340" fill="none" '
        'stroke="currentColor"/><circle cx="180" cy="180" r="113.14" '
        'fill="var(--nl-sky,#56b4e9)" fill-opacity=".25" stroke="var(--nl-blue,#0072b2)"/>'
        '<polygon points="260,100 100,100 100,260 260,260" fill="var(--nl-green,#009e73)" '
        'fill-opacity=".25" stroke="var(--nl-green,#009e73)"/>'
        '<text x="186" y="14">S</text><text x="344" y="176">S′</text>'
        '<text x="106" y="252">local</text><text x="160" y="286">quantum</text>'
        '<g class="nl-spot"><path d="M-7 0h14M0 -7v14" stroke="var(--nl-vermillion,#d55e00)" '
        'stroke-width="3"/></g></svg>'
    )
    return Page(
        f"<style>{STYLE}{_FORM_STYLE}</style><form class='nl-counts nl-report'>"
        f"<p class='nl-small'>Settings x y, outcomes a b. {buttons}</p>"
        f"<div class='nl-cells'>{''.join(cells)}</div><div class='nl-two'><figure>{picture}"
        "</figure><figure><table aria-live='polite'><tbody></tbody></table></figure></div></form>"
        f"<script>{script()}</script>"
    )


def reports_chooser(reports: Mapping[str, Report], *, name: str) -> Page:
    """Several reports of which one is shown, chosen by buttons that need no script.

    name: of the chooser, unique on its page, of a-z and hyphens.
    Raises ValueError for no reports or another name.

    >>> found = report(Counts(np.ones((2, 2, 2, 2), dtype=int)))
    >>> reports_chooser({"one": found, "two": found}, name="both").html.count("type='radio'")
    2
    """
    if not reports or not name.replace("-", "").isalpha() or not name.islower():
        raise ValueError(
            "Arguments `reports` and `name` must hold a report and be of a-z and hyphens, but are "
            f"{len(reports)} reports and {shown(name)}."
        )
    heads, panes, rules = [], [], []
    for k, (title, found) in enumerate(reports.items()):
        key = f"{name}-{k}"
        checked = " checked" if k == 0 else ""
        heads.append(
            f"<input type='radio' name='{name}' id='{key}'{checked}>"
            f"<label for='{key}'>{escape(title)}</label>"
        )
        panes.append(f"<div class='nl-pane' id='{key}-pane'>{fragment(found)}</div>")
        rules.append(
            f"#{key}:checked~.nl-panes #{key}-pane{{display:block}}"
            f"#{key}:checked+label{{border-color:var(--nl-blue,#0072b2);border-width:2px}}"
        )
    style = (
        ".nl-chooser>input{position:absolute;opacity:0}.nl-chooser>label{display:inline-block;"
        "border:1px solid var(--nl-grid,#d0d7de);border-radius:.25rem;padding:.5rem .8rem;"
        "margin:0 .4rem .4rem 0;cursor:pointer}.nl-chooser>input:focus-visible+label{outline:2px "
        "solid var(--nl-blue,#0072b2);outline-offset:2px}.nl-chooser .nl-pane{display:none}"
        + "".join(rules)
    )
    return Page(
        f"<div class='nl-chooser'><style>{style}</style>{''.join(heads)}"
        f"<div class='nl-panes'>{''.join(panes)}</div></div>"
    )


def upload(**options: object) -> object:
    """In a live notebook a button that takes a file of counts and shows its report.

    options: as for :func:`~nonlocality.experiments.reporting.report`. In the built book, where
    there is no kernel, a sentence that says so.
    """
    if in_book():
        return Page("<p>In a live notebook this cell shows a button that takes your file.</p>")
    import ipywidgets
    from IPython.display import HTML, display

    button = ipywidgets.FileUpload(accept=".csv,.txt,.tsv", multiple=False)
    output = ipywidgets.Output()

    def show(change: Mapping) -> None:
        output.clear_output()
        for file in change["new"]:
            with output:
                display(HTML(answer(bytes(file["content"]), name=file["name"], **options)))

    button.observe(show, names="value")
    return ipywidgets.VBox([button, output])


def answer(data: bytes, *, name: str, **options: object) -> str:
    """HTML for an uploaded file: its report, or all its faults.

    >>> answer(b"x,a\\n0,<b>", name="t.csv")[:4], "<b>" in answer(b"x", name="<b>")
    ('<div', False)
    """
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        return fragment(report(counts_from_text(text, name=name), title=name, **options))
    except ValueError as error:  # also for bytes that are no text
        return f"<pre>{escape(str(error))}</pre>"
