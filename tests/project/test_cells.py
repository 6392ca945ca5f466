"""Cells of the chapters: what stands open is short, what records brings quantities alone."""

import ast
import re

import jupytext
import pytest
from helpers import CHAPTERS

LINES, COLUMNS = 8, 88
FOLDED = {"hide-input", "remove-input", "hide-cell", "remove-cell"}
LONGER = {
    # (chapter, beginning of the cell): why it stands open all the same
}


def code_cells(root, chapter):
    notebook = jupytext.read(root / "notebooks" / f"{chapter}.md")
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_open(cell):
    return not FOLDED & set(cell.metadata.get("tags", ()))


def too_long(source):
    lines = source.splitlines()
    return len(lines) > LINES or max(map(len, lines)) > COLUMNS


def records_of(source):
    """The calls of records.record in a cell."""
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "records.record"
    ]


def conditions(call):
    """Comparisons in a call, but for those that only pick entries of a list."""
    picking = {
        id(part)
        for node in ast.walk(call)
        if isinstance(node, ast.comprehension)
        for test in node.ifs
        for part in ast.walk(test)
    }
    found = [n for n in ast.walk(call) if isinstance(n, ast.Compare | ast.BoolOp)]
    return [ast.unparse(node) for node in found if id(node) not in picking]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_open_cell_is_long_or_wide(root, chapter):
    excused = [beginning for name, beginning in LONGER if name == chapter]
    long = [
        cell.source.splitlines()[0]
        for cell in code_cells(root, chapter)
        if is_open(cell) and too_long(cell.source)
    ]
    assert [head for head in long if head not in excused] == []
    assert set(excused) <= set(long), "an excuse that nothing needs"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_cell_that_records_is_folded_under_its_name_and_holds_no_condition(root, chapter):
    for cell in code_cells(root, chapter):
        for call in records_of(cell.source):
            claim_id = call.args[0].value
            label = cell.metadata.get("mystnb", {}).get("code_prompt_show", "")
            assert not is_open(cell), claim_id
            assert claim_id in label, f"{claim_id}: its fold is called {label!r}"
            assert not conditions(call), f"{claim_id}: a condition stands in the cell"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_table_of_claims_is_an_ordinary_cell(root, chapter):
    text = (root / "notebooks" / f"{chapter}.md").read_text(encoding="utf-8")
    assert "```{ledger}" not in text
    if "records.record(" in text:
        assert re.search(r"^records\.claims_table\(", text, re.M)


def test_the_rules_notice_what_they_forbid():
    assert too_long("x = 1\n" * 9)
    assert too_long("x" * 89)
    assert not too_long("x = 1\n" * 8)
    call = records_of('records.record("AB-01", {"a": x < 1, "b": [v for v in w if v > 2]})')[0]
    assert conditions(call) == ["x < 1"]
