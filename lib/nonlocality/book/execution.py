"""Chapters are executed side by side, and kept under a key of all that they depend on.

A wing's chapter depends on the ground floor, the workshop (but for what only makes pages of what
was computed), the certificates and its own package,
on its own claims, printed tables and certificates, and on the lock: a change in one wing executes
one chapter. Any other chapter depends on the whole library. Each has a cache of its own, of
jupyter-cache, where MyST-NB finds what was executed here.
"""

import hashlib
import json
import os
import shutil
import signal
import tomllib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import nbformat
import numpy as np
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.execute.cache import NotebookClientCache
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)

SHARED = ("foundations", "book", "certificates")
"""Packages that every chapter depends on."""

AFTER_EXECUTION = {
    f"lib/nonlocality/book/{name}.py"
    for name in (
        "assets",
        "commands",
        "equations",
        "execution",
        "glossary",
        "heads",
        "lab",
        "lists",
        "policy",
        "print_pdf",
        "published",
        "repeats",
        "result_pages",
        "shapes",
        "sphinx",
        "weight",
    )
}
"""Files of the workshop that no chapter's kernel loads: they make pages of what it computed."""

WINGS = (
    "causal_relaxations",
    "macroscopic_locality",
    "postquantum_steering",
    "macroscopic_nonlocality",
    "local_realism",
)
"""Packages that only the chapter of the same name depends on."""


def chapters(env: BuildEnvironment) -> list[str]:
    """Names of the pages that are executed."""
    return sorted(name for name in env.found_docs if name.startswith("notebooks/"))


def _patterns(wing: str) -> list[str]:
    """Files that a chapter depends on, besides itself and its claims."""
    common = [
        "book/printed/*.csv",
        "book/data/*",
        "book/computed/*.csv",
        "requirements.lock",
        "lib/nonlocality/*.py",
    ]
    if wing not in WINGS:
        return [*common, "lib/nonlocality/**/*.*", "certificates/**/*.json"]
    own = [f"lib/nonlocality/{package}/**/*.*" for package in (*SHARED, wing)]
    return [*common, *own, f"certificates/{wing}/**/*.json"]


def dependency_key(root: Path, chapter: str) -> str:
    """Hash of what a chapter's outputs depend on, besides the chapter.

    root: the checkout. chapter: its name, such as ``local-realism``.
    """
    digest = hashlib.sha256()
    wing = chapter.replace("-", "_")
    for path in sorted({path for pattern in _patterns(wing) for path in root.glob(pattern)}):
        name = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix != ".pyc" and name not in AFTER_EXECUTION:
            digest.update(f"{name}\0".encode() + path.read_bytes())
    ledger = tomllib.loads((root / "book" / "claims.toml").read_text(encoding="utf-8"))
    papers = {k: v for k, v in ledger.get("papers", {}).items() if v["chapter"] == chapter}
    claims = {k: v for k, v in ledger["claims"].items() if k.split("-")[0] in papers}
    # a box says what uses its claim, and where that stands
    users = {k: v["rests_on"] for k, v in ledger["claims"].items()
             if claims.keys() & set(np.atleast_1d(v.get("rests_on", [])).tolist())}  # fmt: skip
    places = {k: v["chapter"] for k, v in ledger.get("papers", {}).items()}
    digest.update(json.dumps([papers, claims, users, places], default=str).encode())
    return digest.hexdigest()[:16]


def cache_of(root: Path, chapter: str) -> Path:
    """Where a chapter's outputs are kept; what was kept under another key is removed."""
    folder = root / "_build" / "executed" / chapter
    current = folder / dependency_key(root, chapter)
    for old in folder.glob("*"):
        if old != current:
            shutil.rmtree(old)
    return current


def use_caches_of_chapters() -> None:
    """Let MyST-NB look for a chapter's outputs in the chapter's own cache, and hand all of it on.

    When outputs come from the cache, myst-nb 1.4 shows them in the page but writes the notebook
    without them, for download and for the records; so they are written into the notebook too.
    """
    start = NotebookClientCache.start_client

    def start_client(self: NotebookClientCache) -> None:
        given, path = self.notebook, Path(self.path)
        cache = cache_of(path.parents[1], path.stem)
        self._nb_config = replace(self._nb_config, execution_cache_path=str(cache))
        start(self)
        given.cells = self.notebook.cells  # the merged copy, if there was one
        given.metadata.update(self.notebook.metadata)
        for k, cell in enumerate(given.cells):  # the same inputs give the same file
            cell.metadata.pop("execution", None)  # times of day
            if "id" in cell:
                cell["id"] = f"cell-{k}"

    NotebookClientCache.start_client = start_client


def _stale(app: Sphinx, env: BuildEnvironment, names: list[str]) -> dict[str, tuple]:
    """Chapters that no cache has: for each its notebook and its cache."""
    found = {}
    for name in names:
        path = Path(env.doc2path(name))
        text = path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        if reader is None:
            continue
        notebook = reader.read(text)
        cache = get_cache(str(cache_of(Path(app.srcdir), path.stem)))
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            found[name] = notebook, cache
    return found


def execute_ahead(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Before anything is read: execute what is stale, as many at once as there are cores.

    A chapter that fails stops none of the others: they are kept. Only this thread writes caches.
    """
    stale = _stale(app, env, [name for name in names if name.startswith("notebooks/")])
    if not stale:
        return
    timeout, clients = env.mystnb_config.execution_timeout, []

    def execute(name: str, notebook: nbformat.NotebookNode) -> float:
        folder = str(Path(env.doc2path(name)).parent)
        client = NotebookClient(
            notebook,
            timeout=timeout,
            record_timing=False,  # times of day would be part of the key
            resources={"metadata": {"path": folder}},
        )
        clients.append(client)
        start = perf_counter()
        client.execute()
        return perf_counter() - start

    # the longest first, so that they do not end alone
    order = sorted(stale, key=lambda name: -Path(env.doc2path(name)).stat().st_size)
    failures = []
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        jobs = {pool.submit(execute, name, stale[name][0]): name for name in order}
        try:
            for done, job in enumerate(as_completed(jobs), 1):
                name = jobs[job]
                try:
                    seconds = job.result()
                except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                    failures.append(f"{name}: {error}")
                    continue
                notebook, cache = stale[name]
                bundle = CacheBundleIn(
                    notebook, env.doc2path(name), data={"execution_seconds": seconds}
                )
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
                logger.info("executed %s in %.0f s (%d of %d)", name, seconds, done, len(jobs))
        except BaseException:  # Ctrl-C: nothing further starts, no kernel is left
            pool.shutdown(wait=False, cancel_futures=True)
            for client in clients:
                if client.km is not None and client.km.has_kernel:
                    os.kill(client.km.provisioner.pid, signal.SIGKILL)
            raise
    if failures:
        raise ExtensionError("A chapter could not be executed.\n\n" + "\n\n".join(failures))
