"""The doors against the same programs written in CVXPY, paired in one run, and the solver alone.

Processor time, the least of several, call by call in turn. At 1+AB nearly all of it is the
solver's own, and the door asks it for two digits more than CVXPY does by default.
"""

from collections.abc import Callable
from time import process_time

import cvxpy as cp
import numpy as np

from benchmarks.timing import report
from nonlocality.causal_relaxations.influence import minimal_influence
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.cglmp import cglmp_coefficients
from nonlocality.foundations.inequalities import correlator_functional
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.structure import moment_structure

CHSH = correlator_functional([[1, 1], [1, -1]])
REPEATS = 25


def paired(*calls: Callable[[], object]) -> list[float]:
    """The least time of each call, taken in turn, so that what else runs meets all alike."""
    times = np.full((REPEATS, len(calls)), np.inf)
    for call in calls:
        call()
    for row in times:
        for k, call in enumerate(calls):
            start = process_time()
            call()
            row[k] = process_time() - start
    return list(times.min(axis=0))


def moments_in_cvxpy(f: np.ndarray, level: str) -> Callable[[], float]:
    """max Σ f P over a level, as one writes it with CVXPY."""
    structure = moment_structure(level, f.shape[:2], f.shape[2:])
    constant, slopes = structure.table_map
    gamma = structure.inequality

    def solve() -> float:
        m = cp.Variable(slopes.shape[1])
        n = len(gamma.constant)
        matrix = gamma.constant + cp.reshape(gamma.slopes @ m, (n, n), order="C")
        table = constant + slopes @ m
        constraints = [matrix >> 0] + ([table >= 0] if level == "1" else [])
        problem = cp.Problem(cp.Maximize(f.ravel() @ table), constraints)
        problem.solve(solver=cp.CLARABEL, max_threads=1)
        return problem.value

    return solve


def influence_in_cvxpy(behaviour: Behaviour) -> Callable[[], float]:
    """Least influence of X on B over all strategies, as one writes it with CVXPY."""
    model = CausalModel(("x", "xy"), behaviour.outcomes, behaviour.settings)
    rows = model.influence_rows(cause="x", target=1)

    def solve() -> float:
        q, least = cp.Variable(model.size, nonneg=True), cp.Variable()
        problem = cp.Problem(
            cp.Minimize(least), [model.matrix @ q == behaviour.table.ravel(), rows @ q <= least]
        )
        problem.solve(solver=cp.HIGHS)
        return problem.value

    return solve


def solver_alone(call: Callable[[], object]) -> float:
    """Seconds of the solver within a call, by its own clock; the least of several."""
    import clarabel

    times, real = [], clarabel.DefaultSolver

    class Clocked:
        def __init__(self, *data: object) -> None:
            self.solver = real(*data)

        def solve(self) -> object:
            start = process_time()
            found = self.solver.solve()
            times.append(process_time() - start)
            return found

    clarabel.DefaultSolver = Clocked
    try:
        for _ in range(REPEATS):
            call()
    finally:
        clarabel.DefaultSolver = real
    return min(times)


def main() -> None:
    """Each family: the library's call, the same model in CVXPY, and how many times faster."""
    box = behaviour_pr_box().with_noise(visibility=0.9)
    cglmp = cglmp_coefficients(3) / 2
    for name, ours, plain, promised in (
        ("CHSH, level 1", lambda: maximise(CHSH, level="1"), moments_in_cvxpy(CHSH, "1"), 5),
        ("least influence, PR box", lambda: minimal_influence(box, cause="x"),
         influence_in_cvxpy(box), 2.5),
        ("CGLMP d = 3, 1+AB", lambda: maximise(cglmp, level="1+AB"),
         moments_in_cvxpy(cglmp, "1+AB"), 1.5),
    ):  # fmt: skip
        door, model = paired(ours, plain)
        report(f"{name}: through the door", door)
        report(f"{name}: the same in CVXPY", model)
        ratio = model / door
        print(f"    {ratio:.1f} times faster (aimed at {promised})")
    smallest = lambda: maximise(CHSH, level="1")  # noqa: E731
    (whole,), alone = paired(smallest), solver_alone(smallest)
    print(f"    CHSH at level 1 takes {whole / alone:.1f} times the solver's own time (aimed at 3)")


if __name__ == "__main__":
    main()
