"""Sec. IV without quantum theory: averages over partners in any theory without signalling.

One party A and K partners that are measured alike. Whatever no-signalling box they share, the
*mean* behaviour of A with a random partner has a list model as soon as the partners have no more
settings than there are partners: ask partner 1 setting 1, partner 2 setting 2, …; the joint
outcomes exist, and given them A's conditional box needs nothing else. The paper expected this and
left it open; for pairs it is Pawłowski and Brukner (arXiv:0810.1175), in general
Barbosa (arXiv:1412.8541).

The linear program here finds the largest mean of a Bell expression over all such boxes.
"""

from itertools import product
from math import prod

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import counts, finite_array
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.sizes import require_memory


def no_signalling_equations(
    outcomes: tuple[int, ...], settings: tuple[int, ...]
) -> tuple[sp.csr_array, np.ndarray]:
    """A p = b: probabilities p[a, b, …, x, y, …], flattened, are normalised and do not signal.

    One equation for the settings all 0, and for each party, each setting of its own but the first,
    and all outcomes and settings of the others, that summing over its outcome gives the same.

    >>> equations, right = no_signalling_equations((2, 2), (2, 2))
    >>> box = np.full(16, 1 / 4)
    >>> bool(np.allclose(equations @ box, right))
    True
    """
    outcomes, settings = counts("outcomes", outcomes), counts("settings", settings)
    shape = (*outcomes, *settings)
    entries = prod(shape) + sum(2 * prod(shape) * (s - 1) // s for s in settings)
    require_memory("settings", 96 * entries)  # lists of numbers, then arrays of them
    number = np.arange(np.prod(shape)).reshape(shape)
    parties = len(outcomes)
    rows, columns, values, right = [], [], [], []

    def equation(terms: list[tuple[np.ndarray, float]], value: float) -> None:
        for cells, sign in terms:
            rows.extend([len(right)] * cells.size)
            columns.extend(cells.ravel().tolist())
            values.extend([sign] * cells.size)
        right.append(value)

    for inputs in np.ndindex(*settings):
        equation([(number[(..., *inputs)], 1.0)], 1.0)
    for party in range(parties):
        others = [range(o) for k, o in enumerate(outcomes) if k != party]
        inputs = [range(s) for k, s in enumerate(settings) if k != party]
        moved = np.moveaxis(number, (party, parties + party), (0, 1))
        for answer, question in product(product(*others), product(*inputs)):
            cells = moved[(slice(None), slice(None), *answer, *question)]
            for x in range(1, settings[party]):
                equation([(cells[:, x], 1.0), (cells[:, 0], -1.0)], 0.0)
    matrix = sp.csr_array((values, (rows, columns)), shape=(len(right), number.size))
    return matrix, np.array(right)


def mean_functional(functional: np.ndarray, *, partners: int) -> np.ndarray:
    """f averaged over A's partners, a table on the box of all of them.

    functional: f[a, b, x, y]. The value with partner k is read where the other partners have
    setting 0, their outcomes summed over; in a no-signalling box any setting would do.
    Returns a table [a, b_1, …, b_K, x, y_1, …, y_K]. Raises ValueError for another shape.

    >>> f = np.ones((2, 2, 2, 2))
    >>> mean_functional(f, partners=2)[0, 0, 0, 0].tolist()  # setting 0 of both, either partner
    [[1.0, 0.5], [0.5, 0.0]]
    """
    f = finite_array("functional", functional)
    (k,) = counts("partners", (partners,))
    if f.ndim != 4:
        raise ValueError(f"Argument `functional` must have four axes, but has shape {f.shape}.")
    o_a, o_b, m_a, m_b = f.shape
    require_memory("partners", 8 * o_a * m_a, base=o_b * m_b, exponent=k)
    total = np.zeros((o_a, *[o_b] * k, m_a, *[m_b] * k))
    for partner in range(k):
        view = np.moveaxis(total, (1 + partner, 2 + k + partner), (1, 2 + k))
        spread = f.reshape(o_a, o_b, *[1] * (k - 1), m_a, m_b)
        view[(..., *[0] * (k - 1))] += spread / k
    return total


def largest_mean(functional: np.ndarray, *, partners: int) -> TwoSided:
    """The largest mean of a Bell expression over A's partners, of all no-signalling boxes.

    A linear program: a box reaches the value, the dual proves the upper side. Raises ValueError for
    a functional of another shape or beyond memory, SolverError if the solver fails.

    >>> from nonlocality.foundations.inequalities import correlator_functional
    >>> chsh = correlator_functional([[1, 1], [1, -1]])
    >>> [round(float(largest_mean(chsh, partners=k)), 6) for k in (1, 2)]
    [4.0, 2.0]
    """
    table = mean_functional(functional, partners=partners)
    half = table.ndim // 2
    equations, right = no_signalling_equations(table.shape[:half], table.shape[half:])
    best = minimise_linear(
        -table.ravel(), equal=(equations, right), mass=float(np.prod(table.shape[half:]))
    )
    return -best
