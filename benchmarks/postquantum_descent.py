"""What the chapter on postquantum steering keeps as data, with its seeds: some ten minutes.

``python -m benchmarks.postquantum_descent [example] [search] [descent]`` writes in book/computed,
with two processes, and goes on where it was interrupted,

- ps-descent.csv, one row a random functional: its class and number (the seed of its generator),
  the first visibility μ of App. D (empty where the first test fails), and the μ that two kinds of
  descent reach in 300 pairs of programs;
- ps-descent-example.json, the functional at the end of one of them;
- ps-search.csv, the see-saw from ten seeds.
"""

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.sweeping import all_values
from nonlocality.postquantum_steering.descent import descend
from nonlocality.postquantum_steering.search import random_functional, see_saw

FOLDER = Path(__file__).parent.parent / "book" / "computed"
DRAWS = 150
EXAMPLE = ("symmetric", 77)


def functional(kind: str, number: int) -> np.ndarray:
    """The functional of a class and number."""
    rng = np.random.default_rng([1505, number])
    return random_functional(rng, symmetric=kind == "symmetric")


def descent_row(kind: str, number: int) -> list:
    """One functional followed."""
    start = functional(kind, number)
    first = descend(start, steps=1).visibilities[0]
    if not np.isfinite(first):
        return [kind, number, "", "", ""]
    ends = [descend(start, method=m).visibilities[-1] for m in ("halving", "L-BFGS")]
    return [kind, number, *(f"{x:.6f}" for x in (first, *ends))]


def search_row(kind: str, seed: int) -> list:
    """One search."""
    found = see_saw(seed, symmetric=kind == "symmetric")
    return [seed, kind, f"{found.robustness:.8f}", found.taken]


def swept(function: Callable[..., list], numbers: range, *, by: str) -> list[list]:
    """Rows of both classes and all numbers."""
    return all_values(
        function, [{"kind": kind, by: n} for kind in ("real", "symmetric") for n in numbers]
    )


def write(name: str, head: list, rows: list) -> None:
    """A table of book/computed."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / name).open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def main(*parts: str) -> None:
    """Write the files named, or all."""
    if not parts or "example" in parts:
        found = descend(functional(*EXAMPLE), method="L-BFGS")
        data = {"class": EXAMPLE[0], "number": EXAMPLE[1], "visibilities": found.visibilities,
                "functional": np.round(found.functional, 9).tolist()}  # fmt: skip
        (FOLDER / "ps-descent-example.json").write_text(json.dumps(data) + "\n", encoding="utf-8")
    if not parts or "search" in parts:
        write("ps-search.csv", ["seed", "class", "white_noise_robustness", "steps"],
              swept(search_row, range(5), by="seed"))  # fmt: skip
    if not parts or "descent" in parts:
        rows = swept(descent_row, range(DRAWS), by="number")
        write("ps-descent.csv", ["class", "number", "first", "halving", "l_bfgs"], rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
