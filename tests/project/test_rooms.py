"""The rooms: who may import whom, which words a package has, what an import loads."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import nonlocality

LIBRARY = Path(nonlocality.__file__).parent
WINGS = (
    "causal_relaxations",
    "macroscopic_locality",
    "postquantum_steering",
    "macroscopic_nonlocality",
    "local_realism",
)
MAY_IMPORT = {
    "certificates": (),
    "foundations": (),
    "book": ("foundations", "certificates"),
    **{wing: ("foundations", "book", "certificates") for wing in WINGS},
    "experiments": ("foundations", "book", "certificates", *WINGS),
}
"""Besides itself."""
TOOLS = ("commands", "execution", "lab", "sphinx", "print_pdf")
"""Of the workshop: what builds pages and needs more than the library does."""
FILES = sorted(LIBRARY.rglob("*.py"))
MODULES = [
    ".".join(path.relative_to(LIBRARY).with_suffix("").parts).removesuffix(".__init__")
    for path in FILES
    if path.parent != LIBRARY and path.stem != "__main__"
]


def imported(tree):
    """Full names of what a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def foreign_rooms(path, text):
    """Rooms that a file of the library imports and must not."""
    room = path.relative_to(LIBRARY).parts[0]
    names = [name.split(".") for name in imported(ast.parse(text))]
    rooms = {parts[1] for parts in names if parts[0] == "nonlocality" and len(parts) > 1}
    return sorted((rooms & set(MAY_IMPORT)) - {room, *MAY_IMPORT[room]})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_a_file_imports_only_from_the_rooms_that_it_may(path):
    if path.parent != LIBRARY:
        wrong = foreign_rooms(path, path.read_text(encoding="utf-8"))
        assert not wrong, f"{path.relative_to(LIBRARY)} must not import from {wrong}"


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("from nonlocality.local_realism import monogamy", "local_realism"),
        ("from nonlocality.local_realism.monogamy import see_saw", "local_realism"),
        ("def f():\n    from nonlocality import local_realism", "local_realism"),
        ("import nonlocality.book.figures", "book"),
    ],
)
def test_an_import_across_rooms_is_noticed(text, room):
    assert foreign_rooms(LIBRARY / "foundations" / "new.py", text) == [room]


def circles(files):
    """Names of modules that import one another in a circle, wherever in the file they do.

    files: a text for each module. What is imported for annotations alone does not count.
    """
    needs = {}
    for name, text in files.items():
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
                node.body = [ast.Pass()]
        needs[name] = set(imported(tree)) & set(files) - {name}
    while free := [name for name, found in needs.items() if not found & set(needs)]:
        for name in free:
            del needs[name]
    return sorted(name for name in needs if any(name in found for found in needs.values()))


def test_no_two_files_import_one_another():
    files = {
        f"nonlocality.{name}": (LIBRARY / f"{name.replace('.', '/')}.py").read_text("utf-8")
        for name in MODULES
        if (LIBRARY / f"{name.replace('.', '/')}.py").exists()
    }
    assert len(files) > 150
    assert not circles(files)


def test_a_circle_of_imports_is_noticed():
    files = {
        "a.b": "def f():\n    from a.c import g",
        "a.c": "from a import d",
        "a.d": "import a.b",
        "a.e": "import a.b",
        "a.f": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a.g",
        "a.g": "import a.f",
    }
    assert circles(files) == ["a.b", "a.c", "a.d"]


def test_certificates_import_the_standard_library_alone():
    for path in (LIBRARY / "certificates").glob("*.py"):
        for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            first, *rest = name.split(".")
            assert first in sys.stdlib_module_names or rest[:1] == ["certificates"], (path, name)


@pytest.mark.parametrize("room", [room for room in MAY_IMPORT if room != "certificates"])
def test_a_package_names_every_public_function_and_class_of_its_files(room):
    package = importlib.import_module(f"nonlocality.{room}")
    found, modules = set(), {path.stem for path in (LIBRARY / room).glob("*.py")}
    for path in (LIBRARY / room).glob("*.py"):
        if path.stem not in ("__init__", *TOOLS):
            names = {
                node.name
                for node in ast.parse(path.read_text(encoding="utf-8")).body
                if isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
            }
            assert not names & found, f"{path} defines again {names & found}"
            assert path.stem not in names | found, f"{path} is named like a function"
            found |= names
            assert path.stem in package.__doc__, f"{room} does not say what is in {path.name}"
    assert found | modules == set(package.__all__) | modules
    assert found <= set(dir(package))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_a_file_is_short_enough_for_one_topic(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 300, f"{path.relative_to(LIBRARY)} has {lines} lines: which of its topics goes?"


def test_tests_stand_where_the_files_do():
    tests = Path(__file__).parents[1]
    for path in FILES:
        place = path.relative_to(LIBRARY)
        if len(place.parts) == 2 and path.stem not in ("__init__", "__main__", "print_pdf"):
            mirror = tests / place.with_name(f"test_{path.name}")
            assert mirror.is_file() or place.parts[0] == "certificates", f"{mirror} is missing"


def test_the_page_on_the_library_lists_every_module(root):
    page = "".join(path.read_text("utf-8") for path in (root / "book" / "library").glob("*.md"))
    hidden = {f"book.{tool}" for tool in TOOLS}
    for module in MODULES:
        listed = f"automodule:: nonlocality.{module}\n" in page
        assert listed == ("." in module and module not in hidden), module


@pytest.mark.parametrize("names", [[], MODULES], ids=["package", "every module"])
def test_imports_load_no_solver(names):
    names = [name for name in names if name.removeprefix("book.") not in TOOLS]
    imports = "; ".join(["import nonlocality", *(f"import nonlocality.{k}" for k in names)])
    heavy = ("cvxpy", "picos", "matplotlib.pyplot", "ppl", "highspy", "ipywidgets", "clarabel")
    code = f"import sys; {imports}; print([k for k in {heavy} if k in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
