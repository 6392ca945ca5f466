"""From a solver's dual point to the data of a certificate: sums of squares in integers.

A dual matrix Z ⪰ 0 is Σ_r r rᵀ; its rows, rounded to integers over a scale, are still a sum of
squares, so rounding costs tightness and never truth. What is left over is bounded by the checker,
:mod:`nonlocality.certificates.sums_of_squares`.
"""

from fractions import Fraction

import numpy as np

from nonlocality.foundations.checks import finite_array
from nonlocality.foundations.exact_numbers import whole_digits
from nonlocality.foundations.semidefinite import minimise_semidefinite
from nonlocality.macroscopic_locality.structure import moment_structure


def integer_rows(matrix: np.ndarray, *, digits: int) -> list[str]:
    """Integers r with Σ r rᵀ near 10^(2·digits) times a positive matrix, each row a string.

    matrix: shape (n, n), positive but for rounding. Directions of weight 0 are left out.
    Raises ValueError for another shape or digits that are no whole number.

    >>> integer_rows([[0.25, 0], [0, 0]], digits=3)
    ['500 0']
    """
    z = finite_array("matrix", matrix)
    if z.ndim != 2 or z.shape[0] != z.shape[1]:
        raise ValueError(f"Argument `matrix` must have shape (n, n), but has shape {z.shape}.")
    places = whole_digits("digits", digits)
    values, vectors = np.linalg.eigh((z + z.T) / 2)
    kept = values > max(10.0 ** (-2 * places) / 4, 1e-13 * values[-1])
    rows = np.rint(10.0**places * (vectors[:, kept] * np.sqrt(values[kept])).T)
    rows *= np.where(rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)] < 0, -1, 1)[:, None]
    return [" ".join(str(int(entry)) for entry in row) for row in rows]


def squares(functional: np.ndarray, *, level: str, digits: int = 9) -> dict[str, object]:
    """Data that prove an upper bound on Σ f·P over a level: squares, and at level 1 multipliers.

    functional: shape (o, o, m, m), at most ten outcomes and settings. level: "1", "1+AB", "2" or
    "3".
    Returns the keys "level", "scale", "squares", "positive" that
    :func:`nonlocality.certificates.sums_of_squares.squares_bound` reads.
    Raises ValueError for another shape or level, SolverError if the solver stops early.

    >>> from nonlocality.foundations.inequalities import correlator_functional
    >>> data = squares(correlator_functional([[1, 1], [1, -1]]), level="1")
    >>> len(data["squares"][0].split()), data["scale"]
    (5, '1000000000')
    """
    f = finite_array("functional", functional)
    if f.ndim != 4 or f.shape[0] != f.shape[1] or f.shape[2] != f.shape[3] or max(f.shape) > 10:
        raise ValueError(
            f"Argument `functional` must have shape (o, o, m, m), each ≤ 10, but has {f.shape}."
        )
    digits = whole_digits("digits", digits)
    structure = moment_structure(level, f.shape[:2], f.shape[2:])
    constant, slopes = structure.table_map
    found = minimise_semidefinite(
        -(slopes.T @ f.ravel()),
        matrices=[structure.inequality],
        box=1,
        below=(-slopes, constant) if level == "1" else None,
    )
    data: dict[str, object] = {
        "level": level,
        "scale": str(10**digits),
        "squares": integer_rows(found.evidence.dual_matrices[0], digits=digits),
    }
    if level == "1":
        weights = np.rint(found.evidence.dual_below * 10.0**digits)
        data["positive"] = {
            "".join(map(str, place)): str(Fraction(int(w), 10**digits))
            for place, w in zip(np.ndindex(f.shape), weights, strict=True)
            if w > 0
        }
    return data
