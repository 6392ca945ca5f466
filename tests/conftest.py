"""What several test files share: the checkout, the built book, a browser."""

import functools
import json
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import settings

from nonlocality.book.print_pdf import find_chromium

sys.modules.setdefault("rfc3987_syntax", None)
"""A grammar of addresses that jsonschema can do without, and that takes seconds to load."""

# One profile for all property tests: the same examples everywhere, and no wall clock.
settings.register_profile("book", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("book")


@pytest.fixture(autouse=True)
def rounding():
    """No test leaves the processor rounding upwards, as a library has done that it imported."""
    yield
    one, little = 1.0, 2.0**-60
    assert one + little == one, "The processor does not round to nearest any more."


ROOT = Path(__file__).parent.parent
BOOK = ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def book():
    if not (BOOK / "data" / "claims.json").is_file() or (ROOT / "_build/unfinished").exists():
        pytest.fail("There is no finished book in _build/html: run `make book` first.")
    return BOOK


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def served(book):
    """Address of the built book on a local server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(book)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def write(tmp_path):
    """Write a certificate with some keys changed, or another text."""

    def written(original, text=None, **changes):
        data = json.loads(original.read_text(encoding="utf-8")) | changes
        path = tmp_path / original.name
        path.write_text(json.dumps(data) if text is None else text, encoding="utf-8")
        return path

    return written
