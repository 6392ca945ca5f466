"""From models and dual points to proofs: the data of this chapter's certificates.

Each function returns the content of a file in ``certificates/causal_relaxations``, which
``nonlocality.certificates`` checks with the standard library alone. What linear programs find
in floats is turned into fractions here; the checker refuses what is not exact.
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from math import ceil
from pathlib import Path

import numpy as np

from nonlocality.causal_relaxations.influence import (
    influence_vertices,
    minimal_influence,
    minimal_influence_given_value,
)
from nonlocality.causal_relaxations.outcome_communication import CHAIN
from nonlocality.causal_relaxations.swapping import swapping_model
from nonlocality.certificates import CHECKERS
from nonlocality.certificates.dual_regions import strategies
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.inequalities import (
    behaviour_pr_box_3322,
    i3322_functional,
    signalling_functionals,
)
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.polytopes import affine_dimension
from nonlocality.foundations.strategies import CausalModel


def proof(kind: str, data: dict) -> dict:
    """The certificate of a kind: its claim, its sentence and the data.

    Raises CertificateError if the data do not prove anything, KeyError for an unknown kind.

    >>> proof("ghz-parties", {"share": {"3": "3/4"}})["claim"]
    'CR-21'
    """
    claim, checker = CHECKERS[kind]
    data = {"claim": claim, "kind": kind} | data
    return {"claim": claim, "kind": kind, "proves": checker(data)} | data


def dual_region_proof(cause: str) -> dict:
    """All vertices of the dual region for one cause, CR-01 or CR-02."""
    rows = sorted([*v.row, *v.shares] for v in influence_vertices(cause=cause))
    kind = {"x": "setting-region", "a": "outcome-region"}[cause]
    return proof(kind, {"vertices": [[str(v) for v in row] for row in rows]})


def tradeoff_proof() -> dict:
    """C + M ≥ CHSH, and equality for the PR box; CR-15.

    Bob answers α_x ⊕ xy where he hears the setting, a ⊕ y(a ⊕ k) where he hears the outcome
    a = x ⊕ k; without influence each local strategy that loses one pair of settings takes part.
    """
    setting, outcome, lost = {}, {}, {}
    for a0, a1 in np.ndindex(2, 2):
        bob = [(a0, a1)[x] ^ (x * y) for x, y in np.ndindex(2, 2)]
        setting["".join(map(str, (a0, a1, *bob)))] = "1/4"
    for k in (0, 1):
        bob = [a ^ (y * (a ^ k)) for a, y in np.ndindex(2, 2)]
        outcome["".join(map(str, (k, 1 ^ k, *bob)))] = "1/2"
    for a0, a1, b0, b1 in np.ndindex(2, 2, 2, 2):
        wrong = [f"{x}{y}" for x, y in np.ndindex(2, 2) if ((a0, a1)[x] ^ (b0, b1)[y]) != x * y]
        if len(wrong) == 1:
            lost[f"{a0}{a1}{b0}{b1}"] = wrong[0]
    models = {"influence_x": setting, "influence_a": outcome, "dependence": lost}
    return proof("influence-dependence", models)


def link_proof(kind: str, *, sizes: Sequence[int], values: Sequence[Fraction]) -> dict:
    """Least M ("cglmp-dependence", CR-06) or M_Hall ("hall-measure", CR-16) at rational I_d."""
    parts = {"cglmp-dependence": 4, "hall-measure": 3}[kind]
    data = {"d": [str(d) for d in sizes], "i_d": [str(i) for i in values],
            "least": [str((Fraction(i) - 2) / parts) for i in values]}  # fmt: skip
    return proof(kind, data)


def ghz_proof(parties: Sequence[int]) -> dict:
    """Least I and M of GHZ correlations; CR-21."""
    shares = {str(n): str(Fraction(1, 2) + Fraction(1, 2 ** ceil(n / 2))) for n in parties}
    return proof("ghz-parties", {"share": shares})


def nonbilocality_proof(points: Sequence[tuple[Fraction, Fraction]]) -> dict:
    """Least M_BL at visibilities and ν, each a pair of fractions; CR-12."""
    data = []
    for v, nu in points:
        i = Fraction(v) ** 2 / 2
        q = swapping_model(i, i, share=2 * Fraction(nu))
        model = {"".join(map(str, k)): str(q[k]) for k in np.ndindex(q.shape) if q[k]}
        least = max(Fraction(0), 4 * (i - 2 * nu * (1 - 2 * nu)))
        data.append({"v": str(v), "nu": str(nu), "least": str(least), "model": model})
    return proof("nonbilocality", {"points": data})


def direction_proof() -> dict:
    """The counterexample to a step of the proof of Proposition 9; CR-19."""
    box = behaviour_pr_box().table
    best = max(influence_vertices(cause="x"), key=lambda v: float((v.functional * box).sum()))
    # rows: v − t_y, then t_y ± M_y q, then ± A q (both doubled), then ± Σ q
    inside = {y: best.shares[y] for y in (0, 1)} | {3 + 2 * y: best.shares[y] for y in (0, 1)}
    for k, value in enumerate(best.row):
        inside[(6 if value > 0 else 22) + k] = abs(value) / 2
    stored = {str(k): str(w) for k, w in sorted(inside.items()) if w}
    slack = [1 - sum(best.shares), Fraction(0), Fraction(0)]
    for cells, changes in strategies("x"):
        price = sum(s * c for s, c in zip(best.shares, changes, strict=True))
        slack.append(price - sum(v * c for v, c in zip(best.row, cells, strict=True)))
    data = {"inside": stored, "slack": [str(v) for v in slack], "direction": {"39": "1"}}
    return proof("recession-direction", data)


def _fractions(weights: np.ndarray, *, largest: int = 1000) -> list[Fraction]:
    return [Fraction(float(w)).limit_denominator(largest) for w in weights]


def _names(model: CausalModel) -> list[str]:
    """Strategies of the story (b) as a_0a_1a_2 b_00b_01b_02 b_10b_11b_12."""
    alice, bob = model.responses
    return [
        "".join(map(str, a)) + " " + " ".join("".join(map(str, row)) for row in b)
        for a, b in zip(alice.tolist(), bob.tolist(), strict=True)
    ]


def _mixture(model: CausalModel, weights: np.ndarray) -> dict[str, str]:
    exact = _fractions(weights)
    return {name: str(w) for name, w in zip(_names(model), exact, strict=True) if w}


def outcome_curve_proof() -> dict:
    """Least C_{A→B} given I3322, its end, and the visibility at which (36) leaves the story; CR-20.

    The models are optima of linear programs, the line is a dual point.
    """
    form = i3322_functional()
    ends = [minimal_influence_given_value(form, i, cause="a") for i in (0, 2 / 3)]
    model = ends[0].model
    middle = minimal_influence_given_value(form, 0.4, cause="a")
    threshold = minimal_influence(behaviour_pr_box_3322(visibility=0.6), cause="a")
    # the dual of the least influence at a given value, as slope, shares of y and signals
    slope, shares, signals = _line(model, middle.program)
    return proof(
        "outcome-curve",
        {"ends": [_mixture(model, end.weights) for end in ends],
         "slope": str(slope), "shares": [str(s) for s in shares],
         "signals": [str(s) for s in signals],
         "visibility": "3/5", "threshold": _mixture(model, threshold.weights)},
    )  # fmt: skip


def _line(model: CausalModel, program: object) -> tuple[Fraction, list[Fraction], list[Fraction]]:
    """Shares and signals with Σ shares · changes − Σ signals ≥ 3/2 · I3322 on every strategy."""
    import scipy.sparse as sp

    _, bob = model.responses
    changes = (bob[:, 0] != bob[:, 1]).astype(float)  # [λ, y]
    table = model.matrix.toarray().reshape(2, 2, 3, 3, -1)
    zero = table[:, 0].sum(axis=0)  # [x, y, λ], the probability of b = 0
    shifts = np.array([zero[x, y] - zero[0, y] for x in (1, 2) for y in range(3)]).T
    value = np.tensordot(i3322_functional(), table, axes=4)
    # shares s ≥ 0 with sum 1, signals u − w: s · changes − (u − w) · shifts ≥ 3/2 value
    rows = np.hstack([-changes, shifts, -shifts])
    found = minimise_linear(
        np.concatenate([np.zeros(3), np.ones(12)]),
        equal=(sp.csr_array(np.concatenate([np.ones(3), np.zeros(12)])[None]), np.ones(1)),
        below=(sp.csr_array(rows), -1.5 * value),
        mass=100.0,
    ).evidence.point
    return (
        Fraction(3, 2), _fractions(found[:3]), _fractions(found[3:9] - found[9:])
    )  # fmt: skip


def facet_proof(*, seed: int = 0) -> dict:
    """Of which polytopes eq. (10) is a facet, with fifteen points of its face; CR-04.

    Points without a signal on the face, extreme in random directions, kept if independent.
    """
    import scipy.sparse as sp

    model = CausalModel(("x", "ay"), (2, 2), (3, 3))
    form = np.einsum("a,b,xy->abxy", [1, -1], [1, -1], CHAIN)
    values = model.matrix.T @ form.ravel()
    silent = signalling_functionals((2, 2), (3, 3)).reshape(-1, 36) @ model.matrix.toarray()
    equal = sp.csr_array(np.vstack([np.ones(model.size), values, silent]))
    right = np.concatenate([[1, 4], np.zeros(len(silent))])
    rng, points, kept = np.random.default_rng(seed), [], []
    while len(kept) < 15:
        found = minimise_linear(rng.normal(size=model.size), equal=(equal, right), mass=1.0)
        weights = _fractions(found.evidence.point)
        cells = [sum(w for w, v in zip(weights, row, strict=True) if v and w)
                 for row in model.matrix.toarray()]  # fmt: skip
        if not points or affine_dimension([*points, cells]) == len(points):
            points.append(cells)
            kept.append({n: str(w) for n, w in zip(_names(model), weights, strict=True) if w})
    return proof("outcome-facets", {"points": kept})


FILES = {
    "setting-region": partial(dual_region_proof, "x"),
    "outcome-region": partial(dual_region_proof, "a"),
    "outcome-facets": facet_proof,
    "cglmp-dependence": partial(
        link_proof, "cglmp-dependence", sizes=range(2, 9),
        values=[Fraction(2), Fraction(5, 2), Fraction(14, 5), Fraction(3), Fraction(4)],
    ),
    "nonbilocality": partial(
        nonbilocality_proof,
        [(Fraction(3, 4), Fraction(1, 4)), (Fraction(4, 5), Fraction(1, 5)),
         (Fraction(4, 5), Fraction(1, 4)), (Fraction(17, 20), Fraction(1, 4))],
    ),
    "influence-dependence": tradeoff_proof,
    "hall-measure": partial(
        link_proof, "hall-measure", sizes=range(2, 9),
        values=[Fraction(2), Fraction(5, 2), Fraction(14, 5), Fraction(3), Fraction(4)],
    ),
    "recession-direction": direction_proof,
    "outcome-curve": outcome_curve_proof,
    "ghz-parties": partial(ghz_proof, range(3, 9)),
}  # fmt: skip
"""What makes the file of each name."""


def write_proofs(folder: str | Path) -> list[Path]:
    """Write all of them to a folder; return the files."""
    paths = []
    for name, build in FILES.items():
        path = Path(folder) / f"{name}.json"
        path.write_text(json.dumps(build(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        paths.append(path)
    return paths
