import json
from fractions import Fraction
from math import pi
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CertificateError, check, macroscopic_nonlocality
from nonlocality.macroscopic_nonlocality.exact_loss import example_chsh_squared
from nonlocality.macroscopic_nonlocality.finite_sizes import finite_chsh
from nonlocality.macroscopic_nonlocality.sign_binning import EXAMPLE

FOLDER = Path(__file__).parents[2] / "certificates" / "macroscopic_nonlocality"
SIGNS, THREE, LOSSY, HETERODYNE, SINGLETS = (
    FOLDER / f"{name}.json"
    for name in (
        "finite-signs", "three-levels", "lossy-signs", "heterodyne-moments", "singlet-padding",
    )
)  # fmt: skip


def test_pi_is_enclosed():
    """By Machin's formula, in fractions: the error of a cut alternating series is its next term."""
    low, high = macroscopic_nonlocality.PI
    terms = [(-1) ** k * (16 * Fraction(1, 5) ** (2 * k + 1) - 4 * Fraction(1, 239) ** (2 * k + 1))
             / (2 * k + 1) for k in range(20)]  # fmt: skip
    assert low < sum(terms) - Fraction(1, 10**20) < sum(terms) + Fraction(1, 10**20) < high
    assert low < pi < high


@pytest.mark.parametrize("n", [3, 9, 41])
@pytest.mark.parametrize("p", [Fraction(1), Fraction(4, 5)])
def test_the_checker_has_the_numbers_of_the_library(n, p):
    weights = ["2/5", "1/2", "1/10"]
    _, square = macroscopic_nonlocality._chsh_squared(weights, n, p)
    assert square == example_chsh_squared(n, p)
    if p == 1:
        assert float(square) ** 0.5 == pytest.approx(finite_chsh(n, EXAMPLE).value)


def test_weights_are_those_of_the_example():
    for path in (SIGNS, THREE, LOSSY, SINGLETS):
        weights = json.loads(path.read_text(encoding="utf-8"))["weights"]
        assert [float(Fraction(w)) for w in weights] == pytest.approx((EXAMPLE**2).tolist())


def test_other_states_on_three_levels_are_not_called_the_best():
    """(1/4, 1/2, 1/4) has products in the right ratio, but less than the eigenvalue."""
    with pytest.raises(CertificateError, match="CHSH² π² must be 40"):
        macroscopic_nonlocality.three_levels({"weights": ["1/4", "1/2", "1/4"]})


def test_the_moments_see_another_noise(monkeypatch):
    """With a wrong commutator, [a, a†] = 2, the two sides differ."""
    right = macroscopic_nonlocality._times_quadrature
    monkeypatch.setattr(
        macroscopic_nonlocality,
        "_times_quadrature",
        lambda state: {key: 2 * value for key, value in right(state).items()},
    )
    with pytest.raises(CertificateError, match="moments of order 1"):
        check(HETERODYNE)


@pytest.mark.parametrize(
    ("path", "changes", "words"),
    [
        (SIGNS, {"particles": "100"}, "must be odd"),
        (SIGNS, {"particles": "100001"}, "must be whole, from 3 to 1001"),
        (SIGNS, {"particles": "21/2"}, "must be whole"),
        (SIGNS, {"bound": "4.08"}, "the bound must be 4 or more"),
        (SIGNS, {"bound": "3"}, "the bound must be 4 or more"),
        (SIGNS, {"weights": ["1/3", "1/3", "1/3"]}, "the bound must be 4 or more"),
        (SIGNS, {"weights": ["1/2", "1/4", "1/4"]}, "must be a square"),
        (SIGNS, {"weights": ["1/2", "1/2", "0"]}, "must be positive"),
        (SIGNS, {"weights": ["1", "1", "1"]}, "add up to 1"),
        (LOSSY, {"arrival": "97/100"}, "CHSH² must exceed 4"),
        (LOSSY, {"arrival": "999/1000"}, "printed exponent must not violate"),
        (LOSSY, {"arrival": "0.99300000001"}, "ten thousandths"),
        (LOSSY, {"arrival": "1"}, "between 0 and 1"),
        (HETERODYNE, {"order": "17"}, "from 1 to 16"),
        (HETERODYNE, {"levels": "10000000000"}, "from 1 to 16"),
        (SINGLETS, {"bound": "4.95"}, "the bound must be 4 or more"),
        (SINGLETS, {"particles": "4"}, "must be odd"),
    ],
)
def test_the_failing_condition_is_named(write, path, changes, words):
    with pytest.raises(CertificateError, match=words):
        check(write(path, **changes))


def test_free_text_does_not_reach_the_sentence(write):
    for path in FOLDER.glob("*.json"):
        try:
            sentence = check(write(path, name="P = NP", state="the singlet"))
        except CertificateError:
            continue
        assert "NP" not in sentence
        assert "the singlet" not in sentence


def test_moments_of_a_lossy_spin_are_those_of_the_certificate():
    """Variance 1/p of X on |N, 0⟩, in floating point."""
    data = json.loads(LOSSY.read_text(encoding="utf-8"))
    n, p = int(data["particles"]), float(Fraction(data["arrival"]))
    law = np.random.default_rng(0).binomial(n, p, 4000)
    sums = 2 * np.random.default_rng(1).binomial(law, 0.5) - law
    assert np.var(sums / p / n**0.5) * p == pytest.approx(1, abs=0.1)
