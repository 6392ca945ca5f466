"""Assemblages made from something: a quantum state, a behaviour, a register.

Equations (5) and (16) of arXiv:1505.01430, and the examples with a classical Alice."""

from collections.abc import Sequence
from math import prod

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviour, as_behaviours
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.checks import TOLERANCE, complex_array, counts, finite_array, renamed
from nonlocality.foundations.quantum import check_measurement
from nonlocality.foundations.sizes import require_memory
from nonlocality.postquantum_steering.assemblages import UNTRUSTED, Assemblage


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
    dims = [dimension, *(m.shape[2] for m in povms)]
    entries = prod(dims) ** 2 + dimension**2 * prod(m.shape[0] * m.shape[1] for m in povms)
    require_memory("dimension", 48 * entries)
    behaviour_quantum(state, [np.eye(dimension)[None, None], *povms])  # refuses what is no state
    rho = complex_array("state", state)
    rho = np.outer(rho, rho.conj()) if rho.ndim == 1 else rho
    tensor = rho.reshape(dims * 2)  # row indices, column indices
    n = len(povms)
    for k, povm in enumerate(povms):
        # contract row i and column j of the party after Alice with M[y, b, j, i]
        tensor = np.tensordot(tensor, povm, axes=((1, n - k + 2), (3, 2)))
    order = [3 + 2 * k for k in range(n)] + [2 + 2 * k for k in range(n)]
    return Assemblage(tensor.transpose(*order, 0, 1))


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
