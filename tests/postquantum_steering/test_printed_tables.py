from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nonlocality.book.ledger import printed_table
from nonlocality.postquantum_steering.assemblage_tables import assemblage_of_table
from nonlocality.postquantum_steering.functionals import functional_value
from nonlocality.postquantum_steering.printed_tables import (
    elements_of_table,
    functional_of_table,
    rounding_interval,
    value_of_tables,
)
from nonlocality.postquantum_steering.robustness import minimise_functional

TABLE_1, TABLE_2 = printed_table("ps-table1"), printed_table("ps-table2")
PRINTED = Fraction("-0.520495")
HALF_UNIT = Fraction(1, 20000)


def shaken(table, rng, *, unit, traceless=False):
    """A table that rounds to the given one: symmetric, with the same trace of ρ_A if asked."""
    errors = rng.uniform(-1, 1, size=(2, 2, 6))
    errors[1, 0] = errors[0, 1]
    if traceless:
        errors[1, 1, 0] = -errors[0, 0, 0]
    head, rows = table
    return head, [
        [
            i,
            j,
            *(
                x + unit * Fraction(float(e))
                for x, e in zip(row, errors[int(i), int(j)], strict=True)
            ),
        ]
        for i, j, *row in rows
    ]


def test_value_of_the_printed_tables_exactly():
    """PS-05: −0.52073625, by eq. (45) in fractions and by the full functional in floats."""
    value = value_of_tables(TABLE_2, TABLE_1)
    assert value == Fraction("-0.52073625")
    whole = functional_value(functional_of_table(TABLE_2), assemblage_of_table(TABLE_1))
    assert whole == pytest.approx(float(value), abs=1e-14)


def test_elements_are_those_of_the_assemblage():
    exact = elements_of_table(TABLE_1)
    assert_allclose(exact.astype(float), assemblage_of_table(TABLE_1).elements, atol=1e-15)
    assert (exact.sum(axis=(0, 1)) == exact[:, :, 0, 0].sum(axis=(0, 1))).all()
    assert exact[:, :, 0, 1].sum(axis=(0, 1)).trace() == 1


def test_the_printed_value_is_within_the_rounding_of_the_tables():
    """PS-05: 2.4e-4 away, of 1.3e-3 that four digits allow; and never near β_Q̃."""
    low, high = rounding_interval(TABLE_2, TABLE_1)
    assert low < PRINTED < high
    assert high < Fraction("-0.5194")
    for errors in ({"functional_error": 0}, {"assemblage_error": 0}):
        narrow = rounding_interval(TABLE_2, TABLE_1, **errors)
        assert low < narrow[0] < value_of_tables(TABLE_2, TABLE_1) < narrow[1] < high
    exact = rounding_interval(TABLE_2, TABLE_1, functional_error=0, assemblage_error=0)
    assert exact == (value_of_tables(TABLE_2, TABLE_1),) * 2


@pytest.mark.parametrize("seed", range(30))
def test_no_shaken_tables_leave_the_interval(seed):
    rng = np.random.default_rng(seed)
    low, high = rounding_interval(TABLE_2, TABLE_1)
    one = shaken(TABLE_1, rng, unit=HALF_UNIT, traceless=True)
    assert low <= value_of_tables(shaken(TABLE_2, rng, unit=HALF_UNIT), one) <= high
    assemblage_of_table(one)  # still positive: the rounding does not decide PS-03


def test_the_interval_is_reached():
    """A table at a corner of the box, built by hand, has the upper end."""
    _, high = rounding_interval(TABLE_2, TABLE_1)
    sign = [[(x > 0) - (x < 0) for x in row[2:]] for row in TABLE_1[1]]
    functional = [
        [*row[:2], *(f + HALF_UNIT * s for f, s in zip(row[2:], signs, strict=True))]
        for row, signs in zip(TABLE_2[1], sign, strict=True)
    ]
    worst = [row[2:] for row in functional]
    shift = [[1 if f > 0 else -1 for f in row] for row in worst]
    shift[0][0], shift[3][0] = (1, -1) if worst[0][0] > worst[3][0] else (-1, 1)
    assemblage = [
        [*row[:2], *(x + HALF_UNIT * s for x, s in zip(row[2:], signs, strict=True))]
        for row, signs in zip(TABLE_1[1], shift, strict=True)
    ]
    assert value_of_tables((TABLE_2[0], functional), (TABLE_1[0], assemblage)) == high


def test_four_digits_explain_the_printed_almost_quantum_bound():
    """PS-06: shaken functionals have minima around the printed −0.508417."""
    rng = np.random.default_rng(8)
    minima = [
        minimise_functional(functional_of_table(shaken(TABLE_2, rng, unit=HALF_UNIT))).least.reached
        for _ in range(12)
    ]
    assert min(minima) < -0.508417 < max(minima)


def test_bad_input():
    head, rows = TABLE_1
    small = (["i", "j", "a", "b", "c"], [[0, 0, 1, 1, 1]])
    with pytest.raises(ValueError, match="must have tables of the same shape, but have"):
        value_of_tables(TABLE_2, small)
    with pytest.raises(ValueError, match="`assemblage_error` must not turn a sign, but is 1/10"):
        rounding_interval(TABLE_2, TABLE_1, assemblage_error=Fraction(1, 10))
    with pytest.raises(ValueError, match=r"`functional_error` must lie in \[0, 1\], but is -1"):
        rounding_interval(TABLE_2, TABLE_1, functional_error=Fraction(-1))
    with pytest.raises(ValueError, match="columns, but has 3"):
        functional_of_table((head[:3], rows))
