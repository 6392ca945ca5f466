"""Steering functionals: linear functions of an assemblage, β of arXiv:1505.01430, eq. (45)."""

import numpy as np

from nonlocality.foundations.checks import TOLERANCE, complex_array
from nonlocality.foundations.solvers import power_of_two
from nonlocality.postquantum_steering.assemblage_tables import check_minimal
from nonlocality.postquantum_steering.assemblages import Assemblage, with_silent_charlie


def functional_minimal(
    *, reduced: np.ndarray, bob: np.ndarray, charlie: np.ndarray, joint: np.ndarray
) -> np.ndarray:
    """The functional of eq. (45) of arXiv:1505.01430, in full: shape (2, 2, y, z, d, d).

    tr(F_A ρ_A + Σ_y F_y σ_{0|y} + Σ_z F_z σ_{0|z} + Σ_yz F_yz σ_{00|yz}), for two outcomes each.
    reduced: F_A, (d, d). bob: ``[y, i, j]``. charlie: ``[z, i, j]``. joint: ``[y, z, i, j]``.
    No-signalling leaves a choice of F_{bcyz}; here F_A is spread evenly over all y and z, F_y
    over all z, F_z over all y.
    Raises ValueError for shapes that do not fit.

    >>> zero, unit = np.zeros((1, 1)), np.eye(1)
    >>> f = functional_minimal(reduced=unit, bob=[zero], charlie=[zero], joint=[[2 * unit]])
    >>> f[:, :, 0, 0, 0, 0]
    array([[3., 1.],
           [1., 1.]])
    """
    f_a, f_b, f_c, f_bc = check_minimal(reduced, bob, charlie, joint)
    m, n = len(f_b), len(f_c)
    functional = np.zeros((2, 2, *f_bc.shape), dtype=np.result_type(f_a, f_b, f_c, f_bc, float))
    functional += f_a / (m * n)
    functional[0] += f_b[:, None] / n
    functional[:, 0] += f_c / m
    functional[0, 0] += f_bc
    return functional


def functional_value(functional: np.ndarray, assemblage: Assemblage) -> float:
    """β = Σ tr(F_{bcyz} σ_{bc|yz}), eq. (5) of arXiv:1505.01430.

    Raises ValueError where the shapes differ, or for matrices that are not Hermitian.

    >>> mixed = Assemblage(np.full((2, 2, 1, 1, 1, 1), 0.25))
    >>> functional_value(np.arange(4).reshape(2, 2, 1, 1, 1, 1), mixed)
    1.5
    """
    f = check_functional("functional", functional)
    elements = with_silent_charlie(assemblage).elements
    if np.shape(functional) != assemblage.elements.shape:
        raise ValueError(
            f"Argument `functional` must have shape {assemblage.elements.shape} to fit the "
            f"assemblage, but has shape {np.shape(functional)}."
        )
    return float(np.einsum("bcyzij,bcyzji->", f, elements).real)


def check_functional(name: str, functional: np.ndarray) -> np.ndarray:
    """Return an array ``[b, c, y, z, i, j]`` of Hermitian matrices.

    One for a single untrusted party, ``[b, y, i, j]``, gets a Charlie of one setting and outcome.
    Raises ValueError, naming the argument, for anything else.
    """
    f = complex_array(name, functional)
    if f.ndim == 4:
        f = f[:, None, :, None]
    if f.ndim != 6 or f.shape[4] != f.shape[5] or not f.size:
        raise ValueError(
            f"Argument `{name}` must have shape (b, c, y, z, d, d) or (b, y, d, d), but has shape "
            f"{np.shape(functional)}."
        )
    skew = np.abs(f - f.conj().swapaxes(4, 5)).max()
    if skew > TOLERANCE * np.abs(f).max():
        raise ValueError(f"Argument `{name}` must be Hermitian, but misses that by {skew:.3g}.")
    return f


def in_units(functional: np.ndarray) -> tuple[float, np.ndarray]:
    """A unit, and the functional in it: the power of two next below the largest entry.

    So the least value of c times F is c times that of F, within the solver's digits, for every c.

    >>> in_units(np.array([1.0, -4.0]))
    (4.0, array([ 0.25, -1.  ]))
    """
    functional = complex_array("functional", functional)
    unit = float(power_of_two(np.abs(functional).max(initial=0)))
    return unit, functional / unit
