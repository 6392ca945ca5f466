"""Quantum behaviours that are good at a Bell expression: the quantum set from inside."""

import numpy as np
from scipy.optimize import minimize

from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.cglmp import behaviour_from_links
from nonlocality.foundations.checks import finite_array
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, measurement_of_observables

_PAULI = np.array([np.eye(2), PAULI_Z, PAULI_X])


_GRID = np.linspace(0, np.pi, 25)


def _harmonics(angle: np.ndarray) -> np.ndarray:
    """1, cos, sin of angles, last axis."""
    return np.stack([np.ones_like(angle), np.cos(angle), np.sin(angle)], axis=-1)


def _bell_operators(functional: np.ndarray) -> np.ndarray:
    """T[i, j], 4 × 4 matrices: the Bell operator is Σ h_i(φ) h_j(χ) T[i, j], h = 1, cos, sin.

    The observables of each side are Z and Z cos + X sin, projectors (1 ± A)/2.
    """
    sign = np.array([[0.5, 0.5], [0.5, -0.5]])
    f = np.einsum("abxy,ap,bq->pxqy", functional, sign, sign)  # p, q: 1 or the observable
    # side[i, p, x]: what stands at h_i for the setting x, as weights of 1, Z, X
    side = np.zeros((3, 2, 2, 3))
    side[0, 0, :, 0] = side[0, 1, 0, 1] = side[1, 1, 1, 1] = side[2, 1, 1, 2] = 1
    weights = np.einsum("ipxm,pxqy,jqyn->ijmn", side, f, side)
    return np.einsum("ijmn,mkr,nls->ijklrs", weights, _PAULI, _PAULI).reshape(3, 3, 4, 4)


def best_two_qubit_behaviour(functional: np.ndarray) -> np.ndarray:
    """The table of a two-qubit behaviour that is best at a Bell expression, ``[a, b, x, y]``.

    Two settings and two outcomes a side. By Jordan's lemma the maximum over all quantum models is
    reached by real projective measurements Z, Z cos φ + X sin φ on a qubit each: the largest
    eigenvalue of a matrix with two angles, here by a grid and a local search. That it is a
    maximum is not proved; that the table is quantum is plain.
    functional: shape (2, 2, 2, 2). Raises ValueError for another shape.

    >>> from nonlocality.foundations.inequalities import correlator_functional
    >>> chsh = correlator_functional([[1, 1], [1, -1]])
    >>> round(float((chsh * best_two_qubit_behaviour(chsh)).sum()), 6)
    2.828427
    """
    f = finite_array("functional", functional)
    if f.shape != (2, 2, 2, 2):
        raise ValueError(f"Argument `functional` must have shape (2, 2, 2, 2), but has {f.shape}.")

    operators = _bell_operators(f)

    def top(angles: np.ndarray) -> tuple[float, np.ndarray]:
        """Minus the largest eigenvalue, its gradient: the expectation of the derivative."""
        sides = _harmonics(angles)
        slopes = np.stack([np.zeros(2), -sides[:, 2], sides[:, 1]], axis=1)
        values, vectors = np.linalg.eigh(np.einsum("i,j,ijkl->kl", *sides, operators))
        means = np.einsum("k,ijkl,l->ij", vectors[:, -1], operators, vectors[:, -1])
        return -values[-1], -np.array([slopes[0] @ means @ sides[1], sides[0] @ means @ slopes[1]])

    h = _harmonics(_GRID)
    values = np.linalg.eigvalsh(np.einsum("pi,qj,ijkl->pqkl", h, h, operators, optimize=True))
    start = _GRID[list(np.unravel_index(values[..., -1].argmax(), values.shape[:2]))]
    best = minimize(top, start, jac=True, method="BFGS", options={"gtol": 1e-9}).x
    operator = np.einsum("i,j,ijkl->kl", *_harmonics(best), operators)
    state = np.linalg.eigh(operator)[1][:, -1]
    sides = [
        measurement_of_observables([PAULI_Z, np.cos(angle) * PAULI_Z + np.sin(angle) * PAULI_X])
        for angle in best
    ]
    return behaviour_quantum(state, sides).table


def best_links_behaviour(functional: np.ndarray) -> np.ndarray:
    """The table of the quantum behaviour with equal links that is best at a Bell expression.

    States Σ_j a_j |jj⟩ under measurements of the CGLMP kind: all four links have P(r) =
    |Σ_j a_j exp(2πi j (r + δ)/d)|²/d with 4δ = 1 mod d and real a; among them the best. (For
    complex a every other link has the complex conjugate of a.)
    functional: shape (d, d, 2, 2), as the table that is returned. Raises ValueError for another
    shape, fewer than two outcomes, or entries that are not finite.

    >>> from nonlocality.foundations.inequalities import correlator_functional
    >>> chsh = correlator_functional([[1, 1], [1, -1]])
    >>> best_links_behaviour(chsh).shape
    (2, 2, 2, 2)
    """
    f = finite_array("functional", functional)
    d = f.shape[0] if f.ndim == 4 else 0
    if d < 2 or f.shape != (d, d, 2, 2):
        raise ValueError(f"Argument `functional` must have shape (d, d, 2, 2), but has {f.shape}.")
    weights = np.array([(f * behaviour_from_links(row).table).sum() for row in np.eye(d)])
    best = -np.inf, None
    for k in range(4):
        phases = np.outer(np.arange(d) + (1 + k * d) / 4, np.arange(d))
        waves = np.exp(2j * np.pi * phases / d) / np.sqrt(d)  # row r: the amplitude of link r
        values, vectors = np.linalg.eigh(((waves.conj().T * weights) @ waves).real)
        if values[-1] > best[0]:
            best = values[-1], np.abs(waves @ vectors[:, -1]) ** 2
    return behaviour_from_links(best[1]).table
