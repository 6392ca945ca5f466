"""Assemblages: the states to which untrusted parties steer a trusted one.

Alice holds a quantum system that she trusts. Bob (and Charlie) choose settings y (and z) and
announce outcomes b (and c); σ_{bc|yz} is Alice's state times the probability p(bc|yz) of the
outcomes. Axes as for behaviours, then the matrix: ``elements[b, c, y, z, i, j]``, or
``elements[b, y, i, j]`` for Bob alone. Outcomes and settings count from 0.
"""

from collections.abc import Sequence

import numpy as np

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import (
    TOLERANCE,
    complex_array,
    in_interval,
    renamed,
    shown,
)
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z, check_measurement
from nonlocality.foundations.results import result

UNTRUSTED = ("Bob", "Charlie")


@result
class Assemblage:
    """A no-signalling assemblage, eqs. (2) and (4) of arXiv:1505.01430.

    elements: ``[b, y, i, j]`` or ``[b, c, y, z, i, j]``, positive matrices whose sum over the
    outcomes of one party does not depend on that party's setting, of trace 1 in total. Kept as
    a read-only copy, real if given real.
    Raises ValueError, beyond :data:`~nonlocality.foundations.checks.TOLERANCE`, naming the element
    that fails and by how much.

    >>> Assemblage([[[[1.0, 0], [0, 0]]], [[[0.5, 0], [0, -0.5]]]])
    Traceback (most recent call last):
    ...
    ValueError: Argument `elements` must be positive, but σ_{1|0} has the eigenvalue -0.5.
    """

    elements: np.ndarray

    def __post_init__(self) -> None:
        """Check the elements and keep a read-only copy."""
        array = complex_array("elements", self.elements)
        array = array.astype(complex if np.iscomplexobj(array) else float)
        if array.ndim not in (4, 6) or array.shape[-1] != array.shape[-2] or not array.size:
            raise ValueError(
                "Argument `elements` must have shape (b, y, d, d) or (b, c, y, z, d, d), none of "
                f"them 0, but has shape {array.shape}."
            )
        array.flags.writeable = False
        object.__setattr__(self, "elements", array)
        skew = np.abs(array - array.conj().swapaxes(-1, -2)).max(axis=(-1, -2))
        worst = np.unravel_index(skew.argmax(), skew.shape)
        if skew[worst] > TOLERANCE:
            raise ValueError(
                f"Argument `elements` must be Hermitian, but {self._name(worst)} misses that by "
                f"{skew[worst]:.3g}."
            )
        lowest = np.linalg.eigvalsh(array)[..., 0]
        worst = np.unravel_index(lowest.argmin(), lowest.shape)
        if lowest[worst] < -TOLERANCE:
            raise ValueError(
                f"Argument `elements` must be positive, but {self._name(worst)} has the "
                f"eigenvalue {lowest[worst]:.3g}."
            )
        for party in range(self.parties):
            sums = array.sum(axis=party, keepdims=True)
            setting = self.parties + party
            spread = np.abs(sums - sums.take([0], axis=setting)).max(axis=(-1, -2))
            worst = np.unravel_index(spread.argmax(), spread.shape)
            if spread[worst] > TOLERANCE:
                raise ValueError(
                    "Argument `elements` must be no-signalling, but the sum over the outcomes of "
                    f"{UNTRUSTED[party]} of {self._name(worst, summed=party)} differs from that "
                    f"for his setting 0 by {spread[worst]:.3g}. (If they were rounded: "
                    "assemblage_minimal takes the independent ones.)"
                )
        trace = np.trace(self.reduced).real
        if abs(trace - 1) > TOLERANCE:
            raise ValueError(
                f"Argument `elements` must add up to a state of trace 1, but its trace is "
                f"{trace:.12g}."
            )

    def _name(self, place: Sequence[int], *, summed: int | None = None) -> str:
        """The element at a place, such as σ_{01|10}; "·" for an outcome that is summed over."""
        signs = ["·" if k == summed else str(int(i)) for k, i in enumerate(place)]
        return f"σ_{{{''.join(signs[: self.parties])}|{''.join(signs[self.parties :])}}}"

    @property
    def parties(self) -> int:
        """Number of untrusted parties, 1 or 2."""
        return self.elements.ndim // 2 - 1

    @property
    def outcomes(self) -> tuple[int, ...]:
        """Number of outcomes of each untrusted party."""
        return self.elements.shape[: self.parties]

    @property
    def settings(self) -> tuple[int, ...]:
        """Number of settings of each untrusted party."""
        return self.elements.shape[self.parties : 2 * self.parties]

    @property
    def dimension(self) -> int:
        """Dimension d of Alice's system."""
        return self.elements.shape[-1]

    @property
    def reduced(self) -> np.ndarray:
        """Alice's state ρ_A, shape (d, d)."""
        first = (slice(None),) * self.parties + (0,) * self.parties
        return self.elements[first].sum(axis=tuple(range(self.parties)))

    def marginal(self, party: int) -> "Assemblage":
        """What one untrusted party (0 is Bob, 1 is Charlie) steers to, eqs. (4b) and (4c).

        Raises ValueError for a party that does not exist.

        >>> from nonlocality.postquantum_steering.assemblage_models import assemblage_product
        >>> from nonlocality.foundations.behaviours import behaviour_pr_box
        >>> pr_box = assemblage_product(behaviour_pr_box(), np.eye(2) / 2)
        >>> pr_box.marginal(0).elements[0, 1]
        array([[0.25, 0.  ],
               [0.  , 0.25]])
        """
        if party not in range(self.parties):
            raise ValueError(
                f"Argument `party` must be from 0 to {self.parties - 1}, but is {shown(party)}."
            )
        if self.parties == 1:
            return self
        summed = self.elements.sum(axis=1 - party)
        return Assemblage(summed.take(0, axis=2 - party))

    def behaviour(self) -> Behaviour:
        """The probabilities p(b|y) or p(bc|yz) of the untrusted parties: the traces."""
        return Behaviour(np.trace(self.elements, axis1=-2, axis2=-1).real)

    def measured(self, measurement: np.ndarray) -> Behaviour:
        """Behaviour p(abc|xyz) = tr(E_{a|x} σ_{bc|yz}) of Alice's measurements ``[x, a, i, j]``.

        Raises ValueError for a measurement of another dimension.

        >>> from nonlocality.postquantum_steering.assemblage_models import assemblage_product
        >>> from nonlocality.foundations.behaviours import behaviour_pr_box
        >>> pr_box = assemblage_product(behaviour_pr_box(), np.diag([0.75, 0.25]))
        >>> pr_box.measured(np.eye(2)[None, :, :, None] * np.eye(2)).marginal(0).ravel()
        array([0.75, 0.25])
        """
        effects = check_measurement("measurement", measurement)
        if effects.shape[-1] != self.dimension:
            raise ValueError(
                f"Argument `measurement` must have dimension {self.dimension}, but has "
                f"{effects.shape[-1]}."
            )
        table = np.tensordot(effects, self.elements, axes=((2, 3), (-1, -2))).real
        return Behaviour(np.moveaxis(table, 0, 1 + self.parties))

    def mix(self, other: "Assemblage", *, weight: float) -> "Assemblage":
        """`weight` times this assemblage plus (1 − `weight`) times the other.

        Raises ValueError for a weight outside [0, 1] or another scenario.
        """
        weight = in_interval("weight", weight, 0, 1)
        if not isinstance(other, Assemblage) or other.elements.shape != self.elements.shape:
            shape = getattr(getattr(other, "elements", None), "shape", type(other).__name__)
            raise ValueError(
                f"Argument `other` must be an assemblage of shape {self.elements.shape}, but is "
                f"{shape}."
            )
        return Assemblage(weight * self.elements + (1 - weight) * other.elements)

    def with_noise(self, *, visibility: float) -> "Assemblage":
        """Mixed with white noise: v σ + (1 − v) 𝟙/(kd), k the number of outcomes in all.

        Raises ValueError for a visibility outside [0, 1].

        >>> from nonlocality.postquantum_steering.assemblage_models import assemblage_product
        >>> from nonlocality.foundations.behaviours import behaviour_pr_box
        >>> pr_box = assemblage_product(behaviour_pr_box(), np.diag([1.0, 0.0]))
        >>> pr_box.with_noise(visibility=0.5).elements[0, 0, 0, 0]
        array([[0.3125, 0.    ],
               [0.    , 0.0625]])
        """
        with renamed(weight="visibility"):
            return self.mix(assemblage_white_noise(self), weight=visibility)

    def depolarised(self, *, visibility: float) -> "Assemblage":
        """Noise on Alice's side only: μ σ + (1 − μ) tr(σ) 𝟙/d, eq. (40) of arXiv:1505.01430.

        Raises ValueError for a visibility outside [0, 1].

        >>> sent = Assemblage(np.array([np.diag([0.5, 0]), np.diag([0, 0.5])])[:, None])
        >>> sent.depolarised(visibility=0.5).elements[0, 0].diagonal().tolist()
        [0.375, 0.125]
        """
        mu = in_interval("visibility", visibility, 0, 1)
        traces = np.trace(self.elements, axis1=-2, axis2=-1)[..., None, None]
        unit = np.eye(self.dimension) / self.dimension
        return Assemblage(mu * self.elements + (1 - mu) * traces * unit)


def assemblage_white_noise(like: Assemblage) -> Assemblage:
    """The assemblage of `like`'s shape whose elements are all the same multiple of 𝟙."""
    unit = np.eye(like.dimension) / (like.dimension * np.prod(like.outcomes))
    return Assemblage(np.broadcast_to(unit, like.elements.shape))


def bloch_vector(matrix: np.ndarray) -> np.ndarray:
    """(x, y, z) of a qubit state, normalised or not: tr(X ρ), tr(Y ρ), tr(Z ρ) over tr(ρ).

    matrix: ``[…, 2, 2]``, of positive trace; returns ``[…, 3]``.
    Raises ValueError for another shape or a trace that is not positive.

    >>> bloch_vector(np.diag([0.5, 0.0]))
    array([0., 0., 1.])
    """
    array = complex_array("matrix", matrix)
    if array.shape[-2:] != (2, 2):
        raise ValueError(f"Argument `matrix` must have shape (…, 2, 2), but has {array.shape}.")
    traces = np.trace(array, axis1=-2, axis2=-1).real
    if traces.min() <= 0:
        raise ValueError(
            f"Argument `matrix` must have a positive trace, but has one of {traces.min():.3g}."
        )
    paulis = np.array([PAULI_X, PAULI_Y, PAULI_Z])
    return np.einsum("...ij,kji->...k", array, paulis).real / traces[..., None]


def with_silent_charlie(assemblage: Assemblage) -> Assemblage:
    """The same assemblage with two untrusted parties: a Charlie of one setting and one outcome.

    With two untrusted parties it is returned as it is.
    Raises ValueError for anything but an assemblage.

    >>> with_silent_charlie(Assemblage(np.full((1, 1, 2, 2), 0.5))).outcomes
    (1, 1)
    """
    if not isinstance(assemblage, Assemblage):
        raise ValueError(
            f"Argument `assemblage` must be an Assemblage, but is {type(assemblage).__name__}."
        )
    if assemblage.parties == 2:
        return assemblage
    return Assemblage(assemblage.elements[:, None, :, None])


def deterministic_strategies(assemblage: Assemblage) -> np.ndarray:
    """All D_λ(bc|yz) of Bob and Charlie as zeros and ones, ``[b, c, y, z, λ]``.

    λ runs over Bob's outcomes for y = 0, 1, …, then Charlie's, the last one fastest. With one
    untrusted party Charlie is one who has one setting and one outcome.
    Raises ValueError for anything but an assemblage.
    """
    assemblage = with_silent_charlie(assemblage)
    outcomes, settings = assemblage.outcomes, assemblage.settings
    plays = np.array(list(np.ndindex(*np.repeat(outcomes, settings))))
    bob, charlie = plays[:, : settings[0]], plays[:, settings[0] :]
    b = bob.T[None] == np.arange(outcomes[0])[:, None, None]
    c = charlie.T[None] == np.arange(outcomes[1])[:, None, None]
    return (b[:, None, :, None] & c[None, :, None, :]).astype(float)
