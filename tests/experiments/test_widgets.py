import json
import re

import numpy as np
import pytest
import quickjs

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.estimation import excess_form, maximum_likelihood
from nonlocality.experiments.judging import log_likelihood_ratio
from nonlocality.experiments.pricing import costs_of_excess
from nonlocality.experiments.reporting import report
from nonlocality.experiments.signals import signalling
from nonlocality.experiments.widgets import answer, counts_form, reports_chooser, script, upload


@pytest.fixture(scope="module")
def analyse():
    """The script's `analyse`, in an interpreter without a browser."""
    context = quickjs.Context()
    context.eval(script())

    def call(table):
        numbers = json.dumps([int(k) for k in np.ravel(table)])
        return json.loads(context.eval(f"JSON.stringify(nonlocalityCounts.analyse({numbers}))"))

    return call


def agree(found, counts):
    """The script's numbers are the library's."""
    fit = maximum_likelihood(counts)
    form, c = excess_form(fit.behaviour)
    assert (found["form"], found["c"]) == (form, pytest.approx(c, rel=1e-9, abs=1e-11))
    assert found["g2"] == pytest.approx(fit.deviance, rel=1e-6, abs=1e-7)
    assert found["p"] == pytest.approx(signalling(counts).p, rel=1e-6)
    assert found["bits"] == pytest.approx(log_likelihood_ratio(counts), rel=1e-6, abs=1e-7)
    for key, value in costs_of_excess(c).items():
        assert found[key] == pytest.approx(value, rel=1e-8, abs=1e-10)


def test_the_script_agrees_with_the_library_on_the_experiments(analyse, published):
    for counts in published.values():
        agree(analyse(counts.table), counts)


def test_the_script_agrees_with_the_library_on_random_tables(analyse):
    rng = np.random.default_rng(1)
    for k in range(30):
        table = rng.integers(0, (6, 60, 2000)[k % 3], (2, 2, 2, 2))
        table[0, 0] += 1
        agree(analyse(table), Counts(table))


def test_the_script_agrees_after_every_relabelling(analyse, published, relabelled):
    for change in relabelled:
        table = change(published["vienna2015"].table)
        agree(analyse(table), Counts(table))


def test_the_script_names_a_setting_without_trials(analyse):
    table = np.ones((2, 2, 2, 2), dtype=int)
    table[:, :, 1, 0] = 0
    assert analyse(table) == {"error": "No trials at the settings x = 1, y = 0."}


@pytest.fixture
def page(browser, published, tmp_path):
    path = tmp_path / "form.html"
    form = counts_form({"Delft": published["delft2015"], "Vienna": published["vienna2015"]})
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'>{form.html}", encoding="utf-8")
    opened = browser.new_page()
    complaints = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(path.as_uri())
    yield opened
    opened.close()
    assert complaints == []


def test_the_form_answers_to_a_click_and_to_typing(page):
    table = page.locator("form tbody")
    assert "0.1085" in table.inner_text()
    page.get_by_text("Vienna").click()
    assert "6.998e-6" in table.inner_text()
    cell = page.get_by_label("count of the outcomes 0, 0 at the settings 0, 0")
    assert cell.input_value() == "141439"
    cell.fill("many")
    assert "whole number" in table.inner_text()
    assert cell.get_attribute("aria-invalid") == "true"
    cell.fill("900000000")
    assert "signals" in table.inner_text()
    assert page.locator(".nl-spot").evaluate("e => e.style.display") == "none"


def test_the_chooser_shows_one_report_without_a_script(browser, published, tmp_path):
    found = {k: report(published[k], title=k, bootstrap=0) for k in ("delft2015", "nist2015")}
    path = tmp_path / "chooser.html"
    html = reports_chooser(found, name="reports").html
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'>{html}", encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(path.as_uri())
    assert opened.get_by_text("245 trials").first.is_visible()
    opened.get_by_text("nist2015", exact=True).click()
    assert not opened.get_by_text("245 trials").first.is_visible()
    assert opened.get_by_text("173,149,423 trials").first.is_visible()
    context.close()


def test_examples_and_names_are_checked_and_escaped(published):
    with pytest.raises(ValueError, match="`examples`"):
        counts_form({})
    with pytest.raises(ValueError, match="two settings"):
        counts_form({"three": Counts(np.ones((3, 3, 2, 2), dtype=int))})
    with pytest.raises(ValueError, match="`name`"):
        reports_chooser({"a": report(published["delft2015"], bootstrap=0)}, name="a b")
    assert "<b>" not in counts_form({"<b>": published["delft2015"]}).html


def test_an_uploaded_file_is_answered_with_a_report_or_its_faults():
    rows = "".join(f"{k >> 3},{k >> 2 & 1},{k >> 1 & 1},{k & 1},5\n" for k in range(16))
    good = answer(f"x,y,a,b,count\n{rows}".encode(), name="good.csv")
    assert "No violation" in good
    assert re.match(r"<pre>File `bad.csv`", answer(b"x,y,count\n1,2,3", name="bad.csv"))
    assert answer(b"\xff\x00\x01", name="binary").startswith("<pre>")


def test_the_upload_is_a_widget_live_and_a_sentence_in_the_book(monkeypatch):
    monkeypatch.delenv("NONLOCALITY_BOOK", raising=False)
    assert type(upload()).__name__ == "VBox"
    monkeypatch.setenv("NONLOCALITY_BOOK", "1")
    assert "live notebook" in upload().html
