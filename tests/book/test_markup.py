"""Whatever a writer, a ledger or a table of data says, on a page it is text, never markup."""

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from nonlocality.book import boxes, front, result_pages
from nonlocality.book.figures import Dataset, show, subplots, table
from nonlocality.book.ledger import read_ledger
from nonlocality.book.lists import Covered, Question, Slip
from nonlocality.book.records import record
from nonlocality.book.sliders import Slider, explore
from nonlocality.experiments.counting import Counts
from nonlocality.experiments.reporting import report

EVIL = '</p></script><script>window.X=1</script><img src=x onerror="window.X=1"> \'a\' & "b" <b>'
EVILS = {
    "tags": EVIL,
    "attribute": '" onclick="window.X=1" x="',
    "quote": "' onclick='window.X=1' x='",
    "comment": "--><svg onload=window.X=1><!--",
    "in a formula": "$a<script>window.X=1</script>$",
}
TOML = """
[papers.AB]
title = {evil}
chapter = "a-chapter"

[claims.AB-01]
where = {evil}
short = {short}
statement = {evil}
printed = {evil}
printed_as = {evil}
verdict = "corrected"
argument = "numerics"
link = {evil}
second_route = {evil}
rests_on = [{evil}]
generalises = {evil}
labels = {{ cases = {evil} }}

[[claims.AB-01.prints]]
says = {evil}
quantity = "cases"
equals = {evil}

[[claims.AB-01.holds]]
says = {evil}
quantity = "number"
above = 0.5
tolerance = 0.1
reason = {evil}

[claims.AB-02]
where = {evil}
short = {short}
statement = {evil}
printed = {{ half = 0.5 }}
tolerance = 0.1
reason = {evil}
verdict = "reproduced"
argument = "numerics"
link = {evil}
labels = {{ half = {evil} }}

[claims.AB-03]
where = {evil}
short = {short}
statement = {evil}
printed = {evil}
verdict = "not reproduced"
argument = "simulation"
link = {evil}
tried = {evil}

[[claims.AB-03.prints]]
says = {evil}
quantity = "arrivals"
at_least = 1
"""


class Reader(HTMLParser):
    """Collects what would run or load, and the texts."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.inside, self.text = [], None, []

    def handle_starttag(self, tag, attrs):
        self.inside = dict(attrs).get("type", "script") if tag == "script" else None
        names = [name for name, _ in attrs if name.startswith("on")]
        if names or (tag == "img" and dict(attrs).get("src") == "x"):
            self.found.append((tag, attrs))

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        self.text.append(data)
        if self.inside == "script" and "window.X" in data:
            self.found.append(("script", data))


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def harmless(page):
    assert read(page).found == []


@pytest.fixture(params=EVILS.values(), ids=EVILS)
def evil(request):
    return request.param


@pytest.fixture
def folder(tmp_path, monkeypatch, evil):
    monkeypatch.delenv("NONLOCALITY_BOOK", raising=False)
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks").mkdir()
    quoted = '"' + evil.replace("\\", "\\\\").replace('"', '\\"') + '"'
    short = '"' + evil[:90].replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = TOML.format(evil=quoted, short=short)
    (tmp_path / "book" / "claims.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


@pytest.fixture
def rows(folder, evil):
    one = record("AB-01", {"cases": "other", "number": 1.0})
    assert one.verdict == "corrected"
    return [
        one.row,
        record("AB-02", {"half": 0.5}).row,
        record("AB-03", {"arrivals": 0}).row,
    ]


def test_the_test_sees_what_would_run(evil):
    if "script>" in evil or "onload" in evil:
        assert read(f"<p>{evil}</p>").found
    else:
        assert read(f'<p id="{evil}">').found or read(f"<p id='{evil}'>").found


def test_texts_of_the_ledger_in_boxes_and_lists(rows, evil):
    chapters = {
        key: claim.chapter for key, claim in read_ledger(Path("../book/claims.toml")).items()
    }
    for row in rows:
        page = boxes.box(row, chapters)
        harmless(page)
        failed = {**row, "lines": [{**line, "met": False, "found": evil} for line in row["lines"]]}
        harmless(boxes.box(failed, chapters))
        harmless(boxes.box({**row, "certificate_files": [f"{evil}.json"]}, chapters))
    for text in (
        boxes.claims_rows(rows, lambda row: f"#claim-{row['id']}"),
        result_pages.score(rows),
        result_pages.claims_filter(rows),
        *(
            result_pages.claims_of(rows, v, str)
            for v in ("corrected", "reproduced", "not reproduced")
        ),
        front._card(1, front.Card("a-chapter", evil, evil, None, evil, evil), rows),
    ):
        harmless(text)
    assert any(evil[:20].strip("$") in text for text in read(boxes.box(rows[2], chapters)).text)


def test_slips_questions_and_coverage(folder, evil):
    slips = [
        Slip("AB", evil, evil, evil, evil, evil, claim="AB-01", matters=evil, authors_told=evil),
        Slip("AB", evil, evil, evil, evil, evil, link="notebooks/x.md#here"),
    ]
    harmless(result_pages.slips_list(slips, str, str))
    harmless(
        result_pages.questions_list([Question("AB", evil, evil, evil, "open", ("AB-01",))], str)
    )
    harmless(result_pages.coverage_table([Covered(evil, evil), Covered(evil, evil, gap=evil)], str))


def test_pictures_tables_and_their_captions(evil):
    figure, axes = subplots()
    axes.plot([1, 2])
    axes.set_title(evil.replace("$", ""))
    data = Dataset("numbers", {evil: [1], "words": [evil]})
    page = show(figure, alt=evil, caption=evil, data=data)
    harmless(page.html)
    harmless(table([evil, "b"], [[evil, 1]], caption=evil, data=data).html)
    with pytest.raises(ValueError, match="`name` must be"):
        Dataset(evil, {"a": [1]})


def test_explorers_live_and_in_the_book(evil, monkeypatch):
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")

    def render(*, turn):
        figure, axes = subplots()
        axes.plot([0, turn])
        axes.set_title(evil.replace("$", ""))
        return figure, evil

    slider = Slider(evil, np.arange(2), 0)
    page = explore(render, name="one", alt=evil, guess=(evil, evil), turn=slider)
    harmless(page.html)
    with pytest.raises(ValueError, match="`name` must be"):
        explore(render, name=evil, alt="x", turn=slider)


def test_the_report_on_somebodys_counts(evil):
    labels = {"a": (evil, "1"), "b": ("0", "1"), "x": (evil, "1"), "y": ("0", "1")}
    rng = np.random.default_rng(1)
    counts = Counts(rng.integers(100, 200, size=(2, 2, 2, 2)), labels)
    page = report(counts).to_html()
    own = read(page.replace(evil, ""))
    assert read(page).found == own.found
