"""The doors against the same programs written in CVXPY, paired in one run, and the solver alone.

Processor time, the least of several, call by call in turn. CVXPY is asked for its default
accuracy, the door for two digits more; the gap between the two sides of each stands beside it. From
nine rows on the door looks for symmetries of the Bell expression. What it finds is kept, so the
first call, which pays for the search, is timed as well, and an expression without symmetries too.
"""

from collections.abc import Callable
from time import process_time

import cvxpy as cp
import numpy as np

from benchmarks.side_by_side import forget
from benchmarks.timing import report
from nonlocality.causal_relaxations.influence import minimal_influence
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box
from nonlocality.foundations.cglmp import cglmp_coefficients
from nonlocality.foundations.inequalities import correlator_functional, i3322_functional
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.structure import moment_structure

CHSH = correlator_functional([[1, 1], [1, -1]])
REPEATS = 25


def paired(*calls: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """The least time of each call, taken in turn, so that what else runs meets all alike."""
    times = np.full((repeats, len(calls)), np.inf)
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
    places = moment_structure(level, f.shape[:2], f.shape[2:])
    constant, slopes = places.table_map
    gamma = places.inequality

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


def first_call(f: np.ndarray, level: str) -> float:
    """Processor time of a maximum when nothing of its scenario is kept from before."""
    times = []
    for _ in range(5):
        forget()
        start = process_time()
        maximise(f, level=level)
        times.append(process_time() - start)
    return min(times)


def maxima() -> None:
    """Bell expressions at level 1 and 1+AB: the door, CVXPY, the first call, and how exact."""
    rng = np.random.default_rng(0)
    expressions = {
        "CHSH": CHSH,
        "I3322": i3322_functional(),
        "CGLMP d = 3": cglmp_coefficients(3) / 2,
        "CGLMP d = 4": cglmp_coefficients(4) / 2,
        "random, 3 outcomes": rng.normal(size=(3, 3, 2, 2)),
    }
    for name, f in expressions.items():
        for level in ("1", "1+AB"):
            if (name, level) == ("CGLMP d = 4", "1+AB"):
                continue  # CVXPY takes a minute a call
            plain = moments_in_cvxpy(f, level)
            repeats = 25 if level == "1" else 7
            door, model = paired(lambda: maximise(f, level=level), plain, repeats=repeats)  # noqa: B023
            found = maximise(f, level=level).largest
            report(f"{name}, level {level}: through the door", door)
            report(f"{name}, level {level}: the first call", first_call(f, level))
            report(f"{name}, level {level}: the same in CVXPY", model)
            print(
                f"    {model / door:.1f} times faster; two sides {found.gap:.0e} apart, "
                f"CVXPY {plain() - found.upper:+.0e} from the upper one"
            )


def main() -> None:
    """Each family: the library's call, the same model in CVXPY, and how many times faster."""
    box = behaviour_pr_box().with_noise(visibility=0.9)
    door, model = paired(lambda: minimal_influence(box, cause="x"), influence_in_cvxpy(box))
    report("least influence, PR box: through the door", door)
    report("least influence, PR box: the same in CVXPY", model)
    print(f"    {model / door:.1f} times faster")
    maxima()
    smallest = lambda: maximise(CHSH, level="1")  # noqa: E731
    (whole,), alone = paired(smallest), solver_alone(smallest)
    print(f"    CHSH at level 1 takes {whole / alone:.1f} times the solver's own time (aimed at 3)")


if __name__ == "__main__":
    main()
