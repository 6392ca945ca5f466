"""The search of App. D of arXiv:1505.01430: random functionals, and descent of the visibility.

For a functional F let β be its least value over assemblages that are local for the octagon of the
four measurements θ = 0, π/4, π/2, 3π/4, and β_Q̃ the least over the almost-quantum set. Where β is
lower, let μ be the share of Alice's purity (eq. (40)) with which the minimiser has β_Q̃. An F with
μ ≤ cos(π/8) is an example: its minimiser with that noise is local for all projective measurements
and outside of Q̃. The paper lowers μ by "standard gradient descent methods", without saying more.
Two are tried here, and with the second one the search arrives.
"""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from nonlocality.foundations.checks import counts, finite_array, finite_number, shown
from nonlocality.foundations.linear_algebra import kron
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.foundations.solvers import SolverError
from nonlocality.postquantum_steering.assemblage_tables import minimal_coordinates
from nonlocality.postquantum_steering.assemblages import Assemblage, deterministic_strategies
from nonlocality.postquantum_steering.functionals import check_functional, in_units
from nonlocality.postquantum_steering.local_assemblages import SHAPE
from nonlocality.postquantum_steering.robustness import FunctionalBound, minimise_functional
from nonlocality.postquantum_steering.search import random_functional

NEEDED = float(np.cos(np.pi / 8))
"""The μ that a success must not exceed: the radius of the circle in the octagon."""

MARGIN = 1e-7
"""How much lower β must be than β_Q̃, both proved, for the first test; less is the solvers' rest."""


def octagon_minimum(
    functional: np.ndarray, *, visibility: float = NEEDED, angle: float = 0.0
) -> FunctionalBound:
    """The program (44) of arXiv:1505.01430: the least β of σ* = μσ + (1 − μ) tr(σ)𝟙/2.

    Over all real qubit assemblages σ that are local for the four measurements of the octagon.
    functional: ``[b, c, y, z, i, j]``, real, two settings and outcomes. visibility: μ, in (0, 1].
    angle: by which the octagon is turned, in radians. Returned are the elements of σ*.
    Raises ValueError for another functional or visibility, SolverError as the solver does.

    >>> f = np.zeros((2, 2, 2, 2, 2, 2))
    >>> f[0, 0, 0, 0] = np.diag([-1.0, 0.0])
    >>> round(octagon_minimum(f, visibility=1.0).least.reached, 6)
    -1.0
    """
    f = check_functional("functional", functional)
    if f.shape != (*SHAPE, 2, 2) or np.iscomplexobj(f):
        raise ValueError(
            f"Argument `functional` must be real and have shape {(*SHAPE, 2, 2)}, but has shape "
            f"{f.shape}."
        )
    scale, f = in_units(f)
    mu, turned = finite_number("visibility", visibility), finite_number("angle", angle)
    if not 0 < mu <= 1:
        raise ValueError(f"Argument `visibility` must lie in (0, 1], but is {mu}.")
    angles = turned + np.arange(4) * np.pi / 4
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    scenario = Assemblage(np.broadcast_to(np.eye(1) / 4, (*SHAPE, 1, 1)))
    table = deterministic_strategies(scenario)
    d, flat = minimal_coordinates(table), table.reshape(16, -1)
    full = np.round(flat @ np.linalg.pinv(d))
    (rows, count), unit = d.shape, sp.eye_array(4)
    # unknowns: q_λ, then m_λ(r_k), then the two components of the nine vectors
    equal = sp.block_array(
        [
            [sp.csr_array(np.ones((1, count))), None, None],
            [None, kron(unit, d), -kron(directions, np.eye(rows))],
        ],
        format="csr",
    )
    weights = kron(np.ones((4, 1)), np.eye(count))
    nothing = sp.csr_array((4 * count, 2 * rows))
    signs = [sp.hstack([-weights, s * sp.eye_array(4 * count), nothing]) for s in (1, -1)]
    below = sp.vstack(signs, format="csr")
    paulis = np.array([PAULI_X, PAULI_Z])
    probability = np.multiply.outer(flat, np.eye(2).ravel() / 2).transpose(0, 2, 1)
    vectors = np.einsum("er,kij->eijkr", full, paulis / 2).reshape(16, 4, -1)
    blank = np.zeros((4, 4 * count))
    elements = [np.hstack([p, blank, v]) for p, v in zip(probability, vectors, strict=True)]
    noisy = np.array(
        [np.hstack([p, blank, mu * v]) for p, v in zip(probability, vectors, strict=True)]
    )
    cost = np.einsum("eij,eijn->n", f.reshape(16, 2, 2), noisy.reshape(16, 2, 2, -1))
    least = minimise_semidefinite(
        cost,
        matrices=[MatrixInequality(np.zeros((2, 2)), sp.csr_array(e)) for e in elements],
        equal=(equal, np.r_[1.0, np.zeros(equal.shape[0] - 1)]),
        below=(below, np.zeros(below.shape[0])),
        box=1.0,
    )
    return FunctionalBound(scale * least, (noisy @ least.evidence.point).reshape(f.shape))


@result
class PrintedStep:
    """One functional in the algorithm of App. D of arXiv:1505.01430.

    local: the least β over assemblages local for the four measurements θ = 0, π/4, π/2, 3π/4.
    almost_quantum: β_Q̃. visibility: the μ for which the noisy assemblage (40) has β = β_Q̃,
    infinite if `local` is not lower by :data:`MARGIN` times the norm of F; an example is found if
    it is at most cos(π/8).
    gradient: of the visibility by the functional, for fixed assemblages.
    """

    local: float
    almost_quantum: float
    visibility: float
    gradient: np.ndarray


def printed_step(functional: np.ndarray) -> PrintedStep:
    """Steps (i) and (ii) of App. D for one functional: two programs, and the visibility μ.

    Raises ValueError and SolverError as :func:`octagon_minimum`.
    """
    unit, f = in_units(check_functional("functional", functional))
    found = octagon_minimum(f, visibility=1.0)
    quantum = minimise_functional(f)
    traces = np.trace(found.elements, axis1=-2, axis2=-1)[..., None, None]
    noise = traces * np.eye(2) / 2
    local, base = (float(np.sum(f * x)) for x in (found.elements, noise))
    least = quantum.least.reached
    if found.least.reached >= quantum.least.lower - MARGIN * np.linalg.norm(f):
        return PrintedStep(unit * local, unit * least, np.inf, np.zeros_like(f))
    mu = (base - least) / (base - local)
    noisy = mu * found.elements + (1 - mu) * noise
    gradient = (noisy - quantum.elements) / (base - local) / unit
    return PrintedStep(unit * local, unit * least, mu, gradient)


@result
class Descent:
    """Where a descent of the visibility went.

    visibilities: μ after each step that lowered it; [inf] where none could start. functional: F at
    the last of them, of norm 1.
    """

    visibilities: list[float]
    functional: np.ndarray


def descend(functional: np.ndarray, *, method: str = "halving", steps: int = 300) -> Descent:
    """Lower the visibility μ from a functional on.

    method: "halving" goes against the gradient, a fifth further after each success, half as far
    after a failure; "L-BFGS" is scipy's, which learns the curvature. steps: pairs of programs at
    most, 0.2 s each. It ends where it succeeds, and where a solver stalls.
    Raises ValueError for another method or number of steps.

    >>> descend(random_functional(np.random.default_rng(0))).visibilities
    [inf]
    """
    if method not in ("halving", "L-BFGS"):
        raise ValueError(
            f"Argument `method` must be 'halving' or 'L-BFGS', but is {shown(method)}."
        )
    (steps,) = counts("steps", (steps,))
    functional = finite_array("functional", functional)
    if not functional.any():
        raise ValueError("Argument `functional` must not vanish, but all its entries are 0.")
    path, best = [], [functional / np.linalg.norm(functional)]

    def at(flat: np.ndarray) -> PrintedStep:
        here = flat.reshape(functional.shape) / np.linalg.norm(flat)
        step = printed_step(here)
        if not path or step.visibility < path[-1]:
            path.append(float(step.visibility))
            best[0] = here
        return step

    try:
        here = best[0].ravel()
        step = at(here)
        if np.isfinite(path[0]) and steps > 1:
            (_halve if method == "halving" else _quasi_newton)(at, here, step, path, steps - 1)
    except (SolverError, StopIteration):
        pass
    return Descent(path or [float("inf")], best[0])


def _halve(
    at: Callable[[np.ndarray], PrintedStep],
    here: np.ndarray,
    step: PrintedStep,
    path: list[float],
    steps: int,
) -> None:
    """Against the gradient: a fifth further after a success, half as far after a failure."""
    length = 0.5
    for _ in range(steps):
        if path[-1] <= NEEDED or length < 1e-4:
            return
        slope = step.gradient.ravel() / np.linalg.norm(step.gradient)
        trial = here - length * slope
        trial /= np.linalg.norm(trial)
        tried = at(trial)
        if tried.visibility < step.visibility:
            here, step, length = trial, tried, 1.2 * length
        else:
            length /= 2


def _quasi_newton(
    at: Callable[[np.ndarray], PrintedStep],
    here: np.ndarray,
    step: PrintedStep,
    path: list[float],
    steps: int,
) -> None:
    """By L-BFGS on the unit sphere, until the search has arrived."""

    def both(flat: np.ndarray) -> tuple[float, np.ndarray]:
        if path[-1] <= NEEDED:
            raise StopIteration
        found = at(flat)
        norm = np.linalg.norm(flat)
        slope = found.gradient.ravel() / norm
        slope -= flat * (flat @ slope) / norm**2
        return (found.visibility, slope) if np.isfinite(found.visibility) else (2.0, 0 * slope)

    minimize(both, here, jac=True, method="L-BFGS-B", options={"maxfun": steps})


def printed_search(
    rng: np.random.Generator,
    *,
    starts: int,
    symmetric: bool = False,
    method: str = "halving",
    steps: int = 300,
) -> list[list[float]]:
    """The algorithm of App. D as printed: random functionals, then descent of the visibility.

    rng: of the functionals, symmetric as in
    :func:`~nonlocality.postquantum_steering.search.random_functional`. starts: how many of them,
    0.2 s each. method, steps: as :func:`descend`.
    Returns the visibilities μ of each start, [inf] where the first test fails; a start succeeded
    if its last number is at most :data:`NEEDED`.
    Raises ValueError for numbers that are not positive, or another method.
    """
    (starts,) = counts("starts", (starts,))
    return [
        descend(
            random_functional(rng, symmetric=symmetric), method=method, steps=steps
        ).visibilities
        for _ in range(starts)
    ]
