"""Pictures as SVG in fewer bytes: outlines and styles that a page shares.

What is drawn stays the same up to a hundredth of a point in pictures, and up to a thousandth of
the size of the letters in formulas.
"""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nonlocality.book.repeats import share
from nonlocality.book.shortening import (
    fold,
    one_style,
    short_attributes,
    short_path,
    short_styles,
    short_transform,
    written,
)

_INK = "fill:currentColor"
_SCALED = re.compile(r"^(?:translate\(([-\d.e]+)[ ,]*([-\d.e]*)\)\s*)?(scale\([^)]*\))?$")


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
        short_attributes(made, digits)
        short_styles(made)
        return self._entry(written(made))

    def outline(self, text: str) -> str:
        """The page's name of the outline that is an element of matplotlib's."""
        return self._outline(ElementTree.fromstring(text), 2)

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
        short_styles(root)
        _ink(root)
        return self._tidy(root, 2)

    def _tidy(self, root: Element, digits: int) -> str:
        """An element in short: groups folded, sizes of letters and styles named."""
        fold(root)
        one_style(root)
        for node in root.iter():
            if node.tag == "use":
                name = node.get("href")[1:]
                node.set("href", f"#{self._names.get(name, name)}")
                self._size(node)
            if "style" in node.attrib and node.get("role") != "img" and "id" not in node.attrib:
                style = re.sub(r"([:;,])\s+", r"\1", node.attrib.pop("style")).rstrip(";")
                node.set("class", self._styles.setdefault(style, f"k{len(self._styles)}"))
        short_attributes(root, digits)
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
