"""Thermal states of Heisenberg magnets: the visibility of two regions against temperature.

Such states do not change when all spins are turned together, so two regions of one have a Werner
state of visibility V = −4⟨J_A·J_B⟩/(3 N_A N_B) as their effective state (Sec. V). Two magnets are
computed here, without approximation:

- every spin of A is coupled to every spin of B, H = J_A·J_B: its levels are known in closed form,
  and its ground state is the one that reaches the largest V (Lieb and Mattis);
- a ring with H = Σ S_i·S_(i+1), cut into two regions, by diagonalisation.

Energies and temperatures are in units of the coupling; k_B = 1.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import comb

import numpy as np

from nonlocality.foundations.checks import counts, finite_array, finite_number, renamed, shown
from nonlocality.foundations.sizes import size_text
from nonlocality.local_realism.effective_states import check_sizes

MOST_SPINS = 10_000
"""Most qubits of a region whose multiplicities are counted."""

MOST_RING_SPINS = 14
"""Most spins of a ring; its largest sector has 3432 states then."""


def _temperature(temperature: float) -> float:
    """Return a temperature of at least 0."""
    t = finite_number("temperature", temperature)
    if t < 0:
        raise ValueError(f"Argument `temperature` must be at least 0, but is {temperature}.")
    return t


def spin_multiplicity(n: int, spins: int) -> int:
    """How often total spin s/2 occurs in n qubits: binom(n, k) − binom(n, k − 1), k = (n − s)/2.

    Raises ValueError for a spin that n qubits cannot have.

    >>> [spin_multiplicity(4, s) for s in (4, 2, 0)]  # 5 + 3·3 + 2·1 = 16 states
    [1, 3, 2]
    """
    (n,) = counts("n", (n,))
    if n > MOST_SPINS:
        raise ValueError(f"Argument `n` must be at most {MOST_SPINS}, but is {size_text(n)}.")
    if spins not in range(n % 2, n + 1, 2):
        raise ValueError(f"Argument `spins` must be one of {n}, {n - 2}, …, but is {shown(spins)}.")
    k = (n - spins) // 2
    return comb(n, k) - (comb(n, k - 1) if k else 0)


def magnet_levels(n_a: int, n_b: int) -> dict[Fraction, int]:
    """Energies of H = J_A·J_B and how many states each has, exact.

    E = [J(J + 1) − j(j + 1) − j′(j′ + 1)]/2 for spins j, j′ of the regions and total spin J, with
    2J + 1 states for each pair of multiplets. Raises ValueError for sizes below 1
    or beyond memory.

    >>> magnet_levels(1, 1)
    {Fraction(-3, 4): 1, Fraction(1, 4): 3}
    """
    sizes = check_sizes((n_a, n_b), name="n_a, n_b")
    return {Fraction(energy, 8): number for energy, number in _levels(*sizes).items()}


MAX_TRIPLES = 2**22
"""Largest number of triples of spins j, j′, J that are looked through."""


@cache
def _levels(n_a: int, n_b: int) -> dict[int, int]:
    """The same, energies times 8: with j = s/2 that is J(J + 2) − s(s + 2) − t(t + 2)."""
    triples = (n_a // 2 + 1) * (n_b // 2 + 1) * (min(n_a, n_b) + 1)
    if triples > MAX_TRIPLES:
        raise ValueError(
            f"Arguments `n_a, n_b` must be smaller: {size_text(triples)} triples of spins would "
            f"be looked through, but at most {MAX_TRIPLES:.0e} are allowed."
        )
    levels: dict[int, int] = {}
    for s in range(n_a % 2, n_a + 1, 2):
        for t in range(n_b % 2, n_b + 1, 2):
            number = spin_multiplicity(n_a, s) * spin_multiplicity(n_b, t)
            for total in range(abs(s - t), s + t + 1, 2):
                energy = total * (total + 2) - s * (s + 2) - t * (t + 2)
                levels[energy] = levels.get(energy, 0) + number * (total + 1)
    return dict(sorted(levels.items()))


def thermal_visibility(n_a: int, n_b: int, *, temperature: float) -> float:
    """V of the regions of the magnet H = J_A·J_B at a temperature; its limit at temperature 0.

    At 0 it is (R + 2)/(3R), the largest V of all states; it falls as the temperature rises and
    tends to 0. Raises ValueError for sizes below 1 or a negative temperature.

    >>> float(round(thermal_visibility(1, 1, temperature=1), 6))  # (e − 1)/(e + 3)
    0.300489
    >>> round(thermal_visibility(2, 4, temperature=0), 9)
    0.5
    """
    t, sizes = _temperature(temperature), check_sizes((n_a, n_b), name="n_a, n_b")
    levels = _levels(*sizes)
    energies = np.array(list(levels)) / 8
    if t == 0:
        mean = energies[0]
    else:
        logs = np.array([_log(number) for number in levels.values()]) - (energies - energies[0]) / t
        weights = np.exp(logs - logs.max())
        mean = weights @ energies / weights.sum()
    return float(-4 * mean / (3 * n_a * n_b))


def _log(number: int) -> float:
    """The logarithm of a whole number of any size."""
    shift = max(number.bit_length() - 60, 0)
    return float(np.log(number >> shift) + shift * np.log(2))


def ring_correlations(spins: int, *, temperatures: Sequence[float]) -> np.ndarray:
    """−⟨σ_0·σ_r⟩/3 in the thermal states of a ring H = Σ S_i·S_(i+1), shape (temperatures, spins).

    Entry r is the visibility of two spins at distance r (−1 for r = 0). By diagonalisation of the
    sectors of J_z. Raises ValueError for fewer than 3 spins, a negative temperature (0 is the mean
    over the ground states), or more than :data:`MOST_RING_SPINS`.

    >>> found = ring_correlations(4, temperatures=[0.0])[0]
    >>> np.round(found, 6).tolist()  # −1/3 for the spins of one sublattice
    [-1.0, 0.666667, -0.333333, 0.666667]
    """
    (n,) = counts("spins", (spins,))
    if n < 3:
        raise ValueError(f"Argument `spins` must be at least 3, but is {n}.")
    if n > MOST_RING_SPINS:
        raise ValueError(
            f"Argument `spins` must be at most {MOST_RING_SPINS}, but is {size_text(n)}: the "
            "matrices of the largest sector grow as 4ⁿ/n."
        )
    with renamed(temperature="temperatures"):
        temperatures = [_temperature(t) for t in temperatures]
    energies, means = [], []
    for down in range(n + 1):
        basis = [b for b in range(2**n) if b.bit_count() == down]
        place = {b: k for k, b in enumerate(basis)}
        swaps = [_exchange(n, r, basis, place) for r in range(1, n)]
        # S_i·S_j = (2·swap − 1)/4
        h = sum(_exchange(n, 1, basis, place, start=i) for i in range(n)) / 2
        values, vectors = np.linalg.eigh(h - n / 4 * np.eye(len(basis)))
        energies.append(values)
        means.append([np.einsum("ik,ij,jk->k", vectors, s, vectors, optimize=True) for s in swaps])
    energy = np.concatenate(energies)
    swap = np.concatenate(means, axis=1)  # ⟨swap of spins 0 and r⟩ = (1 + ⟨σ·σ⟩)/2
    found = np.zeros((len(temperatures), n))
    found[:, 0] = -1
    for k, t in enumerate(temperatures):
        excess = energy - energy.min()
        weights = (excess < 1e-9).astype(float) if t == 0 else np.exp(-excess / t)
        found[k, 1:] = -(2 * swap @ weights / weights.sum() - 1) / 3
    return found


def _exchange(
    n: int, distance: int, basis: list[int], place: dict[int, int], *, start: int = 0
) -> np.ndarray:
    """The exchange of spins `start` and `start + distance` in a sector, a permutation matrix."""
    i, j = start, (start + distance) % n
    matrix = np.zeros((len(basis), len(basis)))
    for k, b in enumerate(basis):
        if (b >> i & 1) != (b >> j & 1):
            b ^= (1 << i) | (1 << j)
        matrix[place[b], k] = 1
    return matrix


def region_visibility(
    correlations: np.ndarray, first: Sequence[int], second: Sequence[int]
) -> np.ndarray:
    """V of two regions of a ring: the mean of the pairs, from :func:`ring_correlations`.

    correlations: shape (…, n), one entry a distance. first, second: the spins of the regions.
    Raises ValueError for regions that overlap or leave the ring.

    >>> found = ring_correlations(4, temperatures=[0.0])
    >>> region_visibility(found, [0, 2], [1, 3]).round(6).tolist()  # the two sublattices
    [0.666667]
    """
    table = finite_array("correlations", correlations)
    if not table.ndim:
        raise ValueError("Argument `correlations` must have shape (…, n), but is one number.")
    n = table.shape[-1]
    first, second = list(first), list(second)
    used = [*first, *second]
    if not first or not second or len(set(used)) < len(used) or not set(used) <= set(range(n)):
        raise ValueError(
            f"Arguments `first` and `second` must hold different spins of 0 to {n - 1}, but are "
            f"{shown(first)} and {shown(second)}."
        )
    return np.mean([table[..., (j - i) % n] for i in first for j in second], axis=0)
