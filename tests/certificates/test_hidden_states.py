import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from helpers import passes

from nonlocality.book.ledger import printed_table
from nonlocality.certificates import CertificateError, check, hidden_states
from nonlocality.certificates.postquantum_steering import read_members
from nonlocality.certificates.rational import number
from nonlocality.postquantum_steering.assemblages import assemblage_minimal, assemblage_of_table
from nonlocality.postquantum_steering.exclusive import exclusive_parts, pythagorean_assemblage
from nonlocality.postquantum_steering.hidden_states import check_corners, local_visibility
from nonlocality.postquantum_steering.robustness import white_noise_robustness

FOLDER = Path(__file__).parents[2] / "certificates" / "postquantum_steering"
TABLE, EXCLUSIVE, ROBUSTNESS = (
    FOLDER / f"hidden-states-{name}.json" for name in ("table1", "exclusive", "robustness")
)
EACH = pytest.mark.parametrize("path", [TABLE, EXCLUSIVE, ROBUSTNESS], ids=lambda path: path.stem)


@EACH
def test_a_change_of_any_sign_is_refused(path):
    text = path.read_text(encoding="utf-8")
    signs = [i for i, letter in enumerate(text) if text[i - 1 : i + 1] == '"-']
    assert signs
    assert not any(passes(text[:i] + text[i + 1 :]) for i in signs)


def test_the_table_is_the_printed_one():
    data = json.loads(TABLE.read_text(encoding="utf-8"))
    members = read_members(data["assemblage"])
    _, rows = printed_table("ps-table1")
    columns = {((), ()): 2, ((0,), ()): 3, ((1,), ()): 4, ((0,), (0,)): 5, ((1,), (1,)): 7}
    columns |= {((), (0,)): 3, ((), (1,)): 4, ((1,), (0,)): 6, ((0,), (1,)): 6}
    assert set(columns) == set(members)
    for word, column in columns.items():
        assert members[word] == [rows[k][column] for k in (0, 1, 3)]


def test_the_polygon_is_one_for_the_library():
    data = json.loads(TABLE.read_text(encoding="utf-8"))
    corners = np.array([[float(number(x)) for x in corner] for corner in data["corners"]])
    check_corners(corners)
    table1 = assemblage_of_table(printed_table("ps-table1"))
    assert local_visibility(table1, corners=corners).largest.reached > 1


def test_the_exclusive_assemblage_is_the_one_of_the_library():
    data = json.loads(EXCLUSIVE.read_text(encoding="utf-8"))
    rho, bob, charlie = exclusive_parts(pythagorean_assemblage(Fraction(1, 4)))
    matrices = [rho, *bob, *charlie]
    for texts, matrix in zip(
        [data["reduced"], *data["bob"], *data["charlie"]], matrices, strict=True
    ):
        assert np.allclose([float(number(t)) for t in texts], matrix[[0, 0, 1], [0, 1, 1]])


def test_the_robust_assemblage_is_the_exclusive_one_with_noise():
    """So the robustness of that is more than 4/25, which is more than 3.6 times that of Table I."""
    data = json.loads(ROBUSTNESS.read_text(encoding="utf-8"))
    noisy = pythagorean_assemblage(Fraction(1, 4)).with_noise(visibility=Fraction(21, 25))
    members = {name: np.array(entries) for name, entries in data["assemblage"].items()}
    found = assemblage_minimal(
        **{
            name: np.vectorize(lambda text: float(number(text)))(m)[..., [[0, 1], [1, 2]]]
            for name, m in members.items()
        }
    )
    assert np.allclose(found.elements, noisy.elements, atol=1e-15)
    table1 = assemblage_of_table(printed_table("ps-table1"))
    assert 3.6 * white_noise_robustness(table1).weight.reached < 4 / 25


def turned(corners):
    return [*corners[1:], corners[0]]


def pulled(corners):
    return [["0.98", "0"], *corners[1:]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (turned, "must lie to the left of the first one"),
        (pulled, "must not cut the unit disc"),
        (lambda corners: [corners[0], ["0", "50"], ["3", "1"]], "order of their angles"),
        (lambda corners: corners[:4] + corners[5:], "must not cut the unit disc"),
        (lambda corners: corners[:1], "order of their angles"),
    ],
)
def test_corners_that_do_not_surround_the_disc(change, words, write):
    corners = json.loads(TABLE.read_text(encoding="utf-8"))["corners"]
    with pytest.raises(CertificateError, match=words):
        check(write(TABLE, corners=change(corners)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"corners": []}, "There must be corners"),
        ({"least_determinant": "0"}, "The least determinant is"),
        ({"weights": {"0000": "1"}}, "`weights` must have an entry for each strategy"),
        ({"weights": {s: "1/16" for s in hidden_states.STRATEGIES}}, "must not exceed|trace"),
        ({"means": {s: ["0"] * 8 for s in hidden_states.STRATEGIES}}, "The means must give"),
        ({"means": {s: ["2"] * 8 for s in hidden_states.STRATEGIES}}, "must not exceed"),
        ({"name": "Table III"}, "What is proved is: Table III"),
    ],
)
def test_the_failing_condition_of_the_model_is_named(changes, words, write):
    with pytest.raises(CertificateError, match=words):
        check(write(TABLE, **changes))


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
        said = hidden_states._positive_part_at_most((a, b, d), Fraction(limit))
        assert said == (limit > exact)
