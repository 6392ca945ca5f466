"""Chapters in JupyterLab: open as the book shows them, and unchanged until somebody changes them.

A chapter is a text file. What JupyterLab writes into a notebook as soon as it is open (the version
of Python, the full name of the kernel) and what the book folds by its tags is added when a chapter
is opened and taken away when it is saved, so that neither marks the tab nor reaches the file.
"""

from collections.abc import Iterator

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupytext import TextFileContentsManager

FOLDED = {"hide-input", "remove-input", "hide-cell", "remove-cell"}
"""Tags of cells whose code the book does not show at once."""


def _folded(notebook: dict) -> Iterator[dict]:
    """The metadata of cells that start collapsed."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and FOLDED & set(cell["metadata"].get("tags", ())):
            yield cell["metadata"]


def opened(notebook: dict) -> dict:
    """A notebook as JupyterLab wants to find it: kernel, language, folded cells.

    notebook: as nbformat has it; it is changed, and returned.

    >>> cell = {"cell_type": "code", "metadata": {"tags": ["hide-input"]}}
    >>> opened({"metadata": {}, "cells": [cell]})["cells"][0]["metadata"]["jupyter"]
    {'source_hidden': True}
    """
    about = notebook["metadata"]
    about["language_info"] = IPythonKernel.language_info
    kernel = about.get("kernelspec", {})
    try:
        found = KernelSpecManager().get_kernel_spec(kernel.get("name", ""))
        kernel.update(display_name=found.display_name, language=found.language)
    except NoSuchKernel:
        pass  # then JupyterLab asks which one to take
    for metadata in _folded(notebook):
        metadata["jupyter"] = {**metadata.get("jupyter", {}), "source_hidden": True}
    return notebook


def closed(notebook: dict, *, kernel: str = "Python 3") -> dict:
    """A notebook without what :func:`opened` added.

    notebook: it is changed, and returned. kernel: what Python's own kernel is called in files.

    >>> cell = {"cell_type": "code", "metadata": {"tags": ["hide-input"]}}
    >>> closed(opened({"metadata": {}, "cells": [cell]}))["cells"][0]["metadata"]
    {'tags': ['hide-input']}
    """
    notebook["metadata"].pop("language_info", None)
    found = notebook["metadata"].get("kernelspec", {})
    if found.get("name") == "python3":
        found["display_name"] = kernel
    for metadata in _folded(notebook):
        how = {k: v for k, v in metadata.get("jupyter", {}).items() if k != "source_hidden"}
        metadata.pop("jupyter", None)
        if how:
            metadata["jupyter"] = how
    return notebook


class Chapters(TextFileContentsManager):
    """The files that JupyterLab sees, chapters as :func:`opened` gives them."""

    def get(self, path: str, *args: object, **options: object) -> dict:
        """A file or folder; what a notebook shows is prepared."""
        model = super().get(path, *args, **options)
        if model["type"] == "notebook" and model.get("content"):
            opened(model["content"])
        return model

    def save(self, model: dict, path: str = "") -> dict:
        """Write a file; of a notebook only what is its own."""
        if model.get("type") == "notebook" and model.get("content"):
            closed(model["content"])
        return super().save(model, path)
