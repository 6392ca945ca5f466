"""The chapters as executed by the build: whole, in order, without a word on stderr."""

import csv
import json

import jsonschema
import jupytext
import pytest
from helpers import CHAPTERS
from mutations import idle_quantities, lax_lines

from nonlocality.book.ledger import check, read_ledger
from nonlocality.book.records import CLAIM_KEY

WORDS = {
    "bc", "box", "channel", "class", "experiment", "family", "inequality", "level", "name",
    "principle", "quantity", "rule", "schmidt", "sizes", "tie_rule", "yz",
}  # fmt: skip
"""Columns of words; all others hold numbers."""
EMPTY = {"s_q_upper", "c_a_to_b"}
"""Columns that may be empty where nothing is known."""
DATA_COLUMNS = {
    "cr-table1": ["row"] + [f"p_{xy}_{ab}" for xy in ("00", "01", "10", "11")
                            for ab in ("00", "01", "10", "11")],
    "cr-influence": ["chsh", "c_x_to_b", "c_a_to_b"],
    "cr-fig2": ["i3322", "c_full", "c_value_only"],
    "cr-cglmp": ["d", "i_d_max", "m", "mi_bound_pinsker", "mi_exact"],
    "cr-fig3": ["d", "v", "mi_lp", "mi_exact"],
    "cr-fig4": ["v", "nu", "m_bl"],
    "cr-fig5": ["v", "m_bl_min", "b"],
    "cr-tradeoff": ["visibility", "m", "c_x_to_b"],
    "cr-hall": ["d", "i_d", "m_hall"],
    "cr-singlet": ["phi", "bits"],
    "cr-states": ["d", "schmidt", "bits"],
    "cr-outcome": ["i3322", "c_a_to_b"],
    "cr-ghz": ["n", "bits"],
    "cr-information": ["d", "v", "bits"],
    "cr-inputs": ["p_x0", "p_y0", "m", "bits"],
    "ml-clt": ["visibility", "margin_sampled", "margin_exact"],
    "ml-fig4": ["d", "s_q1", "s_q", "gap", "s_q_upper", "s_q_formula"],
    "ml-three": ["box", "margin_pairs", "margin_conditional"],
    "ml-resolution": ["visibility", "s2"],
    "ml-distil": ["family", "s", "s_two_copies"],
    "ml-principles": ["principle", "s"],
    "ml-joint": ["n", "distance"],
    "ps-table1": ["bc", "yz", "p", "bloch_x", "bloch_z"],
    "ps-values": ["name", "value"],
    "ps-search": ["seed", "class", "white_noise_robustness", "steps"],
    "ps-ladder": ["level", "value", "lower"],
    "mn-dicke": ["n", "k", "theta", "tv_distance"],
    "mn-finite-n": ["n", "tie_rule", "chsh"],
    "mn-dimension": ["d", "diagonal_sign", "general_sign", "best_found"],
    "mn-loss": ["p", "chsh_finite_n", "chsh_limit", "chsh_printed_formula"],
    "mn-thresholds": ["quantity", "value"],
    "mn-parties": ["parties", "levels", "ratio"],
    "mn-noise": ["n", "noise", "chsh", "bound"],
    "mn-commutator": ["n", "k", "angle", "imaginary_part"],
    "mn-channels": ["channel", "strength", "s2", "phi"],
    "mn-reading": ["polar", "p", "s2"],
    "mn-binned-loss": ["p", "chsh"],
    "mn-binned-finite": ["n", "p", "chsh"],
    "mn-pairs": ["n", "rule", "chsh"],
    "ex-experiments": ["experiment", "trials", "s_raw", "s_raw_error", "j_raw", "j_raw_error",
                       "c_ml", "c_lower", "c_upper", "g2_signalling", "p_signalling", "llr_bits",
                       "information_bits", "message_bits"],
    "lr-worst-case": ["n_a", "n_b", "l_max"],
    "lr-regions": ["regions", "sizes", "l_max"],
    "lr-tightness": ["settings", "i3322_max"],
    "lr-visibility": ["n_a", "n_b", "v_max", "bound"],
    "lr-trees": ["k", "binary", "folded", "formula"],
    "lr-no-signalling": ["inequality", "value"],
    "lr-bodies": ["n_a", "n_b", "body", "chsh"],
    "lr-thermal": ["n_a", "n_b", "temperature", "v"],
    "lr-recorded": ["n_a", "n_b", "chsh"],
    "lr-weights": ["weight", "l_max"],
}  # fmt: skip


@pytest.fixture(params=CHAPTERS)
def executed(request, root, book):
    path = root / "_build" / "jupyter_execute" / "notebooks" / f"{request.param}.ipynb"
    return request.param, json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_every_chapter_in_the_folder_is_tested(root):
    assert [path.stem for path in sorted((root / "notebooks").glob("*.md"))] == CHAPTERS


def test_every_cell_ran_in_order_and_without_errors(executed):
    _, cells = executed
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]


def test_the_executed_notebook_is_the_chapter(executed, root):
    name, cells = executed
    source = jupytext.read(root / "notebooks" / f"{name}.md")
    written = [cell.source for cell in source.cells if cell.cell_type == "code"]
    assert ["".join(c["source"]) for c in cells if c["cell_type"] == "code"] == written


def test_the_ledger_agrees_with_what_was_computed(root, book):
    rows = json.loads((book / "data" / "claims.json").read_text(encoding="utf-8"))["claims"]
    ledger = read_ledger(root / "book" / "claims.toml")
    assert [row["id"] for row in rows] == list(ledger)
    recorded = [row for row in rows if row["verdict"] != "to do"]
    assert check(ledger, recorded) == []


def test_a_change_of_any_quantity_beyond_its_tolerance_changes_the_verdict(executed, root):
    """What was recorded is judged again, with one quantity moved."""
    name, cells = executed
    ledger = read_ledger(root / "book" / "claims.toml")
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    rows = [o["metadata"][CLAIM_KEY] for o in outputs if CLAIM_KEY in o.get("metadata", {})]
    assert {row["id"] for row in rows} == {k for k, c in ledger.items() if c.chapter == name}
    for row in rows:
        claim = ledger[row["id"]]
        if any(line.quantity for _, line in claim.lines):
            assert idle_quantities(claim, row["computed"]) == [], row["id"]
            assert lax_lines(claim, row["computed"]) == [], row["id"]


def test_claims_json_has_the_form_that_is_written_down(root, book):
    schema = json.loads((root / "book" / "claims.schema.json").read_text(encoding="utf-8"))
    published = json.loads((book / "data" / "claims.json").read_text(encoding="utf-8"))
    jsonschema.validate(published, schema)
    for claim in published["claims"]:
        page, _, place = claim["url"].partition("#")
        if claim["verdict"] != "to do":
            assert f'id="{place}"' in (book / page).read_text(encoding="utf-8")


def test_every_claim_leads_to_a_place_where_its_argument_stands(root, book):
    for claim in read_ledger(root / "book" / "claims.toml").values():
        links = {claim.link, *(line.proof for _, line in claim.lines)} - {""}
        for link in links if claim.verdict != "to do" else ():
            page, _, place = link.rpartition("#")
            page = page.removesuffix(".md") or claim.chapter
            text = (book / "notebooks" / f"{page}.html").read_text(encoding="utf-8")
            assert f'id="{place}"' in text, (claim.id, link)


def test_published_rows_have_every_field_that_readers_of_the_file_expect(book):
    rows = json.loads((book / "data" / "claims.json").read_text(encoding="utf-8"))["claims"]
    fields = ["id", "paper", "where", "statement", "printed", "computed", "tolerance",
              "verdict", "certificate", "chapter"]  # fmt: skip
    for row in rows:
        assert list(row)[: len(fields)] == fields
        if row["verdict"] != "to do":
            assert row["certificate"] in ("exact", "two-sided", "numeric")


def test_data_files_have_their_columns_and_full_precision(book):
    files = {path.stem: path.read_text().splitlines() for path in (book / "data").glob("*.csv")}
    assert {name: lines[0].split(",") for name, lines in files.items()} == DATA_COLUMNS
    for name, lines in files.items():
        assert len(lines) > 1
        for row in csv.reader(lines[1:]):
            for column, cell in zip(DATA_COLUMNS[name], row, strict=True):
                if column in WORDS:
                    assert cell
                elif cell or column not in EMPTY:
                    assert repr(float(cell)) == cell or str(int(cell)) == cell


def test_saving_a_chapter_in_a_notebook_editor_changes_nothing(root):
    for name in CHAPTERS:
        text = (root / "notebooks" / f"{name}.md").read_text(encoding="utf-8")
        assert jupytext.writes(jupytext.reads(text, "md:myst"), "md:myst") == text


def test_chapters_are_kept_without_outputs(root):
    for name in CHAPTERS:
        assert (root / "notebooks" / f"{name}.md").read_text().startswith("---\njupytext:")
    assert not list((root / "notebooks").glob("*.ipynb"))
