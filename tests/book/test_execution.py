"""A small book of two chapters, built by Sphinx with the book's extension."""

import contextlib
import json
import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest
from builds import (
    CHANGES,
    HEAD,
    LEDGER,
    PAIR,
    Builder,
    built,
    differences,
    killed_and_resumed,
    pages,
    small_book,
    stale,
)

import nonlocality.book
from nonlocality.book.execution import AFTER_EXECUTION, SHARED, WINGS, dependency_key

CHAPTER = (
    HEAD
    + """```{code-cell} ipython3
from pathlib import Path

print(Path("../lib/nonlocality/WING/one.py").read_text())
Path("../runs.txt").open("a").write("WING ")
```
"""
)


@pytest.fixture(scope="module")
def builder():
    with Builder() as started:
        yield started


@pytest.fixture(scope="module")
def kept(tmp_path_factory, builder):
    """A book that was built once, moved away from where it was built."""
    root = small_book(tmp_path_factory.mktemp("once") / "book", chapter=CHAPTER, last="")
    assert finished(builder, root)[0] == sorted(PAIR)
    return root.rename(root.with_name("kept"))


@pytest.fixture
def book_of_two(kept):
    """The same book, where it was built: whatever a test does to it, the next has it anew."""
    root = kept.with_name("book")
    shutil.rmtree(root, ignore_errors=True)
    return shutil.copytree(kept, root)


@pytest.fixture
def checkout(tmp_path):
    """The sources alone."""
    return small_book(tmp_path / "book", chapter=CHAPTER, last="")


def finished(builder, root):
    """Build, and say which chapters were executed, and what the build says."""
    (root / "runs.txt").write_text("")
    builder.start(root)
    words = builder.finish()[1]
    return sorted((root / "runs.txt").read_text().split()), words


def test_a_change_in_one_wing_executes_one_chapter_and_leaves_no_stale_page(builder, book_of_two):
    page = book_of_two / "_build" / "html" / "notebooks" / "local-realism.html"
    assert "first" in page.read_text()
    assert finished(builder, book_of_two)[0] == []
    (book_of_two / "lib" / "nonlocality" / "local_realism" / "one.py").write_text("second")
    assert finished(builder, book_of_two)[0] == ["local_realism"]
    assert "second" in page.read_text()
    assert "first" not in page.read_text()
    (book_of_two / "lib" / "nonlocality" / "foundations" / "one.py").write_text("second")
    assert finished(builder, book_of_two)[0] == sorted(PAIR)


def test_from_the_cache_or_not_the_executed_notebook_is_the_same(builder, book_of_two):
    path = book_of_two / "_build" / "jupyter_execute" / "notebooks" / "local-realism.ipynb"
    first = json.loads(path.read_text())
    path.unlink()
    assert finished(builder, book_of_two)[0] == []
    again = json.loads(path.read_text())
    assert first == again
    assert first["metadata"]["language_info"]["name"] == "python"


def test_a_failing_chapter_is_named_with_its_cell_and_stops_no_other(builder, checkout):
    path = checkout / "notebooks" / "causal-relaxations.md"
    good = path.read_text()
    path.write_text(good.replace("print(", "raise ValueError('this cell') or print("))
    runs, words = finished(builder, checkout)
    assert runs == ["local_realism"]
    assert "notebooks/causal-relaxations" in words
    assert "this cell" in words
    path.write_text(good)
    assert finished(builder, checkout)[0] == ["causal_relaxations"]


def at_work_in(folder):
    """Processes whose current folder it is, as kernels have that of their chapter."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):  # gone meanwhile, or another user's
            found += [link] if link.readlink() == folder else []
    return found


def test_a_build_killed_while_chapters_run_starts_again_right(builder, checkout):
    slow = checkout / "notebooks" / "local-realism.md"
    good = slow.read_text()
    asleep = slow.parent / "asleep"
    pause = "import time; open('asleep', 'x').close(); time.sleep(600); print("
    slow.write_text(good.replace("print(", pause))
    for number, quick in ((signal.SIGINT, "first"), (signal.SIGKILL, "second")):
        (checkout / "lib" / "nonlocality" / "causal_relaxations" / "one.py").write_text(quick)
        (checkout / "runs.txt").write_text("")
        running = builder.start(checkout)
        while not ((checkout / "runs.txt").read_text() and asleep.exists()):
            time.sleep(0.1)  # until the quick one has run, and the other sleeps
        asleep.unlink()
        assert at_work_in(slow.parent) or not Path("/proc").is_dir()
        os.kill(running, number)
        assert builder.finish()[0] != 0
        for _ in range(600):
            if not at_work_in(slow.parent):
                break
            time.sleep(0.1)
        else:
            pytest.fail("A kernel outlives the build that started it.")
    slow.write_text(good)
    assert "local_realism" in finished(builder, checkout)[0]
    assert finished(builder, checkout)[0] == []


def test_the_key_knows_claims_printed_tables_certificates_and_the_lock(checkout):
    def keys():
        return [dependency_key(checkout, wing.replace("_", "-")) for wing in PAIR]

    def changed(path, text):
        before = keys()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return [old != new for old, new in zip(before, keys(), strict=True)]

    assert changed(checkout / "requirements.lock", "numpy==3") == [True, True]
    assert changed(checkout / "book" / "printed" / "t.csv", "1") == [True, True]
    assert changed(checkout / "certificates" / "local_realism" / "c.json", "{}") == [False, True]
    ledger = checkout / "book" / "claims.toml"
    assert changed(ledger, LEDGER + "CR-01 = {where = '1'}") == [True, False]
    own = LEDGER + "CR-01 = {where = '1'}\n"  # its box says what rests on it
    assert changed(ledger, own + "LR-01 = {where = '2', rests_on = 'CR-01'}") == [True, True]
    title = (own + "LR-01 = {where = '2', rests_on = 'CR-01'}").replace("A second", "Another")
    assert changed(ledger, title) == [False, True]
    assert changed(checkout / "lib/nonlocality/book/x.cpython-313.pyc", "x") == [False, False]
    assert changed(checkout / "book" / "methods.md", "prose") == [False, False]
    assert changed(checkout / "lib/nonlocality/book/new.py", "x") == [True, True]


def test_every_pattern_matches_a_file_of_the_checkout(root):
    for chapter in ("local-realism", "primer"):
        assert len(dependency_key(root, chapter)) == 16
    for room in (*SHARED, *WINGS):
        assert (root / "lib" / "nonlocality" / room).is_dir()


def test_no_file_that_a_chapter_may_load_is_left_out_of_its_key(root):
    later = {Path(name).stem for name in AFTER_EXECUTION}
    assert all((root / name).is_file() for name in AFTER_EXECUTION)
    public = {
        name
        for name in dir(nonlocality.book)
        if name in later
        or (getattr(getattr(nonlocality.book, name), "__module__", "").rpartition(".")[2] in later)
    }
    wanted = re.compile(rf"book\.({'|'.join(later)})\b|book import [^\n]*\b({'|'.join(public)})\b")
    files = [*root.glob("lib/nonlocality/**/*.py"), *root.glob("notebooks/*.md")]
    for path in files:
        if path.relative_to(root).as_posix() not in AFTER_EXECUTION:
            code = path.read_text(encoding="utf-8")
            code = re.sub(r"\(\s*\n[^)]*\)", lambda m: m[0].replace("\n", " "), code)
            code = re.sub(r'"""(?:.|\n)*?"""', "", code)
            assert not wanted.search(code), f"{path.name}: {wanted.search(code)[0]}"


def test_what_only_makes_pages_does_not_execute_a_chapter_again(checkout):
    workshop = checkout / "lib" / "nonlocality" / "book"
    before = dependency_key(checkout, "local-realism")
    (workshop / "sphinx.py").write_text("pages")
    assert dependency_key(checkout, "local-realism") == before
    (workshop / "figures.py").write_text("pictures")
    assert dependency_key(checkout, "local-realism") != before


def test_a_killed_build_resumed_is_the_same_and_no_change_leaves_a_stale_page(tmp_path):
    """The long form, at ten moments and on full disks, is ``python -m tests.builds``."""
    root = small_book(tmp_path / "book")
    assert built(root)[0] == 0
    right = pages(root)
    assert {"notebooks/local-realism.html", "data/squares-local-realism.csv"} <= right.keys()
    assert killed_and_resumed(root, 4.0, right) == []
    assert stale(root, CHANGES) == []
    changed = differences(pages(root), right)
    assert {"notebooks/local-realism.html", "notebooks/causal-relaxations.html"} <= set(changed)
