"""Assemblages in which Bob and Charlie never fire together: steering decided by operators.

Two outcomes each, 1 is "fires". Given Alice's state ρ and operators Q_y, S_z ⪰ 0 with
Q_y + S_z ⪯ ρ, let

    σ_{11|yz} = 0,  σ_{10|yz} = Q_y,  σ_{01|yz} = S_z,  σ_{00|yz} = ρ − Q_y − S_z.

No-signalling holds by construction. Two facts make everything simple.

**Quantum = almost quantum = interpolation.** The assemblage is quantum, and is in Q̃, if and only
if there is an operator R with S_z ⪯ R ⪯ ρ − Q_y for all y, z. (In a moment matrix let ψ_i be the
vectors of the word 1, and E_y ψ_i, G_z ψ_i those of Bob's and Charlie's firing. The spans of the
two kinds are orthogonal, as σ_{11|yz} = 0. Let R be the Gram matrix of the ψ_i projected on the
span of all G_z ψ_i. The projection of ψ_i on the span of one z is G_z ψ_i, so S_z ⪯ R; the same
for Bob, so Q_y + R ⪯ ρ. Conversely, with the probability tr R a coin makes Bob silent, and
Charlie steers to S_z and R − S_z, which is quantum as everything bipartite is; else Charlie is
silent, and Bob steers to Q_y and ρ − R − Q_y.)

**Local for every two-outcome measurement = numbers instead of operators.** Then R may depend on
the effect E that Alice measures: a function R(E), not an operator. Between numbers there is
always room; between Hermitian matrices there need not be, as two of them have no least upper
bound. See :func:`local_margin`. With three outcomes it takes more, and qubits that pass here may
fail there: then the lift of :mod:`~nonlocality.postquantum_steering.povm_lift` is needed.
"""

from itertools import product
from numbers import Real

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import TOLERANCE, complex_array, renamed, shown
from nonlocality.foundations.linear_algebra import hermitian_basis, positive_part
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.quantum import check_measurement
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.postquantum_steering.assemblages import Assemblage


def exclusive_assemblage(
    *, reduced: np.ndarray, bob: np.ndarray, charlie: np.ndarray
) -> Assemblage:
    """The assemblage of ρ, Q_y and S_z.

    reduced: ρ, (d, d). bob: Q_y as ``[y, i, j]``. charlie: S_z as ``[z, i, j]``.
    Raises ValueError for shapes that do not fit, and as
    :class:`~nonlocality.postquantum_steering.assemblages.Assemblage`, for example where Q_y + S_z
    exceeds ρ.

    >>> half = np.eye(2) / 2
    >>> exclusive_assemblage(reduced=half, bob=[half / 2], charlie=[half]).behaviour().table[0, 0]
    Traceback (most recent call last):
    ...
    ValueError: Argument `reduced, bob, charlie` must be positive, but σ_{00|00} has the \
eigenvalue -0.25.
    """
    rho = complex_array("reduced", reduced)
    q, s = complex_array("bob", bob), complex_array("charlie", charlie)
    if rho.ndim != 2 or q.shape[1:] != rho.shape or s.shape[1:] != rho.shape:
        raise ValueError(
            "Arguments `reduced`, `bob`, `charlie` must have shapes (d, d), (y, d, d), (z, d, d), "
            f"but have {rho.shape}, {q.shape}, {s.shape}."
        )
    q, s = q[:, None], s[None]
    nothing = np.zeros(np.broadcast_shapes(q.shape, s.shape))
    with renamed(elements="reduced, bob, charlie"):
        return Assemblage(np.array([[rho - q - s, nothing + s], [nothing + q, nothing]]))


def exclusive_parts(assemblage: Assemblage) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ρ, Q_y and S_z of an assemblage in which σ_{11|yz} = 0.

    Raises ValueError for another assemblage, saying how likely both fire.
    """
    if assemblage.parties != 2 or assemblage.outcomes != (2, 2):
        raise ValueError("Argument `assemblage` must have two untrusted parties of two outcomes.")
    elements = assemblage.elements
    both = np.trace(elements[1, 1], axis1=-2, axis2=-1).real.max()
    if both > TOLERANCE:
        raise ValueError(
            "Argument `assemblage` must have σ_{11|yz} = 0, but both fire with probability "
            f"{both:.3g}."
        )
    return assemblage.reduced, elements[1, 0, :, 0], elements[0, 1, 0]


def interpolation(assemblage: Assemblage, *, solver: str = "clarabel") -> TwoSided:
    """The largest ε with S_z + ε𝟙 ⪯ R ⪯ ρ − Q_y − ε𝟙 for some operator R.

    ε < 0 proves that the assemblage is postquantum, and not even almost quantum; ε ≥ 0 that it
    is quantum. Any dimension, any number of settings. The dual matrices of the evidence are
    A_z, then B_y ⪰ 0, with Σ A_z = Σ B_y and tr Σ A_z + tr Σ B_y = 1, that prove it:
    ε ≤ Σ tr B_y(ρ − Q_y) − Σ tr A_z S_z. solver: as
    :func:`~nonlocality.foundations.semidefinite.minimise_semidefinite`.
    Raises ValueError as :func:`exclusive_parts`.

    >>> interpolation(pythagorean_assemblage(1 / 4)).surely_below(0)
    True
    """
    rho, bob, charlie = exclusive_parts(assemblage)
    size = len(rho)
    basis = hermitian_basis(size, real=not np.iscomplexobj(rho))
    columns = sp.csr_array(basis.reshape(len(basis), -1).T)
    shift = sp.csr_array(-np.eye(size).reshape(-1, 1))
    above = [MatrixInequality(-s, sp.hstack([columns, shift])) for s in charlie]
    below = [MatrixInequality(rho - q, sp.hstack([-columns, shift])) for q in bob]
    cost = np.zeros(len(basis) + 1)
    cost[-1] = -1
    return -minimise_semidefinite(cost, matrices=above + below, box=1.0, solver=solver)


def _limits(rho: np.ndarray, bob: np.ndarray, charlie: np.ndarray) -> tuple[list, list]:
    """Operators L with tr EL ≤ R(E), and U with R(E) ≤ tr EU."""
    for name, operators in (("Bob", bob), ("Charlie", charlie)):
        if len(operators) != 2:
            raise ValueError(
                f"Argument `assemblage` must have two settings a party, but {name} has "
                f"{len(operators)}."
            )
    return [*charlie, rho - bob.sum(axis=0)], [*(rho - bob), charlie.sum(axis=0)]


def local_margin(assemblage: Assemblage) -> tuple[float, float]:
    """A test that makes an assemblage local for every two-outcome measurement of Alice.

    Two settings each, any dimension. Let L be the operators S_0, S_1, ρ − Q_0 − Q_1, and U the
    operators ρ − Q_0, ρ − Q_1, S_0 + S_1. Returned are two numbers:

    - the smallest eigenvalue of all U − L;
    - min_U [tr U − tr (U − U')₊] − max_L [tr L + tr (L' − L)₊], over all pairs U, U' and L, L'.

    If neither is negative then :func:`local_model_behaviour` works for every two-outcome
    measurement: max_L tr EL ≤ R(E) ≤ min_U tr EU and R(E) + R(𝟙 − E) = K can be met with one
    constant K between the two terms of the second line, by the trace norm. Sufficient; not
    necessary.
    Raises ValueError as :func:`exclusive_parts`, and for another number of settings.

    >>> abs(np.round(local_margin(pythagorean_assemblage(1 / 4)), 12)).tolist()
    [0.0, 0.0]
    """
    low, high = _limits(*exclusive_parts(assemblage))
    gap = min(np.linalg.eigvalsh(u - lo)[0] for u, lo in product(high, low))
    least, most = _constants(low, high)
    return float(gap), float(most - least)


def _constants(low: list, high: list) -> tuple[float, float]:
    """The interval of the constant K = R(E) + R(𝟙 − E)."""

    def excess(a: np.ndarray, b: np.ndarray) -> float:
        return np.trace(positive_part(a - b)).real

    least = max(np.trace(a).real + excess(b, a) for a, b in product(low, low))
    most = min(np.trace(a).real - excess(a, b) for a, b in product(high, high))
    return least, most


def local_model_behaviour(assemblage: Assemblage, measurement: np.ndarray) -> Behaviour:
    """p(abc|xyz) from an explicit local model, for two-outcome measurements ``[x, a, i, j]``.

    λ is one of six strategies: only Charlie may fire (total weight K), and does so in setting 0,
    or 1, or both; or only Bob may (weight 1 − K), likewise. For the effect E Alice's outcome 0 has
    the weight R(E) in the first group. There the weights with "fires in z" are tr E S_z, so those
    of "in both" are tr E(S_0 + S_1) − R(E), and so on. With E for 𝟙 − E the sums are the same.
    Raises ValueError where :func:`local_margin` is negative or an outcome too many.

    >>> steered = pythagorean_assemblage(1 / 4)
    >>> x_basis = np.array([[[[0.5, 0.5], [0.5, 0.5]], [[0.5, -0.5], [-0.5, 0.5]]]])
    >>> model = local_model_behaviour(steered, x_basis).table
    >>> bool(np.allclose(model, steered.measured(x_basis).table))
    True
    """
    effects = check_measurement("measurement", measurement)
    rho, bob, charlie = exclusive_parts(assemblage)
    if effects.shape[1:] != (2, *rho.shape):
        raise ValueError(
            f"Argument `measurement` must have shape (x, 2, {len(rho)}, {len(rho)}), but has "
            f"shape {effects.shape}."
        )
    gap, room = local_margin(assemblage)
    if min(gap, room) < -TOLERANCE:
        raise ValueError(
            "Argument `assemblage` must have a local margin that is not negative, but has "
            f"{gap:.3g} and {room:.3g}."
        )
    low, high = _limits(rho, bob, charlie)
    constant = sum(_constants(low, high)) / 2

    def traces(operators: list) -> np.ndarray:
        return np.einsum("xaij,kji->xak", effects, np.array(operators)).real

    lowest, highest = traces(low).max(axis=2), traces(high).min(axis=2)
    first = np.maximum(lowest[:, 0], constant - highest[:, 1])  # R(E), R(𝟙 − E) follows
    share = np.stack([first, constant - first], axis=1)
    total = traces([rho])[..., 0]
    table = np.zeros((2, 2, 2, len(effects), 2, 2))
    groups = ((share, traces(charlie), "c"), (total - share, traces(bob), "b"))
    for weight, fires, party in groups:
        both = fires.sum(axis=2) - weight
        parts = {(1, 1): both, (1, 0): fires[..., 0] - both, (0, 1): fires[..., 1] - both}
        for played, amount in parts.items():
            for y, z in np.ndindex(2, 2):
                b, c = (played[y], 0) if party == "b" else (0, played[z])
                table[:, b, c, :, y, z] += amount.T
    return Behaviour(table)


def pythagorean_assemblage(t: Real = 0.25) -> Assemblage:
    """Qubits local for all projective measurements, yet postquantum, with 0 < t < 1/3.

    Up to the swap of |0⟩ and |1⟩, and of Bob and Charlie, all is said by

        ρ = (𝟙 + sX)/2,  S_0 = w|v⟩⟨v|,  S_1 = (1 − s)|0⟩⟨0|/2,

    with s = (1 + t)(1 − 3t)/(1 − t)², 4w = (1 − 3t)/(1 − t)³, |v⟩ = (1 − t)|0⟩ + (1 + t)|1⟩;
    Q_0, Q_1 are S_0, S_1 swapped. All elements are zero or pure, but σ_{00|00}, a multiple of 𝟙.
    Every t
    makes both numbers of :func:`local_margin` zero. For t = 1/4 all is integer over 108:

        108 ρ = (54 30; 30 54),  108 S_0 = (9 15; 15 25),  108 S_1 = (24 0; 0 0).

    Raises ValueError for t outside of the interval.

    >>> np.round(108 * pythagorean_assemblage(1 / 4).elements[0, 1, 0]).astype(int).tolist()
    [[[9, 15], [15, 25]], [[24, 0], [0, 0]]]
    """
    if not isinstance(t, Real) or not 0 < t < 1 / 3:
        raise ValueError(f"Argument `t` must lie between 0 and 1/3, but is {shown(t)}.")
    scale = (1 - 3 * t) / (1 - t) ** 3
    s = (1 - t**2) * scale
    first = scale / 4 * np.outer([1 - t, 1 + t], [1 - t, 1 + t])
    charlie = np.array([first, np.diag([(1 - s) / 2, 0.0])], dtype=float)
    rho = np.array([[1, s], [s, 1]], dtype=float) / 2
    with renamed(**{"reduced, bob, charlie": "t"}):  # of few digits
        return exclusive_assemblage(reduced=rho, bob=charlie[:, ::-1, ::-1], charlie=charlie)
