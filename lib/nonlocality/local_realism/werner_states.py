"""Rotationally invariant states of many qubits (Sec. V of the paper).

If a state of N qubits does not change under U⊗…⊗U, nor does the effective state of two regions: it
is a Werner state V|ψ−⟩⟨ψ−| + (1 − V)𝟙/4, with V = −⟨σ·σ⟩/3. In terms of the total spins of the
regions V = −4⟨J_A·J_B⟩/(3 N_A N_B).
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from numbers import Rational, Real

import numpy as np

from nonlocality.foundations.checks import finite_number, in_interval, renamed
from nonlocality.foundations.quantum import PAULIS
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory
from nonlocality.local_realism.effective_states import check_sizes, correlation_tensor, spin

FIRST_BOUND = Fraction(2, 3)
"""Printed: up to this V a Werner state is local for projective measurements."""

POVM_BOUND = Fraction(5, 12)
"""Printed: up to this V it is local for all measurements (Barrett 2002)."""


@dataclass(frozen=True)
class Threshold:
    """A visibility up to which a Werner state is known to have a local model.

    measurements: "projective" or "all". source: where it is shown.
    """

    visibility: Fraction
    measurements: str
    source: str

    @property
    def smallest_region(self) -> int:
        """The smallest R = max(N_A, N_B) for which every state is covered."""
        return smallest_region(self.visibility)


THRESHOLDS = (
    Threshold(Fraction(659, 1000), "projective", "quant-ph/0606138"),
    Threshold(FIRST_BOUND, "projective", "printed"),
    Threshold(Fraction(6828, 10000), "projective", "arXiv:1609.06114"),
    Threshold(Fraction(6874, 10000), "projective", "arXiv:2302.04721"),
    Threshold(POVM_BOUND, "all", "printed"),
    Threshold(Fraction(455, 1000), "all", "arXiv:1609.06114"),
    Threshold(Fraction(1, 2), "all", "arXiv:2309.12290"),
)
"""What is printed and what the literature has shown, decimals rounded down."""


def visibility(effective: np.ndarray) -> float:
    """V = −⟨σ·σ⟩/3 of an effective two-qubit state: that of its average over rotations.

    effective: a vector or a density matrix of two qubits. Raises ValueError for anything else.

    >>> from nonlocality.foundations.quantum import werner_state
    >>> round(visibility(werner_state(visibility=0.4)), 12)
    0.4
    """
    with renamed(state="effective"):
        tensor = correlation_tensor(effective, operators=[PAULIS, PAULIS])
    return float(-np.trace(tensor) / 3)


def largest_visibility(n_a: int, n_b: int) -> Fraction:
    """The largest V of all states, proved: (R + 2)/(3R) with R = max(N_A, N_B).

    J_A·J_B = (J² − J_A² − J_B²)/2 is least where the spins are largest and J = |J_A − J_B|; it is
    then −j(J' + 1), with j ≤ J' the two spins. Raises ValueError for sizes below 1.

    >>> largest_visibility(1, 1), largest_visibility(2, 5)
    (Fraction(1, 1), Fraction(7, 15))
    """
    larger = max(check_sizes((n_a, n_b), name="n_a, n_b"))
    return Fraction(larger + 2, 3 * larger)


def visibility_levels(n_a: int, n_b: int) -> dict[Fraction, Fraction]:
    """V of the states with total spin J of the two symmetric regions, exact: J to V(J).

    V(J) = −2[J(J + 1) − j_A(j_A + 1) − j_B(j_B + 1)]/(3 N_A N_B) with j = N/2. Smaller spins s/2 in
    a region give the levels of s qubits times s/N. Raises ValueError for sizes below 1.

    >>> {str(j): str(v) for j, v in visibility_levels(1, 2).items()}
    {'1/2': '2/3', '3/2': '-1/3'}
    """
    sizes = check_sizes((n_a, n_b), name="n_a, n_b")
    spins = [Fraction(n, 2) for n in sizes]
    alone = sum(j * (j + 1) for j in spins)
    least = abs(spins[0] - spins[1])
    totals = [least + k for k in range(min(sizes) + 1)]
    return {j: Fraction(2, 3) * (alone - j * (j + 1)) / (n_a * n_b) for j in totals}


def smallest_region(threshold: Fraction | float) -> int:
    """The smallest R with (R + 2)/(3R) ≤ threshold, so that R ≥ 2/(3·threshold − 1).

    threshold: a Fraction is taken as it is; a float stands for the simplest fraction of which it is
    the nearest float, so that 2/3 is two thirds although its bits are a little less.
    Raises ValueError for a threshold outside (1/3, 1].

    >>> smallest_region(Fraction(5, 12)), smallest_region(Fraction(2, 3)), smallest_region(2 / 3)
    (8, 2, 2)
    """
    if isinstance(threshold, Real) and not isinstance(threshold, Rational):
        threshold = _simplest(finite_number("threshold", threshold))
    in_interval("threshold", threshold, Fraction(1, 3), 1)
    threshold = Fraction(threshold)
    if threshold == Fraction(1, 3):
        raise ValueError("Argument `threshold` must exceed 1/3, but is 1/3: no region suffices.")
    return max(1, -(-2 // (3 * threshold - 1)))


def _simplest(value: float) -> Fraction:
    """A fraction of small denominator whose nearest float this is."""
    for digits in range(1, 17):
        found = Fraction(value).limit_denominator(10**digits)
        if float(found) == value:
            return found
    return Fraction(value)


@result
class Visibilities:
    """Largest and smallest V of two regions, from exact diagonalisation.

    optimum: the density matrix on the two symmetric spins that has the largest, the normalised
    projector on the top eigenspace; it is rotationally invariant.
    """

    largest: float
    smallest: float
    optimum: np.ndarray


def exact_visibilities(n_a: int, n_b: int) -> Visibilities:
    """The ends of the spectrum of −σ·σ/3, averaged over the pairs, in all permutation classes.

    Raises ValueError for sizes below 1 or beyond memory.

    >>> found = exact_visibilities(2, 3)
    >>> bool(np.isclose(found.largest, float(largest_visibility(2, 3))))
    True
    """
    sizes = check_sizes((n_a, n_b), name="n_a, n_b")
    require_memory("n_a, n_b", 96 * ((sizes[0] + 1) * (sizes[1] + 1)) ** 2)
    largest, smallest, optimum = -np.inf, np.inf, np.zeros(0)
    for spins in product(*(range(size % 2, size + 1, 2) for size in sizes)):
        if 0 in spins:  # no spin, no correlation: V = 0, which is never the largest or smallest
            continue
        left, right = (spin(s) * s / size for s, size in zip(spins, sizes, strict=True))
        matrix = -sum(np.kron(a, b) for a, b in zip(left, right, strict=True)) / 3
        values, vectors = np.linalg.eigh(matrix)
        smallest = min(smallest, values[0])
        if values[-1] > largest:
            largest = values[-1]
            top = vectors[:, np.isclose(values, largest, rtol=0, atol=1e-9)]
            optimum = top @ top.conj().T / top.shape[1]
    return Visibilities(float(largest), float(smallest), optimum)
