"""Finitely many directions that stand for all measurements: polygons and polyhedra.

Appendix B of arXiv:1505.01430 uses an octagon inside the circle; a polygon around it covers all."""

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from nonlocality.foundations.checks import TOLERANCE, counts, finite_array, finite_number, shown
from nonlocality.foundations.sizes import require_memory


def polygon(directions: int, *, angle: float = 0.0) -> np.ndarray:
    """Corners of the regular polygon of 2n sides around the unit disc, one of each pair ±r.

    directions: n, at least 2. angle: of the first corner, in radians. Shape (n, 2), components
    along X and Z. The corners lie at the distance 1/cos(π/2n).
    Raises ValueError for fewer than 2 directions or an angle that is not finite.

    >>> polygon(2, angle=np.pi / 4).round(12) + 0.0
    array([[ 1.,  1.],
           [-1.,  1.]])
    """
    if not isinstance(directions, int | np.integer) or directions < 2:
        raise ValueError(
            f"Argument `directions` must be an integer of at least 2, but is {shown(directions)}."
        )
    require_memory("directions", 40 * directions)
    angles = finite_array("angle", angle) + np.pi * np.arange(directions) / directions
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) / np.cos(np.pi / (2 * directions))


LARGEST_FREQUENCY = 30
"""Of a polyhedron: 4501 pairs of corners, more than a linear program can use."""


def polyhedron(frequency: int) -> np.ndarray:
    """Corners of a geodesic polyhedron around the unit ball, one of each pair ±r, ``[n, 3]``.

    The faces of an icosahedron cut into frequency² triangles and blown up to the sphere, then
    scaled until the ball fits in: 5·frequency² + 1 pairs, for assemblages that are not real. The
    corners lie at distances of up to 1.26 (frequency 1), 1.07 (2), 1.03 (3), 1.02 (4).
    Raises ValueError for anything but an integer from 1 to 30.

    >>> [polyhedron(n).shape for n in (1, 2)]
    [(6, 3), (21, 3)]
    """
    (frequency,) = counts("frequency", (frequency,))
    if frequency > LARGEST_FREQUENCY:
        raise ValueError(
            f"Argument `frequency` must be at most {LARGEST_FREQUENCY}, but is {shown(frequency)}."
        )
    golden = (1 + 5**0.5) / 2
    signs = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    corners = np.concatenate(
        [np.roll(np.c_[np.zeros(4), signs * [1, golden]], k, axis=1) for k in range(3)]
    )
    steps = [(i, j) for i in range(frequency + 1) for j in range(frequency + 1 - i)]
    shares = np.array([(i, j, frequency - i - j) for i, j in steps]) / frequency
    points = (shares @ corners[ConvexHull(corners).simplices]).reshape(-1, 3)
    points /= np.linalg.norm(points, axis=1)[:, None]
    first = points[np.lexsort(np.round(points, 9).T)]
    kept: list[np.ndarray] = []
    for point in first[::-1]:
        if all(min(np.abs(point - k).max(), np.abs(point + k).max()) > 1e-6 for k in kept):
            kept.append(point)
    r = np.array(kept)
    hull = ConvexHull(np.concatenate([r, -r]))
    return r / -hull.equations[:, -1].max()


def octagon_mixture(angle: float) -> np.ndarray:
    """The coefficients c_{a'x} of eq. (38) of arXiv:1505.01430, ``[a', x]``, for μ = cos(π/8).

    The measurement at θ, kept to the share μ, is a mixture of those at θ_x = πx/4, x = 0, …, 3:
    Π_{0|θ}(μ) = Σ c_{a'x} Π_{a'|θ_x}. With the corners θ_k ≤ θ ≤ θ_{k+1} of the octagon and
    δ = θ − θ_k they have the weights μ sin(π/4 − δ)/sin(π/4) and μ sin(δ)/sin(π/4), together
    cos(δ − π/8); what is left to 1 goes to both outcomes of x = 0 alike.
    angle: θ in radians, any finite number (θ + π is the other outcome).

    >>> octagon_mixture(np.pi / 8).round(6).tolist()  # half-way between two corners
    [[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """
    turns = finite_number("angle", angle) % (2 * np.pi) / (np.pi / 4)
    k = int(turns)
    delta = (turns - k) * np.pi / 4
    mixture = np.zeros((2, 4))
    for corner, sine in ((k, np.sin(np.pi / 4 - delta)), (k + 1, np.sin(delta))):
        mixture[corner // 4 % 2, corner % 4] += np.cos(np.pi / 8) * sine / np.sin(np.pi / 4)
    mixture[:, 0] += max(0.0, 1 - mixture.sum()) / 2
    return mixture


def check_corners(corners: np.ndarray) -> ConvexHull:
    """The hull of ±r_k, for corners of shape (n, 2) or (n, 3); it must contain the unit ball.

    Raises ValueError otherwise, saying how far it reaches.

    >>> check_corners(0.9 * polygon(8))
    Traceback (most recent call last):
    ...
    ValueError: Argument `corners` must span the unit disc or ball, but contains radius 0.9 only.
    """
    r = finite_array("corners", corners)
    if r.ndim != 2 or r.shape[1] not in (2, 3) or len(r) < r.shape[1]:
        raise ValueError(
            "Argument `corners` must have shape (n, 2) or (n, 3), with n at least that second "
            f"number, but has shape {r.shape}."
        )
    try:
        hull = ConvexHull(np.concatenate([r, -r]))
        radius = -hull.equations[:, -1].max()  # n·r + offset ≤ 0 inside, with unit normals n
    except QhullError:  # all corners on a line or in a plane
        hull, radius = None, 0.0
    if radius < 1 - TOLERANCE:
        raise ValueError(
            "Argument `corners` must span the unit disc or ball, but contains radius "
            f"{radius:.9g} only."
        )
    return hull
