"""Links between docstrings: each leads to something that is there.

The build of the book finds the same, but takes minutes and comes last.
"""

import ast
import builtins
import re

LINK = re.compile(r":(?:func|class|data):`~?([^`]+)`")


def names(text):
    """What a module defines at its top."""
    found = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {t.id for t in node.targets if isinstance(t, ast.Name)}
        elif isinstance(node, ast.AnnAssign):
            found.add(node.target.id)
    return found


def test_links_in_docstrings_lead_to_what_is_there(root):
    files = {p: p.read_text(encoding="utf-8") for p in (root / "lib").rglob("*.py")}
    there = {p: names(text) for p, text in files.items()}
    anywhere = set().union(*there.values())
    astray = []
    for path, text in files.items():
        for target in LINK.findall(text):
            module, _, name = target.rpartition(".")
            if not module:
                found = name in there[path] or hasattr(builtins, name)
            elif not module.startswith("nonlocality"):
                found = not target.startswith(".") or name in anywhere
            else:
                file = root / "lib" / (module.replace(".", "/") + ".py")
                found = name in there.get(file, ())
            if not found:
                astray.append(f"{path.name}: {target}")
    assert not astray
