"""Builds of a small book that are killed, and what they leave: `python -m tests.builds`.

A book of two chapters, with the book's extension and `make book`'s own command. It is killed at
random moments (`--kills`, `--seed`), with everything it started, and built again: the pages must be
those of a build that nobody disturbed, byte for byte. Two clean builds in two folders must agree,
and after a change in the library, in a printed table, in the ledger or in the lock no page may say
what was there before. On a full disk the build says so.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from nonlocality.book.execution import SHARED, WINGS

PAIR = ("causal_relaxations", "local_realism")
HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A chapter

"""
"""Before the cells of a chapter."""
CHAPTER = (
    HEAD
    + """```{code-cell} ipython3
from pathlib import Path

for name in ("lib/nonlocality/WING/one.py", "book/printed/table.csv", "requirements.lock"):
    print(Path("..", name).read_text())
print([line for line in Path("../book/claims.toml").read_text().splitlines() if "title" in line])
```
"""
)
FIGURE = """
```{code-cell} ipython3
from nonlocality.book import Dataset, show, subplots

figure, axes = subplots()
axes.plot([1, 2, 3], [1, 4, 9])
show(figure, alt="A parabola.", data=Dataset("squares-DASHED", {"n": [1, 2], "square": [1, 4]}))
```
"""
"""A cell with a figure and its numbers: in one chapter only, since Matplotlib is slow to load."""
LEDGER = """
[papers.CR]
title = "One"
chapter = "causal-relaxations"

[papers.LR]
title = "A second paper"
chapter = "local-realism"

[claims]
"""
LOADED = """
import sys

sys.modules["rfc3987_syntax"] = None  # a grammar for addresses: slow to load, and not needed here
from sphinx.application import Sphinx

settings = dict(
    extensions=["myst_nb", "sphinx.ext.autodoc", "nonlocality.book.sphinx"],
    nb_execution_mode="cache",
    nb_execution_raise_on_error=True,
    root_doc="index",
    exclude_patterns=["_build"],
)
"""
SPHINX = (
    LOADED
    + """
app = Sphinx(".", None, "_build/html", "_build/.doctrees", "html", settings, status=None)
app.build()
sys.exit(app.statuscode)
"""
)
BUILDER = (
    LOADED
    + """
import importlib
import os

for name in (*settings["extensions"], "myst_nb.sphinx_", "sphinx.builders.html"):
    importlib.import_module(name)
for root in sys.stdin:
    if child := os.fork():
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.chdir(root.rstrip())
    os.dup2(os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    app = Sphinx(".", None, "_build/html", "_build/.doctrees", "html", settings, status=None)
    app.build()
    sys.exit(app.statuscode)
"""
)
BUILD = """
import sys
from pathlib import Path
from nonlocality.book import commands

sys.exit(commands.build(Path.cwd(), command=[sys.executable, "-c", sys.argv[1]]))
"""


def small_book(root: Path, *, chapter: str = CHAPTER, last: str = FIGURE) -> Path:
    """Write the sources of the small book into a new folder.

    chapter: the text of both chapters. last: what the second one has besides.
    """
    for room in (*SHARED, *WINGS):
        path = root / "lib" / "nonlocality" / room / "one.py"
        path.parent.mkdir(parents=True)
        path.write_text("a first library")
    for name in ("book/_static", "book/printed", "notebooks", "certificates"):
        (root / name).mkdir(parents=True)
    names = [wing.replace("_", "-") for wing in PAIR]
    toctree = "\n".join(f"notebooks/{name}" for name in names)
    files = {
        "book/claims.toml": LEDGER,
        "book/errata.toml": "errata = []",
        "book/printed/table.csv": "n\n31415\n",
        "pyproject.toml": '[project]\nversion = "1"\nlicense = "MIT"\n',
        "requirements.lock": "numpy==2",
        "_toc.yml": "root: index\n",
        "index.md": f"# Book\n\n```{{toctree}}\n{toctree}\n```\n",
    }
    for wing, name in zip(PAIR, names, strict=True):
        text = chapter + last * (wing == PAIR[-1])
        files[f"notebooks/{name}.md"] = text.replace("WING", wing).replace("DASHED", name)
    for name, text in files.items():
        (root / name).write_text(text)
    return root


def start(root: Path) -> subprocess.Popen:
    """Start a build, in a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, SPHINX],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


class Builder:
    """Builds without ``make book``'s own command, each in a fork of a process that loaded Sphinx.

    A build by itself spends most of its time on loading. One at a time: `start` one, which gives
    its process, then `finish` it.
    """

    def __enter__(self) -> "Builder":
        """Start the process that loads."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", BUILDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it; a build that runs is waited for."""
        self.process.communicate()

    def start(self, root: Path) -> int:
        """Start a build of a small book, and return its process."""
        self.root = root
        self.process.stdin.write(f"{root}\n")
        return int(self.process.stdout.readline())

    def finish(self) -> tuple[int, str]:
        """Wait for the build: the code, and what was said."""
        code = int(self.process.stdout.readline())
        return code, (self.root / "said.txt").read_text()


def built(root: Path) -> tuple[int, str]:
    """Build to the end: the code, and what was said."""
    running = start(root)
    words = running.communicate()[0]
    return running.returncode, words


def pages(root: Path) -> dict[str, str]:
    """Every published file with the hash of its bytes."""
    html = root / "_build" / "html"
    return {
        str(path.relative_to(html)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(html.rglob("*"))
        if path.is_file()
    }


def differences(one: dict[str, str], two: dict[str, str]) -> list[str]:
    """Names of the files that are not the same in both."""
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def killed_and_resumed(root: Path, moment: float, right: dict[str, str]) -> list[str]:
    """Kill a build of a new small book at a moment, in seconds; build again; what differs."""
    shutil.rmtree(root, ignore_errors=True)
    small_book(root)
    running = start(root)
    try:
        running.wait(moment)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    code, words = built(root)
    return [f"the second build failed: {words[-300:]}"] if code else differences(pages(root), right)


CHANGES = (
    ("lib/nonlocality/local_realism/one.py", "a first library", "another library"),
    ("book/printed/table.csv", "31415", "27182"),
    ("requirements.lock", "numpy==2", "numpy==99"),
    ("book/claims.toml", "A second paper", "Another paper"),
)
"""Files, what stands there, and what it becomes."""


def stale(root: Path, changes: Iterable[tuple[str, str, str]]) -> list[str]:
    """Change files of a built book and build again: what is wrong with the page."""
    for name, old, new in changes:
        path = root / name
        path.write_text(path.read_text().replace(old, new))
    code, words = built(root)
    page = (root / "_build" / "html" / "notebooks" / "local-realism.html").read_text()
    wrong = [f"the build failed: {words[-300:]}"] if code else []
    for name, old, new in changes:
        if new not in page:
            wrong.append(f"the page does not say what {name} says")
        if old in page:
            wrong.append(f"the page says what {name} said before")
    return wrong


def full_disk(folder: Path, space: int) -> tuple[int, str] | None:
    """Build on a disk with so many bytes beside the sources; None where none can be made."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        return None
    try:
        root = small_book(folder / "book")
        size = shutil.disk_usage(folder).used + space
        subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)
        return built(root)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def main() -> None:
    """Read the command line; print a line a check; end with 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng, failed = random.Random(given.seed), 0

    def say(name: str, wrong: list[str]) -> None:
        nonlocal failed
        failed += bool(wrong)
        print(f"{'WRONG' if wrong else 'ok':6s}{name}", *wrong[:5], sep="\n      ", flush=True)

    with tempfile.TemporaryDirectory() as name:
        root = small_book(Path(name) / "book")
        begun = time.monotonic()
        code, words = built(root)
        whole = time.monotonic() - begun
        right = pages(root)
        say("a clean build", [words[-300:]] if code else [])
        other = small_book(Path(name) / "elsewhere" / "book")
        code, words = built(other)
        say("a clean build in another folder is the same", differences(pages(other), right))
        for change in CHANGES:
            say(f"a change of {change[0]}", stale(other, [change]))
        for number in range(given.kills):
            moment = rng.uniform(0.02, 1) * whole
            wrong = killed_and_resumed(root, moment, right)
            say(f"kill {number + 1}, after {moment / whole:.0%} of the build", wrong)
        space = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
        for share in (0.1, 0.4, 0.7):
            disk = Path(name) / f"disk-{share}"
            disk.mkdir()
            found = full_disk(disk, int(share * space))
            if found is None:
                print("skip  a full disk: none can be mounted here")
            else:
                clear = found[0] and ("is full" in found[1] or "No space left" in found[1])
                wrong = [] if clear else [f"{found[0]}: {found[1][-300:]}"]
                say(f"a disk with room for {share:.0%} of the build", wrong)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
