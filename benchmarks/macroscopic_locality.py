"""Timings behind Fig. 4 of the chapter on macroscopic locality: ``make bench``.

Every line has the value beside the time: a bound that is loose, or on the wrong side, costs
nothing to compute. Public tools stand beside it in :mod:`benchmarks.peers`.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog

from benchmarks.timing import seconds
from nonlocality.foundations.cglmp import cglmp_coefficients, cglmp_quantum_maximum
from nonlocality.macroscopic_locality.cglmp_moments import (
    departure,
    macroscopic_maximum,
    maximise_macroscopic,
)
from nonlocality.macroscopic_locality.cglmp_quantum import maximise_quantum
from nonlocality.macroscopic_locality.moments import maximise


def show(what: str, call: Callable[[], float], *, repeat: int = 3, promised: float = 0) -> float:
    """Print value and milliseconds of a call; return the seconds."""
    value, time = call(), seconds(call, repeat=repeat)
    promise = f"   (promised at most {1000 * promised:.0f} ms)" if promised else ""
    print(f"{what:<52}{value:>14.9f}{1000 * time:>12.2f} ms{promise}")
    return time


def ratio(slow: float, fast: float) -> None:
    """Print how many times faster the second is."""
    print(f"{'    ratio':<52}{slow / fast:>29.0f}")


def generic(d: int, level: str, **options: object) -> Callable[[], float]:
    """The upper bound of the unreduced moment matrix."""
    return lambda: maximise(cglmp_coefficients(d) / (d - 1), level=level, **options).largest.upper


def by_linprog(d: int) -> float:
    """The reduced linear program by SciPy's interface to the same solver, value only."""
    k, r = np.arange(1, d // 2 + 1), np.arange(d)
    x = np.cos(np.pi * np.outer(np.arange(d), 4 * r + 1) / (2 * d))
    rows = np.concatenate([s * x[k] + t * x[d - k] for s in (1, -1) for t in (1, -1)])
    scores = 4 - 8 * r / (d - 1)
    return -linprog(-scores, rows, np.ones(len(rows)), np.ones((1, d)), [1]).fun


def main() -> None:
    """Print every figure."""
    print("Largest S_d over macroscopically local behaviours")
    whole = show("level 1, d = 6: moment matrix, Clarabel", generic(6, "1"), promised=0.5)
    show("level 1, d = 6: moment matrix, CVXOPT", generic(6, "1", solver="cvxopt"))
    small = show("level 1, d = 6: linear program", lambda: maximise_macroscopic(6).largest.upper)
    ratio(whole, small)
    closed = show("level 1, d = 6: closed form", lambda: macroscopic_maximum(6), repeat=99)
    ratio(whole, closed)
    show(
        "level 1, d = 24: linear program",
        lambda: maximise_macroscopic(24).largest.upper,
        promised=0.005,
    )
    show("level 1, d = 24: linear program, linprog, value only", lambda: by_linprog(24), repeat=9)
    show("level 1, d = 24: closed form", lambda: macroscopic_maximum(24), repeat=99)
    show("level 1, d = 10^6: closed form", lambda: macroscopic_maximum(10**6), promised=0.5)
    print("Largest S_d over quantum behaviours, or over level 1+AB")
    whole = show("1+AB, d = 4: moment matrix, Clarabel", generic(4, "1+AB"))
    small = show("1+AB, d = 4: 9 blocks, Clarabel", lambda: maximise_quantum(4).largest.upper)
    ratio(whole, small)
    show(
        "1+AB, d = 12: 25 blocks, Clarabel", lambda: maximise_quantum(12).largest.upper, promised=5
    )
    show("CGLMP measurements, d = 12: eigenvalue", lambda: cglmp_quantum_maximum(12)[0], repeat=99)
    show("CGLMP measurements, d = 10^6: eigenvalue", lambda: cglmp_quantum_maximum(10**6)[0])
    print("Fig. 4, difference at d = 45")
    show("one point, both ends", lambda: departure([45])[0, 3], repeat=99)


if __name__ == "__main__":
    main()
