import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import eval_hermitenorm, factorial
from scipy.stats import norm

from nonlocality.macroscopic_nonlocality.hermite_lemma import (
    hermite_coefficients,
    lemma_left,
    lemma_right,
)


@pytest.mark.parametrize("n", range(9))
def test_hermite_polynomials_are_those_of_rodrigues(n):
    """(−1)ⁿ e^{x²/2} dⁿ/dxⁿ e^{−x²/2}: each derivative takes q into q' − x q."""
    polynomial = np.polynomial.Polynomial([1])
    for _ in range(n):
        polynomial = polynomial.deriv() - np.polynomial.Polynomial([0, 1]) * polynomial
    wanted = np.zeros(n + 1)
    wanted[: len(polynomial.coef)] = (-1) ** n * polynomial.coef
    assert hermite_coefficients(n) == wanted.tolist()


@pytest.mark.parametrize("m", range(9))
def test_lemma_exactly(m):
    assert all(lemma_left(m, n) == lemma_right(m, n) for n in range(m + 1))


def test_lemma_is_symmetric():
    assert lemma_left(2, 5) == lemma_left(5, 2) == lemma_right(2, 5)


def test_a_wrong_coefficient_would_show():
    left = lemma_left(3, 2)
    left[1, 1] += 1
    assert left != lemma_right(3, 2)


@pytest.mark.parametrize(("m", "n"), [(0, 0), (3, 1), (4, 4), (7, 2)])
def test_lemma_as_printed_by_quadrature(m, n):
    beta, gamma, x = 0.7, 1.3, 0.9
    alpha = np.hypot(beta, gamma)
    printed = quad(
        lambda y: norm.pdf(x - y, scale=beta) * norm.pdf(y, scale=gamma)
        * eval_hermitenorm(m, y / gamma) * eval_hermitenorm(n, y / gamma),
        -15, 15, epsabs=1e-13,
    )[0] / factorial(m) / factorial(n)  # fmt: skip
    left = sum(
        c * (x / alpha) ** i * (gamma / alpha) ** j for (i, j), c in lemma_left(m, n).items()
    )
    assert norm.pdf(x, scale=alpha) * float(left) == pytest.approx(printed, abs=1e-10)


@pytest.mark.parametrize("order", [-1, 10**400, 2.5, "3"])
def test_orders_that_are_none_are_refused(order):
    with pytest.raises(ValueError, match="`order` must be a whole number in"):
        hermite_coefficients(order)
