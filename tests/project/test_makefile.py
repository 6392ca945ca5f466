"""The commands of the Makefile."""

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
    run = subprocess.run(
        ["make", "--no-print-directory", *words], cwd=folder, capture_output=True, text=True
    )
    return run.returncode, run.stdout + run.stderr


def script(path, text):
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)


def test_help_names_every_command(folder):
    code, words = make(folder)
    assert code == 0
    for name in ("book", "check", "test", "serve", "lab", "pdf", "bench", "lock", "audit", "clean"):
        assert f"\n{name} " in "\n" + words


def test_an_old_python_is_refused_by_name_and_nothing_is_installed(folder):
    (folder / ".venv" / "installed").unlink()
    script(folder / "old", 'if [ "$1" = -V ]; then echo Python 3.9; else exit 1; fi\n')
    code, words = make(folder, "book", "PYTHON=./old")
    assert code != 0
    assert "Python 3.11 to 3.14 with venv is needed, but ./old is Python 3.9" in words
    assert not (folder / ".venv" / "installed").exists()


def test_building_serving_and_auditing_are_the_commands_of_the_library(folder):
    script(folder / ".venv" / "bin" / "python", 'echo "$@"\n')
    for words, expected in (
        (["book"], "build"),
        (["serve"], "serve --port 8000"),
        (["serve", "PORT=8765"], "serve --port 8765"),
        (["audit"], "audit"),
    ):
        assert make(folder, *words) == (0, f"-m nonlocality.book.commands {expected}\n")


def test_a_failed_build_ends_make(folder):
    script(folder / ".venv" / "bin" / "python", "exit 3\n")
    assert make(folder, "book")[0] != 0
