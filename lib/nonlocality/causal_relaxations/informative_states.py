"""Which state needs the most mutual information? Not the one with the largest I_d.

arXiv:1411.4648 looks for states that need more than a singlet and maximises I_d. The least
I(X, Y : Λ) of a behaviour is the value of its best bet F, and for a fixed bet Σ p log2 F is a
Bell expression. So: find the best bet for the state, then the best state for the bet, and again;
the information never falls. (A. Acín, R. Gill, N. Gisin, PRL 95, 210402 (2005), maximise the same
number, as statistical strength.) What is found is a local maximum: a lower bound of the largest.
"""

import numpy as np

from nonlocality.causal_relaxations.mutual_information import Strength, link_strength, strength
from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.cglmp import check_outcomes, quantum_links
from nonlocality.foundations.checks import counts, finite_array, in_interval
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory

MAX_ROUNDS = 500
"""Rounds of the ascent; it needs some tens."""


@result
class InformativeState:
    """A state Σ a_j |jj⟩ and the least mutual information of its behaviour.

    schmidt: the a_j, of norm 1. information: both sides of the least I.
    """

    schmidt: np.ndarray
    information: Strength

    @property
    def ratios(self) -> str:
        """The a_j over the largest, four digits, such as ``1:0.6:1``."""
        return ":".join(f"{a:.4g}" for a in self.schmidt / self.schmidt.max())


def link_operator(values: np.ndarray) -> np.ndarray:
    """Σ_r f(r) P(r) as a matrix on the real span of |jj⟩, for the CGLMP measurements.

    values: f, shape (d,). Entries Σ_r f(r) cos(2π (j − k)(r + 1/4)/d)/d, shape (d, d).

    >>> f = 4 - 8 * np.arange(3) / 2  # I_3
    >>> float(np.linalg.eigvalsh(link_operator(f))[-1].round(4))
    2.9149
    """
    f = finite_array("values", values)
    if f.ndim != 1 or not f.size:
        raise ValueError(f"Argument `values` must have shape (d,), but has shape {f.shape}.")
    d = len(f)
    require_memory("values", 24 * d**3)  # the phases, their cosines, the products
    j = np.arange(d)
    phase = 2 * np.pi * (j[:, None, None] - j[:, None]) * (j + 0.25) / d
    return (f * np.cos(phase)).sum(axis=2) / d


def most_informative_state(d: int) -> InformativeState:
    """The state Σ a_j |jj⟩ whose CGLMP behaviour needs most information, by ascent.

    From the state of largest I_d. Raises ValueError unless d ≥ 2 is an integer up to 64.

    >>> best = most_informative_state(3)
    >>> round(best.information.least.lower, 4), best.ratios
    (0.0769, '1:0.6208:1')
    """
    d = check_outcomes(d)
    in_interval("d", d, 2, 64)
    schmidt = np.linalg.eigh(link_operator(4 - 8 * np.arange(d) / (d - 1)))[1][:, -1]
    found = None
    for _ in range(MAX_ROUNDS):
        schmidt = np.abs(schmidt) / np.linalg.norm(schmidt)
        last, found = found, link_strength(quantum_links(schmidt))
        if last is not None and found.least.lower < last.least.lower + 1e-14:
            break
        schmidt = np.linalg.eigh(link_operator(np.log2(found.witness)))[1][:, -1]
    return InformativeState(schmidt, found)


def search_two_qubits(
    ratio: float, *, starts: int, rng: np.random.Generator, rounds: int = 60
) -> tuple[Strength, Behaviour]:
    """Two settings a side of |00⟩ + ratio |11⟩ that need most information: a lower bound.

    See-saw over the bet, Alice's observables and Bob's, projective; the first start is at the
    settings of the largest CHSH value of the state, the others are random (for weakly entangled
    states most of these end at a local behaviour). ratio: in [0, 1].
    Raises ValueError for a ratio outside, or numbers that are not positive integers.

    >>> best, _ = search_two_qubits(1.0, starts=3, rng=np.random.default_rng(1))
    >>> round(best.least.lower, 4)
    0.0463
    """
    g = in_interval("ratio", ratio, 0, 1)
    starts, rounds = counts("starts", (starts,))[0], counts("rounds", (rounds,))[0]
    state = np.diag([1.0, g]) / np.sqrt(1 + g * g)
    best = None
    tilt = np.arctan(2 * g / (1 + g * g))
    for start in range(starts):
        angles = rng.uniform(0, 2 * np.pi, size=(2, 2))
        if start == 0:
            angles = np.array([[0, np.pi / 2], [tilt, -tilt]])
        alice, bob = (_projectors(each) for each in angles)
        value = -1.0
        for _ in range(rounds):
            behaviour = _born(state, alice, bob)
            found = strength(behaviour, tolerance=1e-9)
            if best is None or found.least.lower > best[0].least.lower:
                best = found, behaviour
            if found.least.lower < value + 1e-9:
                break
            value = found.least.lower
            bet = np.log2(found.witness)
            for _ in range(3):
                alice = _best(np.einsum("abxy,ij,ybjk,lk->xail", bet, state, bob, state))
                bob = _best(np.einsum("abxy,ij,xail,lk->ybjk", bet, state, alice, state))
    return best


def _projectors(angles: np.ndarray) -> np.ndarray:
    """Effects [setting, outcome, 2, 2] of cos t Z + sin t X."""
    c, s = np.cos(angles), np.sin(angles)
    observable = np.array([[c, s], [s, -c]]).transpose(2, 0, 1)
    return np.stack([np.eye(2) + observable, np.eye(2) - observable], axis=1) / 2


def _best(operators: np.ndarray) -> np.ndarray:
    """The projective measurements that are best for [setting, outcome, 2, 2], rank one each."""
    difference = operators[:, 0] - operators[:, 1]
    vectors = np.linalg.eigh(difference + difference.transpose(0, 2, 1))[1]
    first = np.einsum("xi,xj->xij", vectors[:, :, 1], vectors[:, :, 1])
    return np.stack([first, np.eye(2) - first], axis=1)


def _born(state: np.ndarray, alice: np.ndarray, bob: np.ndarray) -> Behaviour:
    return Behaviour(np.einsum("ij,xail,lk,ybjk->abxy", state, alice, state, bob))
