"""What a link to a page shows elsewhere, a description and a picture; and the theme's buttons.

Buttons that lead to the sources or start a page on Binder are there as soon as ``_config.yml``
says where the sources are (``repository: url:``), and not before.
"""

import html
from pathlib import Path

from docutils import nodes
from matplotlib.figure import Figure
from sphinx.application import Sphinx
from sphinx.config import Config

from nonlocality.book.front import CARDS, SETS, map_data

ABOUT = (
    "Five papers on the edge of quantum theory, with every number recomputed, set beside the "
    "printed one, and proved where it can be."
)
PREVIEW = "_static/preview.png"
"""The picture that a link shows, seen from the book's root."""

LONGEST = 200
"""Characters of a description."""

_FILLS = dict(zip(SETS, ("#fdf3dc", "#f4e3ee", "#d9ecfa", "#d5efe6"), strict=True))
_LINES = dict(zip(SETS, ("#8f6200", "#99397a", "#00619c", "#006b4e"), strict=True))


def describe(docname: str, doctree: nodes.document) -> str:
    """A page in one or two sentences: its card's, or its first paragraph without formulas.

    At most :data:`LONGEST` characters, cut between words.
    """
    if docname == "index":
        return ABOUT
    for card in CARDS:
        if docname == f"notebooks/{card.chapter}":
            return f"{card.question} {card.answer}"
    for paragraph in doctree.findall(nodes.paragraph):
        words = " ".join(paragraph.astext().split())
        formula = paragraph.next_node(nodes.math) or paragraph.next_node(nodes.raw)
        if len(words) < 30 or formula is not None:
            continue
        if len(words) <= LONGEST:
            return words
        return words[: LONGEST - 1].rpartition(" ")[0].rstrip(",;:") + "…"
    return ABOUT


def meta_tags(title: str, description: str, *, picture: str, address: str = "") -> str:
    """The tags for search engines and for what shows a link as a card.

    picture: address of the preview. address: of the page, or "" while the book has none.

    >>> meta_tags("A & B", "Two letters.", picture="p.png").splitlines()[0]
    '<meta name="description" content="Two letters.">'
    """
    tags = [("name", "description", description), ("property", "og:title", title)]
    tags += [("property", "og:description", description), ("property", "og:type", "article")]
    tags += [("property", "og:image", picture), ("name", "twitter:card", "summary_large_image")]
    if address:
        tags.append(("property", "og:url", address))
    return "\n".join(
        f'<meta {kind}="{name}" content="{html.escape(content)}">' for kind, name, content in tags
    )


def describe_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """When a page is written: its description and picture, for who links to it."""
    if doctree is None or app.builder.format != "html":
        return
    base = app.config.html_baseurl
    root = base or "../" * pagename.count("/")
    title = nodes.Text(context["title"]).astext()
    context["metatags"] += "\n" + meta_tags(
        html.unescape(title),
        describe(pagename, doctree),
        picture=f"{root}{PREVIEW}",
        address=f"{base}{pagename}.html" if base else "",
    )


def preview() -> Figure:
    """The map of the sets beside the book's title, 1200 by 630 points."""
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="white", layout="none")
    axes = figure.add_axes((0.55, 0.03, 0.43, 0.94))
    axes.set_axis_off()
    for name, points in map_data().items():
        if name in SETS:
            axes.fill(*zip(*points, strict=True), fc=_FILLS[name], ec=_LINES[name], lw=2,
                      zorder=SETS.index(name))  # fmt: skip
    figure.text(0.06, 0.72, "Where do quantum\ncorrelations end?", fontsize=40, va="center")
    figure.text(0.06, 0.42, "Nonlocality, Recomputed", fontsize=26, color="#00619c")
    figure.text(0.06, 0.3, "Five papers, every number computed again,\nand set beside the printed "
                "one.", fontsize=20, color="#57606a", va="center")  # fmt: skip
    return figure


def draw_preview(app: Sphinx, exception: Exception | None) -> None:
    """At the end: the picture that links show, where the book has a map to draw."""
    there = (Path(app.srcdir) / "book" / "data" / "map.json").is_file()
    if exception is None and app.builder.format == "html" and there:
        preview().savefig(Path(app.outdir) / PREVIEW, metadata={"Software": None})


def buttons(config: Config) -> None:
    """Turn on what leads to the sources, if there is an address for it."""
    options = config.html_theme_options
    if options.get("repository_url"):
        options["use_repository_button"] = options["use_issues_button"] = True
        options["launch_buttons"] = {
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        }
