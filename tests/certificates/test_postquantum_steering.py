import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.book.ledger import printed_table
from nonlocality.certificates import CertificateError, check
from nonlocality.certificates.postquantum_steering import (
    LEVELS,
    moment_places,
    require_positive,
)
from nonlocality.certificates.steering_members import (
    STRATEGIES,
    element_determinants,
    read_members,
)
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.functionals import functional_value
from nonlocality.postquantum_steering.moment_patterns import moment_words, quantum_pattern
from nonlocality.postquantum_steering.printed_tables import (
    elements_of_table,
    functional_of_table,
    value_of_tables,
)
from nonlocality.postquantum_steering.robustness import minimise_functional

FOLDER = Path(__file__).parents[2] / "certificates" / "postquantum_steering"
MIDDLE = FOLDER / "steering-middle-notion.json"
ASSEMBLAGE, WITNESS = FOLDER / "steering-table1.json", FOLDER / "steering-witness.json"
EVEN = {name: "1/16" for name in STRATEGIES}
TABLE_1, TABLE_2 = printed_table("ps-table1"), printed_table("ps-table2")


def test_the_assemblage_is_the_printed_table_exactly():
    data = json.loads(ASSEMBLAGE.read_text(encoding="utf-8"))
    determinants = element_determinants(read_members(data["assemblage"]))
    elements = elements_of_table(TABLE_1)
    assert len(determinants) == 16
    for name, value in determinants.items():
        b, c, _, y, z = name
        (p, q), (r, s) = elements[int(b), int(c), int(y), int(z)]
        assert value == p * s - q * r > 0


def test_the_witness_agrees_with_floats():
    data = json.loads(WITNESS.read_text(encoding="utf-8"))
    functional = functional_of_table(TABLE_2)
    assert Fraction(data["value"]) == value_of_tables(TABLE_2, TABLE_1)
    value = functional_value(functional, assemblage_of_table(TABLE_1))
    assert value == pytest.approx(float(data["value"]), abs=1e-14)
    least, bound = minimise_functional(functional).least, float(data["bound"])
    assert value < bound < least.lower <= least.reached < bound + 1e-4


@pytest.mark.parametrize("level", LEVELS)
def test_moments_are_those_of_the_library(level):
    """The checker's places, derived without the library, link the same entries."""
    words = [
        tuple(tuple((setting, 0) for setting in letters) for letters in word)
        for word in LEVELS[level]
    ]
    name = level if level == "almost-quantum" else int(level)
    assert set(words) == set(moment_words(outcomes=(2, 2), settings=(2, 2), level=name))
    pattern = quantum_pattern(words)
    expected = {}
    for (v, w), (name, swapped) in pattern.blocks.items():
        for i, j in np.ndindex(2, 2):
            entry = (j, i) if swapped else (i, j)
            entry = tuple(sorted(entry)) if name in pattern.hermitian else entry
            pair = (2 * v + i, 2 * w + j)
            expected.setdefault((name, entry), set()).update({pair, pair[::-1]})
    found = [frozenset(pairs) for pairs in moment_places(level).values()]
    assert sorted(map(sorted, found)) == sorted(map(sorted, map(frozenset, expected.values())))
    size = 2 * len(words)
    assert sum(map(len, found)) == size**2  # so a change of one entry breaks one sum
    assert len(set().union(*found)) == size**2


def test_white_noise_is_called_by_its_data(write):
    mixed = {"reduced": ["1/2", "0", "1/2"], "bob": [["1/4", "0", "1/4"]] * 2,
             "charlie": [["1/4", "0", "1/4"]] * 2,
             "joint": [[["1/8", "0", "1/8"]] * 2] * 2}  # fmt: skip
    each = {f"{b}{c}|{y}{z}": "1/64" for b, c, y, z in np.ndindex(2, 2, 2, 2)}
    with pytest.raises(CertificateError, match=r"The set of matrices ρ_A = \(1/2, 0, 1/2\)"):
        check(write(ASSEMBLAGE, assemblage=mixed, determinants=each))


def test_the_pivot_that_is_named_is_that_of_gauss():
    """1/3 − (1/2)²/(1/2) = −1/6."""
    matrix = [[Fraction(1, 2), Fraction(1, 2)], [Fraction(1, 2), Fraction(1, 3)]]
    with pytest.raises(CertificateError, match="must be positive, but its pivot 1 is -1/6"):
        require_positive(matrix)


@pytest.mark.parametrize("seed", range(8))
def test_positivity_is_decided_exactly(seed):
    rng = np.random.default_rng(seed)
    root = rng.integers(-3, 4, size=(6, 6))
    gram = root @ root.T + np.diag(rng.integers(0, 2, size=6))
    positive = np.linalg.eigvalsh(gram)[0] > 1e-9
    matrix = [[Fraction(int(x)) for x in row] for row in gram]
    if positive:
        require_positive(matrix)
    matrix[5][5] -= Fraction(*np.linalg.det(gram).round().as_integer_ratio()) / (
        Fraction(*np.linalg.det(gram[:5, :5]).round().as_integer_ratio()) or 1
    )  # now singular
    with pytest.raises(CertificateError, match="must be positive, but its pivot"):
        require_positive(matrix)


@pytest.mark.parametrize(
    ("path", "changes", "words"),
    [
        (WITNESS, {"bound": "-0.5"}, r"must give 9811/5000 at .* not 19707/10000"),
        (WITNESS, {"value": "-0.53"}, "The assemblage has β = -416589/800000"),
        (WITNESS, {"dual": [["1"]]}, "must have 18 rows"),
        (WITNESS, {"claim": "PS-05"}, "claim must be PS-06"),
        (ASSEMBLAGE, {"determinants": {}}, "determinants must be"),
        (WITNESS, {"level": "2"}, "must have 26 rows"),
        (MIDDLE, {"weights": {}}, "must have an entry for each strategy"),
        (
            MIDDLE,
            {"weights": EVEN | {"0000": "1/8", "0001": "0"}},
            "The weights must give the trace",
        ),
        (MIDDLE, {"weights": EVEN | {"0000": "-1/16", "0001": "3/16"}}, "must not be negative"),
    ],
)
def test_the_failing_condition_is_named(write, path, changes, words):
    with pytest.raises(CertificateError, match=words):
        check(write(path, **changes))
