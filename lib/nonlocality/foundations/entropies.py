"""Entropies and informations, in bits."""

import numpy as np

from nonlocality.foundations.checks import TOLERANCE, finite_array, in_intervals


def binary_entropy(probability: float | np.ndarray) -> float | np.ndarray:
    """h(p) = −p log₂ p − (1 − p) log₂(1 − p) in bits; of an array, entry by entry.

    Raises ValueError for a probability outside [0, 1].

    >>> binary_entropy(0.5), binary_entropy([0.0, 1.0]).tolist()
    (1.0, [0.0, 0.0])
    """
    p = in_intervals("probability", probability, 0, 1)
    terms = [-q * np.log2(q, out=np.zeros_like(q), where=q > 0) for q in (p, 1 - p)]
    entropy = terms[0] + terms[1] + 0.0
    return entropy if p.ndim else float(entropy)


def relative_entropy(p: np.ndarray, q: np.ndarray) -> float:
    """D(p ‖ q) = Σ p log2(p/q) in bits; infinite where q vanishes and p does not.

    Raises ValueError for arrays of different shapes or with a negative entry.

    >>> relative_entropy([1, 0], [0.25, 0.75])
    2.0
    """
    p, q = finite_array("p", p), finite_array("q", q)
    if p.shape != q.shape:
        raise ValueError(
            f"Arguments `p` and `q` must have one shape, but have {p.shape} and {q.shape}."
        )
    if not p.size:
        raise ValueError("Arguments `p` and `q` must hold one number or more, but are empty.")
    if min(p.min(initial=0), q.min(initial=0)) < 0:
        raise ValueError(
            "Arguments `p` and `q` must not be negative, but have smallest entries "
            f"{p.min():.3g} and {q.min():.3g}."
        )
    on = p > 0
    if (q[on] == 0).any():
        return float("inf")
    return float((p[on] * np.log2(p[on] / q[on])).sum())


def _product_of_marginals(joint: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A joint distribution as ``[settings, λ]``, and p(x, y) p(λ)."""
    q = finite_array("joint", joint)
    if q.ndim < 2 or not q.size or q.min() < -TOLERANCE or abs(q.sum() - 1) > TOLERANCE:
        raise ValueError(
            "Argument `joint` must be a distribution over settings and λ, but has shape "
            f"{q.shape}, smallest entry {q.min(initial=0):.3g} and sum {q.sum():.12g}."
        )
    q = np.maximum(q.reshape(-1, q.shape[-1]), 0)
    return q, np.outer(q.sum(axis=1), q.sum(axis=0))


def mutual_information(joint: np.ndarray) -> float:
    """I(X, Y, … : Λ) of a distribution ``[x, y, …, λ]``, in bits.

    Raises ValueError for an array that is not a distribution.

    >>> mutual_information([[0.5, 0.0], [0.0, 0.5]])
    1.0
    """
    q, free = _product_of_marginals(joint)
    on = q > 0
    return float((q[on] * np.log2(q[on] / free[on])).sum())
