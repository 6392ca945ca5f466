"""Forms in which behaviours come: rounded tables, Collins–Gisin tables, correlators.

A table of floats, integers or fractions needs nothing of this:
:func:`~nonlocality.foundations.behaviours.as_behaviour` takes it wherever a behaviour is asked
for. A table printed with four digits is no behaviour, and is made one here, on request only.
"""

import numpy as np

from nonlocality.foundations.behaviours import (
    ROUNDING,
    Behaviour,
    as_behaviour,
    check_table,
    check_two_parties,
)
from nonlocality.foundations.checks import TOLERANCE, finite_array


def normalised_behaviour(table: object, *, no_signalling: bool = False) -> Behaviour:
    """A rounded table (printed with few digits, or of 32-bit floats) as a behaviour.

    table: ``[a, b, …, x, y, …]``. The probabilities of each choice of settings are divided by
    their sum. Rounding also makes a table signal; no_signalling: replace it by the nearest
    (least squares) that does not signal, mixed with as little white noise as keeps it positive.
    No entry moves by more than :data:`~nonlocality.foundations.behaviours.ROUNDING`, 1e-3. This
    repairs digits, not statistics: counts are fitted in ``nonlocality.experiments``.

    Raises ValueError for negative entries, and for what is further off than rounding.

    >>> normalised_behaviour([[0.3333, 0.5], [0.3333, 0.5], [0.3333, 0]]).table.sum(axis=0)
    array([1., 1.])
    >>> normalised_behaviour([[0.3, 0.5], [0.6, 0.5]])
    Traceback (most recent call last):
    ...
    ValueError: Argument `table` must sum to 1 over the outcomes of every input, but sums to \
0.9 at input (0,).
    """
    given = (
        table.table
        if isinstance(table, Behaviour)
        else check_table("table", table, within=ROUNDING)
    )
    n = given.ndim // 2
    found = given / given.sum(axis=tuple(range(n)))
    if not no_signalling:
        return Behaviour(found)
    for party in range(n):
        rest = found.sum(axis=party, keepdims=True)  # of the others, whatever this party measures
        excess = rest - rest.mean(axis=n + party, keepdims=True)
        found = found - excess / given.shape[party]
    lowest, uniform = min(found.min(), 0.0), 1 / np.prod(given.shape[:n])
    noise = -lowest / (uniform - lowest)
    found = np.maximum((1 - noise) * found + noise * uniform, 0)
    moved = np.abs(found - given).max()
    if moved > ROUNDING:
        raise ValueError(
            f"Argument `table` must be no-signalling to within {ROUNDING:g}, but an entry of the "
            f"nearest that is differs by {moved:.3g}."
        )
    return Behaviour(found)


def _behaviour(names: str, table: np.ndarray) -> Behaviour:
    """A table computed from arguments of these names; ValueError, naming them, if negative."""
    if table.min() < -TOLERANCE:
        a, b, x, y = np.unravel_index(table.argmin(), table.shape)
        raise ValueError(
            f"Arguments {names} must give probabilities, but p({a}{b}|{x}{y}) is "
            f"{table.min():.12g}."
        )
    return Behaviour(table)


def collins_gisin(behaviour: Behaviour) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P(ab|xy), P(a|x) and P(b|y) for all outcomes but the last: Collins and Gisin's table.

    They fix a no-signalling behaviour of two parties, and none of them can be left out
    (arXiv:quant-ph/0306129). Returns shapes (o_A − 1, o_B − 1, m_A, m_B),
    (o_A − 1, m_A) and (o_B − 1, m_B) for o outcomes and m settings a party.
    Raises ValueError for another number of parties and a signalling behaviour.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> both, alice, bob = collins_gisin(behaviour_pr_box())
    >>> both[0, 0].tolist(), alice[0].tolist(), bob[0].tolist()
    ([[0.5, 0.5], [0.5, 0.0]], [0.5, 0.5], [0.5, 0.5])
    """
    behaviour = check_two_parties("behaviour", as_behaviour(behaviour))
    alice, bob = behaviour.marginal(0), behaviour.marginal(1)
    return behaviour.table[:-1, :-1].copy(), alice[:-1].copy(), bob[:-1].copy()


def behaviour_from_collins_gisin(
    both: np.ndarray, *, alice: np.ndarray, bob: np.ndarray
) -> Behaviour:
    """The behaviour with a Collins–Gisin table: what :func:`collins_gisin` takes apart.

    both: P(ab|xy), shape (o_A − 1, o_B − 1, m_A, m_B). alice: P(a|x), shape (o_A − 1, m_A). bob:
    P(b|y), shape (o_B − 1, m_B). The last outcomes follow: P(last b|xy) = P(a|x) − Σ_b P(ab|xy).
    Raises ValueError for shapes that do not fit, and where a probability comes out negative.

    >>> pr_box = behaviour_from_collins_gisin(
    ...     [[[[0.5, 0.5], [0.5, 0]]]], alice=[[0.5, 0.5]], bob=[[0.5, 0.5]]
    ... )
    >>> pr_box.correlators().tolist()
    [[1.0, 1.0], [1.0, -1.0]]
    """
    p, p_a, p_b = finite_array("both", both), finite_array("alice", alice), finite_array("bob", bob)
    if (
        p.ndim != 4
        or p_a.shape != p.shape[::2]
        or p_b.shape != p.shape[1::2]
        or not all(p.shape[2:])
    ):
        raise ValueError(
            "Arguments `both`, `alice`, `bob` must have shapes (a, b, x, y), (a, x) and (b, y), "
            f"but have {p.shape}, {p_a.shape} and {p_b.shape}."
        )
    one = np.concatenate([p, p_a[:, None, :, None] - p.sum(axis=1, keepdims=True)], axis=1)
    other = np.concatenate([p_b, 1 - p_b.sum(axis=0, keepdims=True)])
    last = other[None, :, None, :] - one.sum(axis=0, keepdims=True)
    return _behaviour("`both`, `alice`, `bob`", np.concatenate([one, last]))


def check_correlators(name: str, value: np.ndarray, *, square: bool = False) -> np.ndarray:
    """Return an array ``[..., x, y]`` of numbers in [−1, 1]; `square`: two settings a side.

    Raises ValueError, naming the argument, for another shape or larger numbers.

    >>> check_correlators("correlators", [[2, 0]])
    Traceback (most recent call last):
    ...
    ValueError: Argument `correlators` must lie in [-1, 1], but holds ±2.
    """
    array = finite_array(name, value)
    if array.ndim < 2 or not array.size or (square and array.shape[-2:] != (2, 2)):
        shape = "(..., 2, 2)" if square else "(..., settings, settings)"
        raise ValueError(f"Argument `{name}` must have shape {shape}, but has {array.shape}.")
    largest = np.abs(array).max()
    if largest > 1 + TOLERANCE:
        raise ValueError(f"Argument `{name}` must lie in [-1, 1], but holds ±{largest:.12g}.")
    return np.clip(array, -1, 1)


def one_point_correlators(behaviour: Behaviour) -> tuple[np.ndarray, np.ndarray]:
    """E_x and E_y of a no-signalling behaviour with two parties and two outcomes.

    Raises ValueError for other behaviours.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> [e.tolist() for e in one_point_correlators(behaviour_pr_box())]
    [[0.0, 0.0], [0.0, 0.0]]
    """
    behaviour = check_two_parties("behaviour", behaviour, binary=True)
    alice, bob = behaviour.marginal(0), behaviour.marginal(1)
    return alice[0] - alice[1], bob[0] - bob[1]


def behaviour_from_correlators(
    correlators: np.ndarray, *, alice: np.ndarray, bob: np.ndarray
) -> Behaviour:
    """p(ab|xy) = (1 + (−1)^a E_x + (−1)^b E_y + (−1)^(a+b) E_xy) / 4.

    The way back is :func:`one_point_correlators` and
    :meth:`~nonlocality.foundations.behaviours.Behaviour.correlators`.

    correlators: shape (m_x, m_y). alice: E_x, shape (m_x,). bob: E_y, shape (m_y,).
    Raises ValueError for other shapes, and where a probability comes out negative.

    >>> behaviour_from_correlators([[1.0]], alice=[0.0], bob=[0.0]).table[:, :, 0, 0].tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    e = check_correlators("correlators", correlators)
    e_x, e_y = finite_array("alice", alice), finite_array("bob", bob)
    if e.ndim != 2 or e_x.shape != e.shape[:1] or e_y.shape != e.shape[1:]:
        raise ValueError(
            "Arguments `correlators`, `alice`, `bob` must have shapes (m, n), (m,) and (n,), but "
            f"have {e.shape}, {e_x.shape} and {e_y.shape}."
        )
    sign = np.array([1, -1])
    table = np.ones((2, 2, *e.shape)) + np.multiply.outer(np.multiply.outer(sign, sign), e)
    table += sign[:, None, None, None] * e_x[:, None] + sign[None, :, None, None] * e_y
    return _behaviour("`correlators`, `alice`, `bob`", table / 4)
