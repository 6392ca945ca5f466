"""Steps of the chapter's proofs as exact identities, in polynomials and Gaussian integers."""

from fractions import Fraction
from itertools import product

import pytest
from exact_algebra import letters


def test_the_law_of_nonbilocality_is_herons_formula():
    """(B² − 1)(1 − (√I − √J)²) = 4I − (1 + I − J)², with √I = p and √J = q."""
    p, q = letters("p q")
    i, j = p * p, q * q
    law = ((p + q) ** 2 - 1) * (1 - (p - q) ** 2)
    assert law == 4 * i - (1 + i - j) ** 2
    # sixteen times the squared area of a triangle with the sides 1, p, q
    assert law == (1 + p + q) * (p + q - 1) * (1 + p - q) * (1 - p + q)


def test_the_bound_at_a_share_and_its_lowest_point():
    """4[(1−s)I + sJ − s(1−s)]: the parabola of the swapped states, and the law at its tip."""
    s, i, j, v, nu = letters("s i j v n")

    def bound(share, first, second):
        return 4 * ((1 - share) * first + share * second - share * (1 - share))

    assert bound(2 * nu, v * v / 2, v * v / 2) == 2 * v * v - 1 + (4 * nu - 1) ** 2
    assert bound((1 + i - j) / 2, i, j) == 4 * i - (1 + i - j) ** 2
    step = bound(s + (1 + i - j) / 2, i, j) - bound((1 + i - j) / 2, i, j)
    assert step == 4 * s * s  # so this is the lowest point


@pytest.mark.parametrize("parties", range(2, 26))
def test_the_sum_over_inputs_of_the_ghz_game(parties):
    """Σ over even x of i^|x| (−1)^(β·x) = Re (1+i)^(N−k) (1−i)^k, of size 2^⌊N/2⌋ at most."""

    def times(p, q):
        return p[0] * q[0] - p[1] * q[1], p[0] * q[1] + p[1] * q[0]

    largest = 0
    for k in range(parties + 1):
        value = (1, 0)
        for factor in [(1, 1)] * (parties - k) + [(1, -1)] * k:
            value = times(value, factor)
        largest = max(largest, abs(value[0]))
        if parties <= 8:
            total = 0
            for x in product((0, 1), repeat=parties):
                if sum(x) % 2 == 0:
                    total += (-1) ** (sum(x) // 2) * (-1) ** sum(x[:k])
            assert total == value[0]
    assert largest == 2 ** (parties // 2)


def test_a_message_of_k_letters_changes_at_least_k_minus_one_pairs():
    for letters_ in range(2, 60):
        for group in range(1, letters_):
            assert group * (letters_ - group) >= letters_ - 1


def test_the_two_bounds_of_a_loaded_coin_meet():
    """w₁(1 − π₀) + w₀π₀ and 2w₀π₀ cross at π₀ = w₁/(w₀+w₁), with 2w₀w₁/(w₀+w₁)."""
    w0, w1, total = letters("u w t")  # t = w₀ + w₁
    place = w1 * total**-1
    wanted = 2 * w0 * w1 * total**-1

    def same(p):
        return (p * total).where("t", 1, w0 + w1)

    assert same(2 * w0 * place) == same(wanted)
    assert same(w1 * (1 - place) + w0 * place) == same(wanted)


def test_every_strategy_obeys_the_inequality_behind_influence_and_dependence():
    """S_λ − 2 ≤ 2 Σ_y [b changes with x at y], where Bob hears Alice's setting."""
    for a in product((1, -1), repeat=2):
        for b in product((1, -1), repeat=4):
            s = sum((-1) ** (x * y) * a[x] * b[2 * x + y] for x, y in product((0, 1), repeat=2))
            changes = sum(b[y] != b[2 + y] for y in (0, 1))
            assert s - 2 <= 2 * changes
    heard = max(
        Fraction(sum((-1) ** (x * y) * a[x] * b[2 * x + y] for x, y in product((0, 1), repeat=2)))
        for a in product((1, -1), repeat=2)
        for b in product((1, -1), repeat=4)
    )
    assert heard == 4  # the inequality is not empty
