"""Timings behind the chapter on local realism of macroscopic correlations: ``make bench``."""

import json
from pathlib import Path

import numpy as np

from benchmarks.timing import report, seconds
from nonlocality.foundations.random import random_density, random_povm
from nonlocality.local_realism.effective_states import effective_state, magnetisation
from nonlocality.local_realism.list_models import list_model
from nonlocality.local_realism.many_body import Region, body_see_saw
from nonlocality.local_realism.monogamy import joint_range, see_saw, worst_case
from nonlocality.local_realism.one_qubit_regions import i3322_see_saw, upper_bound
from nonlocality.local_realism.string_trees import binary_tree, folded_tree
from nonlocality.local_realism.thermal_states import magnet_levels
from nonlocality.local_realism.werner_states import exact_visibilities


def trees() -> bool:
    """Both trees for k = 1 to 10, every pair of strings checked."""
    return all(
        grow(k).mutually_anticommuting()
        for grow in (binary_tree, folded_tree)
        for k in range(1, 11)
    )


def worst_in_full(n_a: int, n_b: int, *, angles: int) -> float:
    """The largest ℒ on the same grid by diagonalising on all qubits, without total spins."""
    left, right = magnetisation(n_a), magnetisation(n_b)
    pair = [np.kron(left[k], right[k]) for k in range(2)]
    return max(
        np.linalg.eigvalsh(np.cos(t) * pair[0] + np.sin(t) * pair[1])[-1] ** 2
        for t in np.linspace(0, np.pi / 4, angles)
    )


def main() -> None:
    """Print every figure."""
    report("trees to k = 10, all pairs checked", seconds(trees), 2)
    report("largest ℒ of (5, 6), 101 angles, both sides", seconds(lambda: worst_case(5, 6)), 10)
    spins = seconds(lambda: worst_case(3, 4, angles=11))
    full = seconds(lambda: worst_in_full(3, 4, angles=11), repeat=3)
    report("largest ℒ of (3, 4), 11 angles, by total spins", spins)
    report("largest ℒ of (3, 4), 11 angles, on all qubits, value only", full)
    print(f"{'ratio':<58}{full / spins:>10.0f}")
    report("reachable set of (6, 6), 120 angles", seconds(lambda: joint_range(6, 6)))
    report(
        "see-saw of ℒ for (1, 2, 2, 2), three starts",
        seconds(lambda: see_saw((1, 2, 2, 2), starts=3, rng=np.random.default_rng(7))),
    )
    report("I3322, (1, 2): see-saw, one start", seconds(lambda: i3322_see_saw(seed=0)))
    report("I3322, (1, 2): upper bound, Clarabel", seconds(upper_bound, repeat=1))
    report("largest V of (10, 10), all spins", seconds(lambda: exact_visibilities(10, 10)))
    state = random_density(np.random.default_rng(0), 2**8)
    report("effective state of (4, 4), mixed", seconds(lambda: effective_state(state, (4, 4))))

    pure = np.linalg.qr(np.random.default_rng(0).normal(size=(2**10, 1)))[0][:, 0]
    povms = [random_povm(np.random.default_rng(1), settings=5, outcomes=2, size=2)] * 2
    report("list model of (5, 5), five settings", seconds(lambda: list_model(pure, (5, 5), povms)))
    three = Region.subsets(3, body=2)
    report(
        "CHSH of pairs of (3, 3), see-saw, one start",
        seconds(lambda: body_see_saw(three, three, starts=1, rng=np.random.default_rng(1))),
    )
    report("thermal magnet of (30, 31), levels", seconds(lambda: magnet_levels(30, 31), repeat=1))

    record = Path("_build/chapter-seconds.json")
    if record.exists():
        for name, value in json.loads(record.read_text()).items():
            if name == "local-realism":
                report(f"chapter {name}, last execution", value, 90)


if __name__ == "__main__":
    main()
