"""Lines of the ledger: what they compare, on which side, and how sure that is."""

from fractions import Fraction
from math import inf

import numpy as np
import pytest
from ledgers import Sides

from nonlocality.book.statements import Line, judge
from nonlocality.book.values import shown_value, strength
from nonlocality.foundations.numbers import TwoSided


def met(value, **line):
    if "tolerance" in line:
        line["reason"] = "rounding"
    return judge(Line(says="so", quantity="q", **line), {"q": value, "other": 2}).met


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        ("equals", [2, 1.75, 2.25, Fraction(9, 4)], [2.25 + 2**-50, 1.75 - 2**-50, -2]),
        ("at_least", [1.75, 2, 9], [1.75 - 2**-50]),
        ("at_most", [2.25, 2, -9], [2.25 + 2**-50]),
        ("above", [2.25 + 2**-50, 9], [2.25, 2, 1]),
        ("below", [1.75 - 2**-50, -9], [1.75, 2, 3]),
    ],
)
@pytest.mark.parametrize("bound", [2, "2", "other", "sqrt(4)", "4*other/4"])
def test_a_comparison_ends_where_its_tolerance_does(kind, inside, outside, bound):
    line = {kind: bound, "tolerance": Fraction(1, 4)}
    assert all(met(value, **line) for value in inside)
    assert not any(met(value, **line) for value in outside)


@pytest.mark.parametrize(
    ("line", "yes", "no"),
    [
        ({"at_least": 2}, Sides(2, 9), Sides(1.9, 9)),
        ({"at_most": 2}, Sides(-9, 2), Sides(-9, 2.1)),
        ({"above": 2}, Sides(2.1, 9), Sides(2, 9)),
        ({"below": 2}, Sides(-9, 1.9), Sides(-9, 2)),
        ({"equals": 2, "tolerance": 0.5}, Sides(1.5, 2.5), Sides(1.4, 2)),
        ({"equals": 2, "tolerance": 0.5}, Sides(2, 2.5), Sides(2, 2.6)),
    ],
)
def test_of_a_number_with_two_sides_the_proved_side_is_compared(line, yes, no):
    assert met(yes, **line)
    assert not met(no, **line)


class Reached(Sides):
    """Like the numbers of the library: it knows what a point reaches, and how sure it is."""

    def __init__(self, lower, upper, sides, strength, reached=None):
        super().__init__(lower, upper)
        self.sides, self.strength, self.reached = sides, strength, reached


def test_a_number_that_knows_its_sides_and_strength_is_taken_at_its_word():
    one = Reached(1.5, inf, (1.5, inf), "one-sided")
    assert met(one, at_least=1)
    assert not met(one, at_most=9)
    assert (strength(one), shown_value(one)) == ("two-sided", "≥ 1.5")
    point = Reached(1.5, inf, (1.5, 2), "two-sided")
    assert met(point, at_most=2)
    estimate = Reached(-inf, inf, (-inf, inf), "numeric", reached=3)
    assert met(estimate, equals=3, tolerance=0.1)
    assert strength(estimate) == "numeric"
    with pytest.raises(ValueError, match="needs a tolerance"):
        met(estimate, equals=3)
    assert strength(Reached(2, 2, (2, 2), "exact")) == "exact"


def test_two_numbers_with_two_sides_are_compared_at_the_sides_that_face_each_other():
    line = Line(says="so", quantity="a", below="b")
    assert judge(line, {"a": Sides(0, 1), "b": Sides(2, 3)}).met
    assert not judge(line, {"a": Sides(0, 2), "b": Sides(1, 3)}).met


@pytest.mark.parametrize(
    ("value", "line", "sure"),
    [
        (2, {"equals": 2}, "exact"),
        (Fraction(1, 3), {"equals": "1/3"}, "exact"),
        (True, {"equals": True}, "exact"),
        ("local", {"equals": "local"}, "exact"),
        (np.int64(2), {"equals": 2}, "exact"),
        (Fraction(3), {"above": "2*sqrt(2)", "tolerance": 0.01}, "exact"),
        (Fraction(14, 10), {"equals": "sqrt(2)", "tolerance": 0.1}, "numeric"),
        (Sides(2, 2), {"at_least": 1}, "two-sided"),
        (Sides(2, 2), {"at_least": "sqrt(2)"}, "two-sided"),
        (2.0, {"equals": 2, "tolerance": 1e-9}, "numeric"),
        (np.float64(2), {"equals": 2, "tolerance": 1e-9}, "numeric"),
        ([2, 2.0], {"equals": 2, "tolerance": 1e-9}, "numeric"),
    ],
)
def test_the_strength_follows_from_what_was_compared(value, line, sure):
    line = {**line, "reason": "rounding"} if "tolerance" in line else line
    assert judge(Line(says="so", quantity="q", **line), {"q": value}).strength == sure


@pytest.mark.parametrize(
    ("kind", "sure"),
    [("at_least", "numeric"), ("above", "numeric"), ("at_most", "two-sided"),
     ("below", "two-sided"), ("equals", "two-sided")],
)  # fmt: skip
def test_a_side_that_is_only_reached_does_not_make_a_line_two_sided(kind, sure):
    """A maximum, of which an upper bound is proved, while a solver's point reaches it from below:
    that it is at least so large is as sure as the point is."""
    value = TwoSided(upper=2.0001, reached=2.0, side="lower")
    bound = {"at_least": 1, "above": 1, "at_most": 3, "below": 3, "equals": 2}[kind]
    line = Line(says="so", quantity="q", **{kind: bound}, tolerance=0.01, reason="rounding")
    judged = judge(line, {"q": value})
    assert judged.met
    assert judged.strength == sure


@pytest.mark.parametrize(
    ("kind", "sure"),
    [("at_least", "two-sided"), ("above", "two-sided"), ("at_most", "numeric"),
     ("below", "numeric")],
)  # fmt: skip
def test_of_what_a_number_is_compared_with_the_other_side_must_be_proved(kind, sure):
    value = Sides(1.0, 1.0) if kind in ("at_most", "below") else Sides(3.0, 3.0)
    other = TwoSided(upper=2.0001, reached=2.0, side="lower")
    line = Line(says="so", quantity="q", **{kind: "x"})
    judged = judge(line, {"q": value, "x": other})
    assert judged.met
    assert judged.strength == sure


def test_a_bound_that_was_computed_in_floating_point_weakens_an_exact_number():
    line = Line(says="so", quantity="q", above="x", tolerance=0.1, reason="rounding")
    assert judge(line, {"q": 3, "x": 2.0}).strength == "numeric"
    assert judge(line, {"q": 3, "x": Sides(2.0, 2.1)}).strength == "two-sided"


def test_a_list_must_meet_its_line_in_every_entry():
    assert met([1, 2, 3], at_least=1)
    assert not met([1, 0, 3], at_least=1)
    assert met(np.array([1, 2, 3]), equals=[1, 2, 3])
    assert not met([1, 2, 3], equals=[1, 2, 4])
    line = Line(says="so", quantity="q", equals="other")
    assert judge(line, {"q": [1, 2], "other": [1, 2]}).met
    with pytest.raises(ValueError, match="compares 2 numbers with 3"):
        judge(line, {"q": [1, 2], "other": [1, 2, 3]})
    with pytest.raises(ValueError, match="empty list"):
        judge(line, {"q": [], "other": 1})


def test_words_and_truths_are_equal_or_not_and_never_numbers():
    assert met("local", equals="local")
    assert not met("local", equals="quantum")
    assert not met("local", at_least="local")
    assert not met(True, equals=1)
    assert not met(1, equals=True)


def test_a_finding_tells_its_numbers():
    line = Line(says="so", quantity="q", at_most="2*x", tolerance=0.1, reason="rounding")
    assert judge(line, {"q": 1.5, "x": 0.5}).words == "q is 1.5, wanted ≤ 2*x = 1 within 0.1"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"equals": 2}, "needs a tolerance and its reason, as q is rounded"),
        ({"above": 2}, "needs a tolerance and its reason, as q is rounded"),
        ({"at_most": "missing + other"}, "needs missing in `quantities`, which the cell"),
        ({"at_most": "2 +"}, "cannot read the `text` '2 \\+' as a closed form"),
        ({"at_most": "other[0]"}, "cannot read"),
        ({"at_most": "abs(other)"}, "needs abs"),
    ],
)
def test_a_line_that_cannot_be_decided_says_why(line, message):
    with pytest.raises(ValueError, match=message):
        met(2.0, **line)


@pytest.mark.parametrize("value", [None, 10**400, 1j])
def test_what_cannot_be_compared_says_so(value):
    line = Line(says="so", quantity="q", above=0.5, tolerance=0.1, reason="x")
    with pytest.raises(ValueError, match="cannot compare q, a "):
        judge(line, {"q": value})


def test_a_closed_form_of_numbers_with_two_sides_that_cannot_be_computed_says_so():
    line = Line(says="so", quantity="q", above="x + 1")
    with pytest.raises(ValueError, match="cannot compute the `text` 'x \\+ 1' of these"):
        judge(line, {"q": 1, "x": Sides(1, 2)})


def test_equality_of_a_number_with_two_sides_needs_a_tolerance():
    with pytest.raises(ValueError, match="needs a tolerance"):
        met(Sides(1, 2), equals=1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"says": " ", "quantity": "q", "equals": 1}, "must say something"),
        ({"says": "so", "equals": 1}, "either a `quantity` or a `certificate`"),
        ({"says": "so", "quantity": "q", "certificate": "x.json"}, "either a `quantity`"),
        ({"says": "so", "quantity": "q"}, "must compare `q` by one of equals, at_least"),
        ({"says": "so", "certificate": "x.json", "equals": 1}, "compared with nothing"),
        ({"says": "so", "quantity": "q", "equals": 1, "tolerance": 1}, "and its `reason`"),
        ({"says": "so", "quantity": "q", "equals": 1, "reason": "x"}, "and its `reason`"),
        (
            {"says": "so", "quantity": "q", "equals": 1, "tolerance": -1, "reason": "x"},
            "`tolerance` of at least 0",
        ),
        *(
            ({"says": "so", "quantity": "q", "equals": 1, "tolerance": t, "reason": "x"}, "finite")
            for t in (float("inf"), float("nan"), "0.1", True)
        ),
    ],
)
def test_an_incomplete_line_is_refused(line, message):
    with pytest.raises(ValueError, match=message):
        Line(**line)
