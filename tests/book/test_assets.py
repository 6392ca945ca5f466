import re

import pytest
import tinycss2

from nonlocality.book.assets import lean_pages, outlines, pruned, sheet, with_icons

SHEETS = {
    "styles/theme.css": '@import "../basic.css"; .never { a: b } p.here:not(.gone) { c: d }',
    "basic.css": "/* { */ .toc { background: url(file.png); content: '}' }",
    "book.css": "@media print { .never { a: b } #main { c: d } } @font-face { src: url('f.woff') }"
    " .svg-inline--fa { height: 1em }",
}
HEAD = """<html><head>
<link href="WAYstyles/theme.css?digest=1" rel="stylesheet" />
<link rel="stylesheet" type="text/css" href="WAYbook.css?v=2" />
<script defer src="WAYscripts/fontawesome.js?digest=1"></script>
<script src="WAYdocumentation_options.js"></script>
<script src="WAYbar.js"></script>
<script src="searchindex.js"></script>
<script>DOCUMENTATION_OPTIONS.search_as_you_type = false;</script>
</head><body><p class="here" id="main"><i class="fas fa-bars"></i></p></body></html>"""


@pytest.fixture
def folder(tmp_path):
    """A built book of two pages and the search."""
    static = tmp_path / "_static"
    for name, text in SHEETS.items():
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(text)
    (static / "scripts").mkdir()
    (static / "scripts" / "fontawesome.js").write_text(
        'a={bars:[1,2,[],"f0","M1z"]};b={bars:[4,5,["x"],"f0","M0z"]}; never'
    )
    (static / "documentation_options.js").write_text("const DOCUMENTATION_OPTIONS = {};")
    (static / "bar.js").write_text("add('toc')")
    (tmp_path / "book").mkdir()
    for name in ("index.html", "book/one.html", "search.html"):
        way = "../_static/" if "/" in name else "_static/"
        (tmp_path / name).write_text(HEAD.replace("WAY", way))
    lean_pages(tmp_path)
    return tmp_path


def test_a_page_has_one_sheet_with_the_rules_that_can_meet_what_is_there(folder):
    text = (folder / "book" / "one.html").read_text()
    (link,) = re.findall(r'<link[^>]*href="([^"?]*)', text)
    css = (folder / "book" / link).read_text()
    assert "never" not in css
    for kept in ("p.here:not(.gone)", ".toc", "#main", "@font-face", 'content: "}"',
                 ".svg-inline--fa"):  # fmt: skip
        assert kept in css, kept
    assert css.index(".toc") < css.index("p.here") < css.index("#main")


def test_scripts_that_nothing_needs_are_gone_and_no_script_stands_before_the_text(folder):
    text = (folder / "index.html").read_text()
    assert "fontawesome" not in text
    assert "searchindex" not in text
    assert 'd="M0z"' in text  # the solid icon, which comes last
    for script in re.findall(r"<script\b[^>]*\bsrc=[^>]*>", text):
        assert "defer" in script
    assert text.index("const DOCUMENTATION_OPTIONS") < text.index("search_as_you_type")


def test_the_search_keeps_its_index(folder):
    assert "searchindex.js" in (folder / "search.html").read_text()


def test_pages_that_are_lean_stay_so_and_follow_a_sheet_that_changes(folder):
    before = {path: path.read_text() for path in folder.rglob("*.html")}
    lean_pages(folder)
    assert {path: path.read_text() for path in before} == before
    (folder / "_static" / "book.css").write_text("#main { new: rule }")
    lean_pages(folder)
    page = (folder / "index.html").read_text()
    assert page != before[folder / "index.html"]
    (link,) = re.findall(r'<link[^>]*href="([^"?]*)', page)
    assert "new: rule" in (folder / link).read_text()


def test_a_page_with_a_sheet_from_elsewhere_keeps_its_sheets(folder):
    page = folder / "index.html"
    text = '<head><link rel="stylesheet" href="https://else.where/a.css"></head>'
    page.write_text(text)
    lean_pages(folder)
    assert page.read_text() == text


def test_addresses_of_an_imported_sheet_are_seen_from_the_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.css").write_text("x { y: url(../c/d.woff2) url('data:e') url(#f) }")
    (tmp_path / "a" / "c.css").write_text(
        "/* @import 'none.css'; */ @import './b.css'; @import url(b.css);"
        "@import url('https://elsewhere.invalid/a.css');"
    )
    kept = 'x{ y: url(c/d.woff2) url("data:e") url(#f) }\n'
    assert pruned(sheet(tmp_path, "a/b.css"), set()) == kept
    elsewhere = '@import url("https://elsewhere.invalid/a.css");\n'
    assert pruned(sheet(tmp_path, "a/c.css"), set()) == 2 * kept + elsewhere


def lean(css, *words):
    return pruned(tinycss2.parse_stylesheet(css), set(words))


def test_a_comma_within_brackets_parts_no_selectors():
    css = ':is(.a, .b) p, .c[d="e,.f"] { g: h }'
    assert lean(css, "c") == ':is(.a, .b) p,.c[d="e,.f"]{ g: h }\n'
    assert lean(r".md\:flex { a: b }", "md:flex") == ".md\\:flex{ a: b }\n"
    assert lean(r".md\:flex { a: b }", "md") == ""


def test_braces_and_points_within_texts_and_numbers_are_no_rules_and_no_names():
    css = "@charset 'a'; b:not(.e) { c: '} .d {' } @media (width < 1.5em) { .f { g: h } }"
    assert lean(css) == 'b:not(.e){ c: "} .d {" }\n'
    assert "@media (width < 1.5em)" in lean(css, "f")
    frames = "@keyframes a { 0% { b: c } to { .d: e } }"
    assert lean(frames) == frames + "\n"


def test_an_icon_that_is_not_known_keeps_its_name():
    page = '<i class="fa-solid fa-unheard-of"></i>'
    assert with_icons(page, outlines("")) == page


def test_no_rule_of_the_books_own_sheet_is_broken(root):
    """A browser passes over what it cannot read; a block in the middle of a list of selectors."""
    folder = root / "book" / "_static"
    for rule in sheet(folder, "book.css"):
        assert rule.type in ("at-rule", "qualified-rule"), rule
        if rule.type == "qualified-rule":
            kinds = {token.type for token in rule.prelude}
            assert not kinds & {"at-keyword", "{} block", "error"}, rule.prelude
