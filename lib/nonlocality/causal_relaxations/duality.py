"""The linear programs of arXiv:1411.4648 in its own standard form, in integers.

Theorem 6 writes min ‖M q‖ over A q = p, Σ q = 1, q ≥ 0 as: minimise ⟨c, ξ⟩ with Φ ξ ≥ b, ξ ≥ 0.
The dual region is D = {ζ ≥ 0 : Φᵀ ζ ≤ c}. The proof of Proposition 9 says that the unbounded
part of D lies in the kernel of Φᵀ. It does not: the recession cone of D is {ζ ≥ 0 : Φᵀ ζ ≤ 0}.
What the proposition needs is true all the same: ⟨ζ, b⟩ ≤ ⟨ζ, Φ ξ⟩ = ⟨Φᵀ ζ, ξ⟩ ≤ 0 there.
"""

import numpy as np

from nonlocality.foundations.checks import check_range, whole_numbers
from nonlocality.foundations.results import result


@result
class StandardForm:
    """Minimise ⟨c, ξ⟩ with Φ ξ ≥ b and ξ ≥ 0; integers.

    matrix: Φ, shape (rows, unknowns). right: b. cost: c.
    """

    matrix: np.ndarray
    right: np.ndarray
    cost: np.ndarray

    def is_direction(self, zeta: np.ndarray) -> bool:
        """Whether the dual region has the unbounded direction ζ: ζ ≥ 0, Φᵀ ζ ≤ 0, ζ ≠ 0."""
        zeta = whole_numbers("zeta", zeta)
        return bool((zeta >= 0).all() and zeta.any() and (self.matrix.T @ zeta <= 0).all())

    def in_kernel(self, zeta: np.ndarray) -> bool:
        """Whether Φᵀ ζ = 0, as the paper's proof says of every unbounded direction."""
        return not (self.matrix.T @ whole_numbers("zeta", zeta)).any()


def standard_form(norms: list[np.ndarray], equal: np.ndarray, right: np.ndarray) -> StandardForm:
    """Theorem 6: minimise the largest ‖M_i q‖₁ with A q = p, Σ q = 1, q ≥ 0, as printed.

    norms: the M_i, shape (k, n) each. equal: A, shape (m, n). right: p, shape (m,). Integers.
    Unknowns: v, t_1, …, t_L, q. Rows, in the paper's order: v − Σ t_i ≥ 0; t_i ± M_i q ≥ 0;
    ± A q ≥ ± p; ± Σ q ≥ ± 1. Raises ValueError for shapes that do not fit.

    >>> form = standard_form([np.array([[1, -1]])], np.array([[1, 0]]), np.array([1]))
    >>> form.matrix.shape
    (7, 4)
    """
    check_range("norms", norms)
    matrices = [whole_numbers("norms", m) for m in norms]
    a, p = whole_numbers("equal", equal), whole_numbers("right", right)
    shapes = {m.shape for m in matrices}
    if len(shapes) != 1 or a.ndim != 2 or p.shape != a.shape[:1]:
        raise ValueError(
            "Arguments `norms`, `equal` and `right` must be matrices of one shape, a matrix and a "
            f"right side, but have shapes {sorted(shapes)}, {a.shape} and {p.shape}."
        )
    (k, n), count = shapes.pop(), len(matrices)
    if a.shape[1] != n:
        raise ValueError(f"Argument `equal` must have {n} columns, but has {a.shape[1]}.")
    width = 1 + count * k + n
    rows, b = [], []

    def add(parts: dict[int, np.ndarray], value: int) -> None:
        row = np.zeros(width, dtype=np.int64)
        for start, part in parts.items():
            row[start : start + len(part)] = part
        rows.append(row)
        b.append(value)

    one = np.ones(1, dtype=np.int64)
    for i in range(count):
        add({0: one, 1 + i * k: -np.ones(k, dtype=np.int64)}, 0)
    for i, m in enumerate(matrices):
        for sign in (1, -1):
            for r in range(k):
                add({1 + i * k + r: one, 1 + count * k: sign * m[r]}, 0)
    for sign in (1, -1):
        for r in range(len(p)):
            add({1 + count * k: sign * a[r]}, sign * int(p[r]))
    for sign in (1, -1):
        add({1 + count * k: sign * np.ones(n, dtype=np.int64)}, sign)
    cost = np.zeros(width, dtype=np.int64)
    cost[0] = 1
    return StandardForm(np.array(rows), np.array(b), cost)


def direction_outside_the_kernel(form: StandardForm) -> np.ndarray:
    """The multiplier of −Σ q ≥ −1: an unbounded direction of D that is not in the kernel.

    >>> form = standard_form([np.array([[1, -1]])], np.array([[1, 0]]), np.array([1]))
    >>> zeta = direction_outside_the_kernel(form)
    >>> form.is_direction(zeta), form.in_kernel(zeta), int(zeta @ form.right)
    (True, False, -1)
    """
    zeta = np.zeros(len(form.right), dtype=np.int64)
    zeta[-1] = 1
    return zeta
