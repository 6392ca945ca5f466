"""What Jupyter Book does not do by itself for this book.

- Chapters are executed side by side and kept (:mod:`nonlocality.book.execution`).
- Records and data travel with the outputs of the executed notebooks, and are taken from there
  alone: ``{ledger}`` tables, ``data/claims.json`` and ``data/*.csv`` agree with the pages
  whatever was cached.
- Terms of the glossary are linked where they are first used (:mod:`nonlocality.book.glossary`).
- Formulas are typeset when the book is built (:mod:`nonlocality.book.formulas`), and pages made
  light (:mod:`nonlocality.book.weight`).
- Pages load what they need (:mod:`nonlocality.book.assets`), and nothing from elsewhere
  (:mod:`nonlocality.book.policy`).
"""

import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from nonlocality.book import glossary, heads, lists, published, result_pages, scaling, timings
from nonlocality.book.assets import lean_pages
from nonlocality.book.boxes import claims_rows
from nonlocality.book.equations import number_equations
from nonlocality.book.execution import (
    chapters,
    dependency_key,
    execute_ahead,
    use_caches_of_chapters,
)
from nonlocality.book.figures import DATA_KEY
from nonlocality.book.formulas import FormulaError, Typesetter, with_numbers
from nonlocality.book.front import front_page
from nonlocality.book.ledger import check, read_ledger
from nonlocality.book.policy import protect
from nonlocality.book.records import CLAIM_KEY, full_rows
from nonlocality.book.weight import light_page

logger = logging.getLogger(__name__)


def configure(app, config):
    """Before anything is read: static files, and that pages are being built."""
    root = Path(app.srcdir)
    static = os.path.relpath(root / "book" / "_static", app.confdir)  # the same in every folder
    config.html_static_path = [*config.html_static_path, static]
    heads.buttons(config)
    os.environ["NONLOCALITY_BOOK"] = "1"


def executed_path(app, docname):
    """Where the executed notebook of a chapter is kept."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"


def outdated(app, env, added, changed, removed):
    """Chapters to read again: something they depend on has changed, or their notebook is gone."""
    return [
        name
        for name in chapters(env)
        if not executed_path(app, name).exists()
        or env.metadata[name].get("key") != dependency_key(Path(app.srcdir), Path(name).name)
    ]


def remember_key(app, doctree):
    """Note with a chapter what it was executed with."""
    name = app.env.docname
    if name in chapters(app.env):
        app.env.metadata[name]["key"] = dependency_key(Path(app.srcdir), Path(name).name)


def twice_on_a_page(notebook):
    """Ids that come more than once in what the cells of a notebook show, such as an explorer's."""
    shown = [
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
    ]
    counts = Counter(re.findall(r"<[^<>]*\sid=\"([^\"]+)\"", " ".join(shown)))
    return sorted(name for name, count in counts.items() if count > 1)


def collect(app, env):
    """After reading: take records and data from the executed notebooks, and check them."""
    app.claim_rows, app.datasets = [], {}
    for name in chapters(env):
        path = executed_path(app, name)
        for twice in twice_on_a_page(json.loads(path.read_text(encoding="utf-8"))):
            logger.warning("the id %s comes twice on the page", twice, location=name)
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                travelling = output.get("metadata", {})
                if CLAIM_KEY in travelling:
                    app.claim_rows.append(travelling[CLAIM_KEY])
                if DATA_KEY in travelling:
                    file = travelling[DATA_KEY]
                    if file["name"] in app.datasets:
                        logger.warning("%s is published twice", file["name"], location=name)
                    app.datasets[file["name"]] = file["csv"]
    app.ledger = read_ledger(Path(app.srcdir) / "book" / "claims.toml")
    for problem in check(app.ledger, app.claim_rows):
        logger.warning("ledger: %s", problem)
    return [name for name in env.found_docs if env.metadata[name].get("ledger")]


def escape_bars(app, what, name, obj, options, lines):
    """In docstrings ``p(ab|xy)`` and ``|B⟩`` are what they look like, not substitutions."""
    for k, line in enumerate(lines):
        if not line.lstrip().startswith(">>>"):
            parts = line.split("``")  # literals are the odd ones
            parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
            lines[k] = "``".join(parts)


def drop_scripts(app, pagename, templatename, context, doctree):
    """No live code and no MathJax in the reader's browser: nothing there needs them."""

    def needed(script):
        name = str(getattr(script, "filename", "") or "")
        body = str(getattr(script, "attributes", {}).get("body") or "")
        return not re.search("thebe|mathjax", f"{name} {body}", re.I)

    context["script_files"] = [script for script in context["script_files"] if needed(script)]


def mend_roles(app, pagename, templatename, context, doctree):
    """Entries of a bibliography are items of a list; numbers from cells are written by hand."""
    if "body" in context:
        body = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
        context["body"] = with_numbers(body)


class FrontNode(nodes.General, nodes.Element):
    """Stands for the front page until all chapters are read."""


class Front(SphinxDirective):
    """``{front}``: the map, the score, a card a chapter."""

    def run(self):
        """Leave a place to be filled in, and remember that this page has one."""
        self.env.metadata[self.env.docname]["ledger"] = True
        return [FrontNode()]


class LedgerNode(nodes.General, nodes.Element):
    """Stands for a table of claims until all chapters are read."""


class Ledger(SphinxDirective):
    """``{ledger} corrected`` and the like: a list of results; ``{ledger} CR``: a paper's claims."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self):
        """Leave a place to be filled in, and remember that this page has one."""
        self.env.metadata[self.env.docname]["ledger"] = True
        return [LedgerNode(which=self.arguments[0] if self.arguments else "")]


def fill_ledgers(app, doctree, docname):
    """Replace each place by its list."""
    for node in list(doctree.findall(FrontNode)):
        rows = full_rows(app.ledger, app.claim_rows)
        files = len(list((Path(app.srcdir) / "certificates").rglob("*.json")))
        node.replace_self(nodes.raw("", front_page(rows, certificates=files), format="html"))
    for node in list(doctree.findall(LedgerNode)):
        made = ledger_list(app, docname, node["which"])
        if not made:
            logger.warning("ledger: no list is called %r", node["which"], location=docname)
        node.replace_self(nodes.raw("", made, format="html"))


def ledger_list(app, docname, which):
    """The HTML of a list: of a verdict, of the slips, or of the claims whose ids begin so."""
    rows = full_rows(app.ledger, app.claim_rows)
    book = Path(app.srcdir) / "book"

    def page(link):
        name, _, anchor = link.partition("#")
        target = app.builder.get_relative_uri(docname, name.removesuffix(".md"))
        return f"{target.partition('#')[0]}#{anchor}"

    def address(claim_id):
        return page(f"notebooks/{app.ledger[claim_id].chapter}#claim-{claim_id}")

    first, _, rest = which.partition(" ")
    match first:
        case "benchmarks":
            return timings.peers_html(Path(app.srcdir))
        case "growth":
            return timings.growth_html(Path(app.srcdir))
        case "scaling":
            return scaling.scaling_html(Path(app.srcdir))
        case "score":
            return result_pages.score(rows)
        case "filter":
            return result_pages.claims_filter(rows)
        case "verdict":
            return result_pages.claims_of(rows, rest, address)
        case "errata":
            slips = lists.read_errata(book / "errata.toml", app.ledger)
            return result_pages.slips_list(slips, address, page)
        case "coverage":
            covered = lists.read_coverage(book / "coverage.toml", app.ledger)
            return result_pages.coverage_table(covered[rest], address)
        case "questions":
            asked = lists.read_questions(book / "open-questions.toml", app.ledger)
            return result_pages.questions_list([q for q in asked if q.asked_by == rest], address)
    found = [row for row in rows if row["id"].startswith(which)]
    return claims_rows(found, lambda row: address(row["id"])) if found else ""


def publish(app, exception):
    """At the end: the data files and the ledger."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "data"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in app.datasets.items():
        (folder / name).write_text(text, encoding="utf-8")
    root, address = Path(app.srcdir), app.config.html_baseurl
    head = published.head(root, address=address)
    claims = published.with_urls(full_rows(app.ledger, app.claim_rows), address=address)
    slips = lists.read_errata(root / "book" / "errata.toml", app.ledger)
    files = {"claims": claims, "errata": published.errata_entries(slips, claims)}
    for name, entries in files.items():
        text = json.dumps({**head, name: entries}, ensure_ascii=False, indent=1, allow_nan=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    # how long each chapter ran when it was last executed, for the benchmark
    runs = {name: NbMetadataCollector.get_exec_data(app.env, name) for name in chapters(app.env)}
    times = json.dumps({name: run["runtime"] for name, run in runs.items() if run})
    Path(app.outdir).with_name("chapter-seconds.json").write_text(times, encoding="utf-8")


def typeset(app, exception):
    """At the end: TeX in the pages becomes SVG and MathML, and what nobody sees goes."""
    if exception or app.builder.format != "html":
        return
    formulas = Typesetter(Path(app.srcdir) / "_build" / "formulas.json")
    wrong = []
    for path in sorted(Path(app.outdir).rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        try:
            made = light_page(formulas.page(text))
        except FormulaError as error:
            wrong.append(f"{path.relative_to(app.outdir)}: {error}")
            continue
        if made != text:
            path.write_text(made, encoding="utf-8")
    formulas.keep()
    if wrong:
        raise ExtensionError("A formula could not be typeset.\n" + "\n".join(wrong))


def unload(app, exception):
    """At the end: scripts, icons and rules of style that no page uses go."""
    if exception is None and app.builder.name == "html":
        lean_pages(Path(app.outdir))


def setup(app):
    """Register with Sphinx."""
    use_caches_of_chapters()
    app.add_node(LedgerNode)
    app.add_directive("ledger", Ledger)
    app.add_node(FrontNode)
    app.add_directive("front", Front)
    app.add_css_file("book.css")
    app.add_js_file("explorer.js", loading_method="defer")
    app.connect("config-inited", configure)
    app.connect("autodoc-process-docstring", escape_bars)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-read", remember_key)
    app.connect("doctree-read", number_equations)
    app.connect("env-before-read-docs", execute_ahead)
    app.connect("env-updated", collect)
    app.connect("env-before-read-docs", glossary.note_read)
    app.connect("env-updated", glossary.rewritten)
    app.connect("doctree-resolved", fill_ledgers)
    app.connect("doctree-resolved", glossary.link_page)
    app.connect("html-page-context", glossary.add_definitions)
    app.connect("html-page-context", heads.describe_page)
    app.connect("html-page-context", mend_roles)
    app.connect("build-finished", heads.draw_preview)
    app.connect("html-page-context", drop_scripts, priority=900)
    app.connect("build-finished", publish)
    app.connect("build-finished", typeset)
    app.connect("build-finished", unload, priority=850)
    app.connect("build-finished", protect, priority=900)  # when no page changes any more
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
