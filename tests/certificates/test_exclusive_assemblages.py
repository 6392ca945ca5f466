import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from helpers import passes
from numpy.testing import assert_allclose

from nonlocality.certificates import CertificateError, check, exclusive_assemblages
from nonlocality.certificates.rational import number
from nonlocality.postquantum_steering.assemblage_tables import assemblage_minimal
from nonlocality.postquantum_steering.exclusive import exclusive_parts, pythagorean_assemblage
from nonlocality.postquantum_steering.povm_lift import lift

FOLDER = Path(__file__).parents[2] / "certificates" / "postquantum_steering"
EXCLUSIVE, ROBUSTNESS, LIFT, POVM, NOISE, MODEL = (
    FOLDER / f"{name}.json"
    for name in (
        "hidden-states-exclusive", "hidden-states-robustness", "hidden-states-lift",
        "hidden-states-povm", "steering-quantum-noise", "steering-quantum-model",
    )
)  # fmt: skip
ALL = [EXCLUSIVE, ROBUSTNESS, LIFT, POVM, NOISE, MODEL]
INTEGERS = pythagorean_assemblage(Fraction(1, 4))


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_change_of_any_sign_is_refused(path):
    text = path.read_text(encoding="utf-8")
    signs = [i for i, letter in enumerate(text) if text[i - 1 : i + 1] == '"-']
    assert signs or path in (LIFT, EXCLUSIVE)
    step = max(1, len(signs) // 40)
    assert not any(passes(text[:i] + text[i + 1 :]) for i in signs[::step])


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_certificate_is_about_the_integers(path):
    data = read(path)
    assert {key: data[key] for key in ("reduced", "bob", "charlie")} == {
        key: read(EXCLUSIVE)[key] for key in ("reduced", "bob", "charlie")
    }
    assert "1/12, 5/36, 25/108" in data["proves"]


def test_the_exclusive_assemblage_is_the_one_of_the_library():
    data = json.loads(EXCLUSIVE.read_text(encoding="utf-8"))
    rho, bob, charlie = exclusive_parts(pythagorean_assemblage(Fraction(1, 4)))
    matrices = [rho, *bob, *charlie]
    for texts, matrix in zip(
        [data["reduced"], *data["bob"], *data["charlie"]], matrices, strict=True
    ):
        assert np.allclose([float(number(t)) for t in texts], matrix[[0, 0, 1], [0, 1, 1]])


def test_the_noisy_matrices_are_those_of_the_library():
    data = read(NOISE)
    exact = exclusive_assemblages.read_exclusive(data)
    noisy = exclusive_assemblages.noisy_members(*exact, number(data["noise"]))
    expected = INTEGERS.with_noise(visibility=1 - float(number(data["noise"])))

    def matrix(word):
        a, b, d = map(float, noisy[word])
        return np.array([[a, b], [b, d]])

    found = assemblage_minimal(
        reduced=matrix(((), ())), bob=[matrix(((y,), ())) for y in (0, 1)],
        charlie=[matrix(((), (z,))) for z in (0, 1)],
        joint=[[matrix(((y,), (z,))) for z in (0, 1)] for y in (0, 1)],
    )  # fmt: skip
    assert_allclose(found.elements, expected.elements, atol=1e-15)


def test_quantum_noise_is_known_from_both_sides_in_fractions():
    """PS-20: more than 163/1000, which is more than the almost-quantum set asks for, and at most
    41/250; each side proved without a solver."""
    below, above = (number(read(path)["noise"]) for path in (NOISE, MODEL))
    assert Fraction(163, 1000) == below < above == Fraction(41, 250)
    for path in (NOISE, MODEL, ROBUSTNESS):
        assert check(path) == read(path)["proves"]


def test_the_lifted_matrices_are_those_of_the_library():
    data, lifted = read(LIFT), lift(INTEGERS)
    rho, bob, charlie = exclusive_parts(lifted)
    for texts, matrix in zip(data["lifted"], [rho, *bob, *charlie], strict=True):
        assert_allclose([float(number(t)) for t in texts], matrix[[0, 0, 1, 2], [0, 1, 1, 2]])


HALF_STATE = ["1/2", "0", "1/2"]


@pytest.mark.parametrize(
    ("path", "changes", "words"),
    [
        (LIFT, {"lifted": [["0"] * 4] * 5}, "The probability to pass must be 1/3"),
        (LIFT, {"lifted": []}, "There must be 5 lifted matrices"),
        (POVM, {"povm": [HALF_STATE] * 2}, "A POVM has three outcomes"),
        (POVM, {"povm": [HALF_STATE] * 3}, "must add up to 𝟙"),
        (POVM, {"vector": ["0", "0"]}, "must not vanish"),
        (POVM, {"vector": ["1", "3"]}, "must exceed 1"),
        (POVM, {"excess": "1"}, "The excess is"),
        (NOISE, {"noise": "0.1632"}, "The assemblage has β ="),
        (NOISE, {"noise": "1"}, r"must lie in \[0, 1\)"),
        (NOISE, {"level": "3"}, "The level must be one of"),
        (NOISE, {"level": "almost-quantum"}, "The dual must have 18 rows"),
        (MODEL, {"noise": "0.163"}, "The parts must add up to"),
        (MODEL, {"parts": []}, "There must be parts"),
        (MODEL, {"parts": [{"bob": ["1", "1"], "charlie": ["1", "0"]}]}, "must have length 1"),
        (MODEL, {"parts": ["x"]}, "A part must be an object"),
    ],
)
def test_the_failing_condition_of_the_others_is_named(path, changes, words, write):
    with pytest.raises(CertificateError, match=words):
        check(write(path, **changes))


def test_a_state_of_the_model_that_is_not_positive_is_refused(write):
    parts = read(MODEL)["parts"]
    for sign in ("", "-"):  # together they add nothing
        rows = [["0"] * k + [f"{sign}1"] for k in range(8)]
        parts.append(parts[0] | {"state": rows})
    with pytest.raises(CertificateError, match="The state of a part must be positive"):
        check(write(MODEL, parts=parts))


def test_the_povm_alone_and_with_the_other_projector_proves_nothing(write):
    """One projective measurement is enough, but it must be the right one."""
    povm = read(POVM)["povm"]
    with pytest.raises(CertificateError, match="must exceed 1"):
        check(write(POVM, povm=povm, vector=["1", "0"]))


HALF = [["1/4", "0", "1/4"]] * 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bob": [["1", "0", "-1"], ["0", "0", "0"]]}, "`bob` must be positive"),
        ({"reduced": ["1", "0", "1"]}, "must have trace 1"),
        ({"reduced": ["1/2", "0", "1/2"]}, "must not exceed ρ"),
        ({"constant": "13/27"}, "Two L must not add up to more than K"),
        ({"constant": "14/27"}, "Two U must not add up to less than K"),
        ({"bob": [["0", "0", "0"]] * 2}, "Each L must be below each U"),
        ({"a": HALF}, "A_0 \\+ A_1 must be B_0 \\+ B_1"),
        ({"a": HALF, "b": HALF}, "The gap must be positive"),
        ({"a": [["0", "0", "0"]] * 2, "b": [["0", "0", "0"]] * 2}, "must have trace 1"),
        ({"gap": "2/27"}, "The gap is 1/27"),
    ],
)
def test_the_failing_condition_of_the_operators_is_named(changes, words, write):
    with pytest.raises(CertificateError, match=words):
        check(write(EXCLUSIVE, **changes))


@pytest.mark.parametrize("seed", range(40))
def test_positive_eigenvalues_without_a_root(seed):
    rng = np.random.default_rng(seed)
    a, b, d = (Fraction(int(k), 7) for k in rng.integers(-9, 10, 3))
    exact = np.linalg.eigvalsh([[float(a), float(b)], [float(b), float(d)]]).clip(0).sum()
    for limit in (exact - 1e-9, exact + 1e-9):
        said = exclusive_assemblages._positive_part_at_most((a, b, d), Fraction(limit))
        assert said == (limit > exact)
