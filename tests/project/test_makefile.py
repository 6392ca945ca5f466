"""The commands: a wrong Python, an unbuilt book, a build that was interrupted."""

import shutil
import subprocess

import pytest


@pytest.fixture
def folder(root, tmp_path):
    """A checkout, with a blank in its path, whose environment counts as installed."""
    folder = tmp_path / "a checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(root / name, folder)
    (folder / ".venv" / "installed").touch()
    return folder


def make(folder, *words):
    run = subprocess.run(["make", *words], cwd=folder, capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def script(path, text):
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)


def test_help_names_every_command(folder):
    code, words = make(folder)
    assert code == 0
    for name in ("book", "check", "test", "serve", "lab", "pdf", "bench", "lock", "clean"):
        assert f"\n{name} " in "\n" + words


def test_an_old_python_is_refused_by_name_and_nothing_is_installed(folder):
    (folder / ".venv" / "installed").unlink()
    script(folder / "old", 'if [ "$1" = -V ]; then echo Python 3.9; else exit 1; fi\n')
    code, words = make(folder, "book", "PYTHON=./old")
    assert code != 0
    assert "Python 3.11, 3.12 or 3.13 with venv is needed, but ./old is Python 3.9" in words
    assert not (folder / ".venv" / "installed").exists()


def test_serving_an_unbuilt_book_says_what_to_do(folder):
    code, words = make(folder, "serve")
    assert code != 0
    assert "There is no built book yet: run 'make book' first." in words


def test_a_build_after_an_interrupted_one_starts_its_pages_anew(folder):
    book, page = folder / ".venv" / "bin" / "jupyter-book", folder / "_build" / "html" / "page"
    script(book, "mkdir -p _build/html; touch _build/html/page; exit 1")
    code, _ = make(folder, "book")
    assert code != 0
    assert page.exists()
    assert (folder / "_build" / "unfinished").exists()
    script(book, "exit 0")
    code, words = make(folder, "book")
    assert code == 0
    assert "did not finish" in words
    assert not page.exists()
    assert not (folder / "_build" / "unfinished").exists()
    page.parent.mkdir()
    page.touch()
    assert make(folder, "book")[0] == 0
    assert page.exists()
