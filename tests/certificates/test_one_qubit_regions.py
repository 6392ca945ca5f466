import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CertificateError
from nonlocality.certificates import one_qubit_regions as checker
from nonlocality.foundations.inequalities import i3322_value
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z
from nonlocality.local_realism.one_qubit_regions import i3322_see_saw

PATH = Path(__file__).parents[2] / "certificates" / "local_realism" / "i3322-upper.json"


@pytest.fixture(scope="module")
def data():
    return json.loads(PATH.read_text(encoding="utf-8"))


def signed(data):
    return data | {"digest": checker.digest(data)}


def moment(found, words):
    """The mean of a product in the state that reaches the maximum, b and c symmetrised."""
    spins = [
        [np.cos(t) * PAULI_Z + np.sin(t) * PAULI_X for t in angles] for angles in found.angles()
    ]
    total = 0
    for b, c in ((words[1], words[2]), (words[2], words[1])):
        parts = []
        for word, side in ((words[0], spins[0]), (b, spins[1]), (c, spins[1])):
            matrix = np.eye(2)
            for letter in word:
                matrix = matrix @ side[int(letter)]
            parts.append(matrix)
        operator = np.kron(np.kron(parts[0], parts[1]), parts[2])
        total += (found.state @ operator @ found.state).real / 2
    return total


def test_the_objective_is_i3322_of_the_best_state():
    found = i3322_see_saw(seed=0)
    value = sum(float(w) * moment(found, key) for key, w in checker.objective().items())
    assert value == pytest.approx(i3322_value(found.behaviour()), abs=1e-12)
    assert value > 0.0161


def test_relations_vanish_for_a_qubit_and_the_identity_of_the_proof_holds(data):
    """−I = Σ c m + ⟨Z, Γ⟩ + 0 on the moments of a real state, with ⟨Z, Γ⟩ ≥ 0 computed apart."""
    found = i3322_see_saw(seed=0)
    for name in list(data["relations"])[::9]:
        parts = checker.relation(name)
        assert sum(n * moment(found, key) for key, n in parts.items()) == pytest.approx(0, abs=1e-9)
    words = checker.products()
    gamma = np.array(
        [
            [moment(found, (u[::-1] + x, v[::-1] + y, w[::-1] + z)) for x, y, z in words]
            for u, v, w in words
        ]
    )
    squares = 0.0
    for (sign, rows), block in zip(checker.symmetric_bases(), data["factors"], strict=True):
        lower = np.zeros((len(block), len(block)))
        for k, row in enumerate(block):
            lower[k, : k + 1] = [int(x) / 10**checker.DIGITS for x in row.split()]
        basis = np.zeros((len(rows), len(words)))
        for k, (p, q) in enumerate(rows):
            basis[k, p] += 1
            basis[k, q] += sign
        squares += np.trace(lower @ lower.T @ basis @ gamma @ basis.T)
    assert squares > -1e-9
    left = {k: n / 100**checker.DIGITS for k, n in checker.coefficients(data).items()}
    rest = sum(n * moment(found, key) for key, n in left.items())
    assert rest + squares == pytest.approx(-i3322_value(found.behaviour()), abs=1e-9)


def test_the_bound_is_what_is_proved_and_no_state_exceeds_it(data):
    proved = checker.upper_bound(data)
    best = i3322_value(i3322_see_saw(seed=0).behaviour())
    assert best <= proved <= Fraction(data["bound"])
    assert float(proved) - best < 1e-5


@pytest.mark.parametrize("seed", range(3))
def test_worse_numbers_only_make_the_bound_larger(data, seed):
    """Random changes of digits, with the digest made anew: never below what a state reaches."""
    rng = np.random.default_rng(seed)
    best = i3322_value(i3322_see_saw(seed=0).behaviour())
    blocks = [list(block) for block in data["factors"]]
    for _ in range(5):
        b = int(rng.integers(2))
        k = int(rng.integers(len(blocks[b])))
        row = blocks[b][k].split()
        row[int(rng.integers(len(row)))] = str(int(rng.integers(-(10**7), 10**7)))
        blocks[b][k] = " ".join(row)
        changed = data | {"factors": blocks}
        assert float(checker.upper_bound(changed)) >= best - 1e-12


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: signed(d | {"bound": "0.0161"}), "What is proved is 0.01611"),
        (lambda d: d | {"relations": {}}, "digest must be"),
        (lambda d: signed(d | {"relations": {}}), "What is proved is"),
        (lambda d: signed(d | {"relations": {"x": "1"}}), r"must be written u\|xy\|v"),
        (lambda d: signed(d | {"relations": {"|01|2|||": "1/2"}}), "must be whole numbers"),
        (lambda d: d | {"factors": [[1], [2]]}, "must be a list of rows"),
        (lambda d: signed(d | {"factors": [["1"], ["1"]]}), "A factor must have 64 rows"),
        (lambda d: signed(d | {"factors": [d["factors"][0]]}), "must be two factors"),
        (lambda d: signed(d | {"factors": [["1 2"] * 64, d["factors"][1]]}), "must hold 1 numbers"),
        (
            lambda d: signed(
                d | {"relations": {f"|01|2|||{'0' * (k % 3)}": "1" for k in range(9)}}
            ),
            "What is proved is",
        ),
    ],
)
def test_bad_data_is_refused(data, change, words):
    with pytest.raises(CertificateError, match=words):
        checker.i3322_upper(change(data))
