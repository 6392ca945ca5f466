"""CHSH with binned quadratures: the macroscopic Bell test of Gallego and Dakić, and better ones.

In the limit each party holds oscillator levels, measures a quadrature x cos φ − p sin φ and
keeps one bit of it: f(x) = ±1, which changes sign at given edges. The Bell operator is
A ⊗ (B + B') + A' ⊗ (B − B'), eq. (B2). A state Σ ψ_kl |k⟩|l⟩ is the matrix ψ. Every value here is
reached by the state and settings that come with it, so it is a lower bound on what is possible;
2√2 is the general upper bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse.linalg import LinearOperator, eigsh

from nonlocality.foundations.checks import counts, whole_numbers
from nonlocality.macroscopic_nonlocality.oscillator import wave_functions
from nonlocality.macroscopic_nonlocality.quadratures import (
    response_operator,
    sign_operator,
    turned,
)

SIGNS = np.array([[1, 1], [1, -1]])
"""The signs of the four correlators in CHSH."""

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
            f"Argument `levels` must be two or more increasing levels, but is {levels!r}."
        )
    return ladder


@dataclass(frozen=True)
class BinnedQuadrature:
    """One setting: the quadrature at phase φ, and a bit that changes sign at the edges.

    edges: increasing. first: the bit left of all edges, −1 or +1.

    >>> BinnedQuadrature(0.0, (0.0,)).operator([0, 1]).real.round(6)
    array([[0.      , 0.797885],
           [0.797885, 0.      ]])
    """

    phase: float
    edges: tuple[float, ...]
    first: int = -1

    def operator(self, levels: Sequence[int]) -> np.ndarray:
        """The ±1-valued observable in these levels, shape (d, d)."""
        ladder = check_ladder(levels)
        full = response_operator(self.edges, dimension=int(ladder[-1]) + 1, first=self.first)
        return turned(full, self.phase)[np.ix_(ladder, ladder)]


@dataclass(frozen=True, eq=False)
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
    """The Bell operator on a state ψ, as matrices: Σ s_xy A_x ψ B_yᵀ, shape (d, d).

    >>> from nonlocality.foundations.quantum import PAULI_X, PAULI_Z
    >>> alice = np.array([PAULI_X, PAULI_Z])
    >>> bob = np.array([PAULI_X + PAULI_Z, PAULI_X - PAULI_Z])
    >>> apply_bell(alice, bob, np.eye(2)) / 4
    array([[1., 0.],
           [0., 1.]])
    """
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
    return _best_state(operators(alice, levels), operators(bob, levels), diagonal)


def _best_state(alice: np.ndarray, bob: np.ndarray, diagonal: bool) -> tuple[float, np.ndarray]:
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
        matvec=lambda v: apply_bell(alice, bob, v.reshape(d, d)).ravel(),
        dtype=complex,
    )
    start = np.random.default_rng(0).normal(size=d * d)
    values, vectors = eigsh(matrix, k=1, which="LA", v0=start)
    return float(values[0]), vectors[:, 0].reshape(d, d)


def _kernels(alice: np.ndarray, bob: np.ndarray, state: np.ndarray) -> list[np.ndarray]:
    """K_x and L_y with CHSH = Σ tr(A_x K_x) = Σ tr(B_y L_y): A, A', B, B'."""
    for_alice = [state @ np.tensordot(row, bob, 1).T @ state.conj().T for row in SIGNS]
    for_bob = [(state.conj().T @ np.tensordot(row, alice, 1) @ state).T for row in SIGNS.T]
    return for_alice + for_bob


@dataclass(frozen=True, eq=False)
class Search:
    """What a search found: the best test, and the values of all its starts, in their order."""

    best: QuadratureTest
    values: np.ndarray


def polish(test: QuadratureTest, *, move_edges: bool, diagonal: bool = False) -> QuadratureTest:
    """Climb from a test to a local maximum over phases, perhaps edges, with the best state.

    BFGS on the largest eigenvalue of the Bell operator, with its exact gradient. The numbers
    of edges stay.

    >>> pair = BinnedQuadrature(0.1, (0.0,)), BinnedQuadrature(1.0, (0.0,))
    >>> start = QuadratureTest((0, 1, 2), pair, pair, np.eye(3) / 3**0.5)
    >>> round(polish(start, move_edges=False).value, 6)
    2.013168
    """
    ladder, bits = check_ladder(test.levels), (*test.alice, *test.bob)
    sizes = [len(bit.edges) if move_edges else 0 for bit in bits]
    starts = np.cumsum([0, *(1 + size for size in sizes)])
    apart = ladder[None] - ladder[:, None]

    def settings(point: np.ndarray) -> list[BinnedQuadrature]:
        return [
            BinnedQuadrature(
                float(point[i]),
                tuple(np.sort(point[i + 1 : i + 1 + size])) if move_edges else bit.edges,
                bit.first,
            )
            for bit, i, size in zip(bits, starts[:-1], sizes, strict=True)
        ]

    def climb(point: np.ndarray) -> tuple[float, np.ndarray]:
        found = settings(point)
        alice, bob = operators(found[:2], ladder), operators(found[2:], ladder)
        value, state = _best_state(alice, bob, diagonal)
        slope = np.zeros(len(point))
        matrices, kernels = [*alice, *bob], _kernels(alice, bob, state)
        for bit, i, size, matrix, kernel in zip(
            found, starts[:-1], sizes, matrices, kernels, strict=True
        ):
            slope[i] = np.vdot((1j * apart * matrix).conj().T, kernel).real
            if size:
                waves = wave_functions(np.array(bit.edges), dimension=int(ladder[-1]) + 1)[ladder]
                rotated = kernel.T * np.exp(1j * bit.phase * apart)
                there = np.einsum("kl,ke,le->e", rotated, waves, waves).real
                place = i + 1 + np.argsort(point[i + 1 : i + 1 + size], kind="stable")
                slope[place] = 2 * bit.first * (-1.0) ** np.arange(size) * there
        return -value, -slope

    begin = np.concatenate([[bit.phase, *(bit.edges if move_edges else ())] for bit in bits])
    point = minimize(climb, begin, jac=True, method="BFGS", options={"gtol": 1e-9}).x
    found = [_without_idle_edges(bit, ladder[-1]) for bit in settings(point)]
    pairs = tuple(found[:2]), tuple(found[2:])
    return QuadratureTest(test.levels, *pairs, best_state(ladder, *pairs, diagonal=diagonal)[1])


def _without_idle_edges(bit: BinnedQuadrature, top: int) -> BinnedQuadrature:
    """The same bit without edges out where the levels have nothing, and φ in [0, 2π)."""
    edges, reach = np.array(bit.edges), 2 * np.sqrt(top + 1) + 4
    first = bit.first * (-1) ** int((edges < -reach).sum())
    kept = tuple(edges[np.abs(edges) <= reach].tolist())
    return BinnedQuadrature(float(bit.phase % (2 * np.pi)), kept, first)


def best_sign_test(dimension: int, *, diagonal: bool, starts: int, seed: int) -> Search:
    """The largest CHSH found with signs of quadratures, over states and phases.

    dimension: d, levels 0..d − 1. diagonal: whether states must be Σ c_k |k⟩|k⟩. Local climbs
    (:func:`polish`) from `starts` sets of random phases.
    Raises ValueError for numbers that are not positive integers or d = 1.

    >>> round(best_sign_test(4, diagonal=True, starts=2, seed=0).best.value, 6)
    2.06114
    """
    d, starts = counts("dimension, starts", (dimension, starts))
    levels = tuple(check_ladder(range(d)).tolist())
    generator = np.random.default_rng(seed)
    tests = []
    for _ in range(starts):
        phases = generator.uniform(0, 2 * np.pi, 4)
        bits = [BinnedQuadrature(float(phase), (0.0,)) for phase in phases]
        first = QuadratureTest(levels, tuple(bits[:2]), tuple(bits[2:]), np.eye(d) / np.sqrt(d))
        tests.append(polish(first, move_edges=False, diagonal=diagonal))
    return _search(tests)


def _search(tests: Sequence[QuadratureTest]) -> Search:
    values = np.array([test.value for test in tests])
    return Search(tests[int(values.argmax())], values)


def diagonal_sign_value(dimension: int) -> float:
    """CHSH of the best Σ c_k |k⟩|k⟩ with signs of x and p on both sides: 2√2 λ_max.

    The matrix is σ_{k−l} i_kl² with σ = +, −, −, + for |k − l| = 1, 3, 5, 7 modulo 8, as
    cos nφ_11 + cos nφ_12 + cos nφ_21 − cos nφ_22 = 2√2 σ_n at the usual angles.

    >>> round(diagonal_sign_value(3) * np.pi / 40**0.5, 12)
    1.0
    """
    overlaps = sign_operator(dimension) ** 2
    apart = np.abs(np.subtract.outer(np.arange(dimension), np.arange(dimension))) % 8
    signs = np.where(np.isin(apart, (1, 7)), 1, -1)
    return float(2 * np.sqrt(2) * np.linalg.eigvalsh(overlaps * signs)[-1])


def see_saw(levels: Sequence[int], *, starts: int, seed: int, keep: int = 3) -> Search:
    """The largest CHSH found over states, phases and binnings, in levels × levels.

    levels: the oscillator levels that both parties use. starts: random binnings with one to
    four edges, random phases, a random maximally entangled state. Each round gives every
    setting in turn its best phase and bits, f(x) = sgn ⟨x|U K U†|x⟩ with K what the other party
    and the state leave, on a grid of 48 phases and 301 positions, and then takes the best
    state; the value never falls. The best `keep` are polished with exact edges.
    values: of all starts on the grid, then the polished ones.
    Raises ValueError for levels that do not increase.

    >>> round(see_saw([0, 2], starts=60, seed=0).best.value, 4)
    2.1498
    """
    ladder = check_ladder(levels)
    starts, keep = counts("starts, keep", (starts, keep))
    generator = np.random.default_rng(seed)
    grid = _Grid(ladder)
    found = [grid.climb(generator) for _ in range(starts)]
    order = np.argsort([-value for value, _ in found], kind="stable")[:keep]
    tests = [polish(found[i][1], move_edges=True) for i in order]
    search = _search(tests)
    return Search(search.best, np.array([value for value, _ in found] + search.values.tolist()))


class _Grid:
    """Positions, phases, and what they need, for the rounds of the see-saw."""

    def __init__(self, ladder: np.ndarray) -> None:
        reach = 2 * np.sqrt(ladder[-1] + 1) + 5
        self.ladder, self.x = ladder, np.linspace(-reach, reach, 301)
        self.step = self.x[1] - self.x[0]
        self.waves = wave_functions(self.x, dimension=int(ladder[-1]) + 1)[ladder]
        self.apart = ladder[None] - ladder[:, None]
        self.phases = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        self.turns = np.exp(1j * self.phases[:, None, None] * self.apart)
        d = len(ladder)
        self.products = (self.waves[:, None] * self.waves[None]).reshape(d * d, -1)

    def operator(self, bits: np.ndarray, phase: float) -> np.ndarray:
        matrix = (self.waves * bits * self.step) @ self.waves.T
        return matrix * np.exp(1j * phase * self.apart)

    def answer(self, kernel: np.ndarray) -> tuple[np.ndarray, float]:
        """The bits and the phase with the largest tr(A K)."""
        densities = (kernel.T * self.turns).real.reshape(len(self.phases), -1) @ self.products
        best = int(np.abs(densities).sum(axis=1).argmax())
        return np.where(densities[best] < 0, -1, 1), float(self.phases[best])

    def climb(self, generator: np.random.Generator) -> tuple[float, QuadratureTest]:
        d = len(self.ladder)
        noise = generator.normal(size=(2, d, d))
        state = np.linalg.qr(noise[0] + 1j * noise[1])[0] / np.sqrt(d)
        settings = []
        for _ in range(4):
            edges = generator.normal(size=generator.integers(1, 5)) * 1.5
            bits = (-1) ** (np.searchsorted(np.sort(edges), self.x) + generator.integers(2))
            settings.append((bits, generator.uniform(0, 2 * np.pi)))
        matrices = np.array([self.operator(*setting) for setting in settings])
        value = 0.0
        for _ in range(80):
            for side in (0, 2):
                kernels = _kernels(matrices[:2], matrices[2:], state)[side : side + 2]
                settings[side : side + 2] = [self.answer(kernel) for kernel in kernels]
                matrices[side : side + 2] = [self.operator(*s) for s in settings[side : side + 2]]
            before, (value, state) = value, _best_state(matrices[:2], matrices[2:], False)
            if value - before < 1e-6:
                break
        bits = [self._exact(*setting) for setting in settings]
        test = QuadratureTest(tuple(self.ladder.tolist()), tuple(bits[:2]), tuple(bits[2:]), state)
        return value, test

    def _exact(self, bits: np.ndarray, phase: float) -> BinnedQuadrature:
        places = np.flatnonzero(np.diff(bits))
        middle = (self.x[places] + self.x[places + 1]) / 2
        return BinnedQuadrature(phase, tuple(middle.tolist()), int(bits[0]))
