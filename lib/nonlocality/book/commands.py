"""What ``make book``, ``make serve`` and ``make audit`` do.

A build holds a lock, so that a second one waits for it. ``_build/unfinished`` stands while a
build runs: where it is there at the start, the last build was interrupted or failed, its pages
may be half written, its warnings half said, and pages are built anew. So they are when the list
of chapters has changed, or else the page of a chapter that was taken out would stay. What was
executed is kept: an executed chapter is whole or absent. Where neither the sources have changed
since a build that ended well nor what it made, nothing is built.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from nonlocality.book.published import ask_git

BUILD = (
    str(Path(sys.executable).with_name("jupyter-book")),
    *("build", ".", "-n", "-W", "--keep-going"),
)
"""How the pages are built."""

AUDIT = (
    *(sys.executable, "-m", "uv", "tool", "run", "pip-audit", "--require-hashes", "--disable-pip"),
    *("--requirement", "requirements.lock", "--progress-spinner", "off", "--format", "json"),
)
"""How the lock is compared with the databases of known vulnerabilities."""

LITTLE_SPACE = 10**7
"""Bytes below which a failed build says that the disk may be full."""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; wait for who holds it."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another build is at work here: waiting for it to end.", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sources(root: Path, command: Sequence[str]) -> str:
    """Hash of all that a build may read: files, what git says of them, how it is built."""
    git = [ask_git(root, "rev-parse", "HEAD"), ask_git(root, "status", "--porcelain")]
    digest = hashlib.sha256(json.dumps([*command, sys.version, *git]).encode())
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(
            name for name in inner if not name.startswith((".", "_build", "__pycache__"))
        )
        for name in sorted(names):
            if (path := Path(folder, name)).is_file():
                digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _made(folder: Path) -> str:
    """Hash of what a build has made: each file with its size and its time."""
    digest = hashlib.sha256()
    for path in sorted((folder / "html").rglob("*")):
        seen = path.stat()
        digest.update(f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def build(root: Path, *, command: Sequence[str] = BUILD) -> int:
    """Build the book of a checkout into ``_build/html``; 0 if that went well.

    command: what builds the pages, run in `root`. Raises OSError where nothing can be written.
    """
    folder = root / "_build"
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        unfinished, contents = folder / "unfinished", folder / "contents.yml"
        built, sources = folder / "built", _sources(root, command)
        same = built.is_file() and built.read_text() == f"{sources} {_made(folder)}"
        if same and not unfinished.exists():
            print(f"Nothing has changed since the last build. Open {folder}/html/index.html")
            return 0
        now = (root / "_toc.yml").read_bytes()
        changed = contents.is_file() and contents.read_bytes() != now
        if unfinished.exists():
            print("The last build did not finish: starting its pages anew.", flush=True)
        elif changed:
            print("The list of chapters has changed: starting the pages anew.", flush=True)
        if unfinished.exists() or changed:
            for name in ("html", ".doctrees", "jupyter_execute"):
                shutil.rmtree(folder / name, ignore_errors=True)
        unfinished.touch()
        code = subprocess.run(command, cwd=root).returncode
        if code:
            free = shutil.disk_usage(folder).free
            if free < LITTLE_SPACE:
                print(f"The disk that holds {folder} is full: {free // 1000} kB are free.")
            print("The build failed: what it says above must be mended first.", flush=True)
            return code
        contents.write_bytes(now)
        built.write_text(f"{sources} {_made(folder)}")
        unfinished.unlink()
    print(f"\nBuilt. Open {folder}/html/index.html")
    return 0


def refusal(root: Path) -> str:
    """Why the pages of a checkout may not be served; empty if they may."""
    if (root / "_build" / "unfinished").exists():
        return "The last build failed, or one is at work: run 'make book' until it ends well."
    if not (root / "_build" / "html" / "index.html").is_file():
        return "There is no built book yet: run 'make book' first."
    return ""


def serve(root: Path, *, port: int) -> int:
    """Serve a finished book at http://localhost:`port`, to this machine alone, until Ctrl-C."""
    if why := refusal(root):
        print(why)
        return 1
    handler = partial(SimpleHTTPRequestHandler, directory=str(root / "_build" / "html"))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        words = str(error).partition("] ")[2] or str(error)
        print(f"Port {port} cannot be had ({words}): try another, 'make serve PORT=8765'.")
        return 1
    print(f"The book is at http://localhost:{server.server_port} until Ctrl-C.", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def judge_audit(report: Mapping) -> tuple[int, str]:
    """What pip-audit's report comes to: 0 or 1, and a sentence.

    It says "no known vulnerabilities" also of packages that it could not look up: these are
    not judged here, and where none was looked up, nothing was.

    >>> judge_audit({"dependencies": [{"name": "numpy", "skip_reason": "not found"}]})
    (1, 'Nothing was judged: the database of vulnerabilities knew none of 1 packages.')
    """
    packages = report["dependencies"]
    judged = [package for package in packages if "vulns" in package]
    bad = [package for package in judged if package["vulns"]]
    if not judged:
        return 1, (
            "Nothing was judged: the database of vulnerabilities knew none of "
            f"{len(packages)} packages."
        )
    left = len(packages) - len(judged)
    words = f"{len(judged)} packages were judged" + (f", {left} were not." if left else ".")
    for package in bad:
        names = ", ".join(found["id"] for found in package["vulns"])
        words += f"\n{package['name']} {package.get('version', '')}: {names}"
    return int(bool(bad or left)), words if bad else f"{words} No vulnerability is known of them."


def audit(root: Path, *, command: Sequence[str] = AUDIT) -> int:
    """Compare the lock with the databases of known vulnerabilities; 0 if all is judged and well."""
    run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    try:
        code, words = judge_audit(json.loads(run.stdout))
    except (ValueError, KeyError, TypeError):  # no report
        last = (run.stderr.strip().splitlines() or ["it said nothing"])[-1]
        code, words = 1, f"Nothing was judged: the audit tool could not run ({last})."
    print(words)
    return code


def main(words: Sequence[str]) -> int:
    """Run one of the commands, in the folder of the checkout."""
    parser = argparse.ArgumentParser(prog="python -m nonlocality.book.commands")
    parser.add_argument("command", choices=("build", "serve", "audit"))
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args(words)
    try:
        match given.command:
            case "build":
                return build(Path.cwd())
            case "serve":
                return serve(Path.cwd(), port=given.port)
        return audit(Path.cwd())
    except OSError as error:
        print(f"{error.strerror}: {error.filename or Path.cwd()}. Nothing could be written there.")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
