import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from docutils.nodes import make_id
from helpers import CHAPTERS
from ledgers import edit, good_rows

from nonlocality.book.claims import VERDICTS
from nonlocality.book.formulas import with_formulas
from nonlocality.book.ledger import check, find_circle, printed_table, read_ledger, verdict_of
from nonlocality.book.records import record

BOOK = Path(__file__).parents[2] / "book"


def anchors(text):
    """Places in a chapter that one can link to: headings and labels."""
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    labels = re.findall(r"^\(([\w-]+)\)=$|^:name: ([\w-]+)$", text, re.M)
    return {make_id(re.sub(r"[`$\\]", "", head)) for head in heads} | {a or b for a, b in labels}


def test_the_books_ledger_is_complete():
    claims = read_ledger(BOOK / "claims.toml")
    papers = Counter(key.split("-")[0] for key in claims)
    assert papers.keys() >= {"ML", "MN", "LR", "PS", "CR"}
    for paper, count in papers.items():
        numbers = {key for key in claims if key.startswith(paper)}
        assert numbers == {f"{paper}-{k + 1:02d}" for k in range(count)}
    for key, claim in claims.items():
        assert claim.id == key
        assert claim.paper
        assert claim.chapter
        assert claim.where.strip()
        assert claim.statement.strip()
        assert claim.verdict in VERDICTS
        for words in (claim.short, claim.printed_as, claim.second_route, claim.tried):
            with_formulas(words)
        for _, line in claim.lines:
            with_formulas(line.says)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_claim_and_every_proof_links_to_a_place_in_its_chapter(root, chapter):
    text = (root / "notebooks" / f"{chapter}.md").read_text(encoding="utf-8")
    places = anchors(text)
    for key, claim in read_ledger(BOOK / "claims.toml").items():
        links = {claim.link, *(line.proof for _, line in claim.lines)} - {""}
        for link in links if claim.chapter == chapter else ():
            page, _, place = link.rpartition("#")
            if page:
                elsewhere = (root / "notebooks" / page).read_text(encoding="utf-8")
                assert place in anchors(elsewhere), key
            else:
                assert place in places, f"{key}: no section or label {place!r} in {chapter}"


def test_certificates_of_claims_are_there():
    for key, claim in read_ledger(BOOK / "claims.toml").items():
        for name in claim.certificate:
            assert (BOOK.parent / "certificates" / name).is_file(), (key, name)


def test_ledger_is_read_in_its_order(ledger):
    assert list(ledger) == [f"AB-0{k}" for k in range(1, 6)]
    assert ledger["AB-04"].verdict == "to do"
    third = ledger["AB-03"]
    assert (third.paper, third.chapter) == ("A paper", "a-chapter")
    assert third.printed == {"first": 1, "second": "4/2"}
    assert [about for about, _ in third.lines] == ["printed", "printed", "holds"]
    assert third.what_holds == "something <else>"
    assert ledger["AB-02"].tolerance == Fraction(1, 4)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[claims.AB-04]", "[claims.AB-4]", "AB-4: the `id` must be two letters and two digits"),
        ("[claims.AB-04]", "[claims.'AB-04\"><script>']", "the `id` must be two letters and two"),
        ("[claims.AB-04]", "[claims.'AB-04\\n']", "the `id` must be two letters and two digits"),
        (
            '"a-chapter"',
            '"../../etc"',
            "AB-01: the `chapter` must be a page's name, not '../../etc'",
        ),
        ('where = "(4)"', 'where = " "', "AB-04: `where` must say something"),
        ("tolerance = 0.25", "tolerance = inf", "AB-02: `tolerance` must be a finite number"),
        ("tolerance = 0.25", "tolerance = nan", "AB-02: `tolerance` must be a finite number"),
        ("tolerance = 0.25", "tolerance = -0.25", "AB-02: `tolerance` must be a finite number"),
        ("tolerance = 0.25", 'tolerance = "0.25"', "AB-02: `tolerance` must be a finite number"),
        ("tolerance = 0.25", "tolerance = true", "AB-02: `tolerance` must be a finite number"),
        ("half = 0.5", "half = inf", "AB-02: `printed` must hold finite numbers or closed forms"),
        ("half = 0.5", "half = true", "AB-02: `printed` must hold finite numbers or closed forms"),
        ("printed = { half = 0.5 }", "printed = true", "AB-02: `printed` must be words, or"),
        ("printed = { half = 0.5 }", "printed = [0.5]", "AB-02: `printed` must be words, or"),
        ("[claims.AB-02]", "[claims.AB-01]", "claims.toml: Cannot declare"),
        ("[papers.AB]", "[paper.AB]", r"claims.toml: there must be a table \[papers\]"),
        ('title = "A paper"', "", "claims.toml: the paper AB must have a title and a chapter"),
        ("[claims.AB-04]", "[claims]\nAB-07 = 5\n[claims.AB-04]", "AB-07: a claim must be a tab"),
        ("[claims.AB-04]", "[claims.CD-04]", r"CD-04: its letters must name one of \['AB'\]"),
        ('"reproduced"', '"true"', r"AB-01: `verdict` must be one of .*, not 'true'"),
        ("tolerance = 0.25", "", "AB-02: `printed` numbers need a `tolerance` and its `reason`"),
        ('reason = "read off"', "", "AB-03: `printed` numbers need a `tolerance` and its `reason`"),
        ("[[claims.AB-03.holds]]", "[[claims.AB-03.prints]]", "AB-03: a corrected claim must say"),
        ('"reproduced"', '"extended"', "AB-01: a extended claim must say in `holds` what does"),
        ('short = "one', f'short = "{"x" * 90}', "AB-02: `short` must have 1 to 90 .* has 97"),
        ('"enumeration"', '"faith"', "AB-01: `argument` must be one of proof, .* is 'faith'"),
        ('link = "a-section"', "", "AB-01: `link` must name the section"),
        ("[[claims.AB-01.prints]]", "[[claims.AB-01.holds]]", "AB-01: words are printed, so"),
        ('second_route = "a sum by hand"', "", "AB-03: a corrected claim must say in `second_ro"),
        ('tried = "ten starts"', "", "AB-05: `tried` must be given exactly for a claim that is"),
        ('rests_on = ["AB-01"', 'rests_on = ["AB-09"', "AB-03: `rests_on` names AB-09, which is"),
        ("a theorem of <others>", "AB-03", "`rests_on` goes round, AB-01 → AB-03 → AB-01"),
        ("equals = 2", "", "AB-01, prints 1: the line must compare `cases` by one of equals"),
        ('says = "all', 'words = "all', "AB-01, prints 1: the line got an unexpected keyword"),
        ("above = -1", "above = -1\ntolerance = 1", "AB-03, holds 1: the line must have a `tolera"),
    ],
)
def test_ledger_refuses_an_entry_that_says_too_little(ledger, old, new, message):
    path = Path("../book/claims.toml")
    edit(path, old, new)
    with pytest.raises(ValueError, match=message):
        read_ledger(path)


@pytest.mark.parametrize(
    ("agrees", "holds", "verdict"),
    [
        (True, None, "reproduced"),
        (True, True, "extended"),
        (True, False, "failed"),
        (False, None, "failed"),
        (False, True, "corrected"),
        (False, False, "failed"),
    ],
)
def test_verdict_of_two_findings(agrees, holds, verdict):
    assert verdict_of(agrees=agrees, holds=holds) == verdict


@pytest.mark.parametrize(
    ("agrees", "holds", "verdict"),
    [
        (True, None, "reproduced"),
        (True, True, "extended"),
        (False, None, "not reproduced"),
        (False, True, "not reproduced"),
        (False, False, "failed"),
    ],
)
def test_what_was_tried_in_vain_is_not_called_wrong(agrees, holds, verdict):
    assert verdict_of(agrees=agrees, holds=holds, tried=True) == verdict


def test_check_has_nothing_to_say_when_all_is_well(ledger):
    assert check(ledger, good_rows()) == []
    assert check({"AB-04": ledger["AB-04"]}, iter([])) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda rows: rows + rows[:1], "AB-01 must be recorded once, but is recorded 2 times."),
        (lambda rows: rows[1:], "AB-01 must be recorded once, but is recorded 0 times."),
        (
            lambda rows: [*rows[:2], {**rows[2], "verdict": "failed", "lines": []}, *rows[3:]],
            "AB-03: the ledger says corrected, the computation says failed.",
        ),
        (
            lambda rows: [*rows, {"id": "AB-77", "verdict": "reproduced"}],
            "AB-77 is recorded but not in the ledger.",
        ),
        (
            lambda rows: [*rows, {"id": "AB-04", "verdict": "reproduced"}],
            "AB-04 is recorded, but the ledger still says to do.",
        ),
    ],
)
def test_check_finds_the_one_problem(ledger, change, problem):
    assert check(ledger, change(good_rows())) == [problem]


def test_check_names_the_line_that_fails_with_its_numbers(ledger):
    rows = good_rows()
    rows[0] = record("AB-01", {"cases": 3}).row
    assert check(ledger, rows) == [
        "AB-01: the ledger says reproduced, the computation says failed.",
        "AB-01, line 1 (all $n<3$ cases & more): cases is 3, wanted = 2.",
    ]


@pytest.mark.parametrize(
    ("arrows", "circle"),
    [
        ({}, []),
        ({"a": ["b", "c"], "b": ["c"], "c": ["words"]}, []),
        ({"a": ["a"]}, ["a", "a"]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["b", "c", "b"]),
    ],
)
def test_circles_are_found(arrows, circle):
    assert find_circle(arrows) == circle


def test_printed_tables_are_read_from_the_book(ledger):
    assert printed_table("ab-table") == (["n", "v"], [[1, Fraction(1, 2)], [2, -1]])
    with pytest.raises(FileNotFoundError):
        printed_table("nothing")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n,v\n1,0.5\n2\n", "ab-table.csv, line 3: 2 cells are needed, not 1"),
        ("n\n1,0.5\n", "ab-table.csv, line 2: 1 cells are needed, not 2"),
        ("n,v\n1,half\n", "ab-table.csv, line 2: a cell is no number"),
        ("n,v\n1,\n", "ab-table.csv, line 2: a cell is no number"),
        ("n,v\n1,1/0\n", "ab-table.csv, line 2: a cell is no number"),
    ],
)
def test_a_printed_table_with_a_cell_missing_is_refused_by_file_and_line(ledger, text, message):
    Path("../book/printed/ab-table.csv").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=message):
        printed_table("ab-table")


def test_a_ledger_may_begin_with_the_mark_that_editors_put_there(ledger):
    path = Path("../book/claims.toml")
    text = path.read_text("utf-8")
    path.write_text(text, "utf-8-sig")
    assert list(read_ledger(path)) == list(ledger)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"claims\.toml: "):
        read_ledger(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [('where = "(1)"\n', ""), ('statement = "words', 'another = "words')],
)
def test_an_entry_that_lacks_a_field_or_has_another_is_refused(ledger, tmp_path, old, new):
    path = tmp_path / "book" / "claims.toml"
    edit(path, old, new)
    with pytest.raises(ValueError, match="AB-01: the entry "):
        read_ledger(path)
