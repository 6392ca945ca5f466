"""Postquantum steering: functionals, and how far an assemblage is from the almost-quantum set.

A steering functional β = Σ tr(F_{bcyz} σ_{bc|yz}), eq. (5) of arXiv:1505.01430, is an array
``[b, c, y, z, i, j]`` of Hermitian matrices. Its least value over the almost-quantum set Q̃
(:mod:`nonlocality.postquantum_steering.moments`) bounds from below what quantum theory reaches; an
assemblage with less is postquantum. Everything here is a semidefinite program with both sides:
the value of a point, and a lower bound repaired from the dual.

Real data are treated with real matrices, complex data with Hermitian ones; for the same data both
give the same value.
"""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import shown
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.postquantum_steering.assemblages import Assemblage, assemblage_white_noise
from nonlocality.postquantum_steering.functionals import check_functional, in_units
from nonlocality.postquantum_steering.moment_patterns import ALMOST_QUANTUM
from nonlocality.postquantum_steering.moments import SteeringMoments, steering_moments


@result
class FunctionalBound:
    """The least value of a functional over a set of assemblages.

    least: from both sides. elements: ``[b, c, y, z, i, j]``, the point that reaches it; an
    assemblage up to the residual in the evidence.
    """

    least: TwoSided
    elements: np.ndarray


@result
class Robustness:
    """How much must be mixed in until an assemblage lies in the set.

    weight: reached is the weight that suffices, proved from below is the one that is needed.
    witness: F ``[b, c, y, z, i, j]`` with Σ tr(Fσ) ≥ 0 on the whole set (up to the gap of
    `weight`) and Σ tr(Fσ) = −`weight.lower` for the given assemblage.
    """

    weight: TwoSided
    witness: np.ndarray


def minimise_functional(
    functional: np.ndarray, *, level: str | int = ALMOST_QUANTUM, solver: str = "clarabel"
) -> FunctionalBound:
    """Least value of a functional over Q̃, eqs. (30)–(31), or a level, eqs. (33)–(34).

    functional: ``[b, c, y, z, i, j]``; or ``[b, y, i, j]`` for one untrusted party, whose every
    assemblage is quantum, so that the value is the quantum one. level: as
    :func:`~nonlocality.postquantum_steering.moment_patterns.moment_words`; level 1 asks the
    elements to be positive, which the higher ones imply.
    solver: as :func:`~.semidefinite.minimise_semidefinite`.
    Raises ValueError for a functional that is none or an unknown level, SolverError where the
    solver misses the optimum.

    >>> guess = np.zeros((2, 2, 1, 1, 2, 2))
    >>> guess[0, 0, 0, 0] = np.diag([-1.0, 1.0])
    >>> round(minimise_functional(guess).least.reached, 6)
    -1.0
    """
    unit, f = in_units(check_functional("functional", functional))
    moments = _moments(f, level)
    unknowns = moments.inequality.slopes.shape[1]
    least = minimise_semidefinite(
        np.pad(moments.costs(f), (0, unknowns - moments.known)),
        matrices=moments.inequalities,
        equal=(_trace_row(moments, unknowns), np.ones(1)),
        box=1.0,
        solver=solver,
    )
    elements = moments.table @ least.evidence.point[: moments.known]
    return FunctionalBound(unit * least, elements.reshape(np.shape(functional)))


def white_noise_robustness(
    assemblage: Assemblage, *, level: str | int = ALMOST_QUANTUM, solver: str = "clarabel"
) -> Robustness:
    """The smallest t ≥ 0 for which (1 − t)σ + t𝟙/(kd) lies in Q̃, k outcomes in all.

    With σ(t) for the mixture, Z for the dual matrix of Γ(σ(t), free) ⪰ 0 and F for its part that
    meets the assemblage: Σ tr(Fω) = tr(ZΓ) ≥ 0 for ω in Q̃, scaled so that F gains 1 from σ to
    white noise.
    Raises ValueError unless there are two untrusted parties, and as :func:`minimise_functional`.

    >>> from nonlocality.postquantum_steering.assemblage_models import assemblage_product
    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> pr_box = assemblage_product(behaviour_pr_box(), np.eye(2) / 2)
    >>> round(white_noise_robustness(pr_box).weight.reached, 6)  # 1 − 1/√2
    0.292893
    """
    moments = _moments(_check_tripartite(assemblage), level)
    slopes, size = moments.inequality.slopes, len(moments.inequality.constant)
    start = moments.coordinates(assemblage.elements)
    way = moments.coordinates(assemblage_white_noise(assemblage).elements) - start
    known, free = slopes[:, : moments.known], slopes[:, moments.known :]
    inequality = MatrixInequality(
        _hermitian((known @ start).reshape(size, size)),
        sp.hstack([_hermitian_column(known @ way, size), free], format="csr"),
    )
    cost = np.zeros(inequality.slopes.shape[1])
    cost[0] = 1
    sign = sp.csr_array(([-1.0], ([0], [0])), shape=(1, len(cost)))
    weight = minimise_semidefinite(
        cost, matrices=[inequality], below=(sign, np.zeros(1)), box=1.0, solver=solver
    )
    _, pairing = moments.inequality.against(weight.evidence.dual_matrices[0])
    return Robustness(_not_negative(weight), moments.functional(pairing[: moments.known]))


def generalised_robustness(
    assemblage: Assemblage,
    *,
    noise: str = "set",
    level: str | int = ALMOST_QUANTUM,
    solver: str = "clarabel",
) -> Robustness:
    """The smallest t ≥ 0 for which (σ + tτ)/(1 + t) lies in Q̃ for some assemblage τ.

    noise: "set" for τ in Q̃ itself, or "any" for any no-signalling assemblage τ, which is never
    more. (The literature calls the second one generalised, the first one standard or free:
    quant-ph/0304009 for entanglement, arXiv:1406.0530 and 1604.00501 for steering.)
    The witness has Σ tr(Fω) ≥ 0 for all ω in Q̃, and at most 1 on all possible τ.

    With m pairs of settings t is at most m − 1: Bob and Charlie draw a setting each and share what
    σ gives for both; who is asked another one answers at random. This is a model with hidden
    states, and it gives (σ + (m − 1)τ)/m, where in τ one of them at least answers at random, so
    that τ is quantum too.

    Raises ValueError for another noise, and as :func:`white_noise_robustness`; SolverError too.

    >>> from nonlocality.postquantum_steering.assemblage_models import assemblage_product
    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> pr_box = assemblage_product(behaviour_pr_box(), np.eye(2) / 2)
    >>> round(generalised_robustness(pr_box).weight.reached, 6)  # (√2 − 1)/2
    0.207107
    >>> round(generalised_robustness(pr_box, noise="any").weight.reached, 6)  # 3 − 2√2
    0.171573
    """
    if noise not in ("set", "any"):
        raise ValueError(f"Argument `noise` must be 'set' or 'any', but is {shown(noise)}.")
    elements = _check_tripartite(assemblage)
    moments = _moments(elements, level)
    inequality, known = moments.inequality, moments.known
    slopes, size = inequality.slopes, len(inequality.constant)
    free = slopes[:, known:]
    shift = _hermitian((slopes[:, :known] @ moments.coordinates(elements)).reshape(size, size))
    empty = sp.csr_array((size * size, free.shape[1]))
    sum_of_both = MatrixInequality(shift, sp.hstack([slopes[:, :known], empty, free], format="csr"))
    added = [
        MatrixInequality(
            f.constant,
            sp.hstack([f.slopes, sp.csr_array((f.constant.size, free.shape[1]))], format="csr"),
        )
        for f in (moments.inequalities if noise == "set" else moments.elements)
    ]
    trace = _trace_row(moments, known + 2 * free.shape[1])
    weight = minimise_semidefinite(
        trace.toarray().ravel(),
        matrices=[sum_of_both, *added],
        box=float(np.prod(elements.shape[2:4])),  # 1 + t, which no entry exceeds; see above
        solver=solver,
    )
    _, pairing = inequality.against(weight.evidence.dual_matrices[0])
    return Robustness(_not_negative(weight), moments.functional(pairing[:known]))


def _moments(array: np.ndarray, level: str | int) -> SteeringMoments:
    """The moment matrix for an array ``[b, c, y, z, i, j]``."""
    return steering_moments(
        outcomes=array.shape[:2],
        settings=array.shape[2:4],
        dimension=array.shape[-1],
        real=not np.iscomplexobj(array),
        level=level,
    )


def _check_tripartite(assemblage: Assemblage) -> np.ndarray:
    """The elements of an assemblage of two untrusted parties."""
    if not isinstance(assemblage, Assemblage) or assemblage.parties != 2:
        raise ValueError(
            "Argument `assemblage` must be one of two untrusted parties: with one, all are quantum."
        )
    return assemblage.elements


def _trace_row(moments: SteeringMoments, unknowns: int) -> sp.csr_array:
    """tr(ρ_A) as a function of the unknowns, of which the first are the coordinates."""
    return sp.csr_array(np.pad(moments.trace, (0, unknowns - moments.known))[None])


def _not_negative(weight: TwoSided) -> TwoSided:
    """A weight, which is at least 0 by definition: the solver's rest below 0 is cut off."""
    return replace(weight, lower=max(0.0, weight.lower), reached=max(0.0, weight.reached))


def _hermitian(matrix: np.ndarray) -> np.ndarray:
    """The Hermitian part, so that rounding does not show."""
    return (matrix + matrix.conj().T) / 2


def _hermitian_column(column: np.ndarray, size: int) -> sp.csr_array:
    """A column that holds a matrix, its Hermitian part."""
    return sp.csr_array(_hermitian(column.reshape(size, size)).reshape(-1, 1))
