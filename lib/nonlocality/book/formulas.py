r"""Formulas are typeset when the book is built: by MathJax itself, in a JavaScript engine.

Sphinx leaves TeX between ``\(`` and ``\)`` or ``\[`` and ``\]`` in its pages. Here MathJax turns
each into SVG, with one table of glyphs a page, and into MathML that a screen reader speaks and
that holds the TeX as an annotation. Pages need no script for it, and show no jump.
"""

import hashlib
import html
import json
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

COMPONENTS = (
    "loader.js",
    "core.js",
    "adaptors/liteDOM.js",
    "input/tex-full.js",
    "output/svg.js",
    "output/svg/fonts/tex.js",
)
"""Files of MathJax, in the order in which they are loaded."""

PHONE = 30.0
"""Width in ex of what fits a phone's column, in a list too; a wider formula may scroll there."""

_START = "var window = globalThis, self = globalThis; var MathJax = {loader: {load: []}};"
_CONVERTER = r"""
const _ = MathJax._;
const adaptor = _.adaptors.liteAdaptor.liteAdaptor();
_.handlers.html_ts.RegisterHTMLHandler(adaptor);
const left_out = ["noerrors", "noundefined"];  // a wrong formula is an error
const packages = _.input.tex.AllPackages.AllPackages.filter((name) => !left_out.includes(name));
const tex = new _.input.tex_ts.TeX({
  packages,
  formatError: (jax, error) => { throw error; },
});
const font = new _.output.svg.fonts.tex_ts.TeXFont();
const svg = new _.output.svg_ts.SVG({fontCache: "global", font});
const page = _.mathjax.mathjax.document("", {InputJax: tex, OutputJax: svg});
const visitor = new _.core.MmlTree.SerializedMmlVisitor.SerializedMmlVisitor();

function convert(formula, display) {
  tex.reset();
  svg.clearFontCache();
  const item = new page.options.MathItem(formula, tex, display);
  item.setMetrics(16, 8, 1e6, 1e6, 1);
  try {
    item.compile(page);
    const mathml = visitor.visitTree(item.root);
    item.typeset(page);
    const root = adaptor.firstChild(item.typesetRoot);
    const glyphs = adaptor.childNodes(svg.fontCache.getCache())
      .map((node) => [
        adaptor.getAttribute(node, "id").replace("MJX-TEX-", "m"),
        adaptor.getAttribute(node, "d"),
      ]);
    return JSON.stringify({svg: adaptor.outerHTML(root), mathml, glyphs});
  } catch (error) {
    return JSON.stringify({error: error.message});
  }
}
"""

_TEX = re.compile(r"<(script|style|pre|code|textarea)\b.*?</\1>|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.S)


_FOLLOWED = re.compile(
    r'(<span class="math[^>]*><span class="nl-formula"[^>]*>(?:(?!</math>).)*</math></span></span>)'
    r"([,.;:!?)\]’”…%]+)",
    re.S,
)
"""A formula in a sentence, and the marks behind it, which no line may begin with."""

_TYPED = re.compile(
    r"(?<![\w.\-–/)])(?:-?\d+(?:\.\d+)?e[-+]\d+\b|-(?=\d))"  # 1e-06, and the sign of -3
)


def with_formulas(text: str) -> str:
    r"""Words as HTML, with ``$…$`` as formulas of the page, and numbers as a person writes them.

    Raises ValueError for an odd number of dollar signs.

    >>> with_formulas("a < b, $S<2$")
    'a &lt; b, <span class="math notranslate nohighlight">\\(S&lt;2\\)</span>'
    >>> with_formulas("between -1/2 and 2.5e-06, pages 3-4")
    'between −1/2 and 2.5·10⁻⁶, pages 3-4'
    """
    parts = html.escape(text, quote=False).split("$")
    if len(parts) % 2 == 0:
        raise ValueError(f"Argument `text` must have its dollar signs in pairs, but is {text!r}.")
    parts[::2] = [_TYPED.sub(lambda m: by_hand(m[0]), part) for part in parts[::2]]
    parts[1::2] = [
        rf'<span class="math notranslate nohighlight">\({part}\)</span>' for part in parts[1::2]
    ]
    return "".join(parts)


def by_hand(number: str) -> str:
    """A printed number as a person writes it: a true minus sign, powers of ten raised.

    >>> by_hand("-2.8e-04"), by_hand("1e+10"), by_hand("0.5")
    ('−2.8·10⁻⁴', '1·10¹⁰', '0.5')
    """
    digits, e, power = number.partition("e")
    if e and re.fullmatch(r"[-+]?\d+", power):
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        number = f"{digits}·10{raised}"
    return re.sub("^-", "−", number)


def with_numbers(page: str) -> str:
    """A page with the numbers that sentences take from cells written as a person writes them.

    >>> with_numbers('<span class="pasted-text">-0.5</span>')
    '<span class="pasted-text">−0.5</span>'
    """
    return re.sub(
        r'(<span class="pasted-text">)(-?[\d.]+(?:e[-+]\d+)?)(?=</span>)',
        lambda m: m[1] + by_hand(m[2]),
        page,
    )


def mathjax_folder() -> Path:
    """Where the installed copy of MathJax lies."""
    return Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"


class FormulaError(ValueError):
    """A formula that MathJax does not understand."""


class Typesetter:
    """Turns TeX into SVG and MathML, each formula once.

    kept: a file where formulas are kept from build to build, under a hash of what makes them.

    >>> formulas = Typesetter()
    >>> formulas.page(r"<body><p>\\(x^2\\)</p></body>").count("<svg")
    2
    >>> formulas.page(r"<body>\\(\\oops\\)</body>")
    Traceback (most recent call last):
    ...
    nonlocality.book.formulas.FormulaError: \\oops: Undefined control sequence \\oops
    """

    def __init__(self, kept: Path | None = None) -> None:
        """Take up what the file has, if it was made as formulas are made now."""
        self._kept = kept
        self._engine = None
        self._formulas: dict[str, dict] = {}
        self._glyphs: dict[str, str] = {}
        folder = mathjax_folder()
        digest = hashlib.sha256(Path(__file__).read_bytes())
        for name in COMPONENTS:
            digest.update((folder / name).read_bytes())
        self._version = digest.hexdigest()
        if kept is not None and kept.is_file():
            known = json.loads(kept.read_text(encoding="utf-8"))
            if known["version"] == self._version:
                self._formulas, self._glyphs = known["formulas"], known["glyphs"]

    def keep(self) -> None:
        """Write the formulas into the file."""
        data = {
            "version": self._version,
            "formulas": self._formulas,
            "glyphs": self._glyphs,
        }
        self._kept.write_text(json.dumps(data), encoding="utf-8")

    def _convert(self, formula: str, *, display: bool) -> dict:
        """SVG, MathML and names of the glyphs of a formula."""
        key = f"{'display' if display else 'inline'} {formula}"
        if key not in self._formulas:
            if self._engine is None:
                self._engine = _engine()
            found = json.loads(self._engine(formula, display))
            if "error" in found:
                raise FormulaError(f"{formula}: {found['error']}")
            self._glyphs.update(found["glyphs"])
            self._formulas[key] = {
                "svg": _lean(found["svg"]),
                "mathml": _annotated(found["mathml"], formula),
                "glyphs": [name for name, _ in found["glyphs"]],
            }
        return self._formulas[key]

    def page(self, text: str) -> str:
        r"""An HTML page with its formulas typeset, and their glyphs at the head of its body.

        Code and scripts are left alone. Raises FormulaError, naming the formula.
        """
        used: set[str] = set()
        times = Counter(_formula(match) for match in _TEX.finditer(text))
        again: dict[str, str] = {}  # what is drawn more than once, by its place in the table

        def typeset(match: re.Match) -> str:
            found = _formula(match)
            if found is None:
                return match[0]
            formula, display = found
            made = self._convert(formula, display=display)
            used.update(made["glyphs"])
            picture, inner = made["svg"], made["svg"].partition(">")[2].removesuffix("</svg>")
            if times[found] > 1:
                name = again.setdefault(inner, f"f{len(again)}")
                picture = picture.replace(inner, f'<use href="#{name}"></use>', 1)
            kind = "nl-formula nl-display" if display else "nl-formula"
            if float(re.search(r'width="([\d.]+)ex"', picture)[1]) > PHONE:
                kind += " nl-wide"
            return f'<span class="{kind}">{picture}{made["mathml"]}</span>'

        text = _TEX.sub(typeset, text)
        if not used:
            return text
        text = _FOLLOWED.sub(r'<span class="nl-kept">\1\2</span>', text)
        outlines = "".join(f'<path id="{k}" d="{self._glyphs[k]}"/>' for k in sorted(used))
        groups = "".join(f'<g id="{name}">{inner}</g>' for inner, name in again.items())
        table = f'<svg class="nl-glyphs" aria-hidden="true"><defs>{outlines}{groups}</defs></svg>'
        return re.sub(r"<body\b[^>]*>", lambda m: m[0] + table, text, count=1)


def _formula(match: re.Match) -> tuple[str, bool] | None:
    """TeX, and whether it is displayed; None for code and scripts."""
    inline, display = match[2], match[3]
    if inline is None and display is None:
        return None
    return html.unescape(inline or display).strip(), inline is None


def _engine() -> object:
    """MathJax's own conversion, loaded into an engine."""
    import quickjs

    context = quickjs.Context()
    context.set_max_stack_size(2**26)
    context.eval(_START)
    for name in COMPONENTS:
        context.eval((mathjax_folder() / name).read_text(encoding="utf-8"))
    context.eval(_CONVERTER)
    return context.get("convert")


def _lean(svg: str) -> str:
    """Without what only scripts would read, and without groups that do nothing.

    Colour and stroke are the style sheet's. Screen readers have the MathML.
    """
    svg = re.sub(r' (data-[\w-]+|xmlns(:xlink)?|role|focusable)="[^"]*"', "", svg)
    svg = svg.replace("xlink:href", "href").replace("#MJX-TEX-", "#m")
    svg = svg.replace(' stroke="currentColor" fill="currentColor" stroke-width="0"', "")
    root = ElementTree.fromstring(svg)
    _unwrap(root)
    root.set("aria-hidden", "true")
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _unwrap(node: ElementTree.Element) -> None:
    """Replace each group without attributes by what is in it, all the way down."""
    for child in list(node):
        _unwrap(child)
        if child.tag == "g" and not child.attrib:
            place = list(node).index(child)
            node.remove(child)
            for k, inner in enumerate(child):
                node.insert(place + k, inner)


def _annotated(mathml: str, formula: str) -> str:
    """MathML with the TeX beside it."""
    inner = re.fullmatch(r"\s*(<math[^>]*>)(.*)</math>\s*", mathml, re.S)
    body = re.sub(r">\s+<", "><", inner[2].strip())
    body = re.sub(r' (data-[\w-]+|xmlns)="[^"]*"', "", body)
    head = inner[1].replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    note = f'<annotation encoding="application/x-tex">{html.escape(formula)}</annotation>'
    return f"{head}<semantics><mrow>{body}</mrow>{note}</semantics></math>"
