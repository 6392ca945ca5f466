"""The bibliography is read whole, and holds what the pages cite."""

import re

from pybtex.database.input import bibtex


def test_the_bibliography_has_no_slip_and_every_cited_work(root):
    text = (root / "book" / "references.bib").read_text(encoding="utf-8")
    entries = bibtex.Parser().parse_string(text).entries  # raises for a lost bracket
    assert len(entries) == len(re.findall(r"^@", text, re.M))
    pages = [*root.glob("*.md"), *root.glob("book/**/*.md"), *root.glob("notebooks/*.md")]
    cited = {
        key.strip()
        for page in pages
        for keys in re.findall(r"\{cite:\w+\}`([^`]*)`", page.read_text(encoding="utf-8"))
        for key in keys.split(",")
    }
    assert cited <= set(entries)
