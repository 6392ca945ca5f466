import gzip
import html
import json
import re
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import drawing, leaves, places
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from nonlocality.book.formulas import Typesetter
from nonlocality.book.shapes import Shapes
from nonlocality.book.sliders import pack
from nonlocality.book.weight import light_code, light_frames, light_mathml, light_page

CODE = '''def f(x: float) -> str:
    """A docstring."""
    return np.linalg.svd(x[:, 0] @ -3)  # a remark
'''


def words(text):
    return html.unescape(re.sub(r"<[^>]*>", "", text))


@pytest.fixture(scope="module")
def page():
    inner = r"\(x^2+y^2\) and \(x^2+y^2\) \[\sqrt{\tfrac12}\ge \text{a \"b\" &lt; c}\]"
    code = highlight(CODE, PythonLexer(), HtmlFormatter())
    text = f"<html><head></head><body class='a'><p>{inner}</p>{code}</body></html>"
    return Typesetter().page(text)


def test_a_page_that_is_light_stays_as_it_is(page):
    made = light_page(page)
    assert len(made) < len(page)
    assert light_page(made) == made
    assert light_page("<p>no page</p>") == "<p>no page</p>"


def test_what_is_read_is_the_same(page):
    made = light_page(page)
    for kind in ("<pre>.*?</pre>", "<math.*?</math>"):
        before = re.sub(r"<annotation.*?</annotation>", "", page)
        assert list(map(words, re.findall(kind, made, re.S))) == list(
            map(words, re.findall(kind, before, re.S))
        )


def test_every_reference_of_a_light_page_is_on_it(page):
    made = light_page(page)
    found = re.findall(r'\bid="([^"]+)"', made)
    assert len(found) == len(set(found))
    assert set(re.findall(r'href="#([^"]+)"', made)) <= set(found)
    assert made.index("</style>") < made.index("</head>") < made.index("nl-glyphs")


def test_the_tex_of_each_formula_stays_with_it(page):
    made = light_page(page)
    given = re.findall(r"<annotation[^>]*>(.*?)</annotation>", page)
    kept = re.findall(r'data-tex="([^"]*)"', made)
    assert list(map(html.unescape, kept)) == list(map(html.unescape, given))
    assert len(given) == 3


def test_code_keeps_the_spans_that_have_a_colour():
    code = highlight(CODE, PythonLexer(), HtmlFormatter())
    made = light_code(code)
    assert words(made) == words(code)
    for name in ("k", "nf", "sd", "mi", "c1"):
        assert made.count(f'class="{name}"') == code.count(f'class="{name}"') > 0
    assert 'class="n"' not in made
    assert 'class="p"' not in made


def opened(packed):
    """The frames of an explorer, as its script puts them together."""
    data = json.loads(gzip.decompress(b64decode(packed)))
    drawn = [
        [data["lines"][k] for part in each
         for k in (range(part[0], sum(part)) if isinstance(part, list) else [part])]
        for each, _ in data["frames"]
    ]  # fmt: skip
    return ["\n".join(lines) for lines in drawn], [caption for _, caption in data["frames"]]


@pytest.fixture(scope="module")
def frames():
    """Three frames with their trees before and after, and the outlines of their page."""
    given = [drawing(slope) for slope in (1.0, 2.0, 1.0)]
    shapes = Shapes()
    packed = pack(list(zip(given, ("a", "é", "a &lt; b"), strict=True)))
    made, captions = opened(light_frames(packed, shapes))
    assert captions == ["a", "é", "a &lt; b"]
    assert sum(map(len, made)) < sum(map(len, given)) / 2
    named = re.compile(r' xmlns(:xlink)?="[^"]*"')
    trees = [
        [ElementTree.fromstring(named.sub("", text).replace("xlink:", "")) for text in texts]
        for texts in zip(given, made, strict=True)
    ]
    return trees, {p.get("id"): p for p in ElementTree.fromstring(shapes.table()).iter("path")}


def test_frames_draw_the_same_lines_up_to_a_tenth_of_a_point(frames):
    for before, after in frames[0]:
        outlined = [path for each in before.iter("defs") for path in each if path.tag == "path"]
        seen = [
            path for path in before.iter("path")
            if path not in outlined and path.get("style") != "fill: none"
        ]  # fmt: skip
        for old, new in zip(seen, after.iter("path"), strict=True):
            assert old.get("style").replace(" ", "") == new.get("style").replace(" ", "")
            one, two = places(old.get("d")), places(new.get("d"))
            assert [kind for kind, *_ in one] == [kind for kind, *_ in two]
            assert np.allclose([p for _, *p in one], [p for _, *p in two], atol=0.05 + 1e-9)


def test_letters_and_marks_of_frames_are_where_they_were_and_their_outlines_on_the_page(frames):
    trees, table = frames
    for before, after in trees:
        outlines = {path.get("id"): path for path in before.iter("path") if path.get("id")}
        assert not {path.get("id") for path in after.iter("path")} & set(outlines)
        for old, new in zip(leaves(before), leaves(after), strict=True):
            drawn, placed = outlines[old[0][1:]], table[new[0][1:]]
            one, two = places(drawn.get("d", "")), places(placed.get("d", ""))  # a space has none
            assert np.allclose([p for _, *p in one], [p for _, *p in two], atol=0.005 + 1e-9)
            assert bool(drawn.get("transform")) == bool(placed.get("transform"))
            assert np.allclose(old[1:], new[1:], atol=0.02)


def test_what_frames_paint_with_stays_with_them(frames):
    """Windows and hatches, which they have from their own definitions."""
    for before, after in frames[0]:
        for tree in (before, after):
            wanted = set(re.findall(r"url\(#([^)]+)", ElementTree.tostring(tree, "unicode")))
            assert wanted
            assert wanted <= {node.get("id") for node in tree.iter()}
        assert before.get("aria-label") == after.get("aria-label")
        assert before.get("viewBox") == after.get("viewBox")


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("<math><mrow><mi>x</mi></mrow></math>", "<math><mi>x</mi></math>"),
        ("<math><msup><mi>x</mi><mrow><mi>a</mi><mi>b</mi></mrow></msup></math>",) * 2,
        ('<math><mo stretchy="false">(</mo></math>', "<math><mo>(</mo></math>"),
        ('<math display="block"><mi mathvariant="script">Q</mi></math>',) * 2,
    ],
)
def test_mathml_keeps_its_structure_and_its_letters(given, made):
    assert light_mathml(given) == made
