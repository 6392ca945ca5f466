"""Certificates of assemblages that never fire both: noise from both sides, the lift, a POVM.

What is written here is checked by :mod:`nonlocality.certificates.exclusive_assemblages`, which
needs the standard library alone.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import scipy.sparse as sp

from nonlocality.certificates import exclusive_assemblages as checker
from nonlocality.certificates.rational import CertificateError
from nonlocality.certificates.steering_members import WORDS
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.postquantum_steering.exclusive import exclusive_assemblage
from nonlocality.postquantum_steering.functionals import functional_minimal
from nonlocality.postquantum_steering.proofs import (
    decimal,
    minimal_functional,
    proved_bound,
    value_of_members,
    with_sentence,
)
from nonlocality.postquantum_steering.quantum_robustness import quantum_white_noise_robustness
from nonlocality.postquantum_steering.robustness import minimise_functional, white_noise_robustness

Exact = dict[str, list]
"""An exclusive assemblage in fractions: "reduced", "bob", "charlie", entries 00, 01, 11."""

INTEGERS: Exact = {
    "reduced": ["1/2", "5/18", "1/2"],
    "bob": [["25/108", "5/36", "1/12"], ["0", "0", "2/9"]],
    "charlie": [["1/12", "5/36", "25/108"], ["2/9", "0", "0"]],
}
"""The assemblage of integers over 108."""


def _floats(exact: Exact) -> dict[str, np.ndarray]:
    """The matrices as arrays."""

    def matrix(entries: list) -> np.ndarray:
        a, b, d = (float(Fraction(x)) for x in entries)
        return np.array([[a, b], [b, d]])

    return {
        name: matrix(value) if name == "reduced" else np.array([matrix(m) for m in value])
        for name, value in exact.items()
    }


def _noisy(exact: Exact, noise: Fraction) -> dict[tuple, list[Fraction]]:
    """The nine matrices with white noise, exactly, by words."""
    return checker.noisy_members(*checker.read_exclusive(exact), noise)


def _as_members(matrices: dict[tuple, list[Fraction]]) -> dict[str, np.ndarray]:
    """Nine matrices by words as :data:`~nonlocality.postquantum_steering.proofs.Members`."""

    def square(word: tuple) -> np.ndarray:
        a, b, d = matrices[word]
        return np.array([[a, b], [b, d]], dtype=object)

    bits = (0, 1)
    return {
        "reduced": square(((), ())),
        "bob": np.array([square(((y,), ())) for y in bits]),
        "charlie": np.array([square(((), (z,))) for z in bits]),
        "joint": np.array([[square(((y,), (z,))) for z in bits] for y in bits]),
    }


def noise_certificate(
    exact: Exact, *, noise: Fraction, level: str, claim: str, kind: str, digits: int = 6
) -> dict:
    """The certificate that so much white noise leaves an exclusive assemblage postquantum.

    noise: less than the white-noise robustness at the level ("almost-quantum" or "2"), which the
    witness is taken from. claim, kind: of the certificate. digits: of the dual matrix.
    Raises CertificateError where that is not proved.

    >>> found = noise_certificate(
    ...     INTEGERS, noise=Fraction(4, 25), level="almost-quantum", claim="PS-10",
    ...     kind="hidden-states-robustness",
    ... )
    >>> found["noise"]
    '0.16'
    """
    steered = exclusive_assemblage(**_floats(exact))
    steps = level if level == "almost-quantum" else int(level)
    functional = minimal_functional(white_noise_robustness(steered, level=steps).witness, digits=5)
    value = value_of_members(functional, _as_members(_noisy(exact, noise)))
    floats = {name: np.asarray(m, dtype=float) for name, m in functional.items()}
    least = minimise_functional(functional_minimal(**floats), level=steps).least.lower
    bound = Fraction(round((float(value) + least) / 2 * 10**7), 10**7)
    data = {
        "claim": claim,
        "kind": kind,
        **exact,
        "noise": decimal(noise),
        **proved_bound(functional, bound=bound, value=value, level=level, digits=digits),
    }
    return with_sentence(data, checker.noisy_witness)


def model_certificate(exact: Exact, *, noise: Fraction, parts: int = 8, digits: int = 6) -> dict:
    """The certificate that so much white noise makes an exclusive assemblage quantum.

    noise: more than the quantum white-noise robustness; the nearer, the more parts it takes.
    parts: how many, the heaviest of the floating-point model
    (:mod:`~nonlocality.postquantum_steering.quantum_robustness`), at rational points of the circle.
    The states with the largest smallest eigenvalue are rounded to decimals, and one of them takes
    up what the sums then miss, exactly.
    Raises CertificateError where the states are not positive then.
    """
    found = quantum_white_noise_robustness(exclusive_assemblage(**_floats(exact)), gap=2e-5)
    weights = np.trace(found.states, axis1=1, axis2=2)
    points: list[tuple] = []
    for k in np.argsort(-weights):
        rational = tuple(_on_circle(theta) for theta in found.angles[k])
        if len(points) < parts and rational not in points:
            points.append(rational)
    points.sort(key=lambda pair: pair[0][1] == 0 or pair[1][1] == 0)  # generic ones first
    wanted = _noisy(exact, noise)
    right = [wanted[word][k] for word in WORDS for k in range(3)]
    maps = [_steering_map(pair) for pair in points]
    states = _central_states(maps, np.array(right, dtype=float), digits)
    missing = [
        r - sum(a * x for rows, state in zip(maps, states, strict=True)
                for a, x in zip(rows[k], state, strict=True))
        for k, r in enumerate(right)
    ]  # fmt: skip
    states[0] = [x + y for x, y in zip(states[0], _least_norm(maps[0], missing), strict=True)]
    written = [
        {"bob": [decimal(x) for x in b], "charlie": [decimal(x) for x in c],
         "state": [[decimal(state[p * (p + 1) // 2 + q]) for q in range(p + 1)] for p in range(8)]}
        for (b, c), state in zip(points, states, strict=True)
    ]  # fmt: skip
    data = {
        "claim": "PS-20", "kind": "steering-quantum-model", **exact, "noise": decimal(noise),
        "parts": written,
    }  # fmt: skip
    return with_sentence(data, checker.noisy_model)


def _on_circle(theta: float) -> tuple[Fraction, Fraction]:
    """A rational point of the circle near an angle."""
    theta = float(np.remainder(theta + np.pi, 2 * np.pi) - np.pi)
    if abs(abs(theta) - np.pi) < 1e-3:
        return Fraction(-1), Fraction(0)
    u = Fraction(np.tan(theta / 2)).limit_denominator(40)
    return (1 - u * u) / (1 + u * u), 2 * u / (1 + u * u)


def _steering_map(pair: tuple) -> list[list[Fraction]]:
    """Rows: the 27 entries of the nine matrices; columns: the 36 entries of a symmetric state."""
    effects = []
    for c, s in pair:
        one = Fraction(1)
        effects.append({(): (one, 0 * one, one), (0,): (one, 0 * one, 0 * one),
                        (1,): ((1 + c) / 2, s / 2, (1 - c) / 2)})  # fmt: skip
    rows = []
    for word in WORDS:
        e, g = effects[0][word[0]], effects[1][word[1]]
        for i, j in ((0, 0), (0, 1), (1, 1)):
            row = [Fraction(0)] * 36
            for k, k2, m, m2 in product((0, 1), repeat=4):
                p, q = 4 * i + 2 * k + m, 4 * j + 2 * k2 + m2
                p, q = max(p, q), min(p, q)
                row[p * (p + 1) // 2 + q] += e[k + k2] * g[m + m2]
            rows.append(row)
    return rows


def _central_states(maps: list, right: np.ndarray, digits: int) -> list[list[Fraction]]:
    """States with the largest smallest eigenvalue that fit, rounded to decimals."""
    count = len(maps)
    symmetric = np.zeros((64, 36))
    for p in range(8):
        for q in range(p + 1):
            symmetric[8 * p + q, p * (p + 1) // 2 + q] = 1
            symmetric[8 * q + p, p * (p + 1) // 2 + q] = 1
    matrices = [
        MatrixInequality(
            np.zeros((8, 8)),
            sp.hstack([sp.kron(np.eye(count)[[k]], symmetric), -np.eye(8).reshape(-1, 1)]),
        )
        for k in range(count)
    ]
    equal = np.hstack([*(np.array(m, dtype=float) for m in maps), np.zeros((27, 1))])
    cost = np.zeros(36 * count + 1)
    cost[-1] = -1
    bound = minimise_semidefinite(
        cost, matrices=matrices, equal=(sp.csr_array(equal), right), box=1.0
    )
    unit = 10**digits
    return [
        [Fraction(round(x * unit), unit) for x in part]
        for part in bound.evidence.point[:-1].reshape(count, 36)
    ]


def _least_norm(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """x of least norm with rows · x = right, exactly; the rows must be independent."""
    gram = [[sum(a * b for a, b in zip(u, v, strict=True)) for v in rows] for u in rows]
    system = [[*row, r] for row, r in zip(gram, right, strict=True)]
    for k, pivot in enumerate(system):
        for other in system:
            if other is not pivot and other[k]:
                factor = other[k] / pivot[k]
                other[k:] = [x - factor * y for x, y in zip(other[k:], pivot[k:], strict=True)]
    weights = [row[-1] / row[k] for k, row in enumerate(system)]
    return [sum(w * row[n] for w, row in zip(weights, rows, strict=True)) for n in range(36)]


def lift_certificate(exact: Exact, proof: dict) -> dict:
    """The certificate that the lift of an exclusive assemblage is local for every POVM.

    proof: "constant", "a", "b" and "gap" of the certificate of the qubits.
    """
    rho, bob, charlie = checker.read_exclusive(exact)
    third = Fraction(1, 3)
    lifted = [
        [decimal(x * third) for x in matrix] + [decimal(2 * third * (matrix[0] + matrix[2]))]
        for matrix in (rho, *bob, *charlie)
    ]
    data = {
        "claim": "PS-09", "kind": "hidden-states-lift", **exact,
        **{key: proof[key] for key in ("constant", "a", "b", "gap")}, "lifted": lifted,
    }  # fmt: skip
    return with_sentence(data, checker.exclusive_lift)


def povm_certificate(exact: Exact, *, povm: list[list[str]], vector: list[str]) -> dict:
    """The certificate that no local model covers a POVM and one projective measurement.

    povm: entries 00, 01, 11 of each operator. vector: the projector's direction.
    """
    data = {"claim": "PS-10", "kind": "hidden-states-povm", **exact, "povm": povm,
            "vector": vector, "excess": ""}  # fmt: skip
    try:
        checker.uncovered_measurements(data)
    except CertificateError as error:
        data["excess"] = str(error).removeprefix("The excess is ").removesuffix(".")
    return with_sentence(data, checker.uncovered_measurements)
