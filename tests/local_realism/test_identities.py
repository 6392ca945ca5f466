"""Steps of the chapter's proofs as exact identities, in polynomials and integers modulo 2."""

import numpy as np
import pytest
from exact_algebra import Poly, letters, matrix_product, tensor

ONE, ZERO = Poly.of(1), Poly()
(IMAGINARY,) = letters("i")
X = [[ZERO, ONE], [ONE, ZERO]]
Y = [[ZERO, -IMAGINARY], [IMAGINARY, ZERO]]
Z = [[ONE, ZERO], [ZERO, -ONE]]
UNIT = [[ONE, ZERO], [ZERO, ONE]]


def times(factor, matrix):
    return [[factor * entry for entry in row] for row in matrix]


def plus(*matrices):
    return [
        [sum((m[i][j] for m in matrices), Poly()) for j in range(len(matrices[0]))]
        for i in range(len(matrices[0]))
    ]


def same(left, right, relations):
    for row, other in zip(left, right, strict=True):
        for p, q in zip(row, other, strict=True):
            difference = p - q
            for name, power, value in relations:
                difference = difference.where(name, power, value)
            if difference.terms:
                return False
    return True


def test_the_square_of_two_unequal_spins_and_a_qubit():
    """w² + v² + 2wv(c² X₁X₂ + s² Y₁Y₂) − 2cs Z⊗(w²Z₁ + v²Z₂), "Proof of the formula"."""
    c, s, w, v = letters("c s w v")
    first, second = tensor(UNIT, tensor(X, UNIT)), tensor(UNIT, tensor(UNIT, X))
    mu_x = plus(times(w, first), times(v, second))
    first_y, second_y = tensor(UNIT, tensor(Y, UNIT)), tensor(UNIT, tensor(UNIT, Y))
    mu_y = plus(times(w, first_y), times(v, second_y))
    x, y, z = (tensor(p, tensor(UNIT, UNIT)) for p in (X, Y, Z))
    operator = plus(times(c, matrix_product(x, mu_x)), times(s, matrix_product(y, mu_y)))
    square = matrix_product(operator, operator)
    both_x, both_y = matrix_product(first, second), matrix_product(first_y, second_y)
    along = plus(times(w * w, tensor(UNIT, tensor(Z, UNIT))),
                 times(v * v, tensor(UNIT, tensor(UNIT, Z))))  # fmt: skip
    wanted = plus(
        times(w * w + v * v, tensor(UNIT, tensor(UNIT, UNIT))),
        times(2 * w * v * c * c, both_x),
        times(2 * w * v * s * s, both_y),
        times(-2 * c * s, matrix_product(z, along)),
    )
    relations = [("i", 2, -1), ("c", 2, 1 - s * s)]
    assert same(square, wanted, relations)
    assert not same(square, plus(wanted, times(c * s, z)), relations)


def test_the_two_radii_of_the_formula():
    """4w²v² + (w² − v²)² = (w² + v²)², and a² − 4w²v² is a square: 2wv ≤ a."""
    w, v = letters("w v")
    assert 4 * w**2 * v**2 + (w**2 - v**2) ** 2 == (w**2 + v**2) ** 2
    assert (w**2 + v**2) ** 2 - (2 * w * v) ** 2 == (w**2 - v**2) ** 2


def test_the_lowest_product_of_two_spins():
    """½[(k−j)(k−j+1) − j(j+1) − k(k+1)] = −j(k+1); with j = R₋/2, k = R/2, V = (R+2)/3R."""
    j, k, small, large = letters("j k s r")
    half = ((k - j) * (k - j + 1) - j * (j + 1) - k * (k + 1)) / 2
    assert half == -j * (k + 1)
    v = 4 * (small / 2) * (large / 2 + 1) * (3 * small * large) ** -1
    assert v == (large + 2) * (3 * large) ** -1


@pytest.mark.parametrize("strings", [2, 4, 10, 32])
def test_the_relations_of_anticommuting_strings_have_full_rank(strings):
    """(U + 1)² = 1 modulo 2 for an even number of strings, so that U + 1 has an inverse."""
    relations = np.ones((strings, strings), dtype=int) - np.eye(strings, dtype=int)
    assert (relations @ relations % 2 == np.eye(strings, dtype=int)).all()


def test_bell_states_of_a_region_of_two_qubits():
    """μ_x, μ_y lead from Φ⁺, Φ⁻ to Ψ⁺ alone, and C² = 0: Step 2, on vectors of length √2."""
    half = Poly.of(1) / 2
    mu = {
        name: plus(times(half, tensor(m, UNIT)), times(half, tensor(UNIT, m)))
        for name, m in (("x", X), ("y", Y))
    }
    bells = {
        "phi+": [1, 0, 0, 1],
        "phi-": [1, 0, 0, -1],
        "psi+": [0, 1, 1, 0],
        "psi-": [0, 1, -1, 0],
    }

    def acts(name, vector):
        return matrix_product(mu[name], [[Poly.of(entry)] for entry in bells[vector]])

    def column(vector, factor=ONE):
        return [[factor * entry] for entry in bells[vector]]

    relations = [("i", 2, -1)]
    for name, start, end, factor in [
        ("x", "phi+", "psi+", ONE), ("x", "psi+", "phi+", ONE),
        ("y", "phi-", "psi+", IMAGINARY), ("y", "psi+", "phi-", -IMAGINARY),
        ("x", "phi-", "psi+", ZERO), ("y", "phi+", "psi+", ZERO),
        ("x", "psi-", "psi+", ZERO), ("y", "psi-", "psi+", ZERO),
    ]:  # fmt: skip
        assert same(acts(name, start), column(end, factor), relations)
