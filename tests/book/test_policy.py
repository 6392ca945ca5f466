"""What a page may load: its own scripts by their hashes, files beside it, nothing else."""

import html
import re
from base64 import b64encode
from hashlib import sha256

from nonlocality.book.policy import inline_handlers, inline_scripts, policy_of, with_policy

PAGE = """<!doctype html><html><head lang="en"><title>One</title>
<script src="_static/a.js"></script><script>let a = "<b onclick='x'>";</script>
<script type="text/plain">H4sI</script><SCRIPT TYPE="module">b()</SCRIPT></head>
<body><button type="button" onclick="go(&quot;on&quot;)">Go</button><p>one = 1</p></body></html>"""


def hashed(text):
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def directive(page, name):
    return next(d.split()[1:] for d in policy_of(page).split("; ") if d.split()[0] == name)


def test_scripts_of_the_page_run_and_data_and_files_need_no_hash():
    assert inline_scripts(PAGE) == ["let a = \"<b onclick='x'>\";", "b()"]
    assert inline_handlers(PAGE) == ['go("on")']
    allowed = directive(PAGE, "script-src")
    assert set(allowed[2:-1]) == {hashed(text) for text in (*inline_scripts(PAGE), 'go("on")')}
    assert allowed[-1] == "'unsafe-hashes'"
    assert "'unsafe-hashes'" not in policy_of("<head><script>b()</script></head>")


def test_nothing_is_allowed_that_comes_from_elsewhere_or_is_made_on_the_way():
    for one in policy_of(PAGE).split("; "):
        name, *sources = one.split()
        for source in sources:
            own = source in ("'self'", "'none'", "file:", "'unsafe-hashes'")
            data = source == "data:" and name in ("img-src", "font-src")
            style = source == "'unsafe-inline'" and name == "style-src"
            hash_ = source.startswith("'sha256-") and name == "script-src"
            assert own or data or style or hash_, one
    assert directive(PAGE, "default-src") == ["'none'"]


def test_the_policy_stands_first_in_the_head_once_and_follows_the_page():
    once = with_policy(PAGE)
    assert with_policy(once) == once
    assert once.replace("\n", "").startswith(
        '<!doctype html><html><head lang="en"><meta http-equiv="Content-Security-Policy"'
    )
    changed = with_policy(once.replace("b()", "c()"))
    assert hashed("c()") in changed
    assert hashed("b()") not in changed
    assert changed.count("Content-Security-Policy") == 1
    content = re.search('content="([^"]*)"', once)[1]
    assert html.unescape(content) == policy_of(PAGE)


def test_what_has_no_head_is_left_alone():
    assert (
        with_policy("{% macro x() %}<script>a()</script>") == "{% macro x() %}<script>a()</script>"
    )


def test_the_handlers_of_all_pages_are_known_to_each():
    """The search page reads other pages, and their buttons' handlers with them."""
    allowed = policy_of("<head></head>", also=["window.print()"])
    assert hashed("window.print()") in allowed
    assert "'unsafe-hashes'" in allowed
