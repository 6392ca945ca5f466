import gzip
import html
import json
import re
from base64 import b64decode

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from nonlocality.book.formulas import Typesetter
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


def test_frames_are_unpacked_to_the_same_lines_up_to_a_tenth_of_a_point():
    first = '  <g id="no">\n<path id="k" d="M 1.26 2.00 \nL 3.449 -0.04 \n"/>\n<use href="#k"/>'
    second = first.replace("3.449", "4.449")
    data = json.loads(gzip.decompress(b64decode(light_frames(pack([(first, "a"), (second, "é")])))))
    opened = [
        [data["lines"][k] for part in each
         for k in (range(part[0], sum(part)) if isinstance(part, list) else [part])]
        for each, _ in data["frames"]
    ]  # fmt: skip
    wanted = ["<g>", '<path id="k" d="M1.3 2', "L3.4 0", '"/>', '<use href="#k"/>']
    assert opened[0] == wanted
    assert opened[1] == [line.replace("3.4", "4.4") for line in wanted]
    assert [caption for _, caption in data["frames"]] == ["a", "é"]


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
