"""Processor time and memory against size, ours and the public tools': book/computed/growth.json.

``python -m benchmarks.growth [word …]`` measures the families with a word in their name, or all,
and with ``--write`` puts them into the file, where the others stay. A way is followed until a call
takes longer than LIMIT. Then the largest size is sought that ours does in the time that the best
public tool whose values are right takes for its largest.
"""

import json
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import moment_tools, other_tools
from benchmarks.side_by_side import apart, machine
from benchmarks.sizes import OURS, follow, in_the_same_time, judge
from nonlocality.causal_relaxations import minimal_influence
from nonlocality.foundations import (
    Behaviour,
    behaviour_white_noise,
    cglmp_coefficients,
    correlator_functional,
    vertices,
)
from nonlocality.local_realism import StringSet, binary_tree
from nonlocality.macroscopic_locality import (
    macroscopic_maximum,
    maximise,
    maximise_macroscopic,
    maximise_quantum,
    tsirelson_bound,
)
from nonlocality.macroscopic_nonlocality import dicke_amplitudes
from nonlocality.postquantum_steering import (
    Assemblage,
    hidden_state_visibility,
    planar_hidden_states,
)

FILE = Path(__file__).parents[1] / "book" / "computed" / "growth.json"


def number(found: object) -> float:
    """The number in what a way returns."""
    for name in ("largest", "least"):
        found = getattr(found, name, found)
    return float(found)


@dataclass(frozen=True)
class Family:
    """One problem at growing sizes.

    size: what the size is, in words. law: "power" or "exponential", what the growth is fitted with.
    ways: name to sizes and a function that makes the call at a size.
    bound, value: as in :func:`~benchmarks.side_by_side.verdict`, and the number in what is
    returned. step: between sizes that there are, 0 if they are only doubled. why: what keeps the
    sizes of ours from being ten times those of others, if they are not.
    """

    name: str
    chapter: str
    size: str
    law: str
    ways: dict[str, tuple[Sequence[int], Callable[[int], Callable[[], object]]]]
    bound: str = ""
    value: Callable[[object], float] = number
    step: int = 1
    why: str = ""


def s_d(d: int) -> np.ndarray:
    """The CGLMP expression."""
    return cglmp_coefficients(d) / (d - 1)


def signs(m: int) -> np.ndarray:
    """Random coefficients ±1/m of the correlators of m settings a side."""
    return np.random.default_rng(m).choice([-1, 1], (m, m)) / m


def correlators(m: int) -> np.ndarray:
    """The Bell expression with these."""
    return correlator_functional(signs(m))


def noisy(outcomes: int, settings: int) -> Behaviour:
    """White noise with some of a local strategy in it, so that nothing is degenerate."""
    noise = behaviour_white_noise((outcomes,) * 2, (settings,) * 2)
    table = np.zeros_like(noise.table)
    x, y = np.indices((settings, settings))
    table[x % outcomes, y % outcomes, x, y] = 1
    return Behaviour(0.5 * noise.table + 0.5 * table)


def levels(level: str, of_size: Callable[[int], np.ndarray], sizes: Sequence[int]) -> dict:
    """The generic door and the public tools at a level."""
    calls = {
        "nonlocality": lambda f: maximise(f, level=level),
        "CVXPY": lambda f: moment_tools.by_cvxpy(f, level),
        "PICOS": lambda f: moment_tools.by_picos(f, level),
        "ncpol2sdpa": lambda f: moment_tools.by_ncpol2sdpa(f, level),
        "MoMPy": lambda f: moment_tools.by_mompy(f, level),
        "toqito": lambda f: moment_tools.by_toqito(f, level),
    }
    return {
        name: (sizes, lambda n, call=call: partial(call, np.asarray(of_size(n), float)))
        for name, call in calls.items()
    }


def string_by_string(strings: StringSet) -> bool:
    """Whether all strings anticommute, letter by letter in Python."""
    words = [{(k, e[1:]): e[0] for k, e in enumerate(w.split())} for w in strings.words()]
    return all(
        sum(v.get(place, letter) != letter for place, letter in u.items()) % 2
        for i, u in enumerate(words)
        for v in words[:i]
    )


def tree(strings: int) -> StringSet:
    """The binary tree of 2^k strings."""
    return binary_tree(strings.bit_length() - 1)


def cut_cube(n: int) -> tuple[np.ndarray, np.ndarray]:
    """0 ≤ ζ ≤ 1 and Σζ ≤ n/2, n even."""
    one = np.eye(n, dtype=int)
    return np.vstack([-one, one, np.ones((1, n), int)]), np.repeat([0, 1, n // 2], [n, n, 1])


def families() -> list[Family]:
    """Every family."""
    ds, evens = (2, 3, 4, 6, 8, 12, 16, 24), (4, 6, 8, 10, 12)
    chapter = "macroscopic locality"
    reduced = {
        "nonlocality, reduced": ((2, 4, 8, 16, 32, 64, 128, 256),
                                 lambda d: lambda: maximise_macroscopic(d)),
        "nonlocality, closed form": ((10, 100, 1000, 10**4, 10**5, 10**6),
                                     lambda d: lambda: macroscopic_maximum(d)),
    }  # fmt: skip
    blocks = {"nonlocality, reduced": ((2, 3, 4, 5, 6, 8, 10),
                                       lambda d: lambda: maximise_quantum(d))}  # fmt: skip
    turns = {"nonlocality, correlators": (
        (2, 3, 4, 5, 6, 8, 12, 16, 32, 64, 128, 256),
        lambda m: lambda: tsirelson_bound(signs(m)))}  # fmt: skip
    influence = {
        "nonlocality": lambda p: minimal_influence(p, cause="x"),
        "CVXPY": other_tools.influence_by_cvxpy,
    }

    def causal(of_size: Callable, sizes: Sequence[int], plain: Sequence[int]) -> dict:
        return {name: (sizes if name == "nonlocality" else plain,
                       lambda n, call=call: partial(call, of_size(n)))
                for name, call in influence.items()}  # fmt: skip

    def hidden(n: int) -> Callable:
        assemblage = Assemblage(other_tools.directions_of_singlet(n))
        return lambda: hidden_state_visibility(assemblage)

    def regions(n: int) -> Callable:
        assemblage = Assemblage(other_tools.directions_of_singlet(n))
        return lambda: planar_hidden_states(assemblage)

    def seen(call: Callable) -> Callable:
        return lambda n: partial(call, other_tools.directions_of_singlet(n))

    def dicke(n: int) -> Callable:
        return lambda: dicke_amplitudes(n, other_tools.LEVELS, polar=other_tools.POLAR) ** 2

    def plain(call: Callable) -> Callable:
        return lambda n: partial(call, n)

    return [
        Family("Level 1, outcomes", chapter, "outcomes d", "power",
               levels("1", s_d, ds) | reduced, bound="upper"),
        Family("Level 1+AB, outcomes", chapter, "outcomes d", "power",
               levels("1+AB", s_d, (2, 3, 4, 5)) | blocks, bound="upper",
               why="After the reduction by the symmetries of CGLMP there are still about $d^3/2$ "
               "moments in blocks of $d$ rows, so that ten times as many outcomes are a thousand "
               "times as many unknowns. Half of the blocks, or of their rows, give a larger bound "
               "for $d=5,6,8$; we know of no smaller program."),
        Family("Level 1, settings", chapter, "settings m", "power",
               levels("1", correlators, ds) | turns, bound="upper"),
        Family("Level 1+AB, settings", chapter, "settings m", "power",
               levels("1+AB", correlators, (2, 3, 4, 5, 6, 8)) | turns, bound="upper"),
        Family("Influence, settings", "causal relaxations", "settings m", "exponential",
               causal(lambda m: noisy(2, m), (2, 3, 4, 5), (2, 3)),
               why="No influence is needed exactly where the behaviour is local, and to decide "
               "that is NP-hard in the number of settings (Pitowsky, 1991): every known way needs "
               "a time that is exponential in $m$."),
        Family("Influence, outcomes", "causal relaxations", "outcomes o", "power",
               causal(lambda o: noisy(o, 2), (2, 3, 4, 5, 6), (2, 3, 4)),
               why="The reduced program has $2o^4$ unknowns in the place of $o^6$, so that ten "
               "times the outcomes are ten thousand times the unknowns. At two settings "
               "$P(b_0=b_1=b)$ is all that counts of Bob's two answers, which would leave "
               "$2o^3$: still a thousand times."),
        Family("Hidden states, directions", "postquantum steering", "directions m",
               "exponential",
               {"nonlocality": (range(2, 13), hidden),
                "nonlocality, regions": ((2, 3, 4, 5, 6, 8, 12, 16, 32, 64, 128), regions),
                "CVXPY": (range(2, 13), seen(other_tools.hidden_states_by_cvxpy)),
                "PICOS": (range(2, 13), seen(other_tools.hidden_states_by_picos))}),
        Family("Dicke states, particles", "macroscopic nonlocality", "particles N", "power",
               {"nonlocality": ([10**k for k in range(1, 8)], dicke),
                "NumPy, $N+1$ states": ((10, 30, 100, 300, 1000, 1700),
                                        plain(other_tools.dicke_in_numpy)),
                "QuTiP, $N+1$ states": ((10, 30, 100, 300, 1000),
                                        plain(other_tools.dicke_in_qutip)),
                "QuTiP, $2^N$ states": ((5, 6, 7, 8, 9, 10),
                                      plain(other_tools.dicke_in_full_qutip))},
               value=other_tools.majority),
        Family("Trees, strings", "local realism", "strings n", "power",
               {"nonlocality": ([2**k for k in range(2, 20)],
                                lambda n: lambda: tree(n).mutually_anticommuting()),
                "Python, letter by letter": ([2**k for k in range(2, 12)],
                                             lambda n: lambda: string_by_string(tree(n)))},
               step=0),
        Family("Exact vertices, dimension", "foundations", "dimension n", "exponential",
               {"nonlocality": (evens, lambda n: lambda: len(vertices(*cut_cube(n)))),
                "cddlib, floats": (evens, lambda n: lambda: other_tools.vertices_by_cdd(
                    *cut_cube(n))),
                "Python": (evens, lambda n: lambda: other_tools.vertices_in_python(
                    *cut_cube(n)))}, step=2,
               why="The list itself grows as $2^n$, whoever writes it, and exact numbers take "
               "longer than floating ones."),
    ]  # fmt: skip


def main(*words: str) -> None:
    """Measure and print, and with ``--write`` write the file after each family."""
    warnings.simplefilter("ignore")
    write, words = "--write" in words, [word for word in words if word != "--write"]
    every = families()
    for family in every:
        if words and not any(word in family.name for word in words):
            continue
        entry = {"family": family.name, "chapter": family.chapter, "size": family.size,
                 "law": family.law, "why": family.why, "ways": {}}  # fmt: skip
        for name, (sizes, make) in family.ways.items():
            entry["ways"][name] = way = apart(
                partial(follow, sizes, make, family.value, ours=name.startswith(OURS))
            )
            last = way["points"][-1] if way["points"] else {}
            print(family.name, "|", name, "|", last, way["failed"], flush=True)
        judge(entry["ways"], family.bound)
        makes = {name: make for name, (_, make) in family.ways.items()}
        by_steps = family.law == "exponential"
        entry["reach"] = in_the_same_time(entry["ways"], makes, step=family.step, by_steps=by_steps)
        print(family.name, "|", {n: w["verdict"] for n, w in entry["ways"].items()})
        print(family.name, "|", entry["reach"], flush=True)
        if write:
            _write(entry, [f.name for f in every])


def _write(entry: dict, order: list[str]) -> None:
    """Put a family into the file, beside the others."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))["families"] if FILE.exists() else []
    known = {e["family"]: e for e in kept} | {entry["family"]: entry}
    data = {"machine": machine(), "families": [known[name] for name in order if name in known]}
    text = json.dumps(data, indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
