"""Assemblages: the states to which untrusted parties steer a trusted one.

Alice holds a quantum system that she trusts. Bob (and Charlie) choose settings y (and z) and
announce outcomes b (and c); σ_{bc|yz} is Alice's state times the probability p(bc|yz) of the
outcomes. Axes as for behaviours, then the matrix: ``elements[b, c, y, z, i, j]``, or
``elements[b, y, i, j]`` for Bob alone. Outcomes and settings count from 0.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from nonlocality.foundations.behaviours import (
    Behaviour,
    as_behaviour,
    as_behaviours,
    behaviour_quantum,
)
from nonlocality.foundations.checks import (
    TOLERANCE,
    check_memory,
    complex_array,
    counts,
    finite_array,
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
        """
        mu = in_interval("visibility", visibility, 0, 1)
        traces = np.trace(self.elements, axis1=-2, axis2=-1)[..., None, None]
        unit = np.eye(self.dimension) / self.dimension
        return Assemblage(mu * self.elements + (1 - mu) * traces * unit)


def assemblage_white_noise(like: Assemblage) -> Assemblage:
    """The assemblage of `like`'s shape whose elements are all the same multiple of 𝟙."""
    unit = np.eye(like.dimension) / (like.dimension * np.prod(like.outcomes))
    return Assemblage(np.broadcast_to(unit, like.elements.shape))


def assemblage_product(behaviour: Behaviour, state: np.ndarray) -> Assemblage:
    """σ_{bc|yz} = p(bc|yz) ρ: Alice's state does not depend on the others.

    Raises ValueError for a behaviour that signals or a state that is none.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> assemblage_product(behaviour_pr_box(), np.eye(2) / 2).elements[0, 0, 1, 0]
    array([[0.25, 0.  ],
           [0.  , 0.25]])
    """
    behaviour = as_behaviour(behaviour)
    with renamed(elements="state"):
        return Assemblage(np.multiply.outer(behaviour.table, complex_array("state", state)))


def assemblage_quantum(
    state: np.ndarray, measurements: Sequence[np.ndarray], *, dimension: int
) -> Assemblage:
    """The assemblage of a state under local measurements, eqs. (1) and (3) of arXiv:1505.01430.

    state: density matrix, shape (D, D), or vector (D,), on Alice's space of the given dimension
    and then the others' in order. measurements: for each untrusted party ``[y, b, i, j]``; their
    dimensions and `dimension` multiply to D.
    Raises ValueError for a state that is not a state or measurements that do not fit.

    >>> from nonlocality.foundations.quantum import bell_states, measurement_in_basis
    >>> z_basis = measurement_in_basis(np.eye(2))
    >>> assemblage_quantum(bell_states()[0], [z_basis], dimension=2).elements[1, 0]
    array([[0. , 0. ],
           [0. , 0.5]])
    """
    povms = [check_measurement(f"measurements[{k}]", m) for k, m in enumerate(measurements)]
    if not 1 <= len(povms) <= len(UNTRUSTED):
        raise ValueError(f"Argument `measurements` must hold 1 or 2, but holds {len(povms)}.")
    (dimension,) = counts("dimension", (dimension,))
    check_memory("dimension", dimension**2)
    behaviour_quantum(state, [np.eye(dimension)[None, None], *povms])  # refuses what is no state
    rho = complex_array("state", state)
    rho = np.outer(rho, rho.conj()) if rho.ndim == 1 else rho
    dims = [dimension, *(m.shape[2] for m in povms)]
    tensor = rho.reshape(dims * 2)  # row indices, column indices
    n = len(povms)
    for k, povm in enumerate(povms):
        # contract row i and column j of the party after Alice with M[y, b, j, i]
        tensor = np.tensordot(tensor, povm, axes=((1, n - k + 2), (3, 2)))
    order = [3 + 2 * k for k in range(n)] + [2 + 2 * k for k in range(n)]
    return Assemblage(tensor.transpose(*order, 0, 1))


def assemblage_minimal(
    *, reduced: np.ndarray, bob: np.ndarray, charlie: np.ndarray, joint: np.ndarray
) -> Assemblage:
    """Two outcomes each, from ρ_A, σ_{0|y}, σ_{0|z} and σ_{00|yz} (App. E of arXiv:1505.01430).

    reduced: (d, d). bob: ``[y, i, j]``. charlie: ``[z, i, j]``. joint: ``[y, z, i, j]``. The
    others follow: σ_{01|yz} = σ_{0|y} − σ_{00|yz}, and so on.
    Raises ValueError for shapes that do not fit, and as :class:`Assemblage`.

    >>> half = np.eye(2) / 2
    >>> copied = assemblage_minimal(
    ...     reduced=half, bob=[half, half / 2], charlie=[half], joint=[[half], [half / 2]]
    ... )
    >>> copied.behaviour().table[:, 0, 1, 0]
    array([0.5, 0.5])
    """
    rho = complex_array("reduced", reduced)
    bob, charlie = complex_array("bob", bob), complex_array("charlie", charlie)
    joint = complex_array("joint", joint)
    if (
        rho.ndim != 2
        or bob.shape[1:] != rho.shape
        or charlie.shape[1:] != rho.shape
        or joint.shape != (len(bob), len(charlie), *rho.shape)
    ):
        raise ValueError(
            "Arguments `reduced`, `bob`, `charlie`, `joint` must have shapes (d, d), (y, d, d), "
            f"(z, d, d), (y, z, d, d), but have {rho.shape}, {bob.shape}, {charlie.shape}, "
            f"{joint.shape}."
        )
    left, right = bob[:, None], charlie[None, :]
    rows = [[joint, left - joint], [right - joint, rho - left - right + joint]]
    with renamed(elements="reduced, bob, charlie, joint"):
        return Assemblage(np.array(rows))


def read_symmetric_table(
    table: tuple[Sequence[str], Sequence[Sequence[Fraction]]],
) -> dict[str, np.ndarray]:
    """A minimal representation that does not change when Bob and Charlie swap, as printed.

    table: heads and rows, as :func:`nonlocality.book.ledger.printed_table` gives them: row (i, j)
    has these indices and then that entry of ρ_A, of σ_{0|y} for each y, and of σ_{00|yz} for the
    pairs y ≥ z in the order 00, 10, 11, 20, …; or of the operators F in their place. Returns
    "reduced", "bob", "charlie", "joint" of :func:`assemblage_minimal`, the entries as exact as
    they were given (dtype object).
    Raises ValueError where the rows do not fill square matrices.

    >>> head = ["i", "j", "rho_a", "sigma_b_0_0", "sigma_00_00"]
    >>> read_symmetric_table((head, [[0, 0, Fraction(1), Fraction(1, 2), Fraction(1, 3)]]))["joint"]
    array([[[[Fraction(1, 3)]]]], dtype=object)
    """
    try:
        head, rows = table
        head, rows = list(head), [list(row) for row in rows]
    except (TypeError, ValueError):
        raise ValueError(
            f"Argument `table` must be a list of heads and a list of rows, but is {shown(table)}."
        ) from None
    columns, size = len(head) - 2, round(len(rows) ** 0.5)
    settings = round(((8 * columns + 1) ** 0.5 - 3) / 2)  # 1 + m + m(m + 1)/2 columns
    if (settings + 1) * (settings + 2) != 2 * columns or settings < 1:
        raise ValueError(f"Argument `table` must have 5, 8, 12, … columns, but has {len(head)}.")
    places = [tuple(row[:2]) for row in rows]
    if places != list(np.ndindex(size, size)) or any(len(row) != len(head) for row in rows):
        raise ValueError(
            f"Argument `table` must have a row for each entry (i, j) in order, but has "
            f"{shown(places)}."
        )
    members = np.array([list(row[2:]) for row in rows], dtype=object).T.reshape(-1, size, size)
    bob, pairs = members[1 : settings + 1], members[settings + 1 :]
    order = [
        [max(y, z) * (max(y, z) + 1) // 2 + min(y, z) for z in range(settings)]
        for y in range(settings)
    ]
    return {"reduced": members[0], "bob": bob, "charlie": bob, "joint": pairs[order]}


def assemblage_of_table(
    table: tuple[Sequence[str], Sequence[Sequence[Fraction]]],
) -> Assemblage:
    """The assemblage of a printed table such as Table I of arXiv:1505.01430.

    table: as :func:`read_symmetric_table`. Raises ValueError as that and :class:`Assemblage`.

    >>> head = ["i", "j", "rho_a", "sigma_b_0_0", "sigma_00_00"]
    >>> assemblage_of_table((head, [[0, 0, 1, 0.5, 0.25]])).behaviour().table[1, 1, 0, 0]
    np.float64(0.25)
    """
    members = read_symmetric_table(table)
    return assemblage_minimal(**{name: m.astype(float) for name, m in members.items()})


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


def assemblage_classical(
    behaviours: Sequence[Behaviour], *, weights: Sequence[float]
) -> Assemblage:
    """A classical Alice: a register holds a, and Bob and Charlie play the a-th behaviour.

    σ_{bc|yz} = Σ_a w_a p_a(bc|yz) |a⟩⟨a|. behaviours: one for each a, of one or two parties and
    the same shape. weights: w_a ≥ 0, adding up to 1. What Bob and Charlie see without Alice is the
    mixture Σ_a w_a p_a; with her it is each p_a. So the mixture may be quantum, or even local, and
    the assemblage not (the middle notion of arXiv:1505.01430, before "In what follows we will
    outline a method").
    Raises ValueError for weights that are no distribution, and for shapes that differ.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> pr_box = behaviour_pr_box()
    >>> other = Behaviour(pr_box.table[::-1])  # b is flipped
    >>> mixture = assemblage_classical([pr_box, other], weights=[0.5, 0.5])
    >>> mixture.behaviour().table.min(), mixture.behaviour().table.max()
    (np.float64(0.25), np.float64(0.25))
    """
    shares = finite_array("weights", weights)
    if shares.ndim != 1 or shares.min(initial=1) < 0 or abs(shares.sum() - 1) > TOLERANCE:
        raise ValueError(
            f"Argument `weights` must hold numbers of at least 0 that add up to 1, but holds "
            f"{shares.tolist()}."
        )
    tables = [behaviour.table for behaviour in as_behaviours(behaviours)]
    if len(tables) != len(shares) or len({table.shape for table in tables}) != 1:
        raise ValueError(
            f"Argument `behaviours` must hold {len(shares)} behaviours of one shape, one a weight, "
            f"but holds shapes {[table.shape for table in tables]}."
        )
    weighted = np.array([w * table for w, table in zip(shares, tables, strict=True)])
    return Assemblage(np.moveaxis(weighted, 0, -1)[..., None] * np.eye(len(shares)))


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


def minimal_coordinates(table: np.ndarray) -> np.ndarray:
    """Independent entries of a no-signalling table ``[b, c, y, z, k]``, one row each.

    The sum, the marginals of Bob and of Charlie, the table, without the last outcomes:
    (1 + m(o − 1))(1 + m'(o' − 1)) rows for m, m' settings and o, o' outcomes.
    """
    columns = table.shape[-1]
    bob, charlie = table.sum(axis=1)[:-1, :, 0], table.sum(axis=0)[:-1, 0]
    parts = [table[:, :, 0, 0].sum(axis=(0, 1)), bob, charlie, table[:-1, :-1]]
    return np.concatenate([part.reshape(-1, columns) for part in parts])
