"""Deterministic strategies of a causal model: the columns of the matrix T.

In a causal model each party's outcome is a function of what it may listen to: its own
setting, perhaps another party's setting or outcome. Once the shared randomness λ is known
all these functions are fixed, so a model is a list of function tables, one strategy each,
and a probability q_λ for each of them: p = T q (eq. (2) and below of arXiv:1411.4648).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import scipy.sparse as sp

from nonlocality.behaviours import INPUTS, OUTPUTS
from nonlocality.checks import whole_numbers

MAX_ENTRIES = 50_000_000
"""Largest number of non-zero entries of T that will be built (about 1 GB while building)."""


@dataclass(frozen=True)
class CausalModel:
    """Who listens to what.

    parents: for each party, in causal order, the letters its outcome depends on: inputs
    ``x y z`` and outcomes ``a b`` of parties before it. A local model is ``("x", "y")``; the
    model with influence of X on B is ``("x", "xy")``, of A on B ``("x", "ay")``; a party
    without a choice has the empty string.
    outcomes, settings: numbers for each party, as in a behaviour's shape.
    Raises ValueError for an unknown or later parent, or a model too large to write down.

    >>> model = CausalModel(("x", "xy"), outcomes=(2, 2), settings=(2, 2))
    >>> model.size, model.matrix.shape
    (64, (16, 64))
    """

    parents: Sequence[str]
    outcomes: Sequence[int]
    settings: Sequence[int]

    def __post_init__(self) -> None:
        """Check the letters and the size before anything is built."""
        if not len(self.parents) == len(self.outcomes) == len(self.settings):
            raise ValueError(
                "Arguments `parents`, `outcomes` and `settings` must have one entry a party, "
                f"but have {len(self.parents)}, {len(self.outcomes)} and {len(self.settings)}."
            )
        for party, letters in enumerate(self.parents):
            allowed = INPUTS[: len(self.parents)] + OUTPUTS[:party]
            if wrong := set(letters) - set(allowed):
                raise ValueError(
                    f"Argument `parents` must use letters of {allowed!r} for party {party}, "
                    f"but has {''.join(sorted(wrong))!r}."
                )
        if self.size * prod(self.settings) > MAX_ENTRIES:
            raise ValueError(
                f"The model has {self.size:.3g} strategies, {self.size * prod(self.settings):.3g} "
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
        digits = np.array(np.unravel_index(np.arange(self.size), bases), dtype=np.int8).T
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

    def bound(self, functional: np.ndarray) -> int:
        """Largest value of a Bell expression over the model, exact.

        functional: integer coefficients, shape as a behaviour's table ``[a, b, …, x, y, …]``.
        For a local model it is the local bound. Raises ValueError for another shape, or
        coefficients that are not integers.

        >>> a, b, x, y = np.indices((2, 2, 2, 2))
        >>> chsh = (-1) ** (a + b + x * y)
        >>> [CausalModel(("x", k), (2, 2), (2, 2)).bound(chsh) for k in ("y", "xy")]
        [2, 4]
        """
        coefficients = whole_numbers("functional", functional)
        shape = (*self.outcomes, *self.settings)
        if coefficients.shape != shape:
            raise ValueError(
                f"Argument `functional` must have shape {shape}, but has {coefficients.shape}."
            )
        return int((self.matrix.T.astype(np.int64) @ coefficients.ravel()).max())

    def influence_rows(self, *, cause: str, target: int) -> sp.csr_array:
        """Rows v with ⟨v, q⟩ = Σ_λ q_λ |δ(b, f(do cause)) − δ(b, f(do cause'))|.

        One row for each pair of values of the cause, each value of the target's other
        parents and each outcome b, repeated rows dropped: the influence of the cause on
        the target is the largest of them (eqs. (4), (29)–(31) of arXiv:1411.4648).
        Raises ValueError if the target does not listen to the cause.

        >>> model = CausalModel(("x", "xy"), outcomes=(2, 2), settings=(2, 2))
        >>> model.influence_rows(cause="x", target=1).shape
        (2, 64)
        """
        if cause not in self.parents[target]:
            raise ValueError(
                f"Argument `cause` must be one of {self.parents[target]!r}, the parents of "
                f"party {target}, but is {cause!r}."
            )
        table = np.moveaxis(self.responses[target], self.parents[target].index(cause) + 1, 1)
        table = table.reshape(self.size, table.shape[1], -1)  # λ, cause, everything else
        rows = [
            (table[:, i] == b) != (table[:, j] == b)
            for i in range(table.shape[1])
            for j in range(i)
            for b in range(self.outcomes[target])
        ]
        stacked = np.hstack(rows).T
        _, first = np.unique(stacked, axis=0, return_index=True)
        return sp.csr_array(stacked[np.sort(first)].astype(float))
