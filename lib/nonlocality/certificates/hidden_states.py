"""Assemblages that are local for all projective measurements: exact models and operators.

The setting and the minimal representation are those of
:mod:`~nonlocality.certificates.steering_members` (arXiv:1505.01430): real qubits, a symmetric
matrix is written as its entries 00, 01, 11.
"""

from fractions import Fraction
from itertools import pairwise

from nonlocality.certificates.rational import numbers, require
from nonlocality.certificates.steering_members import (
    STRATEGIES,
    WORDS,
    answers_zero,
    called,
    capital,
    element_determinants,
    read_members,
    read_weights,
)


def _require_disc(corners: list[list[Fraction]]) -> None:
    """Raise CertificateError unless r_0, r_1, …, −r_0, … runs around a disc of radius 1.

    Each edge turns to the left by less than half a turn, and its line has a distance of 1 or
    more from the origin: (r × r')² ≥ |r − r'|², with r × r' > 0. One turn in all is made if the
    corners come in the order of their angles in the half plane that starts with r_0.
    """
    first = corners[0]
    for corner in corners[1:]:
        side = first[0] * corner[1] - first[1] * corner[0]
        require(side > 0, "The corners must lie to the left of the first one.")
    for (x, y), (u, v) in pairwise([*corners, [-first[0], -first[1]]]):
        cross = x * v - y * u
        require(cross > 0, "The corners must be in the order of their angles.")
        require(
            cross**2 >= (x - u) ** 2 + (y - v) ** 2,
            f"The edge from ({x}, {y}) to ({u}, {v}) must not cut the unit disc.",
        )


def local_assemblage(data: dict) -> str:
    """An assemblage in minimal representation is local for all projective measurements.

    assemblage: the nine members. corners: r_k along X and Z; ±r_k span a
    polygon around the unit disc. weights: q_λ by strategy. means: m_λ(r_k) by strategy, with
    |m_λ(r_k)| ≤ q_λ. Σ q_λ D_λ must be the traces and Σ m_λ(r_k) D_λ = r_k·v the Bloch vectors, for
    each corner. Mixtures of corners then give a model for every r of the disc, hence for every
    measurement of two outcomes. determinants: of the sixteen elements, not negative.
    """
    members = read_members(data["assemblage"])
    determinants = element_determinants(members)
    require(isinstance(data["corners"], list) and data["corners"], "There must be corners.")
    corners = [numbers(corner, length=2) for corner in data["corners"]]
    _require_disc(corners)
    weights = read_weights(data["weights"])
    require(
        isinstance(data["means"], dict) and list(data["means"]) == list(STRATEGIES),
        "The key `means` must have an entry for each strategy from 0000 to 1111.",
    )
    means = {name: numbers(row, length=len(corners)) for name, row in data["means"].items()}
    for name, row in means.items():
        require(
            max(abs(mean) for mean in row) <= weights[name],
            f"The means of strategy {name} must not exceed its weight.",
        )
    for word in WORDS:
        a, b, d = members[word]
        on = [name for name in STRATEGIES if answers_zero(word, name)]
        require(
            sum(weights[name] for name in on) == a + d,
            f"The weights must give the trace {a + d} at {word}.",
        )
        for k, (x, z) in enumerate(corners):
            wanted = 2 * x * b + z * (a - d)
            require(
                sum(means[name][k] for name in on) == wanted,
                f"The means must give {wanted} at {word} for corner {k}.",
            )
    require(
        data["least_determinant"] == str(min(determinants.values())),
        f"The least determinant is {min(determinants.values())}.",
    )
    return (
        f"{capital(called(members))} has a local model for all projective measurements: a polygon "
        f"of {2 * len(corners)} sides around the disc of measurements has one."
    )


CHECKERS = {"hidden-states-table1": ("PS-08", local_assemblage)}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
