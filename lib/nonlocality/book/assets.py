"""What a browser loads with a page: one sheet of style with the rules that some page can use, icons
as pictures in the page, and no script before the text.

The theme sends 1.5 MB of icons for fourteen of them, 0.6 MB of the index of a search with every
page that is not the search, and ten sheets of which a tenth is used. Everything is done once all
pages are written, since only then is it known what they use.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath

from nonlocality.book.values import as_text

STATIC = "_static/"
ICONS = "scripts/fontawesome.js"
SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")
"""Scripts that only the page of the search needs, as long as nothing searches while one types."""

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_REMARK = re.compile(rf"({_STRING})|/\*.*?\*/", re.S)
_MARK = re.compile(rf"{_STRING}|url\([^\"')]*\)|[{{}};]")
_NAME = re.compile(r"[.#](-?(?:[_a-zA-Z]|\\.)(?:[\w-]|\\.)*)")
_SHEET = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*>\s*')
_SCRIPT = re.compile(r'<script\b([^>]*)\bsrc="([^"]+)"([^>]*)></script>\s*')
_THEBE = re.compile(
    r'<script type="text/x-thebe-config">.*?</script>\s*|<script>kernelName = [^<]*</script>\s*',
    re.S,
)
_ICON = re.compile(r'<i class="([^"]*\bfa-[^"]*)"([^>]*)></i>')
_OUTLINE = re.compile(r'[{,]"?([a-z][a-z0-9-]*)"?:\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]')
_GROUPS = ("@media", "@supports", "@layer", "@container")


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """The rules of a sheet: what stands before the braces, and what within (None: no braces).

    >>> list(rules("@charset 'a'; b { c: 'd}' } @media e { f { g: h } }"))
    [("@charset 'a'", None), ('b', " c: 'd}' "), ('@media e', ' f { g: h } ')]
    """
    css = _REMARK.sub(lambda m: m[1] or "", css)
    start = opened = depth = 0
    for mark in _MARK.finditer(css):
        sign = mark[0]
        if sign == "{":
            depth += 1
            opened = mark.start() if depth == 1 else opened
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : mark.start()]
                start = mark.end()
        elif sign == ";" and depth == 0:
            yield css[start : mark.start()].strip(), None
            start = mark.end()


def pruned(css: str, words: set[str]) -> str:
    """A sheet with the rules that can meet an element whose classes and id are among the words.

    Names within brackets, as in ``:not(.a)``, are not asked for.

    >>> pruned("p, .a { b: c } .d:not(.e) { f: g } @media print { .a { b: c } }", {"d"})
    'p{ b: c }\\n.d:not(.e){ f: g }\\n'
    """
    kept = []
    for head, body in rules(css):
        if body is None:
            kept.append("" if head.startswith("@charset") else f"{head};\n")
        elif head.startswith(_GROUPS):
            inner = pruned(body, words)
            kept.append(f"{head}{{{inner}}}\n" if inner else "")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}\n")
        elif alive := [each for each in _selectors(head) if _names(each) <= words]:
            kept.append(f"{','.join(alive)}{{{body}}}\n")
    return "".join(kept)


def _selectors(head: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    parts, depth = [""], 0
    for sign in head:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _names(selector: str) -> set[str]:
    """Classes and ids that an element must have, or one above or beside it."""
    before = None
    while before != selector:
        before, selector = selector, re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", selector)
    return {name.replace("\\", "") for name in _NAME.findall(selector)}


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


def sheet(folder: Path, name: str) -> str:
    """A sheet of the folder with what it imports, its addresses as seen from the folder."""
    place = PurePosixPath(name).parent
    text = _REMARK.sub(lambda m: m[1] or "", (folder / name).read_text(encoding="utf-8"))
    text = re.sub(
        r"@import\s+(?:url\()?[\"']([^\"':]+)[\"']\)?;",
        lambda m: sheet(folder, _path(place / m[1])),
        text,
    )
    if place == PurePosixPath("."):
        return text
    return re.sub(
        r"url\(([\"']?)(?!data:|[a-z]+:|/|#)([^\"')]+)\1\)",
        lambda m: f"url({m[1]}{_path(place / m[2])}{m[1]})",
        text,
    )


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
                css = pruned("\n".join(sheet(static, name) for name in names), words)
                file = f"pages-{sha256(' '.join(names).encode()).hexdigest()[:8]}.css"
                (static / file).write_text(css, encoding="utf-8")
                made[names] = f"{file}?v={sha256(css.encode()).hexdigest()[:8]}"
            root = "../" * (len(path.relative_to(folder).parts) - 1)
            lean = with_sheet(lean, made[names], names, root=root)
        if lean != pages[path]:
            path.write_text(lean, encoding="utf-8")
