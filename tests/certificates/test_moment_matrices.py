import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CHECKERS, CertificateError, check
from nonlocality.certificates import moment_matrices as certified
from nonlocality.certificates.sums_of_squares import digest_of
from nonlocality.foundations.forms import behaviour_from_correlators
from nonlocality.macroscopic_locality.correlators import margin_of
from nonlocality.macroscopic_locality.games import game_distance
from nonlocality.macroscopic_locality.tilted_chsh import tilted_macroscopic_maximum

FOLDER = Path(__file__).parents[2] / "certificates" / "macroscopic_locality"


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def behaviour(data):
    e, means = (np.array([float(Fraction(t)) for t in data[k]]) for k in ("correlators", "means"))
    return behaviour_from_correlators(e.reshape(2, 2), alice=means[:2], bob=means[2:])


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda p: p.stem)
def test_certificates_hold_and_are_of_this_chapter(path):
    data = json.loads(path.read_text(encoding="utf-8"))
    assert check(path) == data["proves"]
    assert CHECKERS[data["kind"]][0] == data["claim"]
    assert data["claim"].startswith("ML-")


def test_the_bounds_are_those_of_the_closed_forms():
    sentence = read("tilted-macroscopic")["proves"]
    for beta, exact in ((Fraction(1, 20), "57/20"), (Fraction(1), "17/5"), (Fraction(3), "5")):
        assert float(Fraction(exact)) == pytest.approx(tilted_macroscopic_maximum(float(beta)))
        found = re.search(rf"{exact} and ([0-9.]+) for beta = {beta}[; ]", sentence)
        upper = Fraction(found[1])
        assert Fraction(exact) <= upper < Fraction(exact) + Fraction(1, 10**7)


def test_the_behaviour_beyond_quantum_is_that_of_the_library():
    data = read("beyond-quantum")
    box = behaviour(data)
    assert abs(margin_of(box)) < 1e-9
    proved = float(data["proves"].split("at least ")[1].split()[0])
    found = game_distance(box, level="3").distance
    assert found.lower - 1e-5 < proved <= found.reached


def test_the_two_sides_of_the_boundary_are_those_of_the_closed_form():
    data = read("four-angles")
    assert margin_of(behaviour(data["inside"])) > -1e-9
    assert margin_of(behaviour(data["outside"])) < -1e-7


def test_positive_matrices_are_told_by_elimination():
    rng = np.random.default_rng(1)
    for _ in range(50):
        rows = rng.integers(-3, 4, size=(rng.integers(1, 5), 4))
        gram = [[Fraction(int(v)) for v in row] for row in rows.T @ rows]
        assert certified.is_positive(gram)
        gram[2][2] -= gram[2][2] + 1
        assert not certified.is_positive(gram)
    assert not certified.is_positive([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(1)]])


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("chsh-macroscopic", {"x": "-1"}, "x must be positive"),
        ("chsh-macroscopic", {"vectors": [["1", "1"]] * 4}, "must have length 1"),
        ("chsh-macroscopic", {"vectors": []}, "must be four vectors"),
        ("tilted-macroscopic", {"cases": []}, "must be a list of cases"),
        ("beyond-quantum", {"free": ["0", "1"]}, "matrix of a behaviour must be positive"),
        ("beyond-quantum", {"means": ["1", "1", "1", "1"]}, "may be negative"),
        ("beyond-quantum", {"squares": []}, "must win more than the bound"),
        ("beyond-quantum", {"level": "1"}, "level must be 1"),
        ("beyond-quantum", {"payoff": {}}, "must be sixteen payoffs"),
        ("four-angles", {"squares": []}, "must exclude the second"),
    ],
)
def test_the_failing_condition_is_named(name, changes, words):
    data = read(name) | changes
    if "squares" in changes:
        data["digest"] = digest_of(changes["squares"])
    with pytest.raises(CertificateError, match=words):
        CHECKERS[data["kind"]][1](data)


def test_a_payoff_above_one_and_falling_tilts_are_refused():
    data = read("beyond-quantum")
    data["payoff"]["0000"] = "2"
    with pytest.raises(CertificateError, match="Payoffs must be from 0 to 1"):
        certified.beyond_quantum(data)
    data = read("tilted-macroscopic")
    with pytest.raises(CertificateError, match="tilts must increase"):
        certified.tilted({"cases": data["cases"][::-1]})
    data["cases"][0]["positive"]["0000"] = "-1"
    with pytest.raises(CertificateError, match="multiplier must not be negative"):
        certified.tilted(data)
