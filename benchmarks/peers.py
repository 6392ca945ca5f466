"""Headline problems our way and by public tools, side by side: book/computed/benchmarks.json.

``python -m benchmarks.peers [word …]`` measures all problems, or those with a word in their name,
and with ``--write`` puts them into the file, where the others stay. The tools are the dependency
group ``peers``, best in an environment of their own, as they hold back NumPy and CVXPY; a tool
that is not there, or fails, is an entry with its message.
"""

import json
import sys
import warnings
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import moment_tools, other_tools
from benchmarks.side_by_side import Problem, Way, apart, compare, machine
from nonlocality.causal_relaxations import (
    dependence_from_value,
    influence_dependence_tradeoff,
    minimal_dependence_given_value,
    minimal_influence,
    symmetric_dependence_given_value,
)
from nonlocality.foundations import (
    behaviour_pr_box,
    cglmp_coefficients,
    cglmp_quantum_maximum,
    correlator_functional,
    i3322_functional,
    local_bound,
    vertices,
)
from nonlocality.macroscopic_locality import macroscopic_maximum, maximise, maximise_macroscopic
from nonlocality.macroscopic_nonlocality import dicke_amplitudes
from nonlocality.postquantum_steering import Assemblage, hidden_state_visibility

FILE = Path(__file__).parents[1] / "book" / "computed" / "benchmarks.json"
OURS = "nonlocality"
I3322_LEVEL_1 = (np.sqrt(3) - 1) / 2
I3322_LEVEL_1AB = 0.251470902
CHAPTERS = ("Macroscopic locality", "Causal relaxations", "Macroscopic nonlocality",
            "Postquantum steering", "Foundations")  # fmt: skip


def peers_of_moments(f: np.ndarray, level: str) -> list[Way]:
    """The public tools for a level of moment matrices."""
    tools = [
        ("CVXPY", "plain, Clarabel", moment_tools.by_cvxpy),
        ("PICOS", "plain, CVXOPT", moment_tools.by_picos),
        ("ncpol2sdpa", "Clarabel", moment_tools.by_ncpol2sdpa),
        ("MoMPy", "Clarabel", moment_tools.by_mompy),
        ("toqito", "its default solver", moment_tools.by_toqito),
    ]
    ways = [Way(tool, how, lambda call=call: call(f, level)) for tool, how, call in tools]
    if level == "1":
        loose = lambda: moment_tools.by_ncpol2sdpa(f, level, positivity=False)  # noqa: E731
        ways.append(Way("ncpol2sdpa", "as it comes, without P ≥ 0", loose))
    elif f.size <= 36:  # what toqito's program is, as far as its values tell
        unlinked = lambda: moment_tools.by_cvxpy(f, level, adjoints=False)  # noqa: E731
        ways.append(Way("CVXPY", "without links of adjoints", unlinked))
    return ways


def moments(name: str, f: np.ndarray, level: str, truth: float, source: str) -> Problem:
    """The generic door and the public tools."""
    f = np.asarray(f, dtype=float)
    ours = lambda: maximise(f, level=level).largest.upper  # noqa: E731
    ways = [Way(OURS, "generic door", ours), Way(OURS, "generic door, again", ours)]
    title = f"{name}, level {level}"
    return Problem(title, CHAPTERS[0], truth, source, ways + peers_of_moments(f, level), "upper")


def moment_problems() -> list[Problem]:
    """Level 1 and 1+AB of CHSH, I3322 and CGLMP, and S_6 by what its symmetry leaves."""
    chsh, i3322 = correlator_functional([[1, 1], [1, -1]]), i3322_functional()
    problems = [
        moments("CHSH", chsh, "1", np.sqrt(8), "Tsirelson: 2√2"),
        moments("CHSH", chsh, "1+AB", np.sqrt(8), "Tsirelson: 2√2"),
        moments("I3322", i3322, "1", I3322_LEVEL_1, "(√3 − 1)/2, by both solvers to 9 digits"),
        moments("I3322", i3322, "1+AB", I3322_LEVEL_1AB, "by four tools here, to 8 digits"),
    ]
    for d in (3, 4):
        s_d = cglmp_coefficients(d) / (d - 1)
        quantum = cglmp_quantum_maximum(d)[0]
        problems += [
            moments(f"CGLMP, d = {d}", s_d, "1", macroscopic_maximum(d), "closed form"),
            moments(f"CGLMP, d = {d}", s_d, "1+AB", quantum, "eigenvalue of the Bell operator"),
        ]
    s_6 = cglmp_coefficients(6) / 5
    ways = [
        Way(OURS, "closed form", lambda: macroscopic_maximum(6)),
        Way(OURS, "reduced program", lambda: maximise_macroscopic(6).largest.upper),
        Way(OURS, "generic door", lambda: maximise(s_6, level="1").largest.upper),
    ]
    truth = macroscopic_maximum(6)
    problems.append(Problem("S₆ over Q₁", CHAPTERS[0], truth, "closed form, proved in the chapter",
                            ways + peers_of_moments(s_6, "1"), "upper"))  # fmt: skip
    return problems


def causal_problems() -> list[Problem]:
    """Least influence and least measurement dependence."""
    box = behaviour_pr_box().with_noise(visibility=0.9)
    truth = influence_dependence_tradeoff(box, dependence=0)
    influence = Problem("Least influence, noisy PR box", CHAPTERS[1], truth, "CHSH/4 − 1/2", [
        Way(OURS, "reduced program", lambda: minimal_influence(box, cause="x").least.reached),
        Way(OURS, "reduced program, again",
            lambda: minimal_influence(box, cause="x").least.reached),
        Way("CVXPY", "all strategies, HiGHS", lambda: other_tools.influence_by_cvxpy(box)),
        Way("PICOS", "all strategies, CVXOPT", lambda: other_tools.influence_by_picos(box)),
    ])  # fmt: skip
    i_8, value = cglmp_coefficients(8) / 7, 2.9
    full = lambda: minimal_dependence_given_value(i_8, value).least.reached  # noqa: E731
    small = lambda: symmetric_dependence_given_value(8, value).least.reached  # noqa: E731
    dependence = Problem("Least M for CGLMP, d = 8", CHAPTERS[1], (value - 2) / 4, "(I₈ − 2)/4", [
        Way(OURS, "closed form", lambda: dependence_from_value(value, d=8)),
        Way(OURS, "reduced program", small),
        Way(OURS, "full program", full),
        Way("CVXPY", "full program, HiGHS", lambda: other_tools.dependence_program(i_8, value)),
    ])  # fmt: skip
    return [influence, dependence]


def dicke_problem(n: int, *others: Way) -> Problem:
    """Six Dicke states of N particles, of which one probability is compared."""

    def ours() -> float:
        amplitudes = dicke_amplitudes(n, other_tools.LEVELS, polar=other_tools.POLAR)
        return other_tools.majority(amplitudes**2)

    return Problem(f"Six Dicke states, N = {n}", CHAPTERS[2], other_tools.majority_of_dicke(n),
                   "closed form in fractions", [Way(OURS, "recursion", ours), *others])  # fmt: skip


def dicke_problems() -> list[Problem]:
    """At the largest N of the full space, and of the symmetric space."""

    def seen(call: object, n: int) -> object:
        return lambda: other_tools.majority(call(n))

    return [
        dicke_problem(10, Way("QuTiP", "$2^N$ states", seen(other_tools.dicke_in_full_qutip, 10))),
        dicke_problem(
            1500,
            Way("NumPy", "$N+1$ states, dense", seen(other_tools.dicke_in_numpy, 1500)),
            Way("QuTiP", "$N+1$ states", seen(other_tools.dicke_in_qutip, 1500)),
        ),
    ]  # fmt: skip


def steering_problems() -> list[Problem]:
    """Local hidden states of a singlet measured along directions in a plane."""
    elements, m = other_tools.directions_of_singlet(5), 5
    assemblage = Assemblage(elements)
    ours = lambda: hidden_state_visibility(assemblage).reached  # noqa: E731
    truth = 1 / (m * np.sin(np.pi / (2 * m)))
    return [Problem("Hidden states, five directions", CHAPTERS[3], truth, "1/(m sin(π/2m))", [
        Way(OURS, "the library's program", ours),
        Way("CVXPY", "plain, Clarabel", lambda: other_tools.hidden_states_by_cvxpy(elements)),
        Way("PICOS", "plain, CVXOPT", lambda: other_tools.hidden_states_by_picos(elements)),
    ])]  # fmt: skip


def floor_problems() -> list[Problem]:
    """Local bounds and exact vertices."""
    signs = np.random.default_rng(1).choice([-1, 1], (12, 12))
    f = np.multiply.outer(np.array([[1.0, -1], [-1, 1]]), signs)
    left = np.array(list(np.ndindex((2,) * 12))) * 2 - 1
    bound = float(np.abs(left @ signs).sum(axis=1).max())
    local = Problem("Local bound, 12 × 12 settings", CHAPTERS[4], bound, "enumeration in NumPy", [
        Way(OURS, "local_bound", lambda: float(local_bound(f))),
        Way("Python", "one party's strategies", lambda: other_tools.local_bound_in_python(f)),
        Way("toqito", "classical value", lambda: other_tools.local_bound_by_toqito(f)),
    ])  # fmt: skip
    problems = [local]
    for m, count, source in ((2, 24, "arXiv:quant-ph/0404097"), (3, 1408, "by two routes here")):
        region = other_tools.no_signalling_rows(m)
        ways = [
            Way(OURS, "exact", lambda r=region: len(vertices(*r))),
            Way("cddlib", "floating point", lambda r=region: other_tools.vertices_by_cdd(*r)),
        ]
        if m == 2:
            slow = lambda r=region: other_tools.vertices_in_python(*r)  # noqa: E731
            ways.append(Way("Python", "double description, exact", slow))
        name = f"No-signalling vertices, {m} settings"
        problems.append(Problem(name, CHAPTERS[4], count, source, ways))
    return problems


def all_problems() -> list[Problem]:
    """Every problem, in the order of the chapters."""
    return (
        moment_problems() + causal_problems() + dicke_problems() + steering_problems()
        + floor_problems()
    )  # fmt: skip


def show(entry: dict) -> None:
    """A problem in lines to read."""
    print(f"{entry['problem']} = {entry['truth']:.9g} ({entry['source']})")
    for way in entry["ways"]:
        name = f"    {way['tool']}, {way['how']}"
        if "failed" in way:
            print(f"{name:<48}{way['failed'][:70]}")
            continue
        print(f"{name:<48}{1e3 * way['seconds']:>11.3f} ms {way['peak_mb']:>8.1f} MB"
              f"{way['error']:>10.1e}  {way['verdict']}")  # fmt: skip
    for name in ("ratio", "ratio_again"):
        if entry[name]:
            print(f"    {name} {entry[name]:.3g} to the best other one", flush=True)


def main(*words: str) -> None:
    """Measure and print, and with ``--write`` write the file after each problem."""
    warnings.simplefilter("ignore")  # the tools' own
    write, words = "--write" in words, [word for word in words if word != "--write"]
    problems = all_problems()
    for problem in problems:
        if words and not any(word in problem.name for word in words):
            continue
        entry = apart(partial(compare, problem))
        show(entry)
        if write:
            kept = json.loads(FILE.read_text(encoding="utf-8"))["problems"] if FILE.exists() else []
            known = {e["problem"]: e for e in kept} | {problem.name: entry}
            data = {
                "machine": machine(),
                "problems": [known[p.name] for p in problems if p.name in known],
            }
            text = json.dumps(data, indent=1, ensure_ascii=False)
            FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
