import re
from xml.etree import ElementTree

from pictures import drawing

from nonlocality.book.shapes import Shapes


def test_pictures_of_a_page_share_outlines_and_lose_no_reference():
    shapes, first, second = Shapes(), drawing(1.0), drawing(2.0)
    made = [shapes.picture(first), shapes.picture(second)]
    table, sheet = shapes.table(), shapes.sheet()
    page = "".join([table, *made])
    found = re.findall(r'\bid="([^"]+)"', page)
    assert len(found) == len(set(found))
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', page)) <= set(found)
    assert set(re.findall(r'class="(k\d+)"', page)) == set(re.findall(r"\.(k\d+)\{", sheet))
    assert sum(map(len, made)) < (len(first) + len(second)) / 3
    again = Shapes()
    again.picture(first)
    assert len(table) < 1.2 * len(again.table())  # the second picture has the same letters


def test_a_picture_draws_as_many_marks_as_before():
    before = ElementTree.fromstring(drawing(1.0).replace(' xmlns="http://www.w3.org/2000/svg"', ""))
    after = ElementTree.fromstring(Shapes().picture(drawing(1.0)))
    unseen = [p for p in before.iter("path") if p.get("style") == "fill: none"]
    defined = [p for d in before.iter("defs") for p in d if p.tag == "path"]
    assert unseen
    assert defined
    paths = len(list(before.iter("path"))) - len(unseen) - len(defined)
    assert len(list(after.iter("path"))) == paths
    assert len(list(after.iter("use"))) == len(list(before.iter("use")))
    assert after.get("aria-label") == "A line that rises and falls."
    assert after.get("viewBox") == before.get("viewBox")


def test_groups_with_an_opacity_of_their_own_are_not_joined():
    path = '<path d="M 0 0" style="fill: #0072b2; opacity: 0.3"/>'
    made = Shapes().picture(f'<svg><g transform="scale(2)">{path}{path}</g></svg>')
    assert '<g transform="scale(2)"><path d="M0 0" class="k1"/><path' in made
