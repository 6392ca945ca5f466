"""Moment matrices for two parties: level 1, which is macroscopic locality, 1+AB and beyond.

Write A(a|x) and B(b|y) for the projectors on outcomes, commuting between the parties. A word is
a product of them. If a state and such projectors exist, the matrix ⟨v† w⟩ over a list of words
v, w is positive semidefinite; a behaviour passes a level if some positive matrix of that form
has its probabilities (Navascués, Pironio, Acín, arXiv:quant-ph/0607119). The words of level 1
are 1, A(a|x), B(b|y): eqs. (A1)–(A2) of arXiv:0907.0372, the set Q1 of macroscopically local
behaviours. Level 1+AB adds the products A(a|x) B(b|y), and is known as the almost-quantum set
(arXiv:1403.4621); levels 2 and 3 have all words of so many letters and come closer to quantum
behaviours.

The last outcome of each setting is left out of the words. Nothing is lost: its projector is
1 − Σ_a A(a|x), so the matrix with all outcomes is T γ Tᵀ with a fixed T, and γ is a corner of it.
Moments are real: the real part of a moment matrix is one, with the same probabilities. So a
word and its adjoint have one moment, and the two places of the matrix are linked.

Level 1 alone does not make the probabilities P(ab|xy) positive. That is asked for separately,
unless the caller says otherwise; the higher levels have them as squared norms of vectors.
"""

from collections.abc import Sequence

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from nonlocality.foundations.behaviours import (
    Behaviour,
    as_behaviour,
    as_behaviours,
    check_two_parties,
)
from nonlocality.foundations.checks import TOLERANCE, finite_array, renamed
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.matrix_inequalities import MatrixInequality
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import minimise_semidefinite
from nonlocality.foundations.solvers import pulled
from nonlocality.macroscopic_locality.structure import MomentStructure, moment_structure
from nonlocality.macroscopic_locality.symmetric_moments import FROM_ROWS, reduction, renamings


def _relaxation(level: str, positivity: bool) -> str:
    """What the set is called in results."""
    if not positivity and level != "1":
        raise ValueError(
            f"Argument `positivity` must be True at level {level!r}, which implies it, but is "
            "False."
        )
    return f"level {level}" + ("" if positivity else " without positivity")


@result
class Maximum:
    """The largest value of a Bell expression over a level, from both sides.

    largest: from below the value of `table`, a point of the set (to rounding): the solver's point,
    mixed with as much white noise as it misses the constraints by. From above a repaired dual
    point. matrix: the moment matrix of that point. relaxation: the set by name.
    """

    largest: TwoSided
    table: np.ndarray
    matrix: np.ndarray
    relaxation: str

    @property
    def behaviour(self) -> Behaviour:
        """The behaviour that reaches `largest`; ValueError if its table has negative entries."""
        return Behaviour(self.table)


def maximise(
    functional: np.ndarray, *, level: str, positivity: bool = True, solver: str = "clarabel"
) -> Maximum:
    """Largest value of Σ f[a,b,x,y] P(ab|xy) over a level of moment matrices.

    functional: f, shape (o_A, o_B, m_A, m_B). level: one of
    :data:`~nonlocality.macroscopic_locality.structure.LEVELS`. positivity: whether
    P(ab|xy) ≥ 0 is asked for at level 1. solver: as in
    :func:`nonlocality.foundations.semidefinite.minimise_semidefinite`.
    Raises ValueError for another shape, level or solver, for positivity=False at a level that
    implies it, SolverError if the solver stops early.

    >>> from nonlocality.foundations.inequalities import correlator_functional
    >>> best = maximise(correlator_functional([[1, 1], [1, -1]]), level="1")
    >>> round(best.largest.lower, 6), round(best.largest.upper, 6), best.relaxation
    (2.828427, 2.828427, 'level 1')
    """
    f = finite_array("functional", functional)
    if f.ndim != 4 or not f.size:
        raise ValueError(
            f"Argument `functional` must have shape (o_A, o_B, m_A, m_B), but has {f.shape}."
        )
    structure = moment_structure(level, f.shape[:2], f.shape[2:])
    relaxation = _relaxation(level, positivity)
    constant, slopes = structure.table_map
    if not structure.known:  # one behaviour only
        one = float(f.sum())
        largest = TwoSided(one, one, one)
        return Maximum(largest, np.ones(f.shape), np.ones((1, 1)), relaxation)
    program = structure.program if positivity else structure.bare_program
    smaller = None
    if structure.size >= FROM_ROWS and solver == "clarabel":
        smaller = reduction(structure, renamings(f, structure), positivity=positivity)
    found = program.minimise(-pulled(slopes, f.ravel()), solver=solver, reduction=smaller)
    weight = _noise_free(structure, found.evidence.point, positive=positivity)
    moments = weight * found.evidence.point + (1 - weight) * structure.noise
    table = structure.table(moments)
    reached = float((f * table).sum())
    upper = float(f.ravel() @ constant - found.lower)
    return Maximum(
        largest=TwoSided(reached, upper, reached, "lower", found.evidence),
        table=table,
        matrix=structure.inequality.at(moments),
        relaxation=relaxation,
    )


def _into(
    structure: MomentStructure, moments: np.ndarray, inside: np.ndarray, *, positive: bool
) -> float:
    """Largest weight of `moments` in a mixture with moments inside that is in the set.

    w γ + (1 − w) γ' ⪰ 0 as long as w (1 − κ) ≤ 1, with κ the least eigenvalue of γ relative to γ'.
    """
    outer, inner = (structure.inequality.at(m) for m in (moments, inside))
    least = scipy.linalg.eigh(outer, inner, eigvals_only=True, subset_by_index=[0, 0])[0]
    return _weight(structure, least, moments, inside, positive)


def _noise_free(structure: MomentStructure, moments: np.ndarray, *, positive: bool) -> float:
    """As :func:`_into`, with white noise as the other part."""
    relative = structure.whitening @ structure.inequality.at(moments) @ structure.whitening.T
    least = np.linalg.eigvalsh(relative)[0]
    return _weight(structure, least, moments, structure.noise, positive)


def _weight(
    structure: MomentStructure,
    least: float,
    moments: np.ndarray,
    inside: np.ndarray,
    positive: bool,
) -> float:
    """The weight of which neither a matrix nor, if so asked, a probability becomes negative."""
    weight = min(1, 1 / (1 - min(least, 0)))
    if positive:
        low, high = structure.table(moments).ravel(), structure.table(inside).ravel()
        weight = min(weight, (high / np.maximum(high - low, high)).min(initial=1, where=high > 0))
    return float(weight)


def _checked(behaviour: Behaviour, level: str) -> MomentStructure:
    """The structure for a behaviour of two parties that do not signal."""
    check_two_parties("behaviour", behaviour)
    return moment_structure(level, behaviour.outcomes, behaviour.settings)


@result
class Margin:
    """How far inside a level a behaviour is: the largest smallest eigenvalue of its γ.

    eigenvalue: negative outside. From below that of `matrix`, which has the behaviour's
    probabilities; from above a repaired dual point.
    moments: those of `matrix`. relaxation: the set by name.
    """

    eigenvalue: TwoSided
    matrix: np.ndarray
    moments: np.ndarray
    relaxation: str


def margin(behaviour: Behaviour, *, level: str, solver: str = "clarabel") -> Margin:
    """Largest smallest eigenvalue of the moment matrix of a behaviour, over the free moments.

    The behaviour is in the set if this is ≥ 0. On the boundary it is 0, and the solver's error
    (about 1e-9) decides the sign.
    Raises ValueError for other than two parties, a signalling behaviour or an unknown level,
    SolverError if the solver stops early.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> margin(behaviour_pr_box(), level="1").eigenvalue.surely_below(0)
    True
    """
    behaviour = as_behaviour(behaviour)
    structure = _checked(behaviour, level)
    coordinates = structure.coordinates(behaviour.table)
    found = largest_smallest_eigenvalue(
        _fix(structure, coordinates), structure.inequality.slopes[:, structure.known :], solver
    )
    moments = np.concatenate([coordinates, found.evidence.point[1:]])
    matrix = structure.inequality.at(moments)
    return Margin(
        eigenvalue=_eigenvalue(matrix, found),
        matrix=matrix,
        moments=moments,
        relaxation=_relaxation(level, True),
    )


def _eigenvalue(matrix: np.ndarray, found: TwoSided) -> TwoSided:
    """The smallest eigenvalue of an explicit matrix from below, what is proved from above."""
    reached = float(np.linalg.eigvalsh(matrix)[0])
    return TwoSided(reached, found.upper, reached, "lower", found.evidence)


def margins(behaviours: Sequence[Behaviour], *, level: str) -> np.ndarray:
    """The margins of many behaviours of one scenario, from one program with a block for each.

    Returns the smallest eigenvalues of the matrices at the solver's point, shape (n,): what
    :func:`margin` reaches, to about 1e-8. Twenty times as fast, for a hundred at a time.
    Raises ValueError for no behaviours or several scenarios, and as :func:`margin` does.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> boxes = [behaviour_pr_box().with_noise(visibility=v) for v in (0.5, 0.9)]
    >>> (margins(boxes, level="1") > 0).tolist()
    [True, False]
    """
    behaviours = as_behaviours(behaviours)
    structures = {_checked(behaviour, level) for behaviour in behaviours}
    if len(structures) != 1:
        raise ValueError(
            "Argument `behaviours` must hold behaviours of one scenario, but holds "
            f"{len(structures)} scenarios."
        )
    structure, count = structures.pop(), len(behaviours)
    free = structure.inequality.slopes[:, structure.known :]
    own = sp.hstack([sp.csr_array(-np.eye(structure.size).reshape(-1, 1)), free])
    constants = [_fix(structure, structure.coordinates(b.table)) for b in behaviours]
    places = np.eye(count)
    found = minimise_semidefinite(
        -kron(np.ones((1, count)), np.eye(1, own.shape[1])).toarray().ravel(),
        matrices=[
            MatrixInequality(constant, kron(places[k : k + 1], own))
            for k, constant in enumerate(constants)
        ],
        box=structure.size + 1.0,
    )
    moments = found.evidence.point.reshape(count, own.shape[1])[:, 1:]
    matrices = [
        constant + (free @ m).reshape(constant.shape)
        for constant, m in zip(constants, moments, strict=True)
    ]
    return np.linalg.eigvalsh(matrices)[:, 0]


def _fix(structure: MomentStructure, coordinates: np.ndarray) -> np.ndarray:
    """γ with the behaviour's coordinates and all free moments zero."""
    return structure.inequality.at(
        np.pad(coordinates, (0, len(structure.moments) - structure.known))
    )


def largest_smallest_eigenvalue(
    constant: np.ndarray, slopes: sp.sparray, solver: str = "clarabel"
) -> TwoSided:
    """The largest λ for which F₀ + Σ_k y_k F_k − λ·1 ⪰ 0 for some y.

    constant: F₀, shape (n, n). slopes: shape (n·n, m), as in
    :class:`~nonlocality.foundations.matrix_inequalities.MatrixInequality`; each variable
    must stand with weight 1 in an entry off the diagonal, so that it is at most max F₀ − λ, or the
    upper side is not proved. The point of the evidence is (λ, y), all of it within (n + 1)·max|F₀|.
    Raises as :func:`~nonlocality.foundations.semidefinite.minimise_semidefinite` does.

    >>> free = sp.csr_array([[0.0], [1], [1], [0]])
    >>> best = largest_smallest_eigenvalue([[1.0, 0], [0, 0.5]], free)
    >>> round(best.reached, 6)
    0.5
    """
    unit = np.eye(len(constant)).reshape(-1, 1)
    columns = sp.hstack([sp.csr_array(-unit), sp.csr_array(slopes)], format="csr")
    return -minimise_semidefinite(
        np.eye(columns.shape[1])[0] * -1,
        matrices=[MatrixInequality(constant, columns)],
        box=(len(constant) + 1) * float(np.abs(constant).max()) + 1,
        solver=solver,
    )


@result
class Radius:
    """How far one can go from a behaviour inside a level in a given direction.

    largest: from below a length that stays inside, with its moment matrix `matrix`; from above one
    beyond which nothing is inside, proved by the inequality Σ functional·P ≤ `bound`, which holds
    for all behaviours of the set up to the gap of the two.
    relaxation: the set by name.
    """

    largest: TwoSided
    matrix: np.ndarray
    functional: np.ndarray
    bound: float
    relaxation: str


def visibility(behaviour: Behaviour, *, level: str, solver: str = "clarabel") -> Radius:
    """Largest v for which v P + (1 − v) white noise is in the set; above 1 for P inside.

    Raises ValueError for other than two parties, a signalling behaviour, an unknown level or
    white noise itself, SolverError if the solver stops early. The program grows fast: with three
    outcomes and two settings 1+AB takes a tenth of a second, with five half a minute.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> found = visibility(behaviour_pr_box(), level="1")
    >>> [round(side * 2**0.5, 6) for side in found.largest.sides]
    [1.0, 1.0]
    """
    behaviour = as_behaviour(behaviour)
    structure = _checked(behaviour, level)
    centre = structure.table(structure.noise)
    if np.abs(behaviour.table - centre).max() <= TOLERANCE:
        raise ValueError(
            "Argument `behaviour` must differ from white noise, which is in the set at every "
            "visibility."
        )
    return radius(centre, behaviour.table - centre, level=level, solver=solver)


def radius(
    centre: np.ndarray, direction: np.ndarray, *, level: str, solver: str = "clarabel"
) -> Radius:
    """Largest t for which the table `centre` + t·`direction` is a behaviour of the set.

    centre: a no-signalling table ``[a, b, x, y]`` inside the set, where γ can be positive
    definite, such as white noise. direction: the same shape, with sums 0.
    Raises ValueError for a centre that is not inside, a direction that is zero or signals, an
    unknown level; SolverError if the solver stops early.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box, behaviour_white_noise
    >>> noise = behaviour_white_noise((2, 2), (2, 2)).table
    >>> round(radius(noise, noise - behaviour_pr_box().table, level="1+AB").largest.upper, 6)
    0.707107
    """
    with renamed(table="centre"):
        base = Behaviour(centre)
    structure = _checked(base, level)
    step = finite_array("direction", direction)
    if step.shape != base.table.shape:
        raise ValueError(
            f"Argument `direction` must have shape {base.table.shape}, but has shape {step.shape}."
        )
    if not np.abs(step).max() > 0:
        raise ValueError("Argument `direction` must not vanish, but all its entries are 0.")
    with np.errstate(divide="ignore", invalid="ignore"):
        end = float(np.where(step < 0, base.table / -step, np.inf).min())  # where P ≥ 0 ends
    if end > 0:
        _checked(Behaviour(np.maximum(base.table + end * step, 0)), level)

    start = structure.coordinates(base.table)
    inside = structure.noise
    if not np.allclose(inside[: structure.known], start, rtol=0, atol=1e-12):
        inside = margin(base, level=level, solver=solver).moments
    if end <= 0 or np.linalg.eigvalsh(structure.inequality.at(inside))[0] <= 0:
        raise ValueError(f"Argument `centre` must lie inside the set of level {level!r}.")

    toward = structure.coordinates(step)
    slopes, known = structure.inequality.slopes, structure.known
    ray = sp.csr_array((slopes[:, :known] @ toward).reshape(-1, 1) * end)  # the unknown is t/end
    found = minimise_semidefinite(
        np.eye(1 + len(inside) - known)[0] * -1,
        matrices=[
            MatrixInequality(
                _fix(structure, start), sp.hstack([ray, slopes[:, known:]], format="csr")
            )
        ],
        below=(sp.csr_array(np.eye(1, 1 + len(inside) - known)), [1.0]),
        box=1,
        solver=solver,
    )
    point = found.evidence.point
    reached = np.concatenate([start + point[0] * end * toward, point[1:]])
    weight = _into(structure, reached, inside, positive=True)
    functional, bound = _witness(structure, found, base.table, step, end)
    length = weight * float(point[0]) * end
    return Radius(
        largest=TwoSided(length, -found.lower * end, length, "lower", found.evidence),
        matrix=structure.inequality.at(weight * reached + (1 - weight) * inside),
        functional=functional,
        bound=bound,
        relaxation=_relaxation(level, True),
    )


def _witness(
    structure: MomentStructure, found: TwoSided, centre: np.ndarray, step: np.ndarray, end: float
) -> tuple[np.ndarray, float]:
    """The inequality Σ f·P ≤ bound in the dual point of :func:`radius`.

    With the dual matrix Z, tr Z γ ≥ 0 does not depend on the free moments but for what the
    solver left; that is bounded by the moments' being at most 1. Where the ray ends at a
    probability that vanishes, μ times that probability is added.
    """
    constant, weights = structure.inequality.against(found.evidence.dual_matrices[0])
    facet = np.flatnonzero(np.isclose(centre + end * step, 0, rtol=0, atol=1e-12))[:1]
    table = structure.coordinate_map.T @ weights[: structure.known]
    table[facet] += found.evidence.dual_below[0] / centre.ravel()[facet]
    slack = np.abs(weights[structure.known :]).sum()
    return -end * table.reshape(centre.shape), end * float(constant + slack)
