"""What averages leave out: magnetisations as they are recorded, outcome by outcome.

A measured magnetisation of n qubits along a direction is one of n + 1 numbers, 1 − 2k/n with k
spins down. A *reading* turns it into an outcome v_k in [−1, 1]. The linear reading v_k = 1 − 2k/n
is the magnetisation itself, and its averages are those of the effective state. Other readings are
as sharp a measurement, of an observable of all particles at once, and can be as nonlocal as a
pair of qubits: the *parity* v_k = (−1)^k maps |0…0⟩ and |1…1⟩ to each other.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from nonlocality.foundations.checks import counts, finite_array, finite_number, shown
from nonlocality.foundations.sizes import require_memory
from nonlocality.local_realism.effective_states import check_sizes, spin
from nonlocality.local_realism.many_body import SIGNS


def linear_reading(n: int) -> np.ndarray:
    """v_k = 1 − 2k/n, the magnetisation per qubit, shape (n + 1,).

    >>> linear_reading(2)
    array([ 1.,  0., -1.])
    """
    (n,) = counts("n", (n,))
    require_memory("n", 16 * (n + 1))
    return 1 - 2 * np.arange(n + 1) / n


def binned_reading(n: int, *, width: int, shift: int = 0) -> np.ndarray:
    """v_k = (−1)^⌊(k + shift)/width⌋: bins of so many spin flips, alternately +1 and −1.

    width 1 is the parity. shift: where the first bin begins. Returns shape (n + 1,).
    Raises ValueError for n or width below 1, or a shift that is not in 0, …, width − 1.

    >>> binned_reading(4, width=2).tolist()
    [1, 1, -1, -1, 1]
    """
    n, width = counts("n, width", (n, width))
    require_memory("n", 16 * (n + 1))
    if shift not in range(width):
        raise ValueError(f"Argument `shift` must lie in 0 to {width - 1}, but is {shown(shift)}.")
    return (-1) ** ((np.arange(n + 1) + shift) // width)


def reading_operator(
    reading: Sequence[float], *, angle: float, spins: int | None = None
) -> np.ndarray:
    """Σ_k v_k |k⟩⟨k| of n qubits read along cos φ x + sin φ y, on the states of one total spin.

    reading: v, shape (n + 1,). spins: s for total spin s/2 (n if None, the states symmetric under
    permutations); the other n − s qubits pair off in singlets, with half of them down, so that k
    runs from (n − s)/2 to (n + s)/2. Returns shape (s + 1, s + 1) in the basis along z.
    Raises ValueError for a reading outside [−1, 1], or a spin that n qubits cannot have.

    >>> bool(np.allclose(reading_operator([1, -1], angle=0), [[0, 1], [1, 0]]))  # X
    True
    """
    v, phi = finite_array("reading", reading), finite_number("angle", angle)
    if v.ndim != 1 or len(v) < 2 or np.abs(v).max() > 1:
        raise ValueError("Argument `reading` must hold two numbers or more of [-1, 1].")
    n = len(v) - 1
    s = n if spins is None else spins
    if s not in range(n % 2, n + 1, 2):
        raise ValueError(f"Argument `spins` must be one of {n}, {n - 2}, …, but is {shown(spins)}.")
    require_memory("reading", 120 * (s + 1) ** 2)  # the three axes and five more
    lost = (n - s) // 2
    if s == 0:
        return np.array([[v[lost]]], dtype=complex)
    axes = spin(s)
    vectors = np.linalg.eigh(-axes[0].real)[1]  # column k: k spins down along x
    turn = np.exp(1j * phi * np.arange(s + 1))
    states = turn[:, None] * vectors
    return (states * v[lost : lost + s + 1]) @ states.conj().T


def largest_chsh(
    readings: Sequence[Sequence[Sequence[float]]], *, angles: Sequence[Sequence[float]]
) -> float:
    """The largest CHSH of all states of two regions, for given readings and directions.

    readings: for each region the two readings of its settings, or one for both. angles: for each
    region the two directions in the x–y plane. All pairs of total spins are looked at.

    >>> t = np.pi / 4
    >>> pair = largest_chsh([[[1, -1]], [[1, -1]]], angles=[[0, 2 * t], [t, -t]])
    >>> round(pair, 9)
    2.828427125
    """
    angles = finite_array("angles", angles)
    try:
        regions = [list(each) * (2 if len(each) == 1 else 1) for each in readings]
        sizes = [len(region[0]) - 1 for region in regions]
    except (TypeError, IndexError):
        raise ValueError("Argument `readings` must hold readings for each region.") from None
    if len(regions) != 2 or any(len(r) != 2 for r in regions) or angles.shape != (2, 2):
        raise ValueError(
            "Arguments `readings` and `angles` must hold two settings for each of two regions."
        )
    if any(len(v) != n + 1 for r, n in zip(regions, sizes, strict=True) for v in r):
        raise ValueError("Argument `readings` must have as many outcomes in both settings.")
    sizes = check_sizes(sizes)
    best = -np.inf
    for spins in product(*(range(n % 2, n + 1, 2) for n in sizes)):
        f, g = (
            [reading_operator(v, angle=t, spins=s) for v, t in zip(r, a, strict=True)]
            for r, a, s in zip(regions, angles, spins, strict=True)
        )
        terms = product((0, 1), repeat=2)
        operator = sum(SIGNS[x, y] * np.kron(f[x], g[y]) for x, y in terms)
        best = max(best, float(np.linalg.eigvalsh(operator)[-1]))
    return best


def parity_angles(n_a: int, n_b: int) -> np.ndarray:
    """Directions whose parities show 2√2: π/(2N) apart, shape (2 regions, 2 settings).

    Along φ the parity Π (cos φ X + sin φ Y) acts on |0…0⟩, |1…1⟩ as a qubit's observable at angle
    Nφ. So the Tsirelson angles of a qubit are divided by the number of qubits.

    >>> (parity_angles(2, 4) * 8 / np.pi).round(9).tolist()
    [[0.0, 2.0], [-0.5, 0.5]]
    """
    n_a, n_b = check_sizes((n_a, n_b), name="n_a, n_b")
    return np.array([[0, np.pi / 2 / n_a], [-np.pi / 4 / n_b, np.pi / 4 / n_b]])


def parity_state(n_a: int, n_b: int) -> np.ndarray:
    """The state of all qubits that reaches it: (|0…0⟩|0…0⟩ + |1…1⟩|1…1⟩)/√2.

    Against parities at the :func:`parity_angles` its correlations are cos(N_A φ + N_B φ′).

    >>> parity_state(1, 1).round(3).tolist()
    [0.707, 0.0, 0.0, 0.707]
    """
    n = sum(check_sizes((n_a, n_b), name="n_a, n_b"))
    require_memory("n_a", 8, base=2, exponent=n)
    state = np.zeros(2**n)
    state[[0, -1]] = np.sqrt(1 / 2)
    return state
