"""Exact bounds of a steering functional: over quantum theory, and over local hidden states.

Two projective measurements with two outcomes each split their space into blocks of dimension at
most 2, in which they are two lines whose Bloch vectors make an angle θ (Jordan's lemma; blocks of
dimension 1 are eigenvectors of blocks with θ = 0 or π). Bob's and Charlie's blocks can be chosen
by a coin, so the least value of a functional is reached with a qubit each:

    β_Q = min over (θ_B, θ_C) of the smallest eigenvalue of Σ F_{bcyz} ⊗ E_{b|y} ⊗ E_{c|z}.

The Bloch vectors of the second settings are u = (cos θ, sin θ), and the operator is affine in
each of them. Its smallest eigenvalue is concave in each, so over a triangle that holds an
arc of the circle it is least at a corner: a bound from below for all angles in the arc. Cutting
the arcs until both sides meet gives the global optimum.
"""

from itertools import product

import numpy as np

from nonlocality.foundations.checks import in_interval
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, measurement_of_observables
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import SolverError
from nonlocality.postquantum_steering.assemblage_models import assemblage_quantum
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.functionals import check_functional, in_units

MOST_CELLS = 200_000
"""Pairs of arcs that are examined at most."""


@result
class QuantumBound:
    """The least value of a functional over all quantum assemblages of two dichotomic settings.

    least: from above reached with these angles, from below what no angles undercut.
    angles: (θ_B, θ_C) between the Bloch vectors of the two settings, in radians.
    state: of Alice, Bob and Charlie, shape (4d,).
    """

    least: TwoSided
    angles: tuple[float, float]
    state: np.ndarray

    def assemblage(self) -> Assemblage:
        """The assemblage that reaches `least`."""
        povms = [measurement_at(theta) for theta in self.angles]
        return assemblage_quantum(self.state, povms, dimension=len(self.state) // 4)


def measurement_at(theta: float) -> np.ndarray:
    """Measurements of Z and of cos θ Z + sin θ X, shape (2, 2, 2, 2).

    >>> measurement_at(0.0)[1, 0]
    array([[1., 0.],
           [0., 0.]])
    """
    return measurement_of_observables([PAULI_Z, np.cos(theta) * PAULI_Z + np.sin(theta) * PAULI_X])


def bell_operators(functional: np.ndarray) -> np.ndarray:
    """The operator as a function of the two Bloch vectors: ``[p, q, i, j]``, p, q = 1, u_z, u_x.

    The operator whose least eigenvalue is wanted is Σ_pq (1, u_B)_p (1, u_C)_q of these matrices;
    functional: ``[b, c, y, z, i, j]``.
    """
    unit, zero = np.eye(2), np.zeros((2, 2))
    effects = np.empty((3, 2, 2, 2, 2))  # p, b, y, and the matrix
    for b, sign in enumerate((1, -1)):
        effects[:, b, 0] = [(unit + sign * PAULI_Z) / 2, zero, zero]
        effects[:, b, 1] = [unit / 2, sign * PAULI_Z / 2, sign * PAULI_X / 2]
    pieces = np.einsum("bcyzij,pbykl,qczmn->pqikmjln", functional, effects, effects, optimize=True)
    size = 4 * functional.shape[-1]
    return pieces.reshape(3, 3, size, size)


def lowest_eigenvalues(operators: np.ndarray, bob: np.ndarray, charlie: np.ndarray) -> np.ndarray:
    """Smallest eigenvalues for Bloch vectors ``[…, 2]`` of Bob and Charlie."""
    one, two = (np.concatenate([np.ones((*u.shape[:-1], 1)), u], -1) for u in (bob, charlie))
    matrices = np.einsum("...p,...q,pqij->...ij", one, two, operators, optimize=True)
    return np.linalg.eigvalsh(matrices)[..., 0]


def on_circle(angles: np.ndarray) -> np.ndarray:
    """(cos θ, sin θ), shape […, 2]."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def _corners(start: np.ndarray, width: float) -> np.ndarray:
    """Triangles that hold the arcs from `start` to `start + width`: ``[arc, corner, 2]``."""
    tip = on_circle(start + width / 2) / np.cos(width / 2)
    return np.stack([on_circle(start), tip, on_circle(start + width)], axis=1)


def least_over_angles(
    operators: np.ndarray, gap: float
) -> tuple[float, float, tuple[float, float], int]:
    """The least eigenvalue over all angles: reached, proved, where, pairs of arcs examined.

    operators: ``[p, q, i, j]`` as :func:`bell_operators`. Ends when both sides differ by at most
    `gap`, or after :data:`MOST_CELLS` pairs of arcs with what is known then.
    Raises ValueError for a gap below 0, which no search would end at, and for other operators.
    """
    gap = in_interval("gap", gap, 0, np.inf)
    shape = np.shape(operators)
    square = len(shape) == 4 and shape[:2] == (3, 3) and shape[2] == shape[3] > 0
    if not square or not np.isfinite(operators).all():
        raise ValueError(
            f"Argument `operators` must hold finite numbers in shape (3, 3, d, d), but has shape "
            f"{shape}."
        )
    width = np.pi / 8
    cells = np.array(list(product(range(8), repeat=2))) * width
    best, angles, examined, dropped = np.inf, cells[0], 0, np.inf
    while True:
        bob, charlie = (_corners(cells[:, k], width) for k in (0, 1))
        values = lowest_eigenvalues(operators, bob[:, :, None], charlie[:, None])
        ends = values[:, ::2, ::2]  # the corners that lie on both circles
        if ends.min() < best:
            cell, *end = np.unravel_index(ends.argmin(), ends.shape)
            best, angles = float(ends.min()), cells[cell] + width * np.array(end)
        lower = values.min(axis=(1, 2))
        examined += len(cells)
        left = lower < best - gap
        dropped = min(dropped, lower[~left].min(initial=np.inf))
        if not left.any() or examined > MOST_CELLS:
            proved = min(float(dropped), float(lower.min()))
            return best, proved, tuple(map(float, angles)), examined
        width /= 2
        cells = cells[left]
        cells = (cells[:, None] + width * np.array(list(product((0, 1), repeat=2)))).reshape(-1, 2)


def quantum_bound(functional: np.ndarray, *, gap: float = 1e-9) -> QuantumBound:
    """β_Q, exactly up to `gap`, for two settings and two outcomes of Bob and Charlie each.

    functional: ``[b, c, y, z, i, j]``, shape (2, 2, 2, 2, d, d), of any d. gap: between the two
    sides, from 1e-10 to 1, times the power of two next below the largest entry of F.
    Raises ValueError for another shape or gap, and SolverError if so many pairs of arcs attain
    nearly the minimum that the gap is out of reach.

    >>> b, c, y, z = np.indices((2, 2, 2, 2))
    >>> chsh = (-1.0) ** (b + c + y * z + 1)  # −CHSH, and a trivial system of Alice
    >>> round(quantum_bound(chsh[..., None, None]).least.reached, 8)
    -2.82842712
    """
    f = check_functional("functional", functional)
    if f.shape[:4] != (2, 2, 2, 2):
        raise ValueError(
            "Argument `functional` must have two outcomes and two settings each, but has shape "
            f"{f.shape}."
        )
    gap = in_interval("gap", gap, 1e-10, 1)
    unit, f = in_units(f)
    operators = bell_operators(f)
    best, lower, angles, examined = least_over_angles(operators, gap)
    if best - lower > gap:
        low, high = unit * lower, unit * best
        raise SolverError(
            f"The least quantum value lies between {low:.9g} and {high:.9g}, but not closer after "
            f"{examined} pairs of arcs: so many angles come near it. A `gap` above "
            f"{best - lower:.1g} is in reach."
        )
    one, two = (np.r_[1, on_circle(angle)] for angle in angles)
    _, vectors = np.linalg.eigh(np.einsum("p,q,pqij->ij", one, two, operators))
    least = unit * TwoSided(lower, best, best, "upper")
    return QuantumBound(least, tuple(map(float, angles)), vectors[:, 0])


def local_bound(functional: np.ndarray) -> float:
    """β_lhs, the least value over local hidden states, for any outcomes and settings.

    σ_{bc|yz} = Σ_λ p(λ) D(b|y, λ) D(c|z, λ) ρ_λ with deterministic outcomes b_λ(y), c_λ(z): the
    least is the smallest eigenvalue of Σ_yz F_{b(y) c(z) y z} over all functions b and c.
    functional: ``[b, c, y, z, i, j]``.
    Raises ValueError for a functional that is none.

    >>> local_bound(np.arange(4).reshape(2, 2, 1, 1, 1, 1))
    0.0
    """
    f = check_functional("functional", functional)
    bobs, charlies = (
        np.array(list(product(range(f.shape[k]), repeat=f.shape[k + 2]))) for k in (0, 1)
    )
    settings = np.arange(f.shape[2])[:, None], np.arange(f.shape[3])
    return min(
        float(np.linalg.eigvalsh(f[b[:, None], c, *settings].sum(axis=(0, 1)))[0])
        for b in bobs
        for c in charlies
    )
