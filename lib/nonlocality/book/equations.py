"""Numbers of equations: those of a chapter begin with its letters, and anew at 1.

So (ML.3) is an equation of the book, in the chapter on macroscopic locality, whatever page
refers to it, and no equation of a paper: those are written "the paper's eq. 3".
"""

from docutils import nodes
from sphinx.application import Sphinx

LETTERS = {
    "notebooks/primer": "P",
    "notebooks/causal-relaxations": "CR",
    "notebooks/macroscopic-locality": "ML",
    "notebooks/postquantum-steering": "PS",
    "notebooks/macroscopic-nonlocality": "MN",
    "notebooks/local-realism": "LR",
    "notebooks/experiments": "EX",
}
"""A chapter's letters, as in the ids of its claims."""


def number_equations(app: Sphinx, doctree: nodes.document) -> None:
    """When a page is read: number its labelled equations, for itself and for who refers to them."""
    docname = app.env.docname
    known = app.env.get_domain("math").equations
    labelled = [node for node in doctree.findall(nodes.math_block) if node.get("label")]
    for count, node in enumerate(labelled, 1):
        letters = LETTERS.get(docname)
        node["number"] = f"{letters}.{count}" if letters else str(count)
        known[node["label"]] = (docname, node["number"])
