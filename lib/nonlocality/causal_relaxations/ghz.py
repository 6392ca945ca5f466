"""The GHZ correlations with two settings a party, and the model that needs least of everything.

N parties measure X (setting 0) or Y (setting 1) on (|0…0⟩ + |1…1⟩)/√2 (N = 3: text after eq. (11)
of arXiv:1411.4648). On the *game* inputs, those with an even number of Y, the parity of all
outcomes is definite, half that number modulo 2; on the others every outcome is equally likely.
Arrays are ``[a, b, c, …, x, y, z, …]``.

A local strategy wins at most the share w = 1/2 + 2^(−⌈N/2⌉) of the game inputs (Mermin). The bet
of 1/w on the right parity of a game input, and 1 off the game, proves I ≥ −1/2 log2 w; the
strategies that win w, equally likely and weighted by the bet, attain it.
"""

from fractions import Fraction
from math import ceil

import numpy as np

from nonlocality.causal_relaxations.measurement_dependence import DependentModel
from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.checks import counts
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, measurement_of_observables
from nonlocality.foundations.strategies import CausalModel

MAX_PARTIES = 4
"""Up to here tables of all outcomes, inputs and strategies are built."""


def _parties(parties: int, most: int) -> int:
    (n,) = counts("parties", (parties,))
    if not 2 <= n <= most:
        raise ValueError(f"Argument `parties` must lie in [2, {most}], but is {n}.")
    return n


def behaviour_ghz(parties: int = 3) -> Behaviour:
    """The GHZ behaviour of up to four parties, from state and measurements.

    Raises ValueError for another number of parties.

    >>> p = behaviour_ghz().table
    >>> [p[0, 0, 0, 0, y, z].round(12).item() + 0.0 for y, z in ((0, 0), (1, 1), (0, 1))]
    [0.25, 0.0, 0.125]
    """
    n = _parties(parties, MAX_PARTIES)
    state = np.zeros(2**n)
    state[[0, -1]] = np.sqrt(1 / 2)
    return behaviour_quantum(state, [measurement_of_observables([PAULI_X, PAULI_Y])] * n)


def _cells(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the parity is right, and where the input is off the game; shape (2,) * 2n."""
    indices = np.indices((2,) * (2 * n))
    inputs = indices[n:].sum(axis=0)
    right = (indices[:n].sum(axis=0) - inputs // 2) % 2 == 0
    return right, inputs % 2 == 1


def ghz_share(parties: int) -> Fraction:
    """w = 1/2 + 2^(−⌈N/2⌉): the largest share of the game inputs that a local strategy wins.

    The parity of a strategy is affine in the inputs, and Σ over even inputs of
    i^|x| (−1)^(β·x) = Re[(1 + i)^(N−k) (1 − i)^k] with k = |β| is at most 2^⌊N/2⌋ (N. D. Mermin,
    PRL 65, 1838 (1990)). Raises ValueError unless N ≥ 2 is an integer up to 1000.

    >>> [str(ghz_share(n)) for n in (3, 4, 5, 6)]
    ['3/4', '3/4', '5/8', '5/8']
    """
    n = _parties(parties, 1000)
    return Fraction(1, 2) + Fraction(1, 2 ** ceil(n / 2))


def ghz_information(parties: int) -> float:
    """Least I(X₁, …, X_N : Λ) in bits for uniform settings: −1/2 log2 w; tends to 1/2.

    >>> [round(ghz_information(n), 5) for n in (3, 4, 5)]
    [0.20752, 0.20752, 0.33904]
    """
    return float(-np.log2(float(ghz_share(parties))) / 2)


def ghz_dependence_of_parties(parties: int) -> Fraction:
    """Least M for uniform settings: 1 − w = 1/2 − 2^(−⌈N/2⌉).

    The score 1 on the right parity, −1 on the wrong one and 1 − 2w off the game has range 2
    and a mean of at most 0 in every strategy; the GHZ behaviour has the mean 1 − w.

    >>> str(ghz_dependence_of_parties(3))
    '1/4'
    """
    return 1 - ghz_share(parties)


def ghz_witness(parties: int = 3) -> np.ndarray:
    """The bet F that proves I ≥ −1/2 log2 w: shape (2,) * 2N, up to four parties.

    1/w on the right parity of a game input, 0 on the wrong one, 1 off the game. A strategy
    wins at most the share w of the game inputs, so its mean over the inputs is at most 1.

    >>> ghz_witness()[0, 0, 0, 0].tolist()
    [[1.3333333333333333, 1.0], [1.0, 0.0]]
    """
    n = _parties(parties, MAX_PARTIES)
    right, off = _cells(n)
    return np.where(off, 1, np.where(right, float(1 / ghz_share(n)), 0))


def ghz_model(parties: int = 3) -> DependentModel:
    """A model of :func:`behaviour_ghz` with least M, 1 − w, and least I, −1/2 log2 w.

    λ is one of the strategies that win the share w of the game inputs, all equally likely; given
    the inputs its probability is multiplied by :func:`ghz_witness`. Up to four parties.

    >>> from nonlocality.causal_relaxations.measurement_dependence import dependence
    >>> from nonlocality.foundations.entropies import mutual_information
    >>> q = ghz_model().joint
    >>> round(dependence(q), 12), round(mutual_information(q), 6)
    (0.25, 0.207519)
    """
    n = _parties(parties, MAX_PARTIES)
    local = CausalModel(tuple("xyzw"[:n]), (2,) * n, (2,) * n)
    inputs = np.indices((2,) * n)[..., None]
    strategy = np.arange(local.size)
    answers = [f[strategy, k] for f, k in zip(local.responses, inputs, strict=True)]
    ratio = ghz_witness(n)[(*answers, *inputs)]  # [x, y, …, λ]
    best = np.isclose(ratio.mean(axis=tuple(range(n))), 1)
    joint = ratio[..., best] / ratio[..., best].sum()
    return DependentModel(joint, [f[best] for f in local.responses], (2,) * n)


def ghz_wins(parties: int) -> np.ndarray:
    """How many game inputs each parity function of the inputs wins, shape (2^N, 2), exact.

    Entry (β, α) belongs to the strategies whose parity is α + β·x; every deterministic strategy
    has one of these. Up to ten parties; raises ValueError beyond.

    >>> int(ghz_wins(3).max()), int(ghz_wins(4).max())
    (3, 6)
    """
    n = _parties(parties, 10)
    bits = np.array(list(np.ndindex((2,) * n)))
    game = bits[bits.sum(axis=1) % 2 == 0]
    wanted = game.sum(axis=1) // 2 % 2
    parity = bits @ game.T % 2
    won = (parity == wanted).sum(axis=1)
    return np.stack([won, len(game) - won], axis=1)
