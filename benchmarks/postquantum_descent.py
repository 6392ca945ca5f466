"""The descent of App. D of arXiv:1505.01430 from many random functionals, kept as data.

``python -m benchmarks.postquantum_descent`` writes book/computed/ps-descent.csv; some ten minutes.
One row a functional: its class and number (the seed of its generator), the first visibility μ
(empty where the first test fails), and the μ that two kinds of descent reach in 300 pairs of programs.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from nonlocality.postquantum_steering.descent import descend
from nonlocality.postquantum_steering.search import random_functional

TARGET = Path(__file__).parent.parent / "book" / "computed" / "ps-descent.csv"
DRAWS = 150


def row(kind: str, number: int) -> list:
    """One functional followed."""
    rng = np.random.default_rng([1505, number])
    functional = random_functional(rng, symmetric=kind == "symmetric")
    first = descend(functional, steps=1)[0]
    if not np.isfinite(first):
        return [kind, number, "", "", ""]
    ends = [descend(functional, method=m)[-1] for m in ("halving", "L-BFGS")]
    return [kind, number, *(f"{x:.6f}" for x in (first, *ends))]


def main() -> None:
    """Write the table."""
    TARGET.parent.mkdir(exist_ok=True)
    with TARGET.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["class", "number", "first", "halving", "l_bfgs"])
        for kind in ("real", "symmetric"):
            for number in range(DRAWS):
                out.writerow(row(kind, number))
                file.flush()
                print(kind, number, file=sys.stderr)


if __name__ == "__main__":
    main()
