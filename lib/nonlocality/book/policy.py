"""Every page says what it may load: nothing from elsewhere.

A content security policy in the head of each page. Files come from beside the page, over HTTP or
from a folder; of scripts within the page only those run that were there when the book was built,
by their hashes. So what slipped into a page as text, from data or from an address, does not run.
"""

import html
import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

HERE = "'self' file:"
"""Files beside the page. In a page opened from a folder "self" stands for no file; in a page that
comes over HTTP no file of the reader's machine can be loaded, whatever the policy says."""

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.S | re.I)
_HANDLER = re.compile(r"<[a-z][^<>]*?\son[a-z]+\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_META = re.compile(r"\n?<meta http-equiv=\"Content-Security-Policy\"[^>]*>")
_TYPE = re.compile(r"\btype\s*=\s*[\"']?([\w/+.-]*)", re.I)
_RUN = {"", "module", "text/javascript", "application/javascript"}


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def inline_scripts(page: str) -> list[str]:
    """The scripts within a page that run, without those that are data or come from a file.

    >>> inline_scripts('<script>f()</script><script type="text/plain">x</script>')
    ['f()']
    """
    return [
        match[2]
        for match in _SCRIPT.finditer(page)
        if not re.search(r"\bsrc\s*=", match[1])
        and "".join(_TYPE.findall(match[1])).lower() in _RUN
    ]


def inline_handlers(page: str) -> list[str]:
    """What attributes such as ``onclick`` run.

    >>> inline_handlers('<button onclick="window.print()">Print</button>')
    ['window.print()']
    """
    outside = _SCRIPT.sub("", page)
    return [html.unescape(m[1] or m[2] or "") for m in _HANDLER.finditer(outside)]


def policy_of(page: str, *, also: Iterable[str] = ()) -> str:
    """The policy of a page, from the scripts that stand in it.

    also: handlers of other pages, which the search page reads to show their beginnings.
    """

    def hashes(texts: Iterable[str]) -> str:
        return " ".join(sorted({_hash(text) for text in texts}))

    handlers = [*inline_handlers(page), *also]
    allowed = " ".join(filter(None, [
        f"script-src {HERE}",
        hashes([*inline_scripts(page), *handlers]),
        "'unsafe-hashes'" if handlers else "",
    ]))  # fmt: skip
    return "; ".join((
        "default-src 'none'",
        allowed,
        f"style-src {HERE} 'unsafe-inline'",
        f"img-src {HERE} data:",
        f"font-src {HERE} data:",
        f"connect-src {HERE}",
        f"manifest-src {HERE}",
        "base-uri 'none'",
        f"form-action {HERE}",
    ))  # fmt: skip


def with_policy(page: str, *, also: Iterable[str] = ()) -> str:
    """The page with its policy at the beginning of its head; an older policy is replaced.

    also: as in :func:`policy_of`.

    >>> with_policy("<html><head></head></html>")[:60]
    '<html><head>\\n<meta http-equiv="Content-Security-Policy" cont'
    """
    page = _META.sub("", page)
    meta = f'\n<meta http-equiv="Content-Security-Policy" content="{policy_of(page, also=also)}">'
    return re.sub(r"<head\b[^>]*>", lambda m: m[0] + meta, page, count=1)


def protect(app: object, exception: Exception | None) -> None:
    """At the end of a build: give each page its policy."""
    if exception or app.builder.format != "html":
        return
    pages = {path: path.read_text(encoding="utf-8") for path in Path(app.outdir).rglob("*.html")}
    handlers = {text for page in pages.values() for text in inline_handlers(page)}
    for path, page in pages.items():
        if (made := with_policy(page, also=handlers)) != page:
            path.write_text(made, encoding="utf-8")
