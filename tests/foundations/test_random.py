import numpy as np
import pytest

from nonlocality.foundations.quantum import check_measurement
from nonlocality.foundations.random import random_density, random_povm, random_projective


@pytest.mark.parametrize("seed", range(20))
def test_random_things_are_what_they_should_be(seed):
    rng = np.random.default_rng(seed)
    rho = random_density(rng, 4)
    assert abs(np.trace(rho) - 1) < 1e-12
    assert np.linalg.eigvalsh(rho)[0] > -1e-12
    check_measurement("povm", random_povm(rng, settings=2, outcomes=3, size=2))
    bases = check_measurement("bases", random_projective(rng, settings=2, size=3))
    assert np.abs(bases @ bases - bases).max() < 1e-12


def test_states_of_every_rank_occur_and_are_complex():
    rng = np.random.default_rng(0)
    states = [random_density(rng, 3) for _ in range(30)]
    assert {np.linalg.matrix_rank(rho) for rho in states} == {1, 2, 3}
    assert max(np.abs(rho.imag).max() for rho in states) > 0.1


def test_the_seed_decides():
    one, two = (random_povm(np.random.default_rng(5), settings=1, outcomes=2, size=2) for _ in "ab")
    assert (one == two).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda rng: random_density(rng, 0), "`size` must hold positive"),
        (lambda rng: random_povm(rng, settings=1, outcomes=0, size=2), "must hold positive"),
        (lambda rng: random_projective(rng, settings=1.5, size=2), "must hold positive"),
    ],
)
def test_bad_numbers(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.random.default_rng(0))
