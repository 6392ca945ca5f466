import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CertificateError
from nonlocality.postquantum_steering.exclusive import exclusive_assemblage, pythagorean_assemblage
from nonlocality.postquantum_steering.exclusive_proofs import (
    INTEGERS,
    lift_certificate,
    noise_certificate,
    povm_certificate,
)
from nonlocality.postquantum_steering.proofs import certificate_text
from nonlocality.postquantum_steering.robustness import white_noise_robustness

FOLDER = Path(__file__).parents[2] / "certificates" / "postquantum_steering"


def text(name):
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def test_the_integers_are_those_of_the_family():
    def matrix(entries):
        a, b, d = (float(Fraction(x)) for x in entries)
        return [[a, b], [b, d]]

    found = exclusive_assemblage(
        reduced=matrix(INTEGERS["reduced"]),
        bob=[matrix(m) for m in INTEGERS["bob"]],
        charlie=[matrix(m) for m in INTEGERS["charlie"]],
    )
    assert np.allclose(found.elements, pythagorean_assemblage().elements, atol=1e-15)


def test_the_small_certificates_are_what_the_library_writes():
    proof = json.loads(text("hidden-states-exclusive"))
    assert certificate_text(lift_certificate(INTEGERS, proof)) == text("hidden-states-lift")
    data = json.loads(text("hidden-states-povm"))
    again = povm_certificate(INTEGERS, povm=data["povm"], vector=data["vector"])
    assert certificate_text(again) == text("hidden-states-povm")


@pytest.mark.parametrize(
    ("noise", "level", "name"),
    [(Fraction(4, 25), "almost-quantum", "hidden-states-robustness"),
     (Fraction("0.163"), "2", "steering-quantum-noise")],
)  # fmt: skip
def test_the_noise_certificates_can_be_written_again(noise, level, name):
    data = json.loads(text(name))
    digits = 6 if level == "almost-quantum" else 8
    again = noise_certificate(
        INTEGERS, noise=noise, level=level, claim=data["claim"], kind=data["kind"], digits=digits
    )
    assert again["noise"] == data["noise"]
    assert float(Fraction(again["value"])) == pytest.approx(float(Fraction(data["value"])), rel=0.2)


def test_noise_beyond_the_robustness_has_no_certificate():
    t = white_noise_robustness(pythagorean_assemblage()).weight.reached
    noise = Fraction(round(t * 10**4) + 10, 10**4)
    with pytest.raises(CertificateError):
        noise_certificate(INTEGERS, noise=noise, level="almost-quantum", claim="PS-10",
                          kind="hidden-states-robustness")  # fmt: skip
