"""The page on the library lists all modules, and each knows only those above it."""

import re


def test_every_module_is_on_the_page_and_knows_only_those_above_it(root):
    page = (root / "book" / "api.md").read_text(encoding="utf-8")
    order = re.findall(r"automodule:: nonlocality\.(\S+)", page)
    library = root / "lib" / "nonlocality"
    files = {
        ".".join(path.relative_to(library).with_suffix("").parts).removesuffix(".__init__"): path
        for path in library.rglob("*.py")
        if path.stem != "__main__" and path.parent.name != "__pycache__"
    }
    del files["__init__"]
    assert sorted(order) == sorted(files)
    for name, path in files.items():
        text = path.read_text(encoding="utf-8")
        known = re.findall(r"^ *from nonlocality\.(\S+) import", text, re.M)
        for names in re.findall(r"^ *from nonlocality import (.*)", text, re.M):
            known += [each.strip() for each in names.split(",")]
        below = [each for each in known if order.index(each) > order.index(name)]
        assert not below, f"{name} must not import {below}"
