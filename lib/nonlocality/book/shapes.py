"""Pictures as SVG in fewer bytes: short paths, folded groups, outlines shared by a page.

What is drawn stays the same up to a hundredth of a point in pictures, and up to a thousandth of
the size of the letters in formulas.
"""

import re
from functools import lru_cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nonlocality.book.repeats import share

_PATH = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_TRANSLATE = re.compile(r"^translate\(([-\d.]+)[ ,]*([-\d.]*)\)\s*")
_INK = "fill:currentColor"


_SCALED = re.compile(r"^(?:translate\(([-\d.e]+)[ ,]*([-\d.e]*)\)\s*)?(scale\([^)]*\))?$")


def written(node: Element) -> str:
    """An element as text."""
    return ElementTree.tostring(node, encoding="unicode").replace('" />', '"/>')


def short_number(value: float, digits: int) -> str:
    """A number with so many decimals at most, and no zero that can be spared.

    >>> short_number(0.504, 2), short_number(-3.0, 2), short_number(-0.001, 2)
    ('.5', '-3', '0')
    """
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = re.sub(r"^(-?)0\.", r"\1.", text)
    return "0" if text in ("-0", "", "-") else text


@lru_cache(maxsize=10_000)
def short_path(data: str, digits: int = 2) -> str:
    """Path data with differences in place of places; rounded places, so that no error adds up.

    Knows M, L, H, V, Q, T, C, S and Z, as matplotlib and MathJax write them; leaves alone the rest.

    >>> short_path("M 1 2 L 3 2 L 3.5 4 L 1 2 z")
    'M1 2h2l.5 2-2.5-2z'
    """
    tokens = _PATH.findall(data)
    steps = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "S": 4}
    scale, made, last = 10**digits, [], ""
    x = y = start_x = start_y = k = 0
    command = ""
    while k < len(tokens):
        if tokens[k].isalpha():
            command = "Z" if tokens[k] == "z" else tokens[k]
            k += 1
            if command == "Z":
                made.append("z")
                x, y, last = start_x, start_y, ""
                continue
        elif command == "M":
            command = "L"
        if command not in steps or k + steps[command] > len(tokens):
            return data
        numbers = [round(float(token) * scale) for token in tokens[k : k + steps[command]]]
        k += steps[command]
        if command == "H":
            numbers = [numbers[0], y]
        elif command == "V":
            numbers = [x, numbers[0]]
        moved = [n - (y if place % 2 else x) for place, n in enumerate(numbers)]
        x, y = numbers[-2:]
        name = command.lower()
        if command == "M":
            start_x, start_y = x, y
            name, moved = ("m", moved) if made else ("M", numbers)
        elif command in "LHV":
            dx, dy = moved
            name, moved = ("h", [dx]) if dy == 0 else ("v", [dy]) if dx == 0 else ("l", moved)
        words = [short_number(n / scale, digits) for n in moved]
        text = words[0] + "".join(w if w.startswith("-") else f" {w}" for w in words[1:])
        if name != last:
            made.append(name + text)
        else:
            made.append(text if text.startswith("-") else f" {text}")
        last = "l" if name == "m" else name
    return "".join(made)


def short_transform(text: str, digits: int) -> str:
    """A transform with short numbers; those of scales and matrices keep five decimals.

    >>> short_transform("translate(58.289449 206.675215) scale(0.10829 -0.10829)", 2)
    'translate(58.29 206.68)scale(.10829-.10829)'
    """

    def write(match: re.Match) -> str:
        keep = digits if match[1] == "translate" else 5
        words = [short_number(float(n), keep) for n in re.findall(r"[-\d.e]+", match[2])]
        return f"{match[1]}({words[0]}{''.join(w if w[0] == '-' else f' {w}' for w in words[1:])})"

    return re.sub(r"(\w+)\(([^)]*)\)\s*", write, text)


def _shift(node: Element, dx: float, dy: float) -> None:
    """Move an element."""
    if node.tag in ("use", "rect") and "transform" not in node.attrib:
        for name, step in (("x", dx), ("y", dy)):
            place = float(node.get(name, 0)) + step
            node.set(name, repr(place))
            if place == 0:
                del node.attrib[name]
        return
    old = node.get("transform", "")
    found = _TRANSLATE.match(old)
    if found:
        dx, dy, old = dx + float(found[1]), dy + float(found[2] or 0), old[found.end() :]
    node.set("transform", f"translate({dx!r} {dy!r})" * bool(dx or dy) + old)
    if not node.get("transform"):
        del node.attrib["transform"]


def fold(node: Element) -> None:
    """Replace groups that only shift, or do nothing, by what is in them, all the way down.

    >>> tree = ElementTree.fromstring('<g><g transform="translate(5,1)"><use x="2"/></g></g>')
    >>> fold(tree); ElementTree.tostring(tree)
    b'<g><use x="7.0" y="1.0" /></g>'
    """
    for child in list(node):
        fold(child)
        if child.tag == "g" and not len(child) and "id" not in child.attrib:
            node.remove(child)
            continue
        if child.tag != "g" or not set(child.attrib) <= {"transform"}:
            continue
        dx = dy = 0.0
        rest = child.get("transform", "")
        while found := _TRANSLATE.match(rest):
            dx, dy, rest = dx + float(found[1]), dy + float(found[2] or 0), rest[found.end() :]
        if not rest:
            place = list(node).index(child)
            node.remove(child)
            for k, inner in enumerate(child):
                _shift(inner, dx, dy)
                node.insert(place + k, inner)
        elif len(child) == 1 and child[0].tag == "use" and "transform" not in child[0].attrib:
            child[0].set("transform", child.get("transform"))
            node[list(node).index(child)] = child[0]


def _short_attributes(node: Element, digits: int) -> None:
    for each in node.iter():
        for name in ("x", "y", "width", "height"):
            value = each.get(name, "")
            if each is not node and re.fullmatch(r"-?[\d.]+(e-?\d+)?", value):
                each.set(name, short_number(float(value), digits))
                if name in "xy" and each.get(name) == "0":
                    del each.attrib[name]
        if "transform" in each.attrib:
            each.set("transform", short_transform(each.get("transform"), digits))


def _short_styles(node: Element) -> None:
    for each in node.iter():
        if "style" in each.attrib:
            each.set("style", re.sub(r"([:;,])\s+", r"\1", each.get("style")).rstrip(";"))


def _one_style(node: Element) -> None:
    """What all children have in common in style is said once, by the group."""
    for child in node:
        _one_style(child)
    styles = {child.get("style") for child in node}
    if node.tag != "g" or "style" in node.attrib or len(styles) != 1 or len(node) < 2:
        return
    (style,) = styles
    if style and not re.search(r"(^|;)(opacity|clip|mask|filter)", style):
        node.set("style", style)
        for child in node:
            del child.attrib["style"]


class Shapes:
    """Outlines and styles that the pictures and formulas of a page have in common.

    >>> shapes = Shapes()
    >>> shapes.formula('<svg><g transform="translate(5,0)"><use href="#mN-31"/></g></svg>')
    '<svg><use href="#mN-31" x="5"/></svg>'
    """

    def __init__(self) -> None:
        """Start with nothing in common."""
        self._entries: dict[str, str] = {}
        self._styles: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._again: list[str] = []
        self._clips = 0

    def table(self) -> str:
        """The outlines, as an element that is not seen."""
        inner = "".join(f'{text[:-2]} id="{name}"/>' for text, name in self._entries.items())
        inner += "".join(self._again)
        if not inner:
            return ""
        return f'<svg class="nl-glyphs" aria-hidden="true"><defs>{inner}</defs></svg>'

    def sheet(self) -> str:
        """The styles, each under the name of a class."""
        rules = "".join(f".{name}{{{style}}}" for style, name in self._styles.items())
        return f"<style>{rules}</style>" if rules else ""

    def _entry(self, text: str) -> str:
        """The page's name of an outline or of one in another size."""
        return self._entries.setdefault(text, f"S{len(self._entries)}")

    def _outline(self, path: Element, digits: int) -> str:
        made = Element("path", {"d": short_path(path.get("d", ""), digits)})
        for name in ("transform", "style"):
            if path.get(name):
                made.set(name, path.get(name))
        _short_attributes(made, digits)
        _short_styles(made)
        return self._entry(written(made))

    def take(self, table: str) -> None:
        """Take over the table of the formulas: its glyphs, and what is drawn more than once."""
        root = ElementTree.fromstring(f"<defs>{table}</defs>")
        for entry in root.findall("path"):
            self._names[entry.get("id")] = self._outline(entry, 0)
        for entry in root.findall("g"):
            self._again.append(self._tidy(entry, 0))

    def formula(self, text: str) -> str:
        """A formula of MathJax, whose glyphs are in the table of the page."""
        root = ElementTree.fromstring(text)
        if "viewBox" in root.attrib:
            root.attrib.pop("height", None)  # it follows from the width and the box
            box = [f"{float(n):.0f}" for n in root.get("viewBox").split()]
            root.set("viewBox", " ".join(box))
        return self._tidy(root, 0)

    def share(self, formulas: list[str]) -> list[str]:
        """Formulas of the page, and those in its table, with common runs of letters as entries."""
        made, runs = share([*formulas, *self._again], prefix="W")
        self._again = [*made[len(formulas) :], runs]
        return made[: len(formulas)]

    def picture(self, text: str) -> str:
        """A picture of matplotlib with its outlines in the table of the page."""
        text = re.sub(r'\s(xmlns(:xlink)?|version)="[^"]*"', "", text).replace("xlink:href", "href")
        root = ElementTree.fromstring(text)
        named: dict[str, str] = {}
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
        for parent in list(root.iter()):
            for node in list(parent):
                name = node.get("id")
                if parent.tag == "defs" and node.tag == "path":
                    named[name] = self._outline(node, 2)
                    parent.remove(node)
                elif name in used:
                    named[name] = f"K{self._clips}"
                    self._clips += 1
                    node.set("id", named[name])
                elif name:
                    del node.attrib["id"]
        for node in root.iter():
            node.text = node.tail = None
            if "d" in node.attrib:
                node.set("d", short_path(node.get("d")))
            for key, value in node.attrib.items():
                if key == "href" and value.startswith("#"):
                    node.set(key, f"#{named[value[1:]]}")
                elif "url(#" in value:
                    node.set(key, re.sub(r"#([^)]+)", lambda m: f"#{named[m[1]]}", value))
        for parent in list(root.iter()):
            for node in list(parent):
                unseen = node.tag == "path" and node.get("style") == "fill: none"
                if unseen or (node.tag == "defs" and not len(node)):
                    parent.remove(node)
        _short_styles(root)
        _ink(root)
        return self._tidy(root, 2)

    def _tidy(self, root: Element, digits: int) -> str:
        """An element in short: groups folded, sizes of letters and styles named."""
        fold(root)
        _one_style(root)
        for node in root.iter():
            if node.tag == "use":
                name = node.get("href")[1:]
                node.set("href", f"#{self._names.get(name, name)}")
                self._size(node)
            if "style" in node.attrib and node.get("role") != "img" and "id" not in node.attrib:
                style = re.sub(r"([:;,])\s+", r"\1", node.attrib.pop("style")).rstrip(";")
                node.set("class", self._styles.setdefault(style, f"k{len(self._styles)}"))
        _short_attributes(root, digits)
        return written(root)

    def _size(self, use: Element) -> None:
        """A letter in another size has a name of its own: only its place is left to say."""
        found = _SCALED.match(use.get("transform", "").strip())
        if not found or not found[0] or {"x", "y"} & set(use.attrib):
            return
        del use.attrib["transform"]
        for name, step in (("x", found[1]), ("y", found[2])):
            if step and float(step):
                use.set(name, step)
        if found[3]:
            scale = short_transform(found[3], 5)
            made = Element("use", {"href": use.get("href"), "transform": scale})
            use.set("href", f"#{self._entry(written(made))}")


def _ink(root: Element) -> None:
    """Fill with the page's ink by default: no element has to say so."""
    for node in root.iter():
        if node is not root and "style" in node.attrib:
            kept = [part for part in node.get("style").split(";") if part != _INK]
            node.set("style", ";".join(kept))
            if not kept:
                del node.attrib["style"]
    root.set("style", f"{root.get('style', '')};{_INK}".lstrip(";"))
