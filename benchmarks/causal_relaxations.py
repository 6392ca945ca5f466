"""Timings behind the chapter on causal relaxations: ``make bench``."""

import json
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from benchmarks.timing import import_seconds, report, seconds
from nonlocality.causal_relaxations.bilocality import Nonbilocality
from nonlocality.causal_relaxations.dependence_of_links import symmetric_dependence_given_value
from nonlocality.causal_relaxations.hall_measure import minimal_hall_dependence
from nonlocality.causal_relaxations.influence import (
    influence_vertices,
    minimal_influence,
    minimal_influence_given_value,
)
from nonlocality.causal_relaxations.measurement_dependence import (
    minimal_dependence,
    minimal_dependence_given_value,
)
from nonlocality.causal_relaxations.mutual_information import link_strength
from nonlocality.causal_relaxations.swapping import behaviour_swapping
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.cglmp import (
    behaviour_from_links,
    cglmp_coefficients,
    cglmp_quantum_maximum,
    optimal_links,
    quantum_links,
)
from nonlocality.foundations.inequalities import behaviour_pr_box_3322, i3322_functional
from nonlocality.foundations.strategies import CausalModel


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

    i3322 = i3322_functional()
    report(
        "Fig. 2: one point, whole behaviour",
        seconds(lambda: minimal_influence(behaviour_pr_box_3322(visibility=0.8), cause="x")),
        0.1,
    )
    report(
        "Fig. 2: one point, value only",
        seconds(lambda: minimal_influence_given_value(i3322, 0.5, cause="x")),
        0.1,
    )
    cglmp = cglmp_coefficients(8) / 7
    full = seconds(lambda: minimal_dependence_given_value(cglmp, 3.0), repeat=3)
    reduced = seconds(lambda: symmetric_dependence_given_value(8, 3.0))
    report("CGLMP, d = 8: the paper's program", full, 15)
    report("CGLMP, d = 8: reduced", reduced, 0.05)
    print(f"{'ratio':<58}{full / reduced:>10.0f}")
    report("CGLMP, d = 16: reduced", seconds(lambda: symmetric_dependence_given_value(16, 3.0)))
    for d in (2, 4, 6):  # the paper prefers M as "substantially faster"
        behaviour = behaviour_from_links(optimal_links(d))
        m = seconds(lambda b=behaviour: minimal_dependence(b), repeat=3)
        hall = seconds(lambda b=behaviour: minimal_hall_dependence(b), repeat=3)
        print(f"{f'Hall over M, d = {d}: ratio of the two programs':<58}{hall / m:>10.2f}")
    links = quantum_links(cglmp_quantum_maximum(8)[1])
    report("least mutual information, d = 8", seconds(lambda: link_strength(links)))
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory of this process':<58}{peak:>10.0f} MB   (promised at most 1000 MB)")

    record = Path("_build/chapter-seconds.json")
    if record.exists():
        for name, value in json.loads(record.read_text()).items():
            report(f"chapter {name}, last execution", value, 90)


if __name__ == "__main__":
    main()
