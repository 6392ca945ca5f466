"""A checkout with a small ledger."""

import pytest
from ledgers import LEDGER

from nonlocality.book.ledger import read_ledger


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """A checkout with a small ledger, entered at a folder inside it."""
    monkeypatch.delenv("NONLOCALITY_BOOK", raising=False)
    (tmp_path / "book" / "printed").mkdir(parents=True)
    (tmp_path / "book" / "claims.toml").write_text(LEDGER, encoding="utf-8")
    (tmp_path / "book" / "printed" / "ab-table.csv").write_text("n,v\n1,0.5\n2,-1\n", "utf-8")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    return read_ledger(tmp_path / "book" / "claims.toml")
