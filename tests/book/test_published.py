"""The files for machines: their head, their URLs, and the form that is written down."""

import hashlib
import json
import subprocess
from datetime import datetime

import jsonschema
import pytest
from ledgers import good_rows

from nonlocality.book.ledger import read_ledger
from nonlocality.book.lists import Slip
from nonlocality.book.published import errata_entries, head, with_urls
from nonlocality.book.records import full_rows


@pytest.fixture
def schema(root):
    found = json.loads((root / "book" / "claims.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def published(root, rows):
    return {**head(root), "claims": with_urls(rows)}


def test_the_books_ledger_and_recorded_claims_have_the_form_that_is_written_down(
    root, ledger, schema
):
    claims = read_ledger(root / "book" / "claims.toml")
    jsonschema.validate(published(root, full_rows(claims, [])), schema)
    jsonschema.validate(published(root, full_rows(ledger, good_rows())), schema)


@pytest.mark.parametrize(
    ("key", "value"),
    [("verdict", "true"), ("id", "AB1"), ("certificate", "sure"), ("tolerance", -1), ("lines", {})],
)
def test_another_form_is_refused(root, ledger, schema, key, value):
    rows = [{**row, key: value} for row in good_rows()]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(published(root, rows), schema)


def test_the_head_says_which_book_it_is(root):
    found = head(root)
    lock = (root / "requirements.lock").read_bytes()
    assert found["book"]["lock_sha256"] == hashlib.sha256(lock).hexdigest()
    assert found["book"]["licence"] == "MIT AND CC-BY-4.0"
    prefixes = [paper["prefix"] for paper in found["papers"]]
    assert prefixes[:5] == ["CR", "ML", "PS", "MN", "LR"]
    assert all(("doi" in paper) != ("arxiv" in paper) for paper in found["papers"][:5])
    if found["book"]["commit"]:
        assert datetime.fromisoformat(found["book"]["date"]).tzinfo


def test_the_head_knows_no_commit_outside_a_repository(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1"\nlicense = "MIT"\n')
    (tmp_path / "book" / "claims.toml").write_text('[papers.AB]\ntitle = "T"\nchapter = "c"\n')
    (tmp_path / "requirements.lock").write_text("")
    found = head(tmp_path, address="https://example.org/")["book"]
    assert (found["commit"], found["date"], found["changed_since_commit"]) == (None, None, False)
    assert found["address"] == "https://example.org/"
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], check=True)
    found = head(tmp_path)["book"]
    assert len(found["commit"]) == 40
    assert found["changed_since_commit"] is False
    (tmp_path / "requirements.lock").write_text("changed")
    assert head(tmp_path)["book"]["changed_since_commit"] is True


def test_a_claim_has_the_url_of_its_box_and_a_slip_that_of_its_claim(ledger):
    rows = with_urls(good_rows(), address="https://example.org/")
    url = "https://example.org/notebooks/a-chapter.html#claim-AB-01"
    assert rows[0]["url"] == url
    slips = [
        Slip("AB", "(1)", "a", "b", "c", "d", claim="AB-01"),
        Slip("AB", "(2)", "a", "b", "c", "d", link="notebooks/x.md#here"),
    ]
    found = errata_entries(slips, rows)
    assert [each["url"] for each in found] == [url, "notebooks/x.html#here"]
    assert found[0]["authors_told"] == "not contacted"
