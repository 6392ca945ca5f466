"""What `make bench` measures of the house itself."""

import ast
import subprocess
import sys

from benchmarks import house
from benchmarks.timing import duration


def test_the_change_whose_build_is_timed_passes_lint(root):
    """Otherwise `make test`, which is timed after it, would end there."""
    text = house.WING.read_text("utf-8")
    new = house.changed(text)
    assert new != text
    assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(text))
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--check",
        "--stdin-filename",
        "wing.py",
        "-",
    ]
    subprocess.run(command, input=new, text=True, cwd=root, check=True, capture_output=True)


def test_every_package_of_the_library_has_its_lines_counted(root):
    found = house.lines_by_package()
    assert set(found) == {p.parent.name for p in (root / "lib/nonlocality").glob("*/__init__.py")}
    assert min(found.values()) > 100


def test_long_times_are_said_in_seconds():
    assert (duration(0.0591), duration(240.4).strip()) == ("59.1 ms", "240 s")
