"""The files for machines: ``data/claims.json`` and ``data/errata.json``, with a head.

The head says which book, at which commit and with which packages, said so. The form of the
first is written down in ``book/claims.schema.json``.
"""

import hashlib
import subprocess
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from nonlocality.book.lists import Slip

SCHEMA_VERSION = "2.0"
"""Of the form of claims.json: the first number grows when a reader must change."""


def ask_git(root: Path, *command: str) -> str:
    """What git says of a checkout, or "" where there is no repository or no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *command], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def head(root: Path, *, address: str = "") -> dict:
    """Which book it is: version, commit and its date, lock, licence, address, papers.

    root: the checkout. The date is that of the commit, so that the same sources give the same
    file. address: of the book, with a final slash, or "". Commit and date are None outside a
    repository.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    papers = tomllib.loads((root / "book" / "claims.toml").read_text(encoding="utf-8"))["papers"]
    changed = ask_git(root, "status", "--porcelain", "--untracked-files=no")
    return {
        "schema_version": SCHEMA_VERSION,
        "book": {
            "title": "Nonlocality, Recomputed",
            "version": project["version"],
            "commit": ask_git(root, "rev-parse", "HEAD") or None,
            "date": ask_git(root, "show", "--no-patch", "--format=%cI", "HEAD") or None,
            "changed_since_commit": bool(changed),
            "lock_sha256": hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest(),
            "licence": project["license"],
            "address": address or None,
        },
        "papers": [{"prefix": prefix, **paper} for prefix, paper in papers.items()],
    }


def with_urls(rows: Iterable[Mapping], *, address: str = "") -> list[dict]:
    """The claims, each with the URL of its box: relative to the book's root without address.

    >>> with_urls([{"id": "ML-01", "chapter": "macroscopic-locality"}])[0]["url"]
    'notebooks/macroscopic-locality.html#claim-ML-01'
    """
    return [
        {**row, "url": f"{address}notebooks/{row['chapter']}.html#claim-{row['id']}"}
        for row in rows
    ]


def errata_entries(slips: Iterable[Slip], rows: Iterable[Mapping]) -> list[dict]:
    """The slips as errata.json has them, with the URL of the box or page that decides."""
    urls = {row["id"]: row["url"] for row in rows}
    return [
        {**asdict(slip), "url": urls.get(slip.claim) or slip.link.replace(".md", ".html")}
        for slip in slips
    ]
