import json
from pathlib import Path

import numpy as np
import pytest
from helpers import passes

from nonlocality.book.ledger import printed_table
from nonlocality.certificates import CertificateError, check
from nonlocality.certificates.rational import number
from nonlocality.certificates.steering_members import STRATEGIES, read_members
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.directions import check_corners
from nonlocality.postquantum_steering.hidden_states import local_visibility

FOLDER = Path(__file__).parents[2] / "certificates" / "postquantum_steering"
TABLE = FOLDER / "hidden-states-table1.json"


def test_a_change_of_any_sign_is_refused():
    text = TABLE.read_text(encoding="utf-8")
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
        ({"weights": {s: "1/16" for s in STRATEGIES}}, "must not exceed|trace"),
        ({"means": {s: ["0"] * 8 for s in STRATEGIES}}, "The means must give"),
        ({"means": {s: ["2"] * 8 for s in STRATEGIES}}, "must not exceed"),
    ],
)
def test_the_failing_condition_of_the_model_is_named(changes, words, write):
    with pytest.raises(CertificateError, match=words):
        check(write(TABLE, **changes))


def test_white_noise_is_called_by_its_data(write):
    mixed = {"reduced": ["1/2", "0", "1/2"], "bob": [["1/4", "0", "1/4"]] * 2,
             "charlie": [["1/4", "0", "1/4"]] * 2,
             "joint": [[["1/8", "0", "1/8"]] * 2] * 2}  # fmt: skip
    same = write(
        TABLE, assemblage=mixed, weights={s: "1/16" for s in STRATEGIES},
        means={s: ["0"] * 8 for s in STRATEGIES}, least_determinant="1/64",
    )  # fmt: skip
    with pytest.raises(CertificateError, match=r"proved is: The set of matrices ρ_A = \(1/2"):
        check(same)
