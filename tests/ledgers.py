"""A small ledger, and the records that meet it: what the tests of the workshop share."""

from dataclasses import dataclass

from nonlocality.book.records import record


@dataclass
class Sides:
    """A number with two sides and nothing else."""

    lower: float
    upper: float


LEDGER = r"""
[papers.AB]
title = "A paper"
chapter = "a-chapter"

[claims.AB-01]
where = "(1)"
short = "words & <signs>"
statement = "words & <signs>, at length"
printed = "x < y & z"
verdict = "reproduced"
argument = "enumeration"
link = "a-section"
rests_on = "a theorem of <others>"

[[claims.AB-01.prints]]
says = "all $n<3$ cases & more"
quantity = "cases"
equals = 2

[claims.AB-02]
where = "(2)"
short = "one number"
statement = "one number"
printed = { half = 0.5 }
tolerance = 0.25
reason = "printed to <two> bits"
verdict = "reproduced"
argument = "numerics"
link = "a-section"
labels = { half = "the half $h$" }

[claims.AB-03]
where = "(3)"
short = "two numbers"
statement = "two numbers"
printed = { first = 1, second = "4/2" }
tolerance = 0.5
reason = "read off"
verdict = "corrected"
argument = "counterexample"
link = "another.md#section"
second_route = "a sum by hand"
rests_on = ["AB-01", "AB-02"]

[[claims.AB-03.holds]]
says = "something <else>"
quantity = "sum"
at_most = "first + second"
above = -1

[claims.AB-04]
where = "(4)"
statement = "not yet"

[claims.AB-05]
where = "(5)"
short = "a search"
statement = "a search"
printed = "found by a search"
verdict = "not reproduced"
argument = "simulation"
link = "a-section"
tried = "ten starts"

[[claims.AB-05.prints]]
says = "some start arrives"
quantity = "arrivals"
at_least = 1
"""


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def good_rows():
    return [
        record("AB-01", {"cases": 2}).row,
        record("AB-02", {"half": 0.5}).row,
        record("AB-03", {"first": 0, "second": 0, "sum": 0}).row,
        record("AB-05", {"arrivals": 0}).row,
    ]
