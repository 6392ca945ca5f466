"""Timings behind the chapter on macroscopic nonlocality: ``make bench``."""

from collections.abc import Callable
from fractions import Fraction
from resource import RUSAGE_SELF, getrusage

import numpy as np

from benchmarks.timing import report, seconds
from nonlocality.macroscopic_nonlocality.binned_searches import best_sign_test, see_saw
from nonlocality.macroscopic_nonlocality.collective import collective_statistics
from nonlocality.macroscopic_nonlocality.dicke import dicke_amplitudes, dicke_state
from nonlocality.macroscopic_nonlocality.exact_loss import example_chsh_squared
from nonlocality.macroscopic_nonlocality.finite_sizes import finite_chsh
from nonlocality.macroscopic_nonlocality.noise import lossy
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement
from nonlocality.macroscopic_nonlocality.sign_binning import (
    EXAMPLE,
    finite_sign_elements,
    schmidt_chsh,
)
from nonlocality.macroscopic_nonlocality.sign_bounds import sign_test_bound

LEVELS = range(6)


def probabilities_in_the_full_space(n: int, theta: float) -> np.ndarray:
    """|⟨m|N, k⟩|² from the 2^N-dimensional total spin and its eigenvectors, written out."""
    spin = np.array([[np.cos(theta), np.sin(theta)], [np.sin(theta), -np.cos(theta)]])
    total = sum(np.kron(np.kron(np.eye(2**i), spin), np.eye(2 ** (n - 1 - i))) for i in range(n))
    values, vectors = np.linalg.eigh(total)
    weights = np.array([vectors.T @ dicke_state(n, k) for k in LEVELS]) ** 2
    place = ((values + n) / 2).round().astype(int)
    return np.array([np.bincount(place, row, minlength=n + 1) for row in weights])


def probabilities_in_the_symmetric_space(n: int, theta: float) -> np.ndarray:
    """The same from the (N + 1)-dimensional total spin, dense, as most packages would do it."""
    k = np.arange(n + 1)
    beside = np.sin(theta) * np.sqrt(k[1:] * (n - k[:-1]))
    total = np.diag((n - 2 * k) * np.cos(theta)) + np.diag(beside, 1) + np.diag(beside, -1)
    return np.linalg.eigh(total)[1][list(LEVELS)] ** 2


def compare(name: str, n: int, dense: Callable[[int, float], np.ndarray]) -> None:
    """Time a dense calculation and the recursion at the same N, and check that they agree."""
    theta = 1.1
    ours = dicke_amplitudes(n, LEVELS, polar=theta) ** 2
    assert np.abs(dense(n, theta) - ours).max() < 1e-9
    slow = seconds(lambda: dense(n, theta), repeat=1)
    fast = seconds(lambda: dicke_amplitudes(n, LEVELS, polar=theta))
    report(f"six Dicke states, N = {n}: dense, {name}", slow)
    report(f"six Dicke states, N = {n}: recursion", fast)
    print(f"{'ratio':<58}{slow / fast:>10.0f}")


def chsh_with_loss(n: int, p: float) -> float:
    """CHSH of the state (B6) with N particles a party, of which each arrives with probability p."""
    seen = finite_sign_elements(n, lossy(spin_measurement(), arrival=p), dimension=3)
    return schmidt_chsh(EXAMPLE, seen, seen)


def main() -> None:
    """Print every figure."""
    compare("full space", 10, probabilities_in_the_full_space)
    compare("symmetric space", 1500, probabilities_in_the_symmetric_space)
    largest = seconds(lambda: dicke_amplitudes(10**6, LEVELS, polar=1.1), repeat=3)
    report("six Dicke states, N = 10⁶: recursion", largest, 0.5)

    spin = spin_measurement(polar=1.0)
    lossy = ParticleMeasurement(
        np.array([1.0, -1.0, 0.0]),
        np.stack([*0.9 * spin_measurement().elements, 0.1 * np.eye(2)]),
    )
    statistics = collective_statistics(2 * 10**5, lossy, dimension=3)
    report(
        "POVM with three outcomes, N = 2·10⁵, d = 3: statistics",
        seconds(lambda: collective_statistics(2 * 10**5, lossy, dimension=3), repeat=3),
        5,
    )
    report(
        "the same: sign operator",
        seconds(lambda: statistics.operator(np.sign(statistics.outcomes)), repeat=3),
    )
    report("state (B6) with loss at N = 2·10⁵: CHSH", seconds(
        lambda: chsh_with_loss(2 * 10**5, 0.993), repeat=3), 5)  # fmt: skip
    report("the same at N = 20001, as an exact fraction", seconds(
        lambda: example_chsh_squared(20_001, Fraction(993, 1000)), repeat=1))  # fmt: skip
    report("state (B6) at N = 10⁶: best CHSH", seconds(
        lambda: finite_chsh(10**6, EXAMPLE), repeat=3))  # fmt: skip
    probabilities = collective_statistics(10**6, spin, dimension=6).distribution(np.eye(6)[5])
    print(f"{'sum of the 10⁶ + 1 probabilities, minus 1':<58}{probabilities.sum() - 1:>10.1e}")

    report("signs, d = 8: climbs from 3 starts, diagonal states", seconds(
        lambda: best_sign_test(8, diagonal=True, starts=3, seed=0), repeat=1))  # fmt: skip
    report("signs, d = 8: upper bound to 1e-4, diagonal states", seconds(
        lambda: sign_test_bound(8, diagonal=True), repeat=1))  # fmt: skip
    report("any binning, levels 0, 2, 4: 300 starts", seconds(
        lambda: see_saw([0, 2, 4], starts=300, seed=0), repeat=1))  # fmt: skip
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory of this process':<58}{peak:>10.0f} MB   (promised at most 1000 MB)")


if __name__ == "__main__":
    main()
