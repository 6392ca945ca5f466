"""Two settings a party: when do the K-party correlations have a local model?

Only the full correlations E[k₁, …, k_K] = ⟨product of all outcomes⟩ are looked at, k_j = 0, 1 being
the setting of party j and the outcomes lying in [−1, 1]. Local deterministic strategies answer
±1 or ±(−1)^k, so their Walsh–Hadamard transforms

    Ê[s] = 2^−K Σ_k (−1)^(s·k) E[k]

are one entry ±1 and zeros: the local correlations are those with Σ|Ê| ≤ 1
(Werner and Wolf 2001; Żukowski and Brukner 2002).
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from nonlocality.foundations.checks import TOLERANCE, finite_array


def _check(name: str, table: np.ndarray) -> np.ndarray:
    found = finite_array(name, table)
    if not found.ndim or set(found.shape) != {2}:
        raise ValueError(
            f"Argument `{name}` must have shape (2, …, 2), two entries a party, but has shape "
            f"{found.shape}."
        )
    return found


def _slices(parties: int) -> str:
    return f"tensor[{', '.join([':2'] * parties)}]"


def walsh(correlations: np.ndarray) -> np.ndarray:
    """Ê[s] = 2^−K Σ_k (−1)^(s·k) E[k], shape (2,) * K.

    Raises ValueError for another shape.

    >>> walsh([[1, 1], [1, -1]]).tolist()
    [[0.5, 0.5], [0.5, -0.5]]
    """
    table = _check("correlations", correlations)
    for axis in range(table.ndim):
        even, odd = np.take(table, 0, axis), np.take(table, 1, axis)
        table = np.stack([(even + odd) / 2, (even - odd) / 2], axis)
    return table


def locality_sum(correlations: np.ndarray) -> float:
    """Σ|Ê|: at most 1 exactly if the correlations have a local model; CHSH over 2 for K = 2.

    >>> locality_sum([[1, 1], [1, -1]])
    2.0
    """
    return float(np.abs(walsh(correlations)).sum())


def planar_correlations(tensor: np.ndarray, *, angles: Sequence[float]) -> np.ndarray:
    """E[k₁, …] of the directions cos α_j x + (−1)^k sin α_j y, one angle a party.

    Any two directions have this form: x along their sum, y along their difference.
    tensor: T in the directions x, y of each party, shape (2,) * K. Then
    Ê[s] = T[s] Π_j (cos α_j if s_j is x, sin α_j if y), so Σ|Ê| ≤ |T| by Cauchy and Schwarz: that
    is why ℒ = |T|² ≤ 1 suffices (eq. (6)). Raises ValueError for other shapes.

    >>> planar_correlations(np.eye(2), angles=[np.pi / 4, 0]).round(3).tolist()
    [[0.707, 0.707], [0.707, 0.707]]
    """
    table = finite_array("tensor", tensor)
    if table.ndim and min(table.shape) >= 2 < max(table.shape):
        raise ValueError(
            "Argument `tensor` must hold two directions a party, shape (2, …, 2), but has shape "
            f"{table.shape}; of x, y, z take the first two: {_slices(table.ndim)}."
        )
    table = _check("tensor", table)
    angles = finite_array("angles", angles)
    if angles.shape != (table.ndim,):
        raise ValueError(
            f"Argument `angles` must hold {table.ndim} numbers, but has shape {angles.shape}."
        )
    for axis, angle in enumerate(angles):
        x, y = np.cos(angle) * np.take(table, 0, axis), np.sin(angle) * np.take(table, 1, axis)
        table = np.stack([x + y, x - y], axis)
    return table


def local_model(correlations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A local model of full correlations: strategies and their probabilities.

    Returns answers, shape (n, K, 2), entries ±1 for each strategy, party and setting, and
    probabilities, shape (n,). Strategy s answers (−1)^(s_j k_j), the first party times the sign of
    Ê[s], with probability |Ê[s]|; what is left goes to two strategies that cancel.
    Raises ValueError where Σ|Ê| > 1: then there is no local model.

    >>> answers, weights = local_model([[0.5, 0.5], [0.5, -0.5]])
    >>> correlations_of_model(answers, weights).tolist()
    [[0.5, 0.5], [0.5, -0.5]]
    """
    transform = walsh(correlations)
    k, total = transform.ndim, np.abs(transform).sum()
    if total > 1 + TOLERANCE:
        raise ValueError(
            f"Argument `correlations` must have a local model, but its sum is {total:.9g} > 1."
        )
    answers, weights = [], []
    for s in product((0, 1), repeat=k):
        signs = np.array([[1, 1 - 2 * bit] for bit in s])
        signs[0] *= -1 if transform[s] < 0 else 1
        answers.append(signs)
        weights.append(abs(transform[s]))
    rest = np.ones((k, 2), dtype=int)
    answers += [rest, np.concatenate([-rest[:1], rest[1:]])]
    weights += [max(0, 1 - total) / 2] * 2
    return np.array(answers), np.array(weights) / np.sum(weights)


def correlations_of_model(answers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """E[k₁, …] = Σ_λ p(λ) Π_j answers[λ, j, k_j], the correlations of a model.

    answers: shape (n, K, 2). weights: p, shape (n,). Returns shape (2,) * K. Raises ValueError
    for other shapes.

    >>> correlations_of_model(np.ones((1, 2, 2)), [1]).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    answers, weights = finite_array("answers", answers), finite_array("weights", weights)
    if answers.ndim != 3 or answers.shape[2] != 2 or weights.shape != answers.shape[:1]:
        raise ValueError(
            "Arguments `answers` and `weights` must have shapes (n, K, 2) and (n,), but have "
            f"{answers.shape} and {weights.shape}."
        )
    total = np.zeros((2,) * answers.shape[1])
    for signs, weight in zip(answers, weights, strict=True):
        table = np.array(weight)
        for party in signs:
            table = np.multiply.outer(table, party)
        total += table
    return total
