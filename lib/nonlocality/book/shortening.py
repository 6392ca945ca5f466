"""An SVG element in fewer bytes: short paths and transforms, folded groups, styles said once.

What is drawn stays the same up to the last decimal that is kept.
"""

import re
from functools import lru_cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_PATH = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_TRANSLATE = re.compile(r"^translate\(([-\d.]+)[ ,]*([-\d.]*)\)\s*")


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


def short_attributes(node: Element, digits: int) -> None:
    """Write the places, sizes and transforms of an element and all in it with few digits.

    >>> node = ElementTree.fromstring('<g><rect x="0.001" width="2.500"/></g>')
    >>> short_attributes(node, 2); written(node)
    '<g><rect width="2.5"/></g>'
    """
    for each in node.iter():
        for name in ("x", "y", "width", "height"):
            value = each.get(name, "")
            if each is not node and re.fullmatch(r"-?[\d.]+(e-?\d+)?", value):
                each.set(name, short_number(float(value), digits))
                if name in "xy" and each.get(name) == "0":
                    del each.attrib[name]
        if "transform" in each.attrib:
            each.set("transform", short_transform(each.get("transform"), digits))


def short_styles(node: Element) -> None:
    """Leave out blanks in the styles of an element and all in it.

    >>> node = ElementTree.fromstring('<path style="fill: none; stroke: red;"/>')
    >>> short_styles(node); written(node)
    '<path style="fill:none;stroke:red"/>'
    """
    for each in node.iter():
        if "style" in each.attrib:
            each.set("style", re.sub(r"([:;,])\s+", r"\1", each.get("style")).rstrip(";"))


def one_style(node: Element) -> None:
    """Say a style that all children of a group have once, in the group.

    >>> group = '<g><path style="fill:none"/><path style="fill:none"/></g>'
    >>> node = ElementTree.fromstring(group)
    >>> one_style(node); written(node)
    '<g style="fill:none"><path /><path /></g>'
    """
    for child in node:
        one_style(child)
    styles = {child.get("style") for child in node}
    if node.tag != "g" or "style" in node.attrib or len(styles) != 1 or len(node) < 2:
        return
    (style,) = styles
    if style and not re.search(r"(^|;)(opacity|clip|mask|filter)", style):
        node.set("style", style)
        for child in node:
            del child.attrib["style"]
