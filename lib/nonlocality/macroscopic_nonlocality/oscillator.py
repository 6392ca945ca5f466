"""The oscillator's functions at any level: wave functions, Laguerre functions, coherent states.

All come from the recursion upwards in the level, which is stable: where a function is small it
grows, elsewhere it oscillates. What leaves the range of floating point on the way is carried as
a logarithm, so that level 1000 is as good as level 10. Units: the vacuum has unit variance.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln

from nonlocality.foundations.checks import complex_array, counts, finite_array, shown, whole_numbers
from nonlocality.foundations.sizes import require_memory

FAR = 1e8
"""Beyond this distance from the origin the functions of every level that fits here vanish."""

_STEP = 1e100
"""Where a mantissa grows beyond this it is divided by it, and the logarithm keeps the factor."""


def _upwards(
    logs: np.ndarray,
    count: int,
    step: Callable[[int], tuple[np.ndarray | float, float, float]],
) -> np.ndarray:
    """f_0 = e^logs, and f_{k+1} = (a f_k − b f_{k−1})/c with (a, b, c) = step(k): (count, …)."""
    found = np.empty((count, *logs.shape))
    logs, below, here = np.array(logs), np.zeros(logs.shape), np.ones(logs.shape)
    found[0] = np.exp(logs)
    for k in range(count - 1):
        a, b, c = step(k)
        below, here = here, (a * here - b * below) / c
        large = np.abs(here) > _STEP
        if large.any():
            here, below = (np.where(large, f / _STEP, f) for f in (here, below))
            logs = np.where(large, logs + np.log(_STEP), logs)
        found[k + 1] = here * np.exp(logs)
    return found


def wave_functions(points: np.ndarray, *, dimension: int) -> np.ndarray:
    """⟨x|k⟩ = e^{−x²/4} H_k(x) / √(√(2π) k!) for k < d, shape (d, …) (eq. A17).

    points: x, any shape. H_k are the Hermite polynomials with leading coefficient 1.
    Raises ValueError for points that are not finite or a dimension below 1.

    >>> (wave_functions(0.0, dimension=3)**2 * (2 * np.pi)**0.5).round(12)
    array([1. , 0. , 0.5])
    """
    (d,) = counts("dimension", [dimension])
    x = np.clip(finite_array("points", points), -FAR, FAR)
    require_memory("points", 8 * x.size * d)
    return _upwards(
        -(x**2) / 4 - np.log(2 * np.pi) / 4, d, lambda k: (x, np.sqrt(k), np.sqrt(k + 1))
    )


def laguerre_functions(squares: np.ndarray, *, order: int, dimension: int) -> np.ndarray:
    """√(k!/(k + m)!) y^{m/2} e^{−y/2} L_k^m(y) for k < d, shape (d, …): orthonormal on y ≥ 0.

    squares: y ≥ 0, any shape. order: m ≥ 0. They are the elements ⟨k + m|D|k⟩ of a displacement
    by √y, up to a phase, hence the Wigner function and the characteristic function.
    Raises ValueError for negative or infinite y, a negative order or a dimension below 1.

    >>> (laguerre_functions([1.0], order=1, dimension=2)[:, 0] * np.e**0.5 * 2**0.5).round(12)
    array([1.41421356, 1.        ])
    """
    (d,) = counts("dimension", [dimension])
    m = whole_numbers("order", order)
    if m.ndim or m < 0:
        raise ValueError(f"Argument `order` must be a whole number from 0, but is {shown(order)}.")
    y = finite_array("squares", squares)
    if y.size and y.min() < 0:
        raise ValueError(f"Argument `squares` must not be negative, but holds {y.min()}.")
    y, m = np.minimum(y, FAR**2), int(m)
    require_memory("squares", 8 * y.size * d)
    with np.errstate(divide="ignore"):
        start = (m / 2 * np.log(y) if m else 0) - y / 2 - gammaln(m + 1) / 2
    return _upwards(
        start,
        d,
        lambda k: (2 * k + m + 1 - y, np.sqrt(k * (k + m)), np.sqrt((k + 1) * (k + m + 1))),
    )


def coherent_amplitudes(points: np.ndarray, *, dimension: int) -> np.ndarray:
    """⟨k|β⟩ = e^{−|β|²/2} β^k/√k! for k < d, shape (d, …).

    points: β, complex, any shape. Raises ValueError for points that are not finite.

    >>> round(float((abs(coherent_amplitudes(14.2, dimension=400)) ** 2).sum()), 12)
    1.0
    """
    (d,) = counts("dimension", [dimension])
    beta = np.asarray(complex_array("points", points), dtype=complex)
    require_memory("points", 32 * beta.size * d)
    k = np.arange(d).reshape(-1, *(1,) * beta.ndim)
    size = np.minimum(np.abs(beta), FAR)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(k == 0, 0.0, k * np.log(size)) - size**2 / 2 - gammaln(k + 1) / 2
    return np.exp(logs + 1j * k * np.angle(beta))
