"""Pages made light at the end of a build: the same to the eye and to the ear, in fewer bytes.

Outlines of letters and markers stand once a page (:mod:`nonlocality.book.shapes`), and so do rows
of letters that many formulas have (:mod:`nonlocality.book.repeats`); code keeps
only the spans that have a colour of their own, and MathML, which speaks to screen readers, keeps
structure and signs and leaves spacing to the picture.
"""

import gzip
import json
import re
from base64 import b64decode, b64encode
from functools import lru_cache
from xml.etree import ElementTree

from nonlocality.book.shapes import Shapes
from nonlocality.book.shortening import short_number

MARK = "<!-- light -->"
"""Stands in a page that was made light, so that it is not done twice."""

PLAIN = ("n", "nn", "nx", "p", "pm", "w")
"""Classes of code that have the colour of the rest in both themes."""

RENDERED = {
    "accent", "columnalign", "columnspacing", "displaystyle", "fence", "height", "lspace",
    "maxsize", "minsize", "movablelimits", "rowspacing", "rspace", "scriptlevel", "separator",
    "stretchy", "symmetric", "width",
}  # fmt: skip
"""Attributes of MathML that only say how it is drawn."""

_PICTURE = re.compile(r'<svg role="img"[^>]* xmlns:xlink=.*?</svg>', re.S)
_FORMULA = re.compile(r'(<span class="nl-formula[^>]*)>(<svg .*?</svg>)(<math.*?</math>)', re.S)
_FRAMES = re.compile(r'(<script type="text/plain" class="nl-frames">)([^<]*)')
_ID = re.compile(r' id="([^"]+)"')
_POINT = re.compile(r"\b([ML]) (-?\d+\.\d+) (-?\d+\.\d+) ?")
_WRAPPED = re.compile(
    r'<span class="math notranslate nohighlight">(<span class="nl-formula.*?</math></span>)</span>',
    re.S,
)
_TABLE = re.compile(r'<svg class="nl-glyphs" aria-hidden="true"><defs>(.*?)</defs></svg>', re.S)


def light_page(text: str) -> str:
    """A built page with less in it that nobody sees.

    Pages that are light already are left alone.

    >>> page = '<body><pre><span></span><span class="n">x</span></pre></body>'
    >>> light_page(page)
    '<body><!-- light --><pre>x</pre></body>'
    """
    if MARK in text or "<body" not in text:
        return text
    shapes = Shapes()
    text = re.sub(r"<pre>.*?</pre>", lambda m: light_code(m[0]), text, flags=re.S)
    text = _FRAMES.sub(lambda m: m[1] + light_frames(m[2]), text)
    text = _WRAPPED.sub(r"\1", text)
    if found := _TABLE.search(text):
        text = text.replace(found[0], "", 1)
        shapes.take(found[1])
    drawn = iter(shapes.share([shapes.formula(m[2]) for m in _FORMULA.finditer(text)]))
    text = _FORMULA.sub(lambda m: f"{m[1]}{_tex(m[3])}>{next(drawn)}{light_mathml(m[3])}", text)
    text = _PICTURE.sub(lambda m: shapes.picture(m[0]), text)
    text = text.replace("</head>", f"{shapes.sheet()}</head>", 1)
    return re.sub(r"<body\b[^>]*>", lambda m: m[0] + MARK + shapes.table(), text, count=1)


def light_code(text: str) -> str:
    """Highlighted code without spans that change nothing.

    A dot between names has the colour of the names.

    >>> light_code('<span class="n">a</span><span class="o">=</span><span class="o">-</span>')
    'a<span class="o">=-</span>'
    """
    text = text.replace('<span class="o">.</span>', ".")
    text = re.sub(rf'<span class="(?:{"|".join(PLAIN)})">([^<]*)</span>', r"\1", text)
    text = text.replace("<span></span>", "")
    before = None
    while before != text:
        before = text
        text = re.sub(r'(<span class="\w+">)([^<]*)</span>\1', r"\1\2", text)
    return text


def light_frames(packed: str) -> str:
    """Frames of an explorer, packed anew: lines without ids, comments and margins, curves to a
    tenth of a point, and numbers of lines that follow each other as [first, how many].

    >>> from nonlocality.book.sliders import pack
    >>> frames = pack([("a\\nb\\nL 1.26 2.00", "one"), ("b\\nL 1.26 2.00\\n  a", "two")])
    >>> json.loads(gzip.decompress(b64decode(light_frames(frames))))
    {'lines': ['a', 'b', 'L1.3 2'], 'frames': [[[[0, 3]], 'one'], [[[1, 2], 0], 'two']]}
    """
    data = json.loads(gzip.decompress(b64decode(packed)))
    text = "\n".join(data["lines"])
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = _ID.sub(lambda m: m[0] if m[1] in used else "", text)
    text = re.sub(r"(?m)^ +|<!--.*?-->", "", text)
    text = _POINT.sub(
        lambda m: f"{m[1]}{short_number(float(m[2]), 1)} {short_number(float(m[3]), 1)}", text
    )
    lines: dict[str, int] = {}
    place = [lines.setdefault(line, len(lines)) for line in text.split("\n")]
    frames = [[_runs([place[k] for k in each]), caption] for each, caption in data["frames"]]
    packing = {"lines": list(lines), "frames": frames}
    text = json.dumps(packing, separators=(",", ":"), ensure_ascii=False)
    return b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _runs(numbers: list[int]) -> list[int | list[int]]:
    made: list[int | list[int]] = []
    start = 0
    for k in range(1, len(numbers) + 1):
        if k == len(numbers) or numbers[k] != numbers[k - 1] + 1:
            made.append(numbers[start] if k == start + 1 else [numbers[start], k - start])
            start = k
    return made


def _tex(mathml: str) -> str:
    """The TeX in the annotation, as an attribute for whoever wants to copy it."""
    found = re.search(r"<annotation[^>]*>(.*?)</annotation>", mathml, re.S)
    return f' data-tex="{found[1].replace(chr(34), "&quot;")}"' if found else ""


@lru_cache(maxsize=10_000)
def light_mathml(text: str) -> str:
    """MathML without what only a renderer would use: spaces, stretching, groups of one.

    Its annotation goes too: the TeX is an attribute of what holds the formula.

    >>> light_mathml('<math><mrow><mi>x</mi></mrow><mo stretchy="false">|</mo></math>')
    '<math><mi>x</mi><mo>|</mo></math>'
    """
    root = ElementTree.fromstring(text)
    for meaning in root.findall("semantics"):
        note = meaning.find("annotation")
        if note is not None:
            meaning.remove(note)
            root[list(root).index(meaning)] = meaning[0]
    _structure(root)
    if len(root) == 1 and root[0].tag == "mrow" and not root[0].attrib:
        root[:] = list(root[0])
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _structure(node: ElementTree.Element) -> None:
    """Drop attributes of rendering and groups of one, all the way down."""
    for name in RENDERED & set(node.attrib):
        del node.attrib[name]
    for child in list(node):
        _structure(child)
        if child.tag in ("mrow", "mstyle") and not child.attrib and len(child) == 1:
            child[0].tail = child.tail
            node[list(node).index(child)] = child[0]
