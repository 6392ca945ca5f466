"""Behaviours: the tables p(ab…|xy…) that everything else is about.

Axes: outputs first, then inputs, in party order, as in ``p[a, b, x, y]``. Outcomes and
settings count from 0.
"""

from collections.abc import Sequence
from numbers import Integral

import numpy as np

from nonlocality.foundations.checks import TOLERANCE, counts, finite_array, in_interval
from nonlocality.foundations.results import result

ROUNDING = 1e-3
"""How far from 1 a sum of printed probabilities may be and still count as rounded."""

INPUTS, OUTPUTS, PARTIES = "xyzw", "abcd", ("Alice", "Bob", "Charlie", "Dave")


class PartyTable:
    """The scenario of a table ``[a, b, …, x, y, …]``, read off its shape."""

    table: np.ndarray

    @property
    def parties(self) -> int:
        """Number of parties."""
        return self.table.ndim // 2

    @property
    def outcomes(self) -> tuple[int, ...]:
        """Number of outcomes of each party."""
        return self.table.shape[: self.parties]

    @property
    def settings(self) -> tuple[int, ...]:
        """Number of settings of each party."""
        return self.table.shape[self.parties :]


@result
class Behaviour(PartyTable):
    """Conditional probabilities ``table[a, b, …, x, y, …]``, positive and normalised.

    Its parties, outcomes and settings are those of :class:`PartyTable`.

    Raises ValueError for a table with an odd number of axes, a NaN, a negative entry or an
    input whose probabilities do not sum to 1 (to within
    :data:`~nonlocality.foundations.checks.TOLERANCE`).

    >>> behaviour_pr_box().table[:, :, 1, 1]
    array([[0. , 0.5],
           [0.5, 0. ]])
    >>> Behaviour([[-0.5, 0.5], [1.5, 0.5]])
    Traceback (most recent call last):
    ...
    ValueError: Argument `table` must not be negative, but its entry (0, 0) is -0.5.
    """

    table: np.ndarray

    def __post_init__(self) -> None:
        """Check the table and keep a read-only copy."""
        table = check_table("table", self.table)
        table.flags.writeable = False
        object.__setattr__(self, "table", table)

    def signalling(self) -> tuple[float, ...]:
        """How far each party's setting can shift a probability of the other parties.

        One number a sender, all 0 for a no-signalling behaviour.

        >>> behaviour_pr_box().signalling()
        (0.0, 0.0)
        """
        n = self.parties
        return tuple(
            float(np.ptp(self.table.sum(axis=k), axis=n - 1 + k).max(initial=0)) for k in range(n)
        )

    def _check_parties(self, name: str, parties: tuple[int, ...]) -> None:
        """Raise ValueError for numbers that are no parties."""
        if not all(isinstance(k, Integral) and 0 <= k < self.parties for k in parties):
            raise ValueError(
                f"Argument `{name}` must hold integers from 0 to {self.parties - 1}, but is "
                f"{parties}."
            )

    def require_no_signalling(self, *senders: int, name: str = "behaviour") -> None:
        """Raise ValueError if a setting of these parties (default: all) shows elsewhere.

        name: of the argument that the message blames.
        """
        self._check_parties("senders", senders)
        amounts = self.signalling()
        sender = max(senders or range(self.parties), key=lambda k: amounts[k])
        if amounts[sender] > TOLERANCE:
            ways = (
                " Rounded numbers: `normalised_behaviour(table, no_signalling=True)`; counts: "
                "`nonlocality.experiments`."
            )
            raise ValueError(
                f"Argument `{name}` must be no-signalling, but the setting {INPUTS[sender]} "
                f"of {PARTIES[sender]} shifts a probability of the other parties by "
                f"{amounts[sender]:.3g}." + (ways if amounts[sender] <= ROUNDING else "")
            )

    def marginal(self, *parties: int) -> np.ndarray:
        """The behaviour of some parties alone, ``[outputs…, inputs…]`` in the order given.

        Raises ValueError for a signalling behaviour, whose marginals are not defined, and for
        parties that do not exist or are named twice.

        >>> behaviour_pr_box().marginal(0)
        array([[0.5, 0.5],
               [0.5, 0.5]])
        """
        self._check_parties("parties", parties)
        if len(set(parties)) < len(parties):
            raise ValueError(f"Argument `parties` must name a party once, but is {parties}.")
        self.require_no_signalling()
        n = self.parties
        others = [k for k in range(n) if k not in parties]
        table = self.table.sum(axis=tuple(others))
        index = [slice(None)] * len(parties) + [0 if k in others else slice(None) for k in range(n)]
        kept = sorted(parties)
        order = [kept.index(k) for k in parties]
        return table[tuple(index)].transpose(order + [len(parties) + k for k in order])

    def correlators(self) -> np.ndarray:
        """E[x, y, …] = Σ (−1)^(a+b+…) p(ab…|xy…), for two outcomes each.

        Raises ValueError if a party has another number of outcomes.

        >>> behaviour_pr_box().correlators()
        array([[ 1.,  1.],
               [ 1., -1.]])
        """
        if set(self.outcomes) != {2}:
            raise ValueError(
                "Argument `table` must have two outcomes for each party, of which correlators are "
                f"made, but has {self.outcomes}."
            )
        table = self.table
        for _ in range(self.parties):
            table = table[0] - table[1]
        return table

    def mix(self, other: "Behaviour", *, weight: float) -> "Behaviour":
        """`weight` times this behaviour plus (1 − `weight`) times the other.

        Raises ValueError for a weight outside [0, 1] or another scenario.
        """
        weight = in_interval("weight", weight, 0, 1)
        other = as_behaviour(other, name="other")
        if other.table.shape != self.table.shape:
            raise ValueError(
                f"Argument `other` must have shape {self.table.shape}, but has shape "
                f"{other.table.shape}."
            )
        return Behaviour(weight * self.table + (1 - weight) * other.table)

    def with_noise(self, *, visibility: float) -> "Behaviour":
        """Mixed with white noise: v p + (1 − v) times the uniform behaviour.

        Raises ValueError for a visibility outside [0, 1].

        >>> behaviour_pr_box().with_noise(visibility=0.5).correlators()
        array([[ 0.5,  0.5],
               [ 0.5, -0.5]])
        """
        visibility = in_interval("visibility", visibility, 0, 1)
        return self.mix(behaviour_white_noise(self.outcomes, self.settings), weight=visibility)


def check_table(name: str, value: object, *, within: float = TOLERANCE) -> np.ndarray:
    """Return a float copy of a table of conditional probabilities, as it is.

    within: how far the sums over the outcomes may be from 1. Raises ValueError, naming the
    argument, for what :class:`Behaviour` refuses.

    >>> check_table("table", [[0.3333, 1], [0.6666, 0]], within=1e-3).sum(axis=0)
    array([0.9999, 1.    ])
    """
    try:
        table = finite_array(name, value)
    except ValueError as error:
        if not str(error).endswith("is nan."):
            raise
        raise ValueError(
            f"{error} All settings of a table are used: leave out those that were not, or give "
            "the counts to `nonlocality.experiments`."
        ) from None
    if table.ndim % 2 or not 2 <= table.ndim <= 2 * len(PARTIES) or not table.size:
        raise ValueError(
            f"Argument `{name}` must have one output and one input axis for each of 1 to "
            f"{len(PARTIES)} parties, none empty, but has shape {table.shape}."
        )
    lowest = np.unravel_index(table.argmin(), table.shape)
    if table[lowest] < -TOLERANCE:
        raise ValueError(
            f"Argument `{name}` must not be negative, but its entry "
            f"{tuple(int(i) for i in lowest)} is {table[lowest]:.12g}."
        )
    sums = table.sum(axis=tuple(range(table.ndim // 2)))
    worst = np.unravel_index(np.abs(sums - 1).argmax(), sums.shape)
    if (miss := abs(sums[worst] - 1)) > within:
        way = " If its numbers are rounded, `normalised_behaviour` divides by the sums."
        raise ValueError(
            f"Argument `{name}` must sum to 1 over the outcomes of every input, but sums to "
            f"{sums[worst]:.12g} at input {tuple(int(i) for i in worst)}."
            + (way if miss <= ROUNDING else "")
        )
    return table


def as_behaviour(value: object, *, name: str = "behaviour") -> Behaviour:
    """A behaviour as it is; its table, in any form that numbers have, as a behaviour.

    value: a :class:`Behaviour`, or its table as an array or nested lists, of floats, integers
    or fractions. Every function that takes a behaviour takes these. Raises ValueError, naming
    the argument `name`, for what :class:`Behaviour` refuses.

    >>> as_behaviour([[0.5, 1], [0.5, 0]]).settings
    (2,)
    >>> as_behaviour([[0.5, 1], [0.5, 0.5]], name="origin")
    Traceback (most recent call last):
    ...
    ValueError: Argument `origin` must sum to 1 over the outcomes of every input, but sums to \
1.5 at input (1,).
    """
    return value if isinstance(value, Behaviour) else Behaviour(check_table(name, value))


def as_behaviours(values: Sequence, *, name: str = "behaviours") -> list[Behaviour]:
    """Several behaviours, each as :func:`as_behaviour` takes it.

    Raises ValueError, naming the argument and the entry.

    >>> [each.settings for each in as_behaviours([behaviour_pr_box(), [[1], [0]]])]
    [(2, 2), (1,)]
    """
    return [as_behaviour(value, name=f"{name}[{k}]") for k, value in enumerate(values)]


def check_two_parties(name: str, behaviour: Behaviour, *, binary: bool = False) -> Behaviour:
    """Return a behaviour of two parties that do not signal; `binary`: with two outcomes each.

    Raises ValueError, naming the argument, for anything else.

    >>> check_two_parties("behaviour", behaviour_pr_box(), binary=True).settings
    (2, 2)
    """
    behaviour = as_behaviour(behaviour, name=name)
    if behaviour.parties != 2:
        raise ValueError(
            f"Argument `{name}` must be a behaviour of two parties, but has {behaviour.parties}."
        )
    if binary and behaviour.outcomes != (2, 2):
        raise ValueError(
            f"Argument `{name}` must have two parties with two outcomes, but has outcomes "
            f"{behaviour.outcomes}."
        )
    behaviour.require_no_signalling(name=name)
    return behaviour


def behaviour_white_noise(outcomes: Sequence[int], settings: Sequence[int]) -> Behaviour:
    """All outcomes equally likely, whatever the settings.

    Raises ValueError for numbers that are not positive integers, one of each kind a party.

    >>> behaviour_white_noise((2, 2), (3, 3)).table[0, 0, 2, 1]
    np.float64(0.25)
    """
    outcomes = counts("outcomes", outcomes)
    settings = counts("settings", settings, length=len(outcomes))
    return Behaviour(np.full((*outcomes, *settings), 1 / np.prod(outcomes)))


def behaviour_pr_box() -> Behaviour:
    """The Popescu–Rohrlich box: a ⊕ b = xy, each outcome uniform.

    >>> behaviour_pr_box().settings
    (2, 2)
    """
    a, b, x, y = np.indices((2, 2, 2, 2))
    return Behaviour(((a + b) % 2 == x * y) / 2)
