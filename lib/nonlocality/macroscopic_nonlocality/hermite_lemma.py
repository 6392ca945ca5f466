"""The Hermite lemma (A9) of Gallego and Dakić in exact polynomials, standard library only.

With u = x/α and r = γ/α both sides are a Gaussian of width α times a polynomial in u and r: on
the right, given x, the ratio x'/γ is normal with mean r u and variance 1 − r². A polynomial is
a dictionary {(i, j): coefficient of uⁱ rʲ}, without zeros.

For all orders at once, with generating variables a and b: the right side is
E exp[(a + b) y − (a² + b²)/2] = exp[ab + r (a + b) u − r² (a + b)²/2], and the left is the same,
e^{ab} Σ_j [r (a + b)]^j H_j(u)/j!, read off at aᵐ bⁿ.
"""

from collections import defaultdict
from fractions import Fraction
from math import comb, factorial

from nonlocality.foundations.checks import renamed, shown

LARGEST_ORDER = 1000
"""Beyond it the integers are longer than anyone reads."""

LARGEST_OF_LEMMA = 50
"""Of the identity's two orders; at 50 and 50 a side takes about a second."""

Polynomial = dict[tuple[int, int], Fraction]


def hermite_coefficients(order: int) -> list[int]:
    """Coefficients of H_n, leading coefficient 1, lowest power first, as integers.

    Raises ValueError for an order that is no whole number from 0 to 1000.

    >>> hermite_coefficients(3)
    [0, -3, 0, 1]
    """
    if not isinstance(order, int) or not 0 <= order <= LARGEST_ORDER:
        raise ValueError(
            f"Argument `order` must be a whole number in [0, {LARGEST_ORDER}], "
            f"but is {shown(order)}."
        )
    before, here = [0], [1]
    for n in range(order):
        above = [0, *here]
        for i, coefficient in enumerate(before):
            above[i] -= n * coefficient
        before, here = here, above
    return here


def _check_orders(m: int, n: int) -> None:
    """Refuse what is no order, or orders whose polynomial in r and u nobody waits for."""
    for name, order in (("m", m), ("n", n)):
        with renamed(order=name):
            hermite_coefficients(order)
        if order > LARGEST_OF_LEMMA:
            raise ValueError(
                f"Argument `{name}` must be at most {LARGEST_OF_LEMMA}, but is {order}: both sides "
                "are polynomials in two variables, written out."
            )


def lemma_left(m: int, n: int) -> Polynomial:
    """Σ_s C(m + n − 2s, n − s) r^{m+n−2s} H_{m+n−2s}(u) / (s! (m + n − 2s)!), exact.

    >>> lemma_left(1, 1)[2, 2], lemma_left(1, 1)[0, 0]
    (Fraction(1, 1), Fraction(1, 1))
    """
    _check_orders(m, n)
    found: Polynomial = defaultdict(Fraction)
    for s in range(min(m, n) + 1):
        j = m + n - 2 * s
        weight = Fraction(comb(j, n - s), factorial(s) * factorial(j))
        for i, coefficient in enumerate(hermite_coefficients(j)):
            found[i, j] += weight * coefficient
    return {key: value for key, value in found.items() if value}


def lemma_right(m: int, n: int) -> Polynomial:
    """E[H_m(y) H_n(y)] / (m! n!) for y = r u + √(1 − r²) z and z standard normal, exact.

    >>> lemma_right(5, 3) == lemma_left(5, 3)
    True
    """
    _check_orders(m, n)
    product: dict[int, int] = defaultdict(int)
    for i, first in enumerate(hermite_coefficients(m)):
        for j, second in enumerate(hermite_coefficients(n)):
            product[i + j] += first * second
    found: Polynomial = defaultdict(Fraction)
    scale = factorial(m) * factorial(n)
    for power, coefficient in product.items():
        for half in range(power // 2 + 1):  # z^(2 half) has mean (2 half)!/(2^half half!)
            moment = factorial(2 * half) // (2**half * factorial(half))
            weight = Fraction(coefficient * comb(power, 2 * half) * moment, scale)
            for i in range(half + 1):  # (1 − r²)^half
                shift = power - 2 * half
                found[shift, shift + 2 * i] += weight * comb(half, i) * (-1) ** i
    return {key: value for key, value in found.items() if value}
