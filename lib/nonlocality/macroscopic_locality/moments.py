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
import scipy.sparse as sp

from nonlocality.foundations.behaviours import (
    Behaviour,
    as_behaviour,
    as_behaviours,
    check_two_parties,
)
from nonlocality.foundations.checks import finite_array
from nonlocality.foundations.linear_algebra import _eigh, kron
from nonlocality.foundations.matrix_inequalities import MatrixInequality
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import minimise_semidefinite
from nonlocality.macroscopic_locality.structure import MomentStructure, moment_structure
from nonlocality.macroscopic_locality.symmetric_moments import FROM_ROWS, reduction, renamings


def relaxation_name(level: str, positivity: bool) -> str:
    """What a set is called in results; ValueError if positivity is left out where it is implied.

    >>> relaxation_name("1", False)
    'level 1 without positivity'
    """
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
    relaxation = relaxation_name(level, positivity)
    constant, slopes = structure.quick_table_map
    if not structure.known:  # one behaviour only
        one = float(f.sum())
        largest = TwoSided(one, one, one)
        return Maximum(largest, np.ones(f.shape), np.ones((1, 1)), relaxation)
    program = structure.program if positivity else structure.bare_program
    smaller = None
    if structure.size >= FROM_ROWS and solver == "clarabel":
        smaller = reduction(structure, renamings(f, structure), positivity=positivity)
    found = program.minimise(-(f.ravel() @ slopes), solver=solver, reduction=smaller)
    positive = positivity and level == "1"  # beyond it is implied
    moments, matrix = _noise_free(structure, found.evidence.point, positive=positive)
    table = structure._table(moments)
    reached = float((f * table).sum())
    upper = float(f.ravel() @ constant - found.lower)
    return Maximum(
        largest=TwoSided(reached, upper, reached, "lower", found.evidence),
        table=table,
        matrix=matrix,
        relaxation=relaxation,
    )


def _noise_free(
    structure: MomentStructure, moments: np.ndarray, *, positive: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest mixture of moments with white noise that is in the set, and its matrix.

    w γ + (1 − w) γ' ⪰ 0 as long as w (1 − κ) ≤ 1, with κ the least eigenvalue of γ relative to γ'.
    """
    inequality, noise = structure.inequality, structure.noise
    matrix = inequality.constant + inequality.combination(moments)
    relative = structure.whitening @ matrix @ structure.whitening.T
    least = _eigh(relative, vectors=False)[0][0]
    weight = structure.weight_inside(least, moments, noise, positive=positive)
    mixed = weight * moments + (1 - weight) * noise
    return mixed, inequality.constant + inequality.combination(mixed)


def structure_of(behaviour: Behaviour, level: str) -> MomentStructure:
    """The structure of a behaviour's scenario.

    Raises ValueError for other than two parties, a signalling behaviour or an unknown level.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> structure_of(behaviour_pr_box(), "1+AB").size
    9
    """
    behaviour = check_two_parties("behaviour", behaviour)
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
    structure = structure_of(behaviour, level)
    coordinates = structure.coordinates(behaviour.table)
    found = largest_smallest_eigenvalue(
        structure.fixed_matrix(coordinates),
        structure.inequality.slopes[:, structure.known :],
        solver,
    )
    moments = np.concatenate([coordinates, found.evidence.point[1:]])
    matrix = structure.inequality.at(moments)
    return Margin(
        eigenvalue=_eigenvalue(matrix, found),
        matrix=matrix,
        moments=moments,
        relaxation=relaxation_name(level, True),
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
    structures = {structure_of(behaviour, level) for behaviour in behaviours}
    if len(structures) != 1:
        raise ValueError(
            "Argument `behaviours` must hold behaviours of one scenario, but holds "
            f"{len(structures)} scenarios."
        )
    structure, count = structures.pop(), len(behaviours)
    free = structure.inequality.slopes[:, structure.known :]
    own = sp.hstack([sp.csr_array(-np.eye(structure.size).reshape(-1, 1)), free])
    constants = [structure.fixed_matrix(structure.coordinates(b.table)) for b in behaviours]
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
