"""Certificates of the chapter, made from numbers: rounded to fractions so that all is exact.

Each function returns the data that its checker reads (``nonlocality.certificates``), with the
sentence that the checker derives. Nothing here is trusted: what is written is checked again.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations, product
from math import atan2, ceil, comb, pi, remainder, sqrt, tan

import numpy as np

from nonlocality.certificates import one_qubit_regions as checker
from nonlocality.certificates import region_averages
from nonlocality.foundations.checks import finite_array, shown, whole_numbers
from nonlocality.foundations.linear_algebra import independent_rows
from nonlocality.local_realism.one_qubit_regions import upper_bound

ANGLE_DIGITS = 4
"""Decimal digits of the tangents of half angles."""


def _half_tangents(angles: Sequence[float], *, digits: int = ANGLE_DIGITS) -> list[str]:
    return [str(Fraction(round(tan(a / 2) * 10**digits), 10**digits)) for a in angles]


def _two_angles(name: str, angles: Sequence[float]) -> list[float]:
    """Two angles, brought into [−π, π]; ValueError, naming the argument, for anything else."""
    found = finite_array(name, angles)
    if found.shape != (2,):
        raise ValueError(f"Argument `{name}` must hold two angles, but has shape {found.shape}.")
    return [remainder(a, 2 * pi) for a in found.tolist()]


def _below(value: Fraction, digits: int = 3) -> str:
    """A decimal strictly below a value."""
    units = ceil(value * 10**digits) - 1
    return f"{units // 10**digits}.{units % 10**digits:0{digits}}"


def _finished(kind: str, data: dict) -> dict:
    claim, checker = region_averages.CHECKERS[kind]
    return {"claim": claim, "kind": kind, "proves": checker(data), **data}


def plane_certificate(cases: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> dict:
    """Data for ``body-planes``: sizes and bodies of two regions, n/2 < M ≤ n in each.

    >>> plane_certificate([((1, 3), (1, 2))])["proves"][-39:]
    '1, 3 qubits and subsets of 1, 2: 2.309.'
    """
    found = []
    for sizes, bodies in cases:
        root = sqrt(comb(sizes[0], bodies[0]) * comb(sizes[1], bodies[1]))
        tilt = atan2(1, root)
        case = {
            "sizes": list(map(str, sizes)),
            "bodies": list(map(str, bodies)),
            "first": _half_tangents([0, pi / 2]),
            "second": _half_tangents([tilt, -tilt]),
            "weight": str(Fraction(round(10**ANGLE_DIGITS / root), 10**ANGLE_DIGITS)),
        }
        first, second = (
            [region_averages._direction(Fraction(t)) for t in case[k]] for k in ("first", "second")
        )
        ways = [region_averages._plane(n, m) for n, m in zip(sizes, bodies, strict=True)]
        g = Fraction(case["weight"])
        slope = 2 * g / (1 + g**2 * ways[0] * ways[1])
        value = region_averages._chsh(
            [[c * d + slope * s * t for d, t in second] for c, s in first]
        )
        found.append({**case, "value": str(value), "bound": _below(value)})
    return _finished("body-planes", {"cases": found})


def parity_certificate(cases: Sequence[tuple[int, int]]) -> dict:
    """Data for ``recorded-parity``: the sizes of two regions.

    >>> parity_certificate([(2, 3)])["proves"][-12:]
    '2, 3: 2.828.'
    """
    found = []
    for n_a, n_b in cases:
        case = {
            "sizes": [str(n_a), str(n_b)],
            "first": _half_tangents([0, pi / 2 / n_a], digits=6),
            "second": _half_tangents([-pi / 4 / n_b, pi / 4 / n_b], digits=6),
        }
        powers = []
        for n, key in ((n_a, "first"), (n_b, "second")):
            powers.append([])
            for text in case[key]:
                c, s = region_averages._direction(Fraction(text))
                z = (Fraction(1), Fraction(0))
                for _ in range(n):
                    z = z[0] * c - z[1] * s, z[0] * s + z[1] * c
                powers[-1].append(z)
        value = region_averages._chsh([[a * c - b * d for c, d in powers[1]] for a, b in powers[0]])
        found.append({**case, "value": str(value), "bound": _below(value)})
    return _finished("recorded-parity", {"cases": found})


def list_certificate(
    amplitudes: Sequence[int], *, first: Sequence[float], second: Sequence[float]
) -> dict:
    """Data for ``list-model``: sixteen whole amplitudes of |A1 A2 B1 B2⟩, two angles a region.

    The weights are Born's rule in the state averaged over the order in each region, in fractions:
    setting 0 on one particle of a region, setting 1 on the other.
    Raises ValueError for other numbers of amplitudes or angles.

    >>> singlets = [0, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0]  # A1 B1 and A2 B2
    >>> made = list_certificate(singlets, first=[0, 1.5708], second=[-2.3562, 2.3562])
    >>> made["bound"]
    '2.828'
    """
    amplitudes = whole_numbers("amplitudes", amplitudes)
    if amplitudes.shape != (16,) or not amplitudes.any() or np.abs(amplitudes).max() > 10**6:
        raise ValueError(
            "Argument `amplitudes` must hold sixteen integers, not all 0, none beyond 10^6, but is "
            f"{shown(amplitudes.tolist())}."
        )
    amplitudes = amplitudes.tolist()
    directions = [
        _half_tangents(_two_angles(name, angles))
        for name, angles in (("first", first), ("second", second))
    ]
    sides = [[region_averages._direction(Fraction(t)) for t in each] for each in directions]
    norm = sum(a * a for a in amplitudes)

    def projector(side: int, setting: int, outcome: int) -> list[list[Fraction]]:
        (c, s), sign = sides[side][setting], 1 - 2 * outcome
        return [[(1 + sign * c) / 2, sign * s / 2], [sign * s / 2, (1 - sign * c) / 2]]

    weights = []
    for a0, a1, b0, b1 in product((0, 1), repeat=4):
        total = Fraction(0)
        for i, j in product(permutations((0, 1)), repeat=2):
            # particle i[k] of A is measured in setting k, particle j[k] of B
            effects = [
                projector(0, i.index(0), (a0, a1)[i.index(0)]),
                projector(0, i.index(1), (a0, a1)[i.index(1)]),
                projector(1, j.index(0), (b0, b1)[j.index(0)]),
                projector(1, j.index(1), (b0, b1)[j.index(1)]),
            ]
            for row, left in enumerate(amplitudes):
                for column, right in enumerate(amplitudes):
                    if left and right:
                        entry = Fraction(left * right)
                        for k, effect in enumerate(effects):
                            entry *= effect[row >> (3 - k) & 1][column >> (3 - k) & 1]
                        total += entry
        weights.append(total / (4 * norm))
    data = {
        "state": list(map(str, amplitudes)),
        "first": directions[0],
        "second": directions[1],
        "weights": list(map(str, weights)),
    }
    value = _pair_value(amplitudes, sides)
    return _finished("list-model", {**data, "value": str(value), "bound": _below(value)})


def _pair_value(amplitudes: Sequence[int], sides: list) -> Fraction:
    """CHSH of A1 and B1: Z and X of a qubit flip a sign or a bit."""
    norm = sum(a * a for a in amplitudes)

    def mean(first: str, second: str) -> Fraction:
        total = 0
        for row, value in enumerate(amplitudes):
            column, sign = row, 1
            for letter, place in ((first, 3), (second, 1)):
                if letter == "x":
                    column ^= 1 << place
                else:
                    sign *= 1 - 2 * (row >> place & 1)
            total += sign * value * amplitudes[column]
        return Fraction(total, norm)

    tensor = {k + m: mean(k, m) for k in "zx" for m in "zx"}
    return region_averages._chsh(
        [
            [
                sum(tensor[k + m] * left[k == "x"] * right[m == "x"] for k in "zx" for m in "zx")
                for right in sides[1]
            ]
            for left in sides[0]
        ]
    )


def i3322_certificate(*, bound: str) -> dict:
    """Data for ``i3322-upper``: the dual of the moment relaxation, rounded.

    Z of each block is written as L Lᵀ with a triangular L, rounded; weights of the relations of a
    qubit then take up what they can of the rest. bound: a decimal above what is proved.
    Raises CertificateError if it is not, SolverError if the solver fails.
    """
    unit = 10**checker.DIGITS
    factors = []
    for dual in upper_bound().evidence.dual_matrices:
        values, vectors = np.linalg.eigh((dual + dual.T) / 2)
        root = vectors * np.sqrt(np.maximum(values, 0))  # Z = root rootᵀ, and rootᵀ = Q Lᵀ
        lower = np.linalg.qr(root.T)[1].T
        factors.append(
            [" ".join(str(round(x * unit)) for x in row[: k + 1]) for k, row in enumerate(lower)]
        )
    data = {"factors": factors, "relations": {}}
    names, rows, keys = _relations()
    left = checker.coefficients(data)
    target = np.array([left.get(key, 0) / unit**2 for key in keys])
    weights = np.linalg.lstsq(rows.T, target, rcond=None)[0]
    data["relations"] = {
        name: str(round(w * unit))
        for name, w in zip(names, weights, strict=True)
        if round(w * unit)
    }
    data |= {"digest": checker.digest(data), "bound": bound}
    claim, check = checker.CHECKERS["i3322-upper"]
    return {"claim": claim, "kind": "i3322-upper", "proves": check(data), **data}


def _relations() -> tuple[list[str], np.ndarray, list]:
    """Independent relations of the moments in the matrix: names, rows, and the moments but 1."""
    words = checker.products()
    keys = sorted(
        {
            checker._key((u[::-1] + x, v[::-1] + y, w[::-1] + z))
            for u, v, w in words
            for x, y, z in words
        }
        - {("", "", "")}
    )
    place = {key: k for k, key in enumerate(keys)}
    beside = ["", *"012", *(x + y for x, y in product("012", repeat=2) if x != y)]
    names, rows = [], []
    for pair, z, b, c in product(("01", "02", "12"), "012", beside, beside):
        ends = [("", z, "")]
        for k in "012":
            ends += [("", z, k), (k, z, ""), ("", z + k, "")]
        for u, v, t in ends:
            name = "|".join([u, pair, v, t, b, c])
            found = {key: n for key, n in checker.relation(name).items() if n}
            if found and found.keys() <= place.keys():
                row = np.zeros(len(keys))
                row[[place[key] for key in found]] = list(found.values())
                names.append(name)
                rows.append(row)
    kept = independent_rows(np.array(rows))
    return [names[k] for k in kept], np.array(rows)[kept], keys
