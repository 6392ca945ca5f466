"""Moment matrices of another author as an oracle: ``python -m tests.oracles``.

MoMPy (dependency group ``peers``) builds the moment matrix from labels and relations by code that
shares nothing with the library's; CVXPY hands it to a solver. It is no part of the tests, which
must not depend on a package that nothing else needs: this program says which oracle it has,
compares, and ends with the number of disagreements.

MoMPy must be told not to use cyclicity, ⟨uv⟩ = ⟨vu⟩, which holds for traces and not for states.
"""

import sys
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product

import numpy as np

from nonlocality.foundations.cglmp import cglmp_coefficients
from nonlocality.foundations.inequalities import correlator_functional, i3322_functional
from nonlocality.macroscopic_locality.moments import maximise
from nonlocality.macroscopic_locality.structure import moment_structure
from nonlocality.macroscopic_locality.tilted_chsh import tilted_functional

APART = 1e-6  # both solvers stop at about 1e-8


def by_mompy(functional: np.ndarray, level: str) -> float:
    """The largest Σ f·P over a level, P ≥ 0 asked for at level 1: MoMPy's matrix, by CVXPY."""
    import cvxpy as cp
    from MoMPy import Algebra, MomentProblem

    outcomes, settings = functional.shape[:2], functional.shape[2:]
    label, groups = {}, ([], [])
    for party in (0, 1):
        for setting in range(settings[party]):
            group = []
            for outcome in range(outcomes[party] - 1):
                label[party, setting, outcome] = len(label) + 1
                group.append(len(label))
            groups[party].append(group)
    sides = [[k for group in groups[party] for k in group] for party in (0, 1)]
    algebra = Algebra(
        idempotents=range(1, len(label) + 1),
        orthogonal_sets=[group for party in (0, 1) for group in groups[party] if len(group) > 1],
        commuting_pairs=[(sides[0], sides[1])],
    )
    words = []
    for alice, bob in moment_structure(level, outcomes, settings).words[1:]:
        words.append([label[0, x, a] for x, a in alice] + [label[1, y, b] for y, b in bob])
    built = MomentProblem(words, algebra, dim=1, cyclicity=False).build()
    entry = np.array([[built[i, j] for j in range(built.n)] for i in range(built.n)])
    moments = cp.Variable(int(entry.max()) + 1)
    one, zero = int(built.identity_index), int(built.zero_index)
    gamma = cp.reshape(moments[entry.ravel()], entry.shape, order="C")
    symmetric = cp.Variable(entry.shape, PSD=True)
    limits = [symmetric == gamma, moments[one] == 1]
    if (entry == zero).any():
        limits.append(moments[zero] == 0)

    def parts(party: int, setting: int, outcome: int) -> list:
        """An outcome as labels with weights: the last one is 1 minus the others."""
        if outcome < outcomes[party] - 1:
            return [([label[party, setting, outcome]], 1)]
        others = range(outcomes[party] - 1)
        return [([], 1), *(([label[party, setting, k]], -1) for k in others)]

    value, probabilities = 0, []
    for a, b, x, y in np.ndindex(functional.shape):
        p = sum(
            i * j * (moments[int(built.index_of(u + v))] if u + v else moments[one])
            for (u, i), (v, j) in product(parts(0, x, a), parts(1, y, b))
        )
        probabilities.append(p)
        value += functional[a, b, x, y] * p
    if level == "1":
        limits += [p >= 0 for p in probabilities]
    program = cp.Problem(cp.Maximize(value), limits)
    program.solve(solver=cp.CLARABEL)
    return float(program.value)


def cases() -> dict[str, tuple[np.ndarray, str]]:
    """Functionals and levels that are compared."""
    found = {}
    for level in ("1", "1+AB", "2", "3"):
        found[f"CHSH, level {level}"] = correlator_functional([[1, 1], [1, -1]]), level
        found[f"CHSH tilted by 0.7, level {level}"] = tilted_functional(0.7), level
    for level in ("1", "1+AB"):
        found[f"CGLMP of three outcomes, level {level}"] = cglmp_coefficients(3) / 2, level
        f = np.random.default_rng(6).normal(size=(3, 2, 2, 2))
        found[f"three outcomes against two, level {level}"] = f, level
        found[f"I3322, level {level}"] = i3322_functional() * 1.0, level
    return found


def main() -> int:
    """Print a line a case, return the number of disagreements; 0 and a sentence without MoMPy."""
    if find_spec("MoMPy") is None:
        print("MoMPy is not installed (dependency group `peers`): nothing is compared.")
        return 0
    print(f"MoMPy {version('MoMPy')}, cyclicity off, against the library:")
    wrong = 0
    for name, (functional, level) in cases().items():
        ours, theirs = maximise(functional, level=level).largest, by_mompy(functional, level)
        agrees = ours.lower - APART <= theirs <= ours.upper + APART
        wrong += not agrees
        sign = "ok    " if agrees else "APART "
        print(f"{sign} {name}: {theirs:.9f}, library {ours.lower:.9f} to {ours.upper:.9f}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
