import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CertificateError, region_averages
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, measurement_of_observables
from nonlocality.local_realism.draws import all_blocks
from nonlocality.local_realism.list_models import list_model
from nonlocality.local_realism.many_body import (
    block_average,
    plane_chsh,
    plane_observable,
    plane_of,
)
from nonlocality.local_realism.proofs import (
    list_certificate,
    parity_certificate,
    plane_certificate,
)
from nonlocality.local_realism.recorded import binned_reading, largest_chsh

FOLDER = Path(__file__).parents[2] / "certificates" / "local_realism"
CHECKS = {
    "body-planes": region_averages.body_planes,
    "recorded-parity": region_averages.recorded_parity,
    "list-model": region_averages.list_model,
    "neighbour-pairs": region_averages.neighbour_pairs,
}


def text_of(name):
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def test_planes_and_parities_are_those_of_the_library():
    """The exact values against matrices on all qubits, at the angles of the files."""
    for case in json.loads(text_of("body-planes"))["cases"]:
        n, m = (tuple(map(int, case[key])) for key in ("sizes", "bodies"))
        means = [
            [
                block_average(
                    plane_observable(2 * np.arctan(float(Fraction(t))), body=body),
                    all_blocks(size, body=body),
                    particles=size,
                )
                for t in case[key]
            ]
            for size, body, key in zip(n, m, ("first", "second"), strict=True)
        ]
        first, second = (plane_of(size, body=body) for size, body in zip(n, m, strict=True))
        g = float(Fraction(case["weight"])) * np.sqrt(math.comb(n[0], m[0]) * math.comb(n[1], m[1]))
        state = np.outer(first[:, 0], second[:, 0]) + g * np.outer(first[:, 1], second[:, 1])
        state /= np.linalg.norm(state)
        (f0, f1), (g0, g1) = means
        value = sum(
            np.einsum("ab,ac,cd,bd->", state, f.real, state, h.real, optimize=True)
            for f, h in ((f0, g0 + g1), (f1, g0 - g1))
        )
        assert value == pytest.approx(float(Fraction(case["value"])), abs=1e-12)
        assert value <= plane_chsh(n, m) + 1e-12
    for case in json.loads(text_of("recorded-parity"))["cases"]:
        sizes = tuple(map(int, case["sizes"]))
        angles = [[2 * math.atan(float(Fraction(t))) for t in case[k]] for k in ("first", "second")]
        best = largest_chsh([[binned_reading(n, width=1)] for n in sizes], angles=angles)
        assert float(case["bound"]) < float(Fraction(case["value"])) <= best + 1e-12


def test_the_lists_are_those_of_the_library():
    data = json.loads(text_of("list-model"))
    state = np.array(data["state"], dtype=float)
    state /= np.linalg.norm(state)
    sides = []
    for name in ("first", "second"):
        angles = [2 * np.arctan(float(Fraction(t))) for t in data[name]]
        spins = [np.cos(a) * PAULI_Z + np.sin(a) * PAULI_X for a in angles]
        sides.append(measurement_of_observables(spins))
    weights = [float(Fraction(w)) for w in data["weights"]]
    model = list_model(state, (2, 2), sides)
    assert model.weights().ravel() == pytest.approx(weights, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("body-planes", {"bodies": ["1", "1"]}, r"must lie in \(3/2, 3\]"),
        ("body-planes", {"sizes": ["9", "3"]}, "whole numbers from 1 to 8"),
        ("body-planes", {"bound": "1.9"}, "must exceed 1.9, at least 2"),
        ("body-planes", {"bound": "2.9"}, "CHSH must exceed 2.9"),
        ("body-planes", {"weight": "0"}, "the value must be CHSH of the state"),
        ("body-planes", {"name": "x"}, "An entry must have the keys"),
        ("recorded-parity", {"sizes": ["3", "11"]}, "whole numbers from 1 to 10"),
        ("recorded-parity", {"first": ["0", "1"]}, "the value must be CHSH of the state"),
        ("recorded-parity", {"bound": "1"}, "must exceed 1, at least 2"),
    ],
)
def test_false_cases_are_refused(name, change, words):
    data = json.loads(text_of(name))
    data["cases"][-1 if name == "recorded-parity" else 1] |= change
    with pytest.raises(CertificateError, match=words):
        CHECKS[name](data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": ["0"] * 16}, "must not vanish"),
        ({"state": ["1/2"] * 16}, "must be whole numbers"),
        ({"weights": ["1/16"] * 16}, "The lists must give"),
        ({"weights": ["2", "-1", *["0"] * 14]}, "must be probabilities"),
    ],
)
def test_false_lists_are_refused(change, words):
    with pytest.raises(CertificateError, match=words):
        region_averages.list_model(json.loads(text_of("list-model")) | change)


def test_the_files_are_what_the_library_makes():
    planes = plane_certificate([((1, 3), (1, 2)), ((3, 3), (2, 2)), ((5, 4), (3, 3))])
    assert planes == json.loads(text_of("body-planes"))
    assert parity_certificate([(1, 2), (3, 3), (4, 10)]) == json.loads(text_of("recorded-parity"))
    data = json.loads(text_of("list-model"))
    quarter = math.pi / 4
    assert data == list_certificate(
        [int(a) for a in data["state"]], first=[0, 2 * quarter], second=[-3 * quarter, 3 * quarter]
    )


def test_neighbouring_pairs_are_those_of_dense_operators():
    data = json.loads((FOLDER / "neighbour-pairs.json").read_text(encoding="utf-8"))
    for case in data["cases"]:
        n = int(case["spins"])
        psi = np.array([float(v) for v in case["state"]])
        psi /= np.linalg.norm(psi)
        means = []
        for each in case["observables"]:
            chi = np.array([float(v) for v in each["vector"]])
            b = int(each["sign"]) * (np.eye(4) - 2 * np.outer(chi, chi) / (chi @ chi))
            assert np.allclose(b @ b, np.eye(4))
            means.append(block_average(b, [(k, k + 1) for k in range(n - 1)], particles=n))
        total = 0
        for y, tangent in enumerate(case["second"]):
            t = 2 * np.arctan(float(Fraction(tangent)))
            qubit = np.array([[np.cos(t), np.sin(t)], [np.sin(t), -np.cos(t)]])
            total += psi @ np.kron(means[0] + (-1) ** y * means[1], qubit) @ psi
        assert float(Fraction(case["value"])) == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spins": "2"}, "three spins or more"),
        ({"spins": "9"}, "must increase, up to 8"),
        ({"state": ["0"] * 16}, "must not vanish"),
        ({"value": "2"}, "must be CHSH of the state"),
        ({"bound": "3"}, "must exceed 3"),
        ({"observables": [{"sign": "2", "vector": ["1", "0", "0", "0"]}] * 2}, "± a reflection"),
        ({"observables": [{"sign": "1", "vector": ["0"] * 4}] * 2}, "± a reflection"),
        ({"observables": []}, "There must be two"),
    ],
)
def test_a_wrong_chain_is_refused_by_name(change, words):
    data = json.loads((FOLDER / "neighbour-pairs.json").read_text(encoding="utf-8"))
    with pytest.raises(CertificateError, match=words):
        region_averages.neighbour_pairs({"cases": [data["cases"][0] | change]})
