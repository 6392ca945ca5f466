"""Timings behind the chapter on causal relaxations: ``make bench``."""

import json
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from benchmarks.timing import import_seconds, report, seconds
from nonlocality.behaviours import behaviour_pr_box
from nonlocality.bilocality import Nonbilocality, behaviour_swapping
from nonlocality.causal import influence_vertices, minimal_influence
from nonlocality.strategies import CausalModel


def influence_by_linprog() -> float:
    """C_{X→B} of the PR box with SciPy's interface to the same solver, written out."""
    model = CausalModel(("x", "xy"), (2, 2), (2, 2))
    rows = model.influence_rows(cause="x", target=1)
    return linprog(
        np.append(np.zeros(model.size), 1),
        A_eq=sp.hstack([model.matrix, sp.csc_array((16, 1))]),
        b_eq=behaviour_pr_box().table.ravel(),
        A_ub=sp.hstack([rows, -np.ones((rows.shape[0], 1))]),
        b_ub=np.zeros(rows.shape[0]),
    ).fun


def main() -> None:
    """Print every figure."""
    report("import nonlocality", import_seconds("nonlocality"), 0.5)
    report("Table I, exact", seconds(lambda: influence_vertices(cause="x")), 2)
    program = Nonbilocality(behaviour_swapping(visibility=0.8))
    report("bilocality: one point, once built", seconds(lambda: program.at(0.2)), 0.01)
    report("bilocality: building, with the range of ν",
           seconds(lambda: Nonbilocality(behaviour_swapping(visibility=0.8))))  # fmt: skip

    ours = seconds(lambda: minimal_influence(behaviour_pr_box(), cause="x"))
    theirs = seconds(influence_by_linprog)
    report("influence: through CVXPY, checked, with dual bound", ours)
    report("influence: scipy.optimize.linprog, value only", theirs)
    print(f"{'ratio':<58}{ours / theirs:>10.2f}")

    path = Path("_build/jupyter_execute/notebooks/causal-relaxations.ipynb")
    if path.exists():
        cells = json.loads(path.read_text())["cells"]
        print(f"{'chapter: code cells executed in the last build':<58}"
              f"{sum(c['cell_type'] == 'code' for c in cells):>10}")  # fmt: skip


if __name__ == "__main__":
    main()
