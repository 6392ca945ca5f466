"""JupyterLab's view of the chapters: folded as in the book, and saved as they were."""

import json
import shutil

import jupytext
import pytest
from helpers import CHAPTERS
from ipykernel.ipkernel import IPythonKernel

from nonlocality.book.lab import FOLDED, Chapters


@pytest.fixture(scope="module")
def lab(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    for name in CHAPTERS:
        shutil.copy(root / "notebooks" / f"{name}.md", folder)
    return Chapters(root_dir=str(folder))


def opened(lab, name):
    return lab.get(f"{name}.md", type="notebook", content=True)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_that_is_opened_and_saved_is_the_same_file(lab, root, tmp_path, name):
    model = opened(lab, name)
    shown = json.loads(json.dumps(model["content"]))  # as it travels
    lab.save({**model, "content": shown}, f"{name}.md")
    saved = f"{lab.root_dir}/{name}.md"
    with open(saved, encoding="utf-8") as file:
        assert file.read() == (root / "notebooks" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CHAPTERS)
def test_cells_that_the_book_folds_start_collapsed_and_others_open(lab, name):
    cells = [cell for cell in opened(lab, name)["content"]["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        hidden = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
        assert hidden == bool(FOLDED & set(cell["metadata"].get("tags", ())))
    assert 0 < sum("jupyter" in cell["metadata"] for cell in cells) < len(cells)


def test_a_chapter_opens_with_what_the_kernel_will_say(lab):
    """Else the tab is marked as changed as soon as the kernel has started."""
    about = opened(lab, "primer")["content"]["metadata"]
    assert about["language_info"] == IPythonKernel.language_info
    assert about["kernelspec"]["name"] == "python3"
    assert about["kernelspec"]["language"] == "python"


def test_what_a_reader_folds_by_hand_is_kept_and_a_change_is_saved(lab, root):
    model = opened(lab, "primer")
    cell = next(c for c in model["content"]["cells"] if c["cell_type"] == "code"
                and "jupyter" not in c["metadata"])  # fmt: skip
    cell["metadata"]["jupyter"] = {"source_hidden": True}
    cell["source"] = "1 + 1"
    lab.save(model, "primer.md")
    again = jupytext.read(f"{lab.root_dir}/primer.md")
    (found,) = [c for c in again.cells if c.source == "1 + 1"]
    assert found.metadata["jupyter"] == {"source_hidden": True}
    shutil.copy(root / "notebooks" / "primer.md", lab.root_dir)


def test_folders_and_other_files_are_as_they_are(lab):
    assert {each["name"] for each in lab.get("")["content"]} == {f"{n}.md" for n in CHAPTERS}


def test_lab_is_set_up_by_the_files_that_are_copied_for_it(root):
    folder = root / "book" / "lab"
    setup = json.loads((folder / "jupyter_server_config.json").read_text())
    assert setup["ServerApp"]["contents_manager_class"] == f"{Chapters.__module__}.Chapters"
    wishes = json.loads((folder / "labconfig" / "default_setting_overrides.json").read_text())
    viewers = wishes["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]
    assert viewers["myst"] == viewers["markdown"] == "Jupytext Notebook"
    assert wishes["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    for starter in ("Makefile", "binder/postBuild"):
        assert "cp -r book/lab/." in (root / starter).read_text()
