"""What a browser loads with a page: one sheet of style with the rules that some page can use, icons
as pictures in the page, and no script before the text.

The theme sends 1.5 MB of icons for fourteen of them, 0.6 MB of the index of a search with every
page that is not the search, and ten sheets of which a tenth is used. Everything is done once all
pages are written, since only then is it known what they use.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import pairwise
from pathlib import Path, PurePosixPath

import tinycss2
from tinycss2.ast import Node

from nonlocality.book.values import as_text

STATIC = "_static/"
ICONS = "scripts/fontawesome.js"
SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")
"""Scripts that only the page of the search needs, as long as nothing searches while one types."""

_ADDRESS = re.compile(
    r"(url\(|@import\s+(?=[\"']))([\"']?)(?!data:|[a-z]+:|/|#)([^\"')]+)\2",
)
_SHEET = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*>\s*')
_SCRIPT = re.compile(r'<script\b([^>]*)\bsrc="([^"]+)"([^>]*)></script>\s*')
_THEBE = re.compile(
    r'<script type="text/x-thebe-config">.*?</script>\s*|<script>kernelName = [^<]*</script>\s*',
    re.S,
)
_ICON = re.compile(r'<i class="([^"]*\bfa-[^"]*)"([^>]*)></i>')
_OUTLINE = re.compile(r'[{,]"?([a-z][a-z0-9-]*)"?:\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]')
_GROUPS = ("media", "supports", "layer", "container")


def pruned(rules: Iterable[Node], words: set[str]) -> str:
    """The rules that can meet an element whose classes and id are among the words, as text.

    Names within brackets, as in ``:not(.a)``, are not asked for.

    >>> rules = tinycss2.parse_stylesheet("p, .a { b: c } .d:not(.e) { f: g } @media x { .a {} }")
    >>> pruned(rules, {"d"})
    'p{ b: c }\\n.d:not(.e){ f: g }\\n'
    """
    kept = []
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword in _GROUPS and rule.content:
            inner = pruned(tinycss2.parse_rule_list(rule.content), words)
            head = tinycss2.serialize(rule.prelude)
            kept.append(f"@{rule.at_keyword}{head}{{{inner}}}\n" if inner else "")
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            kept.append(f"{rule.serialize()}\n")
        elif rule.type == "qualified-rule":
            alive = [each for each in _selectors(rule.prelude) if _names(each) <= words]
            heads = ",".join(tinycss2.serialize(each).strip() for each in alive)
            kept.append(f"{heads}{{{tinycss2.serialize(rule.content)}}}\n" if alive else "")
    return "".join(kept)


def _selectors(tokens: Iterable[Node]) -> list[list[Node]]:
    """What stands between the commas that are in no brackets."""
    parts: list[list[Node]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _names(selector: list[Node]) -> set[str]:
    """Classes and ids that an element must have, or one above or beside it."""
    classes = {after.value for dot, after in pairwise(selector) if dot == "."}
    return classes | {token.value for token in selector if token.type == "hash"}


def words_of(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Classes and ids in the pages, and every word of the scripts, which may set more.

    >>> sorted(words_of(['<p class="a b" id="c">d'], ["e.add('f-g')"]))
    ['a', 'add', 'b', 'c', 'e', 'f-g']
    """
    found: set[str] = set()
    for page in pages:
        for value in re.findall(r"\b(?:class|id)=[\"']([^\"']*)[\"']", page):
            found.update(value.split())
    for script in scripts:
        found.update(re.findall(r"[\w-]+", script))
    return found


def sheet(folder: Path, name: str) -> list[Node]:
    """The rules of a sheet and of those it imports, addresses as seen from the folder."""
    place = PurePosixPath(name).parent
    text = _ADDRESS.sub(
        lambda m: f"{m[1]}{m[2]}{_path(place / m[3])}{m[2]}",
        (folder / name).read_text(encoding="utf-8"),
    )
    found = []
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        imports = rule.type == "at-rule" and rule.lower_at_keyword == "import"
        asked = _ADDRESS.search(rule.serialize()) if imports else None
        found += sheet(folder, asked[3]) if asked else [rule]
    return found


def _path(path: PurePosixPath) -> str:
    """A path without the folders that it enters and leaves."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def outlines(script: str) -> dict[str, tuple[str, str, str]]:
    """Icons of the theme's script: width, height and path of each; solid ones come last in it.

    >>> outlines('x={bars:[4,5,["navicon"],"f0c9","M0 9z"]}')
    {'bars': ('4', '5', 'M0 9z')}
    """
    return {name: (*size, path) for name, *size, path in _OUTLINE.findall(script)}


def with_icons(page: str, icons: Mapping[str, tuple[str, str, str]]) -> str:
    """The page with its icons drawn, instead of named for a script, and their style's name gone.

    >>> with_icons('<i class="fa-solid fa-bars" title="M"></i>', {"bars": ("4", "5", "M0 9z")})
    '<svg class="svg-inline--fa fa-bars" title="M" aria-hidden="true" \
viewBox="0 0 4 5"><path fill="currentColor" d="M0 9z"/></svg>'
    """

    def drawn(match: re.Match) -> str:
        named = [each[3:] for each in match[1].split() if each.startswith("fa-")]
        found = next((icons[name] for name in named if name in icons), None)
        if found is None:
            return match[0]
        width, height, path = found
        kept = [each for each in match[1].split() if each not in ("fa", "fas", "fa-solid")]
        return (
            f'<svg class="svg-inline--fa {" ".join(kept)}"{match[2]} '
            f'aria-hidden="true" viewBox="0 0 {width} {height}">'
            f'<path fill="currentColor" d="{path}"/></svg>'
        )

    return _ICON.sub(drawn, page)


def without_scripts(page: str, options: str, *, search: bool = False) -> str:
    """The page without scripts that it has no use for; the rest run when the text is there.

    options: the text of ``documentation_options.js``, which is written into the page. search:
    whether this is the page of the search. Raises ValueError for what is no text.

    >>> without_scripts('<script src="_static/a.js"></script><script src="searchindex.js"></script>'
    ...                 "<script>DOCUMENTATION_OPTIONS.search_as_you_type = false;</script>", "")
    '<script defer src="_static/a.js"></script>\
<script>DOCUMENTATION_OPTIONS.search_as_you_type = false;</script>'
    """
    page, options = as_text("page", page), as_text("options", options)
    idle = not search and "search_as_you_type = false" in page

    def chosen(match: re.Match) -> str:
        name = match[2].partition("?")[0].rpartition("/")[2]
        if match[2].partition("?")[0].endswith(ICONS) or (idle and name in SEARCH):
            return ""
        if search or "defer" in match[1] + match[3] or "async" in match[1] + match[3]:
            return match[0]
        if name == "documentation_options.js" and options:
            return f"<script>{options}</script>\n"
        return match[0].replace("<script", "<script defer", 1)

    return _SCRIPT.sub(chosen, _THEBE.sub("", page))


def sheets_of(page: str) -> tuple[str, ...]:
    """Names of the sheets of a page in their order, or () if one is not the book's own.

    >>> sheets_of('<link rel="stylesheet" href="../_static/a/b.css?v=1" />')
    ('a/b.css',)
    """
    names: list[str] = []
    for link in _SHEET.findall(page.partition("</head>")[0]):
        if made := re.search(r'data-of="([^"]*)"', link):
            names += made[1].split()
            continue
        found = re.search(r'href="([^"?]*)', link)
        before, static, name = found[1].partition(STATIC) if found else ("", "", "")
        if not static or before.strip("./") or not name:
            return ()
        names.append(name)
    return tuple(names)


def with_sheet(page: str, name: str, names: Iterable[str], *, root: str) -> str:
    """The page with one sheet in place of those named. root: the way to the book's root."""
    head, end, rest = page.partition("</head>")
    link = f'<link rel="stylesheet" href="{root}{STATIC}{name}" data-of="{" ".join(names)}">\n'
    links = iter([link])
    return _SHEET.sub(lambda m: next(links, ""), head) + end + rest


def lean_pages(folder: Path) -> None:
    """Give the pages of a built book what they need to be read, and nothing else.

    folder: of the built book. Pages that have been here before get the sheet anew.
    """
    static = folder / STATIC
    scripts = {
        path: path.read_text(encoding="utf-8")
        for path in sorted(static.rglob("*.js"))
        if "locales" not in path.parts
    }
    icons = outlines(scripts.pop(static / ICONS, ""))
    options = scripts.get(static / "documentation_options.js", "")
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html"))}
    pages = {path: text for path, text in pages.items() if "</head>" in text}
    drawn = {
        path: without_scripts(with_icons(text, icons), options, search=path.name == "search.html")
        for path, text in pages.items()
    }
    words = words_of(drawn.values(), scripts.values())
    made: dict[tuple[str, ...], str] = {}
    for path, lean in drawn.items():
        if (names := sheets_of(lean)) and all((static / name).is_file() for name in names):
            if names not in made:
                css = pruned((rule for name in names for rule in sheet(static, name)), words)
                file = f"pages-{sha256(' '.join(names).encode()).hexdigest()[:8]}.css"
                (static / file).write_text(css, encoding="utf-8")
                made[names] = f"{file}?v={sha256(css.encode()).hexdigest()[:8]}"
            root = "../" * (len(path.relative_to(folder).parts) - 1)
            lean = with_sheet(lean, made[names], names, root=root)
        if lean != pages[path]:
            path.write_text(lean, encoding="utf-8")
