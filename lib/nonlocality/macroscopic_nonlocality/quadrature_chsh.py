"""CHSH with binned quadratures: the macroscopic Bell test of Gallego and Dakić, and better ones.

In the limit each party holds oscillator levels, measures a quadrature x cos φ − p sin φ and
keeps one bit of it: f(x) = ±1, which changes sign at given edges. The Bell operator is
A ⊗ (B + B') + A' ⊗ (B − B'), eq. (B2). A state Σ ψ_kl |k⟩|l⟩ is the matrix ψ. Every value here is
reached by the state and settings that come with it, so it is a lower bound on what is possible;
2√2 is the general upper bound. :mod:`nonlocality.macroscopic_nonlocality.binned_searches` looks for
good ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from nonlocality.foundations.checks import (
    complex_array,
    counts,
    finite_number,
    in_interval,
    shown,
    whole_numbers,
)
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import check_dense
from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.noise import lossy
from nonlocality.macroscopic_nonlocality.particles import spin_measurement
from nonlocality.macroscopic_nonlocality.quadratures import (
    response_operator,
    sign_operator,
    turned,
)

SIGNS = np.array([[1, 1], [1, -1]])
"""The signs of the four correlators in CHSH."""

SMALLEST_EFFICIENCY = 1e-6
"""Below it a quadrature is noise."""

EDGE = 1e-9
"""So near to an edge an outcome is on it."""

DENSE_SIZE = 40
"""Up to this size of the joint space the best state comes from a dense eigenproblem."""


def check_ladder(levels: Sequence[int]) -> np.ndarray:
    """Return different levels, in increasing order, at least two.

    Raises ValueError for anything else.

    >>> check_ladder([0, 2])
    array([0, 2])
    """
    ladder = whole_numbers("levels", levels)
    if ladder.ndim != 1 or len(ladder) < 2 or ladder[0] < 0 or (np.diff(ladder) < 1).any():
        raise ValueError(
            f"Argument `levels` must be two or more increasing levels, but is {shown(levels)}."
        )
    return ladder


@dataclass(frozen=True)
class BinnedQuadrature:
    """One setting: the quadrature at phase φ, and a bit that changes sign at the edges.

    edges: increasing. first: the bit left of all edges, −1 or +1. efficiency: u = 1/(1 + s²) in
    (0, 1] of the quadrature that is binned; with loss it is the arrival probability.

    >>> BinnedQuadrature(0.0, (0.0,)).operator([0, 1]).real.round(6)
    array([[0.      , 0.797885],
           [0.797885, 0.      ]])
    """

    phase: float
    edges: tuple[float, ...]
    first: int = -1
    efficiency: float = 1.0

    @property
    def width(self) -> float:
        """s = √(1/u − 1). Raises ValueError for an efficiency outside (0, 1]."""
        u = in_interval("efficiency", self.efficiency, SMALLEST_EFFICIENCY, 1)
        return float(np.sqrt(1 / u - 1))

    def operator(self, levels: Sequence[int]) -> np.ndarray:
        """The mean of the bit in these levels, shape (d, d): an observable ±1 if u = 1."""
        ladder = check_ladder(levels)
        full = response_operator(
            self.edges, dimension=int(ladder[-1]) + 1, first=self.first, width=self.width
        )
        return turned(full, self.phase)[np.ix_(ladder, ladder)]

    def finite_operator(
        self, particles: int, levels: Sequence[int], *, tie: float = 0.0
    ) -> np.ndarray:
        """The same for N spins on the equator of which each arrives with probability u.

        particles: N. The bit of the macroscopic variable X, exact up to rounding, on |N, k⟩ with
        k in the levels. Where X falls on an edge the bit counts as `tie`.
        Raises ValueError for levels above N, or too large an N.

        >>> BinnedQuadrature(0.0, (0.0,)).finite_operator(3, (0, 1)).real.round(9)[0]
        array([0.       , 0.8660254])
        """
        ladder, tie = check_ladder(levels), finite_number("tie", tie)
        measurement = lossy(
            spin_measurement(azimuth=-self.phase),
            arrival=in_interval("efficiency", self.efficiency, SMALLEST_EFFICIENCY, 1),
        )
        statistics = collective_statistics(particles, measurement, dimension=int(ladder[-1]) + 1)
        x, edges = statistics.outcomes, np.array(self.edges)
        bits = self.first * (-1.0) ** np.searchsorted(edges, x)
        on_edge = np.abs(x[:, None] - edges).min(axis=1, initial=np.inf) < EDGE
        return statistics.operator(np.where(on_edge, tie, bits))[np.ix_(ladder, ladder)]


@result
class QuadratureTest:
    """A CHSH test in the limit: two settings a party, and a state in levels × levels.

    state: ψ, shape (d, d), of unit norm; rows are Alice's levels.

    >>> half = np.pi / 2
    >>> pair = BinnedQuadrature(0.0, (0.0,)), BinnedQuadrature(half, (0.0,))
    >>> test = QuadratureTest((0, 1, 2), pair, pair, best_state([0, 1, 2], pair, pair)[1])
    >>> round(test.value * np.pi / 40**0.5, 9)
    1.0
    """

    levels: tuple[int, ...]
    alice: tuple[BinnedQuadrature, BinnedQuadrature]
    bob: tuple[BinnedQuadrature, BinnedQuadrature]
    state: np.ndarray

    def at_efficiency(self, efficiency: float) -> "QuadratureTest":
        """The same settings with efficiency u on both sides, and the best state for them.

        Raises ValueError for an efficiency outside (0, 1].
        """
        efficiency = in_interval("efficiency", efficiency, 0, 1)
        sides = tuple(
            tuple(replace(bit, efficiency=float(efficiency)) for bit in side)
            for side in (self.alice, self.bob)
        )
        return QuadratureTest(self.levels, *sides, best_state(self.levels, *sides)[1])

    def finite_value(self, particles: int) -> float:
        """CHSH for N particles a party, with the bins as they are and the best state of the levels.

        Raises ValueError for levels above N.

        >>> alice, bob = ([BinnedQuadrature(phase, (0.0,)) for phase in pair]
        ...               for pair in ((0.0, np.pi / 2), (np.pi / 4, -np.pi / 4)))
        >>> test = QuadratureTest((0, 1), tuple(alice), tuple(bob), np.eye(2) / 2**0.5)
        >>> round(test.finite_value(1) ** 2, 9), round(test.finite_value(3) ** 2, 9)
        (8.0, 4.5)
        """
        pair = [
            np.array([bit.finite_operator(particles, self.levels) for bit in side])
            for side in (self.alice, self.bob)
        ]
        return best_of_operators(*pair)[0]

    @property
    def value(self) -> float:
        """⟨ψ| A ⊗ (B + B') + A' ⊗ (B − B') |ψ⟩."""
        alice, bob = (operators(side, self.levels) for side in (self.alice, self.bob))
        return float(np.vdot(self.state, apply_bell(alice, bob, self.state)).real)


def operators(bits: Sequence[BinnedQuadrature], levels: Sequence[int]) -> np.ndarray:
    """The observables of some settings, shape (settings, d, d).

    >>> operators([BinnedQuadrature(0.0, (0.0,)), BinnedQuadrature(1.0, (0.0,))], [0, 2]).shape
    (2, 2, 2)
    """
    return np.array([bit.operator(levels) for bit in bits])


def apply_bell(alice: np.ndarray, bob: np.ndarray, state: np.ndarray) -> np.ndarray:
    """The Bell operator on a state ψ, as matrices: Σ s_xy A_x ψ B_yᵀ, shape (d, e).

    alice, bob: two observables each, shapes (2, d, d) and (2, e, e). state: shape (d, e).
    Raises ValueError for other shapes and numbers that are not finite.

    >>> from nonlocality.foundations.quantum import PAULI_X, PAULI_Z
    >>> alice = np.array([PAULI_X, PAULI_Z])
    >>> bob = np.array([PAULI_X + PAULI_Z, PAULI_X - PAULI_Z])
    >>> apply_bell(alice, bob, np.eye(2)) / 4
    array([[1., 0.],
           [0., 1.]])
    """
    a, b, psi = (
        complex_array(name, value)
        for name, value in (("alice", alice), ("bob", bob), ("state", state))
    )
    if psi.ndim != 2 or a.shape[::2] + b.shape[::2] != (2, len(psi), 2, psi.shape[1]):
        raise ValueError(
            "Argument `state` must have shape (d, e) for observables of shapes (2, d, d) and "
            f"(2, e, e), but has shape {psi.shape} for {a.shape} and {b.shape}."
        )
    return _applied(a, b, psi)


def _applied(alice: np.ndarray, bob: np.ndarray, state: np.ndarray) -> np.ndarray:
    return sum(alice[x] @ state @ np.tensordot(SIGNS[x], bob, 1).T for x in range(2))


def best_state(
    levels: Sequence[int],
    alice: Sequence[BinnedQuadrature],
    bob: Sequence[BinnedQuadrature],
    *,
    diagonal: bool = False,
) -> tuple[float, np.ndarray]:
    """The largest CHSH of given settings, and the state ψ that reaches it, shape (d, d).

    diagonal: whether only states Σ c_k |k⟩|k⟩, as in eq. (12), are allowed.

    >>> pair = BinnedQuadrature(0.0, (0.0,)), BinnedQuadrature(np.pi / 2, (0.0,))
    >>> value, state = best_state([0, 1, 2], pair, pair, diagonal=True)
    >>> round(value, 6), (np.abs(np.diag(state)) ** 2).round(9)
    (2.013168, array([0.4, 0.5, 0.1]))
    """
    return best_of_operators(operators(alice, levels), operators(bob, levels), diagonal=diagonal)


def best_of_operators(
    alice: np.ndarray, bob: np.ndarray, *, diagonal: bool = False
) -> tuple[float, np.ndarray]:
    """The same for observables of two settings a party, each of shape (2, d, d).

    >>> from nonlocality.foundations.quantum import PAULI_X, PAULI_Z
    >>> pair = np.array([PAULI_X, PAULI_Z])
    >>> round(best_of_operators(pair, pair)[0] / 8**0.5, 12)
    1.0
    """
    d = alice.shape[1]
    if diagonal:
        values, vectors = np.linalg.eigh(np.einsum("xy,xkl,ykl->kl", SIGNS, alice, bob))
        return float(values[-1]), np.diag(vectors[:, -1])
    if d * d <= DENSE_SIZE:
        matrix = sum(np.kron(alice[x], np.tensordot(SIGNS[x], bob, 1)) for x in range(2))
        values, vectors = np.linalg.eigh(matrix)
        return float(values[-1]), vectors[:, -1].reshape(d, d)
    matrix = LinearOperator(
        (d * d, d * d),
        matvec=lambda v: _applied(alice, bob, v.reshape(d, d)).ravel(),
        dtype=complex,
    )
    start = np.random.default_rng(0).normal(size=d * d)
    values, vectors = eigsh(matrix, k=1, which="LA", v0=start)
    return float(values[0]), vectors[:, 0].reshape(d, d)


def diagonal_sign_value(dimension: int) -> float:
    """CHSH of the best Σ c_k |k⟩|k⟩ with signs of x and p on both sides: 2√2 λ_max.

    The matrix is σ_{k−l} i_kl² with σ = +, −, −, + for |k − l| = 1, 3, 5, 7 modulo 8, as
    cos nφ_11 + cos nφ_12 + cos nφ_21 − cos nφ_22 = 2√2 σ_n at the usual angles.
    Raises ValueError for a dimension that is no positive integer or too large.

    >>> round(diagonal_sign_value(3) * np.pi / 40**0.5, 12)
    1.0
    """
    (d,) = counts("dimension", (dimension,))
    check_dense("dimension", d)
    overlaps = sign_operator(d) ** 2
    apart = np.abs(np.subtract.outer(np.arange(d), np.arange(d))) % 8
    signs = np.where(np.isin(apart, (1, 7)), 1, -1)
    return float(2 * np.sqrt(2) * np.linalg.eigvalsh(overlaps * signs)[-1])
