"""What the checkers of this chapter must refuse, and what their sentences say."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.book.ledger import printed_table
from nonlocality.certificates import CHECKERS, CertificateError
from nonlocality.certificates.dual_regions import extreme_rays
from nonlocality.foundations.polytopes import vertices

FOLDER = Path(__file__).parents[2] / "certificates" / "causal_relaxations"


def changed(name, **changes):
    data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return CHECKERS[data["kind"]][1](data | changes)


def content(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


REGION = content("setting-region")["vertices"]
POINTS = content("outcome-facets")["points"]
STORIES = content("nonbilocality")["points"]
ENDS = content("outcome-curve")["ends"]
LOST = content("influence-dependence")["dependence"]


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("setting-region", {"vertices": REGION[:-1]}, "The region has 13 vertices"),
        ("setting-region", {"vertices": REGION[::-1]}, "must be sorted, each once"),
        ("setting-region", {"vertices": [*REGION, REGION[-1]]}, "must be sorted, each once"),
        ("setting-region", {"vertices": content("outcome-region")["vertices"]}, "13 vertices"),
        ("outcome-region", {"vertices": REGION}, "The region has 21 vertices"),
        ("outcome-facets", {"points": POINTS[:14]}, "Fifteen points are needed"),
        ("outcome-facets", {"points": POINTS[:14] + POINTS[:1]}, "must be independent"),
        ("outcome-facets", {"points": [{"000 000 000": "1"}] * 15}, "Each point must reach 4"),
        ("outcome-facets", {"points": [{"001 000 111": "1"}] * 15}, "must not see"),
        ("outcome-facets", {"points": [{"001": "1"}] * 15}, "A strategy is nine bits"),
        ("cglmp-dependence", {"i_d": ["5"]}, "must lie between 2 and 4"),
        ("cglmp-dependence", {"d": ["1"]}, "must be an integer from 2 to 9"),
        ("cglmp-dependence", {"d": ["100"]}, "must be an integer from 2 to 9"),
        ("cglmp-dependence", {"least": ["0"]}, "The least values must be"),
        ("hall-measure", {"i_d": ["3"], "least": ["1/4"]}, r"The least values must be \['1/3'\]"),
        ("nonbilocality", {"points": []}, "The points must be a list"),
        ("nonbilocality", {"points": [STORIES[0] | {"least": "0"}]}, "The model has M_BL = 1/8"),
        ("nonbilocality", {"points": [STORIES[0] | {"nu": "1/5"}]}, "The model has ν = 1/4"),
        ("nonbilocality", {"points": [STORIES[0] | {"v": "4/5"}]}, "must give the behaviour at"),
        ("nonbilocality", {"points": [STORIES[0] | {"v": "0"}]}, "visibility must lie in"),
        ("influence-dependence", {"influence_x": {"000000": "1"}}, "must give the PR box"),
        ("influence-dependence", {"dependence": LOST | {"0000": "00"}}, "must give the PR box"),
        ("influence-dependence", {"dependence": {"0000": "22"}}, "loses one pair of settings"),
        ("ghz-parties", {"share": {"3": "5/8"}}, "The share of 3 parties is 3/4"),
        ("ghz-parties", {"share": {"30": "5/8"}}, "must be from 2 to 9"),
        ("recession-direction", {"direction": {"38": "1"}}, "must be unbounded"),
        ("recession-direction", {"direction": {"39": "-1"}}, "must not be negative"),
        ("recession-direction", {"direction": {"6": "1", "22": "1"}}, "not lie in the kernel"),
        ("recession-direction", {"inside": {"39": "0", "6": "9"}}, "must lie in the dual region"),
        ("recession-direction", {"direction": {"39": "0"}}, "A direction must not vanish"),
        ("recession-direction", {"direction": {"40": "1"}}, "must be an integer below 40"),
        ("outcome-curve", {"ends": ENDS[:1]}, "Two ends are needed"),
        ("outcome-curve", {"ends": ENDS[::-1]}, "The ends are at"),
        ("outcome-curve", {"slope": "2"}, "The ends are at"),
        ("outcome-curve", {"slope": "-1"}, "The line must rise"),
        ("outcome-curve", {"shares": ["0", "0", "1"]}, "The line lies above the strategy"),
        ("outcome-curve", {"visibility": "1/2"}, r"The model must give \(36\)"),
    ],
)  # fmt: skip
def test_the_failing_condition_is_named(name, changes, words):
    with pytest.raises(CertificateError, match=words):
        changed(name, **changes)


def test_the_vertices_are_those_of_table_one():
    """The certificate's rows, without the shares, are the printed ones."""
    _, printed = printed_table("cr-table1")
    rows = {tuple(map(Fraction, row[:16])) for row in REGION}
    assert rows == {tuple(map(Fraction, row[1:])) for row in printed}


def test_a_cone_and_its_rays_by_another_route():
    """The double description of the checker against the Parma library, random cones."""
    rng = np.random.default_rng(0)
    for _ in range(10):
        rows = [tuple(map(int, row)) for row in rng.integers(-3, 4, size=(9, 4))]
        rows += [tuple(row) for row in np.eye(4, dtype=int).tolist()]
        cut = np.vstack([-np.array(rows), np.ones((1, 4), dtype=int)])
        corners = vertices(cut, [0] * len(rows) + [1])
        wanted = {tuple(v / sum(c) for v in c) for c in corners if any(c)}
        found = {tuple(Fraction(v, sum(r)) for v in r) for r in extreme_rays(rows)}
        assert found == wanted
