"""Searches for good Bell tests with binned quadratures: over phases, edges and states.

Every value found is reached by the test that comes with it, so it is a lower bound. With loss
the quadratures are smeared, and the same searches run at any efficiency.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from nonlocality.foundations.checks import counts, finite_array, renamed, shown
from nonlocality.foundations.random import generator_of
from nonlocality.foundations.results import result
from nonlocality.macroscopic_nonlocality.quadrature_chsh import (
    SIGNS,
    BinnedQuadrature,
    QuadratureTest,
    best_of_operators,
    best_state,
    check_ladder,
    operators,
)
from nonlocality.macroscopic_nonlocality.quadratures import density_elements

MOST_LEVELS = 100
"""Levels of a search over all of them; each climb diagonalises some hundred matrices."""


def _kernels(alice: np.ndarray, bob: np.ndarray, state: np.ndarray) -> list[np.ndarray]:
    """K_x and L_y with CHSH = Σ tr(A_x K_x) = Σ tr(B_y L_y): A, A', B, B'."""
    for_alice = [state @ np.tensordot(row, bob, 1).T @ state.conj().T for row in SIGNS]
    for_bob = [(state.conj().T @ np.tensordot(row, alice, 1) @ state).T for row in SIGNS.T]
    return for_alice + for_bob


def _densities(points: np.ndarray, ladder: np.ndarray, width: float) -> np.ndarray:
    """⟨k|e_s(x)|l⟩ for k and l in the ladder, shape (d, d, points)."""
    full = density_elements(points, dimension=int(ladder[-1]) + 1, width=width)
    return full[np.ix_(ladder, ladder)]


@result
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
            replace(
                bit,
                phase=float(point[i]),
                edges=tuple(np.sort(point[i + 1 : i + 1 + size])) if move_edges else bit.edges,
            )
            for bit, i, size in zip(bits, starts[:-1], sizes, strict=True)
        ]

    def climb(point: np.ndarray) -> tuple[float, np.ndarray]:
        found = settings(point)
        alice, bob = operators(found[:2], ladder), operators(found[2:], ladder)
        value, state = best_of_operators(alice, bob, diagonal=diagonal)
        slope = np.zeros(len(point))
        matrices, kernels = [*alice, *bob], _kernels(alice, bob, state)
        for bit, i, size, matrix, kernel in zip(
            found, starts[:-1], sizes, matrices, kernels, strict=True
        ):
            slope[i] = np.vdot((1j * apart * matrix).conj().T, kernel).real
            if size:
                there = _densities(np.array(bit.edges), ladder, bit.width)
                rotated = kernel.T * np.exp(1j * bit.phase * apart)
                there = np.einsum("kl,kle->e", rotated, there).real
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
    edges, reach = np.array(bit.edges), (2 * np.sqrt(top + 1) + 4) * np.hypot(1, bit.width)
    first = bit.first * (-1) ** int((edges < -reach).sum())
    kept = tuple(edges[np.abs(edges) <= reach].tolist())
    return replace(bit, phase=float(bit.phase % (2 * np.pi)), edges=kept, first=first)


def best_sign_test(dimension: int, *, diagonal: bool, starts: int, seed: int) -> Search:
    """The largest CHSH found with signs of quadratures, over states and phases.

    dimension: d, levels 0..d − 1. diagonal: whether states must be Σ c_k |k⟩|k⟩. Local climbs
    (:func:`polish`) from `starts` sets of random phases.
    Raises ValueError for numbers that are not positive integers, d = 1 or d beyond
    :data:`MOST_LEVELS`.

    >>> round(best_sign_test(4, diagonal=True, starts=2, seed=0).best.value, 6)
    2.06114
    """
    d, starts = counts("dimension, starts", (dimension, starts))
    if d > MOST_LEVELS:
        raise ValueError(f"Argument `dimension` must be at most {MOST_LEVELS}, but is {d}.")
    levels = tuple(check_ladder(range(d)).tolist())
    generator = generator_of("seed", seed)
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


def see_saw(
    levels: Sequence[int], *, starts: int, seed: int, keep: int = 3, efficiency: float = 1.0
) -> Search:
    """The largest CHSH found over states, phases and binnings, in levels × levels.

    levels: the oscillator levels that both parties use. starts: random binnings with one to
    four edges, random phases, a random maximally entangled state. Each round gives every
    setting in turn its best phase and bits, f(x) = sgn ⟨x|U K U†|x⟩ with K what the other party
    and the state leave, on a grid of 48 phases and 301 positions, and then takes the best
    state; the value never falls. The best `keep` are polished with exact edges.
    efficiency: u of all quadratures, in (0, 1]. values: of all starts on the grid, then the
    polished ones. Raises ValueError for levels that do not increase or another efficiency.

    >>> round(see_saw([0, 2], starts=60, seed=0).best.value, 4)
    2.1498
    """
    ladder = check_ladder(levels)
    starts, keep = counts("starts, keep", (starts, keep))
    generator = generator_of("seed", seed)
    grid = _Grid(ladder, float(efficiency))
    found = [grid.climb(generator) for _ in range(starts)]
    order = np.argsort([-value for value, _ in found], kind="stable")[:keep]
    tests = [polish(found[i][1], move_edges=True) for i in order]
    search = _search(tests)
    return Search(search.best, np.array([value for value, _ in found] + search.values.tolist()))


class _Grid:
    """Positions, phases, and what they need, for the rounds of the see-saw."""

    def __init__(self, ladder: np.ndarray, efficiency: float) -> None:
        self.efficiency, width = efficiency, BinnedQuadrature(0.0, (), -1, efficiency).width
        reach = (2 * np.sqrt(ladder[-1] + 1) + 5) * np.hypot(1, width)
        self.ladder, self.x = ladder, np.linspace(-reach, reach, 301)
        self.step = self.x[1] - self.x[0]
        self.apart = ladder[None] - ladder[:, None]
        self.phases = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        self.turns = np.exp(1j * self.phases[:, None, None] * self.apart)
        d = len(ladder)
        self.products = _densities(self.x, ladder, width).reshape(d * d, -1)

    def operator(self, bits: np.ndarray, phase: float) -> np.ndarray:
        matrix = (self.products @ bits).reshape(self.apart.shape) * self.step
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
            before, (value, state) = value, best_of_operators(matrices[:2], matrices[2:])
            if value - before < 1e-6:
                break
        bits = [self._exact(*setting) for setting in settings]
        test = QuadratureTest(tuple(self.ladder.tolist()), tuple(bits[:2]), tuple(bits[2:]), state)
        return value, test

    def _exact(self, bits: np.ndarray, phase: float) -> BinnedQuadrature:
        places = np.flatnonzero(np.diff(bits))
        middle = (self.x[places] + self.x[places + 1]) / 2
        return BinnedQuadrature(phase, tuple(middle.tolist()), int(bits[0]), self.efficiency)


def follow_loss(test: QuadratureTest, efficiencies: Sequence[float]) -> list[QuadratureTest]:
    """A good test at each efficiency, from one at the largest: the bins follow the loss.

    efficiencies: u in (0, 1], falling. Each test starts from the one before and is polished, so
    every value is a lower bound. Raises ValueError for efficiencies that do not fall.

    >>> pair = BinnedQuadrature(0.0, (0.0,)), BinnedQuadrature(np.pi / 2, (0.0,))
    >>> start = QuadratureTest((0, 1, 2), pair, pair, best_state([0, 1, 2], pair, pair)[1])
    >>> [round(found.value, 4) for found in follow_loss(start, [1.0, 0.99])]
    [2.0132, 2.0011]
    """
    falling = finite_array("efficiencies", efficiencies)
    if falling.ndim != 1 or (np.diff(falling) >= 0).any():
        raise ValueError(
            f"Argument `efficiencies` must be a falling list, but is {shown(efficiencies)}."
        )
    found = []
    for u in falling:
        with renamed(efficiency="efficiencies"):
            test = test.at_efficiency(u)
        test = polish(test, move_edges=True)
        found.append(test)
    return found
