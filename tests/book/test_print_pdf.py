"""A small book of one page, printed."""

import re
import subprocess
import sys

import pytest

from nonlocality.book.print_pdf import MEND_LINKS, pages_of_places

PAGE = """<html><head><title>A chapter — A book</title></head><body><article>
<span id="document-notebooks/one"></span><section><h1>One<a class="headerlink" href="#">#</a></h1>
<p><a href="../notebooks/two.html#claim-B">a box</a> <a href="two.html">a chapter</a>
<a href="../book/gone.html">nowhere</a> <a href="https://example.org/x.html">elsewhere</a></p>
<h2>Inner</h2></section>
<span id="document-notebooks/two"></span><section style="break-before: page"><h1>Two</h1>
<div id="claim-B">Box</div></section>
<section style="display: none"><h1>A listing</h1></section></article></body></html>"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "index.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_links_between_pages_become_links_within_the_one_page(browser, page):
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.evaluate(MEND_LINKS)
    links = [a.get_attribute("href") for a in tab.locator("p a").all()]
    assert links == ["#claim-B", "#document-notebooks/two", "https://example.org/x.html"]
    assert "nowhere" in tab.locator("p").inner_text()
    tab.close()


def test_the_contents_name_every_shown_heading_and_its_page(page, tmp_path):
    out = tmp_path / "book.pdf"
    command = [sys.executable, "-m", "nonlocality.book.print_pdf", str(page), str(out)]
    subprocess.run(command, check=True, capture_output=True)
    pdf = out.read_bytes()
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 4  # title, contents, two chapters
    places = pages_of_places(pdf)
    assert {k: v for k, v in places.items() if k.startswith("nl-at-")} == {
        "nl-at-0": 3,
        "nl-at-1": 3,
        "nl-at-2": 4,
    }
    assert places["claim-B"] == 4
    assert rb"/Outlines" in pdf
