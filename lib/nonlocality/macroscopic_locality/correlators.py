"""Two settings, two outcomes: macroscopic locality from correlators alone.

Correlators E_xy = ⟨A_x B_y⟩ and one-point correlators E_x, E_y of ±1-valued outcomes (outcome 0
counts +1). Arrays: ``correlators[..., x, y]``, ``alice[..., x]``, ``bob[..., y]``; leading axes
hold many behaviours at once.

A table of correlators is quantum exactly if unit vectors have it as scalar products
(Tsirelson), that is, if its norm γ₂ is at most 1: γ₂(E) is the smallest t for which the matrix
with t on its diagonal, E in its off-diagonal block and anything elsewhere can be made positive
semidefinite. A behaviour of two settings and outcomes is macroscopically local exactly if this
holds for the correlations of its intensities, Ẽ of eq. (11) of arXiv:0907.0372.
"""

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviour, check_two_parties
from nonlocality.foundations.checks import TOLERANCE, counts, finite_array
from nonlocality.foundations.forms import (
    behaviour_from_correlators,
    check_correlators,
    one_point_correlators,
)
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory


def observable_correlators(
    behaviour: Behaviour, *, alice: np.ndarray, bob: np.ndarray
) -> np.ndarray:
    """E_xy = Σ_ab P(ab|xy) O_x(a) O_y(b): eq. (8) of arXiv:0907.0372, for any outcomes.

    alice: the numbers O_x(a), shape (m_x, o_A), each in [−1, 1]. bob: likewise. Returns shape
    (m_x, m_y). For macroscopically local behaviours they are quantum correlators (App. C).
    Raises ValueError for numbers outside [−1, 1] or other shapes, and a signalling behaviour.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> signs = [[1, -1], [1, -1]]
    >>> observable_correlators(behaviour_pr_box(), alice=signs, bob=signs).tolist()
    [[1.0, 1.0], [1.0, -1.0]]
    """
    behaviour = check_two_parties("behaviour", behaviour)
    values = []
    for k, (name, given) in enumerate((("alice", alice), ("bob", bob))):
        shape = (behaviour.settings[k], behaviour.outcomes[k])
        array = finite_array(name, given)
        if array.shape != shape:
            raise ValueError(f"Argument `{name}` must have shape {shape}, but has {array.shape}.")
        if np.abs(array).max() > 1 + TOLERANCE:
            raise ValueError(
                f"Argument `{name}` must lie in [-1, 1], but holds ±{np.abs(array).max():.12g}."
            )
        values.append(array)
    return np.einsum("abxy,xa,yb->xy", behaviour.table, *values)


def normalised_correlators(
    correlators: np.ndarray, *, alice: np.ndarray, bob: np.ndarray
) -> np.ndarray:
    """Ẽ_xy = (E_xy − E_x E_y) / √((1 − E_x²)(1 − E_y²)), below eq. (11) of arXiv:0907.0372.

    They are the correlations of the macroscopic intensities. Where an outcome is certain
    (E = ±1) its intensity does not fluctuate: the quotient reads 0/0, and 0 is the value that
    keeps eq. (11) exact, since a row of zeros in a covariance matrix may be left out.
    Raises ValueError for numbers outside [−1, 1].

    >>> normalised_correlators([[0.5, 0.5], [1.0, 1.0]], alice=[0.5, 1.0], bob=[1.0, 1.0])
    array([[0., 0.],
           [0., 0.]])
    """
    e = check_correlators("correlators", correlators)
    e_x = check_correlators("alice", finite_array("alice", alice)[..., None])
    e_y = check_correlators("bob", np.atleast_1d(finite_array("bob", bob))[..., None, :])
    try:
        np.broadcast_shapes(e.shape, e_x.shape, e_y.shape)
    except ValueError:
        raise ValueError(
            "Arguments `correlators`, `alice`, `bob` must have shapes (m, n), (m,), (n,), but have "
            f"{e.shape}, {np.shape(alice)}, {np.shape(bob)}."
        ) from None
    covariance = e - e_x * e_y
    variance = (1 - e_x**2) * (1 - e_y**2)
    constant = np.broadcast_to((1 - e_x**2 <= TOLERANCE) | (1 - e_y**2 <= TOLERANCE), e.shape)
    quotient = np.divide(covariance, np.sqrt(variance), where=~constant, out=np.zeros(e.shape))
    return np.clip(quotient, -1, 1)  # Cauchy and Schwarz; beyond it is rounding


def tlm_excess(correlators: np.ndarray) -> np.ndarray:
    """Largest left side of the Tsirelson–Landau–Masanes inequalities, minus π; ≤ 0 if they hold.

    max over (x', y') of |Σ_xy arcsin E_xy − 2 arcsin E_x'y'| − π, eq. (10) of arXiv:0907.0372;
    with the normalised correlators it is eq. (11). correlators: shape (..., 2, 2); returns
    shape (...). Raises ValueError for another shape or numbers outside [−1, 1].

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> float(tlm_excess(behaviour_pr_box().correlators()) / np.pi)
    1.0
    """
    angles = np.arcsin(check_correlators("correlators", correlators, square=True))
    sums = angles.sum(axis=(-2, -1), keepdims=True) - 2 * angles
    return np.abs(sums).max(axis=(-2, -1)) - np.pi


def gamma2_norm_two_settings(correlators: np.ndarray) -> np.ndarray:
    """γ₂ of 2 × 2 tables in closed form; at most 1 exactly for quantum correlators.

    With the scalar product of Alice's two vectors as chord, the cycle of four falls into two
    triangles; both can be completed at scale t where |P − Q| is at most
    √((t² − E_00²)(t² − E_10²)) + √((t² − E_01²)(t² − E_11²)), with P = E_00 E_10 and
    Q = E_01 E_11. Either this holds at t = max |E_xy|, which is then the norm, or equality holds
    at t² = 4 (P − Q)(P B − Q A) / (4 (P − Q)² − (A − B)²), where A = E_00² + E_10² and
    B = E_01² + E_11². No eigenvalue is computed.
    correlators: shape (..., 2, 2), in [−1, 1]; returns shape (...).

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> round(float(gamma2_norm_two_settings(behaviour_pr_box().correlators())) ** 2, 12)
    2.0
    """
    e = check_correlators("correlators", correlators, square=True)
    largest = np.abs(e).max(axis=(-2, -1))
    scaled = e / np.where(largest > 0, largest, 1)[..., None, None]
    p, q = np.moveaxis(scaled[..., 0, :] * scaled[..., 1, :], -1, 0)
    a, b = np.moveaxis((scaled**2).sum(axis=-2), -1, 0)
    root = np.sqrt(np.maximum(1 - scaled**2, 0)).prod(axis=-2).sum(axis=-1)
    tight = np.abs(p - q) > root + 1e-15
    below = np.where(tight, 4 * (p - q) ** 2 - (a - b) ** 2, 1)
    square = np.where(tight, 4 * (p - q) * (p * b - q * a) / below, 1)
    return largest * np.sqrt(np.maximum(square, 1))


def macroscopic_margin(
    correlators: np.ndarray, *, alice: np.ndarray | None = None, bob: np.ndarray | None = None
) -> np.ndarray:
    """1 − γ₂(Ẽ): not negative exactly if the intensities have a joint distribution.

    It is the largest smallest eigenvalue that the two free entries allow in the covariance
    matrix of the four intensities Ī_Z = Ī_(+|Z) − Ī_(−|Z), scaled to unit variance. (Subtract
    the margin from the diagonal and rescale: what remains is a unit diagonal and Ẽ/γ₂.)
    A behaviour (with probabilities that are not negative) is macroscopically local exactly if
    its margin is not negative: eq. (11) of arXiv:0907.0372.
    alice, bob: one-point correlators, 0 if not given. Shapes (..., 2, 2) and (..., 2).

    >>> from nonlocality.foundations.born import behaviour_tsirelson
    >>> bool(abs(macroscopic_margin(behaviour_tsirelson().correlators())) < 1e-15)
    True
    """
    e = check_correlators("correlators", correlators, square=True)
    if alice is not None or bob is not None:
        zero = np.zeros(2)
        e = normalised_correlators(
            e, alice=zero if alice is None else alice, bob=zero if bob is None else bob
        )
    return 1 - gamma2_norm_two_settings(e)


def margin_of(behaviour: Behaviour) -> float:
    """:func:`macroscopic_margin` of a no-signalling behaviour of two settings and outcomes.

    Raises ValueError for another scenario or a signalling behaviour.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> round(margin_of(behaviour_pr_box()), 12)
    -0.414213562373
    """
    behaviour = as_behaviour(behaviour)
    alice, bob = one_point_correlators(behaviour)
    return float(macroscopic_margin(behaviour.correlators(), alice=alice, bob=bob))


@result
class CorrelatorSample:
    """Many behaviours of two settings and outcomes by their eight correlators.

    correlators: shape (n, 2, 2). alice, bob: shape (n, 2).

    >>> sample = uniform_no_signalling(5, rng=np.random.default_rng(0))
    >>> sample.correlators.shape, sample.behaviour(0).settings
    ((5, 2, 2), (2, 2))
    """

    correlators: np.ndarray
    alice: np.ndarray
    bob: np.ndarray

    def behaviour(self, k: int) -> Behaviour:
        """The behaviour number k."""
        return behaviour_from_correlators(self.correlators[k], alice=self.alice[k], bob=self.bob[k])


def uniform_no_signalling(size: int, *, rng: np.random.Generator) -> CorrelatorSample:
    """Independent uniform points of the no-signalling polytope, by exact rejection.

    Given the one-point correlators, each E_xy is uniform between |E_x + E_y| − 1 and
    1 − |E_x − E_y|, an interval of length 2 (1 − max(|E_x|, |E_y|)); so the one-point correlators
    have a density that is the product of the four lengths.
    Raises ValueError for a size that is not a positive integer.

    >>> sample = uniform_no_signalling(100, rng=np.random.default_rng(0))
    >>> bool(min(sample.behaviour(k).table.min() for k in range(100)) >= 0)
    True
    """
    (size,) = counts("size", (size,))
    require_memory("size", 2048 * max(size, 63))  # 16 points drawn for one, four arrays of four
    kept, found = [np.zeros((0, 4))], 0
    while found < size:
        points = rng.uniform(-1, 1, size=(max(1000, 16 * (size - found)), 4))
        magnitude = np.abs(points)
        length = 1 - np.maximum(magnitude[:, :2, None], magnitude[:, None, 2:])
        kept.append(points[rng.uniform(size=len(points)) < length.prod(axis=(1, 2))])
        found += len(kept[-1])
    one = np.concatenate(kept)[:size]
    alice, bob = one[:, :2], one[:, 2:]
    low = np.abs(alice[:, :, None] + bob[:, None, :]) - 1
    high = 1 - np.abs(alice[:, :, None] - bob[:, None, :])
    return CorrelatorSample(low + rng.uniform(size=(size, 2, 2)) * (high - low), alice, bob)
