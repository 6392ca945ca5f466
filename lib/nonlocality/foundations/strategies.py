"""Deterministic strategies of a causal model: the columns of the matrix T.

In a causal model each party's outcome is a function of what it may listen to: its own
setting, perhaps another party's setting or outcome. Once the shared randomness λ is known
all these functions are fixed, so a model is a list of function tables, one strategy each,
and a probability q_λ for each of them: p = T q (eq. (2) and below of arXiv:1411.4648).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import log10, prod
from numbers import Integral

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import INPUTS, OUTPUTS
from nonlocality.foundations.checks import counts, shown
from nonlocality.foundations.exact_numbers import as_given, exact_array, roomy
from nonlocality.foundations.sizes import size_text

MAX_ENTRIES = 50_000_000
"""Largest number of non-zero entries of T that will be built (about 1 GB while building)."""

MAX_DIGITS = 100_000
"""A model whose number of strategies is longer than this is refused without computing it."""


@dataclass(frozen=True)
class CausalModel:
    """Who listens to what.

    parents: for each party, in causal order, the letters its outcome depends on: inputs
    ``x y z`` and outcomes ``a b`` of parties before it. A local model is ``("x", "y")``; the
    model with influence of X on B is ``("x", "xy")``, of A on B ``("x", "ay")``; a party
    without a choice has the empty string.
    outcomes, settings: numbers for each party, as in a behaviour's shape.
    Raises ValueError for an unknown, later or repeated parent, other than one to four parties,
    numbers that are not positive integers, or a model too large to write down.

    >>> model = CausalModel(("x", "xy"), outcomes=(2, 2), settings=(2, 2))
    >>> model.size, model.matrix.shape
    (64, (16, 64))
    """

    parents: Sequence[str]
    outcomes: Sequence[int]
    settings: Sequence[int]

    def __post_init__(self) -> None:
        """Check the letters and the size before anything is built."""
        outcomes, settings = counts("outcomes", self.outcomes), counts("settings", self.settings)
        if not len(self.parents) == len(outcomes) == len(settings):
            raise ValueError(
                "Arguments `parents`, `outcomes` and `settings` must have one entry a party, "
                f"but have {len(self.parents)}, {len(self.outcomes)} and {len(self.settings)}."
            )
        if not 1 <= len(self.parents) <= len(INPUTS):
            raise ValueError(
                f"Argument `parents` must have 1 to {len(INPUTS)} parties, but has "
                f"{len(self.parents)}."
            )
        if max(outcomes) > np.iinfo(np.int16).max:
            raise ValueError(
                f"Argument `outcomes` must not exceed {np.iinfo(np.int16).max}, but is {outcomes}."
            )
        for party, letters in enumerate(self.parents):
            allowed = INPUTS[: len(self.parents)] + OUTPUTS[:party]
            if wrong := set(letters) - set(allowed):
                raise ValueError(
                    f"Argument `parents` must use letters of {allowed!r} for party {party}, "
                    f"but has {shown(''.join(sorted(wrong)))}."
                )
            if len(set(letters)) < len(letters):
                raise ValueError(
                    "Argument `parents` must name each parent once, but has "
                    f"{shown(letters)} for party {party}."
                )
        digits = sum(min(prod(self._context(k)), 10**9) * log10(o) for k, o in enumerate(outcomes))
        if digits > MAX_DIGITS:
            raise ValueError(
                "Arguments `outcomes` and `settings` must be smaller. The model has more than "
                f"1e{MAX_DIGITS} strategies, but at most "
                f"{MAX_ENTRIES:.0e} entries in T are allowed."
            )
        if (entries := self.size * prod(settings)) > MAX_ENTRIES:
            raise ValueError(
                "Arguments `outcomes` and `settings` must be smaller. The model has "
                f"{size_text(self.size)} strategies, {size_text(entries)} "
                f"entries in T, but at most {MAX_ENTRIES:.0e} are allowed."
            )

    def _context(self, party: int) -> tuple[int, ...]:
        """Number of values of each parent of a party."""
        return tuple(
            self.settings[INPUTS.index(k)] if k in INPUTS else self.outcomes[OUTPUTS.index(k)]
            for k in self.parents[party]
        )

    @property
    def size(self) -> int:
        """Number of strategies n."""
        return prod(
            o ** prod(self._context(k)) for k, o in enumerate(self.outcomes)
        )  # Python integers: no overflow

    @cached_property
    def responses(self) -> list[np.ndarray]:
        """For each party its function table, shape (n, values of parent 1, parent 2, …).

        ``responses[1][λ, x, y]`` is Bob's outcome under strategy λ. Strategies are in
        lexicographic order of the tables, party after party.

        >>> CausalModel(("x",), outcomes=(2,), settings=(2,)).responses[0].tolist()
        [[0, 0], [0, 1], [1, 0], [1, 1]]
        """
        cells = [prod(self._context(k)) for k in range(len(self.outcomes))]
        bases = [o for o, n in zip(self.outcomes, cells, strict=True) for _ in range(n)]
        digits = np.array(np.unravel_index(np.arange(self.size), bases), dtype=np.int16).T
        starts = np.cumsum([0, *cells])
        return [
            digits[:, starts[k] : starts[k + 1]].reshape(self.size, *self._context(k))
            for k in range(len(cells))
        ]

    @cached_property
    def matrix(self) -> sp.csc_array:
        """T, sparse, shape (entries of a behaviour's table, n): p.ravel() = T q."""
        columns = np.arange(self.size)
        rows = []
        for inputs in np.ndindex(*self.settings):
            values = dict(zip(INPUTS, inputs, strict=False))
            for party, table in enumerate(self.responses):
                context = tuple(values[k] for k in self.parents[party])
                values[OUTPUTS[party]] = table[(columns, *context)]
            outputs = [values[OUTPUTS[k]] for k in range(len(self.outcomes))]
            rows.append(np.ravel_multi_index((*outputs, *inputs), (*self.outcomes, *self.settings)))
        shape = (prod(self.outcomes) * prod(self.settings), self.size)
        ones = np.ones(self.size * len(rows))
        return sp.csc_array(
            (ones, (np.concatenate(rows), np.tile(columns, len(rows)))), shape=shape
        )

    @cached_property
    def corners(self) -> np.ndarray:
        """The distinct columns of T as rows of 0 and 1: the vertices of the model's polytope.

        Shape (k, entries of a behaviour's table), sorted; k ≤ n, as strategies that differ
        only where nobody looks give one behaviour.

        >>> CausalModel(("x", "ay"), outcomes=(2, 2), settings=(3, 3)).corners.shape
        (400, 36)
        """
        columns = self.matrix.indices.reshape(self.size, -1)  # the same number of ones in each
        distinct = np.unique(np.sort(columns, axis=1), axis=0)
        table = np.zeros((len(distinct), self.matrix.shape[0]), dtype=np.int8)
        np.put_along_axis(table, distinct, 1, axis=1)
        return table[np.lexsort(table.T[::-1])]

    def bound(self, functional: np.ndarray) -> int | Fraction | float:
        """Largest value of a Bell expression over the model, exact.

        functional: coefficients, shape as a behaviour's table ``[a, b, …, x, y, …]``: integers of
        any size, fractions, or floats, which are taken for the binary fractions that they are; the
        result is of the same kind, a float being rounded once, at the end.
        For a local model it is the local bound; :func:`local_bound` has it for more settings.
        Raises ValueError for another shape, or coefficients that are not numbers.

        >>> a, b, x, y = np.indices((2, 2, 2, 2))
        >>> chsh = (-1) ** (a + b + x * y)
        >>> [CausalModel(("x", k), (2, 2), (2, 2)).bound(chsh) for k in ("y", "xy")]
        [2, 4]
        """
        coefficients, denominator, kind = exact_array("functional", functional)
        shape = (*self.outcomes, *self.settings)
        if coefficients.shape != shape:
            raise ValueError(
                f"Argument `functional` must have shape {shape}, but has {coefficients.shape}."
            )
        places = self.matrix.indices.reshape(self.size, -1)  # as many ones in each column
        wide = roomy(coefficients.ravel(), places.shape[1])
        return as_given(wide[places].sum(axis=1).max(), denominator, kind)

    def influence_rows(self, *, cause: str, target: int) -> sp.csr_array:
        """Rows v with ⟨v, q⟩ = Σ_λ q_λ |δ(b, f(do cause)) − δ(b, f(do cause'))|.

        One row for each pair of values of the cause, each value of the target's other
        parents and each outcome b: the influence of the cause on the target is the largest of
        them (eqs. (4), (29)–(31) of arXiv:1411.4648). Of two outcomes b = 1 is left out, as it
        changes when b = 0 does. There is no row if the cause has one value only.
        Raises ValueError if the target does not listen to the cause, or for more than
        :data:`MAX_ENTRIES` entries.

        >>> model = CausalModel(("x", "xy"), outcomes=(2, 2), settings=(2, 2))
        >>> model.influence_rows(cause="x", target=1).shape
        (2, 64)
        """
        if not isinstance(target, Integral) or not 0 <= target < len(self.parents):
            raise ValueError(
                f"Argument `target` must be from 0 to {len(self.parents) - 1}, but is "
                f"{shown(target)}."
            )
        if not isinstance(cause, str) or cause not in self.parents[target]:
            raise ValueError(
                f"Argument `cause` must be one of {self.parents[target]!r}, the parents of "
                f"party {target}, but is {shown(cause)}."
            )
        table = np.moveaxis(self.responses[target], self.parents[target].index(cause) + 1, 1)
        table = table.reshape(self.size, table.shape[1], -1)  # λ, cause, everything else
        values, contexts = table.shape[1:]
        letters = self.outcomes[target]
        outcomes = 1 if letters == 2 else letters
        count = values * (values - 1) // 2 * contexts * outcomes
        # of the pairs of outcomes of a strategy 2 (o − 1) in o² differ in being b
        entries = count * self.size * 2 * (letters - 1) // letters**2
        if entries > MAX_ENTRIES:
            raise ValueError(
                f"Argument `cause` must have fewer values: the influence rows have "
                f"{size_text(entries)} entries, but at most "
                f"{MAX_ENTRIES:.0e} are allowed."
            )
        columns = [
            np.flatnonzero((table[:, i, k] == b) != (table[:, j, k] == b)).astype(np.int32)
            for i in range(values)
            for j in range(i)
            for k in range(contexts)
            for b in range(outcomes)
        ]
        starts = np.cumsum([0, *map(len, columns)], dtype=np.int32)
        indices = np.concatenate([np.zeros(0, dtype=np.int32), *columns])
        return sp.csr_array((np.ones(len(indices)), indices, starts), shape=(count, self.size))


def local_bound(functional: np.ndarray) -> int | Fraction | float:
    """Largest value of a Bell expression over local behaviours, exact, for many settings.

    The strategies of all parties but one are listed; the last answers each of its questions in the
    best way, one at a time. So 12 settings of two outcomes a side take 2^12 steps, not 2^24.
    functional: coefficients ``[a, b, …, x, y, …]`` of one to four parties, as
    :meth:`CausalModel.bound` takes them. Raises ValueError for what is no such table, or if more
    than :data:`MAX_ENTRIES` sums would be formed.

    >>> x, y = np.indices((12, 12))
    >>> signs = np.where(x - y <= 0, 1, -1)
    >>> local_bound(np.multiply.outer([[1, -1], [-1, 1]], np.eye(12, dtype=int) * signs))
    12
    """
    table, denominator, kind = exact_array("functional", functional)
    n = table.ndim // 2
    if table.ndim % 2 or not 1 <= n <= len(INPUTS) or not table.size:
        raise ValueError(
            "Argument `functional` must have one output and one input axis for each of 1 to "
            f"{len(INPUTS)} parties, none empty, but has shape {table.shape}."
        )
    weights = [table.shape[n + k] * log10(table.shape[k]) for k in range(n)]
    order = sorted(range(n), key=lambda k: weights[k])
    table = table.transpose([*order, *(n + k for k in order)])
    digits = sum(weights[k] for k in order[:-1]) + log10(table[0, ..., 0].size * table.shape[n - 1])
    if digits > log10(MAX_ENTRIES):
        raise ValueError(
            f"Argument `functional` must have fewer settings or outcomes: about 1e{digits:.0f} "
            f"sums would be formed, but at most {MAX_ENTRIES:.0e} are allowed."
        )
    sums = roomy(table, table.size)[None]  # strategy of the parties before; outputs; inputs
    for left in range(n, 1, -1):  # outputs of the party in front on axis 1, inputs on 1 + left
        total = np.zeros((1,), dtype=sums.dtype)
        for setting in range(sums.shape[1 + left]):
            chosen = np.take(sums, setting, axis=1 + left)
            if total.ndim == 1:
                total = chosen
                continue
            total = (total[:, :, None] + chosen[:, None]).reshape(
                len(chosen), -1, *chosen.shape[2:]
            )
        sums = total.reshape(-1, *total.shape[2:])
    return as_given(sums.max(axis=1).sum(axis=1).max(), denominator, kind)
