"""Tsirelson's theorem: correlators that are scalar products of unit vectors have a quantum model.

The correlators E_xy of macroscopically local behaviours are such scalar products, so two-point
correlators alone never lead beyond quantum theory: Appendix C of arXiv:0907.0372. Here the
model is built, as matrices.
"""

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.checks import finite_array, shown
from nonlocality.foundations.forms import check_correlators
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.quantum import PAULI_X, PAULI_Y, PAULI_Z, measurement_of_observables
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite

NORM_ACCURACY = 1e-7
"""How far γ₂ may exceed 1: a table that was scaled by its norm from a solver has it that well."""


def _checked(correlators: np.ndarray) -> np.ndarray:
    """Return a table of correlators, shape (m_x, m_y), in [−1, 1]."""
    e = finite_array("correlators", correlators)
    if e.size and 1 < np.abs(e).max() <= 1 + NORM_ACCURACY:
        e = np.clip(e, -1, 1)
    e = check_correlators("correlators", e)
    if e.ndim != 2:
        raise ValueError(f"Argument `correlators` must have shape (m, n), but has {e.shape}.")
    return e


def gram_program(correlators: np.ndarray) -> MatrixInequality:
    """[[F, E], [Eᵀ, G]] ⪰ 0 with t on the diagonal and everything else in F and G free.

    Variables: t, then the entries of F and of G above the diagonal. correlators: E, shape (m, n).

    >>> gram_program([[0.5, 0.5]]).at([1.0, 0.3])
    array([[1. , 0.5, 0.5],
           [0.5, 1. , 0.3],
           [0.5, 0.3, 1. ]])
    """
    e = _checked(correlators)
    m, n = e.shape
    size = m + n
    constant = np.block([[np.zeros((m, m)), e], [e.T, np.zeros((n, n))]])
    columns = [np.eye(size)]
    for low, high in ((0, m), (m, size)):
        for i in range(low, high):
            for j in range(i + 1, high):
                pair = np.zeros((size, size))
                pair[i, j] = pair[j, i] = 1
                columns.append(pair)
    return MatrixInequality(constant, sp.csr_array(np.reshape(columns, (len(columns), -1)).T))


def gamma2_norm(correlators: np.ndarray, *, solver: str = "clarabel") -> TwoSided:
    """γ₂(E), the smallest t of :func:`gram_program`: at most 1 exactly for quantum correlators.

    correlators: shape (m, n), in [−1, 1]. The semidefinite program's
    dual is the Bell expression Σ c_xy E_xy that E violates most in units of its Tsirelson bound.
    Raises ValueError for another shape or numbers outside [−1, 1].

    >>> round(gamma2_norm([[1, 1], [1, -1]]).reached, 6)
    1.414214
    """
    program = gram_program(correlators)
    cost = np.eye(program.slopes.shape[1])[0]
    # γ₂ ≤ √min(m, n) on tables in [−1, 1], and no entry of a positive matrix exceeds its diagonal
    box = float(min(np.shape(correlators)))
    return minimise_semidefinite(cost, matrices=[program], box=box, solver=solver)


def anticommuting_observables(number: int) -> np.ndarray:
    """Hermitian Γ_1, …, Γ_r with Γ_i Γ_j + Γ_j Γ_i = 2δ_ij, shape (r, D, D), D = 2^⌊r/2⌋.

    Z⊗…⊗Z⊗X⊗1⊗…⊗1 and the same with Y; for odd r also Z⊗…⊗Z.
    Raises ValueError for a number that is not a positive integer of at most 17.

    >>> [anticommuting_observables(r).shape for r in (1, 2, 3, 4)]
    [(1, 1, 1), (2, 2, 2), (3, 2, 2), (4, 4, 4)]
    """
    if not isinstance(number, int | np.integer) or not 1 <= number <= 17:
        raise ValueError(
            f"Argument `number` must be an integer from 1 to 17, but is {shown(number)}."
        )
    operators, chain = [], np.ones((1, 1))
    for site in range(number // 2):
        rest = np.eye(2 ** (number // 2 - site - 1))
        operators += [np.kron(np.kron(chain, pauli), rest) for pauli in (PAULI_X, PAULI_Y)]
        chain = np.kron(chain, PAULI_Z)
    if number % 2:
        operators.append(chain)
    return np.array(operators)


@result
class QuantumModel:
    """A pure state and ±1-valued observables for two parties of dimension D each.

    state: vector (D²,). alice, bob: observables (m, D, D) and (n, D, D), each with square 1.

    >>> model = quantum_model([[0.5, 0.5], [0.5, -0.5]])
    >>> model.behaviour().correlators().round(9)
    array([[ 0.5,  0.5],
           [ 0.5, -0.5]])
    """

    state: np.ndarray
    alice: np.ndarray
    bob: np.ndarray

    def behaviour(self) -> Behaviour:
        """Its behaviour; all one-point correlators vanish if D > 1."""
        sides = [measurement_of_observables(side) for side in (self.alice, self.bob)]
        return behaviour_quantum(self.state, sides)


def unit_vectors(correlators: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors u_x and v_y with u_x · v_y = E_xy, shapes (m, r) and (n, r), r ≤ min(m, n) + 1.

    From the Gram matrix of :func:`gamma2_norm`, its diagonal filled up to 1. The vectors of the
    side with fewer settings span k dimensions; those of the other side are projected there,
    which leaves the products alone, and get back their unit length in one dimension more.
    Exact to rounding inside the set, to the solver's residual on its boundary.
    Raises ValueError if the semidefinite program proves that there are none, for a norm that
    exceeds 1 by more than :data:`NORM_ACCURACY`.

    >>> u, v = unit_vectors([[0.6, 0.0], [0.0, 0.6]])
    >>> bool(np.allclose(u @ v.T, [[0.6, 0.0], [0.0, 0.6]], atol=1e-12)), u.shape
    (True, (2, 3))
    """
    e = _checked(correlators)
    found = gamma2_norm(e)
    if found.lower > 1 + NORM_ACCURACY:
        raise ValueError(
            "Argument `correlators` must be quantum, but a Bell expression exceeds its Tsirelson "
            f"bound by the factor {found.lower:.9g}."
        )
    gram = gram_program(e).at(np.concatenate([[1.0], found.evidence.point[1:]]))
    lack = max(0.0, -np.linalg.eigvalsh(gram)[0])
    values, vectors = np.linalg.eigh((gram + lack * np.eye(len(gram))) / (1 + lack))
    rows = vectors * np.sqrt(np.maximum(values, 0))
    few, many = rows[: e.shape[0]], rows[e.shape[0] :]
    swapped = len(few) > len(many)
    if swapped:
        few, many = many, few
    _, weights, axes = np.linalg.svd(few, full_matrices=False)
    span = axes[weights > 1e-6 * weights[0]]
    few, many = few @ span.T, many @ span.T
    few = few / np.linalg.norm(few, axis=1, keepdims=True)
    missing = np.maximum(1 - (many**2).sum(axis=1), 0)
    if missing.max() > 1e-12:
        few = np.pad(few, ((0, 0), (0, 1)))
        many = np.column_stack([many, np.sqrt(missing)])
    many = many / np.linalg.norm(many, axis=1, keepdims=True)
    return (many, few) if swapped else (few, many)


def quantum_model(correlators: np.ndarray) -> QuantumModel:
    """A quantum model of correlators E_xy: Tsirelson's construction (arXiv:0907.0372, App. C).

    With the vectors of :func:`unit_vectors` in r dimensions and anticommuting Γ_i of dimension
    D = 2^⌊r/2⌋, Alice measures A_x = Σ_i u_x,i Γ_i and Bob B_y = Σ_i v_y,i Γ_iᵀ on the maximally
    entangled state: A_x² = |u_x|² = 1 and ⟨A_x B_y⟩ = tr(A_x B_yᵀ)/D = u_x · v_y.
    So two or fewer settings on one side need a qubit a side, three or four need two.
    Observables with outcomes in [−1, 1] are no harder: only their correlators enter, and the
    diagonal of the Gram matrix is ⟨O²⟩ ≤ 1, which is filled up to 1.
    correlators: shape (m, n), in [−1, 1]. Raises ValueError for correlators that are not quantum.

    >>> model = quantum_model([[0.5, -0.5, 0.5]])
    >>> model.alice.shape, model.bob.shape
    ((1, 2, 2), (3, 2, 2))
    """
    u, v = unit_vectors(correlators)
    gammas = anticommuting_observables(u.shape[1])
    size = gammas.shape[1]
    return QuantumModel(
        state=np.eye(size).ravel() / np.sqrt(size),
        alice=np.tensordot(u, gammas, 1),
        bob=np.tensordot(v, gammas.swapaxes(1, 2), 1),
    )
