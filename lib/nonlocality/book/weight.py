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
from nonlocality.book.shortening import short_number, short_path, short_transform
from nonlocality.book.values import as_text

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
_ELEMENT = re.compile(r"<!--.*?-->|<[^>]*>[^<]*", re.S)
_PLACED = re.compile(r'( [xy])="(-?\d+\.\d+)"')
_HREF = re.compile(r' xlink:href="#([^"]+)"')
_DRAWN = re.compile(r' d="([^"]*)"')
_MOVED = re.compile(r' transform="([^"]*)"')
_STYLED = re.compile(r' style="[^"]*"')
_WRAPPED = re.compile(
    r'<span class="math notranslate nohighlight">(<span class="nl-formula.*?</math></span>)</span>',
    re.S,
)
_TABLE = re.compile(r'<svg class="nl-glyphs" aria-hidden="true"><defs>(.*?)</defs></svg>', re.S)


def light_page(text: str) -> str:
    """A built page with less in it that nobody sees.

    Pages that are light already are left alone. Raises ValueError for what is no text.

    >>> page = '<body><pre><span></span><span class="n">x</span></pre></body>'
    >>> light_page(page)
    '<body><!-- light --><pre>x</pre></body>'
    """
    text = as_text("text", text)
    if MARK in text or "<body" not in text:
        return text
    shapes = Shapes()
    text = re.sub(r"<pre>.*?</pre>", lambda m: light_code(m[0]), text, flags=re.S)
    text = _FRAMES.sub(lambda m: m[1] + light_frames(m[2], shapes), text)
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


def light_frames(packed: str, shapes: Shapes) -> str:
    """Frames of an explorer, packed anew: element by element, without ids, comments and margins.

    Outlines that are placed go to the table of the page. Paths are written as differences, to a
    tenth of a point, and numbers of elements that follow each other as [first, how many].

    >>> from nonlocality.book.sliders import pack
    >>> frames = pack([('<g>\\n<path d="M 1.26 2 \\nL 3 2"/>', "one"), ('<g>\\n<a/>', "two")])
    >>> data = json.loads(gzip.decompress(b64decode(light_frames(frames, Shapes()))))
    >>> data["lines"]
    ['<g>', '<path d="M1.3 2h1.7"/>', '<a/>']
    >>> data["frames"]
    [[[[0, 2]], 'one'], [[0, 2], 'two']]
    """
    data = json.loads(gzip.decompress(b64decode(packed)))
    given = [
        (_ELEMENT.findall("\n".join(data["lines"][k] for k in each)), caption)
        for each, caption in data["frames"]
    ]
    found = dict.fromkeys(element for elements, _ in given for element in elements)
    placed = set(re.findall(r'href="#([^"]+)', "".join(found)))
    outlines = {
        name[1]: shapes.outline(element)
        for element in found
        if element.startswith("<path") and (name := _ID.search(element)) and name[1] in placed
    }
    used = set(re.findall(r"url\(#([^)]+)", "".join(found)))
    short = {element: _light_element(element, outlines, used) for element in found}
    places = {text: k for k, text in enumerate(dict.fromkeys(filter(None, short.values())))}
    frames = [
        [_runs([places[short[e]] for e in elements if short[e]]), caption]
        for elements, caption in given
    ]
    packing = {"lines": list(places), "frames": frames}
    text = json.dumps(packing, separators=(",", ":"), ensure_ascii=False)
    return b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _light_element(text: str, outlines: dict[str, str], used: set[str]) -> str:
    """One element of a frame, shorter; nothing where nothing is seen."""
    name = _ID.search(text)
    unseen = ' style="fill: none"/>' in text and not (name and name[1] in used)
    if text.startswith("<!--") or unseen or (name and name[1] in outlines):
        return ""
    text = _ID.sub(lambda m: m[0] if m[1] in used else "", text).strip()
    text = _HREF.sub(lambda m: f' href="#{outlines.get(m[1], m[1])}"', text)
    text = _PLACED.sub(lambda m: f'{m[1]}="{short_number(float(m[2]), 2)}"', text)
    text = _DRAWN.sub(lambda m: f' d="{short_path(m[1], 1)}"', text)
    text = _MOVED.sub(lambda m: f' transform="{short_transform(m[1], 2)}"', text)
    return _STYLED.sub(lambda m: re.sub(r"([:;]) ", r"\1", m[0]), text)


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
