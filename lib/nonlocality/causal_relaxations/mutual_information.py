"""How many bits must the hidden variable know of the settings?

The least mutual information I(X, Y : Λ) of the measurement-dependent models of a behaviour
p, for settings that are uniform unless another distribution is given (Fig. 3 of
arXiv:1411.4648), equals its statistical strength: the least relative entropy to a local
behaviour,

    min I = min over local q of mean over x, y of D(p(·|xy) ‖ q(·|xy)),

of van Dam, Gill, Grünwald (arXiv:quant-ph/0307125). Its dual is a bet against local models:
any F ≥ 0 whose mean over the settings is at most 1 for every deterministic strategy bounds
it from below by the mean of log2 F. All values are in bits.
"""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from nonlocality.causal_relaxations.measurement_dependence import input_distribution
from nonlocality.foundations.behaviours import INPUTS, Behaviour, as_behaviour
from nonlocality.foundations.cglmp import cglmp_value_of_links, check_links
from nonlocality.foundations.checks import in_interval, in_intervals, renamed
from nonlocality.foundations.entropies import relative_entropy
from nonlocality.foundations.link_strategies import link_multisets
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import SolverError
from nonlocality.foundations.strategies import CausalModel

MAX_CELLS = 1000
"""Largest number of entries of a behaviour's table that is tried (about a second)."""

MAX_STEPS = 200
"""Steps of the interior point; it needs 20 to 100."""


@result
class Strength:
    """Least mutual information in bits, both of its sides proved by a point.

    least: from below the value of `witness`, the dual F ≥ 0, in the shape of the behaviour (or
    P(r)); from above the relative entropy to the local behaviour that mixes the deterministic
    strategies (or multisets of link values) with `weights`.
    """

    least: TwoSided
    witness: np.ndarray
    weights: np.ndarray


def strength(
    behaviour: Behaviour, *, input_weights: np.ndarray | None = None, tolerance: float = 1e-10
) -> Strength:
    """Least mutual information I(X, Y, … : Λ) of the models of a behaviour.

    Any number of parties. input_weights: p(x, y, …), positive, uniform by default.
    tolerance: largest gap between the two sides, in bits.
    Raises ValueError for a table of more than :data:`MAX_CELLS` entries, weights that are no
    distribution of the settings or a tolerance outside [1e-14, 0.01], SolverError if the gap is
    not reached.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> bool(np.isclose(strength(behaviour_pr_box()).least.lower, np.log2(4 / 3)))
    True
    """
    behaviour = as_behaviour(behaviour)
    p = behaviour.table
    if p.size > MAX_CELLS:
        raise ValueError(
            f"Argument `behaviour` has {p.size} entries, but at most {MAX_CELLS} are allowed; use "
            "`link_strength` for CGLMP behaviours of this size."
        )
    tolerance = in_interval("tolerance", tolerance, 1e-14, 0.01)
    weights = input_distribution(input_weights, behaviour.settings, name="input_weights")
    share = np.broadcast_to(weights, p.shape).ravel()
    parents = tuple(INPUTS[: behaviour.parties])
    with renamed(outcomes="behaviour", settings="behaviour"):
        local = CausalModel(parents, behaviour.outcomes, behaviour.settings).matrix
    best = _interior_point(
        sp.diags_array(share) @ local, np.maximum(p.ravel(), 0) * share, tolerance
    )
    return Strength(best.least, best.witness.reshape(p.shape), best.weights)


def _interior_point(columns: sp.sparray, cells: np.ndarray, tolerance: float) -> Strength:
    """Minimise D(cells ‖ columns · weights) over the distributions `weights`.

    Maximises Σ cells log2 F over F ≥ 0 with columnsᵀ F ≤ 1 (each column adds up to 1) by
    primal-dual steps, without the cells that are rounding. Both sides are evaluated for
    all cells at feasible points, a trifle of the uniform point mixed in, so they hold
    whatever the steps do.
    """
    columns, on = sp.csr_array(columns), cells > 1e-14
    a, c, n = columns[on], cells[on], columns.shape[1]
    at = sp.csr_array(a.T)
    f = np.full(len(c), 0.5 / at.sum(axis=1).max())
    slack = 1 - at @ f  # carried along from here: near the end the difference is rounding
    weights = np.full(n, 1 / n)
    for _ in range(MAX_STEPS):
        mu = 0.3 * (weights @ slack) / n
        hessian = np.diag(c / f**2) + (a @ sp.diags_array(weights / slack) @ at).toarray()
        scale = 1 / np.sqrt(np.diag(hessian))
        hessian = hessian * scale * scale[:, None] + 1e-14 * np.eye(len(c))
        df = scale * np.linalg.solve(hessian, scale * (c / f - a @ (mu / slack)))
        ds = -(at @ df)
        dw = mu / slack - weights - weights / slack * ds
        moves = ((f, df), (slack, ds), (weights, dw))
        step = min(1.0, *(0.99 / max(1e-300, (-dz / z).max()) for z, dz in moves))
        f, slack, weights = (z + step * dz for z, dz in moves)

        share = tolerance / 10
        witness = np.full(len(cells), share)
        witness[on] += (1 - share) * f / (at @ f).max()
        mixture = (1 - share) * weights / weights.sum() + share / n
        lower = float((cells * np.log2(witness)).sum())
        upper = relative_entropy(cells, columns @ mixture)
        if upper - lower < tolerance:
            return Strength(TwoSided(lower, upper, upper, "upper"), witness, mixture)
    raise SolverError(f"Interior point: the gap is {upper - lower:.1e} after {MAX_STEPS} steps.")


def affine_witness(links: np.ndarray) -> np.ndarray:
    """The best witness of the form F(r) = 1 + g (c(r) − 1/2), c(r) = 1 − 2r/(d − 1).

    Shape (d,); 0 ≤ g ≤ 2/3 keeps it positive, and no strategy's mean exceeds 1, because
    Σ c(r_i) ≤ 2 is the CGLMP inequality. So Σ P log2 F bounds I from below for every d.
    links: the distribution P(r) of all four links.

    >>> bool(np.isclose(affine_witness([0.9, 0.1])[0], 0.9 / 0.75))
    True
    """
    from scipy.optimize import brentq

    p = check_links(links)
    e = 0.5 - 2 * np.arange(len(p)) / (len(p) - 1)

    def slope(g: float) -> float:
        return float((p * e / (1 + g * e)).sum())

    top = 2 / 3 * (1 - 1e-15)
    if slope(0) <= 0:
        return np.ones(len(p))
    g = top if slope(top) >= 0 else brentq(slope, 0, top, xtol=1e-16, rtol=1e-15)
    return 1 + g * e


def _mixture(links: np.ndarray, multisets: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights of the multisets whose mixture comes nearest to P(r), and its distance."""
    from scipy.optimize import nnls

    return nnls(_multiset_columns(multisets, len(links)).toarray(), links)


def _multiset_columns(multisets: np.ndarray, d: int) -> sp.csr_array:
    """Link distribution of every multiset, shape (d, n)."""
    n = len(multisets)
    entries = (np.full(4 * n, 0.25), (multisets.ravel(), np.repeat(np.arange(n), 4)))
    return sp.csr_array(entries, shape=(d, n))


def link_strength(links: np.ndarray) -> Strength:
    """:func:`strength` of ``behaviour_from_links(links)``, fast for any d.

    The witness is the affine one, and the local model mixes strategies with I_d = 2, for
    the CGLMP-optimal states as far as they have been computed. Where these do not meet
    (some noisy states with d ≥ 42) the interior point takes over, with all multisets.
    links: the distribution P(r). Raises ValueError for an array that is not one.

    >>> from nonlocality.foundations.cglmp import cglmp_quantum_maximum, quantum_links
    >>> best = link_strength(quantum_links(cglmp_quantum_maximum(2)[1]))
    >>> round(best.least.lower, 4), best.least.gap < 1e-12
    (0.0463, True)
    """
    p = check_links(links)
    d = len(p)
    witness = affine_witness(p)
    q = p / witness
    multisets = link_multisets(d, total=d - 1 if witness[0] > 1 else None)
    weights, _ = _mixture(q, multisets)
    weights = weights / weights.sum()
    lower = max(0.0, float(p @ np.log2(witness)))
    upper = max(lower, relative_entropy(p, _multiset_columns(multisets, d) @ weights))
    if upper - lower < 1e-9:
        return Strength(TwoSided(lower, upper, upper, "upper"), witness, weights)
    return _interior_point(_multiset_columns(link_multisets(d), d), p, 1e-10)


def information_from_value(i_d: float | np.ndarray) -> float | np.ndarray:
    """Least mutual information given I_d alone, in bits: D₂((4 + I_d)/8 ‖ 3/4) above I_d = 2.

    For every d, and attained by
    :func:`~nonlocality.causal_relaxations.dependence_of_links.optimal_model`.
    i_d: a number, or an array for one entry each. Raises ValueError
    for an I_d outside [−2, 4] (below −2 more than locality may be violated).

    >>> bool(information_from_value(4) == np.log2(4 / 3))
    True
    """
    won = (4 + np.maximum(2, in_intervals("i_d", i_d, -2, 4))) / 8
    bits = binary_divergence(won, 0.75)
    return bits if np.ndim(bits) else float(bits)


def binary_divergence(a: float | np.ndarray, b: float | np.ndarray) -> float | np.ndarray:
    """D₂(a ‖ b) = a log2(a/b) + (1 − a) log2((1 − a)/(1 − b)) in bits, entry by entry.

    Raises ValueError for an a outside [0, 1] or a b outside (0, 1), where it may be infinite.

    >>> binary_divergence(1.0, 0.5), binary_divergence([0.25, 1.0], 0.25).tolist()
    (1.0, [0.0, 2.0])
    """
    a, b = in_intervals("a", a, 0, 1), in_intervals("b", b, 0, 1)
    try:
        a, b = np.broadcast_arrays(a, b)
    except ValueError:
        raise ValueError(
            f"Arguments `a` and `b` must have shapes that fit, but have {np.shape(a)} and "
            f"{np.shape(b)}."
        ) from None
    if b.size and not 0 < b.min() <= b.max() < 1:
        raise ValueError(f"Argument `b` must lie in (0, 1), but holds {b.min():g} or {b.max():g}.")
    if b.size and min(b.min(), (1 - b).min()) < 1e-300:
        raise ValueError("Argument `b` must be larger than 1e-300, as must 1 - b.")
    bits = sum(x * np.log2(np.where(x > 0, x, y) / y) for x, y in ((a, b), (1 - a, 1 - b)))
    return bits if np.ndim(bits) else float(bits)


def pinsker_bound(m: float) -> float:
    """I ≥ M²/(2 ln 2) bits, Pinsker's inequality for the M of eq. (5) of arXiv:1411.4648.

    M is an ℓ₁ norm, which makes it half of the M² log2 e that is printed there.
    Raises ValueError for an M outside [0, 2].

    >>> float(round(pinsker_bound(0.25), 5))
    0.04508
    """
    return float(in_interval("m", m, 0, 2) ** 2 / (2 * np.log(2)))


def information_of_m_optimum(links: np.ndarray) -> float:
    """Least mutual information among the models of least M, in bits.

    Where least M is (I_d − 2)/4, only strategies with link values {0, 0, 0, d − 1} depend
    on the settings: with e = (I_d − 2)/8 and t = P(d − 1) their information is
    t log2(t/(t + e)) + (3t + 4e) log2((3t + 4e)/(3(t + e))).
    0 for a local behaviour. Raises ValueError where least M is larger than
    max[0, (I_d − 2)/4] (for the CGLMP-optimal states without noise: from d = 16).

    >>> from nonlocality.foundations.cglmp import cglmp_quantum_maximum, quantum_links
    >>> links = quantum_links(cglmp_quantum_maximum(2)[1])
    >>> bool(np.isclose(information_of_m_optimum(links), link_strength(links).least.lower))
    True
    """
    p = check_links(links)
    d = len(p)
    e = max(0.0, (cglmp_value_of_links(p) - 2) / 8)
    rest = p.copy()  # what is left when the deviations from p(λ)/4 are taken back
    rest[0] -= e
    rest[-1] += e
    if _mixture(rest, link_multisets(d, total=d - 1 if e else None))[1] > 1e-9:
        raise ValueError(
            "Argument `links` must be a distribution whose least M is max[0, (I_d - 2)/4], but "
            "it is larger."
        )
    t = p[-1]
    if not e:
        return 0.0
    return relative_entropy([t, 3 * t + 4 * e], [t + e, 3 * (t + e)])


def crossing(
    curve: Callable[[float], float], level: float, *, low: float = 0.0, high: float = 1.0
) -> float:
    """The visibility in [low, high] at which a continuous curve(v) meets a level.

    Raises ValueError if the level does not lie between the values at the two ends.

    >>> round(crossing(lambda v: v**2, 0.25), 12)
    0.5
    """
    from scipy.optimize import brentq

    ends = curve(low), curve(high)
    if not min(ends) <= level <= max(ends):
        raise ValueError(
            f"Argument `level` must lie between {ends[0]:.6g} and {ends[1]:.6g}, the values at "
            f"the ends of [{low:g}, {high:g}], but is {level:.6g}."
        )
    return float(brentq(lambda v: curve(v) - level, low, high, xtol=1e-13))
