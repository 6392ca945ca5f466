"""A small ledger, and the records that meet it: what the tests of ledger and records share."""

from nonlocality.book.records import record

LEDGER = """
[papers.AB]
title = "A paper"
chapter = "a-chapter"

[claims.AB-01]
where = "(1)"
statement = "words & <signs>"
printed = "x < y & z"
verdict = "reproduced"

[claims.AB-02]
where = "(2)"
statement = "one number"
printed = 0.5
tolerance = 0.25
reason = "printed to <two> bits"
verdict = "reproduced"

[claims.AB-03]
where = "(3)"
statement = "two numbers"
printed = { first = 1, second = 2.0 }
tolerance = 0.5
reason = "read off"
verdict = "corrected"
holds = "something <else>"

[claims.AB-04]
where = "(4)"
statement = "not yet"
"""


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def good_rows():
    return [
        record("AB-01", "yes", agrees=True, certificate="exact").row,
        record("AB-02", 0.5, certificate="numeric").row,
        record("AB-03", {"first": 0, "second": 0}, holds=True, certificate="two-sided").row,
    ]
