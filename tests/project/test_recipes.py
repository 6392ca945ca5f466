"""The recipes on the pages about the library: what one would type first must run."""

import re
import shutil
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "book" / "library").glob("*.md"))
RECIPE = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)


def recipes(page):
    return RECIPE.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "page", [page for page in PAGES if recipes(page)], ids=lambda page: page.stem
)
def test_the_recipes_of_a_page_run_in_their_order(page, root, monkeypatch, tmp_path):
    """In a folder with nothing but a table of counts."""
    shutil.copy(root / "tests/experiments/data/08-labels-strings.csv", tmp_path / "counts.csv")
    monkeypatch.chdir(tmp_path)
    known = {}
    for recipe in recipes(page):
        exec(compile(recipe, page.name, "exec"), known)


def test_every_wing_has_a_recipe():
    with_recipes = {page.stem for page in PAGES if recipes(page)}
    assert {"foundations", "causal-relaxations", "macroscopic-locality", "postquantum-steering",
            "macroscopic-nonlocality", "local-realism", "experiments"} <= with_recipes  # fmt: skip
